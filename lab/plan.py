"""Turns a scenario file and a seed into the list of things to do, each with its second.

A scenario without a clock is one stretch of real seconds. A day (`[day]`) has several `[[stretch]]`es at
times of a 24-hour clock; its `[[routine]]`s (shifts, theatre lists, rounds, the night's work, a vendor's
visit) are groups of actions that happen together in some of them, by chance from the seed.
"""

from __future__ import annotations

import random
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .clock import seconds_of


@dataclass(frozen=True, order=True)
class Step:
    """One thing to do at one second of the run, which lies in one of its stretches."""

    at: float
    number: int
    kind: str = field(compare=False)
    actor: str = field(compare=False)
    args: dict[str, Any] = field(compare=False)
    stretch: str = field(compare=False, default="")


@dataclass(frozen=True)
class Stretch:
    """So many seconds of natural speed; `begins` is its place in the run, `clock` in the day."""

    id: str
    begins: float
    seconds: float
    clock: int = 0
    what: str = ""


@dataclass
class Plan:
    """One scenario with its chances taken."""

    case: str
    seed: int
    hospital: Path
    seconds: float
    worklist: list[dict[str, str]]
    incidents: dict[str, str]
    steps: list[Step]
    stretches: list[Stretch]
    day_begins: int | None = None  # seconds after midnight; None: the times are real
    agenda: list[dict[str, Any]] = field(default_factory=list)


def make_plan(scenario: Path, seed: int) -> Plan:
    """Read a scenario; the same file and seed always give the same plan.

    `at = 30` is a moment, `at = [20, 40]` a moment by chance in between; `every = 60` (or a range) repeats
    until `until`, or until the end. In a day an action says `in = "morning"` (or several, or `"each"`), and
    its seconds count from the beginning of that stretch.
    """
    data = read_scenario(scenario)
    stretches = _stretches(data, seed)
    agenda: list[dict[str, Any]] = []
    rows = list(enumerate(data.get("action", [])))
    for number, routine in enumerate(data.get("routine", [])):
        held = _hold(routine, stretches, seed, agenda)
        rows += [(f"{routine['id']}/{number}/{place}", row) for place, row in enumerate(held)]
    by_id = {stretch.id: stretch for stretch in stretches}
    steps: list[Step] = []
    for row_id, row in rows:
        row = dict(row)
        within = row.pop("in", None)
        names = [stretches[0].id] if within is None else [within] if isinstance(within, str) else within
        if names == ["each"]:
            names = list(by_id)
        for name in names:
            _place(steps, dict(row), by_id[name], seed, row_id, alone=len(names) == 1)
    study = random.Random(f"{seed}/worklist")
    worklist = [
        {**{key: str(value) for key, value in item.items()}, "study_uid": "2.25." + str(study.getrandbits(120))}
        for item in data.get("worklist", [])
    ]
    return Plan(
        data["case"],
        seed,
        scenario,
        sum(stretch.seconds for stretch in stretches),
        worklist,
        {row["id"]: row["detection"] for row in data.get("incident", [])},
        sorted(steps),
        stretches,
        seconds_of(data["day"]["begins"]) if "day" in data else None,
        sorted(agenda, key=lambda row: (row["at"], row["routine"])),
    )


def read_scenario(scenario: Path) -> dict[str, Any]:
    """A scenario file; with `like` it is another one, with its own keys and rows added or put in place."""
    with scenario.open("rb") as stream:
        data = tomllib.load(stream)
    for name in ("hospital", "like"):
        if name in data:
            data[name] = str((scenario.parent / data[name]).resolve())
    if "like" not in data:
        return data
    base = read_scenario(Path(data.pop("like")))
    dropped = set(data.pop("without", []))
    routines = [row for row in base.pop("routine", []) if row["id"] not in dropped]
    for name, value in data.items():
        if name == "routine":
            routines += value
        elif isinstance(value, list) and name in ("action", "worklist", "incident", "host", "zone"):
            base[name] = base.get(name, []) + value
        else:
            base[name] = value
    base["routine"] = routines
    return base


def _stretches(data: dict[str, Any], seed: int) -> list[Stretch]:
    rows = data.get("stretch") or [{"id": "", "at": "00:00", "seconds": data["seconds"]}]
    found, begins = [], 0.0
    for row in rows:
        at = row["at"] if isinstance(row["at"], list) else [row["at"], row["at"]]
        low, high = (seconds_of(text) for text in at)
        clock = random.Random(f"{seed}/stretch/{row['id']}").randint(low, high)
        if found and clock < found[-1].clock + found[-1].seconds:
            raise ValueError(f"stretch {row['id']} begins before {found[-1].id} can have ended")
        found.append(Stretch(row["id"], begins, float(row["seconds"]), clock, row.get("what", "")))
        begins += row["seconds"]
    return found


def _hold(
    routine: dict[str, Any], stretches: list[Stretch], seed: int, agenda: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """A routine's actions in the stretches that chance gives it.

    `in`: the stretches it may happen in, `pick`: in how many of them; `crew`: who may do it, `hands`: how many
    of them do (their id stands wherever a row says `actor = "crew"`); `patients`: taken in an order by chance
    where a row says `patient = "next"`; `option`: one of several groups of actions.
    """
    chance = random.Random(f"{seed}/routine/{routine['id']}")
    clocks = {stretch.id: stretch.clock for stretch in stretches}
    may = list(clocks) if routine["in"] == "each" else routine["in"]
    times = _whole(chance, routine.get("pick", len(may)))
    chosen = sorted(chance.sample(may, min(times, len(may))), key=lambda name: clocks[name])
    patients = list(routine.get("patients", []))
    chance.shuffle(patients)
    rows: list[dict[str, Any]] = []
    for turn, name in enumerate(chosen):
        option = chance.choice(routine["option"]) if "option" in routine else routine
        crew = list(routine.get("crew", []))
        hands = sorted(chance.sample(crew, min(_whole(chance, routine.get("hands", len(crew))), len(crew))))
        patient = patients[turn % len(patients)] if patients else None
        for row in option["action"]:
            for actor in hands if row["actor"] == "crew" else [row["actor"]]:
                made = {**row, "actor": actor, "in": name, "id": f"{routine['id']}/{name}/{actor}/{len(rows)}"}
                if made.get("patient") == "next":
                    made["patient"] = patient
                rows.append(made)
        who = sorted({row["actor"] for row in rows if row["in"] == name})
        agenda.append(
            {"routine": routine["id"], "kind": routine["kind"], "what": option.get("what", routine["what"])}
            | {"at": clocks[name], "stretch": name, "who": who}
            | ({"patient": patient} if patient is not None else {})
            | ({"agreed": routine["agreed"]} if "agreed" in routine else {})
        )
    return rows


def _place(steps: list[Step], row: dict[str, Any], stretch: Stretch, seed: int, row_id: object, alone: bool) -> None:
    """The steps of one action row in one stretch."""
    # One generator a row: a row that is added elsewhere does not move this one.
    where = "" if alone else f"/{stretch.id}"
    chance = random.Random(f"{seed}/{row['kind']}/{row['actor']}/{row.pop('id', row_id)}{where}")
    at, every, until = row.pop("at"), row.pop("every", None), row.pop("until", stretch.seconds)
    kind, actor = row.pop("kind"), row.pop("actor")
    moment = _take(chance, at)
    while moment < min(until, stretch.seconds):
        steps.append(Step(round(stretch.begins + moment, 2), len(steps), kind, actor, row, stretch.id))
        if every is None:
            break
        moment += _take(chance, every)


def _take(chance: random.Random, value: float | list[float]) -> float:
    return chance.uniform(*value) if isinstance(value, list) else float(value)


def _whole(chance: random.Random, value: int | list[int]) -> int:
    return chance.randint(*value) if isinstance(value, list) else value
