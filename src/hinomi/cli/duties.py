"""`duties`: what listening says to each item of the ministry's checklist."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, cast

from hinomi.cli.out import lang, note, put_json, put_table, say, t
from hinomi.duties.checklist import AUDIENCES
from hinomi.duties.replies import Reply, Row, Said
from hinomi.filing.papers.words import SAID
from hinomi.filing.sheets import Audience, Sheet
from hinomi.home import Home
from hinomi.texts import Problem


def answer(edition: str, audience: str, item: str, *, json: bool) -> None:
    """The whole list, or one item with everything behind it.

    Raises:
        hinomi.texts.Problem: no such edition, audience or item.
    """
    from hinomi.filing import look, sheets

    home = Home()
    of = _sheet(edition, audience)
    checklist = sheets.checklist(home, of)
    items = {row.id: row for row in checklist.of(audience)}
    found = look.network(home, checklist, audience) if items else []
    said = {row.item.id: row for row in sheets.rows(home, of)} if items else {}
    if item:
        found = [one for one in found if item in (one.item, items[one.item].number)]
        if not found:
            raise Problem("duties.no_item", item=item, edition=edition)
    home.state.audit("local", "duties.read", edition, {"audience": audience})
    if json:
        put_json(
            [
                {
                    "number": items[one.item].number,
                    "text": _of(items[one.item]),
                    "answer": one,
                    "replies": list(said[one.item].replies),
                    "amber": said[one.item].amber,
                }
                for one in found
            ]
        )
        return
    if not items:
        say(checklist.target_rule_ja if lang() == "ja" else checklist.target_rule_en)
        return
    japanese = lang() == "ja"
    put_table(
        [t(f"head.{name}") for name in ("item", "duty", "reply", "answer", "says")],
        (
            (
                items[one.item].number,
                items[one.item].ja if japanese else items[one.item].en,
                _reply_words(said[one.item]),
                t(f"duties.{one.word}"),
                one.says_ja if japanese else one.says_en,
            )
            for one in found
        ),
    )
    if item:
        for one in found:
            for line in one.lines:
                packet = f"{line.evidence.capture} #{line.evidence.packet}" if line.evidence else ""
                say(f"  {line.label}\t{line.what}\t{packet}")
            if one.needs_ja:
                note(one.needs_ja if japanese else one.needs_en)
    note(t("duties.summary_mark"))


def lang_of() -> Literal["ja", "en"]:
    return "ja" if lang() == "ja" else "en"


def _sheet(edition: str, audience: str, vendor: str = "") -> Sheet:
    if audience not in AUDIENCES:
        raise Problem("duties.no_audience", audience=audience, audiences=", ".join(AUDIENCES))
    return Sheet(edition, cast(Audience, audience), vendor)


def _reply_words(row: Row) -> str:
    newest = row.newest
    if newest is None:
        return "–"
    words = SAID[newest.answer][lang_of()]
    return f"{words} !" if row.amber else words


def reply(
    item: str, answer: str, edition: str, audience: str, *, check: int, date: str, target: str, note: str, by: str
) -> None:
    """Files a person's answer."""
    from datetime import date as day

    from hinomi.filing import sheets
    from hinomi.filing.vendors import answer_of

    said = Said(answer) if answer in set(Said) else answer_of(answer)
    if said is None:
        raise Problem("duties.bad_answer", answer=answer)
    home = Home()
    of = _sheet(edition, audience)
    when = date or day.today().isoformat()
    kept = sheets.reply(home, of, Reply(item, check, said, when, by, target, note), by=by)
    row = next(row for row in sheets.rows(home, of) if row.item.id == kept.item)
    say(f"{row.item.number}\t{SAID[kept.answer][lang_of()]}\t{kept.date}")
    if row.amber:
        note_line = row.network.says_ja if lang() == "ja" else row.network.says_en
        say(f"! {t('duties.contradicted')}: {note_line}")


def carry(old: str, new: str, audience: str, *, by: str, json: bool) -> None:
    """What an edition change takes over, and what not."""
    from hinomi.filing import sheets

    found = sheets.carry(Home(), _sheet(old, audience), _sheet(new, audience), by=by)
    if json:
        put_json(
            [{"number": one.item.number, "old": one.old, "state": one.state, "reason_ja": one.reason_ja,
              "reason_en": one.reason_en} for one in found]
        )  # fmt: skip
        return
    put_table(
        [t(f"head.{name}") for name in ("item", "older", "says")],
        ((one.item.number, ", ".join(one.old), one.reason_ja if lang() == "ja" else one.reason_en) for one in found),
    )


def missing(edition: str, audience: str, *, json: bool) -> None:
    """What is still to be done, by its day."""
    from hinomi.filing import sheets

    found = sheets.missing(Home(), _sheet(edition, audience))
    if json:
        put_json([{"number": one.row.item.number, "due": one.due, "late": one.late} for one in found])
        return
    put_table(
        [t(f"head.{name}") for name in ("item", "duty", "due")],
        (
            (
                one.row.item.number,
                one.row.item.ja if lang() == "ja" else one.row.item.en,
                f"{one.due or '–'}{' !' if one.late else ''}",
            )
            for one in found
        ),
    )


def load_form(file: Path, edition: str, audience: str, *, year_from: str, sheet: str, yes: bool, by: str) -> None:
    """Reads an official form, asks where it is unsure, and makes it an edition of this home."""
    import typer

    from hinomi.duties import forms as reader
    from hinomi.filing import forms

    of = _sheet(edition, audience)
    home = Home()
    data = _bytes(file)
    title = reader.read(data, file.name).title
    found = [one for one in forms.propose(home, data, file.name, of.audience) if sheet in ("", one.place.sheet)]
    topics: dict[str, str] = {}
    dropped: list[str] = []
    for one in found:
        say(f"{one.place.sheet}!{one.place.row}\t{one.place.number}\t{one.place.text}")
        say(f"    → {one.old or t('duties.no_older')} ({one.likeness:.2f})")
        if one.doubts and not yes:
            note(t("duties.unsure", doubts=", ".join(t(f"doubt.{doubt}") for doubt in one.doubts)))
            word = typer.prompt(t("duties.ask_row"), default="y").strip()
            if word == "n":
                dropped.append(one.key)
            elif word not in ("y", ""):
                topics[one.key] = word
    made = forms.accept(
        home, data, found, edition=edition, audience=of.audience, title=title, year_from=year_from, by=by,
        topics=topics, dropped=dropped,
    )  # fmt: skip
    say(t("duties.loaded", edition=edition, count=len(made.of(audience))))


def fill_form(edition: str, audience: str, out: Path) -> None:
    """Writes the official file with the answers in it."""
    from hinomi.filing import forms

    out.write_bytes(forms.filled(Home(), _sheet(edition, audience)))
    say(str(out))


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Problem("forms.no_file", path=file, reason=error.strerror or "") from error


def register(name: str, add: list[str], withdraw: str, *, by: str, json: bool) -> None:
    """A register: its rows, one more row, or one less."""
    from hinomi.duties.registers import checked, registers

    home = Home()
    if not name:
        put_table(
            [t(f"head.{one}") for one in ("register", "count", "says")],
            (
                (one.id, str(len(home.state.filed(one.id))), one.ja if lang() == "ja" else one.en)
                for one in registers().values()
            ),
        )
        return
    if name not in registers():
        raise Problem("register.no_register", name=name, known=", ".join(registers()))
    of = registers()[name]
    if add:
        pairs = {field: value for field, _, value in (pair.partition("=") for pair in add)}
        home.state.file(name, checked(of, pairs), by=by)
    if withdraw:
        row = next((one for one in home.state.filed(name) if one.id == withdraw), None)
        if row is None:
            raise Problem("register.no_entry", id=withdraw)
        home.state.file(name, row.body, by=by, id=withdraw, gone=True)
    rows = home.state.filed(name)
    if json:
        put_json([{"id": row.id, "by": row.by, "at": row.at, **row.body} for row in rows])
        return
    table: list[list[str]] = [
        [row.id, *(field.shown(str(row.body.get(field.id, "")), lang()) for field in of.fields)] for row in rows
    ]
    put_table(["id", *(field.ja if lang() == "ja" else field.en for field in of.fields)], table)


def vendor_return(file: Path, *, by: str, json: bool) -> None:
    """Reads a vendor's returned sheet and says where it disagrees with what was seen."""
    from hinomi.filing import vendors

    found = vendors.take_back(Home(), _bytes(file), by=by)
    if json:
        put_json(found)
        return
    say(t("duties.vendor_read", count=found.answers))
    for one in found.unread:
        note(t("duties.vendor_unread", what=one))
    for difference in found.differences:
        says = difference.seen_ja if lang() == "ja" else difference.seen_en
        say(f"! {difference.item}: {says}")
        for line in difference.lines:
            say(
                f"  {line.label}\t{line.what}\t{line.evidence.capture} #{line.evidence.packet}" if line.evidence else ""
            )


def advisory(files: list[Path], source: str, *, remind: bool, by: str) -> None:
    """Takes advisories in, from files or the drop folder; or reminds those who are late."""
    from hinomi.filing import advisories, telling

    home = Home()
    if remind:
        for one in telling.remind(home, telling.base_of(home), by=by):
            say(f"{one.name}\t{one.way}\t{one.error}")
        return
    made = [row for file in files for row in advisories.take(home, _bytes(file), file.name, by=by, source=source)]
    if not files:
        made = advisories.take_folder(home, by=by)
    for row in made:
        say(f"{row.id}\t{row.body['date']}\t{row.body['source']}\t{row.body['title']}")
    note(t("duties.advisories_taken", count=len(made)))


def disclosure(id: str, *, json: bool) -> None:
    """Every security sheet, or one of them question by question."""
    from hinomi.filing import disclosures

    home = Home()
    if not id:
        sheets_ = [disclosures.of(home, one.id) for one in disclosures.filed(home)]
        put_table(
            ["id", *(t(f"head.{name}") for name in ("kind", "label", "count", "open_questions", "contradicted"))],
            (
                (
                    one.document.id, one.document.kind.upper(),
                    f"{one.document.manufacturer} {one.document.model}".strip() or one.document.name,
                    f"{len(one.answers)}{f'/{one.expected}' if one.expected else ''}", str(one.open),
                    str(one.contradicted),
                )
                for one in sheets_
            ),
        )  # fmt: skip
        return
    found = disclosures.of(home, id)
    if json:
        put_json(list(found.answers))
        return
    put_table(
        [t(f"head.{name}") for name in ("item", "duty", "reply", "answer", "says")],
        (
            (
                one.question.key, one.question.text, one.question.answer or "–", t(f"duties.{one.word}"),
                one.says_ja if lang() == "ja" else one.says_en,
            )
            for one in found.answers
        ),
    )  # fmt: skip


def vendor_link(vendor: str, edition: str, *, days: int, base: str, end: str, by: str) -> None:
    """A link to a vendor's sheet; without a vendor all links; or the end of one."""
    from hinomi.filing import links
    from hinomi.filing.facts import clock

    home = Home()
    if end:
        links.end(home, end, by=by)
    elif vendor:
        made, word = links.make(home, vendor, edition, days, by=by)
        say(f"{base.rstrip('/')}/vendor-sheet#{word.reveal().decode()}")
        note(t("duties.link_made", until=clock(made.until)))
        return
    names = {row.id: f"{row.body['name']} / {row.body['system']}" for row in home.state.filed("vendor")}
    put_table(
        ["id", *(t(f"head.{name}") for name in ("vendor", "edition", "until", "opened", "sent", "open"))],
        (
            (
                one.id, names.get(one.vendor, one.vendor), one.edition, clock(one.until), clock(one.opened) or "–",
                str(one.sent), "○" if one.open else "×",
            )
            for one in links.links(home)
        ),
    )  # fmt: skip


def drill(captures: list[Path], into: Path, *, by: str) -> None:
    """Replays an incident into a training copy of this home: the real one is only read."""
    from hinomi.filing.drill import prepare

    made = prepare(Home(), captures, into, by=by)
    say(t("duties.drill_ready", path=made.path, findings=made.findings))


def _of(item: Any) -> dict[str, str]:
    return {"ja": item.ja, "en": item.en, "scope": item.scope}
