"""A known service outside is used otherwise than its profile says: by another kind of device, or in clear.

Every Japanese hospital has a line for eligibility verification, one to its region, reports to the
ministry. Each has few users inside. A device that has no business there, or a service that the
line does not carry, is told; clinical devices are told by `first_contact_outside` already.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pyarrow.compute as pc

from hinomi.model import Severity

from .. import outside
from ..contacts import fits
from ..draft import Facts, make, words
from ..meta import Limit, Meta, Raised
from ..sight import Sight, clean_name, evidence
from ..tables import by_value, dicts
from ..who import CLINICAL, GROUP, GUEST, OUTSIDE, is_infrastructure

META = Meta(
    id="outside_profile",
    severity=Severity.LOW,
    severity_max=Severity.MEDIUM,
    attack=("T1567", "T1071"),
    reads=("flow", "exchange"),
    response="outside",
    limits=(Limit("rows_max", 20_000, "connections looked at one by one"),),
    blind_spots=(
        "A proxy that asks for everybody: the kind of device behind it is not heard.",
        "A device whose kind nobody knows breaks no profile.",
        "Connections whose name was not heard.",
    ),
    order=60,
)

_COLUMNS = (
    "orig_ip", "orig_mac", "resp_ip", "service", "proto", "resp_port", "sni", "start", "last", "orig_payload",
    "capture", "packet", "offset",
)  # fmt: skip


def detect(sight: Sight) -> Iterator[Raised]:
    groups: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in _rows(sight):
        name = clean_name(row["sni"] or "") or sight.asked_name(row["orig_ip"], row["resp_ip"])
        known = outside.known(name, row["resp_ip"])
        if known is None or not known.name_en:
            continue
        device = sight.who.device(row["orig_ip"], row["orig_mac"], row["start"])
        if device is None or device.outside or is_infrastructure(device):
            continue
        service = row["service"] or ""
        if not fits(known, device.value("type")):
            why = "default"
        elif service and known.services and service not in known.services:
            why = "service"
        else:
            continue
        groups[(device.id, known.id, why)].append(row | {"device": device, "name": name, "known": known})
    for (device_id, id, why), rows in groups.items():
        known, device = rows[0]["known"], rows[0]["device"]
        facts: Facts = {
            "variant": why,
            "line_ja": known.name_ja,
            "line_en": known.name_en,
            "owner": known.owner,
            "purpose_ja": known.purpose_ja,
            "purpose_en": known.purpose_en,
            "names": words(row["name"] for row in rows) or ["—"],
            "services": words(row["service"] or f"{row['proto']}/{row['resp_port']}" for row in rows),
            "sent_bytes": sum(row["orig_payload"] for row in rows),
        }
        yield make(
            sight, META, (device_id, id, why), device=device, ip=rows[0]["orig_ip"], actor=device_id, confidence=0.7,
            causes=[f"outside:{outside.owner_part(rows[0]['name'])}"] if rows[0]["name"] else [], facts=facts,
            first=min(row["start"] for row in rows), last=max(row["last"] for row in rows), count=len(rows),
            top=Severity.LOW, evidence=(evidence(row) for row in rows),
        )  # fmt: skip


def _rows(sight: Sight) -> Iterator[dict[str, Any]]:
    """Connections to the outside that may be to a known service: by name, by network, or asked for by name."""
    flows = sight.flows
    asked = {address for (_, address), name in sight.names_of.items() if _shown(name, "")}
    by_name = by_value(flows.column("sni"), lambda name: _shown(clean_name(name), ""))
    by_net = by_value(flows.column("resp_ip"), lambda ip: ip in asked or _shown("", ip))
    mask = pc.and_(sight.having("resp", OUTSIDE), sight.not_having("orig", OUTSIDE | GROUP | GUEST | CLINICAL))
    table = flows.filter(pc.and_(mask, pc.or_(by_name, by_net)))
    yield from dicts(table.slice(0, int(META.limit("rows_max"))), *_COLUMNS)


def _shown(name: str, ip: str) -> bool:
    known = outside.known(name, ip)
    return known is not None and bool(known.name_en)
