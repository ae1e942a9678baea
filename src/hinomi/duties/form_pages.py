"""A PDF's pages as tables: ruled lines make the cells, letters and fields to tick lie in them.

A scan has no letters, and is refused with that reason.
"""

from __future__ import annotations

import io
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hinomi.duties.form_reading import COLUMNS_MAX, ROWS_MAX, Grid
from hinomi.duties.form_shapes import QUESTION_LETTERS_MIN
from hinomi.duties.form_words import answers_in, is_date
from hinomi.texts import Problem

PAGES_MAX = 30
LETTERS_MAX = 200_000  # of a file
LINES_MAX = 20_000  # of a page
SNAP = 2.5  # points within which two ruled lines are one
GAP = 4.0  # points that a dotted line may leave open

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


def around(boxes: Iterable[Box]) -> Box:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def straight(data: bytes) -> bytes:
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


def pages_of(data: bytes) -> Iterator[Page]:
    from pypdf import PdfReader

    upright = straight(data)
    reader = PdfReader(io.BytesIO(upright))
    letters_seen = 0
    try:
        for number, layout in enumerate(_layouts(upright)):
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
