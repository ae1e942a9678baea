"""`listen`."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable

from hinomi.cli.out import note, say, t
from hinomi.home import Home
from hinomi.live import interfaces


def listen(
    names: list[str], *, prepare: bool, ring_mib: int, evidence_gb: float, quiet: bool, beside: bool = False
) -> int:
    """Listens until it is stopped, with `beside` also until its input ends; returns the exit code."""
    if prepare:
        say(interfaces.prepare_script(names).rstrip("\n"))
        return 0
    from hinomi.live.session import Session

    home = Home()
    session = Session(home, list(dict.fromkeys(names)), ring_mib=ring_mib, evidence_bytes=int(evidence_gb * 1e9))
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: session.stop())
    if beside:
        threading.Thread(target=lambda: _until_closed(session.stop), daemon=True).start()
    try:
        status = session.run(lambda: None if quiet else note(t("listen.started", names=", ".join(names))))
    finally:
        home.close()
    if not quiet:
        counted = {"packets": status.packets, "drops": status.drops, "rows": sum(status.rows.values())}
        say(t("listen.ended", **{name: f"{number:,}" for name, number in counted.items()}))
    return 0


def _until_closed(then: Callable[[], None]) -> None:
    """The kernel closes the server's end of the pipe, however the server ended."""
    while os.read(sys.stdin.fileno(), 4096):
        pass
    then()
