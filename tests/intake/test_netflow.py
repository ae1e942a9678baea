"""What a real exporter (softflowd) told of a capture, held against what the wire reads in the same packets."""

from __future__ import annotations

import contextlib
import struct
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hinomi import _wire
from hinomi.intake.log import open_log
from hinomi.intake.netflow import Exports, MalformedError
from hinomi.intake.rows import Rows
from hinomi.intake.sniff import kind_of

DATA = Path(__file__).parent / "data"
CASE = Path(__file__).parents[2] / "cases" / "first-light" / "capture.pcap.zst"
FILES = {5: DATA / "first-light.v5.netflow", 9: DATA / "first-light.v9.netflow", 10: DATA / "first-light.ipfix.netflow"}
KEY = bytes(32)
SECOND = 1_000_000_000


def flows_of(path: Path) -> list[dict]:
    log = open_log(str(path), site="s", sensor="router", key=KEY)
    assert log is not None
    found = [row for record, batch in log if record == "flow" for row in pa.record_batch(batch).to_pylist()]
    summary = log.summary()
    assert summary is not None and summary["malformed"] == 0 and summary["notes"] == 0
    return found


@pytest.fixture(scope="module")
def wire() -> list[dict]:
    reader = _wire.Reader(str(CASE), site="s", sensor="t", key=KEY)
    rows = [row for record, batch in reader if record == "flow" for row in pa.record_batch(batch).to_pylist()]
    return [row for row in rows if row["phase"] == "end"]


@pytest.mark.parametrize("version", FILES)
def test_the_kind_is_told_by_content(version: int, tmp_path: Path) -> None:
    other = tmp_path / "no-name"
    other.write_bytes(FILES[version].read_bytes())
    assert kind_of(other) == "netflow"


@pytest.mark.parametrize("version", FILES)
def test_who_asked_whom_as_the_wire_says(version: int, wire: list[dict]) -> None:
    def pairs(rows: list[dict]) -> set[tuple]:
        return {
            (r["orig_ip"], r["resp_ip"], r["resp_port"])
            for r in rows
            if r["proto"] == "tcp" and r["outcome"] == "answered" and "." in r["orig_ip"]
        }

    told, heard = pairs(flows_of(FILES[version])), pairs(wire)
    assert len(heard) > 20
    assert told == heard


@pytest.mark.parametrize("version", FILES)
def test_times_and_counts(version: int, wire: list[dict]) -> None:
    told = flows_of(FILES[version])
    first, last = min(r["start"] for r in wire), max(r["last"] for r in wire)
    assert all(abs((r["start"] - first).total_seconds()) < 600 and r["start"] <= r["last"] for r in told)
    assert max(r["last"] for r in told) <= last.ceil("s") + (last - last) and min(r["packet"] for r in told) == 1

    def packets(rows: list[dict]) -> int:
        return sum(r["orig_packets"] + r["resp_packets"] for r in rows if r["proto"] == "tcp" and "." in r["orig_ip"])

    # The wire takes the copies of the mirror out; a router's flow cache counts them.
    assert packets(wire) <= packets(told) <= packets(wire) * 1.2


def test_a_capture_of_the_export(tmp_path: Path) -> None:
    """The datagrams inside UDP, as a mirror port beside the router hears them."""
    out = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)]
    content, at = FILES[5].read_bytes(), 0
    while at < len(content):
        size = 24 + 48 * int.from_bytes(content[at + 2 : at + 4], "big")
        udp = struct.pack(">HHHH", 40000, 2055, 8 + size, 0) + content[at : at + size]
        ip = struct.pack(
            ">BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0, bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2])
        )
        frame = bytes(12) + b"\x08\x00" + ip + udp
        out.append(struct.pack("<IIII", 1, 0, len(frame), len(frame)) + frame)
        at += size
    path = tmp_path / "export.pcap"
    path.write_bytes(b"".join(out))
    assert open_log(str(path), site="s", sensor="r", key=KEY) is None  # by itself it is a capture like any other
    log = open_log(str(path), site="s", sensor="r", key=KEY, kind="netflow")
    assert log is not None
    assert sum(b.num_rows for record, b in log if record == "flow") == len(flows_of(FILES[5]))


def test_data_before_its_template_is_a_note() -> None:
    rows = Rows("s", "t", "c", KEY)
    exports = Exports(rows)
    exports.datagram("r", struct.pack(">HHIIIIHHI", 9, 1, 0, 1, 0, 0, 300, 8, 7))
    assert exports.waiting == 1
    ((record, batch),) = rows.ready(last=True)
    assert (record, batch.to_pylist()[0]["name"]) == ("note", "netflow.no_template")


@pytest.mark.parametrize(
    "data",
    [b"", bytes(16), struct.pack(">HH", 5, 31) + bytes(60), struct.pack(">HH", 10, 9000) + bytes(20),
     struct.pack(">HHIIII", 9, 1, 0, 0, 0, 0) + struct.pack(">HH", 0, 3)],
)  # fmt: skip
def test_what_is_none_is_said(data: bytes) -> None:
    with pytest.raises(MalformedError):
        Exports(Rows("s", "t", "c", KEY)).datagram("r", data)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(FILES)), st.integers(0, 1400), st.binary(min_size=1, max_size=8), st.integers(0, 13000))
def test_bent_bytes(version: int, at: int, put: bytes, cut: int) -> None:
    """Any datagram gives rows, a note or `MalformedError`; memory stays bounded."""
    content = bytearray(FILES[version].read_bytes()[cut:] or b"x")
    content[at : at + len(put)] = put
    content[:2] = version.to_bytes(2, "big")
    exports = Exports(Rows("s", "t", "c", KEY))
    with contextlib.suppress(MalformedError, struct.error):
        exports.datagram("r", bytes(content))
    exports.finish()
    assert len(exports.templates) <= 4096 and not exports.halves
