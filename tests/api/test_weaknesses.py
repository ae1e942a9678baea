"""Weaknesses and documents over the API."""

from __future__ import annotations

import json

from fastapi.testclient import TestClient

from hinomi.home import Home

BYTES = {"content-type": "application/octet-stream"}
CSAF = {
    "document": {
        "category": "csaf_security_advisory", "csaf_version": "2.0", "title": "Fault in AG-64",
        "publisher": {"category": "vendor", "name": "Asagiri", "namespace": "https://asagiri.example"},
        "tracking": {"id": "ASG-1", "current_release_date": "2026-10-01T00:00:00Z", "status": "final", "version": "1",
                     "initial_release_date": "2026-10-01T00:00:00Z",
                     "revision_history": [{"date": "2026-10-01T00:00:00Z", "number": "1", "summary": "first"}]},
    },
    "product_tree": {"full_product_names": [{"name": "AG-64", "product_id": "P",
                                             "product_identification_helper": {"cpe": "cpe:/h:asagiri:ag-64"}}]},
    "vulnerabilities": [{"cve": "CVE-2026-10007", "product_status": {"known_affected": ["P"]},
                         "scores": [{"products": ["P"], "cvss_v3": {
                             "version": "3.1", "baseScore": 8.1, "baseSeverity": "HIGH",
                             "vectorString": "CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H"}}]}],
}  # fmt: skip


def test_weaknesses_with_a_persons_word(ask: TestClient, full: Home) -> None:
    assert ask.get("/api/weaknesses").json()["advisories"] == 0
    full.advisories_path.mkdir()
    (full.advisories_path / "a.json").write_text(json.dumps(CSAF), "utf-8")
    (full.advisories_path / "b.json").write_text("{}", "utf-8")
    now = ask.get("/api/weaknesses").json()
    assert [(row["id"], row["score"], row["counts"]) for row in now["items"]] == [("ASG-1", 8.1, {"possible": 1})]
    assert now["items"][0]["devices"][0]["device"]["id"] == "d-ct" and now["items"][0]["devices"][0]["why"]["ja"]
    assert {f["name"]: bool(f["problem"]) for f in now["files"]} == {"a.json": False, "b.json": True}
    word = {"advisory": "ASG-1", "device": "d-ct", "standing": "not_affected", "reason": "機能を止めている"}
    made = ask.post("/api/weaknesses/words", json=word).json()
    assert ask.get("/api/weaknesses").json()["total"] == 0
    settled = ask.get("/api/weaknesses", params={"whole": True, "device": "d-ct"}).json()["items"][0]["devices"][0]
    assert settled["word"] == made["id"] and "機能を止めている" in settled["why"]["ja"]
    assert ask.post(f"/api/weaknesses/words/{made['id']}/undo", json={"reason": "違った"}).status_code == 200
    assert ask.get("/api/weaknesses").json()["total"] == 1
    assert ask.post("/api/weaknesses/words", json={**word, "advisory": "no"}).status_code == 404


def test_documents(ask: TestClient) -> None:
    query = {"name": "MDS 申告.xlsx", "kind": "mds", "device": "d-ct"}
    made = ask.post("/api/documents", params=query, content=b"\x00bytes", headers=BYTES).json()
    of_model = {"name": "bom.txt", "kind": "other", "manufacturer": "Asagiri", "model": "ＡＧ６４"}
    assert ask.post("/api/documents", params=of_model, content=b"x", headers=BYTES).status_code == 200
    mine = ask.get("/api/documents", params={"device": "d-ct"}).json()["items"]
    assert {d["name"] for d in mine} == {"MDS 申告.xlsx", "bom.txt"}
    assert ask.get("/api/documents", params={"device": "d-us"}).json()["items"] == []
    file = ask.get(f"/api/documents/{made['id']}/file")
    assert file.content == b"\x00bytes" and "MDS%20" in file.headers["content-disposition"]
    assert ask.post(f"/api/documents/{made['id']}/end", json={"reason": "古い"}).status_code == 200
    assert len(ask.get("/api/documents", params={"device": "d-ct"}).json()["items"]) == 1
    no = ask.post("/api/documents", params={"name": "a", "kind": "mds"}, content=b"x", headers=BYTES)
    assert no.status_code == 422 and no.json()["title_ja"]
    assert ask.get("/api/documents/T-0/file").status_code == 404


def test_what_stands_beside_a_device(ask: TestClient) -> None:
    table = "Vlan Mac Address Type Ports\n 10 0200.0000.000b DYNAMIC Gi1/0/7\n"
    ask.post("/api/places", params={"source": "sw-1"}, content=table.encode(), headers=BYTES)
    ledger = "管理番号,製造番号,IPアドレス\nME-1,,10.20.0.11\n".encode("cp932")
    ask.post("/api/ledger", params={"name": "a.csv"}, content=ledger, headers=BYTES)
    ct = ask.get("/api/devices/d-ct/beside").json()
    assert [(p["switch"], p["port"], p["vlan"]) for p in ct["ports"]] == [("sw-1", "Gi1/0/7", 10)]
    assert ct["ledger"]["asset_number"] == "ME-1" and ct["use"]["hours_a_day"] is None
    monitor = ask.get("/api/devices/d-mon/beside").json()["use"]
    assert monitor["days"][0]["times"] == 1 and monitor["hours_a_day"] is None  # one hour was heard
    assert ask.get("/api/devices/none/beside").status_code == 404


def test_a_zone_is_named_once(ask: TestClient, full: Home) -> None:
    zone = {"kind": "imaging", "name_ja": "放射線科"}
    assert ask.post("/api/zones/imaging/name", json=zone).status_code == 200
    named = next(z for z in full.state.zones() if z.id == "imaging")
    assert (named.name_ja, named.name_en, named.by_person, named.subnets) == (
        "放射線科",
        "放射線科",
        True,
        ["10.20.0.0/24"],
    )
    assert ask.post("/api/zones/none/name", json=zone).status_code == 404
    assert ask.post("/api/zones/imaging/name", json={**zone, "kind": "moon"}).status_code == 422


def test_the_diagram_leaves_an_audit_line(ask: TestClient, full: Home) -> None:
    svg = ask.get("/api/diagram", params={"format": "svg"})
    assert svg.headers["content-type"].startswith("image/svg+xml") and "画像診断" in svg.text
    assert full.state.audit_entries(limit=1)[0].act == "diagram.made"


def test_a_persons_criticality_stands_at_the_head(ask: TestClient) -> None:
    assert ask.get("/api/devices/d-pacs").json()["criticality"] != "life"
    word = {"attribute": "criticality", "value": "life", "reason": "手術中の画像"}
    assert ask.post("/api/devices/d-pacs/corrections", json=word).json()["criticality"] == "life"
    assert ask.get("/api/devices/d-pacs").json()["criticality"] == "life"
