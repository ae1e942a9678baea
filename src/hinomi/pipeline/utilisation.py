"""Hours in use by day, from the in-use intervals: overlapping ones count once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hinomi.model import Interval

NS = 1_000_000_000
DAYS_MAX = 400
HOURS_HEARD_MIN = 24  # what happened in less says nothing of a day


@dataclass(frozen=True, slots=True)
class Day:
    """`day` in the site's time zone; `times`: uses that began on it."""

    day: str
    hours: float
    times: int


def joined(intervals: Iterable[Interval]) -> list[tuple[int, int]]:
    """Intervals of one device without overlap."""
    out: list[tuple[int, int]] = []
    for start, end in sorted((i.start, i.end) for i in intervals):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], end))
        else:
            out.append((start, end))
    return out


def by_day(intervals: Iterable[Interval], zone: str) -> list[Day]:
    """Oldest first; days without use are left out. An interval over midnight is shared among its days."""
    place = ZoneInfo(zone)
    seconds: dict[str, float] = {}
    times: dict[str, int] = {}
    for start, end in joined(intervals):
        at = datetime.fromtimestamp(start / NS, place)
        last = datetime.fromtimestamp(end / NS, place)
        times[at.date().isoformat()] = times.get(at.date().isoformat(), 0) + 1
        for _ in range(DAYS_MAX):
            day = at.date()
            midnight = datetime.combine(day + timedelta(days=1), datetime.min.time(), place)
            until = min(last, midnight)
            key = day.isoformat()
            seconds[key] = seconds.get(key, 0.0) + max(0.0, until.timestamp() - at.timestamp())
            if until >= last:
                break
            at = until
    days = sorted(seconds)[-DAYS_MAX:]
    return [Day(day, seconds[day] / 3600, times.get(day, 0)) for day in days]


def hours_a_day(days: Sequence[Day], hours_heard: int) -> float | None:
    """Mean over the time in which the tap heard; None when that was less than a day."""
    if hours_heard < HOURS_HEARD_MIN:
        return None
    return sum(day.hours for day in days) / (hours_heard / 24)
