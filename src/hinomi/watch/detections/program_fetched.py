"""A machine fetches a program from outside, in the clear, from somebody whom nobody knows.

Makers give their programs out by name and encrypted, and updates come from servers that are known. A
program that comes from a bare number, or that is called a picture or a text, is how the second part of
an infection arrives.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from hinomi.model import Severity

from .. import outside
from ..draft import Facts, make, words
from ..meta import Limit, Meta, Raised
from ..sight import Sight, clean_name, evidence, read_detail
from ..who import GROUP, GUEST, OUTSIDE, parse

META = Meta(
    id="program_fetched",
    severity=Severity.LOW,
    severity_max=Severity.HIGH,
    attack=("T1105", "T1204.002", "T1036.008", "T1189"),
    reads=("exchange",),
    response="outside",
    limits=(Limit("rows_max", 20_000, "answers looked at one by one"),),
    blind_spots=(
        "Programs that come inside TLS, as most do.",
        "Programs inside an archive or a document, and such as are written as text.",
        "The first bytes of an answer that came apart from its head; then only its name and kind tell.",
    ),
    order=40,
)

_NAMES = re.compile(r"\.(?:exe|dll|msi|scr|com|pif|cpl|ps1|hta|vbs|vbe|jse|wsf|bat|cmd|elf)(?:$|\?)", re.IGNORECASE)
# RFC 6838 names that are in use for programs.
_KINDS = re.compile(
    r"application/(?:x-msdownload|x-dosexec|x-msdos-program|vnd\.microsoft\.portable-executable|x-executable|x-elf"
    r"|x-msi|hta)",
    re.IGNORECASE,
)
# What an answer that is a program is not called by accident.
_OTHER = re.compile(r"(?:text|image|audio|video|font)/|application/(?:json|javascript|xml|pdf)", re.IGNORECASE)
_OTHER_NAMES = re.compile(r"\.(?:png|jpe?g|gif|bmp|ico|txt|css|js|pdf|docx?|xlsx?|mp[34]|woff)(?:$|\?)", re.IGNORECASE)
_COLUMNS = (
    "client_ip", "client_mac", "server_ip", "server_mac", "time", "operation", "object", "detail", "response_bytes",
    "capture", "packet", "offset",
)  # fmt: skip


def detect(sight: Sight) -> Iterator[Raised]:
    answers = sight.said("http").where_in("outcome", "ok").where_in("operation", "GET", "POST")
    answers = answers.where("server_ip", lambda ip: sight.who.traits(ip) & OUTSIDE)
    answers = answers.where("client_ip", lambda ip: not sight.who.traits(ip) & (OUTSIDE | GUEST | GROUP))
    found: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in answers.head(int(META.limit("rows_max"))).dicts(*_COLUMNS):
        fields = read_detail(row["detail"])
        kind = fields.get("response_content_type", "")
        proven = fields.get("body") == "program"
        if not (proven or _KINDS.search(kind) or (_NAMES.search(row["object"]) and not _OTHER.match(kind))):
            continue
        host = clean_name(fields.get("host", "").rpartition(":")[0] or fields.get("host", ""))
        bare = not host or parse(host.strip("[]")) is not None
        known = outside.known("" if bare else host, row["server_ip"])
        if known is not None and known.ordinary:
            continue
        disguised = proven and bool(_OTHER.match(kind) or _OTHER_NAMES.search(row["object"]))
        site = row["server_ip"] if bare else outside.owner_part(host)
        name = sight.who.name(row["client_ip"], row["client_mac"], row["time"])
        found[(name, site)].append(row | {"bare": bare, "disguised": disguised, "kind": kind, "proven": proven})
    for (name, site), rows in found.items():
        yield _tell(sight, name, site, sorted(rows, key=lambda row: int(row["time"])))


def _tell(sight: Sight, name: str, site: str, rows: list[dict[str, Any]]) -> Raised:
    first, last = int(rows[0]["time"]), int(rows[-1]["time"])
    disguised, bare = any(row["disguised"] for row in rows), any(row["bare"] for row in rows)
    variant = "disguised" if disguised else "bare" if bare else "default"
    ip, mac = rows[0]["client_ip"], rows[0]["client_mac"]
    facts: Facts = {
        "variant": variant,
        "destination": site,
        "addresses": words(row["server_ip"] for row in rows),
        "programs": words((row["object"].split("?")[0] for row in rows), 4) or ["/"],
        "kinds": words((row["kind"] for row in rows), 3) or ["—"],
        "received_bytes": sum(int(row["response_bytes"] or 0) for row in rows),
    }
    asks = disguised or bare
    item = make(
        sight, META, (name, site), device=sight.who.device(ip, mac, first), ip=ip, actor=name,
        causes=[f"outside:{site}"], base=Severity.MEDIUM if asks else META.severity,
        top=META.severity_max if asks else Severity.MEDIUM, confidence=0.85 if asks else 0.6, facts=facts,
        first=first, last=last, count=len(rows), evidence=(evidence(row) for row in rows),
    )  # fmt: skip
    if not asks:
        item.grows = Severity.MEDIUM
    return item
