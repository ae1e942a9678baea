"""The day's clock: whole seconds, never back; and the shifted wall clock that the programs read."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from lab.clock import Clock, seconds_of
from lab.plan import make_plan

ROOT = Path(__file__).resolve().parents[2]
DAY = ROOT / "lab" / "scenarios" / "ordinary-day.toml"


def test_clock_of_the_wall() -> None:
    assert (seconds_of("08:30"), seconds_of("25:50")) == (30_600, 93_000)


def test_real_times_are_left_alone() -> None:
    clock = Clock()
    clock.begin("x", 5)
    assert clock.lay(123_456_789) == 123_456_789 and clock.environment() == {}


def test_times_are_laid_by_whole_seconds_and_never_go_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = [1_000_000_000_000_000_007]
    monkeypatch.setattr("lab.clock.time.time_ns", lambda: real[0])
    clock = Clock(tmp_path / "clock", midnight_ns=2_000_000_000 * 10**9)
    clock.begin("morning", seconds_of("06:00"))
    morning = clock.lay(real[0])
    real[0] += 30 * 10**9
    clock.begin("noon", seconds_of("12:00"))
    noon = clock.lay(real[0])
    real[0] += 30 * 10**9
    clock.begin("late", seconds_of("11:00"))  # a stretch whose time is over follows at once
    late = clock.lay(real[0])
    assert (noon - morning) // 10**9 in (6 * 3600, 6 * 3600 - 1) and (noon - morning) % 10**9 == 0
    assert late - noon == 30 * 10**9
    assert clock.lay(real[0] + 17) - late == 17  # inside a stretch nothing is changed
    assert [piece["stretch"] for piece in clock.pieces(real[0])] == ["morning", "noon", "late"]
    assert clock.file and clock.file.read_text() == f"{(late - real[0]) // 10**9:+d}\n"


@pytest.mark.skipif(shutil.which("gcc") is None, reason="there is no C compiler")
def test_programs_read_the_shifted_clock_and_sleep_as_ever(tmp_path: Path) -> None:
    library, shift = tmp_path / "wallclock.so", tmp_path / "shift"
    source = ROOT / "lab" / "own" / "wallclock.c"
    subprocess.run(["gcc", "-O2", "-shared", "-fPIC", "-o", library, source, "-ldl", "-lpthread"], check=True)
    shift.write_text("+86400\n")
    code = (
        "import time, threading\n"
        "a, m = time.time(), time.monotonic()\n"
        "time.sleep(0.05); threading.Event().wait(0.05)\n"
        "print(a, time.time() - a, time.monotonic() - m)\n"
    )
    plain = subprocess.run([sys.executable, "-c", "import time; print(time.time())"], capture_output=True, text=True)
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"LD_PRELOAD": str(library), "HINOMI_WALLCLOCK": str(shift)},
    )
    shown, wall, slept = map(float, done.stdout.split())
    assert round((shown - float(plain.stdout)) / 3600) == 24
    assert abs(wall - slept) < 0.05  # both clocks run at the same speed


@pytest.mark.parametrize("seed", range(1, 9))
def test_a_day_is_planned_from_its_seed(seed: int) -> None:
    plan = make_plan(DAY, seed)
    assert plan == make_plan(DAY, seed)
    ends = {stretch.id: stretch.begins + stretch.seconds for stretch in plan.stretches}
    begins = {stretch.id: stretch.begins for stretch in plan.stretches}
    assert all(begins[step.stretch] <= step.at < ends[step.stretch] for step in plan.steps)
    clocks = [stretch.clock for stretch in plan.stretches]
    assert clocks == sorted(clocks) and clocks[-1] - clocks[0] > 20 * 3600
    kinds = {row["kind"] for row in plan.agenda}
    assert kinds >= {"shift", "theatre list", "round", "vendor visit", "new device", "restore", "updates", "dialysis"}
    visit = next(row for row in plan.agenda if row["kind"] == "vendor visit")
    assert visit["agreed"]["from"] in visit["who"]


def test_another_seed_is_another_day() -> None:
    one, two = make_plan(DAY, 1), make_plan(DAY, 2)
    assert [row["stretch"] for row in one.agenda] != [row["stretch"] for row in two.agenda]
    assert [stretch.clock for stretch in one.stretches] != [stretch.clock for stretch in two.stretches]
