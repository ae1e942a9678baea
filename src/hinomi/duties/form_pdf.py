"""Official forms as PDF: a page's ruled lines are read as a table, and the very same pages come back with marks.

Where the page has fields to fill in (AcroForm), these get the answers; where it is flat, words are circled, boxes
ticked and dates written on top. Nothing of the page itself is changed.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from hinomi.duties.form_pages import CellOnPage, Letter, Page, around, pages_of, straight
from hinomi.duties.form_reading import read_grid
from hinomi.duties.form_shapes import DEFAULT, EMPTY_BOXES, FULL_BOXES, SIGNS, Entry, Place, Slots
from hinomi.duties.form_writing import DATE_PLACE, REIWA, box_at, by_check, only_signs, word_at
from hinomi.paper.overlay import Mark, overlay
from hinomi.texts import Problem

DEPTH_MAX = 20  # of fields under fields
SIZE_MIN, SIZE_MAX = 5.0, 11.0  # of what is written on top


def read_pdf(data: bytes) -> tuple[list[Place], str]:
    """Rows of all pages that ask something, and the title.

    Raises:
        hinomi.texts.Problem: locked, unreadable, too long, or without letters.
    """
    pages = list(pages_of(data))
    places = [place for page in pages for place in read_grid(page.grid, f"p{page.number + 1}")]
    return places, next((page.title for page in pages if page.title), "")


def write_pdf(
    data: bytes, places: Sequence[Place], entries: Mapping[tuple[str, int], Entry | Sequence[Entry]]
) -> bytes:
    """The same pages with the answers on them."""
    from pypdf import PdfReader, PdfWriter
    from pypdf.generic import BooleanObject, NameObject

    upright = straight(data)
    pages = {f"p{page.number + 1}": page for page in pages_of(data)}
    marks: list[Mark] = []
    fields: list[tuple[int, int, str]] = []  # page, annotation, what it gets
    for place in places:
        given = entries.get((place.sheet, place.row))
        page = pages.get(place.sheet)
        if given is None or page is None:
            continue
        for slots, entry in by_check(place, [given] if isinstance(given, Entry) else given):
            for mark in _marks(page, place, slots, entry):
                if isinstance(mark, Mark):
                    marks.append(mark)
                else:
                    fields.append((page.number, *mark))
    writer = PdfWriter(clone_from=io.BytesIO(upright))
    if marks:
        sizes = [(page.width, page.height) for page in pages.values()]
        for page_out, top in zip(writer.pages, PdfReader(io.BytesIO(overlay(sizes, marks))).pages, strict=True):
            page_out.merge_translated_page(top, float(page_out.mediabox.left), float(page_out.mediabox.bottom))
    for number, annotation, value in fields:
        _set(writer, number, annotation, value)
    form = writer.root_object.get("/AcroForm")
    # Letters that the field's own font lacks are drawn by whoever opens the file.
    if form is not None and any(not value.isascii() for _, _, value in fields):
        form.get_object()[NameObject("/NeedAppearances")] = BooleanObject(True)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _set(writer: Any, number: int, annotation: int, value: str) -> None:
    """A field's value; of a box, the state that its own drawing knows."""
    from pypdf.generic import NameObject, TextStringObject

    page = writer.pages[number]
    widget = page["/Annots"][annotation].get_object()
    owner = widget if "/T" in widget or "/Parent" not in widget else widget["/Parent"].get_object()
    if value in ("on", "off"):
        on = _on_state(widget) if value == "on" else "/Off"
        widget[NameObject("/AS")] = NameObject(on)
        if value == "on" or owner is widget:
            owner[NameObject("/V")] = NameObject(on)
        return
    if value.isascii() and "/T" in owner:
        writer.update_page_form_field_values(page, {_full_name(owner): value}, auto_regenerate=False)
        return
    owner[NameObject("/V")] = TextStringObject(value)
    if "/AP" in widget:
        del widget["/AP"]


def _full_name(owner: Any) -> str:
    """A field's name with those of the fields it stands under."""
    names: list[str] = []
    while owner is not None and len(names) < DEPTH_MAX:
        names.insert(0, str(owner.get("/T", "")))
        owner = owner["/Parent"].get_object() if "/Parent" in owner else None
    return ".".join(name for name in names if name)


def _on_state(widget: Any) -> str:
    states = widget.get("/AP", {}).get("/N", {})
    return next((str(state) for state in states if state != "/Off"), "/Yes")


# ---------------------------------------------------------------- what goes where


def _marks(page: Page, place: Place, slots: Slots, entry: Entry) -> Iterator[Mark | tuple[int, str]]:
    """Marks on top of the page, and values of its fields."""
    answers, words = dict(slots.answers), dict(slots.words)
    cells = {name: _cell(page, address) for name, address in slots.cells}
    if "word" in answers:
        yield _text(page, _cell(page, answers["word"]), words.get(entry.answer) or DEFAULT[entry.answer])
    elif "tick" in answers:
        if entry.answer == "yes":
            cell = _cell(page, answers["tick"])
            yield _tick(page, _letter(cell, next(i for i, c in enumerate(cell.text) if c in EMPTY_BOXES)), True)
    elif entry.answer in answers:
        for name, address in answers.items():
            yield from _chosen(page, _cell(page, address), name, name == entry.answer)
    elif entry.answer == "na" and "note" in cells:
        yield _text(page, cells["note"], " ".join(one for one in (DEFAULT["na"], entry.note) if one))
    else:
        raise Problem("forms.no_cell", number=place.number, answer=DEFAULT[entry.answer])
    for name, cell in cells.items():
        value = getattr(entry, name)
        if value and name in ("date", "target"):
            yield from _day(page, cell, value)
        elif value and not (name == "note" and entry.answer == "na" and "na" not in answers):
            yield _text(page, cell, value)


def _chosen(page: Page, cell: CellOnPage, name: str, chosen: bool) -> Iterator[Mark | tuple[int, str]]:
    text = cell.text.strip()
    if any(box in text for box in EMPTY_BOXES + FULL_BOXES):
        at = cell.text.index(text) if len(text) == 1 else box_at(cell.text, name)
        letter = cell.letters[at] if at is not None else None
        if letter is not None and (chosen or letter.widget >= 0):
            yield _tick(page, letter, chosen)
    elif not chosen:
        return
    elif not text:
        yield _text(page, cell, "○")
    else:
        at_sign = next((i for i, c in enumerate(cell.text) if SIGNS.get(c) == name), None) if only_signs(text) else None
        span = (at_sign, at_sign + 1) if at_sign is not None else word_at(cell.text, name)
        letters = [one for one in cell.letters[slice(*span)] if one is not None] if span else []
        if letters:
            left, top, right, bottom = around(one.box for one in letters)
            yield Mark(page.number, "circle", (left - 2.5, top - 1.5, right + 2.5, bottom + 1.5))


def _tick(page: Page, letter: Letter, chosen: bool) -> Mark | tuple[int, str]:
    if letter.widget >= 0:
        return (letter.widget, "on" if chosen else "off")
    return Mark(page.number, "tick", letter.box)


def _text(page: Page, cell: CellOnPage, text: str) -> Mark | tuple[int, str]:
    """A text in a cell, as large as it fits."""
    if cell.writing >= 0:
        return (cell.writing, text)
    left, top, right, bottom = cell.box
    widths = sum(1.0 if ord(letter) > 0xFF else 0.55 for letter in text) or 1
    size = max(SIZE_MIN, min(SIZE_MAX, (bottom - top) * 0.7, (right - left - 4) / widths))
    return Mark(page.number, "text", (left + 2, top, right - 2, bottom), text, size)


def _day(page: Page, cell: CellOnPage, iso: str) -> Iterator[Mark | tuple[int, str]]:
    """A date: its numbers before 年, 月 and 日, around the stroke of 「( / )」, or whole in an empty cell."""
    day = date.fromisoformat(iso)
    at = DATE_PLACE.search(cell.text)
    if cell.writing >= 0 or at is None:
        yield _text(page, cell, iso)
        return
    _, era, rest, _ = at.groups()
    start = at.start(3)
    if "年" in rest:
        year = day.year - REIWA if era in ("令和", "R") else day.year % 100 if era == "20" else day.year
        for sign, value in (("年", year), ("月", day.month), ("日", day.day)):
            yield _beside(page, _letter(cell, start + rest.index(sign)), str(value), "right")
        return
    strokes = [start + i for i, c in enumerate(rest) if c == "/"]
    numbers = [day.year, day.month, day.day] if len(strokes) > 1 else [day.month, day.day]
    for stroke, value in zip(strokes, numbers, strict=False):
        yield _beside(page, _letter(cell, stroke), str(value), "right")
    yield _beside(page, _letter(cell, strokes[-1]), str(numbers[-1]), "left")


def _beside(page: Page, letter: Letter, text: str, at: str) -> Mark:
    """Right-aligned up to a letter, or left-aligned behind it."""
    left, top, right, bottom = letter.box
    wide = 30.0
    box = (left - wide - 0.5, top, left - 0.5, bottom) if at == "right" else (right + 0.5, top, right + wide, bottom)
    return Mark(page.number, "text", box, text, max(SIZE_MIN, min(SIZE_MAX, (bottom - top) * 0.95)), at)


def _letter(cell: CellOnPage, index: int) -> Letter:
    found = cell.letters[index]
    if found is None:
        raise Problem("forms.no_cell", number="", answer=cell.text)
    return found


def _cell(page: Page, address: str) -> CellOnPage:
    from openpyxl.utils.cell import coordinate_to_tuple

    return page.cells[page.grid.at(coordinate_to_tuple(address))]
