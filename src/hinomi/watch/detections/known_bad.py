"""Somebody inside spoke with, or asked for, what a list of known-bad addresses and names holds.

The whole history that is at hand is held against the lists, so that a list that comes today finds
the contact of last month. An entry that is at the same time a known ordinary destination is no
proof: bad lists are full of such.
"""

from __future__ import annotations

import ipaddress
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import pyarrow.compute as pc

from hinomi.model import Severity

from .. import outside
from ..draft import Facts, make, words
from ..indicators import Indicator
from ..meta import Limit, Meta, Raised
from ..severity import lower
from ..sight import Sight, clean_name, evidence
from ..tables import by_value, dicts
from ..who import GUEST, is_infrastructure, parse

META = Meta(
    id="known_bad",
    severity=Severity.MEDIUM,
    severity_max=Severity.HIGH,
    attack=("T1071", "T1583", "T1588"),
    reads=("flow", "exchange"),
    response="outside",
    limits=(Limit("ja4_confidence", 0.5, "a fingerprint of a program is shared by many programs"),),
    blind_spots=("What no list holds.", "An address that changed hands since the list was made."),
    order=30,
)


def detect(sight: Sight) -> Iterator[Raised]:
    lists = sight.view.indicators
    if not lists:
        return
    groups: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    hits: dict[str, Indicator] = {}
    for row, indicator in (*_flows(sight, lists), *_questions(sight, lists)):
        if indicator.until and row["time"] > indicator.until:
            continue  # it no longer stood for what the list says
        device = sight.who.device(row["ip"], row["mac"], row["time"])
        if indicator.kind == "domain" and row["asked"] and device is not None and is_infrastructure(device):
            continue  # a resolver asks on behalf of others
        name = device.id if device else row["ip"]
        hits[indicator.value] = indicator
        groups[(name, indicator.value)].append(row | {"device": device})
    for (name, value), rows in groups.items():
        rows.sort(key=lambda row: row["time"])
        indicator = hits[value]
        only_asked = all(row["asked"] for row in rows)
        base, confidence = META.severity, 0.85
        if only_asked:
            base, confidence = lower(base), 0.7
        if indicator.kind == "ja4":
            base, confidence = Severity.LOW, META.limit("ja4_confidence")
        known = outside.known(value if indicator.kind == "domain" else "", value if indicator.kind == "ip" else "")
        if known is not None:
            base, confidence = Severity.LOW, 0.3
        facts: Facts = {
            "variant": "asked" if only_asked else "default",
            "indicator": value,
            "label": indicator.label or "—",
            "list": indicator.source,
            "names": words(row["name"] for row in rows) or ["—"],
            "sent_bytes": sum(row["sent"] for row in rows),
            "ordinary": "yes" if known is not None else "no",
        }
        yield make(
            sight, META, (name, value), device=rows[0]["device"], ip=rows[0]["ip"], actor=name,
            causes=[f"outside:{outside.owner_part(value) if indicator.kind == 'domain' else value}"], base=base,
            top=base if base == Severity.LOW else None, confidence=confidence, facts=facts, first=rows[0]["time"],
            last=rows[-1]["last"], count=len(rows), evidence=(evidence(row) for row in rows),
        )  # fmt: skip


def _matcher(lists: list[Indicator], *kinds: str) -> Callable[[str], Indicator | None]:
    exact = {i.value: i for i in lists if i.kind in kinds and i.kind != "net"}
    nets = [(ipaddress.ip_network(i.value), i) for i in lists if i.kind == "net" and "net" in kinds]
    names = "domain" in kinds

    def match(value: str) -> Indicator | None:
        if names:
            labels = clean_name(value).split(".")
            for start in range(max(1, len(labels) - 1)):
                found = exact.get(".".join(labels[start:]))
                if found is not None:
                    return found
            return None
        found = exact.get(value)
        if found is None and nets:
            parsed = parse(value)
            for net, indicator in nets:
                if parsed is not None and parsed.version == net.version and parsed in net:
                    return indicator
        return found

    return match


def _flows(sight: Sight, lists: list[Indicator]) -> Iterator[tuple[dict[str, Any], Indicator]]:
    flows = sight.flows
    for column, near, kinds in (
        ("resp_ip", "orig", ("ip", "net")), ("orig_ip", "resp", ("ip", "net")), ("sni", "orig", ("domain",)),
        ("ja4", "orig", ("ja4",)), ("certificate", "orig", ("certificate",)),
    ):  # fmt: skip
        match = _matcher(lists, *kinds)
        mask = by_value(flows.column(column), lambda value, match=match: match(value) is not None)  # type: ignore[misc]
        mask = pc.and_(mask, sight.not_having(near, GUEST))
        names = (
            column,
            f"{near}_ip",
            f"{near}_mac",
            "start",
            "last",
            "sni",
            "orig_payload",
            "capture",
            "packet",
            "offset",
        )
        for row in dicts(flows.filter(mask), *dict.fromkeys(names)):
            found = match(row[column])
            if found is not None:
                yield {
                    "ip": row[f"{near}_ip"], "mac": row[f"{near}_mac"], "time": row["start"], "last": row["last"],
                    "name": clean_name(row["sni"] or ""), "sent": row["orig_payload"], "asked": False,
                    "capture": row["capture"], "packet": row["packet"], "offset": row["offset"],
                }, found  # fmt: skip


def _questions(sight: Sight, lists: list[Indicator]) -> Iterator[tuple[dict[str, Any], Indicator]]:
    table = sight.exchanges("dns")
    match = _matcher(lists, "domain")
    mask = by_value(table.column("object"), lambda name: match(name) is not None)
    for row in dicts(table.filter(mask), "object", "client_ip", "client_mac", "time", "capture", "packet", "offset"):
        found = match(row["object"])
        if found is not None:
            yield {
                "ip": row["client_ip"], "mac": row["client_mac"], "time": row["time"], "last": row["time"],
                "name": clean_name(row["object"]), "sent": 0, "asked": True, "capture": row["capture"],
                "packet": row["packet"], "offset": row["offset"],
            }, found  # fmt: skip
