"""Device clocks against the tap's clock."""

from __future__ import annotations

from hinomi.theatre import questions
from hinomi.theatre.shapes import DeviceClock, Rows

_RESOLUTIONS = (
    ("whole_minutes", 60_000_000_000),
    ("whole_seconds", 1_000_000_000),
    ("whole_ms", 1_000_000),
)


def device_clocks(history: Rows, location: str, start: int, end: int) -> list[DeviceClock]:
    """One estimate per source that stamps its readings; this is the one place that compares clocks."""
    clocks = []
    for row in history.sql(questions.CLOCKS, [location, start, end]).to_pylist():
        resolution = next((ns for name, ns in _RESOLUTIONS if row[name]), 1)
        clocks.append(
            DeviceClock(
                source=row["source"],
                offset_ns=row["middle"],
                error_ns=max(resolution, row["spread"]),
                resolution_ns=resolution,
                readings=row["readings"],
            )
        )
    return clocks
