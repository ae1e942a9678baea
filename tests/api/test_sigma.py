"""Community rules over the API and the command line: listed with reasons, approved with a name."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from hinomi.home import Home

GOOD = """title: Remote service pipes
id: 0c1f2a34-0000-4000-8000-000000000001
author: Hinomi
level: high
logsource: {product: zeek, service: smb_files}
detection: {a: {name: svcctl}, condition: a}
"""
FOREIGN = """title: A process
id: 0c1f2a34-0000-4000-8000-000000000002
logsource: {product: windows, category: process_creation}
detection: {a: {Image: x.exe}, condition: a}
"""
ID = "0c1f2a34-0000-4000-8000-000000000001"


@pytest.fixture(autouse=True)
def _no_refresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hinomi.pipeline.refresh", lambda home: None)


def put(home: Home) -> None:
    folder = home.path / "sigma" / "zeek"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "a.yml").write_text(GOOD, "utf-8")
    (folder / "b.yml").write_text(FOREIGN, "utf-8")
    (folder / "c.yml").write_text(GOOD, "utf-8")
    (folder / "notes.txt").write_text("nothing", "utf-8")


def test_rules_are_listed_and_one_is_approved(ask: TestClient, full: Home) -> None:
    assert ask.get("/api/sigma").json()["rules"] == []
    put(full)
    rules = ask.get("/api/sigma").json()["rules"]
    assert [(one["file"], one["used"], one["severity"]) for one in rules] == [
        ("zeek/a.yml", True, "low"), ("zeek/b.yml", False, None), ("zeek/c.yml", False, None),
    ]  # fmt: skip
    assert "windows / process_creation" in rules[1]["why_en"] and rules[1]["why_ja"] and ID in rules[2]["why_en"]
    assert ask.post(f"/api/sigma/{ID}/approve", json={"severity": "medium", "reason": " "}).status_code >= 400
    assert ask.post("/api/sigma/none/approve", json={"severity": "medium", "reason": "x"}).status_code == 404
    said = ask.post(f"/api/sigma/{ID}/approve", json={"severity": "medium", "reason": 'tried for "a" week'}).json()
    assert (said["rules"][0]["severity"], said["rules"][0]["approved"]) == ("medium", True)
    assert "sigma.approve" in {entry.act for entry in full.state.audit_entries()}


def test_the_command_line_says_the_same(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    from hinomi.cli.app import build

    monkeypatch.setenv("HINOMI_HOME", str(home.path))
    put(home)
    app, run = build("en"), CliRunner()
    done = run.invoke(app, ["sigma", "list"])
    assert done.exit_code == 0 and ID in done.output and "process_creation" in done.output
    done = run.invoke(app, ["sigma", "approve", ID, "--severity", "high", "--by", "sato", "--reason", "tried"])
    assert done.exit_code == 0, done.output
    assert "high" in (home.path / "sigma" / "approved.toml").read_text("utf-8")
