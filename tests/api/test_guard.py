"""What stands before every answer."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from hinomi.api import create_app
from hinomi.api.app import create_app as app_of
from hinomi.api.server import serve
from hinomi.home import Home
from hinomi.texts import Problem

DECIDE = "/api/findings/F-NONE/decision"
BODY = {"status": "resolved", "reason": "x"}


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "evil.example:8733", "evil.example@127.0.0.1", "", "[::"]
)
def test_other_names_are_refused(ask: TestClient, host: str) -> None:
    said = ask.get("/api/overview", headers={"Host": host})
    assert said.status_code == 421 and said.json()["type"] == "urn:hinomi:problem:api.host"


@pytest.mark.parametrize("host", ["127.0.0.1:8733", "localhost", "LOCALHOST:1", "[::1]:8733"])
def test_own_names_are_answered(ask: TestClient, host: str) -> None:
    assert ask.get("/api/health", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_writes_from_elsewhere_are_refused(ask: TestClient, headers: dict[str, str]) -> None:
    assert ask.post(DECIDE, json=BODY, headers=headers).status_code == 403


def test_writes_of_our_own_page_and_of_programs_get_through(ask: TestClient) -> None:
    own = {"Origin": "http://127.0.0.1:8733", "Sec-Fetch-Site": "same-origin"}
    assert ask.post(DECIDE, json=BODY, headers=own).status_code == 404
    assert ask.post(DECIDE, json=BODY).status_code == 404


def test_forms_and_long_bodies_are_refused(ask: TestClient) -> None:
    assert ask.post(DECIDE, data={"status": "resolved"}).status_code == 415
    assert ask.post(DECIDE, content="{}", headers={"Content-Type": "text/plain"}).status_code == 415
    unsaid = ask.post(DECIDE, content=iter([b"{}"]), headers={"Content-Type": "application/json"})
    assert unsaid.status_code == 411
    long = ask.post(DECIDE, content="x" * 1_000_001, headers={"Content-Type": "application/json"})
    assert long.status_code == 413


def test_every_answer_forbids_what_the_page_does_not_need(ask: TestClient) -> None:
    for path in ("/", "/api/health", "/api/none", "/devices/d-ct"):
        headers = ask.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy and "http" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


def test_each_page_has_its_own_nonce(full: Home, tmp_path: Path) -> None:
    (tmp_path / "dist" / "assets").mkdir(parents=True)
    (tmp_path / "dist" / "index.html").write_text('<script nonce="HINOMI_NONCE"></script>')
    (tmp_path / "dist" / "assets" / "a-1.js").write_text("1")
    (tmp_path / "secret.txt").write_text("no")
    with TestClient(create_app(full, console=tmp_path / "dist"), base_url="http://127.0.0.1:8733") as client:
        seen = set()
        for path in ("/", "/devices/d-ct"):
            said = client.get(path)
            (nonce,) = re.findall(r'nonce="([^"]+)"', said.text)
            assert f"'nonce-{nonce}'" in said.headers["content-security-policy"]
            seen.add(nonce)
        assert len(seen) == 2
        assert "immutable" in client.get("/assets/a-1.js").headers["cache-control"]
        for path in ("/assets/..%2Findex.html", "/assets/%2e%2e%2fsecret.txt", "/assets/none.js"):
            assert client.get(path).status_code == 404
        assert client.get("/..%2fsecret.txt").text != "no"
        assert client.get("/api/none").headers["content-type"] == "application/problem+json"


def test_without_a_built_console_the_page_says_what_to_do(full: Home, tmp_path: Path) -> None:
    with TestClient(create_app(full, console=tmp_path), base_url="http://127.0.0.1:8733") as client:
        said = client.get("/")
        assert said.status_code == 503 and "npm" in said.json()["hint"]


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "hospital.example"])
def test_it_serves_this_machine_only(full: Home, host: str) -> None:
    with pytest.raises(Problem, match="there is no administrator yet"):
        serve(full, host)


def test_an_inside_fault_says_nothing_of_the_inside(full: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(type(full.state), "verify_audit", lambda self: broken())
    with TestClient(app_of(full), base_url="http://127.0.0.1:8733", raise_server_exceptions=False) as client:
        said = client.get("/api/health")
    assert said.status_code == 500 and "secret" not in said.text
    assert said.json()["title"] == "Something failed inside Hinomi."
