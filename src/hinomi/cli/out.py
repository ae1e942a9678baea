"""What commands print: tables for people, tab-separated lines for pipes, JSON for programs."""

from __future__ import annotations

import dataclasses
import json
import os
import sys
from collections.abc import Iterable, Sequence
from enum import Enum
from typing import Any

from hinomi.texts import text


def lang() -> str:
    """Language of this run, decided once in `run`."""
    return os.environ.get("HINOMI_LANG", "en")


def t(id: str, /, **facts: object) -> str:
    """The text `id` in the language of this run."""
    return text(id, lang(), **facts)


def say(line: str) -> None:
    """One line of result."""
    sys.stdout.write(line + "\n")


def note(line: str) -> None:
    """One line beside the result, for the person at the keyboard."""
    sys.stdout.flush()
    sys.stderr.write(line + "\n")


def complain(sentence: str, hint: str = "") -> None:
    """A problem: one sentence, then what to do."""
    word = t("cli.hint") if hint else ""
    note(f"hinomi: {sentence}" + (f"\n{word}: {hint}" if hint else ""))


def put_json(value: Any) -> None:
    """JSON of dataclasses, enums and plain values. Times stay UTC nanoseconds."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2, default=_plain)
    sys.stdout.write("\n")


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no JSON")


def put_table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table: drawn on a terminal; tab-separated, whole and without colour into a pipe."""
    if not sys.stdout.isatty():
        say("\t".join(heads))
        for row in rows:
            say("\t".join(cell.replace("\t", " ").replace("\n", " ") for cell in row))
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in heads:
        table.add_column(head, overflow="fold")
    for row in rows:
        table.add_row(*(Text(printable(cell)) for cell in row))  # Text: a device's name is no markup
    Console(highlight=False).print(table)


def printable(cell: str) -> str:
    """Without control characters: what a device calls itself must not steer the terminal."""
    return "".join(c if c.isprintable() or c == "\n" else "\ufffd" for c in cell)


def when(ns: int | None, zone: str) -> str:
    """A time for people: local date and time to the second; '' when there is none."""
    if not ns:
        return ""
    from datetime import UTC, datetime
    from zoneinfo import ZoneInfo

    try:
        place: Any = ZoneInfo(zone)
    except (KeyError, ValueError):
        place = UTC
    return datetime.fromtimestamp(ns // 1_000_000_000, place).strftime("%Y-%m-%d %H:%M:%S")


def size(number: int) -> str:
    """Bytes for people."""
    value = float(number)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} TB"
