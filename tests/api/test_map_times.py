"""The map over time: hours and days on the site's clock, one part of them, and two days held against each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pyarrow as pa
import pytest
from fastapi.testclient import TestClient

from hinomi.api import create_app
from hinomi.home import Home
from hinomi.store.history.schemas import schema
from hinomi.store.history.staging import Staging

HOUR_MS = 3_600_000
HOUR = HOUR_MS * 1_000_000
FIRST = 1_790_000_000 * 1_000_000_000 // HOUR * HOUR  # 23:00 in Tokyo: the next hour is the next day


@pytest.fixture
def days(
    full: Home,
    batch: Callable[[str, Iterable[dict[str, Any]]], pa.RecordBatch],
    make_talk: Callable[..., dict[str, Any]],
) -> Iterator[TestClient]:
    """The small hospital, and what was heard in it after midnight and, without any talk, four hours later."""
    later = [
        make_talk("10.20.0.21", "10.50.0.20", "dicom", 104, 70_000, 1_000),
        make_talk("10.30.1.11", "10.50.0.20", "hl7", 2575, 4_000, 500),
        make_talk("10.60.0.99", "10.50.0.20", None, 50_001, 100, 100),
        make_talk("10.60.0.99", "10.50.0.20", None, 50_002, 300, 100),
    ]
    for row in later:
        row |= {"hour": FIRST + HOUR, "first": row["first"] + HOUR, "last": row["last"] + HOUR}
    with full.writing():
        staging = Staging(full.staging_path, full.history_path, "run-b", full.site)
        staging.begin()
        staging.write("conversation", pa.RecordBatch.from_pylist(later, schema=schema("conversation")))
        heard = {
            "site": "s",
            "sensor": "import",
            "subnet": "10.20.0.0/24",
            "heard": "nothing",
            "packets": 1,
            "hosts": 1,
        }
        staging.write("coverage", batch("coverage", [heard | {"hour": FIRST + 5 * HOUR}]))
        staging.keep()
        staging.publish()
        with full.state.transaction() as tx:
            tx.put_history_files(staging.files)
    with TestClient(create_app(full), base_url="http://127.0.0.1:8733") as client:
        yield client


def test_hours_stand_without_holes_and_say_whether_anybody_listened(days: TestClient) -> None:
    said = days.get("/api/map/times", params={"step": "hour"}).json()
    assert [(one["day"], one["hours"], one["flows"]) for one in said["items"]] == [
        ("2026-09-21", 1, 8), ("2026-09-22", 1, 8),
        ("2026-09-22", 0, 0), ("2026-09-22", 0, 0), ("2026-09-22", 0, 0),
        ("2026-09-22", 1, 0),
    ]  # fmt: skip
    assert said["left_out"] == 0
    assert said["items"][0]["bytes"] == 957_800


def test_days_begin_at_midnight_of_the_site(days: TestClient) -> None:
    said = days.get("/api/map/times").json()
    assert [(one["day"], one["at"], one["hours"]) for one in said["items"]] == [
        ("2026-09-21", "2026-09-20T15:00:00.000000000Z", 1),
        ("2026-09-22", "2026-09-21T15:00:00.000000000Z", 2),
    ]


def test_a_part_of_the_map_is_what_ran_then(days: TestClient) -> None:
    start = FIRST // 1_000_000
    late = {"start_ms": start + HOUR_MS, "end_ms": start + 2 * HOUR_MS}
    said = days.get("/api/map/part", params=late).json()
    assert {(one["a"], one["b"]): one["bytes_ab"] for one in said["conduits"]} == {
        ("imaging", "server"): 70_000,
        ("or1", "server"): 4_000,
        ("server", "unnamed"): 200,
    }
    assert {one["id"]: one["devices"] for one in said["zones"]} == {"imaging": 1, "or1": 1, "server": 1, "unnamed": 1}
    silent = {"start_ms": start + 2 * HOUR_MS, "end_ms": start + 6 * HOUR_MS}
    assert days.get("/api/map/part", params=silent).json() == {"zones": [], "conduits": [], "conduits_left_out": 0}
    both = days.get("/api/map/part", params={"start_ms": start, "end_ms": start + 2 * HOUR_MS}).json()
    whole = days.get("/api/map").json()
    for said in (both, whole):
        for one in said["conduits"]:
            one["services"].sort()  # of equal weight
    assert both["conduits"] == whole["conduits"], "all hours together are the whole map"


def test_two_days_held_against_each_other(days: TestClient) -> None:
    said = days.get("/api/map/difference", params={"before": "2026-09-21", "after": "2026-09-22"}).json()
    assert (said["before"]["hours"], said["after"]["hours"]) == (1, 2)
    assert {(one["a"], one["b"]): one["change"] for one in said["conduits"]} == {
        ("imaging", "outside"): "gone",
        ("imaging", "server"): "both",
        ("or1", "server"): "new",
        ("server", "unnamed"): "both",
    }
    assert [one["change"] for one in said["conduits"]][:2] == ["new", "gone"], "what differs comes first"
    assert [one["id"] for one in said["devices_new"]] == ["d-mon"]
    assert [one["id"] for one in said["devices_gone"]] == ["d-ct"], "the cloud is not the house's device"
    new, gone = said["talks_new"], said["talks_gone"]
    assert [(one["client"]["id"], one["service"]) for one in new] == [("d-mon", "hl7"), ("d-odd", "")], (
        "two ports of the moment are one conversation"
    )
    assert {(one["client"]["id"], one["service"], one["port"]) for one in gone} == {
        ("d-ct", "dicom", 104), ("d-us", "tls", 443), ("d-odd", "", 9999),
    }  # fmt: skip
    back = days.get("/api/map/difference", params={"before": "2026-09-22", "after": "2026-09-21"}).json()
    assert [one["id"] for one in back["devices_gone"]] == ["d-mon"]


def test_lists_are_bounded_and_say_what_was_left_out(days: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    from hinomi.api.routes import map_times

    for limit in ("STEPS_MAX", "CONDUITS_MAX", "LISTED_MAX"):
        monkeypatch.setattr(map_times, limit, 1)
    assert days.get("/api/map/times", params={"step": "hour"}).json()["left_out"] == 5
    assert days.get("/api/map/times").json()["left_out"] == 1
    said = days.get("/api/map/difference", params={"before": "2026-09-21", "after": "2026-09-22"}).json()
    assert (len(said["conduits"]), said["conduits_left_out"]) == (1, 3)
    assert (len(said["talks_gone"]), said["talks_gone_total"]) == (1, 3)
    start = FIRST // 1_000_000
    part = days.get("/api/map/part", params={"start_ms": start, "end_ms": start + HOUR_MS}).json()
    assert (len(part["conduits"]), part["conduits_left_out"]) == (1, 2)


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("part", {"start_ms": 2, "end_ms": 1}),
        ("part", {"start_ms": 0, "end_ms": 4_000_000_000_000}),
        ("difference", {"before": "2026-09-21", "after": "2026-09-21"}),
        ("difference", {"before": "0001-01-01", "after": "2026-09-21"}),
        ("difference", {"before": "9999-12-31", "after": "2026-09-21"}),
        ("difference", {"before": "yesterday", "after": "2026-09-21"}),
        ("times", {"step": "week"}),
    ],
)
def test_what_cannot_be_meant_is_refused(days: TestClient, path: str, asked: dict[str, Any]) -> None:
    assert days.get(f"/api/map/{path}", params=asked).status_code == 422


def test_an_empty_home_has_no_hours(ask_empty: TestClient) -> None:
    assert ask_empty.get("/api/map/times").json() == {"items": [], "left_out": 0}


def test_every_device_has_its_place(days: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    said = days.get("/api/map/devices").json()
    rooms = {id: said["zones"][place] for id, place in zip(said["ids"], said["place"], strict=True)}
    assert rooms["d-us"] == rooms["d-ct"] == "imaging" and rooms["d-cloud"] == "outside" and rooms["d-odd"] == "unnamed"
    states = dict(zip(said["ids"], said["states"], strict=True))
    assert (states["d-us"], states["d-odd"], states["d-ct"]) == (2, 1, 0)
    assert said["left_out"] == 0


def test_dots_are_bounded(ask: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    from hinomi.api.routes import map_times

    monkeypatch.setattr(map_times, "DEVICES_MAX", 2)
    said = ask.get("/api/map/devices").json()
    assert len(said["ids"]) == 2 and said["left_out"] > 0
