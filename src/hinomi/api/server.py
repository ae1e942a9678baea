"""Serving: one process on this machine, or behind TLS with a certificate when told so."""

from __future__ import annotations

import ipaddress
import socket
import webbrowser
from collections.abc import Callable
from pathlib import Path

import uvicorn

from hinomi.api.app import create_app
from hinomi.api.security import LOCAL_NAMES
from hinomi.home import Home

GRACE_S = 2  # open event streams may not hold up the end of the program


class NotLocalError(Exception):
    """Serving the network was asked for without what it needs; `str()` is the sentence and the hint."""


def serve(
    home: Home | str | Path | None = None,
    host: str = "127.0.0.1",
    port: int = 8733,
    *,
    open_browser: bool = False,
    say: Callable[[str], None] = print,
) -> None:
    """Serves until it is stopped.

    Roles and sign-in are not built yet, so that everybody who reaches the port may read and decide:
    it therefore listens on this machine only.

    Raises:
        NotLocalError: `host` is not this machine.
        OSError: the port is taken.
    """
    if not _local(host):
        raise NotLocalError(
            f"Hinomi does not listen on {host}: there is no sign-in yet, so it serves this machine only.\n"
            "hint: leave --host out, and reach it from elsewhere with `ssh -L 8733:127.0.0.1:8733`."
        )
    from hinomi.notify.worker import beside

    opened = home if isinstance(home, Home) else Home(home)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family, backlog=128) as listener:
        bound = listener.getsockname()[1]
        address = f"http://{f'[{host}]' if ':' in host else host}:{bound}"
        config = uvicorn.Config(
            create_app(opened, names=LOCAL_NAMES),
            log_level="warning",
            access_log=False,
            server_header=False,
            date_header=True,
            timeout_graceful_shutdown=GRACE_S,
        )
        say(address)
        if open_browser:
            webbrowser.open(address)
        with beside(opened):
            uvicorn.Server(config).run(sockets=[listener])


def _local(host: str) -> bool:
    if host in LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
