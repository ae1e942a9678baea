"""The queue of notices: rows that wait for a channel. Filled from the events of findings, each event once.

The place up to which events were looked at moves in the same transaction as the rows it made, so
that a kill loses nothing and makes nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from hinomi.model import Severity
from hinomi.store.state import tables as t
from hinomi.store.state.shapes import Notice
from hinomi.store.state.transaction import Transaction

WAITING_MAX = 10_000  # of all channels; what comes over it is counted and not kept
KEPT_MAX = 20_000  # delivered or given up, newest
EVENTS_PER_STEP = 2_000
TELLS = ("raised", "reopened", "expired", "worse")
_PLACE = "notices_up_to"
_LOST = "notices_lost"

Wanted = Callable[[Severity, int], Iterable[tuple[str, int]]]  # (severity, now) → (channel, when due)


def collect(tx: Transaction, wanted: Wanted) -> int:
    """Turns new events of findings into rows of the queue; returns how many events were looked at."""
    c = tx.connection
    place = _number(c, _PLACE)
    e, f = t.finding_event.c, t.finding.c
    query = (
        select(e.seq, e.finding, e.kind, f.severity)
        .join_from(t.finding_event, t.finding)
        .where(e.seq > place, f.site == tx.site)
        .order_by(e.seq)
        .limit(EVENTS_PER_STEP)
    )
    events = c.execute(query).all()
    if not events:
        return 0
    room = WAITING_MAX - counts(c, tx.site).get("waiting", 0)
    lost = 0
    for seq, finding, kind, severity in events:
        if kind not in TELLS:
            continue
        for channel, due in wanted(Severity(severity), tx.now):
            if room <= 0:
                lost += 1
                continue
            room -= 1
            c.execute(
                insert(t.notice).values(
                    site=tx.site, finding=finding, event=seq, kind=kind, channel=channel, due_at=due,
                    created_at=tx.now, attempts=0, state="waiting", error="", done_at=None,
                )
            )  # fmt: skip
    _set(c, _PLACE, int(events[-1][0]))
    if lost:
        _set(c, _LOST, _number(c, _LOST) + lost)
    return len(events)


def skip_old(tx: Transaction) -> None:
    """Before the first channel there is nobody to tell: what happened until now is not told later."""
    newest = tx.connection.execute(select(func.max(t.finding_event.c.seq))).scalar() or 0
    _set(tx.connection, _PLACE, int(newest))


def due(c: Connection, site: str, now: int, limit: int = 500) -> list[Notice]:
    n = t.notice.c
    query = select(t.notice).where(n.site == site, n.state == "waiting", n.due_at <= now).order_by(n.due_at, n.seq)
    return [_notice(row) for row in c.execute(query.limit(limit))]


def newest(c: Connection, site: str, limit: int) -> list[Notice]:
    n = t.notice.c
    query = select(t.notice).where(n.site == site).order_by(n.seq.desc()).limit(limit)
    return [_notice(row) for row in c.execute(query)]


def done(tx: Transaction, seqs: Iterable[int], state: str, error: str = "") -> None:
    """state: sent, given_up or not_needed."""
    tx.connection.execute(
        update(t.notice).where(t.notice.c.seq.in_(list(seqs))).values(state=state, error=error, done_at=tx.now)
    )
    n = t.notice.c
    oldest = select(n.seq).where(n.state != "waiting").order_by(n.seq.desc()).offset(KEPT_MAX).limit(1)
    last = tx.connection.execute(oldest).scalar()
    if last is not None:
        tx.connection.execute(delete(t.notice).where(n.seq <= last, n.state != "waiting"))


def again(tx: Transaction, seqs: Iterable[int], due_at: int, error: str) -> None:
    tx.connection.execute(
        update(t.notice)
        .where(t.notice.c.seq.in_(list(seqs)))
        .values(attempts=t.notice.c.attempts + 1, due_at=due_at, error=error)
    )


def counts(c: Connection, site: str) -> dict[str, int]:
    """Rows by state, and `lost` over the limit."""
    query = select(t.notice.c.state, func.count()).where(t.notice.c.site == site).group_by(t.notice.c.state)
    found = {str(state): int(number) for state, number in c.execute(query)}
    return {**found, "lost": _number(c, _LOST)}


def _notice(row: Any) -> Notice:
    return Notice(
        row.seq, row.finding, row.event, row.kind, row.channel, row.due_at, row.created_at, row.attempts, row.state,
        row.error, row.done_at,
    )  # fmt: skip


def _number(c: Connection, name: str) -> int:
    return int(c.execute(select(t.meta.c.value).where(t.meta.c.name == name)).scalar() or 0)


def _set(c: Connection, name: str, value: int) -> None:
    if c.execute(update(t.meta).where(t.meta.c.name == name).values(value=str(value))).rowcount == 0:
        c.execute(insert(t.meta).values(name=name, value=str(value)))
