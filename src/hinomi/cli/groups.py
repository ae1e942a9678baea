"""`group list|name`."""

from __future__ import annotations

from collections.abc import Mapping

from hinomi.cli.devices import again
from hinomi.cli.out import put_json, put_table, say, t
from hinomi.home import Home
from hinomi.pipeline.groups import groups
from hinomi.pipeline.groups import name as work


def listing(*, json: bool) -> None:
    found = groups(Home())
    if json:
        put_json(
            [{"id": g.id, "devices": [d.id for d in g.members], "shared": g.shared, "lesson": g.lesson} for g in found]
        )
        return
    put_table(
        [t(f"head.{n}") for n in ("group", "devices", "name", "shared", "teachable")],
        (
            (
                g.id,
                str(len(g.members)),
                " ".join(d.label for d in g.members[:5]),
                "; ".join(f"{clue}={value}" for clue, value in g.shared[:3]),
                f"{g.lesson.clue}={g.lesson.value}" if g.lesson else "",
            )
            for g in found
        ),
    )


def name(id: str, gives: Mapping[str, str], *, by: str, reason: str, teach: bool) -> None:
    home = Home()
    made, file = work(home, id, gives, by=by, reason=reason, teaching=teach)
    said = sum(1 for value in gives.values() if value)
    say(t("cli.group_named", number=len(made) // said))
    if file:
        say(t("cli.group_taught", file=file))
    again(home, needed=True)
