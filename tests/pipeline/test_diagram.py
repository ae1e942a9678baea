"""The network diagram of the bundled capture, in three forms."""

from __future__ import annotations

import shutil
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from hinomi import pipeline
from hinomi.home import Home
from hinomi.pipeline import diagram

CASE = Path(__file__).parents[2] / "cases" / "first-light" / "capture.pcap.zst"


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("diagram") / "home")
    pipeline.read(home, [CASE])
    return home


def test_zones_conduits_and_what_was_not_heard(read: Home) -> None:
    made = diagram.plan(read, "ja")
    assert {z.kind for z in made.zones} >= {"imaging", "external"} and any(z.outside for z in made.zones)
    assert any("DICOM" in c.label for c in made.conduits) and any(c.outside for c in made.conduits)
    assert any("聞こえない所" in note for note in made.notes) and "作成" in made.made
    assert all("仮の名前" in z.name for z in made.zones if z.proposed)
    english = diagram.plan(read, "en")
    assert [z.id for z in english.zones] == [z.id for z in made.zones] and "Network diagram" in english.title


def test_an_empty_home_says_so(home: Home) -> None:
    made = diagram.plan(home, "ja")
    assert made.zones == [] and "まだ何も聞いていません" in made.made
    ET.fromstring(diagram.write(home, "svg", "ja"))


def test_three_forms(read: Home, tmp_path: Path) -> None:
    ET.fromstring(diagram.write(read, "svg", "ja"))
    ET.fromstring(diagram.write(read, "drawio", "en"))
    pdf = diagram.write(read, "pdf", "ja")
    assert pdf.startswith(b"%PDF")
    if shutil.which("pdftotext") is None:
        pytest.skip("poppler is not installed")
    (tmp_path / "d.pdf").write_bytes(pdf)
    text = subprocess.run(["pdftotext", tmp_path / "d.pdf", "-"], capture_output=True, check=True).stdout.decode()
    assert "画像診断" in text and text.count("\f") == 1  # Japanese is there as text, on one page
