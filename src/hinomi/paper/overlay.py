"""Marks on top of somebody else's pages: circles, ticks and short texts, set by Typst, each page its own size."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from hinomi.paper.pdf import face, fonts
from hinomi.texts import Problem

_SHEET = """#let data = json("data.json")
#set text(font: data.face, fill: rgb("#0b3d91"))
#for (number, sheet) in data.pages.enumerate() {
  page(width: sheet.width * 1pt, height: sheet.height * 1pt, margin: 0pt, fill: none)[
    #for mark in sheet.marks {
      let (x0, y0, x1, y1) = mark.box
      let wide = (x1 - x0) * 1pt
      let high = (y1 - y0) * 1pt
      let inner = if mark.kind == "circle" {
        ellipse(width: wide, height: high, stroke: 1pt + rgb("#0b3d91"))
      } else if mark.kind == "tick" {
        box(width: wide, height: high)[
          #place(line(start: (10%, 55%), end: (40%, 88%), stroke: 1.2pt + rgb("#0b3d91")))
          #place(line(start: (40%, 88%), end: (95%, 8%), stroke: 1.2pt + rgb("#0b3d91")))
        ]
      } else {
        box(width: wide, height: high, clip: false,
          align((if mark.at == "left" { left } else if mark.at == "right" { right } else { center }) + horizon,
            text(size: mark.size * 1pt, mark.text)))
      }
      place(top + left, dx: x0 * 1pt, dy: y0 * 1pt, inner)
    }
  ]
}
"""


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark; its box counts in points from the upper left corner of the page."""

    page: int
    kind: str  # circle | tick | text
    box: tuple[float, float, float, float]
    text: str = ""
    size: float = 8.0
    at: str = "center"  # left | center | right


def overlay(sizes: Sequence[tuple[float, float]], marks: Sequence[Mark]) -> bytes:
    """A PDF of as many pages as `sizes`, empty but for the marks. Texts go in as data, never as markup.

    Raises:
        hinomi.texts.Problem: this machine has no Japanese face.
    """
    import typst

    family = face()
    if family is None:
        raise Problem("paper.no_face")
    pages = [
        {"width": width, "height": height, "marks": [asdict(mark) for mark in marks if mark.page == number]}
        for number, (width, height) in enumerate(sizes)
    ]
    with tempfile.TemporaryDirectory(prefix="hinomi-paper-") as folder:
        root = Path(folder)
        (root / "data.json").write_text(json.dumps({"face": family, "pages": pages}, ensure_ascii=False), "utf-8")
        (root / "sheet.typ").write_text(_SHEET, "utf-8")
        made: bytes = typst.compile(root / "sheet.typ", root=root, font_paths=fonts())
    return made
