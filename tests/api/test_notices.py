"""Channels over the API: added, tested, removed; a secret is never said again."""

from __future__ import annotations

from fastapi.testclient import TestClient

from hinomi.home import Home


def test_a_channel_from_form_to_removal(ask: TestClient, full: Home) -> None:
    wanted = {"type": "webhook", "name": "siem", "url": "http://127.0.0.1:9/x", "form": "ocsf", "secret": "very secret"}
    said = ask.post("/api/notices", json=wanted)
    (one,) = said.json()["channels"]
    assert one["has_secret"] and "very secret" not in said.text
    assert all("very secret" not in str(entry.detail) for entry in full.state.audit_entries())
    tested = ask.post(f"/api/notices/{one['id']}/test", json={}).json()
    assert tested["sent"] is False and tested["error"]
    changed = ask.post("/api/notices", json={**wanted, "id": one["id"], "name": "new", "secret": None}).json()
    assert [(row["name"], row["has_secret"]) for row in changed["channels"]] == [("new", True)]
    assert ask.post(f"/api/notices/{one['id']}/remove", json={"reason": "x"}).json()["channels"] == []
    assert ask.post(f"/api/notices/{one['id']}/test", json={}).status_code == 404


def test_what_could_never_arrive_is_refused(ask: TestClient) -> None:
    for wrong in (
        {"type": "webhook", "url": "file:///x"},
        {"type": "mail", "host": "h", "port": 25},
        {"type": "pigeon"},
    ):
        said = ask.post("/api/notices", json={"name": "n", **wrong})
        assert said.status_code == 422 and said.json()["title_ja"]
