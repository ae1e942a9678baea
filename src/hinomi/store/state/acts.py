"""What people do: each act with its reason and its audit entry, in one transaction."""

from __future__ import annotations

import ipaddress
import re
import secrets
from collections.abc import Mapping, Sequence

from sqlalchemy import delete, insert, select, update

from hinomi.model import Decision, Status, Zone
from hinomi.store.state import read_devices, rows, write_devices
from hinomi.store.state import tables as t
from hinomi.store.state.codec import clean, dumps
from hinomi.store.state.shapes import Finding, Mark, RemotePath
from hinomi.store.state.transaction import Transaction, as_person
from hinomi.texts import Problem

DEVICE_DECISIONS = ("set", "merge", "split")
MARK_KINDS = ("phase", "event", "note")


def decide_device(
    tx: Transaction,
    device: str,
    kind: str,
    *,
    by: str,
    reason: str,
    attribute: str,
    value: str,
    other: str,
) -> Decision:
    _reasoned(by, reason)
    if kind not in DEVICE_DECISIONS:
        raise Problem("decision.bad_kind", kind=kind, known=", ".join(DEVICE_DECISIONS))
    if not (attribute if kind == "set" else other):
        raise Problem("decision.incomplete", kind=kind)
    for id in (device, other) if kind == "merge" else (device,):
        if read_devices.device(tx.connection, id) is None:
            raise Problem("device.unknown", word=id)
    made = Decision(
        id=f"D-{secrets.token_hex(6)}",
        kind=kind,
        device=device,
        attribute=attribute,
        value=clean(value),
        other=other,
        by=by,
        at=tx.now,
        reason=clean(reason),
    )
    tx.connection.execute(
        insert(t.decision).values(
            id=made.id,
            site=tx.site,
            kind=kind,
            device=device,
            attribute=attribute,
            value=made.value,
            other=other,
            by=by,
            at=made.at,
            reason=made.reason,
            undone=False,
        )
    )
    if kind == "set":
        write_devices.set_attribute(tx.connection, device, attribute, made.value)
    tx.touch()
    tx.audit(
        by,
        f"device.{kind}",
        device,
        {"decision": made.id, "attribute": attribute, "value": made.value, "other": other, "reason": reason},
    )
    return made


def decide_devices(
    tx: Transaction, devices: Sequence[str], said: Mapping[str, str], *, by: str, reason: str
) -> list[Decision]:
    """The same words on many devices: one answer on a group of unknown ones."""
    return [
        decide_device(tx, device, "set", by=by, reason=reason, attribute=attribute, value=value, other="")
        for device in devices
        for attribute, value in said.items()
    ]


def undo_decision(tx: Transaction, id: str, *, by: str, reason: str) -> Decision:
    _reasoned(by, reason)
    where = t.decision.c.id == id
    row = tx.connection.execute(select(t.decision).where(where)).first()
    if row is None:
        raise Problem("decision.unknown", id=id)
    tx.connection.execute(update(t.decision).where(where).values(undone=True))
    tx.touch()
    tx.audit(by, "device.undo", row.device, {"decision": id, "reason": reason})
    return rows.decision(tx.connection.execute(select(t.decision).where(where)).one())


def set_zones(tx: Transaction, zones: Sequence[Zone], *, by: str, replace: bool) -> None:
    ids = [zone.id for zone in zones]
    if len(set(ids)) != len(ids):
        raise Problem("zone.twice", id=next(id for id in ids if ids.count(id) > 1))
    gone = t.zone.c.site == tx.site
    if not replace:
        gone = gone & t.zone.c.id.in_(ids)
    tx.connection.execute(delete(t.zone).where(gone))
    tx.insert_zones(as_person(zone) for zone in zones)
    tx.touch()
    tx.audit(by, "zone.set", ",".join(ids), {"replace": replace, "subnets": {z.id: z.subnets for z in zones}})


def decide_finding(tx: Transaction, id: str, status: Status, *, by: str, reason: str, until: int | None) -> Finding:
    _reasoned(by, reason)
    status = Status(status)
    if status is Status.REOPENED:
        raise Problem("finding.reopened_by_hand")
    if until is not None and until <= tx.now:
        raise Problem("finding.until_past")
    where = t.finding.c.id == id.upper()
    row = tx.connection.execute(select(t.finding).where(where)).first()
    if row is None:
        raise Problem("finding.unknown", id=id)
    tx.connection.execute(
        update(t.finding)
        .where(where)
        .values(
            status=status.value,
            decided_by=clean(by),
            decided_at=tx.now,
            decided_last=row.last_seen,
            reason=clean(reason),
            until=until,
            updated_at=tx.now,
        )
    )
    tx.connection.execute(
        insert(t.finding_event).values(
            finding=row.id,
            at=tx.now,
            kind="decided",
            by=clean(by),
            before=row.status,
            after=status.value,
            reason=clean(reason),
            until=until,
        )
    )
    tx.touch()
    tx.audit(
        by,
        "finding.decide",
        row.id,
        {"before": row.status, "after": status.value, "reason": reason, "until": until},
    )
    return rows.finding(tx.connection.execute(select(t.finding).where(where)).one(), tx.now)


def add_mark(tx: Transaction, location: str, time: int, text: str, *, by: str, kind: str, end: int | None) -> Mark:
    if kind not in MARK_KINDS:
        raise Problem("mark.bad_kind", kind=kind, known=", ".join(MARK_KINDS))
    made = Mark(f"M-{secrets.token_hex(6)}", tx.site, location, time, end, kind, clean(text), by, tx.now)
    tx.connection.execute(
        insert(t.mark).values(
            id=made.id,
            site=made.site,
            location=location,
            time=time,
            end_time=end,
            kind=kind,
            text=made.text,
            by=by,
            at=made.at,
            undone=False,
        )
    )
    tx.touch()
    tx.audit(by, "mark.add", made.id, {"location": location, "time": time})
    return made


def undo_mark(tx: Transaction, id: str, *, by: str) -> None:
    changed = tx.connection.execute(update(t.mark).where(t.mark.c.id == id).values(undone=True))
    if changed.rowcount == 0:
        raise Problem("mark.unknown", id=id)
    tx.touch()
    tx.audit(by, "mark.undo", id, {})


def put_remote_path(tx: Transaction, path: RemotePath) -> None:
    check_remote_path(path)
    mine = (t.remote_path.c.site == tx.site) & (t.remote_path.c.id == path.id)
    tx.connection.execute(delete(t.remote_path).where(mine))
    values = {c.name: getattr(path, c.name) for c in t.remote_path.c if c.name != "site"}
    texts = {name: clean(value) for name, value in values.items() if isinstance(value, str)}
    values["weekly"] = [[week.days, week.start, week.end] for week in path.weekly]
    lists = {name: dumps(values[name]) for name in ("peers", "devices", "services", "windows", "weekly", "countries")}
    tx.connection.execute(insert(t.remote_path).values({**values, **texts, **lists, "site": tx.site}))
    tx.touch()
    tx.audit(
        path.by,
        "remote_path.put",
        path.id,
        {"vendor": path.vendor, "peers": path.peers, "devices": path.devices, "ticket": path.ticket},
    )


def end_remote_path(tx: Transaction, id: str, *, by: str, reason: str) -> RemotePath:
    _reasoned(by, reason)
    where = (t.remote_path.c.site == tx.site) & (t.remote_path.c.id == id)
    changed = tx.connection.execute(
        update(t.remote_path).where(where, t.remote_path.c.ended.is_(False)).values(ended=True, ended_at=tx.now)
    )
    if changed.rowcount == 0:
        raise Problem("remote.unknown", id=id)
    tx.touch()
    tx.audit(by, "remote_path.end", id, {"reason": clean(reason)})
    return rows.remote_path(tx.connection.execute(select(t.remote_path).where(where)).one())


def check_remote_path(path: RemotePath) -> None:
    """What would make the register say what nobody meant."""
    if not path.by.strip():
        raise Problem("decision.no_reason")
    if not path.peers or not path.devices:
        raise Problem("remote.incomplete")
    for peer in path.peers:
        if "/" in peer:
            try:
                ipaddress.ip_network(peer, strict=False)
            except ValueError:
                raise Problem("remote.bad_peer", peer=peer) from None
    for start, end in path.windows:
        if end <= start:
            raise Problem("remote.bad_window")
    for week in path.weekly:
        well = week.days and all(0 <= day <= 6 for day in week.days) and week.start != week.end
        if not well or not all(_HOUR.fullmatch(time) for time in (week.start, week.end)):
            raise Problem("remote.bad_weekly", text=f"{week.days} {week.start}-{week.end}")
    for code in path.countries:
        if not _COUNTRY.fullmatch(code):
            raise Problem("remote.bad_country", text=code)


_HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_COUNTRY = re.compile(r"[A-Z]{2}")


def _reasoned(by: str, reason: str) -> None:
    if not by.strip() or not reason.strip():
        raise Problem("decision.no_reason")
