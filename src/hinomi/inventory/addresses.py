"""What kind of address this is: inside, outside, group, link-local; which subnet it stands in."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from hinomi.model import Zone

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# Zone kinds whose hosts are not the hospital's own.
OUTSIDE_KINDS = frozenset({"external", "partner"})

# RFC 1918, RFC 3927, RFC 1122 §3.2.1.3; RFC 4193, RFC 4291 §2.5.6. Everything else is outside: the
# documentation ranges and RFC 6598's shared space are no hospital's own either.
_INSIDE4 = tuple(
    ipaddress.IPv4Network(n) for n in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8")
)
_INSIDE6 = tuple(ipaddress.IPv6Network(n) for n in ("fc00::/7", "fe80::/10", "::1/128"))


class Kind(NamedTuple):
    """One address, judged once."""

    group: bool  # multicast, broadcast, unspecified: nobody's own
    inside: bool
    link_local: bool
    v6: bool
    subnet: str  # IPv4 /24 or IPv6 /64, as the coverage record cuts them
    mac: str  # hardware address inside a modified EUI-64 interface id (RFC 4291 appendix A), or ''


_GROUP = Kind(True, False, False, False, "", "")


@lru_cache(maxsize=200_000)
def kind(ip: str) -> Kind:
    """Judge an address; a text that is none counts as a group address (nobody's own)."""
    if ":" in ip:
        return _kind6(ip)
    parts = ip.split(".")
    if len(parts) != 4:
        return _GROUP
    try:
        a, b, _, _ = (int(p) for p in parts)
    except ValueError:
        return _GROUP
    if a == 0 or a >= 224:  # RFC 1122 §3.2.1.3, RFC 5771, RFC 919
        return _GROUP
    inside = a == 10 or (a == 172 and 16 <= b < 32) or (a == 192 and b == 168) or (a == 169 and b == 254) or a == 127
    return Kind(False, inside, a == 169 and b == 254, False, f"{parts[0]}.{parts[1]}.{parts[2]}.0/24", "")


def _kind6(ip: str) -> Kind:
    try:
        address = ipaddress.IPv6Address(ip)
    except ValueError:
        return _GROUP
    if address.is_multicast or address.is_unspecified:
        return _GROUP
    number = int(address)
    low = number & ((1 << 64) - 1)
    mac = ""
    if (low >> 24) & 0xFFFF == 0xFFFE:
        raw = ((low >> 40) << 24 | (low & 0xFFFFFF)) ^ (0x02 << 40)
        mac = ":".join(f"{raw >> shift & 0xFF:02x}" for shift in range(40, -1, -8))
    prefix = ipaddress.IPv6Address(number >> 64 << 64)
    return Kind(False, any(address in n for n in _INSIDE6), address in _INSIDE6[1], True, f"{prefix}/64", mac)


def maybe_broadcast(ip: str) -> bool:
    """The last address of a /24: a subnet's broadcast unless a host speaks from it."""
    return ip.endswith(".255")


@lru_cache(maxsize=200_000)
def is_own_mac(mac: str) -> bool:
    """A hardware address that one card can bear: six bytes, not all zero, no group address (IEEE 802 §8.2)."""
    if len(mac) != 17 or mac == "00:00:00:00:00:00":
        return False
    try:
        return bytes.fromhex(mac.replace(":", ""))[0] & 1 == 0 and mac.count(":") == 5
    except ValueError:
        return False


def is_local_mac(mac: str) -> bool:
    """Locally administered (IEEE 802 §8.2.2): made up by software, so its prefix names no maker."""
    try:
        return bool(int(mac[:2], 16) & 2)
    except ValueError:
        return False


class ZoneFinder:
    """Address → zone, the narrowest subnet first; a zone with a VLAN wants that VLAN where it is known."""

    def __init__(self, zones: Sequence[Zone]) -> None:
        rows: list[tuple[Network, Zone]] = []
        for zone in zones:
            for cidr in zone.subnets:
                rows.append((ipaddress.ip_network(cidr, strict=False), zone))
        rows.sort(key=lambda row: -row[0].prefixlen)
        self._rows = rows
        self._cache: dict[tuple[str, int | None], Zone | None] = {}

    def find(self, ip: str, vlan: int | None = None) -> Zone | None:
        """The zone of an address, or None."""
        if not self._rows or not ip:
            return None
        key = (ip, vlan)
        if key not in self._cache:
            self._cache[key] = self._search(ip, vlan)
        return self._cache[key]

    def _search(self, ip: str, vlan: int | None) -> Zone | None:
        try:
            address = ipaddress.ip_address(ip)
        except ValueError:
            return None
        for network, zone in self._rows:
            if address.version == network.version and address in network:
                if zone.vlan is not None and vlan is not None and zone.vlan != vlan:
                    continue
                return zone
        return None


def is_outside(ip: str, zones: ZoneFinder) -> bool:
    """Not the hospital's own: by the zone a person named, else by the address."""
    zone = zones.find(ip)
    if zone is not None:
        return zone.kind in OUTSIDE_KINDS
    found = kind(ip)
    return not found.group and not found.inside
