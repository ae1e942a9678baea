"""Where the packets behind a claim are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hinomi.store.state.shapes import Capture


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """The capture that a reference points into. `path` is None when it cannot be opened now."""

    capture: Capture | None  # None: no capture of this id was ever read here
    path: Path | None
    problem: str  # id of a text when `path` is None: evidence.unknown | gone | changed | stdin

    @property
    def present(self) -> bool:
        return self.path is not None
