"""Somebody emptied the log of a machine, as intruders do before they leave.

Told by the machine's own event (Windows 1102 and 104) in a log that was read here: so it is known
only where that log went somewhere else before it was emptied, or was emptied and went on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from hinomi.model import Severity

from ..draft import Facts, make, words
from ..meta import Limit, Meta, Raised
from ..sight import Sight, evidence, read_detail

META = Meta(
    id="log_cleared",
    severity=Severity.HIGH,
    severity_max=Severity.HIGH,
    attack=("T1070.001", "T0872"),
    reads=("exchange",),
    response="look",
    limits=(Limit("machines_max", 50, "machines told one by one"),),
    blind_spots=(
        "A log that never reached Hinomi.",
        "A log that was stopped, or whose entries were taken out one by one.",
    ),
    order=20,
)

_COLUMNS = (
    "server_ip", "server_mac", "server_name", "client_name", "object", "time", "detail", "capture", "packet", "offset",
)  # fmt: skip


def detect(sight: Sight) -> Iterator[Raised]:
    said = sight.said("windows")
    machines: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in said.where_in("operation", "log_cleared").sorted("time").dicts(*_COLUMNS):
        row["name"] = sight.who.name(row["server_ip"], row["server_mac"], row["time"]) or row["server_name"]
        machines[row["name"]].append(row)
    for name, rows in list(machines.items())[: int(META.limit("machines_max"))]:
        head = rows[0]
        facts: Facts = {
            "machine": sight.who.label(name) if head["server_ip"] else head["server_name"],
            "logs": words(row["object"] for row in rows),
            "users": words(read_detail(row["detail"]).get("user", "") for row in rows) or ["—"],
        }
        yield make(
            sight, META, (name,), device=sight.who.devices.get(name), ip=head["server_ip"] or head["server_name"],
            actor=name, confidence=0.97, facts=facts, first=head["time"], last=rows[-1]["time"], count=len(rows),
            evidence=(evidence(row) for row in rows),
        )  # fmt: skip
