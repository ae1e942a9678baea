"""What is usual for one device, for people to read: learnt from the history, with what people said of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

if TYPE_CHECKING:
    from hinomi.home import Home
    from hinomi.store.state.registers import HabitWord
    from hinomi.watch.habits import Habit, Habits, Usual
    from hinomi.watch.who import Who

HabitKind = Literal["peer", "outside", "service"]
Standing = Literal["learnt", "seldom", "said_usual", "said_unusual"]
SHOWN_MAX = 60


@dataclass(frozen=True, slots=True)
class Line:
    """One line of what is usual: learnt, said, or both."""

    kind: HabitKind
    value: str
    label: str
    standing: Standing
    asks: bool | None  # which way; None: only a person spoke of it
    habit: Habit | None
    word: HabitWord | None


@dataclass(frozen=True, slots=True)
class Page:
    """All that is told of one device."""

    lines: list[Line]
    days: int  # on which it was heard to talk
    hours: list[int]  # of the day: on how many days it talked in each
    class_peers: list[str]  # device types that are usual from the first minute
    left_out: int


def page(home: Home, device: str) -> Page:
    """What is usual for a device of the inventory."""
    from hinomi.pipeline.told import doubted, habit_words
    from hinomi.watch.habits import Usual, class_peers
    from hinomi.watch.who import Who

    state = home.state
    found = state.device(device)
    ips = sorted({address.ip for address in found.addresses if address.ip}) if found else []
    holes = ", ".join("?" for _ in ips) or "''"
    talks = home.history.conversations(where=f"client_ip IN ({holes}) OR server_ip IN ({holes})", params=[*ips, *ips])
    who = Who(state.all_devices(), state.zones())
    usual = Usual(talks, who, habit_words(home, device), doubted(home), home.settings.time_zone)
    habits = usual.of(device)
    words = {(word.kind, word.value): word for word in state.registers.habit_words(device=device)}
    lines = _lines(usual, habits, words, who)
    hours = [0] * 24
    for habit in habits.of.values():
        if habit.kind != "service":
            continue
        for of_day in habit.hours.values():
            for hour in of_day:
                hours[hour] += 1
    peers = sorted(class_peers(found.value("category"))) if found else []
    return Page(lines[:SHOWN_MAX], len(habits.days), hours, peers, habits.left_out + max(0, len(lines) - SHOWN_MAX))


def _lines(usual: Usual, habits: Habits, words: dict[tuple[str, str], HabitWord], who: Who) -> list[Line]:
    lines = []
    for (kind, value, asks), habit in habits.of.items():
        standing = cast("Standing", usual.standing(habits.device, kind, value))
        word = words.get((kind, value))
        lines.append(Line(cast("HabitKind", kind), value, who.label(value), standing, asks, habit, word))
    told = {(line.kind, line.value) for line in lines}
    for (kind, value), word in words.items():
        if (kind, value) not in told:
            standing = "said_usual" if word.usual else "said_unusual"
            lines.append(Line(cast("HabitKind", kind), value, who.label(value), standing, None, None, word))
    order = {"said_unusual": 0, "seldom": 1, "said_usual": 2, "learnt": 3}
    kinds = {"outside": 0, "peer": 1, "service": 2}
    lines.sort(key=lambda one: (order[one.standing], kinds[one.kind], -len(one.habit.days if one.habit else ())))
    return lines
