"""The lab's theatre: what the devices said is what the record holds, through every fault."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest
from lab.theatre_devices import BCAP_DEVICES, HL7_DEVICES

from hinomi.recorder.folder import read_messages

ROOT = Path(__file__).parent.parent.parent
S = 1_000_000_000
FAULTS = ["recorder=12", "connector=18", "cable=24", "cable=31", "clock=36"]


@pytest.fixture(scope="module")
def played(tmp_path_factory) -> tuple[dict, dict[str, list[dict]], list[dict]]:
    """(truth, values by channel, events) of three quarters of a minute with five faults."""
    home = tmp_path_factory.mktemp("theatre")
    command = [sys.executable, "-m", "lab.theatre", "--home", str(home), "--seconds", "46"]
    for fault in FAULTS:
        command += ["--fault", fault]
    subprocess.run(command, cwd=ROOT, check=True, timeout=240, env=os.environ | {"HINOMI_HOME": str(home)})
    truth = json.loads((home / "truth.json").read_text())
    folders = sorted((home / "theatre" / "records").iterdir())
    assert len(folders) == 1, "a killed recorder goes on with its record"
    values: dict[str, list[dict]] = defaultdict(list)
    events = []
    for path in sorted(folders[0].glob("data-*.mcap")):
        for _, channel, message in read_messages(path):
            body = json.loads(message.data)
            if channel.topic == "/hinomi":
                events.append(body)
            else:
                values[channel.topic.lstrip("/")].append(body)
    return truth, values, events


def test_twenty_devices_of_twelve_kinds(played):
    truth, values, _ = played
    heard = {id.split("/")[0] for id in values}
    assert len(truth) >= 20 and len({one["kind"] for one in truth.values()}) >= 12
    assert {name for name, _, _ in HL7_DEVICES} | {name for name, _ in BCAP_DEVICES} <= heard
    assert {"NAV-1", "ESU-1", "ECG-1", "US-1", "CARM-1", "MR-1"} <= heard


def test_every_sample_once_in_order_and_near_the_truth(played):
    truth, values, _ = played
    compared = 0
    for name, _, measured in HL7_DEVICES:
        for code, *_ in measured:
            said = truth[name]["said"][code.split("^")[0]]
            held = values[f"{name}/{code.split('^')[0]}"]
            # The recorder is started with the devices: what was said before its listener stood was never sent.
            assert [row["value"] for row in held] == [value for _, value in said[-len(held) :]]
            assert len(held) >= len(said) - 1
            for row, (time, _) in zip(held, said[-len(held) :], strict=True):
                assert abs(row["heard"] - time) < S
            compared += len(held)
    assert compared > 400


def test_numbers_are_unique(played):
    _, values, _ = played
    seen = [(row["run"], row["q"]) for rows in values.values() for row in rows]
    assert len(seen) == len(set(seen)) > 1000
    for rows in values.values():
        heard = [row["heard"] for row in rows]
        assert heard == sorted(heard)


def test_each_loss_is_a_marked_gap(played):
    _, _, events = played
    gaps = [event["detail"]["channel"] for event in events if event["kind"] == "gap"]
    assert "NAV-1/Pointer" in gaps, "the connector was killed"
    for name, _, measured in HL7_DEVICES:  # the cable was out for seven seconds
        assert f"{name}/{measured[0][0].split('^')[0]}" in gaps
    silent = [event for event in events if event["kind"] == "silent" and event["detail"]["channel"].startswith("MON-1")]
    assert silent and min(e["heard"] - e["detail"]["since"] for e in silent) < 5 * S
    assert any("recorder started again" in event["text"] for event in events)
    pump = [event for event in events if event["kind"] == "clock" and event["text"].startswith("PUMP-1")]
    assert len(pump) == 1 and abs(pump[0]["detail"]["step_ns"] - 10 * S) <= pump[0]["detail"]["error_ns"]
