"""Boxes that write `key=value`: FortiGate (FortiOS Log Message Reference) and SonicWall (SonicOS Log Events).

FortiGate: ids 39424 to 39951 are SSL VPN, 37120 to 37141 IPsec, 32001/32002 the administrator's own logon.
"""

from __future__ import annotations

import re
from typing import Any

from hinomi.intake.events.frame import Frame, Line, pairs
from hinomi.intake.events.out import Out, ends, seconds
from hinomi.intake.rows import SECOND_NS, number, port

_NONE = ("", "N/A", "(null)", "n/a", "unknown")
_REFUSED = ("deny", "blocked", "block", "dropped")
# Of `action` in a traffic log: what became of the connection.
_OUTCOMES = {"deny": "refused", "timeout": "unanswered", "ip-conn": "unanswered", "dns": "answered"}


def is_fortigate(line: Line) -> bool:
    text = line.text
    return "type=" in text and ("logid=" in text or "log_id=" in text) and ("devname=" in text or "vd=" in text)


def fortigate(out: Out, line: Line, frame: Frame) -> bool:
    row = pairs(line.text if "date=" not in line.app else f"{line.app}{line.text}")
    line.time = _fortigate_time(row, frame) or line.time
    if row.get("devname"):
        out.learn(row["devname"], line.host)
        line.host = row["devname"]
    kind, part = row.get("type", ""), row.get("subtype", "")
    if kind == "traffic":
        return _fortigate_traffic(out, line, row)
    if kind != "event":
        return False
    if part == "vpn":
        return _fortigate_vpn(out, line, row)
    if part in ("system", "user"):
        return _fortigate_logon(out, line, row)
    return False


def _fortigate_time(row: dict[str, str], frame: Frame) -> int:
    """`eventtime` in seconds, or in nanoseconds from FortiOS 6.2 on; else date, time and zone."""
    event = row.get("eventtime", "")
    if event.isdigit() and len(event) >= 10:
        return int(event[:19].ljust(19, "0"))
    zone = row.get("tz", "")
    stamp = f"{row.get('date', '')} {row.get('time', '')}{zone if re.fullmatch(r'[+-][0-9]{4}', zone) else ''} "
    return frame.stamp(stamp)[0]


def _user(row: dict[str, str]) -> str:
    found = next((row[name] for name in ("xauthuser", "user") if row.get(name, "") not in _NONE), "")
    return found


def _fortigate_vpn(out: Out, line: Line, row: dict[str, str]) -> bool:
    action, source, tunnel = row.get("action", ""), row.get("remip", ""), row.get("tunneltype", "")
    service = "sslvpn" if tunnel.startswith("ssl") or action.startswith("ssl") else "ipsec"
    more: dict[str, Any] = {
        "user": _user(row), "client": source, "server": row.get("locip", ""),
        "group": row.get("group", "") if row.get("group") not in _NONE else "",
        "country": row.get("srccountry", "") if row.get("srccountry") not in (*_NONE, "Reserved") else "",
        "tunnel_ip": next((row[n] for n in ("tunnelip", "assignip") if row.get(n, "") not in _NONE), ""),
        "method": tunnel, "log": "fortigate",
    }  # fmt: skip
    if action in ("tunnel-up", "phase2-up", "ssl-login-success"):
        out.logon(line, service, True, **more)
    elif action in ("ssl-login-fail", "auth-failure", "ssl-exit-error") or (
        action == "negotiate" and row.get("status", "").startswith("fail") and source not in _NONE
    ):
        out.logon(line, service, False, status=row.get("reason", ""), **more)
    elif action == "tunnel-down":
        lasted, sent, received = (number(row.get(name)) for name in ("duration", "rcvdbyte", "sentbyte"))
        out.said(line, service, "logout", "ok", duration_ns=seconds(lasted), status=row.get("reason", ""), **more)
        if lasted:
            start = line.time - seconds(lasted)
            out.session(service, start, line.time, source, row.get("locip") or line.host, sent=sent, received=received)
    return True


def _fortigate_logon(out: Out, line: Line, row: dict[str, str]) -> bool:
    """Somebody at the box's own page or shell (`system`), or let through it by name (`user`)."""
    action, result = row.get("action", ""), row.get("status", "")
    at = re.search(r"\(([0-9a-fA-F.:]+)\)", row.get("ui", ""))
    source = row.get("srcip") or (at[1] if at else "")
    if action not in ("login", "authentication", "auth-logon") or result not in ("success", "failed", "failure"):
        return action not in ("login", "authentication")
    service = "management" if row.get("subtype") == "system" else "firewall"
    out.logon(
        line, service, result == "success", user=_user(row), client=source, server=row.get("dstip", ""),
        status="" if result == "success" else row.get("reason", ""), method=row.get("method") or row.get("ui", ""),
        log="fortigate",
    )  # fmt: skip
    return True


def _fortigate_traffic(out: Out, line: Line, row: dict[str, str]) -> bool:
    action = row.get("action", "")
    if action in ("start", "accept-start"):
        return True
    lasted = number(row.get("duration"))
    up, down = number(row.get("sentbyte")), number(row.get("rcvdbyte"))
    outcome = _OUTCOMES.get(action, "answered")
    if outcome == "answered" and not down:
        outcome = "unanswered"
    out.connection(
        row["srcip"], row["dstip"], number(row.get("proto")), line.time - seconds(lasted), line.time,
        ports=(port(row.get("srcport")), port(row.get("dstport"))), sent=up, received=down,
        packets=(number(row.get("sentpkt")), number(row.get("rcvdpkt"))), outcome=outcome,
        ended_by="rst" if action.endswith("rst") else "fin" if action == "close" else "idle",
    )  # fmt: skip
    return True


def is_sonicwall(line: Line) -> bool:
    return "id=" in f"{line.app}{line.text[:40]}" and "sn=" in line.text and "fw=" in line.text and "m=" in line.text


_SONIC_LOGON = re.compile(
    r"(login|logon|authentication) ?(allowed|denied|succeeded|successful|success|failed|failure)?", re.I
)


def sonicwall(out: Out, line: Line, frame: Frame) -> bool:
    row = pairs(line.text)
    clock = row.get("time", "")
    line.time = frame.stamp(f"{clock} ")[0] or line.time
    box, told = row.get("fw", ""), row.get("msg", "")
    line.host = line.host or box
    source, source_port = _sonic_end(row.get("src", ""))
    target, target_port = _sonic_end(row.get("dst", ""))
    named = row.get("usr") or row.get("user", "")
    found = _SONIC_LOGON.search(told)
    if found and source and (found[2] or "denied" in told):
        low = told.lower()
        bad = any(word in low for word in ("denied", "failed", "failure"))
        service = "sslvpn" if "ssl vpn" in low or "sslvpn" in low else "management" if "admin" in low else "firewall"
        if "ike" in low or "xauth" in low or "vpn policy" in low:
            service = "ipsec"
        out.logon(
            line, service, not bad, user=named.strip('"'), client=source, client_port=source_port, server=box,
            status=told if bad else "", log="sonicwall",
        )  # fmt: skip
        return True
    if not source or not target:
        return False
    sent, received = number(row.get("sent")), number(row.get("rcvd"))
    refused = row.get("fw_action") == "drop" or any(word in told.lower() for word in ("dropped", "denied", "blocked"))
    if not refused and told.lower() != "connection closed" and row.get("m") != "537":
        return told.lower().startswith("connection opened") or row.get("m") == "98"
    lasted = number(row.get("cdur")) * SECOND_NS // 1000  # milliseconds
    proto = row.get("proto", "").partition("/")[0].lower()
    out.connection(
        source, target, proto if proto in ("tcp", "udp", "icmp", "gre", "esp") else "other", line.time - lasted,
        line.time, ports=(source_port, target_port), sent=sent, received=received,
        packets=(number(row.get("spkt")), number(row.get("rpkt"))),
        outcome="refused" if refused else "answered" if received else "unanswered",
    )  # fmt: skip
    return True


def _sonic_end(text: str) -> tuple[str, int]:
    """`198.51.100.7:50000:X1` → address and port."""
    parts = text.split(":")
    return ends(":".join(parts[:2])) if len(parts) <= 4 else ends(text)
