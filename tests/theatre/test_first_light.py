"""The rooms of the bundled capture, against the lab's truth."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hinomi import pipeline, theatre
from hinomi.home import Home

CASE = Path(__file__).parents[2] / "cases" / "first-light"


@pytest.fixture
def read(home: Home) -> Home:
    pipeline.read(home, [CASE / "capture.pcap.zst"])
    return home


def test_rooms_and_their_devices(read: Home) -> None:
    truth = json.loads((CASE / "truth.json").read_text("utf-8"))
    address = {host["id"]: host["ip"][0] for host in truth["hosts"]}
    rooms = theatre.rooms(read.history, read.state)
    assert len(rooms) >= 3
    for used in truth["in_use"]:
        (room,) = [r for r in rooms if r.id.split("^")[0] == used["location"].split("^")[0]
                   and (used["location"].count("^") == 0 or r.id == used["location"])]  # fmt: skip
        # The monitors speak through a gateway: the device is told by its own name, not by the sender.
        assert read.state.device_by(address[used["host"]])[0] in room.devices, used["host"]
        line = theatre.timeline(read.history, read.state, room.id)
        device = read.state.device_by(address[used["host"]])[0]
        mine = [track for track in line.tracks if track.device == device]
        assert mine and all(track.times == sorted(track.times) for track in mine)
        first, last = min(t.times[0] for t in mine), max(t.times[-1] for t in mine)
        second = 1_000_000_000
        assert used["start"] - second <= first and last <= used["end"] + second
        assert last - first > 0.8 * (used["end"] - used["start"])
        assert line.clocks and all(abs(c.offset_ns) <= c.error_ns + second for c in line.clocks)  # one machine
        assert any(i.device == device for i in line.intervals)


def test_values_are_heard_once(read: Home) -> None:
    """The gateway passes each value on to the record, and the tap hears both."""
    raw = read.history.sql("SELECT count(*) AS n FROM reading WHERE kind = 'numeric' AND location <> ''")
    shown = sum(
        track.count
        for room in theatre.rooms(read.history, read.state)
        for track in theatre.timeline(read.history, read.state, room.id).tracks
        if track.kind == "numeric"
    )
    assert 0 < shown < raw.to_pylist()[0]["n"]


def test_the_hospitals_time_server_stands_beside_the_tap(read: Home) -> None:
    """The lab's server gives the machine's own time: its clock is the tap's, within the stamp's millisecond."""
    truth = json.loads((CASE / "truth.json").read_text("utf-8"))
    (server,) = {c["server"] for c in truth["conversations"] if c["service"] == "ntp"}
    (address,) = next(host["ip"] for host in truth["hosts"] if host["id"] == server)
    for room in theatre.rooms(read.history, read.state):
        clocks = [c for c in theatre.timeline(read.history, read.state, room.id).clocks if c.kind == "time_server"]
        assert [c.source for c in clocks] == [address]
        assert clocks[0].device == read.state.device_by(address)[0] and clocks[0].vouches
        assert abs(clocks[0].offset_ns) <= clocks[0].error_ns and clocks[0].readings > 3
