"""An order (medicine, test, image, diet) comes from a sender that does not order in this house.

Receivers of HL7 v2 take what comes to the right port; the sender's name in the message is not
checked. An order from a machine that is no ordering system, or under the name of one, is either a
test or a danger.
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
    id="hl7_order_unknown_sender",
    severity=Severity.MEDIUM,
    severity_max=Severity.HIGH,
    attack=("T1565.002", "T0855", "T0848"),
    reads=("exchange",),
    response="refuse",
    limits=(Limit("habit_h", 24, "a sender whose orders were taken this long before is known"),),
    blind_spots=(
        "Orders inside TLS or in a maker's own format.",
        "A false order from the ordering system itself.",
    ),
    order=40,
)

# HL7 v2.5.1 table 0003 / 0354: messages that order something, and their older forms.
_ORDERS = ("ORM", "OMG", "OML", "OMI", "OMP", "OMD", "OMN", "OMS", "RDE", "RDS", "RAS", "RGV", "ORP", "RDO")
_ORDERING = frozenset({
    "emr_server", "emr_terminal", "ordering_gateway", "lis", "pharmacy_system", "worklist_server", "device_gateway",
    "regional_gateway", "database_server",
})  # fmt: skip
_COLUMNS = (
    "client_ip", "client_mac", "server_ip", "server_mac", "time", "operation", "outcome", "client_name", "patient",
    "capture", "packet", "offset",
)  # fmt: skip


def detect(sight: Sight) -> Iterator[Raised]:
    orders = sight.said("hl7").where("operation", lambda name: name.split("^")[0] in _ORDERS).sorted("time")
    names: dict[str, set[str]] = defaultdict(set)  # name in the message → ordering systems that use it
    groups: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in orders.dicts(*_COLUMNS):
        row["device"] = sight.who.device(row["client_ip"], row["client_mac"], row["time"])
        row["name"] = sight.who.name(row["client_ip"], row["client_mac"], row["time"])
        row["to"] = sight.who.name(row["server_ip"], row["server_mac"], row["time"])
        if _orders(row["device"]):
            names[row["client_name"]].add(row["name"])
        groups[(row["name"], row["to"])].append(row)
    for (name, to), group in groups.items():
        device = group[0]["device"]
        if _orders(device) or group[-1]["time"] - group[0]["time"] > META.limit("habit_h") * 3_600_000_000_000:
            continue
        borrowed = any(names[row["client_name"]] - {name} for row in group)
        taken = [row for row in group if row["outcome"] in ("ok", "warning")]
        kind = sight.who.kind(group[0]["client_ip"], device)
        if not borrowed and kind in ("server", "management") and (device is None or not is_medical(device)):
            continue  # an unnamed server in the server room is likelier a system not recognised yet
        server = sight.who.devices.get(to)
        facts: Facts = {
            "variant": "borrowed" if borrowed else "default",
            "sender": words(row["client_name"] for row in group) or ["—"],
            "operations": words(row["operation"] for row in group),
            "taken": len(taken),
            "patients": len({row["patient"] for row in group if row["patient"]}),
            **describe(sight, "server", group[0]["server_ip"], server),
        }
        base = Severity.HIGH if taken and (borrowed or kind in ("guest", "external", "partner")) else META.severity
        yield make(
            sight, META, (name, to), device=device, ip=group[0]["client_ip"], actor=name, targets=[to], others=[to],
            base=base, confidence=0.85 if borrowed else 0.7, facts=facts, first=group[0]["time"],
            last=group[-1]["time"], count=len(group), evidence=(evidence(row) for row in group),
        )  # fmt: skip


def _orders(device: Any) -> bool:
    return device is not None and device.value("type") in _ORDERING
