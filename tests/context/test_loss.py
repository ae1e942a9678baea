"""The bundled case with one packet in twenty lost: devices and types stay right, nothing becomes surely wrong."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

pytest.importorskip("hinomi._wire", reason="the wire is not built")

from hinomi import _wire, conversations
from hinomi.context import intervals
from hinomi.context.score import judge
from hinomi.inventory import resolve
from hinomi.inventory.capture import records_of
from hinomi.inventory.knowledge import load
from hinomi.inventory.score import score, table

CASE = Path(__file__).parents[2] / "cases" / "first-light"
LOST = 0.05


@pytest.mark.parametrize("seed", [1, 2])
def test_one_packet_in_twenty_lost(tmp_path: Path, seed: int) -> None:
    capture = next(p for p in CASE.iterdir() if p.name.startswith("capture."))
    count = int(_wire.count(capture)["packets"])
    assert count > 5000
    chance = random.Random(seed)
    left = {number for number in range(1, count + 1) if chance.random() >= LOST}
    assert _wire.slice(capture, left, tmp_path / "lossy.pcapng") == len(left) < count
    tables = records_of(tmp_path / "lossy.pcapng")
    found = resolve("s", tables["clue"], conversations.build(tables["flow"]))
    truth = json.loads((CASE / "truth.json").read_text("utf-8"))
    result = score(truth, found.devices, load())
    judge(result, truth, found.devices, intervals(tables["reading"], tables["exchange"], found, tables["flow"]))
    told = table(result)
    assert (result.missed, result.split, result.merged, result.extra) == ([], [], [], []), told
    # A device that shows its maker in one packet only may lose just that one; it is then unknown, never wrong.
    for name, least in (("type", 0.95), ("manufacturer", 0.8), ("model", 0.8)):
        tally = result.attributes[name]
        assert tally.recall is not None and tally.recall >= least, told
        assert tally.precision == 1.0, told
    assert all(tally.sure_wrong == 0 for tally in result.attributes.values()), told
    assert result.in_use_faults == [], told
