"""What one clue says: (clue, value) → statements, by the entries of `knowledge/`."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from hinomi.inventory.knowledge import Direct, Fingerprint, Knowledge, fold, maker


class Statement(NamedTuple):
    """One thing said about a device by one clue."""

    attribute: str
    value: str
    weight: float  # 0..1: how hard it is to be wrong by accident
    rule: str  # id of the knowledge entry, "" for a value as given
    family: str  # sources of one family are not independent of each other


EMPTY_WORDS = frozenset(
    {
        "",
        "unknown",
        "none",
        "n/a",
        "na",
        "null",
        "default",
        "anonymous",
        "anonymized",
        "test",
        "-",
        "--",
        "?",
        "to be filled by o.e.m.",
        "system manufacturer",
        "not specified",
        "未設定",
        "不明",
        "なし",
    }
)
_EMPTY_SERIAL = re.compile(r"^(0+|1234567?8?9?0?|x+|9+|sn|serial)$")
_TEMPLATE = re.compile(r"\{(\w+)\}")


class Reader:
    """Reads values against the knowledge; keeps no state but compiled patterns."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self._patterns: dict[str, re.Pattern[str]] = {}

    def knows(self, clue: str) -> bool:
        """Whether any entry reads this clue."""
        return clue in self.knowledge.by_clue or clue in self.knowledge.directs

    def read(self, clue: str, value: str) -> list[Statement]:
        """Every statement that the knowledge makes of this value; empty when it says nothing."""
        out: list[Statement] = []
        for direct in self.knowledge.directs.get(clue, ()):
            text = normalise(self.knowledge, direct, value)
            if text:
                out.append(Statement(direct.gives, text, direct.weight, "", direct.family))
        slot = self.knowledge.by_clue.get(clue)
        if slot is None:
            return out
        folded = fold(value)
        for entry in slot["is"].get(folded, ()):
            self._say(entry, {"0": value}, out)
        for entry, pattern in slot["rest"]:
            found = self._match(entry, pattern, value, folded)
            if found is not None:
                self._say(entry, found, out)
        return out

    def _match(self, entry: Fingerprint, pattern: str, value: str, folded: str) -> dict[str, str] | None:
        if entry.how == "starts":
            return {"0": value, "rest": value[len(pattern) :].strip()} if folded.startswith(pattern) else None
        if entry.how == "contains":
            return {"0": value} if pattern in folded else None
        if entry.how == "ends":
            return {"0": value} if folded.endswith(pattern) else None
        if entry.how == "any":
            return {"0": value}
        compiled = self._patterns.get(entry.pattern)
        if compiled is None:
            compiled = self._patterns[entry.pattern] = re.compile(entry.pattern, re.IGNORECASE)
        found = compiled.search(value)
        if not found:
            return None
        groups = {str(n): g or "" for n, g in enumerate(found.groups(), start=1)}
        return {"0": found[0], **groups, **{k: v or "" for k, v in found.groupdict().items()}}

    def _say(self, entry: Fingerprint, found: dict[str, str], out: list[Statement]) -> None:
        for attribute, template, weight in entry.gives:
            value = template
            if "{" in template:
                value = _TEMPLATE.sub(lambda m: found.get(m[1], ""), template)
                value = " ".join(value.split())
                if not value or fold(value) in EMPTY_WORDS:
                    continue
            if attribute == "manufacturer":
                value = maker(self.knowledge, value)
            out.append(Statement(attribute, value, weight, entry.id, entry.family))


def tidy(text: str) -> str:
    """White space made single, full-width letters and digits made plain, ends trimmed."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def normalise(knowledge: Knowledge, direct: Direct, value: str) -> str:
    """The value as it is stated, or '' when it says nothing (`unknown`, `0000` …)."""
    text = tidy(value)
    kind = direct.normalise
    if kind == "first":  # HD and EI fields of HL7: the first component names it
        text = text.split("^")[0].strip()
    if fold(text) in EMPTY_WORDS or fold(text) in direct.never:
        return ""
    if kind == "maker":
        return maker(knowledge, text)
    if kind == "serial":
        return "" if _EMPTY_SERIAL.match(fold(text)) or len(text) < 2 else text
    if kind == "hostname":
        return hostname(text)
    if kind == "lower":
        return text.lower()
    if kind == "versions":  # DICOM (0018,1020) may hold several, apart by backslash
        return ", ".join(part.strip() for part in text.split("\\") if part.strip())
    return text


# What a program says for want of a name, or calls itself: none of a host's own.
_NO_NAMES = {"localhost", "local", "localdomain", "nmap"}


def hostname(text: str) -> str:
    """The host's own label: no domain, no trailing dot, no NetBIOS padding; '' for what is none (spaces, numbers)."""
    name = text.rstrip(".\x00 ").split(".")[0].strip()
    if (
        not name
        or " " in name
        or name.isdigit()
        or name.startswith("_")
        or "in-addr" in text
        or fold(name) in _NO_NAMES
    ):
        return ""
    return name
