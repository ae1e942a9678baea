"""Makers' security sheets in shapes of our own making: read question by question, held against what was seen."""

from __future__ import annotations

import io
from collections.abc import Callable

import openpyxl
import pytest

from hinomi.documents.sheet import TEXT, UNCLEAR, questions
from hinomi.duties import Word
from hinomi.filing import disclosures
from hinomi.filing.sheets import Sheet, rows
from hinomi.home import Home
from hinomi.pipeline import documents
from hinomi.texts import Problem

Rows = list[list[object]]


def book(**pages: Rows) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, lines in pages.items():
        page = made.create_sheet(name)
        for line in lines:
            page.append(line)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


WORDS: Rows = [
    ["Made-up sheet", None, None, None],
    ["Question ID", "Question", None, "Answer", "Notes"],
    ["DOC-1", "Who made it?", None, "Soyokaze", None],
    ["RMOT-1", "Is a remote service connection possible?", None, "No", None],
    ["CONN-4", "Does it communicate with anything external to the hospital?", None, "No", "see chapter 3"],
    ["SAHD-5", "Are ports not required for its use disabled?", None, "Yes", None],
    ["STCF-1", "Is its disk encrypted?", None, "See Note", "planned"],
    ["AUDT-2", "Are logs kept?", None, None, None],
]


def test_words_in_a_column_with_free_text_and_what_was_left_open() -> None:
    found = {one.key: one for one in questions(book(MDS2=WORDS))}
    assert [one.answer for one in found.values()] == [TEXT, "no", "no", "yes", "note", ""]
    assert found["DOC-1"].note == "Soyokaze" and found["CONN-4"].note == "see chapter 3"
    assert found["RMOT-1"].text == "Is a remote service connection possible?"


def test_marks_below_yes_and_no_in_two_pages_that_count_alike() -> None:
    head: Rows = [["番号", "質問", "はい", "いいえ", "対象外", "備考"]]
    mds: Rows = [
        *head,
        ["1", "遠隔の保守サービスを行うか", None, "○", None, "使いません"],
        ["2", "外部のネットワークと通信するか", None, None, "レ", None],
        ["3.1", "不要なポートを閉じているか", "✓", None, None, None],
        ["4", "印が二つ", "○", "○", None, None],
    ]
    sds: Rows = [*head, ["1", "体制があるか", "●", None, None, None], ["2", "まだ", None, None, None, None]]
    found = questions(book(MDS=mds, SDS=sds))
    assert [(one.key, one.answer) for one in found] == [
        ("1", "no"), ("2", "n/a"), ("3.1", "yes"), ("4", UNCLEAR), ("SDS: 1", "yes"), ("SDS: 2", ""),
    ]  # fmt: skip
    assert found[0].note == "使いません"
    assert [rule["id"] if (rule := disclosures.rule_for(one)) else "" for one in found] == [
        "remote", "outside", "needless", "", "", "",
    ]  # fmt: skip


def test_no_sheet() -> None:
    assert questions(b"nothing") == []
    assert questions(book(price=[["1", "a thing", "300"], ["2", "another", "500"]])) == []


def test_an_answer_is_held_against_what_was_seen(hear: Callable[[str], Home]) -> None:
    home = hear("musashikosugi-2026")
    (box,) = home.state.device_by("10.70.0.10")[:1]
    id = documents.attach(home, book(MDS2=WORDS), "mds2.xlsx", "mds2", by="test", device=box)
    found = {one.question.key: one for one in disclosures.of(home, id).answers}
    remote = found["RMOT-1"]
    assert remote.word is Word.CONTRADICTED and remote.lines[0].evidence is not None
    assert {line.device for line in remote.lines} == {box}
    assert found["STCF-1"].word is Word.PERSON and found["SAHD-5"].word is Word.UNKNOWN
    # A model that was not heard contradicts nothing, and its silence is no agreement.
    other = documents.attach(home, book(MDS2=WORDS), "m.xlsx", "mds2", by="test", manufacturer="Soyokaze", model="S-1")
    words = {one.word for one in disclosures.of(home, other).answers}
    assert words == {Word.PERSON, Word.UNKNOWN}


def test_no_yes_needs_an_assessment_until_one_is_written(home: Home) -> None:
    id = documents.attach(home, book(MDS2=WORDS), "m.xlsx", "mds", by="test", manufacturer="Soyokaze", model="S-1")
    sheet = disclosures.of(home, id)
    assert sheet.open == 4 and sheet.expected == 41
    disclosures.assess(home, id, "RMOT-1", "VPNを閉じて使う", by="山口")
    sheet = disclosures.of(home, id)
    assert sheet.open == 3
    assert next(one.assessed for one in sheet.answers if one.question.key == "RMOT-1") == "VPNを閉じて使う"
    with pytest.raises(Problem):
        disclosures.assess(home, id, "RMOT-99", "x", by="山口")


def test_an_attached_sheet_counts_for_the_checklist(hear: Callable[[str], Home]) -> None:
    home = hear("first-light")

    def word() -> tuple[Word, int]:
        (row,) = (one for one in rows(home, Sheet("R7", "hospital")) if one.item.topic == "mds")
        return row.network.word, row.network.count

    before, makers = word()
    assert before is Word.UNKNOWN and makers > 1
    maker = next(d.manufacturer for d in home.state.devices().items if d.manufacturer)
    documents.attach(home, book(MDS2=WORDS), "m.xlsx", "mds2", by="test", manufacturer=maker, model="X")
    after, without = word()
    assert after is Word.CONTRADICTED and without < makers
