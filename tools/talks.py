"""Conversations of the cases, cut out packet by packet, and what a bad tap makes of them.

    talks(case)       each connection (or each host's frames of a kind) with the protocols read in it
    truncated(talks)  the same capture with a snap length that cuts the longest quarter of the packets with payload
    gapped(talks)     the same with packets missing in the middle

Captures are plain pcap in memory. `tests/wire/test_bad_taps.py` and `tools/gen_protocol_docs.py` use the
variants, `tools/fuzz_seeds.py` the talks.
"""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from hinomi import _wire

ROOT = Path(__file__).resolve().parents[1]
CASE_BYTES_MAX = 12_000_000
_MAGIC = (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1")
_HEAD, _RECORD = 24, 16
_TCP, _UDP, _ICMP6 = 6, 17, 58
_SNAP_MIN = 20
_COLUMNS = ("service", "protocol", "attribute", "packet", "orig_ip", "orig_port")
_TALKS_MAX, _PACKETS_MAX = 6, 600  # of one protocol in one variant

Key = tuple[object, ...]


@dataclass(slots=True)
class Talk:
    """`client`: address and port of who asked, where the engine tells."""

    head: bytes
    protocols: set[str] = field(default_factory=set)
    client: bytes = b""
    packets: list[Packet] = field(default_factory=list)

    def capture(self) -> bytes:
        return self.head + b"".join(p.record for p in self.packets)


@dataclass(frozen=True, slots=True)
class Packet:
    """`source`: address and port; `payload` above TCP or UDP, else above the link."""

    number: int
    record: bytes
    source: bytes
    payload: bytes
    is_tcp: bool


def content_of(path: Path) -> bytes:
    return bytes(pa.input_stream(str(path)).read())


def talks(path: Path) -> list[Talk]:
    """Every talk of a case in which something was recognised; none where the capture is no plain Ethernet pcap."""
    content = content_of(path)
    if content[:4] not in _MAGIC or content[20] != 1:
        return []
    found: dict[Key, Talk] = defaultdict(lambda: Talk(content[:_HEAD]))
    place: dict[int, Talk] = {}
    for number, (record, frame) in enumerate(_records(content), 1):
        key, packet = _placed(number, record, frame)
        place[number] = found[key]
        found[key].packets.append(packet)
    names = {d["name"] for d in _wire.dissectors()} - {"flow"}
    for record, batch in _wire.Reader(str(path), site="s", sensor="t", key=bytes(32)):
        if record not in ("flow", "clue", "exchange"):
            continue
        rows = pa.record_batch(batch)
        for row in rows.select([c for c in _COLUMNS if c in rows.schema.names]).to_pylist():
            talk = place.get(row["packet"])
            if talk is None:
                continue
            talk.protocols |= names & protocols_of(record, row)
            if record == "flow" and row["orig_ip"].count(".") == 3:
                talk.client = bytes(map(int, row["orig_ip"].split("."))) + struct.pack("!H", row["orig_port"])
    return [talk for talk in found.values() if talk.protocols]


def protocols_of(record: str, row: dict[str, Any]) -> set[str]:
    """Who spoke in a row: the protocol, for a clue also the one inside another (SDC and FHIR in HTTP, NTLM in SMB)."""
    spoke = {row["service"] if record == "flow" else row["protocol"]}
    if record == "clue":
        spoke.add(row["attribute"].partition(".")[0])
    return {name for name in spoke if name}


def of_protocol(everything: Iterable[Talk], protocol: str) -> list[Talk]:
    """Some talks of a protocol, the shorter ones first but those with two payloads before any with one."""
    chosen = [talk for talk in everything if protocol in talk.protocols]
    chosen.sort(key=lambda t: (sum(bool(p.payload) for p in t.packets) < 2, len(t.packets)))
    out, packets = [], 0
    for talk in chosen[:_TALKS_MAX]:
        packets += len(talk.packets)
        if out and packets > _PACKETS_MAX:
            break
        out.append(talk)
    return out


def by_protocol(cases_max: int = 3) -> dict[str, list[list[Talk]]]:
    """Protocol → some of its talks in each of up to `cases_max` cases, small captures first."""
    found: dict[str, list[list[Talk]]] = defaultdict(list)
    captures = (p for p in (ROOT / "cases").glob("*/capture.*") if p.stat().st_size <= CASE_BYTES_MAX)
    for path in sorted(captures, key=lambda p: (p.stat().st_size, p)):
        everything = talks(path)
        for protocol in sorted(set().union(*(talk.protocols for talk in everything))):
            if len(found[protocol]) < cases_max:
                found[protocol].append(of_protocol(everything, protocol))
    return dict(found)


@dataclass(frozen=True, slots=True)
class Variant:
    """A capture, the numbers that its packets had (in order), and those that were cut or left out."""

    capture: bytes
    numbers: tuple[int, ...]
    touched: frozenset[int]


def whole(chosen: Sequence[Talk]) -> Variant:
    packets = _in_order(chosen)
    return Variant(chosen[0].head + b"".join(p.record for p in packets), tuple(p.number for p in packets), frozenset())


def truncated(chosen: Sequence[Talk]) -> Variant:
    """With a snap length that cuts the longest quarter of the packets with payload."""
    packets = _in_order(chosen)
    lengths = sorted(len(p.record) - _RECORD for p in packets if p.payload)
    snap = max(_SNAP_MIN, lengths[len(lengths) * 3 // 4] - 1)
    cut = [p for p in packets if len(p.record) - _RECORD > snap]
    body = b"".join(_cut(p.record, snap) if len(p.record) - _RECORD > snap else p.record for p in packets)
    return Variant(chosen[0].head + body, tuple(p.number for p in packets), frozenset(p.number for p in cut))


def gapped(chosen: Sequence[Talk]) -> Variant:
    """The payload in the middle of each talk is missing; where each has one only, every second of them."""
    gone: set[int] = set()
    for talk in chosen:
        payloads = [p for p in talk.packets if p.payload]
        if len(payloads) > 1:
            gone.add(payloads[len(payloads) // 2].number)
    if not gone:
        gone = {p.number for p in _in_order(chosen)[1::2]}
    packets = [p for p in _in_order(chosen) if p.number not in gone]
    body = b"".join(p.record for p in packets)
    return Variant(chosen[0].head + body, tuple(p.number for p in packets), frozenset(gone))


def _in_order(chosen: Iterable[Talk]) -> list[Packet]:
    return sorted((p for talk in chosen for p in talk.packets), key=lambda p: p.number)


def _cut(record: bytes, snap: int) -> bytes:
    return record[:8] + struct.pack("<I", snap) + record[12 : _RECORD + snap]


def _records(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = _HEAD
    while at + _RECORD <= len(content):
        length = int.from_bytes(content[at + 8 : at + 12], "little")
        yield content[at : at + _RECORD + length], content[at + _RECORD : at + _RECORD + length]
        at += _RECORD + length


def _placed(number: int, record: bytes, frame: bytes) -> tuple[Key, Packet]:
    """Which talk a frame belongs to: both ends of its connection, else who sent frames of this kind."""
    at = 12
    while frame[at : at + 2] in (b"\x81\x00", b"\x88\xa8"):
        at += 4
    kind, inside = int.from_bytes(frame[at : at + 2], "big"), frame[at + 2 :]
    found = _transport(kind, inside)
    if found:
        protocol, source, target, payload = found
        return (protocol, *sorted([source, target])), Packet(number, record, source, payload, protocol == _TCP)
    # A length and LLC (DSAP, SSAP, control), or an EtherType.
    body = inside[3:] if kind < 0x0600 else inside
    return (kind, frame[6:12]), Packet(number, record, frame[6:12], body, False)


def _transport(kind: int, packet: bytes) -> tuple[int, bytes, bytes, bytes] | None:
    """Protocol, source and target with ports, payload of an IP packet that is whole."""
    if kind == 0x0800 and len(packet) >= 28 and not int.from_bytes(packet[6:8], "big") & 0x1FFF:
        protocol, source, target = packet[9], packet[12:16], packet[16:20]
        inside = packet[(packet[0] & 15) * 4 : int.from_bytes(packet[2:4], "big")]
    elif kind == 0x86DD and len(packet) >= 48:
        protocol, source, target = packet[6], packet[8:24], packet[24:40]
        inside = packet[40 : 40 + int.from_bytes(packet[4:6], "big")]
    else:
        return None
    if protocol == _ICMP6:
        return protocol, source, target, inside
    if protocol not in (_TCP, _UDP) or len(inside) < 8:
        return None
    head = (inside[12] >> 4) * 4 if protocol == _TCP and len(inside) > 12 else 8
    return protocol, source + inside[:2], target + inside[2:4], inside[head:]
