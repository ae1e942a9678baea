"""Duties and incidents over the API: what is filed comes back, what cannot be is a problem in plain words."""

from __future__ import annotations

import base64
import io
import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from fastapi.testclient import TestClient

from hinomi import pipeline
from hinomi.api import create_app
from hinomi.home import Home
from hinomi.model import Zone

CASES = Path(__file__).parents[2] / "cases"
ADDRESS = "http://127.0.0.1:8733"


# What asks a person in the case, by its expectation: the incident takes all of it along.
ASKS = tomllib.loads((CASES / "musashikosugi-2026" / "expect.toml").read_text("utf-8"))["asks"]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    home = Home(tmp_path_factory.mktemp("duties") / "home")
    case = CASES / "musashikosugi-2026"
    zones = json.loads(case.joinpath("truth.json").read_text("utf-8"))["zones"]
    home.state.set_zones([Zone(z["id"], z["kind"], z["name_ja"], z["name_en"], z["subnets"]) for z in zones], by="test")
    pipeline.read(home, [case / "capture.pcap.zst"])
    with TestClient(create_app(home), base_url=ADDRESS) as made:
        yield made


def test_a_yes_turns_amber_with_its_packet(client: TestClient) -> None:
    before = client.get("/api/duties/sheet").json()
    assert before["answered"] == 0 and before["amber"] == 0 and len(before["rows"]) == 19
    assert all(row["replies"] == [] for row in before["rows"])
    ask = {"edition": "R7", "item": "2-②", "answer": "yes", "date": "2026-05-20", "person": "山口"}
    after = client.post("/api/duties/replies", json=ask).json()
    amber = [row for row in after["rows"] if row["amber"]]
    assert [row["number"] for row in amber] == ["2-②"] and after["amber"] == 1
    line = amber[0]["lines"][0]
    ref = line["evidence"]
    packet = client.get(f"/api/evidence/{ref['capture']}/{ref['packet']}", params={"offset": ref["offset"]})
    assert packet.status_code == 200 and packet.json()["layers"]
    wrong = client.post("/api/duties/replies", json=ask | {"answer": "no"})
    assert "目標日" in wrong.json()["title_ja"]


def test_a_register_takes_rows_and_lets_them_go(client: TestClient) -> None:
    names = {one["id"]: one["count"] for one in client.get("/api/duties/registers").json()["registers"]}
    assert names["contact"] == 0 and len(names) == 13
    values = {"side": "public", "name": "県警", "phone": "110"}
    made = client.post("/api/duties/registers/contact", json={"values": values}).json()
    id = made["entries"][0]["id"]
    client.post("/api/duties/registers/contact", json={"id": id, "values": values | {"phone": "9110"}})
    assert client.get("/api/duties/registers/contact").json()["entries"][0]["values"]["phone"] == "9110"
    assert client.post(f"/api/duties/registers/contact/{id}/withdraw").json()["entries"] == []
    bad = client.post("/api/duties/registers/contact", json={"values": {"name": "県警"}})
    assert bad.status_code >= 400 and "空です" in bad.json()["title_ja"]
    assert client.get("/api/duties/registers/poems").status_code >= 400


def test_a_copy_that_is_said_to_be_detached_and_is_reached(client: TestClient) -> None:
    values = {"system": "電子カルテ", "place": "10.50.0.10", "medium": "nas", "detached": "detached"}
    seen = client.post("/api/duties/registers/backup", json={"values": values}).json()
    assert seen["observed"][0]["word"] in {"unknown", "contradicted", "seen"}
    assert "3-2-1" in seen["said"][0]["ja"] and "控えが1つ" in seen["said"][0]["ja"]


def test_the_vendors_sheet_goes_out_and_comes_back(client: TestClient) -> None:
    values = {"name": "Sekisho", "system": "VPN", "devices": "10.70.0.10"}
    id = client.post("/api/duties/registers/vendor", json={"values": values}).json()["entries"][0]["id"]
    out = client.get("/api/papers/vendor.xlsx", params={"vendor": id})
    book = openpyxl.load_workbook(io.BytesIO(out.content))
    sheet = book["回答"]
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, 4, "はい")
    book["リモート"].cell(2, 1, "なし")
    sheet.cell(3, 4, "たぶん")
    back = io.BytesIO()
    book.save(back)
    content = base64.b64encode(back.getvalue()).decode()
    read = client.post("/api/duties/vendors/returned", json={"name": "x.xlsx", "content": content}).json()
    assert read["answers"] == sheet.max_row - 2 and len(read["unread"]) == 1 and "たぶん" in read["unread"][0]
    assert read["remote"] == "no"
    assert "remote" in [one["item"] for one in read["differences"]]
    remote = next(one for one in read["differences"] if one["item"] == "remote")
    assert remote["lines"][0]["evidence"]["packet"] > 0
    ours = client.post("/api/duties/vendors/returned", json={"name": "y.xlsx", "content": "AAAA"})
    assert ours.status_code >= 400 and "Excel" in ours.json()["title_ja"]


def test_servers_in_no_contract_break_the_deemed_compliance(client: TestClient) -> None:
    found = client.get("/api/duties/deemed").json()
    assert found["word"] == "contradicted" and found["uncovered"]
    server = found["uncovered"][0]
    values = {"server": server["ip"], "system": "x", "owed_by": "vendor", "vendor": "V", "clause": "8条"}
    client.post("/api/duties/registers/server", json={"values": values})
    again = client.get("/api/duties/deemed").json()
    assert server["id"] in [one["id"] for one in again["covered"]]
    assert server["id"] not in [one["id"] for one in again["uncovered"]]


def test_an_incident_from_button_to_report(client: TestClient) -> None:
    assert client.post("/api/incidents", json={}).status_code >= 400
    made = client.post("/api/incidents", json={"symptom": "silent", "person": "当直"}).json()
    assert [step["place"] for step in made["steps"]] == ["backup", "outside", "range", "segment"]
    assert made["in_use"][0]["use"] == "yes" and len(made["findings"]) == len(ASKS)
    log = f"/api/incidents/{made['id']}/log"
    client.post(log, json={"kind": "role", "ref": "lead", "text": "病院長 佐藤"})
    client.post(log, json={"kind": "task", "ref": "cut-backup", "person": "鈴木"})
    after = client.post(log, json={"kind": "report", "ref": "ppc/preliminary", "person": "事務"}).json()
    states = {one["key"]: one["state"] for one in after["deadlines"]}
    assert states["ppc/preliminary"] == "done" and states["ppc/final"] == "running" and states["mhlw/first"] == "now"
    assert next(t for p in after["phases"] for t in p["tasks"] if t["id"] == "cut-backup")["done_by"] == "鈴木"
    assert {line["clock"] for line in after["timeline"]} == {"tap", "people"}
    assert client.post(log, json={"kind": "task", "ref": "poem"}).status_code >= 400
    closed = client.post(log, json={"kind": "closed", "text": "終わり"}).json()
    assert closed["closed_at"]
    home = client.get("/api/incidents").json()
    assert home["open"] == [] and len(home["closed"]) == 1
    page = client.get("/api/papers/incident.pdf", params={"incident": made["id"]})
    assert page.content.startswith(b"%PDF")


@pytest.mark.parametrize("name", ["checklist", "annex", "inspection", "contacts", "bcp", "trial", "monthly", "offline"])
@pytest.mark.parametrize("form", ["html", "xlsx"])
def test_papers(client: TestClient, name: str, form: str) -> None:
    made = client.get(f"/api/papers/{name}.{form}", params={"lang": "en"})
    assert made.status_code == 200 and len(made.content) > 2000
    assert client.get(f"/api/papers/{name}.docx").status_code == 422


def test_an_official_form_is_read_confirmed_and_filled(client: TestClient) -> None:
    import sys

    sys.path.insert(0, str(Path(__file__).parents[1] / "duties"))
    from made_up_form import make

    file = {"name": "form.xlsx", "content": base64.b64encode(make()).decode()}
    read = client.post("/api/duties/forms/read", json=file).json()
    unsure = [row for row in read["rows"] if "topic" in row["doubts"]]
    assert len(read["rows"]) == 7 and any("朝礼" in row["text"] for row in unsure)
    vendors_rows = [row["key"] for row in read["rows"] if row["key"].startswith("事業者")]
    ask = {"edition": "R9", "title": read["title"], "year_from": "2027-04-01", "topics": {}, "dropped": vendors_rows}
    made = client.post("/api/duties/forms/accept", json=file | ask).json()
    assert [row["number"] for row in made["rows"]] == ["①", "②", "③", "①", "②"]
    assert next(one for one in made["editions"] if one["id"] == "R9")["loaded"]
    reply = {"edition": "R9", "item": "h-1", "answer": "yes", "date": "2027-05-20", "person": "山口"}
    assert client.post("/api/duties/replies", json=reply).status_code == 200
    out = client.get("/api/duties/forms/filled.xlsx", params={"edition": "R9"})
    assert openpyxl.load_workbook(io.BytesIO(out.content)).worksheets[0]["D6"].value == "○"
    bad = client.post("/api/duties/forms/accept", json=file | ask | {"edition": "../x"})
    assert bad.status_code >= 400
    assert client.get("/api/duties/clinic").json()["steps"][0]["where"] == "/ledger"
