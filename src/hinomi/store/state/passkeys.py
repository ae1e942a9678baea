"""Rows of passkeys. What they mean stands in `hinomi.people.passkeys`."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass

from sqlalchemy import Engine, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from hinomi.store.state import tables as t
from hinomi.store.state.engine import reading
from hinomi.store.state.transaction import Transaction
from hinomi.texts import Problem

PASSKEYS_MAX = 10  # of one person


@dataclass(frozen=True, slots=True)
class Passkey:
    id: str  # to name it in a list; opens nothing
    credential: str  # id that the authenticator gave, base64url
    person: str
    handle: str  # by which authenticators know the person: chance, no name
    label: str
    place: str  # the name of Hinomi under which it was made, and works
    key: str  # public, COSE, base64url
    count: int  # of signatures, as the authenticator last said; 0 where it does not count
    checks: bool  # it checked finger, face or PIN when it was made
    synced: bool  # it may live on several devices
    transports: str
    at: int
    used: int  # 0: never


class Passkeys:
    """Made by `State.passkeys`."""

    def __init__(self, engine: Engine, transaction: Callable[[], AbstractContextManager[Transaction]]) -> None:
        self._engine = engine
        self._transaction = transaction

    def of(self, person: str) -> list[Passkey]:
        with reading(self._engine) as c:
            mine = select(t.passkey).where(t.passkey.c.person == person).order_by(t.passkey.c.at)
            return [Passkey(**row._mapping) for row in c.execute(mine)]

    def by_credential(self, credential: str) -> Passkey | None:
        with reading(self._engine) as c:
            row = c.execute(select(t.passkey).where(t.passkey.c.credential == credential)).first()
            return Passkey(**row._mapping) if row else None

    def add(self, passkey: Passkey) -> None:
        try:
            with self._transaction() as tx:
                mine = select(func.count()).where(t.passkey.c.person == passkey.person)
                if (tx.connection.execute(mine).scalar() or 0) >= PASSKEYS_MAX:
                    raise Problem("people.passkeys_full", most=PASSKEYS_MAX)
                tx.connection.execute(insert(t.passkey).values(asdict(passkey)))
                detail = {"passkey": passkey.id, "label": passkey.label, "place": passkey.place}
                tx.audit(passkey.person, "account.passkey_add", passkey.person, detail)
        except IntegrityError:
            raise Problem("people.passkey_there") from None

    def rename(self, id: str, person: str, label: str) -> None:
        with self._transaction() as tx:
            mine = (t.passkey.c.id == id) & (t.passkey.c.person == person)
            if tx.connection.execute(update(t.passkey).where(mine).values(label=label)).rowcount == 0:
                raise Problem("people.passkey_unknown", id=id)
            tx.audit(person, "account.passkey_name", person, {"passkey": id, "label": label})

    def remove(self, id: str, person: str, *, may_be_last: Callable[[], None]) -> None:
        """Removes one; `may_be_last` raises when the person cannot be without any."""
        with self._transaction() as tx:
            mine = (t.passkey.c.id == id) & (t.passkey.c.person == person)
            if tx.connection.execute(delete(t.passkey).where(mine)).rowcount == 0:
                raise Problem("people.passkey_unknown", id=id)
            left = select(func.count()).where(t.passkey.c.person == person)
            if not tx.connection.execute(left).scalar():
                may_be_last()
            tx.audit(person, "account.passkey_remove", person, {"passkey": id})

    def remove_all(self, person: str) -> None:
        with self._transaction() as tx:
            tx.connection.execute(delete(t.passkey).where(t.passkey.c.person == person))

    def used(self, id: str, count: int, at: int) -> bool:
        """Notes a use; False when the count did not go up: then two authenticators hold the same key."""
        with self._transaction() as tx:
            up = t.passkey.c.count < count if count else t.passkey.c.count == 0
            mine = (t.passkey.c.id == id) & up
            return tx.connection.execute(update(t.passkey).where(mine).values(count=count, used=at)).rowcount == 1
