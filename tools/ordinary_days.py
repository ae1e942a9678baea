"""Plays many ordinary days through the watch and counts what asks a person: makes docs/detections/ordinary-days.md.

    python tools/ordinary_days.py [--days 30] [--seeds 1 2 3] [--check]

The days are replays of the recorded ordinary captures of `cases/`. Each seed makes another month: every
pair of machines begins earlier or later each day, some do not work that day, days of rest have a third of
the work, and all days stand in one history, so that habits and silences of weeks are seen. The rows come
from real packets; only their times, and who works when, differ.
"""

from __future__ import annotations

import argparse
import importlib.util
import random
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))

import through  # noqa: E402

PAGE = ROOT / "docs" / "detections" / "ordinary-days.md"
CASES = ("days/ordinary-day",)
DAY = 86_400 * 1_000_000_000
MINUTE = 60 * 1_000_000_000
TIMES = {
    "flow": ("start", "last"), "exchange": ("time",), "clue": ("first", "last"), "reading": ("time", "device_time"),
}  # fmt: skip

sys.path.insert(0, str(ROOT / "src"))
_spec = importlib.util.spec_from_file_location("gen_detection_docs", ROOT / "tools/gen_detection_docs.py")
assert _spec is not None and _spec.loader is not None
_tool = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_tool)


def pairs(table: pa.Table, record: str) -> list[tuple[str, ...]]:
    """Each row's pair of ends, whichever of them began."""
    ends = {"flow": ("orig_ip", "resp_ip"), "exchange": ("client_ip", "server_ip")}[record]
    both = [table.column(name).cast(pa.string()).to_pylist() for name in ends]
    return [tuple(sorted(row)) for row in zip(*both, strict=True)]


def month(rows: dict[str, pa.Table], days: int, seed: int) -> dict[str, pa.Table]:
    """The day again and again, each time another one."""
    chance = random.Random(seed)
    known = {record: pairs(rows[record], record) for record in ("flow", "exchange")}
    names = sorted({pair for found in known.values() for pair in found})
    made: dict[str, list[pa.Table]] = {record: [] for record in rows}
    for day in range(days):
        rest = day % 7 >= 5
        shift = {pair: int(chance.gauss(0, 12) * MINUTE) for pair in names}
        away = {pair for pair in names if chance.random() < (0.5 if rest else 0.12)}
        for record, table in rows.items():
            if record == "coverage":
                made[record].append(table)
                continue
            if record in known:
                keep = np.array([pair not in away for pair in known[record]], bool)
                moved = np.array([shift[pair] for pair in known[record]], np.int64)[keep] + day * DAY
                table = table.filter(pa.array(keep))
                table = _numbered(table, day)
            else:
                moved = np.full(table.num_rows, day * DAY, np.int64)
            for name in TIMES.get(record, ()):
                if name in table.column_names:
                    at = table.column_names.index(name)
                    kind = table.schema.field(name).type
                    later = pc.add(table.column(name).cast(pa.int64()), pa.array(moved))
                    table = table.set_column(at, table.schema.field(name), later.cast(kind))
            made[record].append(table)
    return {record: pa.concat_tables(tables) for record, tables in made.items()}


def _numbered(table: pa.Table, day: int) -> pa.Table:
    """Connections of another day are other connections."""
    at = table.column_names.index("flow_id")
    field = table.schema.field("flow_id")
    ids = pc.add(table.column("flow_id"), pa.scalar(day * 10_000_000, field.type))
    return table.set_column(at, field, ids)


def look(case: str, days: int, seed: int) -> tuple[int, list[Any], list[Any]]:
    """(devices, findings with an empty register, findings with the agreed visits in it)."""
    from hinomi.watch import run
    from hinomi.watch.paths import propose

    folder = ROOT / "cases" / case
    once = through.rows(folder)
    rows = month({record: once[record] for record in ("flow", "exchange", "clue", "reading", "coverage")}, days, seed)
    view = through.view(rows, through.zones(folder))
    bare = run(view, strict=True)
    view.registers = propose(view)
    return sum(not device.outside for device in view.inventory.devices), bare, run(view, strict=True)


def main() -> int:
    from hinomi.watch.severity import asks_a_person

    parser = argparse.ArgumentParser()
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--check", action="store_true", help="write nothing; fail over the limit")
    options = parser.parse_args()
    out = [
        "<!-- Made by tools/ordinary_days.py. Do not edit. -->\n",
        "# Ordinary days: what asks a person\n",
        f"Made by `python tools/ordinary_days.py --days {options.days}`: recorded ordinary days played again as",
        "months of one history (who works when differs by seed). At most one finding a day per 500 devices may ask a",
        "person for something, none of the highest severity. The register is once empty and once holds the visits",
        "that were agreed.\n",
        "| case | seed | days | devices | register | asks | a day and 500 devices | highest severity | what asks |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    over = False
    for case in CASES:
        for seed in options.seeds:
            devices, bare, agreed = look(case, options.days, seed)
            for register, found in (("empty", bare), ("agreed visits", agreed)):
                asking = [finding for finding in found if asks_a_person(finding.severity)]
                top = sum(finding.severity.value == "critical" for finding in asking)
                rate = len(asking) / options.days * 500 / devices
                over |= register != "empty" and (rate > 1 or top > 0)
                what = ", ".join(f"{name} {n}" for name, n in sorted(Counter(f.detection for f in asking).items()))
                row = (case, seed, options.days, devices, register, len(asking), f"{rate:.2f}", top, what or "–")
                out.append("| " + " | ".join(map(str, row)) + " |")
                print(out[-1], flush=True)
    if not options.check:
        PAGE.write_text("\n".join(out) + "\n", "utf-8")
    return int(over)


if __name__ == "__main__":
    raise SystemExit(main())
