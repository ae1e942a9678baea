"""How long rows and packets are kept: the policy, what it would remove, holds, and removing now."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from pydantic import SecretStr

from hinomi.api import shapes_retention as shapes
from hinomi.api.deps import TheActor, TheDoor, TheHome, TheWho
from hinomi.api.words import when, when_or_none
from hinomi.filing import retention
from hinomi.filing.retention import Policy, Step
from hinomi.people import OPERATOR, Door, Who, passwords
from hinomi.store.state import AuditFilter

router = APIRouter(prefix="/api/retention", tags=["settings"])


@router.get("")
def look(home: TheHome) -> shapes.Retention:
    """The policy, the holds, and what would go now."""
    last = home.state.find_audit(AuditFilter(act="retention.remove"), 1)
    told = retention.policy(home)
    return shapes.Retention(
        policy=shapes.RetentionPolicy(
            records=told.records, readings=told.readings, packets=told.packets, share=told.share
        ),
        days_min=retention.DAYS_MIN,
        holds=[
            shapes.Hold(
                id=one.id, first=one.first, last=one.last, reason=one.reason, by=one.by, at=when(one.at),
                incident=one.incident,
            )
            for one in retention.holds(home)
        ],
        plan=_summed(retention.plan(home)),
        removed_last=when_or_none(last[0].at if last else 0),
    )  # fmt: skip


@router.post("/look")
def preview(home: TheHome, ask: shapes.RetentionAsk) -> list[shapes.Removal]:
    """What another policy would remove now. Changes nothing."""
    return _summed(retention.plan(home, Policy(**ask.policy.model_dump())))


@router.post("")
def change(
    request: Request, home: TheHome, door: TheDoor, who: TheWho, actor: TheActor, ask: shapes.RetentionAsk
) -> shapes.Retention:
    """Another policy. It removes nothing by itself at once."""
    wanted = Policy(**ask.policy.model_dump())
    _again(request, door, who, ask.password)
    retention.set_policy(home, wanted, by=actor.name)
    return look(home)


@router.post("/run")
def run(
    request: Request, home: TheHome, door: TheDoor, who: TheWho, actor: TheActor, ask: shapes.RetentionRun
) -> shapes.Retention:
    """Removes now what the plan says. While an interface is listened to, the listening process does it by itself."""
    _again(request, door, who, ask.password)
    with home.writing():
        retention.apply(home, by=actor.name)
    return look(home)


@router.post("/holds")
def hold(home: TheHome, actor: TheActor, ask: shapes.HoldAsk) -> shapes.Retention:
    """Days that must stay."""
    retention.hold(home, ask.first, ask.last, ask.reason, by=actor.name)
    return look(home)


@router.post("/holds/{id}/end")
def end_hold(home: TheHome, actor: TheActor, id: str) -> shapes.Retention:
    """Ends a person's hold."""
    retention.end_hold(home, id, by=actor.name)
    return look(home)


def _again(request: Request, door: Door, who: Who, password: SecretStr) -> None:
    if who is not OPERATOR:
        address = request.client.host if request.client else ""
        door.ask_again(who, passwords.read(password.get_secret_value()), address=address)


def _summed(steps: list[Step]) -> list[shapes.Removal]:
    """Days of one kind and fate together."""
    groups: dict[tuple[Any, ...], list[Step]] = {}
    for one in steps:
        groups.setdefault((one.kind, one.why, bool(one.held_by)), []).append(one)
    return [
        shapes.Removal(
            kind=kind, why=why, held=held, days=len(found), first=min(one.day for one in found),
            last=max(one.day for one in found), rows=sum(one.rows for one in found),
            bytes=sum(one.bytes for one in found),
        )
        for (kind, why, held), found in sorted(groups.items())
    ]  # fmt: skip
