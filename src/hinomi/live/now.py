"""Is a session listening now, and how is it? What `doctor`, the console and `hinomi serve` show."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FRESH_NS = 10_000_000_000  # a session tells how it is every two seconds
QUIET_NS = 60_000_000_000  # a mirror port of a hospital is never still for so long


@dataclass(frozen=True, slots=True)
class Listening:
    """A session as it told itself last. `silent`: it has not told anything for a while."""

    capture: str
    interfaces: tuple[str, ...]
    began: int
    at: int
    packets: int
    drops: int  # lost before anybody took them: the sum of the next three
    ring: int  # no room in the kernel's ring
    card: int  # by the card or its driver, as it counts itself
    unreadable: int
    waiting: int  # in the ring, not yet taken
    sent: int  # by this machine on these interfaces since; must be 0
    newest: int
    silent: bool
    not_kept: int  # bytes of raw packets that the evidence ring gave up, the disk being too slow
    left_out: dict[str, int]  # rows that the stages put away at their limits, by limit

    @property
    def loss(self) -> float:
        """Share of the packets that was lost."""
        return self.drops / (self.packets + self.drops) if self.drops else 0.0

    @property
    def quiet(self) -> bool:
        """Nothing has come for a minute: a cable, or the mirror of the switch."""
        return not self.silent and self.at - max(self.began, self.newest) > QUIET_NS


def listening(home: Path) -> Listening | None:
    """The session of a home, None when nobody listens."""
    told = _told(home / "listening.json")
    if not told:
        return None
    capture = str(told["capture"])
    ring, thinking = (_told(home / name) for name in ("ring.json", "thinking.json"))
    return Listening(
        capture=capture,
        interfaces=tuple(told["interfaces"]),
        began=int(told["began"]),
        at=int(told["at"]),
        packets=int(told["packets"]),
        drops=int(told["drops"]),
        ring=int(told.get("ring", 0)),
        card=int(told.get("card", 0)),
        unreadable=int(told.get("unreadable", 0)),
        waiting=int(told.get("waiting", 0)),
        sent=int(told["sent"]) + int(told["outgoing"]),
        newest=int(told["newest"]),
        silent=time.time_ns() - int(told["at"]) > FRESH_NS,
        not_kept=int(ring.get("given_up", 0)) if ring.get("session") == capture else 0,
        left_out=dict(thinking.get("left_out", {})) if thinking.get("session") == capture else {},
    )


def _told(place: Path) -> dict[str, Any]:
    try:
        told: dict[str, Any] = json.loads(place.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return told
