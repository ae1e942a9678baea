"""The lab's tests build a real hospital: they need root and are asked for with HINOMI_LAB=1."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "lab: builds namespaces; needs root and HINOMI_LAB=1")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    allowed = os.environ.get("HINOMI_LAB") == "1" and os.geteuid() == 0
    skip = pytest.mark.skip(reason="needs root and HINOMI_LAB=1 (make test-lab)")
    for item in items:
        if "lab" in item.keywords and item.get_closest_marker("lab") and not allowed:
            item.add_marker(skip)
