"""A finding's story, and a person's decision on it."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from hinomi.home import Home
from hinomi.model import Status


@pytest.fixture
def id(ask: TestClient) -> str:
    found: str = ask.get("/api/findings").json()["items"][0]["id"]
    return found


def test_a_finding_tells_its_whole_story_in_both_languages(ask: TestClient, id: str) -> None:
    said = ask.get(f"/api/findings/{id}").json()
    for part in ("title", "seen", "why", "sure"):
        assert said["texts"][part]["ja"] and said["texts"][part]["en"]
    for part in ("innocent", "first_steps", "needs"):
        assert all(line["ja"] and line["en"] for line in said["texts"][part]) and said["texts"][part]
    assert said["evidence"] == [{"capture": "0123456789abcdef", "packet": 7, "offset": 1000}]
    assert [device["id"] for device in said["devices"]] == ["d-us", "d-cloud"]
    assert [event["kind"] for event in said["events"]] == ["raised"]


def test_a_decision_needs_a_reason_and_stays(ask: TestClient, full: Home, id: str) -> None:
    assert ask.post(f"/api/findings/{id}/decision", json={"status": "explained", "reason": "  "}).status_code == 422
    assert ask.post(f"/api/findings/{id}/decision", json={"status": "explained"}).status_code == 422
    decided = ask.post(
        f"/api/findings/{id}/decision",
        json={"status": "explained", "reason": "定期点検と確認", "until": "2099-01-01T00:00:00Z"},
    ).json()
    assert (decided["status"], decided["reason"], decided["decided_by"]) == ("explained", "定期点検と確認", "operator")
    assert decided["until"] == "2099-01-01T00:00:00.000000000Z"
    assert [event["kind"] for event in decided["events"]] == ["raised", "decided"]
    assert full.state.finding(id).status == Status.EXPLAINED  # type: ignore[union-attr]
    assert ask.get("/api/overview").json()["needs"] == []
    assert ask.get("/api/findings", params={"status": ["open", "reopened"]}).json()["total"] == 0
    assert ask.get("/api/findings").json()["by_status"] == {"explained": 1}


@pytest.mark.parametrize(
    "asked",
    [
        {"status": "reopened", "reason": "x"},  # only Hinomi reopens
        {"status": "explained", "reason": "x", "until": "tomorrow"},
        {"status": "explained", "reason": "x", "until": "2001-01-01T00:00:00Z"},
        {"status": "explained", "reason": "x" * 2001},
        {"status": "explained", "reason": "x", "more": 1},
    ],
)
def test_a_decision_that_cannot_be_is_refused_with_a_sentence(ask: TestClient, id: str, asked: dict[str, str]) -> None:
    said = ask.post(f"/api/findings/{id}/decision", json=asked)
    assert said.status_code == 422
    assert said.headers["content-type"] == "application/problem+json"
    assert said.json()["title"] and said.json()["title_ja"]
    assert ask.get(f"/api/findings/{id}").json()["status"] == "open"


def test_an_unknown_finding_is_not_found(ask: TestClient) -> None:
    assert ask.get("/api/findings/F-NONE").status_code == 404
    assert ask.post("/api/findings/F-NONE/decision", json={"status": "resolved", "reason": "x"}).status_code == 404
