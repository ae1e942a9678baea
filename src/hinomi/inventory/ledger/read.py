"""A ledger file as hospitals keep it: any column order, titles above the header, merged cells, Shift_JIS.

Nothing is guessed silently: `Sheet.columns` says which column was taken for what and how surely, and
`read(..., columns={…})` takes a person's correction.
Cells are kept as they were written; what is compared is made plain in `Row.values`.
"""

from __future__ import annotations

import csv
import io
import re
import tomllib
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from hinomi.inventory.ledger import values
from hinomi.knowledge_path import knowledge_file
from hinomi.texts import Problem

ROWS_MAX = 200_000
COLUMNS_MAX = 500
HEADER_ROWS_MAX = 40  # the header is looked for in so many first rows
HEADER_CELLS_MIN = 2  # recognised headings that make a row the header
# Fields that name a device by themselves.
_NAMING = frozenset({"asset_number", "name", "model", "serial", "mac", "ip", "hostname", "ae_title"})
_SUM = re.compile(r"^(?:小計|合計|総計|総合計|計|累計|sub-?total|(?:grand )?total)(?:[\s:(].*)?$", re.IGNORECASE)
_REMARK = re.compile(r"^(?:[※*＊・◎注]|備考|注意|注記|以上|note)", re.IGNORECASE)
EMPTY_ROWS_MAX = 1_000  # a sheet ends after so many empty rows: formats often reach to the last row
NOTES_MAX = 200
DATES = ("bought", "support_end", "retired")
_ENCODINGS = ("utf-8-sig", "cp932", "euc_jp")


class LedgerError(Problem):
    """A ledger that cannot be used: one plain sentence and what to do."""


@dataclass(frozen=True, slots=True)
class Note:
    """What a person should know about the ledger as it was read."""

    ja: str
    en: str


@dataclass(frozen=True, slots=True)
class Column:
    """What one column was taken for. `field` '' = not recognised (kept for the round trip)."""

    index: int
    heading: str
    field: str
    sure: float  # 1.0 exact heading or a person's word, 0.7 heading contains the name


@dataclass(slots=True)
class Row:
    """One line of the ledger. `values` by field, made comparable; `cells` as they stood."""

    number: int  # row in the file, from 1
    values: dict[str, str]
    cells: list[str]
    macs: list[str] = field(default_factory=list)
    ips: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Sheet:
    """A ledger as read."""

    name: str
    header_row: int
    columns: list[Column]
    rows: list[Row]
    notes: list[Note]  # doubles, cells that could not be read, columns that were not recognised


@lru_cache(maxsize=1)
def _headings() -> list[tuple[str, str]]:
    """(heading made comparable, field), longest first."""
    with knowledge_file("ledger.toml").open("rb") as stream:
        data = tomllib.load(stream)
    rows = [(values.key(name), column["field"]) for column in data["column"] for name in column["names"]]
    return sorted(rows, key=lambda row: -len(row[0]))


def fields() -> list[str]:
    """Every field a column can be taken for."""
    with knowledge_file("ledger.toml").open("rb") as stream:
        return [str(column["field"]) for column in tomllib.load(stream)["column"]]


def keys(sheet: Sheet) -> list[str]:
    """A name for each row that holds in the next ledger too: its asset number, else serial, address, words.

    Rows that say the same are counted (`#2`), so that a link never jumps to another of them.
    """
    out, seen = [], dict[str, int]()
    for row in sheet.rows:
        told = row.values
        for name, value in (
            ("asset", values.key(told.get("asset_number", ""))),
            ("serial", values.key(told.get("serial", ""))),
            ("mac", ",".join(row.macs)),
            ("words", "|".join(values.key(told.get(n, "")) for n in ("name", "model", "location", "department"))),
        ):
            if value.strip("|"):
                key = f"{name}:{value}"
                break
        else:
            key = "words:" + "|".join(values.key(cell) for cell in row.cells)
        seen[key] = seen.get(key, 0) + 1
        out.append(key if seen[key] == 1 else f"{key}#{seen[key]}")
    return out


def recognise(heading: str) -> tuple[str, float]:
    """(field, how sure) of a heading; ('', 0) when it is none we know."""
    plain = values.key(heading)
    if not plain:
        return "", 0.0
    for name, column in _headings():
        if plain == name:
            return column, 1.0
    for name, column in _headings():
        # Two letters (OS, SN, AE) inside a longer heading say nothing.
        if len(name) >= (2 if not name.isascii() else 4) and name in plain:
            return column, 0.7
    return "", 0.0


def read(path: Path, columns: Mapping[int, str] | None = None, sheet: str | None = None) -> Sheet:
    """Read CSV, TSV or Excel (.xlsx, .xlsm). `columns` (index → field) is a person's word over the guess.

    Raises LedgerError with a plain sentence; OSError when the file cannot be opened.
    """
    name, grid = _excel(path, sheet) if path.suffix.lower() in (".xlsx", ".xlsm") else (path.name, _text(path))
    if not any(any(row) for row in grid):
        raise LedgerError("ledger.no_rows", name=path.name)
    at, guessed = _header(grid)
    if at < 0:
        raise LedgerError("ledger.no_header", name=path.name, rows=HEADER_ROWS_MAX)
    taken = _taken(guessed, columns or {})
    rows: list[Row] = []
    left_out: list[tuple[int, str]] = []
    above: dict[str, str] = {}
    for number, cells in enumerate(grid[at + 1 :], start=at + 2):
        if not any(cells) or _repeats_header(cells, taken):
            continue
        if _is_no_device(cells, taken):
            left_out.append((number, next(cell for cell in cells if cell)))
            continue
        rows.append(_row(number, cells, taken, above))
        above = rows[-1].values
    return Sheet(name, at + 1, taken, rows, [*_left_out(left_out), *_blanks(rows, taken), *_notes(rows, taken)])


def _text(path: Path) -> list[list[str]]:
    raw = path.read_bytes()
    if raw[:4] == b"PK\x03\x04" or raw[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise LedgerError("ledger.hidden_excel", name=path.name)
    encodings = ("utf-16", *_ENCODINGS) if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else _ENCODINGS
    for encoding in encodings:
        try:
            decoded = raw.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise LedgerError("ledger.bad_encoding", name=path.name)
    head = "\n".join(decoded.splitlines()[:HEADER_ROWS_MAX])
    delimiter = max(",\t;", key=head.count)
    grid: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(decoded), delimiter=delimiter):
            if len(grid) >= ROWS_MAX:
                raise LedgerError("ledger.too_many_rows", name=path.name, most=ROWS_MAX)
            grid.append([values.written(cell) for cell in row[:COLUMNS_MAX]])
    except csv.Error as error:
        raise LedgerError("ledger.no_table", name=path.name) from error
    return grid


def _excel(path: Path, sheet: str | None) -> tuple[str, list[list[str]]]:
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(path, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise LedgerError("ledger.bad_excel", name=path.name) from error
    if sheet is not None and sheet not in book.sheetnames:
        raise LedgerError("ledger.no_sheet", name=path.name, sheet=sheet, known=", ".join(book.sheetnames))
    best: tuple[int, str, list[list[str]]] = (-1, "", [])
    for name in [sheet] if sheet else book.sheetnames:
        page = book[name]
        if not hasattr(page, "merged_cells"):  # a chart sheet
            continue
        grid = _grid(page, path.name)
        for area in page.merged_cells.ranges:
            _spread(grid, area.min_row - 1, area.min_col - 1, area.max_row, area.max_col)
        # A sheet with a header wins over a longer one without.
        size = sum(any(row) for row in grid) + (ROWS_MAX if _header(grid)[0] >= 0 else 0)
        if size > best[0]:
            best = (size, f"{path.name} / {name}", grid)
    return best[1], best[2]


def _grid(page: Any, name: str) -> list[list[str]]:
    """The cells of a sheet as they stand, up to its last row that says something."""
    grid: list[list[str]] = []
    empty = 0
    for row in page.iter_rows(max_row=page.max_row, max_col=min(page.max_column, COLUMNS_MAX), values_only=True):
        cells = [values.written(cell) for cell in row]
        empty = 0 if any(cells) else empty + 1
        if empty > EMPTY_ROWS_MAX:
            break
        if len(grid) - empty >= ROWS_MAX:
            raise LedgerError("ledger.too_many_rows", name=name, most=ROWS_MAX)
        grid.append(cells)
    return grid[: len(grid) - min(empty, len(grid))]


def _spread(grid: list[list[str]], top: int, left: int, bottom: int, right: int) -> None:
    """A merged cell's value holds for every row and column it covers."""
    if top >= len(grid) or left >= len(grid[top]):
        return
    value = grid[top][left]
    for row in grid[top:bottom]:
        row[left:right] = [value] * len(row[left:right])


def _header(grid: Sequence[Sequence[str]]) -> tuple[int, list[Column]]:
    """(index of the last header row, columns). Two header rows (group above detail) are read as one."""
    best: tuple[float, int, list[Column]] = (0.0, -1, [])
    for at in range(min(len(grid), HEADER_ROWS_MAX)):
        columns = _columns(grid[at])
        score = sum(c.sure for c in columns if c.field)
        fields = {c.field for c in columns if c.field}
        if len(fields) >= HEADER_CELLS_MIN and score > best[0]:
            best = (score, at, columns)
        if at and len({c.field for c in _columns(grid[at - 1]) if c.field}) >= 1:
            joined = [
                f"{above} {below}".strip() if above != below else below
                for above, below in zip(_padded(grid[at - 1], len(grid[at])), grid[at], strict=False)
            ]
            both = _columns(joined)
            both_score = sum(c.sure for c in both if c.field)
            if len({c.field for c in both if c.field}) > len({c.field for c in best[2] if c.field}) and fields:
                best = (max(both_score, best[0]), at, both)
    return best[1], best[2]


def _padded(row: Sequence[str], length: int) -> list[str]:
    return [*row, *[""] * (length - len(row))]


def _columns(row: Sequence[str]) -> list[Column]:
    return [Column(index, heading, *recognise(heading)) for index, heading in enumerate(row)]


def _taken(guessed: list[Column], words: Mapping[int, str]) -> list[Column]:
    """Each field once: a person's word first, then the surest, then the leftmost. MAC and IP may repeat."""
    out = [Column(c.index, c.heading, words[c.index], 1.0) if c.index in words else c for c in guessed]
    order = sorted(out, key=lambda c: (c.index not in words, -c.sure, c.index))
    seen: set[str] = set()
    for column in order:
        if column.field and column.field not in ("mac", "ip"):
            if column.field in seen:
                out[column.index] = Column(column.index, column.heading, "", 0.0)
            seen.add(column.field)
    return out


def _repeats_header(cells: Sequence[str], columns: Sequence[Column]) -> bool:
    """Printed ledgers repeat their header on each page."""
    same = sum(1 for c in columns if c.field and c.index < len(cells) and cells[c.index] == c.heading)
    return same >= HEADER_CELLS_MIN


def _is_no_device(cells: Sequence[str], columns: Sequence[Column]) -> bool:
    """Sums, and remarks that stand alone in their row (or in one merged cell across it)."""
    said = [cell for cell in cells if cell]
    if _SUM.match(values.text(said[0])):
        return True
    if len(set(said)) > 1:
        return False
    if len(said) > 1 and len(said) >= len(columns) - 1:
        return True  # one cell merged across the table
    alone = next(index for index, cell in enumerate(cells) if cell)
    known = next((c.field for c in columns if c.index == alone), "")
    return known not in _NAMING or bool(_REMARK.match(values.text(said[0])))


def _left_out(rows: Sequence[tuple[int, str]]) -> list[Note]:
    if not rows:
        return []
    told = ", ".join(f"{number} ({values.text(cell)[:20]})" for number, cell in rows[:6])
    told += f" … ({len(rows)})" if len(rows) > 6 else ""
    return [Note(f"機器の行ではないとみて除いた行: {told}", f"Rows left out, because they are no devices: {told}")]


def _blanks(rows: Sequence[Row], columns: Sequence[Column]) -> list[Note]:
    """Cells that say in words that they hold nothing, by column."""
    told: dict[str, tuple[str, int]] = {}
    for row in rows:
        for column in columns:
            cell = row.cells[column.index] if column.field and column.index < len(row.cells) else ""
            if cell and column.field not in row.values:
                word, count = told.get(values.text(column.heading), (values.text(cell), 0))
                told[values.text(column.heading)] = (word, count + 1)
    ja = "、".join(f"{heading}「{word}」など {count}" for heading, (word, count) in told.items())
    en = ", ".join(f"{heading} ({word} …): {count}" for heading, (word, count) in told.items())
    return (
        [Note(f"何もないという意味のセルを空欄とみなしました: {ja}", f"Cells that say nothing, taken as empty: {en}")]
        if told
        else []
    )


def _row(number: int, cells: list[str], columns: Sequence[Column], above: Mapping[str, str]) -> Row:
    row = Row(number, {}, cells)
    for column in columns:
        value = values.text(cells[column.index]) if column.index < len(cells) else ""
        if not column.field or not value:
            continue
        if column.field != "note":
            if values.ditto(value):
                value = above.get(column.field, "")
            if not value or values.nothing(value) or (column.field == "ip" and values.by_dhcp(value)):
                continue
        if column.field == "mac":
            row.macs += values.macs(value)
        elif column.field == "ip":
            row.ips += values.ips(value)
        if column.field in DATES:
            value = values.date(value) or value
        row.values.setdefault(column.field, value)
    return row


def _notes(rows: Sequence[Row], columns: Sequence[Column]) -> list[Note]:
    out = []
    unknown = [values.text(c.heading) for c in columns if not c.field and c.heading]
    if unknown:
        told = ", ".join(dict.fromkeys(unknown[:20]))
        out.append(
            Note(f"分からなかった列(そのまま残します): {told}", f"Columns not recognised (kept as they are): {told}")
        )
    for ja, en, name in (("製造番号", "serial number", "serial"), ("管理番号", "asset number", "asset_number")):
        where: dict[str, list[int]] = {}
        for row in rows:
            value = values.key(row.values.get(name, ""))
            if value:
                where.setdefault(value, []).append(row.number)
        doubles = [n for n in where.values() if len(n) > 1]
        for found in doubles[:50]:
            lines = ", ".join(str(n) for n in found[:6]) + (" …" if len(found) > 6 else "")
            out.append(Note(f"{ja}が同じ行があります: {lines} 行目", f"The same {en} in rows {lines}"))
        if len(doubles) > 50:
            more = len(doubles) - 50
            out.append(Note(f"{ja}が同じ組がほかに {more} 組あります", f"{more} more groups with the same {en}"))
    fields = {c.field for c in columns}
    bad: list[tuple[int, str, str, str]] = []
    for row in rows:
        if "mac" in fields and row.values.get("mac") and not row.macs:
            bad.append((row.number, "MACアドレス", "a MAC address", row.values["mac"]))
        if "ip" in fields and row.values.get("ip") and not row.ips:
            bad.append((row.number, "IPアドレス", "an IP address", row.values["ip"]))
        for name in DATES:
            value = row.values.get(name, "")
            if value and values.date(value) is None:
                bad.append((row.number, "日付", "a date", value))
    room = max(0, NOTES_MAX - len(out))
    for number, ja, en, value in bad[:room]:
        short = value[:60]
        out.append(
            Note(f"{number} 行目: {ja}として読めません: {short}", f"Row {number}: cannot be read as {en}: {short}")
        )
    if len(bad) > room:
        out.append(Note(f"ほか {len(bad) - room} 件", f"{len(bad) - room} more"))
    return out
