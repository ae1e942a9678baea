"""Sheets in a home: answers with their audit, what is missing by its day, and what an edition change carries over."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hinomi.duties.replies import Reply, Said
from hinomi.filing import sheets
from hinomi.filing.sheets import Sheet
from hinomi.home import Home
from hinomi.texts import Problem

R6, R7 = Sheet("R6", "hospital"), Sheet("R7", "hospital")


def yes(item: str, **more: object) -> Reply:
    return Reply(item, more.pop("check", 1), Said.YES, "2026-05-20", "山口", **more)  # type: ignore[arg-type]


def test_a_yes_that_the_network_contradicts_is_amber_with_its_packets(hear: Callable[[str], Home]) -> None:
    home = hear("osaka-2022")
    for item in ("2-②", "2-①", "1-①"):
        sheets.reply(home, R7, yes(item), by="山口")
    rows = {row.item.number: row for row in sheets.rows(home, R7)}
    assert rows["2-②"].amber and rows["2-②"].network.lines[0].evidence is not None
    assert not rows["2-①"].amber and not rows["1-①"].amber
    assert rows["3-①"].open and not rows["1-①"].open
    sheets.reply(home, R7, Reply("2-②", 2, Said.NO, "2026-06-01", "山口", "2026-09-30", "給食の回線"), by="山口")
    second = next(row for row in sheets.rows(home, R7) if row.item.number == "2-②")
    assert not second.amber and second.open and [r.check for r in second.replies] == [1, 2]
    assert [one.act for one in home.state.audit_entries()][:1] == ["answer.file"]


def test_what_is_missing_stands_by_its_day(home: Home) -> None:
    sheets.reply(home, R7, Reply("2-⑥", 1, Said.NO, "2026-05-20", "山口", "2026-06-30"), by="山口")
    sheets.reply(home, R7, Reply("2-⑨", 1, Said.NO, "2026-05-20", "山口", "2026-05-31"), by="山口")
    for item in ("1-①", "2-①"):
        sheets.reply(home, R7, yes(item), by="山口")
    open_ = sheets.missing(home, R7, today="2026-06-10")
    assert [(one.row.item.number, one.late) for one in open_[:2]] == [("2-⑨", True), ("2-⑥", False)]
    assert len(open_) == 19 - 2


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply("9-⑨", 1, Said.YES, "2026-05-20", "山口"), "no item"),
        (Reply("1-①", 1, Said.NO, "2026-05-20", "山口"), "target"),
        (Reply("1-①", 1, Said.YES, "20日", "山口"), "no date"),
        (Reply("1-①", 4, Said.YES, "2026-05-20", "山口"), "checks 1 to 3"),
        (Reply("1-①", 1, Said.YES, "2026-05-20", " "), "Nobody"),
    ],
)
def test_what_cannot_be_filed_is_said_plainly(home: Home, reply: Reply, said: str) -> None:
    with pytest.raises(Problem, match=said):
        sheets.reply(home, R7, reply, by="山口")
    assert home.state.filed("answer") == []


def test_an_edition_change_shows_the_old_answers_and_waits(home: Home) -> None:
    for item in ("1-(1)", "2-(1)"):
        sheets.reply(home, R6, yes(item), by="山口")
    for id, answer in (("h-2-7-server", Said.YES), ("h-2-7-client", Said.NO), ("h-2-7-network", Said.YES)):
        sheets.reply(home, R6, Reply(id, 1, answer, "2025-05-20", "山口", "2025-12-01"), by="山口")
    carried = {one.item.number: one for one in sheets.carry(home, R6, R7, by="山口")}
    assert {number: one.state for number, one in carried.items() if one.state != "unanswered"} == {
        "1-①": "carried", "2-①": "carried", "2-⑥": "differs", "2-⑦": "nothing", "2-⑧": "nothing", "2-⑨": "nothing",
        "2-⑩": "nothing", "4-①": "nothing",
    }  # fmt: skip
    first = sheets.rows(home, R7)[0]
    assert first.replies[0].carried == "R6 1-(1)" and first.newest is None and first.open and not first.amber
    sheets.reply(home, R7, yes("1-①"), by="山口")
    assert sheets.rows(home, R7)[0].newest is not None


def made_up(home: Home, text_of_password: str = "パスワードは使い回さず、失敗が続けば止まる。") -> None:
    folder = sheets.loaded_folder(home)
    folder.mkdir(exist_ok=True)
    folder.joinpath("x9.toml").write_text(
        f"""
source = "made up for this test"
licence = "Apache-2.0"
edition = "X9"
title_ja = "架空の版"
title_en = "A made-up edition"
year_from = "2026-04-01"
year_to = "2027-03-31"
answers = ["はい", "いいえ", "対象外"]
checks = 3
target_rule_ja = "…"
target_rule_en = "…"
[[item]]
id = "a"
number = "ア"
topic = "ledger"
scope = "全般"
audience = "hospital"
ja = "台帳がある。"
en = "There is a ledger."
network = "strong"
probe = "ledger"
confirmed = false
[[item]]
id = "b"
number = "イ"
topic = "password"
scope = "全般"
audience = "hospital"
ja = "{text_of_password}"
en = "No password is used twice."
network = "hint"
probe = "cleartext_credentials"
confirmed = false
""",
        "utf-8",
    )


def test_a_made_up_edition_needs_no_code_and_the_password_rule_is_not_carried(home: Home) -> None:
    made_up(home)
    sheets.reply(home, R7, yes("2-①"), by="山口")
    sheets.reply(home, R7, yes("2-⑦"), by="山口")
    new = Sheet("X9", "hospital")
    assert [row.item.number for row in sheets.rows(home, new)] == ["ア", "イ"]
    carried = {one.item.number: one for one in sheets.carry(home, R7, new, by="山口")}
    assert carried["ア"].state == "carried"
    assert carried["イ"].state == "changed" and "定期的な変更を求めず" in carried["イ"].reason_ja
    assert list(sheets.editions(home)) == ["R5", "R6", "R7", "R8", "X9"]


def test_a_vendors_sheet_sees_only_its_own_devices(hear: Callable[[str], Home]) -> None:
    home = hear("first-light")
    ct = home.state.file("vendor", {"name": "Asagiri", "system": "CT", "devices": "10.20.0.11"}, by="山口")
    us = home.state.file("vendor", {"name": "Nagisa Echo", "system": "超音波"}, by="山口")
    of = {
        vendor.id: {
            row.item.topic: row.network.word.value for row in sheets.rows(home, Sheet("R7", "vendor", vendor.id))
        }
        for vendor in (ct, us)
    }
    assert of[ct.id]["remote"] == "contradicted" and of[us.id]["remote"] == "unknown"
