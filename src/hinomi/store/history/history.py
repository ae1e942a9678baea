"""`History`: questions to the rows."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from hinomi.conversations.columns import CONVERSATION_SCHEMA
from hinomi.model import EvidenceRef
from hinomi.store.history import asking, evidence, questions
from hinomi.store.history.engine import Engine, Sources
from hinomi.store.history.evidence import EvidenceFile
from hinomi.store.history.merging import merged_clues, one_each
from hinomi.store.history.names import LIVE, RECORDS
from hinomi.store.history.schemas import schema
from hinomi.store.history.segment import read_segment
from hinomi.store.state.shapes import HistoryFile
from hinomi.store.state.state import State

__all__ = ["CONVERSATION_SCHEMA", "RECORDS", "History"]


class History:
    """The rows of one site. Opens files lazily; safe to use from several threads."""

    def __init__(self, path: Path, state: State, evidence_key: Callable[[], bytes] = bytes) -> None:
        self.path = path
        self.evidence_key = evidence_key
        self._state = state
        self._lock = threading.Lock()
        self._engine: Engine | None = None
        self._sources: Sources | None = None
        self._seen: tuple[tuple[str, int], ...] | None = None
        self._batches: dict[str, list[pa.RecordBatch]] = {}
        self._extra: list[tuple[str, Path]] = []
        self._one_capture = False

    def sql(self, query: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> pa.Table:
        """Runs DuckDB SQL over the views (read only) and returns an Arrow table.

        `?` in `query` stands for `params` in order, `$name` for those of a mapping; a list parameter works with
        `= ANY(?)`. New rows of finished runs are seen by the next call.

        Raises:
            duckdb.Error: the SQL is wrong.
        """
        sources = self._current()
        return self._opened().run(sources, query, params)

    def ask(self, query: str, *, rows_max: int = asking.ROWS_MAX) -> asking.Told:
        """A person's own question: one SELECT over the records, at most `asking.ROWS_MAX` rows of answer.

        Raises:
            hinomi.texts.Problem: no SELECT, wrong SQL, or it took too long.
        """
        sources = self._current()
        return self._opened().tell(sources, query, rows_max)

    def table(
        self,
        record: str,
        columns: Sequence[str] | None = None,
        *,
        where: str = "",
        params: Sequence[Any] = (),
        order_by: str = "",
        limit: int | None = None,
        offset: int = 0,
    ) -> pa.Table:
        """Rows of a record. `where` and `order_by` are SQL; values go into `params`, never into it.

        Raises:
            ValueError: unknown record or column.
        """
        known = schema(record).names
        for name in columns or ():
            if name not in known:
                raise ValueError(f"{record} has no column {name!r}; known: {', '.join(known)}")
        selected = ", ".join(f'"{name}"' for name in columns or known)
        query = f"SELECT {selected} FROM {record}"
        query += f" WHERE {where}" if where else ""
        query += f" ORDER BY {order_by}" if order_by else ""
        query += f" LIMIT {int(limit)}" if limit is not None else ""
        query += f" OFFSET {int(offset)}" if offset else ""
        return self.sql(query, params)

    def lines_told(self, first: int, last: int) -> list[tuple[str, int, str]]:
        """(mark, time, capture) of the exchanges between two moments (ns) that became of lines of a log."""
        where, mark = '"time" BETWEEN ? AND ? AND detail LIKE ?', "json_extract_string(detail, '$.line')"
        query = f'SELECT {mark}, "time", capture FROM exchange WHERE {where}'
        return [tuple(row.values()) for row in self.sql(query, (first, last, '%"line":%')).to_pylist()]

    def raw(self, record: str) -> pa.Table:
        """All rows of a record with the schema of its files: times are timestamps, words dictionaries.

        Arrow segments are mapped, not copied; Parquet is read into memory.
        """
        sources = self._current()
        parts = [sources.arrow[record]]
        if sources.parquet.get(record):
            import pyarrow.parquet as pq

            parts += [pq.read_table(path, partitioning=None) for path in sources.parquet[record]]
        wanted = schema(record)
        parts = [part if part.schema == wanted else part.select(wanted.names).cast(wanted) for part in parts]
        return pa.concat_tables(parts)

    def counts(self) -> dict[str, int]:
        """Rows per record."""
        found = dict.fromkeys(RECORDS, 0)
        for file in self._state.history_files():
            live = file.format == LIVE
            rows = sum(b.num_rows for b in read_segment(self.path / file.path)) if live else file.rows
            found[file.record] += rows
        return found

    def span(self) -> tuple[int, int] | None:
        """First and last packet heard, ns; None while nothing was."""
        heard = [c for c in self._state.captures() if c.packets]
        return (min(c.first for c in heard), max(c.last for c in heard)) if heard else None

    def clues_merged(self) -> pa.Table:
        """All clues over all captures, one row per (site, host, vlan, attribute, value, protocol, port).

        Columns are those of `clue`, times as int64 ns, words as dictionaries: count summed, first the
        earliest, last the latest; sensor, capture, packet and offset are those of the earliest
        sighting that has a packet.
        """
        return merged_clues(self.raw("clue"))

    def conversations(self, *, where: str = "", params: Sequence[Any] = (), by_hour: bool = True) -> pa.Table:
        """Conversations over all captures, merged (CONVERSATION_SCHEMA).

        With `by_hour=False` the hours fall together and `hour` is the first one.
        """
        if by_hour and not where:
            rows = self.raw("conversation")
            if self._one_capture:
                return rows  # as `conversations.build` made them: one each, and in order
            settled = one_each(rows)
            if settled is not None:
                return settled
        return self.sql(questions.conversations(where, by_hour), params).cast(schema("conversation"))

    def evidence(self, capture: str | EvidenceRef) -> EvidenceFile:
        """The file a reference points into; the file may have gone since, which it then says."""
        id = capture.capture if isinstance(capture, EvidenceRef) else capture
        return evidence.find(self._state.capture(id), self.path.parent)

    def packet(self, ref: EvidenceRef) -> dict[str, Any]:
        """The packet behind a claim, as `hinomi._wire.packet` gives it.

        Raises:
            hinomi.texts.Problem: the capture has gone or changed (evidence.gone, …).
        """
        return evidence.packet(self.evidence(ref), ref, self.evidence_key)

    def slice(self, refs: Sequence[EvidenceRef], out: Path) -> int:
        """Writes the packets of `refs` (all of one or several captures) to a pcapng; returns their number.

        Raises:
            hinomi.texts.Problem: none of the captures can be opened.
        """
        return evidence.cut(self, refs, out)

    def refresh(self) -> None:
        """Looks at once for new files; `sql` does so by itself."""
        self._seen = None
        self._current()

    def include(self, files: Sequence[tuple[str, Path]]) -> None:
        """Adds (record, segment) of a run that is not visible yet, for this `History` alone.

        The run that is being finished asks its questions over old and new rows together before
        it publishes anything. `include([])` ends it.
        """
        self._extra = list(files)
        self._seen = None

    def remove_unnamed(self) -> list[str]:
        """Removes files that the state does not name; only with the writer's lock held."""
        named = {file.path for file in self._state.history_files()}
        removed = []
        for entry in sorted(self.path.rglob("*"), reverse=True):  # a folder comes after what it holds
            name = entry.relative_to(self.path).as_posix()
            if entry.is_dir():
                if not any(entry.iterdir()):
                    shutil.rmtree(entry, ignore_errors=True)
            elif name not in named:
                entry.unlink(missing_ok=True)
                removed.append(name)
        return removed

    def close(self) -> None:
        with self._lock:
            if self._engine is not None:
                self._engine.close()
            self._engine = self._sources = None
            self._seen = None
            self._batches = {}

    def _opened(self) -> Engine:
        with self._lock:
            if self._engine is None:
                self._engine = Engine(self.path)
            return self._engine

    def _current(self) -> Sources:
        """The visible files as tables; built anew only when files came, went or grew."""
        for attempt in range(3):
            files = self._state.history_files()
            try:
                with self._lock:
                    seen = tuple((f.path, self._size(f)) for f in files)
                    if self._sources is None or seen != self._seen:
                        version = self._sources.version + 1 if self._sources else 1
                        self._sources = self._open(files, version)
                        self._seen = seen
                    return self._sources
            except FileNotFoundError:
                # Another process compacted the history since the state was asked: ask again.
                if attempt == 2:
                    raise
        raise AssertionError

    def _size(self, file: HistoryFile) -> int:
        return (self.path / file.path).stat().st_size if file.format == LIVE else file.bytes

    def _open(self, files: Sequence[HistoryFile], version: int) -> Sources:
        batches: dict[str, list[pa.RecordBatch]] = {record: [] for record in RECORDS}
        parquet: dict[str, list[str]] = {}
        mapped: dict[str, list[pa.RecordBatch]] = {}
        for file in files:
            path = self.path / file.path
            if file.format == "parquet":
                parquet.setdefault(file.record, []).append(str(path))
                continue
            held = None if file.format == LIVE else self._batches.get(file.path)
            mapped[file.path] = held if held is not None else read_segment(path)
            batches[file.record] += mapped[file.path]
        for record, path in self._extra:
            batches[record] += read_segment(path)
        self._batches = mapped
        runs = [file.run for file in files if file.record == "conversation"]
        runs += ["in work" for record, _ in self._extra if record == "conversation"]
        self._one_capture = len(runs) == 1 and runs[0] != ""
        arrow = {record: _table(record, rows) for record, rows in batches.items()}
        return Sources(version, arrow, parquet)


def _table(record: str, batches: list[pa.RecordBatch]) -> pa.Table:
    if not batches:
        # Not empty_table(): that makes arrays of Python lists, for which pyarrow looks for pandas.
        return pa.Table.from_batches([], schema(record))
    # Files of an older program may lack a column or hold a narrower type.
    parts: dict[pa.Schema, list[pa.RecordBatch]] = {}
    for batch in batches:
        parts.setdefault(batch.schema, []).append(batch)
    tables = [pa.Table.from_batches(rows, schema=own) for own, rows in parts.items()]
    if len(tables) == 1:
        return tables[0]
    return pa.concat_tables(tables, promote_options="permissive")
