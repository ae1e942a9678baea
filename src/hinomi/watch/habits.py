"""What is usual for a device: with whom it talks, for what, which way, when, how much, and whom outside.

Learnt from the conversations by the hour; nothing is stored but people's words, so that what was learnt can
always be worked out again, and forgotten with the history it came from. Rules:

- A habit needs `DAYS_MIN` different days: nothing that happens within one day teaches anything.
- Only the last `WINDOW_DAYS` teach: a device that changes its work is followed.
- What an open finding rang for is not learnt (`WatchView.doubted`), nor what a person called unusual.
- Amounts are the middle of the days, which single large days do not move.
- A person's word, either way, stands above what was learnt.
- From the first minute the class serves: `knowledge/usual.toml`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np

from hinomi.columns import Columns, Rows, runs
from hinomi.model import Device

from . import knowledge, outside
from .who import parse

if TYPE_CHECKING:
    import pyarrow as pa

    from .who import Who

DAYS_MIN = 3
WINDOW_DAYS = 90
SAME_MAX = 40  # devices of a type that are asked what they are used to
HABITS_MAX = 300  # of one device; the seldomest are counted only
KINDS = ("peer", "outside", "service")
_HOUR = 3600 * 1_000_000_000
_DAY = 24 * _HOUR


@dataclass(frozen=True, slots=True)
class Word:
    """A person's word: this is usual for this device, or it is not."""

    device: str
    kind: str  # one of KINDS
    value: str  # Device.id of a peer, the registered part of a name (or an address) outside, a service
    usual: bool
    by: str = ""
    at: int = 0
    reason: str = ""


@dataclass(slots=True)
class Habit:
    """One thing that a device does, or that is done to it."""

    kind: str
    value: str
    asks: bool  # the device asks; else it is asked
    days: set[int] = field(default_factory=set)
    hours: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))  # day → hours, house's clock
    services: set[str] = field(default_factory=set)
    sent_by_day: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    got_by_day: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    first: int = 0
    last: int = 0

    @property
    def learnt(self) -> bool:
        return len(self.days) >= DAYS_MIN

    @property
    def sent_usual(self) -> int:
        """Bytes that the device sends on a middle day of those on which it did."""
        return int(np.median(list(self.sent_by_day.values()))) if self.sent_by_day else 0


@dataclass(slots=True)
class Habits:
    """All habits of one device."""

    device: str
    of: dict[tuple[str, str, bool], Habit] = field(default_factory=dict)
    days: set[int] = field(default_factory=set)
    left_out: int = 0

    def get(self, kind: str, value: str) -> list[Habit]:
        return [habit for asks in (True, False) if (habit := self.of.get((kind, value, asks)))]


class Usual:
    """The habits of the devices of one look, each worked out when it is asked for, and people's words."""

    def __init__(
        self, talks: pa.Table, who: Who, words: Iterable[Word] = (), doubted: Iterable[tuple[str, str, int]] = (),
        zone: str = "Asia/Tokyo",
    ) -> None:  # fmt: skip
        self._who = who
        self._words = {(word.device, word.kind, word.value): word for word in words}
        self._doubted: dict[frozenset[str], int] = {}
        for one, other, since in doubted:
            pair = frozenset((one, other))
            self._doubted[pair] = min(since, self._doubted.get(pair, since))
        self._zone = ZoneInfo(zone)
        self._clock: dict[int, int] = {}
        self._known: dict[str, Habits] = {}
        self._talks = talks if "hour" in talks.column_names and talks.num_rows else None

    # --- what is asked

    def of(self, device: str) -> Habits:
        """All habits of one device."""
        if device not in self._known:
            self._known[device] = self._learn(device)
        return self._known[device]

    @cached_property
    def first(self) -> int:
        """When the conversations begin; 0 where there are none."""
        return int(self._columns.numbers("first").min()) if self._talks is not None else 0

    def word(self, device: str, kind: str, value: str) -> Word | None:
        return self._words.get((device, kind, value))

    def standing(self, device: str, kind: str, value: str, before: int | None = None) -> str:
        """said_usual, said_unusual, learnt, seldom (heard, not often enough) or new; on the days before a time."""
        word = self.word(device, kind, value)
        if word is not None:
            return "said_usual" if word.usual else "said_unusual"
        found = self.of(device).get(kind, value)
        days = {day for habit in found for day in habit.days if before is None or (day + 1) * _DAY <= before}
        return "learnt" if len(days) >= DAYS_MIN else "seldom" if days else "new"

    def class_does(self, device: Device, kind: str, value: str, peer: Device | None) -> bool:
        """Whether devices of this type usually do so: by knowledge, or since two others of them learnt it."""
        if kind == "peer" and peer is not None and peer.value("type") in class_peers(device.value("category")):
            return True
        same = 0
        for other in self._by_type.get(device.value("type"), ())[:SAME_MAX]:
            if other.id != device.id:
                same += any(habit.learnt for habit in self.of(other.id).get(kind, value))
                if same >= 2:
                    return True
        return False

    def sent_before(self, device: str, site: str, before: int) -> int:
        """Bytes to a place outside on a middle day of those before; 0 before there is a habit."""
        habit = self.of(device).of.get(("outside", site, True))
        amounts = [sent for day, sent in habit.sent_by_day.items() if (day + 1) * _DAY <= before] if habit else []
        return int(np.median(amounts)) if len(amounts) >= DAYS_MIN else 0

    def hours(self, device: str, peer: str, before: int) -> tuple[set[int], int]:
        """Hours of the day in which the two met on the days before, and on how many days."""
        found = self.of(device).get("peer", peer)
        days = {day for habit in found for day in habit.days if (day + 1) * _DAY <= before}
        return {hour for habit in found for day in days for hour in habit.hours.get(day, ())}, len(days)

    def first_met(self, one_ip: str, other_ip: str) -> int:
        """When the conversations have the two addresses together for the first time; 0: never."""
        return self._met.get((one_ip, other_ip) if one_ip < other_ip else (other_ip, one_ip), 0)

    # --- how it is learnt

    @cached_property
    def _columns(self) -> Columns:
        assert self._talks is not None
        return Columns.of(_plain(self._talks.drop_columns(["names"])))

    @cached_property
    def _by_type(self) -> dict[str, list[Device]]:
        found: dict[str, list[Device]] = defaultdict(list)
        for device in self._who.devices.values():
            if device.value("type"):
                found[device.value("type")].append(device)
        return found

    @cached_property
    def _met(self) -> dict[tuple[str, str], int]:
        found: dict[tuple[str, str], int] = {}
        if self._talks is not None:
            talks = self._columns
            pair, first = talks.key("client_ip", "server_ip"), talks.numbers("first")
            order = np.lexsort((first, pair))
            heads = order[np.flatnonzero(runs(pair[order]))]
            for one, other, time in Rows(talks, heads).tuples("client_ip", "server_ip", "first"):
                key = (one, other) if one < other else (other, one)
                found[key] = min(time, found.get(key, time))
        return found

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        """Device.id → its rows among those that teach."""
        talks = self._columns
        newest = int(talks.numbers("last").max())
        teaches = talks.numbers("hour") > newest - WINDOW_DAYS * _DAY
        teaches &= talks.numbers("answered") + talks.numbers("half_heard") > 0
        found: dict[str, list[int]] = {}
        for side in ("client", "server"):
            holders = self._who.holders(talks, side, "first")
            order = np.argsort(holders, kind="stable")
            order = order[teaches[order] & (holders[order] >= 0)]
            if not len(order):
                continue
            starts = np.flatnonzero(runs(holders[order]))
            for start, end in zip(starts.tolist(), [*starts[1:].tolist(), len(order)], strict=True):
                device = self._who.at(int(holders[order[start]]))
                if device is not None:
                    found.setdefault(device.id, []).extend(order[start:end].tolist())
        return found

    def _learn(self, device: str) -> Habits:
        habits = Habits(device)
        me = self._who.devices.get(device)
        if self._talks is None or me is None:
            return habits
        places = np.array(sorted(set(self._places.get(device, ()))), np.int64)
        rows = Rows(self._columns, places)
        columns = (
            "client_ip", "client_mac", "server_ip", "server_mac", "service", "proto", "server_port", "hour", "bytes_up",
            "bytes_down", "first", "last",
        )  # fmt: skip
        names = self._talks.column("names").take(places).to_pylist()
        for row, named in zip(rows.dicts(*columns), names, strict=True):
            client = self._who.device(row["client_ip"], row["client_mac"], row["first"])
            asks = client is not None and client.id == device
            end = "server" if asks else "client"
            other = self._who.device(row[f"{end}_ip"], row[f"{end}_mac"], row["first"])
            self._one(habits, row, asks, other, row[f"{end}_ip"], named or [])
        return habits

    def _one(
        self, habits: Habits, row: dict[str, Any], asks: bool, other: Device | None, other_ip: str, names: list[str]
    ) -> None:
        for end in (other.id if other else other_ip, other_ip):
            since = self._doubted.get(frozenset((habits.device, end)))
            if since is not None and row["last"] >= since:
                return
        hour, up, down = row["hour"], int(row["bytes_up"]), int(row["bytes_down"])
        if hour not in self._clock:
            self._clock[hour] = datetime.fromtimestamp(hour // 1_000_000_000, self._zone).hour
        spoken = row["service"] or f"{row['proto']}/{row['server_port']}"
        if self._who.outside(other_ip, other):
            who = ("outside", site(names, other_ip))
        else:
            who = ("peer", other.id if other else other_ip)
        day = hour // _DAY
        for kind, what in (who, ("service", spoken)):
            word = self.word(habits.device, kind, what)
            if word is not None and not word.usual:
                continue
            key = (kind, what, asks)
            habit = habits.of.get(key)
            if habit is None:
                if len(habits.of) >= HABITS_MAX:
                    habits.left_out += 1
                    continue
                habit = habits.of[key] = Habit(kind, what, asks, first=row["first"], last=row["last"])
            habit.days.add(day)
            habit.hours[day].add(self._clock[hour])
            habit.services.add(spoken)
            habit.sent_by_day[day] += up if asks else down
            habit.got_by_day[day] += down if asks else up
            habit.first, habit.last = min(habit.first, row["first"]), max(habit.last, row["last"])
            habits.days.add(day)


def site(names: Iterable[str], ip: str) -> str:
    """What a destination outside is called: the registered part of its name, else the address."""
    for name in names:
        if name and parse(name) is None:
            return outside.owner_part(name)
    return ip


@cache
def class_peers(category: str) -> frozenset[str]:
    """Types that a device of this category may talk with from its first minute (`knowledge/usual.toml`)."""
    for row in knowledge.load("usual.toml")["class"]:
        if row["category"] == category:
            return frozenset(row["peers"])
    return frozenset()


def _plain(talks: pa.Table) -> pa.Table:
    import pyarrow as pa

    for at, column in enumerate(talks.schema):
        if pa.types.is_timestamp(column.type):
            talks = talks.set_column(at, column.name, talks.column(at).cast(pa.int64()))
    return talks
