"""Official forms as PDF, printed by LibreOffice: read by their ruled lines, filled, and looked at by another program."""

from __future__ import annotations

import io
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from hinomi.duties import form_pages, forms
from hinomi.duties.forms import Entry
from hinomi.texts import Problem

sys.path.insert(0, str(Path(__file__).parent))
import made_up_form
import made_up_forms as made

YES, NO = Entry("yes", "2026-05-20"), Entry("no", "2026-05-21", "2026-09-30")


@cache
def _printed(name: str) -> bytes:
    import tempfile

    data = made_up_form.make() if name == "official" else getattr(made, name)()
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "form.xlsx").write_bytes(data)
        subprocess.run(
            ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf", "--outdir",
             folder, f"{folder}/form.xlsx"],
            check=True, capture_output=True, timeout=300,
        )  # fmt: skip
        return (Path(folder) / "form.pdf").read_bytes()


def _ink(data: bytes, folder: Path, page: int = 1) -> tuple[list[bytes], float]:
    """Rows of grey dots as poppler draws the page, and dots per point."""
    (folder / "page.pdf").write_bytes(data)
    subprocess.run(
        ["pdftoppm", "-gray", "-r", "144", "-f", str(page), "-l", str(page), "-singlefile", "page.pdf", "page"],
        check=True, cwd=folder, timeout=120,
    )  # fmt: skip
    head, _, rest = (folder / "page.pgm").read_bytes().partition(b"\n255\n")
    wide, _ = map(int, head.split()[1:3])
    return [rest[at : at + wide] for at in range(0, len(rest), wide)], 2.0


def _dark(rows: list[bytes], scale: float, box: tuple[float, float, float, float]) -> int:
    left, top, right, bottom = (int(value * scale) for value in box)
    return sum(255 - dot for row in rows[top:bottom] for dot in row[left:right])


def _words(data: bytes, folder: Path) -> str:
    (folder / "words.pdf").write_bytes(data)
    return subprocess.run(
        ["pdftotext", "-layout", "words.pdf", "-"], check=True, cwd=folder, capture_output=True, text=True, timeout=120
    ).stdout


def test_ruled_lines_are_read_as_the_book_they_were_printed_from() -> None:
    for name in ("circles", "boxes_below"):
        book = forms.read(getattr(made, name)())
        page = forms.read(_printed(name))
        assert [(p.number, p.text) for p in page.places] == [(p.number, p.text) for p in book.places], name
        assert [len(p.slots) for p in page.places] == [len(p.slots) for p in book.places]
    official = [p for p in forms.read(_printed("official")).places if p.sheet == "p1"]
    assert [(p.number, p.text) for p in official] == [(number, text) for _, number, text in made_up_form.QUESTIONS]
    assert all(set(dict(p.answers)) == {"yes", "no", "na"} for p in official)


def test_a_flat_page_is_marked_where_a_person_would_mark_it(tmp_path: Path) -> None:
    data = _printed("circles")
    after = forms.fill(
        data, forms.read(data).places, {("p1", 5): NO, ("p1", 6): [YES, Entry("no", "2026-10-01", check=2)]}
    )
    (page,) = form_pages.pages_of(data)
    before_ink, scale = _ink(data, tmp_path)
    after_ink, _ = _ink(after, tmp_path)
    darker = {
        address: _dark(after_ink, scale, page.cells[at].box) - _dark(before_ink, scale, page.cells[at].box)
        for address, at in {"C5": (5, 3), "D5": (5, 4), "C6": (6, 3), "E6": (6, 5), "C8": (8, 3), "D6": (6, 4)}.items()
    }
    assert all(darker[cell] > 5_000 for cell in ("C5", "D5", "C6", "E6")), darker
    assert darker["C8"] == darker["D6"] == 0
    words = _words(after, tmp_path)
    assert all(number in words.replace(" ", "") for number in ("5/21", "9/30", "5/20", "10/1"))
    plain = _words(data, tmp_path).split()
    assert all(words.count(word) >= 1 for word in plain if len(word) > 6)  # nothing of the page is lost
    left, _, right, _ = page.cells[(5, 3)].box
    middle = (left + right) / 2
    halves = [
        _dark(after_ink, scale, (a, page.cells[(5, 3)].box[1] + 2, b, page.cells[(5, 3)].box[1] + 14))
        for a, b in ((left + 1, middle - 4), (middle - 4, right - 1))
    ]
    assert halves[1] > halves[0]  # いいえ is circled, not はい


def test_turned_pages_and_columns_and_boxes(tmp_path: Path) -> None:
    writer = PdfWriter(clone_from=io.BytesIO(_printed("boxes_below")))
    for (
        page
    ) in writer.pages:  # drawn lying on its side, and shown upright by /Rotate, as many programs print wide pages
        page.rotate(270)
        page.transfer_rotation_to_content()
        page.rotate(90)
    out = io.BytesIO()
    writer.write(out)
    places = forms.read(out.getvalue()).places
    assert [place.number for place in places] == [place.number for place in forms.read(made.boxes_below()).places]
    data = _printed("official")
    first = [place for place in forms.read(data).places if place.sheet == "p1"]
    after = forms.fill(data, first, {("p1", 3): YES, ("p1", 4): NO})
    words = _words(after, tmp_path)
    assert words.count("○") == 2 and "2026-05-20" in words and "2026-09-30" in words


def _with_fields(data: bytes) -> bytes:
    """Boxes in the columns はい・いいえ・対象外 and a field for the date, as a program for forms would add them."""
    page = next(iter(form_pages.pages_of(data)))
    writer = PdfWriter(clone_from=io.BytesIO(data))
    height = page.height
    fields = ArrayObject()
    annotations = ArrayObject()

    def drawn(content: bytes) -> object:
        stream = DecodedStreamObject()
        stream.set_data(content)
        stream.update({NameObject("/Type"): NameObject("/XObject"), NameObject("/Subtype"): NameObject("/Form"),
                       NameObject("/BBox"): ArrayObject([NumberObject(v) for v in (0, 0, 10, 10)])})  # fmt: skip
        return writer._add_object(stream)

    for row in range(3, 8):
        for column in range(4, 8):
            left, top, right, bottom = page.cells[(row, column)].box
            x, y = (left + right) / 2, height - (top + bottom) / 2
            box = (x - 5, y - 5, x + 5, y + 5) if column < 7 else (left + 3, y - 6, right - 3, y + 6)
            widget = DictionaryObject({
                NameObject("/Type"): NameObject("/Annot"), NameObject("/Subtype"): NameObject("/Widget"),
                NameObject("/T"): TextStringObject(f"f{row}-{column}"), NameObject("/F"): NumberObject(4),
                NameObject("/Rect"): ArrayObject([FloatObject(v) for v in box]),
                NameObject("/DA"): TextStringObject("/Helv 9 Tf 0 g"),
            })  # fmt: skip
            if column < 7:
                widget[NameObject("/FT")] = NameObject("/Btn")
                widget[NameObject("/AS")] = NameObject("/Off")
                states = {
                    NameObject("/Checked"): drawn(b"0 0 10 10 re f"),
                    NameObject("/Off"): drawn(b"0 0 10 10 re S"),
                }
                widget[NameObject("/AP")] = DictionaryObject({NameObject("/N"): DictionaryObject(states)})
            else:
                widget[NameObject("/FT")] = NameObject("/Tx")
            at = writer._add_object(widget)
            fields.append(at)
            annotations.append(at)
    writer.pages[0][NameObject("/Annots")] = annotations
    font = DictionaryObject({NameObject("/Type"): NameObject("/Font"), NameObject("/Subtype"): NameObject("/Type1"),
                             NameObject("/BaseFont"): NameObject("/Helvetica")})  # fmt: skip
    resources = DictionaryObject(
        {NameObject("/Font"): DictionaryObject({NameObject("/Helv"): writer._add_object(font)})}
    )
    writer.root_object[NameObject("/AcroForm")] = DictionaryObject(
        {
            NameObject("/Fields"): fields,
            NameObject("/DR"): resources,
            NameObject("/DA"): TextStringObject("/Helv 9 Tf 0 g"),
        }
    )
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_fields_of_a_form_get_the_answers_themselves(tmp_path: Path) -> None:
    data = _with_fields(_printed("official"))
    places = [place for place in forms.read(data).places if place.sheet == "p1"]
    assert [place.number for place in places] == [number for _, number, _ in made_up_form.QUESTIONS]
    after = forms.fill(data, places, {("p1", 3): YES, ("p1", 4): NO})
    values = {
        name: str(field.get("/V", "")) for name, field in (PdfReader(io.BytesIO(after)).get_fields() or {}).items()
    }
    ticked = {name for name, value in values.items() if value == "/Checked"}
    assert ticked == {"f3-4", "f4-5"}
    assert values["f3-7"] == "2026-05-20" and values["f4-7"] == "2026-05-21"
    page = next(iter(form_pages.pages_of(data)))
    before_ink, scale = _ink(data, tmp_path)
    after_ink, _ = _ink(after, tmp_path)
    darker = {
        (row, column): _dark(after_ink, scale, page.cells[(row, column)].box)
        - _dark(before_ink, scale, page.cells[(row, column)].box)
        for row in range(3, 8) for column in range(4, 8)
    }  # fmt: skip
    assert {at for at, ink in darker.items() if ink > 3_000} == {(3, 4), (4, 5), (3, 7), (4, 7)}
    again = forms.fill(after, places, {("p1", 3): Entry("no", "2026-06-01")})
    values = {
        name: str(field.get("/V", "")) for name, field in (PdfReader(io.BytesIO(again)).get_fields() or {}).items()
    }
    assert values["f3-4"] == "/Off" and values["f3-5"] == "/Checked"


def test_what_cannot_be_read_is_refused_with_what_to_do() -> None:
    blank = PdfWriter()
    blank.add_blank_page(595, 842)
    out = io.BytesIO()
    blank.write(out)
    with pytest.raises(Problem, match="picture of paper"):
        forms.read(out.getvalue())
    many = PdfWriter()
    for _ in range(form_pages.PAGES_MAX + 1):
        many.add_blank_page(595, 842)
    out = io.BytesIO()
    many.write(out)
    with pytest.raises(Problem, match="too many pages"):
        forms.read(out.getvalue())
    locked = PdfWriter(clone_from=io.BytesIO(_printed("circles")))
    locked.encrypt("secret", algorithm="AES-256")
    out = io.BytesIO()
    locked.write(out)
    with pytest.raises(Problem, match="password"):
        forms.read(out.getvalue())
    for cut in (20, 400, len(_printed("circles")) // 2):
        with pytest.raises(Problem):
            forms.read(_printed("circles")[:cut])
