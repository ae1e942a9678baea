"""What is usual for a device over the API: learnt from days, answered by people, taken back."""

from __future__ import annotations

import pyarrow as pa
import pytest
from fastapi.testclient import TestClient

from hinomi.home import Home
from hinomi.store.history.schemas import schema
from hinomi.store.history.staging import Staging

S = 1_000_000_000
HOUR = 3600 * S
DAY = 24 * HOUR
T0 = 1_790_000_000 * S // HOUR * HOUR


@pytest.fixture
def busy(full: Home, ask: TestClient, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """The ultrasound sends to the archive on five days, and to a place outside on one."""
    monkeypatch.setattr("hinomi.pipeline.refresh", lambda home: None)  # these rows have no capture to refresh from
    row = {"site": "s", "capture": "cafe", "packet": 5, "offset": 50, "proto": "tcp", "answered": 1, "flows": 1,
           "client_ip": "10.20.0.21", "bytes_up": 70_000, "bytes_down": 900, "names": [], "service": "dicom",
           "server_ip": "10.50.0.99", "server_port": 104, "client_mac": "", "server_mac": "", "packets": 9,
           "refused": 0, "unanswered": 0, "half_heard": 0}  # fmt: skip
    rows = [row | {"hour": T0 + day * DAY, "first": T0 + day * DAY, "last": T0 + day * DAY + S} for day in range(5)]
    rows.append(rows[-1] | {"server_ip": "203.0.113.77", "service": "tls", "names": ["up.maker.test"]})
    staging = Staging(full.staging_path, full.history_path, "run-habits", full.site)
    staging.begin()
    staging.write("conversation", pa.RecordBatch.from_pylist(rows, schema=schema("conversation")))
    staging.keep()
    staging.publish()
    with full.state.transaction() as tx:
        tx.put_history_files(staging.files)
    full.history.refresh()
    return ask


def test_learnt_said_and_taken_back(busy: TestClient) -> None:
    told = busy.get("/api/devices/d-us/habits").json()
    lines = {(line["kind"], line["value"]): line for line in told["lines"]}
    archive, cloud = lines["peer", "10.50.0.99"], lines["outside", "maker.test"]
    assert (archive["standing"], archive["days"], archive["way"]) == ("learnt", 5, "asks")
    assert archive["sent_bytes"] == 70_000 and cloud["standing"] == "seldom"
    assert len(told["hours"]) == 24 and sum(told["hours"]) >= 5 and "pacs" in told["class_peers"]
    no = {"kind": "outside", "value": "maker.test", "usual": False, "reason": "nobody ordered it"}
    said = busy.post("/api/devices/d-us/habits", json=no).json()
    (line,) = [line for line in said["lines"] if line["value"] == "maker.test"]
    assert line["standing"] == "said_unusual" and line["by"] and line["reason"] == "nobody ordered it"
    back = busy.post(f"/api/devices/d-us/habits/{line['word']}/undo", json={"reason": "it was ordered"}).json()
    (line,) = [line for line in back["lines"] if line["value"] == "maker.test"]
    assert line["standing"] == "seldom" and line["word"] == ""


def test_no_such_device_no_such_word_no_reason(busy: TestClient) -> None:
    assert busy.get("/api/devices/d-nobody/habits").status_code == 404
    assert busy.post("/api/devices/d-us/habits/H-0/undo", json={"reason": "x"}).status_code in (404, 409, 422)
    bad = {"kind": "peer", "value": "x", "usual": True, "reason": ""}
    assert busy.post("/api/devices/d-us/habits", json=bad).status_code == 422
