"""One machine rewrites or renames files of a share in a row, with an ending that no program uses.

That is what encryption for ransom looks like from the wire: the same new ending on many files within
minutes, or the same new text file laid into folder after folder.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np

from hinomi.columns import Rows
from hinomi.model import Severity

from .. import knowledge
from ..draft import Facts, describe, make, words
from ..meta import Limit, Meta, Raised
from ..severity import SECOND
from ..sight import Sight, evidence, read_detail
from ..windows import burst

META = Meta(
    id="ransomware_files",
    severity=Severity.HIGH,
    severity_max=Severity.CRITICAL,
    attack=("T1486", "T1565", "T0828", "T0826"),
    reads=("exchange", "flow"),
    response="spread",
    limits=(
        Limit("files_min", 10, "files that got the same strange ending within the span"),
        Limit("mixed_min", 5, "the same, where files of different kinds all got the one ending"),
        Limit("certain_min", 40, "from here on it is of the highest severity"),
        Limit("balanced_kb_min", 100, "read and written on an encrypted connection, each way"),
        Limit("balance_max", 1.25, "times as much one way as the other: whoever rewrites files writes what was read"),
        Limit("span_min", 5, "minutes"),
    ),
    blind_spots=(
        "File sharing that is encrypted (SMB 3): names are not heard; only the balance of reading and writing tells.",
        "Encryption on the server itself, which sends nothing over the wire.",
        "Encryption in place that keeps the name and the ending.",
    ),
    order=20,
)


def ordinary() -> frozenset[str]:
    """Endings that ordinary programs give (`knowledge/detections/_file_endings.toml`)."""
    data = knowledge.load("detections/_file_endings.toml")
    return frozenset(ending for endings in data["ordinary"].values() for ending in endings)


_NEW_NS = 3600 * SECOND  # two that met longer ago than this know each other
_FLOW_COLUMNS = (
    "flow_id", "orig_ip", "orig_mac", "resp_ip", "resp_mac", "orig_payload", "resp_payload", "start", "last", "capture",
    "packet", "offset",
)  # fmt: skip
_COLUMNS = (
    "client_ip", "client_mac", "server_ip", "server_mac", "time", "operation", "object", "detail", "request_bytes",
    "capture", "packet", "offset",
)  # fmt: skip


def detect(sight: Sight) -> Iterator[Raised]:
    yield from _by_names(sight)
    yield from _by_balance(sight)


def _by_balance(sight: Sight) -> Iterator[Raised]:
    """Encrypted file sharing in which as much is written as was read, between two that never met before.

    Alone it is what an editor of documents does too; beside other steps of an intruder it is the harm.
    """
    flows = sight.connections
    both = np.minimum(flows.numbers("orig_payload"), flows.numbers("resp_payload"))
    shares = flows.rows(flows.where_in("service", ("smb",)) & flows.where_in("outcome", ("answered",)))
    shares = shares.keep(both >= META.limit("balanced_kb_min") * 1000).sorted("start")
    if not len(shares):
        return
    named = set(sight.said("smb").where_in("operation", "READ", "WRITE", "RENAME").numbers("flow_id").tolist())
    pair = flows.key("orig_ip", "resp_ip")
    known = flows.rows(np.isin(pair, np.unique(pair[shares.at])))
    met: dict[tuple[str, str], int] = {}
    for client, server, start in known.tuples("orig_ip", "resp_ip", "start"):
        met[(client, server)] = min(start, met.get((client, server), start))
    told = set()
    for row in shares.dicts(*_FLOW_COLUMNS):
        up, down = row["orig_payload"], row["resp_payload"]
        key = (row["orig_ip"], row["resp_ip"])
        new = row["start"] - met[key] <= _NEW_NS
        if (
            row["flow_id"] in named
            or not new
            or key in told
            or max(up, down) > META.limit("balance_max") * min(up, down)
        ):
            continue
        told.add(key)
        name = sight.who.name(row["orig_ip"], row["orig_mac"], row["start"])
        server = sight.who.device(row["resp_ip"], row["resp_mac"], row["start"])
        facts: Facts = {
            "variant": "balanced",
            "files": 0,
            "ending": "—",
            "shares": ["—"],
            "servers": words([server.label if server else row["resp_ip"]]),
            "span_s": max(1.0, (row["last"] - row["start"]) / SECOND),
            "read_bytes": down,
            "written_bytes": up,
            **describe(sight, "server", row["resp_ip"], server),
        }
        item = make(
            sight, META, (name, "balanced", row["resp_ip"]), device=sight.who.device(row["orig_ip"], row["orig_mac"]),
            ip=row["orig_ip"], actor=name, targets=[server.id if server else row["resp_ip"]],
            others=[server.id] if server else [], base=Severity.INFO, top=Severity.INFO, confidence=0.5, facts=facts,
            first=row["start"], last=row["last"], count=1, evidence=[evidence(row)],
        )  # fmt: skip
        item.grows = Severity.HIGH
        yield item


def _by_names(sight: Sight) -> Iterator[Raised]:
    work = sight.said("smb").where_in("operation", "RENAME", "CREATE", "WRITE")
    if len(work) < META.limit("mixed_min"):
        return
    work = work.where_in("outcome", "ok", "warning").sorted("time")
    usual = ordinary()
    groups: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
    endings, new_endings = work.field("detail", "ending"), work.field("detail", "new_ending")
    operations = [operation for (operation,) in work.tuples("operation")]
    strange, strange_endings = [], []
    for at, (operation, was, becomes) in enumerate(zip(operations, endings, new_endings, strict=True)):
        ending = (becomes if operation == "RENAME" else was).lower().lstrip(".")
        if not ending or ending in usual or ending.isdigit():
            continue
        if operation == "RENAME" and ending == was.lower().lstrip("."):
            continue
        strange.append(at)
        strange_endings.append(ending)
    found = Rows(work.columns, work.at[np.array(strange, np.int64)])
    for row, ending in zip(found.dicts(*_COLUMNS), strange_endings, strict=True):
        fields = read_detail(row["detail"])
        row["share"] = fields.get("share", "")
        row["was"] = fields.get("ending", "") if row["operation"] == "RENAME" else ""
        groups[(row["client_ip"], row["client_mac"], ending)].append(row)
    for (ip, mac, ending), rows in groups.items():
        mixed = len({row["was"] for row in rows if row["was"]}) >= 2
        window = burst(
            ((row["time"], (row["server_ip"], row["object"])) for row in rows),
            int(META.limit("span_min") * 60) * SECOND,
            int(META.limit("mixed_min" if mixed else "files_min")),
        )
        if window is not None:
            yield _tell(sight, ip, mac, ending, rows[window[0] :])


def _tell(sight: Sight, ip: str, mac: str, ending: str, rows: list[dict[str, Any]]) -> Raised:
    files = {(row["server_ip"], row["object"]) for row in rows}
    first, last = rows[0]["time"], rows[-1]["time"]
    name = sight.who.name(ip, mac, first)
    servers = list(dict.fromkeys(sight.who.name(row["server_ip"], row["server_mac"], row["time"]) for row in rows))
    server_ip = rows[0]["server_ip"]
    kinds = Counter(row["operation"] for row in rows)
    renames = kinds["RENAME"] >= len(rows) / 2
    certain = renames and len(files) >= META.limit("certain_min")
    facts: Facts = {
        "variant": "rename" if renames else "write",
        "files": len(files),
        "ending": "." + ending,
        "shares": words(row["share"] for row in rows) or ["—"],
        "servers": words(sight.who.label(server) for server in servers),
        "span_s": max(1.0, (last - first) / SECOND),
        **describe(sight, "server", server_ip, sight.who.device(server_ip, rows[0]["server_mac"], first)),
    }
    return make(
        sight, META, (name, ending), device=sight.who.device(ip, mac, first), ip=ip, actor=name, targets=servers,
        others=servers, base=Severity.CRITICAL if certain else META.severity, confidence=0.9 if renames else 0.65,
        facts=facts, first=first, last=last, count=len(files), evidence=(evidence(row) for row in rows),
    )  # fmt: skip
