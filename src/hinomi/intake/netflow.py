"""NetFlow v5 (Cisco), v9 (RFC 3954) and IPFIX (RFC 7011): datagrams of an exporter → flow rows.

An exporter tells each direction apart; the two of one connection are put together, and who asked is
told by the lower port, as far as that goes. What it does not tell (outcome beyond "both spoke",
names, services) stays empty.
"""

from __future__ import annotations

import ipaddress
import struct
from dataclasses import dataclass, field
from typing import Any

from hinomi.intake.rows import SECOND_NS, Rows, flow_id

# Templates and half connections held at once; beyond, the oldest goes (counted).
TEMPLATES_MAX = 4096
FIELDS_MAX = 256
HALVES_MAX = 200_000
_MS = 1_000_000
_ROUND_NS = (1 << 32) * _MS
_SLACK_NS = 3600 * SECOND_NS
Clock = tuple[int, int]  # the exporter's start, and when it told; UTC nanoseconds
_NTP_EPOCH = 2_208_988_800
_PROTO = {1: "icmp", 6: "tcp", 17: "udp", 47: "gre", 50: "esp", 51: "ah", 58: "icmp6", 132: "sctp"}
_WITHOUT_PORTS = ("icmp", "icmp6", "gre", "esp", "ah", "other")

# Information elements (www.iana.org/assignments/ipfix; v9 uses the same numbers) that are read.
BYTES, PACKETS, PROTOCOL, FLAGS, SPORT, SRC4, DPORT, DST4 = 1, 2, 4, 6, 7, 8, 11, 12
LAST_MS, FIRST_MS, OUT_BYTES, OUT_PACKETS, SRC6, DST6, ICMP = 21, 22, 23, 24, 27, 28, 32
SRC_MAC, VLAN, DST_MAC, ICMP6 = 56, 58, 80, 139
START_S, END_S, START_MS, END_MS, START_US, END_US, START_NS, END_NS = range(150, 158)
UPTIME_MS, R_BYTES, R_PACKETS = 160, 1, 2  # the last two of the reverse element (RFC 5103)
REVERSE = 29305


class MalformedError(ValueError):
    """A datagram is not what it says; `str()` tells where."""


@dataclass(slots=True)
class _Half:
    """One direction of a connection."""

    first: int
    last: int
    packets: int
    bytes: int
    flags: int
    at: tuple[int, int]
    mac: tuple[str, str]
    vlan: int | None
    exporter: str


@dataclass(slots=True)
class Exports:
    """All datagrams of one file."""

    rows: Rows
    templates: dict[tuple[object, ...], list[tuple[int, int, int]]] = field(default_factory=dict)
    halves: dict[tuple[Any, ...], _Half] = field(default_factory=dict)
    # When exporters started (systemInitTimeMilliseconds), which IPFIX tells beside the flows.
    boots: dict[tuple[object, ...], int] = field(default_factory=dict)
    waiting: int = 0  # data sets whose template was not heard

    def datagram(self, exporter: str, data: bytes) -> None:
        """One datagram.

        Raises:
            MalformedError: it is none, or is cut.
        """
        if len(data) < 16:
            raise MalformedError("it is shorter than a header")
        version = int.from_bytes(data[:2], "big")
        if version == 5:
            self._v5(exporter, data)
        elif version == 9:
            self._v9(exporter, data)
        elif version == 10:
            self._ipfix(exporter, data)
        else:
            raise MalformedError(f"version {version} is none of 5, 9 and 10")

    # --- version 5: a header of 24 bytes, records of 48

    def _v5(self, exporter: str, data: bytes) -> None:
        if len(data) < 24:
            raise MalformedError("it is shorter than a header of version 5")
        _, count, uptime, seconds, nanos = struct.unpack_from(">HHIII", data)
        if count > 30 or len(data) < 24 + 48 * count:
            raise MalformedError(f"it says {count} records and has {len(data)} bytes")
        boot, told = seconds * SECOND_NS + nanos - uptime * _MS, seconds * SECOND_NS + nanos
        for at in range(24, 24 + 48 * count, 48):
            src, dst, _, _, _, packets, octets, first, last, sport, dport, _, flags, proto = struct.unpack_from(
                ">4s4s4sHHIIIIHHBBB", data, at
            )
            self._add(exporter, str(ipaddress.ip_address(src)), str(ipaddress.ip_address(dst)), proto, sport, dport,
                      _since(boot, first, told), _since(boot, last, told), packets, octets, flags)  # fmt: skip

    # --- version 9 and IPFIX: sets of templates and of data

    def _v9(self, exporter: str, data: bytes) -> None:
        if len(data) < 20:
            raise MalformedError("it is shorter than a header of version 9")
        _, _, uptime, seconds, _, source = struct.unpack_from(">HHIIII", data)
        clock = ((seconds * 1000 - uptime) * _MS, seconds * SECOND_NS)
        self._sets(exporter, source, data, 20, len(data), clock, 9)

    def _ipfix(self, exporter: str, data: bytes) -> None:
        _, length, seconds, _, domain = struct.unpack_from(">HHIII", data)
        if length < 16 or length > len(data):
            raise MalformedError(f"it says {length} bytes and has {len(data)}")
        self._sets(exporter, domain, data, 16, length, (0, seconds * SECOND_NS), 10)

    def _sets(self, exporter: str, domain: int, data: bytes, at: int, end: int, clock: Clock, version: int) -> None:
        while at + 4 <= end:
            kind, length = struct.unpack_from(">HH", data, at)
            if length < 4 or at + length > end:
                raise MalformedError(f"the set at byte {at} says {length} bytes")
            body = data[at + 4 : at + length]
            if kind in (0, 2, 3):
                self._template(exporter, domain, body, version, options=kind == 3)
            elif kind == 1 and len(body) >= 2:
                # What an exporter of version 9 tells of itself: known, and not read.
                self._keep((exporter, domain, int.from_bytes(body[:2], "big")), [])
            elif kind >= 256:
                boot = self.boots.get((exporter, domain), 0)
                self._data(exporter, (exporter, domain, kind), body, (clock[0] or boot, clock[1]))
            at += length

    def _template(self, exporter: str, domain: int, body: bytes, version: int, *, options: bool) -> None:
        at = 0
        while at + 4 <= len(body):
            number, count = struct.unpack_from(">HH", body, at)
            at += 4
            if number < 256:
                return  # padding
            at += 2 if options else 0  # the number of scope fields, which are read like the others
            if count > FIELDS_MAX:
                raise MalformedError(f"a template of {count} fields, over FIELDS_MAX")
            fields = []
            for _ in range(count):
                if at + 4 > len(body):
                    raise MalformedError("a template is cut")
                element, length = struct.unpack_from(">HH", body, at)
                at += 4
                enterprise = 0
                if version == 10 and element & 0x8000:
                    if at + 4 > len(body):
                        raise MalformedError("a template is cut")
                    enterprise = int.from_bytes(body[at : at + 4], "big")
                    element &= 0x7FFF
                    at += 4
                fields.append((enterprise, element, length))
            self._keep((exporter, domain, number), fields)

    def _keep(self, key: tuple[object, ...], fields: list[tuple[int, int, int]]) -> None:
        if key not in self.templates and len(self.templates) >= TEMPLATES_MAX:
            del self.templates[next(iter(self.templates))]
            self.rows.note("over_limit", "netflow.templates_max", "more templates than TEMPLATES_MAX")
        self.templates[key] = fields

    def _data(self, exporter: str, key: tuple[object, ...], body: bytes, clock: Clock) -> None:
        fields = self.templates.get(key)
        if fields is None:
            self.waiting += 1
            self.rows.note("unknown", "netflow.no_template", "data whose template was not heard")
            return
        least = sum(length if length != 0xFFFF else 1 for _, _, length in fields)
        at = 0
        while least and at + least <= len(body):
            values: dict[tuple[int, int], bytes] = {}
            for enterprise, element, fixed in fields:
                length = fixed
                if length == 0xFFFF:  # RFC 7011 §7: one byte, or 255 and two more
                    length = body[at] if at < len(body) else 0
                    at += 1
                    if length == 255:
                        length = int.from_bytes(body[at : at + 2], "big")
                        at += 2
                if at + length > len(body):
                    raise MalformedError("a record is cut")
                values[enterprise, element] = body[at : at + length]
                at += length
            self._record(key, values, clock)

    def _record(self, key: tuple[object, ...], values: dict[tuple[int, int], bytes], clock: Clock) -> None:
        exporter = str(key[0])

        def number(element: int, enterprise: int = 0) -> int:
            return int.from_bytes(values.get((enterprise, element), b""), "big")

        src = values.get((0, SRC4)) or values.get((0, SRC6))
        dst = values.get((0, DST4)) or values.get((0, DST6))
        if (0, UPTIME_MS) in values and src is None and len(self.boots) < TEMPLATES_MAX:
            self.boots[key[:2]] = number(UPTIME_MS) * _MS
        if not src or not dst or len(src) not in (4, 16) or len(src) != len(dst):
            return  # options, or a record of something else than a connection
        first, last = _times(values, number, clock)
        sport, dport = number(SPORT), number(DPORT)
        proto = number(PROTOCOL)
        if proto in (1, 58):
            kind = number(ICMP) or number(ICMP6)
            sport, dport = kind >> 8, kind & 0xFF
        a, b = str(ipaddress.ip_address(src)), str(ipaddress.ip_address(dst))
        macs = (_mac(values.get((0, SRC_MAC))), _mac(values.get((0, DST_MAC))))
        vlan = number(VLAN) or None
        self._add(
            exporter, a, b, proto, sport, dport, first, last, number(PACKETS), number(BYTES), number(FLAGS), macs, vlan
        )
        packets, octets = (
            number(R_PACKETS, REVERSE) or number(OUT_PACKETS),
            number(R_BYTES, REVERSE) or number(OUT_BYTES),
        )
        if packets:
            self._add(exporter, b, a, proto, dport, sport, first, last, packets, octets, 0, macs[::-1], vlan)

    # --- two halves make a connection

    def _add(
        self,
        exporter: str,
        src: str,
        dst: str,
        proto: int,
        sport: int,
        dport: int,
        first: int,
        last: int,
        packets: int,
        octets: int,
        flags: int,
        mac: tuple[str, str] = ("", ""),
        vlan: int | None = None,
    ) -> None:
        if first <= 0 or last < first:
            self.rows.note("odd", "netflow.time", "a record with a time that cannot be")
            last = first = max(first, last, 0)
        key = (proto, src, sport, dst, dport)
        held = self.halves.get(key)
        if held is None:
            if len(self.halves) >= HALVES_MAX:
                self.rows.note("over_limit", "netflow.halves_max", "more connections at once than HALVES_MAX")
                self._tell(next(iter(self.halves)))
            self.halves[key] = _Half(first, last, packets, octets, flags, self.rows.at, mac, vlan, exporter)
            return
        # Two exporters on one way count the same packets: the one that saw more is believed.
        if held.exporter != exporter:
            if packets > held.packets:
                self.halves[key] = _Half(
                    min(first, held.first), max(last, held.last), packets, octets, flags, held.at, mac, vlan, exporter
                )
            return
        held.first, held.last = min(held.first, first), max(held.last, last)
        held.packets, held.bytes, held.flags = held.packets + packets, held.bytes + octets, held.flags | flags

    def finish(self) -> None:
        """All datagrams are in: whatever is held is told."""
        while self.halves:
            self._tell(next(iter(self.halves)))

    def _tell(self, key: tuple[Any, ...]) -> None:
        proto, src, sport, dst, dport = key
        one, other = self.halves.pop(key), self.halves.pop((proto, dst, dport, src, sport), None)
        # Who used the higher port asked; of two equal ports, who began.
        swapped = sport < dport and (other is not None or sport < 1024)
        if other is not None and sport == dport:
            swapped = other.first < one.first
        up, down = (other, one) if swapped else (one, other)
        if swapped:
            src, sport, dst, dport = dst, dport, src, sport
        word = _PROTO.get(proto, "other")
        heard = [half for half in (up, down) if half is not None]
        tcp_reset = down is not None and down.flags & 0x16 == 0x14 and down.packets <= up.packets if up else False
        outcome = "answered" if up and down else "half_heard" if up is None else "unanswered"
        flags = 0
        for half in heard:
            flags |= half.flags
        self.rows.at = min(half.at for half in heard)
        self.rows.flow(
            flow_id=flow_id("netflow", *key, min(half.first for half in heard)),
            start=min(half.first for half in heard),
            last=max(half.last for half in heard),
            proto=word,
            vlan=heard[0].vlan,
            orig_mac=up.mac[0] if up else "",
            resp_mac=down.mac[0] if down else "",
            orig_ip=src,
            resp_ip=dst,
            orig_port=0 if word in _WITHOUT_PORTS and word not in ("icmp", "icmp6") else sport,
            resp_port=0 if word in _WITHOUT_PORTS and word not in ("icmp", "icmp6") else dport,
            orig_packets=up.packets if up else 0,
            resp_packets=down.packets if down else 0,
            orig_bytes=up.bytes if up else 0,
            resp_bytes=down.bytes if down else 0,
            outcome="refused" if tcp_reset and proto == 6 and not flags & 0x08 else outcome,
            ended_by="rst" if flags & 0x04 else "fin" if flags & 0x01 else "idle",
        )


def _since(boot: int, uptime_ms: int, told: int) -> int:
    """Milliseconds since the exporter's start → UTC. They are 32 bits wide and come round every 49.7 days;
    a packet cannot be younger than the datagram that tells of it."""
    time = boot + uptime_ms * _MS
    return time - _ROUND_NS if time > told + _SLACK_NS else time


def _times(values: dict[tuple[int, int], bytes], number: Any, clock: Clock) -> tuple[int, int]:
    """First and last packet, UTC nanoseconds, from whichever elements the exporter gives."""
    for start, end, unit in ((START_MS, END_MS, _MS), (START_S, END_S, SECOND_NS)):
        if (0, start) in values:
            return number(start) * unit, (number(end) or number(start)) * unit
    for start, end in ((START_NS, END_NS), (START_US, END_US)):
        if (0, start) in values:
            return _ntp(number(start)), _ntp(number(end) or number(start))
    if (0, FIRST_MS) in values:
        boot = number(UPTIME_MS) * _MS or clock[0]
        if not boot:
            return clock[1], clock[1]  # it tells no start: all that is known is when it told
        return _since(boot, number(FIRST_MS), clock[1]), _since(boot, number(LAST_MS), clock[1])
    return clock[1], clock[1]


def _ntp(stamp: int) -> int:
    """RFC 7011 §6.1.9: 32 bits of seconds since 1900, 32 of fraction."""
    return ((stamp >> 32) - _NTP_EPOCH) * SECOND_NS + ((stamp & 0xFFFFFFFF) * SECOND_NS >> 32)


def _mac(value: bytes | None) -> str:
    return value.hex(":") if value and len(value) == 6 and any(value) else ""
