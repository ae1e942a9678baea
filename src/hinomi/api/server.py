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
from hinomi.people import Door, tls
from hinomi.texts import Problem

GRACE_S = 2  # open event streams may not hold up the end of the program


def serve(
    home: Home | str | Path | None = None,
    host: str = "127.0.0.1",
    port: int = 8733,
    *,
    certificate: Path | None = None,
    key: Path | None = None,
    open_browser: bool = False,
    say: Callable[[str], None] = print,
) -> None:
    """Serves until it is stopped: this machine, or others once there is an administrator and TLS.

    Raises:
        Problem: another address than this machine's without one of these, or a certificate that will not do.
        OSError: the port is taken.
    """
    from hinomi.filing import rounds
    from hinomi.notify.worker import beside

    opened = home if isinstance(home, Home) else Home(home)
    pair = _pair(opened, host, certificate, key)
    names = LOCAL_NAMES | (tls.names_of(pair) if pair else frozenset())
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family, backlog=128) as listener:
        bound = listener.getsockname()[1]
        shown = _shown(host, names)
        address = f"{'https' if pair else 'http'}://{f'[{shown}]' if ':' in shown else shown}:{bound}"
        config = uvicorn.Config(
            create_app(opened, names=names),
            ssl_certfile=pair.certificate if pair else None,
            ssl_keyfile=pair.key if pair else None,
            proxy_headers=False,  # an address that a header tells would let anybody choose their own
            log_level="warning",
            access_log=False,
            server_header=False,
            date_header=True,
            timeout_graceful_shutdown=GRACE_S,
        )
        say(address)
        if open_browser:
            webbrowser.open(address)
        with beside(opened), rounds.beside(opened):
            uvicorn.Server(config).run(sockets=[listener])


def _pair(home: Home, host: str, certificate: Path | None, key: Path | None) -> tls.Pair | None:
    """The certificate to serve with; None on this machine when none was asked for."""
    given = certificate is not None or key is not None
    own = tls.place(home.path)
    pair = tls.Pair(certificate or own.certificate, key or own.key)
    if _local(host) and not given:
        return None
    if not _local(host) and not Door(home).administered():
        raise Problem("serve.no_administrator", host=host)
    if not given and not pair.there:
        raise Problem("serve.no_tls", host=host)
    return pair


def _shown(host: str, names: frozenset[str]) -> str:
    """A name to open it by: 0.0.0.0 is none, and the certificate has to know it."""
    if host in names or host not in ("0.0.0.0", "::"):
        return host
    return next((name for name in sorted(names) if name not in LOCAL_NAMES), "localhost")


def _local(host: str) -> bool:
    if host in LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
