"""People's words on devices: merge, split, undo, groups; and what stands beside a device."""

from __future__ import annotations

import logging
from dataclasses import replace

from fastapi import APIRouter, BackgroundTasks

from hinomi.api import shapes_inventory as shapes
from hinomi.api.deps import TheActor, TheHome, TheLook
from hinomi.api.look import Look
from hinomi.api.problems import not_found
from hinomi.api.routes.ledger import held_now
from hinomi.api.shapes import Words
from hinomi.api.shapes_ledger import ReasonAsk
from hinomi.api.words import when, when_or_none
from hinomi.home import Home
from hinomi.inventory import places
from hinomi.pipeline import refresh, utilisation
from hinomi.pipeline.groups import groups, name
from hinomi.texts import Problem
from hinomi.watch import knowledge

router = APIRouter(prefix="/api", tags=["words"])
_log = logging.getLogger("hinomi.api")
MEMBERS_SHOWN = 20
MANY = ("department", "location", "owner")  # what may be said of many devices at once


def _again(home: Home) -> None:
    """Works the devices out anew; a process that writes meanwhile takes the words up by itself."""
    try:
        refresh(home)
    except Problem as problem:
        if problem.id != "home.locked":
            _log.warning("%s", problem.sentence())


def _follow(home: Home, tasks: BackgroundTasks, ids: list[str], taught: str = "") -> shapes.Said:
    working = bool(home.state.captures())
    if working:
        tasks.add_task(_again, home)
    return shapes.Said(ids=ids, working=working, taught=taught)


@router.post("/devices/{id}/merge")
def merge(home: TheHome, actor: TheActor, tasks: BackgroundTasks, id: str, ask: shapes.MergeAsk) -> shapes.Said:
    """Two devices are one: kept, and undone with one click."""
    made = home.state.decide_device(id, "merge", by=actor.name, reason=ask.reason, other=ask.other)
    return _follow(home, tasks, [made.id])


@router.post("/devices/{id}/split")
def split(home: TheHome, actor: TheActor, tasks: BackgroundTasks, id: str, ask: shapes.SplitAsk) -> shapes.Said:
    """An address of this device is another device."""
    made = home.state.decide_device(id, "split", by=actor.name, reason=ask.reason, other=ask.address)
    return _follow(home, tasks, [made.id])


@router.post("/decisions/{id}/undo")
def undo(home: TheHome, actor: TheActor, tasks: BackgroundTasks, id: str, ask: ReasonAsk) -> shapes.Said:
    """Takes a person's word back; what the packets say holds again."""
    made = home.state.undo_decision(id, by=actor.name, reason=ask.reason)
    return _follow(home, tasks, [made.id])


@router.post("/device-words")
def say_of_many(home: TheHome, actor: TheActor, ask: shapes.ManyAsk) -> shapes.Said:
    """The same department, room or owner on many devices: all of them or none; shows at once."""
    said = {name: value.strip() for name in MANY if (value := getattr(ask, name)).strip()}
    if not said:
        raise Problem("group.nothing_said", known=", ".join(MANY))
    made = home.state.decide_devices(list(dict.fromkeys(ask.devices)), said, by=actor.name, reason=ask.reason)
    return shapes.Said(ids=[one.id for one in made], working=False)


@router.post("/device-words/undo")
def undo_many(home: TheHome, actor: TheActor, tasks: BackgroundTasks, ask: shapes.UndoManyAsk) -> shapes.Said:
    """Takes many words back in one step; what the packets say holds again."""
    made = home.state.undo_decisions(list(dict.fromkeys(ask.ids)), by=actor.name, reason=ask.reason)
    return _follow(home, tasks, [one.id for one in made])


@router.get("/groups")
def grouped(home: TheHome, look: TheLook) -> shapes.Groups:
    """Unknown devices that are alike, largest group first: one answer names many."""
    return look.memo("groups", lambda: _groups(home, look))


def _groups(home: Home, look: Look) -> shapes.Groups:
    found = groups(home)
    members = sum(len(group.members) for group in found)
    unknown = sum(1 for d in look.summaries.values() if not d.outside and d.type in ("", "unknown"))
    return shapes.Groups(
        items=[
            shapes.Group(
                id=group.id,
                count=len(group.members),
                members=look.refs(device.id for device in group.members[:MEMBERS_SHOWN]),
                shared=[shapes.SharedClue(clue=clue, value=value) for clue, value in group.shared[:8]],
                teachable=(
                    shapes.SharedClue(clue=group.lesson.clue, value=group.lesson.value) if group.lesson else None
                ),
            )
            for group in found
        ],
        alone=max(0, unknown - members),
    )


@router.post("/groups/{id}/name")
def name_group(home: TheHome, actor: TheActor, tasks: BackgroundTasks, id: str, ask: shapes.GroupAsk) -> shapes.Said:
    """A person's word on every device of a group; with `teach`, also an entry of knowledge."""
    gives = {
        "type": ask.type,
        "manufacturer": ask.manufacturer,
        "model": ask.model,
        "department": ask.department,
    }
    made, file = name(home, id, gives, by=actor.name, reason=ask.reason, teaching=ask.teach)
    return _follow(home, tasks, made, file)


@router.get("/devices/{id}/beside")
def beside(home: TheHome, look: TheLook, id: str) -> shapes.Beside:
    """Where switches say it is, what DHCP servers gave it, its row in the ledger, how much it is used."""
    device = home.state.device(id)
    if device is None:
        raise not_found()
    macs = {a.mac for a in device.addresses if a.mac}
    ips = {a.ip for a in device.addresses if a.ip}
    told = home.state.registers.told_places()
    where = places.located(told)
    return shapes.Beside(
        ports=[
            shapes.SwitchPort(
                switch=p.switch,
                port=p.port,
                vlan=p.vlan,
                behind=p.behind,
                uplink=p.uplink,
                mac=mac,
                at=when(p.told_at),
            )
            for mac in sorted(macs)
            if (p := where.get(mac)) is not None
        ],
        leases=[
            shapes.Lease(
                server=r.source,
                mac=r.mac,
                ip=r.ip,
                hostname=r.hostname,
                until=when_or_none(r.until),
                at=when(r.told_at),
            )
            for r in told
            if r.kind == places.LEASE and (r.mac in macs if macs else r.ip in ips)
        ],
        ledger=_in_ledger(home, look, id),
        use=_use(home, look, id),
    )


def _in_ledger(home: Home, look: Look, id: str) -> shapes.LedgerHit | None:
    try:
        kept = held_now(home, look)
    except Problem:
        return None
    match = next((m for m in kept.found.matches if m.device.id == id), None)
    if match is None:
        return None
    return shapes.LedgerHit(
        number=match.row.number,
        name=match.row.values.get("name", ""),
        asset_number=match.row.values.get("asset_number", ""),
        why=Words(ja=match.why_ja, en=match.why_en),
        differences=len(match.differences),
    )


def _use(home: Home, look: Look, id: str) -> shapes.Use:
    used = home.state.intervals(device=id)
    days = utilisation.by_day(used, home.settings.time_zone)
    heard = look.memo("hours heard", lambda: _hours_heard(home))
    mean = utilisation.hours_a_day(days, heard) if used else None
    return shapes.Use(
        answer=look.in_use(id),
        last=when_or_none(max((i.end for i in used), default=0)),
        hours_a_day=round(mean, 2) if mean is not None else None,
        days_heard=heard // 24,
        days=[shapes.UseDay(day=d.day, hours=round(d.hours, 2), times=d.times) for d in days],
    )


def _hours_heard(home: Home) -> int:
    row = home.history.sql("SELECT count(DISTINCT hour) AS hours FROM coverage").to_pylist()
    return int(row[0]["hours"] or 0) if row else 0


@router.post("/zones/{id}/name")
def name_zone(home: TheHome, actor: TheActor, tasks: BackgroundTasks, id: str, ask: shapes.ZoneAsk) -> shapes.Said:
    """A person names a zone that Hinomi proposed, or gives another name or kind to one that was named."""
    zone = next((one for one in home.state.zones() if one.id == id), None)
    if zone is None:
        raise not_found()
    if ask.kind not in knowledge.kinds():
        raise Problem("zone.bad_kind", kind=ask.kind, known=", ".join(knowledge.kinds()))
    named = replace(
        zone, kind=ask.kind, name_ja=ask.name_ja.strip(), name_en=ask.name_en.strip() or ask.name_ja.strip()
    )
    home.state.set_zones([named], by=actor.name)
    return _follow(home, tasks, [id])
