"""A home into which one of the lab's captures was read, with the zones that the hospital would have named."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from hinomi import pipeline
from hinomi.home import Home
from hinomi.model import Zone

CASES = Path(__file__).parents[2] / "cases"


@pytest.fixture
def hear(home: Home) -> Callable[[str], Home]:
    """hear("osaka-2022") reads that case."""

    def do(case: str) -> Home:
        truth = json.loads((CASES / case / "truth.json").read_text("utf-8"))
        zones = [Zone(z["id"], z["kind"], z["name_ja"], z["name_en"], z["subnets"]) for z in truth["zones"]]
        home.state.set_zones(zones, by="test")
        (path,) = CASES.joinpath(case).glob("capture.*")
        pipeline.read(home, [path])
        return home

    return do
