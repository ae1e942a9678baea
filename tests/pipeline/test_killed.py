"""Killed at any moment: the next start finds all of a run or nothing of it."""

from __future__ import annotations

import random
import shutil
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from hinomi import pipeline
from hinomi.home import Home

# Where a run is shot: (module, name of the function, before or after it).
MOMENTS = [
    ("hinomi.store.history.staging.Staging", "write", "after"),
    ("hinomi.store.history.staging.Staging", "keep", "before"),
    ("hinomi.store.history.staging.Staging", "keep", "after"),
    ("hinomi.pipeline.stages", "understand", "before"),
    ("hinomi.pipeline.stages", "understand", "after"),
    ("hinomi.store.history.staging.Staging", "publish", "before"),
    ("hinomi.store.history.staging.Staging", "publish", "after"),
    ("hinomi.store.state.transaction.Transaction", "put_history_files", "after"),
    ("hinomi.store.state.transaction.Transaction", "put_devices", "after"),
    ("hinomi.store.state.transaction.Transaction", "put_findings", "after"),
    ("hinomi.pipeline.stages", "save", "after"),
]
SHOT = """
import os, signal, importlib
path, _, name = {where!r}.rpartition(".")
try:
    owner = importlib.import_module({where!r})
except ModuleNotFoundError:
    owner = getattr(importlib.import_module(path), name)
real = getattr(owner, {what!r})
def shot(*args, **kwargs):
    if {when!r} == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    result = real(*args, **kwargs)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(owner, {what!r}, shot)
"""


def whole(home: Home, runs: int) -> None:
    """The home holds exactly `runs` whole runs and nothing else."""
    with home.writing():  # what the next writer does first
        pass
    assert len(home.state.captures()) == runs
    named = {file.path: file for file in home.state.history_files()}
    there = {p.relative_to(home.history_path).as_posix() for p in home.history_path.rglob("*") if p.is_file()}
    assert there == set(named)
    assert list(home.staging_path.iterdir()) == []
    for record, number in home.history.counts().items():
        assert home.history.table(record).num_rows == number
        stated = sum(capture.records.get(record, 0) for capture in home.state.captures())
        assert number == stated, record
    assert bool(home.state.devices().total) == bool(runs)
    assert home.state.verify_audit().broken_at is None
    assert home.state.verify_audit().entries == runs


@pytest.mark.parametrize("moment", MOMENTS, ids=lambda m: f"{m[2]} {m[1]}")
def test_shot_at_a_moment(start: Any, small: Path, tmp_path: Path, moment: tuple[str, str, str]) -> None:
    where, what, when = moment
    place = tmp_path / "home"
    process = start("read", small, home=place, code=SHOT.format(where=where, what=what, when=when))
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    home = Home(place)
    whole(home, 0)
    report = pipeline.read(home, [small])
    assert report.files[0].outcome == "read"
    whole(home, 1)
    home.close()


@pytest.mark.parametrize(
    ("where", "what"),
    [
        ("hinomi.store.history.compact", "_write"),
        ("hinomi.store.state.transaction.Transaction", "put_history_files"),
        ("hinomi.store.state.transaction.Transaction", "drop_history_files"),
        ("hinomi.store.history.compact", "forget"),
    ],
)
def test_shot_while_compacting(start: Any, small: Path, tmp_path: Path, where: str, what: str) -> None:
    place = tmp_path / "home"
    home = Home(place)
    pipeline.read(home, [small])
    before = {record: home.history.table(record).num_rows for record in home.history.counts()}
    home.close()
    process = start("compact", home=place, code=SHOT.format(where=where, what=what, when="after"))
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    home = Home(place)
    whole(home, 1)
    assert {record: home.history.table(record).num_rows for record in before} == before
    home.close()


def test_a_disk_that_is_full(start: Any, small: Path, capture: Path, tmp_path: Path) -> None:
    """A limit on the size of files stands for the full disk: one sentence, and nothing half-written."""
    place = tmp_path / "home"
    home = Home(place)
    pipeline.read(home, [small])
    home.close()
    for limit in (2_000, 20_000, 100_000):
        code = f"""
import resource, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
"""
        process = start("read", capture, home=place, code=code)
        out, err = process.communicate(timeout=60)
        lines = err.decode().splitlines()
        assert (process.returncode, out, len(lines)) == (1, b"", 2), lines
        assert lines[0].startswith("hinomi: ") and lines[1].startswith("hint: ")
        home = Home(place)
        whole(home, 1)
        home.close()


def test_shot_at_random(start: Any, capture: Path, small: Path, tmp_path: Path) -> None:
    """With an earlier run in the home: it stays as it was, whenever the second is shot."""
    clock = time.monotonic()
    process = start("read", small, home=tmp_path / "measure")
    process.communicate(timeout=60)
    assert process.returncode == 0
    usual = time.monotonic() - clock
    place, shots = tmp_path / "home", 0

    def earlier_run() -> None:
        home = Home(place)
        pipeline.read(home, [small])
        home.close()

    earlier_run()
    randomly = random.Random(7)
    for _ in range(15):
        process = start("read", capture, home=place)
        time.sleep(randomly.uniform(0.1, 2) * usual)
        process.kill()
        process.communicate(timeout=60)
        shots += process.returncode == -signal.SIGKILL
        home = Home(place)
        runs = len(home.state.captures())
        assert runs in (1, 2)
        whole(home, runs)
        home.close()
        if runs == 2 and shots:
            break
        if runs == 2:  # done before the first shot: the run that was timed had a busier machine
            shutil.rmtree(place)
            earlier_run()
            usual /= 2
    assert shots >= 1
    home = Home(place)
    pipeline.read(home, [capture])
    whole(home, 2)
    home.close()


def test_stopped_by_hand(start: Any, small: Path, large: Path, tmp_path: Path) -> None:
    """Ctrl-C in the second file: the first is kept whole, the second not at all."""
    place = tmp_path / "home"
    process = start("read", small, large, "--json", home=place)
    deadline = time.monotonic() + 30
    while not list(place.glob("staging/*/1.*")):
        assert time.monotonic() < deadline and process.poll() is None
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert b"Traceback" not in err
    home = Home(place)
    whole(home, 1)
    assert home.state.captures()[0].packets == 400
    home.close()
