"""Write docs/protocols.md from the code: what each dissector declares, and in which cases it really spoke.

`--check` exits 1 when the page is stale. Needs the built wire (`make setup`).
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from hinomi import _wire

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "protocols.md"
HEAD = """<!-- Made by tools/gen_protocol_docs.py from the dissectors and the cases. Do not edit. -->

# Protocols

Recognition is by content; a port is only a hint of the order of asking. Tier A is complete for its purpose, B gives
identity and session fields, C is recognised only. "Cases" are captures of real software in `cases/` in which the
dissector said something. "tshark" names the protocol there; `tests/wire/` compares field by field on the bundled
capture for the protocols it holds.

| protocol | tier | standard | gives | readings | cases | tshark |
|---|---|---|---|---|---|---|
"""


def heard() -> dict[str, set[str]]:
    """Protocol → cases whose capture made its dissector speak (flow service, clue, exchange or reading)."""
    found: dict[str, set[str]] = defaultdict(set)
    captures = sorted((ROOT / "cases").glob("*/capture.*"))
    if not captures:
        sys.exit("There is no capture in cases/.\nhint: clone the whole repository.")
    for path in captures:
        for record, batch in _wire.Reader(str(path), site="docs", sensor="docs", key=bytes(32)):
            column = {"flow": "service", "clue": "protocol", "exchange": "protocol"}.get(record)
            if column is None:
                continue
            table = pa.Table.from_batches([pa.record_batch(batch)])
            for name in pc.unique(table.column(column)).to_pylist():
                if name:
                    found[name].add(path.parent.name)
    return found


def row(dissector: dict[str, Any], cases: set[str]) -> str:
    gives = []
    for name, words in (("clues", "clues"), ("operations", "operations"), ("notes", "notes")):
        if dissector[name]:
            gives.append(f"{len(dissector[name])} {words}")
    shown = sorted(cases)
    listed = ", ".join(shown[:4]) + (f" and {len(shown) - 4} more" if len(shown) > 4 else "")
    return (
        f"| [{dissector['name']}](#{dissector['name']}) {dissector['title']} | {dissector['tier']} "
        f"| {dissector['standard']} | {', '.join(gives)} | {'yes' if dissector['readings'] else ''} "
        f"| {listed or '**none yet**'} | {dissector['tshark'] or '–'} |"
    )


def section(dissector: dict[str, Any]) -> list[str]:
    lines = [f"## {dissector['name']}", "", f"{dissector['title']}. {dissector['standard']}.", ""]
    if dissector["operations"]:
        lines += ["Operations: " + ", ".join(f"`{name}`" for name in dissector["operations"]), ""]
    for title, key in (("clue", "clues"), ("field of an exchange", "details"), ("note", "notes")):
        if dissector[key]:
            lines += [f"| {title} | meaning |", "|---|---|"]
            rows = dissector[key].items()
            lines += [f"| `{name}` | {meaning.replace('|', chr(92) + '|')} |" for name, meaning in rows]
            lines.append("")
    return lines


def page() -> str:
    cases = heard()
    dissectors = _wire.dissectors()
    lines = [row(d, cases.get(d["name"], set())) for d in dissectors]
    for dissector in dissectors:
        lines += ["", *section(dissector)] if dissector is dissectors[0] else section(dissector)
    return HEAD + "\n".join(lines).rstrip() + "\n"


def main() -> int:
    made = page()
    if "--check" in sys.argv[1:]:
        if not PAGE.exists() or PAGE.read_text("utf-8") != made:
            print("docs/protocols.md is stale\nhint: run python tools/gen_protocol_docs.py")
            return 1
        return 0
    PAGE.write_text(made, "utf-8")
    print(f"docs/protocols.md: {made.count(chr(10))} lines")
    return 0


if __name__ == "__main__":
    sys.exit(main())
