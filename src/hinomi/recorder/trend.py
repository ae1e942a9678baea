"""Numerics, events and video fragments of a record as small tables: for questions, the whole-operation view, search.

While a record is made they are lines of JSON; when it ends they become Parquet. The data files stay the truth.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

NUMERICS = pa.schema([("t", pa.int64()), ("c", pa.string()), ("v", pa.float64())])
EVENTS = pa.schema(
    [("t", pa.int64()), ("c", pa.string()), ("kind", pa.string()), ("text", pa.string()), ("detail", pa.string())]
)
FRAGMENTS = pa.schema([("t", pa.int64()), ("c", pa.string()), ("file", pa.string())])


@dataclass(frozen=True, slots=True)
class Trend:
    numerics: pa.Table  # t (ns of the axis), c (channel), v
    events: pa.Table  # t, c, kind, text, detail (JSON)
    fragments: pa.Table  # t, c, file


def trend(folder: Path) -> Trend:
    """The tables of a record, ended or not; sorted by time."""
    found = []
    for name, schema, read in _TABLES:
        whole = folder / f"{name}.parquet"
        if whole.exists():
            found.append(pq.read_table(whole))
            continue
        rows: list[dict[str, Any]] = []
        lines = folder / f"{name}.jsonl"
        if lines.exists():
            with lines.open(encoding="utf-8") as file:
                for line in file:
                    with contextlib.suppress(ValueError, KeyError):  # the line that is being written
                        rows.append(read(json.loads(line)))
        found.append(pa.Table.from_pylist(rows, schema).sort_by("t"))
    return Trend(*found)


class Growing:
    """The tables of a record that is being made: each look reads only what was added since."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[str, tuple[int, int, pa.Table]] = {}  # by name: file number, bytes read, table

    def look(self) -> Trend:
        return Trend(*(self._grown(*table) for table in _TABLES))

    def _grown(self, name: str, schema: pa.Schema, read: Callable[[dict[str, Any]], dict[str, Any]]) -> pa.Table:
        path = self._folder / f"{name}.jsonl"
        known, begin, table = self._read.get(name, (0, 0, schema.empty_table()))
        try:
            with path.open("rb") as file:
                inode = os.fstat(file.fileno()).st_ino
                if inode != known:  # another file: a crash was mended meanwhile
                    begin, table = 0, schema.empty_table()
                file.seek(begin)
                data = file.read()
        except FileNotFoundError:  # it ended just now
            settled: pa.Table = getattr(trend(self._folder), name)
            return settled
        whole = data.rfind(b"\n") + 1
        rows: list[dict[str, Any]] = []
        for line in data[:whole].splitlines():
            with contextlib.suppress(ValueError, KeyError):
                rows.append(read(json.loads(line)))
        if rows:
            table = pa.concat_tables([table, pa.Table.from_pylist(rows, schema)]).combine_chunks().sort_by("t")
        self._read[name] = (inode, begin + whole, table)
        return table


def _numeric(row: dict[str, Any]) -> dict[str, Any]:
    return {"t": row["t"], "c": row["c"], "v": row["v"]}


def _event(row: dict[str, Any]) -> dict[str, Any]:
    detail = json.dumps(row.get("detail", {}), ensure_ascii=False)
    return {"t": row["t"], "c": row["c"], "kind": row["kind"], "text": row["text"], "detail": detail}


def _fragment(row: dict[str, Any]) -> dict[str, Any]:
    return {"t": row["t"], "c": row["c"], "file": row["file"]}


_TABLES = (("numerics", NUMERICS, _numeric), ("events", EVENTS, _event), ("fragments", FRAGMENTS, _fragment))


def settle(folder: Path) -> None:
    """The lines of an ended record become Parquet; each file is whole or not there."""
    found = trend(folder)
    for name, *_ in _TABLES:
        part = folder / f"{name}.part"
        pq.write_table(getattr(found, name), part, compression="zstd")
        part.replace(folder / f"{name}.parquet")
        (folder / f"{name}.jsonl").unlink(missing_ok=True)
