"""Versions as makers write them: compared only where that is safe; None where it is not."""

from __future__ import annotations

import re
import unicodedata

from hinomi.vulnerabilities.ranges import bounded, single, terms

__all__ = ["bounded", "compare", "inside", "parts", "terms", "words"]

_PART = re.compile(r"\d+|[a-z]+")
_LEAD = re.compile(
    r"^(?:(?:web ?)?(?:firmware|software|fw|sw|versions?|ver|v|rev|revision|release|r)[\s._:]*)+(?=\d)", re.IGNORECASE
)
# What stands before a release of the same number, in their order.
_EARLIER = {"dev": 0, "alpha": 1, "a": 1, "beta": 2, "b": 2, "pre": 3, "rc": 4}
# What is brought to a release afterwards: `16 Update 4` comes after `16`.
_AFTERWARDS = frozenset({"sp", "update", "upd", "hf", "hotfix", "patch", "p", "fp", "cu", "mr", "r", "rev", "ru"})


def parts(version: str) -> list[int | str]:
    plain = _LEAD.sub("", unicodedata.normalize("NFKC", version).strip().lower())
    plain = plain.replace("service pack", "sp").replace("servicepack", "sp")
    return [int(p) if p.isdigit() else p for p in _PART.findall(plain)]


def compare(one: str, other: str) -> int | None:
    """-1, 0, 1, or None when the two are not of one kind (`2.1` against `build K`)."""
    a, b = parts(one), parts(other)
    if not _numbered(a, b):
        return 0 if a == b and a else None
    for x, y in zip(a, b, strict=False):
        if x != y:
            return _differ(x, y)
    if len(a) == len(b):
        return 0
    longer, sign = (a, 1) if len(a) > len(b) else (b, -1)
    rest = longer[min(len(a), len(b)) :]
    first = rest[0]
    if isinstance(first, str):
        if len(rest) == 1:
            return sign if len(first) == 1 else None  # 1.0.2k
        if first in _EARLIER:
            return -sign
        return (0 if rest[1] == 0 else sign) if first in _AFTERWARDS else None
    return 0 if all(part == 0 for part in rest) else sign


def _numbered(a: list[int | str], b: list[int | str]) -> bool:
    """Both begin with a number; or both with a letter that counts, and a number behind: `B.02` and `C.01`."""
    if all(one and isinstance(one[0], int) for one in (a, b)):
        return True
    return all(
        len(one) > 1 and isinstance(one[0], str) and len(one[0]) == 1 and isinstance(one[1], int) for one in (a, b)
    )


def _differ(x: int | str, y: int | str) -> int | None:
    """The order of the first parts that are not equal."""
    if isinstance(x, int) and isinstance(y, int):
        return -1 if x < y else 1
    if isinstance(x, str) and isinstance(y, str):
        if len(x) == len(y) == 1:  # letters of a series: 1.0.2k, 1.0.2m
            return -1 if x < y else 1
        if x in _EARLIER and y in _EARLIER and _EARLIER[x] != _EARLIER[y]:
            return -1 if _EARLIER[x] < _EARLIER[y] else 1
        if x in _EARLIER and y in _AFTERWARDS:
            return -1
        return 1 if y in _EARLIER and x in _AFTERWARDS else None
    # A number against a word: 15.1 comes after `15 Update 4` and after 15 RC 1; of 15.0 nobody can tell.
    number, word, sign = (x, y, 1) if isinstance(x, int) else (y, x, -1)
    if len(str(word)) > 1 and (word in _EARLIER or word in _AFTERWARDS) and number:
        return sign
    return None


def inside(version: str, text: str, *, is_range: bool) -> bool | None:
    """Whether a version lies in a range (or is the version named); None when nobody can tell."""
    if not text:
        return True
    alternatives = terms(text)
    if alternatives is None:
        if is_range and not single(text):
            return None
        order = compare(version, text)
        return None if order is None else order == 0
    if not alternatives:
        return True
    unsure = False
    for alternative in alternatives:
        answers = [_holds(version, op, bound) for op, bound in alternative]
        if all(answer is True for answer in answers):
            return True
        if False not in answers:
            unsure = True
    return None if unsure else False


def _holds(version: str, op: str, bound: str) -> bool | None:
    order = compare(version, bound)
    if order is None:
        return None
    return {"<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0, "=": order == 0, "!=": order != 0}[op]


_WORDS = {
    "<": ("{} 未満", "below {}"),
    "<=": ("{} 以下", "up to {}"),
    ">": ("{} より後", "after {}"),
    ">=": ("{} 以上", "{} or later"),
    "=": ("{}", "{}"),
    "!=": ("{} 以外", "not {}"),
}


def words(text: str) -> tuple[str, str]:
    """A range as a person says it, in Japanese and English; what is not understood as it was written."""
    alternatives = terms(text) if text else []
    if alternatives is None:
        return text, text
    if not alternatives:
        return "すべての版", "every version"
    ja = "、".join(" ".join(_WORDS[op][0].format(v) for op, v in one) for one in alternatives)
    en = ", ".join(" and ".join(_WORDS[op][1].format(v) for op, v in one) for one in alternatives)
    return ja, en
