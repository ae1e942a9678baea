"""Lists of known-bad things: loaded whole, replaced whole, dropped with a reason. No row of a list is edited."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from hinomi.store.state import tables as t
from hinomi.store.state.bulk import insert_rows
from hinomi.store.state.codec import clean, dumps, loads
from hinomi.store.state.shapes import IndicatorList
from hinomi.store.state.transaction import Transaction
from hinomi.texts import Problem

INDICATORS_MAX = 500_000  # of one site, all lists together
LABEL_LETTERS_MAX = 200
ROWS_PER_STATEMENT = 5_000

Row = tuple[str, str, str, int]  # kind, value, label, until


def put(tx: Transaction, name: str, rows: Iterable[Row], skipped: Mapping[str, int], *, by: str) -> IndicatorList:
    """Loads a list; one of the same name is replaced."""
    if not by.strip():
        raise Problem("decision.no_reason")
    found = {(kind, value): (clean(label)[:LABEL_LETTERS_MAX], until) for kind, value, label, until in rows}
    if not found:
        raise Problem("indicators.empty", name=name)
    c = tx.connection
    for old in c.execute(select(t.indicator_list.c.id).where(_named(tx.site, name))).scalars().all():
        _remove(c, old)
    before = c.execute(select(func.count()).select_from(t.indicator)).scalar() or 0
    if before + len(found) > INDICATORS_MAX:
        raise Problem("indicators.full", most=INDICATORS_MAX)
    digest = hashlib.sha256("\n".join(sorted(f"{kind} {value}" for kind, value in found)).encode()).hexdigest()
    made = IndicatorList(
        id=f"L-{secrets.token_hex(4)}", name=clean(name), count=len(found), skipped=dict(skipped), by=clean(by),
        at=tx.now, digest=digest,
    )  # fmt: skip
    c.execute(
        insert(t.indicator_list).values(
            id=made.id, site=tx.site, name=made.name, count=made.count, skipped=dumps(made.skipped), by=made.by,
            at=made.at, digest=digest,
        )
    )  # fmt: skip
    values: list[dict[str, Any]] = [
        {"list": made.id, "kind": kind, "value": value, "label": label, "until": until}
        for (kind, value), (label, until) in found.items()
    ]
    for start in range(0, len(values), ROWS_PER_STATEMENT):
        insert_rows(c, t.indicator, values[start : start + ROWS_PER_STATEMENT])
    tx.touch()
    tx.audit(by, "indicators.load", made.id, {"name": made.name, "count": made.count, "sha256": digest})
    return made


def drop(tx: Transaction, id: str, *, by: str, reason: str) -> None:
    if not by.strip() or not reason.strip():
        raise Problem("decision.no_reason")
    c = tx.connection
    where = (t.indicator_list.c.site == tx.site) & ((t.indicator_list.c.id == id) | (t.indicator_list.c.name == id))
    row = c.execute(select(t.indicator_list).where(where)).first()
    if row is None:
        raise Problem("indicators.unknown", id=id)
    _remove(c, row.id)
    tx.touch()
    tx.audit(by, "indicators.drop", row.id, {"name": row.name, "reason": clean(reason)})


def lists(c: Connection, site: str) -> list[IndicatorList]:
    query = select(t.indicator_list).where(t.indicator_list.c.site == site).order_by(t.indicator_list.c.at.desc())
    return [
        IndicatorList(row.id, row.name, int(row._mapping["count"]), loads(row.skipped), row.by, row.at, row.digest)
        for row in c.execute(query)
    ]


def rows(c: Connection, site: str) -> list[tuple[str, str, str, str, int]]:
    """(kind, value, label, name of the list, until) of every list."""
    both = t.indicator.join(t.indicator_list, t.indicator_list.c.id == t.indicator.c.list)
    i = t.indicator.c
    query = select(i.kind, i.value, i.label, t.indicator_list.c.name, i.until).select_from(both)
    found = c.execute(query.where(t.indicator_list.c.site == site).order_by(t.indicator_list.c.at, i.kind, i.value))
    return [tuple(row) for row in found]


def _named(site: str, name: str) -> Any:
    return (t.indicator_list.c.site == site) & (t.indicator_list.c.name == clean(name))


def _remove(c: Connection, id: str) -> None:
    c.execute(delete(t.indicator).where(t.indicator.c.list == id))
    c.execute(delete(t.indicator_list).where(t.indicator_list.c.id == id))
