"""The life of findings.

    open ──decide──▶ acknowledged | explained | resolved ──▶ reopened
      ▲                                 │
      └───────────── decide ────────────┘

- A cause (site, detection, key) is one finding for ever; its id is made from them.
- A run that comes to it again widens first and last and keeps the larger count: reading the same
  capture twice therefore changes nothing.
- *resolved* is reopened when traffic newer than the decision shows the cause again; *explained*
  and *acknowledged* hold, until their expiry if they have one.
- Nothing is deleted, also not when a run no longer comes to it.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, delete, select, update

from hinomi.model import FindingDraft, Severity, Status
from hinomi.store.state import tables as t
from hinomi.store.state.bulk import insert_rows
from hinomi.store.state.codec import canonical, clean, dumps, evidence_to_list, loads
from hinomi.store.state.rows import SEVERITY_RANK, WAITING, Row
from hinomi.store.state.shapes import FindingChanges

MAX_EVIDENCE = 20


def finding_id(site: str, detection: str, key: str) -> str:
    """F-XXXXXXXX: short enough to say on the telephone, the same on every run."""
    digest = hashlib.blake2b("\0".join((site, detection, key)).encode(), digest_size=5).digest()
    return "F-" + base64.b32encode(digest).decode()


def put(connection: Connection, site: str, drafts: Sequence[FindingDraft], now: int) -> FindingChanges:
    known: dict[str, Row] = {
        row.id: row for row in connection.execute(select(t.finding).where(t.finding.c.site == site))
    }
    changes = FindingChanges([], [], [], [])
    inserts: list[dict[str, object]] = []
    updates: list[dict[str, object]] = []
    links: dict[str, list[str]] = {}
    events: list[dict[str, object]] = []
    for draft in _one_per_cause(drafts):
        id = finding_id(site, draft.detection, draft.key)
        row = known.get(id)
        if row is None:
            inserts.append({**_values(id, site, draft, now), "created_at": now, "updated_at": now, **_NEW})
            events.append(_event(id, now, "raised", None, Status.OPEN))
            links[id] = draft.devices
            changes.raised.append(id)
            continue
        values = _merge(row, draft, now)
        status = _status(row, draft, now)
        if status is not None:
            values["status"] = status.value
            kind = "reopened" if draft.last > (row.decided_last or 0) else "expired"
            events.append(_event(id, now, kind, Status(row.status), status))
            changes.reopened.append(id)
        elif any(values[name] != getattr(row, name) for name in values if name != "reproduced_at"):
            changes.seen_again.append(id)
            if values["severity_rank"] > row.severity_rank and Status(row.status) in WAITING:
                events.append(_event(id, now, "worse", Status(row.status), Status(row.status)))
            if draft.last > row.last_seen:
                events.append(_event(id, now, "seen_again", Status(row.status), Status(row.status)))
        else:
            changes.unchanged.append(id)
        if id not in changes.unchanged:
            values["updated_at"] = now
        if values["devices"] != row.devices:
            links[id] = draft.devices
        updates.append({"_id": id, **_current(row), **values})
    insert_rows(connection, t.finding, inserts)
    if updates:
        names = [name for name in updates[0] if name != "_id"]
        statement = update(t.finding).where(t.finding.c.id == bindparam("_id"))
        connection.execute(statement.values({name: bindparam(name) for name in names}), updates)
    _link(connection, links)
    insert_rows(connection, t.finding_event, events)
    return changes


_NEW: dict[str, object] = {
    "status": Status.OPEN.value,
    "decided_by": "",
    "decided_at": None,
    "decided_last": None,
    "reason": "",
    "until": None,
}


def _one_per_cause(drafts: Sequence[FindingDraft]) -> list[FindingDraft]:
    """Two drafts with one key are one cause: the worse one speaks, times and counts are joined."""
    causes: dict[tuple[str, str], FindingDraft] = {}
    for draft in drafts:
        cause = (draft.detection, draft.key)
        other = causes.get(cause)
        if other is None:
            causes[cause] = draft
            continue
        best, less = sorted((other, draft), key=lambda d: -SEVERITY_RANK[d.severity])
        causes[cause] = FindingDraft(
            **{
                **{name: getattr(best, name) for name in FindingDraft.__slots__},
                "first": min(best.first, less.first),
                "last": max(best.last, less.last),
                "count": best.count + less.count,
                "devices": list(dict.fromkeys([*best.devices, *less.devices])),
                "evidence": [*best.evidence, *less.evidence],
            }
        )
    return list(causes.values())


def _values(id: str, site: str, draft: FindingDraft, now: int) -> dict[str, object]:
    return {
        "id": id,
        "site": site,
        "detection": draft.detection,
        "key": clean(draft.key),
        "severity": draft.severity.value,
        "severity_rank": SEVERITY_RANK[draft.severity],
        "confidence": draft.confidence,
        "first_seen": draft.first,
        "last_seen": draft.last,
        "count": draft.count,
        "in_use": draft.in_use,
        "story": clean(draft.story),
        "devices": dumps(draft.devices),
        "facts": canonical(draft.facts),
        "evidence": dumps([evidence_to_list(e) for e in draft.evidence[:MAX_EVIDENCE]]),
        "reproduced_at": now,
    }


def _merge(row: Row, draft: FindingDraft, now: int) -> dict[str, object]:
    fresh = _values(row.id, row.site, draft, now)
    kept = loads(row.evidence)
    mine = [evidence_to_list(e) for e in draft.evidence]
    # The proof that people have looked at stays first, also when its capture is no longer read.
    evidence = [*kept, *(e for e in mine if e not in kept)][:MAX_EVIDENCE]
    worse = max(row.severity_rank, SEVERITY_RANK[draft.severity])
    return {
        **fresh,
        "severity": list(Severity)[worse].value,
        "severity_rank": worse,
        "first_seen": min(row.first_seen, draft.first),
        "last_seen": max(row.last_seen, draft.last),
        "count": max(row.count, draft.count),
        "evidence": dumps(evidence),
        "story": clean(draft.story) or row.story,
    }


def _current(row: Row) -> dict[str, object]:
    return {"status": row.status, "updated_at": row.updated_at}


def _status(row: Row, draft: FindingDraft, now: int) -> Status | None:
    """The new status, or None when it stays."""
    status = Status(row.status)
    if status in WAITING:
        return None
    if row.until is not None and row.until <= now:
        return Status.REOPENED
    if status is Status.RESOLVED and draft.last > (row.decided_last or 0):
        return Status.REOPENED
    return None


def _event(id: str, at: int, kind: str, before: Status | None, after: Status) -> dict[str, object]:
    return {
        "finding": id,
        "at": at,
        "kind": kind,
        "by": "hinomi",
        "before": before.value if before else None,
        "after": after.value,
        "reason": "",
        "until": None,
    }


def _link(connection: Connection, links: dict[str, list[str]]) -> None:
    ids = list(links)
    for start in range(0, len(ids), 500):
        part = ids[start : start + 500]
        connection.execute(delete(t.finding_device).where(t.finding_device.c.finding.in_(part)))
    rows = [
        {"finding": id, "device": device, "place": place}
        for id, devices in links.items()
        for place, device in enumerate(dict.fromkeys(devices))
    ]
    insert_rows(connection, t.finding_device, rows)
