"""What people file for the duties. Rows are only added: the newest of an id counts, the others are its past."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, func, insert, select

from hinomi.store.state import tables as t
from hinomi.store.state.codec import clean, dumps, loads
from hinomi.store.state.shapes import Filed
from hinomi.store.state.transaction import Transaction
from hinomi.texts import Problem

BODY_LETTERS_MAX = 200_000  # of one entry as JSON
FILED_MAX = 500_000  # rows of one site, all kinds and their past together


def put(tx: Transaction, kind: str, body: Mapping[str, Any], *, by: str, id: str, gone: bool) -> Filed:
    if not by.strip():
        raise Problem("filed.no_name")
    text = dumps(_cleaned(dict(body)))
    if len(text) > BODY_LETTERS_MAX:
        raise Problem("filed.too_long", most=BODY_LETTERS_MAX)
    if count(tx.connection, tx.site) >= FILED_MAX:
        raise Problem("filed.full", most=FILED_MAX)
    made = Filed(id or f"{kind[:1].upper()}-{secrets.token_hex(6)}", kind, loads(text), clean(by), tx.now, gone)
    tx.connection.execute(
        insert(t.filed).values(site=tx.site, kind=kind, id=made.id, body=text, by=made.by, at=made.at, gone=gone)
    )
    tx.touch()
    tx.audit(by, f"{kind}.{'withdraw' if gone else 'file'}", made.id, made.body if len(text) < 4000 else {})
    return made


def newest(c: Connection, site: str, kind: str, *, gone: bool) -> list[Filed]:
    """How every entry of a kind stands, in the order in which they were first filed."""
    found: dict[str, Filed] = {}
    where = (t.filed.c.site == site) & (t.filed.c.kind == kind)
    for row in c.execute(select(t.filed).where(where).order_by(t.filed.c.seq)):
        found[row.id] = _filed(row)
    return [one for one in found.values() if gone or not one.gone]


def history(c: Connection, site: str, kind: str, id: str) -> list[Filed]:
    where = (t.filed.c.site == site) & (t.filed.c.kind == kind) & (t.filed.c.id == id)
    return [_filed(row) for row in c.execute(select(t.filed).where(where).order_by(t.filed.c.seq))]


def count(c: Connection, site: str) -> int:
    return int(c.execute(select(func.count()).select_from(t.filed).where(t.filed.c.site == site)).scalar() or 0)


def _filed(row: Any) -> Filed:
    return Filed(row.id, row.kind, loads(row.body), row.by, row.at, row.gone)


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        return {str(name): _cleaned(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(one) for one in value]
    return value
