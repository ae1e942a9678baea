"""Official forms in Excel: read what they ask, and fill the very same file without touching anything else in it.

The file is a zip of XML. Reading goes through openpyxl; writing changes only the cells that get an answer, in the
sheet's own XML, because openpyxl drops what it does not know (shapes, images, some validations). Knows no form by
name: it looks for a table with numbers, questions and places for answers, and says where it is unsure.
"""

from __future__ import annotations

import io
import posixpath
import re
import unicodedata
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from hinomi.texts import Problem

FORM_BYTES_MAX = 5_000_000
UNPACKED_BYTES_MAX = 60_000_000
ROWS_MAX, COLUMNS_MAX = 2_000, 60
QUESTION_LETTERS_MIN = 8

_NUMBER = re.compile(
    r"^[(（]?\s*(?:\d{1,2}\s*[-‐−ー.]\s*)?[(（]?(?:\d{1,2}|[①-⑳]|[ア-ン])[)）]?(?:\s*[-‐−ー.]\s*[①-⑳\d]{1,2})?$"
)
_WORDS = {
    "yes": ("はい", "有", "適", "yes"),
    "no": ("いいえ", "無", "否", "no"),
    "na": ("対象外", "該当なし", "該当無し", "n/a"),
}
_BOX = "□☐◻"
_TICKED = {"□": "☑", "☐": "☑", "◻": "☑"}
_HEADS = {
    "number": ("番号", "no", "項番", "項目番号"),
    "text": ("項目", "確認項目", "チェック項目", "内容", "確認事項", "設問"),
    "date": ("確認日", "日付", "確認した日付"),
    "target": ("目標日", "対応予定日", "予定日"),
    "person": ("確認者", "担当者", "回答者", "記入者"),
    "note": ("備考", "特記事項"),
    "answer": ("回答", "結果", "1回目", "確認結果"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """One row of a form: what it asks, and the cells that take the answer."""

    sheet: str
    row: int
    number: str
    text: str
    answers: tuple[tuple[str, str], ...]  # answer (yes, no, na, or `word` for one cell that takes the word) → cell
    cells: tuple[tuple[str, str], ...]  # date, target, person, note → cell
    doubts: tuple[str, ...]  # ids: no_number, no_answer_cell, short, twice

    @property
    def sure(self) -> bool:
        return not self.doubts


@dataclass(frozen=True, slots=True)
class Form:
    """What was read of a file."""

    name: str
    title: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """What goes into one row."""

    answer: str  # yes | no | na
    date: str = ""
    target: str = ""
    person: str = ""
    note: str = ""


def read(data: bytes, name: str = "") -> Form:
    """Reads a form.

    Raises:
        hinomi.texts.Problem: too large, no Excel, or nothing in it looks like a question.
    """
    book = _open(data)
    places: list[Place] = []
    title = ""
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            continue
        found, head = _sheet(sheet)
        places += found
        title = title or (head if found else "")
    if not places:
        raise Problem("forms.no_question")
    seen: dict[tuple[str, str], int] = {}
    for place in places:
        seen[(place.sheet, place.number)] = seen.get((place.sheet, place.number), 0) + 1
    return Form(name, title or name, tuple(_twice(place, seen[(place.sheet, place.number)] > 1) for place in places))


def _twice(place: Place, twice: bool) -> Place:
    return replace(place, doubts=(*place.doubts, "twice")) if twice and place.number else place


def _open(data: bytes) -> Any:
    from openpyxl import load_workbook

    if len(data) > FORM_BYTES_MAX:
        raise Problem("forms.too_large", most=FORM_BYTES_MAX // 1_000_000)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(info.file_size for info in packed.infolist()) > UNPACKED_BYTES_MAX:
                raise Problem("forms.too_large", most=UNPACKED_BYTES_MAX // 1_000_000)
        return load_workbook(io.BytesIO(data))
    except Problem:
        raise
    except Exception as error:
        raise Problem("forms.unreadable") from error


def _sheet(sheet: Any) -> tuple[list[Place], str]:
    """Rows of one sheet that ask something. A merged cell speaks for all the rows it covers."""
    texts: dict[tuple[int, int], str] = {}
    anchor: dict[tuple[int, int], tuple[int, int]] = {}
    for area in sheet.merged_cells.ranges:
        for row in range(area.min_row, min(area.max_row, ROWS_MAX) + 1):
            for column in range(area.min_col, min(area.max_col, COLUMNS_MAX) + 1):
                anchor[(row, column)] = (area.min_row, area.min_col)
    rows, columns = min(sheet.max_row, ROWS_MAX), min(sheet.max_column, COLUMNS_MAX)
    for cells in sheet.iter_rows(max_row=rows, max_col=columns):
        for cell in cells:
            if isinstance(cell.value, str | int | float) and str(cell.value).strip():
                texts[(cell.row, cell.column)] = str(cell.value).strip()
    heads = _heads(texts, rows, columns)
    places = []
    title = next(
        (text for (row, _), text in sorted(texts.items()) if row <= 5 and len(text) >= QUESTION_LETTERS_MIN), ""
    )
    number = ""
    for row in range(1, rows + 1):
        own = {column: texts.get((row, column), "") for column in range(1, columns + 1)}
        boxes = _boxes(own)
        head = heads.get(row, heads.get("", {}))
        for above in sorted((r for r in heads if isinstance(r, int) and r < row), reverse=True)[:1]:
            head = heads[above]
        if row in heads or not (head or boxes):
            continue
        place = head.get("number", 0)
        said = own.get(place, "") or texts.get(anchor.get((row, place), (0, 0)), "")
        number = said or next((t for c, t in own.items() if t and _NUMBER.match(_norm(t))), "") or number
        text = own.get(head.get("text", 0), "")
        if not text:
            text = max((t for t in own.values() if not any(b in t for b in _BOX)), key=len, default="")
        if len(text) < QUESTION_LETTERS_MIN and not boxes:
            continue
        answers = boxes or _by_heads(sheet, row, head)
        if not text or (len(text) < QUESTION_LETTERS_MIN and not answers):
            continue
        doubts = []
        if not number:
            doubts.append("no_number")
        if not answers:
            doubts.append("no_answer_cell")
        if len(text) < QUESTION_LETTERS_MIN:
            doubts.append("short")
        cells = tuple(
            (name, _address(anchor.get((row, head[name]), (row, head[name]))))
            for name in ("date", "target", "person", "note")
            if name in head
        )
        places.append(Place(sheet.title, row, number, text, tuple(answers.items()), cells, tuple(doubts)))
    return places, title


def _heads(texts: Mapping[tuple[int, int], str], rows: int, columns: int) -> dict[Any, dict[str, int]]:
    """Head rows: number of the row → column of each thing. A form may have several tables, each with its own head."""
    found: dict[Any, dict[str, int]] = {}
    for row in range(1, rows + 1):
        head: dict[str, int] = {}
        for column in range(1, columns + 1):
            word = _norm(texts.get((row, column), ""))
            for name, words in _HEADS.items():
                if word and name not in head and word in words:
                    head[name] = column
            for name, words in _WORDS.items():
                if word in words:
                    head[name] = column
        known = set(head)
        if ("text" in known and known & {"number", "answer", "yes", "date"}) or {"yes", "no"} <= known:
            found[row] = head
    # A head may stand in two rows (はい | いいえ under 回答): the lower one takes over what the upper one says.
    merged: dict[Any, dict[str, int]] = {}
    before: tuple[int, dict[str, int]] | None = None
    for row, head in sorted(found.items()):
        if before is not None and row - before[0] == 1:
            head = before[1] | head
        merged[row] = head
        before = (row, head)
    return merged


def _boxes(own: Mapping[int, str]) -> dict[str, str]:
    """Cells such as 「□ はい」: answer → column letter is made an address by the caller of the row."""
    found: dict[str, str] = {}
    for column, text in own.items():
        if not any(box in text for box in _BOX + "☑"):
            continue
        for name, words in _WORDS.items():
            if any(re.search(rf"[{_BOX}☑]\s*{re.escape(word)}", unicodedata.normalize("NFKC", text)) for word in words):
                found[name] = str(column)
    return found


def _by_heads(sheet: Any, row: int, head: Mapping[str, int]) -> dict[str, str]:
    if {"yes", "no"} <= set(head):
        return {name: str(head[name]) for name in ("yes", "no", "na") if name in head}
    return {"word": str(head["answer"])} if "answer" in head else {}


def _address(at: tuple[int, int]) -> str:
    from openpyxl.utils import get_column_letter

    return f"{get_column_letter(at[1])}{at[0]}"


def _norm(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()


# ---------------------------------------------------------------- filling


def fill(data: bytes, places: Sequence[Place], entries: Mapping[tuple[str, int], Entry]) -> bytes:
    """The same file with the answers in it; `entries` by (sheet, row). Every other byte of its parts stays.

    Raises:
        hinomi.texts.Problem: the file cannot be read, or a cell that shall take an answer does not exist.
    """
    book = _open(data)
    wanted: dict[str, dict[str, str]] = {}
    for place in places:
        entry = entries.get((place.sheet, place.row))
        if entry is not None:
            sheet = book[place.sheet]
            wanted.setdefault(place.sheet, {}).update(_values(sheet, place, entry))
    files = _sheet_files(data)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            body = source.read(info.filename)
            sheet_name = files.get(info.filename)
            if sheet_name in wanted:
                body = _put(body, wanted[sheet_name])
            target.writestr(info, body)
    return out.getvalue()


def _values(sheet: Any, place: Place, entry: Entry) -> dict[str, str]:
    """Cell → the text it gets."""
    found: dict[str, str] = {}
    words = {"yes": "はい", "no": "いいえ", "na": "対象外"}
    anchors = {
        (row, column): (area.min_row, area.min_col)
        for area in sheet.merged_cells.ranges
        for row in range(area.min_row, area.max_row + 1)
        for column in range(area.min_col, area.max_col + 1)
    }
    cells = dict(place.answers)
    if "word" in cells:
        column = int(cells["word"])
        found[_address(anchors.get((place.row, column), (place.row, column)))] = words[entry.answer]
    elif entry.answer in cells:
        column = int(cells[entry.answer])
        at = anchors.get((place.row, column), (place.row, column))
        before = str(sheet.cell(*at).value or "")
        found[_address(at)] = _tick(before, _WORDS[entry.answer]) if any(b in before for b in _BOX) else "○"
    else:
        raise Problem("forms.no_cell", number=place.number, answer=words[entry.answer])
    for name, cell in place.cells:
        value = getattr(entry, name)
        if value:
            found[cell] = value
    return found


def _tick(text: str, words: Sequence[str]) -> str:
    """Ticks the box before one of the words; the other boxes of the cell stay empty."""
    for word in words:
        ticked = re.sub(rf"[{_BOX}](\s*{re.escape(word)})", r"☑\1", text, count=1)
        if ticked != text:
            return ticked
    return text


def _sheet_files(data: bytes) -> dict[str, str]:
    """Part of the zip → name of its sheet."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        book = ElementTree.fromstring(packed.read("xl/workbook.xml"))
        links = ElementTree.fromstring(packed.read("xl/_rels/workbook.xml.rels"))
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    found = {}
    for sheet in book.iter():
        if sheet.tag.endswith("}sheet"):
            id = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), "")
            target = targets.get(id, "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.join("xl", target)
            found[posixpath.normpath(path)] = sheet.get("name", "")
    return found


_ROW = re.compile(rb"<row\b[^>]*?/>|<row\b[^>]*>.*?</row>", re.S)
_CELL = re.compile(rb"<c\b([^>]*?)(?:/>|>(.*?)</c>)", re.S)
_REF = re.compile(rb'\br="([A-Z]+)(\d+)"')


def _put(body: bytes, values: Mapping[str, str]) -> bytes:
    """Writes texts into cells of a sheet's XML as inline strings. The style of a cell stays."""
    by_row: dict[int, dict[str, str]] = {}
    for cell, text in values.items():
        by_row.setdefault(int(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")), {})[cell] = text
    done: set[int] = set()

    def row(match: re.Match[bytes]) -> bytes:
        found = re.search(rb'<row\b[^>]*\br="(\d+)"', match.group())
        mine = by_row.get(int(found.group(1))) if found else None
        if not mine or found is None:
            return match.group()
        done.add(int(found.group(1)))
        head, content = _parts(match.group())
        cells: dict[str, bytes] = {}
        for at in _CELL.finditer(content):
            ref = _REF.search(at.group(1))
            name = (ref.group(1) + ref.group(2)).decode() if ref else f"?{len(cells)}"
            cells[name] = _cell(at.group(1), mine[name]) if name in mine else at.group()
        for name, text in mine.items():
            cells.setdefault(name, _cell(f' r="{name}"'.encode(), text))
        ordered = sorted(cells, key=lambda name: (len(name.rstrip("0123456789")), name))
        return head + b"".join(cells[name] for name in ordered) + b"</row>"

    made = _ROW.sub(row, body)
    missing = set(by_row) - done
    if missing:
        raise Problem("forms.no_cell", number=", ".join(map(str, sorted(missing))), answer="")
    return made


def _parts(row: bytes) -> tuple[bytes, bytes]:
    """The opening tag of a row, and what stands in it."""
    if row.endswith(b"/>"):
        return row[:-2].rstrip() + b">", b""
    end = row.index(b">") + 1
    return row[:end], row[end : -len(b"</row>")]


def _cell(attributes: bytes, text: str) -> bytes:
    kept = re.sub(rb'\s\bt="[^"]*"', b"", attributes)
    return b"<c" + kept + b' t="inlineStr"><is><t xml:space="preserve">' + escape(text).encode() + b"</t></is></c>"
