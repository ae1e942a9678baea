"""A clinic without a tap: every duty that needs no network can be done, and nothing claims to have been heard."""

from __future__ import annotations

from hinomi.duties import Word
from hinomi.duties.replies import Reply, Said
from hinomi.filing import clinic, papers, sheets, vendors
from hinomi.filing.papers import Ask
from hinomi.filing.sheets import Sheet
from hinomi.home import Home
from hinomi.paper import to_html

R7 = Sheet("R7", "hospital")


def done(home: Home) -> set[str]:
    return {step.id for step in clinic.steps(home) if step.done}


def test_an_hour_from_nothing(home: Home) -> None:
    assert done(home) == set()
    assert vendors.deemed(home).word is Word.UNKNOWN
    state = home.state
    state.file("server", {"server": "レセコン", "system": "レセプト", "owed_by": "vendor", "clause": "8条"}, by="院長")
    assert vendors.deemed(home).word is Word.PERSON  # nothing is heard: the register alone speaks
    for side, name in (("inside", "院長"), ("vendor", "レセコン会社"), ("public", "日本医師会 相談窓口")):
        state.file("contact", {"side": side, "name": name, "phone": "1"}, by="院長")
    state.file(
        "backup", {"system": "レセプト", "place": "金庫", "medium": "removable", "detached": "detached"}, by="院長"
    )
    for row in sheets.rows(home, R7):
        sheets.reply(home, R7, Reply(row.item.id, 1, Said.YES, "2026-05-20", "院長"), by="院長")
    assert done(home) == {"servers", "contacts", "backup", "checklist"}
    # Every yes stays the person's: nothing was heard, so nothing is confirmed and nothing contradicted.
    rows = sheets.rows(home, R7)
    assert not any(row.amber for row in rows)
    assert {row.network.word for row in rows} <= {Word.UNKNOWN, Word.PERSON, Word.NOT_CONTRADICTED}
    page = to_html(papers.make(home, "checklist", Ask()))
    assert "まだ何も聞いていません。" in page


def test_a_server_of_our_own_breaks_it(home: Home) -> None:
    home.state.file("server", {"server": "自作PC", "system": "予約", "owed_by": "hospital"}, by="院長")
    assert vendors.deemed(home).word is Word.CONTRADICTED
    assert "servers" not in done(home)


def test_nothing_heard_is_never_good_news(home: Home) -> None:
    for edition in ("R5", "R6", "R7"):
        for audience in ("hospital", "pharmacy", "vendor"):
            for row in sheets.rows(home, Sheet(edition, audience)):
                assert row.network.word in {Word.UNKNOWN, Word.PERSON}, row.item.id
