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
from ._file_volumes import by_balance

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
        Limit("slow_files_min", 20, "the same over hours, where the files were of several kinds"),
        Limit("slow_kinds_min", 3, "kinds of files among them"),
        Limit("slow_span_min", 360, "minutes of such a slow one"),
        Limit("in_place_min", 30, "files read and soon written again under their own names"),
        Limit("in_place_kinds_min", 4, "kinds of files among them: programs work on one kind at a time"),
        Limit("in_place_s_max", 120, "seconds between reading and writing"),
        Limit("in_place_span_min", 15, "minutes"),
        Limit("notes_min", 5, "folders into which the same new text was laid"),
        Limit("note_share_min", 0.5, "of all that this machine laid down"),
        Limit("certain_min", 40, "from here on it is of the highest severity"),
        Limit("balanced_kb_min", 100, "read and written on an encrypted connection, each way"),
        Limit("balance_max", 1.25, "times as much one way as the other: whoever rewrites files writes what was read"),
        Limit("strangers_mb_min", 1, "the same of two that never met, in a house listened to for a day"),
        Limit("rewritten_mb_min", 200, "the same within a quarter day: by itself more than editing"),
        Limit("habit_share", 0.2, "of the amount on an earlier day makes it a habit"),
        Limit("span_min", 5, "minutes"),
    ),
    blind_spots=(
        "File sharing that is encrypted (SMB 3), NFS and AFP: names are not heard; only the balance of reading and "
        "writing tells, and little of it only beside other steps.",
        "Encryption on the server itself, which sends nothing over the wire.",
        "Slow encryption in place that keeps the name and the ending.",
    ),
    order=20,
)


def ordinary() -> frozenset[str]:
    """Endings that ordinary programs give (`knowledge/detections/_file_endings.toml`)."""
    data = knowledge.load("detections/_file_endings.toml")
    return frozenset(ending for endings in data["ordinary"].values() for ending in endings)


_READS_MAX = 50_000  # files held between reading and writing; the oldest goes first
_NOTES = ("txt", "htm", "html", "hta", "rtf", "pdf", "png", "bmp", "url")
_COLUMNS = (
    "client_ip", "client_mac", "server_ip", "server_mac", "time", "operation", "object", "detail", "request_bytes",
    "capture", "packet", "offset",
)  # fmt: skip


def detect(sight: Sight) -> Iterator[Raised]:
    told: set[str] = set()  # who was told by names is not told again by less
    for item in (*_by_names(sight), *_in_place(sight), *_by_notes(sight)):
        if item.actor not in told:
            told.add(item.actor)
            yield item
    for item in by_balance(sight, META):
        if item.actor not in told:
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
        if ending in usual or ending.isdigit() or (not ending and operation != "RENAME"):
            continue
        if operation == "RENAME" and (ending == was.lower().lstrip(".") or (not ending and not was)):
            continue
        strange.append(at)
        strange_endings.append(ending)
    found = Rows(work.columns, work.at[np.array(strange, np.int64)])
    of_client: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row, ending in zip(found.dicts(*_COLUMNS), strange_endings, strict=True):
        fields = read_detail(row["detail"])
        row["share"], row["ending"] = fields.get("share", ""), ending
        row["was"] = fields.get("ending", "") if row["operation"] == "RENAME" else _inner(row["object"], usual)
        if ending:
            groups[(row["client_ip"], row["client_mac"], ending)].append(row)
        of_client[(row["client_ip"], row["client_mac"])].append(row)
    told = set()
    for (ip, mac, ending), rows in groups.items():
        mixed = len({row["was"] for row in rows if row["was"]}) >= 2
        window = _burst(rows, "span_min", "mixed_min" if mixed else "files_min")
        if window is None and len({row["was"] for row in rows if row["was"]}) >= META.limit("slow_kinds_min"):
            window = _burst(rows, "slow_span_min", "slow_files_min")
        if window is not None:
            told.add((ip, mac))
            yield _tell(sight, ip, mac, ending, rows[window[0] :])
    for (ip, mac), rows in of_client.items():  # each file with an ending of its own, or with none
        renamed = [row for row in rows if row["operation"] == "RENAME" and row["was"] in usual]
        own = len({row["ending"] for row in renamed if row["ending"]}) >= len(renamed) / 2
        bare = sum(not row["ending"] for row in renamed) >= len(renamed) / 2
        if (ip, mac) in told or not (own or bare):
            continue
        window = _burst(renamed, "span_min", "slow_files_min")
        if window and len({row["was"] for row in renamed}) >= META.limit("slow_kinds_min"):
            yield _tell(sight, ip, mac, "*", renamed[window[0] :])


def _burst(rows: list[dict[str, Any]], span: str, need: str) -> tuple[int, int] | None:
    return burst(
        ((row["time"], (row["server_ip"], row["object"])) for row in rows),
        int(META.limit(span) * 60) * SECOND,
        int(META.limit(need)),
    )


def _inner(name: str, usual: frozenset[str]) -> str:
    """The ending in front of the last one, where it is a known one: `a.docx.vx9` was a `docx`."""
    parts = name.lower().rsplit(".", 2)
    return parts[1] if len(parts) == 3 and parts[1] in usual else ""


def _in_place(sight: Sight) -> Iterator[Raised]:
    """Files of many kinds, each read and soon written again with about as many bytes; the names stay."""
    said = sight.said("smb").where_in("operation", "READ", "WRITE").where_in("outcome", "ok", "warning").sorted("time")
    if len(said) < 2 * META.limit("in_place_min"):
        return
    sizes, endings = said.field("detail", "bytes"), said.field("detail", "ending")
    read: dict[tuple[str, str, str], tuple[int, int]] = {}
    groups: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    soon = int(META.limit("in_place_s_max")) * SECOND
    for row, size, ending in zip(said.dicts(*_COLUMNS), sizes, endings, strict=True):
        amount = int(size) if size.isdigit() else 0
        key = (row["client_ip"], row["server_ip"], row["object"])
        if row["operation"] == "READ":
            read[key] = (row["time"], amount)
            if len(read) > _READS_MAX:
                read.pop(next(iter(read)))
            continue
        time, before = read.pop(key, (0, 0))
        if before and row["time"] - time <= soon and before / 1.3 <= amount <= before * 1.3 + 4096:
            groups[(row["client_ip"], row["client_mac"])].append(row | {"was": ending, "share": ""})
    for (ip, mac), rows in groups.items():
        window = _burst(rows, "in_place_span_min", "in_place_min")
        if window is None:
            continue
        rows = rows[window[0] :]
        if len({row["was"] for row in rows}) >= META.limit("in_place_kinds_min"):
            yield _tell(sight, ip, mac, "—", rows, "in_place")


def _file(name: str) -> str:
    """The last part of a path, in small letters."""
    return name.rpartition("\\")[2].lower()


def _by_notes(sight: Sight) -> Iterator[Raised]:
    """The same new text laid into folder after folder, by one that lays down little else."""
    said = sight.said("smb").where_in("operation", "CREATE", "WRITE").where_in("outcome", "ok", "warning")
    said = said.sorted("time")
    client = said.columns.key("client_ip", "client_mac")
    laid = said.where("object", lambda name: _file(name).rsplit(".", 1)[-1] in _NOTES)
    said = said.keep(np.isin(client, np.unique(client[laid.at])))  # of others nothing could be told
    is_note = np.isin(said.at, laid.at).tolist()
    made: dict[tuple[str, str], set[str]] = defaultdict(set)
    notes: dict[tuple[str, str, str], dict[tuple[str, str], dict[str, Any]]] = defaultdict(dict)
    how = said.field("detail", "disposition")
    shares = said.field("detail", "share")
    for row, note, disposition, share in zip(said.dicts(*_COLUMNS), is_note, how, shares, strict=True):
        if row["operation"] == "CREATE" and disposition in ("open", ""):
            continue
        who = (row["client_ip"], row["client_mac"])
        if len(made[who]) < _READS_MAX:
            made[who].add(row["object"])
        if note and share.upper() != "IPC$":
            place = (row["server_ip"], share + "\\" + row["object"].rpartition("\\")[0])
            notes[(*who, _file(row["object"]))].setdefault(place, row | {"share": share, "was": ""})
    for (ip, mac, _), by_place in notes.items():
        rows = sorted(by_place.values(), key=lambda row: row["time"])
        few = len(rows) >= META.limit("note_share_min") * len(made[(ip, mac)])
        window = _burst(rows, "slow_span_min", "notes_min") if few else None
        if window is not None:
            yield _tell(sight, ip, mac, rows[0]["object"].rpartition("\\")[2], rows[window[0] :], "note")


def _tell(sight: Sight, ip: str, mac: str, ending: str, rows: list[dict[str, Any]], variant: str = "") -> Raised:
    files = {(row["server_ip"], row["object"]) for row in rows}
    first, last = rows[0]["time"], rows[-1]["time"]
    name = sight.who.name(ip, mac, first)
    servers = list(dict.fromkeys(sight.who.name(row["server_ip"], row["server_mac"], row["time"]) for row in rows))
    server_ip = rows[0]["server_ip"]
    kinds = Counter(row["operation"] for row in rows)
    renames = kinds["RENAME"] >= len(rows) / 2
    certain = renames and len(files) >= META.limit("certain_min")
    facts: Facts = {
        "variant": variant or ("rename" if renames else "write"),
        "files": len(files),
        "ending": ending if variant or ending == "*" else "." + ending,
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
