"""The rounds: what the duties do by themselves beside `hinomi serve`. The copy that needs no network stays fresh, files
in the drop folder come in, who is late is reminded, reports are made. One process of a home does it."""

from __future__ import annotations

import contextlib
import fcntl
import logging
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from hinomi.filing import advisories, reports, telling
from hinomi.filing.facts import zone
from hinomi.filing.papers.incident import OFFLINE, keep_offline

if TYPE_CHECKING:
    from hinomi.home import Home

_log = logging.getLogger("hinomi.filing")
STEP_S = 30.0
# After what people wrote the offline copy is new within a step; after what was heard, within an hour; each night too.
HEARD_EVERY_S = 3600
REMIND_HOUR = 9  # of the site's clock, on working days


class Rounds:
    def __init__(self, home: Home) -> None:
        self.home = home
        self._written = self._heard = -1
        self._at = 0.0
        self._day = ""
        self._reminded = ""

    def step(self, now: float | None = None) -> list[str]:
        """One round; returns what was done. Each thing fails for itself."""
        now = time.time() if now is None else now
        clock = datetime.fromtimestamp(now, zone())
        done: list[str] = []
        self._try("advisories", lambda: len(advisories.take_folder(self.home, by="hinomi")) > 0, done)
        self._try("offline", lambda: self._offline(now, clock), done)
        self._try("reports", lambda: len(reports.make_due(self.home, clock.date())) > 0, done)
        self._try("reminders", lambda: self._remind(clock), done)
        return done

    def _try(self, name: str, act: Callable[[], bool], done: list[str]) -> None:
        try:
            if act():
                done.append(name)
        except Exception:
            _log.exception("a round of %s failed; the next one goes on", name)

    def _offline(self, now: float, clock: datetime) -> bool:
        written, heard = self.home.state.filed_count(), self.home.state.version()
        today = clock.date().isoformat()
        stale = (
            written != self._written
            or today != self._day
            or (heard != self._heard and now - self._at >= HEARD_EVERY_S)
            or not (self.home.path / OFFLINE).exists()
        )
        if stale:
            keep_offline(self.home)
            self._written, self._heard, self._at, self._day = written, heard, now, today
        return stale

    def _remind(self, clock: datetime) -> bool:
        today = clock.date().isoformat()
        if self._reminded == today or clock.hour < REMIND_HOUR or clock.weekday() > 4:
            return False
        base = telling.base_of(self.home)
        sent = telling.remind(self.home, base, by="hinomi", today=today) if base else []
        self._reminded = today
        return bool(sent)

    def run(self, stop: threading.Event) -> None:
        """Until told to stop. The first round waits, so that opening the console does not wait for it."""
        while not stop.wait(STEP_S):
            self.step()


@contextlib.contextmanager
def beside(home: Home) -> Iterator[None]:
    """The rounds in a thread beside something else, unless another process makes them already."""
    with (home.path / "rounds.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield
            return
        stop = threading.Event()
        thread = threading.Thread(target=Rounds(home).run, args=(stop,), name="rounds", daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join(timeout=15)
