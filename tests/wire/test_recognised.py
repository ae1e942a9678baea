"""Protocols that are recognised and no more: in captures of real software, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from hinomi import _wire

ROOT = Path(__file__).resolve().parents[2]
# Service → case in which real software speaks it.
SPOKEN = {
    "redis": "office-services",
    "socks": "office-services",
    "tftp": "office-services",
    "ipmi": "office-services",
    "x11": "office-services",
    "rsync": "rsync-backup",
    "rtp": "rtsp",
}
RECOGNISED = {dissector["name"] for dissector in _wire.dissectors() if dissector["tier"] == "C"}


def services(capture: Path) -> set[str]:
    found: set[str] = set()
    for record, batch in _wire.Reader(str(capture), site="s", sensor="t", key=bytes(32)):
        if record == "flow":
            found |= {name for name in pa.record_batch(batch).column("service").to_pylist() if name}
    return found


def capture_of(case: str) -> Path:
    return next((ROOT / "cases" / case).glob("capture.*"))


@pytest.mark.parametrize(("service", "case"), sorted(SPOKEN.items()))
def test_real_software_is_recognised(service: str, case: str) -> None:
    assert service in services(capture_of(case))


def test_nobody_is_taken_for_what_is_only_recognised() -> None:
    captures = sorted((ROOT / "cases").glob("*/capture.*"))
    assert len(captures) > 50
    allowed = {case: {service for service, where in SPOKEN.items() if where == case} for case in SPOKEN.values()}
    for capture in captures:
        case = capture.parent.name
        wrong = services(capture) & (RECOGNISED - {"http2"}) - allowed.get(case, set())
        # Sound and pictures belong to calls and cameras; copies by rsync to any backup.
        wrong -= {"rtp", "rsync"} if case != "first-light" else set()
        assert not wrong, f"{case}: {wrong}"
