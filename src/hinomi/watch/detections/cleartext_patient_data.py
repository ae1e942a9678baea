"""Patient data crosses the border of the house without encryption.

Inside, images and clinical messages mostly travel in clear, and that is today's practice. What rings
is clear text towards the outside, a partner's line, the DMZ or the guest network.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from hinomi.model import Severity

from ..draft import Facts, describe, make, words
from ..meta import Limit, Meta, Raised
from ..severity import lower
from ..sight import Sight, evidence
from ..who import GUEST, OUTSIDE, PARTNER

META = Meta(
    id="cleartext_patient_data",
    severity=Severity.HIGH,
    severity_max=Severity.HIGH,
    attack=("T1040", "T1048.003", "T1020"),
    reads=("exchange",),
    response="outside",
    limits=(Limit("rows_max", 50_000, "transactions looked at one by one"),),
    blind_spots=(
        "Patient data in protocols that are not read here, and in free text of other protocols.",
        "A tunnel further along the way: what is clear at the tap may be encrypted later.",
    ),
    order=45,
)

_CLINICAL = ("dicom", "hl7", "astm", "poct1a", "fhir", "sdc")
_COLUMNS = (
    "client_ip", "client_mac", "server_ip", "server_mac", "protocol", "operation", "outcome", "time", "patient",
    "request_bytes", "response_bytes", "capture", "packet", "offset",
)  # fmt: skip


def detect(sight: Sight) -> Iterator[Raised]:
    said = sight.said(*_CLINICAL, "http", "ftp", "smb")
    columns = said.columns
    bits = OUTSIDE | PARTNER | GUEST
    away = [columns.where(side, lambda ip: bool(sight.who.traits(ip) & bits)) for side in ("client_ip", "server_ip")]
    about = columns.where("patient", bool) | columns.where_in("protocol", ("hl7", "astm", "poct1a"))
    heard = ~columns.where_in("outcome", ("unanswered", "refused"))
    crossing = said.keep((away[0] ^ away[1]) & about & heard).head(int(META.limit("rows_max")))
    groups: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in crossing.dicts(*_COLUMNS):
        inner = not sight.who.traits(row["client_ip"]) & bits
        near, far = ("client", "server") if inner else ("server", "client")
        row["near_ip"], row["far_ip"] = row[f"{near}_ip"], row[f"{far}_ip"]
        row["near"] = sight.who.name(row["near_ip"], row[f"{near}_mac"], row["time"])
        row["far"] = sight.who.name(row["far_ip"], row[f"{far}_mac"], row["time"])
        groups[(row["near"], row["far"], row["protocol"])].append(row)
    for (near, far, protocol), rows in groups.items():
        rows.sort(key=lambda row: row["time"])
        device, peer = sight.who.devices.get(near), sight.who.devices.get(far)
        base = META.severity
        kind = sight.who.kind(rows[0]["far_ip"], peer)
        if kind in ("dmz", "partner"):
            base = lower(base)
        if peer is not None and peer.value("type") in ("regional_gateway", "ons_router", "vpn_gateway"):
            base = Severity.LOW  # hands on to an encrypted line: a person should know, no more
        facts: Facts = {
            "protocol": protocol,
            "service": protocol,
            "operations": words(row["operation"] for row in rows),
            "patients": len({row["patient"] for row in rows if row["patient"]}),
            "sent_bytes": sum(row["request_bytes"] + row["response_bytes"] for row in rows),
            **describe(sight, "far", rows[0]["far_ip"], peer),
        }
        yield make(
            sight, META, (near, far, protocol), device=device, ip=rows[0]["near_ip"], actor=near, targets=[far],
            others=[far], base=base, top=base, confidence=0.95, facts=facts, first=rows[0]["time"],
            last=rows[-1]["time"], count=len(rows), evidence=(evidence(row) for row in rows),
        )  # fmt: skip
