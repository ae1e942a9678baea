"""Is a session listening now, and how is it? What `doctor`, the console and `hinomi serve` show."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path

FRESH_NS = 10_000_000_000  # a session tells how it is every two seconds


@dataclass(frozen=True, slots=True)
class Listening:
    """A session as it told itself last. `silent`: it has not told anything for a while."""

    capture: str
    interfaces: tuple[str, ...]
    began: int
    at: int
    packets: int
    drops: int  # by the kernel
    sent: int  # by this machine on these interfaces since; must be 0
    newest: int
    silent: bool

    @property
    def loss(self) -> float:
        """Share of the packets that was lost."""
        return self.drops / (self.packets + self.drops) if self.drops else 0.0


def listening(home: Path) -> Listening | None:
    """The session of a home, None when nobody listens."""
    try:
        told = json.loads((home / "listening.json").read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return Listening(
        capture=str(told["capture"]),
        interfaces=tuple(told["interfaces"]),
        began=int(told["began"]),
        at=int(told["at"]),
        packets=int(told["packets"]),
        drops=int(told["drops"]),
        sent=int(told["sent"]) + int(told["outgoing"]),
        newest=int(told["newest"]),
        silent=time.time_ns() - int(told["at"]) > FRESH_NS,
    )
