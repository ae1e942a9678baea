"""What counts as a remote session: services as the wire recognises them, and the register's word."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable

from .view import MaintenancePath
from .who import parse

# A person works on the server's screen or shell.
SCREENS = frozenset({
    "rdp", "vnc", "rfb", "ssh", "telnet", "rlogin", "rsh", "x11", "ica", "citrix", "pcanywhere", "radmin",
    "nomachine", "winrm", "ard",
})  # fmt: skip
# The reached device dials out itself; the person sits behind the destination.
REVERSE = frozenset(
    {"teamviewer", "anydesk", "splashtop", "logmein", "screenconnect", "rustdesk", "chrome_remote_desktop"}
)
# A tunnel: whatever runs inside is not heard.
TUNNELS = frozenset({
    "openvpn", "wireguard", "ipsec", "ike", "isakmp", "esp", "l2tp", "pptp", "sstp", "softether", "gre", "sslvpn",
})  # fmt: skip
# Protocols under which logs tell of logons (`intake/events`); their operation is `login`.
LOGGED = ("sslvpn", "ipsec", "openvpn", "wireguard", "l2tp", "ssh", "windows", "ntlm", "management", "firewall")

# Ports that only hint at a service when the wire did not recognise what runs there.
HINTS = {22: "ssh", 23: "telnet", 3389: "rdp", 5631: "pcanywhere", 5900: "vnc", 5901: "vnc", 5938: "teamviewer"}


STANDING_NS = 24 * 3600 * 1_000_000_000  # an agreed session open for longer is said all the same
# How a session can break what the register says, worst first.
BREACHES = ("ended", "wrong_country", "wrong_target", "wrong_service", "outside_window", "wrong_peer")
UNKNOWN = ("undeclared", "unapproved")  # nobody said that it may be
VERDICTS = (*BREACHES, *UNKNOWN, "standing", "agreed")  # worst first


def declared(
    paths: list[MaintenancePath],
    client: str,
    client_ip: str,
    server: str,
    service: str,
    start: int,
    last: int,
    *,
    country: Callable[[str], str] = lambda ip: "",
) -> tuple[str, MaintenancePath | None]:
    """How the register sees a session: one of `VERDICTS` (but `standing`, which follows from its length).

    A session that several paths could cover is judged by the one that fits best.
    """
    held = [path for path in paths if not path.until or start <= path.until]
    of_client = [path for path in held if peer_of(path, client, client_ip)]
    if not of_client:
        ended = next((path for path in paths if path.until and peer_of(path, client, client_ip)), None)
        if ended is not None:
            return "ended", ended
        of_device = next((path for path in held if server in path.devices), None)
        return ("wrong_peer", of_device) if of_device is not None else ("undeclared", None)
    for_server = [path for path in of_client if server in path.devices]
    if not for_server:
        return "wrong_target", of_client[0]
    by_service = [path for path in for_server if not path.services or service in path.services]
    if not by_service:
        return "wrong_service", for_server[0]
    by_country = [path for path in by_service if _from_there(path, country(client_ip))]
    if not by_country:
        return "wrong_country", by_service[0]
    for path in sorted(by_country, key=lambda path: not path.approved):
        agreed = any(window.start <= start and last <= window.end for window in path.windows)
        if agreed or not (path.windows or path.weekly) or any(week.holds(start, last) for week in path.weekly):
            return ("agreed" if path.approved else "unapproved"), path
    return "outside_window", by_country[0]


def _from_there(path: MaintenancePath, code: str) -> bool:
    """An address of no known country (the line itself, a private address) breaks nothing."""
    return not path.countries or not code or code in path.countries


def peer_of(path: MaintenancePath, client: str, ip: str) -> bool:
    """Whether this end (Device.id and address) is one of the path's."""
    if client in path.peers:
        return True
    parsed = parse(ip)
    for peer in path.peers:
        if "/" in peer and parsed is not None:
            net = ipaddress.ip_network(peer, strict=False)
            if net.version == parsed.version and parsed in net:
                return True
        elif peer == ip:
            return True
    return False
