"""One machine answers to names that are not its own, and so draws others' logins to itself.

Where no name server knows a name, machines ask their neighbours (LLMNR, NetBIOS). Each answers for
itself; one that answers for many, or for the proxy that nobody set up, lies.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from hinomi.model import Severity

from ..draft import Facts, make, words
from ..meta import Limit, Meta, Raised
from ..sight import Sight, evidence, read_detail, split_addresses
from ..windows import burst

META = Meta(
    id="name_poisoning",
    severity=Severity.MEDIUM,
    severity_max=Severity.HIGH,
    attack=("T1557.001", "T0830"),
    reads=("exchange",),
    response="port",
    limits=(
        Limit("names_min", 3, "different names that one machine answered to within the span"),
        Limit("span_h", 24, "hours"),
    ),
    blind_spots=(
        "Answers within one switch that the mirror port does not copy.",
        "A machine that answers for one name only.",
    ),
    order=32,
)

_PROXIES = ("wpad", "proxysrv", "isatap")  # asked for by programs, set up by nobody
# NetBIOS suffixes (RFC 1001 §17, [MS-NBTE]): of a machine 00 and 20, the others belong to groups.
_OF_MACHINES = ("00", "20", "")
_COLUMNS = (
    "client_ip", "client_mac", "server_ip", "server_mac", "time", "protocol", "operation", "object", "detail",
    "capture", "packet", "offset",
)  # fmt: skip


def detect(sight: Sight) -> Iterator[Raised]:
    said = sight.said("llmnr", "nbns").where_in("outcome", "ok", "warning").sorted("time")
    by_answerer: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in said.dicts(*_COLUMNS):
        fields = read_detail(row["detail"])
        if row["protocol"] == "nbns" and (row["operation"] != "query" or fields.get("suffix", "") not in _OF_MACHINES):
            continue
        row["name"] = row["object"].strip().lower().split(".")[0][:15]
        if row["name"] and row["name"] != "*":
            given = split_addresses(fields.get("answer_ips") or fields.get("ip", ""))
            if not given or (row["protocol"] == "nbns" and row["server_ip"] not in given):
                continue  # a NetBIOS name server (RFC 1001 §15.1) tells the addresses of others
            by_answerer[sight.who.name(row["server_ip"], row["server_mac"], row["time"])].append(row)
    for rows in by_answerer.values():
        proxy = [row for row in rows if row["name"] in _PROXIES]
        span = int(META.limit("span_h") * 3600) * 1_000_000_000
        many = burst(((row["time"], row["name"]) for row in rows), span, int(META.limit("names_min")))
        if many or proxy:
            yield _tell(sight, rows[many[0] :] if many else proxy, "default" if many else "proxy")


def _tell(sight: Sight, rows: list[dict[str, Any]], variant: str) -> Raised:
    first, last = rows[0]["time"], rows[-1]["time"]
    ip, mac = rows[0]["server_ip"], rows[0]["server_mac"]
    name = sight.who.name(ip, mac, first)
    askers = list(dict.fromkeys(sight.who.name(row["client_ip"], row["client_mac"], row["time"]) for row in rows))
    facts: Facts = {
        "variant": variant,
        "names": words(row["name"] for row in rows),
        "different": len({row["name"] for row in rows}),
        "askers": words(sight.who.label(asker) for asker in askers) or ["—"],
        "protocols": words(row["protocol"] for row in rows),
    }
    return make(
        sight, META, (name,), device=sight.who.device(ip, mac, first), ip=ip, actor=name, targets=askers[:8],
        others=askers[:8], confidence=0.85, facts=facts, first=first, last=last, count=len(rows),
        evidence=(evidence(row) for row in rows),
    )  # fmt: skip
