"""Multiplies a capture of the lab into a large hospital: `python -m lab.scale SOURCE TARGET --megabytes 20000`.

SOURCE is a folder of `cases/` (capture and truth) or a capture; TARGET a file, or `-` for standard output.
The copies run side by side; each is another wing of the house: its subnets, hardware addresses, host names,
AE titles, serials and patient numbers are its own, in packet heads and inside payloads alike, always of the
same length, so that nothing else moves; checksums are right. Host and name of one wing mean the same device
everywhere. When there is no room for more wings, the whole house lives the time once more (`--wings`, `--times`
say it outright). Memory stays bounded: the work goes through the source in slices.

What stays as it was: the outside, and what is encrypted or compressed. `--truth FILE` writes the hosts of the
large house.
"""

from __future__ import annotations

import argparse
import itertools
import json
import re
import struct
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

MAGIC_NANO, MAGIC_MICRO = 0xA1B23C4D, 0xA1B2C3D4
SLICE_BYTES = 1 << 20  # of the source, worked on for every wing at a time
WINGS_MAX = 120
DISORDER_NS = 20_000_000  # how far packets of a source may stand out of the order of time
APART_NS = 997_000_003  # the wings' clocks: the same things happen at other moments of a second
DIGITS = b"0123456789abcdefghijklmnopqrstuvwxyz"
SHORTEST_NAME = 4  # a shorter name may be any word: it is replaced only before the house's domain, or as AE title

WORD = frozenset(b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")

Array = np.ndarray[Any, Any]


@dataclass
class Source:
    """A capture in memory: its bytes as pcap records, and where each packet begins."""

    data: Array  # uint8
    starts: Array  # offset of each packet's bytes (behind the 16 bytes of its record)
    lengths: Array
    times: Array  # ns
    link: int


@dataclass
class Edits:
    """What changes from wing to wing: positions in the source, and for each wing the bytes to put there."""

    positions: list[int] = field(default_factory=list)
    values: list[Array] = field(default_factory=list)  # each: one byte for every wing

    def put(self, at: int, per_wing: Array) -> None:
        self.positions.append(at)
        self.values.append(per_wing)


def load(path: Path) -> Source:
    if path.suffix == ".zst":
        raw = subprocess.run(["zstd", "-dqc", str(path)], stdout=subprocess.PIPE, check=True).stdout
    else:
        raw = path.read_bytes()
    return Source(*_records(raw, path))


def _records(raw: bytes, path: Path) -> tuple[Array, Array, Array, Array, int]:
    magic, link = struct.unpack("<I", raw[:4])[0], struct.unpack("<I", raw[20:24])[0]
    if magic not in (MAGIC_NANO, MAGIC_MICRO):
        raise SystemExit(
            f"{path.name} is no pcap of this machine's byte order.\nhint: convert it with editcap -F nsecpcap."
        )
    unit = 1 if magic == MAGIC_NANO else 1000
    starts, lengths, times = [], [], []
    at = 24
    while at + 16 <= len(raw):
        seconds, part, kept, _ = struct.unpack_from("<IIII", raw, at)
        if at + 16 + kept > len(raw):
            break
        starts.append(at + 16)
        lengths.append(kept)
        times.append(seconds * 10**9 + part * unit)
        at += 16 + kept
    return np.frombuffer(raw, np.uint8), np.array(starts), np.array(lengths), np.array(times), link


# --- which bytes stand for whom


@dataclass
class Packet:
    """Where the parts of one packet lie, as offsets in the source; -1: there is none."""

    ip: int = -1
    l4: int = -1
    payload: int = -1
    end: int = -1
    protocol: int = -1
    whole: bool = True  # no later fragment


def parse(source: Source) -> list[Packet]:
    data, found = source.data.tobytes(), []
    for start, length in zip(source.starts.tolist(), source.lengths.tolist(), strict=True):
        packet, at, end = Packet(), start + 12, start + length
        while data[at : at + 2] == b"\x81\x00":
            at += 4
        if data[at : at + 2] == b"\x08\x00" and at + 22 <= end:
            ip = at + 2
            total = min(end, ip + struct.unpack_from(">H", data, ip + 2)[0])
            l4 = ip + (data[ip] & 15) * 4
            fragment = struct.unpack_from(">H", data, ip + 6)[0]
            packet = Packet(ip, l4, -1, total, data[ip + 9], fragment & 0x1FFF == 0)
            if packet.whole and packet.protocol == 6 and l4 + 20 <= total:
                packet.payload = l4 + (data[l4 + 12] >> 4) * 4
            elif packet.whole and packet.protocol == 17 and l4 + 8 <= total:
                packet.payload = l4 + 8
        found.append(packet)
    return found


def streams(source: Source, packets: list[Packet]) -> tuple[bytes, Array]:
    """All payload, put together direction by direction, with the source's offset of each byte: a name may cross
    a segment. Frames that are not IP (ARP, LLDP) stand there whole."""
    data = source.data.tobytes()
    parts: dict[bytes, list[tuple[int, int]]] = {}
    for start, length, packet in zip(source.starts.tolist(), source.lengths.tolist(), packets, strict=True):
        if packet.ip < 0:
            parts.setdefault(b"frame" + struct.pack("<Q", start), []).append((start + 14, start + length))
        elif packet.payload >= 0 and packet.payload < packet.end:
            key = data[packet.ip + 12 : packet.ip + 20] + data[packet.l4 : packet.l4 + 4]
            if packet.protocol == 17:
                key += struct.pack("<Q", start)
            parts.setdefault(key, []).append((packet.payload, packet.end))
    text, where = bytearray(), []
    for pieces in parts.values():
        for first, last in pieces:
            text += data[first:last]
            where.append(np.arange(first, last))
        text += b"\0"
        where.append(np.array([-1]))
    return bytes(text), np.concatenate(where) if where else np.zeros(0, np.int64)


def subnets(source: Source, packets: list[Packet]) -> list[bytes]:
    """Every private /24 that speaks or is spoken to, as its first three bytes."""
    ip = np.array([packet.ip for packet in packets if packet.ip >= 0])
    if not len(ip):
        return []
    heads = np.concatenate([source.data[ip[:, None] + np.arange(12, 15)], source.data[ip[:, None] + np.arange(16, 19)]])
    return sorted({bytes(row) for row in np.unique(heads, axis=0) if row[0] == 10})


def places(own: list[bytes], wings: int) -> dict[bytes, list[bytes]]:
    """For each subnet its place in each wing: 10.B.C with as many digits as it had, so that texts fit too."""
    out: dict[bytes, list[bytes]] = {}
    taken = {(row[1], row[2]) for row in own}
    shapes: dict[tuple[int, int], Iterator[tuple[int, int]]] = {}

    def free(second: range, third: range) -> Iterator[tuple[int, int]]:
        return ((b, c) for b in second for c in third if (b, c) not in taken)

    ranges = {1: range(10), 2: range(10, 100), 3: range(100, 256)}
    for row in own:
        shape = (len(str(row[1])), len(str(row[2])))
        if shape not in shapes:
            shapes[shape] = free(ranges[shape[0]], ranges[shape[1]])
        out[row] = [row]
    for _ in range(1, wings):
        for row in own:
            shape = (len(str(row[1])), len(str(row[2])))
            place = next(shapes[shape], None)
            if place is None:
                return {key: rows[: min(map(len, out.values()))] for key, rows in out.items()}
            out[row].append(bytes([10, *place]))
    return out


def renamed(texts: list[str], wings: int, digits_only: bool = False) -> dict[str, list[str]]:
    """For each text one of the same length for each wing, different from every other text of every wing.

    What changes is the end: the last two letters or figures of a name, the last figures of a serial.
    """
    alphabet = DIGITS[:10].decode() if digits_only else DIGITS.decode()
    out, used = {text: [text] for text in texts}, {text.lower() for text in texts}
    for text in texts:
        places_ = [n for n, letter in enumerate(text) if (letter.isdigit() if digits_only else letter.isalnum())]
        places_ = places_[-(6 if digits_only else 2) :]
        number = 0
        while len(out[text]) < wings:
            number += 1
            if not places_ or number >= len(alphabet) ** len(places_):
                out[text] += [text] * (wings - len(out[text]))  # no room: it stays what it is
                break
            new, rest = list(text), number
            if digits_only:
                rest = (int("".join(text[n] for n in places_)) + number * 37) % 10 ** len(places_)
            for place in reversed(places_):
                letter = alphabet[rest % len(alphabet)]
                new[place] = letter.upper() if text[place].isupper() else letter
                rest //= len(alphabet)
            name = "".join(new)
            if name.lower() not in used:
                used.add(name.lower())
                out[text].append(name)
    return out


class Wings:
    """Everything that makes a wing its own, worked out once."""

    def __init__(self, source: Source, truth: dict[str, Any] | None, wings: int) -> None:
        self.source, self.packets, self.truth = source, parse(source), truth
        self.edits = Edits()
        self.places = places(subnets(source, self.packets), wings)
        self.count = min([wings, *(len(rows) for rows in self.places.values())])
        self.names: dict[str, list[str]] = {}
        self.macs = self._macs()
        self._heads()
        self.text, self.where = streams(source, self.packets)
        self._inside()
        if truth:
            self._identities(truth)
        self._sort()

    # --- addresses

    def _macs(self) -> dict[bytes, list[bytes]]:
        """Senders' hardware addresses; a wing has its number in the fourth byte, behind the maker's prefix."""
        heads = np.unique(self.source.data[self.source.starts[:, None] + np.arange(6, 12)], axis=0)
        out = {}
        for row in heads:
            mac = bytes(row)
            if mac[0] & 1:
                continue
            out[mac] = [mac[:3] + bytes([(mac[3] + wing) & 0xFF]) + mac[4:] for wing in range(self.count)]
        return out

    def _put(self, at: Array | list[int], per_wing: list[bytes], old: bytes) -> None:
        """The bytes of each wing at these offsets of the source; only bytes that ever change are kept."""
        for index, where in enumerate(at if per_wing else ()):
            values = np.frombuffer(bytes(new[index] for new in per_wing), np.uint8)
            if (values != old[index]).any():
                self.edits.put(int(where), values)

    def _heads(self) -> None:
        data = self.source.data.tobytes()
        for start, packet in zip(self.source.starts.tolist(), self.packets, strict=True):
            for at in (start, start + 6):
                mac = data[at : at + 6]
                if mac in self.macs:
                    self._put(range(at, at + 6), self.macs[mac], mac)
            if packet.ip >= 0:
                for at in (packet.ip + 12, packet.ip + 16):
                    place = self.places.get(data[at : at + 3])
                    if place:
                        self._put(range(at, at + 3), place, data[at : at + 3])
                if packet.protocol == 1 and packet.l4 + 28 <= packet.end and data[packet.l4] in (3, 5, 11):
                    self._quoted(data, packet.l4, packet.end)

    def _quoted(self, data: bytes, l4: int, end: int) -> None:
        """ICMP quotes another packet's head (and a redirect names a router): addresses and that head's checksum."""
        inner = l4 + 8 + (data[l4 + 8] & 15) * 4
        sums = [l4 + 18] + [
            inner + at for proto, at in ((17, 6), (6, 16)) if data[l4 + 17] == proto and inner + at + 2 <= end
        ]
        changes = [0] * self.count
        for at in (l4 + 20, l4 + 24):
            place = self.places.get(data[at : at + 3], [])
            self._put(range(at, at + 3), place, data[at : at + 3])
            for wing, row in enumerate(place):
                changes[wing] += (row[0] - data[at]) * 256 + row[1] - data[at + 1] + (row[2] - data[at + 2]) * 256
        for at in sums:
            old = int.from_bytes(data[at : at + 2], "big")
            totals = [(~old & 0xFFFF) + change % 0xFFFF for change in changes]
            new = [~((total & 0xFFFF) + (total >> 16)) & 0xFFFF for total in totals]
            self._put(range(at, at + 2), [row.to_bytes(2, "big") for row in new], data[at : at + 2])
        place = self.places.get(data[l4 + 4 : l4 + 7])
        if place and data[l4] == 5:
            self._put(range(l4 + 4, l4 + 7), place, data[l4 + 4 : l4 + 7])

    def _everywhere(self, old: bytes, new: list[bytes], word: bool = False) -> None:
        """Replace a byte string wherever payload holds it; as a word of its own when it is text."""
        at = self.text.find(old)
        while at >= 0:
            end = at + len(old)
            beside = self.text[max(0, at - 1) : at] + self.text[end : end + 1]
            where = self.where[at:end]
            if not (word and WORD.intersection(beside)) and (where >= 0).all():
                self._put(where, new, old)
            at = self.text.find(old, at + 1)

    def _inside(self) -> None:
        """Addresses inside payloads: ARP, DHCP, DNS, SIP, SDC … in bytes and as text."""
        for mac, new in self.macs.items():
            self._everywhere(mac, new)
            for form in (
                lambda m: m.hex(":"),
                lambda m: m.hex("-"),
                lambda m: m.hex(),
                lambda m: m[:3].hex() + "fffe" + m[3:].hex(),
            ):
                for case in (str.lower, str.upper):
                    self._everywhere(case(form(mac)).encode(), [case(form(row)).encode() for row in new], word=True)
        for own, rows in self.places.items():
            self._everywhere(own, rows) if own[1:] != b"\0\0" else None
            old = f"10.{own[1]}.{own[2]}."
            texts = [f"10.{row[1]}.{row[2]}.".encode() for row in rows]
            if all(len(row) == len(old) for row in texts):
                for match in re.finditer(rb"(?<![\d.])" + re.escape(old.encode()) + rb"(?=\d)", self.text):
                    at = self.where[match.start() : match.end()]
                    if (at >= 0).all():
                        self._put(at, texts, old.encode())

    # --- names

    def _identities(self, truth: dict[str, Any]) -> None:
        inside = [host for host in truth["hosts"] if host["attributes"].get("category") != "external"]
        names = sorted({host["attributes"]["hostname"] for host in inside if host["attributes"].get("hostname")})
        serials = sorted({host["attributes"]["serial"] for host in inside if host["attributes"].get("serial")})
        titles = sorted({title for host in inside for title in host["attributes"].get("ae_titles", [])})
        self.names = renamed(names, self.count) | renamed(serials, self.count, digits_only=True)
        both = set(names) & set(titles)
        self.names |= {t: rows for t, rows in renamed(titles, self.count).items() if t not in both}
        for old, rows in self.names.items():
            if len(old) >= SHORTEST_NAME:
                forms = {(old, tuple(rows))} | {(f(old), tuple(map(f, rows))) for f in (str.lower, str.upper)}
                for text, new in forms:
                    self._everywhere(text.encode(), [row.encode() for row in new], word=True)
                    self._everywhere(text.encode("utf-16-le"), [row.encode("utf-16-le") for row in new])
                continue
            if old in titles:  # sixteen bytes, padded with blanks
                self._everywhere(old.ljust(16).encode(), [row.ljust(16).encode() for row in rows])
            for behind in (b".hospital.example", b"\x08hospital\x07example"):
                lead = bytes([len(old)]) if behind[0] == 8 else b""
                self._everywhere(lead + old.encode() + behind, [lead + row.encode() + behind for row in rows])
        patients = sorted(set(re.findall(rb"(?<![0-9])0000[0-9]{4}(?![0-9])", self.text)))
        for old in patients:
            new = [b"%08d" % (int(old) + wing * 100_000) for wing in range(self.count)]
            self._everywhere(old, new, word=True)

    # --- checksums

    def _sort(self) -> None:
        """Edits in the order of the source, and for each the packet and the weight it has in two checksums."""
        order = np.argsort(np.array(self.edits.positions, np.int64), kind="stable")
        at = np.array(self.edits.positions, np.int64)[order]
        keep = np.ones(len(at), bool)
        keep[:-1] = at[1:] != at[:-1]  # a byte that two names claim goes to the longer rule, put last
        self.at = at[keep]
        self.values = np.stack(self.edits.values)[order][keep] if len(at) else np.zeros((0, self.count), np.uint8)
        self.owner = np.searchsorted(self.source.starts, self.at, side="right") - 1
        ip = np.array([packet.ip for packet in self.packets])[self.owner]
        l4 = np.array([packet.l4 for packet in self.packets])[self.owner]
        weight = np.where((self.at - ip) % 2 == 0, 256, 1)
        in_head = (ip >= 0) & (self.at >= ip) & (self.at < l4)
        self.ip_weight = np.where(in_head, weight, 0)
        addresses = in_head & (self.at >= ip + 12)  # the pseudo head holds them too
        self.l4_weight = np.where(addresses | ((ip >= 0) & (self.at >= l4)), weight, 0)
        offset = {6: 16, 17: 6}
        self.l4_sum = np.array(
            [
                p.l4 + offset[p.protocol] if p.whole and p.protocol in offset and p.payload >= 0 else -1
                for p in self.packets
            ]
        )
        self.icmp_sum = np.array([p.l4 + 2 if p.protocol == 1 and p.whole else -1 for p in self.packets])
        self.udp = np.array([p.protocol == 17 for p in self.packets])
        self.ip_sum = np.array([p.ip + 10 if p.ip >= 0 else -1 for p in self.packets])

    def slice(self, first: int, last: int, wing: int) -> Array:
        """The records of packets first … last - 1 as this wing sends them."""
        begin, end = (
            int(self.source.starts[first]) - 16,
            int(self.source.starts[last - 1] + self.source.lengths[last - 1]),
        )
        out = self.source.data[begin:end].copy()
        if wing == 0:
            return out
        low, high = np.searchsorted(self.at, [begin, end])
        at = self.at[low:high] - begin
        new = self.values[low:high, wing]
        change = new.astype(np.int64) - out[at]
        out[at] = new
        owner = self.owner[low:high] - first
        for weights, sums in ((self.ip_weight, self.ip_sum), (self.l4_weight, self.l4_sum)):
            delta = np.bincount(owner, weights=change * weights[low:high], minlength=last - first).astype(np.int64)
            udp = self.udp[first:last] & (sums is self.l4_sum)
            self._fix(out, sums[first:last] - begin, sums[first:last] >= 0, delta, udp)
        inner = np.where(self.at[low:high] >= self.icmp_sum[self.owner[low:high]], self.l4_weight[low:high], 0)
        delta = np.bincount(owner, weights=change * inner, minlength=last - first).astype(np.int64)
        there = self.icmp_sum[first:last] >= 0
        self._fix(out, self.icmp_sum[first:last] - begin, there, delta, np.zeros(len(there), bool))
        return out

    @staticmethod
    def _fix(out: Array, where: Array, there: Array, delta: Array, udp: Array) -> None:
        """RFC 1624: the new checksum from the old one and what changed. A UDP checksum of 0 means: none."""
        there = there & (delta != 0)
        where = where[there]
        old = out[where].astype(np.int64) * 256 + out[where + 1]
        total = (~old & 0xFFFF) + delta[there] % 0xFFFF
        total = (total & 0xFFFF) + (total >> 16)
        total = (total & 0xFFFF) + (total >> 16)
        new = ~total & 0xFFFF
        new = np.where(udp[there], np.where(old == 0, 0, np.where(new == 0, 0xFFFF, new)), new)
        out[where], out[where + 1] = new >> 8, new & 0xFF


# --- the large capture


def write(wings: Wings, out: BinaryIO, times: int) -> int:
    """All wings, in the order of time, the whole again `times` times. Returns how many packets."""
    source = wings.source
    out.write(struct.pack("<IHHiIII", MAGIC_NANO, 2, 4, 0, 0, 262144, source.link))
    count, span = 0, int(source.times[-1] - source.times[0])
    day = 86_400 * 10**9
    period = -(-span // day) * day if span > day // 2 else span + 60 * 10**9
    shifts = (np.arange(wings.count, dtype=np.int64) * APART_NS) % (10**9)
    held: list[tuple[Array, list[memoryview]]] = []
    for turn in range(times):
        first = 0
        while first < len(source.starts):
            last = int(np.searchsorted(source.starts, source.starts[first] + SLICE_BYTES))
            last = min(max(last, first + 1), len(source.starts))
            begin = int(source.starts[first]) - 16
            cuts = np.append(
                source.starts[first:last] - 16 - begin, source.starts[last - 1] + source.lengths[last - 1] - begin
            ).tolist()
            for wing in range(wings.count):
                block = wings.slice(first, last, wing)
                moments = source.times[first:last] + turn * period + shifts[wing]
                heads = np.stack([moments // 10**9, moments % 10**9], axis=1).astype("<u4").view(np.uint8)
                block[(source.starts[first:last] - 16 - begin)[:, None] + np.arange(8)] = heads
                view = memoryview(block.tobytes())
                held.append((moments, [view[a:b] for a, b in itertools.pairwise(cuts)]))
            final = turn == times - 1 and last == len(source.starts)
            if final:
                bound = None
            elif last < len(source.starts):
                bound = int(source.times[last : last + 1][0]) + turn * period
            else:
                bound = int(source.times[0]) + (turn + 1) * period
            held, written = _flush(held, bound, out)
            count += written
            first = last
    return count


def _flush(held: list[tuple[Array, list[memoryview]]], bound: int | None, out: BinaryIO) -> tuple[Any, int]:
    """Write what no later slice can come before; keep the rest."""
    moments = np.concatenate([row[0] for row in held])
    views = [view for row in held for view in row[1]]
    order = np.argsort(moments, kind="stable")
    ready = len(order) if bound is None else int(np.searchsorted(moments[order], bound - DISORDER_NS))
    out.write(b"".join([views[n] for n in order[:ready].tolist()]))
    rest = order[ready:]
    return ([(moments[rest], [views[n] for n in rest.tolist()])] if len(rest) else []), ready


def large_truth(wings: Wings) -> dict[str, Any]:
    """Every host of every wing, as in `truth.json`; outside hosts once."""
    truth = wings.truth or {"hosts": []}
    hosts = []
    for wing in range(wings.count):
        for host in truth["hosts"]:
            if host["attributes"].get("category") == "external":
                hosts += [host] if wing == 0 else []
                continue
            new = json.loads(json.dumps(host))
            new["id"] = f"{host['id']}@{wing}"
            new["zone"] = f"{host['zone']}@{wing}"
            new["mac"] = [
                wings.macs.get(bytes.fromhex(m.replace(":", "")), [b""] * WINGS_MAX)[wing].hex(":") or m
                for m in host["mac"]
            ]
            new["ip"] = [_moved(wings, ip, wing) for ip in host["ip"]]
            new["hostname"] = wings.names.get(host.get("hostname", ""), [host.get("hostname", "")] * WINGS_MAX)[wing]
            for name in ("hostname", "serial"):
                if name in new["attributes"]:
                    new["attributes"][name] = wings.names[new["attributes"][name]][wing]
            if "ae_titles" in new["attributes"]:
                new["attributes"]["ae_titles"] = [wings.names[t][wing] for t in new["attributes"]["ae_titles"]]
            hosts.append(new)
    return {"schema": 1, "case": f"{truth.get('case', 'capture')} x {wings.count}", "hosts": hosts}


def _moved(wings: Wings, ip: str, wing: int) -> str:
    parts = bytes(int(part) for part in ip.split("."))
    place = wings.places.get(parts[:3])
    return ".".join(str(n) for n in (place[wing] + parts[3:])) if place else ip


def find(source: Path) -> tuple[Path, dict[str, Any] | None]:
    """The capture, and the truth beside it when there is one."""
    folder = source if source.is_dir() else source.parent
    capture = next(iter(sorted(source.glob("capture.pcap*"))), None) if source.is_dir() else source
    if capture is None or not capture.exists():
        raise SystemExit(f"There is no capture in {source.name}.\nhint: give a folder of cases/ or a pcap file.")
    beside = folder / "truth.json"
    return capture, json.loads(beside.read_text()) if beside.exists() else None


def multiply(source: Path, target: Path, wings: int, times: int = 1) -> int:
    """A capture's house with so many wings, living the time so often. Returns how many packets were written."""
    capture, truth = find(source)
    with target.open("wb") as out:
        return write(Wings(load(capture), truth, wings), out, times)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path, help="a file, or - for standard output")
    parser.add_argument("--megabytes", type=int, help="about so large: as many wings as there is room for, then again")
    parser.add_argument("--wings", type=int)
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--truth", type=Path)
    options = parser.parse_args()
    capture, truth = find(options.source)
    source = load(capture)
    if not len(source.starts):
        raise SystemExit(f"{capture.name} holds no packets.\nhint: give a capture that does.")
    wanted = options.wings or 1
    if options.megabytes:
        wanted = max(1, round(options.megabytes * 1e6 / len(source.data)))
    wings = Wings(source, truth, min(wanted, WINGS_MAX))
    times = options.times
    if options.megabytes:
        times = max(times, -(-wanted // wings.count))
        wings.count = min(wings.count, round(wanted / times))
    if str(options.target) == "-":
        count = write(wings, sys.stdout.buffer, times)
    else:
        partial = options.target.with_suffix(".partial")
        with partial.open("wb") as out:
            count = write(wings, out, times)
        partial.replace(options.target)
    if options.truth:
        options.truth.write_text(json.dumps(large_truth(wings), ensure_ascii=False, indent=1) + "\n")
    inside = sum(host["attributes"].get("category") != "external" for host in (truth or {"hosts": []})["hosts"])
    print(
        f"{options.target.name}: {wings.count} wings, {times} times, {inside * wings.count:,} hosts, {count:,} packets",
        file=sys.stderr,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
