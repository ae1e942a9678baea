"""How long the disk will last, and what goes first when it does not: the oldest record that a person released."""

from __future__ import annotations

import contextlib
import shutil
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from hinomi.recorder.folder import load_meta

S = 1_000_000_000
WARN_HOURS = 12.0
LOOKS = 360  # of ten seconds: an hour of filling tells the rate
MAKE_ROOM_BELOW = 0.03  # share of the disk


class Usage(Protocol):
    @property
    def total(self) -> int: ...
    @property
    def free(self) -> int: ...


@dataclass(slots=True)
class Forecast:
    looks: deque[tuple[int, int]] = field(default_factory=lambda: deque(maxlen=LOOKS))
    total: int = 0

    def look(self, usage: Usage, now: int) -> None:
        self.total = usage.total
        self.looks.append((now, usage.free))

    @property
    def free(self) -> int:
        return self.looks[-1][1] if self.looks else 0

    @property
    def hours_left(self) -> float | None:
        """None while it is not filling, or too early to tell."""
        if len(self.looks) < 2:
            return None
        (then, before), (now, free) = self.looks[0], self.looks[-1]
        rate = (before - free) / max(1, now - then)  # bytes a nanosecond
        return free / rate / 3600 / S if rate > 0 else None

    @property
    def must_make_room(self) -> bool:
        return bool(self.looks) and self.free < self.total * MAKE_ROOM_BELOW

    @property
    def warns(self) -> bool:
        hours = self.hours_left
        return self.must_make_room or (hours is not None and hours < WARN_HOURS)

    def head(self) -> dict[str, Any]:
        hours = self.hours_left
        return {
            "free_bytes": self.free,
            "hours_left": None if hours is None else round(hours, 1),
            "warn": self.warns,
        }


@dataclass(frozen=True, slots=True)
class Room:
    total: int
    free: int


def usage(root: Path, quota: int | None) -> Room:
    """What the records may still fill: the disk, or less when the owner gave them a quota."""
    disk = shutil.disk_usage(root)
    if quota is None:
        return Room(disk.total, disk.free)
    used = 0
    for path in root.glob("*/*"):
        with contextlib.suppress(OSError):  # removed meanwhile
            used += path.stat().st_size
    return Room(min(quota, disk.total), max(0, min(disk.free, quota - used)))


def make_room(root: Path) -> str | None:
    """Removes the oldest ended record that a person released; never another. Returns its id."""
    found = []
    for folder in root.iterdir():
        try:
            meta = load_meta(folder)
        except (OSError, ValueError, TypeError):
            continue
        if meta.released and meta.end is not None:
            found.append((meta.start, folder))
    if not found:
        return None
    oldest = min(found)[1]
    shutil.rmtree(oldest)
    return oldest.name
