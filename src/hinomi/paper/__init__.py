"""Paper: one small description of a sheet, put out as a self-contained HTML page, as PDF, or as Excel.

Knows nothing of hospitals. A `Paper` is a list of blocks; `to_html` needs no network, no script and no font
file, `to_pdf` needs a Japanese face on this machine, `to_xlsx` keeps every table as a table.
"""

from hinomi.paper.excel import to_xlsx
from hinomi.paper.html import to_html
from hinomi.paper.pdf import to_pdf
from hinomi.paper.shapes import Block, Break, Heading, Items, Paper, Picture, Table, Text

__all__ = [
    "Block",
    "Break",
    "Heading",
    "Items",
    "Paper",
    "Picture",
    "Table",
    "Text",
    "to_html",
    "to_pdf",
    "to_xlsx",
]
