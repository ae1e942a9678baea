"""Severity follows clinical context: what is on a patient, or may be, weighs more."""

from __future__ import annotations

from collections.abc import Sequence

from hinomi.model import Device, Interval, Severity

from .who import criticality

SECOND = 1_000_000_000
STILL_IN_USE_S = 15 * 60  # a pause of this length is ordinary in the middle of a treatment

_SCALE = (Severity.INFO, Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL)


def in_use_at(device: Device, intervals: Sequence[Interval], time: int, medical: bool) -> bool | None:
    """True on a sign of use; null when nothing tells; False only where nobody can lie on it.

    Silence never means free: a medical device without a sign of use is unknown, not idle.
    """
    slack = STILL_IN_USE_S * SECOND
    for interval in intervals:
        if interval.start - slack <= time <= interval.end + slack:
            return True
    if medical or device.value("category") in ("", "unknown"):
        return None
    return False


def lift(base: Severity, top: Severity, device: Device | None, in_use: bool | None) -> Severity:
    """One step up for a device on which a life or the care depends and that is, or may be, in use."""
    step = _SCALE.index(base)
    if in_use is not False and criticality(device) in ("life", "care"):
        step += 1
    return _SCALE[min(step, _SCALE.index(top))]


def lower(severity: Severity, steps: int = 1) -> Severity:
    return _SCALE[max(0, _SCALE.index(severity) - steps)]


def higher(severity: Severity, top: Severity, steps: int = 1) -> Severity:
    return _SCALE[min(_SCALE.index(top), _SCALE.index(severity) + steps)]


def asks_a_person(severity: Severity) -> bool:
    """Below this a finding is a line in a list; from here on it asks somebody to do something."""
    return _SCALE.index(severity) >= _SCALE.index(Severity.MEDIUM)
