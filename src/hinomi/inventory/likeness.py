"""Unknown devices grouped by likeness, so that one person's answer names many.

A device is unknown while nobody can tell its type, even if it told its model. Two of them are alike when
everything that tells kinds of devices apart is equal: maker and model where they told them, the maker's
prefix, what they ask of DHCP, their TCP stack, the services they offer and use. At least `TELLING_MIN`
of these must be known, or "alike" would mean "equally silent".
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from hinomi.inventory import addresses
from hinomi.inventory.gather import Said
from hinomi.model import Device

CLUES = frozenset(
    (
        "dhcp.vendor_class",
        "dhcp.parameter_list",
        "tcp.syn",
        "http.server",
        "snmp.sys_object_id",
        "tls.ja4",
        "mdns.service",
        "ssdp.server",
        "ssh.server_version",
        "upnp.model_name",
        "hl7.version",
    )
)
TELLING_MIN = 2
MEMBERS_MIN = 2
SURE_MIN = 0.5


def is_unknown(device: Device) -> bool:
    """Inside, and its type is not likelier right than wrong."""
    return not device.outside and not _sure(device, "type")


def _sure(device: Device, name: str) -> bool:
    stated = device.attributes.get(name)
    return stated is not None and stated.confidence >= SURE_MIN


def group(devices: Sequence[Device], said: Iterable[Said]) -> None:
    """Set `Device.group` of unknown devices like another one. `said`: clues of `CLUES`, by device number."""
    told: dict[int, set[str]] = {}
    for one in said:
        if one.clue != "tcp.syn" or not one.value.startswith("a:"):  # an answer follows the asker's options
            told.setdefault(one.who, set()).add(f"{one.clue}={one.value}")
    members: dict[str, list[Device]] = {}
    for number, device in enumerate(devices):
        if not is_unknown(device):
            continue
        named = {f"{name}={device.value(name)}" for name in ("manufacturer", "model") if _sure(device, name)}
        traits = {*told.get(number, ()), *named, *_prefixes(device), *_services(device)}
        kinds = {trait.split("=", 1)[0] for trait in traits}
        if len(kinds) >= TELLING_MIN:
            text = "\n".join(sorted(traits))
            members.setdefault(hashlib.blake2b(text.encode(), digest_size=6).hexdigest(), []).append(device)
    for name, alike in members.items():
        if len(alike) >= MEMBERS_MIN:
            for device in alike:
                device.group = f"like-{name}"


def _prefixes(device: Device) -> set[str]:
    return {f"oui={a.mac[:8]}" for a in device.addresses if a.mac and not addresses.is_local_mac(a.mac)}


def _services(device: Device) -> set[str]:
    return {f"{s.role}={s.name or s.port}/{s.proto}" for s in device.services if s.role == "offers" or s.name}
