"""Turns a scenario file and a seed into the list of things to do, each with its second."""

from __future__ import annotations

import random
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, order=True)
class Step:
    """One thing to do at one second of the run."""

    at: float
    number: int
    kind: str = field(compare=False)
    actor: str = field(compare=False)
    args: dict[str, Any] = field(compare=False)


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


def make_plan(scenario: Path, seed: int) -> Plan:
    """Read a scenario; the same file and seed always give the same plan.

    `at = 30` is a moment, `at = [20, 40]` a moment by chance in between; `every = 60`
    (or a range) repeats until `until`, or until the end of the run.
    """
    with scenario.open("rb") as stream:
        data = tomllib.load(stream)
    seconds = float(data["seconds"])
    steps: list[Step] = []
    for row_number, row in enumerate(data["action"]):
        row = dict(row)
        # One generator a row: a row that is added elsewhere does not move this one.
        chance = random.Random(f"{seed}/{row['kind']}/{row['actor']}/{row.get('id', row_number)}")
        at, every, until = row.pop("at"), row.pop("every", None), row.pop("until", seconds)
        row.pop("id", None)
        kind, actor = row.pop("kind"), row.pop("actor")
        moment = _take(chance, at)
        while moment < until:
            steps.append(Step(round(moment, 2), len(steps), kind, actor, row))
            if every is None:
                break
            moment += _take(chance, every)
    study = random.Random(f"{seed}/worklist")
    worklist = [
        {**{key: str(value) for key, value in item.items()}, "study_uid": "2.25." + str(study.getrandbits(120))}
        for item in data.get("worklist", [])
    ]
    return Plan(
        data["case"],
        seed,
        scenario,
        seconds,
        worklist,
        {row["id"]: row["detection"] for row in data.get("incident", [])},
        sorted(steps),
    )


def _take(chance: random.Random, value: float | list[float]) -> float:
    return chance.uniform(*value) if isinstance(value, list) else float(value)
