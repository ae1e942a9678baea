"""The ledger in force held against the devices of now, within what the tap could hear."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hinomi.inventory import ledger
from hinomi.inventory.ledger import Reconciliation, Row, Unseen
from hinomi.texts import Problem

if TYPE_CHECKING:
    from hinomi.home import Home
    from hinomi.store.state.registers import Ledger, LedgerLink


@dataclass(frozen=True, slots=True)
class Held:
    """A ledger and what came of holding it against the network."""

    ledger: Ledger
    found: Reconciliation
    unseen: list[Unseen]
    keys: dict[int, str]  # row number → its key
    links: dict[str, LedgerLink]  # key → a person's word

    def link_id(self, row: Row) -> str:
        """Id of the person's link of a row, '' when there is none."""
        link = self.links.get(self.keys[row.number])
        return link.id if link else ""


def heard(home: Home) -> list[str]:
    """Networks that the tap heard both ways."""
    table = home.history.sql("SELECT DISTINCT subnet FROM coverage WHERE heard = 'both' ORDER BY subnet")
    return [str(one) for one in table.column("subnet").to_pylist() if one]


def held(home: Home) -> Held:
    """Reconciles the ledger in force.

    Raises:
        hinomi.texts.Problem: no ledger was loaded.
    """
    kept = home.state.registers.ledger()
    if kept is None:
        raise Problem("ledger.none")
    links = {link.row: link for link in home.state.registers.ledger_links()}
    found = ledger.reconcile(
        kept.sheet, home.state.all_devices(), links={row: link.device for row, link in links.items()}
    )
    networks = heard(home)
    maybe = ledger.candidates(found.unseen, found.unlisted, found.matches)
    unseen = [ledger.hearing(row, networks, maybe.get(row.number, ())) for row in found.unseen]
    order = {"heard": 0, "unknown": 1, "not_heard": 2}
    unseen.sort(key=lambda one: (order[one.hearing], one.row.number))
    keys = dict(zip((row.number for row in kept.sheet.rows), ledger.keys(kept.sheet), strict=True))
    return Held(kept, found, unseen, keys, links)


def row_key(home: Home, number: int) -> str:
    """The key of a row of the ledger in force.

    Raises:
        hinomi.texts.Problem: no ledger, or no such row.
    """
    kept = home.state.registers.ledger()
    if kept is None:
        raise Problem("ledger.none")
    for row, key in zip(kept.sheet.rows, ledger.keys(kept.sheet), strict=True):
        if row.number == number:
            return key
    raise Problem("ledger.row_unknown", row=number)


def as_csv(rows: Sequence[Sequence[str]]) -> bytes:
    """UTF-8 with the mark that spreadsheets look for. What begins like a formula is made text."""
    out = io.StringIO()
    csv.writer(out).writerows([[_plain(cell) for cell in row] for row in rows])
    return out.getvalue().encode("utf-8-sig")


def as_excel(rows: Sequence[Sequence[str]], title: str) -> bytes:
    """One sheet, its heading fixed; every cell is text."""
    import openpyxl
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet(title[:31])
    page.freeze_panes = "A2"
    for row in rows:
        cells = []
        for value in row:
            cell = openpyxl.cell.WriteOnlyCell(page, ILLEGAL_CHARACTERS_RE.sub("", value))
            cell.data_type = "s"  # never a formula: a device chooses its own name
            cells.append(cell)
        page.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _plain(cell: str) -> str:
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") and len(cell) > 1 else cell
