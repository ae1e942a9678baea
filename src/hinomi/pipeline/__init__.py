"""Capture files in; devices, conversations, findings out: the stages in their order.

    read      files → rows → what they mean, in one transaction at the end
    refresh   the same without files: after people's decisions, zones or new knowledge

`report.py` says what came of it, `stages.py` is the order of the stages, `reading.py` the files.
"""

from __future__ import annotations

from hinomi.pipeline.reading import read
from hinomi.pipeline.report import FileReport, Progress, ReadReport
from hinomi.pipeline.stages import refresh

__all__ = ["FileReport", "Progress", "ReadReport", "read", "refresh"]
