"""One machine goes from machine to machine: new remote sessions or administrative shares on many.

Servers that many use (file servers, directories) say nothing; what counts are machines that hardly
anybody else reaches in this way. A chain, in which a machine reached from a partner's line goes on to
the next, is told already at its first link.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pyarrow.compute as pc

from hinomi.model import Severity

from ..draft import Facts, describe, make, words
from ..meta import Limit, Meta, Raised
from ..remote import SCREENS
from ..severity import SECOND
from ..sight import Sight, evidence, read_detail
from ..tables import dicts, first_of, is_in
from ..who import CLINICAL, GROUP, OUTSIDE
from ..windows import burst

META = Meta(
    id="lateral_movement",
    severity=Severity.MEDIUM,
    severity_max=Severity.HIGH,
    attack=("T1021", "T1021.001", "T1021.002", "T1570", "T0867", "T0886"),
    reads=("flow", "exchange"),
    response="spread",
    limits=(
        Limit("servers_min", 4, "machines reached for the first time within the span"),
        Limit("others_max", 2, "a machine that more others reach in this way is a server of everybody"),
        Limit("span_min", 60, "minutes"),
        Limit("admin_shares_min", 2, "machines whose administrative share was opened"),
        Limit("clinical_min", 2, "clinical machines among them make it high"),
    ),
    blind_spots=(
        "Steps within one switch that the mirror port does not copy.",
        "A spread slower than a few machines an hour.",
        "Software distribution from a machine that is not known as a server.",
    ),
    order=45,
)

_DAY = 86_400 * SECOND
_ADMIN = re.compile(r"(?:admin|[a-z])\$", re.IGNORECASE)  # [MS-SRVS]: the shares that a machine makes by itself
# Programs, and texts that a machine runs as one.
_PROGRAM = re.compile(r"\.(?:exe|dll|sys|scr|com|pif|msi|bat|cmd|ps1|vbs|vbe|jse|wsf|hta|cpl)$", re.IGNORECASE)
_SERVICES = SCREENS | {"smb"}
_OFFICIAL = frozenset({
    "backup_server", "update_server", "directory_server", "log_server", "network_service", "printer", "router",
    "switch", "firewall",
})  # fmt: skip
_COLUMNS = (
    "orig_ip", "orig_mac", "resp_ip", "resp_mac", "service", "start", "last", "orig_payload", "capture", "packet",
    "offset", "resp_is",
)  # fmt: skip


def detect(sight: Sight) -> Iterator[Raised]:
    rows = _sessions(sight)
    told = set()
    for item in (*_spread(sight, rows), *_admin_shares(sight), *_chains(sight, rows), *_carried(sight)):
        if item.draft.key not in told:
            told.add(item.draft.key)
            yield item


def _sessions(sight: Sight) -> list[dict[str, Any]]:
    flows = sight.flows
    mask = pc.and_(is_in(flows.column("service"), _SERVICES), sight.answered)
    mask = pc.and_(mask, sight.not_having("resp", OUTSIDE | GROUP))
    table = flows.filter(mask)
    screens = is_in(table.column("service"), SCREENS)
    # Of file sharing only the first word of each pair tells something here, and there is much of it.
    found = list(dicts(table.filter(screens), *_COLUMNS))
    found += list(dicts(first_of(table.filter(pc.invert(screens)), "orig_ip", "resp_ip", "orig_mac"), *_COLUMNS))
    found.sort(key=lambda row: row["start"])
    for row in found:
        row["from"] = sight.who.name(row["orig_ip"], row["orig_mac"], row["start"])
        row["to"] = sight.who.name(row["resp_ip"], row["resp_mac"], row["start"])
    return found


def _spread(sight: Sight, rows: list[dict[str, Any]]) -> Iterator[Raised]:
    reach: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in rows:
        reach[(row["to"], row["service"])].add(row["from"])
    by_source: dict[str, list[dict[str, Any]]] = defaultdict(list)
    met: set[tuple[str, str]] = set()
    for row in rows:
        pair = (row["from"], row["to"])
        if pair in met:
            continue
        met.add(pair)
        others = len(reach[(row["to"], row["service"])]) - 1
        if others <= META.limit("others_max"):
            by_source[row["from"]].append(row)
    span = int(META.limit("span_min") * 60) * SECOND
    need = int(META.limit("servers_min"))
    for name, group in by_source.items():
        device = sight.who.devices.get(name)
        if _official(sight, group[0]["orig_ip"], name):
            continue
        found = burst(((row["start"], row["to"]) for row in group), span, need)
        if found is None:
            continue
        began = group[found[0]]["start"]
        group = [row for row in group[found[0] :] if row["start"] - began <= _DAY]
        clinical = {row["to"] for row in group if row["resp_is"] & CLINICAL}
        base = Severity.HIGH if len(clinical) >= META.limit("clinical_min") else META.severity
        yield _tell(sight, name, group, "spread", base, 0.75, device)


def _official(sight: Sight, ip: str, name: str) -> bool:
    device = sight.who.devices.get(name)
    if sight.who.kind(ip, device) == "management":
        return True
    return device is not None and device.value("type") in _OFFICIAL


def _admin_shares(sight: Sight) -> Iterator[Raised]:
    """ADMIN$, C$ …: shares that exist for administration from afar."""
    shares = sight.said("smb").where_in("operation", "TREE_CONNECT").where_in("outcome", "ok")
    columns = (
        "client_ip",
        "client_mac",
        "server_ip",
        "server_mac",
        "time",
        "object",
        "detail",
        "capture",
        "packet",
        "offset",
    )
    by_source: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in shares.dicts(*columns):
        share = (read_detail(row["detail"]).get("share") or row["object"]).replace("/", "\\").rsplit("\\", 1)[-1]
        if not _ADMIN.fullmatch(share):
            continue  # `users$` and the like are merely not shown in lists
        name = sight.who.name(row["client_ip"], row["client_mac"], row["time"])
        if _official(sight, row["client_ip"], name):
            continue
        by_source[name].append(
            row
            | {
                "orig_ip": row["client_ip"],
                "orig_mac": row["client_mac"],
                "resp_ip": row["server_ip"],
                "resp_mac": row["server_mac"],
                "start": row["time"],
                "last": row["time"],
                "service": share,
                "to": sight.who.name(row["server_ip"], row["server_mac"], row["time"]),
                "resp_is": sight.who.traits(row["server_ip"]),
            }
        )
    for name, group in by_source.items():
        if len({row["to"] for row in group}) >= META.limit("admin_shares_min"):
            group.sort(key=lambda row: row["start"])
            clinical = {row["to"] for row in group if row["resp_is"] & CLINICAL}
            base = Severity.HIGH if len(clinical) >= META.limit("clinical_min") else META.severity
            yield _tell(sight, name, group, "admin_share", base, 0.8, sight.who.devices.get(name))


def _carried(sight: Sight) -> Iterator[Raised]:
    """A program goes to or from the other machine's own disk: a line in the list, more beside what else happened."""
    files = sight.said("smb").where_in("operation", "WRITE", "READ").where_in("outcome", "ok", "warning")
    columns = (
        "client_ip", "client_mac", "server_ip", "server_mac", "time", "operation", "object", "detail", "capture",
        "packet", "offset",
    )  # fmt: skip
    by_source: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in files.where("object", lambda path: _PROGRAM.search(path)).dicts(*columns):
        name = sight.who.name(row["client_ip"], row["client_mac"], row["time"])
        share = read_detail(row["detail"]).get("share", "")
        if not _ADMIN.fullmatch(share) or _official(sight, row["client_ip"], name):
            continue
        other = sight.who.name(row["server_ip"], row["server_mac"], row["time"])
        by_source[name].append(
            {"orig_ip": row["client_ip"], "resp_ip": row["server_ip"], "start": row["time"], "last": row["time"],
             "service": share, "to": other, "resp_is": sight.who.traits(row["server_ip"]),
             "what": row["object"].replace("/", "\\").rsplit("\\", 1)[-1]}
            | {name: row[name] for name in ("capture", "packet", "offset")}
        )  # fmt: skip
    for name, group in by_source.items():
        group.sort(key=lambda row: row["start"])
        item = _tell(sight, name, group, "carried", Severity.LOW, 0.7, sight.who.devices.get(name))
        item.grows = Severity.MEDIUM
        yield item


def _chains(sight: Sight, rows: list[dict[str, Any]]) -> Iterator[Raised]:
    """A machine reached from outside, a partner or the DMZ opens sessions itself while it is held."""
    held: dict[str, tuple[int, int, str]] = {}  # machine → from, until, by whom
    before: set[tuple[str, str]] = set()
    slack = 600 * SECOND
    for row in rows:
        came = held.get(row["from"])
        pair = (row["from"], row["to"])
        if came and came[0] <= row["start"] <= came[1] + slack and row["to"] != came[2] and pair not in before:
            yield _tell(
                sight, row["from"], [row], "chain", Severity.MEDIUM, 0.7, sight.who.devices.get(row["from"]), came[2]
            )
        before.add(pair)
        kind = sight.who.kind(row["orig_ip"], sight.who.devices.get(row["from"]))
        if row["service"] in SCREENS and kind in ("external", "partner", "dmz", "guest"):
            held[row["to"]] = (row["start"], row["last"], row["from"])


def _tell(
    sight: Sight, name: str, rows: list[dict[str, Any]], variant: str, base: Severity, confidence: float, device: Any,
    before: str = "",
) -> Raised:  # fmt: skip
    targets = list(dict.fromkeys(row["to"] for row in rows))
    first, last = rows[0]["start"], max(row["last"] for row in rows)
    facts: Facts = {
        "variant": variant,
        "machines": len(targets),
        "targets": words(sight.who.label(target) for target in targets),
        "service": words(row["service"] for row in rows),
        "clinical": len({row["to"] for row in rows if row["resp_is"] & CLINICAL}),
        "programs": words(row.get("what", "") for row in rows) or ["—"],
        "before": sight.who.label(before) if before else "—",
        "span_s": max(1.0, (last - first) / SECOND),
        **describe(sight, "target", rows[0]["resp_ip"], sight.who.devices.get(targets[0])),
    }
    return make(
        sight, META, (name, variant if variant in ("chain", "carried") else "spread"), device=device,
        ip=rows[0]["orig_ip"], actor=name, targets=targets, others=targets[:8], base=base,
        top=Severity.LOW if variant == "carried" else None,
        confidence=confidence, facts=facts, first=first, last=last,
        count=len(rows), evidence=(evidence(row) for row in rows),
    )  # fmt: skip
