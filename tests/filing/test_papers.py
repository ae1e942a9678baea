"""Every paper in every form and language, from an empty home and from a heard one; what it claims it can prove."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable

import openpyxl
import pytest

from hinomi.duties.replies import Reply, Said
from hinomi.filing import incidents, papers, sheets
from hinomi.filing.papers import MAKERS, Ask, binder
from hinomi.filing.papers.incident import keep_offline
from hinomi.filing.sheets import Sheet
from hinomi.home import Home
from hinomi.paper import Paper, Table, to_html, to_pdf, to_xlsx
from hinomi.texts import Problem

Hear = Callable[[str], Home]
R7 = Sheet("R7", "hospital")


@pytest.fixture
def home_with_all(hear: Hear) -> tuple[Home, Ask]:
    home = hear("musashikosugi-2026")
    state = home.state
    state.file("contact", {"side": "inside", "name": "病院長 佐藤", "phone": "1001", "order": "1"}, by="山口")
    state.file("system", {"name": "電子カルテ", "priority": "1", "fallback": "紙カルテ"}, by="山口")
    state.file(
        "backup", {"system": "電子カルテ", "place": "10.50.0.10", "medium": "nas", "detached": "detached"}, by="山口"
    )
    vendor = state.file("vendor", {"name": "Tsubame Denshi", "system": "生体情報モニタ"}, by="山口")
    advisory = state.file(
        "advisory", {"date": "2026-11-20", "source": "セプター", "title": "VPN装置", "text": "更新を"}, by="山口"
    )
    sheets.reply(home, R7, Reply("2-②", 1, Said.YES, "2026-05-20", "山口"), by="山口")
    finding = state.findings().items[0]
    of = incidents.open_incident(home, by="当直", finding=finding.id)
    return home, Ask(vendor="", incident=of.id, register="contact", more={"advisory": advisory.id, "vendor": vendor.id})


def ask_for(name: str, ask: Ask, lang: str) -> Ask:
    from dataclasses import replace

    asked = replace(ask, lang=lang)  # type: ignore[arg-type]
    return replace(asked, vendor=ask.more["vendor"], audience="vendor") if name == "vendor" else asked


def words(paper: Paper) -> str:
    return to_html(paper)


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_every_paper_in_both_languages(home_with_all: tuple[Home, Ask], name: str) -> None:
    home, ask = home_with_all
    japanese = papers.make(home, name, ask_for(name, ask, "ja"))
    english = papers.make(home, name, ask_for(name, ask, "en"))
    assert japanese.title != english.title or name == "incident"
    assert "{" not in words(japanese).split("</style>")[1] and "{" not in words(english).split("</style>")[1]
    assert len(japanese.blocks) == len(english.blocks)
    assert to_pdf(japanese).startswith(b"%PDF")
    assert openpyxl.load_workbook(io.BytesIO(to_xlsx(english))).sheetnames


@pytest.mark.parametrize("name", sorted(set(MAKERS) - {"vendor", "fax", "incident", "draft", "notice"}))
def test_an_empty_home_says_so_and_breaks_nothing(home: Home, name: str) -> None:
    page = words(papers.make(home, name, Ask(register="contact")))
    assert "まだ" in page


def test_the_sheet_marks_the_contradicted_yes_and_the_annex_proves_it(home_with_all: tuple[Home, Ask]) -> None:
    home, ask = home_with_all
    sheet = papers.make(home, "checklist", ask)
    table = next(block for block in sheet.blocks if isinstance(block, Table))
    marked = [table.rows[place][0] for place in table.marked]
    assert marked == ["2-②"] and "矛盾あり" in table.rows[sorted(table.marked)[0]][-1]
    page = words(papers.make(home, "annex", ask))
    assert "openvpn" in page and "#" in page
    assert not any("はい" in cell for row in table.rows for cell in row[3:6] if row[0] != "2-②")  # nothing by itself


def test_the_offline_copy_needs_nothing_from_elsewhere(home_with_all: tuple[Home, Ask]) -> None:
    home, _ = home_with_all
    place = keep_offline(home)
    page = place.read_text("utf-8")
    assert place.parent == home.path and "<script" not in page and "http" not in page.split("</style>")[1]
    order = [page.index(word) for word in ("① バックアップへの線", "② 院外との線", "③ 広がりと入口", "④ 区画の境目")]
    assert order == sorted(order)
    assert "病院長 佐藤" in page and "電子カルテ: 紙カルテ" in page and "使用中" in page
    assert "Incident binder" in place.with_suffix(".en.html").read_text("utf-8")
    assert not list(home.path.glob(".offline*"))


def test_the_trial_report_speaks_of_its_period_only(home_with_all: tuple[Home, Ask]) -> None:
    from dataclasses import replace

    home, ask = home_with_all
    whole = words(papers.make(home, "trial", ask))
    assert "ナースコール" in whole and "F-" in whole
    later = words(papers.make(home, "trial", replace(ask, since=2**61)))
    assert "見えるようになった機器: 0台" in later and "指摘: 0件" in later


def test_what_does_not_exist_is_said(home: Home) -> None:
    with pytest.raises(Problem, match="no paper"):
        papers.make(home, "poem", Ask())
    with pytest.raises(Problem, match="cannot be written"):
        papers.write(Paper("x"), "docx")


def test_the_binder_for_the_inspection_is_whole(home_with_all: tuple[Home, Ask]) -> None:
    home, ask = home_with_all
    page = words(papers.make(home, "inspection", ask))
    for part in ("足りないもの", "連絡体制図", "機器の台帳", "業務継続計画", "事業者の票", "data:image/svg+xml"):
        assert part in page, part
    data = binder.folder(home, ask)
    with zipfile.ZipFile(io.BytesIO(data)) as zip_:
        names = zip_.namelist()
        sums = dict(reversed(line.split("  ")) for line in zip_.read("SHA256SUMS").decode().splitlines())
        assert set(sums) == set(names) - {"SHA256SUMS"}
        assert all(hashlib.sha256(zip_.read(name)).hexdigest() == digest for name, digest in sums.items())
    assert {"00-inspection.pdf", "04-network.pdf", "05-ledger.xlsx", "08-vendor-01.pdf"} <= set(names)


def test_what_is_missing_stands_by_its_day(home: Home) -> None:
    sheets.reply(home, R7, Reply("2-①", 1, Said.NO, "2026-05-20", "山口", "2026-09-30"), by="山口")
    state = home.state
    state.file("vendor", {"name": "Sekisho", "system": "VPN", "due": "2026-07-01"}, by="山口")
    state.file("server", {"server": "pacs", "system": "PACS", "owed_by": "vendor", "until": "2026-03-31"}, by="山口")
    table = binder.due(home, Ask(lang="en"), today="2026-08-01")
    assert isinstance(table, Table)
    days = [row[0] for row in table.rows]
    assert days[:3] == ["2026-03-31", "2026-07-01", "2026-09-30"] and set(days[3:]) == {"–"}
    assert table.marked == {0, 1}
