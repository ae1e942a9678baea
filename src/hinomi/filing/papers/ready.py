"""Being ready, on paper: registers, the contact chart, the continuity plan, an advisory as a fax."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hinomi.duties.registers import registers
from hinomi.filing import backups
from hinomi.filing.papers.words import begin
from hinomi.paper import Block, Heading, Items, Paper, Table, Text
from hinomi.respond import incident
from hinomi.texts import Problem

if TYPE_CHECKING:
    from hinomi.filing.papers import Ask
    from hinomi.home import Home


def table(home: Home, name: str, lang: str, wanted: tuple[str, ...] = ()) -> list[Block]:
    """A register as a table; said plainly when it is empty."""
    if name not in registers():
        raise Problem("register.no_register", name=name, known=", ".join(registers()))
    register = registers()[name]
    rows = home.state.filed(name)
    if not rows:
        return [Text("まだ記入がありません。" if lang == "ja" else "Nothing is filed yet.", "caution")]
    fields = [field for field in register.fields if not wanted or field.id in wanted]
    return [
        Table(
            [field.ja if lang == "ja" else field.en for field in fields],
            [[field.shown(str(row.body.get(field.id, "")), lang) for field in fields] for row in rows],
            [3 if field.type == "long" else 2 if field.type in ("text", "device") else 1.2 for field in fields],
            title=register.ja if lang == "ja" else register.en,
        )
    ]


def register(home: Home, ask: Ask) -> Paper:
    """One register."""
    blocks = table(home, ask.register, ask.lang)
    of = registers()[ask.register]
    paper = begin(home, of.ja if ask.lang == "ja" else of.en, ask.lang, wide=True)
    paper.add(Text(of.help_ja if ask.lang == "ja" else of.help_en, "muted"), *blocks)
    return paper


def contacts(home: Home, ask: Ask) -> Paper:
    """The contact chart: inside first, then vendors, then public bodies, each in its order."""
    japanese = ask.lang == "ja"
    of = registers()["contact"]
    paper = begin(home, of.ja if japanese else of.en, ask.lang)
    rows = sorted(home.state.filed("contact"), key=lambda row: float(row.body.get("order") or 999))
    if not rows:
        paper.add(Text("まだ記入がありません。" if japanese else "Nothing is filed yet.", "caution"))
    side = of.field("side")
    wanted = [f for f in of.fields if f.id not in ("side",)]
    for choice in side.choices if side else ():
        mine = [row for row in rows if row.body.get("side") == choice.id]
        if mine:
            paper.add(Heading(choice.ja if japanese else choice.en))
            paper.add(
                Table(
                    [f.ja if japanese else f.en for f in wanted],
                    [[f.shown(str(row.body.get(f.id, "")), ask.lang) for f in wanted] for row in mine],
                    (0.7, 2, 2, 2, 2, 2, 2, 2),
                    title=choice.ja if japanese else choice.en,
                )
            )
    paper.add(Heading("報告する先" if japanese else "Bodies to be told"))
    paper.add(bodies(ask.lang))
    return paper


def bodies(lang: str) -> Table:
    """Who is told, when, by when."""
    japanese = lang == "ja"
    return Table(
        ("先", "いつまでに", "電話", "備考") if japanese else ("Body", "By when", "Phone", "Note"),
        [
            (
                body["ja"] if japanese else body["en"],
                "\n".join(row["ja"] if japanese else row["en"] for row in body["deadlines"]),
                body["phone"] or "____________",
                body["note_ja"] if japanese else body["note_en"],
            )
            for body in incident.texts("bodies")["body"]
        ],
        (3, 3, 2, 5),
        title="報告先" if japanese else "Bodies",
    )


def bcp(home: Home, ask: Ask) -> Paper:
    """The continuity plan: five stages, with the hospital's own systems, priorities and order of recovery."""
    japanese = ask.lang == "ja"
    title = (
        "サイバー攻撃を想定した業務継続計画(ひな形)" if japanese else "Continuity plan for a cyber attack (skeleton)"
    )
    paper = begin(home, title, ask.lang)
    paper.add(
        Text(
            "段階と順序は公表された手引きの要約です。太字でない空欄は自院で決めて書き込んでください。"
            if japanese
            else "Stages and order summarise the published guide. Blanks are for the hospital to decide.",
            "muted",
        )
    )
    paper.add(Heading("1. システムと復旧の順" if japanese else "1. Systems and order of recovery"))
    rows = sorted(home.state.filed("system"), key=lambda row: float(row.body.get("priority") or 999))
    of = registers()["system"]
    if rows:
        wanted = [f for f in of.fields if f.id != "fallback"]
        paper.add(
            Table(
                [f.ja if japanese else f.en for f in wanted],
                [[str(row.body.get(f.id, "")) for f in wanted] for row in rows],
                (3, 1, 2, 1.4, 2, 2, 3),
                title=of.ja if japanese else of.en,
            )
        )
    else:
        paper.add(
            Text("システムの台帳がまだ空です。" if japanese else "The register of systems is still empty.", "caution")
        )
    paper.add(Heading("2. 検知から連絡まで" if japanese else "2. From noticing to telling"))
    tasks = incident.texts("tasks")
    words = {role["id"]: role["ja" if japanese else "en"] for role in tasks["role"]}
    for phase in tasks["phase"]:
        mine = [t for t in tasks["task"] if t["phase"] == phase["id"]]
        paper.add(Heading(phase["ja" if japanese else "en"], 3))
        paper.add(Items([f"{t['ja' if japanese else 'en']} [{words[t['role']]}]" for t in mine], boxes=True))
    paper.add(Heading("3. 止まったときの診療" if japanese else "3. Care without the systems"))
    paper.add(Items(fallback(home, ask.lang)))
    paper.add(Heading("4. バックアップと復元試験" if japanese else "4. Backups and restore tests"))
    paper.add(*backup_blocks(home, ask.lang), *table(home, "restore_test", ask.lang))
    paper.add(Heading("5. 訓練と研修" if japanese else "5. Drills and training"))
    paper.add(*table(home, "drill", ask.lang), *table(home, "training", ask.lang))
    paper.add(Heading("6. 報告する先" if japanese else "6. Bodies to be told"), bodies(ask.lang))
    return paper


def fallback(home: Home, lang: str) -> list[str]:
    """How care goes on: the general list, then the hospital's own systems."""
    lines = [line["ja" if lang == "ja" else "en"] for line in incident.texts("fallback")["line"]]
    rows = sorted(home.state.filed("system"), key=lambda row: float(row.body.get("priority") or 999))
    return [*lines, *(f"{row.body['name']}: {row.body['fallback']}" for row in rows)]


def backup_blocks(home: Home, lang: str) -> list[Block]:
    """The copies as registered, and what the network saw of them."""
    japanese = lang == "ja"
    copies = backups.copies(home)
    if not copies:
        return [
            Text(
                "バックアップの台帳がまだ空です。" if japanese else "The register of copies is still empty.", "caution"
            )
        ]
    words = {
        "contradicted": ("矛盾あり", "Contradicted"),
        "unknown": ("不明", "Unknown"),
        "seen": ("コピーを見ました", "Copy seen"),
    }
    return [
        Table(
            ("システム", "保存先", "媒体", "切り離し", "見えたコピー", "診療区画から届いたか")
            if japanese
            else ("System", "Kept on", "Medium", "Detached", "Copy seen", "Reached from clinical zones"),
            [
                (
                    c.system, c.place, c.shown["medium"][0 if japanese else 1],
                    c.shown["detached"][0 if japanese else 1], c.seen_words(lang),
                    c.reach_words(lang) + f"\n{words[c.word][0 if japanese else 1]}",
                )
                for c in copies
            ],
            (2, 2, 1, 1.5, 3, 3),
            frozenset(i for i, c in enumerate(copies) if c.word == "contradicted"),
            "バックアップ" if japanese else "Backups",
        ),
        *(Text(line) for line in backups.rule(copies, lang)),
    ]  # fmt: skip


def fax(home: Home, ask: Ask) -> Paper:
    """An advisory as one page that can be faxed, with a line for the answer."""
    japanese = ask.lang == "ja"
    row = next((one for one in home.state.filed("advisory") if one.id == ask.more.get("advisory")), None)
    if row is None:
        raise Problem("register.no_entry", id=ask.more.get("advisory", ""))
    paper = begin(home, f"注意喚起: {row.body['title']}" if japanese else f"Advisory: {row.body['title']}", ask.lang)
    tlp = registers()["advisory"].field("tlp")
    paper.add(
        Table(
            ("出どころ", "届いた日", "対応期限", "共有範囲") if japanese else ("From", "Came on", "Act by", "Sharing"),
            [
                (
                    row.body["source"], row.body["date"], row.body.get("due", "–"),
                    tlp.shown(str(row.body.get("tlp", "")), ask.lang) if tlp else "",
                )
            ],
        ),
        Text(str(row.body.get("text", ""))),
        Heading("返信(FAXで送り返してください)" if japanese else "Answer (please fax back)"),
        Items(
            ["読みました", "対応しました", "該当しません"] if japanese else ["Read", "Done", "Does not concern us"],
            boxes=True,
        ),
        Text("施設・部署: ____________________  名前: ______________  日付: ________"
             if japanese else "Institution or department: __________________  Name: ____________  Date: ________"),
    )  # fmt: skip
    return paper
