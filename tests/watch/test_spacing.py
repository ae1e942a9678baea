"""Japanese sentences are spaced by one rule, whatever the names in them."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from hinomi.texts.spacing import fill, joined
from hinomi.watch import registry
from hinomi.watch.text import placeholders

TEXTS = Path(__file__).resolve().parents[2] / "knowledge/detections"
JAPANESE = "ぁ-んァ-ヶー一-龥々"
MARKS = "、。「」（）：？！"


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from strings(item)


def japanese():
    for name in [*sorted(registry()), "_advice", "_shared"]:
        own = tomllib.loads((TEXTS / f"{name}.toml").read_text("utf-8"))
        for text in strings(own["ja"]):
            yield name, text


@pytest.mark.parametrize(
    ("template", "value", "says"),
    [
        ("{a} が止まりました", "CT-1", "CT-1 が止まりました"),
        ("{a} が止まりました", "第1手術室のモニタ", "第1手術室のモニタが止まりました"),
        ("{a} が止まりました", "モニタ 2", "モニタ 2 が止まりました"),
        ("{a}が{a} へ", "PC", "PC が PC へ"),
        ("場所は {a} 。", "事務", "場所は事務。"),
        ("「{a}」に", "CT-1", "「CT-1」に"),
        ("{a} 台", "12", "12 台"),
        ("{a}、{a}", "薬局", "薬局、薬局"),
        ("{a}（{a}）の", "PC", "PC（PC）の"),
        ("{a} {a}", "PC", "PC PC"),
        ("{a}（うち）", "受付 ", "受付（うち）"),
    ],
)
def test_joints(template, value, says):
    assert fill(template, {"a": value}) == says


def test_a_value_stays_as_it_is():
    assert fill("{a} が", {"a": "第 1手術室X線 装置"}) == "第 1手術室X線 装置が"
    assert joined("", "x") == "x" and joined("x", "") == "x"


def test_catalogue_is_there():
    assert len(list(japanese())) > 300


@pytest.mark.parametrize(("name", "text"), sorted(set(japanese())))
def test_the_catalogue_keeps_the_rule(name, text):
    for value in ("CT-1", "電子カルテ端末"):
        said = fill(text, dict.fromkeys(placeholders(text), value))
        plain = said.replace("電子カルテ端末", "端末")
        assert not re.search(rf"[{JAPANESE}][A-Za-z0-9]|[A-Za-z0-9%][{JAPANESE}]", plain), said
        assert not re.search(rf"[{JAPANESE}{MARKS}] +[{JAPANESE}{MARKS}]", plain), said
        assert "  " not in said and said == said.strip(), said
