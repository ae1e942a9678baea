"""A notice in words: what a tired person reads on a telephone, and what a machine reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hinomi import __version__
from hinomi.model import Severity
from hinomi.store.state import Finding
from hinomi.texts import text
from hinomi.watch import render
from hinomi.watch.exports import cef, ocsf

LINES_MAX = 10  # further findings of the story that are named


@dataclass(frozen=True, slots=True)
class Message:
    """One message about one story: the worst finding speaks, the others are named."""

    id: str  # the same for the same notice, so that a receiver can tell a repetition
    lead: Finding
    others: tuple[Finding, ...]
    why: str  # raised, reopened, expired, worse, escalation or test

    def subject(self, lang: str, zone: str) -> str:
        words = render(self.lead, lang, zone)
        urgency = text(f"severity.{self.lead.severity}", lang)
        return f"[{text('notify.name', lang)} {urgency}] {words.title} ({self.lead.id})"

    def body(self, lang: str, zone: str) -> str:
        words = render(self.lead, lang, zone)
        parts = [text(f"notify.{self.why}", lang), words.seen, words.why, text("head.first_steps", lang)]
        parts += [f"{number}. {step}" for number, step in enumerate(words.first_steps, 1)]
        if self.others:
            parts.append(text("notify.others", lang, number=len(self.others)))
            parts += [
                f"- {other.id} {text(f'severity.{other.severity}', lang)} {render(other, lang, zone).title}"
                for other in self.others[:LINES_MAX]
            ]
        parts.append(text("notify.foot", lang, id=self.lead.id))
        return "\n\n".join(parts[:4]) + "\n" + "\n".join(parts[4:]) + "\n"

    def as_json(self, lang: str, zone: str) -> dict[str, Any]:
        words = render(self.lead, lang, zone)
        return {
            "id": self.id,
            "why": self.why,
            "finding": self.lead.id,
            "story": self.lead.story,
            "severity": self.lead.severity.value,
            "title": words.title,
            "seen": words.seen,
            "first_steps": words.first_steps,
            "in_use": {True: "yes", False: "no", None: "unknown"}[self.lead.in_use],
            "others": [other.id for other in self.others],
        }

    def as_ocsf(self, lang: str) -> list[dict[str, Any]]:
        return [ocsf(one, lang, __version__) for one in (self.lead, *self.others)]

    def as_cef(self, lang: str) -> list[str]:
        return [cef(one, lang, __version__) for one in (self.lead, *self.others)]


def gather(id: str, findings: Sequence[Finding], why: str) -> Message:
    rank = list(Severity).index
    ordered = sorted(findings, key=lambda one: (-rank(one.severity), one.first, one.id))
    return Message(id, ordered[0], tuple(ordered[1:]), why)
