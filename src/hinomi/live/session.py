"""One session of listening: starts the processes, writes the rows, notices what goes wrong.

Rows are written several times a second and synced within one; a kill at any moment loses at most
that. The stages work in a process of their own (`think.py`), so that no finding delays a row.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import select
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from hinomi.intake import LINES
from hinomi.live import interfaces, privileges
from hinomi.texts import Problem

if TYPE_CHECKING:
    import pyarrow as pa

    from hinomi.home import Home
    from hinomi.intake.heard import HeardLines
    from hinomi.store.state import Capture

EVIDENCE_BYTES = 20_000_000_000
RING_MIB = 64  # memory of the kernel's ring, for each interface
PIPE_BYTES = 1 << 20
WRITE_EVERY_S = 0.25
LOOK_EVERY_S = 2.0  # at the interfaces: is it still safe to listen?
WAIT_S = 10.0  # for the first word of the ears, and for the last rows
_F_SETPIPE_SZ = 1031
# The ears and the parser are told nothing else; the keeper needs the home's database.
_ENVIRONMENT = ("PATH", "LANG", "PYTHONPATH", "HINOMI_DEBUG", "HINOMI_DATABASE_URL", "HINOMI_SITE")


# What the ears count for each interface.
COUNTED = ("packets", "bytes", "drops", "ring", "card", "unreadable", "waiting", "outgoing")


@dataclass(slots=True)
class Status:
    """What the ears and the session counted so far."""

    capture: str
    interfaces: list[str]
    packets: int = 0
    bytes: int = 0
    drops: int = 0  # lost, because nobody took them in time: the sum of the next three
    ring: int = 0  # by the kernel: no block of the ring was free
    card: int = 0  # by the card or its driver, as the card counts
    unreadable: int = 0  # in a block of the ring, and not to be read
    waiting: int = 0  # in the ring, not yet taken
    outgoing: int = 0  # sent by this machine on a listening interface: must stay 0
    newest: int = 0  # tap time of the newest packet
    rows: dict[str, int] = field(default_factory=dict)

    def hear(self, word: dict[str, Any]) -> None:
        each = word["interfaces"]
        for name in COUNTED:
            setattr(self, name, sum(int(one[name]) for one in each))
        self.newest = max(self.newest, int(word["newest"]))


class Session:
    """Listens until `stop()` is called, from a signal handler or another thread."""

    def __init__(
        self,
        home: Home,
        names: Sequence[str],
        *,
        ring_mib: int = RING_MIB,
        evidence_bytes: int = EVIDENCE_BYTES,
        think: bool = True,
    ) -> None:
        """Looks at the interfaces.

        Args:
            names: the interfaces.
            ring_mib: memory of the kernel's ring, for each interface.
            evidence_bytes: room on disk for the raw packets of all sessions; 0 keeps none.
            think: work out devices and findings while listening.

        Raises:
            Problem: one may not listen there.
        """
        for name in names:
            interfaces.check(name)
        self.home = home
        self.status = Status(_session_id(home.site), list(names))
        self._ring_mib = ring_mib
        self._evidence_bytes = evidence_bytes
        self._think = think
        self._wake, self._bell = os.pipe()
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._began = time.time_ns()
        self._sent = {name: interfaces.sent(name) for name in names}
        self._end = -1

    def stop(self) -> None:
        """Ends the session soon; what was heard is written."""
        with contextlib.suppress(OSError):
            os.write(self._bell, b"x")

    def run(self, started: Callable[[], None] = lambda: None) -> Status:
        """Listens.

        Raises:
            Problem: another process writes, the ears may not listen, or a process ended by itself.
        """
        source, words, orders = self._start()
        try:
            privileges.become_owner(self.home.path)
            with self.home.writing():
                self._order(orders)
                self._first_word(words)
                self._listen(source, words, started)
        finally:
            self._close()
        return self.status

    def _listen(self, source: int, words: int, started: Callable[[], None]) -> None:
        from hinomi.store.history.live import LiveRows

        close_left(self.home)
        rows = LiveRows(self.home.history_path, self.home.state)
        self._register()
        try:
            if self._think:
                self._start_think()
            self._look()
            started()
            self._work(source, words, rows)
        finally:
            self._close()
            rows.close()
            self._finish()

    # --- processes

    def _start(self) -> tuple[int, int, int]:
        """Ears and parser; returns where the rows and the ears' words come from and the parser's orders go to."""
        ears_end, self._end = os.pipe()
        packets_out, packets_in = _pipe()
        rows_out, rows_in = _pipe()
        words_out, words_in = os.pipe()
        orders_out, orders_in = os.pipe()
        names = self.status.interfaces
        self._child("ears", [str(words_in), str(self._ring_mib), *names], ears_end, packets_in, words_in)
        if self._evidence_bytes:
            kept_out, kept_in = _pipe()
            arguments = [str(self.home.path), self.status.capture, str(self._evidence_bytes)]
            self._child("keeper", arguments, packets_out, kept_in)
            os.close(packets_out)
            os.close(kept_in)
            packets_out = kept_out
        self._child("parser", [str(orders_out)], packets_out, rows_in, orders_out)
        for descriptor in (ears_end, packets_in, packets_out, rows_in, words_in, orders_out):
            os.close(descriptor)
        return rows_out, words_out, orders_in

    def _order(self, orders: int) -> None:
        with os.fdopen(orders, "w") as file:
            words = {"capture": self.status.capture, "site": self.home.site, "sensor": self.home.settings.sensor}
            json.dump({**words, "key": self.home.key.reveal().hex(), "limits": LINES}, file)

    def _child(self, name: str, arguments: list[str], stdin: int, stdout: int, *others: int) -> None:
        self._children[name] = subprocess.Popen(
            [sys.executable, "-m", f"hinomi.live.{name}", *arguments],
            stdin=stdin,
            stdout=stdout,
            pass_fds=others,
            env={k: v for k, v in os.environ.items() if k in _ENVIRONMENT},
        )

    def _start_think(self) -> None:
        end, self._think_end = os.pipe()
        self._children["think"] = subprocess.Popen(
            [sys.executable, "-m", "hinomi.live.think", str(self.home.path), self.status.capture],
            stdin=end,
            stdout=subprocess.DEVNULL,
        )
        os.close(end)

    def _first_word(self, words: int) -> None:
        """Waits until the ears listen.

        Raises:
            Problem: they may not.
        """
        ready, _, _ = select.select([words], [], [], WAIT_S)
        line = os.read(words, 65536).split(b"\n", 1)[0] if ready else b""
        if not line:
            raise Problem("listen.child_ended", who="ears", code=self._children["ears"].poll())
        word: dict[str, Any] = json.loads(line)
        if "sentence" in word:
            raise Problem("listen.cannot", reason=word["sentence"], what=word["hint"])

    # --- the work

    def _work(self, source: int, words: int, rows: Any) -> None:
        from hinomi.live.frames import Frames

        frames = Frames(source)
        lines = self._lines()
        waiting: dict[str, list[pa.RecordBatch]] = {}
        written = looked = ticked = time.monotonic()
        asked = [source, words, self._wake]
        while not frames.ended:
            ready, _, _ = select.select(asked, [], [], WRITE_EVERY_S)
            if source in ready:
                for whole in frames.read():
                    for record, batch in lines.take(*whole):
                        waiting.setdefault(record, []).append(batch)
            if words in ready and not self._hear(words):
                asked.remove(words)
            if self._wake in ready:
                asked.remove(self._wake)
                self._let_end()
            now = time.monotonic()
            if waiting and (now - written >= WRITE_EVERY_S or frames.ended):
                written = now
                for record, batch in lines.finish() if frames.ended else lines.flush():
                    waiting.setdefault(record, []).append(batch)
                self._write(waiting, rows)
            if now - ticked >= 1.0:
                ticked = now
                rows.tick()
            if now - looked >= LOOK_EVERY_S:
                looked = now
                self._look()
        while words in asked:  # the last word counts everything
            if not self._hear(words):
                asked.remove(words)
        code = self._children["parser"].wait(WAIT_S)
        if code != 0:
            raise Problem("listen.child_ended", who="parser", code=code)

    def _lines(self) -> HeardLines:
        """For the lines of syslog that the parser hands out."""
        from hinomi.intake.events.told import Told
        from hinomi.intake.heard import HeardLines
        from hinomi.pipeline.reading import Hosts

        key = self.home.key.reveal()
        return HeardLines(key, self.home.settings.time_zone, Hosts(self.home), Told(key, None))

    def _write(self, waiting: dict[str, list[pa.RecordBatch]], rows: Any) -> None:
        from hinomi.live.frames import joined

        for record, batches in waiting.items():
            batch = joined(batches)
            rows.append(record, batch)
            self.status.rows[record] = self.status.rows.get(record, 0) + batch.num_rows
        waiting.clear()

    def _hear(self, words: int) -> bool:
        """Takes the newest word of the ears; False when they have ended."""
        part = os.read(words, 65536)
        lines = [line for line in part.split(b"\n") if line.startswith(b"{") and line.endswith(b"}")]
        if lines:
            self.status.hear(json.loads(lines[-1]))
        return bool(part)

    def _look(self) -> None:
        """Is it still safe, and is everybody there?

        Raises:
            Problem: an interface has become one that sends, or a process is gone.
        """
        for name in self.status.interfaces:
            try:
                interfaces.check(name)
            except Problem as why:
                raise Problem("listen.became_unsafe", why=why.sentence()) from why
        for name, child in self._children.items():
            code = child.poll()
            if code is not None and self._end >= 0:
                raise Problem("listen.child_ended", who=name, code=code)
        with contextlib.suppress(OSError):
            self._tell()

    def _tell(self) -> None:
        """What `doctor` and the console show: one small file, replaced whole."""
        place = self.home.path / "listening.json"
        temporary = place.with_suffix(".new")
        temporary.write_text(json.dumps(self.describe()))
        temporary.rename(place)

    def describe(self) -> dict[str, Any]:
        status = self.status
        return {
            "capture": status.capture,
            "interfaces": status.interfaces,
            "pid": os.getpid(),
            "began": self._began,
            "at": time.time_ns(),
            **{name: getattr(status, name) for name in COUNTED},
            "sent": sum(interfaces.sent(name) - before for name, before in self._sent.items()),
            "newest": status.newest,
            "rows": status.rows,
        }

    # --- the end

    def _let_end(self) -> None:
        """The ears end, then the parser says its last rows, then we."""
        if self._end >= 0:
            os.close(self._end)
            self._end = -1

    def _close(self) -> None:
        self._let_end()
        for name in ("ears", "keeper", "parser"):
            child = self._children.get(name)
            if child is not None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.wait(WAIT_S)
                if child.poll() is None:
                    child.kill()
                    child.wait()

    def _register(self) -> None:
        with self.home.state.transaction() as tx:
            tx.put_capture(self._capture("listening"))
            tx.audit("hinomi", "listen.started", self.status.capture, {"interfaces": self.status.interfaces})

    def _finish(self) -> None:
        """The stages see the last rows, then the capture is complete."""
        think = self._children.get("think")
        if think is not None:
            os.close(self._think_end)
            with contextlib.suppress(subprocess.TimeoutExpired):
                think.wait(10 * WAIT_S)
            if think.poll() is None:
                think.kill()
                think.wait()
        if self.home.state.capture(self.status.capture) is not None:
            with self.home.state.transaction() as tx:
                tx.put_capture(self._capture("ended"))
                tx.audit("hinomi", "listen.ended", self.status.capture, {"packets": self.status.packets})
        (self.home.path / "listening.json").unlink(missing_ok=True)

    def _capture(self, word: str) -> Capture:
        from hinomi.store.state import Capture

        status = self.status
        return Capture(
            id=status.capture,
            site=self.home.site,
            sensor=self.home.settings.sensor,
            path="",
            kept="",
            size=0,
            run=status.capture,
            read_at=self._began,
            first=self._began if status.packets else 0,
            last=status.newest,
            packets=status.packets,
            bytes=status.bytes,
            records=dict(status.rows),
            complete=True,
            problem="",
            details={
                "live": word,
                "interfaces": status.interfaces,
                **{name: getattr(status, name) for name in ("drops", "ring", "card", "unreadable", "waiting")},
            },
        )


def close_left(home: Home) -> None:
    """Sessions that a kill or a power cut ended."""
    import dataclasses

    for capture in home.state.captures():
        if capture.details.get("live") == "listening":
            with home.state.transaction() as tx:
                tx.put_capture(dataclasses.replace(capture, details={**capture.details, "live": "broken_off"}))
    (home.path / "listening.json").unlink(missing_ok=True)


def _session_id(site: str) -> str:
    seed = f"{site}\0{time.time_ns()}\0{secrets.token_hex(8)}"
    return blake2b(seed.encode(), digest_size=8).hexdigest()


def _pipe() -> tuple[int, int]:
    ends = os.pipe()
    with contextlib.suppress(OSError):  # more than the system allows an ordinary user: then what it gives
        fcntl.fcntl(ends[1], _F_SETPIPE_SZ, PIPE_BYTES)
    return ends
