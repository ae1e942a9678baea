"""Lines of a text file of unknown character set: UTF-8, UTF-16 (as PowerShell writes), Shift_JIS or EUC-JP."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import IO

LINE_BYTES_MAX = 1 << 20
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def wide(head: bytes) -> str:
    """`utf-16-le` or `utf-16-be` where the first bytes say so, else ''."""
    for mark, name in _MARKS[1:]:
        if head.startswith(mark):
            return name
    # Without a mark: ASCII whose every second byte is zero.
    few = head[:64]
    if len(few) >= 16 and len(few) % 2 == 0:
        if not any(few[1::2]) and all(few[::2]):
            return "utf-16-le"
        if not any(few[::2]) and all(few[1::2]):
            return "utf-16-be"
    return ""


def decoded(raw: bytes) -> str:
    """One line as text; a byte that fits nowhere becomes a replacement sign."""
    for name in ("utf-8", "cp932", "euc_jp"):
        try:
            return raw.decode(name)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "replace")


def lines(file: IO[bytes]) -> Iterator[tuple[int, str, str]]:
    """(byte offset, line without its end, state): `long` beyond `LINE_BYTES_MAX`, `open` without an end, else ."""
    head = file.read(64)
    name = wide(head)
    mark = next((mark for mark, _ in _MARKS if head.startswith(mark)), b"")
    end = "\n".encode(name) if name else b"\n"
    held, at, skipping = head[len(mark) :], len(mark), False
    while True:
        place = _end(held, end)
        if place < 0:
            more = file.read(1 << 16)
            if more and len(held) + len(more) <= LINE_BYTES_MAX:
                held += more
                continue
            if not more:
                break
            if not skipping:
                yield at, _text(held, name), "long"
            at, held, skipping = at + len(held), more, True
            continue
        line, held = held[:place], held[place + len(end) :]
        if not skipping:
            yield at, _text(line, name), ""
        at, skipping = at + place + len(end), False
    if held and not skipping:
        yield at, _text(held, name), "open"


def _end(held: bytes, end: bytes) -> int:
    place = held.find(end)
    while place >= 0 and place % len(end):  # of UTF-16 only whole units count
        place = held.find(end, place + 1)
    return place


def _text(raw: bytes, name: str) -> str:
    return (raw.decode(name, "replace") if name else decoded(raw)).rstrip("\r\n\0")
