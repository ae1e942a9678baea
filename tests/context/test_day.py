"""The lab's day, the yardstick: every kind of device of the house, none of its makers in `knowledge/`."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("hinomi._wire", reason="the wire is not built")

from hinomi import _wire
from hinomi.context import intervals
from hinomi.context.score import judge
from hinomi.inventory.knowledge import load
from hinomi.inventory.score import Score, resolved, score, table

CASE = Path(__file__).parents[2] / "cases" / "day"
SPOKEN = {"sdc", "astm", "poct1a", "igtl", "bcap", "bacnet", "hl7", "dicom"}

pytestmark = [
    pytest.mark.skipif(not (CASE / "truth.json").exists(), reason="the day was not recorded"),
    pytest.mark.skipif(
        not {str(d["name"]) for d in _wire.dissectors()} >= SPOKEN, reason="the wire is older than the day's protocols"
    ),
]


@pytest.fixture(scope="module")
def result() -> Score:
    truth, tables, found = resolved(CASE, False)
    out = score(truth, found.devices, load())
    judge(out, truth, found.devices, intervals(tables["reading"], tables["exchange"], found, tables["flow"]))
    return out


def test_no_device_is_split_or_merged(result: Score) -> None:
    assert (result.split, result.merged, result.extra) == ([], [], []), table(result)
    assert result.found >= 40


@pytest.mark.parametrize(("name", "least"), [("type", 0.98), ("manufacturer", 0.98), ("model", 0.95)])
def test_what_was_let_out_is_told(result: Score, name: str, least: float) -> None:
    tally = result.attributes[name]
    assert tally.recall is not None and tally.recall >= least, table(result)
    assert tally.precision is not None and tally.precision >= least, table(result)


def test_nothing_is_surely_wrong_and_uses_are_found(result: Score) -> None:
    assert {n: t.faults for n, t in result.attributes.items() if t.sure_wrong} == {}
    assert result.in_use_asked > 0 and result.in_use_faults == []
