"""A room's plan: which connectors belong to it. A person writes it and starts it.

room = "OR1"
lab = false          # true only in the lab: live values are shown without a recorded decision
auto = true          # recording starts with the first reading
end_after_s = 600    # and ends after so long without one

[[connector]]
name = "navigation"
kind = "openigtlink"
args = ["--to", "10.30.1.9:18944"]
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from hinomi.connect.registry import KINDS
from hinomi.texts import Problem


@dataclass(frozen=True, slots=True)
class Connector:
    name: str
    kind: str
    args: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    room: str
    lab: bool = False
    auto: bool = True
    end_after_s: float = 600.0
    connectors: tuple[Connector, ...] = ()


def load(path: Path) -> Plan:
    """Raises Problem: the file cannot be read, or names what there is not."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
        connectors = tuple(
            Connector(str(row["name"]), str(row["kind"]), tuple(str(a) for a in row.get("args", ())))
            for row in data.pop("connector", ())
        )
        plan = Plan(
            room=str(data.pop("room")),
            lab=bool(data.pop("lab", False)),
            auto=bool(data.pop("auto", True)),
            end_after_s=float(data.pop("end_after_s", 600.0)),
            connectors=connectors,
        )
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise Problem("desk.plan_unreadable", path=path, reason=error) from error
    names = [c.name for c in plan.connectors]
    unknown = [c.kind for c in plan.connectors if c.kind not in KINDS]
    twice = [name for name in names if names.count(name) > 1]
    if data or unknown or twice:
        raise Problem("desk.plan_wrong", path=path, what=", ".join([*data, *unknown, *twice]), kinds=", ".join(KINDS))
    return plan
