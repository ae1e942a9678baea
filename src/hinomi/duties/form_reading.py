"""One sheet of an official form: which rows ask something, and which cells take the answer.

Answers are looked for in this order: boxes to tick (「□ はい」, in the cell or beside it), words of which one is to be
circled (「はい・いいえ」), a cell that offers a list, columns of the table's head (はい | いいえ, or 回答). A row
without a question of its own belongs to the question above it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hinomi.duties.form_shapes import EMPTY_BOXES, FULL_BOXES, QUESTION_LETTERS_MIN, SIGNS, WORDS, Place, Slots
from hinomi.duties.form_words import DATE_IN, Numbers, answer_of, answers_in, is_date, is_number, norm

ROWS_MAX, COLUMNS_MAX = 2_000, 60
HEAD_LETTERS_MAX = 18
CHECKS_MAX = 3

Cell = tuple[int, int]

_ROLES = {
    "number": ("番号", "no", "no.", "項番", "項目番号", "設問番号", "#", "id"),
    "text": (
        "項目", "確認項目", "チェック項目", "点検項目", "評価項目", "内容", "確認内容", "点検内容", "確認事項",
        "要求事項", "設問", "質問", "質問項目", "対策項目", "question", "item",
    ),
    "date": ("確認日", "日付", "確認した日付", "確認年月日", "実施日", "回答日", "記入日", "date"),
    "target": ("目標日", "対応予定日", "予定日", "改善予定日", "対応目標", "目標年月日", "target"),
    "person": ("確認者", "担当者", "回答者", "記入者", "実施者"),
    "note": ("備考", "特記事項", "コメント", "補足", "remarks", "note", "notes"),
    "answer": (
        "回答", "結果", "確認結果", "回答欄", "チェック", "チェック欄", "判定", "評価", "実施状況", "対応状況", "確認",
        "answer", "response",
    ),
}  # fmt: skip
_REMARK = "※*＊注"
_CHECK = re.compile(r"([1-9])回目")
_LABELS = {"target": re.compile(r"目標|予定"), "date": re.compile(r"確認日|日付|実施日")}


@dataclass(slots=True)
class Grid:
    """The texts of a sheet. A merged cell speaks for all the cells it covers."""

    texts: dict[Cell, str] = field(default_factory=dict)
    anchor: dict[Cell, Cell] = field(default_factory=dict)
    last_column: dict[Cell, int] = field(default_factory=dict)
    formulas: set[Cell] = field(default_factory=set)
    choices: dict[Cell, tuple[str, ...]] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    rows: int = 0
    columns: int = 0

    def at(self, cell: Cell) -> Cell:
        return self.anchor.get(cell, cell)

    def own(self, row: int) -> dict[int, str]:
        """Column → text of the cells that begin in this row."""
        return {c: t for c in range(1, self.columns + 1) if (t := self.texts.get((row, c), ""))}


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a table: what stands in which column, by check."""

    row: int
    number: tuple[int, ...]
    text: tuple[int, ...]
    columns: tuple[tuple[int, str, int], ...]  # check, role, column
    legend: tuple[tuple[str, str], ...]  # 「回答(○・×)」

    @property
    def answers(self) -> set[int]:
        return {column for _, role, column in self.columns if role in ("yes", "no", "na", "answer")}


def read_sheet(sheet: Any) -> tuple[list[Place], str]:
    """Rows of one sheet that ask something, and its title."""
    grid = _grid(sheet)
    title = next(
        (text for (row, _), text in sorted(grid.texts.items()) if row <= 5 and len(text) >= QUESTION_LETTERS_MIN), ""
    )
    return read_grid(grid, sheet.title), title


def read_grid(grid: Grid, name: str) -> list[Place]:
    """Rows of any table of texts that ask something: a sheet of a book, or the ruled lines of a printed page."""
    return _places(grid, _heads(grid), name)


def _grid(sheet: Any) -> Grid:
    grid = Grid(rows=min(sheet.max_row, ROWS_MAX), columns=min(sheet.max_column, COLUMNS_MAX))
    for area in sheet.merged_cells.ranges:
        grid.last_column[(area.min_row, area.min_col)] = area.max_col
        for row in range(area.min_row, min(area.max_row, ROWS_MAX) + 1):
            for column in range(area.min_col, min(area.max_col, COLUMNS_MAX) + 1):
                grid.anchor[(row, column)] = (area.min_row, area.min_col)
    for cells in sheet.iter_rows(max_row=grid.rows, max_col=grid.columns):
        for cell in cells:
            if cell.data_type == "f":
                grid.formulas.add((cell.row, cell.column))
            elif isinstance(cell.value, str | int | float) and str(cell.value).strip():
                grid.texts[(cell.row, cell.column)] = str(cell.value).strip()
    grid.hidden = {row for row, facts in sheet.row_dimensions.items() if facts.hidden}
    for rule in sheet.data_validations.dataValidation:
        words = _choices(sheet, rule) if rule.type == "list" else ()
        for area in rule.sqref.ranges if words else ():
            for row in range(area.min_row, min(area.max_row, ROWS_MAX) + 1):
                for column in range(area.min_col, min(area.max_col, COLUMNS_MAX) + 1):
                    grid.choices[(row, column)] = words
    return grid


def _choices(sheet: Any, rule: Any) -> tuple[str, ...]:
    """What a list lets a person choose: written out, or in a range of this book."""
    formula = str(rule.formula1 or "").strip()
    if formula.startswith('"'):
        return tuple(one.strip() for one in formula.strip('"').split(",") if one.strip())
    named = sheet.parent.defined_names.get(formula) or sheet.defined_names.get(formula)
    found = re.fullmatch(
        r"(?:'?([^'!]+)'?!)?(\$?[A-Z]+\$?\d+(?::\$?[A-Z]+\$?\d+)?)", named.attr_text if named else formula
    )
    if found is None or (found.group(1) and found.group(1) not in sheet.parent.sheetnames):
        return ()
    cells = (sheet.parent[found.group(1)] if found.group(1) else sheet)[found.group(2).replace("$", "")]
    rows = cells if isinstance(cells, tuple) else ((cells,),)
    return tuple(str(cell.value).strip() for row in rows for cell in row if cell.value is not None)[:ROWS_MAX]


# ---------------------------------------------------------------- heads


def _heads(grid: Grid) -> dict[int, Head]:
    """Head rows, by their last row. A form may have several tables, each with its own head of one to three rows."""
    found: dict[int, Head] = {}
    below = [row for row in range(1, grid.rows + 1) if _only_answers(grid, row)]
    row = 1
    while row <= grid.rows:
        if not _begins_head(grid, row) or (len(below) > 1 and row in below):
            row += 1
            continue
        last = row
        while last < min(row + 2, grid.rows) and _only_head_words(grid, last + 1):
            last += 1
        found[last] = _head(grid, row, last)
        row = last + 1
    return found


def _role(text: str, yes: bool = False) -> str:
    """What a column of this head holds: the longest word that it begins with. `No` is a number unless `Yes` is near."""
    word = re.sub(r"[(（【「].*", "", norm(text)) or norm(text)
    if word == "no" and not yes:
        return "number"
    for answer, words in WORDS.items():
        if word in words and answer != "yes":
            return answer
    if word in WORDS["yes"]:
        return "yes"
    if not word or len(word) > HEAD_LETTERS_MAX:
        return ""
    fits = [
        (len(w), role)
        for role, words in _ROLES.items()
        for w in words
        if word == w or (len(w) > 1 and word.startswith(w))
    ]
    return max(fits)[1] if fits else ""


def _begins_head(grid: Grid, row: int) -> bool:
    own = grid.own(row)
    if any(
        text[0] in EMPTY_BOXES + FULL_BOXES or (len(norm(text)) > HEAD_LETTERS_MAX and not _role(text))
        for text in own.values()
    ):
        return False
    roles = {_role(text, _says_yes(own.values())) for text in own.values()} - {""}
    checks = any(_CHECK.search(norm(text)) for text in own.values())
    return ("text" in roles and (checks or bool(roles & {"number", "answer", "yes", "date"}))) or {"yes", "no"} <= roles


def _only_answers(grid: Grid, row: int) -> bool:
    """「はい」「いいえ」 alone. Where that comes more than once, answers stand below each question: it is no head."""
    own = grid.own(row)
    return bool(own) and all(answer_of(text) for text in own.values()) and not _role_above(grid, row)


def _role_above(grid: Grid, row: int) -> bool:
    return any(_role(text) == "text" for text in grid.own(row - 1).values())


def _says_yes(texts: Iterable[str]) -> bool:
    return any(norm(text) in WORDS["yes"] for text in texts)


def _only_head_words(grid: Grid, row: int) -> bool:
    own = grid.own(row)
    return bool(own) and all(
        (_role(t) and not re.search(r"\d|[①-⑳]", t)) or _CHECK.fullmatch(norm(t)) for t in own.values()
    )


def _head(grid: Grid, first: int, last: int) -> Head:
    number: tuple[int, ...] = ()
    text: tuple[int, ...] = ()
    columns: list[tuple[int, str, int]] = []
    legend: dict[str, str] = {}
    check, seen = 1, set[tuple[int, str]]()
    yes = _says_yes(text for row in range(first, last + 1) for text in grid.own(row).values())
    for column in range(1, grid.columns + 1):
        stack = [cell for row in range(first, last + 1) if grid.texts.get(cell := grid.at((row, column)))]
        stack = list(dict.fromkeys(stack))
        for cell in stack:
            if said := _CHECK.search(norm(grid.texts[cell])):
                check = min(int(said.group(1)), CHECKS_MAX)
        roles = [
            (cell, _role(grid.texts[cell], yes) or ("answer" if _CHECK.search(norm(grid.texts[cell])) else ""))
            for cell in stack
        ]
        role = next((role for _, role in reversed(roles) if role), "")
        begins = any(cell[1] == column for cell, name in roles if name == role)
        if role in ("number", "text"):
            if role == "number":
                number = (*number, column)
            elif not text or not begins:
                text = (*text, column)
            continue
        if not role or not begins or (role == "answer" and roles[-1][0][1] != column):
            continue
        if (check, role) in seen and role in ("yes", "no", "na", "answer") and check < CHECKS_MAX:
            check += 1
        if (check, role) not in seen:
            seen.add((check, role))
            columns.append((check, role, column))
        if role == "answer":
            legend |= {
                SIGNS[s]: s for cell in stack for s in re.findall("|".join(map(re.escape, SIGNS)), grid.texts[cell])
            }
    marks = tuple(legend.items()) if {"yes", "no"} <= set(legend) else ()
    return Head(last, number, text, tuple(columns), marks)


# ---------------------------------------------------------------- rows


def _places(grid: Grid, heads: Mapping[int, Head], name: str) -> list[Place]:
    places: list[Place] = []
    numbers = Numbers()
    head: Head | None = None
    pending: tuple[int, str, str] | None = None
    in_head = {row for last in heads for row in range(_first_row(grid, heads, last), last + 1)}
    for row in range(1, grid.rows + 1):
        if row in heads:
            head, pending = heads[row], None
        if row in in_head:
            continue
        own = grid.own(row)
        slots = _cells_that_ask(grid, row, own)
        taken = {cell[1] for one in slots for cell in one.used}
        column, text = _question(grid, row, own, head, taken)
        if text:
            number, text = numbers.read(_printed(grid, row, own, head, column), text)
            heading = (
                head is not None and head.answers and grid.last_column.get((row, column), column) >= min(head.answers)
            )
            if not slots and head is not None and not heading:
                slots = _by_head(grid, row, head)
            if slots:
                places.append(_place(grid, name, row, number, text, slots, head))
                pending = None
            elif head is not None and number and not heading and not head.answers:
                places.append(_place(grid, name, row, number, text, [], head))
            else:
                pending = (row, number, text)
        elif slots and pending is not None:
            places.append(_place(grid, name, pending[0], pending[1], pending[2], slots, head))
            pending = None
    return places


def _printed(grid: Grid, row: int, own: Mapping[int, str], head: Head | None, column: int) -> list[str]:
    """Numbers in cells of their own, left of the text or in the column for them."""
    said = [own[c] for c in sorted(own) if c < column and is_number(own[c])]
    if not said and head is not None:
        covering = [grid.texts.get(grid.at((row, c)), "") for c in head.number]
        said = [one for one in dict.fromkeys(covering) if one]
    return said


def _first_row(grid: Grid, heads: Mapping[int, Head], last: int) -> int:
    first = last
    while first > 1 and first - 1 not in heads and (_begins_head(grid, first - 1) or _only_head_words(grid, first - 1)):
        first -= 1
    return first


@dataclass(slots=True)
class _Found:
    """Cells of one check as they are found."""

    answers: dict[str, Cell] = field(default_factory=dict)
    cells: dict[str, Cell] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)

    @property
    def used(self) -> list[Cell]:
        return [*self.answers.values(), *self.cells.values()]


def _cells_that_ask(grid: Grid, row: int, own: Mapping[int, str]) -> list[_Found]:
    """What the cells of a row themselves offer: boxes, words to circle, lists, places for a date."""
    found: list[_Found] = []

    def put(answer: str, cell: Cell) -> None:
        if not found or (answer in found[-1].answers and found[-1].answers[answer] != cell):
            found.append(_Found())
        found[-1].answers.setdefault(answer, cell)

    for column, text in own.items():
        cell = (row, column)
        options = answers_in(text)
        if options:
            for answer in options:
                put(answer, cell)
            if DATE_IN.search(text) and found:
                found[-1].cells.setdefault("date", cell)
        elif text in EMPTY_BOXES + FULL_BOXES:
            word = _beside(own, column)
            if word:
                put(word, cell)
        elif is_date(text) and found:
            role = _label(own, column)
            found[-1].cells.setdefault(role or ("target" if "date" in found[-1].cells else "date"), cell)
    if not found:
        alone = {answer: (row, c) for c, t in own.items() if (answer := answer_of(t)) and norm(t) not in ("n", "y")}
        if {"yes", "no"} <= set(alone):
            found.append(_Found(dict(alone)))
    for column in range(1, grid.columns + 1):
        choices = grid.choices.get((row, column), ())
        words = {answer: one for one in reversed(choices) if (answer := answer_of(one))}
        if {"yes", "no"} <= set(words) and grid.at((row, column)) == (row, column):
            found.append(_Found({"word": (row, column)}, {}, words))
    if not found:
        box = next(
            (c for c, t in own.items() if t in EMPTY_BOXES or (t[0] in EMPTY_BOXES and len(t) > QUESTION_LETTERS_MIN)),
            0,
        )
        if box and sum(t[0] in EMPTY_BOXES for t in own.values()) == 1:
            found.append(_Found({"tick": (row, box)}))
    return found[:CHECKS_MAX]


def _beside(own: Mapping[int, str], column: int) -> str:
    """The answer whose word stands right of a lone box, or left of it where the form writes the word first."""
    order = sorted(own)
    place = order.index(column)
    right = answer_of(own[order[place + 1]]) if place + 1 < len(order) else ""
    left = answer_of(own[order[place - 1]]) if place else ""
    first = next((c for c in order if own[c] in EMPTY_BOXES + FULL_BOXES or answer_of(own[c])), column)
    return (right or left) if own[first] in EMPTY_BOXES + FULL_BOXES else (left or right)


def _label(own: Mapping[int, str], column: int) -> str:
    near = [own[c] for c in sorted(own, reverse=True) if c <= column][:2]
    return next((role for text in near for role, words in _LABELS.items() if words.search(text)), "")


def _by_head(grid: Grid, row: int, head: Head) -> list[_Found]:
    """The answer cells of a row by the head of its table."""
    found: dict[int, _Found] = {}
    for check, role, column in head.columns:
        cell = grid.at((row, column))
        if cell in grid.formulas or role not in ("yes", "no", "na", "answer"):
            continue
        one = found.setdefault(check, _Found())
        one.answers["word" if role == "answer" else role] = cell
        if role == "answer":
            one.words.update(head.legend)
        elif grid.choices.get(cell):
            one.words[role] = grid.choices[cell][0]
    good = [one for _, one in sorted(found.items()) if "word" in one.answers or {"yes", "no"} <= set(one.answers)]
    for one in good:
        if "yes" in one.answers:
            one.answers.pop("word", None)
    return good


def _question(grid: Grid, row: int, own: Mapping[int, str], head: Head | None, taken: set[int]) -> tuple[int, str]:
    """Column and text of what a row asks."""
    texts = {
        c: t for c, t in own.items()
        if not (is_number(t) or answers_in(t) or is_date(t) or answer_of(t) or t in EMPTY_BOXES + FULL_BOXES)
        and (c not in taken or t[0] in EMPTY_BOXES) and t[0] not in _REMARK
    }  # fmt: skip
    if head is not None and head.text:
        of_head = {c: t for c, t in texts.items() if c in head.text}
        other = {c for _, _, c in head.columns} | set(head.number)
        texts = of_head or {
            c: t for c, t in texts.items()
            if c not in other and grid.last_column.get((row, c), c) > max(c, min(head.text) - 1)
        }  # fmt: skip
    long = {c: t for c, t in texts.items() if len(t) >= QUESTION_LETTERS_MIN}
    if not long:
        if (head is not None and head.text and texts and (taken or any(c in own for c in head.number))) or (
            taken and texts
        ):
            long = texts
        else:
            return 0, ""
    column = max(long, key=lambda c: (len(long[c]), -c))
    return column, long[column].lstrip(EMPTY_BOXES + " 　") if long[column][0] in EMPTY_BOXES else long[column]


def _place(grid: Grid, name: str, row: int, number: str, text: str, slots: list[_Found], head: Head | None) -> Place:
    for check, role, column in head.columns if head is not None else ():
        if role in ("date", "target", "person", "note") and 0 < check <= len(slots):
            cell = grid.at((row, column))
            if cell not in grid.formulas and (role == "date" or cell not in slots[check - 1].answers.values()):
                slots[check - 1].cells[role] = cell
    made = [Slots(_addresses(one.answers), _addresses(one.cells), tuple(one.words.items())) for one in slots]
    cells = made[0].cells if made else _addresses({r: grid.at((row, c)) for _, r, c in head.columns} if head else {})
    doubts = [
        doubt
        for doubt, holds in (
            ("no_number", not number),
            ("no_answer_cell", not made),
            ("short", len(text) < QUESTION_LETTERS_MIN),
            ("hidden", row in grid.hidden),
        )
        if holds
    ]
    first = made[0] if made else Slots(())
    return Place(name, row, number, text, first.answers, cells, tuple(doubts), first.words, tuple(made[1:]))


def _addresses(cells: Mapping[str, Cell]) -> tuple[tuple[str, str], ...]:
    from openpyxl.utils import get_column_letter

    return tuple((name, f"{get_column_letter(column)}{row}") for name, (row, column) in cells.items())
