"""A made-up official form: read, filled, opened again in another program, and nothing of its layout lost."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest

from hinomi.duties import forms
from hinomi.duties.forms import Entry
from hinomi.texts import Problem

sys.path.insert(0, str(Path(__file__).parent))
from made_up_form import QUESTIONS, make

FIRST, SECOND = "医療機関・薬局確認用", "事業者確認用"


def entries() -> dict[tuple[str, int], Entry]:
    return {
        (FIRST, 6): Entry("yes", "2026-05-20"),
        (FIRST, 7): Entry("no", "2026-05-20", "2026-09-30"),
        (FIRST, 8): Entry("na", "2026-05-21"),
        (SECOND, 2): Entry("no"),
        (SECOND, 3): Entry("yes"),
    }


def test_rows_are_read_through_merged_cells_and_boxes() -> None:
    form = forms.read(make(), "x.xlsx")
    mine = [place for place in form.places if place.sheet == FIRST]
    assert [(place.number, place.text) for place in mine] == [(number, text) for _, number, text in QUESTIONS]
    assert all(
        dict(place.answers) == {"yes": f"D{place.row}", "no": f"E{place.row}", "na": f"F{place.row}"} for place in mine
    )
    assert [dict(place.cells)["target"] for place in mine] == ["H6", "H7", "H8", "H9", "H10"]
    boxes = [place for place in form.places if place.sheet == SECOND]
    assert [set(dict(place.answers)) for place in boxes] == [{"yes", "no", "na"}] * 2
    assert "チェックリスト" in form.title


def test_where_it_is_unsure_it_says_so() -> None:
    form = forms.read(make())
    doubts = {(place.sheet, place.row): place.doubts for place in form.places}
    assert doubts[(FIRST, 6)] == ("twice",)  # ① stands in part 2 and in part 3
    assert doubts[(FIRST, 8)] == ()


def test_the_same_file_comes_back_with_its_answers_and_nothing_lost() -> None:
    before = make()
    after = forms.fill(before, forms.read(before).places, entries())
    old, new = openpyxl.load_workbook(io.BytesIO(before)), openpyxl.load_workbook(io.BytesIO(after))
    sheet = new[FIRST]
    assert [sheet[cell].value for cell in ("D6", "E6", "F6", "G6")] == ["○", None, None, "2026-05-20"]
    assert [sheet[cell].value for cell in ("D7", "E7", "H7")] == [None, "○", "2026-09-30"]
    assert sheet["F8"].value == "○" and sheet["D9"].value is None
    assert new[SECOND]["C2"].value == "□はい  ☑いいえ  □対象外"
    assert new[SECOND]["C3"].value == "☑はい  □いいえ  □対象外"
    changed = set()
    for name in old.sheetnames:
        a, b = old[name], new[name]
        assert {str(r) for r in a.merged_cells.ranges} == {str(r) for r in b.merged_cells.ranges}
        assert {k: v.width for k, v in a.column_dimensions.items()} == {
            k: v.width for k, v in b.column_dimensions.items()
        }
        assert {k: v.height for k, v in a.row_dimensions.items()} == {k: v.height for k, v in b.row_dimensions.items()}
        assert a.print_area == b.print_area and a.page_setup.orientation == b.page_setup.orientation
        assert [str(v.sqref) for v in a.data_validations.dataValidation] == [
            str(v.sqref) for v in b.data_validations.dataValidation
        ]
        assert len(a.conditional_formatting) == len(b.conditional_formatting)
        for row in a.iter_rows():
            for cell in row:
                other = b[cell.coordinate]
                assert cell.style_id == other.style_id, cell.coordinate
                if cell.value != other.value:
                    changed.add(f"{name}!{cell.coordinate}")
    assert len(changed) == 9
    with zipfile.ZipFile(io.BytesIO(before)) as a, zipfile.ZipFile(io.BytesIO(after)) as b:
        assert a.namelist() == b.namelist()
        for name in a.namelist():
            if not name.startswith("xl/worksheets/sheet"):
                assert a.read(name) == b.read(name), name
        assert b.read("xl/media/image1.png").startswith(b"\x89PNG")


def test_another_program_opens_it_and_shows_the_answers(tmp_path: Path) -> None:
    before = make()
    file = tmp_path / "filled.xlsx"
    file.write_bytes(forms.fill(before, forms.read(before).places, entries()))
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "pdf", "--outdir",
         str(tmp_path), str(file)],
        check=True, capture_output=True, timeout=240,
    )  # fmt: skip
    words = subprocess.run(
        ["pdftotext", "-layout", str(tmp_path / "filled.pdf"), "-"], check=True, capture_output=True, text=True
    ).stdout
    assert words.count("○") == 3 and "2026-09-30" in words
    assert "☑いいえ" in words.replace(" ", "") and "架空年度版" in words
    pictures = subprocess.run(
        ["pdfimages", "-list", str(tmp_path / "filled.pdf")], check=True, capture_output=True, text=True
    )
    assert len(pictures.stdout.splitlines()) >= 3  # the seal is still there


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04nothing", b"a,b,c\n"])
def test_what_is_no_form_is_said(data: bytes) -> None:
    with pytest.raises(Problem):
        forms.read(data)


def test_a_book_without_a_question_is_said() -> None:
    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    with pytest.raises(Problem, match="No question"):
        forms.read(out.getvalue())
