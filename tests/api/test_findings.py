"""A finding's story, and a person's decision on it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from hinomi.home import Home
from hinomi.model import FindingDraft, Status


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


def test_others_that_say_the_same_are_answered_in_one_go(
    ask: TestClient, full: Home, id: str, make_draft: Callable[[str], FindingDraft]
) -> None:
    with full.state.transaction() as tx:
        raised = tx.put_findings([make_draft("us02|cloud"), make_draft("us03|cloud")]).raised
    said = ask.get(f"/api/findings/{id}").json()
    assert {one["id"] for one in said["similar"]} == set(raised)
    answer = {"status": "explained", "reason": "連携", "also": raised}
    assert ask.post(f"/api/findings/{id}/decision", json={**answer, "also": ["F-NONE"]}).status_code == 404
    assert full.state.finding(id).status == Status.OPEN  # type: ignore[union-attr]
    ask.post(f"/api/findings/{id}/decision", json=answer)
    assert {finding.status for finding in full.state.findings().items} == {Status.EXPLAINED}
    assert ask.get(f"/api/findings/{id}").json()["similar"] == []


def test_advice_says_where_to_cut_and_what_that_costs(ask: TestClient, id: str) -> None:
    said = ask.get(f"/api/findings/{id}/advice").json()
    assert [cut["place"] for cut in said["cuts"]] == ["outside", "segment", "device"]
    assert said["in_use"] == "unknown" and said["warning"]["ja"] and said["at"]
    assert said["cuts"][0]["warning"] is None and said["cuts"][-1]["warning"] == said["warning"]
    assert any("pacs" in line["en"] and "DICOM" in line["en"] for line in said["cuts"][-1]["lost"])
    assert all(line["ja"] and line["en"] for line in said["steps"])
    assert ask.get("/api/findings/F-NONE/advice").status_code == 404


def test_the_evidence_comes_as_one_signed_file_and_needs_a_reason(
    ask: TestClient, full: Home, id: str, tmp_path: Path
) -> None:
    from hinomi.pipeline.bundle import verify

    assert ask.post(f"/api/findings/{id}/bundle", json={"reason": ""}).status_code == 422
    said = ask.post(f"/api/findings/{id}/bundle", json={"reason": "警察へ"})
    assert said.headers["content-type"] == "application/zip" and id in said.headers["content-disposition"]
    (tmp_path / "x.zip").write_bytes(said.content)
    found = verify(tmp_path / "x.zip", full)
    assert (found.problem, found.own_key, found.manifest["reason"]) == ("", True, "警察へ")
    assert found.manifest["missing"]  # the small hospital has no capture: it is said, not hidden
    assert ask.post("/api/findings/F-NONE/bundle", json={"reason": "x"}).status_code == 404
