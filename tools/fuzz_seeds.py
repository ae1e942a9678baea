"""First inputs for the fuzzers, cut out of the cases: `python tools/fuzz_seeds.py OUT_DIR`.

For each dissector's family its flows' payloads in the shape that `wire/crates/drive` reads, for the
whole engine the same flows as small captures.
"""

from __future__ import annotations

import re
import struct
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from hinomi import _wire

ROOT = Path(__file__).resolve().parents[1]
FAMILIES = ROOT / "wire" / "crates" / "drive" / "src" / "family.rs"
EACH_MAX = 40  # inputs of one protocol, over all cases
INPUT_BYTES_MAX = 6_000
CASE_BYTES_MAX = 12_000_000
_FRAMES = {0x0806: "arp", 0x88CC: "lldp", 0x888E: "eapol"}
_HIDDEN = {"sdc": "http", "fhir": "http", "ntlm": "smb"}  # without an entry of their own


def families() -> dict[str, list[str]]:
    """Family → its protocols, as the driver lists them."""
    text = FAMILIES.read_text().partition("FAMILIES:")[2].partition("];")[0]
    return {name: re.findall(r'"(\w+)"', inside) for name, inside in re.findall(r'\("(\w+)", &\[([^\]]*)\]', text)}


def _flows(path: Path) -> dict[tuple[bytes, int, int], tuple[str, bytes]]:
    """(both addresses, both ports, protocol) → (service, the client's address and port)."""
    found = {}
    for record, batch in _wire.Reader(str(path), site="s", sensor="t", key=bytes(32)):
        if record != "flow":
            continue
        rows = pa.record_batch(batch).select(["orig_ip", "orig_port", "resp_ip", "resp_port", "proto", "service"])
        for row in rows.to_pylist():
            number = {"tcp": 6, "udp": 17}.get(row["proto"])
            if number and row["service"] and row["orig_ip"].count(".") == 3:
                ends = [_packed(row["orig_ip"], row["orig_port"]), _packed(row["resp_ip"], row["resp_port"])]
                found[(b"".join(sorted(ends)), number)] = (row["service"], ends[0])
    return found


def _packed(ip: str, port: int) -> bytes:
    return bytes(map(int, ip.split("."))) + struct.pack("!H", port)


def _packets(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Record (head and frame) and frame of each packet of a plain capture."""
    at = 24
    while at + 16 <= len(content):
        length = int.from_bytes(content[at + 8 : at + 12], "little")
        yield content[at : at + 16 + length], content[at + 16 : at + 16 + length]
        at += 16 + length


def _peeled(frame: bytes) -> tuple[int, bytes]:
    """EtherType (or length) behind VLAN tags, and what follows."""
    at = 12
    while frame[at : at + 2] in (b"\x81\x00", b"\x88\xa8"):
        at += 4
    return int.from_bytes(frame[at : at + 2], "big"), frame[at + 2 :]


def _transport(packet: bytes) -> tuple[int, bytes, bytes, bytes] | None:
    """Protocol, source and target with ports, payload of an IPv4 packet that is TCP or UDP and whole."""
    if len(packet) < 28 or packet[9] not in (6, 17) or int.from_bytes(packet[6:8], "big") & 0x1FFF:
        return None
    inside = packet[(packet[0] & 15) * 4 : int.from_bytes(packet[2:4], "big")]
    head = (inside[12] >> 4) * 4 if packet[9] == 6 and len(inside) > 12 else 8
    return packet[9], packet[12:16] + inside[:2], packet[16:20] + inside[2:4], inside[head:]


def seeds(path: Path) -> Iterator[tuple[str, list[tuple[int, bytes]], bytes]]:
    """(protocol, pieces with their flags, the capture of one flow) of a case."""
    content = pa.input_stream(str(path)).read()
    if content[:4] not in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") or content[20] != 1:
        return
    flows = _flows(path)
    pieces: dict[object, list[tuple[int, bytes]]] = defaultdict(list)
    records: dict[object, list[bytes]] = defaultdict(list)
    service: dict[object, str] = {}
    for record, frame in _packets(content):
        kind, inside = _peeled(frame)
        if kind == 0x0800 and (transport := _transport(inside)):
            number, source, target, payload = transport
            key: object = (b"".join(sorted([source, target])), number)
            if key in flows:
                service[key], client = flows[key]
                records[key].append(record)
                if payload:
                    pieces[key].append((0 if source == client else 1, payload))
        elif (name := _FRAMES.get(kind)) or kind < 0x0600:
            key = (name or "llc", frame[6:12])
            service[key] = name or "llc"
            records[key].append(record)
            pieces[key].append((0, inside if name else inside[3:]))
    for key, parts in pieces.items():
        yield service[key], parts, content[:24] + b"".join(records[key])


def main() -> None:
    out, known = Path(sys.argv[1]), families()
    taken: dict[str, int] = defaultdict(int)
    entries = {d["name"]: d for d in _wire.dissectors()}
    for case in sorted((ROOT / "cases").rglob("capture.pcap*"), key=lambda p: p.stat().st_size):
        if case.stat().st_size > CASE_BYTES_MAX:
            continue
        for protocol, parts, capture in seeds(case):
            if taken[protocol] >= EACH_MAX:
                continue
            taken[protocol] += 1
            name = f"{protocol}-{taken[protocol]:03d}"
            _write(out / "engine" / name, capture[: 3 * INPUT_BYTES_MAX])
            _write(out / "capture" / name, capture[:INPUT_BYTES_MAX])
            for family, members in known.items():
                # As in the driver: protocols without an entry are passed over.
                reachable = [m for m in members if m in entries and m not in _HIDDEN]
                names = [protocol] if protocol != "llc" else [m for m in ("stp", "cdp") if m in reachable]
                for one in names:
                    if one in reachable:
                        body = b"".join(struct.pack("<BH", flags, len(part)) + part for flags, part in parts)
                        for entry in range(2):
                            head = bytes([reachable.index(one), entry])
                            _write(out / family / f"{name}-{entry}", head + body[:INPUT_BYTES_MAX])
            _write(out / "words" / name, bytes([taken[protocol] * 9 & 63]) + parts[0][1][:400])
    if not taken:
        raise SystemExit("no case gave an input")
    print(" ".join(f"{name}:{count}" for name, count in sorted(taken.items())))


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


if __name__ == "__main__":
    main()
