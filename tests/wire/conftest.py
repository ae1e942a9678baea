"""The bundled capture, as it lies and uncompressed."""

from __future__ import annotations

import sys
from pathlib import Path

import pyarrow as pa
import pytest

sys.path.insert(0, str(Path(__file__).parent))  # captures.py
sys.path.insert(1, str(Path(__file__).resolve().parents[2]))  # lab.scale
sys.path.insert(2, str(Path(__file__).resolve().parents[2] / "tools"))  # talks.py

ROOT = Path(__file__).resolve().parents[2]
FIRST_LIGHT = ROOT / "cases" / "first-light" / "capture.pcap.zst"


@pytest.fixture(scope="session")
def first_light() -> Path:
    assert FIRST_LIGHT.exists(), "the bundled capture is missing"
    return FIRST_LIGHT


@pytest.fixture(scope="session")
def plain(first_light: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled capture uncompressed."""
    path = tmp_path_factory.mktemp("wire") / "plain.pcap"
    with pa.CompressedInputStream(pa.OSFile(str(first_light)), "zstd") as source:
        path.write_bytes(source.read())
    return path
