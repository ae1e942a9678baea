"""Hinomi's answers about itself: the bill of materials is fresh and whole, the answers cover every section."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "compliance"


def test_the_bill_of_materials_is_fresh() -> None:
    done = subprocess.run([sys.executable, "tools/gen_sbom.py", "--check"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_it_names_all_that_runs_with_version_licence_and_digest() -> None:
    bill = json.loads(FOLDER.joinpath("hinomi.cdx.json").read_text("utf-8"))
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    purls = {one["purl"] for one in bill["components"]}
    for line in ROOT.joinpath("requirements.txt").read_text("utf-8").splitlines():
        if "==" in line and not line.startswith("#"):
            assert f"pkg:pypi/{line.replace('==', '@').lower().replace('_', '-')}" in purls
    assert any(purl.startswith("pkg:npm/react@") for purl in purls)
    assert not any("playwright" in purl or "pytest" in purl for purl in purls)
    for one in bill["components"]:
        assert one["version"] and one["licenses"], one["purl"]
        assert one.get("hashes") or not one["purl"].startswith("pkg:cargo")
    assert set(bill["dependencies"][0]["dependsOn"]) == purls


def test_every_section_of_mds2_is_answered() -> None:
    text = FOLDER.joinpath("mds2.md").read_text("utf-8")
    for section in ["DOC", "MPII", "ALOF", "AUDT", "AUTH", "CSUP", "DIDT", "DTBK", "EMRG", "IGAU", "CONN", "MLDP", "NAUT", "PAUT", "PLOK", "RDMP", "SBoM", "SAHD", "SGUD", "STCF", "TXCF", "TXIG", "RMOT", "OTHR"]:  # fmt: skip
        assert f"| {section} |" in text
