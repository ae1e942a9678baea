"""Answers of makers' security sheets: MDS2 (NEMA/MITA HN 1), MDS and SDS (JIRA, JAHIS), as workbooks.

Read is what every edition has: a number at the left, one answer at the right of it. What the question says
stays in the workbook.
"""

from __future__ import annotations

import re
import unicodedata
import zipfile
from pathlib import Path

ANSWERS_MAX = 2_000
ROWS_MAX = 20_000
_NUMBER = re.compile(r"^(?:[A-Z]{2,6}-\d+(?:[.-]\d+)*|\d{1,3}(?:[.-]\d+){0,3})\.?$")
_ANSWERS = {
    "yes": "yes", "はい": "yes", "適": "yes", "○": "yes",
    "no": "no", "いいえ": "no", "否": "no", "×": "no",
    "n/a": "n/a", "na": "n/a", "対象外": "n/a", "該当なし": "n/a", "-": "n/a",
    "see note": "note", "see notes": "note", "備考参照": "note",
}  # fmt: skip


def read(path: Path) -> dict[str, str]:
    """Number → yes, no, n/a or note. Empty when it is no workbook or holds no answers."""
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(path, data_only=True, read_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError):
        return {}
    out: dict[str, str] = {}
    for page in book.worksheets:
        for row in page.iter_rows(max_row=ROWS_MAX, values_only=True):
            cells = [" ".join(unicodedata.normalize("NFKC", str(c)).split()) if c is not None else "" for c in row]
            number = next((at for at, cell in enumerate(cells) if _NUMBER.match(cell)), None)
            if number is None or len(out) >= ANSWERS_MAX:
                continue
            answer = next((_ANSWERS[c.lower()] for c in cells[number + 1 :] if c.lower() in _ANSWERS), None)
            if answer:
                out.setdefault(cells[number].rstrip("."), answer)
    return out
