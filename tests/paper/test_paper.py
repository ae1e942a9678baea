"""One paper in three forms: nothing runs, nothing is lost, Japanese is set in a Japanese face."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import openpyxl
import pytest

from hinomi.paper import Break, Heading, Items, Paper, Picture, Table, Text, pdf, to_html, to_pdf, to_xlsx
from hinomi.texts import Problem

HOSTILE = '<script>alert(1)</script> #import "x" $a$ *b* =1+1'


@pytest.fixture
def paper() -> Paper:
    made = Paper("点検票(試験)", "ja", "火の見 2026-11-28 作成")
    made.add(
        Heading("機器の一覧"),
        Text("保守回線を確かめてください。", "caution"),
        Text(HOSTILE),
        Items(["一つ目", "二つ目"], ordered=True),
        Items(["電話した"], boxes=True),
        Table(["名前", "見たもの"], [["ct01", "telnet 23"], [HOSTILE, "=cmd()"]], [1, 3], frozenset({1}), "機器"),
        Break(),
        Picture(
            '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="10"><rect width="9" height="9"/></svg>', "図"
        ),
    )
    return made


def test_html_stands_alone_and_runs_nothing(paper: Paper) -> None:
    page = to_html(paper)
    assert "<script" not in page and "&lt;script&gt;" in page
    assert "http" not in page.replace("data:image", "")
    assert '<tr class="marked"><td>&lt;script' in page
    assert "☐" in page and '<html lang="ja">' in page


def test_pdf_holds_the_japanese_words_in_a_japanese_face(paper: Paper, tmp_path: Path) -> None:
    file = tmp_path / "paper.pdf"
    file.write_bytes(to_pdf(paper))
    words = subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, text=True, check=True).stdout
    flat = words.replace("\u200b", "").replace(" ", "")
    for word in ("点検票(試験)", "保守回線を確かめてください。", "二つ目", "telnet23", '#import"x"', "=cmd()", "2/2"):
        assert word in flat, word
    fonts = subprocess.run(["pdffonts", str(file)], capture_output=True, text=True, check=True).stdout
    assert (pdf.face() or "?").replace(" ", "").lower() in fonts.replace("-", "").replace(" ", "").lower()


def test_a_machine_without_a_japanese_face_is_told_so(paper: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_fonts", lambda: (None, None))
    with pytest.raises(Problem) as told:
        to_pdf(paper)
    assert "fonts-noto-cjk" in told.value.hint("ja")


def test_excel_keeps_tables_and_runs_no_formula(paper: Paper) -> None:
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(paper)))
    assert book.sheetnames == ["点検票(試験)", "機器"]
    sheet = book["機器"]
    assert [cell.value for cell in sheet[1]] == ["名前", "見たもの"]
    assert sheet["B3"].value == "'=cmd()" and sheet["B3"].data_type == "s"
    assert sheet["A3"].fill.fgColor.rgb.endswith("FDF0D5") and not sheet["A2"].fill.fgColor.rgb.endswith("FDF0D5")
