"""Questions about captures, zones, decisions, intervals, marks, registers and the audit."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Connection, func, or_, select

from hinomi.model import Decision, Interval, Zone
from hinomi.store.state import audit_chain, rows
from hinomi.store.state import tables as t
from hinomi.store.state.shapes import AuditEntry, AuditFilter, AuditVerdict, Capture, HistoryFile, Mark, RemotePath


def version(connection: Connection) -> int:
    value = connection.execute(select(t.meta.c.value).where(t.meta.c.name == "version")).scalar()
    return int(value or 0)


def note(connection: Connection, name: str) -> str:
    return str(connection.execute(select(t.meta.c.value).where(t.meta.c.name == name)).scalar() or "")


def captures(connection: Connection) -> list[Capture]:
    query = select(t.capture).order_by(t.capture.c.read_at.desc(), t.capture.c.id)
    return [rows.capture(row) for row in connection.execute(query)]


def capture(connection: Connection, id: str) -> Capture | None:
    row = connection.execute(select(t.capture).where(t.capture.c.id == id)).first()
    return rows.capture(row) if row else None


def history_files(connection: Connection, record: str | None) -> list[HistoryFile]:
    query = select(t.history_file).order_by(t.history_file.c.path)
    if record is not None:
        query = query.where(t.history_file.c.record == record)
    return [rows.history_file(row) for row in connection.execute(query)]


def zones(connection: Connection, site: str) -> list[Zone]:
    query = select(t.zone).where(t.zone.c.site == site).order_by(t.zone.c.id)
    return [rows.zone(row) for row in connection.execute(query)]


def decisions(connection: Connection, site: str, device: str | None, undone: bool) -> list[Decision]:
    query = select(t.decision).where(t.decision.c.site == site).order_by(t.decision.c.seq)
    if device is not None:
        query = query.where((t.decision.c.device == device) | (t.decision.c.other == device))
    if not undone:
        query = query.where(t.decision.c.undone.is_(False))
    return [rows.decision(row) for row in connection.execute(query)]


def intervals(
    connection: Connection,
    site: str,
    device: str | None,
    location: str | None,
    start: int | None,
    end: int | None,
) -> list[Interval]:
    i = t.interval.c
    query = select(t.interval).where(i.site == site).order_by(i.start_at, i.seq)
    if device is not None:
        query = query.where(i.device == device)
    if location is not None:
        query = query.where(i.location == location)
    if start is not None:
        query = query.where(i.end_at >= start)
    if end is not None:
        query = query.where(i.start_at < end)
    return [rows.interval(row) for row in connection.execute(query)]


def marks(connection: Connection, site: str, location: str, start: int | None, end: int | None) -> list[Mark]:
    m = t.mark.c
    query = select(t.mark).where(m.site == site, m.location == location, m.undone.is_(False))
    if start is not None:
        query = query.where((m.time >= start) | (m.end_time >= start))
    if end is not None:
        query = query.where(m.time < end)
    return [rows.mark(row) for row in connection.execute(query.order_by(m.time, m.id))]


def remote_paths(connection: Connection, site: str, ended: bool) -> list[RemotePath]:
    query = select(t.remote_path).where(t.remote_path.c.site == site).order_by(t.remote_path.c.id)
    if not ended:
        query = query.where(t.remote_path.c.ended.is_(False))
    return [rows.remote_path(row) for row in connection.execute(query)]


def audit_entries(connection: Connection, limit: int, before: int | None) -> list[AuditEntry]:
    query = select(t.audit).order_by(t.audit.c.seq.desc()).limit(limit)
    if before is not None:
        query = query.where(t.audit.c.seq < before)
    return [rows.audit_entry(row) for row in connection.execute(query)]


def find_audit(connection: Connection, wanted: AuditFilter, limit: int) -> list[AuditEntry]:
    c = t.audit.c
    query = select(t.audit).order_by(c.seq.desc()).limit(limit)
    if wanted.actor:
        query = query.where(c.actor == wanted.actor)
    if wanted.act:
        query = query.where(c.act == wanted.act if "." in wanted.act else c.act.startswith(f"{wanted.act}."))
    if wanted.text:
        like = wanted.text.lower()
        places = (c.subject, c.act, c.actor, c.detail)
        query = query.where(or_(*(func.lower(place).contains(like, autoescape=True) for place in places)))
    if wanted.since:
        query = query.where(c.at >= wanted.since)
    if wanted.until:
        query = query.where(c.at < wanted.until)
    if wanted.before is not None:
        query = query.where(c.seq < wanted.before)
    return [rows.audit_entry(row) for row in connection.execute(query)]


def audit_words(connection: Connection) -> tuple[list[str], list[str]]:
    def of(column: Column[Any]) -> list[str]:
        return [str(row[0]) for row in connection.execute(select(column).distinct().order_by(column))]

    return of(t.audit.c.actor), of(t.audit.c.act)


def verify_audit(connection: Connection) -> AuditVerdict:
    return audit_chain.verify(connection)
