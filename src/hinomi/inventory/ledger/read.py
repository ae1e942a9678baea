"""A ledger file as hospitals keep it: any column order, titles above the header, merged cells, Shift_JIS.

Nothing is guessed silently: `Sheet.columns` says which column was taken for what and how surely, and
`read(..., columns={…})` takes a person's correction.
"""

from __future__ import annotations

import csv
import io
import tomllib
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from hinomi.inventory.ledger import values
from hinomi.knowledge_path import knowledge_file

ROWS_MAX = 200_000
COLUMNS_MAX = 500
HEADER_ROWS_MAX = 40  # the header is looked for in so many first rows
HEADER_CELLS_MIN = 2  # recognised headings that make a row the header
_ENCODINGS = ("utf-8-sig", "cp932", "euc_jp")


class LedgerError(ValueError):
    """A ledger that cannot be used. Says plainly what is wrong; `hint` says what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


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

    number: int  # line in the file, from 1
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
    notes: list[str]  # what a person should know, in Japanese: doubles, cells that could not be read


@lru_cache(maxsize=1)
def _headings() -> list[tuple[str, str]]:
    """(heading made comparable, field), longest first."""
    with knowledge_file("ledger.toml").open("rb") as stream:
        data = tomllib.load(stream)
    rows = [(values.key(name), column["field"]) for column in data["column"] for name in column["names"]]
    return sorted(rows, key=lambda row: -len(row[0]))


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
        raise LedgerError(f"{path.name} holds no rows.", "台帳の行が入ったシートを選んでください")
    at, guessed = _header(grid)
    if at < 0:
        raise LedgerError(
            f"{path.name}: no header row was recognised in the first {HEADER_ROWS_MAX} rows.",
            "見出し行(製造番号, 型式, IPアドレス など)のある表を渡してください",
        )
    taken = _taken(guessed, columns or {})
    rows = []
    for number, cells in enumerate(grid[at + 1 :], start=at + 2):
        if any(cells) and not _repeats_header(cells, taken):
            rows.append(_row(number, cells, taken))
    return Sheet(name, at + 1, taken, rows, _notes(rows, taken))


def _text(path: Path) -> list[list[str]]:
    raw = path.read_bytes()
    if raw[:4] == b"PK\x03\x04" or raw[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise LedgerError(
            f"{path.name} is an Excel file under another name.",
            "拡張子を .xlsx にして渡してください(.xls は .xlsx で保存し直す)",
        )
    encodings = ("utf-16", *_ENCODINGS) if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else _ENCODINGS
    for encoding in encodings:
        try:
            decoded = raw.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise LedgerError(
            f"{path.name} is in no encoding that is known here (UTF-8, Shift_JIS, EUC-JP, UTF-16).",
            "UTF-8 で保存し直してください",
        )
    head = "\n".join(decoded.splitlines()[:HEADER_ROWS_MAX])
    delimiter = max(",\t;", key=head.count)
    grid: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(decoded), delimiter=delimiter):
            if len(grid) >= ROWS_MAX:
                raise LedgerError(f"{path.name} has more than {ROWS_MAX} rows.", "分割して渡してください")
            grid.append([values.text(cell) for cell in row[:COLUMNS_MAX]])
    except csv.Error as error:
        raise LedgerError(f"{path.name} cannot be read as a table: {error}.", "") from error
    return grid


def _excel(path: Path, sheet: str | None) -> tuple[str, list[list[str]]]:
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(path, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise LedgerError(
            f"{path.name} is not an Excel file that can be read.", ".xlsx で保存し直すか、パスワードを外してください"
        ) from error
    if sheet is not None and sheet not in book.sheetnames:
        raise LedgerError(f"{path.name} has no sheet {sheet}.", "シート: " + ", ".join(book.sheetnames))
    best: tuple[int, str, list[list[str]]] = (-1, "", [])
    for name in [sheet] if sheet else book.sheetnames:
        page = book[name]
        if not hasattr(page, "merged_cells"):  # a chart sheet
            continue
        grid = [
            [values.text(cell) for cell in row]
            for row in page.iter_rows(
                max_row=min(page.max_row, ROWS_MAX), max_col=min(page.max_column, COLUMNS_MAX), values_only=True
            )
        ]
        for area in page.merged_cells.ranges:
            _spread(grid, area.min_row - 1, area.min_col - 1, area.max_row, area.max_col)
        # A sheet with a header wins over a longer one without.
        size = sum(any(row) for row in grid) + (ROWS_MAX if _header(grid)[0] >= 0 else 0)
        if size > best[0]:
            best = (size, f"{path.name} / {name}", grid)
    return best[1], best[2]


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


def _row(number: int, cells: list[str], columns: Sequence[Column]) -> Row:
    row = Row(number, {}, cells)
    for column in columns:
        value = cells[column.index] if column.index < len(cells) else ""
        if not column.field or not value:
            continue
        if column.field == "mac":
            row.macs += values.macs(value)
        elif column.field == "ip":
            row.ips += values.ips(value)
        if column.field in ("bought", "support_end", "retired"):
            value = values.date(value) or value
        row.values.setdefault(column.field, value)
    return row


def _notes(rows: Sequence[Row], columns: Sequence[Column]) -> list[str]:
    out = []
    unknown = [c.heading for c in columns if not c.field and c.heading]
    if unknown:
        out.append("分からなかった列(そのまま残します): " + ", ".join(unknown[:20]))
    for label, name in (("製造番号", "serial"), ("管理番号", "asset_number")):
        where: dict[str, list[int]] = {}
        for row in rows:
            value = values.key(row.values.get(name, ""))
            if value:
                where.setdefault(value, []).append(row.number)
        for found in [n for n in where.values() if len(n) > 1][:50]:
            lines = ", ".join(str(n) for n in found[:6])
            out.append(f"{label}が同じ行があります: {lines} 行目")
    fields = {c.field for c in columns}
    for row in rows[:5000]:
        if "mac" in fields and row.values.get("mac") and not row.macs:
            out.append(f"{row.number} 行目: MACアドレスとして読めません: {row.values['mac']}")
        if "ip" in fields and row.values.get("ip") and not row.ips:
            out.append(f"{row.number} 行目: IPアドレスとして読めません: {row.values['ip']}")
    return out
