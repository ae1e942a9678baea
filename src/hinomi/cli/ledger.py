"""`ledger load|show|export|link|unlink`, `places load|show`."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from hinomi.cli.devices import one
from hinomi.cli.out import lang, note, put_json, put_table, say, t, when
from hinomi.home import Home
from hinomi.inventory import ledger, places
from hinomi.inventory.ledger import Row, Sheet
from hinomi.pipeline.ledger import Held, as_csv, as_excel, held, row_key
from hinomi.texts import Problem

LISTS = ("unlisted", "unseen", "differs", "matched")
STDIN = Path("-")


def load(file: Path, *, sheet: str | None, columns: list[str], yes: bool, by: str) -> None:
    """Shows what each column was taken for, and keeps the ledger once a person has said yes."""
    home = Home()
    wanted = _columns(columns)
    try:
        read = ledger.read(file, wanted, sheet)
    except OSError as error:
        raise Problem("input.unreadable", path=file, reason=error.strerror or error) from error
    _tell(read)
    if not yes:
        if not sys.stdin.isatty():
            note(t("cli.ledger_ask_yes"))
            return
        sys.stderr.write(t("cli.ledger_confirm") + " ")
        sys.stderr.flush()
        if sys.stdin.readline().strip().lower() not in ("y", "yes", "はい"):
            return
    home.state.registers.put_ledger(read, by=by)
    say(t("cli.ledger_loaded", number=len(read.rows)))


def _columns(words: list[str]) -> Mapping[int, str]:
    """`3=serial` … as a person gives them; columns are counted from 1."""
    out: dict[int, str] = {}
    known = ledger.fields()
    for word in words:
        number, _, name = word.partition("=")
        if not number.isdigit() or int(number) < 1 or (name and name not in known):
            raise Problem("ledger.bad_column", word=word, known=", ".join(known))
        out[int(number) - 1] = name
    return out


def _tell(sheet: Sheet) -> None:
    say(f"{sheet.name}: {t('cli.ledger_rows', number=len(sheet.rows), header=sheet.header_row)}")
    put_table(
        [t(f"head.{n}") for n in ("column", "heading", "taken_for", "example")],
        (
            (
                str(c.index + 1),
                c.heading.replace("\n", " "),
                t(f"ledger_field.{c.field}") if c.field else "–",
                next((r.cells[c.index] for r in sheet.rows if c.index < len(r.cells) and r.cells[c.index]), ""),
            )
            for c in sheet.columns
            if c.heading or c.field
        ),
    )
    for one_note in sheet.notes[:20]:
        note(one_note.ja if lang() == "ja" else one_note.en)


def show(which: str | None, *, json: bool) -> None:
    home = Home()
    now = held(home)
    if which is not None and which not in LISTS:
        raise Problem("ledger.bad_list", word=which, known=", ".join(LISTS))
    if json:
        put_json(_plain(now))
        return
    say(
        t(
            "cli.ledger_sum",
            rows=len(now.ledger.sheet.rows),
            matched=len(now.found.matches),
            unlisted=len(now.found.unlisted),
            unseen=len(now.unseen),
            differs=sum(1 for m in now.found.matches if m.differences),
        )
    )
    for name in [which] if which else LISTS[:3]:
        say(f"\n{t(f'ledger_list.{name}')}")
        _LISTS[name](now, home.settings.time_zone)


def _unlisted(now: Held, zone: str) -> None:
    put_table(
        [t(f"head.{n}") for n in ("device", "name", "type", "manufacturer", "model", "ip", "last")],
        (
            (
                d.id,
                d.label,
                d.value("type"),
                d.value("manufacturer"),
                d.value("model"),
                next((a.ip for a in d.addresses if a.ip), ""),
                when(d.last, zone),
            )
            for d in now.found.unlisted
        ),
    )


def _unseen(now: Held, zone: str) -> None:
    del zone
    ja = lang() == "ja"
    put_table(
        [t(f"head.{n}") for n in ("row", "name", "model", "serial", "hearing", "why")],
        (
            (str(u.row.number), *_named(u.row), t(f"hearing.{u.hearing}"), u.why_ja if ja else u.why_en)
            for u in now.unseen
        ),
    )


def _differs(now: Held, zone: str) -> None:
    del zone
    ja = lang() == "ja"
    put_table(
        [t(f"head.{n}") for n in ("row", "device", "taken_for", "in_ledger", "in_network", "likelier", "why")],
        (
            (
                str(m.row.number),
                m.device.label,
                t(f"ledger_field.{d.field}"),
                d.ledger,
                d.network,
                t(f"likelier.{d.likelier}"),
                d.why_ja if ja else d.why_en,
            )
            for m in now.found.matches
            for d in m.differences
        ),
    )


def _matched(now: Held, zone: str) -> None:
    del zone
    ja = lang() == "ja"
    put_table(
        [t(f"head.{n}") for n in ("row", "name", "model", "serial", "device", "sure", "why", "link")],
        (
            (
                str(m.row.number),
                *_named(m.row),
                m.device.label,
                f"{m.sure:.0%}",
                m.why_ja if ja else m.why_en,
                now.link_id(m.row),
            )
            for m in now.found.matches
        ),
    )


_LISTS = {"unlisted": _unlisted, "unseen": _unseen, "differs": _differs, "matched": _matched}


def _named(row: Row) -> tuple[str, str, str]:
    return row.values.get("name", ""), row.values.get("model", ""), row.values.get("serial", "")


def _plain(now: Held) -> dict[str, object]:
    return {
        "ledger": {"id": now.ledger.id, "name": now.ledger.sheet.name, "by": now.ledger.by, "at": now.ledger.at},
        "matched": [
            {
                "row": m.row.number,
                "device": m.device.id,
                "sure": m.sure,
                "by": m.by,
                "differences": m.differences,
                "link": now.link_id(m.row),
            }
            for m in now.found.matches
        ],
        "unlisted": [d.id for d in now.found.unlisted],
        "unseen": [{"row": u.row.number, "hearing": u.hearing, "values": u.row.values} for u in now.unseen],
    }


def export(file: Path) -> None:
    """The ledger in the hospital's own columns: empty cells filled, devices not listed added at the end."""
    now = held(Home())
    rows = ledger.export(now.ledger.sheet, now.found, {"note": t("cli.ledger_new_row")})
    content = as_excel(rows, "ledger") if file.suffix.lower() == ".xlsx" else as_csv(rows)
    try:
        file.write_bytes(content)
    except OSError as error:
        raise Problem("cli.cannot_write", path=file, reason=error.strerror or error) from error
    say(t("cli.ledger_exported", number=len(rows) - 1, path=file))


def link(row: int, device: str, *, by: str, reason: str) -> None:
    home = Home()
    made = home.state.registers.link_ledger(row_key(home, row), one(home, device), by=by, reason=reason)
    say(t("cli.ledger_linked", id=made.id))


def unlink(id: str, *, by: str, reason: str) -> None:
    Home().state.registers.unlink_ledger(id, by=by, reason=reason)
    say(t("cli.undone", id=id))


def load_places(file: Path, *, source: str, by: str) -> None:
    """Leases or a MAC table, from a file or standard input; the form is recognised."""
    home = Home()
    try:
        raw = sys.stdin.buffer.read() if file == STDIN else file.read_bytes()
    except OSError as error:
        raise Problem("input.unreadable", path=file, reason=error.strerror or error) from error
    rows = places.read(places.text_of(raw), source=source)
    home.state.registers.put_told_places(rows, kind=rows[0].kind, source=source, by=by)
    say(t("cli.places_loaded", number=len(rows), kind=t(f"place_kind.{rows[0].kind}"), source=source))


def show_places(*, json: bool) -> None:
    home = Home()
    rows = home.state.registers.told_places()
    if json:
        put_json(rows)
        return
    where = places.located(rows)
    holders = {mac: device for device, mac, _, _, _ in home.state.addresses() if mac}
    labels = home.state.labels(holders.values())
    put_table(
        [t(f"head.{n}") for n in ("said_by", "mac", "device", "ip", "hostname", "port", "vlan", "behind")],
        (
            (
                row.source,
                row.mac,
                labels.get(holders.get(row.mac, ""), ""),
                row.ip,
                row.hostname,
                row.port,
                "" if row.vlan is None else str(row.vlan),
                str(where[row.mac].behind) if row.port and where[row.mac].port == row.port else "",
            )
            for row in rows
        ),
    )
