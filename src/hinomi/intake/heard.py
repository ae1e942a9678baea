"""Lines of syslog that the tap heard become the rows that a log file of them would give.

The wire hands lines out only when it is asked to (its limit `log_lines_max`), as exchanges of syslog whose
operation is `line`. They end here: what a logon, a session or a connection needs becomes rows, with the packet that
carried the line; the text goes no further.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from hinomi.intake import has_lines
from hinomi.intake.events.reader import EventReader
from hinomi.intake.events.told import Told
from hinomi.intake.rows import Rows

Batches = Iterator[tuple[str, pa.RecordBatch]]


class HeardLines:
    """Takes the lines out of the wire's batches, and gives what they told."""

    def __init__(self, key: bytes, zone: str, hosts: Mapping[str, str], told: Told | None = None) -> None:
        self._key, self._zone, self._hosts, self._told = key, zone, hosts, told
        self._rows: Rows | None = None
        self._reader: EventReader | None = None

    def take(self, record: str, batch: pa.RecordBatch) -> Batches:
        """The batch without lines, and rows that are ready."""
        lines = _lines(record, batch)
        if lines is None:
            yield record, batch
            return
        mask, found = lines
        rest = batch.filter(pc.invert(mask))
        if rest.num_rows:
            yield record, rest
        self._hear(found)
        assert self._rows is not None
        yield from self._rows.ready()

    def finish(self) -> Batches:
        """What is left, when nothing more comes."""
        if self._rows is not None and self._reader is not None:
            self._reader.out.clock = 0
            self._reader.out.finish()
            yield from self._rows.ready(last=True)

    def flush(self) -> Batches:
        """All rows there are, while it goes on (a live tap)."""
        if self._rows is not None:
            yield from self._rows.ready(last=True)

    def _hear(self, found: pa.RecordBatch) -> None:
        if self._rows is None or self._reader is None:
            site, sensor, capture = (found.column(name)[0].as_py() for name in ("site", "sensor", "capture"))
            self._rows = Rows(site, sensor, capture, self._key)
            self._reader = EventReader(self._rows, self._zone, self._hosts, self._told)
        times = found.column("time").cast(pa.int64())
        names = ("packet", "offset", "client_ip", "object")
        for time, packet, offset, sender, text in zip(
            times.to_pylist(), *(found.column(name).to_pylist() for name in names), strict=True
        ):
            self._rows.at = (packet, offset)
            self._reader.hear(text.rstrip("\r\n\0 "), time, sender)


def _lines(record: str, batch: pa.RecordBatch) -> tuple[pa.Array, pa.RecordBatch] | None:
    """Which rows are lines of syslog, and these; None where there are none."""
    if not has_lines(record, batch):
        return None
    mask = pc.and_(pc.equal(batch.column("operation"), "line"), pc.equal(batch.column("protocol"), "syslog"))
    if not pc.any(mask).as_py():
        return None
    return mask, batch.filter(mask)
