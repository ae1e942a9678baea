"""Images leave the archive in a way that no reading of images explains.

Many patients' studies within minutes to one machine, the archive told to send to a machine that is no
imaging device, or calls without number that carry nothing and keep others waiting.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from hinomi.model import Device, Severity

from ..draft import Facts, describe, make, words
from ..meta import Limit, Meta, Raised
from ..severity import SECOND
from ..sight import Sight, evidence, read_detail
from ..who import is_medical
from ..windows import burst

META = Meta(
    id="image_haul",
    severity=Severity.MEDIUM,
    severity_max=Severity.HIGH,
    attack=("T1213", "T1119", "T1048", "T1498", "T0802", "T0814"),
    reads=("exchange",),
    response="refuse",
    limits=(
        Limit("studies_min", 10, "studies within the span that a machine fetched which is no imaging device"),
        Limit("reader_studies_min", 60, "the same, for a workstation at which images are read"),
        Limit("span_min", 30, "minutes"),
        Limit("calls_min", 100, "calls within a minute that carried nothing"),
        Limit("habit_h", 24, "who fetched as many this long before is used to it"),
    ),
    blind_spots=("DICOM inside TLS, and images fetched by web (DICOMweb).", "A few studies a day, for weeks."),
    order=24,
)

_COLUMNS = (
    "flow_id", "client_ip", "client_mac", "server_ip", "server_mac", "time", "operation", "outcome", "client_name",
    "server_name", "patient", "detail", "capture", "packet", "offset",
)  # fmt: skip
_FETCH = ("C-MOVE", "C-GET")
_STORES = frozenset({"pacs", "dicom_router", "backup_server", "regional_gateway", "server", "database_server"})
_READERS = frozenset({"dicom_workstation", "strategy_desk", "navigation"})
_NO_PLACE = ("office", "guest", "external", "dmz")


def detect(sight: Sight) -> Iterator[Raised]:
    said = (
        sight.said("dicom").where_in("operation", "A-ASSOCIATE", "C-ECHO", "C-FIND", "C-STORE", *_FETCH).sorted("time")
    )
    fetched: dict[str, list[dict[str, Any]]] = defaultdict(list)
    sent: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    calls: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    carried: Counter[int] = Counter()
    archives: set[str] = set()
    for row in said.dicts(*_COLUMNS):
        row["name"] = sight.who.name(row["client_ip"], row["client_mac"], row["time"])
        row["to"] = sight.who.name(row["server_ip"], row["server_mac"], row["time"])
        if row["operation"] == "A-ASSOCIATE":
            calls[(row["name"], row["to"])].append(row)
            continue
        if row["operation"] != "C-ECHO":
            carried[row["flow_id"]] += 1
        if row["operation"] in _FETCH and row["outcome"] in ("ok", "warning", "half_heard"):
            fetched[row["name"]].append(row)
        if row["operation"] in ("C-FIND", *_FETCH):
            archives.add(row["to"])
        if row["operation"] == "C-STORE":
            sent[(row["name"], row["to"])].append(row)
    for name, rows in fetched.items():
        yield from _hauls(sight, name, rows)
    for (name, to), rows in sent.items():
        if name in archives and _no_place(sight, to, rows[0]):
            yield _tell(sight, "stranger", to, rows, rows[0]["server_ip"], by=name)
    for (name, _), rows in calls.items():
        empty = [row for row in rows if not carried[row["flow_id"]]]
        hit = burst(((row["time"], row["packet"]) for row in empty), 60 * SECOND, int(META.limit("calls_min")))
        if hit:
            yield _tell(sight, "flood", name, empty[hit[0] :], rows[0]["client_ip"])


def _hauls(sight: Sight, name: str, rows: list[dict[str, Any]]) -> Iterator[Raised]:
    device = sight.who.devices.get(name)
    kind = device.value("type") if device else ""
    if kind in _STORES:
        return  # archives, copies and moves to a new archive
    need = int(META.limit("reader_studies_min" if kind in _READERS or _medical(device) else "studies_min"))
    events = [(row["time"], read_detail(row["detail"]).get("study") or row["patient"] or row["packet"]) for row in rows]
    hit = burst(events, int(META.limit("span_min") * 60) * SECOND, need)
    if hit is None or rows[hit[0]]["time"] - rows[0]["time"] > META.limit("habit_h") * 3600 * SECOND:
        return
    yield _tell(sight, "many", name, rows[hit[0] :], rows[0]["client_ip"])


def _medical(device: Device | None) -> bool:
    return device is not None and is_medical(device)


def _no_place(sight: Sight, to: str, row: dict[str, Any]) -> bool:
    device = sight.who.devices.get(to)
    kind = sight.who.kind(row["server_ip"], device)
    if device is not None and device.value("type") in _STORES:
        return False
    return kind in _NO_PLACE


def _tell(sight: Sight, variant: str, name: str, rows: list[dict[str, Any]], ip: str, by: str = "") -> Raised:
    first, last = rows[0]["time"], rows[-1]["time"]
    device = sight.who.devices.get(name)
    archive = by or rows[0]["to"]
    kind = sight.who.kind(ip, device)
    facts: Facts = {
        "variant": variant,
        "studies": len({read_detail(row["detail"]).get("study") or row["patient"] or row["packet"] for row in rows}),
        "patients": len({row["patient"] for row in rows if row["patient"]}),
        "calls": len(rows),
        "titles": words([*(row["client_name"] for row in rows), *(row["server_name"] for row in rows)], 4) or ["—"],
        "span_s": max(1.0, (last - first) / SECOND),
        "archive": sight.who.label(archive),
        **describe(sight, "server", rows[0]["client_ip" if by else "server_ip"], sight.who.devices.get(archive)),
    }
    base = Severity.HIGH if kind in ("external", "guest") else META.severity
    return make(
        sight, META, (name, archive, variant), device=device, ip=ip, actor=name, targets=[archive], others=[archive],
        base=base, top=META.severity_max if variant != "flood" else base, confidence=0.8, facts=facts, first=first,
        last=last, count=len(rows), evidence=(evidence(row) for row in rows),
    )  # fmt: skip
