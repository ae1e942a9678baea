"""Who stands behind an address at a time, and what kind of thing it is.

A device is not an address: the same address may be held by two devices one after the other, so
every question bears the time, and the Ethernet address where one was heard.
"""

from __future__ import annotations

import ipaddress
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from socket import AF_INET, AF_INET6, inet_pton

from hinomi.columns import Columns, Ints
from hinomi.inventory.index import HostIndex
from hinomi.model import Device, Zone

from . import knowledge

# What an address is, as bits: asked once per distinct address, then carried over whole tables.
OUTSIDE = 1  # beyond the hospital
GROUP = 2  # multicast, broadcast, unspecified
CLINICAL = 4  # held by a medical device, or in a clinical zone
MEDICAL = 8  # held by a medical device
PARTNER = 16  # in a partner or DMZ zone
GUEST = 32  # guest network: only counts are kept of it
PEOPLE = 64  # held by a workstation, terminal or phone

_INSIDE_NETS = tuple(
    ipaddress.ip_network(net)
    for net in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "169.254.0.0/16",
        "127.0.0.0/8",
        "fc00::/7",
        "fe80::/10",
        "::1/128",
    )
)  # RFC 1918, 6598, 3927, 1122, 4193, 4291
_GROUP_NETS = tuple(
    ipaddress.ip_network(net) for net in ("224.0.0.0/4", "255.255.255.255/32", "0.0.0.0/8", "ff00::/8", "::/128")
)

Range = tuple[int, int, int]  # version, host bits, network bits


def _ranges(nets: Iterable[ipaddress.IPv4Network | ipaddress.IPv6Network]) -> tuple[Range, ...]:
    return tuple(
        (net.version, host := net.max_prefixlen - net.prefixlen, int(net.network_address) >> host) for net in nets
    )


_INSIDE, _GROUPS = _ranges(_INSIDE_NETS), _ranges(_GROUP_NETS)

PEOPLES = frozenset({"workstation", "emr_terminal", "mobile", "ip_phone", "voice_assistant"})
INFRASTRUCTURE = frozenset(
    {
        "network_service",
        "time_server",
        "update_server",
        "mail_server",
        "log_server",
        "router",
        "switch",
        "firewall",
        "vpn_gateway",
        "wireless_ap",
        "ons_router",
        "regional_gateway",
    }
)
_SERVICE_SERVERS = INFRASTRUCTURE | {"directory_server", "web_server"}


class Who:
    """Look-ups over the devices and zones of one view."""

    def __init__(self, devices: Iterable[Device], zones: Iterable[Zone], index: HostIndex | None = None) -> None:
        devices = list(devices)
        self._index = index or HostIndex(devices)
        self.devices: dict[str, Device] = {}
        self._by_ip: dict[str, list[Device]] = defaultdict(list)
        for device in devices:
            self.devices[device.id] = device
            for address in device.addresses:
                if address.ip:
                    self._by_ip[address.ip].append(device)
        self._by_mac: dict[str, Device] = {}
        self.zones: dict[str, Zone] = {zone.id: zone for zone in zones}
        # (IP version, prefix length) → network bits → zone: one look-up a length, however many zones there are.
        self._nets: dict[tuple[int, int], dict[int, Zone]] = defaultdict(dict)
        self._broadcasts: set[tuple[str, int]] = set()
        for zone in self.zones.values():
            for subnet in zone.subnets:
                net = ipaddress.ip_network(subnet, strict=False)
                host_bits = net.max_prefixlen - net.prefixlen
                self._nets[(net.version, net.prefixlen)].setdefault(int(net.network_address) >> host_bits, zone)
                if net.version == 4 and net.prefixlen < 31:
                    self._broadcasts.add((zone.id, int(net.broadcast_address)))
        self._lengths = sorted(self._nets, key=lambda key: -key[1])
        self._by_vpn: set[str] = set()
        self._zone_of_ip: dict[str, Zone | None] = {}
        self._traits: dict[str, int] = {}

    # --- who

    def holders(self, columns: Columns, side: str, time: str) -> Ints:
        """Number of the device on one side (client, orig …) of each row of a table; -1 where none is known.

        `at` gives the device of a number.
        """
        return self._index.numbers_in(columns, f"{side}_mac", f"{side}_ip", time)

    def at(self, number: int) -> Device | None:
        return self.devices[self._index.ids[number]] if number >= 0 else None

    def device(self, ip: str, mac: str = "", time: int = 0) -> Device | None:
        """The device that held this address then; null when the inventory knows none."""
        found = self._index.device_of(mac, ip, None, time)
        return self.devices.get(found) if found else None

    def with_mac(self, mac: str) -> Device | None:
        """The first device that bears this Ethernet address."""
        if not self._by_mac:
            for device in self.devices.values():
                for address in device.addresses:
                    self._by_mac.setdefault(address.mac, device)
        return self._by_mac.get(mac)

    def name(self, ip: str, mac: str = "", time: int = 0) -> str:
        """Device.id, or the address itself where the inventory knows no device."""
        device = self.device(ip, mac, time)
        return device.id if device else ip or mac

    def label(self, name: str) -> str:
        """What a person would call a Device.id (or the address, where it is one)."""
        device = self.devices.get(name)
        return device.label if device else name

    def came_by_vpn(self, ips: Iterable[str]) -> None:
        """Addresses whose packets bear a VPN box's Ethernet address: they stand behind it, as partners do."""
        self._by_vpn.update(ips)
        for ip in self._by_vpn:
            self._traits.pop(ip, None)

    # --- where

    def zone(self, ip: str, device: Device | None = None) -> Zone | None:
        """Zone of a device, or of the address where no device or no zone is known."""
        if device is not None and device.zone and device.zone in self.zones:
            return self.zones[device.zone]
        if ip not in self._zone_of_ip:
            self._zone_of_ip[ip] = self._find_zone(ip)
        return self._zone_of_ip[ip]

    def _find_zone(self, ip: str) -> Zone | None:
        version, number = bits_of(ip)
        size = 32 if version == 4 else 128
        for length in self._lengths:
            if length[0] == version:
                zone = self._nets[length].get(number >> (size - length[1]))
                if zone is not None:
                    return zone
        return None

    def kind(self, ip: str, device: Device | None = None) -> str:
        """Kind of the zone: `external` beyond the hospital, `unknown` where nothing is known."""
        if ip in self._by_vpn:
            return "dmz"
        zone = self.zone(ip, device)
        if zone is not None and zone.kind != "unknown":
            return zone.kind
        return "external" if self.outside(ip, device) else "unknown"

    def outside(self, ip: str, device: Device | None = None) -> bool:
        """Beyond the hospital. A partner's line and the DMZ are its border, and not beyond it."""
        zone = self.zone(ip, device)
        if zone is not None and zone.kind not in ("unknown", "external"):
            return False
        return device.outside if device is not None else bool(self.traits(ip) & OUTSIDE)

    # --- what

    def traits(self, ip: str) -> int:
        """Bits of an address, over all devices that ever held it."""
        if ip not in self._traits:
            self._traits[ip] = self._find_traits(ip)
        return self._traits[ip]

    def _find_traits(self, ip: str) -> int:
        version, number = bits_of(ip)
        if not version or _among(version, number, _GROUPS):
            return GROUP
        if ip in self._by_vpn:
            return PARTNER
        zone = self.zone(ip)
        kind = zone.kind if zone else ""
        holders = self._by_ip.get(ip, [])
        beyond = bool(holders) and all(device.outside for device in holders)
        if kind == "external" or (beyond and kind in ("", "unknown")):
            return OUTSIDE
        inside = bool(zone) or any(not device.outside for device in holders) or is_private(ip)
        if not inside:
            return OUTSIDE
        if zone and version == 4 and (zone.id, number) in self._broadcasts:
            return GROUP
        bits = 0
        if kind in ("partner", "dmz"):
            bits |= PARTNER
        if kind == "guest":
            bits |= GUEST
        if kind and knowledge.kinds()[kind].clinical:
            bits |= CLINICAL
        for device in holders:
            if is_medical(device):
                bits |= MEDICAL | CLINICAL
            if is_people(device):
                bits |= PEOPLE
        return bits


@lru_cache(maxsize=65_536)
def parse(ip: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(ip)
    except ValueError:
        return None


def bits_of(ip: str) -> tuple[int, int]:
    """(version, address as a number); version 0 for what is no address."""
    try:  # the system's own reader: four times as fast as `ipaddress`, and as strict
        if ":" not in ip:
            return 4, int.from_bytes(inet_pton(AF_INET, ip), "big")
        return 6, int.from_bytes(inet_pton(AF_INET6, ip), "big")
    except (OSError, ValueError):
        parsed = parse(ip)  # an IPv6 address with the name of a card
        return (0, 0) if parsed is None else (parsed.version, int(parsed))


def _among(version: int, number: int, ranges: tuple[Range, ...]) -> bool:
    return any(number >> host == net for of, host, net in ranges if of == version)


def is_private(ip: str) -> bool:
    version, number = bits_of(ip)
    return _among(version, number, _INSIDE)


def is_medical(device: Device) -> bool:
    """A medical device by its category, or by its type where only that is stated."""
    kind = knowledge.types().get(device.value("type"))
    return device.value("category") == "medical" or (kind is not None and kind.category == "medical")


def is_people(device: Device) -> bool:
    """A computer at which people browse and write: what it asks of the outside is their doing."""
    return device.value("type") in PEOPLES


def is_infrastructure(device: Device) -> bool:
    """A server or box whose task is to serve, or to speak with, everybody."""
    return device.value("type") in _SERVICE_SERVERS


def criticality(device: Device | None) -> str:
    """life, care, work or none: the most that its loss may mean. Unknown in doubt is care."""
    if device is None:
        return "care"
    kind = knowledge.types().get(device.value("type"))
    if kind is None or kind.id == "unknown":
        return "care" if device.value("category") in ("medical", "", "unknown") else "work"
    return kind.criticality
