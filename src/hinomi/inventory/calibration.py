"""How right and how honest the inventory is over many cases: `python -m hinomi.inventory.calibration CASES_DIR`.

The curve sets the confidence that was stated beside the share that was right. Every maker of the lab is
invented and none stands in `knowledge/`, so that the figures hold for devices nobody has described.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from hinomi.inventory.knowledge import load
from hinomi.inventory.score import ATTRIBUTES, Score, Tally, resolved, score

BINS = ((0.2, 0.5), (0.5, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 0.95), (0.95, 1.01))


def cases_in(folder: Path) -> list[Path]:
    """Folders with a truth and a capture."""
    return [p for p in sorted(folder.iterdir()) if (p / "truth.json").is_file() and any(p.glob("capture.*"))]


def measure(cases: Iterable[Path]) -> list[Score]:
    """Score each case without help (no zones named)."""
    out = []
    for case in cases:
        truth, _, found = resolved(case, False)
        out.append(score(truth, found.devices, load()))
    return out


def total(results: Sequence[Score]) -> dict[str, Tally]:
    """Counts of all cases together."""
    out = {name: Tally() for name in ATTRIBUTES}
    for result in results:
        for name, tally in result.attributes.items():
            sum_of = out[name]
            for count in ("asked", "right", "wrong", "unknown", "beyond_right", "beyond_wrong", "sure", "sure_wrong"):
                setattr(sum_of, count, getattr(sum_of, count) + getattr(tally, count))
            sum_of.judged += tally.judged
            sum_of.blanks += [f"{result.case}, {blank}" for blank in tally.blanks]
            sum_of.faults += [f"{result.case}, {fault}" for fault in tally.faults]
    return out


def curve(tallies: Iterable[Tally]) -> list[tuple[float, float, int, float, float]]:
    """(from, to, stated, mean confidence, share right) of each bin that has any."""
    judged = [pair for tally in tallies for pair in tally.judged]
    out = []
    for low, high in BINS:
        rows = [(c, right) for c, right in judged if low <= c < high]
        if rows:
            mean = sum(c for c, _ in rows) / len(rows)
            out.append((low, min(high, 1.0), len(rows), mean, sum(right for _, right in rows) / len(rows)))
    return out


def page(results: Sequence[Score]) -> str:
    """The figures as a page of documentation."""
    sums = total(results)
    hosts, found = sum(r.hosts for r in results), sum(r.found for r in results)
    split, merged = sum(len(r.split) for r in results), sum(len(r.merged) for r in results)
    lines = [
        "# How right the inventory is",
        "",
        f"Measured on {len(results)} cases of `cases/` with `python -m hinomi.inventory.calibration cases`.",
        "No zone was named by a person. Every maker there is invented and none stands in `knowledge/`.",
        "Only what a host let out in the capture is asked for; *sure* counts everything that was stated with",
        "a confidence of 0.9 or more, asked for or not.",
        "",
        f"Hosts of the truth: {hosts}, found: {found} (the others said nothing in their capture),",
        f"split: {split}, wrongly merged: {merged}.",
        "",
        "| attribute | let out | right | wrong | unknown | recall | precision | sure | surely wrong |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name, t in sums.items():
        recall = f"{t.recall:.3f}" if t.recall is not None else "–"
        precision = f"{t.precision:.3f}" if t.precision is not None else "–"
        lines.append(
            f"| {name} | {t.asked} | {t.right} | {t.wrong} | {t.unknown} | {recall} | {precision} | {t.sure} |"
            f" {t.sure_wrong} |"
        )
    lines += ["", "## Calibration", "", "| stated confidence | statements | mean | right |", "|---|---|---|---|"]
    for low, high, count, mean, right in curve(sums.values()):
        lines.append(f"| {low:.2f} – {high:.2f} | {count} | {mean:.3f} | {right:.3f} |")
    lines += ["", "## What was wrong", ""]
    lines += [f"- {name}: {fault}" for name, t in sums.items() for fault in t.faults] or ["Nothing."]
    lines += ["", "## What was let out and not told", ""]
    lines += [f"- {name}: {blank}" for name, t in sums.items() for blank in t.blanks] or ["Nothing."]
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the page; 0 unless there is no case."""
    made = argparse.ArgumentParser(prog="hinomi.inventory.calibration", description=(__doc__ or "").splitlines()[0])
    made.add_argument("cases", type=Path)
    made.add_argument("--page", type=Path, help="write it to this file too")
    options = made.parse_args(arguments)
    found = cases_in(options.cases) if options.cases.is_dir() else []
    if not found:
        print(f"no case with truth and capture in {options.cases}", file=sys.stderr)
        return 2
    text = page(measure(found))
    print(text, end="")
    if options.page is not None:
        options.page.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
