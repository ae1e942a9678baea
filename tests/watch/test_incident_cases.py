"""The lab's incidents, replayed with real tools: each rings at its first visible step, as one story."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

from hinomi.watch.severity import asks_a_person

ROOT = Path(__file__).resolve().parents[2]
_spec = importlib.util.spec_from_file_location("gen_detection_docs", ROOT / "tools/gen_detection_docs.py")
_tool = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_tool)

# Case → share of its steps that must be seen. A case belongs here as soon as it rings.
CASES = {
    "arp-spoof": 1.0, "attempts": 1.0, "directory-intruder": 1.0,
    "pump-set": 1.0,
    "day": 1.0,
    "backup-and-log-stop": 1.0, "clock-jump": 1.0, "dns-tunnel": 1.0, "emotet-2020": 0.9, "first-light": 1.0,
    "handa-2021": 0.9, "hardcoded-address": 1.0, "musashikosugi-2026": 1.0, "okayama-2024": 0.9, "osaka-2022": 1.0,
    "rdp": 1.0, "rogue-dhcp": 1.0, "server-exfiltration": 1.0, "silent-device": 1.0, "unknown-ae-title": 1.0,
    "unknown-hl7-sender": 1.0, "wrong-zone-laptop": 0.8,
}  # fmt: skip


@pytest.mark.parametrize("register", ["empty", "full"])
@pytest.mark.parametrize("case", sorted(CASES))
def test_each_incident_rings_at_its_first_step(case, register):
    """The same settings with nothing in the register, and with every path in it as agreed at any time."""
    rows = _tool.steps(ROOT / "cases" / case, full=register == "full")
    assert rows
    for incident in {row["incident"] for row in rows}:
        of_it = [row for row in rows if row["incident"] == incident]
        assert of_it[0]["seen"] and of_it[0]["delay"] <= 60, of_it[0]
        seen = [row for row in of_it if row["seen"]]
        assert len(seen) >= CASES[case] * len(of_it), [row["what"] for row in of_it if not row["seen"]]
        assert len({row["story"] for row in seen}) == 1, seen


# Captures that declare no incident and yet show what should ring: why they do.
RINGS = {
    "raw9100": "forty pages of one note",
    "ssh": "a vendor's shell from the partner line",
    "vnc": "a vendor's screen from the partner line",
    "telnet": "an old protocol, listed",
    "bcap": "a server writes a value to a robot",
    "sdc": "a consumer of no known maker sets a pump",
    "dcerpc-pipes": "an intruder's tool makes a service, proves itself with zeros, leads a server elsewhere",
    "syslog-logons": "somebody tries names that a server does not know",
}


def _silent_cases() -> list[str]:
    return [
        path.parent.name
        for path in sorted((ROOT / "cases").glob("*/truth.json"))
        if not json.loads(path.read_text("utf-8"))["incidents"] and path.parent.name not in RINGS
    ]


@pytest.mark.parametrize("case", _silent_cases())
def test_what_is_ordinary_asks_nobody(case):
    _, findings = _tool.look(ROOT / "cases" / case)
    assert [finding.key for finding in findings if asks_a_person(finding.severity)] == []


def test_an_ordinary_day_is_among_them():
    assert any(case.startswith("ordinary") for case in _silent_cases())
    assert len(_silent_cases()) > 20
