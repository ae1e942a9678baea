"""Sentences for people, in Japanese and English, from one catalogue (`catalogue.toml`).

Nothing here knows any other room. A `Problem` carries the id of its sentence, so that the same
mistake reads the same in the command line, the API and the console.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

LANGUAGES = ("ja", "en")

Catalogue = Mapping[str, Mapping[str, str]]


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """Every text: id -> {"ja": …, "en": …}. Ids are `room.name`."""
    with (Path(__file__).parent / "catalogue.toml").open("rb") as file:
        rooms = tomllib.load(file)
    return {f"{room}.{name}": both for room, texts in rooms.items() for name, both in texts.items()}


def text(id: str, lang: str, /, **facts: object) -> str:
    """The sentence `id` in `lang`, filled with `facts`.

    Raises:
        KeyError: no such text; a test asserts that this cannot happen for ids used in the code.
    """
    both = catalogue()[id]
    return (both.get(lang) or both["en"]).format(**facts)


def language(asked: str = "", settings: str = "") -> str:
    """ "ja" or "en": what was asked for, else the settings, else the locale, else English."""
    for wish in (asked, settings):
        if wish in LANGUAGES:
            return wish
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        locale = os.environ.get(variable, "")
        if locale:
            return "ja" if locale.lower().startswith("ja") else "en"
    return "en"


class Problem(Exception):  # noqa: N818 - it is told to a person, not raised as a fault of the program
    """Something a person has to hear: one sentence, then a hint what to do.

    `id` names the sentence in the catalogue; the hint is `id` + `.hint`-text there.
    """

    def __init__(self, id: str, /, **facts: object) -> None:
        super().__init__(id)
        self.id = id
        self.facts = facts

    def sentence(self, lang: str = "en") -> str:
        return text(self.id, lang, **self.facts)

    def hint(self, lang: str = "en") -> str:
        both = catalogue()[self.id]
        template = both.get(f"hint_{lang}") or both.get("hint_en") or ""
        return template.format(**self.facts)

    def __str__(self) -> str:
        hint = self.hint()
        return self.sentence() + (f"\nhint: {hint}" if hint else "")
