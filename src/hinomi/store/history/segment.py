"""Arrow segments: files of rows that only grow.

A segment is an Arrow IPC *stream* (the file format could not hold batches whose dictionaries
differ, and could not be read before it is closed), not compressed, so that reading it is mapping
it into memory. A segment cut off anywhere gives every batch that is whole.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from types import TracebackType

import pyarrow as pa

SYNC_EVERY_S = 1.0


class Segment:
    """Writes one segment. `sync_every_s` bounds what a power cut can take."""

    def __init__(self, path: Path, schema: pa.Schema, *, sync_every_s: float = SYNC_EVERY_S) -> None:
        self.path = path
        self.rows = 0
        self._sync_every_s = sync_every_s
        self._synced = time.monotonic()
        self._words: pa.Array | None = None  # the dictionary of `capture`, and where it was written
        self._written: list[tuple[int, int]] = []
        self._file = path.open("x+b", buffering=0)
        self._writer = pa.ipc.new_stream(self._file, schema)

    def write(self, batch: pa.RecordBatch) -> None:
        """Appends a batch; synced to disk at most `sync_every_s` later, at the next call."""
        begin = self._file.tell()
        self._writer.write_batch(batch)
        captures = batch.column("capture") if "capture" in batch.schema.names else None
        if isinstance(captures, pa.DictionaryArray) and (
            self._words is None or not captures.dictionary.equals(self._words)
        ):
            self._words = captures.dictionary  # an equal one is not written again
            self._written.append((begin, self._file.tell()))
        self.rows += batch.num_rows
        if time.monotonic() - self._synced >= self._sync_every_s:
            self.sync()

    @property
    def size(self) -> int:
        """Bytes written so far."""
        return self._file.tell()

    def rename(self, word: str, name: str) -> None:
        """Puts a name of the same length in the place of a word that stands for the rows' capture."""
        old, new, found = word.encode(), name.encode(), 0
        assert len(old) == len(new)
        for begin, end in self._written:
            content, at = os.pread(self._file.fileno(), end - begin, begin), -1
            while (at := content.find(old, at + 1)) >= 0:
                os.pwrite(self._file.fileno(), new, begin + at)
                found += 1
        assert found, f"{self.path.name} does not hold {word}"

    def sync(self) -> None:
        os.fdatasync(self._file.fileno())
        self._synced = time.monotonic()

    def close(self, *, sync: bool = True) -> int:
        """Ends the segment; returns its size in bytes. Without `sync` the caller sees to it."""
        self._writer.close()
        size = self._file.tell()
        if sync:
            self.sync()
        self._file.close()
        return size

    def discard(self) -> None:
        """Closes without care for the content."""
        self._file.close()

    def __enter__(self) -> Segment:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.discard()


def read_segment(path: Path) -> list[pa.RecordBatch]:
    """Every whole batch of a segment, mapped, not copied; a cut tail is left out.

    Raises:
        FileNotFoundError: there is no such file.
    """
    if path.stat().st_size == 0:
        return []  # the header was not written yet, and nothing can be mapped
    batches: list[pa.RecordBatch] = []
    with pa.memory_map(str(path)) as source:
        try:
            reader = pa.ipc.open_stream(source)
            while True:
                batches.append(reader.read_next_batch())
        except (StopIteration, EOFError):
            pass
        except (pa.ArrowInvalid, OSError):
            pass  # cut inside a message: everything before it is whole
    return batches
