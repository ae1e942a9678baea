"""`sigma`: the community rules of this home, what they met, and what a person approved for them."""

from __future__ import annotations

from hinomi.cli.devices import again
from hinomi.cli.out import put_json, put_table, say, t
from hinomi.home import Home
from hinomi.pipeline import community


def listing(*, json: bool) -> None:
    home = Home()
    rules = community.rules(home)
    weights = {one.rule: one.severity for one in community.approved(home)}
    found = community.met(home)
    if json:
        put_json([community.told(rule, weights, found) for rule in rules])
        return
    if not rules:
        say(t("sigma.none", path=community.folder(home)))
        return
    put_table(
        [t(f"head.{n}") for n in ("rule", "title", "level", "severity", "status")],
        (
            (
                rule.id, rule.title, rule.level,
                t(f"severity.{weights.get(rule.id, 'low')}") if rule.where else "—",
                t("sigma.used", number=len(found.get(rule.id, ()))) if rule.where
                else t(f"sigma.problem_{rule.problem}", about=rule.about),
            )
            for rule in rules
        ),
    )  # fmt: skip


def approve(id: str, severity: str, *, by: str, reason: str) -> None:
    home = Home()
    made = community.approve(home, id, severity, by=by, reason=reason)
    again(home, needed=True)
    say(t("sigma.approved", id=made.rule, severity=t(f"severity.{made.severity}")))
