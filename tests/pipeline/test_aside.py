"""Work in a copy of the process: the same result, whatever happens to the copy."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from hinomi.home import Home
from hinomi.pipeline.aside import aside

HERE = os.getpid()
CASE = Path(__file__).resolve().parents[2] / "cases" / "first-light"


def test_the_copy_works_and_nothing_changes_here() -> None:
    seen: list[str] = []

    def work() -> tuple[int, list[str]]:
        seen.append("work")
        return os.getpid(), list(seen)

    who, what = aside(work, first=lambda: seen.append("first"))()
    assert who != HERE
    assert what == ["first", "work"]
    assert seen == []


@pytest.mark.parametrize("how", ["killed", "error", "cannot be told"])
def test_what_the_copy_cannot_is_done_here(how: str) -> None:
    def work() -> Any:
        if os.getpid() != HERE and how == "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        if os.getpid() != HERE and how == "error":
            raise MemoryError
        return os.getpid() if os.getpid() == HERE or how != "cannot be told" else lambda: None

    assert aside(work, first=lambda: None)() == HERE


def test_the_lock_is_the_parents_alone(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    with home.lock():
        into, out = os.pipe()

        def work() -> bool:
            os.close(out)
            return os.read(into, 1) == b""  # until the parent has let go too

        waits = aside(work, first=home.let_go)
    with home.lock():  # while the copy still lives
        os.close(out)
    assert waits()
    os.close(into)


CODE = "from hinomi.pipeline import stages; stages.DEVICES_FOR_TWO = {least}"


def test_two_processes_say_what_one_says(start: Any, tmp_path: Path) -> None:
    (capture,) = CASE.glob("capture.*")
    told = []
    for least in (1, 1_000_000):
        place = tmp_path / str(least)
        out, _ = start("read", "--json", capture, home=place, code=CODE.format(least=least)).communicate(timeout=120)
        report = json.loads(out)
        home = Home(place)
        findings = sorted(
            (f.detection, f.severity.value, f.count, f.first, f.last) for f in home.state.findings(status=None).items
        )
        told.append((report["device_count"], findings, len(home.state.intervals())))
        home.close()
    assert told[0] == told[1]
    assert told[0][1]
