"""Reads and writes the lab's own capture format: classic pcap, Ethernet, nanoseconds, little endian."""

from __future__ import annotations

import struct
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

MAGIC_NANO, ETHERNET, SNAP = 0xA1B23C4D, 1, 262144


class Packet(NamedTuple):
    """One captured frame; `length` is what it had on the wire."""

    time: int  # UTC nanoseconds of the tap's clock
    length: int
    data: bytes


def read(path: Path) -> Iterator[Packet]:
    """Every packet of a capture made by the lab; `.zst` is unpacked on the way."""
    if path.suffix == ".zst":
        process = subprocess.Popen(["zstd", "-dqc", str(path)], stdout=subprocess.PIPE)
        stream = process.stdout
        assert stream is not None
    else:
        stream = path.open("rb")
    with stream:
        head = stream.read(24)
        if len(head) < 24 or struct.unpack("<I", head[:4])[0] != MAGIC_NANO:
            raise ValueError(f"{path}: not a nanosecond pcap of this machine's byte order")
        while len(row := stream.read(16)) == 16:
            seconds, nanos, kept, length = struct.unpack("<IIII", row)
            yield Packet(seconds * 10**9 + nanos, length, stream.read(kept))


def write(path: Path, packets: Iterable[Packet]) -> int:
    """Write packets in the order given; returns how many."""
    count = 0
    with path.open("wb") as stream:
        stream.write(struct.pack("<IHHiIII", MAGIC_NANO, 2, 4, 0, 0, SNAP, ETHERNET))
        for packet in packets:
            stream.write(
                struct.pack("<IIII", packet.time // 10**9, packet.time % 10**9, len(packet.data), packet.length)
            )
            stream.write(packet.data)
            count += 1
    return count
