"""Palo Alto PAN-OS, by position between commas (PAN-OS Administrator's Guide, "Syslog Field Descriptions")."""

from __future__ import annotations

import csv
import re
from typing import Any

from hinomi.intake.events.frame import Frame, Line
from hinomi.intake.events.out import Out, plain, seconds
from hinomi.intake.rows import number, port

_KINDS = (
    "TRAFFIC",
    "SYSTEM",
    "GLOBALPROTECT",
    "THREAT",
    "CONFIG",
    "HIPMATCH",
    "USERID",
    "AUTHENTICATION",
    "DECRYPTION",
)
_REFUSED = ("deny", "drop", "drop-icmp", "reset-client", "reset-server", "reset-both")
_HEAD = re.compile(r"\d+,\d{4}/\d\d/\d\d \d\d:\d\d:\d\d,[^,]*,([A-Z]+),")
_FROM = re.compile(
    r"From: ([0-9a-fA-F.:]+[0-9a-fA-F])|from IP:? ?([0-9a-fA-F.:]+[0-9a-fA-F])|Login from: ([0-9a-fA-F.:]+[0-9a-fA-F])",
    re.I,
)
_NAMED = re.compile(r"user(?: name)?:? '?([^',\s]+)'?", re.I)


def is_paloalto(line: Line) -> bool:
    found = _HEAD.search(line.text[:200])
    return found is not None and found[1] in _KINDS


def paloalto(out: Out, line: Line, frame: Frame) -> bool:
    found = _HEAD.search(line.text)
    if found is None:
        return False
    row = next(csv.reader([line.text[found.start() :]]))
    kind = row[3]
    line.time = frame.stamp(f"{row[6]} ")[0] or frame.stamp(f"{row[1]} ")[0] or line.time
    if kind == "TRAFFIC":
        return _traffic(out, line, frame, row)
    if kind == "GLOBALPROTECT":
        return _global_protect(out, line, row)
    if kind == "AUTHENTICATION":
        bad = "fail" in f"{row[4]} {row[20]}".lower() or "fail" in row[18].lower()
        out.logon(line, "firewall", not bad, user=row[9], client=row[8], status=row[18] if bad else "", log="paloalto")
        return True
    return _system(out, line, row) if kind == "SYSTEM" else False


def _traffic(out: Out, line: Line, frame: Frame, row: list[str]) -> bool:
    if row[4] == "start":
        return True
    action = row[30]
    start, lasted = frame.stamp(f"{row[35]} ")[0] or line.time, number(row[36])
    up, down = number(row[32]), number(row[33])
    why = row[46] if len(row) > 46 else ""
    outcome = "refused" if row[4] in ("deny", "drop") or action in _REFUSED else "answered" if down else "unanswered"
    out.connection(
        row[7], row[8], row[29].lower() if row[29] in ("tcp", "udp", "icmp", "sctp", "gre", "esp") else "other", start,
        start + seconds(lasted), ports=(port(row[24]), port(row[25])), sent=up, received=down,
        packets=(number(row[44]), number(row[45])) if len(row) > 45 else None, outcome=outcome,
        ended_by="rst" if "rst" in why else "fin" if "fin" in why else "idle",
    )  # fmt: skip
    return True


def _global_protect(out: Out, line: Line, row: list[str]) -> bool:
    event, good = row[8], row[28].lower() != "failure"
    source = plain(row[15]) if plain(row[15]) != "0.0.0.0" else plain(row[16])
    more: dict[str, Any] = {
        "user": row[12], "client": source, "country": row[13],
        "tunnel_ip": plain(row[17]) if plain(row[17]) != "0.0.0.0" else "",
        "method": row[11] or row[10], "log": "paloalto",
    }  # fmt: skip
    if event.endswith(("-auth", "-login", "-connected")) or event in ("gateway-connected", "portal-auth"):
        # `portal-auth` and `gateway-auth` say whether the name was taken, `gateway-connected` that the tunnel stands.
        what = "address" if event == "gateway-connected" and good else "login"
        out.said(
            line, "sslvpn", what, "ok" if good else "refused", status="" if good else row[25] or row[26],
            client_name=row[14] if row[14] and not row[12] else "", **more,
        )  # fmt: skip
    elif event in ("gateway-logout", "portal-logout"):
        lasted = number(row[30])
        out.said(
            line, "sslvpn", "logout", "ok", duration_ns=seconds(lasted) if lasted else None, status=row[25], **more
        )
        if lasted:
            out.session("sslvpn", line.time - seconds(lasted), line.time, source, line.host)
    return True


def _system(out: Out, line: Line, row: list[str]) -> bool:
    event, told = row[8], row[14] if len(row) > 14 else ""
    if not ("auth" in event or "login" in event.lower()):
        return False
    source, user = _FROM.search(told), _NAMED.search(told)
    if source is None:
        return True
    bad = "fail" in event or "fail" in told.lower()
    service = "sslvpn" if "globalprotect" in f"{row[4]} {event}" else "management"
    out.logon(
        line, service, not bad, user=user[1].rstrip(".'") if user else "", client=next(g for g in source.groups() if g),
        log="paloalto",
    )  # fmt: skip
    return True
