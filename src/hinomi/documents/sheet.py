"""Answers of makers' security sheets: MDS2 (NEMA/MITA HN 1), MDS and SDS (JIRA, JAHIS), as workbooks that a person has.

Read is what every edition has: a number at the left, the question beside it, one answer at its right (a word in the
column of answers, or a mark in a column that is headed はい, いいえ …), and what was noted. No question of any form
stands in this program; they stay in the workbook and are read from it when they are shown.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ANSWERS_MAX = 2_000
ROWS_MAX = 20_000
COLUMNS_MAX = 60
LETTERS_MAX = 1_000  # kept of one question or note
_NUMBER = re.compile(r"^(?:[A-Z]{2,6}-\d+(?:[.-]\d+)*|\d{1,3}(?:[.-]\d+){0,3})\.?$")
_ANSWERS = {
    "yes": "yes", "y": "yes", "はい": "yes", "有": "yes", "適": "yes", "○": "yes", "◯": "yes", "〇": "yes",
    "no": "no", "n": "no", "いいえ": "no", "無": "no", "否": "no", "×": "no",
    "n/a": "n/a", "na": "n/a", "not applicable": "n/a", "対象外": "n/a", "該当なし": "n/a", "-": "n/a", "―": "n/a",
    "see note": "note", "see notes": "note", "備考参照": "note",
}  # fmt: skip
_HEADS = {"はい": "yes", "yes": "yes", "いいえ": "no", "no": "no", "対象外": "n/a", "n/a": "n/a", "該当なし": "n/a",
          "備考": "note", "note": "note", "notes": "note", "備考番号": "note"}  # fmt: skip
_MARKS = frozenset("○◯〇●✓✔☑■レxX×1") | {"true"}
UNCLEAR = "unclear"  # marks in two columns
TEXT = "text"  # answered in words of its own


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a sheet, as the person's file has it."""

    key: str  # the number; with the page before it where two pages count alike
    number: str
    page: str
    text: str
    answer: str  # yes, no, n/a, note, unclear, text; "" when nothing was answered
    note: str  # what was written beside it, or the answer where it is free text


def read(path: Path) -> dict[str, str]:
    """Key → yes, no, n/a or note, of what was answered. Empty when it is no workbook or holds no answers."""
    return {one.key: one.answer for one in questions(path.read_bytes()) if one.answer in _ANSWERS.values()}


def questions(data: bytes) -> list[Question]:
    """Every numbered question in the order of the file; empty when it is no workbook."""
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(io.BytesIO(data), data_only=True, read_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError):
        return []
    found: list[Question] = []
    taken: set[str] = set()
    for page in book.worksheets:
        rows = page.iter_rows(max_row=ROWS_MAX, max_col=COLUMNS_MAX, values_only=True)
        for one in _page(str(page.title), [[_text(cell) for cell in row] for row in rows]):
            if len(found) >= ANSWERS_MAX:
                return found
            key = one.number if one.number not in taken else f"{one.page}: {one.number}"
            if key not in taken:
                taken.add(key)
                found.append(Question(key, one.number, one.page, one.text, one.answer, one.note))
    return found


def _page(name: str, rows: Sequence[Sequence[str]]) -> list[Question]:
    numbered = [(cells, at) for cells in rows if (at := _number(cells)) is not None]
    column = _answer_column(numbered)
    marks: dict[int, str] = {}
    found = []
    for cells in rows:
        at = _number(cells)
        heads = {place: _HEADS[cell.lower()] for place, cell in enumerate(cells) if cell.lower() in _HEADS}
        if {"yes", "no"} <= set(heads.values()):
            # A row of heads may be a question too, where はい and いいえ stand in each row to be marked.
            marks = heads
            if at is None:
                continue
        if at is None:
            continue
        answer, place = _answer(cells, at, {p: a for p, a in marks.items() if p > at}, column)
        right = list(enumerate(cells))[at + 1 :]
        texts = [(p, c) for p, c in right if c and c.lower() not in _ANSWERS and c not in _MARKS]
        asked = next(((p, c) for p, c in texts if p < place), None) or (texts[0] if texts else (0, ""))
        note = " / ".join(c for p, c in texts if p != asked[0] and p >= place) if place < len(cells) else ""
        if not answer and place < len(cells) and cells[place] and place != asked[0] and not marks:
            answer = TEXT
        if asked[1] or answer:
            number = cells[at].rstrip(".")
            found.append(Question(number, number, name, asked[1][:LETTERS_MAX], answer, note[:LETTERS_MAX]))
    # A list of anything else is numbered too: without one answer and without a question it is no sheet.
    return found if any(one.answer for one in found) else []


def _number(cells: Sequence[str]) -> int | None:
    """Where the number stands: the first that is one, with some text at its right."""
    for at, cell in enumerate(cells):
        if _NUMBER.match(cell):
            return at
    return None


def _answer_column(numbered: Sequence[tuple[Sequence[str], int]]) -> int | None:
    """The column in which most answers stand as words."""
    votes = Counter(
        place
        for cells, at in numbered
        for place, cell in list(enumerate(cells))[at + 1 :]
        if cell.lower() in _ANSWERS and len(cell) > 1
    )
    return min(votes, key=lambda place: (-votes[place], place)) if votes else None


def _answer(cells: Sequence[str], at: int, marks: dict[int, str], column: int | None) -> tuple[str, int]:
    """The answer of a row and the column where it stands; ("", column) when there is none."""
    if marks:
        made = {marks[p] for p in marks if p < len(cells) and marks[p] != "note" and cells[p].lower() in _MARKS}
        place = min(marks)
        if len(made) == 1:
            return made.pop(), place
        if len(made) > 1:
            return UNCLEAR, place
    for place, cell in list(enumerate(cells))[at + 1 :]:
        if cell.lower() in _ANSWERS and place not in marks:
            return _ANSWERS[cell.lower()], place
    return "", min(marks) if marks else column if column is not None else len(cells)


def _text(cell: object) -> str:
    return " ".join(unicodedata.normalize("NFKC", str(cell)).split()) if cell is not None else ""
