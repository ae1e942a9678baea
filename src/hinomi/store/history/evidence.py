"""Where the packets behind a claim are, and how to open them.

Capture files are referenced, not copied: a file may be moved, deleted or overwritten after it was
read. Its size is checked each time, so that a reference never opens a wrong packet unnoticed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hinomi.model import EvidenceRef
from hinomi.store.state.shapes import Capture
from hinomi.texts import Problem

if TYPE_CHECKING:
    from hinomi.store.history.history import History


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """The capture that a reference points into. `path` is None when it cannot be opened now."""

    capture: Capture | None  # None: no capture of this id was ever read here
    path: Path | None
    problem: str  # id of a text when `path` is None: evidence.unknown | gone | changed | stdin

    @property
    def present(self) -> bool:
        return self.path is not None


def find(capture: Capture | None, home: Path) -> EvidenceFile:
    """The kept copy, else the file where it was read, if its size is still the same."""
    if capture is None:
        return EvidenceFile(None, None, "evidence.unknown")
    if capture.kept:
        kept = home / capture.kept
        if kept.is_file():
            return EvidenceFile(capture, kept, "")
    if not capture.path:
        return EvidenceFile(capture, None, "evidence.stdin")
    path = Path(capture.path)
    try:
        size = path.stat().st_size
    except OSError:
        return EvidenceFile(capture, None, "evidence.gone")
    if size != capture.size:
        return EvidenceFile(capture, None, "evidence.changed")
    return EvidenceFile(capture, path, "")


def opened(file: EvidenceFile, id: str) -> Path:
    """The path, or the problem said aloud.

    Raises:
        Problem: it cannot be opened.
    """
    if file.path is None:
        raise Problem(file.problem, capture=id, path=file.capture.path if file.capture else "")
    return file.path


def packet(file: EvidenceFile, ref: EvidenceRef) -> dict[str, Any]:
    path = opened(file, ref.capture)
    from hinomi import _wire

    try:
        return dict(_wire.packet(str(path), ref.packet, ref.offset))
    except _wire.CaptureError as error:
        raise Problem("evidence.unreadable", path=path, reason=error.args[0]) from error


def cut(history: History, refs: Sequence[EvidenceRef], out: Path) -> int:
    from hinomi import _wire

    wanted: dict[str, set[int]] = {}
    for ref in refs:
        if ref.packet:
            wanted.setdefault(ref.capture, set()).add(ref.packet)
    written = 0
    for number, (id, packets) in enumerate(wanted.items()):
        path = opened(history.evidence(id), id)
        # One file holds one capture: packets of two taps have no common numbering.
        target = out if number == 0 else out.with_stem(f"{out.stem}-{id}")
        try:
            written += int(_wire.slice(str(path), packets, str(target)))
        except _wire.CaptureError as error:
            raise Problem("evidence.unreadable", path=path, reason=error.args[0]) from error
    return written
