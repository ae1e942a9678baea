"""How long rows are kept: what goes, what is held, and what a killed process leaves."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

import pytest

from hinomi.filing import retention
from hinomi.filing.incidents import open_incident
from hinomi.filing.retention import Policy
from hinomi.home import Home
from hinomi.respond.incident import symptoms
from hinomi.store.history.compact import compact
from hinomi.store.state import AuditFilter, clock
from hinomi.texts import Problem

DAY = 86_400 * 10**9
NOW = 1_790_000_000 * 10**9  # 2026-09-21


@pytest.fixture
def kept(home: Home, keep: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> Home:
    """Ten rows of exchanges and readings on each of forty days up to today."""
    monkeypatch.setattr(clock, "now_ns", lambda: NOW)
    times = [NOW - day * DAY - n * 10**9 for day in range(40) for n in range(10)]
    keep("exchange", [{"site": home.site, "time": at, "protocol": "dicom"} for at in times])
    keep("reading", [{"site": home.site, "time": at, "code": "mdc/1"} for at in times])
    with home.writing():
        compact(home.history, home.state, home.staging_path)
    return home


def days(home: Home, record: str) -> list[str]:
    return sorted(one.day for one in home.state.history_files() if one.record == record)


def rows(home: Home, record: str) -> int:
    return home.history.raw(record).num_rows


def apply(home: Home) -> retention.Done:
    with home.writing():
        return retention.apply(home, by="sato")


def test_nothing_goes_before_a_person_says_so(kept: Home) -> None:
    assert retention.plan(kept) == []
    assert apply(kept).steps == 0
    assert rows(kept, "exchange") == rows(kept, "reading") == 400


def test_what_is_shown_is_what_goes(kept: Home) -> None:
    retention.set_policy(kept, Policy(records=30, readings=10), by="sato")
    assert rows(kept, "exchange") == 400  # saying it removes nothing
    shown = retention.plan(kept)
    assert {(one.kind, one.day) for one in shown} == (
        {("records", day) for day in days(kept, "exchange")[:-31]} | {("readings", day) for day in days(kept, "reading")[:-11]}
    )
    before = {(one.record, one.day): one.path for one in kept.state.history_files()}
    done = apply(kept)
    assert (done.steps, done.rows) == (len(shown), sum(one.rows for one in shown))
    assert (len(days(kept, "exchange")), len(days(kept, "reading"))) == (31, 11)
    assert rows(kept, "exchange") == 310 and rows(kept, "reading") == 110
    for (record, day), path in before.items():
        assert (kept.history_path / path).exists() == (day in days(kept, record))
    lines = kept.state.find_audit(AuditFilter(act="retention.remove"), 100)
    assert len(lines) == len(shown) and lines[0].actor == "sato"
    assert kept.state.verify_audit().broken_at is None
    assert retention.plan(kept) == [] and apply(kept).steps == 0


def test_a_held_day_stays_until_the_hold_ends(kept: Home) -> None:
    retention.set_policy(kept, Policy(records=10, readings=10), by="sato")
    first = days(kept, "exchange")[0]
    made = retention.hold(kept, first, first, "a question of the insurer", by="sato")
    held = [one for one in retention.plan(kept) if one.held_by]
    assert {(one.kind, one.day, one.held_by) for one in held} == {("records", first, made.id), ("readings", first, made.id)}
    apply(kept)
    assert days(kept, "exchange")[0] == days(kept, "reading")[0] == first and len(days(kept, "exchange")) == 12
    retention.end_hold(kept, made.id, by="sato")
    apply(kept)
    assert first not in days(kept, "exchange")
    with pytest.raises(Problem, match="no such hold"):
        retention.end_hold(kept, made.id, by="sato")


def test_days_of_an_incident_stay_by_themselves(kept: Home) -> None:
    retention.set_policy(kept, Policy(records=10), by="sato")
    open_incident(kept, symptom=symptoms()[0]["id"], by="sato", now=NOW)
    found = retention.holds(kept)
    assert [one.incident for one in found] == [True]
    apply(kept)
    assert len(days(kept, "exchange")) == 31  # thirty days before it, and today
    with pytest.raises(Problem):
        retention.end_hold(kept, found[0].id, by="sato")


def test_the_share_of_the_disk_takes_the_oldest_first(kept: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    size = sum(one.bytes for one in kept.state.history_files())
    usage = retention.shutil.disk_usage(kept.path)
    monkeypatch.setattr(retention.shutil, "disk_usage", lambda _: usage._replace(total=size * 10 // 5))
    retention.set_policy(kept, Policy(share=25), by="sato")  # half of what is there
    first = days(kept, "exchange")[0]
    retention.hold(kept, first, first, "why", by="sato")
    shown = retention.plan(kept)
    assert {one.why for one in shown} == {"room"}
    apply(kept)
    assert sum(one.bytes for one in kept.state.history_files()) <= size // 2
    left = days(kept, "exchange")
    assert left[0] == first and left[1:] == sorted(left[1:]) and left[1] > first
    retention.set_policy(kept, Policy(share=5), by="sato")
    apply(kept)
    assert len(days(kept, "exchange")) == retention.DAYS_MIN + 2  # the last week stays whatever the room, and what is held


@pytest.mark.parametrize("wrong", [{"records": 1}, {"readings": 6}, {"packets": 40_000}, {"share": 4}, {"share": 96}])
def test_too_little_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(Problem):
        Policy(**wrong)


def test_packets_go_by_their_day_and_what_findings_point_to_stays(kept: Home) -> None:
    ring = kept.evidence_path / "ring" / "a"
    ring.mkdir(parents=True)
    for name, age in (("0.ring", 30), ("64.ring", 20), ("128.ring", 19), ("pins.ring", 30)):
        (ring / name).write_bytes(b"x" * 10)
        at = NOW - age * DAY
        os.utime(ring / name, ns=(at, at))
    retention.set_policy(kept, Policy(packets=10), by="sato")
    assert [one.kind for one in retention.plan(kept)] == ["packets", "packets"]
    apply(kept)
    assert sorted(one.name for one in ring.iterdir()) == ["128.ring", "pins.ring"]  # the newest may be in work


KILLED = """
import os, sys
from hinomi.filing import retention
from hinomi.home import Home
from hinomi.store.state import clock
clock.now_ns = lambda: {now}
real, left = retention.forget, [3]
def forget(*args):
    left[0] -= 1
    if not left[0]:
        os.kill(os.getpid(), 9)
    real(*args)
retention.forget = forget
home = Home({path!r})
with home.writing():
    retention.apply(home, by="sato")
"""


def test_a_killed_removal_leaves_whole_days_and_goes_on(kept: Home) -> None:
    retention.set_policy(kept, Policy(records=10, readings=10), by="sato")
    shown = len(retention.plan(kept))
    script = KILLED.format(now=NOW, path=str(kept.path))
    ended = subprocess.run([sys.executable, "-c", script], check=False, env=os.environ | {"PYTHONPATH": "src"})
    assert ended.returncode == -9
    kept.history.refresh()
    assert rows(kept, "exchange") + rows(kept, "reading") == 800 - 3 * 10
    assert len(kept.state.find_audit(AuditFilter(act="retention.remove"), 100)) == 3
    named = {one.path for one in kept.state.history_files()}
    there = {path.relative_to(kept.history_path).as_posix() for path in kept.history_path.rglob("*.parquet")}
    assert named < there  # the day that was forgotten and not yet removed
    assert apply(kept).steps == shown - 3  # the start sweeps it, and the rest goes
    there = {path.relative_to(kept.history_path).as_posix() for path in kept.history_path.rglob("*.parquet")}
    assert there == {one.path for one in kept.state.history_files()}
    assert (len(days(kept, "exchange")), len(days(kept, "reading"))) == (11, 11)
    assert kept.state.verify_audit().broken_at is None
