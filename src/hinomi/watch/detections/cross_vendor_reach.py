"""From one vendor's line into another vendor's system.

At Musashikosugi the intruder came through the maintenance line of the patient monitors and went on
to the nurse call of another maker. A vendor's line has business with its own devices; the first word
to a device of another zone, from that line or from the device it holds, is told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pyarrow.compute as pc

from hinomi.model import Severity

from ..draft import Facts, describe, make, words
from ..meta import Limit, Meta, Raised
from ..remote import SCREENS
from ..severity import SECOND
from ..sight import Sight, evidence
from ..tables import dicts, is_in
from ..who import CLINICAL, PARTNER, is_infrastructure

META = Meta(
    id="cross_vendor_reach",
    severity=Severity.MEDIUM,
    severity_max=Severity.HIGH,
    attack=("T1199", "T1133", "T1021", "T0822", "T0886"),
    reads=("flow",),
    response="remote",
    limits=(
        Limit("after_min", 30, "minutes after the session's end in which steps of the held device count"),
        Limit("payload_min", 1, "bytes; a knock alone is looked at as a scan"),
    ),
    blind_spots=(
        "Two systems of different makers in the same zone.",
        "A vendor's line whose address is shared by several vendors.",
    ),
    order=42,
)

# What a machine needs of the house to live at all is no reach into another system.
_LIFE = frozenset(
    {"dns", "ntp", "dhcp", "mdns", "llmnr", "nbns", "ssdp", "syslog", "snmp", "icmp", "arp", "kerberos", "ldap"}
)
# From a held device only what opens or carries a session; its clinical talk goes on as before.
_STEPS = SCREENS | {"smb", "ftp", "winrm", "mssql", "mysql", "postgresql", "oracle"}
_COLUMNS = (
    "orig_ip", "orig_mac", "resp_ip", "resp_mac", "service", "start", "last", "resp_port", "capture", "packet", "offset"
)  # fmt: skip


def detect(sight: Sight) -> Iterator[Raised]:
    yield from _from_line(sight)
    yield from _from_held(sight)


def _place(sight: Sight, ip: str, name: str) -> str:
    device = sight.who.devices.get(name)
    zone = sight.who.zone(ip, device)
    return zone.id if zone else ""


def _maker(sight: Sight, name: str) -> str:
    device = sight.who.devices.get(name)
    return device.value("manufacturer").lower() if device else ""


def _talk(sight: Sight, mask: Any) -> list[dict[str, Any]]:
    flows = sight.flows
    heard = pc.and_(is_in(flows.column("outcome"), ("answered", "half_heard")), sight.having("resp", CLINICAL))
    said = pc.greater_equal(flows.column("orig_payload"), int(META.limit("payload_min")))
    found = list(dicts(flows.filter(pc.and_(pc.and_(mask, heard), said)).sort_by("start"), *_COLUMNS))
    for row in found:
        row["from"] = sight.who.name(row["orig_ip"], row["orig_mac"], row["start"])
        row["to"] = sight.who.name(row["resp_ip"], row["resp_mac"], row["start"])
    return found


def _from_line(sight: Sight) -> Iterator[Raised]:
    """A host on a partner's line or in the DMZ speaks with clinical devices of two places."""
    flows = sight.flows
    mask = pc.and_(sight.having("orig", PARTNER), pc.invert(is_in(flows.column("service"), _LIFE)))
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in _talk(sight, mask):
        groups[row["from"]].append(row)
    for name, rows in groups.items():
        source = sight.who.devices.get(name)
        if source is not None and is_infrastructure(source) and source.value("type") != "vpn_gateway":
            continue  # a relay, proxy or gateway speaks for many
        own, own_maker = _place(sight, rows[0]["resp_ip"], rows[0]["to"]), _maker(sight, rows[0]["to"])
        foreign = [
            row
            for row in rows
            if _place(sight, row["resp_ip"], row["to"]) != own
            and not (own_maker and _maker(sight, row["to"]) == own_maker)
        ]
        if foreign:
            yield _tell(sight, name, rows[0], foreign, "line")


def _from_held(sight: Sight) -> Iterator[Raised]:
    """A device that a partner's session holds opens sessions itself, in another place."""
    flows = sight.flows
    held: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in _talk(sight, pc.and_(sight.having("orig", PARTNER), is_in(flows.column("service"), SCREENS))):
        held[row["to"]].append(row)
    if not held:
        return
    steps = _talk(sight, pc.and_(is_in(flows.column("service"), _STEPS), sight.having("orig", CLINICAL)))
    before: set[tuple[str, str]] = set()
    told: dict[str, tuple[dict[str, Any], list[dict[str, Any]]]] = {}
    slack = int(META.limit("after_min") * 60) * SECOND
    for row in steps:
        pair = (row["from"], row["to"])
        session = next((s for s in held.get(row["from"], ()) if s["start"] <= row["start"] <= s["last"] + slack), None)
        if (
            session
            and pair not in before
            and _place(sight, row["resp_ip"], row["to"]) != _place(sight, row["orig_ip"], row["from"])
        ):
            told.setdefault(row["from"], (session, []))[1].append(row)
        before.add(pair)
    for name, (session, rows) in told.items():
        yield _tell(sight, name, session, rows, "held")


def _tell(sight: Sight, name: str, own: dict[str, Any], rows: list[dict[str, Any]], variant: str) -> Raised:
    row = rows[0]
    device = sight.who.devices.get(row["to"])
    targets = list(dict.fromkeys(each["to"] for each in rows))
    line = name if variant == "line" else own["from"]
    first = row["start"]
    facts: Facts = {
        "variant": variant,
        "line": sight.who.label(line),
        "targets": words(sight.who.label(target) for target in targets),
        "service": words(each["service"] or f"{each['resp_port']}" for each in rows),
        **describe(sight, "client", row["orig_ip"], sight.who.devices.get(name)),
        **describe(sight, "own", own["resp_ip"], sight.who.devices.get(own["to"])),
    }
    return make(
        sight, META, (name,), device=device, ip=row["resp_ip"], actor=name, targets=targets,
        others=[name, own["to"], *targets], confidence=0.8, facts=facts, first=first,
        last=max(each["last"] for each in rows), count=len(rows),
        evidence=(*(evidence(each) for each in rows[:10]), evidence(own)),
    )  # fmt: skip
