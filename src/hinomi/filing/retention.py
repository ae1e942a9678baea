"""How long rows and packets are kept. Nothing goes before a person says how long; what goes is shown before.

Rows go by whole days of one kind: first the state forgets the day's files, with a line in the audit
chain, then the files are removed; a process killed between leaves files that the next start sweeps.
A day is held while an incident or a person's hold covers it. Findings, decisions, registers and the
audit chain are never removed, nor are packets that findings and devices point to.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from hinomi.filing.incidents import incidents
from hinomi.store.history.compact import forget
from hinomi.store.history.ring import PINS
from hinomi.store.state import HistoryFile, clock
from hinomi.store.state.shapes import Filed
from hinomi.texts import Problem

if TYPE_CHECKING:
    from pathlib import Path

    from hinomi.home import Home

KIND, HOLD = "retention", "hold"
KINDS = ("records", "readings", "packets")
DAYS_MIN = 7  # what the watch compares with must not go while it is young
DAYS_MAX = 36_500
SHARE_MIN = 5  # percent of the disk
HOLDS_MAX = 200
INCIDENT_BEFORE_DAYS = 30  # what came before an incident is part of it
_NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Policy:
    """Days that each kind is kept, 0 for ever; and the most of the disk that rows may take, percent, 0 any."""

    records: int = 0
    readings: int = 0
    packets: int = 0
    share: int = 0

    def __post_init__(self) -> None:
        for kind in KINDS:
            if getattr(self, kind) and not DAYS_MIN <= getattr(self, kind) <= DAYS_MAX:
                raise Problem("retention.bad_days", least=DAYS_MIN, most=DAYS_MAX)
        if self.share and not SHARE_MIN <= self.share <= 95:
            raise Problem("retention.bad_share", least=SHARE_MIN)


@dataclass(frozen=True, slots=True)
class Hold:
    """Days that must stay, whatever the policy says."""

    id: str
    first: str  # YYYY-MM-DD
    last: str  # YYYY-MM-DD
    reason: str
    by: str
    at: int
    incident: bool = False  # ends with nobody's word

    def covers(self, day: str) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Step:
    """One kind on one day: what goes at once, or stays because it is held."""

    kind: str
    day: str
    rows: int
    bytes: int
    files: int
    why: str  # age | room
    held_by: str = ""  # id of the hold; "" when it goes


@dataclass(frozen=True, slots=True)
class Done:
    steps: int
    rows: int
    bytes: int


def policy(home: Home) -> Policy:
    kept = [one for one in home.state.filed(KIND) if one.id == KIND]
    return Policy(**kept[-1].body) if kept else Policy()


def set_policy(home: Home, wanted: Policy, *, by: str) -> None:
    home.state.file(KIND, asdict(wanted), by=by, id=KIND)


def holds(home: Home) -> list[Hold]:
    """Those of people and those of incidents, which come and stay by themselves."""
    found = [_hold(one) for one in home.state.filed(HOLD)]
    today = _today()
    for one in incidents(home):
        first = _day(one.known_at) - timedelta(days=INCIDENT_BEFORE_DAYS)
        last = _day(one.closed_at) if one.closed_at else today
        found.append(Hold(one.id, str(first), str(last), one.title, one.by, one.known_at, incident=True))
    return found


def hold(home: Home, first: str, last: str, reason: str, *, by: str) -> Hold:
    """Days that must stay from now on.

    Raises:
        Problem: no days, no reason, or too many holds.
    """
    try:
        begun, ended = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        raise Problem("retention.bad_span") from None
    if ended < begun or not reason.strip():
        raise Problem("retention.bad_span")
    if len(home.state.filed(HOLD)) >= HOLDS_MAX:
        raise Problem("retention.holds_full", most=HOLDS_MAX)
    body = {"first": str(begun), "last": str(ended), "reason": reason.strip()[:500]}
    return _hold(home.state.file(HOLD, body, by=by))


def end_hold(home: Home, id: str, *, by: str) -> None:
    found = [one for one in home.state.filed(HOLD) if one.id == id]
    if not found:
        raise Problem("retention.hold_unknown", id=id)
    home.state.file(HOLD, found[0].body, by=by, id=id, gone=True)


def plan(home: Home, told: Policy | None = None) -> list[Step]:
    """What would go now by this policy, oldest first, and what is old enough but held."""
    return [step for step, _ in _steps(home, told or policy(home))]


def apply(home: Home, *, by: str) -> Done:
    """Removes what the plan says, one kind and day at a time; the writer's lock must be held."""
    steps = rows = size = 0
    for step, what in list(_steps(home, policy(home))):
        if step.held_by:
            continue
        detail = {"day": step.day, "rows": step.rows, "bytes": step.bytes, "why": step.why}
        files = [one for one in what if isinstance(one, HistoryFile)]
        with home.state.transaction() as tx:
            if files:
                tx.drop_history_files([one.path for one in files])
            tx.audit(by, "retention.remove", step.kind, detail)
        forget(home.history_path, files)
        for path in what:
            if not isinstance(path, HistoryFile):
                path.unlink(missing_ok=True)
        steps, rows, size = steps + 1, rows + step.rows, size + step.bytes
    return Done(steps, rows, size)


def _steps(home: Home, told: Policy) -> Iterator[tuple[Step, list[Any]]]:
    kept, today = holds(home), _today()
    left: list[tuple[Step, list[HistoryFile]]] = []
    for (day, kind), files in sorted(_days(home).items()):
        size = sum(one.bytes for one in files)
        step = Step(kind, day, sum(one.rows for one in files), size, len(files), "age", _held(kept, day))
        days = getattr(told, kind)
        if days and day < str(today - timedelta(days=days)):
            yield step, list(files)
            if not step.held_by:
                continue
        left.append((step, files))
    yield from _room(home, told, left, today)
    if told.packets:
        before = today - timedelta(days=told.packets)
        for day, paths in sorted(_ring(home).items()):
            if day < str(before):
                size = sum(path.stat().st_size for path in paths)
                yield Step("packets", day, 0, size, len(paths), "age", _held(kept, day)), list(paths)


def _room(
    home: Home, told: Policy, left: list[tuple[Step, list[HistoryFile]]], today: date
) -> Iterator[tuple[Step, list[Any]]]:
    """The oldest days beyond the share of the disk; never the newest `DAYS_MIN`."""
    if not told.share:
        return
    over = sum(step.bytes for step, _ in left) - shutil.disk_usage(home.history_path).total * told.share // 100
    for step, files in left:
        if over <= 0 or step.day >= str(today - timedelta(days=DAYS_MIN)):
            return
        if not step.held_by:
            over -= step.bytes
            yield Step(step.kind, step.day, step.rows, step.bytes, step.files, "room"), list(files)


def _days(home: Home) -> dict[tuple[str, str], list[HistoryFile]]:
    """Finished files by (day, kind); segments that are not yet Parquet belong to no single day and wait."""
    found: dict[tuple[str, str], list[HistoryFile]] = {}
    for one in home.state.history_files():
        if one.format == "parquet" and one.day:
            kind = "readings" if one.record == "reading" else "records"
            found.setdefault((one.day, kind), []).append(one)
    return found


def _ring(home: Home) -> dict[str, list[Path]]:
    """Pieces of the evidence ring by the day of their last packet. The newest piece of all is in work."""
    pieces = [path for path in (home.evidence_path / "ring").glob("*/*.ring") if path.name != PINS]
    pieces.sort(key=lambda path: path.stat().st_mtime_ns)
    found: dict[str, list[Path]] = {}
    for path in pieces[:-1]:
        found.setdefault(str(_day(path.stat().st_mtime_ns)), []).append(path)
    return found


def _held(kept: list[Hold], day: str) -> str:
    return next((one.id for one in kept if one.covers(day)), "")


def _hold(one: Filed) -> Hold:
    return Hold(one.id, one.body["first"], one.body["last"], one.body["reason"], one.by, one.at)


def _day(at: int) -> date:
    return datetime.fromtimestamp(at // _NS, UTC).date()


def _today() -> date:
    return _day(clock.now_ns())
