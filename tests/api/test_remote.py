"""The register of remote-maintenance paths over the API: found, adopted, changed, ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from hinomi.home import Home

S = 1_000_000_000
T0 = 1_790_000_000 * S


@pytest.fixture
def visited(full: Home, keep: Callable[..., None], ask: TestClient) -> TestClient:
    """Somebody from outside works on the ultrasound's screen. No capture: nothing is worked out again."""
    row = {"site": "s", "sensor": "t", "capture": "cafe", "packet": 5, "offset": 50, "flow_id": 9, "phase": "end",
           "start": T0, "last": T0 + 60 * S, "proto": "tcp", "outcome": "answered", "service": "vnc",
           "orig_ip": "203.0.113.25", "resp_ip": "10.20.0.21", "resp_port": 5900, "orig_payload": 9, "resp_payload": 9}  # fmt: skip
    del full
    keep("flow", [row])
    return ask


@pytest.fixture
def home(full: Home) -> Home:
    return full


def test_found_adopted_approved_ended(visited: TestClient, full: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hinomi.pipeline.refresh", lambda home: None)  # these rows have no capture to refresh from
    first = visited.get("/api/remote").json()
    (found,) = first["found"]
    assert found["state"] == "found" and [device["id"] for device in found["devices"]] == ["d-us"]
    assert [one["verdict"] for one in first["sessions"]] == ["undeclared"]
    ask: dict[str, Any] = {
        "vendor": "", "peers": [peer["value"] for peer in found["peers"]], "devices": ["d-us"], "services": ["vnc"],
    }  # fmt: skip
    adopted = visited.post("/api/remote", json=ask).json()
    (path,) = adopted["paths"]
    assert adopted["found"] == [] and [one["verdict"] for one in adopted["sessions"]] == ["unapproved"]
    weekly = [{"days": [0, 4], "start": "22:00", "end": "02:00"}]
    changed = visited.post(
        "/api/remote", json={**ask, "id": path["id"], "vendor": "Maker", "approver": "the chief", "weekly": weekly}
    ).json()
    assert len(changed["paths"]) == 1 and changed["paths"][0]["weekly"] == weekly
    assert [one["verdict"] for one in changed["sessions"]] == ["agreed"]  # a Monday, 22:53 in Tokyo
    assert visited.post(f"/api/remote/{path['id']}/end", json={"reason": ""}).status_code == 422
    ended = visited.post(f"/api/remote/{path['id']}/end", json={"reason": "契約終了"}).json()
    assert ended["paths"][0]["state"] == "ended"
    acts = [entry.act for entry in full.state.audit_entries() if entry.act.startswith("remote_path")]
    assert acts == ["remote_path.end", "remote_path.put", "remote_path.put"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"peers": []}, {"devices": []}, {"weekly": [{"days": [9], "start": "10:00", "end": "11:00"}]},
        {"windows": [{"start": "2026-01-02T00:00:00Z", "end": "2026-01-01T00:00:00Z"}]}, {"countries": ["JPN"]},
        {"peers": ["10.0.0.0/40"]},
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_a_sentence(ask: TestClient, full: Home, wrong: dict[str, Any]) -> None:
    said = ask.post("/api/remote", json={"vendor": "M", "peers": ["10.0.0.0/8"], "devices": ["d-us"], **wrong})
    assert said.status_code == 422 and said.json()["title_ja"]
    assert full.state.remote_paths() == []


def test_no_path_no_session(ask_empty: TestClient) -> None:
    assert ask_empty.get("/api/remote").json() == {"paths": [], "found": [], "sessions": [], "sessions_total": 0}
    assert ask_empty.post("/api/remote/R-0/end", json={"reason": "x"}).status_code == 404
