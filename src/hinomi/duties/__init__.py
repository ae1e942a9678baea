"""Duties: the ministry's checklist answered with evidence. Never an automatic 「はい」.

`answers(checklist, view)` gives for each item one of the four words and what stands behind it.
Listening can refute and seldom prove: a probe says *contradicted*, *not contradicted so far*, *unknown*
(and what would be needed) or *for a person only*.
"""

from hinomi.duties.checklist import Checklist, Item, checklists, load
from hinomi.duties.evidence import Answer, DutiesView, Line, Word, answers

__all__ = ["Answer", "Checklist", "DutiesView", "Item", "Line", "Word", "answers", "checklists", "load"]
