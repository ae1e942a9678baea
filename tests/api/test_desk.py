"""The desk's gate, its invitations and the pace of a slow screen."""

from __future__ import annotations

import json
import time
from collections import deque

import pytest
from starlette.websockets import WebSocketDisconnect

from hinomi.api.routes.desk_live import SLOW_S, Pace, _binary, _in_ms, _samples
from hinomi.connect.frames import Channel, pack, samples_in, samples_out
from hinomi.recorder import words
from hinomi.recorder.feed import NUMERICS_MAX, Feed, Viewer


def test_live_values_stay_off_until_the_owner_has_decided(home):
    assert not words.permission(home.state).allowed
    words.decide_regulatory(home.state, "not-medical-device", "decided by the committee of 2026-11", by="owner")
    found = words.permission(home.state)
    assert found.allowed and found.by == "owner"
    words.decide_regulatory(home.state, "off", "withdrawn until the review is over", by="owner")
    assert not words.permission(home.state).allowed


def feed_with(tmp_path, *, vital: bool) -> Viewer:
    feed = Feed(tmp_path / "none.sock")
    viewer = Viewer(vital=vital)
    for kind in ("numeric", "waveform", "alarm", "transform", "state"):
        feed.channels[kind] = Channel(kind, kind, "M", kind)
    feed.join(viewer)
    for kind in feed.channels:
        feed._sample({"t": "sample", "c": kind, "a": 1, "v": 7, "n": 0}, b"\0\0\0\0")
    return viewer


def test_the_feed_hands_on_no_vital_kind_to_a_screen_without_permission(tmp_path):
    frame = feed_with(tmp_path, vital=False).take()
    assert frame is not None and "numerics" not in frame and "moving" not in frame
    assert [one["kind"] for one in frame["said"]] == ["state"]
    assert [one["id"] for one in frame["channels"]] == ["state"]
    frame = feed_with(tmp_path, vital=True).take()
    assert frame is not None and len(frame["numerics"]) == 1 and len(frame["moving"]) == 2 and len(frame["said"]) == 2


def test_a_slow_screen_loses_pictures_first_and_numbers_never():
    pace = Pace()
    for number, behind in enumerate(SLOW_S, 1):
        pace._judge(behind + 0.01, time.monotonic())
        assert pace.level == number
    pace._judge(0.01, time.monotonic())
    assert pace.level == 3, "it does not come back at once"
    pace._judge(0.01, time.monotonic() + 60)
    assert pace.level == 2
    viewer = Viewer(vital=True, waves=False, picture=False)
    viewer.numerics["hr"] = deque([{"a": 1, "v": 1}])
    assert viewer.take() == {"numerics": [{"a": 1, "v": 1}]}
    block = {"s": samples_out([0, 9, 1, 2, 3, 4, 4, 4, 4, -5])}
    whole, more = _samples(block, 1)
    assert len(whole) == 10 and more == {}
    thin, more = _samples(block, 2)
    assert thin.tolist() == [0, 9, -5, 4] and more["thin"] * len(thin) == 10


def test_one_lost_packet_is_no_slow_line_and_a_slow_line_is():
    pace = Pace()
    for number in range(40):  # a line of 300 ms; each tenth frame waits for a packet to be sent again
        pace._sent[number] = time.monotonic() - (0.7 if number % 10 == 9 else 0.3)
        pace.confirm(number)
    assert pace.level == 0
    for number in range(40, 50):
        pace._sent[number] = time.monotonic() - 1.1
        pace.confirm(number)
    assert pace.level == 2
    stuck = Pace()
    stuck._sent[1] = time.monotonic() - 2 * SLOW_S[2] - 0.1
    stuck.late()
    assert stuck.level == 3


def test_no_value_is_skipped_between_two_frames_and_what_does_not_fit_is_counted(tmp_path):
    feed = Feed(tmp_path / "none.sock")
    feed.channels["hr"] = Channel("hr", "numeric", "M", "hr")
    viewer = Viewer(vital=True)
    feed.join(viewer)
    for n in range(NUMERICS_MAX + 3):
        feed._sample({"t": "sample", "c": "hr", "a": n, "v": n}, b"")
    frame = viewer.take()
    assert frame is not None and [one["v"] for one in frame["numerics"]] == list(range(3, NUMERICS_MAX + 3))
    assert frame["missed"] == 3


def test_both_forms_of_a_frame_say_the_same():
    frame = {
        "numerics": [{"c": "hr", "a": 2_000_000, "v": 7.5}],
        "moving": [
            {"c": "ecg", "a": 1_000_000, "n": 4, "s": samples_out([0.5, -1.25, 3.0])},
            {"c": "tool", "a": 1_500_000, "v": [1.0] * 16},
            {"c": "art", "a": 1_000_000, "n": 0, "s": samples_out([8.0])},
        ],
    }
    text = _in_ms(frame, 0) | {"f": 1}
    for odd in ("", "x", "xx", "xxx"):  # the samples begin at a multiple of four whatever the words are
        data = _binary(frame, 0, {"f": 1, "odd": odd})
        length = int.from_bytes(data[:4], "little")
        found = json.loads(data[4 : 4 + length])
        assert found.pop("odd") == odd
        samples = samples_in(data[4 + length + -length % 4 :])
        for one in found["moving"]:
            if "s" in one:
                first, count = one["s"]
                one["s"] = samples[first : first + count]
        assert found == text


def test_an_invitation_ends(home):
    one, word = words.invite(home.state, "OR1", "Dr. Guest", 0.5, by="surgeon")
    assert words.guest(home.state, word) == one and words.guest(home.state, word + "x") is None
    assert word not in str([entry.body for entry in home.state.filed(words.INVITATION)])
    words.end_invitation(home.state, one.id, by="surgeon")
    assert words.guest(home.state, word) is None and words.invitations(home.state) == []


def test_another_sites_page_cannot_open_the_line(ask_empty):
    for headers in ({"origin": "http://evil.example"}, {"host": "evil.example"}):
        with pytest.raises(WebSocketDisconnect), ask_empty.websocket_connect("/api/desk/live?room=X", headers=headers):
            pass


def test_the_line_says_at_once_that_there_is_no_recorder(ask_empty):
    with ask_empty.websocket_connect("ws://127.0.0.1:8733/api/desk/live?room=nobody") as line:
        frame = line.receive_json()
        assert frame["health"]["down"] is True and frame["vital"] is False
        line.send_json({"ack": frame["f"]})


def test_consent_is_recorded_and_withdrawn(home):
    assert words.consent(home.state, "OR1") is None
    words.give_consent(home.state, "OR1", "rule 7 of the theatre, patient informed", by="owner")
    assert words.consent(home.state, "OR1")["rule"].startswith("rule 7")
    words.withdraw_consent(home.state, "OR1", by="owner")
    assert words.consent(home.state, "OR1") is None
    assert len(pack({"t": "x"})) > 8
