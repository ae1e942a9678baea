"""The process that keeps: `python -m hinomi.live.keeper HOME SESSION BYTES_MAX`.

Between ears and parser: what comes by standard input goes out by standard output at once, and a copy
of it, sealed, into the evidence ring. If the disk is slower than the wire, the copy is given up for a
while and counted; the way of the packets is never held up. It understands nothing of what it keeps.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import queue
import sys
import threading
import time
from typing import TYPE_CHECKING

from hinomi.live import privileges

if TYPE_CHECKING:
    from hinomi.home import Home
    from hinomi.store.history.ring import RingWriter

PIECE_BYTES = 1 << 20
WAITING_MAX = 64  # pieces that may wait for the disk
LOOK_EVERY_S = 5.0
_F_SETPIPE_SZ = 1031


class Keeper:
    def __init__(self, home: Home, session: str, writer: RingWriter) -> None:
        self._home, self._session, self._writer = home, session, writer
        self._waiting: queue.Queue[bytes | int | None] = queue.Queue(WAITING_MAX)
        self.kept = self.given_up = 0
        self._owed = 0  # bytes given up since the last piece that was kept

    def pass_on(self, source: int, out: int) -> None:
        """Until the stream ends, or nobody takes it."""
        thread = threading.Thread(target=self._write)
        thread.start()
        try:
            while content := os.read(source, PIECE_BYTES):
                self._keep(content)
                view = memoryview(content)
                while view:
                    view = view[os.write(out, view) :]
        except BrokenPipeError:
            pass
        finally:
            self._waiting.put(None)
            thread.join()

    def _keep(self, content: bytes) -> None:
        try:
            if self._owed:
                self._waiting.put_nowait(self._owed)
                self._owed = 0
            self._waiting.put_nowait(content)
        except queue.Full:
            self._owed += len(content)
            self.given_up += len(content)

    def _write(self) -> None:
        looked = time.monotonic()
        while (content := self._waiting.get()) is not None:
            try:
                if isinstance(content, int):
                    self._writer.skip(content)
                else:
                    self._writer.write(content)
                    self.kept += len(content)
                if time.monotonic() - looked >= LOOK_EVERY_S:
                    looked = time.monotonic()
                    self._writer.sync()
                    self._make_room()
                    self._tell()
            except OSError:  # no room on the disk: the rows still come
                self.given_up += len(content) if isinstance(content, bytes) else content
        with contextlib.suppress(OSError):
            self._writer.close()
            self._make_room()
            self._tell()

    def _make_room(self) -> None:
        """Before the oldest go, what findings and devices point to is kept."""
        gone = self._writer.over()
        if not gone:
            return
        from hinomi.live.pins import pin

        pin(self._home, gone)
        self._writer.forget(gone)

    def _tell(self) -> None:
        place = self._home.path / "ring.json"
        temporary = place.with_suffix(".new")
        told = {
            "session": self._session,
            "kept": self.kept,
            "given_up": self.given_up,
            "forgotten": self._writer.forgotten,
        }
        temporary.write_text(json.dumps(told))
        temporary.rename(place)


def main() -> None:
    from hinomi.home import Home
    from hinomi.store.history.ring import RingWriter

    privileges.leave_signals()
    home, session, bytes_max = Home(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    privileges.become_owner(home.path)
    with contextlib.suppress(OSError):
        fcntl.fcntl(1, _F_SETPIPE_SZ, PIECE_BYTES)
    writer = RingWriter(home.evidence_path / "ring", session, home.evidence_key.reveal(), bytes_max)
    Keeper(home, session, writer).pass_on(0, 1)


if __name__ == "__main__":
    main()
