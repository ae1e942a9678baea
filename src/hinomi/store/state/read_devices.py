"""Questions about devices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, or_, select

from hinomi.model import Device, Severity
from hinomi.store.state import tables as t
from hinomi.store.state.clock import now_ns
from hinomi.store.state.codec import device_from_json, loads
from hinomi.store.state.rows import WAITING, Row, effective_status
from hinomi.store.state.shapes import DeviceSummary, KeptSummary, Page

_LISTED = [
    c for c in t.device.c if c.name not in ("body", "digest", "search")
]  # the body of 50,000 devices is a quarter of a gigabyte
_COUNTED = ("category", "type", "zone", "manufacturer", "os", "outside", "department")


def _waiting() -> Any:
    """Per device: number and worst rank of the findings that wait for a person."""
    status = effective_status(now_ns())
    return (
        select(
            t.finding_device.c.device.label("device"),
            func.count().label("open_findings"),
            func.max(t.finding.c.severity_rank).label("worst"),
        )
        .join(t.finding, t.finding.c.id == t.finding_device.c.finding)
        .where(status.in_([s.value for s in WAITING]))
        .group_by(t.finding_device.c.device)
        .subquery("waiting")
    )


def _listing(site: str) -> tuple[Select[Any], ColumnElement[int], Any]:
    waiting = _waiting()
    number = func.coalesce(waiting.c.open_findings, 0)
    query = (
        select(*_LISTED, number.label("open_findings"), waiting.c.worst)
        .outerjoin(waiting, waiting.c.device == t.device.c.id)
        .where(t.device.c.site == site)
    )
    return query, number, waiting.c.worst


def devices(
    connection: Connection,
    site: str,
    *,
    text: str,
    zone: str | None,
    category: str | None,
    type: str | None,
    outside: bool | None,
    finding_open: bool | None,
    sort: str,
    descending: bool,
    limit: int | None,
    offset: int,
) -> Page[DeviceSummary]:
    query, number, worst = _listing(site)
    for word in text.lower().split():
        query = query.where(t.device.c.search.contains(word, autoescape=True))
    for column, wanted in (("zone", zone), ("category", category), ("type", type), ("outside", outside)):
        if wanted is not None:
            query = query.where(t.device.c[column] == wanted)
    if finding_open is not None:
        query = query.where(number > 0 if finding_open else number == 0)
    order: dict[str, Any] = {
        "label": func.lower(t.device.c.label),
        "type": t.device.c.type,
        "manufacturer": t.device.c.manufacturer,
        "model": t.device.c.model,
        "zone": t.device.c.zone,
        "first": t.device.c.first_seen,
        "last": t.device.c.last_seen,
        "open_findings": number,
        "worst": func.coalesce(worst, -1),
    }
    if sort not in order:
        raise ValueError(f"cannot sort devices by {sort!r}; known: {', '.join(order)}")
    total = int(connection.execute(select(func.count()).select_from(query.subquery())).scalar() or 0)
    by = order[sort].desc() if descending else order[sort].asc()
    query = query.order_by(by, func.lower(t.device.c.label), t.device.c.id).offset(offset)
    if limit is not None:
        query = query.limit(limit)
    return Page([_summary(row) for row in connection.execute(query)], total, offset)


def summaries_again(connection: Connection, site: str, kept: Mapping[str, KeptSummary]) -> dict[str, KeptSummary]:
    """All rows of the list by name; those that are still as in `kept` are taken from there."""
    query, _, _ = _listing(site)
    if not kept:
        whole = query.add_columns(t.device.c.digest)
        rows = connection.execute(whole)
        return _by_name({row.id: ((row.digest, row.open_findings, row.worst), _summary(row)) for row in rows})
    # An index holds both columns, so that the bodies of all devices are not walked; the driver's own rows,
    # because making SQLAlchemy's takes six times as long as the question.
    marks = connection.execute(select(t.device.c.id, t.device.c.digest).where(t.device.c.site == site))
    digests: dict[str, str] = dict(marks.cursor.fetchall() if marks.cursor is not None else ())
    marks.close()
    waiting = _waiting()
    told = {row.device: (row.open_findings, row.worst) for row in connection.execute(select(waiting))}
    changed = {}
    for id, digest in digests.items():
        number, worst = told.get(id, (0, None))
        known = kept.get(id)
        if known is None or known[0] != (digest, number, worst):
            changed[id] = (digest, number, worst)
    ids = list(changed)
    fresh: dict[str, KeptSummary] = {}
    for start in range(0, len(ids), 500):
        for row in connection.execute(query.where(t.device.c.id.in_(ids[start : start + 500]))):
            fresh[row.id] = (changed[row.id], _summary(row))
    out = {id: fresh.get(id, known) for id, known in kept.items() if id in digests}
    if len(out) == len(digests) and all(kept[id][1].label == one.label for id, (_, one) in fresh.items()):
        return out
    return _by_name(out | fresh)


def _by_name(rows: dict[str, KeptSummary]) -> dict[str, KeptSummary]:
    return dict(sorted(rows.items(), key=lambda row: (row[1][1].label.lower(), row[0])))


def summary(connection: Connection, site: str, id: str) -> DeviceSummary | None:
    query, _, _ = _listing(site)
    row = connection.execute(query.where(t.device.c.id == id)).first()
    return _summary(row) if row else None


def _summary(row: Row) -> DeviceSummary:
    return DeviceSummary(
        id=row.id,
        site=row.site,
        label=row.label,
        category=row.category,
        type=row.type,
        type_confidence=row.type_confidence,
        manufacturer=row.manufacturer,
        model=row.model,
        serial=row.serial,
        software_version=row.software_version,
        os=row.os,
        hostname=row.hostname,
        department=row.department,
        zone=row.zone,
        outside=bool(row.outside),
        ips=tuple(loads(row.ips)),
        macs=tuple(loads(row.macs)),
        services=tuple(loads(row.services)),
        first=row.first_seen,
        last=row.last_seen,
        open_findings=row.open_findings,
        worst=None if row.worst is None else list(Severity)[row.worst],
    )


def counts(connection: Connection, site: str, by: str) -> dict[str, int]:
    if by not in _COUNTED:
        raise ValueError(f"cannot count devices by {by!r}; known: {', '.join(_COUNTED)}")
    column = t.device.c[by]
    rows = connection.execute(select(column, func.count()).where(t.device.c.site == site).group_by(column))
    if by == "outside":
        return {"yes" if value else "no": number for value, number in rows}
    return {value: number for value, number in sorted(rows, key=lambda r: (-r[1], r[0]))}


def device(connection: Connection, id: str) -> Device | None:
    row = connection.execute(select(t.device.c.body).where(t.device.c.id == id)).first()
    return device_from_json(id, row.body) if row else None


def all_devices(connection: Connection, site: str) -> list[Device]:
    query = select(t.device.c.id, t.device.c.body).where(t.device.c.site == site).order_by(t.device.c.id)
    return [device_from_json(row.id, row.body) for row in connection.execute(query)]


def find(connection: Connection, site: str, word: str) -> list[str]:
    """An exact id first, then who holds the address (newest first), then any name, serial …"""
    mine = t.device.c.site == site
    if connection.execute(select(t.device.c.id).where(mine, t.device.c.id == word)).first():
        return [word]
    low = word.lower()
    held = (
        select(t.device.c.id)
        .join(t.device_address, t.device_address.c.device == t.device.c.id)
        .where(mine, or_(t.device_address.c.ip == low, t.device_address.c.mac == low))
        .order_by(t.device_address.c.last_seen.desc())
    )
    found = list(dict.fromkeys(connection.execute(held).scalars()))
    if found:
        return found
    words = t.device.c.search.contains(f"\n{low}\n", autoescape=True)
    return list(connection.execute(select(t.device.c.id).where(mine, words).order_by(t.device.c.id)).scalars())


def labels(connection: Connection, site: str, ids: Iterable[str] | None) -> dict[str, str]:
    query = select(t.device.c.id, t.device.c.label).where(t.device.c.site == site)
    if ids is None:
        return {row.id: row.label for row in connection.execute(query)}
    wanted = list(dict.fromkeys(ids))
    found: dict[str, str] = {}
    for start in range(0, len(wanted), 500):
        part = query.where(t.device.c.id.in_(wanted[start : start + 500]))
        found.update((row.id, row.label) for row in connection.execute(part))
    return found


def addresses(connection: Connection, site: str) -> list[tuple[str, str, str, int, int]]:
    a = t.device_address.c
    query = (
        select(a.device, a.mac, a.ip, a.first_seen, a.last_seen)
        .join(t.device, t.device.c.id == a.device)
        .where(t.device.c.site == site)
        .order_by(a.device, a.place)
    )
    return [(r[0], r[1], r[2], r[3], r[4]) for r in connection.execute(query)]
