"""Numerics and waveforms as tracks, joined into steps where there are more values than points."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hinomi.model import EvidenceRef
from hinomi.theatre import questions
from hinomi.theatre.shapes import Rows, Track


def tracks(
    history: Rows, location: str, start: int, end: int, points: int, who: Callable[[str, str], str]
) -> list[Track]:
    """Tracks of a room, numerics first. A track has at most `points` steps, and one more at its edge."""
    step = max(1, (end - start) // points)
    span = [location, start, end]
    grid = [start, step, step, start]
    numerics = history.sql(questions.NUMERICS, [*span, points, points, *grid]).to_pylist()
    waveforms = history.sql(questions.WAVEFORMS, [*span, *grid]).to_pylist()
    return [
        _track(kind, row, step, who) for kind, rows in (("numeric", numerics), ("waveform", waveforms)) for row in rows
    ]


def _track(kind: str, row: dict[str, Any], step: int, who: Callable[[str, str], str]) -> Track:
    return Track(
        kind=kind,
        source=row["source"],
        device=who(row["source"], row["host_ip"]),
        code=row["code"],
        code_system=row["code_system"],
        name=row["name"],
        unit=row["unit"],
        times=row["times"],
        values=row["vals"],
        lows=row["lows"],
        highs=row["highs"],
        count=row["count"],
        step_ns=step if row["joined"] else 0,
        gaps=[(gap["start"], gap["end"]) for gap in row["gaps"] or ()],
        evidence=EvidenceRef(row["capture"], row["packet"], row["offset"]),
    )
