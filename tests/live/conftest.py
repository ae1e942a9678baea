"""A tap without an interface: a bundled capture, written as the ears write it, read by the real parser."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from hinomi.live.frames import Frames

CASE = Path(__file__).parents[2] / "cases" / "first-light" / "capture.pcap.zst"
CAPTURE = "5e55105e55105e55"
SECOND = 1_000_000_000
Rows = dict[str, pa.Table]


@pytest.fixture(scope="session")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("live") / "first-light.pcap"
    path.write_bytes(pa.input_stream(str(CASE), compression="zstd").read())
    return path


def packets(path: Path) -> Iterator[tuple[int, bytes, int]]:
    """(time ns, bytes, wire length) of a little-endian pcap."""
    data = path.read_bytes()
    fraction = {0xA1B2C3D4: 1000, 0xA1B23C4D: 1}[struct.unpack_from("<I", data)[0]]
    at = 24
    while at < len(data):
        seconds, part, length, wire = struct.unpack_from("<IIII", data, at)
        yield seconds * SECOND + part * fraction, data[at + 16 : at + 16 + length], wire
        at += 16 + length


def block(kind: int, body: bytes) -> bytes:
    body += bytes(-len(body) % 4)
    size = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + size + body + size


def beat(time: int, lost: int = 0) -> bytes:
    stamp = struct.pack("<III", 0, time >> 32, time & 0xFFFFFFFF)
    return block(5, stamp + struct.pack("<HHQ", 5, 8, lost) + bytes(4))


def stream(path: Path, *, every: int = SECOND, lost: int = 0) -> bytes:
    """The capture with a sign of life in each second."""
    out = [
        block(0x0A0D0D0A, struct.pack("<IIq", 0x1A2B3C4D, 1, -1)),
        block(1, struct.pack("<IIHHI", 1, 0, 9, 1, 9) + bytes(4)),
    ]
    due = 0
    for time, data, wire in packets(path):
        due = due or time + every
        while time >= due:
            out.append(beat(due, lost))
            due += every
        out.append(block(6, struct.pack("<IIIII", 0, time >> 32, time & 0xFFFFFFFF, len(data), wire) + data))
    return b"".join([*out, beat(due, lost)])


@pytest.fixture(scope="session")
def parse() -> Callable[[bytes], list[tuple[str, pa.RecordBatch]]]:
    """parse(stream): what the confined parser says of it, in its order."""

    def work(content: bytes) -> list[tuple[str, pa.RecordBatch]]:
        orders, orders_in = os.pipe()
        with os.fdopen(orders_in, "w") as file:
            json.dump({"capture": CAPTURE, "site": "site", "sensor": "tap", "key": "00" * 32}, file)
        child = subprocess.Popen(
            [sys.executable, "-m", "hinomi.live.parser", str(orders)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=[orders],
        )
        os.close(orders)
        assert child.stdin is not None and child.stdout is not None
        if os.fork() == 0:  # a thread would do; a process cannot be held up by this one
            child.stdout.close()
            child.stdin.write(content)
            child.stdin.flush()
            os._exit(0)
        child.stdin.close()
        frames, found = Frames(child.stdout.fileno()), []
        while not frames.ended:
            found += frames.read()
        assert child.wait(30) == 0
        os.wait()
        return found

    return work


@pytest.fixture(scope="session")
def heard(
    capture: Path, parse: Callable[[bytes], list[tuple[str, pa.RecordBatch]]]
) -> list[tuple[str, pa.RecordBatch]]:
    """The bundled capture through the parser, batch by batch."""
    return parse(stream(capture))


def tables(found: list[tuple[str, pa.RecordBatch]]) -> Rows:
    by: dict[str, list[pa.RecordBatch]] = {}
    for record, batch in found:
        by.setdefault(record, []).append(batch)
    return {record: pa.Table.from_batches(some).unify_dictionaries() for record, some in by.items()}
