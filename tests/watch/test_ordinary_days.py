"""A month of recorded ordinary days, replayed with another seed: at most one finding a day per 500 devices asks."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from hinomi.model import Severity
from hinomi.watch.severity import asks_a_person

ROOT = Path(__file__).resolve().parents[2]
_spec = importlib.util.spec_from_file_location("ordinary_days", ROOT / "tools/ordinary_days.py")
_tool = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_tool)

DAYS = 30


@pytest.mark.parametrize("seed", [11, 12])
def test_a_replayed_month_asks_seldom(seed):
    devices, bare, agreed = _tool.look("days/ordinary-day", DAYS, seed)
    assert devices > 50 and bare
    asking = [finding for finding in agreed if asks_a_person(finding.severity)]
    assert len(asking) <= DAYS * devices / 500, [finding.key for finding in asking]
    assert not [finding for finding in (*bare, *agreed) if finding.severity == Severity.CRITICAL]
