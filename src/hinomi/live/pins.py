"""Which packets stay when the ring forgets: the proof of findings, and the best clue of each attribute."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hinomi.home import Home
    from hinomi.model import EvidenceRef


def pin(home: Home, files: Iterable[Path]) -> int:
    """Keeps what points into these ring files; returns how many packets."""
    from hinomi.store.history.ring import Ring

    sessions = {path.parent.name for path in files}
    wanted: dict[str, set[int]] = {session: set() for session in sessions}
    for ref in pointed_at(home):
        if ref.capture in wanted and ref.packet:
            wanted[ref.capture].add(ref.offset)
    ring, key = home.evidence_path / "ring", home.evidence_key.reveal()
    return sum(Ring(ring, session, key).pin(offsets) for session, offsets in wanted.items() if offsets)


def pointed_at(home: Home) -> Iterator[EvidenceRef]:
    """Every reference that a screen shows as a proof."""
    state = home.state
    for finding in state.findings().items:
        yield from finding.evidence
    for device in state.all_devices():
        for attribute in device.attributes.values():
            for source in attribute.sources[:1]:
                yield source.evidence
    for interval in state.intervals():
        yield interval.evidence
