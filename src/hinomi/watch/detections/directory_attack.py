"""Somebody asks the directory (Kerberos, LDAP) for what no ordinary work needs.

Tickets of many services at once, tickets that need no password, names that do not exist one after
the other, the whole list of accounts, or the copy of all passwords that only directory servers make
of each other: each is a step in which an intruder looks for an account that opens more doors.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from hinomi.columns import Rows
from hinomi.model import Severity

from .. import rpc
from ..draft import Facts, describe, make, words
from ..meta import Limit, Meta, Raised
from ..severity import SECOND
from ..sight import Sight, evidence, read_detail
from ..who import is_infrastructure, is_people
from ..windows import burst

META = Meta(
    id="directory_attack",
    severity=Severity.MEDIUM,
    severity_max=Severity.HIGH,
    attack=("T1558.003", "T1558.004", "T1087.002", "T1069.002", "T1003.006"),
    reads=("exchange",),
    response="spread",
    limits=(
        Limit("services_min", 20, "services for which one machine took tickets within the span"),
        Limit("weak_services_min", 10, "the same, where the tickets are of the old kind that is quickly guessed"),
        Limit(
            "chosen_weak_min", 3, "the same, where the machine would have nothing but the old kind, others have the new"
        ),
        Limit("rush_min", 12, "services for which one machine took tickets within a minute"),
        Limit("open_accounts_min", 3, "accounts whose tickets were given without a password"),
        Limit("unknown_names_min", 10, "names without an account that one machine asked for"),
        Limit("entries_min", 3000, "entries of the directory that one machine read within the span"),
        Limit("telling_entries_min", 500, "the same, with fields that only administration and intruders read"),
        Limit("span_min", 15, "minutes"),
    ),
    blind_spots=(
        "LDAP inside TLS or sealed by the login (usual between Windows machines).",
        "One ticket at a time, spread over days.",
    ),
    order=42,
)

_WEAK = "23"  # RFC 4757: RC4-HMAC
_NEW = frozenset({"17", "18", "19", "20"})  # RFC 3962, RFC 8009: AES
# RFC 4120 §5.2.7, RFC 6113, RFC 4556, RFC 8636: pre-authentication that proves a secret.
_PROOF = frozenset({"2", "14", "15", "16", "17", "136", "138", "141", "142", "151"})
_TELLING = frozenset({
    "serviceprincipalname", "useraccountcontrol", "admincount", "ntsecuritydescriptor", "ms-mcs-admpwd",
    "msds-allowedtodelegateto", "msds-allowedtoactonbehalfofotheridentity", "pwdlastset", "sidhistory",
    "msds-managedpassword", "unicodepwd",
})  # fmt: skip
_COLUMNS = (
    "client_ip", "client_mac", "server_ip", "server_mac", "time", "operation", "object", "outcome", "status", "detail",
    "capture", "packet", "offset",
)  # fmt: skip


def detect(sight: Sight) -> Iterator[Raised]:
    said = sight.said("kerberos", "ldap").sorted("time")
    directories = set(sight.said("kerberos").distinct("server_ip"))
    by_client: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    wanted = said.where_in("operation", "AS", "TGS", "search")
    for row in (*wanted.dicts(*_COLUMNS), *_copies(sight)):
        by_client[(row["client_ip"], row["client_mac"])].append(row)
    if not by_client:
        return
    modern = any(_NEW & set(read_detail(d).get("etype", "").split(",")) for d in _kinds_given(said))
    for (ip, mac), rows in by_client.items():
        device = sight.who.device(ip, mac, rows[0]["time"])
        if ip in directories or (device is not None and device.value("type") == "directory_server"):
            continue
        helper = (device is not None and is_infrastructure(device)) or sight.who.kind(ip, device) == "management"
        for row in rows:
            row["fields"] = read_detail(row["detail"])
        for variant, group, needs_no_helper in (
            ("copy", [row for row in rows if row["operation"] == "copy"], False),
            ("tickets", _tickets(rows, modern), True),
            ("open", _open_accounts(rows), False),
            ("names", _unknown_names(rows), True),
            ("read", _read(rows, device is None or is_people(device)), True),
        ):
            if group and not (helper and needs_no_helper):
                yield _tell(sight, variant, ip, mac, group)


def _kinds_given(said: Rows) -> list[str]:
    return [
        str(detail) for detail in said.where_in("operation", "AS", "TGS").where_in("outcome", "ok").distinct("detail")
    ]


def _many(rows: list[dict[str, Any]], value: str, need: str, minutes: float = 0) -> list[dict[str, Any]]:
    span = int((minutes or META.limit("span_min")) * 60) * SECOND
    hit = burst(((row["time"], row["fields"].get(value) or row["object"]) for row in rows), span, int(META.limit(need)))
    return rows[hit[0] :] if hit else []


def _tickets(rows: list[dict[str, Any]], modern: bool) -> list[dict[str, Any]]:
    given = [row for row in rows if row["operation"] == "TGS" and row["outcome"] == "ok"]
    given = [row for row in given if not row["object"].lower().startswith("krbtgt")]
    weak = [row for row in given if row["fields"].get("etype") == _WEAK]
    # Who could have the new kind and wants the old one only wants to guess at it.
    chosen = [row for row in weak if modern and not _NEW & set(row["fields"].get("etypes", "").split(","))]
    return (
        _many(chosen, "service", "chosen_weak_min") or _many(weak, "service", "weak_services_min")
        or _many(given, "service", "rush_min", 1) or _many(given, "service", "services_min")
    )  # fmt: skip


def _open_accounts(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    given = [row for row in rows if row["operation"] == "AS" and row["outcome"] == "ok"]
    free = [row for row in given if not _PROOF & set(row["fields"].get("preauth", "").split(","))]
    return _many(free, "user", "open_accounts_min")


def _unknown_names(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    asked = [row for row in rows if row["operation"] == "AS" and "C_PRINCIPAL_UNKNOWN" in row["status"]]
    return _many(asked, "user", "unknown_names_min")


def _read(rows: list[dict[str, Any]], person: bool) -> list[dict[str, Any]]:
    found = [row for row in rows if row["operation"] == "search" and row["outcome"] == "ok"]
    span = int(META.limit("span_min") * 60) * SECOND
    for at, row in enumerate(found):
        near = [other for other in found[at:] if other["time"] - row["time"] <= span]
        telling = [r for r in near if _TELLING & set(r["fields"].get("attributes", "").lower().split(","))]
        if sum(map(_entries, telling)) >= META.limit("telling_entries_min"):
            return telling
        if person and sum(map(_entries, near)) >= META.limit("entries_min"):
            return near
        if at >= _LOOKS_MAX:
            break
    return []


_LOOKS_MAX = 2000  # searches of one machine from which a span is begun


def _entries(row: dict[str, Any]) -> int:
    count = row["fields"].get("entries", "")
    return int(count) if count.isdigit() else 0


def _copies(sight: Sight) -> Iterator[dict[str, Any]]:
    """[MS-DRSR] 4.1.10: operation 3, IDL_DRSGetNCChanges, hands over the directory with its passwords."""
    for row in rpc.calls(sight):
        if row["interface"] == "drsuapi" and "3" in row["numbers"]:
            yield row | {"operation": "copy"}


def _tell(sight: Sight, variant: str, ip: str, mac: str, rows: list[dict[str, Any]]) -> Raised:
    first, last = rows[0]["time"], rows[-1]["time"]
    name = sight.who.name(ip, mac, first)
    server = sight.who.device(rows[0]["server_ip"], rows[0]["server_mac"], first)
    facts: Facts = {
        "variant": variant,
        "asked": len({row["fields"].get("user" if variant in ("open", "names") else "service") or n
                      for n, row in enumerate(rows)}),
        "entries": sum(map(_entries, rows)),
        "examples": words((row["fields"].get("service") or row["object"] for row in rows), 4) or ["—"],
        "span_s": max(1.0, (last - first) / SECOND),
        **describe(sight, "server", rows[0]["server_ip"], server),
    }  # fmt: skip
    base = Severity.HIGH if variant == "copy" else META.severity
    return make(
        sight, META, (name, variant), device=sight.who.device(ip, mac, first), ip=ip, actor=name,
        targets=[server.id if server else rows[0]["server_ip"]], others=[server.id] if server else [], base=base,
        confidence=0.9 if variant in ("copy", "open") else 0.75, facts=facts, first=first, last=last, count=len(rows),
        evidence=(evidence(row) for row in rows),
    )  # fmt: skip
