"""What counts as a remote session: services as the wire recognises them, and the register's word."""

from __future__ import annotations

import ipaddress

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
    "openvpn", "wireguard", "ipsec", "ike", "isakmp", "esp", "l2tp", "pptp", "sstp", "softether", "gre",
})  # fmt: skip

# Ports that only hint at a service when the wire did not recognise what runs there.
HINTS = {22: "ssh", 23: "telnet", 3389: "rdp", 5631: "pcanywhere", 5900: "vnc", 5901: "vnc", 5938: "teamviewer"}


def declared(
    paths: list[MaintenancePath], client: str, client_ip: str, server: str, service: str, start: int, last: int
) -> tuple[str, MaintenancePath | None]:
    """How the register sees a session: agreed, outside_window, wrong_target, wrong_service or undeclared."""
    of_client = [path for path in paths if _is_peer(path, client, client_ip)]
    if not of_client:
        return "undeclared", None
    for_server = [path for path in of_client if server in path.devices]
    if not for_server:
        return "wrong_target", of_client[0]
    by_service = [path for path in for_server if not path.services or service in path.services]
    if not by_service:
        return "wrong_service", for_server[0]
    for path in by_service:
        if not path.windows or any(window.start <= start and last <= window.end for window in path.windows):
            return "agreed", path
    return "outside_window", by_service[0]


def _is_peer(path: MaintenancePath, client: str, ip: str) -> bool:
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
