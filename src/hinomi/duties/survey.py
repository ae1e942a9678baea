"""Self-assessment, and how an association sees many of them: distributions by size, no institution recognisable."""

from __future__ import annotations

import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from hinomi.knowledge_path import knowledge_file
from hinomi.texts import Problem

K = 5  # a number is shown only where at least so many institutions stand behind it
SIZES = (("clinic", 0, 19), ("small", 20, 99), ("medium", 100, 199), ("large", 200, 499), ("very_large", 500, 10**6))


@cache
def areas() -> dict[str, dict[str, Any]]:
    """What is asked, by id."""
    data = tomllib.loads(knowledge_file("duties", "self_assessment.toml").read_text("utf-8"))
    return {area["id"]: area for area in data["area"]}


def checked(answers: Mapping[str, str], beds: int) -> dict[str, str]:
    """One institution's answers as they may be kept.

    Raises:
        hinomi.texts.Problem: an area or an answer that is not asked, or a number of beds that is none.
    """
    if not 0 <= beds < 10_000:
        raise Problem("survey.bad_beds", beds=beds)
    for area, answer in answers.items():
        known = [one[0] for one in areas()[area]["answers"]] if area in areas() else []
        if answer not in known:
            raise Problem("survey.bad_answer", area=area, answer=answer, known=", ".join(known) or ", ".join(areas()))
    return dict(answers)


def size_of(beds: int) -> str:
    """Class of size by beds; a clinic has up to 19."""
    return next(name for name, low, high in SIZES if low <= beds <= high)


@dataclass(frozen=True, slots=True)
class Share:
    """How many of a size gave an answer. None where too few stand behind it to be told."""

    area: str
    size: str  # a class of size, or `all`
    answer: str
    count: int | None
    of: int | None


Told = Mapping[tuple[str, str], Mapping[str, int]]  # area and size -> answer -> count, as it was shown


def told(shares: Iterable[Share]) -> dict[tuple[str, str], dict[str, int]]:
    """What a distribution showed."""
    found: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for share in shares:
        if share.count is not None:
            found[(share.area, share.size)][share.answer] = share.count
    return dict(found)


def distribution(institutions: Iterable[tuple[int, Mapping[str, str]]], before: Sequence[Told] = ()) -> list[Share]:
    """Distributions by size with k ≥ 5, such that no hidden number can be worked out from the shown ones.

    A cell below K is hidden, and so is its whole row: with the sum known, one hidden cell would be the difference. A
    size that is hidden takes the next smallest size with it, or `all` would give it away; where only one size is left
    to show beside `all`, only `all` is shown. A row that differs from what was told `before` by fewer than K is hidden
    too: who joined, left or changed an answer in between would be the difference of two questions.
    """
    by: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for beds, answers in institutions:
        for area, answer in answers.items():
            by[(area, size_of(beds))][answer] += 1
            by[(area, "all")][answer] += 1
    shares = []
    for area, asked in areas().items():
        names = [one[0] for one in asked["answers"]]
        apart = {size for size in ("all", *(one[0] for one in SIZES)) if _apart(by[(area, size)], before, (area, size))}
        shown = {"all"} if _safe(by[(area, "all")]) and "all" in apart else set()
        sizes = [name for name, _, _ in SIZES if by[(area, name)].total()]
        good = {size for size in sizes if _safe(by[(area, size)]) and size in apart} if shown else set()
        hidden = [size for size in sizes if size not in good]
        # All minus what is shown is the sum of the hidden: it must be safe too, or more is hidden.
        while hidden and good and not _safe(sum((by[(area, size)] for size in hidden), Counter())):
            smallest = min(good, key=lambda size: (by[(area, size)].total(), size))
            good.remove(smallest)
            hidden.append(smallest)
        for size in ("all", *(name for name, _, _ in SIZES)):
            counts = by[(area, size)]
            told = size in shown | good
            shares += [
                Share(area, size, name, counts[name] if told else None, counts.total() if told else None)
                for name in names
                if size == "all" or counts.total()
            ]
    return shares


def _apart(counts: Counter[str], before: Sequence[Told], row: tuple[str, str]) -> bool:
    """Each answer stands as it was told before, or at least K away from it."""
    for past in before:
        was = past.get(row)
        if was is not None:
            steps = [abs(counts[name] - was.get(name, 0)) for name in {*was, *counts}]
            if any(0 < step < K for step in steps):
                return False
    return True


def _safe(counts: Counter[str]) -> bool:
    """Every answer that was given at all was given by at least K."""
    return bool(counts) and all(count == 0 or count >= K for count in counts.values())
