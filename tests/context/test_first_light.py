"""The bundled case: in-use intervals of the truth are found, each end within ten seconds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hinomi.context import intervals
from hinomi.context.score import judge, main
from hinomi.inventory.knowledge import load
from hinomi.inventory.score import resolved, score

pytest.importorskip("hinomi._wire", reason="the wire is not built")
CASE = Path(__file__).parents[2] / "cases" / "first-light"


def test_in_use_intervals_are_found() -> None:
    truth, tables, found = resolved(CASE, False)
    result = score(truth, found.devices, load())
    used = intervals(tables["reading"], tables["exchange"], found, tables["flow"])
    judge(result, truth, found.devices, used)
    assert result.in_use_asked >= 5
    assert result.in_use_faults == []
    assert {i.why for i in used} >= {"hl7_oru", "dicom_study", "mpps"}
    assert all(i.evidence.packet > 0 and i.start <= i.end for i in used)


def test_the_command_prints_a_table_and_json(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main([str(CASE)]) == 0
    assert "hosts found" in capsys.readouterr().out
    assert main([str(CASE), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["in_use_asked"] >= 5
    assert main([str(tmp_path)]) == 2
