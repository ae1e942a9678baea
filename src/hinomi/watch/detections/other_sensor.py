"""Another sensor (Suricata) rang: its word is shown as its word, one finding for each rule and device.

Hinomi does not judge such a rule again. It names the device, weighs its place and use, and puts the
alert into the story of what else that device did.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from hinomi.model import Severity

from ..draft import Facts, describe, make, words
from ..meta import Limit, Meta, Raised
from ..severity import lower
from ..sight import Sight, evidence, read_detail
from ..who import OUTSIDE

META = Meta(
    id="other_sensor",
    severity=Severity.MEDIUM,
    severity_max=Severity.HIGH,
    attack=("T1071", "T1190", "T1203"),
    reads=("exchange",),
    response="look",
    limits=(
        Limit("devices_max", 5, "devices for which one rule rang; more are told as one"),
        Limit("rows_max", 200_000, "alerts looked at"),
    ),
    blind_spots=("What the other sensor's rules do not know, and what it does not hear.",),
    order=70,
)

# Suricata's priorities (classification.config): 1 is the gravest. What it calls 3 is for a list.
_BY_PRIORITY = {"1": Severity.MEDIUM, "2": Severity.LOW}
_COLUMNS = (
    "client_ip", "client_mac", "server_ip", "server_mac", "time", "protocol", "outcome", "status", "object", "detail",
    "capture", "packet", "offset",
)  # fmt: skip


def detect(sight: Sight) -> Iterator[Raised]:
    said = sight.transactions
    rung = said.rows(said.where_in("operation", ("alert",)) & said.where_in("protocol", ("suricata",)))
    rules: dict[str, dict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for row in rung.sorted("time").head(int(META.limit("rows_max"))).dicts(*_COLUMNS):
        fields = read_detail(row["detail"])
        inside = "server" if sight.who.traits(row["client_ip"]) & OUTSIDE else "client"
        row["end"], row["fields"] = inside, fields
        name = sight.who.name(row[f"{inside}_ip"], row[f"{inside}_mac"], row["time"])
        rules[fields.get("signature_id") or row["object"]][name].append(row)
    for rule, by_device in rules.items():
        if len(by_device) > META.limit("devices_max"):
            rows = sorted((row for group in by_device.values() for row in group), key=lambda row: row["time"])
            yield _tell(sight, rule, "many", rows, list(by_device))
        else:
            for name, rows in by_device.items():
                yield _tell(sight, rule, name, rows, [name])


def _tell(sight: Sight, rule: str, key: str, rows: list[dict[str, Any]], names: list[str]) -> Raised:
    head = rows[0]
    end, other = head["end"], "server" if head["end"] == "client" else "client"
    device = sight.who.device(head[f"{end}_ip"], head[f"{end}_mac"], head["time"])
    peer = sight.who.device(head[f"{other}_ip"], head[f"{other}_mac"], head["time"])
    base = _BY_PRIORITY.get(min(row["status"] or "3" for row in rows), Severity.INFO)
    stopped = all(row["outcome"] == "refused" for row in rows)
    if stopped:
        base = lower(base)
    facts: Facts = {
        "variant": "many" if len(names) > 1 else "default",
        "rule": head["object"] or "—",
        "rule_id": rule,
        "category": head["fields"].get("category") or "—",
        "sensor": "Suricata",
        "stopped": "yes" if stopped else "no",
        "machines": len(names),
        "examples": words(sight.who.label(name) for name in names),
        **describe(sight, "peer", head[f"{other}_ip"], peer),
    }
    targets = [sight.who.name(row[f"{other}_ip"], row[f"{other}_mac"], row["time"]) for row in rows[:50]]
    item = make(
        sight, META, (rule, key), device=device, ip=head[f"{end}_ip"], actor=names[0], targets=dict.fromkeys(targets),
        others=names[1:], base=base, top=META.severity_max if base is Severity.MEDIUM else base, confidence=0.6,
        facts=facts, first=head["time"], last=rows[-1]["time"], count=len(rows),
        evidence=(evidence(row) for row in rows),
    )  # fmt: skip
    item.grows = Severity.MEDIUM if base is Severity.LOW and not stopped else None
    return item
