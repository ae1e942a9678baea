"""Forms of other layouts: read, filled in the very same file, opened again in another program, nothing lost."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from hinomi.duties import forms
from hinomi.duties.forms import Entry, Place
from hinomi.texts import Problem

sys.path.insert(0, str(Path(__file__).parent))
import made_up_forms as made

DAYS = [Entry("yes", "2026-05-20"), Entry("no", "2026-05-21", "2026-09-30", "山口", "更新で直す")]
Values = dict[str, object]


def _filled(data: bytes, entries: dict[tuple[str, int], Entry | list[Entry]]) -> bytes:
    return forms.fill(data, forms.read(data).places, entries)


def _changed(before: bytes, after: bytes) -> Values:
    """Sheet!cell → its new value; and what must not change did not."""
    old, new = openpyxl.load_workbook(io.BytesIO(before)), openpyxl.load_workbook(io.BytesIO(after))
    found: Values = {}
    assert old.sheetnames == new.sheetnames
    for name in old.sheetnames:
        a, b = old[name], new[name]
        assert {str(r) for r in a.merged_cells.ranges} == {str(r) for r in b.merged_cells.ranges}
        assert (a.print_area, a.sheet_state, a.freeze_panes) == (b.print_area, b.sheet_state, b.freeze_panes)
        assert [(str(v.sqref), v.formula1) for v in a.data_validations.dataValidation] == [
            (str(v.sqref), v.formula1) for v in b.data_validations.dataValidation
        ]
        assert len(a.conditional_formatting) == len(b.conditional_formatting)
        for row in range(1, max(a.max_row, b.max_row) + 1):
            for column in range(1, max(a.max_column, b.max_column) + 1):
                one, two = a.cell(row, column), b.cell(row, column)
                assert one.style_id == two.style_id, two.coordinate
                if one.value != two.value:
                    found[f"{name}!{two.coordinate}"] = two.value
    with zipfile.ZipFile(io.BytesIO(before)) as a, zipfile.ZipFile(io.BytesIO(after)) as b:
        assert a.namelist() == b.namelist()
        for part in a.namelist():
            if not part.startswith("xl/worksheets/sheet") and part != "xl/workbook.xml":
                assert a.read(part) == b.read(part), part
    return found


def _printed(data: bytes, folder: Path, suffix: str = "xlsx") -> str:
    file = folder / f"form.{suffix}"
    file.write_bytes(data)
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf", "--outdir",
         str(folder), str(file)],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    return subprocess.run(
        ["pdftotext", "-layout", str(folder / "form.pdf"), "-"], check=True, capture_output=True, text=True
    ).stdout


def test_words_to_circle_with_dates_and_three_checks() -> None:
    data = made.circles()
    places = forms.read(data).places
    assert [place.number for place in places] == ["", "2-(1)", "2-(2)", "3-(1)", "3-(2)"]
    assert all(len(place.slots) == 3 for place in places)
    assert [place.row for place in places if not place.sure] == [6]  # the row of the system itself has no number
    sheet = "医療機関確認用"
    after = _filled(
        data,
        {
            (sheet, 6): Entry("yes", "2026-05-20"),
            (sheet, 8): [Entry("no", "2026-05-20", "2026-09-30", check=1), Entry("yes", "2026-10-01", check=2)],
            (sheet, 11): Entry("yes", "2026-05-20"),
        },
    )
    assert _changed(data, after) == {
        f"{sheet}!C6": "○はい・いいえ\n(5/20)",
        f"{sheet}!C8": "はい・○いいえ\n(5/20)",
        f"{sheet}!D8": "(9/30)",
        f"{sheet}!E8": "○はい・いいえ\n(10/1)",
        f"{sheet}!C11": "○はい・いいえ\n(5/20)",
    }
    with pytest.raises(Problem, match="対象外"):  # the form has no place for it, and says so
        _filled(data, {(sheet, 9): Entry("na")})


def test_boxes_below_the_question_with_numbers_in_three_columns() -> None:
    data = made.boxes_below()
    places = forms.read(data).places
    assert [place.number for place in places] == ["(1)", "(1)-①", "(1)-②-ア", "(1)-②-イ", "(2)", "(2)-①"]
    assert all(place.sure for place in places)
    after = _filled(data, {("点検表", 3): DAYS[0], ("点検表", 7): DAYS[1], ("点検表", 13): Entry("na")})
    assert _changed(data, after) == {
        "点検表!D4": "☑",
        "点検表!J4": "確認日: 令和8年5月20日",
        "点検表!F8": "☑",
        "点検表!J8": "確認日: 令和8年5月21日",
        "点検表!H14": "☑",
    }


@pytest.mark.parametrize(
    "how", [lambda data: data, made.with_prefix, made.with_macros], ids=["plain", "prefix", "macros"]
)
def test_lists_and_dates_take_what_the_form_lets_a_person_choose(how: Callable[[bytes], bytes]) -> None:
    data = how(made.lists())
    places = forms.read(data).places
    assert [(place.sheet, place.number) for place in places] == [
        ("サーバ", "1"), ("サーバ", "2"), ("端末", "1"), ("端末", "2"), ("端末", "3"),
    ]  # fmt: skip
    assert all(place.sure for place in places)
    after = _filled(data, {("サーバ", 5): DAYS[0], ("サーバ", 6): DAYS[1], ("端末", 7): Entry("na")})
    changed = _changed(data, after)
    assert {cell: str(value)[:10] for cell, value in changed.items()} == {
        "サーバ!D5": "○", "サーバ!E5": "2026-05-20", "サーバ!D6": "×", "サーバ!E6": "2026-05-21", "サーバ!F6": "2026-09-30",
        "サーバ!G6": "更新で直す", "端末!D7": "-",
    }  # fmt: skip
    with zipfile.ZipFile(io.BytesIO(after)) as packed:
        assert ("xl/vbaProject.bin" in packed.namelist()) == forms.has_macros(data) == (how is made.with_macros)
        assert b'fullCalcOnLoad="1"' in packed.read("xl/workbook.xml")


def test_what_the_form_counts_is_counted_anew(tmp_path: Path) -> None:
    data = made.lists()
    assert re.search(r"○の数\s+0", _printed(data, tmp_path))  # as Excel left it
    printed = _printed(_filled(data, {("サーバ", 5): DAYS[0], ("サーバ", 6): DAYS[0], ("端末", 5): DAYS[1]}), tmp_path)
    assert re.findall(r"○の数\s+(\d)", printed) == ["2", "0", "0"]
    assert "2026/5/20" in printed and "2026/9/30" in printed


def test_answers_left_of_the_question_and_columns_in_english() -> None:
    data = made.left_and_english()
    assert [place.number for place in forms.read(data).places] == ["A-1", "A-2", "A-3", "1.1", "1.2", "Q1"]
    after = _filled(
        data,
        {("Vendor", 3): Entry("yes"), ("Vendor", 4): Entry("na"), ("Vendor", 5): Entry("no"), ("Vendor", 9): Entry("no"),
         ("Vendor", 10): Entry("na", note="see 5.2"), ("Vendor", 13): Entry("no")},
    )  # fmt: skip
    assert _changed(data, after) == {
        "Vendor!A3": "○有 ・ 無 ・ 非該当", "Vendor!A4": "有 ・ 無 ・ ○非該当", "Vendor!A5": "有 ・ ○無 ・ 非該当", "Vendor!F9": "○",
        "Vendor!G10": "○", "Vendor!D10": "see 5.2", "Vendor!D13": "はい□  いいえ☑  対象外□",
    }  # fmt: skip


def test_a_list_to_tick_is_ticked_for_yes_only() -> None:
    data = made.ticks()
    assert len(forms.read(data).places) == 4
    after = _filled(data, {("日常点検", 3): Entry("yes"), ("日常点検", 4): Entry("no"), ("日常点検", 7): Entry("yes")})
    assert _changed(data, after) == {"日常点検!A3": "☑", "日常点検!A7": "☑ 施錠を確かめてから退出した。"}


def test_an_answer_given_anew_empties_the_box_before() -> None:
    data = made.left_and_english()
    places = forms.read(data).places
    once = forms.fill(data, places, {("Vendor", 13): Entry("yes")})
    twice = forms.fill(once, forms.read(once).places, {("Vendor", 13): Entry("no")})
    assert openpyxl.load_workbook(io.BytesIO(twice))["Vendor"]["D13"].value == "はい□  いいえ☑  対象外□"


def test_a_cell_that_counts_is_never_written_over() -> None:
    book = openpyxl.load_workbook(io.BytesIO(made.lists()))
    book["サーバ"]["E6"] = "=TODAY()"
    out = io.BytesIO()
    book.save(out)
    found = {(place.sheet, place.row): dict(place.cells) for place in forms.read(out.getvalue()).places}
    assert "date" in found[("サーバ", 5)] and "date" not in found[("サーバ", 6)]


def test_a_form_kept_before_cells_were_named_in_full_still_fills() -> None:
    data = made.left_and_english()
    old = Place("Vendor", 9, "1.1", "Does it?", (("yes", "5"), ("no", "6"), ("na", "7")), (), ())
    after = forms.fill(data, [old], {("Vendor", 9): Entry("yes")})
    assert _changed(data, after) == {"Vendor!E9": "○"}


@pytest.mark.parametrize(
    ("data", "hint"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512 + "Workbook".encode("utf-16-le"), "xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512 + "EncryptedPackage".encode("utf-16-le"), "password"),
    ],
)
def test_an_old_or_locked_file_is_refused_with_what_to_do(data: bytes, hint: str) -> None:
    with pytest.raises(Problem) as caught:
        forms.read(data)
    assert hint in str(caught.value)


ALL = [made.circles, made.boxes_below, made.lists, made.left_and_english, made.ticks]


@pytest.mark.parametrize("form", ALL, ids=[one.__name__ for one in ALL])
def test_another_program_opens_each_and_shows_the_answers(form: Callable[[], bytes], tmp_path: Path) -> None:
    data = form()
    places = forms.read(data).places
    before = _printed(data, tmp_path)
    printed = _printed(forms.fill(data, places, {(p.sheet, p.row): DAYS[0] for p in places}), tmp_path)
    marks = [text.count("○") + text.count("☑") + text.count("☒") for text in (before, printed)]
    assert marks[1] >= marks[0] + len(places)
    assert len(printed.split("\f")) == len(before.split("\f"))  # no page more, none less
