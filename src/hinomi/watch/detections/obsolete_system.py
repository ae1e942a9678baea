"""An operating system whose support has ended: known holes stay open.

Medical devices keep their system for as long as their maker allows no other; so this is a list to
work through with the makers, and asks nobody at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

from hinomi.model import Device, Severity

from .. import knowledge
from ..draft import Facts, make
from ..meta import Limit, Meta, Raised
from ..sight import Sight

META = Meta(
    id="obsolete_system",
    severity=Severity.LOW,
    severity_max=Severity.LOW,
    attack=("T1210", "T0866"),
    reads=("clue",),
    response="look",
    limits=(Limit("confidence_min", 0.6, "less sure guesses of the system are not told"),),
    blind_spots=(
        "A system that keeps its version to itself.",
        "Longer support by contract or special edition is known only to people.",
    ),
    order=75,
)


def ended(system: str, today: date) -> tuple[str, date] | None:
    """(id, day) when the public support of this system has ended by `today`."""
    name = f" {system.lower()} "
    for entry in knowledge.load("detections/_end_of_support.toml")["system"]:
        day: date = entry["ended"]
        for known in entry["names"]:
            at = name.find(known)
            # `windows 8` is no `windows 81`; `debian 9` is no `debian 90`.
            if at >= 0 and not name[at + len(known)].isdigit() and day <= today:
                return str(entry["id"]), day
    return None


def detect(sight: Sight) -> Iterator[Raised]:
    today = datetime.fromtimestamp(sight.now / 1e9, UTC).date()
    for device in sight.who.devices.values():
        stated = device.attributes.get("os")
        if device.outside or stated is None or stated.confidence < META.limit("confidence_min"):
            continue
        system = _whole_name(device)
        found = ended(system, today)
        if found is None:
            continue
        refs = [source.evidence for source in stated.sources]
        ip = next((address.ip for address in reversed(device.addresses) if address.ip), "")
        facts: Facts = {"system": system, "ended": found[1].isoformat()}
        yield make(
            sight, META, (device.id, found[0]), device=device, ip=ip, actor=device.id, base=META.severity,
            confidence=stated.confidence * 0.95, facts=facts, first=device.first, last=device.last, count=1,
            evidence=refs,
        )  # fmt: skip


def _whole_name(device: Device) -> str:
    return f"{device.value('os')} {device.value('os_version')}".strip()
