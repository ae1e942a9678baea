"""`notify list|add|remove|test|queue|run`: who is told, by which way."""

from __future__ import annotations

import sys
from typing import Any

from hinomi.cli.out import note, put_json, put_table, say, t, when
from hinomi.home import Home
from hinomi.notify.channels import Channel, channels, put
from hinomi.notify.channels import remove as take_away
from hinomi.texts import Problem


def listing(*, json: bool) -> None:
    found = channels(Home())
    if json:
        put_json(found)
        return
    put_table(
        [t(f"head.{n}") for n in ("channel", "type", "name", "receiver", "severity", "quiet", "after")],
        (
            (
                one.id, one.type, one.name, where(one), t(f"severity.{one.severity}"),
                f"{one.quiet_start}-{one.quiet_end}" if one.quiet_start else "", str(one.after_min or ""),
            )
            for one in found
        ),
    )  # fmt: skip


def where(one: Channel) -> str:
    if one.type == "webhook":
        return one.url
    return " ".join(one.to) if one.type == "mail" else f"{one.proto}://{one.host}:{one.port}"


def add(entries: dict[str, Any], quiet: str, *, by: str, read_secret: bool) -> None:
    home = Home()
    start, _, end = quiet.partition("-")
    made = put(
        home, Channel(**entries, quiet_start=start, quiet_end=end), by=by,
        secret=sys.stdin.readline().rstrip("\n") if read_secret else None,
    )  # fmt: skip
    say(f"{made.id}  {made.name}  {where(made)}")


def remove(id: str, *, by: str) -> None:
    take_away(Home(), id, by=by)


def test(id: str) -> None:
    """Sends the newest finding, marked as a test."""
    from hinomi.notify.trial import send_newest

    channel, reason = send_newest(Home(), id)
    if reason:
        raise Problem("notify.failed", name=channel.name, reason=reason)
    say(t("notify.sent", name=channel.name))


def queue(*, json: bool) -> None:
    home = Home()
    counts, newest = home.state.notice_counts(), home.state.notices()
    if json:
        put_json({"counts": counts, "newest": newest})
        return
    names = {one.id: one.name for one in channels(home)}
    zone = home.settings.time_zone
    put_table(
        [t(f"head.{n}") for n in ("number", "finding", "channel", "kind", "state", "time", "attempts", "problem")],
        (
            (
                str(one.seq), one.finding, names.get(one.channel, one.channel), t(f"event.{one.kind}"), one.state,
                when(one.done_at or one.due_at, zone), str(one.attempts), one.error,
            )
            for one in newest
        ),
    )  # fmt: skip
    note("  ".join(f"{state} {number}" for state, number in sorted(counts.items())))


def run() -> None:
    """Delivers until stopped."""
    import threading

    from hinomi.notify.worker import Worker, only_one

    home = Home()
    with only_one(home) as mine:
        if not mine:
            raise Problem("notify.busy")
        Worker(home).run(threading.Event())
