"""A finding in words. Texts stand in `knowledge/detections/<id>.toml`, facts come from the finding.

A placeholder `{name}` takes, in this order: the fact `name_<language>`, the word that the file
gives for the fact's value (`[ja.words.name]`), a shared word, the fact itself. A fact that is
missing is an error.
"""

from __future__ import annotations

import re
import string
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from hinomi.texts import spacing

from . import knowledge

LANGUAGES = ("ja", "en")
_ONCE = re.compile(r"\b1 times\b")
_SINGLE = re.compile(
    r"\b1 (host|message|printer|patient|connection|file|machine|reading|operation|job|print job|question|request"
    r"|name)s\b"
)
_TWICE = re.compile(r"([0-9a-fA-F.:]{3,})(?: \(|（)\1(?:\)|）)(.?)")
_SURE = (("almost", 0.85), ("likely", 0.6), ("hint", 0.0))


class Tells(Protocol):
    """A finding draft, or a stored finding."""

    @property
    def detection(self) -> str: ...
    @property
    def confidence(self) -> float: ...
    @property
    def facts(self) -> dict[str, Any]: ...
    @property
    def in_use(self) -> bool | None: ...


class MissingFactError(KeyError):
    """A text asks for a fact that the finding does not carry."""


@dataclass(frozen=True, slots=True)
class FindingText:
    """What a person reads."""

    title: str
    seen: str
    why: str
    innocent: list[str]
    first_steps: list[str]
    how_sure: str
    needs: list[str]  # what would make us surer


@cache
def texts(detection: str) -> dict[str, Any]:
    """The texts of one detection, all languages."""
    return knowledge.load(f"detections/{detection}.toml")


@cache
def shared() -> dict[str, Any]:
    """Words and sentences that all detections use."""
    return knowledge.load("detections/_shared.toml")


def render(finding: Tells, lang: str, time_zone: str = "Asia/Tokyo") -> FindingText:
    """The finding in Japanese (`ja`) or English (`en`).

    Raises:
        MissingFactError: a text asks for what the finding does not carry.
    """
    own = texts(finding.detection)[lang]
    common = shared()[lang]
    fill = _Filler(finding, own.get("words", {}), common, lang, time_zone)
    variant = str(finding.facts.get("variant", ""))
    use = {True: "yes", False: "no", None: "unknown"}[finding.in_use]
    sure = next(word for word, least in _SURE if finding.confidence >= least)
    seen = own["seen"]
    if isinstance(seen, dict):
        seen = seen.get(variant) or seen["default"]
    title = own["title"]
    if isinstance(title, dict):
        title = title.get(variant) or title["default"]
    space = "" if lang == "ja" else " "
    why = [fill(own["why"])]
    if finding.facts.get("device_type"):
        why.append(fill(common["in_use"][use]))
    return FindingText(
        title=fill(title),
        seen=fill(seen),
        why=space.join(part for part in why if part),
        innocent=[fill(text) for text in own["innocent"]],
        first_steps=[fill(text) for text in own["first_steps"]],
        how_sure=space.join((fill(common["sure"][sure]), fill(own["how_sure"]))),
        needs=[fill(text) for text in own["needs"]],
    )


@cache
def placeholders(text: str) -> frozenset[str]:
    """Names of the facts that a text asks for."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name)


class _Filler:
    def __init__(self, finding: Tells, words: dict[str, Any], common: dict[str, Any], lang: str, zone: str) -> None:
        self.finding = finding
        self.words = words
        self.common = common
        self.lang = lang
        self.zone = ZoneInfo(zone)

    def __call__(self, text: str) -> str:
        values = {name: self.value(name) for name in placeholders(text)}
        filled = spacing.fill(text, values) if self.lang == "ja" else text.format(**values)
        if self.lang == "ja":
            return _TWICE.sub(lambda found: spacing.joined(found[1], found[2] or ""), filled)
        filled = _TWICE.sub(r"\1\2", filled)  # a device without a name is called by its address: once is enough
        return _SINGLE.sub(r"1 \1", _ONCE.sub("once", filled))

    def value(self, name: str) -> str:
        facts = self.finding.facts
        told = facts.get(f"{name}_{self.lang}")
        if told is not None:
            return str(told)
        if name not in facts:
            raise MissingFactError(
                f"{self.finding.detection}: the text asks for {{{name}}}, which is not among the facts"
            )
        return self._word(name, facts[name])

    def _word(self, name: str, value: Any) -> str:
        if isinstance(value, list):
            joint = "、" if self.lang == "ja" else ", "
            return joint.join(self._word(name, part) for part in value)
        if name.endswith("_at"):
            return datetime.fromtimestamp(int(value) / 1e9, self.zone).strftime("%Y-%m-%d %H:%M:%S")
        if name.endswith("_bytes"):
            return _size(int(value))
        if name.endswith("_s"):
            return self._duration(float(value))
        if isinstance(value, float):
            return f"{value:g}"
        if isinstance(value, int):
            return f"{value:,}"
        if name.endswith("_type"):
            kind = knowledge.types().get(value)
            return str(getattr(kind, self.lang)) if kind else self.common["words"]["device"]
        if name.endswith("_kind"):
            place = knowledge.kinds().get(value)
            return str(getattr(place, self.lang)) if place else value
        for table in (self.words, self.common["words"]):
            known = table.get(name)
            if isinstance(known, dict) and value in known:
                word = str(known[value])
                return self(word) if "{" in word else word
        return str(value)

    def _duration(self, seconds: float) -> str:
        units = self.common["units"]
        if seconds < 120:
            return f"{seconds:.0f} {units['s']}"
        if seconds < 2 * 3600:
            return f"{seconds / 60:.0f} {units['min']}"
        if seconds < 48 * 3600:
            return f"{seconds / 3600:.1f} {units['h']}"
        return f"{seconds / 86400:.1f} {units['d']}"


def _size(count: int) -> str:
    size = float(count)
    for unit in ("B", "KB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"
