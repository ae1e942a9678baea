"""What was confirmed is on disk, what was not comes again: through a killed recorder and a killed connector."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

from tests.recorder.conftest import wait

from hinomi.connect.frames import Channel
from hinomi.connect.line import Line
from hinomi.recorder.folder import load_meta, read_messages

SENDER = """
import sys, time
from pathlib import Path
from hinomi.connect.frames import Channel
from hinomi.connect.line import Line
line = Line(Path(sys.argv[1]), "sender", "test")
line.channel(Channel("mon/hr", "numeric", "mon", "HR", "147842", "MDC", "/min", every_s=0.02))
line.state(True)
for n in range(int(sys.argv[2]), int(sys.argv[3])):
    line.sample("mon/hr", value=n)
    time.sleep(0.01)
print(line.flush(20), flush=True)
time.sleep(60)
"""


def numbers(room):
    """Values of every data file, in the order in which they stand there."""
    found = []
    for folder in room.folders:
        for path in sorted(folder.glob("data-*.mcap")):
            found += [
                json.loads(m.data)["value"] for _, channel, m in read_messages(path) if channel.topic == "/mon/hr"
            ]
    return found


def side_numbers(room):
    lines = [line for folder in room.folders for line in (folder / "numerics.jsonl").read_text().splitlines()]
    return [json.loads(line)["v"] for line in lines]


def send(room, first, last):
    return subprocess.Popen(
        [sys.executable, "-c", SENDER, str(room.socket), str(first), str(last)], stdout=subprocess.PIPE, text=True
    )


def test_a_killed_recorder_loses_nothing_and_doubles_nothing(room):
    one = room()
    one.start()
    sender = send(one, 0, 400)
    for _ in range(3):
        time.sleep(0.9)
        one.kill()
        one.start()
    assert sender.stdout.readline().strip() == "True"
    sender.kill()
    one.stop()
    assert len(one.folders) == 1, "a killed recorder goes on with its record"
    assert numbers(one) == list(range(400))
    assert side_numbers(one) == list(range(400))
    assert load_meta(one.folders[0]).end is None


def test_a_killed_connector_costs_only_its_own_channel(room):
    one = room()
    one.start()
    other = Line(one.socket, "other", "test")
    other.channel(Channel("vent/rr", "numeric", "vent", "RR", every_s=0.05))
    other.state(True)
    sender = send(one, 0, 10_000)
    wait(lambda: len(one.folders) == 1 or None, 10)
    end = time.monotonic() + 3
    count = 0
    while time.monotonic() < end:
        other.sample("vent/rr", value=count)
        count += 1
        time.sleep(0.02)
        if count == 40:
            sender.kill()
    assert other.flush(10)
    other.close()
    one.stop()
    path = next(one.folders[0].glob("data-*.mcap"))
    rows = [(c.topic, json.loads(m.data)) for _, c, m in read_messages(path)]
    assert [body["value"] for topic, body in rows if topic == "/vent/rr"] == list(range(count))
    values = [body["value"] for topic, body in rows if topic == "/mon/hr"]
    assert values == list(range(len(values))) and values
    said = [body for topic, body in rows if topic == "/hinomi"]
    assert any(body["kind"] == "connector" and "gone" in body["text"] for body in said)
    assert any(body["kind"] == "silent" and body["detail"]["channel"] == "mon/hr" for body in said)


def test_a_missing_stretch_is_a_marked_gap_and_a_clock_step_is_told(room):
    one = room()
    one.start()
    shift = [0]
    line = Line(one.socket, "mon", "test", wall=lambda: time.time_ns() + shift[0])
    line.channel(Channel("mon/ecg", "waveform", "mon", "ECG", unit="mV", rate_hz=100, every_s=0.1))
    line.state(True)
    for block in range(20):
        if block not in (7, 8):  # twenty samples never came
            line.sample("mon/ecg", samples=[float(n) for n in range(block * 10, block * 10 + 10)], first=block * 10)
        if block == 12:
            shift[0] = 10_000_000_000
        time.sleep(0.05)
    assert line.flush(10)
    line.close()
    one.stop()
    rows = [
        json.loads(m.data)
        for p in one.folders[0].glob("data-*.mcap")
        for _, c, m in read_messages(p)
        if c.topic == "/hinomi"
    ]
    gaps = [row for row in rows if row["kind"] == "gap"]
    assert [gap["detail"]["missing"] for gap in gaps] == [20]
    steps = [row["detail"]["step_ns"] for row in rows if row["kind"] == "clock"]
    assert len(steps) == 1 and abs(steps[0] - 10e9) < 50e6
    heard = [
        json.loads(m.data)["heard"]
        for p in one.folders[0].glob("data-*.mcap")
        for _, c, m in read_messages(p)
        if c.topic == "/mon/ecg"
    ]
    assert heard == sorted(heard) and heard[-1] - heard[0] < 5e9, "the axis did not step with the wall clock"


def test_silence_is_in_sight_within_five_seconds(room):
    import socket

    from hinomi.connect.frames import LENGTHS_BYTES, lengths, pack, unpack_head

    one = room()
    one.start()
    line = Line(one.socket, "mon", "test")
    line.channel(Channel("mon/hr", "numeric", "mon", "HR", every_s=1))
    line.state(True)
    line.sample("mon/hr", value=60)
    with socket.socket(socket.AF_UNIX) as watch:
        watch.settimeout(20)
        watch.connect(os.fspath(one.socket))
        watch.sendall(pack({"t": "watch"}))
        stream = watch.makefile("rb")
        states = []
        first_ok = None
        while True:
            head, tail = lengths(stream.read(LENGTHS_BYTES))
            body = stream.read(head + tail)
            frame = unpack_head(body[:head])
            if frame["t"] != "health" or not frame["channels"]:
                continue
            states.append(frame["channels"][0]["state"])
            if states[-1] == "ok" and first_ok is None:
                first_ok = frame["a"]
            if states[-1] == "silent":
                assert (frame["a"] - first_ok) / 1e9 < 5
                break
    line.close()


def test_a_torn_file_is_made_whole(room, tmp_path):
    one = room()
    one.start()
    sender = send(one, 0, 100)
    assert sender.stdout.readline().strip() == "True"
    one.kill()
    sender.kill()
    path = next(one.folders[0].glob("data-*.mcap"))
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 2 // 3])  # as a power cut may leave it
    one.start()
    one.stop()
    values = numbers(one)
    assert values == list(range(len(values))) and 0 < len(values) <= 100
    assert side_numbers(one) == values
