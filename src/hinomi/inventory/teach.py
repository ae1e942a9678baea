"""A person's answer on a group of unknown devices → an entry of knowledge that holds for later ones too.

The clue taught is the most telling one that every device of the group lets out and that no device of another
stated type lets out. A group without such a clue can be named, but nothing can be taught from it.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hinomi.inventory.evidence import STATE_MIN
from hinomi.model import Device

# Most telling first, with the share of cases in which such a value alone names the kind of device.
TELLING: dict[str, float] = {
    "upnp.model_name": 0.9,
    "snmp.sys_object_id": 0.9,
    "http.device.model": 0.9,
    "mqtt.device.model": 0.9,
    "opcua.device.model": 0.9,
    "ssdp.server": 0.85,
    "dhcp.vendor_class": 0.8,
    "http.server": 0.7,
    "ssh.server_version": 0.7,
    "mdns.service": 0.6,
    "dhcp.parameter_list": 0.55,
    "tls.ja4": 0.5,
}
TEACH_MIN = 0.6  # a DHCP list or a TLS hand alone is shared by unlike devices: shown, never taught
OWN_FILES_MAX = 5_000


@dataclass(frozen=True, slots=True)
class Lesson:
    """What would be taught: one clue with one value."""

    clue: str
    value: str
    weight: float


def lesson(
    members: Sequence[Device], everybody: Sequence[Device], told: Mapping[str, set[tuple[str, str]]]
) -> Lesson | None:
    """The clue to teach from a group, None when there is none. `told`: Device.id → (clue, value) of `TELLING`."""
    if not members:
        return None
    shared = set.intersection(*(told.get(device.id, set()) for device in members))
    if not shared:
        return None
    inside = {device.id for device in members}
    group = members[0].group
    foreign: set[tuple[str, str]] = set()
    for device in everybody:
        kind = device.attributes.get("type")
        known = kind is not None and kind.confidence >= STATE_MIN and kind.value != "unknown"
        if device.id not in inside and (known or device.group != group):
            foreign |= told.get(device.id, set()) & shared
    telling = (one for one in shared - foreign if TELLING[one[0]] >= TEACH_MIN)
    left = sorted(telling, key=lambda one: (-TELLING[one[0]], one))
    return Lesson(left[0][0], left[0][1], TELLING[left[0][0]]) if left else None


def entry(id: str, taught: Lesson, gives: Mapping[str, str], *, by: str, today: datetime.date) -> str:
    """The entry as TOML, in the form of `knowledge/fingerprints/`."""
    said = ", ".join(f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in gives.items() if value)
    return (
        "# Taught by a person of this site. May be edited or removed; `hinomi refresh` then works without it.\n\n"
        "[[fingerprint]]\n"
        f"id = {json.dumps(id)}\n"
        f"clue = {json.dumps(taught.clue)}\n"
        f"is = {json.dumps(taught.value, ensure_ascii=False)}\n"
        f"gives = {{ {said} }}\n"
        f"weight = {taught.weight}\n"
        f"source = {json.dumps(f'{by}, {today.isoformat()}', ensure_ascii=False)}\n"
        'licence = "of this site"\n'
        'weakness = "Named by a person from one group of devices; another kind may let out the same."\n'
        f"examples = [{json.dumps(taught.value, ensure_ascii=False)}]\n"
    )


def own_files(folder: Path) -> list[Path]:
    """Entries taught at this site."""
    return sorted(folder.glob("*.toml"))[:OWN_FILES_MAX] if folder.is_dir() else []


def told_by(rows: Iterable[tuple[str, str, str]]) -> dict[str, set[tuple[str, str]]]:
    """(Device.id, clue, value) → per device its telling clues."""
    out: dict[str, set[tuple[str, str]]] = {}
    for device, clue, value in rows:
        if clue in TELLING:
            out.setdefault(device, set()).add((clue, value))
    return out
