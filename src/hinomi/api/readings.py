"""Kanji as they are read: what is typed in hiragana or katakana finds what is written in kanji.

The words and their readings stand in `knowledge/readings.toml`.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache, lru_cache

from hinomi.knowledge_path import knowledge_file

TEXTS_MAX = 4096  # texts whose reading is kept; types, zones and departments of a hospital are far fewer
# Katakana ァ–ヶ stand 0x60 behind hiragana ぁ–ゖ (Unicode 15, blocks Hiragana and Katakana).
_HIRAGANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}


def folded(text: str) -> str:
    """Width, letter case and kind of kana made the same: for both sides of a search."""
    return unicodedata.normalize("NFKC", text).lower().translate(_HIRAGANA)


@cache
def _table() -> tuple[dict[str, str], re.Pattern[str]]:
    with knowledge_file("readings.toml").open("rb") as file:
        readings: dict[str, str] = tomllib.load(file)["readings"]
    longest_first = sorted(readings, key=lambda word: (-len(word), word))
    return readings, re.compile("|".join(re.escape(word) for word in longest_first))


@lru_cache(maxsize=TEXTS_MAX)
def read_aloud(text: str) -> str:
    """The text with every known word in hiragana; '' when none is known."""
    if text.isascii():
        return ""
    readings, pattern = _table()
    read = pattern.sub(lambda found: readings[found[0]], unicodedata.normalize("NFKC", text))
    return folded(read) if read != unicodedata.normalize("NFKC", text) else ""
