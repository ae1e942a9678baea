"""A computer that is no mail server hands mails straight to the outside.

The house's mail goes through its mail server. A PC that speaks with outside mail servers itself is
sending without anybody's knowledge; that is how Emotet spread in the name of its victims.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pyarrow.compute as pc

from hinomi.model import Severity

from ..draft import Facts, make, words
from ..meta import Limit, Meta, Raised
from ..sight import Sight, clean_name, evidence
from ..tables import dicts, is_in
from ..who import GROUP, GUEST, OUTSIDE, is_medical

META = Meta(
    id="mail_past_server",
    severity=Severity.LOW,
    severity_max=Severity.MEDIUM,
    attack=("T1071.003", "T1566", "T1048"),
    reads=("flow",),
    response="outside",
    limits=(
        Limit("mails_min", 3, "connections of one computer make it a sender that asks a person"),
        Limit(
            "transfer_port", 25, "the port between mail servers (RFC 5321 4.5.4.2); people hand mails in at 587 or 465"
        ),
    ),
    blind_spots=(
        "Mails handed in at an outside provider's submission port, or by web.",
        "Mails sent through the house's own server in another's name.",
    ),
    order=50,
)

_SENDERS = frozenset({"mail_server", "firewall", "router", "vpn_gateway"})
_COLUMNS = (
    "orig_ip", "orig_mac", "resp_ip", "sni", "start", "last", "orig_payload", "capture", "packet", "offset",
)  # fmt: skip


def detect(sight: Sight) -> Iterator[Raised]:
    flows = sight.flows
    port = pc.equal(flows.column("resp_port"), int(META.limit("transfer_port")))
    mask = pc.and_(pc.and_(is_in(flows.column("service"), ("smtp",)), port), sight.answered)
    mask = pc.and_(mask, pc.and_(sight.having("resp", OUTSIDE), sight.not_having("orig", OUTSIDE | GROUP | GUEST)))
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in dicts(flows.filter(mask).sort_by("start"), *_COLUMNS):
        groups[sight.who.name(row["orig_ip"], row["orig_mac"], row["start"])].append(row)
    for name, rows in groups.items():
        device = sight.who.devices.get(name)
        if device is not None and device.value("type") in _SENDERS:
            continue
        reports = device is not None and (is_medical(device) or device.value("type") == "printer")
        many = len(rows) >= META.limit("mails_min") and not reports
        names = words(clean_name(row["sni"] or "") or sight.asked_name(row["orig_ip"], row["resp_ip"]) for row in rows)
        base = Severity.MEDIUM if many else META.severity
        facts: Facts = {
            "addresses": words(row["resp_ip"] for row in rows),
            "names": names or ["—"],
            "sent_bytes": sum(row["orig_payload"] for row in rows),
        }
        yield make(
            sight, META, (name,), device=device, ip=rows[0]["orig_ip"], actor=name, base=base, top=base,
            causes=[f"outside:{row['resp_ip']}" for row in rows[:1]], confidence=0.85, facts=facts,
            first=rows[0]["start"], last=rows[-1]["last"], count=len(rows), evidence=(evidence(row) for row in rows),
        )  # fmt: skip
