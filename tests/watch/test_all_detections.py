"""Every detection is documented, speaks both languages, plainly, and asks only for facts that exist."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from hinomi.watch import knowledge, registry
from hinomi.watch.outside import destinations, known, owner_part

ROOT = Path(__file__).resolve().parents[2]
TEXTS = ROOT / "knowledge/detections"
ALL = sorted(registry())
PARTS = {"title", "seen", "why", "innocent", "first_steps", "how_sure", "needs"}
# Words that a person on night duty need not know. A text may use one only with its meaning beside it.
JARGON = {
    "ja": [
        "ラテラル", "エクスフィル", "ビーコン", "C2", "IoC", "TTP", "ペイロード", "エンドポイント", "スニッフ",
        "フロー", "ジッタ", "エントロピー", "ブルートフォース",
    ],
    "en": [
        "lateral", "exfiltrat", "beacon", "C2", "IoC", "TTP", "payload", "endpoint", "threat", "jitter", "entropy",
        "brute", "5-tuple", "flow", "egress",
    ],
}  # fmt: skip


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings(item)


def test_there_are_detections_and_their_ids_are_file_names():
    assert len(ALL) >= 3
    files = {p.stem for p in (ROOT / "src/hinomi/watch/detections").glob("[!_]*.py")}
    assert files == set(ALL)
    assert {p.stem for p in TEXTS.glob("[!_]*.toml")} == set(ALL)


@pytest.mark.parametrize("name", ALL)
def test_meta_is_whole(name):
    meta = registry()[name].meta
    assert meta.id == name and registry()[name].doc
    assert meta.attack and all(re.fullmatch(r"T[01]\d{3}(\.\d{3})?", technique) for technique in meta.attack)
    assert meta.blind_spots
    assert set(meta.reads) <= {"flow", "exchange", "clue", "reading", "coverage", "note"}
    assert len({limit.name for limit in meta.limits}) == len(meta.limits)


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("name", ALL)
def test_texts_are_whole_and_plain(name, lang):
    texts = tomllib.loads((TEXTS / f"{name}.toml").read_text("utf-8"))
    assert texts["id"] == name
    own = texts[lang]
    assert set(own) - {"words"} == PARTS
    assert 2 <= len(own["innocent"]) <= 5 and 2 <= len(own["first_steps"]) <= 5 and own["needs"]
    for text in strings(own):
        for word in JARGON[lang]:
            assert not re.search(rf"(?<![A-Za-z]){re.escape(word)}", text), f"{word!r} in {text!r}"
    # The two languages say the same: same variants, same words.
    other = texts["en" if lang == "ja" else "ja"]
    for part in ("title", "seen"):
        mine, theirs = own[part], other[part]
        assert isinstance(mine, dict) == isinstance(theirs, dict)
        if isinstance(mine, dict):
            assert set(mine) == set(theirs) and "default" in mine
    assert {k: set(v) for k, v in own.get("words", {}).items()} == {
        k: set(v) for k, v in other.get("words", {}).items()
    }


@pytest.mark.parametrize("name", ALL)
def test_each_detection_has_a_case_and_a_twin(name):
    tests = [p.read_text("utf-8") for p in (ROOT / "tests/watch").glob("test_*.py")]
    home = [text for text in tests if f'ID = "{name}"' in text or f'run("{name}")' in text]
    assert home, f"no test raises {name}"
    assert any("twin" in text for text in home)


def test_pages_are_fresh():
    done = subprocess.run(
        [sys.executable, ROOT / "tools/gen_detection_docs.py", "--check"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


def test_outside_entries_have_sources_and_match():
    entries = destinations()
    assert len(entries) > 10
    for entry in entries.values():
        assert entry.source.startswith("https://")
        assert entry.names or entry.nets or entry.look, (
            f"{entry.id} says neither how it is recognised nor that a person must"
        )
    assert known("www.download.windowsupdate.com").id == "update_windows"
    assert known("evilwindowsupdate.com") is None
    assert known("", "8.8.8.8").category == "public_dns"
    assert owner_part("a.b.maker.co.jp") == "maker.co.jp" and owner_part("x.maker.com") == "maker.com"


def test_knowledge_never_names_the_lab():
    """No detection keys on what the lab uses."""
    for path in [*TEXTS.glob("*.toml"), *(ROOT / "knowledge/outside").glob("*.toml")]:
        assert ".example" not in path.read_text("utf-8"), path
    assert knowledge.types() and knowledge.kinds()
