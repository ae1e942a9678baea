"""The binder for the inspection (立入検査): everything on one PDF, or as a folder of files in one zip."""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from hinomi.duties.registers import registers
from hinomi.filing import forms, sheets, vendors
from hinomi.filing.facts import clock
from hinomi.filing.papers import checklist, ready
from hinomi.filing.papers.words import begin
from hinomi.filing.sheets import Sheet
from hinomi.paper import Block, Break, Heading, Paper, Picture, Table, Text, netmap, to_pdf, to_xlsx
from hinomi.pipeline import diagram
from hinomi.texts import Problem
from hinomi.watch import knowledge

if TYPE_CHECKING:
    from hinomi.filing.papers import Ask
    from hinomi.home import Home

REGISTERS = ("backup", "restore_test", "drill", "training", "vendor", "server", "disclosure")
DEVICES_MAX = 5_000  # lines of the ledger on paper; the Excel file has all


def inspection(home: Home, ask: Ask) -> Paper:
    """Everything in one: what is due, sheet, contact chart, diagram, ledger, continuity plan, registers, evidence."""
    ja = ask.lang == "ja"
    paper = begin(home, "立入検査のための綴り" if ja else "Binder for the inspection", ask.lang, wide=True)
    paper.add(Heading("足りないもの(期日順)" if ja else "What is missing, by its day"), due(home, ask), Break())
    for part in (checklist.sheet(home, ask), ready.contacts(home, ask)):
        paper.add(Heading(part.title), *part.blocks, Break())
    plan = diagram.plan(home, ask.lang)
    paper.add(
        Heading(plan.title), Picture(netmap.to_svg(plan, page=True), plan.title), Text(plan.made, "muted"), Break()
    )
    of = ledger(home, ask)
    paper.add(Heading(of.title), *of.blocks, Break())
    plan_ = ready.bcp(home, ask)
    paper.add(Heading(plan_.title), *plan_.blocks, Break())
    for name in REGISTERS:
        register = registers()[name]
        paper.add(Heading(register.ja if ja else register.en), *ready.table(home, name, ask.lang))
    paper.add(*_vendors(home, ask))
    paper.add(Break(), *checklist.annex(home, ask).blocks)
    return paper


def due(home: Home, ask: Ask, today: str = "") -> Table | Text:
    """What is missing: items without a yes, vendors' sheets not back, contracts over, papers nobody filed."""
    ja = ask.lang == "ja"
    today = today or date.today().isoformat()
    found: list[tuple[str, str, str]] = []  # day, what, why
    for one in sheets.missing(home, Sheet(ask.edition, ask.audience)):
        item = one.row.item
        why = ("「いいえ」", "answered no") if one.row.newest else ("未回答", "not answered")
        found.append((one.due, f"{item.number} {item.ja if ja else item.en}", why[0 if ja else 1]))
    for row in home.state.filed("vendor"):
        answered = sheets.given(home, Sheet(ask.edition, "vendor", row.id))
        if not answered:
            name = f"{row.body['name']} / {row.body['system']}"
            found.append((str(row.body.get("due", "")), name, "事業者の票が戻っていません" if ja else "sheet not back"))
    for row in home.state.filed("server"):
        until = str(row.body.get("until", ""))
        if until and until < today:
            found.append((until, str(row.body["server"]), "更新の契約が切れています" if ja else "contract is over"))
    for name in ("contact", "system", "backup", "restore_test", "drill", "training"):
        if not home.state.filed(name):
            register = registers()[name]
            found.append(("", register.ja if ja else register.en, "まだ記入がありません" if ja else "nothing is filed"))
    if not found:
        return Text("足りないものはありません(人が確認)。" if ja else "Nothing is missing, for a person to check.")
    found.sort(key=lambda one: (one[0] or "9999", one[1]))
    late = frozenset(place for place, one in enumerate(found) if one[0] and one[0] < today)
    head = ("期日", "もの", "わけ") if ja else ("By", "What", "Why")
    return Table(
        head, [(day or "–", what, why) for day, what, why in found], (1, 5, 2.4), late, "足りない" if ja else "Missing"
    )


def ledger(home: Home, ask: Ask) -> Paper:
    """The hospital's own list in its own columns, then what was seen and stands in no list; else what was seen."""
    ja = ask.lang == "ja"
    paper = begin(home, "機器の台帳" if ja else "Ledger of devices", ask.lang, wide=True)
    types, names = knowledge.types(), {z.id: (z.name_ja if ja else z.name_en) or z.id for z in home.state.zones()}
    seen = home.state.devices(outside=False).items
    head = (
        ("機器", "種類", "製造元", "型式", "アドレス", "区画", "初め", "最後")
        if ja
        else ("Device", "Type", "Maker", "Model", "Address", "Zone", "First", "Last")
    )

    def kind(name: str) -> str:
        of = types.get(name or "unknown") or types["unknown"]
        return of.ja if ja else of.en

    rows = [
        (
            d.label, kind(d.type), d.manufacturer, d.model, ", ".join(d.ips[:2]), names.get(d.zone, "–"),
            clock(d.first), clock(d.last),
        )
        for d in seen[:DEVICES_MAX]
    ]  # fmt: skip
    held = home.state.registers.ledger()
    if held is None:
        paper.add(
            Text(
                "台帳はまだ読み込まれていません。次は、通信から見えた機器です。"
                if ja
                else "No ledger is loaded; below is what was seen.",
                "caution",
            )
        )
    else:
        paper.add(
            Text(
                f"読み込んだ台帳「{held.sheet.name}」は{len(held.sheet.rows)}行です。食い違いは画面の「台帳」にあります。"
                if ja
                else f"The ledger “{held.sheet.name}” has {len(held.sheet.rows)} rows; its page shows differences."
            )
        )
    if len(seen) > DEVICES_MAX:
        left = len(seen) - DEVICES_MAX
        paper.add(
            Text(f"ほか{left}台は Excel にあります。" if ja else f"{left} more are in the Excel file.", "caution")
        )
    if rows:
        paper.add(Table(head, rows, (2, 2, 2, 2, 2, 1.6, 1.6, 1.6), title="見えた機器" if ja else "Seen"))
    return paper


def _vendors(home: Home, ask: Ask) -> list[Block]:
    """Per vendor: answered items, and where they disagree with what was seen."""
    ja = ask.lang == "ja"
    rows, marked = [], set()
    for place, row in enumerate(home.state.filed("vendor")):
        of = Sheet(ask.edition, "vendor", row.id)
        differences = vendors.compare(home, ask.edition, row.id)
        if differences:
            marked.add(place)
        all_ = sheets.rows(home, of)
        said = "\n".join(f"{one.item}: {one.seen_ja if ja else one.seen_en}" for one in differences)
        answered = sum(one.newest is not None for one in all_)
        rows.append((f"{row.body['name']} / {row.body['system']}", f"{answered} / {len(all_)}", said or "–"))
    if not rows:
        return []
    head = ("事業者", "答えた項目", "通信との食い違い") if ja else ("Vendor", "Answered", "Contradicted")
    return [
        Heading("事業者の票" if ja else "Vendors' sheets"),
        Table(head, rows, (3, 1, 6), frozenset(marked), "事業者の票" if ja else "Vendors"),
    ]


def folder(home: Home, ask: Ask) -> bytes:
    """The same as files in a zip, with the official form where one was loaded, and a list of their SHA-256."""
    made: dict[str, bytes] = {
        "00-inspection.pdf": to_pdf(inspection(home, ask)),
        "01-checklist.xlsx": to_xlsx(checklist.sheet(home, ask)),
        "02-evidence.pdf": to_pdf(checklist.annex(home, ask)),
        "03-contacts.pdf": to_pdf(ready.contacts(home, ask)),
        "04-network.pdf": diagram.write(home, "pdf", ask.lang),
        "04-network.drawio": diagram.write(home, "drawio", ask.lang),
        "05-ledger.xlsx": to_xlsx(ledger(home, ask)),
        "06-continuity.pdf": to_pdf(ready.bcp(home, ask)),
    }
    try:
        form = forms.filled(home, Sheet(ask.edition, ask.audience))
        made[f"07-official{forms.ending(form)}"] = form
    except Problem as problem:
        if problem.id != "forms.none":
            raise
    for number, row in enumerate(home.state.filed("vendor"), 1):
        of = replace(ask, audience="vendor", vendor=row.id)
        made[f"08-vendor-{number:02}.pdf"] = to_pdf(checklist.sheet(home, of))
    made["SHA256SUMS"] = "".join(
        f"{hashlib.sha256(body).hexdigest()}  {name}\n" for name, body in made.items()
    ).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zip_:
        for name, body in made.items():
            zip_.writestr(name, body)
    return out.getvalue()
