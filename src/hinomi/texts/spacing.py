"""How Japanese sentences take in values: one space between Western and Japanese letters, none elsewhere.

Only the joints of a sentence are spaced; a value (a device's name) stays as it is.
"""

from __future__ import annotations

import string
from collections.abc import Mapping

_JAPANESE = (("぀", "ヿ"), ("㐀", "鿿"), ("々", "〇"), ("ｦ", "ﾟ"), ("豈", "﫿"))
_SIGNS = "・"  # between words, and spaced like a mark


def fill(template: str, values: Mapping[str, str]) -> str:
    """The sentence with its values, `{name}` by `{name}`."""
    out = ""
    for literal, name, _, _ in string.Formatter().parse(template):
        out = joined(out, literal) if out and literal.strip(" ") else out + literal
        if name is not None:
            out = joined(out, values[name])
    return out


def joined(left: str, right: str) -> str:
    """Two parts of a sentence, spaced as they need it."""
    begins, ends = left.rstrip(" "), right.lstrip(" ")
    if not begins or not ends:
        return begins + ends
    if {_kind(begins[-1]), _kind(ends[0])} == {"western", "japanese"}:
        return f"{begins} {ends}"
    if _kind(begins[-1]) == _kind(ends[0]) == "western" and (left != begins or right != ends):
        return f"{begins} {ends}"
    return begins + ends


def _kind(letter: str) -> str:
    """Which script a letter is of; marks are of none."""
    if letter in _SIGNS:
        return ""
    if any(first <= letter <= last for first, last in _JAPANESE):
        return "japanese"
    return "western" if letter.isalnum() or letter in "%)(]['\"#&@*+-—" else ""
