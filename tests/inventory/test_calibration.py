"""Over all cases: what is stated surely is right, although every maker there is unknown to the knowledge."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("hinomi._wire", reason="the wire is not built")

from hinomi.inventory.calibration import cases_in, curve, main, measure, page, total
from hinomi.inventory.score import Score, Tally

CASES = Path(__file__).parents[2] / "cases"


@pytest.fixture(scope="module")
def results() -> list[Score]:
    return measure(cases_in(CASES))


def test_what_is_stated_surely_is_right(results: list[Score]) -> None:
    tallies = total(results)
    sure = sum(t.sure for t in tallies.values())
    wrong = sum(t.sure_wrong for t in tallies.values())
    assert sure > 50, "too little is stated to judge"
    assert wrong <= 0.05 * sure, [f for t in tallies.values() for f in t.faults]


def test_no_device_is_split_or_merged(results: list[Score]) -> None:
    assert {r.case: (r.split, r.merged) for r in results if r.split or r.merged} == {}


def test_higher_confidence_is_not_less_often_right(results: list[Score]) -> None:
    rows = [(mean, right) for _, _, count, mean, right in curve(total(results).values()) if count >= 20]
    assert rows and all(right >= mean - 0.15 for mean, right in rows), rows


def test_the_page_has_every_attribute(results: list[Score], capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    text = page(results)
    assert all(f"| {name} |" in text for name in ("type", "manufacturer", "os"))
    assert main([str(tmp_path)]) == 2 and "no case" in capsys.readouterr().err


def test_curve_counts_what_was_judged() -> None:
    tally = Tally(judged=[(0.92, True), (0.94, False), (0.6, True)])
    assert curve([tally]) == [(0.5, 0.7, 1, 0.6, 1.0), (0.9, 0.95, 2, pytest.approx(0.93), 0.5)]


def test_what_was_let_out_is_named(results: list[Score]) -> None:
    tallies = total(results)
    for name, least in (("type", 0.98), ("model", 0.95)):
        recall = tallies[name].recall
        assert recall is not None and recall >= least, (name, recall, tallies[name].faults)
