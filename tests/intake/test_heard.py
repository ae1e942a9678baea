"""Logons that a box tells by syslog on the wire: the same rows as from its file, and said once by both."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from hinomi import pipeline
from hinomi.home import Home

CASE = Path(__file__).parents[2] / "cases" / "syslog-logons"
CAPTURE = next(CASE.glob("capture.pcap*"))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the collector wrote of the lines in the capture: their texts behind a head of its own."""
    folder = tmp_path_factory.mktemp("log")
    plain = CAPTURE
    if CAPTURE.suffix == ".zst":
        plain = folder / "plain.pcap"
        subprocess.run(["zstd", "-q", "-d", str(CAPTURE), "-o", str(plain)], check=True)
    command = ["tshark", "-n", "-r", str(plain), "-Y", "syslog", "-T", "fields", "-e", "frame.time_epoch"]
    done = subprocess.run([*command, "-e", "syslog.msg"], check=True, capture_output=True, text=True)
    lines = []
    for found in done.stdout.splitlines():
        epoch, said = found.split("\t")
        clock = subprocess.run(
            ["date", "-u", "-d", f"@{epoch.partition('.')[0]}", "+%Y-%m-%dT%H:%M:%S+00:00"],
            check=True, capture_output=True, text=True,
        ).stdout.strip()  # fmt: skip
        lines.append(f"{clock} {said[16:].removesuffix(chr(92) + 'r')}\n")
    assert len(lines) > 10
    path = folder / "auth.log"
    path.write_text("".join(lines))
    return path


def logons(home: Home) -> list[dict[str, Any]]:
    table = home.history.table("exchange", where="protocol = 'ssh' AND operation = 'login'", order_by='"time"')
    return [{**row, "detail": json.loads(row["detail"])} for row in table.to_pylist()]


def test_logons_on_the_wire_are_told_as_from_a_file(home: Home, tmp_path: Path, log: Path) -> None:
    pipeline.read(home, [CAPTURE])
    heard = logons(home)
    other = Home(tmp_path / "other")
    pipeline.read(other, [log])
    written = logons(other)

    def told(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
        return [(r["outcome"], r["client_ip"], r["client_port"], r["detail"]["log"], r["server_name"]) for r in rows]

    assert told(heard) == told(written)
    assert [r["outcome"] for r in heard].count("ok") == 1
    assert [r["outcome"] for r in heard].count("refused") >= 5
    # The address of the box is the sender's; the time is the tap's, although the box's clock is told without a zone.
    assert {r["server_ip"] for r in heard} == {"10.50.0.61"}
    span = home.history.span()
    assert span is not None and all(span[0] <= r["time"] <= span[1] for r in heard)
    # Each row opens to the packet that carried the line.
    assert all(r["packet"] > 0 for r in heard)


def test_the_text_of_a_line_goes_no_further(home: Home) -> None:
    pipeline.read(home, [CAPTURE])
    exchanges = home.history.table("exchange").to_pylist()
    assert exchanges
    assert not [row for row in exchanges if row["operation"] == "line"]
    kept = json.dumps(exchanges, default=str)
    assert "ghost" not in kept and "Accepted publickey" not in kept


@pytest.mark.parametrize("order", ["tap first", "file first", "one run"])
def test_what_tap_and_file_tell_is_said_once(home: Home, log: Path, order: str) -> None:
    runs = {"tap first": [[CAPTURE], [log]], "file first": [[log], [CAPTURE]], "one run": [[CAPTURE, log]]}[order]
    for paths in runs:
        pipeline.read(home, paths)
    alone = Home(home.path.parent / "alone")
    pipeline.read(alone, [CAPTURE])
    assert len(logons(home)) == len(logons(alone)) > 5
    notes = home.history.table("note", where="name = 'events.told_before'").to_pylist()
    assert sum(note["count"] for note in notes) > 5
