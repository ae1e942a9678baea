"""What each page asks for, on rows that are known one by one."""

from __future__ import annotations

import csv
import io
import json
import time
from pathlib import Path

from fastapi.testclient import TestClient

from hinomi.home import Home


def test_today_says_what_needs_a_person(ask: TestClient) -> None:
    said = ask.get("/api/overview").json()
    assert [need["detection"] for need in said["needs"]] == ["first_contact_outside"]
    assert "us01" in said["needs"][0]["title"]["ja"] and "us01" in said["needs"][0]["title"]["en"]
    assert said["needs"][0]["in_use"] == "unknown"
    assert (said["devices"], said["outside"], said["unknown_type"], said["in_use"]) == (5, 1, 1, 1)
    assert said["one_way"] == 1 and said["nothing"] == 0
    assert said["empty"] is False
    zones = {zone["zone"]["id"]: zone for zone in said["zones"]}
    assert zones["imaging"]["findings"] == 1 and zones["imaging"]["heard"] == "both"
    assert zones["or1"]["heard"] == "one_way"
    assert zones["server"]["heard"] == "nothing", "silence is told, never assumed to be well"


def test_quiet_is_never_more_than_not_contradicted(ask: TestClient) -> None:
    quiet = ask.get("/api/overview").json()["quiet"]
    assert quiet and "first_contact_outside" not in {row["detection"] for row in quiet}
    assert {row["answer"] for row in quiet} == {"not_contradicted"}
    assert all(row["words"]["ja"] and "{" not in row["words"]["ja"] for row in quiet)


def test_an_empty_home_says_where_one_could_listen(ask_empty: TestClient, ask: TestClient) -> None:
    """Every Ethernet interface of this machine, with commands that need nobody's search path or home."""
    kinds = {path.parent.name: path.read_text().strip() for path in Path("/sys/class/net").glob("*/type")}
    said = ask_empty.get("/api/overview").json()
    assert {place["name"] for place in said["places"]} == {name for name, kind in kinds.items() if kind == "1"}
    for place in said["places"]:
        assert place["listen"].startswith("sudo /") and " --home /" in place["listen"]
        assert place["prepare"].endswith(f"listen --prepare {place['name']} | sudo sh")
    assert ask.get("/api/overview").json()["places"] == []


def test_a_tap_that_hears_nothing_says_so(full: Home, ask: TestClient) -> None:
    """What a session told of itself comes whole: losses by cause, what was left out, and silence."""
    minute, now = 60_000_000_000, time.time_ns() + 3_600_000_000_000  # fresh, however slow the machine
    told = {
        "capture": "one", "interfaces": ["tap1"], "pid": 1, "began": now - 9 * minute, "at": now, "packets": 90,
        "bytes": 9000, "drops": 6, "ring": 3, "card": 2, "unreadable": 1, "waiting": 4, "outgoing": 0, "sent": 0,
        "newest": now - 2 * minute, "rows": {},
    }  # fmt: skip
    (full.path / "listening.json").write_text(json.dumps(told))
    (full.path / "ring.json").write_text(json.dumps({"session": "one", "given_up": 5_000_000}))
    (full.path / "thinking.json").write_text(json.dumps({"session": "one", "left_out": {"clues": 2, "habits": 3}}))
    try:
        said = ask.get("/api/overview").json()["listening"]
        assert said["quiet"] and not said["silent"]
        assert [said[n] for n in ("drops", "ring", "card", "unreadable", "waiting")] == [6, 3, 2, 1, 4]
        assert (said["not_kept"], said["left_out"]) == (5_000_000, 5)
        (full.path / "listening.json").write_text(json.dumps(told | {"newest": now}))
        assert not ask.get("/api/overview").json()["listening"]["quiet"]
    finally:
        for name in ("listening.json", "ring.json", "thinking.json"):
            (full.path / name).unlink()


def test_nothing_read_says_so(ask_empty: TestClient) -> None:
    said = ask_empty.get("/api/overview").json()
    assert said["empty"] is True and said["needs"] == [] and said["heard_from"] is None
    assert {row["answer"] for row in said["quiet"]} == {"unknown"}
    assert ask_empty.get("/api/map").json() == {"zones": [], "conduits": [], "first": None, "last": None}
    assert ask_empty.get("/api/theatre/rooms").json() == []
    assert ask_empty.get("/api/devices").json()["total"] == 0
    assert ask_empty.get("/api/coverage").json() == {"sensors": [], "captures": [], "subnets": []}


def test_search_reads_japanese_words_of_types_and_places(ask: TestClient) -> None:
    def ids(**asked: str | bool | int) -> list[str]:
        return [item["id"] for item in ask.get("/api/devices", params=asked).json()["items"]]

    assert ids(q="超音波") == ["d-us"]
    assert ids(q="ＣＴ 画像診断") == ["d-ct"]
    assert ids(q="10.30.1") == ["d-mon"]
    assert ids(outside=True) == ["d-cloud"]
    assert ids(unknown=True) == ["d-odd"]
    assert ids(finding=True) == ["d-us", "d-cloud"]
    assert ids()[0] == "d-us", "what needs a person stands first"
    assert ids(sort="ip", outside=False) == ["d-ct", "d-us", "d-mon", "d-pacs", "d-odd"]
    assert ids(sort="label", descending=True, limit=1, offset=1) == ["d-pacs"]
    assert ids(q="no such thing") == []


def test_facets_count_what_a_choice_would_show(ask: TestClient) -> None:
    page = ask.get("/api/devices", params={"zone": "imaging"}).json()
    assert page["total"] == 2
    assert {facet["id"]: facet["count"] for facet in page["zones"]} == {"imaging": 2, "or1": 1, "server": 1}
    assert {facet["id"]: facet["count"] for facet in page["types"]} == {"ct": 1, "ultrasound": 1}


def test_every_claim_leads_to_a_packet(ask: TestClient) -> None:
    said = ask.get("/api/devices/d-ct").json()
    attributes = {attribute["name"]: attribute for attribute in said["attributes"]}
    assert attributes["type"]["value_words"]["ja"] == "CT装置"
    assert attributes["manufacturer"]["value"] == "Asagiri"
    for attribute in said["attributes"]:
        assert attribute["sources"][0]["evidence"] == {"capture": "0123456789abcdef", "packet": 7, "offset": 1000}
    assert [peer["device"]["id"] for peer in said["peers"]] == ["d-pacs"]
    assert said["peers"][0]["bytes_out"] == 900_000 and said["peers"][0]["role"] == "client"
    assert said["in_use"] == "unknown", "a scanner without a record of use may be in use"


def test_outside_peers_stand_first(ask: TestClient) -> None:
    assert [peer["device"]["id"] for peer in ask.get("/api/devices/d-us").json()["peers"]] == ["d-cloud", "d-pacs"]


def test_reading_of_patient_related_data_is_audited(ask: TestClient, full: Home) -> None:
    ask.get("/api/devices/d-ct")
    assert full.state.audit_entries() == []
    ask.get("/api/devices/d-mon")
    entry = full.state.audit_entries(limit=1)[0]
    assert (entry.actor, entry.act, entry.subject) == ("operator", "patient.read", "device d-mon")


def test_a_persons_correction_wins_and_stays(ask: TestClient, full: Home) -> None:
    asked = {"attribute": "model", "value": "AG-128", "reason": "銘板を確認"}
    said = ask.post("/api/devices/d-ct/corrections", json=asked).json()
    model = next(attribute for attribute in said["attributes"] if attribute["name"] == "model")
    assert (model["value"], model["by_person"], model["confidence"]) == ("AG-128", True, 1.0)
    assert said["corrections"][0]["reason"] == "銘板を確認"
    assert full.state.verify_audit().broken_at is None
    assert ask.post("/api/devices/d-ct/corrections", json=asked | {"reason": ""}).status_code == 422
    assert ask.post("/api/devices/none/corrections", json=asked).status_code == 404


def test_map_sums_by_zone_and_marks_what_needs_a_person(ask: TestClient) -> None:
    said = ask.get("/api/map").json()
    zones = {zone["id"]: zone for zone in said["zones"]}
    assert zones["outside"]["outside"] and zones["outside"]["devices"] == 1
    assert zones["unnamed"]["unknown"] == 1
    between = {(conduit["a"], conduit["b"]): conduit for conduit in said["conduits"]}
    assert between["imaging", "server"]["bytes_ab"] == 950_000 and between["imaging", "server"]["pairs"] == 2
    assert between["imaging", "server"]["findings"] == []
    assert len(between["imaging", "outside"]["findings"]) == 1
    assert between["imaging", "outside"]["opened_by"] == "a"


def test_behind_a_conduit_stand_its_devices(ask: TestClient) -> None:
    page = ask.get("/api/conversations", params={"zone": "server", "other_zone": "imaging"}).json()
    assert [(item["client"]["id"], item["server"]["id"]) for item in page["items"]] == [
        ("d-ct", "d-pacs"),
        ("d-us", "d-pacs"),
    ]
    assert page["items"][0]["encrypted"] is False
    unknown = ask.get("/api/conversations", params={"service": "tcp/9999"}).json()["items"]
    assert [item["encrypted"] for item in unknown] == [None], "what is not recognised is unknown, not safe"


def test_theatre_puts_readings_on_one_axis_with_their_gap(ask: TestClient, full: Home) -> None:
    rooms = ask.get("/api/theatre/rooms").json()
    assert [(room["id"], room["name"], room["readings"], room["in_use"]) for room in rooms] == [
        ("OR1^1^1", "OR1 1 1", 30, "yes")
    ]
    said = ask.get("/api/theatre/timeline", params={"room": "OR1^1^1"}).json()
    assert said["not_for_diagnosis"] == {"ja": "診療・監視の判断に使用不可", "en": "Not for diagnosis or monitoring"}
    (track,) = said["tracks"]
    assert (track["name"], track["unit"], track["count"]) == ("MDC_ECG_HEART_RATE", "/min", 30)
    assert len(track["gaps_ms"]) == 1 and track["gaps_ms"][0][1] - track["gaps_ms"][0][0] == 55_000
    assert [use["why"] for use in said["uses"]] == ["hl7_oru"]
    assert full.state.audit_entries(limit=1)[0].subject == "room OR1^1^1"
    before = len(full.state.audit_entries(limit=1000))
    assert ask.get("/api/theatre/timeline", params={"room": "OR1^1^1"}).json() == said
    assert len(full.state.audit_entries(limit=1000)) == before + 1, "what is kept is a reading all the same"
    assert ask.get("/api/theatre/timeline", params={"room": "nowhere"}).status_code == 404
    backwards = {"room": "OR1^1^1", "start_ms": 2, "end_ms": 1}
    assert ask.get("/api/theatre/timeline", params=backwards).status_code == 422


def test_export_is_exactly_what_is_shown(ask: TestClient) -> None:
    said = ask.get(
        "/api/exports/devices.csv",
        params={"q": "imaging", "sort": "label", "columns": ["label", "type", "manufacturer"], "lang": "ja"},
    )
    assert said.headers["content-type"].startswith("text/csv")
    assert said.content.startswith("\ufeff".encode())
    rows = list(csv.reader(io.StringIO(said.content.decode("utf-8-sig"))))
    assert rows[0] == ["名前", "種類", "メーカー"]
    assert rows[1:] == [["ct01", "CT装置", "Asagiri"], ["us01", "超音波診断装置", "'=Nagisa"]], (
        "no cell runs as a formula"
    )
