"""Two network cards claim the same address at the same time, or one card claims the way out.

Either two devices were given the same address, which breaks both, or one of them puts itself between
others to listen and to change what they say.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from hinomi.model import Device, EvidenceRef, Severity

from ..draft import Facts, describe, make, words
from ..meta import Limit, Meta, Raised
from ..severity import SECOND
from ..sight import Sight
from ..tables import is_in, rows

META = Meta(
    id="arp_conflict",
    severity=Severity.MEDIUM,
    severity_max=Severity.HIGH,
    attack=("T1557.002", "T0830"),
    reads=("clue",),
    response="port",
    limits=(
        Limit("overlap_s_min", 5, "both claims must be heard within the same span of at least this"),
        Limit("claims_min", 2, "claims by one of the two"),
        Limit("addresses_max", 3, "one card with more addresses than this is a router or a host of many"),
    ),
    blind_spots=(
        "Claims within a switch that the mirror port does not copy.",
        "A takeover in which the first holder never speaks again.",
    ),
    order=30,
)

# Virtual routers share an address on purpose (RFC 9568 §8.1, §8.2; Cisco HSRP and GLBP).
_VIRTUAL = ("00:00:5e:00:01:", "00:00:5e:00:02:", "00:00:0c:07:ac:", "00:07:b4:00:")


@dataclass(slots=True)
class _Claim:
    mac: str
    first: int
    last: int
    count: int = 0
    evidence: list[EvidenceRef] = field(default_factory=list)


def detect(sight: Sight) -> Iterator[Raised]:
    table = sight.view.clues
    if table is None or table.num_rows == 0:
        return
    table = table.filter(is_in(table.column("attribute"), ("arp.ip",)))
    claims: dict[tuple[str, int | None], dict[str, _Claim]] = defaultdict(dict)
    held: dict[str, set[str]] = defaultdict(set)
    columns = ("host_mac", "value", "vlan", "first", "last", "count", "capture", "packet", "offset")
    for mac, ip, vlan, first, last, count, capture, packet, offset in rows(table, *columns):
        if not mac or ip in ("", "0.0.0.0") or mac.startswith(_VIRTUAL) or ip.startswith("169.254."):
            continue
        claim = claims[(ip, vlan)].setdefault(mac, _Claim(mac, first, last))
        claim.first, claim.last = min(claim.first, first), max(claim.last, last)
        claim.count += count
        claim.evidence.append(EvidenceRef(capture, packet, offset))
        held[mac].add(ip)
    for (ip, _vlan), found in claims.items():
        pair = _clash(found)
        if pair is not None:
            item = _tell(sight, ip, *pair, held)
            if item is not None:
                yield item


def _clash(found: dict[str, _Claim]) -> tuple[_Claim, _Claim] | None:
    """Two claims that go on at the same time: (the earlier holder, the later)."""
    least = META.limit("overlap_s_min") * SECOND
    ordered = sorted(found.values(), key=lambda claim: claim.first)
    for n, one in enumerate(ordered):
        for other in ordered[n + 1 :]:
            overlap = min(one.last, other.last) - max(one.first, other.first)
            if overlap >= least and max(one.count, other.count) >= META.limit("claims_min"):
                return one, other
    return None


def _tell(sight: Sight, ip: str, one: _Claim, other: _Claim, held: dict[str, set[str]]) -> Raised | None:
    """The one with several addresses, or the later one, is the likelier intruder."""
    owner, intruder = (other, one) if len(held[one.mac]) > len(held[other.mac]) else (one, other)
    devices: dict[str, Device | None] = {claim.mac: sight.who.with_mac(claim.mac) for claim in (owner, intruder)}
    if devices[owner.mac] is not None and devices[owner.mac] is devices[intruder.mac]:
        return None  # two cards of one device
    device = devices[intruder.mac]
    many = len(held[intruder.mac]) > META.limit("addresses_max")
    if many and device is not None and device.value("type") in ("router", "firewall", "switch", "vpn_gateway"):
        return None  # answers for others (RFC 1027)
    holder = devices[owner.mac]
    gateway = holder is not None and holder.value("type") in ("router", "firewall", "switch")
    first, last = max(owner.first, intruder.first), max(owner.last, intruder.last)
    name = device.id if device else intruder.mac
    others = sorted(held[intruder.mac] - {ip})
    own_ip = next((a.ip for a in device.addresses if a.ip and a.ip != ip), ip) if device else ip
    facts: Facts = {
        "variant": "between" if gateway or len(held[intruder.mac]) > 1 else "default",
        "address": ip,
        "device_mac": intruder.mac,
        "owner_mac": owner.mac,
        "also": words(others) or ["—"],
        **describe(sight, "owner", ip, holder),
    }
    return make(
        sight, META, (ip, intruder.mac), device=device, ip=own_ip, actor=name,
        others=[holder.id] if holder else [], base=Severity.HIGH if gateway else META.severity, confidence=0.8,
        facts=facts, first=first, last=last, count=intruder.count, evidence=(*intruder.evidence, *owner.evidence),
    )  # fmt: skip
