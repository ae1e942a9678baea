"""Hours of use by day: overlaps once, midnight shared, nothing from nothing."""

from __future__ import annotations

import pytest

from hinomi.model import EvidenceRef, Interval
from hinomi.pipeline.utilisation import by_day, hours_a_day

H = 3600 * 1_000_000_000
T0 = 1_790_002_800 * 1_000_000_000  # 2026-09-22 00:00 in Japan


def use(start: float, end: float) -> Interval:
    return Interval("d", "", T0 + int(start * H), T0 + int(end * H), "hl7_oru", "", EvidenceRef("c", 1, 1))


def test_overlaps_count_once_and_midnight_is_shared() -> None:
    days = by_day([use(1, 3), use(2, 4), use(23, 26), use(50, 51)], "Asia/Tokyo")
    assert [(d.day, d.hours, d.times) for d in days] == [
        ("2026-09-22", pytest.approx(4), 2),
        ("2026-09-23", pytest.approx(2), 0),
        ("2026-09-24", pytest.approx(1), 1),
    ]
    assert hours_a_day(days, 7 * 24) == pytest.approx(1.0)


def test_nothing_heard_is_not_zero() -> None:
    assert by_day([], "Asia/Tokyo") == [] and hours_a_day([], 0) is None
    assert hours_a_day(by_day([use(0, 1)], "Asia/Tokyo"), 3) is None  # three hours are no day
