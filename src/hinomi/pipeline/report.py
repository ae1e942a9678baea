"""What a run says about itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hinomi.store.state.shapes import DeviceChanges, FindingChanges


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is. `stage`: reading, conversations, devices, context, findings, saving."""

    stage: str
    path: str  # file in work, "" after the last
    file: int  # from 1
    files: int
    bytes_done: int  # of this file
    bytes_total: int  # 0 when unknown (standard input)
    packets: int  # of this file


@dataclass(frozen=True, slots=True)
class FileReport:
    """What came of one file.

    `outcome`: read; known (read before, nothing changed); partial (what could be read is kept);
    failed (nothing kept). `sentence` and `hint` are for people, "" when all went well; `reason`
    and `broke_at` (byte of the uncompressed capture) say where a partial file broke off.
    """

    path: str
    outcome: str
    capture: str = ""
    sentence: str = ""
    hint: str = ""
    reason: str = ""
    broke_at: int = 0
    packets: int = 0
    bytes: int = 0
    first: int = 0
    last: int = 0
    records: Mapping[str, int] = field(default_factory=dict)
    seconds: float = 0.0


@dataclass(slots=True)
class ReadReport:
    """What a run did. `seconds` holds the time of each stage."""

    run: str
    files: list[FileReport] = field(default_factory=list)
    devices: DeviceChanges | None = None  # None: nothing new, so nothing was worked out
    findings: FindingChanges | None = None
    device_count: int = 0
    interrupted: bool = False
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def exit_code(self) -> int:
        """0 all read or known; 2 no file could be read; 3 some not, or not whole; 130 stopped by hand."""
        if self.interrupted:
            return 130
        outcomes = {file.outcome for file in self.files}
        if outcomes <= {"read", "known"}:
            return 0
        return 2 if outcomes == {"failed"} else 3
