"""Values of this moment stay off until the owner's decision is recorded, on every page that could show them."""

from __future__ import annotations

import time

import pytest

from hinomi.recorder import words


def room_of(ask):
    return ask.get("/api/theatre/rooms").json()[0]["id"]


@pytest.fixture
def lately(full, monkeypatch):
    """The clock of the machine stands five minutes after the last reading."""
    last = full.history.sql("SELECT max(time) AS last FROM reading").to_pylist()[0]["last"]
    now = last + 5 * 60 * 10**9
    monkeypatch.setattr(time, "time_ns", lambda: now)
    return now


def times(timeline):
    return [t for track in timeline["tracks"] for t in track["times_ms"]]


def test_old_values_are_shown_as_ever(ask):
    found = ask.get("/api/theatre/timeline", params={"room": room_of(ask)})
    assert found.status_code == 200
    assert times(found.json())


def test_values_of_the_last_minutes_are_not(ask, full, lately):
    room = room_of(ask)
    newest = (lately - words.LIVE_NS) / 10**6
    found = ask.get("/api/theatre/timeline", params={"room": room})
    assert found.status_code == 200
    assert all(t < newest for t in times(found.json()))
    late = ask.get("/api/theatre/timeline", params={"room": room, "start_ms": newest + 1, "end_ms": newest + 9})
    assert late.status_code == 422
    assert late.json()["type"].endswith("desk.not_decided")
    window = ask.get("/api/desk/window", params={"id": f"tap:{room}", "start_ms": newest + 1, "end_ms": newest + 9})
    assert window.status_code in (404, 422)


def test_a_recorded_decision_lifts_the_bound(ask, full, lately):
    words.decide_regulatory(full.state, "not-medical-device", "the owner has looked at it", by="owner")
    newest = (lately - words.LIVE_NS) / 10**6
    found = ask.get(
        "/api/theatre/timeline", params={"room": room_of(ask), "start_ms": newest + 1, "end_ms": newest + 9}
    )
    assert found.status_code == 200
