"""The map over time: how much was heard when, what ran between zones then, what differs between two days."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Annotated, Literal

from fastapi import APIRouter, Query

from hinomi.api import shapes
from hinomi.api.deps import TheHome, TheLook
from hinomi.api.look import OUTSIDE_ZONE, Look, Talk
from hinomi.api.problems import RefusedError
from hinomi.api.routes.map import conduits, conversation
from hinomi.api.words import when
from hinomi.home import Home

router = APIRouter(prefix="/api/map", tags=["map"])

HOUR_NS = 3_600_000_000_000
MS = 1_000_000
STEPS_MAX = 1000  # hours or days in one answer, the newest
SPAN_MAX_NS = 400 * 24 * HOUR_NS  # of one part of the map
CONDUITS_MAX = 5000  # in one answer, the heaviest
DEVICES_MAX = 50_000  # dots
LISTED_MAX = 200  # devices, conversations of each kind
SERVICES_MAX = 6
_DYNAMIC_PORT = 32768  # from here on a port that nobody recognised is one of the moment
_YEARS = range(1971, 2200)

Milliseconds = Annotated[int, Query(ge=0, le=4_000_000_000_000)]
Step = Literal["hour", "day"]


@router.get("/times")
def times(home: TheHome, look: TheLook, step: Step = "day") -> shapes.MapTimes:
    """How much was heard in each hour or day, oldest first."""
    return look.sums(f"map times {step}", lambda: _times(home, step))


@router.get("/part")
def part(look: TheLook, start_ms: Milliseconds, end_ms: Milliseconds) -> shapes.MapPart:
    """What ran between the zones in the hours that begin in [start, end)."""
    start, end = start_ms * MS, end_ms * MS
    if not 0 < end - start <= SPAN_MAX_NS:
        raise RefusedError("api.not_understood", 422)
    talks = look.talks_in(start, end)
    rooms = Counter(look.place(device) for device in _heard(talks))
    lines = conduits(look, talks)
    return shapes.MapPart(
        zones=[shapes.MapHeard(id=id, devices=number) for id, number in sorted(rooms.items())],
        conduits=lines[:CONDUITS_MAX],
        conduits_left_out=max(0, len(lines) - CONDUITS_MAX),
    )


@router.get("/devices")
def devices(look: TheLook) -> shapes.MapDevices:
    """Every device and its room, those with a finding first in each."""
    return look.memo("map devices", lambda: _devices(look))


@router.get("/difference")
def difference(home: TheHome, look: TheLook, before: dt.date, after: dt.date) -> shapes.MapDifference:
    """What was heard on one of two days and not on the other: lines, devices of the house, conversations."""
    if before == after or before.year not in _YEARS or after.year not in _YEARS:
        raise RefusedError("api.not_understood", 422)
    days = [_day(home, day) for day in (before, after)]
    old, new = (look.talks_in(*_bounds(home, day)) for day in (before, after))
    lines = _changes(look, old, new)
    devices_old, devices_new = ({id for id in _heard(talks) if _inside(look, id)} for talks in (old, new))
    talks_old, talks_new = _by_kind(old), _by_kind(new)
    came, went = sorted(devices_new - devices_old), sorted(devices_old - devices_new)
    begun = [talk for kind, talk in talks_new.items() if kind not in talks_old]
    ended = [talk for kind, talk in talks_old.items() if kind not in talks_new]
    return shapes.MapDifference(
        before=days[0],
        after=days[1],
        conduits=lines[:CONDUITS_MAX],
        conduits_left_out=max(0, len(lines) - CONDUITS_MAX),
        devices_new=look.refs(came[:LISTED_MAX]),
        devices_new_total=len(came),
        devices_gone=look.refs(went[:LISTED_MAX]),
        devices_gone_total=len(went),
        talks_new=[conversation(look, talk) for talk in begun[:LISTED_MAX]],
        talks_new_total=len(begun),
        talks_gone=[conversation(look, talk) for talk in ended[:LISTED_MAX]],
        talks_gone_total=len(ended),
    )


def _devices(look: Look) -> shapes.MapDevices:
    rows = []
    for id, item in look.summaries.items():
        state = 2 if look.waiting_by_device.get(id) else 1 if item.type in ("", "unknown") else 0
        rows.append((look.place(id), -state, item.label, id))
    rows.sort()
    shown = rows[:DEVICES_MAX]
    zones = {zone: number for number, zone in enumerate(dict.fromkeys(row[0] for row in shown))}
    return shapes.MapDevices(
        zones=list(zones),
        place=[zones[row[0]] for row in shown],
        ids=[row[3] for row in shown],
        labels=[row[2] for row in shown],
        states=[-row[1] for row in shown],
        left_out=len(rows) - len(shown),
    )


# ---------------------------------------------------------------- hours and days


def _zone(home: Home) -> zoneinfo.ZoneInfo:
    return zoneinfo.ZoneInfo(home.settings.time_zone)


def _midnight(zone: zoneinfo.ZoneInfo, day: dt.date) -> int:
    return int(dt.datetime.combine(day, dt.time(), zone).timestamp()) * 1_000_000_000


def _bounds(home: Home, day: dt.date) -> tuple[int, int]:
    zone = _zone(home)
    return _midnight(zone, day), _midnight(zone, day + dt.timedelta(days=1))


def _day(home: Home, day: dt.date) -> shapes.MapTime:
    start, end = _bounds(home, day)
    found = _sums(home, start, end)
    return _time(start, end, day, found.values())


_Sum = tuple[int, int, int]  # bytes, flows, 1 when the tap listened


def _sums(home: Home, start: int, end: int) -> dict[int, _Sum]:
    """By the start of the hour."""
    told = home.history.sql(
        "SELECT hour, sum(bytes_up + bytes_down)::BIGINT, sum(flows)::BIGINT FROM conversation"
        " WHERE hour >= ? AND hour < ? GROUP BY hour",
        [start, end],
    )
    listened = home.history.sql("SELECT DISTINCT hour FROM coverage WHERE hour >= ? AND hour < ?", [start, end])
    sums: dict[int, _Sum] = {hour: (0, 0, 1) for hour in listened.column(0).to_pylist()}
    for hour, volume, flows in zip(*(column.to_pylist() for column in told.columns), strict=True):
        sums[hour] = (volume, flows, 1)
    return sums


def _time(start: int, end: int, day: dt.date, sums: Iterable[_Sum]) -> shapes.MapTime:
    all_of = list(sums)
    return shapes.MapTime(
        at=when(start),
        end=when(end),
        day=day.isoformat(),
        bytes=sum(one[0] for one in all_of),
        flows=sum(one[1] for one in all_of),
        hours=sum(one[2] for one in all_of),
    )


def _times(home: Home, step: Step) -> shapes.MapTimes:
    sums = _sums(home, 0, 2**62)
    if not sums:
        return shapes.MapTimes(items=[], left_out=0)
    zone = _zone(home)

    def day_of(hour: int) -> dt.date:
        return dt.datetime.fromtimestamp(hour // 1_000_000_000, zone).date()

    if step == "hour":
        last, count = max(sums), (max(sums) - min(sums)) // HOUR_NS + 1
        starts = range(last - (min(count, STEPS_MAX) - 1) * HOUR_NS, last + 1, HOUR_NS)
        return shapes.MapTimes(
            items=[_time(at, at + HOUR_NS, day_of(at), [sums[at]] if at in sums else []) for at in starts],
            left_out=max(0, count - STEPS_MAX),
        )
    by_day: dict[dt.date, list[_Sum]] = defaultdict(list)
    for hour, one in sums.items():
        by_day[day_of(hour)].append(one)
    newest, count = max(by_day), (max(by_day) - min(by_day)).days + 1
    days = [newest - dt.timedelta(days=ago) for ago in reversed(range(min(count, STEPS_MAX)))]
    return shapes.MapTimes(
        items=[_time(*_bounds(home, day), day, by_day.get(day, ())) for day in days],
        left_out=max(0, count - STEPS_MAX),
    )


# ---------------------------------------------------------------- what differs


def _heard(talks: Iterable[Talk]) -> set[str]:
    """Devices that said something: who asked, and who answered."""
    found: set[str] = set()
    for talk in talks:
        found.add(talk.client)
        if talk.answered:
            found.add(talk.server)
    return found


def _inside(look: Look, device: str) -> bool:
    return look.place(device) != OUTSIDE_ZONE


def _word(talk: Talk) -> str:
    return talk.service or (f"{talk.proto}/{talk.port}" if talk.port < _DYNAMIC_PORT else talk.proto)


def _by_kind(talks: Iterable[Talk]) -> dict[tuple[str, str, str], Talk]:
    """The heaviest of each kind, heaviest first; ports of the moment are no kind of their own."""
    kinds: dict[tuple[str, str, str], Talk] = {}
    for talk in talks:
        kinds.setdefault((talk.client, talk.server, _word(talk)), talk)
    return kinds


def _changes(look: Look, old: list[Talk], new: list[Talk]) -> list[shapes.ConduitChange]:
    """Every line of both days: those of one day only first, then the heaviest."""
    before, after = ({(one.a, one.b): one for one in conduits(look, talks)} for talks in (old, new))
    services_before, services_after = _services(look, old), _services(look, new)
    changes = []
    for key in before.keys() | after.keys():
        was, now = before.get(key), after.get(key)
        known = now or was
        assert known is not None
        was_spoken, now_spoken = services_before[key], services_after[key]
        changes.append(
            shapes.ConduitChange(
                a=key[0],
                b=key[1],
                change="both" if was and now else "new" if now else "gone",
                bytes_before=was.bytes_ab + was.bytes_ba if was else 0,
                bytes_after=now.bytes_ab + now.bytes_ba if now else 0,
                services_new=sorted(now_spoken - was_spoken)[:SERVICES_MAX],
                services_gone=sorted(was_spoken - now_spoken)[:SERVICES_MAX],
                findings=known.findings,
            )
        )
    rank = {"new": 0, "gone": 1, "both": 2}
    return sorted(changes, key=lambda one: (rank[one.change], -one.bytes_before - one.bytes_after, one.a, one.b))


def _services(look: Look, talks: Iterable[Talk]) -> defaultdict[tuple[str, str], set[str]]:
    spoken: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for talk in talks:
        a, b = look.place(talk.client), look.place(talk.server)
        if a != b:
            spoken[min(a, b), max(a, b)].add(_word(talk))
    return spoken
