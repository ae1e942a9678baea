"""A paper as PDF, set by Typst. The text goes in as data, never as markup."""

from __future__ import annotations

import json
import re
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from hinomi.paper.shapes import Block, Break, Heading, Items, Paper, Picture, Table, Text
from hinomi.texts import Problem

# Japanese faces that hospitals' and servers' systems have, in the order of our liking.
FACES = (
    "Noto Sans CJK JP", "Noto Sans JP", "BIZ UDPGothic", "BIZ UDGothic", "IPAexGothic", "IPAGothic", "IPAPGothic",
    "Yu Gothic", "Meiryo", "MS PGothic", "MS Gothic", "Hiragino Sans", "Takao Gothic", "TakaoGothic",
    "VL Gothic", "Droid Sans Fallback",
)  # fmt: skip

_SHEET = (Path(__file__).parent / "sheet.typ").read_bytes()


def face() -> str | None:
    """The Japanese face that a PDF would be set in; None when this machine has none."""
    return _fonts()[1]


def fonts() -> Any:
    """The faces of this machine, read once."""
    return _fonts()[0]


@cache
def _fonts() -> tuple[Any, str | None]:
    import typst

    found = typst.Fonts()
    families = set(found.families())
    return found, next((one for one in FACES if one in families), None)


def to_pdf(paper: Paper) -> bytes:
    """The paper on A4.

    Raises:
        hinomi.texts.Problem: this machine has no Japanese face.
    """
    import typst

    family = face()
    if family is None:
        raise Problem("paper.no_face")
    with tempfile.TemporaryDirectory(prefix="hinomi-paper-") as folder:
        root = Path(folder)
        data = {
            "title": paper.title,
            "lang": paper.lang,
            "made": paper.made,
            "wide": paper.wide,
            "face": family,
            "blocks": [_block(block, root, number) for number, block in enumerate(paper.blocks)],
        }
        (root / "data.json").write_text(json.dumps(data, ensure_ascii=False), "utf-8")
        (root / "sheet.typ").write_bytes(_SHEET)
        made: bytes = typst.compile(root / "sheet.typ", root=root, font_paths=fonts())
    return made


def _block(block: Block, root: Path, number: int) -> dict[str, Any]:
    match block:
        case Heading():
            return {"kind": "heading", "text": block.text, "level": block.level}
        case Text():
            return {"kind": "text", "text": block.text, "tone": block.tone}
        case Items():
            return {"kind": "items", "lines": list(block.lines), "ordered": block.ordered, "boxes": block.boxes}
        case Table():
            columns = len(block.head)
            return {
                "kind": "table",
                "head": list(block.head),
                "rows": [[*map(_breakable, row), *[""] * (columns - len(row))][:columns] for row in block.rows],
                "widths": list(block.widths) or [1] * columns,
                "marked": sorted(block.marked),
            }
        case Picture():
            name = f"picture{number}.svg"
            (root / name).write_text(block.svg, "utf-8")
            return {"kind": "picture", "file": name, "words": block.words}
        case Break():
            return {"kind": "break"}


def _breakable(text: str) -> str:
    """Lets an address or a hash end its line anywhere, so that it stays inside its column."""
    text = re.sub(r"([/._:,;@=-])(?=\w)", "\\1\u200b", text)
    return re.sub(r"([0-9A-Za-z]{16})(?=[0-9A-Za-z])", "\\1\u200b", text)
