"""Reading a capture whole, for the wire's tests."""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from hinomi import _wire

SECOND = 1_000_000_000


def read(path: Path | str, **options: object) -> tuple[dict[str, pa.Table], dict]:
    """All rows of a capture by record, and the summary."""
    batches: dict[str, list[pa.RecordBatch]] = defaultdict(list)
    reader = _wire.Reader(str(path), site="site", sensor="sensor", key=bytes(32), **options)
    for record, batch in reader:
        made = pa.record_batch(batch)
        made.validate(full=True)
        batches[record].append(made)
    summary = reader.summary()
    assert summary is not None
    return {record: pa.Table.from_batches(some).combine_chunks() for record, some in batches.items()}, summary


def rows(table: pa.Table, *columns: str) -> list[tuple]:
    """Plain values of some columns; times as nanoseconds."""
    lists = []
    for name in columns:
        column = table[name]
        if pa.types.is_timestamp(column.type):
            column = column.cast(pa.int64())
        lists.append(column.to_pylist())
    return list(zip(*lists, strict=True))


def packets(path: Path) -> Iterator[tuple[int, bytes, int]]:
    """(time ns, bytes, wire length) of a little-endian pcap."""
    data = path.read_bytes()
    fraction = {0xA1B2C3D4: 1000, 0xA1B23C4D: 1}[struct.unpack_from("<I", data)[0]]
    at = 24
    while at < len(data):
        seconds, part, length, wire = struct.unpack_from("<IIII", data, at)
        yield seconds * SECOND + part * fraction, data[at + 16 : at + 16 + length], wire
        at += 16 + length
