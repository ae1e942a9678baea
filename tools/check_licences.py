"""Every library that Hinomi runs with must have a licence that Apache-2.0 may live with.

Reads `cargo metadata`, the installed Python distributions of requirements.txt and the packages of
console/node_modules that the console ships. GPL, AGPL, SSPL and FoxIO's licence fail; a library with no
licence in its metadata fails until it is argued in `ARGUED`.
"""

from __future__ import annotations

import importlib.metadata
import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

GOOD = re.compile(
    r"\b(MIT|MIT-0|Apache|BSD|0BSD|ISC|Zlib|PSF|Python Software Foundation|Unicode|Unlicense|CC0|BSL-1\.0|MPL|"
    r"CDLA-Permissive|OFL|Boost|CC-BY-4\.0|BlueOak|LGPL)",
    re.IGNORECASE,
)
BAD = re.compile(r"\b(AGPL|SSPL|FoxIO|Commons Clause|(?<!L)GPL)", re.IGNORECASE)
# name -> licence as read in its own files, where the metadata is silent
ARGUED: dict[str, str] = {}


def judge(kind: str, name: str, licence: str) -> str | None:
    licence = ARGUED.get(f"{kind}:{name}", licence)
    choices = re.split(r"\s+OR\s+|/", licence)
    if any(GOOD.search(choice) and not BAD.search(choice) for choice in choices):
        return None
    return f"{kind} {name}: licence '{licence[:80] or 'not stated'}' is not one we ship with"


def rust() -> list[tuple[str, str, str]]:
    out = subprocess.run(
        ["cargo", "metadata", "--format-version", "1", "--locked"],
        cwd=ROOT / "wire", check=True, capture_output=True, text=True,
    ).stdout
    return [("rust", p["name"], p.get("license") or "") for p in json.loads(out)["packages"]]


def python() -> list[tuple[str, str, str]]:
    found = []
    for line in (ROOT / "requirements.txt").read_text("utf-8").splitlines():
        name = line.split("==")[0].strip()
        if not name or name.startswith("#"):
            continue
        meta = importlib.metadata.metadata(name)
        stated = meta.get("License-Expression") or ""
        if not stated:
            stated = " OR ".join(c.split("::")[-1] for c in meta.get_all("Classifier") or [] if "License" in c)
        found.append(("python", name, stated or (meta.get("License") or "")))
    return found


def console() -> list[tuple[str, str, str]]:
    lock = json.loads((ROOT / "console" / "package-lock.json").read_text("utf-8"))
    found = []
    for place, package in lock["packages"].items():
        if place and not package.get("dev") and not package.get("optional"):
            found.append(("npm", place.split("node_modules/")[-1], str(package.get("license", ""))))
    return found


def main() -> int:
    libraries = rust() + python() + console()
    kinds = {kind for kind, _, _ in libraries}
    if kinds != {"rust", "python", "npm"}:
        print(f"only {sorted(kinds)} were looked at")
        return 1
    faults = [fault for entry in libraries if (fault := judge(*entry))]
    for fault in faults:
        print(fault)
    print(f"licences: {len(libraries)} libraries looked at, {len(faults)} to argue")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
