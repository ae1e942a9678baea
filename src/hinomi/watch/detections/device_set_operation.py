"""Something sets a value on a device that treats a patient: a pump's rate, a ventilator's mode.

In a theatre whose devices work together this is meant, between devices of that room. From anywhere
else it changes a treatment from afar.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np

from hinomi.columns import Rows
from hinomi.model import Severity

from ..draft import Facts, describe, make, words
from ..meta import Meta, Raised
from ..severity import lower
from ..sight import Sight, evidence
from ..who import criticality, is_medical

META = Meta(
    id="device_set_operation",
    severity=Severity.HIGH,
    severity_max=Severity.CRITICAL,
    attack=("T0836", "T0855", "T0831"),
    reads=("exchange",),
    response="refuse",
    blind_spots=(
        "Operations inside TLS, which the standard demands: then only the connection is heard.",
        "A maker's own protocol that is not read here.",
    ),
    order=20,
)

# IEEE 11073-10207 Annex B (BICEPS set service) and the operations of other device protocols.
# ORiN b-CAP names its functions `Variable_PutValue`, `Controller_Execute` …
BICEPS = frozenset({
    "SetValue", "SetString", "Activate", "SetContextState", "SetMetricState", "SetAlertState", "SetComponentState",
})  # fmt: skip
_SETTING = ("set", "activate")
_SETTING_ENDS = ("_putvalue", "_execute", "_move")
_COLUMNS = (
    "client_ip", "client_mac", "server_ip", "server_mac", "protocol", "time", "operation", "outcome", "object",
    "capture", "packet", "offset",
)  # fmt: skip


def _is_setting(operation: str) -> bool:
    name = operation.lower()
    return name.startswith(_SETTING) or name.endswith(_SETTING_ENDS)


def detect(sight: Sight) -> Iterator[Raised]:
    # SDC runs as SOAP over HTTP: there only the standard's own words count.
    soap = sight.said("http").where_in("operation", *BICEPS)
    others = sight.said("sdc", "bcap", "igtl", "poct1a", "intellivue").where("operation", _is_setting)
    said = Rows(soap.columns, np.concatenate([others.at, soap.at])).sorted("time")
    groups: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in said.dicts(*_COLUMNS):
        client = sight.who.name(row["client_ip"], row["client_mac"], row["time"])
        server = sight.who.name(row["server_ip"], row["server_mac"], row["time"])
        groups[(client, server)].append(row)
    for (client, server), rows in groups.items():
        device, source = sight.who.devices.get(server), sight.who.devices.get(client)
        named = device is not None and device.value("type") not in ("", "unknown")
        if device is None or (named and criticality(device) != "life"):
            continue  # whoever takes such operations and is not named yet may well hold a life
        here = sight.who.zone(rows[0]["server_ip"], device)
        there = sight.who.zone(rows[0]["client_ip"], source)
        near = here is not None and there is not None and here.id == there.id
        if near and source is not None and is_medical(source) and source.value("manufacturer"):
            continue  # devices of one room that work together, by makers that are known
        done = [row for row in rows if row["outcome"] in ("ok", "warning")]
        kind = sight.who.kind(rows[0]["client_ip"], source)
        base = META.severity if done else lower(META.severity)
        top = META.severity_max if done and named and sight.in_use(device, rows[-1]["time"]) else Severity.HIGH
        if all(row["protocol"] == "bcap" for row in rows):
            base = top = (
                Severity.MEDIUM
            )  # who joins a room's devices writes too: a person says once whether it is meant
        if near and source is not None and source.value("type") not in ("", "unknown"):
            base = top = lower(base)  # a known machine of the same room
        facts: Facts = {
            "operations": words(row["operation"] for row in rows),
            "objects": words(row["object"] for row in rows) or ["—"],
            "done": len(done),
            "origin_kind": kind,
            **describe(sight, "client", rows[0]["client_ip"], source),
        }
        yield make(
            sight, META, (client, server), device=device, ip=rows[0]["server_ip"], actor=client, targets=[server],
            others=[client], base=base, top=top, confidence=0.9, facts=facts, first=rows[0]["time"],
            last=rows[-1]["time"], count=len(rows), evidence=(evidence(row) for row in rows),
        )  # fmt: skip
