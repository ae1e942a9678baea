"""A paper as an Excel file: each table on a sheet of its own, the words between them on the first."""

from __future__ import annotations

import io
import re
from typing import Any

from hinomi.paper.shapes import Break, Heading, Items, Paper, Picture, Table, Text

WIDTH_OF_PAGE = 120  # letters that stand side by side on a wide sheet
TITLE_MAX = 31  # Excel's own limit of a sheet's name


def to_xlsx(paper: Paper) -> bytes:
    """The paper as a workbook."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font

    book = Workbook()
    first: Any = book.active
    first.title = _title(paper.title, set())
    first.column_dimensions["A"].width = 100
    first["A1"].font = Font(bold=True, size=14)
    lines: list[tuple[str, bool]] = [(paper.title, True), (paper.made, False)]
    taken = {first.title}
    heading = ""
    for block in paper.blocks:
        match block:
            case Heading():
                heading = block.text
                lines.append((block.text, True))
            case Text():
                lines.append((block.text, False))
            case Items():
                lines += [(f"{'□' if block.boxes else '・'} {line}", False) for line in block.lines]
            case Picture():
                lines.append((block.words, False))
            case Table():
                title = _title(block.title or heading or paper.title, taken)
                taken.add(title)
                _sheet(book.create_sheet(title), block)
                lines.append((f"→ {title}", False))
            case Break():
                pass
    for number, (line, bold) in enumerate(lines, start=1):
        cell = first.cell(number, 1, plain(line))
        cell.font = Font(bold=bold, size=14 if number == 1 else 11)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet(sheet: Any, table: Table) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.utils import get_column_letter

    thin = Side(style="thin", color="999999")
    frame = Border(left=thin, right=thin, top=thin, bottom=thin)
    shares = list(table.widths) or [1.0] * len(table.head)
    for number, share in enumerate(shares, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = max(8, WIDTH_OF_PAGE * share / sum(shares))
    for row, cells in enumerate([table.head, *table.rows], start=1):
        for column, value in enumerate(cells, start=1):
            cell = sheet.cell(row, column, plain(value))
            cell.border = frame
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if row == 1:
                cell.font = Font(bold=True)
                cell.fill = PatternFill("solid", fgColor="ECEBE6")
            elif row - 2 in table.marked:
                cell.fill = PatternFill("solid", fgColor="FDF0D5")
    sheet.freeze_panes = "A2"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"


def plain(value: str) -> str:
    """What a spreadsheet may show and must not run: a device chooses its own name."""
    value = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", value)
    return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def _title(wish: str, taken: set[str]) -> str:
    base = re.sub(r"[\[\]:*?/\\]", " ", wish).strip()[:TITLE_MAX] or "1"
    title, number = base, 2
    while title in taken:
        tail = f" {number}"
        title, number = base[: TITLE_MAX - len(tail)] + tail, number + 1
    return title
