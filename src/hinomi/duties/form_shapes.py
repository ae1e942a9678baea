"""What is known of an official form: its rows, the cells that take an answer, and what may be written there."""

from __future__ import annotations

from dataclasses import dataclass

# Japanese forms say yes, no and "does not apply" in these ways.
WORDS: dict[str, tuple[str, ...]] = {
    "yes": ("はい", "有", "有り", "あり", "適", "適合", "可", "実施", "実施済", "実施済み", "済", "yes", "y"),
    "no": ("いいえ", "無", "無し", "なし", "否", "不適", "不適合", "不可", "未実施", "未", "no", "n"),
    "na": ("対象外", "該当なし", "該当無し", "該当せず", "非該当", "適用外", "n/a", "na", "notapplicable"),
}
SIGNS = {"○": "yes", "〇": "yes", "◯": "yes", "×": "no", "✕": "no", "-": "na", "ー": "na", "―": "na", "−": "na"}
EMPTY_BOXES, FULL_BOXES = "□☐◻❏", "☑☒■✓✔"
QUESTION_LETTERS_MIN = 8
DEFAULT = {"yes": "はい", "no": "いいえ", "na": "対象外"}


@dataclass(frozen=True, slots=True)
class Slots:
    """Where one check of one row is written."""

    answers: tuple[tuple[str, str], ...]  # yes, no, na, or `word` for one cell that takes the word → cell
    cells: tuple[tuple[str, str], ...] = ()  # date, target, person, note → cell
    words: tuple[tuple[str, str], ...] = ()  # what the form wants written: answer → ○, ×, 有 …


@dataclass(frozen=True, slots=True)
class Place:
    """One row of a form: what it asks, and the cells that take the answer."""

    sheet: str
    row: int
    number: str
    text: str
    answers: tuple[tuple[str, str], ...]
    cells: tuple[tuple[str, str], ...]
    doubts: tuple[str, ...]  # ids: no_number, no_answer_cell, short, twice, hidden
    words: tuple[tuple[str, str], ...] = ()
    later: tuple[Slots, ...] = ()  # the second and third check, where the form has room for them

    @property
    def sure(self) -> bool:
        return not self.doubts

    @property
    def slots(self) -> tuple[Slots, ...]:
        """One for each check the form has room for."""
        return (Slots(self.answers, self.cells, self.words), *self.later)


@dataclass(frozen=True, slots=True)
class Form:
    """What was read of a file."""

    name: str
    title: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """What one check of one row says."""

    answer: str  # yes | no | na
    date: str = ""
    target: str = ""
    person: str = ""
    note: str = ""
    check: int = 1
