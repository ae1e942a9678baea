"""What must hold of every file in the tree: no path of a machine, no registry host, every data file with
its source and licence, no file grown past what a head can hold. Run by `make lint`."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LINES_MAX = 900
CODE = {".py", ".rs", ".ts", ".tsx", ".sh", ".toml", ".yml", ".yaml", ".json", ".md", ".css", ".html"}
LOCKS = {"package-lock.json", "Cargo.lock"}
# Written in pieces so that this file does not find itself.
FORBIDDEN = re.compile(
    r"(?<![A-Za-z0-9_.-])/(?:wor" + r"k|far" + r"m|roo" + r"t|home/[a-z]+)/"
    r"|crates\." + r"io|pypi\." + r"org|files\.python" + r"hosted|registry\.npm" + r"js|deb\.deb" + r"ian"
)


def tracked() -> list[Path]:
    out = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [ROOT / name for name in out.split("\0") if name]


def main() -> int:
    faults: list[str] = []
    files = tracked()
    if not files:
        faults.append("git knows no file here")
    for path in files:
        if not path.is_file():
            continue
        name = path.relative_to(ROOT).as_posix()
        if path.suffix not in CODE and path.name != "Makefile":
            continue
        if path.name in LOCKS:
            if path.name == "package-lock.json" and '"resolved": "http' in path.read_text("utf-8"):
                faults.append(f"{name}: the lock file names download addresses")
            continue
        text = path.read_text("utf-8")
        for number, line in enumerate(text.splitlines(), 1):
            if FORBIDDEN.search(line):
                faults.append(f"{name}:{number}: a path of one machine, or a registry's host")
        if path.suffix in {".py", ".rs", ".ts", ".tsx"} and "generated" not in name and "schema.ts" not in name:
            lines = text.count("\n")
            if lines > LINES_MAX:
                faults.append(f"{name}: {lines} lines; more than {LINES_MAX} is two rooms")
        if name.startswith("knowledge/"):
            faults += knowledge_faults(name, path, text)
    for fault in faults:
        print(fault)
    return 1 if faults else 0


def knowledge_faults(name: str, path: Path, text: str) -> list[str]:
    """A data file says where its facts come from and under which licence they stand."""
    if path.suffix == ".toml":
        try:
            tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            return [f"{name}: {error}"]
    lower = text.lower()
    if path.suffix in {".toml", ".csv", ".tsv", ".json"} and not ("source" in lower and "licence" in lower):
        return [f"{name}: it must name its source and its licence"]
    return []


if __name__ == "__main__":
    sys.exit(main())
