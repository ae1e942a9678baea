"""Words of official forms: numbers as printed, the ways to say yes and no, places for a date."""

from __future__ import annotations

import re
import unicodedata

from hinomi.duties.form_shapes import EMPTY_BOXES, FULL_BOXES, QUESTION_LETTERS_MIN, SIGNS, WORDS

_KINDS = {
    "compound": r"[第問Q]?\d{1,2}(?:[-‐−ー.][(（]?(?:\d{1,2}|[①-⑳])[)）]?)+",
    "named": r"(?:第|問|Q|No\.?)\s*\d{1,3}",
    "digit": r"\d{1,2}[.．、)）]?",
    "paren": r"[(（](?:\d{1,2}|[ア-ンa-zA-Z])[)）]",
    "circled": r"[①-⑳]",
    "kana": r"[ア-ン][.．)）]?",
    "roman": r"[ⅰ-ⅹⅠ-Ⅻ]",
    "letter": r"[A-Za-z](?:-\d{1,2})?[.．)）]?",
}
_NUMBER = {kind: re.compile(pattern) for kind, pattern in _KINDS.items()}
_LEADING = re.compile(
    rf"^({_KINDS['compound']}|{_KINDS['paren']}|[①-⑳]|[Ⅰ-Ⅻⅰ-ⅹ]|{_KINDS['named']}"
    r"|\d{1,2}[.．、)）]|[ア-ン][.．)）]|\d{1,2}(?=\s))\s*(?=\S)"
)
_DATE = re.compile(r"^[(（]?\s*(?:令和|西暦|R|20)?[\s_]*(?:年[\s_]*月[\s_]*日?|/[\s_]*/?)[\s_]*[)）]?$")
DATE_IN = re.compile(r"[(（]?[ 　_]*(?:令和|西暦|R|20)?[ 　_]*(?:年[ 　_]*月[ 　_]*日|/[ 　_]*/?)[ 　_]*[)）]?")
_BETWEEN = re.compile(r"[・/／|｜、,，\s]+|\bor\b")


def answers_in(text: str) -> list[str]:
    """Answers that one cell offers: 「□はい □いいえ」, 「はい□ いいえ□」, 「はい・いいえ」, with a date or without."""
    boxes = EMPTY_BOXES + FULL_BOXES
    flat = unicodedata.normalize("NFKC", text)
    if any(box in text for box in boxes):
        after = re.findall(rf"[{boxes}]\s*([^\s{boxes}・/|、,(（]+)", flat)
        before = re.findall(rf"([^\s{boxes}・/|、,(（]+)\s*[{boxes}]", flat)
        for words in (after, before) if flat.lstrip(" ・(（")[:1] in boxes else (before, after):
            answers = [answer for word in words if (answer := answer_of(word))]
            if answers:
                return list(dict.fromkeys(answers))
        return []
    rest = DATE_IN.sub(" ", flat) if not _signs(flat) else flat
    words = [word for word in _BETWEEN.split(rest.strip(" ()（）[]【】")) if word]
    answers = [answer_of(word) for word in words]
    return [a for a in answers if a] if len(answers) > 1 and all(answers) and {"yes", "no"} <= set(answers) else []


def is_date(text: str) -> bool:
    """A place for a date, alone or behind its label: 「確認日: 令和  年  月  日」."""
    if _DATE.match(text):
        return True
    at = DATE_IN.search(text)
    return at is not None and len(text[: at.start()].strip()) < QUESTION_LETTERS_MIN and text[at.end() :].strip() == ""


def _signs(text: str) -> bool:
    return bool(re.fullmatch(r"[○〇◯×✕・/／\s\-ー]+", text))


class Numbers:
    """Numbers as printed, with those they stand under: (1) → ① → ア becomes (1)-①-ア."""

    def __init__(self) -> None:
        self._stack: list[tuple[str, str]] = []

    def read(self, said: list[str], text: str) -> tuple[str, str]:
        """The number of a row from the numbers that stand in it, or before its text; and the text without it."""
        if not said and (leading := _LEADING.match(text)):
            said, text = [leading.group(1)], text[leading.end() :].strip()
        for one in said:
            self._push(unicodedata.normalize("NFKC", one) if len(one) > 1 else one, one)
        return "-".join(shown for _, shown in self._stack), text

    def _push(self, flat: str, shown: str) -> None:
        kind = _kind(shown) or _kind(flat) or "other"
        shown = shown.strip().rstrip(".．、") or shown
        kinds = [one for one, _ in self._stack]
        if kind in ("compound", "named") or (kind == "digit" and set(kinds) & {"compound", "named"}):
            self._stack = [(kind, shown)]
            return
        if kind in kinds:
            del self._stack[kinds.index(kind) :]
        self._stack.append((kind, shown))


def _kind(text: str) -> str:
    flat = text.strip()
    return next((kind for kind, pattern in _NUMBER.items() if pattern.fullmatch(flat)), "")


def is_number(text: str) -> bool:
    return bool(_kind(text) or _kind(unicodedata.normalize("NFKC", text)))


def answer_of(text: str) -> str:
    """The answer that a word stands for."""
    flat = norm(text).strip("()（）・.。")
    if (sign := SIGNS.get(text.strip())) is not None:
        return sign
    return next((answer for answer, words in WORDS.items() if flat in words), "")


def norm(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()
