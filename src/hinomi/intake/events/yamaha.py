"""YAMAHA RTX routers (YAMAHA RT series, "ログの見方"; the form of the lines is theirs, the words are ours)."""

from __future__ import annotations

import re

from hinomi.intake.events.frame import Frame, Line
from hinomi.intake.events.out import Out, plain
from hinomi.intake.rows import port

_END = r"(?P<{0}>[0-9a-fA-F.:]+?)[:.](?P<{0}port>\d+)"
_REJECTED = re.compile(
    r"(?P<where>\w+(?:\[[\w]+\])?) Rejected at (?:IN|OUT)\((?P<rule>\w+)\) filter: (?P<proto>TCP|UDP|ICMP)\S* "
    + _END.format("a") + " > " + _END.format("b") + r"(?=\s|$|\()"
)  # fmt: skip
_INSPECT = re.compile(
    r"\[INSPECT\] \S+ (?P<proto>TCP|UDP) " + _END.format("a") + " > " + _END.format("b") + r"(?=\s|$)"
)
_FROM = re.compile(r"\[L2TP\] TUNNEL\[(\w+)\] connected from ([0-9a-fA-F.:]+)")
_GONE = re.compile(r"\[L2TP\] TUNNEL\[(\w+)\] (?:disconnect|tunnel \d+ disconnect)|IP Tunnel\[(\w+)\] Down")
_CALL = re.compile(r"PP\[(\w+)\] Call detected from user '?([^']*)'?")
_IPCP = re.compile(r"PP\[(\w+)\] PPP/IPCP up \(Local: ([\d.]+), Remote: ([\d.]+)\)")
_LOGIN = re.compile(
    r"(?:Login|Logon|'(?P<user>[^']*)') (?P<how>succeeded|failed) for (?P<what>\w+):? *(?P<ip>[0-9a-fA-F.:]+)?"
)
_PHASE = re.compile(r"\[IKE\] (initiate|respond) ISAKMP phase to ([0-9a-fA-F.:]+) \(local address ([0-9a-fA-F.:]+)\)")
_ALL = (_REJECTED, _INSPECT, _FROM, _GONE, _CALL, _IPCP, _PHASE)
_OWN = re.compile(r"(?:PP|LAN\d*|TUNNEL|IP Tunnel|\[IKE\]|\[L2TP\]|\[INSPECT\]|\[SWCTL\])")


def _whole(line: Line) -> str:
    return line.text if not line.app or line.app in ("rtx", "RTX") else f"{line.app}: {line.text}"


def is_yamaha(line: Line) -> bool:
    text = _whole(line)
    return any(pattern.search(text) for pattern in _ALL) or (_LOGIN.search(text) is not None and "for " in text)


class Yamaha:
    """The line that names the user does not name the address: the last tunnel that came up does."""

    def __init__(self) -> None:
        self._last: tuple[str, str, int] = ("", "", 0)  # tunnel, address, when
        self._local = ""
        self._call: tuple[str, str] = ("", "")  # PP number, user

    def __call__(self, out: Out, line: Line, frame: Frame) -> bool:
        text = _whole(line)
        if found := _PHASE.search(text):
            self._local = plain(found[3])
        elif found := _FROM.search(text):
            self._last = (found[1], found[2], line.time)
            out.opened(f"{line.host}/{found[1]}", line, "l2tp", found[2], self._at(line), (0, 1701))
        elif found := _GONE.search(text):
            out.closed(f"{line.host}/{found[1] or found[2]}", line.time)
        elif found := _CALL.search(text):
            self._call = (found[1], found[2])
            near = line.time - self._last[2] < 120 * 10**9
            out.logon(
                line,
                "l2tp",
                True,
                user=found[2],
                client=self._last[1] if near else "",
                server=self._at(line),
                log="yamaha",
            )
        elif found := _IPCP.search(text):
            user = self._call[1] if self._call[0] == found[1] else ""
            out.said(
                line, "l2tp", "address", "ok", user=user, client=self._last[1], server=self._at(line),
                tunnel_ip=found[3], log="yamaha",
            )  # fmt: skip
        elif found := _REJECTED.search(text):
            out.connection(
                found["a"], found["b"], found["proto"].lower(), line.time, line.time, outcome="refused",
                ended_by="idle", ports=(port(found["aport"]), port(found["bport"])),
            )  # fmt: skip
        elif found := _INSPECT.search(text):
            out.connection(
                found["a"], found["b"], found["proto"].lower(), line.time, line.time, packets=(1, 1), ended_by="idle",
                ports=(port(found["aport"]), port(found["bport"])),
            )  # fmt: skip
        elif found := _LOGIN.search(text):
            out.logon(
                line, "management", found["how"] == "succeeded", user=found["user"] or "", client=found["ip"] or "",
                method=found["what"], log="yamaha",
            )  # fmt: skip
        else:
            return _OWN.match(text) is not None
        return True

    def _at(self, line: Line) -> str:
        return self._local
