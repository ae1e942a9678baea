"""Somebody tries passwords: many refused logins, or many sessions too short to be work.

Where the protocol says that a login was refused (file sharing, web), that is counted. Where it is
encrypted (SSH, RDP), a row of short sessions with little in them says the same, less surely.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

import pyarrow.compute as pc

from hinomi.model import Severity

from ..draft import Facts, describe, make, words
from ..meta import Limit, Meta, Raised
from ..remote import LOGGED
from ..severity import SECOND, higher
from ..sight import Sight, evidence, read_detail
from ..tables import dicts
from ..who import OUTSIDE
from ..windows import burst

META = Meta(
    id="brute_force",
    severity=Severity.MEDIUM,
    severity_max=Severity.HIGH,
    attack=("T1110", "T1110.003", "T0859"),
    reads=("flow", "exchange"),
    response="spread",
    limits=(
        Limit("refused_min", 15, "refused logins of one client at one server within the span"),
        Limit("sessions_min", 15, "short sessions of one client at one server within the span"),
        Limit("span_min", 10, "minutes"),
        Limit("quick_min", 8, "refused logins within one minute: no person types so fast"),
        Limit("quick_outside_min", 5, "short sessions from outside within one minute"),
        Limit("session_s_max", 30, "longer sessions are work"),
        Limit("session_bytes_max", 9_000, "an answer larger than this is more than a refused login"),
        Limit("servers_min", 10, "servers that refused one client within the span: one password tried at many doors"),
        Limit("clients_min", 5, "clients at which one account was refused by one server within the span"),
        Limit("strangers_min", 10, "clients that one server refused within the span and none of which came in"),
        Limit("slow_min", 30, "refused logins of one client within a day"),
        Limit("slow_users_min", 10, "accounts among them: a forgotten timer tries one"),
        Limit("share_ok_max", 0.2, "more successes than this share, and the refusals are part of the protocol"),
    ),
    blind_spots=(
        "Passwords of one account tried slowly, a few an hour.",
        "Logins inside an encrypted web page.",
        "Passwords tried from many clients, a few in an hour in all.",
    ),
    order=30,
)

_LOGINS = ("SESSION_SETUP", "bind", "AS", "login", "PASS", "auth")
# A first answer that asks for the next step of a login is no refusal (MS-SMB2 3.3.5.5, RFC 4120 §3.1.3).
_NEXT_STEP = ("MORE_PROCESSING", "0xc0000016", "PREAUTH_REQUIRED", "SASL_BIND_IN_PROGRESS")
# Who gives no name tries no password: a client that has its session already asks so for a list of shares, and is
# refused ([MS-ERREF] STATUS_ACCESS_DENIED).
_NAMELESS = "0xc0000022"
_SESSIONS = ("ssh", "rdp", "vnc", "telnet", "ftp")


def detect(sight: Sight) -> Iterator[Raised]:
    seen = set()
    for item in (*_refusals(sight), *_sessions(sight), *_sessions_of_many(sight)):
        if item.draft.key not in seen:
            seen.add(item.draft.key)
            yield item


def _span() -> int:
    return int(META.limit("span_min") * 60) * SECOND


def _many(rows: list[dict[str, Any]], at: str, slow: str, quick: str) -> bool:
    """Enough of them within the span, or within one minute."""
    events = [(row[at], n) for n, row in enumerate(rows)]
    if burst(events, _span(), int(META.limit(slow))):
        return True
    return bool(quick) and burst(events, 60 * SECOND, int(META.limit(quick))) is not None


def _refusals(sight: Sight) -> Iterator[Raised]:
    said = sight.said("smb", "http", "ftp", "ldap", "kerberos", "imap", "pop", "smtp", *LOGGED)
    columns = said.columns
    asked = columns.where_in("protocol", ("http",)) & columns.where_in("status", ("401", "403"))
    tried = said.keep(columns.where_in("operation", _LOGINS) | asked)
    if len(tried) < META.limit("quick_min"):
        return
    groups: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
    names = (
        "client_ip", "client_mac", "server_ip", "server_mac", "server_name", "protocol", "operation", "time", "outcome",
        "status", "detail", "capture", "packet", "offset",
    )  # fmt: skip
    for row in tried.dicts(*names):
        if row["protocol"] in LOGGED:  # a log may know its machine by name alone
            row["server_ip"] = row["server_ip"] or row["server_name"]
        groups[(row["client_ip"], row["server_ip"], row["protocol"])].append(row)
    pairs_ok = _web_successes(sight, {key for key in groups if key[2] == "http"})
    for key, rows in groups.items():
        rows.sort(key=lambda row: row["time"])
        bad = [row for row in rows if _refused(row)]
        good = [r for r in rows if r["outcome"] in ("ok", "warning")]
        if not _many(bad, "time", "refused_min", "quick_min"):
            continue
        fine = len(good) + pairs_ok.get(key, 0)
        if fine > META.limit("share_ok_max") * len(bad):
            continue
        users = words(read_detail(row["detail"]).get("user", "") for row in bad)
        after = [row for row in good if row["time"] > bad[0]["time"]]
        yield _tell(sight, bad, key[2], "refused", 0.9, users, bool(after), rows[0])
    for bad in _of_many(groups):
        users = words(read_detail(row["detail"]).get("user", "") for row in bad)
        yield _tell(sight, bad, bad[0]["protocol"], "from_many", 0.8, users, False, bad[0])
    for bad in _slow(groups):
        users = words(read_detail(row["detail"]).get("user", "") for row in bad)
        yield _tell(sight, bad, bad[0]["protocol"], "slow", 0.75, users, False, bad[0])
    for bad, after_all in _spread(groups):
        users = words(read_detail(row["detail"]).get("user", "") for row in bad)
        yield _tell(sight, bad, bad[0]["protocol"], "spread", 0.85, users, after_all, bad[0])


def _spread(tried: dict[tuple[str, str, str], list[dict[str, Any]]]) -> Iterator[tuple[list[dict[str, Any]], bool]]:
    """Refusals of one client at many servers, few at each. Web pages ask everybody for a name first: left out."""
    by_client: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for (client, _, protocol), rows in tried.items():
        if protocol != "http":
            by_client[(client, protocol)] += rows
    for rows in by_client.values():
        rows.sort(key=lambda row: row["time"])
        bad = [row for row in rows if _refused(row)]
        good = [row for row in rows if row["outcome"] in ("ok", "warning")]
        events = [(row["time"], row["server_ip"]) for row in bad]
        if not burst(events, _span(), int(META.limit("servers_min"))):
            continue
        if len(good) > META.limit("share_ok_max") * len(bad):
            continue
        yield bad, any(row["time"] > bad[0]["time"] for row in good)


def _of_many(tried: dict[tuple[str, str, str], list[dict[str, Any]]]) -> Iterator[list[dict[str, Any]]]:
    """Refusals of one server at many clients: of one account, or of clients none of which ever came in."""
    by_server: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for (client, server, protocol), rows in tried.items():
        entered = max((row["time"] for row in rows if row["outcome"] in ("ok", "warning")), default=0)
        if protocol != "http" and not any(_came_in(row) and row["time"] <= entered for row in rows):
            by_server[(server, protocol)] += [row | {"client": client} for row in rows if _refused(row)]
    for bad in by_server.values():
        bad.sort(key=lambda row: row["time"])
        by_user: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in bad:
            by_user[read_detail(row["detail"]).get("user", "")].append(row)
        for rows, need in (
            *((rows, "clients_min") for user, rows in by_user.items() if user),
            (bad, "strangers_min"),
        ):
            hit = burst(((row["time"], row["client"]) for row in rows), _span(), int(META.limit(need)))
            if hit and len(rows) >= META.limit("refused_min"):
                yield rows[hit[0] :]
                break


def _came_in(row: dict[str, Any]) -> bool:
    """A login that was taken; a first answer that asks for the next step is none."""
    return row["outcome"] in ("ok", "warning") and not any(step in row["status"] for step in _NEXT_STEP)


def _slow(tried: dict[tuple[str, str, str], list[dict[str, Any]]]) -> Iterator[list[dict[str, Any]]]:
    """Many accounts of one server tried by one client over a day."""
    for (_, _, protocol), rows in tried.items():
        bad = sorted((row for row in rows if _refused(row)), key=lambda row: row["time"])
        users = {read_detail(row["detail"]).get("user", "") for row in bad} - {""}
        good = sum(_came_in(row) for row in rows)
        if protocol == "http" or len(users) < META.limit("slow_users_min") or good > len(bad):
            continue
        if burst(((row["time"], n) for n, row in enumerate(bad)), 86_400 * SECOND, int(META.limit("slow_min"))):
            yield bad


def _sessions_of_many(sight: Sight) -> Iterator[Raised]:
    """Short encrypted sessions at one machine from many addresses outside."""
    flows = sight.flows
    mask = pc.and_(pc.and_(sight.service_in(*_SESSIONS), sight.answered), sight.having("orig", OUTSIDE))
    mask = pc.and_(mask, sight.not_having("resp", OUTSIDE))
    mask = pc.and_(mask, pc.less_equal(flows.column("resp_payload"), int(META.limit("session_bytes_max"))))
    columns = (
        "orig_ip", "orig_mac", "resp_ip", "resp_mac", "service", "start", "last", "resp_payload", "capture", "packet",
        "offset",
    )  # fmt: skip
    groups: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in dicts(flows.filter(mask).sort_by("start"), *columns):
        if row["last"] - row["start"] <= META.limit("session_s_max") * SECOND:
            groups[(row["resp_ip"], row["service"])].append(row)
    for (_, service), rows in groups.items():
        hit = burst(((row["start"], row["orig_ip"]) for row in rows), _span(), int(META.limit("strangers_min")))
        if hit and len(rows) >= META.limit("sessions_min"):
            yield _tell(sight, rows[hit[0] :], service, "from_many", 0.6, [], False, rows[hit[0]])


def _refused(row: dict[str, Any]) -> bool:
    if row["outcome"] not in ("refused", "failed") or any(step in row["status"] for step in _NEXT_STEP):
        return False
    if row["protocol"] == "smb" and row["status"] == _NAMELESS:
        return bool(read_detail(row["detail"]).get("user"))
    return True


def _web_successes(sight: Sight, keys: set[tuple[str, str, str]]) -> dict[tuple[str, str, str], int]:
    if not keys:
        return {}
    good = sight.said("http").where_in("outcome", "ok")
    counted = Counter(good.tuples("client_ip", "server_ip"))
    return {(client, server, "http"): count for (client, server), count in counted.items()}


def _sessions(sight: Sight) -> Iterator[Raised]:
    flows = sight.flows
    mask = pc.and_(sight.service_in(*_SESSIONS), sight.answered)
    mask = pc.and_(mask, pc.equal(pc.bit_wise_and(flows.column("resp_is"), OUTSIDE), 0))
    columns = (
        "orig_ip", "orig_mac", "resp_ip", "resp_mac", "service", "start", "last", "resp_payload", "capture", "packet",
        "offset",
    )  # fmt: skip
    table = flows.filter(mask)
    counts = table.group_by(["orig_ip", "resp_ip"]).aggregate([("start", "count")])
    counts = counts.filter(pc.greater_equal(counts.column("start_count"), int(META.limit("quick_outside_min"))))
    busy = set(zip(counts.column("orig_ip").to_pylist(), counts.column("resp_ip").to_pylist(), strict=True))
    if not busy:
        return
    table = table.filter(pc.is_in(table.column("resp_ip"), counts.column("resp_ip").combine_chunks()))
    groups: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in dicts(table, *columns):
        if (row["orig_ip"], row["resp_ip"]) not in busy:
            continue
        groups[(row["orig_ip"], row["resp_ip"], row["service"])].append(row)
    for key, rows in groups.items():
        rows.sort(key=lambda row: row["start"])
        limit_ns = META.limit("session_s_max") * SECOND
        short = [
            row
            for row in rows
            if row["last"] - row["start"] <= limit_ns and row["resp_payload"] <= META.limit("session_bytes_max")
        ]
        outside = bool(sight.who.traits(key[0]) & OUTSIDE)
        if not _many(short, "start", "sessions_min", "quick_outside_min" if outside else ""):
            continue
        if len(short) < 0.8 * len(rows):
            continue
        after = [row for row in rows if row not in short and row["start"] > short[0]["start"]]
        yield _tell(sight, short, key[2], "sessions", 0.7, [], bool(after), rows[0])


def _tell(
    sight: Sight, rows: list[dict[str, Any]], service: str, variant: str, confidence: float, users: list[str],
    succeeded: bool, head: dict[str, Any],
) -> Raised:  # fmt: skip
    at = "time" if "time" in head else "start"
    client_ip = head.get("client_ip") or head["orig_ip"]
    client_mac = head.get("client_mac") or head.get("orig_mac", "")
    server_ip = head.get("server_ip") or head["resp_ip"]
    server_mac = head.get("server_mac") or head.get("resp_mac", "")
    client = sight.who.device(client_ip, client_mac, head[at])
    server = sight.who.device(server_ip, server_mac, head[at])
    first, last = rows[0][at], rows[-1][at]
    base = higher(META.severity, META.severity_max) if succeeded else META.severity
    facts: Facts = {
        "variant": variant,
        "service": service,
        "tries": len(rows),
        "users": len([user for user in users if user != "…"]),
        "span_s": max(1.0, (last - first) / SECOND),
        "after": "succeeded" if succeeded else "none",
        **describe(sight, "client", client_ip, client),
    }
    name, target = sight.who.name(client_ip, client_mac, first), sight.who.name(server_ip, server_mac, first)
    facts["clients"] = len({row.get("client_ip") or row["orig_ip"] for row in rows})
    facts["servers"] = len({row.get("server_ip") or row["resp_ip"] for row in rows})
    return make(
        sight, META, _key(variant, name, target, service),
        device=server, ip=server_ip, actor=target if variant == "from_many" else name, targets=[target], others=[name],
        base=base, confidence=confidence, facts=facts, first=first, last=last, count=len(rows),
        evidence=(evidence(row) for row in rows),
    )  # fmt: skip


def _key(variant: str, client: str, server: str, service: str) -> tuple[str, str, str]:
    if variant == "from_many":
        return "many", server, service
    return client, "many" if variant == "spread" else server, service
