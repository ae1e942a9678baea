"""Write docs/accuracy.md: how right the inventory is against the written truth of the cases.

The first page is printed by `python -m hinomi.inventory.calibration cases`, the table of each case by
`python -m hinomi.context.score cases/CASE`. Run it after a change to
`knowledge/` or `src/hinomi/inventory/`, and read the difference.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Cases with a whole hospital and its truth; the small ones about one protocol say little about identity.
CASES = [
    "first-light", "ordinary-2", "day", "whole-day", "handa-2021", "osaka-2022", "okayama-2024", "musashikosugi-2026",
    "held-out/devices", "held-out/musashikosugi-again",
]  # fmt: skip
LOSSY, LOST, SEED = ("day", "whole-day"), 0.05, 1
HEAD = """<!-- Made by tools/gen_accuracy_docs.py. Do not edit. -->

# How right the inventory is

`asked`: attributes whose truth the packets let out. `unknown` is an honest blank. `beyond`: stated although the
packets need not have told it, right/wrong. `sure`: stated with confidence of at least 0.9, and how many of these are
wrong. Makers and models of the lab are invented and are not in `knowledge/`. `held-out/devices` holds twelve kinds of
devices that nobody described when the knowledge was written: there *unknown* is the right answer.

"""


def run(module: str, *arguments: str) -> str:
    """What a command prints; '' when it could not."""
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.rstrip()


def lossy(name: str, folder: Path) -> Path:
    """A case with one packet in twenty lost."""
    from hinomi import _wire

    case = ROOT / "cases" / name
    capture = next(path for path in case.iterdir() if path.name.startswith("capture."))
    chance = random.Random(SEED)
    count = int(_wire.count(capture)["packets"])
    _wire.slice(capture, {n for n in range(1, count + 1) if chance.random() >= LOST}, folder / "capture.pcapng")
    shutil.copy(case / "truth.json", folder / "truth.json")
    return folder


def main() -> int:
    whole = run("hinomi.inventory.calibration", "cases")
    if not whole:
        print("calibration: no result")
        return 1
    # The page of all cases, one level down.
    page = whole.replace("\n## ", "\n### ").replace("# How right the inventory is", "## All cases together", 1)
    parts = [HEAD, page, "\n\n"]
    for case in CASES:
        told = run("hinomi.context.score", f"cases/{case}")
        if not told:
            print(f"{case}: no result")
            return 1
        parts.append(f"## {case}\n\n```\n{told}\n```\n\n")
    for name in LOSSY:
        with tempfile.TemporaryDirectory() as folder:
            told = run("hinomi.context.score", str(lossy(name, Path(folder))))
        if not told:
            print(f"{name} with losses: no result")
            return 1
        parts.append(f"## {name}, with one packet in twenty lost\n\n```\n{told}\n```\n\n")
    (ROOT / "docs" / "accuracy.md").write_text("".join(parts).rstrip() + "\n", "utf-8")
    print(f"docs/accuracy.md: {len(CASES)} cases")
    return 0


if __name__ == "__main__":
    sys.exit(main())
