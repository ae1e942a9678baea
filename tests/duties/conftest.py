"""The lab's captures as the duties see them."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pyarrow as pa
import pytest

from hinomi import _wire
from hinomi.context import intervals
from hinomi.conversations import build
from hinomi.duties import DutiesView
from hinomi.inventory import resolve
from hinomi.model import Zone
from hinomi.records import SCHEMAS
from hinomi.watch import WatchView

CASES = Path(__file__).resolve().parents[2] / "cases"


@cache
def _view(case: str) -> DutiesView:
    (path,) = CASES.joinpath(case).glob("capture.*")
    return view_of(path, case)


def view_of(path: Path, case: str) -> DutiesView:
    """What the duties see of a capture file, with the zones of a case."""
    batches: dict[str, list[pa.RecordBatch]] = {record: [] for record in SCHEMAS}
    for record, batch in _wire.Reader(str(path), site="lab", sensor="tap", key=b"\7" * 32):
        batches[record].append(pa.record_batch(batch))
    rows = {
        record: pa.Table.from_batches(found) if found else SCHEMAS[record].empty_table()
        for record, found in batches.items()
    }
    zones = [
        Zone(zone["id"], zone["kind"], zone["name_ja"], zone["name_en"], zone["subnets"], by_person=True)
        for zone in json.loads((CASES / case / "truth.json").read_text("utf-8"))["zones"]
    ]
    conversations = build(rows["flow"])
    inventory = resolve("lab", rows["clue"], conversations, (), (), zones)
    now = max(rows["flow"].column("last").cast(pa.int64()).to_pylist(), default=1)
    watch = WatchView(
        conversations=conversations,
        flows=rows["flow"],
        exchanges=rows["exchange"],
        inventory=inventory,
        intervals=intervals(rows["reading"], rows["exchange"], inventory),
        zones=inventory.zones,
        now=now,
    )
    return DutiesView(watch=watch, notes=rows["note"], today="2026-11-22")


@pytest.fixture
def look() -> Callable[..., DutiesView]:
    """look("osaka-2022", disclosed=…) is a fresh view on that case; what the wire said is read once."""

    def do(case: str, **more: object) -> DutiesView:
        one = _view(case)
        return DutiesView(watch=one.watch, notes=one.notes, today=one.today, **more)  # type: ignore[arg-type]

    return do


@pytest.fixture
def look_at() -> Callable[[Path, str], DutiesView]:
    """look_at(file, "ordinary-2") is a view on another capture file, with the zones of that case."""
    return view_of
