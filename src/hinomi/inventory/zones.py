"""Zones: what people named, read from TOML or CSV, and proposals for the subnets nobody has named.

A proposal is made from what stands in a subnet: the zone kind in which most of its devices belong
(`zone_hint` of `knowledge/`), clinical kinds first because they must not be overlooked.
"""

from __future__ import annotations

import csv
import ipaddress
import tomllib
from collections.abc import Sequence
from pathlib import Path

from hinomi.inventory import addresses
from hinomi.inventory.addresses import ZoneFinder
from hinomi.inventory.knowledge import Knowledge
from hinomi.model import Device, Zone

PREFIX = "auto-"
COLUMNS = ("id", "kind", "name_ja", "name_en", "subnets", "vlan")


class ZoneFileError(ValueError):
    """A zone file that cannot be used; says where and why."""


def propose(devices: Sequence[Device], named: Sequence[Zone], knowledge: Knowledge, site: str) -> list[Zone]:
    """One zone for each inside subnet that no person named; sets `Device.zone` of its members."""
    finder = ZoneFinder(named)
    members: dict[str, list[Device]] = {}
    vlans: dict[str, set[int | None]] = {}
    for device in devices:
        if device.zone is not None or device.outside:
            continue
        for address in device.addresses:
            found = addresses.kind(address.ip) if address.ip else None
            if found is None or not found.inside or found.link_local or finder.find(address.ip, address.vlan):
                continue
            members.setdefault(found.subnet, []).append(device)
            vlans.setdefault(found.subnet, set()).add(address.vlan)
            break
    out = []
    for subnet in sorted(members, key=_order):
        kind = _kind(members[subnet], knowledge)
        entry = knowledge.zone_kinds.get(kind, {"ja": "未設定", "en": "Not named yet"})
        vlan = next(iter(vlans[subnet])) if len(vlans[subnet]) == 1 else None
        zone = Zone(
            f"{PREFIX}{subnet.replace('/', '-')}",
            kind,
            f"{entry['ja']} {subnet}",
            f"{entry['en']} {subnet}",
            [subnet],
            vlan,
        )
        out.append(zone)
        for device in members[subnet]:
            device.zone = zone.id
    return out


def _order(subnet: str) -> tuple[int, int]:
    network = ipaddress.ip_network(subnet)
    return network.version, int(network.network_address)


def _kind(devices: Sequence[Device], knowledge: Knowledge) -> str:
    """The kind most members belong in, each weighed by the confidence of its type."""
    votes: dict[str, float] = {}
    for device in devices:
        stated = device.attributes.get("type")
        if stated is not None and stated.value in knowledge.type_zones:
            zone_kind = knowledge.type_zones[stated.value]
            votes[zone_kind] = votes.get(zone_kind, 0.0) + stated.confidence
    if not votes:
        return "unknown"
    clinical = {k: v for k, v in votes.items() if knowledge.zone_kinds.get(k, {}).get("clinical")}
    total = sum(votes.values())
    best, weight = max(votes.items(), key=lambda row: (row[1], row[0]))
    if best not in clinical and clinical:
        top, sure = max(clinical.items(), key=lambda row: (row[1], row[0]))
        if sure >= total / 3:
            return top
    return best if weight >= 0.4 else "unknown"


def load(path: Path, known_kinds: set[str] | None = None) -> list[Zone]:
    """Zones of a TOML file (`[[zone]]` tables) or a CSV file (columns id, kind, name_ja, name_en, subnets, vlan).

    Raises ZoneFileError with the row and what is wrong with it.
    """
    if path.suffix.lower() == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows: list[dict[str, object]] = [dict(row) for row in csv.DictReader(stream)]
    else:
        try:
            rows = tomllib.loads(path.read_text("utf-8")).get("zone", [])
        except tomllib.TOMLDecodeError as error:
            raise ZoneFileError(f"{path.name} is not readable TOML: {error}") from error
    return [_zone(row, number, path.name, known_kinds) for number, row in enumerate(rows, start=1)]


def _zone(row: dict[str, object], number: int, where: str, known_kinds: set[str] | None) -> Zone:
    subnets = row.get("subnets", row.get("subnet", []))
    if isinstance(subnets, str):
        subnets = subnets.replace(";", " ").replace(",", " ").split()
    if not isinstance(subnets, list) or not row.get("id"):
        raise ZoneFileError(f"{where}, zone {number}: needs an id and subnets")
    for cidr in subnets:
        try:
            ipaddress.ip_network(str(cidr), strict=False)
        except ValueError as error:
            raise ZoneFileError(f"{where}, zone {number}: {cidr} is no subnet") from error
    kind = str(row.get("kind") or "unknown")
    if known_kinds is not None and kind not in known_kinds:
        raise ZoneFileError(f"{where}, zone {number}: there is no zone kind {kind}")
    vlan = row.get("vlan")
    identity = str(row["id"])
    return Zone(
        identity,
        kind,
        str(row.get("name_ja") or identity),
        str(row.get("name_en") or identity),
        [str(c) for c in subnets],
        int(str(vlan)) if vlan not in (None, "") else None,
        by_person=True,
    )
