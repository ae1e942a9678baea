"""Signs that an operation begins and ends: examination steps (MPPS) and where the patient is (ADT).

A sign begins a record at once. It never cuts one off: steps are closed and patients moved in the books before
or after it happens, so when all signs have ended the record ends with the next short quiet instead of a long one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hinomi.connect.frames import Head

MPPS, ADT = "mpps", "adt"  # names of the channels
HELD_NS = 16 * 3600 * 1_000_000_000  # a step that nobody closed holds a record open for so long
OPEN_MAX = 64
_HERE = ("A01", "A02", "A04", "A10", "A12", "A13")  # HL7 v2 table 0003: now at PV1-3 (A10: at PV1-11)
_GONE = ("A03", "A09", "A11")


@dataclass(slots=True)
class Signs:
    """What holds a room's record open. `places`: how the hospital's system calls the room."""

    places: tuple[str, ...]
    open: dict[str, int] = field(default_factory=dict)  # key -> axis time
    ended: str = ""  # what the last one was, once any has ended
    refused: int = 0  # over OPEN_MAX

    def hear(self, channel: str, head: Head, at: int) -> str:
        """What a sample says: `begin`, `end` (the last open sign has ended), or nothing."""
        said, x = str(head.get("v", "")), head.get("x") or {}
        if channel == MPPS:
            key = f"{MPPS} {x.get('step', '')}"
            begins = said == "IN PROGRESS"
            ends = said in ("COMPLETED", "DISCONTINUED")
        elif channel == ADT:
            key = f"{ADT} {x.get('patient', '')}"
            here = said in _HERE and self._is_here(said, x)
            begins, ends = here, said in _GONE or (said in _HERE and not here)
        else:
            return ""
        if begins:
            if key not in self.open and len(self.open) >= OPEN_MAX:
                self.refused += 1
                return ""
            self.open[key] = at
            return "begin"
        if ends and self.open.pop(key, None) is not None:
            self.ended = channel
            return "" if self.open else "end"
        return ""

    def _is_here(self, event: str, x: Mapping[str, Any]) -> bool:
        where = str((x.get("temporary") if event == "A10" else "") or x.get("location", ""))
        parts = {part.strip().casefold() for part in where.replace("&", "^").split("^")}
        return bool(parts & {place.casefold() for place in self.places})

    def holds(self, at: int) -> bool:
        """Whether one is open that may still be believed."""
        return any(at - since < HELD_NS for since in self.open.values())
