"""Allowed conduits between zones, kept as people's words: approved, withdrawn, switched on.

What was seen comes from the conversations by the hour, so that asking costs little; the watch itself
looks at every connection. Nothing here reaches a firewall: the exports are texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hinomi.pipeline.look import talk_view
from hinomi.pipeline.told import CONDUIT, SWITCH, approved, policy_on
from hinomi.texts import Problem

if TYPE_CHECKING:
    from hinomi.home import Home
    from hinomi.watch import Conduit
    from hinomi.watch.policy import Seen

CONDUITS_MAX = 5_000


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of traffic from zone to zone: as it was seen, and whether a person approved it."""

    conduit: Conduit
    id: str  # '' while it is only seen
    seen: Seen | None  # null: approved, and not heard
    proposed: bool  # nothing speaks against proposing it
    at: int


@dataclass(frozen=True, slots=True)
class Policy:
    on: bool
    lines: list[Line]
    would_ring: list[Seen]  # with what is approved now, over all that was heard


def _key(conduit: Conduit) -> tuple[str, str, str, str, int]:
    return (conduit.source, conduit.target, conduit.service, conduit.proto, conduit.port)


def look(home: Home) -> Policy:
    """What was seen beside what is approved, and what that would ring for."""
    from hinomi.model import Status
    from hinomi.watch.policy import propose, simulate
    from hinomi.watch.sight import Sight

    sight = Sight(talk_view(home))
    kept = {_key(conduit): (id, at, conduit) for id, at, conduit in approved(home)}
    waiting = home.state.findings(status=(Status.OPEN, Status.REOPENED)).items
    lines = []
    heard = set()
    for seen, fit in propose(sight, waiting):
        id, at, conduit = kept.get(_key(seen.conduit), ("", 0, seen.conduit))
        heard.add(_key(conduit))
        lines.append(Line(conduit, id, seen, fit, at))
    lines += [Line(conduit, id, None, False, at) for key, (id, at, conduit) in kept.items() if key not in heard]
    would = simulate(sight, [conduit for _, _, conduit in kept.values()])
    return Policy(policy_on(home), lines, [one for one in would if one.conduit.source and one.conduit.target])


def approve(home: Home, conduits: Sequence[Conduit], *, by: str, reason: str) -> list[str]:
    """Approves kinds of traffic. What is approved already stays as it is."""
    if not by.strip() or not reason.strip():
        raise Problem("decision.no_reason")
    zones = {zone.id for zone in home.state.zones()} | {"external"}
    known = {_key(conduit) for _, _, conduit in approved(home)}
    if len(known) + len(conduits) > CONDUITS_MAX:
        raise Problem("policy.full", most=CONDUITS_MAX)
    for conduit in conduits:
        for end in (conduit.source, conduit.target):
            if end not in zones:
                raise Problem("policy.no_zone", zone=end)
    made = []
    for conduit in conduits:
        if _key(conduit) in known:
            continue
        body: dict[str, Any] = {
            "source": conduit.source, "target": conduit.target, "service": conduit.service, "proto": conduit.proto,
            "port": conduit.port, "reason": reason,
        }  # fmt: skip
        made.append(home.state.file(CONDUIT, body, by=by).id)
        known.add(_key(conduit))
    return made


def withdraw(home: Home, ids: Sequence[str], *, by: str, reason: str) -> None:
    if not by.strip() or not reason.strip():
        raise Problem("decision.no_reason")
    kept = {one.id: one for one in home.state.filed(CONDUIT)}
    for id in ids:
        if id not in kept:
            raise Problem("policy.unknown", id=id)
    for id in ids:
        home.state.file(CONDUIT, {**kept[id].body, "withdrawn": reason}, by=by, id=id, gone=True)


def switch(home: Home, on: bool, *, by: str, reason: str) -> None:
    """From now on the watch rings (or no longer rings) for what no approved conduit covers."""
    if not by.strip() or not reason.strip():
        raise Problem("decision.no_reason")
    if on and not approved(home):
        raise Problem("policy.empty")
    home.state.file(SWITCH, {"on": on, "reason": reason}, by=by, id="P-switch")


def export(home: Home, form: str) -> str:
    """The approved conduits as text for a firewall: nftables, cisco, fortigate or yamaha."""
    from hinomi.watch.policy import cisco_acl, fortigate, nftables, yamaha

    forms = {"nftables": nftables, "cisco": cisco_acl, "fortigate": fortigate, "yamaha": yamaha}
    if form not in forms:
        raise Problem("policy.bad_form", form=form, known=", ".join(forms))
    return str(forms[form]([conduit for _, _, conduit in approved(home)], home.state.zones()))
