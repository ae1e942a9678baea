"""Hinomi's own software bill of materials (CycloneDX 1.6, JSON): what runs, from the three lock files.

`make sbom` writes docs/compliance/hinomi.cdx.json; `--check` fails when it is stale. The same lock files give the same
bytes: the serial number is made from the content, and the time is left out.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import re
import subprocess
import sys
import tomllib
import uuid
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "docs" / "compliance" / "hinomi.cdx.json"


def component(
    name: str, version: str, purl: str, licence: str, digest: tuple[str, str] | None = None
) -> dict[str, Any]:
    made: dict[str, Any] = {
        "type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl,
    }  # fmt: skip
    if licence:
        made["licenses"] = [{"expression": licence} if _is_expression(licence) else {"license": {"name": licence}}]
    if digest:
        made["hashes"] = [{"alg": digest[0], "content": digest[1]}]
    return made


def _is_expression(licence: str) -> bool:
    """Looks like an SPDX expression: identifiers joined by AND, OR, WITH."""
    return re.fullmatch(r"[A-Za-z0-9.+-]+( (AND|OR|WITH) [A-Za-z0-9.+-]+)*", re.sub(r"[()]", "", licence)) is not None


def python() -> list[dict[str, Any]]:
    found = []
    for line in (ROOT / "requirements.txt").read_text("utf-8").splitlines():
        name, _, version = line.strip().partition("==")
        if not version or name.startswith("#"):
            continue
        meta = importlib.metadata.metadata(name)
        licence = meta.get("License-Expression") or ""
        if not licence:
            named = [c.split("::")[-1].strip() for c in meta.get_all("Classifier") or [] if "License" in c]
            licence = named[0] if named else next(iter((meta.get("License") or "").splitlines()), "")
        found.append(component(name, version, f"pkg:pypi/{name.lower().replace('_', '-')}@{version}", licence))
    return found


def rust() -> list[dict[str, Any]]:
    """Crates that the built module holds: reached from ours by normal and build dependencies, not by those of tests."""
    out = subprocess.run(
        ["cargo", "metadata", "--format-version", "1", "--locked", "--offline"],
        cwd=ROOT / "wire", check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    meta = json.loads(out)
    packages = {p["id"]: p for p in meta["packages"]}
    edges = {
        node["id"]: [d["pkg"] for d in node["deps"] if any(k["kind"] in (None, "build") for k in d["dep_kinds"])]
        for node in meta["resolve"]["nodes"]
    }
    todo, reached = list(meta["workspace_members"]), set()
    while todo:
        id = todo.pop()
        if id not in reached:
            reached.add(id)
            todo += edges.get(id, [])
    sums = {
        (p["name"], p["version"]): p.get("checksum", "")
        for p in tomllib.loads((ROOT / "wire" / "Cargo.lock").read_text("utf-8"))["package"]
    }
    found = []
    for id in reached:
        p = packages[id]
        if p["source"] is None:
            continue
        digest = sums.get((p["name"], p["version"]), "")
        purl = f"pkg:cargo/{p['name']}@{p['version']}"
        licence = (p.get("license") or "").replace("/", " OR ")
        found.append(component(p["name"], p["version"], purl, licence, ("SHA-256", digest) if digest else None))
    return found


def console() -> list[dict[str, Any]]:
    lock = json.loads((ROOT / "console" / "package-lock.json").read_text("utf-8"))
    found = []
    for path, entry in lock["packages"].items():
        if not path or entry.get("dev") or entry.get("devOptional") or entry.get("optional"):
            continue
        name = path.rsplit("node_modules/", 1)[-1]
        purl = f"pkg:npm/{name.replace('@', '%40', 1)}@{entry['version']}"
        found.append(component(name, entry["version"], purl, entry.get("license", "")))
    return found


def bom() -> str:
    """The whole bill as text."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"].get("version", "0")
    unique = {one["purl"]: one for one in [*python(), *rust(), *console()]}
    parts = [unique[purl] for purl in sorted(unique)]
    seed = hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).digest()
    whole = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.UUID(bytes=seed[:16], version=4)}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application", "bom-ref": "hinomi", "name": "hinomi", "version": version,
                "licenses": [{"expression": "Apache-2.0"}],
            },
        },
        "components": parts,
        "dependencies": [{"ref": "hinomi", "dependsOn": [one["purl"] for one in parts]}],
    }  # fmt: skip
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    made = bom()
    if "--check" in sys.argv:
        if not OUT.is_file() or OUT.read_text("utf-8") != made:
            sys.exit(f"error: {OUT.relative_to(ROOT)} is stale\nhint: run make sbom")
    else:
        OUT.parent.mkdir(parents=True, exist_ok=True)
        OUT.write_text(made, "utf-8")
        print(f"{OUT.relative_to(ROOT)}: {made.count('bom-ref') - 1} components")
