"""Evidence bundles: tshark opens the packets, the signature holds, and every change of a byte is found."""

from __future__ import annotations

import json
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from hinomi.home import Home
from hinomi.pipeline import bundle, read
from hinomi.texts import Problem

CASE = Path(__file__).resolve().parents[2] / "cases" / "hardcoded-address"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, Path, str]:
    folder = tmp_path_factory.mktemp("bundle")
    home = Home(folder / "home")
    (capture,) = CASE.glob("capture.*")
    read(home, [capture])
    finding = home.state.findings().items[0]
    out = folder / "x.zip"
    bundle.make(home, finding.id, out, by="a person", reason="for the police")
    return home, out, finding.id


def test_it_holds_packets_records_and_reasoning(made: tuple[Home, Path, str], tmp_path: Path) -> None:
    home, out, id = made
    with zipfile.ZipFile(out) as zipped:
        names = set(zipped.namelist())
        zipped.extractall(tmp_path)
    assert {"manifest.json", "manifest.sig", "finding.json", "reasoning_ja.txt", "reasoning_en.txt"} <= names
    assert {"records/flow.json", "records/flow.csv"} <= names
    (packets,) = (tmp_path / "packets").glob("*.pcapng")
    finding = home.state.finding(id)
    assert finding is not None
    tshark = shutil.which("tshark")
    assert tshark, "tshark is not installed"
    out_text = subprocess.run(
        [tshark, "-r", packets, "-T", "fields", "-e", "frame.len"], capture_output=True, text=True
    )
    assert out_text.returncode == 0 and len(out_text.stdout.split()) == len({ref.packet for ref in finding.evidence})
    told = json.loads((tmp_path / "finding.json").read_text("utf-8"))["findings"]
    assert told[0]["id"] == id and told[0]["events"][0]["kind"] == "raised"
    assert id in (tmp_path / "reasoning_ja.txt").read_text("utf-8")
    entry = next(entry for entry in home.state.audit_entries() if entry.act == "evidence.bundle")
    assert entry.subject == id and entry.detail["reason"] == "for the police"


def test_it_verifies_here_and_elsewhere(made: tuple[Home, Path, str], tmp_path: Path) -> None:
    home, out, _ = made
    here, elsewhere = bundle.verify(out, home), bundle.verify(out, Home(tmp_path / "other"))
    assert (here.problem, here.own_key) == ("", True)
    assert (elsewhere.problem, elsewhere.own_key) == ("", False) and here.fingerprint == elsewhere.fingerprint
    assert (home.path / "keys" / "evidence.key").stat().st_mode & 0o077 == 0


def changed(source: Path, target: Path, name: str, content: bytes | None) -> Path:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for entry in old.namelist():
            if entry != name:
                new.writestr(entry, old.read(entry))
        if content is not None:
            new.writestr(name, content)
    return target


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("finding.json", b"{}", "changed"), ("reasoning_ja.txt", None, "missing"), ("more.txt", b"x", "extra"),
        ("manifest.sig", b"\0" * 64, "signature"), ("manifest.json", b"[]", "not_a_bundle"),
        ("manifest.sig", None, "not_a_bundle"),
    ],
)  # fmt: skip
def test_every_change_is_found(
    made: tuple[Home, Path, str], tmp_path: Path, name: str, content: bytes | None, problem: str
) -> None:
    assert bundle.verify(changed(made[1], tmp_path / "c.zip", name, content)).problem == problem


def test_a_manifest_that_was_rewritten_does_not_hold(made: tuple[Home, Path, str], tmp_path: Path) -> None:
    with zipfile.ZipFile(made[1]) as zipped:
        said = zipped.read("manifest.json").replace(b"for the police", b"for nobody    ")
    assert bundle.verify(changed(made[1], tmp_path / "c.zip", "manifest.json", said)).problem == "signature"
    (tmp_path / "no.zip").write_bytes(b"no zip")
    assert bundle.verify(tmp_path / "no.zip").problem == "not_a_bundle"


def test_without_a_reason_or_a_finding_nothing_is_written(made: tuple[Home, Path, str], tmp_path: Path) -> None:
    home, _, id = made
    for wrong, reason in ((id, " "), ("F-NONE", "x")):
        with pytest.raises(Problem):
            bundle.make(home, wrong, tmp_path / "y.zip", by="a person", reason=reason)
    assert not (tmp_path / "y.zip").exists() and list(home.staging_path.iterdir()) == []
