"""What the duties do by themselves: the offline copy stays fresh and says its date, reports are made, mails come in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest

from hinomi.filing import advisories, reports, rounds
from hinomi.filing.facts import zone
from hinomi.filing.papers import Ask, make
from hinomi.filing.papers.incident import OFFLINE
from hinomi.home import Home
from hinomi.paper import to_html
from hinomi.texts import Problem


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=zone()).timestamp()


def test_the_offline_copy_follows_what_people_write(home: Home) -> None:
    mine = rounds.Rounds(home)
    assert mine.step(at("2026-11-24 10:00")) == ["offline"]
    page = home.path / OFFLINE
    assert "この写しは 20" in page.read_text("utf-8")
    assert "This copy is of 20" in page.with_suffix(".en.html").read_text("utf-8")
    assert mine.step(at("2026-11-24 10:01")) == []
    home.state.file("contact", {"side": "public", "name": "県警本部", "phone": "110"}, by="test")
    assert mine.step(at("2026-11-24 10:02")) == ["offline"]
    assert "県警本部" in page.read_text("utf-8")
    assert mine.step(at("2026-11-25 00:01")) == ["offline"]  # each night
    page.unlink()
    assert mine.step(at("2026-11-25 00:02")) == ["offline"]


def test_one_thing_that_fails_stops_no_other(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(home: Home) -> Path:
        raise OSError("no room")

    monkeypatch.setattr(rounds, "keep_offline", broken)
    home.path.joinpath(advisories.FOLDER).mkdir()
    home.path.joinpath(advisories.FOLDER, "a.txt").write_text("件名: 更新", "utf-8")
    assert rounds.Rounds(home).step(at("2026-11-24 10:00")) == ["advisories"]


def test_reports_make_themselves_once_a_period(hear: Callable[[str], Home]) -> None:
    home = hear("first-light")
    assert reports.make_due(home, date(2026, 12, 1)) == []
    reports.schedule(home, "trial", "month", "ja", by="test")
    (made,) = reports.make_due(home, date(2026, 12, 1))
    assert made.name == "trial-2026-11-01-2026-11-30.ja.pdf" and made.read_bytes().startswith(b"%PDF")
    assert reports.make_due(home, date(2026, 12, 2)) == []
    reports.schedule(home, "trial", "week", "en", by="test")
    (week,) = reports.make_due(home, date(2026, 12, 2))  # a Wednesday: the week up to Sunday
    assert week.name == "trial-2026-11-23-2026-11-29.en.pdf"
    assert set(reports.kept(home)) == {made.name, week.name}
    assert reports.content(home, made.name).startswith(b"%PDF")
    for name in ("../state.db", "trial.pdf", ""):
        with pytest.raises(Problem):
            reports.content(home, name)
    with pytest.raises(Problem):
        reports.schedule(home, "poem", "week", "ja", by="test")


def test_old_reports_make_room(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "KEPT_MAX", 1)
    reports.schedule(home, "monthly", "month", "ja", by="test")
    reports.make_due(home, date(2026, 11, 1))
    reports.make_due(home, date(2026, 12, 1))
    assert reports.kept(home) == ["monthly-2026-11-01-2026-11-30.ja.pdf"]


def test_a_report_says_nothing_beyond_its_period(hear: Callable[[str], Home]) -> None:
    home = hear("first-light")
    span = home.history.span()
    assert span is not None
    whole = to_html(make(home, "trial", Ask(lang="en")))
    later = to_html(make(home, "trial", Ask(lang="en", since=span[1] + 10**15, until=span[1] + 2 * 10**15)))
    assert "Devices made visible: 0" in later and "Nothing was heard in this period." in later
    assert "Devices made visible: 0" not in whole and "Nothing was heard" not in whole
