"""Sheets: a checklist of one edition as one hospital, pharmacy or vendor answers it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from hinomi.duties import replies
from hinomi.duties.checklist import Checklist, checklists
from hinomi.duties.replies import CHECKS_MAX, Carried, Reply, Row, Said
from hinomi.filing import look
from hinomi.store.state import filing
from hinomi.texts import Problem

if TYPE_CHECKING:
    from hinomi.home import Home
    from hinomi.store.state.transaction import Transaction

KIND = "answer"
Audience = Literal["hospital", "pharmacy", "vendor"]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Which sheet: `audience` is hospital, pharmacy or vendor; `vendor` is the id of a row of the vendor register."""

    edition: str
    audience: Audience
    vendor: str = ""

    @property
    def key(self) -> str:
        return f"{self.edition}/{self.audience}" + (f":{self.vendor}" if self.vendor else "")


def editions(home: Home) -> dict[str, Checklist]:
    """Every edition: those that come with Hinomi, and those that people loaded into the home (which win)."""
    folder = loaded_folder(home)
    found = checklists()
    if folder.is_dir():
        found |= checklists(folder)
    return dict(sorted(found.items(), key=lambda pair: pair[1].year_from))


def loaded_folder(home: Home) -> Path:
    return home.path / "checklists"


def checklist(home: Home, sheet: Sheet) -> Checklist:
    """The edition of a sheet.

    Raises:
        hinomi.texts.Problem: no such edition or audience.
    """
    known = editions(home)
    if sheet.edition not in known:
        raise Problem("duties.no_edition", edition=sheet.edition, editions=", ".join(known))
    if sheet.audience not in ("hospital", "pharmacy", "vendor"):
        raise Problem("duties.no_audience", audience=sheet.audience, audiences="hospital, pharmacy, vendor")
    return known[sheet.edition]


def rows(home: Home, sheet: Sheet) -> list[Row]:
    """Every item with what the network says and what people answered."""
    of = checklist(home, sheet)
    said = look.network(home, of, sheet.audience)
    if sheet.vendor:
        mine = vendor_devices(home, sheet.vendor)
        said = [look.only_of(answer, mine) for answer in said]
    return replies.rows(of, sheet.audience, said, given(home, sheet))


def vendor_devices(home: Home, vendor: str) -> frozenset[str]:
    """Devices that the vendor register names for this vendor, or whose maker bears its name."""
    from hinomi.duties.probes.assets import same_maker

    body = next((one.body for one in home.state.filed("vendor") if one.id == vendor), None)
    if body is None:
        raise Problem("register.no_entry", id=vendor)
    words = str(body.get("devices", "")).split()
    if words:
        return frozenset(device for word in words for device in home.state.device_by(word)[:1])
    name = frozenset({str(body["name"])})
    return frozenset(d.id for d in home.state.devices().items if d.manufacturer and same_maker(d.manufacturer, name))


def given(home: Home, sheet: Sheet) -> list[Reply]:
    """Every answer on this sheet."""
    prefix = f"{sheet.key}/"
    found = []
    for one in home.state.filed(KIND):
        if one.id.startswith(prefix):
            item, _, check = one.id.removeprefix(prefix).rpartition("/")
            body = one.body
            found.append(
                Reply(
                    item=item,
                    check=int(check.rstrip("c")),
                    answer=Said(body["answer"]),
                    date=body["date"],
                    person=body["person"],
                    target=body.get("target", ""),
                    note=body.get("note", ""),
                    carried=body.get("carried", ""),
                    at=one.at,
                )
            )
    return found


def reply(home: Home, sheet: Sheet, answer: Reply, *, by: str) -> Reply:
    """Files a person's answer, with its audit entry.

    Raises:
        hinomi.texts.Problem: no such item, a date that is none, nobody named, or a 「いいえ」 without a target date.
    """
    kept = checked(home, sheet, answer)
    with home.state.transaction() as tx:
        return keep(tx, sheet, kept, by=by)


def checked(home: Home, sheet: Sheet, answer: Reply) -> Reply:
    """The answer as it may be kept, under its item's id.

    Raises:
        hinomi.texts.Problem: as `reply`.
    """
    of = checklist(home, sheet)
    item = next((one for one in of.of(sheet.audience) if answer.item in (one.id, one.number)), None)
    if item is None:
        raise Problem("duties.no_item", item=answer.item, edition=sheet.edition)
    if not 1 <= answer.check <= CHECKS_MAX:
        raise Problem("duties.no_check", most=CHECKS_MAX)
    for day in (answer.date, answer.target):
        if day or day is answer.date:
            _day(day)
    if not answer.person.strip():
        raise Problem("filed.no_name")
    if answer.answer is Said.NO and not answer.target:
        raise Problem("duties.no_target")
    return replace(answer, item=item.id, person=answer.person.strip())


def keep(tx: Transaction, sheet: Sheet, answer: Reply, *, by: str) -> Reply:
    """Files a checked answer within a transaction."""
    body = {"answer": answer.answer.value, "date": answer.date, "person": answer.person}
    body |= {name: value for name in ("target", "note", "carried") if (value := getattr(answer, name))}
    id = f"{sheet.key}/{answer.item}/{answer.check}{'c' if answer.carried else ''}"
    return replace(answer, at=filing.put(tx, KIND, body, by=by, id=id, gone=False).at)


def _day(text: str) -> None:
    try:
        date.fromisoformat(text)
    except ValueError as error:
        raise Problem("duties.bad_date", date=text) from error


def carry(home: Home, old: Sheet, new: Sheet, *, by: str) -> list[Carried]:
    """Takes the answers of an older edition over where items correspond. They wait for a person's own answer."""
    found = replies.carry(checklist(home, old), checklist(home, new), new.audience, given(home, old))
    answered = {one.item for one in given(home, new) if not one.carried}
    for one in found:
        if one.reply is not None and one.item.id not in answered:
            reply(home, new, one.reply, by=by)
    return found


@dataclass(frozen=True, slots=True)
class Missing:
    """What is still to be done, by its day."""

    sheet: Sheet
    row: Row
    due: str  # ISO date, "" when nobody set one
    late: bool


def missing(home: Home, sheet: Sheet, *, today: str = "") -> list[Missing]:
    """Items without an answer or with 「いいえ」, the earliest day first; those without a day stand last."""
    today = today or date.today().isoformat()
    found = []
    for row in rows(home, sheet):
        if row.open:
            due = row.newest.target if row.newest else ""
            found.append(Missing(sheet, row, due, bool(due) and due < today))
    return sorted(found, key=lambda one: (one.due or "9999", one.row.item.number))
