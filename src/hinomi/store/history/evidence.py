"""Where the packets behind a claim are, and how to open them.

Capture files are referenced, not copied: a file may be moved, deleted or overwritten after it was
read. Its size is checked each time, so that a reference never opens a wrong packet unnoticed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hinomi.model import EvidenceRef
from hinomi.store.state.shapes import Capture
from hinomi.texts import Problem

if TYPE_CHECKING:
    from hinomi.store.history.history import History
    from hinomi.store.history.ring import Ring


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
    if "live" in capture.details:
        # The packets of a tap stand in its ring, if they stand anywhere.
        ring = home / "evidence" / "ring" / capture.id
        return EvidenceFile(capture, ring, "") if ring.is_dir() else EvidenceFile(capture, None, "evidence.no_ring")
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


Key = Callable[[], bytes]

# Formats of logs: a reference there names a line, and there is no packet to show.
LOGS = ("zeek", "zeek_json", "eve", "netflow")


def _ring(path: Path, id: str, key: Key) -> Ring:
    from hinomi.store.history.ring import Ring

    return Ring(path.parent, id, key())


def packet(file: EvidenceFile, ref: EvidenceRef, key: Key) -> dict[str, Any]:
    """The packet of a reference; `key` gives what opens an evidence ring."""
    path = opened(file, ref.capture)
    if path.is_dir():
        found = _ring(path, ref.capture, key).packet(ref)
        if found is None:
            raise Problem("evidence.forgotten", packet=ref.packet)
        return found
    if file.capture is not None and file.capture.details.get("format") in LOGS:
        raise Problem("evidence.is_log", path=path, line=ref.packet, format=file.capture.details["format"])
    from hinomi import _wire

    try:
        return dict(_wire.packet(str(path), ref.packet, ref.offset))
    except _wire.CaptureError as error:
        raise Problem("evidence.unreadable", path=path, reason=error.args[0]) from error


def cut(history: History, refs: Sequence[EvidenceRef], out: Path) -> int:
    from hinomi import _wire

    wanted: dict[str, set[int]] = {}
    places: dict[str, set[int]] = {}
    for ref in refs:
        if ref.packet:
            wanted.setdefault(ref.capture, set()).add(ref.packet)
            places.setdefault(ref.capture, set()).add(ref.offset)
    written = 0
    for number, (id, packets) in enumerate(wanted.items()):
        path = opened(history.evidence(id), id)
        # One file holds one capture: packets of two taps have no common numbering.
        target = out if number == 0 else out.with_stem(f"{out.stem}-{id}")
        if path.is_dir():
            from hinomi.store.history.ring import write_slice

            ring = _ring(path, id, history.evidence_key)
            blocks = (ring.block(offset) for offset in sorted(places[id]))
            written += write_slice((block for block in blocks if block is not None), target)
            continue
        try:
            written += int(_wire.slice(str(path), packets, str(target)))
        except _wire.CaptureError as error:
            raise Problem("evidence.unreadable", path=path, reason=error.args[0]) from error
    return written
