"""From a row back to its packet."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from captures import packets, read, rows

from hinomi import _wire


def test_every_row_leads_to_its_packet(plain: Path, first_light: Path, tmp_path: Path) -> None:
    all_packets = list(packets(plain))
    tables, _ = read(plain)
    places = {p for name in ("flow", "clue", "exchange", "reading") for p in rows(tables[name], "packet", "offset")}
    assert len(places) > 100
    ng = tmp_path / "all.pcapng"
    assert _wire.slice(plain, set(range(1, len(all_packets) + 1)), ng) == len(all_packets)
    for number, offset in sorted(places)[::40]:
        time, data, wire = all_packets[number - 1]
        for path, place in ((plain, offset), (plain, 0), (first_light, offset), (ng, 0)):
            found = _wire.packet(path, number, place)
            assert (found["packet"], found["data"], found["time"]) == (number, data, time)
            assert found["wire_length"] == wire and found["link_type"] == 1
        assert _wire.packet(plain, number, offset)["offset"] == offset


def test_a_slice_is_a_capture_of_its_own(first_light: Path, tmp_path: Path) -> None:
    out = tmp_path / "slice.pcapng"
    assert _wire.slice(first_light, {1, 5, 300, 10_000_000}, out) == 3
    _, summary = read(out)
    assert summary["packets"] == 3 and summary["format"] == "pcapng" and summary["truncated_at"] is None
    if shutil.which("capinfos"):
        said = subprocess.run(["capinfos", "-c", "-M", str(out)], capture_output=True, text=True, check=True).stdout
        assert "3" in said


def test_a_packet_that_is_not_there(plain: Path) -> None:
    with pytest.raises(_wire.CaptureError, match="There is no packet 10000000"):
        _wire.packet(plain, 10_000_000)
