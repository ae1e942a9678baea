"""Frames of the parser: one byte the record, four the length, then an Arrow stream of one batch.

The parser reads hostile bytes, so what it says is looked at before it is believed: the length, the
columns, and every offset inside.
"""

from __future__ import annotations

import os

import pyarrow as pa

from hinomi import _wire, records

FRAME_BYTES_MAX = 64_000_000
READ_BYTES = 1 << 20
_HEAD = 5


class FrameError(Exception):
    """The parser said something that cannot be."""


class Frames:
    """Collects what a pipe gives."""

    def __init__(self, source: int) -> None:
        self._source = source
        self._held = bytearray()
        self.ended = False

    def read(self) -> list[tuple[str, pa.RecordBatch]]:
        """One read, which waits; the frames that are whole by then.

        Raises:
            FrameError: it is no frame.
        """
        part = os.read(self._source, READ_BYTES)
        self.ended = not part
        self._held += part
        found, at = [], 0
        while len(self._held) - at >= _HEAD:
            number, length = self._held[at], int.from_bytes(self._held[at + 1 : at + _HEAD], "little")
            if number >= len(_wire.RECORDS) or length > FRAME_BYTES_MAX:
                raise FrameError
            end = at + _HEAD + length
            if len(self._held) < end:
                break
            found.append((_wire.RECORDS[number], _batch(_wire.RECORDS[number], bytes(self._held[at + _HEAD : end]))))
            at = end
        del self._held[:at]
        return found


def _batch(record: str, body: bytes) -> pa.RecordBatch:
    try:
        batch = pa.ipc.open_stream(body).read_next_batch()
        batch.validate(full=True)
    except (pa.ArrowInvalid, pa.ArrowException, StopIteration) as error:
        raise FrameError from error
    if batch.schema != records.SCHEMAS[record]:
        raise FrameError
    return batch


def joined(batches: list[pa.RecordBatch]) -> pa.RecordBatch:
    """One batch of several of a record."""
    if len(batches) == 1:
        return batches[0]
    whole = pa.Table.from_batches(batches).unify_dictionaries().combine_chunks()
    return whole.to_batches()[0]
