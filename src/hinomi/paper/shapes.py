"""What a sheet is made of. Plain data; the three writers read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Lang = Literal["ja", "en"]
Tone = Literal["", "caution", "muted"]


@dataclass(frozen=True, slots=True)
class Heading:
    text: str
    level: int = 2  # 1 is the title of the paper


@dataclass(frozen=True, slots=True)
class Text:
    text: str
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Items:
    """A list; `ordered` numbers it, `boxes` puts an empty box to tick before each line."""

    lines: Sequence[str]
    ordered: bool = False
    boxes: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """`widths` are shares of the page; `marked` are the numbers of rows that need an eye."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[float] = ()
    marked: frozenset[int] = frozenset()
    title: str = ""  # name of the sheet in Excel


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing as SVG text, with its words for those who cannot see it."""

    svg: str
    words: str


@dataclass(frozen=True, slots=True)
class Break:
    """A new page begins."""


Block = Heading | Text | Items | Table | Picture | Break


@dataclass(slots=True)
class Paper:
    title: str
    lang: Lang = "ja"
    made: str = ""  # when and by what it was made, in words; stands on every page
    wide: bool = False  # landscape
    blocks: list[Block] = field(default_factory=list)

    def add(self, *blocks: Block) -> None:
        self.blocks.extend(blocks)
