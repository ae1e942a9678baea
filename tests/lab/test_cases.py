"""Every case stands on its own: its files are there, its truth is well formed, and tshark agrees with it."""

from __future__ import annotations

import json
import shutil
import tomllib
from pathlib import Path

import pytest
from lab.check_tshark import RECOGNISED, check, find_capture

ROOT = Path(__file__).resolve().parents[2]
# Cases of other rooms may have no truth of the lab; these are the lab's.
CASES = sorted(path.parent for path in (ROOT / "cases").rglob("truth.json"))


def _ids(name: str, table: str) -> set[str]:
    with (ROOT / "knowledge" / name).open("rb") as stream:
        return {row["id"] for row in tomllib.load(stream)[table]}


TYPES, KINDS = _ids("device_types.toml", "type"), _ids("zone_kinds.toml", "kind")


def test_there_are_cases() -> None:
    assert len(CASES) > 30


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_case_is_complete(case: Path) -> None:
    assert find_capture(case).stat().st_size > 100
    assert (case / "story.md").read_text().startswith("# ")
    assert (case / "make.sh").stat().st_mode & 0o111
    assert (case / "expect.toml").is_file()


# Protocols of the link, said to everybody on it: nobody is client or server of another.
LINK_ONLY = {"nd", "stp"}


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_truth_is_well_formed(case: Path) -> None:
    truth = json.loads((case / "truth.json").read_text())
    assert truth["schema"] == 1 and truth["case"] == case.name
    assert truth["start"] < truth["end"]
    zones, hosts = {row["id"] for row in truth["zones"]}, {row["id"] for row in truth["hosts"]}
    assert {row["kind"] for row in truth["zones"]} <= KINDS
    for host in truth["hosts"]:
        assert host["zone"] in zones, host["id"]
        assert host["attributes"]["type"] in TYPES, host["id"]
        assert set(host["let_out"]) <= set(host["attributes"]), host["id"]
    assert bool(truth["conversations"]) == (case.name not in LINK_ONLY)
    for row in truth["conversations"]:
        assert row["client"] in hosts and row["server"] in hosts, row
        assert row["service"] in RECOGNISED, row
        assert truth["start"] <= row["first"] <= row["last"] <= truth["end"], row
    for row in truth["in_use"]:
        assert row["host"] in hosts and row["start"] < row["end"], row
    for incident in truth["incidents"]:
        assert incident["steps"], incident["id"]
        assert all(step["actor"] in hosts and step["target"] in hosts for step in incident["steps"])
        assert all(step["visible"] == bool(step["knowable"]) for step in incident["steps"]), incident["id"]


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
def test_tshark_agrees(case: Path) -> None:
    assert check(case) == []


def test_index_is_fresh() -> None:
    from lab.index import index

    assert (ROOT / "cases" / "INDEX.md").read_text() == index(), "run: python -m lab.index"
