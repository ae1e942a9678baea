"""Answers into the cells of an official form, in the sheet's own XML: style, lists, shapes and macros stay.

What a sheet counts by itself (「はい」の数) is counted anew when the file is opened: the remembered results of its
formulas are taken out, the formulas stay.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from hinomi.duties.form_shapes import DEFAULT, EMPTY_BOXES, FULL_BOXES, SIGNS, WORDS, Entry, Place, Slots
from hinomi.texts import Problem

Value = str | int  # a text, or the day number of a date
DATE_PLACE = re.compile(r"(?:([(（])[ 　_]*)?(令和|西暦|R|20)?[ 　_]*(年[ 　_]*月[ 　_]*日|/[ 　_]*/?)[ 　_]*([)）]?)")
REIWA = 2018  # 令和1年 is 2019
_DAY_ZERO = date(1899, 12, 30)  # Excel's day 0


def write(
    data: bytes, book: Any, places: Sequence[Place], entries: Mapping[tuple[str, int], Entry | Sequence[Entry]]
) -> bytes:
    """The same file with the answers in it."""
    wanted: dict[str, dict[str, Value]] = {}
    for place in places:
        given = entries.get((place.sheet, place.row))
        if given is None:
            continue
        for slots, entry in by_check(place, [given] if isinstance(given, Entry) else given):
            values = wanted.setdefault(place.sheet, {})
            values.update(_values(book[place.sheet], place, slots, entry, values))
    files = _sheet_files(data)
    counts = any(wanted.values()) and any(
        cell.data_type == "f" for sheet in book.worksheets for row in sheet.iter_rows() for cell in row
    )
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            body = source.read(info.filename)
            sheet_name = files.get(info.filename)
            if sheet_name in wanted:
                body = put(body, wanted[sheet_name])
            if counts and sheet_name is not None:
                body = _forget_results(body)
            if counts and info.filename == "xl/workbook.xml":
                body = _count_when_opened(body)
            target.writestr(info, body)
    return out.getvalue()


def by_check(place: Place, given: Iterable[Entry]) -> list[tuple[Slots, Entry]]:
    """The check that each answer belongs to; a form with room for one takes the newest."""
    newest = sorted(given, key=lambda entry: entry.check)
    if not newest:
        return []
    if len(place.slots) == 1:
        return [(place.slots[0], newest[-1])]
    return [(place.slots[entry.check - 1], entry) for entry in newest if 1 <= entry.check <= len(place.slots)]


def _values(sheet: Any, place: Place, slots: Slots, entry: Entry, before: Mapping[str, Value]) -> dict[str, Value]:
    """Cell → what it gets."""
    found: dict[str, Value] = {}

    def text_of(cell: str) -> str:
        value = found.get(cell, before.get(cell, sheet[cell].value))
        return "" if value is None else str(value)

    answers = {name: cell_name(cell, place.row) for name, cell in slots.answers}
    words = dict(slots.words)
    cells = dict(slots.cells)
    if "word" in answers:
        found[answers["word"]] = words.get(entry.answer) or DEFAULT[entry.answer]
        if words and entry.answer not in words:
            raise Problem("forms.no_cell", number=place.number, answer=DEFAULT[entry.answer])
    elif "tick" in answers:
        if entry.answer == "yes":
            found[answers["tick"]] = _first_box(text_of(answers["tick"]))
    elif entry.answer in answers:
        for name, cell in answers.items():
            made = _mark(text_of(cell), name, entry.answer, len(set(answers.values())) == 1, words.get(name, "○"))
            if made != text_of(cell):
                found[cell] = made
    elif entry.answer == "na" and "note" in cells:
        found[cells["note"]] = " ".join(one for one in (DEFAULT["na"], entry.note) if one)
    else:
        raise Problem("forms.no_cell", number=place.number, answer=DEFAULT[entry.answer])
    for name, cell in cells.items():
        value = getattr(entry, name)
        if value and not (name == "note" and cell in found):
            found[cell] = _dated(sheet, cell, text_of(cell), value) if name in ("date", "target") else value
    return found


def cell_name(cell: str, row: int) -> str:
    """Forms that were loaded before cells were named in full kept the column's number only."""
    from openpyxl.utils import get_column_letter

    return f"{get_column_letter(int(cell))}{row}" if cell.isdigit() else cell


def _mark(text: str, name: str, answer: str, shared: bool, sign: str) -> str:
    """A cell of an answer after the choice: its box ticked or emptied, its word circled, or a ○ in an empty cell."""
    boxes = EMPTY_BOXES + FULL_BOXES
    if any(box in text for box in boxes):
        if text.strip() in boxes:
            return text.replace(
                text.strip(), "☑" if name == answer else "□" if text.strip() in FULL_BOXES else text.strip()
            )
        return _boxed(text, name, name == answer)
    if not text.strip() or text.strip() in ("○", "〇", "✓", sign):
        return sign if name == answer else ""
    if shared and only_signs(text):
        return next((s for s in SIGNS if SIGNS[s] == answer and s in text), text) if name == answer else text
    return _circled(text, name) if name == answer else text


def only_signs(text: str) -> bool:
    return bool(re.fullmatch(r"[○〇◯×✕・/／\s\-ー]+", text))


def _boxed(text: str, name: str, chosen: bool) -> str:
    """The box before (or after) the answer's word."""
    here = box_at(text, name)
    if here is None:
        return text
    return text[:here] + ("☑" if chosen else "□" if text[here] in FULL_BOXES else text[here]) + text[here + 1 :]


def box_at(text: str, name: str) -> int | None:
    """Where the box of an answer stands: before its word, or after it where the form writes the word first."""
    boxes = EMPTY_BOXES + FULL_BOXES
    first = text.strip().lstrip("(（・")[:1] in boxes
    for word in _by_length(name):
        loose = r"\s*".join(map(re.escape, word))
        pattern = rf"[{boxes}](?=\s*{loose})" if first else rf"(?<={re.escape(word)})(\s*)[{boxes}]"
        at = re.search(pattern, text, re.I)
        if at is not None:
            return at.end() - 1
    return None


def _circled(text: str, name: str) -> str:
    """○ before the word that is chosen among 「はい・いいえ」."""
    at = word_at(text, name)
    return text if at is None else text[: at[0]] + "○" + text[at[0] :]


def word_at(text: str, name: str) -> tuple[int, int] | None:
    """Where the word of an answer stands among those to choose from."""
    for word in _by_length(name):
        at = re.search(rf"(?<![^\s・/／|｜、,，(（]){re.escape(word)}(?![^\s・/／|｜、,，)）])", text, re.I)
        if at:
            return at.span()
    return None


def _by_length(name: str) -> list[str]:
    return sorted(WORDS[name], key=len, reverse=True)


def _first_box(text: str) -> str:
    return re.sub(rf"[{EMPTY_BOXES}]", "☑", text, count=1) if any(b in text for b in EMPTY_BOXES) else text or "☑"


def _dated(sheet: Any, cell: str, text: str, iso: str) -> Value:
    """A date as the form wants it: in its own place within a text, as a day number where the cell is a date."""
    try:
        day = date.fromisoformat(iso)
    except ValueError:
        return iso
    at = DATE_PLACE.search(text)
    if at:
        opened, era, rest, closed = at.groups()
        if "年" not in rest:
            said = f"{day.year}/{day.month}/{day.day}" if rest.count("/") > 1 else f"{day.month}/{day.day}"
        elif era in ("令和", "R"):
            said = f"{era}{day.year - REIWA}年{day.month}月{day.day}日"
        else:
            said = f"{'西暦' if era == '西暦' else ''}{day.year}年{day.month}月{day.day}日"
        return text[: at.start()] + (opened or "") + said + closed + text[at.end() :]
    if sheet[cell].is_date or _looks_dated(str(sheet[cell].number_format)):
        return (day - _DAY_ZERO).days
    return iso if not text else f"{text} {iso}"


def _looks_dated(number_format: str) -> bool:
    from openpyxl.styles.numbers import is_date_format

    return number_format != "General" and bool(is_date_format(number_format))


# ---------------------------------------------------------------- the file


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


_ROW = re.compile(rb"<(\w+:)?row\b[^>]*?/>|<(\w+:)?row\b[^>]*>.*?</(?:\w+:)?row>", re.S)
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.S)
_REF = re.compile(rb'\br="([A-Z]+)(\d+)"')
_ROW_NUMBER = re.compile(rb'^<(?:\w+:)?row\b[^>]*?\br="(\d+)"')
_DATA = re.compile(rb"<(\w+:)?sheetData\b[^>]*?/>|<(\w+:)?sheetData\b[^>]*>(.*?)</(?:\w+:)?sheetData>", re.S)
_RESULT = re.compile(rb"(</(?:\w+:)?f>|<(?:\w+:)?f\b[^>]*/>)\s*<(?:\w+:)?v>[^<]*</(?:\w+:)?v>")


def put(body: bytes, values: Mapping[str, Value]) -> bytes:
    """Writes into cells of a sheet's XML: texts as inline strings, dates as numbers. The style of a cell stays."""
    by_row: dict[int, dict[str, Value]] = {}
    for cell, value in values.items():
        by_row.setdefault(int(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")), {})[cell] = value
    table = _DATA.search(body)
    if table is None or table.group(3) is None:
        raise Problem("forms.no_cell", number=", ".join(map(str, sorted(by_row))), answer="")
    prefix = table.group(2) or b""
    rows: list[bytes] = []
    number, end = 0, 0
    content = table.group(3)
    for match in _ROW.finditer(content):
        named = _ROW_NUMBER.match(match.group())
        here = int(named.group(1)) if named else number + 1
        for missing in sorted(row for row in by_row if number < row < here):
            rows.append(_new_row(missing, by_row[missing], prefix))
        number = here
        rows.append(content[end : match.start()])
        rows.append(_changed(match.group(), here, by_row[here], prefix) if here in by_row else match.group())
        end = match.end()
    rows += [_new_row(row, by_row[row], prefix) for row in sorted(by_row) if row > number]
    rows.append(content[end:])
    return body[: table.start(3)] + b"".join(rows) + body[table.end(3) :]


def _new_row(row: int, mine: Mapping[str, Value], prefix: bytes) -> bytes:
    """A row that the file did not hold, because nothing stood in it."""
    return _changed(b"<" + prefix + b'row r="%d"/>' % row, row, mine, prefix)


def _changed(row: bytes, number: int, mine: Mapping[str, Value], prefix: bytes) -> bytes:
    if row.endswith(b"/>"):
        head, content = row[:-2].rstrip() + b">", b""
    else:
        end = row.index(b">") + 1
        head, content = row[:end], row[end : row.rindex(b"</")]
    cells: dict[str, bytes] = {}
    column = 0
    for at in _CELL.finditer(content):
        ref = _REF.search(at.group(1))
        column = _column(ref.group(1)) if ref else column + 1
        name = f"{_letters(column)}{number}"
        attributes = at.group(1) if ref else f' r="{name}"'.encode() + at.group(1)
        cells[name] = _cell(attributes, mine[name], prefix) if name in mine else at.group()
    for name, value in mine.items():
        cells.setdefault(name, _cell(f' r="{name}"'.encode(), value, prefix))
    ordered = sorted(cells, key=lambda name: (len(name.rstrip("0123456789")), name))
    return head + b"".join(cells[name] for name in ordered) + b"</" + prefix + b"row>"


def _column(letters: bytes) -> int:
    from openpyxl.utils import column_index_from_string

    return int(column_index_from_string(letters.decode()))


def _letters(column: int) -> str:
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(column))


def _cell(attributes: bytes, value: Value, prefix: bytes) -> bytes:
    kept = re.sub(rb'\s\bt="[^"]*"', b"", attributes).rstrip(b"/ ")
    p = prefix
    if isinstance(value, int):
        return b"<" + p + b"c" + kept + b"><" + p + b"v>%d</" % value + p + b"v></" + p + b"c>"
    opened = b'><%bis><%bt xml:space="preserve">' % (p, p)
    return b"<%bc" % p + kept + b' t="inlineStr"' + opened + escape(value).encode() + b"</%bt></%bis></%bc>" % (p, p, p)


def _forget_results(body: bytes) -> bytes:
    """Formulas without the results they had: whoever opens the file counts anew."""
    return _RESULT.sub(rb"\1", body)


def _count_when_opened(body: bytes) -> bytes:
    if b"fullCalcOnLoad" in body:
        return body
    found = re.search(rb"<(?:\w+:)?calcPr\b", body)
    if found:
        return body[: found.end()] + b' fullCalcOnLoad="1"' + body[found.end() :]
    return body
