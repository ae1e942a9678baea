"""A room's plan: which connectors belong to it. A person writes it and starts it.

room = "OR1"
lab = false          # true only in the lab: live values are shown without a recorded decision
auto = true          # recording starts with the first reading, an examination step (MPPS) or the patient (ADT)
end_after_s = 600    # and ends after so long without a reading
leave_after_s = 60   # or after so long, once the last step is closed or the patient has left
places = ["OR1"]     # how the hospital's system calls the room in ADT; left out: its name
quota_gb = 200       # all records together; left out: what the disk holds

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
    leave_after_s: float = 60.0
    places: tuple[str, ...] = ()
    quota_gb: float | None = None
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
            leave_after_s=float(data.pop("leave_after_s", 60.0)),
            places=tuple(str(place) for place in data.pop("places", ())),
            quota_gb=None if (quota := data.pop("quota_gb", None)) is None else float(quota),
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
