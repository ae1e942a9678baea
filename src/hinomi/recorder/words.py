"""What people recorded about the desk: regulatory decision, consent, release, invitations; the index of records.

All of it are filed entries of the state: never changed, only followed by a newer one, each in the audit chain.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from hinomi.recorder.folder import RecordMeta, load_meta, save_meta
from hinomi.texts import Problem

REGULATORY, CONSENT, OPERATION = "desk.regulatory", "desk.consent", "desk.operation"
LAYOUT, INVITATION, ADVICE = "desk.layout", "desk.invitation", "desk.advice"
INVITATION_HOURS_MAX = 24.0
STROKES_MAX = 5_000  # of one record


class Entry(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def body(self) -> Mapping[str, Any]: ...
    @property
    def by(self) -> str: ...
    @property
    def at(self) -> int: ...


class Files(Protocol):
    """What is needed of the state."""

    def file(self, kind: str, body: Mapping[str, Any], *, by: str, id: str = ..., gone: bool = ...) -> Any: ...
    def filed(self, kind: str, *, gone: bool = ...) -> list[Any]: ...


@dataclass(frozen=True, slots=True)
class Permission:
    """Whether live values may be shown, and who decided so with which words."""

    allowed: bool
    decision: str  # medical-device | not-medical-device | "" when nobody decided
    reason: str = ""
    by: str = ""
    at: int = 0


def decide_regulatory(state: Files, decision: str, reason: str, *, by: str) -> None:
    """Files the owner's decision on プログラム医療機器 該当性.

    Args:
        decision: `not-medical-device` or `medical-device` (approved as such) switch live values on,
            `off` switches them off again.
    """
    if decision not in ("not-medical-device", "medical-device", "off"):
        raise Problem("desk.bad_decision", decision=decision)
    if len(reason.strip()) < 10:
        raise Problem("desk.reason_short")
    state.file(REGULATORY, {"decision": decision, "reason": reason}, by=by, id="regulatory")


def permission(state: Files) -> Permission:
    entries: list[Entry] = state.filed(REGULATORY)
    if not entries:
        return Permission(False, "")
    last = entries[-1]
    decision = str(last.body["decision"])
    return Permission(decision != "off", decision, str(last.body["reason"]), last.by, last.at)


# A value younger than this is a live display, whatever page shows it.
LIVE_NS = 10 * 60 * 1_000_000_000


def shown_until(state: Files, now: int, start: int = 0) -> int | None:
    """Until when values may be shown while no decision is recorded; None: it is, and there is no bound.

    Raises:
        hinomi.texts.Problem: what is asked for begins later than that.
    """
    if permission(state).allowed:
        return None
    if start >= now - LIVE_NS:
        raise Problem("desk.not_decided")
    return now - LIVE_NS


def consent(state: Files, room: str) -> Mapping[str, Any] | None:
    """The rule under which room video may start; None: no rule, so it does not start."""
    rules: list[Entry] = [entry for entry in state.filed(CONSENT) if entry.id == room]
    return rules[-1].body if rules else None


def consents(state: Files) -> list[Entry]:
    """The rules in force, one a room."""
    return list(state.filed(CONSENT))


def give_consent(state: Files, room: str, rule: str, *, by: str) -> None:
    if len(rule.strip()) < 10:
        raise Problem("desk.reason_short")
    state.file(CONSENT, {"room": room, "rule": rule}, by=by, id=room)


def withdraw_consent(state: Files, room: str, *, by: str) -> None:
    if consent(state, room) is None:
        raise Problem("desk.consent_unknown", room=room)
    state.file(CONSENT, {"room": room}, by=by, id=room, gone=True)


# --- records


def note_record(state: Files, meta: RecordMeta) -> None:
    """The record's line in the index."""
    state.file(
        OPERATION,
        {
            "room": meta.room, "start": meta.start, "end": meta.end, "started_by": meta.started_by,
            "ended_by": meta.ended_by, "lab": meta.lab, "samples": meta.samples, "lost": dict(meta.lost),
            "released": meta.released,
        },
        by="recorder",
        id=meta.id,
    )  # fmt: skip


def release(state: Files, root: Path, id: str, *, by: str) -> None:
    """A person says that a record may go when room is needed.

    Raises:
        Problem: there is no such record, or it is still being made.
    """
    folder = folder_of(root, id)
    meta = load_meta(folder)
    if meta.end is None:
        raise Problem("desk.record_open", id=id)
    meta.released = True
    save_meta(folder, meta)
    note_record(state, meta)
    state.file("desk.release", {"record": id}, by=by, id=id)


def removed(state: Any, id: str) -> None:
    """A released record went to make room: its line leaves the index, the audit keeps that it was there."""
    state.file(OPERATION, {}, by="recorder", id=id, gone=True)
    state.audit("recorder", "desk.removed", id, {})


def folder_of(root: Path, id: str) -> Path:
    """Raises Problem: no record of that name."""
    folder = root / id
    if not id or "/" in id or id.startswith(".") or not (folder / "record.json").exists():
        raise Problem("desk.record_unknown", id=id)
    return folder


# --- invitations


@dataclass(frozen=True, slots=True)
class Invitation:
    id: str
    room: str
    name: str
    until: int
    by: str


def invite(state: Files, room: str, name: str, hours: float, *, by: str) -> tuple[Invitation, str]:
    """An invitation that ends, and its word, which is shown once and kept only as a hash."""
    if not 0 < hours <= INVITATION_HOURS_MAX:
        raise Problem("desk.invitation_hours", most=INVITATION_HOURS_MAX)
    word = secrets.token_urlsafe(18)
    until = time.time_ns() + int(hours * 3600e9)
    made = state.file(
        INVITATION,
        {"room": room, "name": name, "until": until, "hash": _hash(word)},
        by=by,
        id=f"V-{secrets.token_hex(5)}",
    )
    return Invitation(made.id, room, name, until, by), word


def end_invitation(state: Files, id: str, *, by: str) -> None:
    if not any(entry.id == id for entry in state.filed(INVITATION)):
        raise Problem("desk.invitation_unknown")
    state.file(INVITATION, {}, by=by, id=id, gone=True)


def invitations(state: Files) -> list[Invitation]:
    """Those that have not ended."""
    now = time.time_ns()
    return [
        Invitation(e.id, str(e.body["room"]), str(e.body["name"]), int(e.body["until"]), e.by)
        for e in state.filed(INVITATION)
        if int(e.body["until"]) > now
    ]


def guest(state: Files, word: str) -> Invitation | None:
    """Whose word it is; None when it never was one, or has ended."""
    digest = _hash(word)
    live = {one.id: one for one in invitations(state)}
    for entry in state.filed(INVITATION):
        if hmac.compare_digest(str(entry.body["hash"]), digest):
            return live.get(entry.id)
    return None


def _hash(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()


def keep_advice(state: Files, record: str, stroke: Mapping[str, Any], by: str) -> None:
    """Raises Problem: the record has STROKES_MAX already."""
    if sum(1 for entry in state.filed(ADVICE) if entry.body["record"] == record) >= STROKES_MAX:
        raise Problem("desk.full", what="advice", most=STROKES_MAX)
    state.file(ADVICE, {"record": record, "stroke": dict(stroke)}, by=by)
