"""The ledger over the API: looked at, confirmed, held against the network, linked, exported."""

from __future__ import annotations

import io
import json
from typing import Any

import openpyxl
import pytest
from fastapi.testclient import TestClient

from hinomi.home import Home

BYTES = {"content-type": "application/octet-stream"}
LEDGER = (
    "医療機器台帳\n"
    "管理番号,機器名称,メーカー,型式,ＩＰアドレス,設置場所,棚\n"
    "ME-1,CT装置,Asagiri,AG-128,10.20.0.11,CT室,A\n"
    "ME-2,エコー,Nagisa,,１０．２０．０．９９,検査室,B\n"
    "ME-3,除細動器,Asahi,AD-2,,救急,C\n"
).encode("cp932")


def load(ask: TestClient, **more: Any) -> None:
    done = ask.post("/api/ledger", params={"name": "台帳.csv", **more}, content=LEDGER, headers=BYTES)
    assert done.status_code == 200, done.text


def rows(ask: TestClient, which: str, **more: Any) -> list[dict[str, Any]]:
    page = ask.get("/api/ledger/rows", params={"list": which, **more}).json()
    assert page["total"] >= len(page["items"])
    items: list[dict[str, Any]] = page["items"]
    return items


def test_looked_at_before_it_is_kept(ask: TestClient) -> None:
    seen = ask.post("/api/ledger/look", params={"name": "台帳.csv"}, content=LEDGER, headers=BYTES).json()
    assert seen["rows"] == 3 and seen["header_row"] == 2
    assert [c["field"] for c in seen["columns"]] == [
        "asset_number", "name", "manufacturer", "model", "ip", "location", "",
    ]  # fmt: skip
    assert seen["columns"][0]["examples"] == ["ME-1", "ME-2", "ME-3"]
    assert {f["id"] for f in seen["fields"]} >= {"serial", "mac"} and all(f["words"]["ja"] for f in seen["fields"])
    assert any("棚" in note["ja"] for note in seen["notes"])
    assert ask.get("/api/ledger").json()["loaded"] is False
    assert ask.get("/api/ledger/rows", params={"list": "unseen"}).status_code == 422
    words = {"columns": json.dumps({"6": "owner", "0": ""})}
    again = ask.post("/api/ledger/look", params={"name": "台帳.csv", **words}, content=LEDGER, headers=BYTES).json()
    assert [c["field"] for c in again["columns"]][0::6] == ["", "owner"]


def test_three_lists(ask: TestClient) -> None:
    load(ask)
    now = ask.get("/api/ledger").json()
    assert (now["rows"], now["matched"], now["differs"], now["unseen"], now["unseen_heard"]) == (3, 1, 1, 2, 1)
    different = rows(ask, "differs")[0]
    assert different["device"]["id"] == "d-ct" and different["row"]["number"] == 3
    assert [(d["field"], d["likelier"]) for d in different["differences"]] == [("model", "network")]
    assert {(line["row"]["asset_number"], line["hearing"]) for line in rows(ask, "unseen")} == {
        ("ME-2", "heard"),
        ("ME-3", "unknown"),
    }
    unlisted = {line["device"]["id"] for line in rows(ask, "unlisted")}
    assert unlisted == {"d-us", "d-mon", "d-pacs", "d-odd"}  # what is outside is nobody's device here
    assert [line["device"]["id"] for line in rows(ask, "unlisted", q="us01")] == ["d-us"]


def test_a_link_stays_over_a_new_ledger_and_can_be_undone(ask: TestClient, full: Home) -> None:
    load(ask)
    made = ask.post("/api/ledger/links", json={"row": 5, "device": "d-odd", "reason": "現物を見た"})
    assert made.status_code == 200
    load(ask)
    linked = next(line for line in rows(ask, "matched") if line["device"]["id"] == "d-odd")
    assert linked["link"] == made.json()["id"] and linked["sure"] == 1.0
    undone = ask.post(f"/api/ledger/links/{linked['link']}/undo", json={"reason": "間違い"})
    assert undone.status_code == 200
    assert "d-odd" in {line["device"]["id"] for line in rows(ask, "unlisted")}
    acts = [entry.act for entry in full.state.audit_entries()]
    assert (
        acts == ["ledger.unlink", "ledger.load", "ledger.link", "ledger.load"] and not full.state.verify_audit().problem
    )
    assert ask.post("/api/ledger/links", json={"row": 99, "device": "d-odd", "reason": "x"}).status_code == 404
    assert ask.post("/api/ledger/links/K-0/undo", json={"reason": "x"}).status_code == 404


@pytest.mark.parametrize("format", ["xlsx", "csv"])
def test_exported_in_its_own_columns(ask: TestClient, format: str) -> None:
    load(ask)
    content = ask.get("/api/ledger/export", params={"format": format}).content
    if format == "xlsx":
        page = openpyxl.load_workbook(io.BytesIO(content)).active
        assert page is not None
        table = [[str(cell or "") for cell in row] for row in page.iter_rows(values_only=True)]
    else:
        table = [line.split(",") for line in content.decode("utf-8-sig").splitlines()]
    assert table[0] == ["管理番号", "機器名称", "メーカー", "型式", "ＩＰアドレス", "設置場所", "棚"]
    assert table[2][4] == "１０．２０．０．９９"  # as the hospital wrote it
    assert len(table) == 1 + 3 + 4 and "us01" in {row[1] for row in table}
    us = next(row for row in table if row[1] == "us01")
    assert us[2] == ("=Nagisa" if format == "xlsx" else "'=Nagisa")  # never a formula


@pytest.mark.parametrize("content", [b"PK\x03\x04", "ただの文".encode(), b"\x00"])
def test_what_is_no_ledger_says_so(ask: TestClient, content: bytes) -> None:
    said = ask.post("/api/ledger/look", params={"name": "x.csv"}, content=content, headers=BYTES)
    assert said.status_code == 422 and said.json()["title_ja"] and said.json()["hint_ja"]


def test_uploads_only_where_they_belong(ask: TestClient) -> None:
    assert ask.post("/api/devices/d-ct/corrections", content=b"x", headers=BYTES).status_code == 415
    big = {**BYTES, "content-length": "60000000"}
    assert ask.post("/api/ledger/look", params={"name": "x"}, content=b"x", headers=big).status_code == 413


def test_places_told_by_a_switch(ask: TestClient) -> None:
    table = "Vlan Mac Address Type Ports\n 10 0200.0000.000b DYNAMIC Gi1/0/7\n 10 0200.0000.00fe DYNAMIC Gi1/0/8\n"
    done = ask.post("/api/places", params={"source": "sw-1"}, content=table.encode(), headers=BYTES)
    assert done.json() == {"kind": "switch", "source": "sw-1", "rows": 2, "known": 1}
    assert [s["source"] for s in ask.get("/api/places").json()["sources"]] == ["sw-1"]
    again = ask.post("/api/places", params={"source": "sw-1"}, content=table.encode(), headers=BYTES)
    assert again.status_code == 200 and ask.get("/api/places").json()["sources"][0]["rows"] == 2
    assert ask.post("/api/places", params={"source": "sw-1"}, content=b"?", headers=BYTES).status_code == 422
    found = ask.get("/api/devices", params={"q": "sw-1 Gi1/0/7"}).json()["items"]
    assert "d-ct" in {d["id"] for d in found} and "d-us" not in {d["id"] for d in found}


def test_a_name_of_a_lease_finds_its_device(ask: TestClient) -> None:
    lease = b"1790000000 02:00:00:00:00:63 10.60.0.99 reception-pc *\n"
    ask.post("/api/places", params={"source": "dhcp-1"}, content=lease, headers=BYTES)
    assert [d["id"] for d in ask.get("/api/devices", params={"q": "Reception-PC"}).json()["items"]] == ["d-odd"]
