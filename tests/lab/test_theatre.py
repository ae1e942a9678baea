"""The lab's theatre: what the devices said is what the record holds, through every fault."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from lab.theatre_compare import about, compare, record_of, table

ROOT = Path(__file__).parent.parent.parent
S = 1_000_000_000
FAULTS = ["recorder=8", "connector=12", "cable=15", "cable=22", "clock=26", "loss=28", "loss=42"]


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """(truth, bodies by channel, events, about) of three quarters of a minute with five faults."""
    home = tmp_path_factory.mktemp("theatre")
    command = [sys.executable, "-m", "lab.theatre", "--home", str(home), "--seconds", "46", "--sdc"]
    for fault in FAULTS:
        command += ["--fault", fault]
    subprocess.run(command, cwd=ROOT, check=True, timeout=300, env=os.environ | {"HINOMI_HOME": str(home)})
    folder, held, events = record_of(home)
    assert (folder / "numerics.parquet").exists(), "a person ended the record, so its tables are settled"
    return json.loads((home / "truth.json").read_text()), held, events, about(home, folder)


def test_every_sample_of_every_device_once_in_order_and_within_its_bar(played):
    truth, held, events, what = played
    rows = compare(truth, held, events)
    print(table(rows, events, what))
    assert len(rows) >= 20 and len({row.kind for row in rows}) >= 12
    assert [row.name for row in rows if not row.good] == []
    assert sum(row.recorded for row in rows) > 2000
    assert all(row.said - row.in_gaps - row.before <= row.recorded <= row.said for row in rows)


def test_the_comparison_can_fail(played):
    """Each thing that it looks for is seen when it is put there."""
    truth, held, events, _ = played
    name = next(id for id in held if id.startswith("MON-1/"))
    spoilt = {
        "lost": held | {name: held[name][:5] + held[name][6:]},
        "twice": held | {name: [*held[name][:6], *held[name][5:]]},
        "disorder": held | {name: [held[name][1], held[name][0], *held[name][2:]]},
    }
    for what, bodies in spoilt.items():
        row = next(row for row in compare(truth, bodies, events) if row.name == "MON-1")
        assert getattr(row, what) >= 1 and not row.good, what
    later = copy.deepcopy(truth)
    for said in later["MON-1"]["said"].values():
        said[3][0] += 5 * S
    assert next(row for row in compare(later, held, events) if row.name == "MON-1").outside >= 1


def test_each_loss_is_a_marked_gap_and_each_silence_is_told_in_five_seconds(played):
    truth, _, events, _ = played
    gaps = {event["detail"]["channel"] for event in events if event["kind"] == "gap"}
    assert "NAV-1/Pointer" in gaps, "the connector was killed"
    for name, device in truth.items():  # the cable was out for seven seconds
        if device["speaks"] == "HL7":
            assert {f"{name}/{code}" for code in device["said"]} <= gaps
    silent = [event for event in events if event["kind"] == "silent" and event["detail"]["channel"].startswith("MON-1")]
    assert silent and min(e["heard"] - e["detail"]["since"] for e in silent) < 5 * S
    assert any("recorder started again" in event["text"] for event in events)


def test_the_one_clock_that_stepped_is_told_and_no_other(played):
    _, _, events, _ = played
    steps = [event for event in events if event["kind"] == "clock"]
    assert [event["text"].split(":")[0] for event in steps] == ["PUMP-1"]
    assert abs(steps[0]["detail"]["step_ns"] - 10 * S) <= steps[0]["detail"]["error_ns"]
