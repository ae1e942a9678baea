"""Notices: the channels, what waits, what went, and a test."""

from __future__ import annotations

from typing import Any, cast

from fastapi import APIRouter

from hinomi.api import shapes_notify as shapes
from hinomi.api.deps import TheActor, TheHome
from hinomi.api.shapes_ledger import ReasonAsk
from hinomi.api.words import when

router = APIRouter(prefix="/api/notices", tags=["notices"])


@router.get("")
def notices(home: TheHome) -> shapes.Notices:
    """Who is told by which way, and what became of the newest notices."""
    from hinomi.notify.channels import channels, secret

    return shapes.Notices(
        channels=[
            shapes.NotifyChannel(
                id=one.id, type=one.type, name=one.name, host=one.host, port=one.port, tls=one.tls, proto=one.proto,
                user=one.user, sender=one.sender, to=list(one.to), url=one.url, form=one.form,
                severity=cast("Any", one.severity), lang=one.lang, after_min=one.after_min,
                quiet_start=one.quiet_start, quiet_end=one.quiet_end, quiet_but=cast("Any", one.quiet_but),
                has_secret=bool(secret(home, one.id)), by=one.by,
            )
            for one in channels(home)
        ],
        counts=home.state.notice_counts(),
        newest=[
            shapes.NoticeRow(
                seq=one.seq, finding=one.finding, channel=one.channel, kind=one.kind, state=cast("Any", one.state),
                at=when(one.done_at or one.due_at), attempts=one.attempts, error=one.error,
            )
            for one in home.state.notices(50)
        ],
    )  # fmt: skip


@router.post("")
def put(home: TheHome, actor: TheActor, ask: shapes.ChannelAsk) -> shapes.Notices:
    """Adds a channel, or changes the one with this id."""
    from hinomi.notify.channels import Channel
    from hinomi.notify.channels import put as keep

    entries = ask.model_dump(exclude={"secret"}, mode="json")
    keep(home, Channel(**{**entries, "to": tuple(ask.to)}), by=actor.name, secret=ask.secret)
    return notices(home)


@router.post("/{id}/remove")
def remove(home: TheHome, actor: TheActor, id: str, ask: ReasonAsk) -> shapes.Notices:
    """Removes a channel. What waits for it is not sent any more."""
    from hinomi.notify.channels import remove as take_away

    home.state.audit(actor.name, "channel.remove", id, {"reason": ask.reason})
    take_away(home, id, by=actor.name)
    return notices(home)


@router.post("/{id}/test")
def test(home: TheHome, actor: TheActor, id: str) -> shapes.Tested:
    """Sends the newest finding, marked as a test."""
    from hinomi.notify.trial import send_newest

    home.state.audit(actor.name, "channel.test", id, {})
    _, reason = send_newest(home, id)
    return shapes.Tested(sent=not reason, error=reason)
