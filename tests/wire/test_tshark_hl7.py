"""tshark and the wire say the same of HL7 on the first-light capture, field by field."""

from __future__ import annotations

import itertools
import json
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from hinomi import _wire

pytestmark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")


@pytest.fixture(scope="module")
def rows(first_light: Path) -> dict[str, list[dict[str, Any]]]:
    out: dict[str, list[dict[str, Any]]] = {name: [] for name in _wire.RECORDS}
    for record, batch in _wire.Reader(str(first_light), site="test", sensor="tap", key=bytes(32)):
        made = pa.record_batch(batch)
        untimed = [f.name for f in made.schema if not pa.types.is_timestamp(f.type)]
        out[record].extend(made.select(untimed).to_pylist())
    out["exchange"] = [
        {**r, "detail": json.loads(r["detail"] or "{}")} for r in out["exchange"] if r["protocol"] == "hl7"
    ]
    assert out["exchange"], "the wire says nothing of HL7"
    return out


@pytest.fixture(scope="module")
def messages(plain: Path) -> list[dict[str, Any]]:
    """Messages as tshark sees them: ends, and segments split at the bars."""
    command = [
        "tshark",
        "-r",
        str(plain),
        "-d",
        "tcp.port==2575,hl7",
        "-d",
        "tcp.port==6661,hl7",
        "-Y",
        "hl7",
        "-T",
        "fields",
        "-E",
        "aggregator=\x1f",
        "-e",
        "ip.src",
        "-e",
        "ip.dst",
        "-e",
        "hl7.message.type",
        "-e",
        "hl7.event.type",
        "-e",
        "hl7.segment",
    ]
    done = subprocess.run(command, check=True, capture_output=True)
    out = []
    for line in done.stdout.decode("utf-8", "replace").splitlines():
        source, target, _kind, _event, segments = line.split("\t")
        bodies = [s.replace("\\r", "").split("|") for s in segments.split("\x1f")]
        starts = [n for n, s in enumerate(bodies) if s[0] == "MSH"] + [len(bodies)]
        for begin, end in itertools.pairwise(starts):
            out.append({"src": source, "dst": target, "segments": bodies[begin:end]})
    assert out, "tshark finds no HL7"
    return out


def test_messages_their_types_and_control_ids(
    messages: list[dict[str, Any]], rows: dict[str, list[dict[str, Any]]]
) -> None:
    def key(m: dict[str, Any]) -> tuple[str, str, str, str]:
        msh = m["segments"][0]
        return m["src"], m["dst"], "^".join(msh[8].split("^")[:2]), msh[9]

    theirs = Counter(key(m) for m in messages if not m["segments"][0][8].startswith("ACK"))
    ours = Counter(
        (r["client_ip"], r["server_ip"], r["operation"], r["detail"]["control_id"]) for r in rows["exchange"]
    )
    assert ours == theirs


def test_acknowledgements(messages: list[dict[str, Any]], rows: dict[str, list[dict[str, Any]]]) -> None:
    theirs = Counter()
    for m in messages:
        for segment in m["segments"]:
            if segment[0] == "MSA":
                theirs[(m["src"], segment[1], segment[2])] += 1
    ours = Counter((r["server_ip"], r["status"], r["detail"]["control_id"]) for r in rows["exchange"] if r["status"])
    assert ours == theirs


def test_segments_and_observations(messages: list[dict[str, Any]], rows: dict[str, list[dict[str, Any]]]) -> None:
    theirs = {}
    for m in messages:
        names = [s[0] for s in m["segments"] if s[0]]
        theirs[(m["src"], m["segments"][0][9])] = (len(names), names.count("OBX"))
    for r in rows["exchange"]:
        d = r["detail"]
        assert (int(d["segments"]), int(d.get("observations", 0))) == theirs[(r["client_ip"], d["control_id"])]


def test_numerics_are_readings(messages: list[dict[str, Any]], rows: dict[str, list[dict[str, Any]]]) -> None:
    theirs: Counter[tuple[str, str, float]] = Counter()
    for m in messages:
        for s in m["segments"]:
            if s[0] == "OBX" and s[2] == "NM" and s[5] and not s[3].split("^")[1].startswith("MDC_ATTR_SAMP"):
                theirs[(m["src"], s[3].split("^")[1], float(s[5]))] += 1
    ours = Counter(
        (r["host_ip"], r["name"], r["value"])
        for r in rows["reading"]
        if r["kind"] == "numeric" and r["name"].startswith("MDC_")
    )
    assert theirs and not theirs - ours
    waves = sum(s[0] == "OBX" and s[2] == "NA" for m in messages for s in m["segments"])
    assert sum(r["kind"] == "waveform" for r in rows["reading"]) == waves


def test_senders(messages: list[dict[str, Any]], rows: dict[str, list[dict[str, Any]]]) -> None:
    theirs = {(m["src"], m["segments"][0][2]) for m in messages}
    ours = {(r["host_ip"], r["value"]) for r in rows["clue"] if r["attribute"] == "hl7.application"}
    assert ours == theirs
