"""A paper as one HTML file: no script, nothing from elsewhere, ready for a printer."""

from __future__ import annotations

import base64
from html import escape

from hinomi.paper.shapes import Block, Break, Heading, Items, Paper, Picture, Table, Text

_STYLE = """
:root { color-scheme: light; }
body { font: 15px/1.6 "Noto Sans JP", "Noto Sans CJK JP", "Hiragino Sans", "Yu Gothic", Meiryo, sans-serif;
  color: #1c1b18; background: #fff; margin: 0 auto; padding: 24px; max-width: 62rem; }
body.wide { max-width: 84rem; }
h1 { font-size: 1.6rem; line-height: 1.3; margin: 0 0 .25rem; }
h2 { font-size: 1.2rem; margin: 1.6rem 0 .4rem; border-bottom: 2px solid #1c1b18; break-after: avoid; }
h3 { font-size: 1rem; margin: 1.1rem 0 .3rem; break-after: avoid; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; margin: .5rem 0 1rem; font-size: .88rem; }
th, td { border: 1px solid #777; padding: .25rem .4rem; text-align: left; vertical-align: top;
  overflow-wrap: anywhere; white-space: pre-line; }
th { background: #ecebe6; }
tr { break-inside: avoid; }
tr.marked td { background: #fdf0d5; }
tr.marked td:first-child { border-left: 5px solid #b45309; }
p { white-space: pre-line; }
.caution { border-left: 5px solid #b45309; padding-left: .7rem; font-weight: 600; }
.muted, .made { color: #55524b; font-size: .85rem; }
ul.boxes { list-style: none; padding-left: 0; }
ul.boxes li::before { content: "☐ "; font-size: 1.2em; }
img { max-width: 100%; }
@page { margin: 14mm 12mm; }
@page wide { size: A4 landscape; }
@media print { body { padding: 0; max-width: none; font-size: 10.5pt; } body.wide { page: wide; } }
.break { break-after: page; }
"""


def to_html(paper: Paper) -> str:
    """The whole page as text."""
    body = "\n".join(_block(block) for block in paper.blocks)
    return (
        f'<!doctype html>\n<html lang="{paper.lang}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(paper.title)}</title><style>{_STYLE}</style></head>"
        f'<body class="{"wide" if paper.wide else ""}"><main><h1>{escape(paper.title)}</h1>'
        f'<p class="made">{escape(paper.made)}</p>\n{body}\n</main></body></html>\n'
    )


def _block(block: Block) -> str:
    match block:
        case Heading():
            level = min(max(block.level, 2), 3)
            return f"<h{level}>{escape(block.text)}</h{level}>"
        case Text():
            return f'<p class="{block.tone}">{escape(block.text)}</p>'
        case Items():
            tag = "ol" if block.ordered else "ul"
            lines = "".join(f"<li>{escape(line)}</li>" for line in block.lines)
            return f'<{tag} class="{"boxes" if block.boxes else ""}">{lines}</{tag}>'
        case Table():
            return _table(block)
        case Picture():
            data = base64.b64encode(block.svg.encode()).decode()
            return f'<img alt="{escape(block.words)}" src="data:image/svg+xml;base64,{data}">'
        case Break():
            return '<div class="break"></div>'


def _table(table: Table) -> str:
    total = sum(table.widths)
    columns = "".join(f'<col style="width:{100 * width / total:.1f}%">' for width in table.widths)
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in table.head)
    rows = "".join(
        f'<tr class="{"marked" if number in table.marked else ""}">'
        + "".join(f"<td>{escape(cell)}</td>" for cell in row)
        + "</tr>"
        for number, row in enumerate(table.rows)
    )
    return f"<table><colgroup>{columns}</colgroup><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
