"""Arrow segments of finished runs → Parquet, partitioned by record, site and day.

    record=flow/site=site-1a2b3c4d/day=2026-11-22/<batch>.parquet

Each file is written whole under a temporary name, synced and renamed; then one transaction of the
state names the new files instead of the old ones. Killed before it, the new files are unnamed and
go at the next start; killed after it, the old ones are.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from hinomi.store.history import questions
from hinomi.store.history.history import History
from hinomi.store.history.names import RECORDS
from hinomi.store.history.schemas import DAY_OF, schema
from hinomi.store.history.segment import read_segment
from hinomi.store.state import HistoryFile, State

DAY_NS = 86_400_000_000_000
# A tap makes a few files every some minutes: so many of a day are put together, up to such a size.
SMALL_FILES = 12
SMALL_BYTES = 32_000_000
MERGED_BYTES_MAX = 128_000_000


def compact(
    history: History, state: State, staging: Path, *, only: Callable[[HistoryFile], bool] = lambda file: True
) -> tuple[int, int]:
    """Turns every finished Arrow segment into Parquet; the writer's lock must be held. `only`: of these.

    Returns:
        (segments gone, Parquet files made).
    """
    files = state.history_files()
    old = [f for f in files if f.format == "arrow" and only(f)]
    if not old:
        return 0, 0
    made: list[HistoryFile] = []
    for record in RECORDS:
        mine = [f for f in old if f.record == record and f.rows]
        for site in sorted({f.site for f in mine}):
            batches = [b for f in mine if f.site == site for b in read_segment(history.path / f.path)]
            table = pa.concat_tables([pa.Table.from_batches([b]) for b in batches], promote_options="permissive")
            for day, rows in _by_day(record, table):
                made.append(_write(history.path, staging, record, site, day, rows))
    with state.transaction() as tx:
        tx.put_history_files(made)
        tx.drop_history_files([f.path for f in old])
    forget(history.path, old)
    return len(old), len(made)


def merge_small(history: History, state: State, staging: Path) -> int:
    """Puts small Parquet files of one record and day together; the writer's lock must be held.

    Returns the number of files that went into larger ones.
    """
    groups: dict[tuple[str, str, str], list[HistoryFile]] = {}
    for file in state.history_files():
        if file.format == "parquet" and file.bytes < SMALL_BYTES:
            groups.setdefault((file.record, file.site, file.day), []).append(file)
    gone = 0
    for (record, site, day), files in sorted(groups.items()):
        if len(files) < SMALL_FILES:
            continue
        files.sort(key=lambda f: f.bytes)
        total, chosen = 0, []
        for file in files:
            total += file.bytes
            if total > MERGED_BYTES_MAX:
                break
            chosen.append(file)
        tables = [pq.read_table(history.path / f.path, partitioning=None) for f in chosen]
        rows = pa.concat_tables(tables, promote_options="permissive").cast(schema(record))
        made = _write(history.path, staging, record, site, day, _merged(record, rows).sort_by(DAY_OF[record]))
        with state.transaction() as tx:
            tx.put_history_files([made])
            tx.drop_history_files([f.path for f in chosen])
        forget(history.path, chosen)
        gone += len(chosen)
    return gone


def _merged(record: str, rows: pa.Table) -> pa.Table:
    """Parts of one conversation and hour become one row; the other records stay as they are."""
    if record != "conversation":
        return rows.unify_dictionaries()
    with duckdb.connect() as database:
        database.register("conversation", rows)
        return database.sql(questions.conversations("", True)).to_arrow_table().cast(schema(record))


def forget(history: Path, files: list[HistoryFile]) -> None:
    """Removes files that the state no longer names."""
    for file in files:
        (history / file.path).unlink(missing_ok=True)


def _by_day(record: str, table: pa.Table) -> Iterator[tuple[str, pa.Table]]:
    table = table.cast(schema(record)).unify_dictionaries()
    column = table.column(DAY_OF[record]).cast(pa.int64())
    days = pc.divide(column, DAY_NS)
    for day in sorted(pc.unique(days).to_pylist()):
        rows = table.filter(pc.equal(days, day)).sort_by(DAY_OF[record])
        yield datetime.fromtimestamp(day * 86_400, UTC).strftime("%Y-%m-%d"), rows


def _write(history: Path, staging: Path, record: str, site: str, day: str, rows: pa.Table) -> HistoryFile:
    name = f"record={record}/site={quote(site, safe='')}/day={day}/{secrets.token_hex(8)}.parquet"
    final = history / name
    final.parent.mkdir(parents=True, exist_ok=True)
    temporary = staging / final.name
    pq.write_table(rows, temporary, compression="zstd")
    with temporary.open("rb") as file:
        os.fsync(file.fileno())
    temporary.rename(final)
    return HistoryFile(name, record, site, day, "parquet", rows.num_rows, final.stat().st_size, "")
