"""Questions about findings."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Connection, func, select

from hinomi.model import Severity, Status
from hinomi.store.state import rows
from hinomi.store.state import tables as t
from hinomi.store.state.clock import now_ns
from hinomi.store.state.shapes import Finding, FindingEvent, Page


def findings(
    connection: Connection,
    site: str,
    *,
    status: Iterable[Status] | None,
    severity_at_least: Severity | None,
    detection: str | None,
    device: str | Collection[str] | None,
    zone: str | None,
    story: str | None,
    start: int | None,
    end: int | None,
    sort: str,
    descending: bool,
    limit: int | None,
    offset: int,
) -> Page[Finding]:
    now = now_ns()
    f = t.finding.c
    query = select(t.finding).where(f.site == site)
    if status is not None:
        query = query.where(rows.effective_status(now).in_([Status(s).value for s in status]))
    if severity_at_least is not None:
        query = query.where(f.severity_rank >= rows.SEVERITY_RANK[Severity(severity_at_least)])
    if detection is not None:
        query = query.where(f.detection == detection)
    if story is not None:
        query = query.where(f.story == story)
    if device is not None or zone is not None:
        named = select(t.finding_device.c.finding)
        if device is not None:
            wanted = (device,) if isinstance(device, str) else tuple(device)
            named = named.where(t.finding_device.c.device.in_(wanted))
        if zone is not None:
            named = named.join(t.device, t.device.c.id == t.finding_device.c.device).where(t.device.c.zone == zone)
        query = query.where(f.id.in_(named))
    if start is not None:
        query = query.where(f.last_seen >= start)
    if end is not None:
        query = query.where(f.first_seen < end)
    order: dict[str, list[Any]] = {
        "severity": [f.severity_rank, f.last_seen],
        "last": [f.last_seen],
        "first": [f.first_seen],
        "detection": [f.detection],
        "created_at": [f.created_at],
    }
    if sort not in order:
        raise ValueError(f"cannot sort findings by {sort!r}; known: {', '.join(order)}")
    total = int(connection.execute(select(func.count()).select_from(query.subquery())).scalar() or 0)
    by = [c.desc() if descending else c.asc() for c in order[sort]]
    query = query.order_by(*by, f.id).offset(offset)
    if limit is not None:
        query = query.limit(limit)
    return Page([rows.finding(row, now) for row in connection.execute(query)], total, offset)


def finding(connection: Connection, id: str) -> Finding | None:
    row = connection.execute(select(t.finding).where(t.finding.c.id == id.upper())).first()
    return rows.finding(row, now_ns()) if row else None


def events(connection: Connection, id: str) -> list[FindingEvent]:
    query = select(t.finding_event).where(t.finding_event.c.finding == id.upper())
    return [rows.finding_event(row) for row in connection.execute(query.order_by(t.finding_event.c.seq))]


def counts(connection: Connection, site: str) -> dict[Status, dict[Severity, int]]:
    status = rows.effective_status(now_ns()).label("effective")
    query = (
        select(status, t.finding.c.severity, func.count())
        .where(t.finding.c.site == site)
        .group_by(status, t.finding.c.severity)
    )
    found: dict[Status, dict[Severity, int]] = {}
    for word, severity, number in connection.execute(query):
        found.setdefault(Status(word), {})[Severity(severity)] = number
    return found
