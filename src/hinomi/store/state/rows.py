"""Rows of the tables to dataclasses."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, and_, case

from hinomi.model import Decision, EvidenceRef, Interval, Severity, Status, Zone
from hinomi.store.state import tables as t
from hinomi.store.state.codec import evidence_from_list, loads
from hinomi.store.state.shapes import (
    AuditEntry,
    Capture,
    Finding,
    FindingEvent,
    HistoryFile,
    Mark,
    RemotePath,
    WeeklyTime,
)

Row = Any  # SQLAlchemy's rows are typed by position only

# From harmless to worst; the rank is stored beside the word so that a database can sort by it.
SEVERITY_RANK = {severity: rank for rank, severity in enumerate(Severity)}
WAITING = (Status.OPEN, Status.REOPENED)


def effective_status(now: int) -> ColumnElement[str]:
    """Status of a finding at `now` in SQL: a decision whose time is over counts as reopened."""
    over = and_(
        t.finding.c.status.not_in([Status.OPEN.value, Status.REOPENED.value]),
        t.finding.c.until.is_not(None),
        t.finding.c.until <= now,
    )
    return case((over, Status.REOPENED.value), else_=t.finding.c.status)


def finding(row: Row, now: int) -> Finding:
    status = Status(row.status)
    if status not in WAITING and row.until is not None and row.until <= now:
        status = Status.REOPENED
    return Finding(
        id=row.id,
        site=row.site,
        detection=row.detection,
        key=row.key,
        severity=Severity(row.severity),
        status=status,
        confidence=row.confidence,
        devices=tuple(loads(row.devices)),
        facts=loads(row.facts),
        first=row.first_seen,
        last=row.last_seen,
        count=row.count,
        evidence=tuple(evidence_from_list(e) for e in loads(row.evidence)),
        in_use=row.in_use,
        story=row.story,
        created_at=row.created_at,
        updated_at=row.updated_at,
        reproduced_at=row.reproduced_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        reason=row.reason,
        until=row.until,
    )


def finding_event(row: Row) -> FindingEvent:
    return FindingEvent(
        finding=row.finding,
        at=row.at,
        kind=row.kind,
        by=row.by,
        before=Status(row.before) if row.before else None,
        after=Status(row.after),
        reason=row.reason,
        until=row.until,
    )


def capture(row: Row) -> Capture:
    return Capture(
        id=row.id,
        site=row.site,
        sensor=row.sensor,
        path=row.path,
        kept=row.kept,
        size=row.size,
        run=row.run,
        read_at=row.read_at,
        first=row.first_seen,
        last=row.last_seen,
        packets=row.packets,
        bytes=row.bytes,
        records=loads(row.records),
        complete=row.complete,
        problem=row.problem,
        details=loads(row.details),
    )


def history_file(row: Row) -> HistoryFile:
    return HistoryFile(row.path, row.record, row.site, row.day, row.format, row.rows, row.bytes, row.run)


def zone(row: Row) -> Zone:
    return Zone(row.id, row.kind, row.name_ja, row.name_en, list(_subnets(row.subnets)), row.vlan, row.by_person)


@lru_cache(maxsize=20_000)
def _subnets(text: str) -> tuple[str, ...]:
    return tuple(loads(text))


def decision(row: Row) -> Decision:
    return Decision(
        id=row.id,
        kind=row.kind,
        device=row.device,
        attribute=row.attribute,
        value=row.value,
        other=row.other,
        by=row.by,
        at=row.at,
        reason=row.reason,
        undone=row.undone,
    )


def interval(row: Row) -> Interval:
    return Interval(
        row.device,
        row.location,
        row.start_at,
        row.end_at,
        row.why,
        row.patient,
        EvidenceRef(row.capture, row.packet, row.byte_offset),
    )


def mark(row: Row) -> Mark:
    return Mark(row.id, row.site, row.location, row.time, row.end_time, row.kind, row.text, row.by, row.at, row.undone)


def remote_path(row: Row) -> RemotePath:
    return RemotePath(
        id=row.id,
        vendor=row.vendor,
        peers=tuple(loads(row.peers)),
        devices=tuple(loads(row.devices)),
        by=row.by,
        at=row.at,
        services=tuple(loads(row.services)),
        windows=tuple((start, end) for start, end in loads(row.windows)),
        line=row.line,
        box=row.box,
        firmware=row.firmware,
        approver=row.approver,
        ticket=row.ticket,
        note=row.note,
        ended=row.ended,
        weekly=tuple(WeeklyTime(tuple(days), start, end) for days, start, end in loads(row.weekly)),
        countries=tuple(loads(row.countries)),
        ended_at=row.ended_at,
    )


def audit_entry(row: Row) -> AuditEntry:
    return AuditEntry(row.seq, row.at, row.actor, row.act, row.subject, loads(row.detail), row.previous, row.hash)
