"""File sharing of which only amounts are heard (encrypted SMB, NFS, AFP): who writes back what was read.

Whoever rewrites files reads them and writes as much again. Little of it is what an editor does, and
weighs only beside other steps; much of it, far above what the pair is used to, weighs by itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np

from hinomi.model import Severity

from ..draft import Facts, describe, make, words
from ..meta import Meta, Raised
from ..severity import SECOND
from ..sight import Sight, evidence
from ..who import OUTSIDE, is_people

_NEW_NS = 3600 * SECOND  # two that met longer ago than this know each other
_DAY = 86_400 * SECOND
_WINDOW = 6 * 3600 * SECOND
# IANA: 139 and 445 SMB, 548 AFP (afpovertcp), 2049 NFS.
_PORTS = (139, 445, 548, 2049)
_COLUMNS = (
    "flow_id", "orig_ip", "orig_mac", "resp_ip", "resp_mac", "orig_payload", "resp_payload", "start", "last", "capture",
    "packet", "offset",
)  # fmt: skip


def by_balance(sight: Sight, meta: Meta) -> Iterator[Raised]:
    flows = sight.connections
    port = flows.numbers("resp_port")
    shared = flows.where_in("service", ("smb", "nfs")) | (
        np.isin(port, _PORTS) & ~flows.where("service", lambda name: bool(name))
    )
    mask = shared & flows.where_in("outcome", ("answered",)) & (flows.numbers("resp_is") & OUTSIDE == 0)
    shares = flows.rows(mask)
    named = set(sight.said("smb").where_in("operation", "READ", "WRITE", "RENAME").numbers("flow_id").tolist())
    least = meta.limit("balanced_kb_min") * 1000
    met: dict[tuple[str, str], int] = {}
    of_pair: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    both = np.minimum(flows.numbers("orig_payload"), flows.numbers("resp_payload"))
    heavy = shares.keep(both >= least)
    if not len(heavy):
        return
    pair = flows.key("orig_ip", "resp_ip")
    known = flows.rows(np.isin(pair, np.unique(pair[heavy.at])))
    for client, server, start in known.tuples("orig_ip", "resp_ip", "start"):
        met[(client, server)] = min(start, met.get((client, server), start))
    for row in heavy.sorted("start").dicts(*_COLUMNS):
        if row["flow_id"] not in named:
            of_pair[(row["orig_ip"], row["resp_ip"])].append(row)
    began = int(flows.numbers("start").min())
    for key, rows in of_pair.items():
        much = _much(sight, meta, rows, met[key], began)
        if much is not None:
            group, alone = much
            yield _tell(sight, meta, "rewritten", group, Severity.MEDIUM if alone else Severity.LOW, 0.6)
            continue
        new = [row for row in rows if row["start"] - met[key] <= _NEW_NS and _balanced(meta, [row])]
        if new:
            # Two that never met, in a house that the tap knows for a day: by itself worth a question.
            rewritten = sum(min(row["orig_payload"], row["resp_payload"]) for row in new)
            many = rewritten >= meta.limit("strangers_mb_min") * 1_000_000
            base = Severity.MEDIUM if many and sight.listened(began, met[key]) >= _DAY else Severity.LOW
            yield _tell(sight, meta, "balanced", new[:1], base, 0.5)


def _balanced(meta: Meta, rows: list[dict[str, Any]]) -> bool:
    up, down = sum(row["orig_payload"] for row in rows), sum(row["resp_payload"] for row in rows)
    return bool(max(up, down) <= meta.limit("balance_max") * min(up, down))


def _much(
    sight: Sight, meta: Meta, rows: list[dict[str, Any]], met: int, began: int
) -> tuple[list[dict[str, Any]], bool] | None:
    """Connections of one quarter day that rewrite very much, and whether that asks by itself.

    A server that works on a disk of the network does so from its first hour; before the pair was listened
    to for a day it is only listed.
    """
    need = meta.limit("rewritten_mb_min") * 1_000_000
    left = up = down = 0
    for right, row in enumerate(rows):
        up, down = up + row["orig_payload"], down + row["resp_payload"]
        while row["start"] - rows[left]["start"] > _WINDOW:
            up, down = up - rows[left]["orig_payload"], down - rows[left]["resp_payload"]
            left += 1
        if min(up, down) < need or max(up, down) > meta.limit("balance_max") * min(up, down):
            continue
        group = rows[left : right + 1]
        first = group[0]["start"]
        habit: dict[int, int] = defaultdict(int)
        for other in rows[:left]:
            if other["start"] < first - _WINDOW:
                habit[(first - other["start"]) // _DAY] += min(other["orig_payload"], other["resp_payload"])
        if max(habit.values(), default=0) >= meta.limit("habit_share") * min(up, down):
            return None
        device = sight.who.device(row["orig_ip"], row["orig_mac"], row["start"])
        person = device is not None and is_people(device)
        return group, person or bool(habit) or sight.listened(began, first) >= _DAY
    return None


def _tell(
    sight: Sight, meta: Meta, variant: str, rows: list[dict[str, Any]], base: Severity, confidence: float
) -> Raised:
    row = rows[0]
    name = sight.who.name(row["orig_ip"], row["orig_mac"], row["start"])
    server = sight.who.device(row["resp_ip"], row["resp_mac"], row["start"])
    last = max(other["last"] for other in rows)
    facts: Facts = {
        "variant": variant,
        "files": 0,
        "ending": "—",
        "shares": ["—"],
        "servers": words([server.label if server else row["resp_ip"]]),
        "span_s": max(1.0, (last - row["start"]) / SECOND),
        "read_bytes": sum(other["resp_payload"] for other in rows),
        "written_bytes": sum(other["orig_payload"] for other in rows),
        **describe(sight, "server", row["resp_ip"], server),
    }
    item = make(
        sight, meta, (name, "balanced", row["resp_ip"]), device=sight.who.device(row["orig_ip"], row["orig_mac"]),
        ip=row["orig_ip"], actor=name, targets=[server.id if server else row["resp_ip"]],
        others=[server.id] if server else [], base=base, top=base, confidence=confidence, facts=facts,
        first=row["start"], last=last, count=len(rows), evidence=[evidence(other) for other in rows],
    )  # fmt: skip
    item.grows = Severity.HIGH
    return item
