"""Writes `cases/INDEX.md`: every case of the lab with what it shows and how large it is."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from .check_tshark import find_capture
from .pcapfile import read

ROOT = Path(__file__).resolve().parent.parent


def index() -> str:
    lines = [
        "# The captures",
        "",
        "Made by `python -m lab.index` from the cases themselves; do not edit by hand.",
        "",
        "| case | what it shows | packets | file | services | incidents |",
        "|---|---|---|---|---|---|",
    ]
    for folder in sorted(path.parent for path in (ROOT / "cases").rglob("truth.json")):
        truth = json.loads((folder / "truth.json").read_text())
        title = (folder / "story.md").read_text().splitlines()[0].removeprefix("# ")
        capture = find_capture(folder)
        packets = sum(1 for _ in read(capture))
        services = ", ".join(sorted({row["service"] for row in truth["conversations"]}))
        incidents = ", ".join(f"`{row['id']}`" for row in truth["incidents"]) or "–"
        name = folder.relative_to(ROOT / "cases")
        lines.append(
            f"| [{name}]({name}/story.md) | {title} | {packets} | "
            f"{capture.stat().st_size / 1000:.0f} kB | {services} | {incidents} |"
        )
    return "\n".join(lines) + "\n"


def main() -> int:
    (ROOT / "cases" / "INDEX.md").write_text(index())
    return 0


if __name__ == "__main__":
    sys.exit(main())
