"""The headers of one packet, for people: each layer with its place in the bytes.

Only the envelope is read here (Ethernet to TCP and UDP). What is inside was read by the wire and
comes from its records, where patient identifiers are pseudonyms already.
"""

from __future__ import annotations

import contextlib
import ipaddress
import struct
from dataclasses import dataclass

from hinomi.api.shapes import Layer, LayerField

_ETHERTYPES = {0x0800: "IPv4", 0x86DD: "IPv6", 0x0806: "ARP", 0x8100: "VLAN", 0x88A8: "VLAN", 0x88CC: "LLDP"}
_PROTOCOLS = {1: "ICMP", 2: "IGMP", 6: "TCP", 17: "UDP", 47: "GRE", 50: "ESP", 58: "ICMPv6", 132: "SCTP"}
_FLAGS = ("FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR")
_EXTENSIONS = frozenset({0, 43, 44, 60})  # hop-by-hop, routing, fragment, destination options
# Link types of the capture file (tcpdump.org/linktypes.html)
_ETHERNET, _LOOPBACK, _RAW, _SLL, _SLL2 = 1, (0, 108), (12, 101, 228, 229), 113, 276


@dataclass(frozen=True, slots=True)
class Headers:
    layers: list[Layer]
    length: int  # bytes before the payload


class _ShortError(Exception):
    """The packet ends inside a header."""


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0
        self.layers: list[Layer] = []

    def take(self, form: str, at: int) -> tuple[int, ...]:
        try:
            return struct.unpack_from(form, self.data, at)
        except struct.error as error:
            raise _ShortError from error

    def say(self, name: str, length: int, /, **fields: object) -> None:
        if self.at + length > len(self.data):
            raise _ShortError
        said = [LayerField(name=key, value=str(value)) for key, value in fields.items() if value != ""]
        self.layers.append(Layer(name=name, start=self.at, length=length, fields=said))
        self.at += length

    def mac(self, at: int) -> str:
        part = self.data[at : at + 6]
        if len(part) < 6:
            raise _ShortError
        return part.hex(":")

    def ip(self, at: int, size: int) -> str:
        part = self.data[at : at + size]
        if len(part) < size:
            raise _ShortError
        return str(ipaddress.ip_address(part))

    def link(self, link: int) -> None:
        if link == _ETHERNET:
            (kind,) = self.take(">H", 12)
            self.say("Ethernet", 14, source=self.mac(6), destination=self.mac(0), next=_kind(kind))
            self._ether(kind)
        elif link in _RAW:
            self._ether(0x86DD if self.take(">B", 0)[0] >> 4 == 6 else 0x0800)
        elif link == _SLL:
            (kind,) = self.take(">H", 14)
            self.say("Linux cooked", 16, source=self.mac(6), next=_kind(kind))
            self._ether(kind)
        elif link == _SLL2:
            (kind,) = self.take(">H", 0)
            self.say("Linux cooked 2", 20, source=self.mac(12), next=_kind(kind))
            self._ether(kind)
        elif link in _LOOPBACK:
            self.say("Loopback", 4)
            self._ether(0x86DD if self.take(">B", 4)[0] >> 4 == 6 else 0x0800)

    def _ether(self, kind: int) -> None:
        while kind in (0x8100, 0x88A8):
            tag, kind = self.take(">HH", self.at)
            self.say("VLAN", 4, id=tag & 0x0FFF, priority=tag >> 13, next=_kind(kind))
        if kind == 0x0800:
            self._ipv4()
        elif kind == 0x86DD:
            self._ipv6()
        elif kind == 0x0806:
            (operation,) = self.take(">H", self.at + 6)
            self.say(
                "ARP", 28, operation={1: "request", 2: "reply"}.get(operation, operation),
                sender=f"{self.ip(self.at + 14, 4)} ({self.mac(self.at + 8)})", target=self.ip(self.at + 24, 4),
            )  # fmt: skip

    def _ipv4(self) -> None:
        first, _, total, ident, fragment, ttl, protocol = self.take(">BBHHHBB", self.at)
        at = self.at
        part = fragment & 0x1FFF
        self.say(
            "IPv4", max(20, (first & 15) * 4), source=self.ip(at + 12, 4), destination=self.ip(at + 16, 4),
            length=total, ttl=ttl, identification=f"0x{ident:04x}", fragment_offset=part * 8 if part else "",
            next=_PROTOCOLS.get(protocol, protocol),
        )  # fmt: skip
        if not part:
            self._transport(protocol)

    def _ipv6(self) -> None:
        length, following, hops = self.take(">HBB", self.at + 4)
        at = self.at
        self.say(
            "IPv6", 40, source=self.ip(at + 8, 16), destination=self.ip(at + 24, 16), length=length,
            hop_limit=hops, next=_PROTOCOLS.get(following, following),
        )  # fmt: skip
        while following in _EXTENSIONS:
            following, size = self.take(">BB", self.at)
            self.say("IPv6 extension", 8 + 8 * size, next=_PROTOCOLS.get(following, following))
        self._transport(following)

    def _transport(self, protocol: int) -> None:
        if protocol == 6:
            source, target, seq, ack, offset, flags, window = self.take(">HHIIBBH", self.at)
            named = " ".join(name for bit, name in enumerate(_FLAGS) if flags & (1 << bit))
            self.say(
                "TCP", max(20, (offset >> 4) * 4), source_port=source, destination_port=target, sequence=seq,
                acknowledgement=ack if flags & 16 else "", flags=named, window=window,
            )  # fmt: skip
        elif protocol == 17:
            source, target, length = self.take(">HHH", self.at)
            self.say("UDP", 8, source_port=source, destination_port=target, length=length)
        elif protocol in (1, 58):
            kind, code = self.take(">BB", self.at)
            self.say(_PROTOCOLS[protocol], 8, type=kind, code=code)


def _kind(ethertype: int) -> str:
    return _ETHERTYPES.get(ethertype, f"0x{ethertype:04x}")


def headers(data: bytes, link: int) -> Headers:
    """The layers that can be read; a packet that ends early gives those before its end."""
    reader = _Reader(data)
    with contextlib.suppress(_ShortError):
        reader.link(link)
    return Headers(reader.layers, reader.at)
