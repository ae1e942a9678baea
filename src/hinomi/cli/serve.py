"""`serve`."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from hinomi.cli.out import complain, say, t
from hinomi.home import Home


def serve(host: str, port: int, *, open_browser: bool, listen: Sequence[str] = ()) -> int:
    """Serves API and console until it is stopped; returns the exit code. `listen`: interfaces to listen on."""
    with _beside(listen):
        return _serve(host, port, open_browser=open_browser)


@contextmanager
def _beside(interfaces: Sequence[str]) -> Iterator[None]:
    """`hinomi listen` as a process of its own while the block runs: what one may do, the other may not."""
    if not interfaces:
        yield
        return
    from hinomi.live.interfaces import check

    for name in interfaces:
        check(name)
    command = [sys.argv[0], "listen", *interfaces, "--quiet"]
    # A group of its own: Ctrl-C is for the server, which then ends the session in order.
    child = subprocess.Popen(command, start_new_session=True)
    try:
        yield
    finally:
        child.terminate()
        child.wait()


def _serve(host: str, port: int, *, open_browser: bool) -> int:
    from hinomi import api

    try:
        # Flushed at once: scripts wait for the address.
        api.serve(Home(), host, port, open_browser=open_browser, say=lambda address: _announce(address))
    except KeyboardInterrupt:
        return 0
    except OSError as error:
        complain(t("cli.cannot_listen", host=host, port=port, reason=error.strerror), t("cli.cannot_listen_hint"))
        return 1
    except Exception as error:
        if type(error).__name__ != "NotLocalError":
            raise
        sentence, _, hint = str(error).partition("\nhint: ")
        complain(sentence, hint)
        return 2
    return 0


def _announce(address: str) -> None:
    say(address)
    sys.stdout.flush()
