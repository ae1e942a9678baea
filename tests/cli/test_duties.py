"""Duties and incidents from the command line: what is filed comes back, misuse is one sentence and a hint."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import openpyxl
import pytest

from hinomi.home import Home

sys.path.insert(0, str(Path(__file__).parents[1] / "duties"))
from made_up_form import make


@pytest.fixture(name="hinomi")
def _words(hinomi):
    """The same, with its output as text."""

    def run(*arguments):
        done = hinomi(*arguments)
        return SimpleNamespace(
            returncode=done.returncode, stdout=done.stdout.decode("utf-8"), stderr=done.stderr.decode("utf-8")
        )

    return run


CASES = Path(__file__).parents[2] / "cases"


def test_reply_and_what_is_missing(hinomi, home: Home) -> None:
    assert hinomi("duties", "reply", "1-①", "はい", "--by", "山口", "--date", "2026-05-20").returncode == 0
    assert hinomi("duties", "reply", "2-⑥", "no", "--by", "山口", "--target", "2020-03-31").returncode == 0
    bad = hinomi("duties", "reply", "2-⑥", "たぶん", "--by", "山口")
    assert bad.returncode != 0 and "hint:" in bad.stderr and bad.stderr.count("\n") <= 3
    missing = json.loads(hinomi("duties", "missing", "--json").stdout)
    assert missing[0] == {"number": "2-⑥", "due": "2020-03-31", "late": True}
    whole = json.loads(hinomi("duties", "--json").stdout)
    said = {row["number"]: [reply["answer"] for reply in row["replies"]] for row in whole}
    assert said["1-①"] == ["yes"] and said["2-①"] == []
    carried = json.loads(hinomi("duties", "carry", "R6", "R7", "--by", "山口", "--json").stdout)
    assert {row["number"]: row["state"] for row in carried}["2-⑦"] == "nothing"


def test_a_form_is_loaded_asked_about_and_filled(hinomi, home: Home, tmp_path: Path) -> None:
    form = tmp_path / "form.xlsx"
    form.write_bytes(make())
    sheet = "医療機関・薬局確認用"
    done = hinomi("duties", "import", form, "--edition", "R9", "--sheet", sheet, "--yes", "--by", "山口")
    assert done.returncode == 0 and "5" in done.stdout.splitlines()[-1]
    assert (
        hinomi(
            "duties", "reply", "h-2", "いいえ", "--edition", "R9", "--target", "2027-09-30", "--by", "山口"
        ).returncode
        == 0
    )
    out = tmp_path / "out.xlsx"
    assert hinomi("duties", "fill", "--edition", "R9", "--out", out).returncode == 0
    assert openpyxl.load_workbook(out)[sheet]["H7"].value == "2027-09-30"
    none = hinomi("duties", "fill", "--edition", "R7", "--out", out)
    assert none.returncode != 0 and "hint:" in none.stderr


def test_registers_and_papers(hinomi, home: Home, tmp_path: Path) -> None:
    done = hinomi("duties", "register", "contact", "--add", "side=public", "--add", "name=県警", "--add", "phone=110",
                  "--by", "山口", "--json")  # fmt: skip
    rows = json.loads(done.stdout)
    assert rows[0]["name"] == "県警"
    assert (
        hinomi("duties", "register", "contact", "--withdraw", rows[0]["id"], "--by", "山口", "--json").stdout.strip()
        == "[]"
    )
    assert "contact" in hinomi("duties", "register").stdout
    for form, start in (("pdf", b"%PDF"), ("xlsx", b"PK"), ("html", b"<!doctype")):
        out = tmp_path / f"paper.{form}"
        assert hinomi("paper", "contacts", "--out", out).returncode == 0
        assert out.read_bytes().startswith(start)
    assert "hint:" in hinomi("paper", "poem", "--out", tmp_path / "x.pdf").stderr


def test_an_incident_and_its_offline_copy(hinomi, home: Home) -> None:
    opened = hinomi("incident", "open", "--symptom", "printer", "--by", "当直")
    assert opened.returncode == 0 and (home.path / "incident-offline.html").is_file()
    id = json.loads(hinomi("incident", "list", "--json").stdout)[0]["id"]
    assert hinomi("incident", "log", id, "task", "--ref", "cut-backup", "--by", "鈴木").returncode == 0
    shown = json.loads(hinomi("incident", "show", id, "--json").stdout)
    assert [step["place"] for step in shown["steps"]] == ["backup", "outside", "range", "segment"]
    assert "鈴木" in (home.path / "incident-offline.html").read_text("utf-8") or shown["incident"]["log"]
    assert hinomi("incident", "open", "--by", "x").returncode != 0


def test_a_drill_replays_an_incident_into_a_training_copy(hinomi, home: Home, tmp_path: Path) -> None:
    home.state.file("contact", {"side": "inside", "name": "病院長", "phone": "1001"}, by="山口")
    before = home.state.findings().total
    into = tmp_path / "training"
    capture = CASES / "osaka-2022" / "capture.pcap.zst"
    done = hinomi("duties", "drill", capture, "--into", into, "--by", "山口")
    assert done.returncode == 0, done.stderr
    training = Home(into)
    try:
        assert training.site == "TRAINING" and training.state.findings().total > 0
        assert [row.body["name"] for row in training.state.filed("contact")] == ["病院長"]
    finally:
        training.close()
    assert home.state.findings().total == before
    again = hinomi("duties", "drill", capture, "--into", into, "--by", "山口")
    assert again.returncode != 0 and "not empty" in again.stderr


def test_self_assessments_are_added_up_without_names(hinomi, home: Home, tmp_path: Path) -> None:
    files = []
    for number in range(6):
        file = tmp_path / f"{number}.json"
        answer = "usb=yes" if number < 5 else "usb=no"
        assert hinomi("duties", "assess", answer, "--beds", "50", "--out", file).returncode == 0
        files.append(file)
    told = json.loads(hinomi("duties", "survey", *files[:5], "--json").stdout)
    assert [s["count"] for s in told if s["area"] == "usb" and s["size"] == "all"] == [5, 0]
    told = json.loads(hinomi("duties", "survey", *files, "--json").stdout)
    assert {s["count"] for s in told if s["area"] == "usb"} == {None}
    assert hinomi("duties", "survey", tmp_path / "none.json").returncode != 0
    assert "usb" in hinomi("duties", "assess").stdout
