"""`serve`."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from hinomi.cli.out import complain, say, t
from hinomi.home import Home


def serve(
    host: str,
    port: int,
    *,
    open_browser: bool,
    listen: Sequence[str] = (),
    certificate: Path | None = None,
    key: Path | None = None,
) -> int:
    """Serves API and console until it is stopped; returns the exit code. `listen`: interfaces to listen on."""
    with _beside(listen):
        return _serve(host, port, open_browser=open_browser, certificate=certificate, key=key)


@contextmanager
def _beside(interfaces: Sequence[str]) -> Iterator[None]:
    """`hinomi listen` as a process of its own while the block runs: what one may do, the other may not."""
    if not interfaces:
        yield
        return
    from hinomi.live.interfaces import check

    for name in interfaces:
        check(name)
    command = [sys.argv[0], "listen", *interfaces, "--quiet", "--beside"]
    # A group of its own: Ctrl-C is for the server, which then ends the session in order. A request to end
    # does the same: the server hands the signal on when it has closed, and would be gone at once. Killed, it
    # closes the pipe all the same, and the session ends.
    signal.signal(signal.SIGTERM, _leave)
    child = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)
    try:
        yield
    finally:
        child.terminate()
        child.wait()


def _leave(*_: object) -> None:
    raise SystemExit(0)


def _serve(host: str, port: int, *, open_browser: bool, certificate: Path | None, key: Path | None) -> int:
    from hinomi import api

    try:
        # Flushed at once: scripts wait for the address.
        api.serve(
            Home(),
            host,
            port,
            open_browser=open_browser,
            certificate=certificate,
            key=key,
            say=lambda address: _announce(address),
        )
    except KeyboardInterrupt:
        return 0
    except OSError as error:
        complain(t("cli.cannot_listen", host=host, port=port, reason=error.strerror), t("cli.cannot_listen_hint"))
        return 1
    return 0


def _announce(address: str) -> None:
    say(address)
    sys.stdout.flush()
