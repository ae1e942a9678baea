"""Which lines were told already by another source: the tap heard a line on its way to the collector's file.

A line is known by a keyed hash of its program and text, kept with the row it became (`line` in the detail).
What another capture or log told within a quarter of an hour of it is not said again.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable

WITHIN_NS = 15 * 60 * 1_000_000_000  # clocks of the box and of the tap, and the way between them
DAY_NS = 86_400 * 1_000_000_000
LINES_MAX = 200_000  # remembered of one run; beyond it lines are said although another source may have told them

# (first, last) → (hash, time, capture) of the rows that became of lines between them
Look = Callable[[int, int], Iterable[tuple[str, int, str]]]


class Told:
    def __init__(self, key: bytes, look: Look | None) -> None:
        """Without `look` lines get their marks and are all said: a tap is there before the file is."""
        self._key, self._look = key, look
        self._known: dict[str, list[tuple[int, str]]] = defaultdict(list)
        self._days: set[int] = set()
        self._count = 0

    def mark(self, app: str, text: str) -> str:
        """The hash by which a line is known again: relays and collectors change its head, not its text."""
        return hashlib.blake2b(f"{app}\n{text.strip()}".encode(), digest_size=8, key=self._key[:64]).hexdigest()

    def before(self, mark: str, time: int, capture: str) -> bool:
        """Whether another source told the line; if none did, this one has."""
        if self._look is None:
            return False
        for day in {(time - WITHIN_NS) // DAY_NS, (time + WITHIN_NS) // DAY_NS} - self._days:
            self._days.add(day)
            for known, at, whose in self._look(day * DAY_NS, (day + 1) * DAY_NS):
                self._add(known, at, whose)
        if any(whose != capture and abs(at - time) <= WITHIN_NS for at, whose in self._known.get(mark, ())):
            return True
        self._add(mark, time, capture)
        return False

    def _add(self, mark: str, time: int, capture: str) -> None:
        if self._count < LINES_MAX:
            self._count += 1
            self._known[mark].append((time, capture))
