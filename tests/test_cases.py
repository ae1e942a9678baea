"""Each case is read by the whole program, and what must be said of it is said; nothing else asks a person."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
_spec = importlib.util.spec_from_file_location("expect", ROOT / "tools" / "expect.py")
assert _spec and _spec.loader
expect = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(expect)


@pytest.mark.parametrize("case", expect.cases(), ids=lambda path: path.name)
def test_what_must_be_said_is_said(case: Path) -> None:
    assert expect.faults(case) == []


def test_an_expectation_can_fail(tmp_path: Path) -> None:
    """A service never spoken, a device that is another, and a finding nobody asked for are each told."""
    case = tmp_path / "case"
    case.mkdir()
    (case / "capture.pcap").symlink_to(ROOT / "cases" / "hl7" / "capture.pcap")
    (case / "expect.toml").write_text(
        'services = ["dicom", "hl7"]\nasks = ["beacon"]\n[devices."192.0.2.1"]\ntype = "ct"\n', "utf-8"
    )
    assert expect.faults(case) == [
        "dicom is not heard",
        "beacon does not ask",
        "192.0.2.1: type is not told, and should be ct",
    ]
