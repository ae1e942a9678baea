"""The bundled case: every host of the truth is found with its right type, and nothing is confidently wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hinomi.inventory.knowledge import load
from hinomi.inventory.score import Score, resolved, score, table

pytest.importorskip("hinomi._wire", reason="the wire is not built")
CASE = Path(__file__).parents[2] / "cases" / "first-light"


@pytest.fixture(scope="module", params=[False, True], ids=["zones proposed", "zones named"])
def result(request: Any) -> Score:
    truth, _, found = resolved(CASE, request.param)
    return score(truth, found.devices, load())


def test_every_host_is_found_once(result: Score) -> None:
    assert result.hosts >= 25, "the truth is empty"
    assert (result.missed, result.split, result.merged, result.extra) == ([], [], [], []), table(result)


@pytest.mark.parametrize(
    ("name", "recall", "precision"),
    [
        ("category", 1.0, 1.0),
        ("type", 0.98, 0.98),
        ("manufacturer", 0.98, 0.98),
        ("model", 0.95, 0.95),
        ("serial", 0.85, 1.0),  # the printer tells its serial number in the text of a page only
        ("software_version", 0.85, 1.0),
        ("os", 0.95, 0.95),
        ("hostname", 0.95, 1.0),
        ("department", 0.95, 1.0),
        ("ae_titles", 1.0, 1.0),
    ],
)
def test_attributes_that_were_let_out_are_right(result: Score, name: str, recall: float, precision: float) -> None:
    tally = result.attributes[name]
    assert tally.asked > 0
    assert tally.recall is not None and tally.recall >= recall, table(result)
    assert tally.precision is not None and tally.precision >= precision, table(result)


def test_nothing_is_confidently_wrong(result: Score) -> None:
    assert {name: tally.faults for name, tally in result.attributes.items() if tally.sure_wrong} == {}
    assert sum(tally.sure for tally in result.attributes.values()) > 50


def test_proof_of_each_let_out_attribute_leads_to_a_packet() -> None:
    truth, _, found = resolved(CASE, False)
    for device in found.devices:
        for name in ("manufacturer", "model", "serial", "hostname"):
            stated = device.attributes.get(name)
            if stated is not None and stated.sources[0].clue != "eth.address":
                assert any(s.evidence.packet > 0 for s in stated.sources), (device.label, name)
    assert truth["hosts"]


def test_the_same_case_read_twice_gives_the_same_ids() -> None:
    one, two = (resolved(CASE, False)[2] for _ in range(2))
    assert {d.id for d in one.devices} == {d.id for d in two.devices}
