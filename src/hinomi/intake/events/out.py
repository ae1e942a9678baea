"""What a log said → rows of the records."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hinomi.intake.events.frame import Line
from hinomi.intake.rows import SECOND_NS, Rows, address, flow_id, port

LEARNT_MAX = 10_000  # names of machines whose address the log itself told
OPEN_MAX = 20_000  # sessions that have begun and not ended; the oldest is closed first
_PROTO = {1: "icmp", 6: "tcp", 17: "udp", 47: "gre", 50: "esp", 51: "ah", 58: "icmp6", 132: "sctp"}


@dataclass(slots=True)
class _Open:
    start: int
    client: str
    server: str
    service: str
    ports: tuple[int, int]
    at: tuple[int, int]


class Out:
    """Rows of one file. `hosts` tells the address of a machine that a log calls by its name."""

    def __init__(self, rows: Rows, hosts: Mapping[str, str]) -> None:
        self.rows = rows
        self._hosts = hosts
        # The tap's time of the line at hand, which then stands before the box's own; 0 for a file.
        self.clock = 0
        # By which the line is known again when another source tells it too.
        self.mark = ""
        self._learnt: dict[str, str] = {}
        self._open: dict[str, _Open] = {}

    def machine(self, name: str) -> str:
        """The address behind a name, '' when nobody knows it."""
        found = plain(name)
        for short in dict.fromkeys((name.lower(), name.lower().partition(".")[0])):
            found = found or self._learnt.get(short, "") or (self._hosts.get(short, "") if short else "")
        return found

    def learn(self, name: str, at: str) -> None:
        """A line told the name of the machine, and the head of the line its address."""
        if plain(at) and len(self._learnt) < LEARNT_MAX:
            self._learnt.setdefault(name.lower(), plain(at))

    def said(
        self, line: Line, service: str, operation: str, outcome: str, *, client: str = "", user: str = "",
        server: str = "", port: int = 0, client_port: int = 0, client_name: str = "", status: str = "",
        about: str = "", duration_ns: int | None = None, **detail: Any,
    ) -> None:  # fmt: skip
        """One thing that happened at `line.host` (or at `server`)."""
        if not line.time:
            raise ValueError
        time = self.clock or line.time
        at, source = plain(server) or self.machine(line.host), plain(client)
        if source and at and ipaddress.ip_address(source).version != ipaddress.ip_address(at).version:
            at = plain(server)  # called at another address than the one it logs from
        masked = self.rows.masked("user", user) if user else ""
        self.rows.exchange(
            flow_id=flow_id("events", service, source, line.host, time), time=time, client_ip=source,
            client_port=client_port, server_ip=at, server_port=port, protocol=service, operation=operation,
            outcome=outcome, status=status, client_name=client_name or masked, server_name=line.host, object=about,
            duration_ns=duration_ns, detail={"user": masked, "log_of": line.host, **detail, "line": self.mark},
        )  # fmt: skip
        if at:
            self.rows.clue(time, at, "syslog.host_name", "" if plain(line.host) else line.host, "syslog")

    def logon(self, line: Line, service: str, ok: bool, **more: Any) -> None:
        """Somebody came in, or was refused."""
        self.said(line, service, "login", "ok" if ok else "refused", **more)

    def opened(self, key: str, line: Line, service: str, client: str, server: str, ports: tuple[int, int]) -> None:
        """A session whose end stands in a later line."""
        if len(self._open) >= OPEN_MAX:
            self.rows.note("over_limit", "intake.open_max", "more sessions open at once than OPEN_MAX")
            self._end(next(iter(self._open)), self.clock or line.time)
        self._open[key] = _Open(self.clock or line.time, client, server or line.host, service, ports, self.rows.at)

    def closed(self, key: str, time: int, sent: int = 0, received: int = 0) -> None:
        if key in self._open:
            self._end(key, self.clock or time, sent, received)

    def _end(self, key: str, time: int, sent: int = 0, received: int = 0, by: str = "fin") -> None:
        held = self._open.pop(key)
        self.session(
            held.service, held.start, max(held.start, time), held.client, held.server, ports=held.ports, sent=sent,
            received=received, ended_by=by,
        )  # fmt: skip

    def finish(self) -> None:
        """What had not ended when the log did."""
        for key in list(self._open):
            self._end(key, self.rows.last or 0, by="capture_end")

    def session(
        self, service: str, start: int, last: int, client: str, server: str, *, ports: tuple[int, int] = (0, 0),
        sent: int = 0, received: int = 0, ended_by: str = "fin",
    ) -> None:  # fmt: skip
        """A tunnel from `client` to the box. Without the box's address no connection can be told."""
        source, at = plain(client), self.machine(server)
        if not source or not at:
            self.rows.note(
                "odd", "events.address_unknown",
                "a session without the address of the box: its log does not say it, and no device has that name",
            )  # fmt: skip
            return
        self.connection(
            source, at, "udp" if service in ("openvpn", "wireguard", "ipsec") else "tcp", start, last, ports=ports,
            sent=sent, received=received, service=service, ended_by=ended_by,
        )  # fmt: skip

    def connection(
        self, client: str, server: str, proto: int | str, start: int, last: int, *, ports: tuple[int, int] = (0, 0),
        sent: int = 0, received: int = 0, packets: tuple[int, int] | None = None, outcome: str = "answered",
        service: str = "", ended_by: str = "fin",
    ) -> None:  # fmt: skip
        """A connection as a box counted it."""
        source, target = plain(client), plain(server)
        if not source or not target or start <= 0:
            raise ValueError
        if ipaddress.ip_address(source).version != ipaddress.ip_address(target).version:
            raise ValueError
        if self.clock:  # it ended when the tap heard so
            start, last = start + self.clock - last, self.clock
        name = proto if isinstance(proto, str) else _PROTO.get(proto, "other")
        up, down = packets or (int(sent > 0 or outcome != "answered"), int(received > 0))
        self.rows.flow(
            flow_id=flow_id("events", source, target, *ports, start), start=start, last=max(start, last), proto=name,
            orig_ip=source, resp_ip=target, orig_port=ports[0], resp_port=ports[1], orig_packets=max(1, up),
            resp_packets=down, orig_bytes=sent, resp_bytes=received, orig_payload=sent, resp_payload=received,
            outcome=outcome, ended_by=ended_by, service=service or None,
        )  # fmt: skip


def plain(text: str) -> str:
    """An address as the wire writes it: without brackets, scope or a mapped IPv4's dress; '' when it is none."""
    found = address(text.strip("[]() ").partition("%")[0])
    if ":" in found:
        mapped = ipaddress.IPv6Address(found).ipv4_mapped
        return str(mapped) if mapped else found
    return found


def ends(text: str) -> tuple[str, int]:
    """`192.0.2.5:443`, `[2001:db8::1]:443` or an address alone → address and port."""
    if text.startswith("["):
        host, _, tail = text[1:].partition("]")
        return plain(host), port(tail.lstrip(":"))
    if text.count(":") == 1:
        host, _, tail = text.partition(":")
        return plain(host), port(tail)
    return plain(text), 0


def seconds(count: int) -> int:
    return count * SECOND_NS
