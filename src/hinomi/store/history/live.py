"""Rows of a tap as they come: segments that the state names from their first byte on.

A reader sees a batch as soon as it is written; a power cut takes at most the last second. When a
segment is large or old enough it is sealed, and compaction may turn it into Parquet. What a killed
writer left open is sealed by the next one: every whole batch of it counts. The names of segments sort
in the order in which they were begun.
"""

from __future__ import annotations

import secrets
import time
from pathlib import Path

import pyarrow as pa

from hinomi.store.history.names import LIVE
from hinomi.store.history.segment import Segment, read_segment
from hinomi.store.state import HistoryFile, State

SEAL_BYTES = 64_000_000
SEAL_AFTER_S = 300.0


class LiveRows:
    """Writes live rows; the writer's lock must be held as long as it is in use."""

    def __init__(
        self, history: Path, state: State, *, seal_bytes: int = SEAL_BYTES, seal_after_s: float = SEAL_AFTER_S
    ) -> None:
        self._history = history
        self._state = state
        self._seal_bytes = seal_bytes
        self._seal_after_s = seal_after_s
        self._open: dict[str, Segment] = {}
        self._begun = 0.0
        (history / "live").mkdir(exist_ok=True)
        seal_left(history, state)

    def append(self, record: str, batch: pa.RecordBatch) -> None:
        """Writes a batch; it is visible at once, and on disk within a second of the next call."""
        segment = self._open.get(record)
        if segment is None:
            if not self._open:
                self._begun = time.monotonic()
            name = f"live/{time.time_ns():019d}-{secrets.token_hex(4)}.{record}.arrows"
            segment = self._open[record] = Segment(self._history / name, batch.schema)
            with self._state.transaction() as tx:
                tx.put_history_files([HistoryFile(name, record, self._state.site, "", LIVE, 0, 0, "")])
        segment.write(batch)
        if segment.size >= self._seal_bytes:
            self._seal({record: self._open.pop(record)})

    def tick(self) -> None:
        """Syncs what waits and seals what is old; to be called each second."""
        if self._open and time.monotonic() - self._begun >= self._seal_after_s:
            self.close()
        for segment in self._open.values():
            segment.sync()

    def close(self) -> None:
        """Seals everything."""
        segments, self._open = self._open, {}
        self._seal(segments)

    def _seal(self, segments: dict[str, Segment]) -> None:
        closed = [(segment.path.name, segment.rows, segment.close()) for segment in segments.values()]
        if closed:
            with self._state.transaction() as tx:
                for name, rows, size in closed:
                    tx.seal_history_file(f"live/{name}", rows, size)


def seal_left(history: Path, state: State) -> int:
    """Seals the live segments that a killed writer left; returns their number."""
    left = [file for file in state.history_files() if file.format == LIVE]
    if left:
        with state.transaction() as tx:
            for file in left:
                path = history / file.path
                rows = sum(batch.num_rows for batch in read_segment(path))
                tx.seal_history_file(file.path, rows, path.stat().st_size)
    return len(left)
