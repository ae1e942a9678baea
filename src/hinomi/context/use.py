"""Is this device on a patient now? Three answers: yes, no, and unknown, which counts as yes.

"No" needs three things: the device is of the kind that tells when it is in use (it did so before), the
tap heard its subnet both ways at that time, and the last sign is longer ago than such a sender pauses.
Everything else is unknown: silence never means free.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

import pyarrow as pa

from hinomi.context.signs import READING_GAP_NS, STUDY_GAP_NS
from hinomi.inventory import addresses
from hinomi.inventory.endpoints import column, times
from hinomi.model import Device, Interval

HOUR_NS = 3_600_000_000_000

# After a study the patient is still on the table; after the last reading the next may be on its way.
_LINGER_NS = {"dicom_study": STUDY_GAP_NS, "mpps": 0}


class InUse:
    """Look-up of in-use state by device or place and time (UTC ns)."""

    def __init__(
        self, intervals: Iterable[Interval], devices: Sequence[Device] = (), coverage: pa.Table | None = None
    ) -> None:
        self._of: dict[str, list[Interval]] = {}
        self._places: dict[str, list[Interval]] = {}
        for interval in intervals:
            if interval.device:
                self._of.setdefault(interval.device, []).append(interval)
            if interval.location:
                self._places.setdefault(interval.location, []).append(interval)
        for rows in (*self._of.values(), *self._places.values()):
            rows.sort(key=lambda i: i.start)
        self._subnets = {d.id: {addresses.kind(a.ip).subnet for a in d.addresses if a.ip} for d in devices}
        self._heard = _heard(coverage) if coverage is not None else set()

    def in_use_at(self, device: str, time: int) -> bool | None:
        """True: on a patient. False: surely not. None: unknown, to be treated as in use."""
        rows = self._of.get(device)
        if not rows:
            return None
        if _within(rows, time):
            return True
        hour = time - time % HOUR_NS
        covered = any((subnet, hour) in self._heard for subnet in self._subnets.get(device, ()))
        return False if covered else None

    def place_in_use_at(self, location: str, time: int) -> bool | None:
        """The same for a place as the readings name it; never False, since other devices may be there."""
        rows = self._places.get(location)
        return True if rows and _within(rows, time) else None

    def last_used(self, device: str) -> int | None:
        """Time of the last sign of use, or None."""
        rows = self._of.get(device)
        return max(i.end for i in rows) if rows else None

    def used_ns(self, device: str, start: int, end: int) -> int:
        """Nanoseconds in use between two times; overlapping intervals count once."""
        total, reached = 0, start
        for interval in self._of.get(device, ()):
            low, high = max(interval.start, reached), min(interval.end, end)
            if high > low:
                total += high - low
                reached = high
        return total


def _within(rows: list[Interval], time: int) -> bool:
    starts = [i.start for i in rows]
    return any(time <= i.end + _LINGER_NS.get(i.why, READING_GAP_NS) for i in rows[: bisect_right(starts, time)])


def _heard(coverage: pa.Table) -> set[tuple[str, int]]:
    """(subnet, hour) that the tap heard both ways without a known loss."""
    subnets = column(coverage, "subnet", "", pa.string()).to_pylist()
    words = column(coverage, "heard", "", pa.string()).to_pylist()
    return {(s, h) for s, w, h in zip(subnets, words, times(coverage, "hour").tolist(), strict=True) if w == "both"}
