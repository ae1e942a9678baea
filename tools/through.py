"""A recorded case through all stages, for the tools that make pages about what the watch does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

if TYPE_CHECKING:
    from hinomi.model import Zone
    from hinomi.watch import WatchView


def rows(case: Path) -> dict[str, pa.Table]:
    """The six records of a case's capture (record → rows)."""
    from hinomi import _wire
    from hinomi.records import SCHEMAS

    (path,) = case.glob("capture.*")
    batches: dict[str, list[Any]] = {record: [] for record in SCHEMAS}
    for record, batch in _wire.Reader(str(path), site="lab", sensor="tap", key=b"\7" * 32):
        batches[record].append(pa.record_batch(batch))
    return {r: pa.Table.from_batches(b) if b else SCHEMAS[r].empty_table() for r, b in batches.items()}


def truth(case: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((case / "truth.json").read_text("utf-8"))
    return found


def zones(case: Path) -> list[Zone]:
    """The zones as the case's truth names them, as if a person had."""
    from hinomi.model import Zone

    named = truth(case)["zones"]
    return [Zone(z["id"], z["kind"], z["name_ja"], z["name_en"], z["subnets"], by_person=True) for z in named]


def view(rows: dict[str, pa.Table], zones: list[Zone]) -> WatchView:
    """What the watch sees of these rows; its register is empty."""
    from hinomi.context import intervals
    from hinomi.conversations import build
    from hinomi.inventory import resolve
    from hinomi.watch import WatchView

    conversations = build(rows["flow"])
    inventory = resolve("lab", rows["clue"], conversations, (), (), zones)
    return WatchView(
        conversations=conversations, flows=rows["flow"], exchanges=rows["exchange"], inventory=inventory,
        intervals=intervals(rows["reading"], rows["exchange"], inventory), zones=inventory.zones,
        now=max(conversations.column("last").to_pylist(), default=0), clues=rows["clue"], readings=rows["reading"],
        coverage=rows["coverage"],
    )  # fmt: skip
