"""Official forms, Excel or PDF: read what they ask, and fill the very same file without touching anything else in it.

PDF: `form_pdf.py`. An Excel file is a zip of XML. Reading it goes through openpyxl (`form_reading.py`); writing changes
only the cells that get an answer, in the sheet's own XML (`form_writing.py`), because openpyxl drops what it does not
know (shapes, images, some validations, macros). Knows no form by name: it looks for numbers, questions and places for
answers, and says where it is unsure.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from hinomi.duties.form_pdf import read_pdf, write_pdf
from hinomi.duties.form_reading import read_sheet
from hinomi.duties.form_shapes import Entry, Form, Place, Slots
from hinomi.duties.form_writing import write
from hinomi.texts import Problem

__all__ = ["Entry", "Form", "Place", "Slots", "fill", "has_macros", "is_pdf", "read"]

FORM_BYTES_MAX = 5_000_000
UNPACKED_BYTES_MAX = 60_000_000
_EXAMPLE = re.compile(r"記入例|記載例|見本|サンプル|example", re.I)
_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .xls, and any Office file that is locked with a password
_LOCKED = "EncryptedPackage".encode("utf-16-le")


def read(data: bytes, name: str = "") -> Form:
    """Reads a form. Sheets that show how to fill it in are left out.

    Raises:
        hinomi.texts.Problem: too large, no Excel, or nothing in it looks like a question.
    """
    if len(data) > FORM_BYTES_MAX:
        raise Problem("forms.too_large", most=FORM_BYTES_MAX // 1_000_000)
    if is_pdf(data):
        places, title = read_pdf(data)
        return _form(name, title, places)
    book = _open(data)
    places = []
    title = ""
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible" or _EXAMPLE.search(sheet.title):
            continue
        found, head = read_sheet(sheet)
        places += found
        title = title or (head if found else "")
    return _form(name, title, places)


def _form(name: str, title: str, places: list[Place]) -> Form:
    if not places:
        raise Problem("forms.no_question")
    seen = Counter((place.sheet, place.number) for place in places)
    return Form(name, title or name, tuple(_twice(place, seen[(place.sheet, place.number)] > 1) for place in places))


def fill(data: bytes, places: Sequence[Place], entries: Mapping[tuple[str, int], Entry | Sequence[Entry]]) -> bytes:
    """The same file with the answers in it; `entries` by (sheet, row). Every other byte of its parts stays.

    Raises:
        hinomi.texts.Problem: the file cannot be read, or a cell that shall take an answer does not exist.
    """
    if is_pdf(data):
        return write_pdf(data, places, entries)
    return write(data, _open(data), places, entries)


def is_pdf(data: bytes) -> bool:
    return data[:1024].lstrip().startswith(b"%PDF-")


def has_macros(data: bytes) -> bool:
    """Whether the file carries macros: then it must keep the ending .xlsm, or Excel refuses it."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            return b"macroEnabled" in packed.read("[Content_Types].xml")
    except (zipfile.BadZipFile, KeyError):
        return False


def _twice(place: Place, twice: bool) -> Place:
    return replace(place, doubts=(*place.doubts, "twice")) if twice and place.number else place


def _open(data: bytes) -> Any:
    from openpyxl import load_workbook

    if data.startswith(_OLD):
        raise Problem("forms.locked" if _LOCKED in data else "forms.old_excel")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(info.file_size for info in packed.infolist()) > UNPACKED_BYTES_MAX:
                raise Problem("forms.too_large", most=UNPACKED_BYTES_MAX // 1_000_000)
        return load_workbook(io.BytesIO(data))
    except Problem:
        raise
    except Exception as error:
        raise Problem("forms.unreadable") from error
