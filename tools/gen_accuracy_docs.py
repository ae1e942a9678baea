"""Write docs/accuracy.md: how right the inventory is against the written truth of the cases.

The table of each case is printed by `python -m hinomi.context.score cases/CASE`. Run it after a change to
`knowledge/` or `src/hinomi/inventory/`, and read the difference.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Cases with a whole hospital and its truth; the small ones about one protocol say little about identity.
CASES = ["first-light", "ordinary-2", "day", "handa-2021", "osaka-2022", "okayama-2024", "musashikosugi-2026"]
HEAD = """<!-- Made by tools/gen_accuracy_docs.py. Do not edit. -->

# How right the inventory is

`asked`: attributes whose truth the packets let out. `unknown` is an honest blank. `beyond`: stated although the
packets need not have told it, right/wrong. `sure`: stated with confidence of at least 0.9, and how many of these are
wrong. Makers and models of the lab are invented and are not in `knowledge/`.

"""


def main() -> int:
    parts = [HEAD]
    for case in CASES:
        done = subprocess.run(
            [sys.executable, "-m", "hinomi.context.score", f"cases/{case}"],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if not done.stdout.startswith(case):
            print(f"{case}: {done.stderr.strip() or 'no result'}")
            return 1
        parts.append(f"## {case}\n\n```\n{done.stdout.rstrip()}\n```\n\n")
    (ROOT / "docs" / "accuracy.md").write_text("".join(parts).rstrip() + "\n", "utf-8")
    print(f"docs/accuracy.md: {len(CASES)} cases")
    return 0


if __name__ == "__main__":
    sys.exit(main())
