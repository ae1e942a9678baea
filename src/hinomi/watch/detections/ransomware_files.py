"""One machine rewrites or renames files of a share in a row, with an ending that no program uses.

That is what encryption for ransom looks like from the wire: the same new ending on many files within
minutes, or the same new text file laid into folder after folder.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from hinomi.model import Severity

from .. import knowledge
from ..draft import Facts, describe, make, words
from ..meta import Limit, Meta, Raised
from ..severity import SECOND
from ..sight import Sight, evidence, read_detail
from ..tables import dicts, is_in
from ..windows import burst

META = Meta(
    id="ransomware_files",
    severity=Severity.HIGH,
    severity_max=Severity.CRITICAL,
    attack=("T1486", "T1565", "T0828", "T0826"),
    reads=("exchange",),
    response="spread",
    limits=(
        Limit("files_min", 10, "files that got the same strange ending within the span"),
        Limit("mixed_min", 5, "the same, where files of different kinds all got the one ending"),
        Limit("certain_min", 40, "from here on it is of the highest severity"),
        Limit("span_min", 5, "minutes"),
    ),
    blind_spots=(
        "File sharing that is encrypted (SMB 3 encryption): names and operations are not heard.",
        "Encryption on the server itself, which sends nothing over the wire.",
        "Encryption in place that keeps the name and the ending.",
    ),
    order=20,
)


def ordinary() -> frozenset[str]:
    """Endings that ordinary programs give (`knowledge/detections/_file_endings.toml`)."""
    data = knowledge.load("detections/_file_endings.toml")
    return frozenset(ending for endings in data["ordinary"].values() for ending in endings)


_COLUMNS = (
    "client_ip", "client_mac", "server_ip", "server_mac", "time", "operation", "object", "detail", "request_bytes",
    "capture", "packet", "offset",
)  # fmt: skip


def detect(sight: Sight) -> Iterator[Raised]:
    table = sight.exchanges("smb")
    table = table.filter(is_in(table.column("operation"), ("RENAME", "CREATE", "WRITE")))
    if table.num_rows < META.limit("mixed_min"):
        return
    table = table.filter(is_in(table.column("outcome"), ("ok", "warning")))
    usual = ordinary()
    groups: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in dicts(table.sort_by("time"), *_COLUMNS):
        fields = read_detail(row["detail"])
        ending = fields.get("new_ending", "") if row["operation"] == "RENAME" else fields.get("ending", "")
        ending = ending.lower().lstrip(".")
        if not ending or ending in usual or ending.isdigit():
            continue
        if row["operation"] == "RENAME" and ending == fields.get("ending", "").lower().lstrip("."):
            continue
        row["share"] = fields.get("share", "")
        row["was"] = fields.get("ending", "") if row["operation"] == "RENAME" else ""
        groups[(row["client_ip"], row["client_mac"], ending)].append(row)
    for (ip, mac, ending), rows in groups.items():
        mixed = len({row["was"] for row in rows if row["was"]}) >= 2
        found = burst(
            ((row["time"], (row["server_ip"], row["object"])) for row in rows),
            int(META.limit("span_min") * 60) * SECOND,
            int(META.limit("mixed_min" if mixed else "files_min")),
        )
        if found is not None:
            yield _tell(sight, ip, mac, ending, rows[found[0] :])


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
