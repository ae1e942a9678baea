"""Numerics and events of a record as one table: CSV or Parquet. Times are ISO 8601, UTC, with nanoseconds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from hinomi.recorder.reader import RecordReader


def table(reader: RecordReader) -> pa.Table:
    """One row a value or event, in the order of time."""
    channels = {channel.id: channel for channel in reader.channels}
    rows: list[dict[str, Any]] = []
    for row in reader.trend.numerics.to_pylist():
        channel = channels.get(row["c"])
        rows.append(
            {
                "time": row["t"], "channel": row["c"], "kind": "numeric",
                "source": channel.source if channel else "", "name": channel.name if channel else "",
                "code": channel.code if channel else "", "value": row["v"], "unit": channel.unit if channel else "",
                "text": "",
            }
        )  # fmt: skip
    for row in reader.trend.events.to_pylist():
        channel = channels.get(row["c"])
        rows.append(
            {
                "time": row["t"], "channel": row["c"], "kind": row["kind"],
                "source": channel.source if channel else "Hinomi", "name": channel.name if channel else "",
                "code": "", "value": None, "unit": "", "text": row["text"],
            }
        )  # fmt: skip
    text = [(name, pa.string()) for name in ("channel", "kind", "source", "name", "code", "unit", "text")]
    schema = pa.schema([("time", pa.timestamp("ns", "UTC")), *text[:5], ("value", pa.float64()), *text[5:]])
    return pa.Table.from_pylist(rows, schema).sort_by("time")


def write(reader: RecordReader, out: Path, *, format: str, **_: Any) -> None:
    found = table(reader)
    if format == "csv":
        pacsv.write_csv(found, out)
    else:
        meta = {"record": reader.meta.id, "room": reader.meta.room, "use": "not for diagnosis or monitoring"}
        pq.write_table(found.replace_schema_metadata(meta), out, compression="zstd")
