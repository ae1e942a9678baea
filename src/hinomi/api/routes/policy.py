"""Allowed conduits between zones: seen, approved, tried against what was heard, switched on, written out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, BackgroundTasks

from hinomi.api import shapes_watch as shapes
from hinomi.api.again import work_out_again
from hinomi.api.deps import TheActor, TheHome, TheLook
from hinomi.api.findings_text import evidence
from hinomi.api.look import Look
from hinomi.api.words import when_or_none

if TYPE_CHECKING:
    from hinomi.home import Home
    from hinomi.watch import Conduit
    from hinomi.watch.policy import Seen

router = APIRouter(prefix="/api/policy", tags=["policy"])

LINES_MAX = 2_000
_SHOWN = 6


@router.get("")
def policy(home: TheHome, look: TheLook) -> shapes.Policy:
    """Kinds of traffic between zones, and what the approved ones would have rung for."""
    return look.memo("policy", lambda: _whole(home, look))


@router.post("/approve")
def approve(
    home: TheHome, look: TheLook, actor: TheActor, ask: shapes.ApproveAsk, later: BackgroundTasks
) -> shapes.Policy:
    """A person approves kinds of traffic."""
    from hinomi.pipeline.conduits import approve as keep
    from hinomi.watch import Conduit

    wanted = [Conduit(one.source, one.target, one.service, one.proto, one.port) for one in ask.conduits]
    keep(home, wanted, by=actor.name, reason=ask.reason.strip())
    later.add_task(work_out_again, home)
    return _whole(home, look)


@router.post("/withdraw")
def withdraw(
    home: TheHome, look: TheLook, actor: TheActor, ask: shapes.WithdrawAsk, later: BackgroundTasks
) -> shapes.Policy:
    """A person takes an approval back."""
    from hinomi.pipeline.conduits import withdraw as take_back

    take_back(home, ask.ids, by=actor.name, reason=ask.reason.strip())
    later.add_task(work_out_again, home)
    return _whole(home, look)


@router.post("/switch")
def switch(
    home: TheHome, look: TheLook, actor: TheActor, ask: shapes.SwitchAsk, later: BackgroundTasks
) -> shapes.Policy:
    """From now on the watch rings, or no longer rings, for what no approved conduit covers."""
    from hinomi.pipeline.conduits import switch as turn

    turn(home, ask.on, by=actor.name, reason=ask.reason.strip())
    later.add_task(work_out_again, home)
    return _whole(home, look)


@router.get("/export/{form}")
def export(home: TheHome, form: str) -> shapes.PolicyText:
    """The approved conduits as text for a firewall (nftables, cisco, fortigate, yamaha). Hinomi applies nothing."""
    from hinomi.pipeline.conduits import export as write

    return shapes.PolicyText(form=form, text=write(home, form))


def _whole(home: Home, look: Look) -> shapes.Policy:
    from hinomi.pipeline.conduits import look as read

    found = read(home)
    return shapes.Policy(
        on=found.on,
        lines=[
            shapes.PolicyLine(
                id=line.id,
                conduit=_conduit(line.conduit),
                proposed=line.proposed,
                reason=line.conduit.reason,
                by=line.conduit.by,
                at=when_or_none(line.at),
                seen=_seen(look, line.seen) if line.seen else None,
            )
            for line in found.lines[:LINES_MAX]
        ],
        lines_left_out=max(0, len(found.lines) - LINES_MAX),
        would_ring=[
            shapes.WouldRing(conduit=_conduit(one.conduit), seen=_seen(look, one))
            for one in found.would_ring[:LINES_MAX]
        ],
        would_ring_total=len(found.would_ring),
    )


def _conduit(conduit: Conduit) -> shapes.PolicyConduit:
    return shapes.PolicyConduit(
        source=conduit.source, target=conduit.target, service=conduit.service, proto=conduit.proto, port=conduit.port
    )


def _seen(look: Look, seen: Seen) -> shapes.PolicySeen:
    return shapes.PolicySeen(
        hours=seen.count,
        days=len(seen.days),
        first=when_or_none(seen.first),
        last=when_or_none(seen.last),
        clients=look.refs(sorted(seen.clients)[:_SHOWN]),
        clients_total=len(seen.clients),
        servers=look.refs(sorted(seen.servers)[:_SHOWN]),
        servers_total=len(seen.servers),
        evidence=[shown for ref in seen.examples[:2] if (shown := evidence(ref)) is not None],
    )
