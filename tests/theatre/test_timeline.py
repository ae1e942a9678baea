"""One room on one axis, from rows whose every number is known."""

from __future__ import annotations

import math
from typing import Any

import pytest

from hinomi import theatre
from hinomi.home import Home
from hinomi.model import Address, Device, FindingDraft, Severity

S = 1_000_000_000
T0 = 1_800_000_000 * S
ROOM = "OR1^1^1"


def reading(t: float, **more: Any) -> dict[str, Any]:
    return {
        "capture": "c0", "packet": 1, "offset": 24, "time": T0 + int(t * S), "host_ip": "10.0.0.50",
        "source": "MON1", "location": ROOM, "patient": "p1", "kind": "numeric", "code": "HR",
        "code_system": "MDC", "name": "heart rate", "unit": "/min", "value": 60.0, **more,
    }  # fmt: skip


def device(id: str, name: str, ip: str) -> Device:
    return Device(
        id=id, site="x", addresses=[Address("", ip, None, T0, T0 + S)], attributes={}, names={"hostname": [name]},
        services=[], zone=None, outside=False, first=T0, last=T0 + S,
    )  # fmt: skip


@pytest.fixture
def devices(home: Home) -> None:
    with home.state.transaction() as tx:
        tx.put_devices([device("d1", "MON1", "10.0.0.11"), device("d2", "US1", "10.0.0.12"),
                        device("d9", "GW", "10.0.0.50")])  # fmt: skip


def test_nothing_heard(home: Home) -> None:
    assert theatre.rooms(home.history, home.state) == []
    with pytest.raises(KeyError):
        theatre.timeline(home.history, home.state, ROOM)


def test_rooms(home: Home, keep: Any, devices: None) -> None:
    keep("reading", [reading(0), reading(9, patient="p2"), reading(3, location="ICU^1", source="MON7"),
                     reading(50, location="")])  # fmt: skip
    rooms = theatre.rooms(home.history, home.state)
    assert [(r.id, r.readings, r.patients, r.first, r.last, r.devices) for r in rooms] == [
        (ROOM, 2, 2, T0, T0 + 9 * S, ("d1",)),
        ("ICU^1", 1, 1, T0 + 3 * S, T0 + 3 * S, ()),  # the gateway's address is not the source
    ]
    assert rooms[0].name == "OR1 1 1"


def test_every_value_is_there(home: Home, keep: Any, devices: None) -> None:
    keep("reading", [reading(t, value=60.0 + t, packet=t + 1) for t in range(10)]
         + [reading(40, value=99.0), reading(3, code="SPO2", unit="%", value=97.0),
            reading(4, value=math.nan), reading(5, location="elsewhere", value=1.0)])  # fmt: skip
    line = theatre.timeline(home.history, home.state, ROOM)
    assert [(t.code, t.count, t.device, t.step_ns) for t in line.tracks] == [("HR", 11, "d1", 0), ("SPO2", 1, "d1", 0)]
    rate = line.tracks[0]
    assert rate.times == [T0 + t * S for t in [*range(10), 40]]
    assert rate.values == rate.lows == rate.highs == [60.0 + t for t in range(10)] + [99.0]
    assert rate.gaps == [(T0 + 9 * S, T0 + 40 * S)]
    assert (rate.evidence.capture, rate.evidence.packet) == ("c0", 1)
    assert (line.start, line.end) == (T0, T0 + 40 * S + 1)


def test_start_and_end(home: Home, keep: Any) -> None:
    keep("reading", [reading(t) for t in range(10)])
    line = theatre.timeline(home.history, home.state, ROOM, T0 + 2 * S, T0 + 5 * S)
    assert line.tracks[0].times == [T0 + t * S for t in (2, 3, 4)]


def test_joined_steps_lose_no_peak(home: Home, keep: Any) -> None:
    values = [50.0 + (t % 7) for t in range(1000)]
    values[333] = 250.0
    keep("reading", [reading(t, value=v) for t, v in enumerate(values)])
    track = theatre.timeline(home.history, home.state, ROOM, points=20).tracks[0]
    assert track.count == 1000 and track.step_ns > 0
    assert 19 <= len(track.times) <= 21
    assert max(track.highs) == 250.0 and min(track.lows) == 50.0
    assert track.times == sorted(track.times)


def test_what_a_gateway_repeats_counts_once(home: Home, keep: Any) -> None:
    stamp = T0 - 5 * S
    keep("reading", [reading(0, device_time=stamp, packet=5), reading(0.2, device_time=stamp, packet=9),
                     reading(1, device_time=stamp + S), reading(2), reading(2.1)])  # fmt: skip
    track = theatre.timeline(home.history, home.state, ROOM).tracks[0]
    assert track.count == 4  # without a stamp nothing tells a repetition from an equal value
    assert track.evidence.packet == 5


def test_clock_of_a_device(home: Home, keep: Any) -> None:
    # The device is 90 s behind, stamps whole seconds, its messages take 0.1 to 0.3 s.
    keep("reading", [reading(t + 0.1 + 0.02 * (t % 11), device_time=T0 + (t - 90) * S) for t in range(100)])
    (clock,) = theatre.timeline(home.history, home.state, ROOM).clocks
    assert clock.resolution_ns == S and clock.readings == 100
    assert abs(clock.offset_ns - 90.2 * S) <= 0.1 * S
    assert abs(clock.offset_ns - 90 * S) <= clock.error_ns


def test_waveform_keeps_its_extremes(home: Home, keep: Any) -> None:
    wave = [math.sin(i / 10) for i in range(500)]
    wave[100] = 9.0
    keep("reading", [reading(5, kind="waveform", value=None, sample_rate_hz=250.0, samples=wave)])
    line = theatre.timeline(home.history, home.state, ROOM, T0, T0 + 6 * S, points=60)
    (track,) = line.tracks
    assert track.kind == "waveform" and track.count == 500
    assert max(track.highs) == pytest.approx(9.0)
    at = track.times[track.highs.index(max(track.highs))]
    # sample 100 of 500 at 250 Hz, the last one at 5 s
    assert abs(at - (T0 + 5 * S - int(399 / 250 * S))) <= 0.1 * S


def test_said_images_findings_marks(home: Home, keep: Any, devices: None) -> None:
    keep("reading", [reading(0), reading(9), reading(4, kind="alarm", value=None, text="Apnoea", code="ALM")])
    store = {"capture": "c0", "packet": 3, "protocol": "dicom", "operation": "C-STORE", "outcome": "ok",
             "object": "US Image", "detail": '{"modality": "US", "model": "Nagisa"}'}  # fmt: skip
    keep("exchange", [
        {**store, "flow_id": 1, "time": T0 + 2 * S, "client_ip": "10.0.0.12", "patient": "p1"},
        {**store, "flow_id": 1, "time": T0 + 3 * S, "client_ip": "10.0.0.12", "patient": "p1", "outcome": "failed"},
        {**store, "flow_id": 2, "time": T0 + 4 * S, "client_ip": "10.0.0.12", "patient": "stranger"},
        {**store, "flow_id": 3, "time": T0 + 5 * S, "client_ip": "10.0.0.11", "patient": "", "detail": "{}"},
        {**store, "flow_id": 4, "time": T0 + 60 * S, "client_ip": "10.0.0.12", "patient": "p1"},
    ])  # fmt: skip
    with home.state.transaction() as tx:
        tx.put_findings([
            FindingDraft("x", "k", Severity.HIGH, 0.9, ["d1"], {}, T0 + S, T0 + S, 1, []),
            FindingDraft("x", "far", Severity.HIGH, 0.9, ["d9"], {}, T0 + S, T0 + S, 1, []),
            FindingDraft("x", "late", Severity.HIGH, 0.9, ["d1"], {}, T0 + 90 * S, T0 + 90 * S, 1, []),
        ])  # fmt: skip
    home.state.add_mark(ROOM, T0 + S, "incision", by="a person", kind="phase")
    home.state.add_mark("other", T0 + S, "x", by="a person")
    line = theatre.timeline(home.history, home.state, ROOM)
    assert [(s.text, s.kind) for s in line.said] == [("Apnoea", "alarm")] and line.said_total == 1
    assert [(i.device, i.count, i.outcome, i.why, i.modality, i.description) for i in line.images] == [
        ("d2", 2, "failed", "patient", "US", "Nagisa"),
        ("d1", 1, "ok", "device", "", ""),
    ]
    assert [f.key for f in line.findings] == ["k"]
    assert [m.text for m in line.marks] == ["incision"]
