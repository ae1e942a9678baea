"""Somebody writes into a controller of the building, a power supply, or a box of the network.

Air in the theatre, the cold of the blood bank, the voltage behind the ventilator and the path of every
packet hang on such boxes. Their control room and the network's managers write to them; an office
computer, a vendor's line or a guest does not.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from hinomi.model import Device, Severity

from ..draft import Facts, describe, make, words
from ..meta import Limit, Meta, Raised
from ..severity import SECOND
from ..sight import Sight, evidence, read_detail
from ..who import is_people

META = Meta(
    id="control_write",
    severity=Severity.MEDIUM,
    severity_max=Severity.HIGH,
    attack=("T0836", "T0855", "T0839", "T0816", "T1601.001", "T0843"),
    reads=("exchange",),
    response="refuse",
    limits=(
        Limit("habit_h", 24, "a pair that wrote this long before is used to it"),
        Limit("image_bytes", 50_000, "a body as large as this on a firmware page is firmware"),
    ),
    blind_spots=(
        "Writing inside TLS, SNMP version 3 with privacy, and makers' own protocols.",
        "EtherNet/IP: that something is sent is heard, not whether it writes.",
    ),
    order=22,
)

_COLUMNS = (
    "client_ip", "client_mac", "server_ip", "server_mac", "time", "protocol", "operation", "object", "outcome",
    "request_bytes", "detail", "capture", "packet", "offset",
)  # fmt: skip
# What stops a controller or gives it another program weighs more than another value.
_STOPS = frozenset({
    "stop", "start", "download", "ReinitializeDevice", "DeviceCommunicationControl", "AtomicWriteFile", "image",
})  # fmt: skip
_WRITES = frozenset({"write", "WriteProperty", "WritePropertyMultiple", "set"}) | _STOPS
_PAGES = re.compile(r"firmware|fwupdate|fw_update|upgrade|flash(?:ing)?\b|\.(?:bin|fw|img|trx|chk)$", re.IGNORECASE)
_STRANGE = ("external", "guest", "partner", "dmz")
_KEEPERS = frozenset({"building_controller", "plc", "power", "device_gateway", "environment_sensor"})


def detect(sight: Sight) -> Iterator[Raised]:
    plant = sight.said("modbus", "bacnet", "s7", "snmp").where("operation", _is_write)
    files = sight.said("tftp").where_in("operation", "write")
    pages = (
        sight.said("http").where_in("operation", "POST", "PUT").where("object", lambda path: bool(_PAGES.search(path)))
    )
    groups: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in (*plant.dicts(*_COLUMNS), *files.dicts(*_COLUMNS), *pages.dicts(*_COLUMNS)):
        if row["protocol"] == "http":
            if (row["request_bytes"] or 0) < META.limit("image_bytes"):
                continue
            row["operation"] = "image"
        client = sight.who.name(row["client_ip"], row["client_mac"], row["time"])
        server = sight.who.name(row["server_ip"], row["server_mac"], row["time"])
        groups[(client, server)].append(row)
    habit = int(META.limit("habit_h") * 3600) * SECOND
    for (client, server), rows in groups.items():
        rows.sort(key=lambda row: row["time"])
        fresh = [row for row in rows if row["time"] - rows[0]["time"] < habit]
        item = _of_pair(sight, client, server, fresh)
        if item is not None:
            yield item


def _is_write(operation: str) -> bool:
    return operation in _WRITES or operation.startswith("write ")


def _of_pair(sight: Sight, client: str, server: str, rows: list[dict[str, Any]]) -> Raised | None:
    source, device = sight.who.devices.get(client), sight.who.devices.get(server)
    ip = rows[0]["client_ip"]
    if sight.who.outside(rows[0]["server_ip"], device):
        return None
    kind = sight.who.kind(ip, source)
    if kind == "management" or (rows[0]["protocol"] == "snmp" and _manages(source)):
        return None
    here, there = sight.who.zone(rows[0]["server_ip"], device), sight.who.zone(ip, source)
    near = here is not None and there is not None and here.id == there.id
    if near and source is not None and source.value("type") in _KEEPERS:
        return None  # controllers of one plant among themselves
    stops = [row for row in rows if row["operation"] in _STOPS or row["protocol"] == "tftp"]
    done = [row for row in rows if row["outcome"] in ("ok", "warning", "half_heard")]
    base = top = META.severity
    if near and not (source is None or is_people(source) or stops):
        base = top = Severity.LOW
    elif kind in _STRANGE or (stops and done and not near):
        base, top = Severity.HIGH, META.severity_max
    elif not near:
        top = META.severity_max
    facts: Facts = {
        "operations": words(row["operation"] for row in rows),
        "objects": words((row["object"] or read_detail(row["detail"]).get("address", "") for row in rows), 5) or ["—"],
        "protocol": words(row["protocol"] for row in rows),
        "variant": "stops" if stops else "default",
        "done": len(done),
        **describe(sight, "client", ip, source),
    }
    item = make(
        sight, META, (client, server), device=device, ip=rows[0]["server_ip"], actor=client, targets=[server],
        others=[client], base=base, top=top, confidence=0.85, facts=facts, first=rows[0]["time"],
        last=rows[-1]["time"], count=len(rows), evidence=(evidence(row) for row in (*stops, *rows)),
    )  # fmt: skip
    item.grows = Severity.MEDIUM
    return item


def _manages(device: Device | None) -> bool:
    return device is not None and device.value("type") in ("network_service", "log_server", "server", "update_server")
