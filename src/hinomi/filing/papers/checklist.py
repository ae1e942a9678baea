"""The checklist on paper: the sheet, its evidence annex, the vendor's sheet, and all of it for the inspection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hinomi.duties.replies import Row
from hinomi.filing import sheets
from hinomi.filing.facts import clock
from hinomi.filing.papers.words import SAID, WORDS, begin, heard, proof
from hinomi.filing.sheets import Sheet
from hinomi.paper import Heading, Paper, Table, Text

if TYPE_CHECKING:
    from hinomi.filing.papers import Ask
    from hinomi.home import Home

SUMMARY = {
    "ja": "項目の文は要約です。公式の様式ではありません。火の見が「はい」を選ぶことはありません。",
    "en": "The items are summaries, not the official wording. Hinomi never answers yes.",
}


def _of(ask: Ask) -> Sheet:
    return Sheet(ask.edition, ask.audience, ask.vendor)


def sheet(home: Home, ask: Ask) -> Paper:
    """The sheet: what is asked, what people answered and when, what the network says."""
    japanese = ask.lang == "ja"
    of = sheets.checklist(home, _of(ask))
    paper = begin(home, of.title_ja if japanese else of.title_en, ask.lang, wide=True)
    paper.add(Text(SUMMARY[ask.lang], "muted"), heard(home, ask.lang))
    if not of.of(ask.audience):
        paper.add(Text(of.target_rule_ja if japanese else of.target_rule_en, "caution"))
        return paper
    rows = sheets.rows(home, _of(ask))
    amber = [row for row in rows if row.amber]
    if amber:
        numbers = "、".join(row.item.number for row in amber)
        paper.add(
            Text(
                f"「はい」と答え、通信と食い違っている項目: {numbers}"
                if japanese
                else f"Answered yes, and contradicted by what was heard: {numbers}",
                "caution",
            )
        )
    paper.add(_table(rows, ask.lang))
    open_ = sheets.missing(home, _of(ask))
    if open_:
        paper.add(Heading("まだの項目(期日順)" if japanese else "Still to be done, by day"))
        head = ("番号", "項目(要約)", "期日", "") if japanese else ("No.", "Item (summary)", "By", "")
        late = "期日を過ぎています" if japanese else "late"
        paper.add(
            Table(
                head,
                [
                    (
                        m.row.item.number,
                        m.row.item.ja if japanese else m.row.item.en,
                        m.due or "–",
                        late if m.late else "",
                    )
                    for m in open_
                ],
                (1, 7, 2, 2),
                frozenset(i for i, m in enumerate(open_) if m.late),
                "期日" if japanese else "By day",
            )
        )
    return paper


def _table(rows: list[Row], lang: str) -> Table:
    japanese = lang == "ja"
    head = (
        ("番号", "対象", "項目(要約)", "1回目", "2回目", "3回目", "目標日", "ネットワークが言うこと")
        if japanese
        else (
            "No.",
            "Scope",
            "Item (summary)",
            "1st check",
            "2nd check",
            "3rd check",
            "Target",
            "What the network says",
        )
    )
    lines = []
    for row in rows:
        checks = ["", "", ""]
        for reply in row.replies:
            said = SAID[reply.answer][lang]
            if reply.carried:
                said = f"({said} ← {reply.carried})"
            checks[reply.check - 1] = f"{said}\n{reply.date}\n{reply.person}"
        newest = row.newest
        says = row.network.says_ja if japanese else row.network.says_en
        lines.append(
            (
                row.item.number,
                row.item.scope,
                row.item.ja if japanese else row.item.en,
                *checks,
                newest.target if newest else "",
                f"{WORDS[row.network.word][lang]}\n{says}",
            )
        )
    marked = frozenset(place for place, row in enumerate(rows) if row.amber)
    title = "点検票" if japanese else "Checklist"
    return Table(head, lines, (1, 1.6, 5, 1.8, 1.8, 1.8, 1.8, 5), marked, title)


def annex(home: Home, ask: Ask) -> Paper:
    """The evidence behind each item: devices, what was seen, when, and the packet."""
    japanese = ask.lang == "ja"
    of = sheets.checklist(home, _of(ask))
    paper = begin(home, f"証拠の別紙 {of.edition}" if japanese else f"Evidence annex {of.edition}", ask.lang)
    paper.add(heard(home, ask.lang))
    paper.add(
        Text(
            "「パケット」は取得ファイルの番号と、その中の何番目か。hinomi evidence show で開けます。"
            if japanese
            else "“Packet” is the capture and the number of the frame in it; hinomi evidence show opens it.",
            "muted",
        )
    )
    head = (
        ("機器", "見たもの", "初め", "最後", "パケット")
        if japanese
        else ("Device", "What was seen", "First", "Last", "Packet")
    )
    for row in sheets.rows(home, _of(ask)):
        answer = row.network
        paper.add(Heading(f"{row.item.number} {row.item.scope}: {WORDS[answer.word][ask.lang]}", 3))
        paper.add(Text(row.item.ja if japanese else row.item.en, "muted"))
        paper.add(Text(answer.says_ja if japanese else answer.says_en, "caution" if row.amber else ""))
        if answer.lines:
            lines = [(x.label, x.what, clock(x.first), clock(x.last), proof(x.evidence)) for x in answer.lines]
            paper.add(Table(head, lines, (3, 4, 2.2, 2.2, 3.2), title=f"{row.item.number} {row.item.scope}"))
            if answer.count > len(answer.lines):
                paper.add(
                    Text(
                        f"ほか{answer.count - len(answer.lines)}件"
                        if japanese
                        else f"and {answer.count - len(answer.lines)} more"
                    )
                )
        needs = answer.needs_ja if japanese else answer.needs_en
        if needs:
            paper.add(Text(needs, "muted"))
    return paper


def vendor_sheet(home: Home, ask: Ask) -> Paper:
    """One sheet for one vendor and system: what is asked of it, and what was seen of its devices."""
    from hinomi.filing import vendors

    return vendors.sheet(home, ask.edition, ask.vendor, ask.lang)
