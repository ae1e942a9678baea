"""tshark and the wire say the same of DICOM on the first-light capture, field by field."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from hinomi import _wire

pytestmark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")

# tshark looks for DICOM on these ports without being asked to guess.
PORTS = [x for port in (104, 105, 106, 4242, 11112) for x in ("-d", f"tcp.port=={port},dicom")]

# Element -> attribute of the wire.
EQUIPMENT = {
    "0008,0070": "dicom.equipment.manufacturer",
    "0008,1090": "dicom.equipment.model",
    "0008,1010": "dicom.equipment.station_name",
    "0018,1000": "dicom.equipment.serial",
    "0018,1020": "dicom.equipment.software",
    "0008,0060": "dicom.equipment.modality",
}


@pytest.fixture(scope="module")
def rows(first_light: Path) -> dict[str, list[dict[str, Any]]]:
    out: dict[str, list[dict[str, Any]]] = {name: [] for name in _wire.RECORDS}
    for record, batch in _wire.Reader(str(first_light), site="test", sensor="tap", key=bytes(32)):
        made = pa.record_batch(batch)
        untimed = [f.name for f in made.schema if not pa.types.is_timestamp(f.type)]
        out[record].extend(made.select(untimed).to_pylist())
    out["exchange"] = [row for row in out["exchange"] if row["protocol"] == "dicom"]
    assert out["exchange"], "the wire says nothing of DICOM"
    return out


def tshark(capture: Path, wanted: str, *fields: str) -> list[list[str]]:
    command = ["tshark", "-r", str(capture), *PORTS, "-Y", wanted, "-T", "fields", "-E", "aggregator=|"]
    for field in fields:
        command += ["-e", field]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found = [line.split("\t") for line in done.stdout.splitlines()]
    assert found, f"tshark finds no {wanted}"
    return found


def clues(rows: dict[str, list[dict[str, Any]]], attribute: str) -> set[tuple[str, str]]:
    return {(row["host_ip"], row["value"]) for row in rows["clue"] if row["attribute"] == attribute}


def test_associations_and_their_titles(plain: Path, rows: dict[str, list[dict[str, Any]]]) -> None:
    asked = tshark(plain, "dicom.pdu.type == 1", "ip.src", "ip.dst", "dicom.assoc.ae.calling", "dicom.assoc.ae.called")
    theirs = Counter((src, dst, calling.strip(), called.strip()) for src, dst, calling, called in asked)
    ours = Counter(
        (row["client_ip"], row["server_ip"], row["client_name"], row["server_name"])
        for row in rows["exchange"]
        if row["operation"] == "A-ASSOCIATE"
    )
    assert ours == theirs
    answered = tshark(plain, "dicom.pdu.type == 2", "ip.src", "dicom.assoc.ae.called")
    titles = {(src, calling) for src, _, calling, _ in theirs} | {(src, called.strip()) for src, called in answered}
    assert clues(rows, "dicom.ae_title") == titles


def test_implementations(plain: Path, rows: dict[str, list[dict[str, Any]]]) -> None:
    found = tshark(
        plain, "dicom.pdu.type == 1 || dicom.pdu.type == 2", "ip.src", "dicom.userinfo.uid", "dicom.userinfo.version"
    )
    assert clues(rows, "dicom.implementation_uid") == {(src, uid.strip()) for src, uid, _ in found}
    assert clues(rows, "dicom.implementation_version") == {
        (src, version.strip()) for src, _, version in found if version.strip()
    }


def test_operations_and_their_status(plain: Path, rows: dict[str, list[dict[str, Any]]]) -> None:
    theirs: Counter[tuple[str, str]] = Counter()
    for source, info in tshark(plain, "dicom", "ip.src", "_ws.col.Info"):
        # A response that is not the last one has no word in brackets, or says Pending.
        for operation, word in re.findall(r"\b([CN]-[A-Z-]+?)-RSP ID=\d+(?: [A-Z]=\d+)*(?: \(([^)]*)\))?", info):
            if word and "Pending" not in word:
                theirs[(source, f"{operation} {word}")] += 1
    words = {"0x0000": "Success"}
    ours = Counter(
        (row["server_ip"], f"{row['operation']} {words.get(row['status'], row['status'])}")
        for row in rows["exchange"]
        if re.match("[CN]-", row["operation"]) and row["status"]
    )
    assert ours == theirs
    released = tshark(plain, "dicom.pdu.type == 6", "ip.src")
    assert sum(row["operation"] == "A-RELEASE" for row in rows["exchange"]) == len(released)


def test_equipment(plain: Path, rows: dict[str, list[dict[str, Any]]]) -> None:
    """First-level elements of the objects that tshark could put together, by sender."""
    done = subprocess.run(
        ["tshark", "-r", str(plain), *PORTS, "-V", "-Y", "dicom"], check=True, capture_output=True, text=True
    )
    source, stores = "", False
    theirs: dict[str, set[tuple[str, str]]] = {attribute: set() for attribute in EQUIPMENT.values()}
    for line in done.stdout.splitlines():
        if found := re.match(r"Internet Protocol Version 4, Src: ([\d.]+)", line):
            source = found[1]
        elif found := re.match(r"    PDV, (.*)", line):
            stores = found[1] == "C-STORE-RQ-DATA" or ("Storage" in found[1] and "Commitment" not in found[1])
        elif (
            (
                stores
                and (found := re.match(r" {8}\(([0-9a-f]{4},[0-9a-f]{4})\) +\d+ .*?\[[A-Z]{2}\] (.*)", line))
                and found[1] in EQUIPMENT
            )
            and found[2].isascii()
            and found[2].strip() not in ("", "<Empty>")
        ):
            theirs[EQUIPMENT[found[1]]].add((source, found[2].strip()))
    assert theirs["dicom.equipment.manufacturer"], "tshark shows no manufacturer"
    passed_on = {
        (row["host_ip"], value)
        for row in rows["clue"]
        if row["attribute"] == "dicom.passed_on"
        for value in row["value"].split("|")
    }
    for attribute, pairs in theirs.items():
        missing = pairs - clues(rows, attribute) - passed_on
        assert not missing, f"the wire does not say {attribute}: {missing}"
        # Nothing invented either; tshark leaves out what it could not put together, so makers must agree by value.
        extra = {value for _, value in clues(rows, attribute) if value.isascii()} - {value for _, value in pairs}
        assert not extra, f"tshark does not show {attribute}: {extra}"


def test_details_name_no_patient(rows: dict[str, list[dict[str, Any]]], first_light: Path) -> None:
    """Nothing of the truth's patients is in clear in what the wire says of DICOM."""
    said = json.dumps(rows["exchange"], default=str, ensure_ascii=False) + json.dumps(
        [row["value"] for row in rows["clue"]], ensure_ascii=False
    )
    assert not re.search(r"\b0000100\d\b", said)
