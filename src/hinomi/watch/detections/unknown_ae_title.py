"""Somebody whom nobody expects calls an image archive: refused by name, or let in to search.

Medical devices and viewing stations call archives all day. What rings is a caller that the archive
itself refuses by name, and a machine that is neither and yet searches or fetches images.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from hinomi.model import Severity

from ..draft import Facts, describe, make, words
from ..meta import Limit, Meta, Raised
from ..sight import Sight, evidence
from ..who import is_medical

META = Meta(
    id="unknown_ae_title",
    severity=Severity.LOW,
    severity_max=Severity.HIGH,
    attack=("T1213", "T1078", "T0888"),
    reads=("exchange",),
    response="refuse",
    limits=(
        Limit("titles_min", 3, "names tried by one caller make it a search for a name that is let in"),
        Limit("habit_h", 24, "a caller that was let in this long before is known"),
    ),
    blind_spots=(
        "DICOM inside TLS, and images fetched by web (DICOMweb).",
        "A caller that uses the name of a known device: that is `ae_title_from_two_addresses`.",
    ),
    order=60,
)

_COLUMNS = (
    "client_ip", "client_mac", "server_ip", "server_mac", "time", "operation", "outcome", "status", "client_name",
    "server_name", "capture", "packet", "offset",
)  # fmt: skip
_SEARCH = ("C-FIND", "C-MOVE", "C-GET")
_CLINICAL_IT = ("emr_server", "lis", "database_server", "backup_server", "regional_gateway", "pharmacy_system")


def detect(sight: Sight) -> Iterator[Raised]:
    said = sight.said("dicom").where_in("operation", "A-ASSOCIATE", *_SEARCH).sorted("time")
    owners: dict[str, set[str]] = defaultdict(set)  # names that medical devices use
    groups: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    clients, servers = sight.clients[said.at].tolist(), sight.servers[said.at].tolist()
    for row, client, server in zip(said.dicts(*_COLUMNS), clients, servers, strict=True):
        row["device"], peer = sight.who.at(client), sight.who.at(server)
        row["name"] = row["device"].id if row["device"] else row["client_ip"] or row["client_mac"]
        row["to"] = peer.id if peer else row["server_ip"] or row["server_mac"]
        if row["device"] is not None and is_medical(row["device"]):
            owners[row["client_name"]].add(row["name"])
        groups[(row["name"], row["to"])].append(row)
    for (name, to), rows in groups.items():
        item = _of_pair(sight, name, to, rows, owners)
        if item is not None:
            yield item


def _of_pair(
    sight: Sight, name: str, to: str, rows: list[dict[str, Any]], owners: dict[str, set[str]]
) -> Raised | None:
    device = rows[0]["device"]
    calls = [row for row in rows if row["operation"] == "A-ASSOCIATE"]
    refused = [row for row in calls if row["outcome"] == "refused"]
    accepted = [row for row in calls if row["outcome"] in ("ok", "warning")]
    searches = [row for row in rows if row["operation"] in _SEARCH and row["outcome"] in ("ok", "warning")]
    titles = {row["client_name"] for row in calls if row["client_name"]}
    medical = device is not None and is_medical(device)
    if any(owners[title] - {name} for title in titles) and not len(titles) >= META.limit("titles_min"):
        return None  # told as one name from two devices
    kind = sight.who.kind(rows[0]["client_ip"], device)
    if refused and (not accepted or len({row["client_name"] for row in refused}) >= META.limit("titles_min")):
        tried = {row["client_name"] for row in refused} | {row["server_name"] for row in refused}
        variant = "guessing" if len(tried) >= META.limit("titles_min") + 1 else "refused"
        base = Severity.MEDIUM if variant == "guessing" or kind in ("guest", "partner", "external") else Severity.LOW
        top = META.severity_max if variant == "guessing" else base
        used, confidence = refused, 0.9
    elif searches and not medical and not _expected(sight, rows, device, kind):
        variant, used, confidence = "let_in", searches, 0.6
        base = Severity.HIGH if kind in ("guest", "external") else Severity.MEDIUM
        top = base
    else:
        return None
    facts: Facts = {
        "variant": variant,
        "titles": words(sorted(titles)) or ["—"],
        "operations": words(row["operation"] for row in used),
        "statuses": words(row["status"] for row in refused) or ["—"],
        "tries": len(used),
        **describe(sight, "server", rows[0]["server_ip"], sight.who.devices.get(to)),
    }
    return make(
        sight, META, (name, to), device=device, ip=rows[0]["client_ip"], actor=name, others=[to], base=base, top=top,
        confidence=confidence, facts=facts, first=used[0]["time"], last=used[-1]["time"], count=len(used),
        evidence=(evidence(row) for row in used),
    )  # fmt: skip


def _expected(sight: Sight, rows: list[dict[str, Any]], device: Any, kind: str) -> bool:
    """Callers that one expects: of the clinical zones, of clinical servers, or long in use."""
    if kind in ("imaging", "server", "theatre", "icu", "ward", "endoscopy", "management"):
        return True
    if device is not None and device.value("type") in _CLINICAL_IT:
        return True
    return bool(rows[-1]["time"] - rows[0]["time"] > META.limit("habit_h") * 3_600_000_000_000)
