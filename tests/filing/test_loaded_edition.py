"""An edition that nobody wrote code for: loaded from a form, answered, carried over, filled in."""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
from pathlib import Path

import openpyxl

from hinomi.duties.replies import Reply, Said
from hinomi.filing import forms, sheets
from hinomi.filing.sheets import Sheet
from hinomi.home import Home

sys.path.insert(0, str(Path(__file__).parents[1] / "duties"))
from made_up_form import make


def test_a_loaded_form_becomes_an_edition_and_comes_back_filled(home: Home) -> None:
    data = make()
    proposals = [one for one in forms.propose(home, data, "x.xlsx", "hospital") if one.place.sheet != "事業者確認用"]
    by_text = {one.place.text[:6]: one for one in proposals}
    assert [one.topic for one in proposals][:2] == ["ledger", "remote"]
    assert by_text["インシデント"].topic == "contacts"
    assert by_text["朝礼で合言葉"].topic == "" and "topic" in by_text["朝礼で合言葉"].doubts
    made = forms.accept(
        home, data, proposals, edition="R9", audience="hospital", title="架空年度版", year_from="2027-04-01", by="山口",
        topics={by_text["パスワードの"].key: "password"}, dropped=[by_text["朝礼で合言葉"].key],
    )  # fmt: skip
    assert [item.number for item in made.of("hospital")] == ["①", "②", "③", "①"]
    assert made.of("hospital")[0].probe == "ledger"
    old, new = Sheet("R7", "hospital"), Sheet("R9", "hospital")
    for number in ("2-①", "2-⑦"):
        sheets.reply(home, old, Reply(number, 1, Said.YES, "2026-05-20", "山口"), by="山口")
    states = {one.item.topic: one.state for one in sheets.carry(home, old, new, by="山口")}
    assert states["ledger"] == "carried" and states["password"] == "changed"
    sheets.reply(home, new, Reply("h-2", 1, Said.NO, "2027-05-20", "山口", "2027-09-30"), by="山口")
    book = openpyxl.load_workbook(io.BytesIO(forms.filled(home, new)))
    sheet = book.worksheets[0]
    assert sheet["D6"].value is None  # what was only carried over is not written as an answer
    assert sheet["E7"].value == "○" and sheet["H7"].value == "2027-09-30"
    assert home.state.audit_entries()[0].act in {"answer.file", "form.accept"}


def test_a_form_as_pdf_or_with_macros_keeps_its_kind(home: Home) -> None:
    from made_up_forms import circles, with_macros

    sheet = Sheet("R9", "hospital")
    for data, ending in ((printed(circles()), ".pdf"), (with_macros(circles()), ".xlsm"), (circles(), ".xlsx")):
        proposals = forms.propose(home, data, "x", "hospital")
        forms.accept(
            home,
            data,
            proposals,
            edition="R9",
            audience="hospital",
            title="架空年度",
            year_from="2027-04-01",
            by="山口",
        )
        sheets.reply(home, sheet, Reply("h-2", 1, Said.NO, "2027-05-20", "山口", "2027-09-30"), by="山口")
        sheets.reply(home, sheet, Reply("h-2", 2, Said.YES, "2027-10-01", "山口"), by="山口")
        out = forms.filled(home, sheet)
        assert forms.ending(out) == ending
        assert [file.suffix for file in (home.path / "forms").glob("r9-hospital.[xp]*")] == [ending]
    cells = openpyxl.load_workbook(io.BytesIO(out)).worksheets[0]
    assert (
        cells["C8"].value == "はい・○いいえ\n(5/20)" and cells["E8"].value == "○はい・いいえ\n(10/1)"
    )  # each check its own


def printed(book: bytes) -> bytes:
    """The form as PDF, by LibreOffice."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "form.xlsx").write_bytes(book)
        subprocess.run(
            ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf", "--outdir",
             folder, f"{folder}/form.xlsx"],
            check=True, capture_output=True, timeout=300,
        )  # fmt: skip
        return (Path(folder) / "form.pdf").read_bytes()
