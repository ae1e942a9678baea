"""May we listen here? Only on an interface on which the kernel itself never sends.

An address makes the kernel answer ARP and pings; IPv6 makes it announce itself as soon as the interface
is up; a bridge or bond sends on its members. What cannot be ruled out is refused, with what to do.
"""

from __future__ import annotations

import fcntl
import socket
import struct
import sys
from pathlib import Path

from hinomi.texts import Problem

_SIOCGIFFLAGS, _SIOCGIFADDR, _SIOCGIFHWADDR = 0x8913, 0x8915, 0x8927
_IFF_UP = 0x1
_ETHERNET = 1
_NET = Path("/sys/class/net")
_PROC = Path("/proc")


def check(name: str) -> None:
    """Says nothing when one may listen on the interface.

    Raises:
        Problem: it is not there, or the kernel would send on it.
    """
    known = [other for _, other in socket.if_nameindex()]
    if name not in known:
        raise Problem("listen.no_interface", name=name, known=", ".join(sorted(known)) or "–")
    if int.from_bytes(_asked(name, _SIOCGIFHWADDR)[:2], sys.byteorder) != _ETHERNET:
        raise Problem("listen.not_ethernet", name=name)
    address = ipv4(name) or ipv6(name)
    if address:
        raise Problem("listen.has_address", name=name, address=address)
    if (_NET / name / "master").exists():
        raise Problem("listen.is_member", name=name, master=(_NET / name / "master").resolve().name)
    if ipv6_enabled(name):
        raise Problem("listen.ipv6_enabled", name=name)
    if not int.from_bytes(_asked(name, _SIOCGIFFLAGS)[:2], sys.byteorder) & _IFF_UP:
        raise Problem("listen.down", name=name)


def places() -> list[tuple[str, Problem | None]]:
    """Ethernet interfaces of this machine, each with what forbids listening there; None: it is prepared."""
    found: list[tuple[str, Problem | None]] = []
    for _, name in socket.if_nameindex():
        if int.from_bytes(_asked(name, _SIOCGIFHWADDR)[:2], sys.byteorder) != _ETHERNET:
            continue
        try:
            check(name)
        except Problem as why:
            found.append((name, why))
        else:
            found.append((name, None))
    return found


def _asked(name: str, question: int) -> bytes:
    """What the kernel answers about an interface, behind its name; '' when it has none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            return fcntl.ioctl(asking, question, struct.pack("256s", name.encode()[:15]))[16:]
        except OSError:
            return b""


def ipv4(name: str) -> str:
    """The first IPv4 address of an interface, or ''."""
    answer = _asked(name, _SIOCGIFADDR)
    return socket.inet_ntoa(answer[4:8]) if answer else ""


def ipv6(name: str) -> str:
    """The first IPv6 address of an interface, or ''."""
    try:
        lines = (_PROC / "net/if_inet6").read_text().splitlines()
    except OSError:
        return ""
    for line in lines:
        words = line.split()
        if words[-1] == name:
            return socket.inet_ntop(socket.AF_INET6, bytes.fromhex(words[0]))
    return ""


def ipv6_enabled(name: str) -> bool:
    """Whether the kernel speaks IPv6 on the interface; one without IPv6 has no such file."""
    try:
        return (_PROC / "sys/net/ipv6/conf" / name / "disable_ipv6").read_text().strip() != "1"
    except OSError:
        return False


def sent(name: str) -> int:
    """Packets that left by the interface since it exists."""
    for line in (_PROC / "net/dev").read_text().splitlines():
        interface, _, numbers = line.partition(":")
        if interface.strip() == name:
            return int(numbers.split()[9])
    return 0


def prepare_script(names: list[str]) -> str:
    """What an administrator runs once for a listening interface. Printed, never run by Hinomi."""
    lines = ["#!/bin/sh", "set -eu"]
    for name in names:
        lines += [
            f"sysctl -w net.ipv6.conf.{name.replace('.', '/')}.disable_ipv6=1",
            f"ip address flush dev {name}",
            f"ip link set dev {name} arp off multicast off",
            f"ip link set dev {name} up promisc on",
            "# The card must not join packets, nor take tags off; not every card can be told.",
            f"ethtool -K {name} gro off lro off rxvlan off || true",
        ]
    return "\n".join(lines) + "\n"
