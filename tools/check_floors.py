"""Floors have a direction: fail when a lower stage imports a later one, or a crate reaches past its room.

Run by `make lint`. Python: the order of `STAGES` is the way of the data; a package may import itself,
what stands before it, and the shared shapes. Rust: only `bindings` knows PyO3, only `capture` does I/O.
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = ROOT / "src" / "hinomi"

# Importable from everywhere: shapes, records, texts, columns of numbers.
SHARED = {"model", "records", "_wire", "texts", "knowledge_path", "paper", "columns"}
# The way of the data. A later name may import an earlier one, never the other way round.
STAGES = [
    "privacy",
    "conversations",
    "inventory",
    "vulnerabilities",
    "documents",
    "context",
    "watch",
    "theatre",
    "duties",
    "respond",
    "store",
    "home",
    "people",
    "connect",
    "intake",
    "pipeline",
    "notify",
    "filing",
    "recorder",
    "live",
    "fleet",
    "api",
    "cli",
]
# Said openly: (who, whom, why). Kept empty unless a decision argues it.
EXCEPTIONS: set[tuple[str, str]] = set()

# crate -> crates of ours it may depend on
CRATES = {
    "model": set(),
    "dissect": {"model"},
    "capture": {"model"},
    "decode": {"model"},
    "engine": {"model", "dissect", "decode"},
    "records": {"model"},
    "confine": set(),
    "drive": {"model", "dissect", "capture", "decode", "engine", "records"},
    "bindings": {"model", "dissect", "capture", "decode", "engine", "records", "confine"},
}
IO_WORDS = re.compile(r"\bstd::(fs|net::(Tcp|Udp)|process|env)\b")


def python_faults() -> list[str]:
    faults = []
    seen = 0
    for path in sorted(PYTHON.rglob("*.py")):
        room = path.relative_to(PYTHON).parts[0].removesuffix(".py")
        if room in SHARED or room in {"__init__", "__main__"}:
            continue
        seen += 1
        if room not in STAGES:
            faults.append(f"{path.relative_to(ROOT)}: the room '{room}' is not named in tools/check_floors.py")
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                names = [node.module]
                if node.module == "hinomi":
                    names = [f"hinomi.{alias.name}" for alias in node.names]
            for name in names:
                parts = name.split(".")
                if parts[0] != "hinomi" or len(parts) < 2 or parts[1] in SHARED | {"__version__"}:
                    continue
                other = parts[1]
                if other not in STAGES:
                    continue
                if STAGES.index(other) > STAGES.index(room) and (room, other) not in EXCEPTIONS:
                    faults.append(f"{path.relative_to(ROOT)}:{node.lineno}: {room} imports the later stage {other}")
    if seen == 0:
        faults.append("no Python file was looked at")
    return faults


def rust_faults() -> list[str]:
    faults = []
    for name, allowed in CRATES.items():
        folder = ROOT / "wire" / "crates" / name
        manifest = tomllib.loads((folder / "Cargo.toml").read_text("utf-8"))
        for dependency in manifest.get("dependencies", {}):
            ours = dependency.removeprefix("hinomi-")
            if ours != dependency and ours not in allowed:
                faults.append(f"wire/crates/{name}: depends on {ours}")
            if dependency.startswith("pyo3") and name != "bindings":
                faults.append(f"wire/crates/{name}: only bindings may know PyO3")
            if dependency.startswith("arrow") and name not in {"records", "bindings"}:
                faults.append(f"wire/crates/{name}: only records and bindings may know Arrow")
        if name in {"capture", "bindings"}:
            continue
        for path in sorted((folder / "src").rglob("*.rs")):
            source = path.read_text("utf-8").split("#[cfg(test)]")[0]
            for number, line in enumerate(source.splitlines(), 1):
                if IO_WORDS.search(line) and not line.lstrip().startswith("//"):
                    faults.append(f"{path.relative_to(ROOT)}:{number}: only capture does I/O")
    return faults


def main() -> int:
    faults = python_faults() + rust_faults()
    for fault in faults:
        print(fault)
    if faults:
        print("hint: move the code to the room that may know it, or argue the exception in docs/decisions/.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
