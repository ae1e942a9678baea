"""Cisco ASA and FTD, by message number (Cisco Secure Firewall ASA Series Syslog Messages)."""

from __future__ import annotations

import re
from typing import Any

from hinomi.intake.events.frame import Frame, Line
from hinomi.intake.events.out import Out, seconds
from hinomi.intake.rows import number, port

_NUMBER = re.compile(r"%(?:ASA|FTD|PIX)-(?:\w+-)?\d-(\d{6}): ?")
_NAMED = re.compile(r"([A-Za-z][A-Za-z ]*?) ?= ?([^,:=]*?)(?= ?[:,]|$)")
_ANGLED = re.compile(r"(Group|User|IP|IPv4 Address) <([^>]*)>")
_END = r"(?P<{0}if>[^\s:/]+):(?P<{0}ip>[0-9a-fA-F.:]+)/(?P<{0}port>\d+)(?: ?\([^)]*\))*"
_BUILT = re.compile(r"Built (?P<way>inbound|outbound) (?:TCP|UDP|GRE) connection (?P<id>\d+)")
_TEARDOWN = re.compile(
    r"Teardown (?P<proto>TCP|UDP|GRE) connection (?P<id>\d+) for " + _END.format("a") + " to " + _END.format("b")
    + r"(?: duration (?P<h>\d+):(?P<m>\d\d):(?P<s>\d\d))?(?: bytes (?P<bytes>\d+))?(?P<why>.*)"
)  # fmt: skip
_DENY = re.compile(r"Deny (?P<proto>\w+) src " + _END.format("a") + r".*? dst " + _END.format("b"))
_LIST = re.compile(
    r"access-list \S+ denied (?P<proto>\w+) (?P<aif>[^\s/]+)/(?P<aip>[0-9a-fA-F.:]+)\((?P<aport>\d+)\) -> "
    r"(?P<bif>[^\s/]+)/(?P<bip>[0-9a-fA-F.:]+)\((?P<bport>\d+)\)"
)
_LOGIN = re.compile(
    r"Login (?P<how>permitted|denied) from (?P<ip>[0-9a-fA-F.:]+)/(?P<port>\d+) to [^:\s]+:(?P<at>[0-9a-fA-F.:]+)/"
    r"(?P<what>\S+) for user \"(?P<user>[^\"]*)\""
)
_REJECTED = re.compile(r"user IP ?[:=] ?([0-9a-fA-F.:]+)")
_LASTED = re.compile(r"(?:(\d+)d )?(\d+)h:(\d+)m:(\d+)s")

BUILT_MAX = 100_000  # connections that are open at once; of the oldest the ports decide
_TO_ASK = ("113039", "113004", "113012", "113005", "113015", "716038", "716039", "722051", "109005", "109006")


def is_cisco(line: Line) -> bool:
    return _NUMBER.search(line.text[:120]) is not None


class Cisco:
    """Who began a connection stands in the line that built it; the line that tears it down has all the rest."""

    def __init__(self) -> None:
        self._built: dict[str, bool] = {}

    def __call__(self, out: Out, line: Line, frame: Frame) -> bool:
        found = _NUMBER.search(line.text)
        if found is None:
            return False
        if not line.time:  # with `logging timestamp rfc5424` the stamp may stand where the host should
            line.time = frame.stamp(line.text[: found.start()])[0]
        text, code = line.text[found.end() :], found[1]
        if code in ("302013", "302015", "302017"):
            if built := _BUILT.search(text):
                if len(self._built) >= BUILT_MAX:
                    del self._built[next(iter(self._built))]
                self._built[f"{line.host} {built['id']}"] = built["way"] == "inbound"
            return True
        if code in ("302014", "302016", "302018"):
            return _closed(out, line, text, self._built)
        return _other(out, line, text, code)


def _other(out: Out, line: Line, text: str, code: str) -> bool:
    if code in ("106023", "106100", "106001", "106006", "106015"):
        return _denied(out, line, text)
    if code in ("605004", "605005"):
        return _login(out, line, text)
    if code == "113019":
        return _left(out, line, text)
    if code in _TO_ASK:
        return _asked(out, line, text, code)
    return code in (
        "722022",
        "722023",
        "716001",
        "716002",
        "113008",
        "113009",
        "305011",
        "305012",
    )


def _fields(text: str) -> dict[str, str]:
    found = {name.strip().lower(): value.strip() for name, value in _NAMED.findall(text)}
    return found | {name.lower(): value for name, value in _ANGLED.findall(text)}


def _asked(out: Out, line: Line, text: str, code: str) -> bool:
    """Let in or refused. 113004/113005 tell what the name server said, the others what the box did with it."""
    row = _fields(text)
    source = row.get("ip", "")
    again = _REJECTED.search(text)
    source = source or (again[1] if again else "")
    more: dict[str, Any] = {
        "user": row.get("user") or row.get("username", ""), "client": source, "group": row.get("group", ""),
        "log": "cisco",
    }  # fmt: skip
    if code in ("113039", "716038"):
        out.logon(line, "sslvpn", True, **more)
    elif code == "722051":
        out.said(line, "sslvpn", "address", "ok", tunnel_ip=row.get("ipv4 address", ""), **more)
    elif code in ("113005", "113015", "716039"):
        out.logon(line, "sslvpn", False, status=row.get("reason", ""), **more)
    elif source:
        out.logon(line, "firewall", code != "109006", **more)
    return True


def _left(out: Out, line: Line, text: str) -> bool:
    row = _fields(text.replace("Session disconnected.", ""))
    kind = re.search(r"Session Type: ([\w -]+)", text)
    lasted = _LASTED.search(text)
    sent, received = (re.search(rf"Bytes {way}: (\d+)", text) for way in ("rcv", "xmt"))
    days = [number(part) if part else 0 for part in lasted.groups()] if lasted else [0, 0, 0, 0]
    duration = seconds(((days[0] * 24 + days[1]) * 60 + days[2]) * 60 + days[3])
    service = "ipsec" if kind and ("IKE" in kind[1] or "IPsec" in kind[1] or "LAN-to-LAN" in kind[1]) else "sslvpn"
    out.said(
        line, service, "logout", "ok", user=row.get("username", ""), client=row.get("ip", ""), duration_ns=duration,
        group=row.get("group", ""), method=kind[1] if kind else "", log="cisco",
    )  # fmt: skip
    if duration:
        out.session(
            service, line.time - duration, line.time, row.get("ip", ""), line.host,
            sent=number(sent[1]) if sent else 0, received=number(received[1]) if received else 0,
        )  # fmt: skip
    return True


def _login(out: Out, line: Line, text: str) -> bool:
    found = _LOGIN.search(text)
    if found is None:
        return False
    out.logon(
        line, "management", found["how"] == "permitted", user=found["user"], client=found["ip"],
        client_port=port(found["port"]), server=found["at"], method=found["what"], log="cisco",
    )  # fmt: skip
    return True


def _closed(out: Out, line: Line, text: str, built: dict[str, bool]) -> bool:
    """The first end is the one on the less trusted side, which began an inbound connection.

    Where the log begins later than the connection, the side with the higher port is taken as the client.
    """
    found = _TEARDOWN.search(text)
    if found is None:
        return False
    a, b = ((found[f"{side}ip"], port(found[f"{side}port"])) for side in "ab")
    inbound = built.pop(f"{line.host} {found['id']}", a[1] > b[1])
    client, server = (a, b) if inbound else (b, a)
    duration = seconds(sum(number(found[n]) * size for n, size in (("h", 3600), ("m", 60), ("s", 1)) if found[n]))
    size, why = number(found["bytes"]), found["why"]
    out.connection(
        client[0], server[0], found["proto"].lower(), line.time - duration, line.time, ports=(client[1], server[1]),
        received=size, packets=(1, int(size > 0)), outcome="answered" if size else "unanswered",
        ended_by="rst" if "Reset" in why else "fin" if "FIN" in why else "idle",
    )  # fmt: skip
    return True


def _denied(out: Out, line: Line, text: str) -> bool:
    found = _DENY.search(text) or _LIST.search(text)
    if found is None:
        return True
    out.connection(
        found["aip"], found["bip"], found["proto"].lower(), line.time, line.time, outcome="refused", ended_by="idle",
        ports=(port(found["aport"]), port(found["bport"])),
    )  # fmt: skip
    return True
