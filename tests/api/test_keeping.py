"""Settings, backup, the audit page, and consent: over the API."""

from __future__ import annotations

import csv
import io
import tomllib
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text, update

from hinomi.api import create_app
from hinomi.home import Home
from hinomi.people import Door, passwords
from hinomi.pipeline import backup
from hinomi.store.state import tables as t

ADDRESS = "http://127.0.0.1:8733"
PASSWORD = "kawa-no-nagare-7"


def test_settings_say_what_is_kept(ask: TestClient, full: Home) -> None:
    told = ask.get("/api/settings").json()
    assert told["site"] == full.site
    assert told["listening"] is None
    assert told["database"] == "sqlite"
    kept = {one["what"]: one for one in told["kept"]}
    assert kept["state"]["bytes"] > 0
    assert [what for what, one in kept.items() if not one["in_backup"]] == ["packets", "theatre"]
    assert told["free_bytes"] > 0
    assert told["backups"] == []


def test_settings_change_one_line_and_leave_the_rest(ask: TestClient, full: Home) -> None:
    full.settings_path.write_text(f'# ours\nsite = "{full.site}"\ntime_zone = "UTC"  # old\n', "utf-8")
    wanted = {"site_name": '火の見 "第二" 病院\\', "language": "en", "time_zone": "Asia/Tokyo"}
    told = ask.post("/api/settings", json=wanted).json()
    assert {name: told[name] for name in wanted} == wanted
    written = full.settings_path.read_text("utf-8")
    assert written.startswith("# ours\n")
    assert tomllib.loads(written) == {"site": full.site, **wanted}
    assert ask.get("/api/vocabulary").json()["site_name"] == wanted["site_name"]
    assert full.state.audit_entries(limit=1)[0].act == "settings.change"
    refused = ask.post("/api/settings", json={**wanted, "time_zone": "Mars/Base"})
    assert refused.status_code == 409 or refused.status_code == 422
    assert "Mars/Base" in refused.json()["title"]
    assert full.settings_path.read_text("utf-8") == written
    for zone in ("../../etc/passwd", "/etc/passwd"):
        assert ask.post("/api/settings", json={**wanted, "time_zone": zone}).status_code in (409, 422)


def test_a_file_that_must_be_changed_by_hand_is_left_alone(ask: TestClient, full: Home) -> None:
    written = f'site = "{full.site}"\nsite_name = """\nlanguage = "x"\n"""\n'
    full.settings_path.write_text(written, "utf-8")
    refused = ask.post("/api/settings", json={"site_name": "a", "language": "ja", "time_zone": "UTC"})
    assert refused.status_code in (409, 422)
    assert full.settings_path.read_text("utf-8") == written


def test_a_backup_is_whole_and_its_taking_is_told(ask: TestClient, full: Home, tmp_path: Path) -> None:
    answer = ask.post("/api/backup", json={})
    assert answer.status_code == 200
    assert int(answer.headers["content-length"]) == len(answer.content)
    out = tmp_path / "b"
    out.write_bytes(answer.content)
    backup.restore(out, tmp_path / "new", by="x")
    new = Home(tmp_path / "new")
    assert {d.id for d in new.state.all_devices()} == {d.id for d in full.state.all_devices()} != set()
    new.close()
    assert list(full.staging_path.iterdir()) == []
    assert len(ask.get("/api/settings").json()["backups"]) == 1


@pytest.fixture
def governed(full: Home) -> Home:
    door = Door(full)
    door.add("kanri", "administrator", by="test", password=passwords.read(PASSWORD))
    return full


def test_a_backup_asks_for_the_password_again(governed: Home) -> None:
    with TestClient(create_app(governed), base_url=ADDRESS) as client:
        assert client.post("/api/session", json={"name": "kanri", "password": PASSWORD}).status_code == 200
        for wrong in ({}, {"password": "no"}):
            answer = client.post("/api/backup", json=wrong)
            assert answer.status_code >= 400
            assert b"PK" not in answer.content[:4]
        assert client.post("/api/backup", json={"password": PASSWORD}).content[:2] == b"PK"


def test_who_saw_and_did_what(ask: TestClient, full: Home) -> None:
    for n in range(250):
        full.state.audit(
            "hana" if n % 2 else "taro", "patient.read" if n % 5 else "finding.decide", f"s{n}", {"reason": f"r{n}"}
        )
    first = ask.get("/api/audit").json()
    assert [one["subject"] for one in first["items"][:2]] == ["s249", "s248"]
    assert len(first["items"]) == 100
    assert {"hana", "taro"} <= set(first["actors"])
    assert {"patient.read", "finding.decide"} <= set(first["acts"])
    second = ask.get("/api/audit", params={"before": first["before"]}).json()
    assert second["items"][0]["seq"] == first["items"][-1]["seq"] - 1
    for question, fits in (
        ({"actor": "hana"}, lambda one: one["actor"] == "hana"),
        ({"act": "finding"}, lambda one: one["act"] == "finding.decide"),
        ({"act": "patient.read", "actor": "taro"}, lambda one: (one["actor"], one["act"]) == ("taro", "patient.read")),
        ({"q": "R24"}, lambda one: "r24" in one["detail"].get("reason", "")),
    ):
        items = ask.get("/api/audit", params=question).json()["items"]
        assert items
        assert all(fits(one) for one in items), question
    assert ask.get("/api/audit", params={"q": "%"}).json()["items"] == []  # no wildcard
    at = first["items"][10]["at"]
    since = ask.get("/api/audit", params={"since": at}).json()["items"]
    assert since
    assert all(one["at"] >= at for one in since)
    assert ask.get("/api/audit", params={"since": "yesterday"}).status_code == 422


def test_the_chain_is_verified_and_a_change_is_told(ask: TestClient, full: Home) -> None:
    for n in range(3):
        full.state.audit("hana", "x.y", str(n), {})
    told = ask.get("/api/audit/verify").json()
    assert told["broken_at"] is None
    assert told["entries"] == len(full.state.audit_entries(limit=1000)) >= 3
    with full.state.transaction() as tx:
        tx.connection.execute(update(t.audit).where(t.audit.c.seq == 2).values(actor=text("'nobody'")))
    assert ask.get("/api/audit/verify").json()["broken_at"] == 2


def test_the_export_is_all_of_it_and_inert(ask: TestClient, full: Home) -> None:
    full.state.audit("hana", "x.y", "=cmd|'/c calc'!A0", {})
    full.state.audit("hana", "x.z", "+1", {})
    answer = ask.get("/api/audit/export.csv", params={"act": "x"})
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["subject"] for row in rows] == ["'+1", "'=cmd|'/c calc'!A0"]
    assert full.state.audit_entries(limit=1)[0].act == "audit.export"
    everything = ask.get("/api/audit/export.csv").content.decode("utf-8-sig")
    assert len(everything.splitlines()) - 1 == len(full.state.audit_entries(limit=1000)) >= 3


def test_consent_is_given_and_taken_back(ask: TestClient, full: Home) -> None:
    assert ask.get("/api/desk/consent").json() == []
    assert ask.post("/api/desk/consent", json={"room": "OR1", "rule": "short"}).status_code >= 400
    told = ask.post("/api/desk/consent", json={"room": "OR1", "rule": "患者と全職員が書面で同意"}).json()
    assert [(one["room"], one["by"]) for one in told] == [("OR1", "operator")]
    assert ask.post("/api/desk/consent/withdraw", json={"room": "OR2"}).status_code >= 400
    assert ask.post("/api/desk/consent/withdraw", json={"room": "OR1"}).json() == []
    acts = [entry.act for entry in full.state.audit_entries(limit=2)]
    assert acts == ["desk.consent.withdraw", "desk.consent.file"]
