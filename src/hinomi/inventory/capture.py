"""A capture file straight to tables, without a store: for measuring, not for running a hospital."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

KEY = bytes(32)  # pseudonyms of a measurement need no secret


def records_of(capture: Path) -> dict[str, pa.Table]:
    """The six records of a capture. Raises `hinomi._wire.CaptureError` when it cannot be read."""
    from hinomi import _wire
    from hinomi.records import SCHEMAS

    batches: dict[str, list[pa.RecordBatch]] = {name: [] for name in _wire.RECORDS}
    for name, batch in _wire.Reader(capture, site="local", sensor="file", key=KEY):
        batches[name].append(pa.record_batch(batch))
    return {
        name: pa.Table.from_batches(rows) if rows else SCHEMAS[name].empty_table() for name, rows in batches.items()
    }
