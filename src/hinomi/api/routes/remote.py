"""The register of remote-maintenance paths (リモート保守台帳), and each session held against it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from fastapi import APIRouter, BackgroundTasks

from hinomi.api import shapes_watch as shapes
from hinomi.api.again import work_out_again
from hinomi.api.deps import TheActor, TheHome, TheLook
from hinomi.api.findings_text import evidence
from hinomi.api.look import Look
from hinomi.api.problems import RefusedError
from hinomi.api.shapes_ledger import ReasonAsk
from hinomi.api.words import nanoseconds, when, when_or_none

if TYPE_CHECKING:
    from hinomi.home import Home
    from hinomi.pipeline.register import Declared, Found, Register
    from hinomi.watch.paths import Box, FoundSession

router = APIRouter(prefix="/api/remote", tags=["remote maintenance"])

SESSIONS_MAX = 500


@router.get("")
def register(home: TheHome, look: TheLook) -> shapes.RemoteRegister:
    """Paths that were declared, paths that were only heard, and the visits, newest first."""
    return look.memo("remote", lambda: _register(home, look))


@router.post("")
def declare(
    home: TheHome, look: TheLook, actor: TheActor, ask: shapes.RemotePathAsk, later: BackgroundTasks
) -> shapes.RemoteRegister:
    """Adds a path, or changes the one with this id. A found path is adopted by sending it with its vendor."""
    from hinomi.pipeline.register import declare as keep
    from hinomi.pipeline.register import new_id
    from hinomi.store.state import RemotePath, WeeklyTime

    try:
        windows = tuple((nanoseconds(window.start), nanoseconds(window.end)) for window in ask.windows)
    except (ValueError, OverflowError) as error:
        raise RefusedError("api.not_understood", 422) from error
    path = RemotePath(
        id=ask.id or new_id(),
        vendor=ask.vendor.strip(),
        peers=tuple(dict.fromkeys(peer.strip() for peer in ask.peers if peer.strip())),
        devices=tuple(dict.fromkeys(ask.devices)),
        by=actor.name,
        at=_now(),
        services=tuple(dict.fromkeys(ask.services)),
        windows=windows,
        weekly=tuple(WeeklyTime(tuple(sorted(set(week.days))), week.start, week.end) for week in ask.weekly),
        countries=tuple(code.upper() for code in ask.countries),
        line=ask.line,
        box=ask.box,
        firmware=ask.firmware,
        approver=ask.approver.strip(),
        ticket=ask.ticket.strip(),
        note=ask.note,
    )
    keep(home, path)
    later.add_task(work_out_again, home)
    return _register(home, look)


@router.post("/{id}/end")
def end(
    home: TheHome, look: TheLook, actor: TheActor, id: str, ask: ReasonAsk, later: BackgroundTasks
) -> shapes.RemoteRegister:
    """From now on nothing may come by this path. The row stays."""
    home.state.end_remote_path(id, by=actor.name, reason=ask.reason.strip())
    later.add_task(work_out_again, home)
    return _register(home, look)


def _now() -> int:
    from hinomi.store.state.clock import now_ns

    return now_ns()


def _register(home: Home, look: Look) -> shapes.RemoteRegister:
    from hinomi.pipeline.register import look as read

    found: Register = read(home)
    return shapes.RemoteRegister(
        paths=[_declared(look, one) for one in found.paths],
        found=[_found(look, one) for one in found.found],
        sessions=[_session(look, one) for one in found.sessions[:SESSIONS_MAX]],
        sessions_total=len(found.sessions),
    )


def _box(box: Box | None) -> shapes.RemoteBox | None:
    if box is None:
        return None
    return shapes.RemoteBox(device=box.device, label=box.label, maker=box.maker, model=box.model, firmware=box.firmware)


def _peers(look: Look, peers: tuple[str, ...]) -> list[shapes.RemotePeer]:
    return [shapes.RemotePeer(value=peer, device=look.ref(peer) if peer in look.summaries else None) for peer in peers]


def _declared(look: Look, one: Declared) -> shapes.RemotePath:
    path = one.path
    return shapes.RemotePath(
        id=path.id,
        state="ended" if path.ended else "declared",
        vendor=path.vendor,
        peers=_peers(look, path.peers),
        devices=look.refs(path.devices),
        services=list(path.services),
        windows=[shapes.TimeSpan(start=when(start), end=when(end)) for start, end in path.windows],
        weekly=[shapes.WeeklyTime(days=list(week.days), start=week.start, end=week.end) for week in path.weekly],
        countries=list(path.countries),
        line=path.line,
        box=path.box,
        firmware=path.firmware,
        seen_box=_box(one.box),
        approver=path.approver,
        ticket=path.ticket,
        note=path.note,
        by=path.by,
        at=when_or_none(path.at),
        visits=one.visits,
        breaches=one.breaches,
        last=when_or_none(one.last),
    )


def _found(look: Look, one: Found) -> shapes.RemotePath:
    path = one.path
    return shapes.RemotePath(
        id=path.id, state="found", vendor="", peers=_peers(look, path.peers), devices=look.refs(path.devices),
        services=list(path.services), windows=[], weekly=[], countries=[], line="", box="", firmware="",
        seen_box=_box(one.box), approver="", ticket="", note="", by="", at=None, visits=one.visits,
        breaches=one.visits, last=when_or_none(one.last),
    )  # fmt: skip


def _session(look: Look, one: FoundSession) -> shapes.RemoteSession:
    return shapes.RemoteSession(
        client=look.ref(one.client) if one.client in look.summaries else None,
        client_ip=one.client_ip,
        origin_kind=one.origin_kind,
        country=one.country,
        device=look.ref(one.device),
        kind=one.kind,
        services=list(one.services),
        verdict=cast("shapes.Verdict", one.register),
        path=one.path,
        first=when(one.first),
        last=when(one.last),
        connections=one.count,
        bytes_sent=one.sent_bytes,
        bytes_received=one.received_bytes,
        touched=look.refs(one.touched),
        evidence=[shown for ref in one.evidence if (shown := evidence(ref)) is not None],
    )
