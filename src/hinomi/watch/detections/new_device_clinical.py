"""A device appears in a clinical zone where it was never heard before, or comes over from another zone.

In the first hours after Hinomi is installed everything is new; so newness counts only after the zone
was listened to for a day. A device that comes over from the guest or office network is told at once,
and so is a computer that stands among devices, reads the outside, and asks nothing of the house.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow.compute as pc

from hinomi.model import Device, EvidenceRef, Severity

from .. import knowledge, outside
from ..draft import Facts, make, words
from ..meta import Limit, Meta, Raised
from ..severity import SECOND
from ..sight import Sight, evidence
from ..tables import dicts, is_in
from ..who import CLINICAL, GROUP, MEDICAL, OUTSIDE, is_infrastructure, is_medical

META = Meta(
    id="new_device_clinical",
    severity=Severity.LOW,
    severity_max=Severity.MEDIUM,
    attack=("T1200", "T0864"),
    reads=("flow",),
    response="port",
    limits=(
        Limit("listened_h", 24, "hours the zone was listened to before newness counts"),
        Limit("at_once_max", 5, "newcomers of one place within an hour; more of them are told as one"),
        Limit("moved_s_min", 60, "seconds between the last word in the old zone and the first in the new"),
    ),
    blind_spots=(
        "A device that sends nothing.",
        "A computer that changes its card address at each start looks new each time.",
    ),
    order=90,
)

# What any machine needs of any network.
_LIFE = ("dns", "dhcp", "ntp", "mdns", "llmnr", "nbns", "ssdp", "arp", "nd", "stun")
_PLACES_OF_DEVICES = ("theatre", "icu", "imaging", "endoscopy", "dialysis", "laboratory")
_COMPUTERS = ("workstation", "mobile", "", "unknown")
_VISITORS = ("guest", "office", "partner", "external")


def detect(sight: Sight) -> Iterator[Raised]:
    yield from _strays(sight)
    starts = sight.flows.column("start")
    if len(starts) == 0:
        return
    began = pc.min(starts).as_py()
    listened = int(META.limit("listened_h") * 3600) * SECOND
    newcomers: list[_Newcomer] = []
    for device in sight.who.devices.values():
        if device.outside or is_infrastructure(device):
            continue
        moved = _moved(sight, device)
        here = _clinical_address(sight, device)
        if here is None:
            continue
        ip, mac, first, kind = here
        if moved is not None:
            yield from _tell(sight, device, ip, mac, first, "moved", Severity.MEDIUM, moved)
        elif sight.listened(began, min(device.first, first)) > listened:
            base = Severity.INFO if is_medical(device) else Severity.LOW
            if kind in ("theatre", "icu") and device.value("type") in ("", "unknown", "mobile"):
                base = Severity.MEDIUM
            zone = sight.who.zone(ip)
            newcomers.append(_Newcomer(device, ip, mac, first, base, zone.id if zone else kind))
    for group in _hours(newcomers):
        if len(group) > META.limit("at_once_max"):
            yield from _tell_many(sight, group)
        else:
            for one in group:
                yield from _tell(sight, one.device, one.ip, one.mac, one.first, "new", one.base, "")


@dataclass(frozen=True, slots=True)
class _Newcomer:
    device: Device
    ip: str
    mac: str
    first: int
    base: Severity
    zone: str


def _hours(newcomers: list[_Newcomer]) -> Iterator[list[_Newcomer]]:
    """Newcomers of one zone that came within an hour of the first of them."""
    by_zone: dict[str, list[_Newcomer]] = {}
    for one in sorted(newcomers, key=lambda one: (one.first, one.device.id)):
        group = by_zone.setdefault(one.zone, [])
        if group and one.first - group[0].first > 3600 * SECOND:
            yield group
            group = by_zone[one.zone] = []
        group.append(one)
    yield from by_zone.values()


def _tell_many(sight: Sight, group: list[_Newcomer]) -> Iterator[Raised]:
    """One finding for all that came at once. It asks once, where one of them alone would have asked."""
    head = max(group, key=lambda one: (list(Severity).index(one.base), -one.first))
    shown = [ref for one in group[:10] for ref in _packets(sight, one.ip)[:2]]
    shown = shown or _packets(sight, head.ip)
    if not shown:
        return
    facts: Facts = {
        "variant": "many",
        "device_mac": head.mac or "—",
        "maker": words(one.device.value("manufacturer") for one in group) or "—",
        "from_kind": "unknown",
        "machines": len(group),
        "examples": words(one.device.label for one in group),
    }
    first = group[0].first
    item = make(
        sight, META, (group[0].zone, "many", group[0].device.id), device=head.device, ip=head.ip, actor=head.device.id,
        others=[one.device.id for one in group], base=head.base, top=head.base, confidence=0.8, facts=facts,
        first=first, last=max(one.first for one in group), count=len(group), evidence=shown,
        causes=["arrival"],
    )  # fmt: skip
    yield item


def _strays(sight: Sight) -> Iterator[Raised]:
    """A computer in a place of devices that reads the outside and wants nothing of the house."""
    flows = sight.flows
    browsing = pc.and_(sight.having("orig", CLINICAL, MEDICAL), sight.having("resp", OUTSIDE))
    browsing = pc.and_(browsing, pc.and_(sight.answered, pc.invert(is_in(flows.column("service"), _LIFE))))
    table = flows.filter(browsing).sort_by("start")
    columns = ("orig_ip", "orig_mac", "start", "last", "sni", "resp_ip", "capture", "packet", "offset")
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in dicts(table, *columns):
        device = sight.who.device(row["orig_ip"], row["orig_mac"], row["start"])
        if sight.who.kind(row["orig_ip"], device) not in _PLACES_OF_DEVICES or device is None:
            continue
        known = outside.known(row["sni"] or sight.asked_name(row["orig_ip"], row["resp_ip"]), row["resp_ip"])
        if device.value("type") in _COMPUTERS and not (known and known.ordinary):
            groups.setdefault(row["orig_ip"], []).append(row | {"device": device})
    if not groups:
        return
    ours = pc.and_(sight.not_having("resp", OUTSIDE | GROUP), sight.answered)
    ours = pc.and_(ours, pc.invert(is_in(flows.column("service"), _LIFE)))
    at_work = set(flows.filter(ours).column("orig_ip").to_pylist())
    for ip, rows in groups.items():
        if ip in at_work:
            continue
        device = rows[0]["device"]
        facts: Facts = {
            "variant": "stray",
            "device_mac": rows[0]["orig_mac"] or "—",
            "maker": device.value("manufacturer") or "—",
            "from_kind": "unknown",
            "destinations": words(row["sni"] or sight.asked_name(ip, row["resp_ip"]) or row["resp_ip"] for row in rows),
        }
        yield make(
            sight, META, (device.id, "stray"), device=device, ip=ip, actor=device.id, base=Severity.MEDIUM,
            top=Severity.MEDIUM, confidence=0.7, facts=facts, first=min(device.first, rows[0]["start"]),
            last=rows[-1]["last"], count=len(rows), evidence=(evidence(row) for row in rows),
        )  # fmt: skip


def _clinical_address(sight: Sight, device: Device) -> tuple[str, str, int, str] | None:
    for address in sorted(device.addresses, key=lambda a: -a.first):
        if not address.ip:
            continue
        zone = sight.who.zone(address.ip)
        if zone is not None and zone.kind in knowledge.kinds() and knowledge.kinds()[zone.kind].clinical:
            return address.ip, address.mac, address.first, zone.kind
    return None


def _moved(sight: Sight, device: Device) -> str | None:
    """Kind of the zone it came from, where that is one of visitors."""
    held = sorted((a for a in device.addresses if a.ip), key=lambda a: a.first)
    if len(held) < 2 or is_medical(device):
        return None
    kinds = [sight.who.kind(address.ip) for address in held]
    for n in range(1, len(held)):
        kind = knowledge.kinds().get(kinds[n])
        apart = held[n].first - held[n - 1].last >= META.limit("moved_s_min") * SECOND or held[n].mac == held[n - 1].mac
        if kind is not None and kind.clinical and kinds[n] != "server" and kinds[n - 1] in _VISITORS and apart:
            return kinds[n - 1]
    return None


def _tell(
    sight: Sight, device: Device, ip: str, mac: str, first: int, variant: str, base: Severity, came_from: str
) -> Iterator[Raised]:
    refs = _packets(sight, ip)
    if not refs:
        return
    facts: Facts = {
        "variant": variant,
        "device_mac": mac or "—",
        "maker": device.value("manufacturer") or "—",
        "from_kind": came_from or "unknown",
    }
    yield make(
        sight, META, (device.id, ip.rpartition(".")[0]), device=device, ip=ip, actor=device.id, base=base, top=base,
        confidence=0.8, facts=facts, first=first, last=max(first, device.last), count=1, evidence=refs,
    )  # fmt: skip


def _packets(sight: Sight, ip: str) -> list[EvidenceRef]:
    """Of what it began first; of what came to it first, where it began nothing."""
    for side in ("orig", "resp"):
        found = list(sight.began(side, ip).head(5).proof())
        if found:
            return found
    return []
