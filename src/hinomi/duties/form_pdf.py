"""Official forms as PDF: a page's ruled lines are read as a table, and the very same pages come back with marks.

Where the page has fields to fill in (AcroForm), these get the answers; where it is flat, words are circled, boxes
ticked and dates written on top. Nothing of the page itself is changed. A scan has no letters, and is refused with
that reason.
"""

from __future__ import annotations

import io
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hinomi.duties.form_reading import COLUMNS_MAX, ROWS_MAX, Grid, read_grid
from hinomi.duties.form_shapes import DEFAULT, EMPTY_BOXES, FULL_BOXES, QUESTION_LETTERS_MIN, SIGNS, Entry, Place, Slots
from hinomi.duties.form_words import answers_in, is_date
from hinomi.duties.form_writing import DATE_PLACE, REIWA, box_at, by_check, only_signs, word_at
from hinomi.paper.overlay import Mark, overlay
from hinomi.texts import Problem

PAGES_MAX = 30
LETTERS_MAX = 200_000  # of a file
LINES_MAX = 20_000  # of a page
DEPTH_MAX = 20  # of fields under fields
SNAP = 2.5  # points within which two ruled lines are one
GAP = 4.0  # points that a dotted line may leave open
SIZE_MIN, SIZE_MAX = 5.0, 11.0  # of what is written on top

Box = tuple[float, float, float, float]  # left, top, right, bottom, from the upper left corner


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter of a page, or a field to tick (□)."""

    text: str
    box: Box
    widget: int = -1  # place among the page's annotations

    @property
    def middle(self) -> tuple[float, float]:
        return (self.box[0] + self.box[2]) / 2, (self.box[1] + self.box[3]) / 2


@dataclass(slots=True)
class CellOnPage:
    """A ruled cell: where it is, what stands in it, and which letter each character is."""

    box: Box
    text: str = ""
    letters: list[Letter | None] = field(default_factory=list)
    writing: int = -1  # a field for text, as a place among the annotations


@dataclass(slots=True)
class Page:
    number: int
    width: float
    height: float
    grid: Grid
    cells: dict[tuple[int, int], CellOnPage]
    title: str


def read_pdf(data: bytes) -> tuple[list[Place], str]:
    """Rows of all pages that ask something, and the title.

    Raises:
        hinomi.texts.Problem: locked, unreadable, too long, or without letters.
    """
    pages = list(_pages(data))
    places = [place for page in pages for place in read_grid(page.grid, f"p{page.number + 1}")]
    return places, next((page.title for page in pages if page.title), "")


def write_pdf(
    data: bytes, places: Sequence[Place], entries: Mapping[tuple[str, int], Entry | Sequence[Entry]]
) -> bytes:
    """The same pages with the answers on them."""
    from pypdf import PdfReader, PdfWriter
    from pypdf.generic import BooleanObject, NameObject

    straight = _straight(data)
    pages = {f"p{page.number + 1}": page for page in _pages(data)}
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
    writer = PdfWriter(clone_from=io.BytesIO(straight))
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
            left, top, right, bottom = _around(one.box for one in letters)
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


def _around(boxes: Iterable[Box]) -> Box:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


# ---------------------------------------------------------------- pages as tables


def _straight(data: bytes) -> bytes:
    """The file without rotated pages and without the lock that everybody may open."""
    from pypdf import PdfReader, PdfWriter
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Problem("forms.locked")
        if len(reader.pages) > PAGES_MAX:
            raise Problem("forms.too_many_pages", most=PAGES_MAX)
        writer = PdfWriter(clone_from=reader)
        for page in writer.pages:
            if page.rotation:
                page.transfer_rotation_to_content()
        out = io.BytesIO()
        writer.write(out)
        return out.getvalue()
    except Problem:
        raise
    except (PyPdfError, ValueError, KeyError, TypeError, RecursionError, AttributeError, IndexError) as error:
        raise Problem("forms.unreadable_pdf") from error


def _pages(data: bytes) -> Iterator[Page]:
    from pypdf import PdfReader

    straight = _straight(data)
    reader = PdfReader(io.BytesIO(straight))
    letters_seen = 0
    try:
        for number, layout in enumerate(_layouts(straight)):
            letters, lines = _drawn(layout)
            letters_seen += len(letters)
            if letters_seen > LETTERS_MAX or len(lines) > LINES_MAX:
                raise Problem("forms.too_large", most=LETTERS_MAX // 1000)
            boxes, writing = _widgets(reader.pages[number], layout.height)
            yield _page(number, layout.width, layout.height, [*letters, *boxes], lines, writing)
    except Problem:
        raise
    except Exception as error:
        raise Problem("forms.unreadable_pdf") from error
    if not letters_seen:
        raise Problem("forms.scan")


def _layouts(data: bytes) -> Iterator[Any]:
    """What is drawn on each page, letter by letter."""
    from pdfminer.converter import PDFPageAggregator
    from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
    from pdfminer.pdfpage import PDFPage

    shared = PDFResourceManager()
    device = PDFPageAggregator(shared, laparams=None)
    reader = PDFPageInterpreter(shared, device)
    for page in PDFPage.get_pages(io.BytesIO(data)):
        reader.process_page(page)
        yield device.get_result()


def _drawn(layout: Any) -> tuple[list[Letter], list[Box]]:
    """Letters, and ruled lines as thin boxes."""
    from pdfminer.layout import LTChar, LTCurve, LTFigure, LTLine, LTRect

    letters: list[Letter] = []
    lines: list[Box] = []
    waiting = list(layout)
    while waiting:
        one = waiting.pop()
        if isinstance(one, LTFigure):
            waiting += list(one)
        elif isinstance(one, LTChar):
            letters.append(Letter(one.get_text(), _turned(one.bbox, layout.height)))
        elif isinstance(one, LTLine | LTRect):
            left, top, right, bottom = _turned(one.bbox, layout.height)
            if right - left < 3 or bottom - top < 3:
                lines.append((left, top, right, bottom))
            else:
                lines += [(left, top, right, top), (left, bottom, right, bottom)]
                lines += [(left, top, left, bottom), (right, top, right, bottom)]
        elif isinstance(one, LTCurve):
            continue
    return letters, lines


def _turned(box: Any, height: float) -> Box:
    return float(box[0]), float(height - box[3]), float(box[2]), float(height - box[1])


def _widgets(page: Any, height: float) -> tuple[list[Letter], list[tuple[int, Box]]]:
    """Boxes to tick, and fields for text, of a page."""
    boxes: list[Letter] = []
    writing: list[tuple[int, Box]] = []
    low = float(page.mediabox.bottom)
    for number, one in enumerate(page.get("/Annots") or ()):
        widget = one.get_object()
        if widget.get("/Subtype") != "/Widget":
            continue
        owner = widget["/Parent"].get_object() if "/FT" not in widget and "/Parent" in widget else widget
        box = _turned([float(v) for v in widget["/Rect"]], height + low)
        if owner.get("/FT") == "/Btn":
            boxes.append(Letter("□", box, number))
        elif owner.get("/FT") == "/Tx":
            writing.append((number, box))
    return boxes, writing


def _page(
    number: int, width: float, height: float, letters: list[Letter], lines: list[Box], writing: list[tuple[int, Box]]
) -> Page:
    xs, across = _rules([(line[0], line[1], line[3]) for line in lines if line[2] - line[0] < 3])
    ys, along = _rules([(line[1], line[0], line[2]) for line in lines if line[3] - line[1] < 3])
    grid, cells = Grid(), dict[tuple[int, int], CellOnPage]()
    first = sorted(letters, key=lambda one: (round(one.middle[1] / 4), one.box[0]))
    title = next((t for t in _lines(first) if len(t.strip()) >= QUESTION_LETTERS_MIN), "")
    if len(xs) < 2 or len(ys) < 2 or len(xs) > COLUMNS_MAX or len(ys) > ROWS_MAX:
        return Page(number, width, height, grid, cells, title)
    grid.rows, grid.columns = len(ys) - 1, len(xs) - 1
    for (row, column), (last_row, last_column) in _merged(xs, ys, across, along).items():
        anchor = (row + 1, column + 1)
        cells[anchor] = CellOnPage((xs[column], ys[row], xs[last_column + 1], ys[last_row + 1]))
        grid.last_column[anchor] = last_column + 1
        for r in range(row, last_row + 1):
            for c in range(column, last_column + 1):
                grid.anchor[(r + 1, c + 1)] = anchor
    inside: dict[tuple[int, int], list[Letter]] = {}
    for letter in letters:
        at = _where(xs, ys, letter.middle)
        if at in grid.anchor:
            inside.setdefault(grid.anchor[at], []).append(letter)
    for anchor, found in inside.items():
        text, order = _in_order(found)
        cells[anchor].text, cells[anchor].letters = text, order
        plain = text.strip()
        if plain and not answers_in(plain) and not is_date(plain):
            plain = plain.replace("\n", "")
        if plain:
            grid.texts[anchor] = plain
    for annotation, box in writing:
        at = _where(xs, ys, ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2))
        if at in grid.anchor:
            cells[grid.anchor[at]].writing = annotation
    return Page(number, width, height, grid, cells, title)


def _where(xs: Sequence[float], ys: Sequence[float], point: tuple[float, float]) -> tuple[int, int]:
    return bisect_right(ys, point[1]), bisect_right(xs, point[0])


def _rules(segments: list[tuple[float, float, float]]) -> tuple[list[float], dict[float, list[tuple[float, float]]]]:
    """Where ruled lines stand, and from where to where each goes, dots taken together."""
    found: dict[float, list[tuple[float, float]]] = {}
    places: list[float] = []
    for at, start, end in sorted(segments):
        if not places or at - places[-1] > SNAP:
            places.append(at)
            found[at] = []
        found[places[-1]].append((start, end))
    for at, parts in found.items():
        joined: list[tuple[float, float]] = []
        for start, end in sorted(parts):
            if joined and start - joined[-1][1] <= GAP:
                joined[-1] = (joined[-1][0], max(joined[-1][1], end))
            else:
                joined.append((start, end))
        found[at] = joined
    return places, found


def _merged(
    xs: Sequence[float],
    ys: Sequence[float],
    across: Mapping[float, list[tuple[float, float]]],
    along: Mapping[float, list[tuple[float, float]]],
) -> dict[tuple[int, int], tuple[int, int]]:
    """Cells of the table: first box (row, column) → last box. Boxes without a line between them are one cell."""
    rows, columns = len(ys) - 1, len(xs) - 1
    group = {(r, c): (r, c) for r in range(rows) for c in range(columns)}

    def root(one: tuple[int, int]) -> tuple[int, int]:
        while group[one] != one:
            group[one] = group[group[one]]
            one = group[one]
        return one

    for r in range(rows):
        middle = (ys[r] + ys[r + 1]) / 2
        for c in range(columns - 1):
            if not any(a <= middle <= b for a, b in across[xs[c + 1]]):
                group[root((r, c + 1))] = root((r, c))
    for c in range(columns):
        middle = (xs[c] + xs[c + 1]) / 2
        for r in range(rows - 1):
            if not any(a <= middle <= b for a, b in along[ys[r + 1]]):
                group[root((r + 1, c))] = root((r, c))
    parts: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for one in group:
        parts.setdefault(root(one), []).append(one)
    found = {}
    for boxes in parts.values():
        first = (min(r for r, _ in boxes), min(c for _, c in boxes))
        last = (max(r for r, _ in boxes), max(c for _, c in boxes))
        if len(boxes) == (last[0] - first[0] + 1) * (
            last[1] - first[1] + 1
        ):  # what is no rectangle lies between tables
            found[first] = last
    return found


def _in_order(letters: list[Letter]) -> tuple[str, list[Letter | None]]:
    """The text of a cell line by line, and the letter behind each character."""
    rows: list[list[Letter]] = []
    for letter in sorted(letters, key=lambda one: one.middle[1]):
        high = letter.box[3] - letter.box[1]
        if rows and abs(letter.middle[1] - rows[-1][0].middle[1]) < max(high, 4.0) * 0.6:
            rows[-1].append(letter)
        else:
            rows.append([letter])
    order: list[Letter | None] = []
    text = ""
    for row in rows:
        if text:
            text, order = text + "\n", [*order, None]
        before: Letter | None = None
        for letter in sorted(row, key=lambda one: one.box[0]):
            if before is not None and letter.box[0] - before.box[2] > 0.6 * (letter.box[3] - letter.box[1]):
                text, order = text + " ", [*order, None]
            text += letter.text
            order += [letter] * len(letter.text)
            before = letter
    return text, order


def _lines(letters: list[Letter]) -> Iterator[str]:
    yield from _in_order(letters)[0].split("\n")
