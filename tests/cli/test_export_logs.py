"""Logs that go out are read back: Zeek's by our own intake, and both by what their forms demand."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pytest

from hinomi.cli.export_logs import export_logs
from hinomi.home import Home
from hinomi.intake.log import open_log
from hinomi.pipeline import read as read_files
from hinomi.texts import Problem

CASE = Path(__file__).parents[2] / "cases" / "first-light" / "capture.pcap.zst"


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("logs") / "home")
    read_files(home, [CASE])
    return home


@pytest.fixture(scope="module")
def zeek(read: Home, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("zeek")
    export_logs(read, "zeek", folder)
    return folder


def back(path: Path, record: str) -> list[dict]:
    log = open_log(str(path), site="s", sensor="t", key=bytes(32))
    assert log is not None
    found: dict[str, list[dict]] = {}
    for name, batch in log:
        found.setdefault(name, []).extend(pa.record_batch(batch).to_pylist())
    assert "note" not in found, found["note"]
    return found[record]


def test_connections_come_back(read: Home, zeek: Path) -> None:
    names = (
        "orig_ip",
        "resp_ip",
        "orig_port",
        "resp_port",
        "orig_bytes",
        "resp_packets",
        "outcome",
        "community_id",
        "service",
    )
    ours = read.history.sql("SELECT * FROM flow WHERE phase = 'end' AND proto <> 'arp'").to_pylist()
    assert len(ours) > 100
    told = back(zeek / "conn.log", "flow")

    def plain(rows: list[dict]) -> Counter:
        return Counter(tuple(row[name] for name in names) for row in rows if row["proto"] in ("tcp", "udp"))

    assert plain(told) == plain(ours)


@pytest.mark.parametrize(
    ("log", "protocols"),
    [("dns", ("dns", "mdns", "llmnr")), ("http", ("http",)), ("dhcp", ("dhcp",)), ("ssl", ("tls", "quic", "dtls"))],
)
def test_exchanges_come_back(read: Home, zeek: Path, log: str, protocols: tuple[str, ...]) -> None:
    words = ", ".join(f"'{p}'" for p in protocols)
    ours = read.history.sql(
        f"SELECT client_ip, server_ip, operation FROM exchange WHERE protocol IN ({words})"
    ).to_pylist()
    told = back(zeek / f"{log}.log", "exchange")
    assert ours and len(told) == len(ours)
    if log in ("dns", "http"):
        assert Counter((r["client_ip"], r["server_ip"], r["operation"]) for r in told) == Counter(
            (r["client_ip"], r["server_ip"], r["operation"]) for r in ours
        )


def test_every_line_has_its_columns(zeek: Path) -> None:
    for path in zeek.iterdir():
        lines = path.read_text().splitlines()
        fields = next(line for line in lines if line.startswith("#fields")).split("\t")[1:]
        types = next(line for line in lines if line.startswith("#types")).split("\t")[1:]
        assert len(fields) == len(types) and lines[-1].startswith("#close")
        assert {len(line.split("\t")) for line in lines if not line.startswith("#")} == {len(fields)}


@pytest.mark.skipif(shutil.which("jq") is None, reason="jq is not installed")
def test_a_second_program_reads_ocsf(read: Home, tmp_path: Path) -> None:
    export_logs(read, "ocsf", tmp_path)
    for name, number in (("network_activity", 4001), ("detection_finding", 2004)):
        done = subprocess.run(
            ["jq", "-c", "[.class_uid, .type_uid, .category_uid, .time, .severity_id, .metadata.version]", tmp_path / f"{name}.json"],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        rows = [json.loads(line) for line in done.stdout.splitlines()]
        assert rows
        for class_uid, type_uid, category_uid, time, severity, version in rows:
            assert (class_uid, type_uid // 100, category_uid) == (number, number, number // 1000)
            assert 1_700_000_000_000 < time < 2_000_000_000_000 and 0 <= severity <= 5 and version == "1.3.0"
    assert read.state.findings().total == len((tmp_path / "detection_finding.json").read_text().splitlines())


def test_another_format_is_said(read: Home, tmp_path: Path) -> None:
    with pytest.raises(Problem) as told:
        export_logs(read, "csv", tmp_path)
    assert told.value.id == "cli.bad_format"
