"""`listen`."""

from __future__ import annotations

import signal

from hinomi.cli.out import note, say, t
from hinomi.home import Home
from hinomi.live import interfaces


def listen(names: list[str], *, prepare: bool, ring_mib: int, evidence_gb: float, quiet: bool) -> int:
    """Listens until it is stopped; returns the exit code."""
    if prepare:
        say(interfaces.prepare_script(names).rstrip("\n"))
        return 0
    from hinomi.live.session import Session

    home = Home()
    session = Session(home, list(dict.fromkeys(names)), ring_mib=ring_mib, evidence_bytes=int(evidence_gb * 1e9))
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: session.stop())
    try:
        status = session.run(lambda: None if quiet else note(t("listen.started", names=", ".join(names))))
    finally:
        home.close()
    if not quiet:
        counted = {"packets": status.packets, "drops": status.drops, "rows": sum(status.rows.values())}
        say(t("listen.ended", **{name: f"{number:,}" for name, number in counted.items()}))
    return 0
