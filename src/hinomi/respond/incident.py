"""The day of the incident: tasks in the ministry's order, deadlines that run, drafts filled from what is known.

Plain data in, plain data out; who keeps it is `hinomi.filing.incidents`. All words stand in `knowledge/incident/`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from hinomi.knowledge_path import knowledge_file
from hinomi.respond.advice import Advice, Cut

DAY_NS = 86_400 * 1_000_000_000
# The ministry's order of containment; what respond.advice calls the places that belong to each step.
ORDER: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("backup", ("backup",)),
    ("outside", ("vendor_line", "outside")),
    ("range", ()),
    ("segment", ("segment", "refuse", "device")),
)


@cache
def texts(name: str) -> dict[str, Any]:
    """One file of `knowledge/incident/`."""
    return tomllib.loads(knowledge_file("incident", f"{name}.toml").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Deadline:
    """One report to one body, and where its clock stands."""

    body: str
    id: str
    ja: str
    en: str
    due: int  # ns; the moment itself where it is "at once"
    due_last: int  # ns; the end of a range ("3 to 5 days"), else the same
    done_at: int  # ns; 0: not yet
    state: str  # done | now | running | soon | late

    @property
    def key(self) -> str:
        return f"{self.body}/{self.id}"


# A report whose day is this near is shown as near.
SOON_NS = DAY_NS


def deadlines(known_at: int, now: int, done: Mapping[str, int]) -> list[Deadline]:
    """Every report with its deadline, counted from the moment the hospital came to know."""
    found = []
    for body in texts("bodies")["body"]:
        for row in body["deadlines"]:
            due = known_at + row["days"] * DAY_NS
            last = known_at + row.get("days_max", row["days"]) * DAY_NS
            at = done.get(f"{body['id']}/{row['id']}", 0)
            if at:
                state = "done"
            elif row["days"] == 0:
                state = "now"
            elif now > last:
                state = "late"
            else:
                state = "soon" if due - now <= SOON_NS else "running"
            found.append(Deadline(body["id"], row["id"], row["ja"], row["en"], due, last, at, state))
    return found


@dataclass(frozen=True, slots=True)
class Step:
    """One step of containment with the places at which to cut, the gentlest first."""

    place: str  # backup | outside | range | segment
    cuts: tuple[Cut, ...]


def containment(advices: Iterable[Advice], backup: Cut) -> list[Step]:
    """The four steps in the ministry's order. The line to the backups comes first, whatever the findings are.

    A cut that several findings ask for stands once; of two that differ only in what would be lost, the one that
    names more is kept: what may hurt a patient must not be dropped.
    """
    by_place: dict[str, dict[str, Cut]] = {}
    for one in advices:
        for cut in one.cuts:
            known = by_place.setdefault(cut.place, {})
            before = known.get(cut.text)
            if before is None or len(cut.lost) + bool(cut.warning) > len(before.lost) + bool(before.warning):
                known[cut.text] = cut
    steps = []
    for place, names in ORDER:
        cuts = [cut for name in names for cut in by_place.get(name, {}).values()]
        if place == "backup" and not cuts:
            cuts = [backup]
        steps.append(Step(place, tuple(cuts)))
    return steps


@dataclass(frozen=True, slots=True)
class Fact:
    """A thing that is known, and where from."""

    value: str
    source: str


@dataclass(frozen=True, slots=True)
class Field:
    """A line of a draft. Without a value it is for a person."""

    ja: str
    en: str
    value: str
    source: str


def drafts() -> list[dict[str, Any]]:
    """The forms that can be drafted."""
    return list(texts("drafts")["draft"])


def fill(draft: Mapping[str, Any], facts: Mapping[str, Fact]) -> list[Field]:
    """A form filled from what is known; each figure with its source."""
    rows = []
    for field in draft["fields"]:
        fact = facts.get(field["from"]) if field["from"] else None
        rows.append(Field(field["ja"], field["en"], fact.value if fact else "", fact.source if fact else ""))
    return rows


def notice(kind: str, lang: str, facts: Mapping[str, str]) -> tuple[str, list[str]]:
    """Title and lines of a notice to `patients` or `staff`."""
    words = texts("drafts")["notice"][kind]
    return words[f"title_{lang}"], [line.format(**facts) for line in words[f"lines_{lang}"]]


def symptoms() -> list[dict[str, Any]]:
    """What a person may notice."""
    return list(texts("symptoms")["symptom"])


def may_explain(symptom: str, detections: Sequence[str]) -> list[int]:
    """Places of those detections that may explain the symptom, likeliest first."""
    wanted: list[str] = next((one["detections"] for one in symptoms() if one["id"] == symptom), [])
    ranked = [(wanted.index(name), place) for place, name in enumerate(detections) if name in wanted]
    return [place for _, place in sorted(ranked)]
