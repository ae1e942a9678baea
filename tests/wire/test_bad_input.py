"""Bad input: one clear sentence with a hint, and what could be read is kept."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import pytest
from captures import read, rows
from lab.scale import multiply

from hinomi import _wire

HEAD = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)


def fault(path: Path) -> _wire.CaptureError:
    with pytest.raises(_wire.CaptureError) as caught:
        read(path)
    error = caught.value
    assert error.sentence.endswith(".") and "\n" not in error.sentence
    assert error.hint and not error.hint.endswith(".")
    return error


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "it is empty"),
        (b"hello, this is a letter\n", "it is a text file"),
        ("患者一覧\n".encode(), "it is a text file"),
        (b"\x7fELF\x02\x01\x01\x00" + bytes(100), "it starts with 7f 45 4c 46"),
        (HEAD[:10], "inside its file header, after 10 bytes"),
        (b"\x0a\x0d\x0d\x0a\x1c\x00\x00\x00", "inside its file header, after 8 bytes"),
        (gzip.compress(b"hello, this is a letter\n"), "it is a text file"),
        (gzip.compress(HEAD)[:12], "compressed content"),
        (b"\x28\xb5\x2f\xfd" + b"\xff" * 40, "compressed content"),
    ],
)
def test_what_is_no_capture(content: bytes, says: str, tmp_path: Path) -> None:
    path = tmp_path / "input"
    path.write_bytes(content)
    error = fault(path)
    assert says in error.sentence
    assert str(path) in error.sentence


def test_what_is_no_file(tmp_path: Path) -> None:
    assert "it is a directory" in fault(tmp_path).sentence
    assert "there is no such file" in fault(tmp_path / "gone.pcap").sentence


def test_an_unknown_link_type(tmp_path: Path) -> None:
    path = tmp_path / "usb.pcap"
    path.write_bytes(
        struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 220) + struct.pack("<IIII", 1, 0, 4, 4) + b"abcd"
    )
    assert "link type 220" in fault(path).sentence


def test_a_capture_without_packets(tmp_path: Path) -> None:
    path = tmp_path / "none.pcap"
    path.write_bytes(HEAD)
    tables, summary = read(path)
    assert tables == {} and summary["packets"] == 0


def test_cut_anywhere_keeps_what_came_before(plain: Path, tmp_path: Path) -> None:
    whole = plain.read_bytes()
    path = tmp_path / "cut.pcap"
    for size in (24, 25, 40, 41, 100, 1_000, 99_999, 1_048_576, 1_048_577, len(whole) - 1):
        path.write_bytes(whole[:size])
        tables, summary = read(path)
        at, packets = 24, 0
        while at + 16 <= size and (end := at + 16 + struct.unpack_from("<I", whole, at + 8)[0]) <= size:
            at, packets = end, packets + 1
        assert summary["packets"] == packets
        assert summary["truncated_at"] == (None if at == size else at)
        if at != size:
            noted = [n for n in rows(tables["note"], "name", "kind", "at", "offset") if n[0] == "capture.truncated"]
            assert noted == [("capture.truncated", "capture", at, at)]


def test_a_cut_compressed_capture_keeps_what_came_before(first_light: Path, plain: Path, tmp_path: Path) -> None:
    _, whole = read(plain)
    for name, content in {"zst": first_light.read_bytes(), "gz": gzip.compress(plain.read_bytes(), 1)}.items():
        path = tmp_path / name
        path.write_bytes(content[: len(content) // 2])
        _, summary = read(path)
        assert 0 < summary["packets"] < whole["packets"]
        assert summary["truncated_at"] is not None
        assert "compressed content" in summary["truncated_why"]


def test_a_damaged_record_ends_the_reading(plain: Path, tmp_path: Path) -> None:
    bent = bytearray(plain.read_bytes()[:50_000])
    at = 24
    for _ in range(10):
        at += 16 + struct.unpack_from("<I", bent, at + 8)[0]
    struct.pack_into("<I", bent, at + 8, 0xFFFFFFFF)
    path = tmp_path / "bent.pcap"
    path.write_bytes(bent)
    _, summary = read(path)
    assert summary["packets"] == 10
    assert summary["truncated_at"] == at
    assert "4294967295 bytes" in summary["truncated_why"]


def test_a_file_that_disappears_or_shrinks_while_read(plain: Path, tmp_path: Path) -> None:
    long = tmp_path / "long.pcap"
    multiply(plain, long, 30)
    reader = _wire.Reader(str(long), site="s", sensor="t", key=bytes(32), limits={"clue_interval_s": 10})
    assert next(reader)
    with long.open("r+b") as file:
        file.truncate(1000)
    long.unlink()
    list(reader)
    summary = reader.summary()
    assert summary is not None and summary["packets"] > 0
