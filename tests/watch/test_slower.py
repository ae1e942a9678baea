"""The lab's incidents, packet for packet, stretched in time: the same bytes eight and thirty times as slow."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

import pytest

from hinomi.watch.severity import asks_a_person

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
from lab import pcapfile  # noqa: E402

_spec = importlib.util.spec_from_file_location("gen_detection_docs", ROOT / "tools/gen_detection_docs.py")
_tool = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_tool)

INCIDENTS = ("handa-2021", "osaka-2022", "okayama-2024", "musashikosugi-2026", "emotet-2020", "dns-tunnel")


def stretched(case: Path, times: int, into: Path) -> Path:
    """The case with every packet and every step of its truth `times` as late after the beginning."""
    truth = json.loads((case / "truth.json").read_text("utf-8"))
    start = truth["start"]
    (capture,) = case.glob("capture.*")
    packets = [p._replace(time=start + (p.time - start) * times) for p in pcapfile.read(capture)]
    assert pcapfile.write(into / "capture.pcap", packets) > 100
    for incident in truth["incidents"]:
        for step in incident["steps"]:
            step["time"] = start + (step["time"] - start) * times
    (into / "truth.json").write_text(json.dumps(truth), "utf-8")
    return into


@pytest.mark.parametrize("times", [8, 30])
@pytest.mark.parametrize("case", INCIDENTS)
def test_slower_it_rings_as_one_story(case, times, tmp_path):
    rows = _tool.steps(stretched(ROOT / "cases" / case, times, tmp_path))
    seen = [row for row in rows if row["seen"]]
    assert len(seen) >= 0.85 * len(rows), [row["what"] for row in rows if not row["seen"]]
    assert len({row["story"] for row in seen}) == 1
    if (case, times) != ("emotet-2020", 30):  # calls minutes apart show a beat only after the eighth
        assert rows[0]["seen"] and rows[0]["delay"] <= 60


@pytest.mark.parametrize("times", [8, 30])
def test_twin_ordinary_hours_stretched_ask_nobody(times, tmp_path):
    _, findings = _tool.look(stretched(ROOT / "cases" / "ordinary-2", times, tmp_path))
    # The devices' own clocks inside the packets are not stretched: to the watch they stand still, and it says so.
    asking = [finding for finding in findings if asks_a_person(finding.severity)]
    assert [finding.key for finding in asking if finding.detection != "clock_jump"] == []
