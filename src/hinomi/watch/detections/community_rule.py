"""A rule of the community (Sigma) met our records: shown as the rule's word, with where it came from.

Such rules are written for other houses. So a match is a line in a list, until a person of this house has
tried the rule and approved for it what it shall weigh.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from hinomi.model import Severity

from ..draft import Facts, describe, make, words
from ..meta import Limit, Meta, Raised
from ..sight import Sight, evidence
from ..sigma import Rule
from ..who import OUTSIDE

META = Meta(
    id="community_rule",
    severity=Severity.LOW,
    severity_max=Severity.HIGH,
    attack=("T1071", "T1190", "T1021"),
    reads=("flow", "exchange"),
    response="look",
    limits=(
        Limit("rows_max", 20_000, "rows of one rule looked at"),
        Limit("devices_max", 5, "devices that met one rule; more are told as one"),
    ),
    blind_spots=(
        "Rules for sources that no tap hears (processes, registry, event logs).",
        "Parts of an address or a file name that may name a patient: they are kept as pseudonyms and meet no rule.",
    ),
    order=75,
)

_ENDS = {"flow": ("orig", "resp", "start"), "exchange": ("client", "server", "time")}


def detect(sight: Sight) -> Iterator[Raised]:
    rules = [rule for rule in sight.view.sigma if rule.where]
    if not rules:
        return
    import duckdb

    with duckdb.connect(":memory:", config={"threads": 1, "enable_external_access": False}) as engine:
        engine.register("flow", sight.view.flows)
        engine.register("exchange", sight.view.exchanges)
        for rule in rules:
            yield from _met(sight, rule, _rows(engine, rule))


def _rows(engine: Any, rule: Rule) -> list[dict[str, Any]]:
    one, other, time = _ENDS[rule.record]
    most = int(META.limit("rows_max"))
    last = "AND phase = 'end'" if rule.record == "flow" else ""
    columns = f'{one}_ip, {one}_mac, {other}_ip, {other}_mac, epoch_ns({time}), capture, packet, "offset"'
    found = engine.execute(
        f"SELECT {columns} FROM {rule.record} WHERE ({rule.where}) {last} ORDER BY {time} LIMIT {most}"
    ).fetchall()
    names = ("client_ip", "client_mac", "server_ip", "server_mac", "time", "capture", "packet", "offset")
    return [dict(zip(names, row, strict=True)) for row in found]


def _met(sight: Sight, rule: Rule, rows: list[dict[str, Any]]) -> Iterator[Raised]:
    by_device: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        inside = "server" if sight.who.traits(row["client_ip"] or "") & OUTSIDE else "client"
        row["end"] = inside
        by_device[sight.who.name(row[f"{inside}_ip"] or "", row[f"{inside}_mac"] or "", row["time"])].append(row)
    if len(by_device) > META.limit("devices_max"):
        yield _tell(sight, rule, "many", rows, list(by_device))
        return
    for name, own in by_device.items():
        yield _tell(sight, rule, name, own, [name])


def _tell(sight: Sight, rule: Rule, key: str, rows: list[dict[str, Any]], names: list[str]) -> Raised:
    head = rows[0]
    end, other = head["end"], "server" if head["end"] == "client" else "client"
    device = sight.who.device(head[f"{end}_ip"], head[f"{end}_mac"], head["time"])
    peer = sight.who.device(head[f"{other}_ip"], head[f"{other}_mac"], head["time"])
    approved = sight.view.sigma_weights.get(rule.id)
    base = Severity(approved) if approved else META.severity
    facts: Facts = {
        "variant": "many" if len(names) > 1 else "default",
        "rule": rule.title,
        "rule_id": rule.id,
        "rule_file": rule.file,
        "rule_level": rule.level or "—",
        "author": rule.author or "—",
        "source": rule.source or "—",
        "rule_innocent": list(rule.innocent) or ["—"],
        "approved": "yes" if approved else "no",
        "machines": len(names),
        "examples": words(sight.who.label(name) for name in names),
        **describe(sight, "peer", head[f"{other}_ip"], peer),
    }
    return make(
        sight, META, (rule.id, key), device=device, ip=head[f"{end}_ip"], actor=names[0],
        targets=[sight.who.name(head[f"{other}_ip"], head[f"{other}_mac"], head["time"])], others=names[1:],
        base=base, top=base, confidence=0.5, facts=facts, first=head["time"], last=rows[-1]["time"], count=len(rows),
        evidence=(evidence(row) for row in rows),
    )  # fmt: skip
