"""The worker: new events become notices, due notices go out, story by story. One worker a home."""

from __future__ import annotations

import contextlib
import fcntl
import logging
import smtplib
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from hinomi.model import Severity, Status
from hinomi.notify.channels import Channel, channels, secret
from hinomi.notify.message import gather
from hinomi.notify.send import RefusedByReceiverError, send
from hinomi.store.state import notices

if TYPE_CHECKING:
    from hinomi.home import Home
    from hinomi.store.state import Notice

_log = logging.getLogger("hinomi.notify")
NS = 1_000_000_000
STEP_S = 0.1
ATTEMPTS_MAX = 12  # with doubling waits: about three hours
WAIT_MAX_S = 15 * 60
WAITING = (Status.OPEN, Status.REOPENED)


class Worker:
    def __init__(self, home: Home) -> None:
        self.home = home
        self._version = -1

    def step(self, now: int | None = None) -> int:
        """One round; returns the number of messages that went out."""
        told = channels(self.home)
        version = self.home.state.version()
        if version != self._version:
            self._collect(told)
            self._version = version
        return self._deliver({one.id: one for one in told}, now or time.time_ns())

    def _collect(self, told: list[Channel]) -> None:
        zone = self.home.settings.time_zone

        def wanted(severity: Severity, now: int) -> Iterator[tuple[str, int]]:
            for channel in told:
                if channel.wants(severity):
                    yield channel.id, channel.due(now + channel.after_min * 60 * NS, severity, zone)

        while True:
            with self.home.state.transaction() as tx:
                if notices.collect(tx, wanted) < notices.EVENTS_PER_STEP:
                    return

    def _deliver(self, told: dict[str, Channel], now: int) -> int:
        groups: dict[tuple[str, str], list[Notice]] = defaultdict(list)
        for notice in self.home.state.due_notices(now):
            finding = self.home.state.finding(notice.finding)
            channel = told.get(notice.channel)
            settled = finding is None or (channel is not None and channel.after_min and finding.status not in WAITING)
            if channel is None or settled:
                with self.home.state.transaction() as tx:
                    notices.done(tx, [notice.seq], "not_needed")
                continue
            assert finding is not None
            groups[(notice.channel, finding.story or finding.id)].append(notice)
        return sum(self._one(told[channel], group, now) for (channel, _), group in groups.items())

    def _one(self, channel: Channel, group: list[Notice], now: int) -> int:
        found = [self.home.state.finding(id) for id in dict.fromkeys(notice.finding for notice in group)]
        why = "escalation" if channel.after_min else group[0].kind
        seqs = [notice.seq for notice in group]
        try:
            message = gather(f"{self.home.site}.{channel.id}.{group[0].seq}", [one for one in found if one], why)
            send(channel, message, self.home.settings.time_zone, secret(self.home, channel.id), now)
        except (OSError, smtplib.SMTPException, RefusedByReceiverError) as error:
            self._later(seqs, max(notice.attempts for notice in group) + 1, now, str(error) or type(error).__name__)
            return 0
        except Exception as error:  # a finding whose detection left the program, say: never in the way of others
            _log.exception("a notice by %s could not be written", channel.name)
            with self.home.state.transaction() as tx:
                notices.done(tx, seqs, "given_up", type(error).__name__)
            return 0
        with self.home.state.transaction() as tx:
            notices.done(tx, seqs, "sent")
        return 1

    def _later(self, seqs: list[int], attempts: int, now: int, error: str) -> None:
        error = error[:300]
        with self.home.state.transaction() as tx:
            if attempts >= ATTEMPTS_MAX:
                notices.done(tx, seqs, "given_up", error)
                tx.audit("hinomi", "notice.given_up", ",".join(map(str, seqs)), {"error": error})
            else:
                wait = min(WAIT_MAX_S, 10 * 2 ** (attempts - 1))
                notices.again(tx, seqs, now + wait * NS, error)

    def run(self, stop: threading.Event) -> None:
        """Until told to stop. A round that fails is logged; the next one goes on."""
        while not stop.is_set():
            try:
                self.step()
            except Exception:
                _log.exception("a round of notices failed; the next one goes on")
            stop.wait(STEP_S)


@contextlib.contextmanager
def only_one(home: Home) -> Iterator[bool]:
    """Whether this process is the one that delivers; the lock falls with the process."""
    with (home.path / "notify.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True


@contextlib.contextmanager
def beside(home: Home) -> Iterator[None]:
    """The worker in a thread beside something else, unless another process delivers already."""
    with only_one(home) as mine:
        stop = threading.Event()
        thread = threading.Thread(target=Worker(home).run, args=(stop,), name="notices", daemon=True)
        if mine:
            thread.start()
        try:
            yield
        finally:
            stop.set()
            if mine:
                thread.join(timeout=15)
