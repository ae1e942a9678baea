"""Devices that a gateway speaks for: known by the name it gives them, often with no address of their own.

The clue `hl7.behind` is `identifier|type|location`, and `hl7.behind.model` and its like are
`identifier|value`: they are about the device with that identifier, not about the sender. A sender that
speaks for one device only, and takes in no messages itself, is that device. One that speaks for
several, or passes on what it received, is a gateway: each identifier becomes a device of its own,
unless the device was heard itself, under the same identifier or with the hardware address in it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from hinomi.inventory.endpoints import Ints
from hinomi.inventory.gather import ClueColumns, Said
from hinomi.inventory.knowledge import fold
from hinomi.inventory.nodes import Nodes

PREFIX = "hl7.behind"
BEHIND_MAX = 4096  # identifiers kept per gateway
_EUI64 = re.compile(r"(?<![0-9a-f])([0-9a-f]{6})fffe([0-9a-f]{6})(?![0-9a-f])")


@dataclass(slots=True)
class Spoken:
    """What was said of devices by identifier. Node numbers as in `Nodes.rows`."""

    spans: dict[int, tuple[int, int]] = field(default_factory=dict)  # of nodes that only gateways told of
    told: dict[int, list[Said]] = field(default_factory=dict)  # node → clues about it, identifier taken off
    names: dict[int, list[str]] = field(default_factory=dict)  # node → identifiers
    gateways: dict[int, set[int]] = field(default_factory=dict)  # gateway node → nodes it speaks for


def is_about_others(clue: str) -> bool:
    """Whether a clue is about a device behind the host, to be heard through `find` only."""
    return clue.startswith(PREFIX)


def find(made: Nodes, columns: ClueColumns, of_clue: Ints, servers: set[int]) -> Spoken:
    """Tell whom each identifier means; makes nodes for devices that only gateways told of.

    `servers`: nodes that take in messages themselves, so that what they send may not be their own.
    """
    by_name: dict[str, list[Said]] = {}
    names_of: dict[int, set[str]] = {}
    for said in columns.group(of_clue, is_about_others):
        identifier, _, rest = said.value.partition("|")
        name = fold(identifier)
        mine = names_of.setdefault(said.who, set())
        if name and (name in mine or len(mine) < BEHIND_MAX):
            mine.add(name)
            said.value = rest  # each `Said` is made for this grouping alone
            by_name.setdefault(name, []).append(said)
    out = Spoken()
    for name, rows in by_name.items():
        alone = sorted({r.who for r in rows if len(names_of[r.who]) == 1 and r.who not in servers})
        bearer = next((made.by_key[key] for mac in macs_in(name) if (key := ("mac", mac)) in made.by_key), None)
        if bearer is not None and alone != [bearer] and len(alone) == 1:
            alone = []  # it speaks for a device that was heard elsewhere: a gateway for one
        # Several that say it of themselves: an identifier left as delivered. Each is a device of its own,
        # and what gateways say under that name is of none of them for certain.
        owner = bearer if bearer is not None else alone[0] if len(alone) == 1 else None
        if owner is None and not alone:
            owner = made.take(("said", name))
            out.spans[owner] = (min(r.first for r in rows), max(r.last for r in rows))
        for row in rows:
            node = row.who if row.who in alone else owner
            if node is not None:
                out.told.setdefault(node, []).append(row)
            if node is not None and row.who != node:
                out.gateways.setdefault(row.who, set()).add(node)
        for node in {*alone, *([] if owner is None else [owner])}:
            out.names.setdefault(node, []).append(name)
    return out


def macs_in(name: str) -> list[str]:
    """Hardware addresses inside EUI-64 identifiers (IEEE: FF-FE in the middle), as is and with the local bit turned."""
    out = []
    for high, low in _EUI64.findall(name.replace("-", "").replace(":", "")):
        for first in (int(high[:2], 16), int(high[:2], 16) ^ 2):
            digits = f"{first:02x}{high[2:]}{low}"
            out.append(":".join(digits[i : i + 2] for i in range(0, 12, 2)))
    return out
