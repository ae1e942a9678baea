"""Sentences of the reader in the person's language. The reader itself speaks English only."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

_CANNOT = re.compile(r"Cannot (?:open|read) (?P<name>.*?): (?P<reason>.*)\.", re.DOTALL)


def sentence(english: str, lang: str) -> str:
    """ "Cannot read NAME: REASON." in `lang`; what is not known stays English."""
    found = _CANNOT.fullmatch(english)
    if lang == "en" or found is None:
        return english
    return f"{found['name']} を読めません: {reason(found['reason'], lang)}。"


def reason(english: str, lang: str) -> str:
    """A reason without its full stop."""
    return english if lang == "en" else _translate("reason", english)


def hint(english: str, lang: str) -> str:
    return english if lang == "en" else _translate("hint", english)


def _translate(kind: str, english: str) -> str:
    for pattern, other in _table(kind):
        found = pattern.fullmatch(english)
        if found:
            return other.format(*found.groups())
    return english


@cache
def _table(kind: str) -> list[tuple[re.Pattern[str], str]]:
    with (Path(__file__).parent / "wire.toml").open("rb") as file:
        entries = tomllib.load(file)[kind]
    return [(re.compile("(.*)".join(map(re.escape, e["en"].split("{}")))), e["ja"]) for e in entries]
