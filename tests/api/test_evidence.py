"""The packet behind a claim, on the bundled capture: the envelope for all, the content with a reason."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from hinomi.api import create_app
from hinomi.home import Home

(CAPTURE,) = (Path(__file__).parents[2] / "cases" / "first-light").glob("capture.*")


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    from hinomi import pipeline

    home = Home(tmp_path_factory.mktemp("first-light") / "home")
    pipeline.read(home, [CAPTURE])
    yield home
    home.close()


@pytest.fixture
def ask_read(read: Home) -> Iterator[TestClient]:
    with TestClient(create_app(read), base_url="http://127.0.0.1:8733") as client:
        yield client


@pytest.fixture
def reading(read: Home) -> dict[str, Any]:
    """A clinical value, with the packet that it came in."""
    row: dict[str, Any] = read.history.table("reading", limit=1, order_by="time").to_pylist()[0]
    return row


def where(row: dict[str, Any]) -> str:
    return f"/api/evidence/{row['capture']}/{row['packet']}"


def test_the_envelope_is_shown_and_the_content_is_not(ask_read: TestClient, reading: dict[str, Any]) -> None:
    said = ask_read.get(where(reading), params={"offset": reading["offset"]}).json()
    assert [layer["name"] for layer in said["layers"]] == ["Ethernet", "IPv4", "TCP"]
    assert said["about_patient"] is True
    assert said["payload_bytes"] > 0
    assert len(said["header_hex"]) == 2 * said["header_bytes"] == 2 * (said["captured"] - said["payload_bytes"])
    assert any(line.startswith("reading:") for line in said["said"])
    address = {field["name"]: field["value"] for field in said["layers"][1]["fields"]}
    assert address["source"] == reading["host_ip"]


def test_the_content_needs_a_reason_that_stays(ask_read: TestClient, read: Home, reading: dict[str, Any]) -> None:
    offset = {"offset": reading["offset"]}
    for reason in ("", "x", "      ", None):
        assert ask_read.post(f"{where(reading)}/payload", params=offset, json={"reason": reason}).status_code == 422
    before = read.state.verify_audit().entries
    said = ask_read.post(f"{where(reading)}/payload", params=offset, json={"reason": "ME室の依頼で確認"}).json()
    assert b"OBX|" in bytes.fromhex(said["hex"])
    entry = read.state.audit_entries(limit=1)[0]
    assert (entry.act, entry.detail) == ("evidence.payload", {"reason": "ME室の依頼で確認"})
    verdict = read.state.verify_audit()
    assert verdict.broken_at is None and verdict.entries == before + 1


def test_no_audit_no_content(
    ask_read: TestClient, read: Home, reading: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(type(read.state), "audit", full)
    with TestClient(create_app(read), base_url="http://127.0.0.1:8733", raise_server_exceptions=False) as client:
        said = client.post(
            f"{where(reading)}/payload", params={"offset": reading["offset"]}, json={"reason": "確認する"}
        )
    assert said.status_code == 500 and "hex" not in said.json()


@pytest.mark.parametrize(
    "path",
    ["/api/evidence/none/1?offset=0", "/api/evidence/..%2f..%2fetc%2fpasswd/1?offset=0", "/api/evidence/x/0?offset=0"],
)
def test_what_is_not_there_is_told_in_a_sentence(ask_read: TestClient, path: str) -> None:
    said = ask_read.get(path)
    assert said.status_code in (404, 422)
    assert said.json()["title"]


def test_every_attribute_of_every_device_leads_to_a_packet_that_opens(ask_read: TestClient) -> None:
    seen = set()
    for item in ask_read.get("/api/devices", params={"limit": 1000}).json()["items"]:
        for attribute in ask_read.get(f"/api/devices/{item['id']}").json()["attributes"]:
            for source in attribute["sources"]:
                proof = source["evidence"]
                if proof and proof["packet"] not in seen:
                    seen.add(proof["packet"])
                    path = f"/api/evidence/{proof['capture']}/{proof['packet']}"
                    said = ask_read.get(path, params={"offset": proof["offset"]})
                    assert said.status_code == 200, f"{item['label']} {attribute['name']}"
                    assert said.json()["layers"]
    assert len(seen) > 20
