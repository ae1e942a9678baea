"""`audit verify`, `audit list`."""

from __future__ import annotations

from hinomi.cli.out import complain, put_json, put_table, say, t, when
from hinomi.home import Home


def verify(*, json: bool) -> int:
    """0 when the chain holds, 1 when it is broken."""
    verdict = Home().state.verify_audit()
    if json:
        put_json(verdict)
    elif verdict.broken_at is None:
        say(t("cli.audit_holds", entries=verdict.entries, head=verdict.head or "–"))
    else:
        complain(t("cli.audit_broken", seq=verdict.broken_at), t("cli.audit_broken_hint"))
    return 0 if verdict.broken_at is None else 1


def listing(limit: int, *, json: bool) -> None:
    home = Home()
    entries = home.state.audit_entries(limit=limit)
    if json:
        put_json(entries)
        return
    put_table(
        [t(f"head.{n}") for n in ("number", "time", "who", "act", "subject", "reason")],
        (
            (
                str(e.seq),
                when(e.at, home.settings.time_zone),
                e.actor,
                e.act,
                e.subject,
                str(e.detail.get("reason", "")),
            )
            for e in entries
        ),
    )
