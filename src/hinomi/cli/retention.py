"""`retention show|set|hold|release|run`: how long rows and packets are kept."""

from __future__ import annotations

from dataclasses import asdict, replace

from hinomi.cli.out import put_json, put_table, say, t
from hinomi.filing import retention
from hinomi.home import Home


def show(*, json: bool) -> None:
    home = Home()
    told, steps, kept = retention.policy(home), retention.plan(home), retention.holds(home)
    if json:
        all_steps, all_holds = [asdict(one) for one in steps], [asdict(one) for one in kept]
        put_json({"policy": asdict(told), "plan": all_steps, "holds": all_holds})
        return
    for kind in retention.KINDS:
        days = getattr(told, kind)
        name = t(f"cli.retention_{kind}")
        say(t("cli.retention_days", kind=name, days=days) if days else t("cli.retention_ever", kind=name))
    if told.share:
        say(t("cli.retention_share", share=told.share))
    for one in kept:
        say(t("cli.retention_hold", id=one.id, first=one.first, last=one.last, reason=one.reason))
    going = [one for one in steps if not one.held_by]
    if not going:
        say(t("cli.retention_nothing"))
        return
    put_table(
        [t(f"head.{name}") for name in ("day", "kind", "rows", "bytes")],
        ((one.day, t(f"cli.retention_{one.kind}"), f"{one.rows:,}", f"{one.bytes:,}") for one in going),
    )


def change(values: dict[str, int | None], *, by: str) -> None:
    home = Home()
    told = {name: value for name, value in values.items() if value is not None}
    retention.set_policy(home, replace(retention.policy(home), **told), by=by)
    show(json=False)


def hold(first: str, last: str, reason: str, *, by: str) -> None:
    made = retention.hold(Home(), first, last, reason, by=by)
    say(t("cli.retention_hold", id=made.id, first=made.first, last=made.last, reason=made.reason))


def release(id: str, *, by: str) -> None:
    retention.end_hold(Home(), id, by=by)
    say(t("cli.retention_released", id=id))


def run(*, by: str) -> None:
    from hinomi.store.history.compact import compact

    home = Home()
    with home.writing():
        compact(home.history, home.state, home.staging_path)  # only whole days can go
        done = retention.apply(home, by=by)
    say(t("cli.retention_done", steps=done.steps, rows=f"{done.rows:,}", bytes=f"{done.bytes:,}"))
    home.close()
