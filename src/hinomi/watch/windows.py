"""Sliding windows over times: when did too much happen within too short a span."""

from __future__ import annotations

import itertools
from collections import Counter, deque
from collections.abc import Hashable, Iterable, Sequence


def burst(events: Iterable[tuple[int, Hashable]], span: int, need: int) -> tuple[int, int] | None:
    """Indices [first, last] of the first window of `span` with at least `need` distinct values.

    `events` are (time, value), sorted by time.
    """
    held: deque[tuple[int, int, Hashable]] = deque()
    count: Counter[Hashable] = Counter()
    for index, (time, value) in enumerate(events):
        held.append((index, time, value))
        count[value] += 1
        while held and time - held[0][1] > span:
            _, _, old = held.popleft()
            count[old] -= 1
            if not count[old]:
                del count[old]
        if len(count) >= need:
            return held[0][0], index
    return None


def gaps(times: Sequence[int]) -> list[int]:
    """Distances between neighbours, times sorted."""
    return [later - earlier for earlier, later in itertools.pairwise(times)]


def middle(values: Sequence[float]) -> float:
    """Median."""
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
