"""Captures for the pipeline's tests: the bundled one, and what tests make of it."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pytest

CASE = Path(__file__).parents[2] / "cases" / "first-light" / "capture.pcap.zst"


@pytest.fixture(scope="session")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled capture, uncompressed (7.5 MB)."""
    path = tmp_path_factory.mktemp("capture") / "first-light.pcap"
    path.write_bytes(pa.input_stream(str(CASE), compression="zstd").read())
    return path


def records(capture: Path) -> Iterator[bytes]:
    """Packet records of a little-endian pcap, header included."""
    content = capture.read_bytes()
    at = 24
    while at < len(content):
        (length,) = struct.unpack_from("<I", content, at + 8)
        yield content[at : at + 16 + length]
        at += 16 + length


@pytest.fixture(scope="session")
def small(capture: Path) -> Path:
    """Its first 400 packets."""
    path = capture.with_name("small.pcap")
    with path.open("wb") as file:
        file.write(capture.read_bytes()[:24])
        for number, record in enumerate(records(capture)):
            if number == 400:
                break
            file.write(record)
    return path


@pytest.fixture(scope="session")
def large(capture: Path) -> Path:
    """Thirty times the bundled one, each time a quarter of an hour later (225 MB)."""
    path = capture.with_name("large.pcap")
    packets = list(records(capture))
    with path.open("wb") as file:
        file.write(capture.read_bytes()[:24])
        for copy in range(30):
            for record in packets:
                (second,) = struct.unpack_from("<I", record)
                file.write(struct.pack("<I", second + copy * 900) + record[4:])
    return path


Run = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def start(tmp_path: Path) -> Run:
    """start("read", path, home=…) → the running process; `code` runs Python before the command."""

    def run(*arguments: object, home: Path, code: str = "", stdin: int | None = None) -> subprocess.Popen[bytes]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("HINOMI_", "LC_", "LANG"))}
        script = f"{code}\nfrom hinomi.cli import main\nmain()"
        return subprocess.Popen(
            [sys.executable, "-c", script, *map(str, arguments)],
            stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path,
            env={**kept, "HINOMI_HOME": str(home), "LANG": "C.UTF-8"},
        )  # fmt: skip

    return run
