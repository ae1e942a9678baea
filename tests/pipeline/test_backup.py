"""Hinomi's own backup: whole or not at all, and what comes back is what was there."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from hinomi import pipeline
from hinomi.home import Home
from hinomi.pipeline import backup
from hinomi.texts import Problem


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory, small: Path) -> Path:
    """A home with a capture read, a taught word, a document, people and a session."""
    from hinomi.people import Door, passwords

    path = tmp_path_factory.mktemp("lived") / "home"
    home = Home(path)
    pipeline.read(home, [small])
    (path / "knowledge").mkdir(exist_ok=True)
    (path / "knowledge" / "taught.toml").write_text("# 教えたこと\n", "utf-8")
    (path / "evidence" / "ring").mkdir(parents=True, exist_ok=True)
    (path / "evidence" / "ring" / "big").write_bytes(b"x" * 1000)
    door, word = Door(home), passwords.read("kawa-no-nagare-7")
    door.add("hana", "administrator", by="test", password=word)
    door.sign_in("hana", word, address="127.0.0.1", agent="test")
    home.close()
    return path


@pytest.fixture(scope="module")
def file(lived: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out") / "house.hinomi-backup"
    home = Home(lived)
    backup.make(home, out, by="hana")
    home.close()
    return out


def content(home: Path) -> dict[str, str]:
    """Every file by its hash, without what a home makes by itself."""
    left = {"state.db", "state.db-wal", "state.db-shm", "lock"}
    return {
        path.relative_to(home).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(home.rglob("*"))
        if path.is_file()
        and path.name not in left
        and path.relative_to(home).parts[0] not in backup.LEFT_OUT - {"history"}
    }


def test_what_comes_back_is_what_was_there(lived: Path, file: Path, tmp_path: Path) -> None:
    assert file.stat().st_mode & 0o077 == 0
    held, moved = backup.restore(file, tmp_path / "new", by="hana")
    assert moved is None
    assert held.files > 5
    assert content(tmp_path / "new") == content(lived)
    before, after = Home(lived), Home(tmp_path / "new")
    try:
        assert after.history.counts() == before.history.counts()
        assert sum(after.history.counts().values()) > 0
        assert [d.id for d in after.state.all_devices()] == [d.id for d in before.state.all_devices()]
        assert after.state.all_devices()
        assert after.key.reveal() == before.key.reveal()
        entries = after.state.audit_entries(limit=5)
        assert [e.act for e in entries[:2]] == ["home.restore", "home.backup"]
        assert after.state.verify_audit().broken_at is None
        assert [p.name for p in after.state.people.all()] == ["hana"]
        assert after.state.people.sessions("hana") == []  # everybody signs in again
    finally:
        before.close()
        after.close()
    assert oct((tmp_path / "new" / "keys" / "site.key").stat().st_mode)[-3:] == "600"
    assert not list(tmp_path.glob(".*"))


@pytest.fixture
def stood(tmp_path: Path) -> Iterator[tuple[Path, dict[str, str]]]:
    """A home that stands where one is restored to; afterwards it is as it was."""
    path = tmp_path / "place" / "home"
    home = Home(path)
    home.state.audit("x", "y", "z", {})
    home.close()
    seen = content(path)
    yield path, seen
    assert content(path) == seen
    assert [entry.name for entry in path.parent.iterdir()] == ["home"]


def test_a_half_file_is_refused(file: Path, stood: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    """Cut off anywhere."""
    whole, cut = file.read_bytes(), tmp_path / "cut"
    dice = random.Random(7)
    for length in [0, 1, 21, len(whole) // 2, len(whole) - 1, *(dice.randrange(len(whole)) for _ in range(12))]:
        cut.write_bytes(whole[:length])
        with pytest.raises(Problem) as told:
            backup.restore(cut, stood[0], by="x", replace=True)
        assert told.value.id in ("backup.not_one", "backup.broken"), length


def test_a_changed_file_is_refused(file: Path, stood: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    """A bit turned anywhere is told, or lies where no content is (and then what comes back is right)."""
    whole, changed = file.read_bytes(), tmp_path / "changed"
    dice, refused = random.Random(11), 0
    for _ in range(40):
        place = dice.randrange(len(whole))
        changed.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << dice.randrange(8)]) + whole[place + 1 :])
        try:
            backup.check(changed)
        except Problem as problem:
            assert problem.id in ("backup.not_one", "backup.broken", "backup.newer")
            refused += 1
            with pytest.raises(Problem):
                backup.restore(changed, stood[0], by="x", replace=True)
    assert refused > 30


def rewritten(file: Path, to: Path, change: dict[str, bytes | None], more: dict[str, bytes] | None = None) -> Path:
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(to, "w") as target:
        for name in source.namelist():
            body = change.get(name, source.read(name))
            if body is not None:
                target.writestr(name, body)
        for name, body in (more or {}).items():
            target.writestr(name, body)
    return to


def test_what_the_manifest_does_not_name_is_refused(file: Path, tmp_path: Path) -> None:
    for change, more in (
        ({}, {"../outside": b"x"}),
        ({"settings.toml": None}, None),
        ({"settings.toml": b'site = "other"\n'}, None),
        ({"manifest.json": b"[]"}, None),
        ({"manifest.json": b"{}"}, None),
    ):
        made = rewritten(file, tmp_path / "made", change, more)  # type: ignore[arg-type]
        with pytest.raises(Problem):
            backup.restore(made, tmp_path / "new", by="x")
        assert not (tmp_path / "new").exists()
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["made"]


def test_no_name_leads_out_of_the_home(file: Path, tmp_path: Path) -> None:
    import json

    body = b"x"
    with zipfile.ZipFile(file) as source:
        manifest = json.loads(source.read("manifest.json"))
    for name in ("../outside", "/tmp/outside-hinomi", "knowledge/../../outside", "a\\..\\b"):
        told = {**manifest["files"], name: {"bytes": 1, "sha256": hashlib.sha256(body).hexdigest()}}
        changed = json.dumps({**manifest, "files": told}).encode()
        made = rewritten(file, tmp_path / "made", {"manifest.json": changed}, {name: body})
        with pytest.raises(Problem) as problem:
            backup.restore(made, tmp_path / "new", by="x")
        assert problem.value.id == "backup.broken"
        assert not (tmp_path / "outside").exists()
        assert not (tmp_path / "new").exists()


def test_a_home_that_stands_there_is_kept(file: Path, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.state.audit("x", "old", "z", {})
    with pytest.raises(Problem) as taken:
        backup.restore(file, home.path, by="x")
    assert taken.value.id == "backup.home_taken"
    with pytest.raises(Problem) as told:  # this process has it open
        backup.restore(file, home.path, by="x", replace=True)
    assert told.value.id == "backup.in_use"
    home.close()
    _, moved = backup.restore(file, home.path, by="x", replace=True)
    assert moved is not None
    old, new = Home(moved), Home(home.path)
    try:
        assert [e.act for e in old.state.audit_entries()] == ["old"]
        assert new.state.all_devices()
    finally:
        old.close()
        new.close()


def test_a_backup_is_never_overwritten(lived: Path, file: Path) -> None:
    before = file.read_bytes()
    home = Home(lived)
    with pytest.raises(Problem) as told:
        backup.make(home, file, by="x")
    home.close()
    assert told.value.id == "backup.exists"
    assert file.read_bytes() == before


@pytest.mark.parametrize("moment", ["_add", "_proved", "_moved_in"])
def test_killed_at_any_moment_nothing_is_half_there(lived: Path, file: Path, tmp_path: Path, moment: str) -> None:
    """Killed while a backup is made, or restored: no file, no home; the next try works."""
    source = tmp_path / "source"
    shutil.copytree(lived, source)
    shot = (
        "import os, signal\nfrom pathlib import Path\nfrom hinomi.home import Home\n"
        "from hinomi.pipeline import backup\n"
        f"def shot(*a, **k): os.kill(os.getpid(), signal.SIGKILL)\nbackup.{moment} = shot\n"
        f"making = {moment == '_add'}\n"
        f"home, out, file, new = Path({str(source)!r}), Path({str(tmp_path / 'out')!r}), Path({str(file)!r}), "
        f"Path({str(tmp_path / 'new')!r})\n"
        "backup.make(Home(home), out, by='x') if making else backup.restore(file, new, by='x')\n"
    )
    done = subprocess.run([sys.executable, "-c", shot], env=os.environ, capture_output=True, timeout=120)
    assert done.returncode == -signal.SIGKILL, done.stderr[-500:]
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / "new").exists()
    home = Home(source)
    backup.make(home, tmp_path / "out", by="x")
    home.close()
    backup.restore(tmp_path / "out", tmp_path / "new", by="x")
    assert (tmp_path / "new" / "state.db").exists()


def test_made_while_another_process_writes(lived: Path, small: Path, tmp_path: Path) -> None:
    """Each backup taken while captures are being read opens and is of one moment."""
    source = tmp_path / "source"
    shutil.copytree(lived, source)
    code = (
        "import sys\nfrom pathlib import Path\nfrom hinomi.home import Home\nhome = Home(Path(sys.argv[1]))\n"
        "print('ready', flush=True)\n"
        "for n in range(10**9):\n    home.state.audit('writer', 'n', str(n), {})\n"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(source)], env=os.environ, stdout=subprocess.PIPE) as writer:
        try:
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"ready\n"
            home = Home(source)
            for number in range(3):
                backup.make(home, tmp_path / f"out{number}", by="x")
            home.close()
        finally:
            writer.kill()
    entries = [backup.restore(tmp_path / f"out{n}", tmp_path / f"new{n}", by="x")[0].audit_entries for n in range(3)]
    assert entries == sorted(entries)
    assert entries[0] < entries[2]
