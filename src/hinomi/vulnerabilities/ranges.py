"""Ranges of versions as makers write them → alternatives of terms; None where the text is not surely understood.

Read are the `vers:` notation of CSAF, the comparators that CISA and Siemens write (`>= 1.0 | <= 1.32`,
`All versions < V16 Update 4`, `7.x`), English and Japanese words, and lists of single versions.
"""

from __future__ import annotations

import re
import unicodedata

Term = tuple[str, str]
Alternatives = list[list[Term]]

TEXT_MAX = 400  # letters of a range; longer ones are prose
# One version: `V16 Update 4`, `2020 R2`, `1.122C`, `15.2(6)E0a`, `V 4.83`, `7.x`. It holds a digit.
_VALUE = (
    r"(?:v\s+)?(?=\S*\d|\*)[^\W_][\w.\-+*]*(?:\(\w+\)\w*)*"
    r"(?:\s+(?:sp|service pack|update|upd|hf|hotfix|patch|rev|mr|fp|cu|r|build)\.?\s*\d+\w*(?:\.\d+)*)*"
)
_ONE = re.compile(rf"(?:ver(?:sion)?s?\.?\s*)?({_VALUE})", re.IGNORECASE)
_TERM = re.compile(rf"(>=|<=|!=|==|=|>|<)\s*({_VALUE})", re.IGNORECASE)
_PLAIN = re.compile(r"v?\d+(?:\.\d+)*[a-z]?", re.IGNORECASE)
_WILD = re.compile(r"^(.*?\d)(?:\.(?:x+|\*))+$", re.IGNORECASE)
_ANY = frozenset({"*", "all", "any", "all versions", "全バージョン", "すべてのバージョン", "全てのバージョン", "全版"})
_LEAD_EN = re.compile(
    r"^(?:all\s+)?(?:(?:firmware|software)\s+)?(?:versions?|releases?)\s*:?\s+(?=\S)|^all\s+(?=[<>])", re.IGNORECASE
)
_LEAD_JA = re.compile(r"^(?:ファームウェア|ソフトウェア|システム|バージョン|版|すべての|全ての)+[:\s]*")
# A remark behind that changes nothing: `（CVE-2025-0355）`, `(including former HDCS)`.
_REMARK = re.compile(
    r"\s*\((?:(?:cve-\d{4}-\d+[\s,、]*)+|(?:including|formerly|only affected by)[^()]*|inclusive)\)$", re.IGNORECASE
)
_V = rf"((?:ver(?:sion)?s?\.?\s*)?{_VALUE})"
_AND = r"(?:\s*,)?\s+(?:and|or|及び|および)\s+"
_LATER = r"(?:later|newer|above|higher|after|subsequent|up)"
_EARLIER = r"(?:all\s+)?(?:earlier|prior|below|lower|older|previous|before)"
_TAIL = r"(?:\s+(?:versions?|releases?))?"
# Sentence → operators of its versions, in order.
_WORDS: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = tuple(
    (re.compile(f"^{pattern}$", re.IGNORECASE), ops)
    for pattern, ops in (
        (rf"(?:from\s+)?{_V}\s+(?:before|prior to|up to,? but not including)\s+{_V}", (">=", "<")),
        (rf"(?:from\s+)?{_V}\s+(?:through|thru|to|until|up to)\s+{_V}", (">=", "<=")),
        (rf"between\s+{_V}\s+and\s+{_V}", (">=", "<=")),
        (rf"{_V}\s*[~〜–—]\s*{_V}", (">=", "<=")),
        (rf"(?:prior to|before|earlier than|below|lower than|older than|less than)\s+{_V}", ("<",)),
        (rf"up to,? but not including\s+{_V}", ("<",)),
        (rf"(?:up to(?:,? and including)?|through)\s+{_V}", ("<=",)),
        (rf"{_V}{_AND}{_EARLIER}{_TAIL}", ("<=",)),
        (rf"{_V}{_AND}{_LATER}{_TAIL}", (">=",)),
        (rf"(?:later than|newer than|after)\s+{_V}", (">",)),
        (rf"(?:from|since)\s+{_V}(?:\s+onwards?)?", (">=",)),
        (rf"{_V}\s*(?:から|以上|以降)\s*{_V}\s*(?:まで|以下|およびそれ以前|以前)?", (">=", "<=")),
        (rf"{_V}\s*(?:から|以上|以降)\s*{_V}\s*(?:未満|よ?り前)", (">=", "<")),
        (rf"{_V}\s*(?:未満|よ?り前)", ("<",)),
        (rf"{_V}\s*(?:(?:および|及び)それ)?(?:以前|以下|まで)", ("<=",)),
        (rf"{_V}\s*(?:(?:および|及び)それ)?(?:以降|以上)", (">=",)),
        (rf"{_V}\s*より(?:後|新しい)", (">",)),
    )
)
_SUFFIX_JA = re.compile(r"\s*の?(?:すべての|全ての)?(?:バージョン|版|ファームウェア|ソフトウェア)$")


def terms(text: str) -> Alternatives | None:
    """A range as alternatives of terms that all hold; [] for every version; None when it is not understood."""
    if len(text) > TEXT_MAX:
        return None
    plain = " ".join(unicodedata.normalize("NFKC", text).split()).replace("≦", "<=").replace("≧", ">=")
    plain = plain.replace("≤", "<=").replace("≥", ">=")
    if plain.lower() in _ANY:
        return []
    if plain.lower().startswith("vers:"):
        return _piped(plain.partition("/")[2])
    plain = _REMARK.sub("", _REMARK.sub("", plain))
    plain = _SUFFIX_JA.sub("", _LEAD_JA.sub("", _LEAD_EN.sub("", plain))).strip()
    plain = plain.replace("よりも前", "より前")
    for pattern, ops in _WORDS:
        found = pattern.match(plain)
        if found:
            return [[term for op, value in zip(ops, found.groups(), strict=True) for term in _term(op, _bare(value))]]
    if not _TERM.search(plain):
        return _listed(plain)
    if "||" not in plain and "|" in plain:
        return _piped(plain)
    out: Alternatives = []
    for piece in plain.split("||"):
        together = _together(piece)
        if together is None:
            return None
        out.append(together)
    return out


def _together(piece: str) -> list[Term] | None:
    """`>= V2.3 and < V6.30`: bounds that all hold; None with words between, or two bounds of one side."""
    found = [(op, value) for op, value in _TERM.findall(piece)]
    left = re.sub(r"\band\b", " ", _TERM.sub(" ", piece), flags=re.IGNORECASE).strip(" ,&")
    sides = [op[0] for op, _ in found]
    if not found or left or len(sides) != len(set(sides)):
        return None
    return [term for op, value in found for term in _term("=" if op == "==" else op, value)]


def bounded(text: str) -> bool:
    """Whether a text has bounds, so that it says something of versions it does not name."""
    return any(op != "=" for alternative in terms(text) or [] for op, _ in alternative)


def single(text: str) -> bool:
    """Whether a text is one version and nothing else."""
    return _PLAIN.fullmatch(unicodedata.normalize("NFKC", text).strip()) is not None


def _bare(value: str) -> str:
    found = _ONE.fullmatch(value.strip())
    return found[1] if found else value


def _listed(plain: str) -> Alternatives | None:
    """`3.0.7 | 3.0.8`, `V1.1, V1.2, and V1.3`, `1.38.x`; a single plain version is no range."""
    pieces = [piece for piece in re.split(r"\s*(?:\||,?\s+and\s+|,|、)\s*", plain, flags=re.IGNORECASE) if piece]
    found = [_ONE.fullmatch(piece) for piece in pieces]
    if not pieces or (len(pieces) == 1 and not _WILD.match(pieces[0])):
        return None
    values = [one[1] for one in found if one is not None]
    return [_term("=", value) for value in values] if len(values) == len(pieces) else None


def _piped(rest: str) -> Alternatives | None:
    """`>=1.0|<2.0|4.1`: pairs of bounds are one interval, a bare version stands for itself."""
    out: Alternatives = []
    opened: Term | None = None
    for piece in rest.split("|"):
        word = piece.strip()
        if not word:
            continue
        if word == "*":
            return []
        found = _TERM.fullmatch(word)
        alone = _ONE.fullmatch(word)
        if found is None and alone is None:
            together = _together(word) if opened is None else None
            if together is None:
                return None
            out.append(together)
            continue
        op, value = (found[1], found[2]) if found is not None else ("=", alone[1] if alone else "")
        if op == "!=" or (opened is not None and op not in ("<", "<=")):
            return None
        if op in (">", ">="):
            opened = (op, value)
        elif op in ("<", "<="):
            if opened is None and out:
                return None  # one end per branch of versions: which branch, it does not say
            out.append([*(_term(*opened) if opened else []), *_term(op, value)])
            opened = None
        else:
            out.append(_term("=", value))
    if opened is not None:
        out.append(_term(*opened))
    return out or None


def _term(op: str, value: str) -> list[Term]:
    """A term; `7.x` becomes the interval that it stands for."""
    wild = _WILD.match(value)
    if wild is None:
        return [(op, value)]
    begin = wild[1]
    after = re.sub(r"\d+$", lambda number: str(int(number[0]) + 1), begin)
    return {
        "=": [(">=", begin), ("<", after)],
        "!=": [("!=", value)],
        "<": [("<", begin)],
        "<=": [("<", after)],
        ">": [(">=", after)],
        ">=": [(">=", begin)],
    }[op]
