"""Known-bad lists and the policy over the API."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient


@pytest.fixture(autouse=True)
def _no_refresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hinomi.pipeline.refresh", lambda home: None)  # the small hospital has no capture to work from


def test_a_list_is_loaded_told_and_dropped(ask: TestClient) -> None:
    said = ask.post("/api/indicators", json={"name": "jc3", "text": "203.0.113.25\n10.0.0.1\n"}).json()
    (one,) = said["lists"]
    assert (one["name"], one["entries"], one["skipped"]) == ("jc3", 1, {"address of a house": 1})
    assert ask.post("/api/indicators", json={"name": "x", "text": "{}"}).status_code == 422
    assert ask.post("/api/indicators", json={"name": "x", "text": ""}).json()["title_ja"]
    assert ask.post("/api/indicators/jc3/drop", json={"reason": "old"}).json() == {"lists": []}
    assert ask.post("/api/indicators/jc3/drop", json={"reason": "old"}).status_code == 404


def test_policy_from_proposal_to_switch(ask: TestClient) -> None:
    first = ask.get("/api/policy").json()
    lines = {
        (line["conduit"]["source"], line["conduit"]["target"], line["conduit"]["service"]): line
        for line in first["lines"]
    }
    dicom = lines[("imaging", "server", "dicom")]
    assert dicom["proposed"] and dicom["id"] == "" and dicom["seen"]["clients_total"] == 2
    assert not lines[("imaging", "external", "tls")]["proposed"]  # the outside is for a person
    said = ask.post("/api/policy/approve", json={"conduits": [dicom["conduit"]], "reason": "画像の保管"}).json()
    assert all(ring["conduit"]["service"] != "dicom" for ring in said["would_ring"])
    assert said["would_ring_total"] < first["would_ring_total"]
    assert ask.post("/api/policy/switch", json={"on": True, "reason": "今日から"}).json()["on"] is True
    id = next(line["id"] for line in said["lines"] if line["id"])
    ask.post("/api/policy/withdraw", json={"ids": [id], "reason": "やめる"})
    assert ask.post("/api/policy/withdraw", json={"ids": [id], "reason": "やめる"}).status_code == 404
    assert "only logs" in ask.get("/api/policy/export/nftables").json()["text"]
    assert ask.get("/api/policy/export/tea").status_code == 422
