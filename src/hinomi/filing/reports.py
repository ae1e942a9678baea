"""Reports that make themselves: the trial's and the month's, per week or month, kept below `reports/` in the home."""

from __future__ import annotations

import os
import re
import tempfile
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from hinomi.filing.facts import zone
from hinomi.texts import Problem

if TYPE_CHECKING:
    from hinomi.home import Home

KIND = "report_schedule"
FOLDER = "reports"
PAPERS = ("trial", "monthly")
EVERY = ("never", "week", "month")
KEPT_MAX = 400  # files below `reports/`; the oldest go first
_NAME = re.compile(r"(?:trial|monthly)-\d{4}-\d\d-\d\d-\d{4}-\d\d-\d\d\.(?:ja|en)\.pdf")
Every = Literal["never", "week", "month"]


@dataclass(frozen=True, slots=True)
class Schedule:
    paper: str
    every: str
    lang: str


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days, both named days included."""

    first: date
    last: date


def schedules(home: Home) -> list[Schedule]:
    """How often each report is made; never, until somebody says otherwise."""
    told = {one.id: one.body for one in home.state.filed(KIND)}
    return [
        Schedule(name, str(told.get(name, {}).get("every", "never")), str(told.get(name, {}).get("lang", "ja")))
        for name in PAPERS
    ]


def schedule(home: Home, paper: str, every: str, lang: str, *, by: str) -> None:
    """From now on a report is made at the end of each week (Sunday) or month, or no longer.

    Raises:
        hinomi.texts.Problem: no such report or rhythm.
    """
    if paper not in PAPERS or every not in EVERY or lang not in ("ja", "en"):
        raise Problem("paper.no_schedule", papers=", ".join(PAPERS), every=", ".join(EVERY))
    home.state.file(KIND, {"every": every, "lang": lang}, by=by, id=paper)


def last_period(every: str, today: date) -> Period:
    """The newest week or month that is over."""
    if every == "week":
        last = today - timedelta(days=today.weekday() + 1)
        return Period(last - timedelta(days=6), last)
    last = today.replace(day=1) - timedelta(days=1)
    return Period(last.replace(day=1), last)


def make_due(home: Home, today: date) -> list[Path]:
    """Makes each report whose newest period is over and that is not there yet; returns those made."""
    made = []
    for one in schedules(home):
        if one.every == "never":
            continue
        period = last_period(one.every, today)
        path = home.path / FOLDER / f"{one.paper}-{period.first}-{period.last}.{one.lang}.pdf"
        if not path.exists():
            write(home, one.paper, period, "en" if one.lang == "en" else "ja", path)
            home.state.audit("hinomi", "report.made", path.name, {"every": one.every})
            made.append(path)
    _make_room(home)
    return made


def write(home: Home, paper: str, period: Period, lang: Literal["ja", "en"], path: Path) -> None:
    """One report over whole days of the site's clock, written whole or not at all."""
    from hinomi.filing.papers import Ask, make
    from hinomi.paper import to_pdf

    body = to_pdf(
        make(home, paper, Ask(lang=lang, since=_ns(period.first), until=_ns(period.last + timedelta(days=1))))
    )
    path.parent.mkdir(exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".report")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    finally:
        Path(temporary).unlink(missing_ok=True)


def _ns(of: date) -> int:
    return int(datetime.combine(of, time(), zone()).timestamp()) * 1_000_000_000


def kept(home: Home) -> list[str]:
    """Names of the reports that were made, the newest period first."""
    folder = home.path / FOLDER
    names = [path.name for path in folder.iterdir() if _NAME.fullmatch(path.name)] if folder.is_dir() else []
    return sorted(names, key=lambda name: (name[-17:-7], name), reverse=True)


def content(home: Home, name: str) -> bytes:
    """A report that was made.

    Raises:
        hinomi.texts.Problem: no such report.
    """
    if name not in kept(home):
        raise Problem("paper.report_unknown", name=name)
    return (home.path / FOLDER / name).read_bytes()


def _make_room(home: Home) -> None:
    for name in kept(home)[KEPT_MAX:]:
        (home.path / FOLDER / name).unlink(missing_ok=True)
