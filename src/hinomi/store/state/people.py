"""Rows of people, sessions, tokens and waits. What they mean stands in `hinomi.people`."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Engine, Select, delete, func, insert, select, update

from hinomi.store.state import tables as t
from hinomi.store.state.codec import clean
from hinomi.store.state.engine import reading
from hinomi.store.state.transaction import Transaction
from hinomi.texts import Problem

PEOPLE_MAX = 2_000
SESSIONS_MAX = 20  # of one person; the oldest ends
TOKENS_MAX = 20  # in force, of one person
WAITS_MAX = 20_000  # names and addresses that were wrong lately; the oldest is forgotten


@dataclass(frozen=True, slots=True)
class Person:
    name: str  # to sign in with, and in the audit chain
    shown: str
    role: str
    password: str
    short: bool
    first: bool
    totp: str
    totp_new: str
    totp_step: int
    disabled: bool
    by: str
    at: int
    passkeys: int = 0  # how many; they stand in a table of their own

    @property
    def second_factor(self) -> bool:
        return bool(self.totp) or self.passkeys > 0

    def __repr__(self) -> str:
        return f"Person({self.name!r}, {self.role!r})"  # never the hash


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom a sign-in service names, and as whom that person is known here."""

    issuer: str
    subject: str
    person: str
    at: int


@dataclass(frozen=True, slots=True)
class Session:
    id: str
    digest: str
    person: str
    at: int
    seen: int
    until: int
    address: str
    agent: str


@dataclass(frozen=True, slots=True)
class Token:
    id: str
    digest: str
    person: str
    label: str
    scope: str  # rights, separated by spaces
    at: int
    until: int
    used_day: int
    revoked: bool


@dataclass(frozen=True, slots=True)
class Wait:
    failures: int = 0
    at: int = 0
    until: int = 0


class People:
    """Made by `State.people`."""

    def __init__(self, engine: Engine, transaction: Callable[[], AbstractContextManager[Transaction]]) -> None:
        self._engine = engine
        self._transaction = transaction

    # --- people

    def any(self) -> bool:
        with reading(self._engine) as c:
            return c.execute(select(t.person.c.name).limit(1)).first() is not None

    def all(self) -> list[Person]:
        with reading(self._engine) as c:
            return [Person(**row._mapping) for row in c.execute(_person().order_by(t.person.c.name))]

    def one(self, name: str) -> Person | None:
        with reading(self._engine) as c:
            row = c.execute(_person().where(t.person.c.name == name)).first()
            return Person(**row._mapping) if row else None

    def add(self, person: Person, identity: Identity | None = None) -> None:
        without = {name: value for name, value in asdict(person).items() if name != "passkeys"}
        with self._transaction() as tx:
            names = set(tx.connection.execute(select(t.person.c.name)).scalars())
            if person.name in names:
                raise Problem("people.there", name=person.name)
            if len(names) >= PEOPLE_MAX:
                raise Problem("people.full", most=PEOPLE_MAX)
            if not names and person.role != "administrator":
                raise Problem("people.first_is_administrator")
            tx.connection.execute(insert(t.person).values(without))
            if identity is not None:
                tx.connection.execute(insert(t.identity).values(asdict(identity)))
            tx.audit(person.by, "people.add", person.name, {"role": person.role})

    def identity(self, issuer: str, subject: str) -> str:
        """The name here of whom a sign-in service names; "" for a stranger."""
        with reading(self._engine) as c:
            mine = (t.identity.c.issuer == issuer) & (t.identity.c.subject == subject)
            return str(c.execute(select(t.identity.c.person).where(mine)).scalar() or "")

    def change(self, name: str, act: str, by: str, detail: dict[str, object], **values: Any) -> Person:
        """Changes columns of a person, with an audit entry. An enabled administrator always remains."""
        with self._transaction() as tx:
            mine = t.person.c.name == name
            if tx.connection.execute(update(t.person).where(mine).values(values)).rowcount == 0:
                raise Problem("people.unknown", name=name)
            left = select(func.count()).where(t.person.c.role == "administrator", t.person.c.disabled.is_(False))
            if not tx.connection.execute(left).scalar():
                raise Problem("people.last_administrator")
            if act:
                tx.audit(by, act, name, detail)
            return Person(**tx.connection.execute(_person().where(mine)).one()._mapping)

    def use_step(self, name: str, step: int) -> bool:
        """Takes a code's step for ever; False when it or a later one was used."""
        with self._transaction() as tx:
            mine = (t.person.c.name == name) & (t.person.c.totp_step < step)
            return tx.connection.execute(update(t.person).where(mine).values(totp_step=step)).rowcount == 1

    # --- sessions

    def open_session(self, session: Session, instead_of: str = "") -> None:
        """Keeps a session; the one it follows, those that are over and the oldest beyond the limit end."""
        with self._transaction() as tx:
            c = tx.connection
            c.execute(delete(t.session).where((t.session.c.until < session.at) | (t.session.c.digest == instead_of)))
            c.execute(insert(t.session).values(asdict(session) | {"agent": clean(session.agent)}))
            mine = select(t.session.c.id).where(t.session.c.person == session.person)
            kept = c.execute(mine.order_by(t.session.c.at.desc(), t.session.c.id).limit(SESSIONS_MAX)).scalars().all()
            c.execute(delete(t.session).where(t.session.c.person == session.person, t.session.c.id.not_in(kept)))

    def session(self, digest: str) -> tuple[Session, Person] | None:
        with reading(self._engine) as c:
            row = c.execute(select(t.session).where(t.session.c.digest == digest)).first()
            if row is None:
                return None
            person = c.execute(_person().where(t.person.c.name == row.person)).one()
            return Session(**row._mapping), Person(**person._mapping)

    def saw(self, id: str, at: int) -> None:
        with self._transaction() as tx:
            tx.connection.execute(update(t.session).where(t.session.c.id == id).values(seen=at))

    def sessions(self, person: str) -> list[Session]:
        with reading(self._engine) as c:
            mine = select(t.session).where(t.session.c.person == person).order_by(t.session.c.seen.desc())
            return [Session(**row._mapping) for row in c.execute(mine)]

    def end_session(self, id: str, person: str, by: str, act: str) -> bool:
        with self._transaction() as tx:
            mine = (t.session.c.id == id) & (t.session.c.person == person)
            ended = tx.connection.execute(delete(t.session).where(mine)).rowcount == 1
            if ended:
                tx.audit(by, act, person, {"session": id})
            return ended

    def end_sessions(self, person: str, but: str = "") -> None:
        with self._transaction() as tx:
            tx.connection.execute(delete(t.session).where(t.session.c.person == person, t.session.c.id != but))

    # --- tokens

    def add_token(self, token: Token, by: str) -> None:
        with self._transaction() as tx:
            mine = (t.api_token.c.person == token.person) & t.api_token.c.revoked.is_(False)
            in_force = select(func.count()).where(mine, t.api_token.c.until > token.at)
            if (tx.connection.execute(in_force).scalar() or 0) >= TOKENS_MAX:
                raise Problem("people.tokens_full", most=TOKENS_MAX)
            tx.connection.execute(insert(t.api_token).values(asdict(token)))
            tx.audit(by, "token.make", token.person, {"token": token.id, "scope": token.scope, "label": token.label})

    def token(self, digest: str) -> tuple[Token, Person] | None:
        with reading(self._engine) as c:
            row = c.execute(select(t.api_token).where(t.api_token.c.digest == digest)).first()
            if row is None:
                return None
            person = c.execute(_person().where(t.person.c.name == row.person)).one()
            return Token(**row._mapping), Person(**person._mapping)

    def tokens(self, person: str = "") -> list[Token]:
        with reading(self._engine) as c:
            asked = select(t.api_token).order_by(t.api_token.c.at.desc())
            if person:
                asked = asked.where(t.api_token.c.person == person)
            return [Token(**row._mapping) for row in c.execute(asked)]

    def first_use(self, token: Token, day: int) -> None:
        """Audits the first use of a token on a day."""
        with self._transaction() as tx:
            mine = (t.api_token.c.id == token.id) & (t.api_token.c.used_day != day)
            if tx.connection.execute(update(t.api_token).where(mine).values(used_day=day)).rowcount:
                tx.audit(token.person, "token.use", token.id, {"label": token.label})

    def revoke_token(self, id: str, by: str, person: str = "") -> None:
        with self._transaction() as tx:
            mine = (t.api_token.c.id == id) & t.api_token.c.revoked.is_(False)
            if person:
                mine &= t.api_token.c.person == person
            if tx.connection.execute(update(t.api_token).where(mine).values(revoked=True)).rowcount == 0:
                raise Problem("people.token_unknown", id=id)
            tx.audit(by, "token.revoke", id, {})

    # --- waits

    def wait(self, key: str) -> Wait:
        with reading(self._engine) as c:
            row = c.execute(select(t.sign_in_wait).where(t.sign_in_wait.c.key == key)).first()
            return Wait(row.failures, row.at, row.until) if row else Wait()

    def count_failure(self, key: str, after: Callable[[Wait], Wait]) -> Wait:
        """Replaces the wait of a key by what follows from it, in one step."""
        with self._transaction() as tx:
            c = tx.connection
            row = c.execute(select(t.sign_in_wait).where(t.sign_in_wait.c.key == key)).first()
            wait = after(Wait(row.failures, row.at, row.until) if row else Wait())
            c.execute(delete(t.sign_in_wait).where(t.sign_in_wait.c.key == key))
            count = c.execute(select(func.count()).select_from(t.sign_in_wait)).scalar() or 0
            if count >= WAITS_MAX:
                oldest = select(t.sign_in_wait.c.key).order_by(t.sign_in_wait.c.at).limit(count - WAITS_MAX + 1)
                c.execute(delete(t.sign_in_wait).where(t.sign_in_wait.c.key.in_(c.execute(oldest).scalars().all())))
                _count(tx, "waits_forgotten", count - WAITS_MAX + 1)
            c.execute(insert(t.sign_in_wait).values(key=key, **asdict(wait)))
            return wait

    def forget_wait(self, key: str) -> None:
        with self._transaction() as tx:
            tx.connection.execute(delete(t.sign_in_wait).where(t.sign_in_wait.c.key == key))

    def counts(self) -> dict[str, int]:
        """For the eye: how full the bounded tables are, and what was forgotten."""
        with reading(self._engine) as c:
            forgotten = c.execute(select(t.meta.c.value).where(t.meta.c.name == "waits_forgotten")).scalar()
            tables = {
                "people": t.person,
                "sessions": t.session,
                "tokens": t.api_token,
                "passkeys": t.passkey,
                "waits": t.sign_in_wait,
            }
            return {
                name: int(c.execute(select(func.count()).select_from(table)).scalar() or 0)
                for name, table in tables.items()
            } | {"waits_forgotten": int(forgotten or 0)}


def _person() -> Select[Any]:
    """The columns of `Person`."""
    count = select(func.count()).where(t.passkey.c.person == t.person.c.name).scalar_subquery()
    return select(t.person, count.label("passkeys"))


def _count(tx: Transaction, name: str, more: int) -> None:
    kept = tx.connection.execute(select(t.meta.c.value).where(t.meta.c.name == name)).scalar()
    if kept is None:
        tx.connection.execute(insert(t.meta).values(name=name, value=str(more)))
    else:
        tx.connection.execute(update(t.meta).where(t.meta.c.name == name).values(value=str(int(kept) + more)))
