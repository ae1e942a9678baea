"""A vendor's sheet by a link: one sheet, until a day, and what is sent is held against what was seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from fastapi.testclient import TestClient

from hinomi.api import create_app
from hinomi.duties.registers import checked, registers
from hinomi.filing import links, sheets, vendors
from hinomi.filing.sheets import Sheet
from hinomi.home import Home
from hinomi.people import Door
from hinomi.privacy.secret import Secret
from hinomi.store.state import clock
from hinomi.texts import Problem

ADDRESS = "http://127.0.0.1:8733"
DAY = 86_400 * 1_000_000_000


@contextmanager
def refused(id: str) -> Iterator[None]:
    with pytest.raises(Problem) as found:
        yield
    assert found.value.id == id


def enter(home: Home, **more: str) -> str:
    row = checked(registers()["vendor"], {"name": "Sekisho", "system": "VPN", **more})
    return home.state.file("vendor", row, by="test").id


def test_a_vendor_answers_without_an_account(hear: Callable[[str], Home]) -> None:
    home = hear("musashikosugi-2026")
    vendor = enter(home, devices="10.70.0.10")
    Door(home).add("sato", "administrator", by="test")  # from now on everybody signs in
    _, word = links.make(home, vendor, "R7", 14, by="sato")
    with TestClient(create_app(home), base_url=ADDRESS) as client:
        assert client.get("/api/duties/registers/vendor").status_code == 401
        ask = {"word": word.reveal().decode()}
        sheet = client.post("/api/by-link/sheet", json=ask).json()
        assert sheet["vendor"] == "Sekisho" and len(sheet["items"]) > 5
        assert "10.70." not in str(sheet), "nothing of the network is told"
        item = sheet["items"][0]["id"]
        sent = {**ask, "person": "山口", "remote": "no", "answers": [{"item": item, "answer": "yes"}]}
        bad = {**sent, "answers": [*sent["answers"], {"item": sheet["items"][1]["id"], "answer": "no"}]}
        assert "目標日" in client.post("/api/by-link/sheet/answers", json=bad).json()["title_ja"]
        assert sheets.given(home, Sheet("R7", "vendor", vendor)) == [], "all of it or nothing"
        said = client.post("/api/by-link/sheet/answers", json=sent)
        assert said.status_code == 200 and said.json()["sent"] == 1 and said.json()["items"][0]["answer"] == "yes"
    (kept,) = sheets.given(home, Sheet("R7", "vendor", vendor))
    assert kept.person == "Sekisho 山口"
    # It said that nobody maintains from afar; the tap heard a tunnel's end being used.
    assert [one.item for one in vendors.compare(home, "R7", vendor)] == ["remote"]
    acts = {entry.act for entry in home.state.audit_entries(limit=50)}
    assert {"vendor_link.opened", "vendor_link.sent"} <= acts
    assert home.state.verify_audit().broken_at is None


def test_a_link_ends_by_its_day_and_by_hand(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    vendor = enter(home)
    first, word = links.make(home, vendor, "R7", 1, by="test")
    assert links.open_(home, word, address="a").id == first.id
    now = clock.now_ns()
    monkeypatch.setattr(clock, "now_ns", lambda: now + DAY)
    with refused("vendor.link_ended"):
        links.open_(home, word, address="a")
    second, word = links.make(home, vendor, "R7", 60, by="test")
    links.end(home, second.id, by="test")
    with refused("vendor.link_ended"):
        links.open_(home, word, address="a")
    _, word = links.make(home, vendor, "R7", 60, by="test")
    home.state.file("vendor", {}, by="test", id=vendor, gone=True)
    with refused("vendor.link_ended"):
        links.open_(home, word, address="a")
    for days in (0, links.DAYS_MAX + 1):
        with refused("vendor.link_days"):
            links.make(home, enter(home), "R7", days, by="test")


def test_a_word_opens_its_own_sheet_only(home: Home) -> None:
    one, other = enter(home), enter(home, system="PACS")
    _, word = links.make(home, one, "R7", 7, by="test")
    link = links.open_(home, word, address="a")
    item = sheets.checklist(home, link.sheet).of("vendor")[0].id
    links.answer(home, link, [links.Given(item, sheets.Said.YES)], "山口", "unknown", "", address="a")
    assert len(sheets.given(home, Sheet("R7", "vendor", one))) == 1
    assert sheets.given(home, Sheet("R7", "vendor", other)) == []
    hospital = sheets.checklist(home, link.sheet).of("hospital")[0].id
    with refused("duties.no_item"):
        links.answer(home, link, [links.Given(hospital, sheets.Said.YES)], "山口", "unknown", "", address="a")


def test_guessing_waits_longer_each_time(home: Home) -> None:
    _, word = links.make(home, enter(home), "R7", 7, by="test")
    for _ in range(links.TRIES):
        with refused("vendor.link_unknown"):
            links.open_(home, Secret(b"guess"), address="a")
    with refused("people.wait"):
        links.open_(home, word, address="a")
    assert links.open_(home, word, address="b").opened == 0  # another address is not held up


def test_limits(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "LINKS_MAX", 1)
    monkeypatch.setattr(links, "SENDS_MAX", 1)
    vendor = enter(home)
    _, word = links.make(home, vendor, "R7", 7, by="test")
    with refused("vendor.link_full"):
        links.make(home, vendor, "R7", 7, by="test")
    links.answer(home, links.open_(home, word, address="a"), [], "山口", "yes", "専用線", address="a")
    assert vendors.vendor(home, vendor).body["remote_how"] == "専用線"
    with refused("vendor.link_sends"):
        links.answer(home, links.open_(home, word, address="a"), [], "山口", "yes", "", address="a")
    assert "word" not in str(home.state.filed(links.KIND)[0].body)
