"""What people add to the inventory: the ledger and its links, told places, documents, words on weaknesses."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, func, insert, select, update

from hinomi.inventory.ledger import Column, Note, Row, Sheet
from hinomi.inventory.places import Told
from hinomi.store.state import read_devices
from hinomi.store.state import tables as t
from hinomi.store.state.bulk import insert_rows
from hinomi.store.state.codec import clean, dumps, loads
from hinomi.store.state.engine import reading
from hinomi.store.state.transaction import Transaction
from hinomi.texts import Problem

LEDGER_ROWS_MAX = 200_000
ROWS_PER_STATEMENT = 5_000
DOCUMENT_KINDS = ("mds", "sds", "mds2", "sbom", "manual", "contract", "other")
HABIT_KINDS = ("peer", "outside", "service")
HABIT_WORDS_MAX = 20_000  # words of one site that stand
STANDINGS = ("confirmed", "possible", "not_affected", "fixed")


@dataclass(frozen=True, slots=True)
class Ledger:
    """The ledger in force: as it was read, by whom and when."""

    id: str
    sheet: Sheet
    by: str
    at: int


@dataclass(frozen=True, slots=True)
class LedgerLink:
    """A person said: this row of the ledger is this device. Holds for later ledgers too."""

    id: str
    row: str  # key of the row, see hinomi.inventory.ledger.keys
    device: str
    by: str
    at: int
    reason: str
    undone: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A document attached to one device, or to every device of a make and model."""

    id: str
    kind: str  # mds | sds | mds2 | sbom | manual | contract | other
    device: str  # Device.id, "" when it belongs to a model
    manufacturer: str
    model: str
    name: str
    size: int
    digest: str  # SHA-256 of the file below the home's documents folder
    by: str
    at: int
    facts: Mapping[str, str] = field(default_factory=dict)  # what was read in it
    components: tuple[Mapping[str, str], ...] = ()  # of an SBOM: name, version, supplier, purl, cpe, licence
    ended: bool = False


@dataclass(frozen=True, slots=True)
class WeaknessWord:
    """A person's word on one weakness of one device."""

    id: str
    weakness: str
    device: str
    standing: str
    by: str
    at: int
    reason: str
    undone: bool = False


@dataclass(frozen=True, slots=True)
class HabitWord:
    """A person's word: this is usual for this device, or it is not."""

    id: str
    device: str
    kind: str
    value: str
    usual: bool
    by: str
    at: int
    reason: str
    undone: bool = False


class Registers:
    """`state.registers`: each writing method is one transaction with its audit entry."""

    def __init__(self, engine: Engine, site: str, begin: Callable[[], AbstractContextManager[Transaction]]) -> None:
        self._engine = engine
        self._site = site
        self._begin = begin

    @contextmanager
    def _read(self) -> Iterator[Connection]:
        with reading(self._engine) as connection:
            yield connection

    # --- ledger

    def ledger(self) -> Ledger | None:
        """The ledger in force."""
        query = select(t.ledger).where(t.ledger.c.site == self._site, t.ledger.c.replaced.is_(False))
        with self._read() as c:
            row = c.execute(query.order_by(t.ledger.c.at.desc(), t.ledger.c.id)).first()
        if row is None:
            return None
        sheet = Sheet(
            row.name,
            row.header_row,
            [Column(*one) for one in loads(row.columns)],
            [Row(**one) for one in loads(row.rows)],
            [Note(**one) for one in loads(row.notes)],
        )
        return Ledger(row.id, sheet, row.by, row.at)

    def put_ledger(self, sheet: Sheet, *, by: str) -> str:
        """Makes `sheet` the ledger in force; the earlier one is kept as replaced."""
        if len(sheet.rows) > LEDGER_ROWS_MAX:
            raise Problem("ledger.too_many_rows", name=sheet.name, most=LEDGER_ROWS_MAX)
        id = f"L-{secrets.token_hex(6)}"
        with self._begin() as tx:
            mine = t.ledger.c.site == self._site
            tx.connection.execute(update(t.ledger).where(mine).values(replaced=True))
            tx.connection.execute(
                insert(t.ledger).values(
                    id=id,
                    site=self._site,
                    name=clean(sheet.name),
                    header_row=sheet.header_row,
                    columns=dumps([[c.index, clean(c.heading), c.field, c.sure] for c in sheet.columns]),
                    rows=clean(dumps([asdict(row) for row in sheet.rows])),
                    notes=clean(dumps([asdict(note) for note in sheet.notes])),
                    by=by,
                    at=tx.now,
                    replaced=False,
                )
            )
            tx.touch()
            tx.audit(by, "ledger.load", id, {"name": sheet.name, "rows": len(sheet.rows)})
        return id

    def ledger_links(self, *, undone: bool = False) -> list[LedgerLink]:
        query = select(t.ledger_link).where(t.ledger_link.c.site == self._site)
        if not undone:
            query = query.where(t.ledger_link.c.undone.is_(False))
        with self._read() as c:
            rows = c.execute(query.order_by(t.ledger_link.c.at, t.ledger_link.c.id)).all()
        return [LedgerLink(r.id, r.row_key, r.device, r.by, r.at, r.reason, r.undone) for r in rows]

    def link_ledger(self, row: str, device: str, *, by: str, reason: str) -> LedgerLink:
        """Keeps a person's word that a row is a device; an earlier word on the row is taken back."""
        _reasoned(by, reason)
        with self._begin() as tx:
            if read_devices.device(tx.connection, device) is None:
                raise Problem("device.unknown", word=device)
            mine = (t.ledger_link.c.site == self._site) & (
                (t.ledger_link.c.row_key == row) | (t.ledger_link.c.device == device)
            )
            tx.connection.execute(update(t.ledger_link).where(mine).values(undone=True))
            made = LedgerLink(f"K-{secrets.token_hex(6)}", clean(row), device, by, tx.now, clean(reason))
            tx.connection.execute(
                insert(t.ledger_link).values(
                    id=made.id, site=self._site, row_key=made.row, device=device, by=by, at=made.at,
                    reason=made.reason, undone=False,
                )
            )  # fmt: skip
            tx.touch()
            tx.audit(by, "ledger.link", device, {"link": made.id, "row": made.row, "reason": reason})
        return made

    def unlink_ledger(self, id: str, *, by: str, reason: str) -> None:
        self._undo(t.ledger_link, id, "ledger.link_unknown", "ledger.unlink", by, reason)

    # --- places told by switches and DHCP servers

    def told_places(self) -> list[Told]:
        """Every row that was told, by kind, source and order."""
        query = select(t.told_place).where(t.told_place.c.site == self._site).order_by(t.told_place.c.seq)
        with self._read() as c:
            rows = c.execute(query).all()
        return [Told(r.kind, r.source, r.mac, r.ip, r.hostname, r.port, r.vlan, r.until, told_at=r.at) for r in rows]

    def put_told_places(self, rows: Sequence[Told], *, kind: str, source: str, by: str) -> None:
        """Replaces what `source` (a switch's or server's name) told before."""
        if not source.strip():
            raise Problem("place.no_source")
        p = t.told_place.c
        with self._begin() as tx:
            tx.connection.execute(t.told_place.delete().where(p.site == self._site, p.kind == kind, p.source == source))
            values: list[dict[str, Any]] = [
                {
                    "site": self._site, "kind": kind, "source": clean(source), "mac": row.mac, "ip": row.ip,
                    "hostname": clean(row.hostname), "port": clean(row.port), "vlan": row.vlan, "until": row.until,
                    "by": by, "at": tx.now,
                }
                for row in rows
            ]  # fmt: skip
            for start in range(0, len(values), ROWS_PER_STATEMENT):
                insert_rows(tx.connection, t.told_place, values[start : start + ROWS_PER_STATEMENT])
            tx.touch()
            tx.audit(by, "place.told", source, {"kind": kind, "rows": len(values)})

    # --- documents

    def documents(self, *, ended: bool = False) -> list[Document]:
        query = select(t.document).where(t.document.c.site == self._site)
        if not ended:
            query = query.where(t.document.c.ended.is_(False))
        with self._read() as c:
            rows = c.execute(query.order_by(t.document.c.at.desc(), t.document.c.id)).all()
        return [
            Document(
                r.id, r.kind, r.device, r.manufacturer, r.model, r.name, r.size, r.digest, r.by, r.at,
                loads(r.facts), tuple(loads(r.components)), r.ended,
            )
            for r in rows
        ]  # fmt: skip

    def put_document(
        self,
        *,
        kind: str,
        device: str,
        manufacturer: str,
        model: str,
        name: str,
        size: int,
        digest: str,
        facts: Mapping[str, str],
        components: Sequence[Mapping[str, str]],
        by: str,
    ) -> str:
        """Registers a file that lies below the home's documents folder already."""
        if kind not in DOCUMENT_KINDS:
            raise Problem("document.bad_kind", kind=kind, known=", ".join(DOCUMENT_KINDS))
        if not device and not model:
            raise Problem("document.no_subject")
        id = f"T-{secrets.token_hex(6)}"
        with self._begin() as tx:
            if device and read_devices.device(tx.connection, device) is None:
                raise Problem("device.unknown", word=device)
            tx.connection.execute(
                insert(t.document).values(
                    id=id, site=self._site, kind=kind, device=device, manufacturer=clean(manufacturer),
                    model=clean(model), name=clean(name), size=size, digest=digest, facts=clean(dumps(dict(facts))),
                    components=clean(dumps([dict(c) for c in components])), by=by, at=tx.now, ended=False,
                )
            )  # fmt: skip
            tx.touch()
            tx.audit(by, "document.add", id, {"kind": kind, "name": name, "digest": digest, "device": device})
        return id

    def end_document(self, id: str, *, by: str, reason: str) -> None:
        self._undo(t.document, id, "document.unknown", "document.end", by, reason, flag="ended")

    # --- words on weaknesses

    def weakness_words(self, *, undone: bool = False) -> list[WeaknessWord]:
        query = select(t.weakness_word).where(t.weakness_word.c.site == self._site)
        if not undone:
            query = query.where(t.weakness_word.c.undone.is_(False))
        with self._read() as c:
            rows = c.execute(query.order_by(t.weakness_word.c.at, t.weakness_word.c.id)).all()
        return [WeaknessWord(r.id, r.weakness, r.device, r.standing, r.by, r.at, r.reason, r.undone) for r in rows]

    def say_weakness(self, weakness: str, device: str, standing: str, *, by: str, reason: str) -> WeaknessWord:
        """A person's word: wins over the matching until it is taken back."""
        _reasoned(by, reason)
        if standing not in STANDINGS:
            raise Problem("weakness.bad_standing", standing=standing, known=", ".join(STANDINGS))
        with self._begin() as tx:
            if read_devices.device(tx.connection, device) is None:
                raise Problem("device.unknown", word=device)
            w = t.weakness_word.c
            mine = (w.site == self._site) & (w.weakness == weakness) & (w.device == device)
            tx.connection.execute(update(t.weakness_word).where(mine).values(undone=True))
            made = WeaknessWord(f"W-{secrets.token_hex(6)}", weakness, device, standing, by, tx.now, clean(reason))
            tx.connection.execute(
                insert(t.weakness_word).values(
                    id=made.id, site=self._site, weakness=weakness, device=device, standing=standing, by=by,
                    at=made.at, reason=made.reason, undone=False,
                )
            )  # fmt: skip
            tx.touch()
            tx.audit(by, "weakness.say", device, {"weakness": weakness, "standing": standing, "reason": reason})
        return made

    def unsay_weakness(self, id: str, *, by: str, reason: str) -> None:
        self._undo(t.weakness_word, id, "weakness.word_unknown", "weakness.unsay", by, reason)

    # --- words on habits

    def habit_words(self, *, device: str = "") -> list[HabitWord]:
        w = t.habit_word.c
        query = select(t.habit_word).where(w.site == self._site, w.undone.is_(False)).order_by(w.at, w.id)
        if device:
            query = query.where(w.device == device)
        with self._read() as c:
            rows = c.execute(query).all()
        return [HabitWord(r.id, r.device, r.kind, r.value, r.usual, r.by, r.at, r.reason, r.undone) for r in rows]

    def say_habit(self, device: str, kind: str, value: str, usual: bool, *, by: str, reason: str) -> HabitWord:
        """A person's word stands above what was learnt until another takes its place or it is taken back."""
        _reasoned(by, reason)
        if kind not in HABIT_KINDS or not value.strip():
            raise Problem("habit.bad_kind", kind=kind, known=", ".join(HABIT_KINDS))
        with self._begin() as tx:
            if read_devices.device(tx.connection, device) is None:
                raise Problem("device.unknown", word=device)
            w = t.habit_word.c
            live = (w.site == self._site) & w.undone.is_(False)
            mine = live & (w.device == device) & (w.kind == kind) & (w.value == value)
            tx.connection.execute(update(t.habit_word).where(mine).values(undone=True))
            held = tx.connection.execute(select(func.count()).select_from(t.habit_word).where(live)).scalar() or 0
            if held >= HABIT_WORDS_MAX:
                raise Problem("habit.full", most=HABIT_WORDS_MAX)
            made = HabitWord(f"H-{secrets.token_hex(6)}", device, kind, clean(value), usual, by, tx.now, clean(reason))
            tx.connection.execute(
                insert(t.habit_word).values(
                    id=made.id, site=self._site, device=device, kind=kind, value=made.value, usual=usual, by=by,
                    at=made.at, reason=made.reason, undone=False,
                )
            )  # fmt: skip
            tx.touch()
            tx.audit(by, "habit.say", device, {"kind": kind, "value": value, "usual": usual, "reason": reason})
        return made

    def unsay_habit(self, id: str, *, by: str, reason: str) -> None:
        self._undo(t.habit_word, id, "habit.word_unknown", "habit.unsay", by, reason)

    def _undo(self, table: Any, id: str, missing: str, act: str, by: str, reason: str, flag: str = "undone") -> None:
        _reasoned(by, reason)
        with self._begin() as tx:
            where = (table.c.id == id) & (table.c.site == self._site)
            if tx.connection.execute(update(table).where(where).values({flag: True})).rowcount == 0:
                raise Problem(missing, id=id)
            tx.touch()
            tx.audit(by, act, id, {"reason": reason})


def _reasoned(by: str, reason: str) -> None:
    if not by.strip() or not reason.strip():
        raise Problem("decision.no_reason")
