"""Clocks of devices and of the hospital's time servers against the tap's clock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from hinomi.theatre import questions
from hinomi.theatre.clock_graph import Link, Pair
from hinomi.theatre.shapes import DeviceClock, Rows

_RESOLUTIONS = (
    ("whole_minutes", 60_000_000_000),
    ("whole_seconds", 1_000_000_000),
    ("whole_ms", 1_000_000),
)
WAY_NS = 500_000_000  # a message may take so long from the device to the tap


def device_clocks(history: Rows, location: str, start: int, end: int) -> list[DeviceClock]:
    """One estimate per source that stamps its readings; this is the one place that compares clocks."""
    clocks = []
    pairs: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for row in history.sql(questions.CLOCK_PAIRS, [location, start, end]).to_pylist():
        pairs[row["source"]].append((row["time"], row["device_time"]))
    for row in history.sql(questions.CLOCKS, [location, start, end]).to_pylist():
        resolution = next((ns for name, ns in _RESOLUTIONS if row[name]), 1)
        link = Link("tap", row["source"])
        link.learn(Pair(time, stamp, resolution + WAY_NS, one_way=True) for time, stamp in pairs[row["source"]])
        drift = link.stretches[-1].drift() if link.stretches else None
        clocks.append(
            DeviceClock(
                source=row["source"],
                offset_ns=row["middle"],
                error_ns=max(resolution, row["spread"]),
                resolution_ns=resolution,
                readings=row["readings"],
                steps=len(link.steps),
                drift_ppm=drift.ppm if drift and drift.shown else None,
            )
        )
    return clocks


def ntp_clocks(history: Rows, ours: Sequence[str], start: int, end: int) -> list[DeviceClock]:
    """One estimate per time server that answered, and per address of `ours` whose questions bear its time.

    A client that sends noise instead of its time (RFC 9109 advises it) is not told by the wire, so is absent here.
    """
    ms = 1_000_000
    asked = {"ours": list(ours), "start": start, "end": end}
    return [
        DeviceClock(
            source=row["ip"],
            offset_ns=-row["middle"] * ms,
            error_ns=max(1, row["spread"]) * ms,
            resolution_ns=ms,
            readings=row["readings"],
            kind=row["kind"],
            vouches=not row["adrift"],
        )
        for row in history.sql(questions.NTP_CLOCKS, asked).to_pylist()
    ]
