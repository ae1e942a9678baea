"""`LogReader`: a log as the pipeline reads a capture, batch by batch."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

import pyarrow as pa

from hinomi import _wire
from hinomi.intake import eve, sniff, zeek
from hinomi.intake.events.reader import EventReader
from hinomi.intake.events.told import Told
from hinomi.intake.netflow import Exports, MalformedError
from hinomi.intake.rows import Rows

Batches = Iterator[tuple[str, pa.RecordBatch]]
_EXPORT_VERSIONS = (5, 9, 10)


def open_log(
    path: str, *, site: str, sensor: str, key: bytes, kind: str = "", zone: str = "Asia/Tokyo",
    hosts: Mapping[str, str] | None = None, told: Told | None = None,
) -> LogReader | None:  # fmt: skip
    """A reader of the log, None when the file is none (then it is a capture, or nothing at all).

    Args:
        kind: one of `sniff.KINDS`, to read a capture of an exporter's datagrams as what they tell.
        zone: of times that a log gives without one.
        hosts: address of a machine that a log calls by its name alone, in lower case.
        told: which lines another source told already.

    Raises:
        hinomi._wire.CaptureError: it cannot be opened.
    """
    place = Path(path)
    found = kind or ("" if path == "-" else sniff.kind_of(place))
    return LogReader(place, found, site, sensor, key, zone, hosts or {}, told) if found else None


class LogReader:
    """Iterate for (record, batch); then ask for the summary."""

    def __init__(
        self, path: Path, kind: str, site: str, sensor: str, key: bytes, zone: str, hosts: Mapping[str, str],
        told: Told | None = None,
    ) -> None:  # fmt: skip
        self._path, self._kind = path, kind
        self._rows = Rows(site, sensor, _wire.capture_id(path), key)
        self._capture = self._rows._common["capture"]
        self._total = path.stat().st_size
        self._lines = self._bytes = 0
        self._bad = 0
        self._stopped = False
        self._cut: tuple[int, str] | None = None
        self._events = EventReader(self._rows, zone, hosts, told) if kind in sniff.EVENTS else None
        self._batches = self._read()
        self._over = False

    def __iter__(self) -> Batches:
        return self

    def __next__(self) -> tuple[str, pa.RecordBatch]:
        try:
            return next(self._batches)
        except StopIteration:
            self._over = True
            raise

    def progress(self) -> tuple[int, int, int]:
        """(bytes done, bytes in all, lines)."""
        return min(self._bytes, self._total), self._total, self._lines

    def stop(self) -> None:
        self._stopped = True

    def summary(self) -> dict[str, Any] | None:
        """As the wire's; packets are lines, or datagrams."""
        if not self._over:
            return None
        rows = self._rows
        counts = {f"{name}s": rows.counts[name] for name in ("flow", "clue", "exchange", "reading", "note")}
        return {
            "capture_id": self._capture, "format": self._kind, "compression": "none", "link_types": [],
            "unknown_link_types": [], "first": rows.first, "last": rows.last,
            "truncated_at": self._cut[0] if self._cut else None, "truncated_why": self._cut[1] if self._cut else None,
            "drops": 0, "stopped": self._stopped, "packets": self._lines, "bytes": self._bytes, **counts,
            "duplicates": 0, "malformed": self._bad, "gap_bytes": 0, "evicted": 0, "over_limit": 0,
        }  # fmt: skip

    # --- content

    def _read(self) -> Batches:
        try:
            with sniff.opened(self._path) as file:
                if self._events is not None:
                    yield from self._entries(self._events, file)
                else:
                    yield from self._datagrams(file) if self._kind == "netflow" else self._text(file)
        except (OSError, EOFError, pa.ArrowException) as error:
            self._cut = (self._bytes, str(error) or "its compressed content ends in the middle")
        told = any(self._rows.counts.values()) or self._rows._clues or (self._events and self._events.understood)
        if not self._lines or not told:
            raise _fault(self._path, self._cut[1] if self._cut else "no line of it could be understood")
        yield from self._rows.ready(last=True)

    def _text(self, file: IO[bytes]) -> Batches:
        columns = zeek.Columns()
        at = 0
        while not self._stopped:
            raw = file.readline(sniff.LINE_BYTES_MAX)
            if not raw:
                return
            self._lines += 1
            self._rows.at = (self._lines, at)
            at += len(raw)
            self._bytes = at
            if len(raw) == sniff.LINE_BYTES_MAX and not raw.endswith(b"\n"):
                self._rows.note("over_limit", "intake.line_bytes_max", "a line longer than LINE_BYTES_MAX")
                while raw and not raw.endswith(b"\n"):
                    raw = file.readline(sniff.LINE_BYTES_MAX)
                    at += len(raw)
                continue
            if not raw.endswith(b"\n") and self._kind != "zeek":
                self._cut = (self._rows.at[1], "the log ends inside a line") if not _whole(raw) else None
            self._line(raw.decode("utf-8", "replace").rstrip("\r\n"), columns)
            yield from self._rows.ready()

    def _line(self, line: str, columns: zeek.Columns) -> None:
        if not line.strip():
            return
        if self._kind == "zeek" and line.startswith("#"):
            columns.head(line)
            return
        try:
            if self._kind == "zeek":
                row = columns.row(line)
                if row is None:
                    raise ValueError
                known, what = zeek.read(self._rows, columns.path, row), columns.path
            else:
                row = json.loads(line)
                if not isinstance(row, dict):
                    raise ValueError
                if self._kind == "eve":
                    known, what = eve.read(self._rows, row), str(row.get("event_type"))
                else:
                    what = zeek.path_of(row, self._path.name)
                    known = zeek.read(self._rows, what, row)
        except (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError, RecursionError):
            self._bad += 1
            self._rows.note("malformed", f"{self._kind}.line", "a line that is cut or does not fit what it should be")
            return
        if not known:
            self._rows.note(
                "unknown", f"{self._kind}.kind", f"lines of a kind that is not read, the first: {what[:40]}"
            )

    def _entries(self, reader: EventReader, file: IO[bytes]) -> Batches:
        for number, at in reader.entries(self._path, self._kind, file):
            self._lines, self._bytes, self._bad = number, at, reader.bad
            yield from self._rows.ready()
            if self._stopped:
                return
        self._bad = reader.bad
        if reader.cut:
            self._cut = (self._bytes, reader.cut)

    # --- datagrams

    def _datagrams(self, file: IO[bytes]) -> Batches:
        exports = Exports(self._rows)
        for at, exporter, data in _exported(file):
            if self._stopped:
                return
            self._lines += 1
            self._bytes = at
            self._rows.at = (self._lines, at)
            try:
                exports.datagram(exporter, data)
            except MalformedError as why:
                self._bad += 1
                self._rows.note("malformed", "netflow.datagram", f"a datagram that cannot be read, the first: {why}")
            except (ValueError, struct.error, IndexError, OverflowError):
                self._bad += 1
                self._rows.note("malformed", "netflow.datagram", "a datagram that cannot be read")
            yield from self._rows.ready()
        exports.finish()


def _whole(raw: bytes) -> bool:
    try:
        json.loads(raw)
    except ValueError:
        return False
    return True


def _fault(path: Path, why: str) -> Exception:
    sentence = f"Cannot read {path}: {why}."
    hint = "give logs of Zeek or Suricata, NetFlow datagrams, syslog text, or Windows events (XML, JSON, .evtx)"
    error = _wire.CaptureError((sentence, hint))
    error.sentence, error.hint = sentence, hint
    return error


def _exported(file: IO[bytes]) -> Iterator[tuple[int, str, bytes]]:
    """(offset, exporter, datagram): out of a pcap of the export, or of datagrams one behind the other."""
    content = file.read()
    magic = content[:4]
    orders = {b"\xd4\xc3\xb2\xa1": "<", b"\x4d\x3c\xb2\xa1": "<", b"\xa1\xb2\xc3\xd4": ">", b"\xa1\xb2\x3c\x4d": ">"}
    if magic in orders:
        yield from _captured(content, orders[magic])
        return
    at = 0
    while at + 16 <= len(content):
        length = _length(content, at)
        if length <= 0:
            break
        yield at, "", content[at : at + length]
        at += length


def _length(content: bytes, at: int) -> int:
    """Bytes of the datagram at `at`; 0 when none begins there."""
    version, count = (int(n) for n in struct.unpack_from(">HH", content, at))
    if version == 5:
        return 24 + 48 * count
    if version == 10:
        return count if count >= 16 else 0
    if version != 9:
        return 0
    # Version 9 does not say its length: its sets follow each other until the next header.
    end = at + 20
    while end + 4 <= len(content):
        kind, length = struct.unpack_from(">HH", content, end)
        if (1 < kind < 256) or length < 4:
            break
        end += length
    return end - at


def _captured(content: bytes, order: str) -> Iterator[tuple[int, str, bytes]]:
    """UDP payloads of an Ethernet pcap that begin like NetFlow."""
    at = 24
    while at + 16 <= len(content):
        (length,) = struct.unpack_from(f"{order}I", content, at + 8)
        frame = content[at + 16 : at + 16 + length]
        found = _udp(frame)
        if found and int.from_bytes(found[1][:2], "big") in _EXPORT_VERSIONS:
            yield at, *found
        at += 16 + length


def _udp(frame: bytes) -> tuple[str, bytes] | None:
    """(source, payload) of a UDP datagram over IPv4 or IPv6, tagged or not."""
    import ipaddress

    at = 12
    while frame[at : at + 2] in (b"\x81\x00", b"\x88\xa8"):
        at += 4
    kind, packet = frame[at : at + 2], frame[at + 2 :]
    if kind == b"\x08\x00" and len(packet) >= 28 and packet[9] == 17:
        start = (packet[0] & 15) * 4
        return str(ipaddress.ip_address(packet[12:16])), packet[
            start + 8 : start + int.from_bytes(packet[start + 4 : start + 6], "big")
        ]
    if kind == b"\x86\xdd" and len(packet) >= 48 and packet[6] == 17:
        return str(ipaddress.ip_address(packet[8:24])), packet[48 : 40 + int.from_bytes(packet[44:46], "big")]
    return None
