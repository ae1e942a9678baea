"""Checklists as data: editions, counts by the sources, carry-over, and an edition that nobody wrote code for."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from hinomi.duties import checklists, load
from hinomi.duties.checklist import carry_over
from hinomi.duties.evidence import Word, words
from hinomi.duties.probes import PROBES


def test_editions_have_the_rows_their_sources_count() -> None:
    editions = checklists()
    assert list(editions) == ["R5", "R6", "R7", "R8"]
    r5 = editions["R5"].of("hospital")
    assert sum(not item.note.startswith("参考") for item in r5) == 10
    assert len(editions["R6"].of("hospital")) == 1 + 14 + 3
    assert len(editions["R7"].of("hospital")) == 1 + 14 + 3 + 1
    assert len({item.number for item in editions["R7"].of("hospital")}) == 18  # 2-⑫ stands twice
    assert editions["R8"].needs_official_file and not editions["R8"].items


def test_network_words_of_r7_agree_with_the_evidence_map() -> None:
    by_number = {item.number: item.network for item in checklists()["R7"].of("hospital")}
    assert Counter(by_number.values()) == {"strong": 5, "partial": 2, "hint": 7, "none": 4}
    assert {number for number, word in by_number.items() if word == "strong"} == {"2-①", "2-②", "2-⑥", "2-⑫", "2-⑬"}


def test_every_probe_is_asked_and_every_item_asks_a_probe_that_exists() -> None:
    asked = {item.probe for edition in checklists().values() for item in edition.items} - {""}
    assert asked == set(PROBES) == set(words())


@pytest.mark.parametrize("probe", sorted(PROBES))
def test_no_probe_can_say_yes(probe: str) -> None:
    """Sentences exist for the four words only, in both languages."""
    for name in words()[probe]:
        word, _, language = name.rpartition("_")
        assert language in {"ja", "en"}
        assert word == "needs" or word in set(Word)
        assert f"{word}_{'en' if language == 'ja' else 'ja'}" in words()[probe]


def test_carry_over_says_what_corresponds_and_what_does_not() -> None:
    editions = checklists()
    carried = carry_over(editions["R6"], editions["R7"], "hospital")
    assert carried["h-2-1"] == ["h-2-1"]
    assert carried["h-2-12-client"] == ["h-2-9-client"]
    assert set(carried["h-2-6"]) == {"h-2-7-server", "h-2-7-client", "h-2-7-network"}
    for new in ("h-2-7", "h-2-8", "h-2-9", "h-2-10", "h-4-1"):  # the five items that came with R7
        assert carried[new] == []


def test_an_edition_is_a_file_and_no_code(tmp_path: Path) -> None:
    (tmp_path / "x9.toml").write_text(
        """
source = "made up for this test"
licence = "Apache-2.0"
edition = "X9"
title_ja = "架空の版"
title_en = "A made-up edition"
year_from = "2031-04-01"
year_to = "2032-03-31"
answers = ["はい", "いいえ", "対象外"]
checks = 2
target_rule_ja = "…"
target_rule_en = "…"
[[item]]
id = "h-1"
number = "①"
topic = "ledger"
scope = "全般"
audience = "hospital"
ja = "台帳がある。"
en = "There is a ledger."
network = "strong"
probe = "ledger"
confirmed = false
""",
        "utf-8",
    )
    made_up = checklists(tmp_path)["X9"]
    assert [item.number for item in made_up.of("hospital")] == ["①"]
    assert carry_over(made_up, checklists()["R7"], "hospital")["h-2-1"] == ["h-1"]


def test_a_wrong_word_is_said_in_one_sentence(tmp_path: Path) -> None:
    text = Path(__file__).resolve().parents[2].joinpath("knowledge/checklists/r7.toml").read_text("utf-8")
    broken = tmp_path / "broken.toml"
    broken.write_text(text.replace('audience = "hospital"', 'audience = "hotel"', 1), "utf-8")
    with pytest.raises(ValueError, match="unknown audience"):
        load(broken)
