"""A machine that is no router offers itself as the way out (IPv6 router advertisement).

Every system takes such an offer at once, also where the hospital uses no IPv6: from then on what
leaves goes through that machine.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from hinomi.model import Severity

from ..draft import Facts, make, words
from ..meta import Limit, Meta, Raised
from ..severity import SECOND
from ..sight import Sight, evidence
from ..who import is_medical, is_people

META = Meta(
    id="rogue_router",
    severity=Severity.MEDIUM,
    severity_max=Severity.HIGH,
    attack=("T1557", "T0830"),
    reads=("clue",),
    response="port",
    limits=(Limit("new_h", 24, "hours listened to before an unknown router counts as new"),),
    blind_spots=("Offers within one switch that the mirror port does not copy.",),
    order=31,
)

CARRIES_MIN = 4  # addresses behind one Ethernet address that make it a router
_ROUTERS = frozenset({"router", "switch", "firewall", "vpn_gateway", "ons_router", "access_point"})
_COLUMNS = ("host_ip", "host_mac", "attribute", "value", "count", "first", "last", "capture", "packet", "offset")


def detect(sight: Sight) -> Iterator[Raised]:
    clues = sight.clues
    if not len(clues):
        return
    offers: dict[str, list[dict[str, Any]]] = defaultdict(list)
    told = clues.rows(clues.where_in("attribute", ("nd.router", "nd.prefix", "nd.dns"))).sorted("first")
    for row in told.dicts(*_COLUMNS):
        offers[row["host_mac"] or row["host_ip"]].append(row)
    began = int(clues.numbers("first").min())
    for rows in offers.values():
        router = [row for row in rows if row["attribute"] == "nd.router" and row["value"] not in ("", "0")]
        if not router:
            continue  # RFC 4861 §6.2.5: a lifetime of 0 offers no way out
        ip, mac, first = router[0]["host_ip"], router[0]["host_mac"], router[0]["first"]
        device = sight.who.device(ip, mac, first)
        if device is not None and device.value("type") in _ROUTERS and not _newcomer(sight, began, first):
            continue
        strange = (device is not None and (is_people(device) or is_medical(device))) or _carries_nothing(sight, mac)
        # Else it is most likely the hospital's own router, not recognised yet.
        base = META.severity if strange or _newcomer(sight, began, first) else Severity.LOW
        name = sight.who.name(ip, mac, first)
        facts: Facts = {
            "router_ip": ip or "—",
            "router_mac": mac or "—",
            "prefixes": words(row["value"] for row in rows if row["attribute"] == "nd.prefix") or ["—"],
            "name_servers": words(row["value"] for row in rows if row["attribute"] == "nd.dns") or ["—"],
        }
        yield make(
            sight, META, (name,), device=device, ip=ip, actor=name, base=base, confidence=0.8, facts=facts,
            top=META.severity_max if base is META.severity else base,
            first=first, last=max(row["last"] for row in rows), count=sum(int(row["count"]) for row in router),
            evidence=(evidence(row) for row in rows),
        )  # fmt: skip


def _carries_nothing(sight: Sight, mac: str) -> bool:
    """Others bring packets from beyond their subnet, this one none: it offers a way that it is not."""
    carried = sight.carried_by
    return bool(mac) and len(carried.get(mac, ())) <= 1 and any(len(ips) >= CARRIES_MIN for ips in carried.values())


def _newcomer(sight: Sight, began: int, first: int) -> bool:
    return sight.listened(began, first) > META.limit("new_h") * 3600 * SECOND
