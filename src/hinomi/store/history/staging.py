"""Rows of a run before it is finished, and the one step that makes them visible.

    1. batches go to      staging/<run>/<n>.<record>.arrows   (n: the n-th capture of the run)
    2. all are synced, then the directory is renamed to  history/runs/<run>
    3. one transaction of the state names these files, the captures, devices and findings

A crash before 3 leaves files that the state does not name; the next writer removes them. A crash
after 3 leaves nothing to do. So the state's transaction alone decides whether a run happened.
"""

from __future__ import annotations

import os
import shutil
import threading
from pathlib import Path

import pyarrow as pa

from hinomi.store.history.segment import Segment
from hinomi.store.state.shapes import HistoryFile


class Staging:
    """The rows of one run, hidden until `publish`."""

    def __init__(self, staging: Path, history: Path, run: str, site: str) -> None:
        self.run = run
        self._site = site
        self._path = staging / run
        self._target = history / "runs" / run
        self._path.mkdir()
        self._open: dict[str, Segment] = {}
        self._number = 0
        self._files: list[HistoryFile] = []
        self._syncing: list[threading.Thread] = []

    def begin(self) -> None:
        """Starts the rows of the next capture."""
        self._open = {}

    def write(self, record: str, batch: pa.RecordBatch) -> None:
        """Appends rows of the capture begun last."""
        segment = self._open.get(record)
        if segment is None:
            path = self._path / f"{self._number}.{record}.arrows"
            segment = self._open[record] = Segment(path, batch.schema)
        segment.write(batch)

    def rename(self, word: str, name: str) -> None:
        """The rows of the capture begun last bore `word` for want of its name, which is known now."""
        for segment in self._open.values():
            segment.rename(word, name)

    def paths(self) -> dict[str, Path]:
        """Files of the capture begun last, record -> path."""
        return {record: segment.path for record, segment in self._open.items()}

    def keep(self) -> dict[str, int]:
        """Ends the capture begun last and keeps its rows; returns rows per record."""
        rows = {}
        closed = list(self._open.values())
        for record, segment in self._open.items():
            size = segment.close(sync=False)
            rows[record] = segment.rows
            path = f"runs/{self.run}/{segment.path.name}"
            self._files.append(HistoryFile(path, record, self._site, "", "arrow", segment.rows, size, self.run))
        self._open = {}
        self._number += 1
        # The disk writes while the stages think; `publish` waits for it.
        thread = threading.Thread(target=_sync_files, args=([segment.path for segment in closed],))
        thread.start()
        self._syncing.append(thread)
        return rows

    def forget(self) -> None:
        """Drops the rows of the capture begun last."""
        for segment in self._open.values():
            segment.discard()
            segment.path.unlink()
        self._open = {}

    def local(self, file: HistoryFile) -> Path:
        """Where a kept file lies now."""
        base = self._path if self._path.exists() else self._target
        return base / Path(file.path).name

    @property
    def files(self) -> list[HistoryFile]:
        return self._files

    def publish(self) -> list[HistoryFile]:
        """Puts the files in their place; they exist for readers once the state names them."""
        self._wait()
        self._target.parent.mkdir(parents=True, exist_ok=True)
        _sync_directory(self._path)
        self._path.rename(self._target)
        _sync_directory(self._target.parent)
        return self._files

    def _wait(self) -> None:
        for thread in self._syncing:
            thread.join()
        self._syncing = []

    def discard(self) -> None:
        """Removes everything, published or not."""
        self.forget()
        self._wait()
        shutil.rmtree(self._path, ignore_errors=True)
        shutil.rmtree(self._target, ignore_errors=True)


def _sync_files(paths: list[Path]) -> None:
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _sync_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
