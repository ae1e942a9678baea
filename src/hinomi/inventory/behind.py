"""Devices that a gateway speaks for: known by the name it gives them, with no address of their own.

A sender that speaks for one device only, and takes in no messages itself, is that device. One that
speaks for several, or passes on what it received, is a gateway: each name becomes a device of its own,
unless the same name was heard from the device itself elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from hinomi.inventory.endpoints import Ints
from hinomi.inventory.gather import ClueColumns, Said
from hinomi.inventory.knowledge import Knowledge, fold
from hinomi.inventory.merge import Groups
from hinomi.inventory.nodes import Nodes

CLUES = frozenset({"hl7.behind"})
BEHIND_MAX = 4096  # names kept per gateway
SEPARATOR = "|"  # between a name and what was said of it: `name|serial=…`


@dataclass(slots=True)
class Spoken:
    """What gateways said. Node numbers as in `Nodes.rows`."""

    spans: dict[int, tuple[int, int]] = field(default_factory=dict)
    told: dict[int, list[Said]] = field(default_factory=dict)
    names: dict[int, tuple[int, list[str]]] = field(default_factory=dict)  # node → (gateway or itself, names)
    gateways: dict[int, int] = field(default_factory=dict)  # gateway node → devices it speaks for
    same: list[tuple[int, int]] = field(default_factory=list)


def find(made: Nodes, columns: ClueColumns, of_clue: Ints, knowledge: Knowledge, servers: set[int]) -> Spoken:
    """Make nodes for devices behind gateways. `servers`: nodes that take in messages themselves."""
    out = Spoken()
    by_name: dict[str, list[Said]] = {}
    names_of: dict[int, set[str]] = {}
    for said in columns.group(of_clue, CLUES.__contains__):
        name = fold(said.value)
        mine = names_of.setdefault(said.who, set())
        if name in mine or len(mine) < BEHIND_MAX:
            mine.add(name)
            by_name.setdefault(name, []).append(said)
    gateways = {node for node, names in names_of.items() if len(names) > 1 or node in servers}
    for name, speakers in by_name.items():
        direct = [s for s in speakers if s.who not in gateways]
        if len(direct) == 1:
            out.names.setdefault(direct[0].who, (direct[0].who, []))[1].append(name)
            continue
        node = made.take(("said", name))
        first, last = min(s.first for s in speakers), max(s.last for s in speakers)
        out.spans[node] = (first, last)
        out.told[node] = [s for s in speakers if s.who in gateways] or speakers
        out.names[node] = (speakers[0].who, [name])
    for node in gateways:
        out.gateways[node] = len(names_of[node])
    return out


def join(groups: Groups, spoken: Spoken) -> None:
    """Nodes found to be one device by name."""
    for one, other in spoken.same:
        groups.join(one, other)
