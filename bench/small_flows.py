"""The short conversations of the lab's captures, as one capture: `bench/small_flows.py TARGET`.

Kept are the packets of TCP and UDP conversations of at most 12 packets, and what is neither: names,
leases, clocks, log-ons, short requests, scans. `bench/multiply.py` then repeats them.
"""

from __future__ import annotations

import struct
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKETS_MAX = 12
HEADER, RECORD = 24, 16


def sources() -> list[Path]:
    """Captures of all cases."""
    return sorted(path for path in (ROOT / "cases").rglob("capture.pcap*") if path.is_file())


def streams(capture: Path) -> list[str]:
    """One word for each packet: the conversation it belongs to, or nothing."""
    fields = ["-T", "fields", "-e", "tcp.stream", "-e", "udp.stream"]
    command = ["tshark", "-n", "-r", str(capture), *fields]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return ["" if line == "\t" else line for line in done.stdout.split("\n")[:-1]]


def packets(capture: Path) -> list[bytes]:
    """Records of a classic pcap file with their heads."""
    data, at, found = capture.read_bytes(), HEADER, []
    while at + RECORD <= len(data):
        (length,) = struct.unpack_from("<I", data, at + 8)
        found.append(data[at : at + RECORD + length])
        at += RECORD + length
    return found


def short(capture: Path) -> list[bytes]:
    """Records of the short conversations of a capture."""
    names = streams(capture)
    often = Counter(names)
    records = packets(capture)
    if len(records) != len(names):
        raise SystemExit(f"{capture}: tshark counts {len(names)} packets, the file holds {len(records)}")
    return [record for record, name in zip(records, names, strict=True) if not name or often[name] <= PACKETS_MAX]


def make(target: Path) -> int:
    """Writes the capture; returns its packets."""
    kept: list[bytes] = []
    header = b""
    with tempfile.TemporaryDirectory() as folder:
        for number, source in enumerate(sources()):
            plain = Path(folder) / f"{number}.pcap"
            subprocess.run(["editcap", "-F", "pcap", str(source), str(plain)], check=True)
            head = plain.read_bytes()[:HEADER]
            # Ethernet only: of captures of other links the copies could not be made.
            if struct.unpack_from("<I", head, 20)[0] != 1:
                continue
            header = header or head
            kept += short(plain)
    kept.sort(key=lambda record: struct.unpack_from("<II", record))
    target.write_bytes(header + b"".join(kept))
    return len(kept)


if __name__ == "__main__":
    print(f"{make(Path(sys.argv[1])):,} packets")
