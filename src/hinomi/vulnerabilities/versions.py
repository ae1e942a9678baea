"""Versions as makers write them: compared only where that is safe; None where it is not."""

from __future__ import annotations

import re
import unicodedata

_PART = re.compile(r"\d+|[a-z]+")
_LEAD = re.compile(r"^(?:version|ver|v|rev|r|release)[\s.]*(?=\d)", re.IGNORECASE)
_TERM = re.compile(r"(>=|<=|!=|==|=|>|<)\s*([^\s|,&<>=!]+)")
_ANY = frozenset({"*", "all", "all versions", "any", "vers:all/*", "全バージョン", "すべてのバージョン"})
# What stands before a release of the same number.
_EARLIER = frozenset({"alpha", "beta", "a", "b", "rc", "pre", "dev"})
_JA_UNTIL = re.compile(r"^(.*?)\s*(未満|より前|以前|以下|まで)(?:のバージョン)?$")
_JA_FROM = re.compile(r"^(.*?)\s*(以降|以上)(?:のバージョン)?$")
_EN_UNTIL = re.compile(
    r"^(?:versions?\s+)?(?:prior to|before|earlier than)\s+(\S+)$|^(\S+)\s+(?:and|or)\s+(earlier|prior|below)$"
)


def parts(version: str) -> list[int | str]:
    plain = _LEAD.sub("", unicodedata.normalize("NFKC", version).strip().lower())
    return [int(p) if p.isdigit() else p for p in _PART.findall(plain)]


def compare(one: str, other: str) -> int | None:
    """-1, 0, 1, or None when the two are not of one kind (`2.1` against `build K`)."""
    a, b = parts(one), parts(other)
    if not a or not b or not isinstance(a[0], int) or not isinstance(b[0], int):
        return 0 if a == b and a else None
    for x, y in zip(a, b, strict=False):
        if x == y:
            continue
        if isinstance(x, int) and isinstance(y, int):
            return -1 if x < y else 1
        if isinstance(x, str) and isinstance(y, str):
            if len(x) == len(y) == 1:  # letters of a series: 1.0.2k, 1.0.2m
                return -1 if x < y else 1
            return None
        return None
    if len(a) == len(b):
        return 0
    longer, sign = (a, 1) if len(a) > len(b) else (b, -1)
    rest = longer[min(len(a), len(b)) :]
    if isinstance(rest[0], str):
        return -sign if rest[0] in _EARLIER and len(rest) > 1 else sign if len(rest[0]) == 1 else None
    return 0 if all(part == 0 for part in rest) else sign


def terms(text: str) -> list[list[tuple[str, str]]] | None:
    """A range as alternatives of terms that all hold; [] for every version; None when it is not understood."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain.lower() in _ANY:
        return []
    if plain.startswith("vers:"):
        return _vers(plain)
    ja = _JA_UNTIL.match(plain)
    if ja and ja[1]:
        return [[("<" if ja[2] in ("未満", "より前") else "<=", ja[1])]]
    ja = _JA_FROM.match(plain)
    if ja and ja[1]:
        return [[(">=", ja[1])]]
    en = _EN_UNTIL.match(plain.lower())
    if en:
        return [[("<", en[1])]] if en[1] else [[("<=", en[2])]]
    alternatives = []
    for piece in plain.split("||"):
        found = [("=" if op == "==" else op, value) for op, value in _TERM.findall(piece)]
        if not found or _TERM.sub("", piece).strip(" ,&"):
            return None
        alternatives.append(found)
    return alternatives


def _vers(plain: str) -> list[list[tuple[str, str]]] | None:
    """`vers:generic/>=1.0|<2.0|4.1`: pairs of bounds are one interval, a bare version stands for itself."""
    _, _, rest = plain.partition("/")
    out: list[list[tuple[str, str]]] = []
    opened: tuple[str, str] | None = None
    for piece in rest.split("|"):
        word = piece.strip()
        if not word:
            continue
        if word == "*":
            return []
        op, value = next(
            ((o, word[len(o) :]) for o in (">=", "<=", "!=", ">", "<", "=") if word.startswith(o)), ("=", word)
        )
        if op == "!=":
            return None
        if op in (">", ">="):
            if opened is not None:
                return None
            opened = (op, value)
        elif op in ("<", "<="):
            out.append([opened, (op, value)] if opened else [(op, value)])
            opened = None
        else:
            out.append([(op, value)])
    if opened is not None:
        out.append([opened])
    return out or None


def inside(version: str, text: str, *, is_range: bool) -> bool | None:
    """Whether a version lies in a range (or is the version named); None when nobody can tell."""
    if not text:
        return True
    alternatives = terms(text)
    if alternatives is None:
        if is_range:
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
