"""The incident on paper: the whole story with its timeline, drafts, notices, and the copy that needs no network."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from hinomi.filing import facts, incidents
from hinomi.filing.facts import clock, now_ns
from hinomi.filing.incidents import Incident
from hinomi.filing.papers import ready
from hinomi.filing.papers.words import begin, heard
from hinomi.paper import Block, Break, Heading, Items, Paper, Table, Text, to_html
from hinomi.respond import incident
from hinomi.texts import Problem
from hinomi.watch.text import render

if TYPE_CHECKING:
    from hinomi.filing.papers import Ask
    from hinomi.home import Home

OFFLINE = "incident-offline.html"  # in the home's folder
STATES = {
    "done": ("済", "done"), "now": ("すぐに", "at once"), "running": ("期限内", "running"),
    "soon": ("もうすぐ", "soon"),
    "late": ("期限を過ぎました", "late"),
}  # fmt: skip
PLACES = {
    "backup": ("① バックアップへの線", "1. The line to the backups"),
    "outside": ("② 院外との線", "2. The lines to the outside"),
    "range": ("③ 広がりと入口の見積もり", "3. Range and entry"),
    "segment": ("④ 区画の境目", "4. The borders of the zones"),
}


def _of(home: Home, ask: Ask) -> Incident:
    if ask.incident:
        return incidents.incident_of(home, ask.incident)
    every = incidents.incidents(home)
    if not every:
        raise Problem("incident.unknown", id="–")
    return every[0]


def whole(home: Home, ask: Ask) -> Paper:
    """The report with its timeline: what was seen by the tap and done by people, in one order."""
    ja = ask.lang == "ja"
    of = _of(home, ask)
    paper = begin(home, f"事故対応の記録: {of.title}" if ja else f"Incident: {of.title}", ask.lang)
    paper.add(Text(f"{of.id} ・ {clock(of.known_at)} ・ {of.by}"), heard(home, ask.lang))
    paper.add(*_now(home, of, ask.lang))
    paper.add(Break(), Heading("時系列" if ja else "Timeline"), timeline(home, of, ask.lang))
    for form in incident.drafts():
        paper.add(Break(), *_draft(home, of, form["id"], ask.lang))
    return paper


def timeline(home: Home, of: Incident, lang: str) -> Table:
    """Two clocks in one table, and it says which: the tap's for what was seen, the machine's for what people did."""
    ja = lang == "ja"
    rows = [(f.first, "タップ" if ja else "tap", render(f, lang).title, f.id) for f in incidents.findings_of(home, of)]
    kinds = {
        "decision": ("決めたこと", "decision"), "task": ("したこと", "done"), "report": ("報告", "report"),
        "role": ("役割", "role"), "note": ("メモ", "note"), "fact": ("下書きに記入", "draft"),
        "closed": ("終わり", "closed"),
    }  # fmt: skip
    words = _ref_words(lang)
    rows.append((of.known_at, "人" if ja else "people", of.title, f"{of.id} {of.by}"))
    for one in of.log:
        what = ": ".join(part for part in (words.get(one.ref, one.ref), one.text) if part)
        rows.append((one.at, "人" if ja else "people", f"[{kinds[one.kind][0 if ja else 1]}] {what}", one.by))
    rows.sort(key=lambda row: row[0])
    head = ("時刻", "時計", "こと", "誰・番号") if ja else ("Time", "Clock", "What", "Who, number")
    return Table(
        head, [(clock(at), *rest) for at, *rest in rows], (2.2, 1, 7, 2.4), title="時系列" if ja else "Timeline"
    )


def _ref_words(lang: str) -> dict[str, str]:
    tasks, bodies = incident.texts("tasks"), incident.texts("bodies")["body"]
    found = {row["id"]: row[lang] for kind in ("role", "task") for row in tasks[kind]}
    return found | {f"{b['id']}/{row['id']}": f"{b[lang]} {row[lang]}" for b in bodies for row in b["deadlines"]}


def _now(home: Home, of: Incident, lang: str) -> list[Block]:
    """What must be at hand: roles, containment, devices in use, reports."""
    ja = lang == "ja"
    at = 0 if ja else 1
    tasks = incident.texts("tasks")
    blocks: list[Block] = [Heading("役割" if ja else "Roles")]
    blocks.append(
        Table(
            ("役割", "すること", "名前") if ja else ("Role", "Does", "Name"),
            [(r[lang], r[f"does_{lang}"], of.roles.get(r["id"], "____________")) for r in tasks["role"]],
            (2, 4, 2),
            title="役割" if ja else "Roles",
        )
    )
    blocks.append(Heading("広がりを止める(この順で)" if ja else "Contain, in this order"))
    for step in incidents.steps(home, of, lang):
        blocks.append(Heading(PLACES[step.place][at], 3))
        for cut in step.cuts:
            if cut.warning:
                blocks.append(Text(cut.warning, "caution"))
            blocks.append(Items([cut.text], boxes=True))
            if cut.lost:
                lost = ("失われるもの: " if ja else "What would be lost: ") + " / ".join(cut.lost)
                blocks.append(Text(lost, "muted"))
        if step.place == "range":
            known = facts.facts(home, of, lang)
            for name, words in (
                ("entry", ("入口", "Entry")),
                ("range", ("広がり", "Range")),
                ("peers", ("院外の相手", "Outside")),
            ):
                if name in known:
                    blocks.append(Text(f"{words[at]}: {known[name].value} [{known[name].source}]"))
    blocks.append(Heading("使用中・使用中かもしれない機器" if ja else "Devices in use, or perhaps in use"))
    blocks.append(in_use(home, lang))
    blocks.append(Heading("報告の期限" if ja else "Reporting deadlines"))
    blocks.append(_deadlines(of, lang))
    return blocks


def in_use(home: Home, lang: str) -> Block:
    ja = lang == "ja"
    devices = incidents.in_use(home)
    if not devices:
        return Text(
            "診療機器はまだ見えていません。現場で確かめてください。"
            if ja
            else "No clinical device is seen yet. Ask on the wards.",
            "caution",
        )
    zones = {zone.id: zone.name_ja if ja else zone.name_en for zone in home.state.zones()}
    return Table(
        ("機器", "場所", "使用", "最後のしるし") if ja else ("Device", "Place", "Use", "Last sign"),
        [
            (
                one.device.label,
                zones.get(one.device.zone or "", one.device.zone or ""),
                ("使用中" if ja else "in use")
                if one.use
                else ("不明(使用中とみなす)" if ja else "unknown: count as in use"),
                f"{clock(one.last)} {one.why}".strip() or "–",
            )
            for one in devices
        ],
        (3, 3, 2, 3),
        frozenset(i for i, one in enumerate(devices) if one.use is True),
        "使用中の機器" if ja else "In use",
    )


def _deadlines(of: Incident, lang: str) -> Table:
    ja = lang == "ja"
    bodies = {body["id"]: body for body in incident.texts("bodies")["body"]}
    rows = incident.deadlines(of.known_at, facts.now_ns(), of.reports_done)
    return Table(
        ("先", "報告", "期限", "状態", "電話") if ja else ("Body", "Report", "Due", "State", "Phone"),
        [
            (
                bodies[d.body][lang],
                d.ja if ja else d.en,
                clock(d.due) + (f" – {clock(d.due_last)}" if d.due_last != d.due else ""),
                STATES[d.state][0 if ja else 1] + (f" {clock(d.done_at)}" if d.done_at else ""),
                bodies[d.body]["phone"] or "____________",
            )
            for d in rows
        ],
        (3, 3, 3, 1.6, 2),
        frozenset(i for i, d in enumerate(rows) if d.state == "late"),
        "期限" if ja else "Deadlines",
    )


def _draft(home: Home, of: Incident, form: str, lang: str) -> list[Block]:
    ja = lang == "ja"
    made = next((one for one in incident.drafts() if one["id"] == form), None)
    if made is None:
        raise Problem("paper.unknown", name=form, known=", ".join(one["id"] for one in incident.drafts()))
    rows = facts.filled(home, of, form, lang)
    head = ("欄(要約)", "内容", "出どころ") if ja else ("Field (summary)", "Content", "From")
    blank = "(人が記入)" if ja else "(for a person)"
    return [
        Heading(made[lang]),
        Text(made[f"note_{lang}"], "muted"),
        Table(head, [(f.ja if ja else f.en, f.value or blank, f.source) for f in rows], (3, 7, 3), title=made[lang]),
    ]


def draft(home: Home, ask: Ask) -> Paper:
    """One draft of a report."""
    of = _of(home, ask)
    blocks = _draft(home, of, ask.draft, ask.lang)
    title = blocks[0].text if isinstance(blocks[0], Heading) else ask.draft
    paper = begin(home, title, ask.lang)
    paper.add(*blocks[1:])
    return paper


def notice(home: Home, ask: Ask) -> Paper:
    """The notice to patients or staff."""
    of = _of(home, ask)
    known = {name: of.roles.get(name, "______") for name in ("lead", "system", "outside")}
    known["date"] = clock(of.known_at)
    if ask.notice not in ("patients", "staff"):
        raise Problem("paper.unknown", name=ask.notice, known="patients, staff")
    title, lines = incident.notice(ask.notice, ask.lang, known)
    paper = begin(home, title, ask.lang)
    paper.add(*(Text(line) for line in lines))
    return paper


def offline(home: Home, ask: Ask) -> Paper:
    """Everything needed when the network is gone, on one file: contacts, order of containment, devices in use,
    fallback, bodies, empty log sheets; with an open incident also how it stands."""
    ja = ask.lang == "ja"
    paper = begin(
        home, "事故対応の手元用(ネットワークなしで使えます)" if ja else "Incident binder (needs no network)", ask.lang
    )
    stamp = clock(now_ns())
    paper.add(
        Text(
            f"この写しは {stamp} のものです。火の見が動いている間は、書き込みのたびと毎晩、新しくなります。"
            if ja
            else f"This copy is of {stamp}. While Hinomi runs it is renewed after each entry and each night.",
            "caution",
        )
    )
    every = [one for one in incidents.incidents(home) if not one.closed_at]
    if every:
        paper.add(
            Heading(f"いまの事故: {every[0].title}" if ja else f"The incident: {every[0].title}"),
            *_now(home, every[0], ask.lang),
        )
    else:
        paper.add(
            Heading("使用中・使用中かもしれない機器" if ja else "Devices in use, or perhaps in use"),
            in_use(home, ask.lang),
        )
    paper.add(Break(), Heading("すること(順番に)" if ja else "What to do, in order"))
    tasks = incident.texts("tasks")
    for phase in tasks["phase"]:
        paper.add(Heading(phase[ask.lang], 3))
        paper.add(Items([t[ask.lang] for t in tasks["task"] if t["phase"] == phase["id"]], boxes=True))
    paper.add(Break(), Heading("連絡体制" if ja else "Contacts"), *ready.contacts(home, ask).blocks)
    paper.add(
        Heading("止まったときの診療" if ja else "Care without the systems"),
        Items(ready.fallback(home, ask.lang), boxes=True),
    )
    paper.add(Heading("バックアップ" if ja else "Backups"), *ready.backup_blocks(home, ask.lang))
    paper.add(
        Heading("復旧の順" if ja else "Order of recovery"),
        *ready.table(home, "system", ask.lang, ("name", "priority", "needs", "vendor")),
    )
    paper.add(Break(), Heading("記録用紙" if ja else "Log sheet"))
    head = ("時刻", "決めたこと・見たこと", "誰") if ja else ("Time", "Decided or seen", "Who")
    paper.add(Table(head, [("", "\n", "")] * 16, (1.4, 7, 2), title="記録" if ja else "Log"))
    return paper


def keep_offline(home: Home) -> Path:
    """Writes the copy that needs no network into the home, whole or not at all: Japanese, then English."""
    from hinomi.filing.papers import Ask

    pages = [to_html(offline(home, Ask(lang=lang))) for lang in ("ja", "en")]
    place = home.path / OFFLINE
    for page, target in zip(pages, (place, place.with_suffix(".en.html")), strict=True):
        descriptor, temporary = tempfile.mkstemp(dir=home.path, prefix=".offline")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(page)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(target)
        finally:
            Path(temporary).unlink(missing_ok=True)
    return place
