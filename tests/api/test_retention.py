"""How long things are kept, over the API: what is shown, who may, and that the password is asked for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from hinomi.api import create_app
from hinomi.home import Home
from hinomi.people import Door, passwords
from hinomi.store.history.compact import compact
from hinomi.store.state import clock

PASSWORD = "kawa-no-nagare-7"
FOREVER = {"records": 0, "readings": 0, "packets": 0, "share": 0}


@pytest.fixture
def client(full: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """The small hospital, a hundred days later."""
    door = Door(full)
    for name, role in (("hana", "administrator"), ("ken", "security_officer")):
        door.add(name, role, by="test", password=passwords.read(PASSWORD))
    with full.writing():
        compact(full.history, full.state, full.staging_path)
    later = max(one.last for one in full.state.captures()) + 100 * 86_400 * 10**9
    monkeypatch.setattr(clock, "now_ns", lambda: later)
    with TestClient(create_app(full), base_url="http://127.0.0.1:8733") as made:
        made.post("/api/session", json={"name": "hana", "password": PASSWORD})
        yield made


def test_looked_at_set_and_removed(client: TestClient, full: Home) -> None:
    before, rows = client.get("/api/retention").json(), full.history.counts()
    assert (before["policy"], before["plan"], before["removed_last"]) == (FOREVER, [], None)
    wanted = FOREVER | {"readings": 30}
    shown = client.post("/api/retention/look", json={"policy": wanted}).json()
    assert [(one["kind"], one["why"], one["held"]) for one in shown] == [("readings", "age", False)]
    assert shown[0]["rows"] == full.history.raw("reading").num_rows > 0
    assert client.get("/api/retention").json()["policy"] == FOREVER  # looking changed nothing
    assert client.post("/api/retention", json={"policy": wanted, "password": "guess"}).status_code == 403
    assert client.post("/api/retention", json={"policy": wanted, "password": PASSWORD}).json()["plan"] == shown
    assert full.history.raw("reading").num_rows == shown[0]["rows"]  # setting it removed nothing
    hold = client.post("/api/retention/holds", json={"first": "2000-01-01", "last": "2100-01-01", "reason": "inquiry"})
    held = hold.json()["holds"][0]["id"]
    assert client.post("/api/retention/run", json={"password": PASSWORD}).json()["plan"][0]["held"] is True
    assert client.post(f"/api/retention/holds/{held}/end").json()["holds"] == []
    assert client.post("/api/retention/run", json={}).status_code == 403
    after = client.post("/api/retention/run", json={"password": PASSWORD}).json()
    assert after["plan"] == [] and after["removed_last"] is not None
    assert full.history.raw("reading").num_rows == 0
    assert sum(rows.values()) > rows["reading"] and full.history.counts() == rows | {"reading": 0}


def test_what_cannot_be_set_says_why(client: TestClient) -> None:
    for wrong in ({"records": 1}, {"share": 2}):
        said = client.post("/api/retention/look", json={"policy": FOREVER | wrong})
        assert said.status_code == 422 and said.json()["type"].startswith("urn:hinomi:problem:retention.bad_")
    for span in ({"first": "2026-02-30", "last": "2026-03-01"}, {"first": "2026-03-02", "last": "2026-03-01"}):
        said = client.post("/api/retention/holds", json=span | {"reason": "x"})
        assert said.json()["type"] == "urn:hinomi:problem:retention.bad_span"
    assert client.post("/api/retention/holds/H-none/end").status_code == 404


def test_while_another_process_writes_it_says_so(client: TestClient, full: Home) -> None:
    with full.lock():
        said = client.post("/api/retention/run", json={"password": PASSWORD})
    assert (said.status_code, said.json()["type"]) == (409, "urn:hinomi:problem:home.locked")


def test_only_who_governs_may(client: TestClient) -> None:
    client.post("/api/session", json={"name": "ken", "password": PASSWORD})
    assert client.get("/api/retention").status_code == 403
    assert client.post("/api/retention/run", json={"password": PASSWORD}).status_code == 403
