"""Which kind of log is it? Told by the first bytes, never by the name alone."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import IO

import pyarrow as pa

from hinomi.intake import zeek
from hinomi.intake.events import reader as events

LINE_BYTES_MAX = 4 << 20
EVENTS = ("syslog", "windows_xml", "windows_json", "windows_evtx")
KINDS = ("zeek", "zeek_json", "eve", "netflow", *EVENTS)


def opened(path: Path) -> IO[bytes]:
    """The file's content, unpacked when it is gzip or zstd.

    Raises:
        OSError: it cannot be opened.
    """
    with path.open("rb") as file:
        head = file.read(4)
    if head[:2] == b"\x1f\x8b":
        return gzip.open(path, "rb")  # type: ignore[return-value]
    if head == b"\x28\xb5\x2f\xfd":
        return pa.input_stream(str(path), compression="zstd")  # type: ignore[no-any-return]
    return path.open("rb")


def kind_of(path: Path) -> str:
    """One of `KINDS`, '' when it is no log that is read here."""
    try:
        if not path.is_file():
            return ""
        with opened(path) as file:
            head = file.read(1 << 16)
    except (OSError, EOFError, pa.ArrowException):
        return ""  # the wire says what is wrong with it
    if head.startswith(b"#separator"):
        return "zeek"
    if head.lstrip()[:1] == b"{":
        return _json(head, path.name) or events.kind_of(head)
    return "netflow" if _is_netflow(head) else events.kind_of(head)


def _json(head: bytes, name: str) -> str:
    line = head.lstrip().split(b"\n", 1)[0]
    try:
        found = json.loads(line)
    except ValueError:
        # A line longer than what was looked at, or cut: its keys still tell.
        return "eve" if b'"event_type"' in line else ""
    if "event_type" in found and "timestamp" in found:
        return "eve"
    if "ts" in found and (zeek.path_of(found, name) or "uid" in found):
        return "zeek_json"
    return ""


def _is_netflow(head: bytes) -> bool:
    """A datagram of version 5, 9 or 10 at its very start."""
    if len(head) < 24:
        return False
    version, count = int.from_bytes(head[:2], "big"), int.from_bytes(head[2:4], "big")
    if version == 5:
        return 0 < count <= 30 and len(head) >= 24 + 48 * count
    if version == 9:
        kind, length = int.from_bytes(head[20:22], "big"), int.from_bytes(head[22:24], "big")
        return 0 < count < 1000 and (kind < 2 or kind >= 256) and 4 <= length < 1 << 14
    if version == 10:
        kind, length = int.from_bytes(head[16:18], "big"), int.from_bytes(head[18:20], "big")
        return 16 <= count <= len(head) and kind >= 2 and 4 <= length <= count - 16
    return False
