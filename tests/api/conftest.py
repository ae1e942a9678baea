"""A small hospital in a home, put in by hand: for the API's own tests, where every row is known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from fastapi.testclient import TestClient

from hinomi.api import create_app
from hinomi.home import Home
from hinomi.model import (
    Address,
    Attribute,
    Device,
    EvidenceRef,
    FindingDraft,
    Interval,
    Service,
    Severity,
    Source,
    Zone,
)
from hinomi.store.history.schemas import schema
from hinomi.store.history.staging import Staging
from hinomi.store.state.shapes import Capture

S = 1_000_000_000
T0 = 1_790_000_000 * S  # 2026-09-21
CAPTURE = "0123456789abcdef"
ADDRESS = "http://127.0.0.1:8733"


def attribute(name: str, value: str, confidence: float = 0.97, packet: int = 7) -> Attribute:
    source = Source(
        clue=f"dicom.equipment.{name}",
        value=value,
        protocol="dicom",
        weight=0.9,
        rule="",
        count=3,
        first=T0,
        last=T0 + 60 * S,
        evidence=EvidenceRef(CAPTURE, packet, 1000),
    )
    return Attribute(name, value, confidence, [source])


def device(
    id: str, ip: str, *, type: str, category: str, zone: str | None, outside: bool = False, **more: str
) -> Device:
    attributes = {"type": attribute("type", type), "category": attribute("category", category)}
    attributes |= {name: attribute(name, value) for name, value in more.items()}
    return Device(
        id=id,
        site="s",
        addresses=[Address(f"02:00:00:00:00:{int(ip.split('.')[-1]):02x}", ip, None, T0, T0 + 240 * S)],
        attributes=attributes,
        names={"hostname": [more.get("hostname", "")]} if "hostname" in more else {},
        services=[Service("dicom", "tcp", 104, "offers", False, "", 2, T0, T0 + 240 * S)],
        zone=zone,
        outside=outside,
        first=T0,
        last=T0 + 240 * S,
    )


DEVICES = [
    device(
        "d-ct",
        "10.20.0.11",
        type="ct",
        category="medical",
        zone="imaging",
        hostname="ct01",
        manufacturer="Asagiri",
        model="AG-64",
    ),
    device(
        "d-us",
        "10.20.0.21",
        type="ultrasound",
        category="medical",
        zone="imaging",
        hostname="us01",
        manufacturer="=Nagisa",
    ),
    device("d-mon", "10.30.1.11", type="patient_monitor", category="medical", zone="or1", hostname="mon-or1"),
    device("d-pacs", "10.50.0.20", type="pacs", category="medical", zone="server", hostname="pacs"),
    device("d-odd", "10.60.0.99", type="unknown", category="unknown", zone=None),
    device(
        "d-cloud",
        "203.0.113.25",
        type="external",
        category="external",
        zone=None,
        outside=True,
        hostname="cloud.example",
    ),
]
ZONES = [
    Zone("imaging", "imaging", "画像診断", "Imaging", ["10.20.0.0/24"]),
    Zone("or1", "theatre", "手術室1", "Theatre 1", ["10.30.1.0/24"]),
    Zone("server", "server", "サーバ室", "Servers", ["10.50.0.0/24"]),
]
FACTS: dict[str, Any] = {
    "device": "us01",
    "device_ip": "10.20.0.21",
    "device_type": "ultrasound",
    "device_zone": "Imaging",
    "device_zone_ja": "画像診断",
    "destination": "cloud.example",
    "addresses": ["203.0.113.25"],
    "count": 2,
    "names": ["cloud.example"],
    "services": ["tls"],
    "sent_bytes": 1200,
    "received_bytes": 3400,
    "category": "unknown",
    "first_at": T0 + 30 * S,
    "variant": "default",
}


def draft(key: str = "us01|cloud", severity: Severity = Severity.HIGH) -> FindingDraft:
    return FindingDraft(
        detection="first_contact_outside",
        key=key,
        severity=severity,
        confidence=0.9,
        devices=["d-us", "d-cloud"],
        facts=dict(FACTS),
        first=T0 + 30 * S,
        last=T0 + 40 * S,
        count=2,
        evidence=[EvidenceRef(CAPTURE, 7, 1000)],
        in_use=None,
    )


def talk(client: str, server: str, service: str | None, port: int, up: int, down: int) -> dict[str, Any]:
    return {
        "site": "s",
        "hour": T0 - T0 % (3600 * S),
        "client_mac": "",
        "client_ip": client,
        "server_mac": "",
        "server_ip": server,
        "vlan": None,
        "proto": "tcp",
        "server_port": port,
        "service": service,
        "flows": 2,
        "answered": 2,
        "refused": 0,
        "unanswered": 0,
        "half_heard": 0,
        "bytes_up": up,
        "bytes_down": down,
        "packets": 20,
        "first": T0 + 10 * S,
        "last": T0 + 50 * S,
        "names": [],
        "capture": CAPTURE,
        "packet": 7,
        "offset": 1000,
    }


TALKS = [
    talk("10.20.0.11", "10.50.0.20", "dicom", 104, 900_000, 2_000),
    talk("10.20.0.21", "10.50.0.20", "dicom", 104, 50_000, 1_000),
    talk("10.20.0.21", "203.0.113.25", "tls", 443, 1_200, 3_400),
    talk("10.60.0.99", "10.50.0.20", None, 9999, 100, 100),
]


def write_rows(home: Home, batch: Callable[[str, Iterable[dict[str, Any]]], pa.RecordBatch]) -> None:
    staging = Staging(home.staging_path, home.history_path, "run-a", home.site)
    staging.begin()
    shape = schema("conversation")
    staging.write("conversation", pa.RecordBatch.from_pylist(TALKS, schema=shape))
    base = {"site": "s", "sensor": "import", "capture": CAPTURE, "packet": 7, "offset": 1000}
    place = {"host_ip": "10.30.1.11", "source": "mon-or1", "location": "OR1^1^1", "patient": "p-1", "kind": "numeric"}
    staging.write(
        "reading",
        batch(
            "reading",
            [
                base
                | place
                | {
                    "time": T0 + n * 5 * S,
                    "code": "147842",
                    "code_system": "MDC",
                    "name": "MDC_ECG_HEART_RATE",
                    "value": 70.0 + n % 5,
                    "unit": "/min",
                    "packet": 100 + n,
                }
                for n in range(40)
                if not 15 <= n < 25
            ],
        ),
    )
    staging.write(
        "flow",
        batch(
            "flow",
            [
                base
                | {
                    "flow_id": 1,
                    "phase": "end",
                    "start": T0,
                    "last": T0 + 240 * S,
                    "proto": "tcp",
                    "orig_ip": "10.20.0.21",
                    "resp_ip": "10.50.0.20",
                    "service": "dicom",
                    "outcome": "answered",
                }
            ],
        ),
    )
    staging.write(
        "coverage",
        batch(
            "coverage",
            [
                base
                | {
                    "hour": T0 - T0 % (3600 * S),
                    "subnet": "10.20.0.0/24",
                    "heard": "both",
                    "packets": 500,
                    "hosts": 2,
                    "flows_answered": 3,
                },
                base
                | {
                    "hour": T0 - T0 % (3600 * S),
                    "subnet": "10.30.1.0/24",
                    "heard": "one_way",
                    "packets": 40,
                    "hosts": 1,
                    "flows_one_way": 1,
                },
            ],
        ),
    )
    staging.keep()
    staging.publish()
    with home.state.transaction() as tx:
        tx.put_history_files(staging.files)


def fill(home: Home, batch: Callable[[str, Iterable[dict[str, Any]]], pa.RecordBatch], path: str = "") -> None:
    with home.writing():
        write_rows(home, batch)
        with home.state.transaction() as tx:
            tx.put_capture(
                Capture(
                    id=CAPTURE,
                    site="s",
                    sensor="import",
                    path=path,
                    kept="",
                    size=1,
                    run="run-a",
                    read_at=T0 + 900 * S,
                    first=T0,
                    last=T0 + 240 * S,
                    packets=540,
                    bytes=90_000,
                    records={"reading": 30},
                    complete=True,
                    problem="",
                )
            )
            tx.put_proposed_zones(ZONES)
            tx.put_devices(DEVICES)
            tx.put_intervals(
                [Interval("d-mon", "OR1^1^1", T0, T0 + 200 * S, "hl7_oru", "p-1", EvidenceRef(CAPTURE, 100, 1))]
            )
            tx.put_findings([draft()])


@pytest.fixture
def full(
    tmp_path: Path, batch: Callable[[str, Iterable[dict[str, Any]]], pa.RecordBatch], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Home]:
    """The small hospital."""
    monkeypatch.setenv("HINOMI_SITE", "s")
    home = Home(tmp_path / "full")
    fill(home, batch)
    yield home
    home.close()


@pytest.fixture
def ask(full: Home) -> Iterator[TestClient]:
    """A client of the API over the small hospital."""
    with TestClient(create_app(full), base_url=ADDRESS) as client:
        yield client


@pytest.fixture
def ask_empty(home: Home) -> Iterator[TestClient]:
    """A client of the API over a home into which nothing was read."""
    with TestClient(create_app(home), base_url=ADDRESS) as client:
        yield client


@pytest.fixture
def make_draft() -> Callable[[str], FindingDraft]:
    """make_draft("us02|cloud") says of another device what the small hospital's finding says of the first."""
    return draft


@pytest.fixture
def make_talk() -> Callable[..., dict[str, Any]]:
    """make_talk(client, server, service, port, up, down) is a row of the hour of the small hospital's talks."""
    return talk
