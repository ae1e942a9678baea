"""Old and unsafe speech: SMB 1, TLS before 1.2, Telnet, FTP, or an operating system without support.

Old devices often cannot do better and stay for years; so this is a list to work through, and asks a
person at once only where the old speech crosses the border of the house.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pyarrow.compute as pc

from hinomi.model import Severity

from ..draft import Facts, make, words
from ..meta import Limit, Meta, Raised
from ..sight import Sight, evidence, read_detail
from ..tables import by_value, dicts, is_in
from ..who import GUEST, OUTSIDE, PARTNER

META = Meta(
    id="obsolete_protocol",
    severity=Severity.LOW,
    severity_max=Severity.MEDIUM,
    attack=("T1210", "T1040", "T0866"),
    reads=("flow", "exchange"),
    response="look",
    limits=(Limit("bytes_min", 1, "a connection in which nothing was said does not count"),),
    blind_spots=(
        "A device that could speak an old version and is never asked to.",
        "An operating system that keeps its version to itself.",
    ),
    order=70,
)

_CLEAR = frozenset({"telnet", "ftp", "rlogin", "rsh", "tftp"})
_OLD_TLS = frozenset({"ssl2", "ssl3", "2.0", "3.0", "1.0", "1.1", "tls1.0", "tls1.1"})
_COLUMNS = (
    "orig_ip", "orig_mac", "resp_ip", "resp_mac", "service", "tls_version", "start", "last", "capture", "packet",
    "offset", "orig_is", "resp_is",
)  # fmt: skip


def detect(sight: Sight) -> Iterator[Raised]:
    groups: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    flows = sight.flows
    clear = is_in(flows.column("service"), _CLEAR)
    old = by_value(flows.column("tls_version"), lambda version: version.lower() in _OLD_TLS)
    mask = pc.and_(pc.and_(pc.or_(clear, old), sight.answered), sight.not_having("resp", OUTSIDE))
    for row in dicts(flows.filter(mask).sort_by("start"), *_COLUMNS):
        what = row["service"] if row["service"] in _CLEAR else "old_tls"
        groups[(sight.who.name(row["resp_ip"], row["resp_mac"], row["start"]), what)].append(row)
    for row in smb1(sight):
        groups[(sight.who.name(row["resp_ip"], row["resp_mac"], row["start"]), "smb1")].append(row)
    for (name, what), rows in groups.items():
        device = sight.who.devices.get(name)
        if device is not None and device.outside:
            continue
        crossing = [row for row in rows if row["orig_is"] & (OUTSIDE | PARTNER | GUEST)]
        base = Severity.MEDIUM if crossing else META.severity
        facts: Facts = {
            "what": what,
            "version": words(row["tls_version"] or "" for row in rows) or ["—"],
            "clients": words(
                sight.who.label(sight.who.name(row["orig_ip"], row["orig_mac"], row["start"])) for row in rows
            ),
            "across": "yes" if crossing else "no",
        }
        yield make(
            sight, META, (name, what), device=device, ip=rows[0]["resp_ip"], actor=name, base=base, top=base,
            confidence=0.95, facts=facts, first=rows[0]["start"], last=rows[-1]["last"], count=len(rows),
            evidence=(evidence(row) for row in (*crossing, *rows)),
        )  # fmt: skip


def smb1(sight: Sight) -> Iterator[dict[str, Any]]:
    """Sessions in which a server agreed to the first version of SMB. The wire calls every version `smb`."""
    said = sight.said("smb").where_in("operation", "NEGOTIATE", "SESSION_SETUP").where_in("outcome", "ok", "warning")
    columns = (
        "client_ip", "client_mac", "server_ip", "server_mac", "time", "detail", "capture", "packet", "offset",
    )  # fmt: skip
    for row in said.dicts(*columns):
        fields = read_detail(row["detail"])
        dialect = fields.get("dialect", "")
        if fields.get("version") != "1" and not dialect.upper().startswith(("NT LM", "LANMAN", "PC NETWORK")):
            continue
        if dialect.startswith(("2", "3", "SMB 2", "SMB 3")):
            continue  # asked in the old tongue, answered in the new
        yield {
            "orig_ip": row["client_ip"], "orig_mac": row["client_mac"], "resp_ip": row["server_ip"],
            "resp_mac": row["server_mac"], "service": "smb", "tls_version": None, "start": row["time"],
            "last": row["time"], "capture": row["capture"], "packet": row["packet"], "offset": row["offset"],
            "orig_is": sight.who.traits(row["client_ip"]), "resp_is": sight.who.traits(row["server_ip"]),
        }  # fmt: skip
