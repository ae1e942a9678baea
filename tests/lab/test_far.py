"""The remote desk on a line of 5 Mbit/s, 80 ms and 2 % loss, then narrower, then cut for a minute.

What stands in for the world is `lab.link`: whole IP packets between two network namespaces, delayed, lost, cut. The
desk is the console itself in Chromium at the far end. Nothing here depends on how quick the machine is: what is
asked is what came, not when.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from lab.far import table

pytestmark = pytest.mark.lab
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    into = tmp_path_factory.mktemp("far") / "found.json"
    command = [sys.executable, "-m", "lab.far", "--shaped", "12", "--narrow", "20", "--cut", "60", "--after", "45"]
    subprocess.run([*command, "--into", str(into)], cwd=ROOT, check=True, timeout=580)
    found: dict[str, Any] = json.loads(into.read_text())
    print(table(found, 60))
    return found


def test_the_record_loses_nothing(played):
    record = played["record"]
    assert record["values"] > 1000 and record["samples"] > 400_000 and record["channels"] == 20
    assert (record["missing"], record["twice"], record["breaks"], record["gaps"]) == (0, 0, 0, 0)


def test_the_line_was_as_poor_as_it_says(played):
    for way in played["line"].values():
        assert way["through"] > 100 and way["lost"] > 0 and way["cut"] > 0


def test_the_far_desk_stays_usable_and_gives_way_in_order(played):
    for part in ("shaped", "narrow", "after"):
        assert played[part]["came"]["count"] > 50, f"values stopped on the line: {part}"
        assert played[part]["on_the_page"]["count"] > 0
    narrow, wide = played["narrow"], played["shaped"]
    assert sum(narrow["levels"][level] for level in "23") > 0, "the curves never gave way on a line too narrow for them"
    assert narrow["waveform_samples_per_s"] < wide["waveform_samples_per_s"]


def test_the_far_desk_says_that_it_is_cut_and_catches_up(played):
    cut = played["cut"]
    assert cut["said_after_s"] is not None and cut["back_after_s"] is not None
    assert cut["values"] > 1000 and cut["missing_on_the_desk"] == 0
