"""Namespaces, bridges and the mirror port.

Everything lives in namespaces of its own: a *switch* with one bridge per zone, a *core*
router between the zones, one namespace per host, and a *tap* at the end of the mirror port.

The mirror copies each frame once, as it enters the switch from a host ("receive" mirroring
of all access ports of a layer-3 switch). A routed packet is therefore seen once, with the
hardware address of the host that sent it. Of the core router only what it says itself
(ARP, ICMP, relayed DHCP) is mirrored, never what it merely forwards.
"""

from __future__ import annotations

import contextlib
import ipaddress
import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .personalities import Personality, find_personality, make_mac
from .plan import read_scenario

PREFIX = "hinomi-"  # every namespace the lab makes begins with this
SWITCH = PREFIX + "switch"
CORE = PREFIX + "core"
TAP = PREFIX + "tap"


def sh(*args: str, check: bool = True, netns: str | None = None, text: str | None = None) -> str:
    """Run one command to its end and give back what it printed."""
    command = list(args)
    if netns:
        command = ["ip", "netns", "exec", netns, *command]
    done = subprocess.run(command, input=text, capture_output=True, text=True)
    if check and done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


@dataclass
class Zone:
    """One zone: a bridge with a subnet and a gateway on the core router."""

    id: str
    kind: str
    name_ja: str
    name_en: str
    subnet: ipaddress.IPv4Network
    mirrored: bool = True
    routed: bool = True
    relay_dhcp: bool = True

    @property
    def gateway(self) -> str:
        return str(self.subnet.network_address + 1)


@dataclass
class Host:
    """One host: a personality at an address of a zone."""

    id: str
    zone: Zone
    personality: Personality
    address: str
    mac: str
    hostname: str
    serial: str
    department: str
    ae_titles: list[str]
    services: list[str]
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def netns(self) -> str:
        return PREFIX + self.id

    @property
    def dhcp(self) -> bool:
        return self.personality.dhcp_client != "static" and not self.extra.get("static")


@dataclass
class Hospital:
    """The whole plan of the house, read from a hospital file."""

    zones: dict[str, Zone]
    hosts: dict[str, Host]
    domain: str
    outside_names: dict[str, str]

    def by_service(self, service: str) -> Host:
        """The one host that offers a service of the house, such as `dhcp`."""
        for host in self.hosts.values():
            if service in host.services:
                return host
        raise KeyError(f"no host offers {service}")


def _read(path: Path) -> dict[str, Any]:
    """A hospital file with everything that it builds on."""
    data = read_scenario(path)
    if "hospital" not in data:
        return data
    base, keep = _read(Path(data["hospital"])), data.get("hosts")
    own = {row["id"] for row in data.get("host", [])}  # a host of the same name takes the other's place
    base["host"] = [row for row in base["host"] if row["id"] not in own and (keep is None or row["id"] in keep)]
    base["host"] += data.get("host", [])
    base["zone"] += data.get("zone", [])
    base["static"] = data.get("static", base.get("static", False))
    base["outside_names"] = base.get("outside_names", {}) | data.get("outside_names", {})
    if keep is not None:
        lived_in = {row["zone"] for row in base["host"]}
        base["zone"] = [row for row in base["zone"] if row["id"] in lived_in]
    return base


def load_hospital(path: Path) -> Hospital:
    """Read zones and hosts; hosts take what they do not say from their personality.

    A personality is looked for in the folder `personalities` beside the file, then among the lab's own.

    With `hospital` the file builds on another one; with `hosts` it takes only some of its hosts,
    and zones in which nobody is left are not built.
    """
    data = _read(path)
    zones = {}
    for row in data["zone"]:
        row = dict(row)
        row["subnet"] = ipaddress.IPv4Network(row["subnet"])
        zones[row["id"]] = Zone(**row)
    hosts = {}
    known = {"id", "zone", "personality", "address", "hostname", "serial", "department", "ae_titles", "services"}
    for number, row in enumerate(data["host"], start=1):
        personality = find_personality(row["personality"], path.parent)
        serve = row.get("serve", [] if "services" in row else personality.serve)
        hosts[row["id"]] = Host(
            id=row["id"],
            zone=zones[row["zone"]],
            personality=personality,
            address=row["address"],
            mac=make_mac(personality.oui, number),
            hostname=row.get("hostname", row["id"]),
            serial=row.get("serial", ""),
            department=row.get("department", ""),
            ae_titles=row.get("ae_titles", []),
            services=row.get("services", personality.services) + (["serve"] if serve else []),
            extra={key: value for key, value in row.items() if key not in known}
            | {"static": data.get("static", False), "serve": serve},
        )
    return Hospital(zones, hosts, data["domain"], data.get("outside_names", {}))


def core_mac(number: int) -> str:
    """The core router's hardware address in the zone with this number."""
    return f"02:48:4e:00:00:{number:02x}"


def _plain_port(netns: str, device: str) -> None:
    """Switch every offload off, so that the mirror sees frames as a wire would carry them."""
    sh(
        "ethtool",
        "-K",
        device,
        "tx",
        "off",
        "rx",
        "off",
        "tso",
        "off",
        "gso",
        "off",
        "gro",
        "off",
        netns=netns,
        check=False,
    )


def _namespace(name: str, ipv6: bool) -> None:
    sh("ip", "netns", "add", name)
    flag = "0" if ipv6 else "1"
    for scope in ("all", "default"):
        sh("sysctl", "-qw", f"net.ipv6.conf.{scope}.disable_ipv6={flag}", netns=name, check=False)
    # A router with a foot in many zones must not speak for one zone's address in another (Linux's default).
    sh("sysctl", "-qw", "net.ipv4.conf.all.arp_ignore=1", "net.ipv4.conf.all.arp_announce=2", netns=name)
    sh("ip", "link", "set", "lo", "up", netns=name)


def _cable(switch_port: str, bridge: str, netns: str, device: str, mac: str | None) -> None:
    """One veth pair: `device` in the host's namespace, `switch_port` on a bridge."""
    sh(
        "ip",
        "link",
        "add",
        "name",
        switch_port,
        "netns",
        SWITCH,
        "type",
        "veth",
        "peer",
        "name",
        device,
        "netns",
        netns,
    )
    if mac:
        sh("ip", "link", "set", "dev", device, "address", mac, netns=netns)
    sh("ip", "link", "set", "dev", switch_port, "master", bridge, netns=SWITCH)
    for where, what in ((SWITCH, switch_port), (netns, device)):
        _plain_port(where, what)
        sh("ip", "link", "set", "dev", what, "up", netns=where)


def build(hospital: Hospital) -> None:
    """Make every namespace, bridge, cable and route, and point the mirror at the tap."""
    _namespace(SWITCH, ipv6=False)
    _namespace(CORE, ipv6=False)
    _namespace(TAP, ipv6=False)
    sh("sysctl", "-qw", "net.ipv4.ip_forward=1", netns=CORE)
    core_ports, host_ports, core_addresses = [], [], []
    for number, zone in enumerate(hospital.zones.values(), start=1):
        bridge = f"br-{zone.id}"
        sh(
            "ip",
            "link",
            "add",
            "name",
            bridge,
            "type",
            "bridge",
            "stp_state",
            "0",
            "mcast_snooping",
            "0",
            "group_fwd_mask",
            "8",
            netns=SWITCH,
        )  # 8: lets 802.1X through, as a simple switch does
        sh("ip", "link", "set", "dev", bridge, "up", netns=SWITCH)
        if zone.routed:
            port, device = f"c-{zone.id}", f"z-{zone.id}"
            _cable(port, bridge, CORE, device, core_mac(number))
            sh("ip", "addr", "add", f"{zone.gateway}/{zone.subnet.prefixlen}", "dev", device, netns=CORE)
            core_ports.append(port)
            core_addresses.append(zone.gateway)
    for host in hospital.hosts.values():
        _namespace(host.netns, ipv6=host.personality.ipv6)
        port = f"p-{host.id}"
        _cable(port, f"br-{host.zone.id}", host.netns, "eth0", host.mac)
        if host.zone.mirrored:
            host_ports.append(port)
        _stack(host)
        if not host.dhcp:
            sh(
                "ip",
                "addr",
                "add",
                f"{host.address}/{host.zone.subnet.prefixlen}",
                "brd",
                "+",
                "dev",
                "eth0",
                netns=host.netns,
            )
            if host.zone.routed and "firewall" not in host.services:
                sh("ip", "route", "add", "default", "via", host.zone.gateway, netns=host.netns)
        for second in host.extra.get("second_addresses", []):
            sh("ip", "addr", "add", second, "dev", "eth0", netns=host.netns)
        for network in host.extra.get("routes_for", []):  # a VPN box stands before its pool of addresses
            sh("ip", "route", "add", network, "via", host.address, netns=CORE)
            sh("sysctl", "-qw", "net.ipv4.ip_forward=1", netns=host.netns)
    _firewall(hospital)
    _mirror(host_ports, core_ports, core_addresses)


def _stack(host: Host) -> None:
    """Give the host's network stack the habits of its personality."""
    sh("sysctl", "-qw", f"net.ipv4.ip_default_ttl={host.personality.ttl}", netns=host.netns)
    window = host.personality.tcp_window
    if window:
        sh("sysctl", "-qw", f"net.ipv4.tcp_rmem=4096 {window} {max(window, 1 << 20)}", netns=host.netns)
    if not host.personality.tcp_timestamps:
        sh("sysctl", "-qw", "net.ipv4.tcp_timestamps=0", netns=host.netns)


def _firewall(hospital: Hospital) -> None:
    """The firewall stands between the core and the outside, and hides the inside by NAT."""
    outside = next((zone for zone in hospital.zones.values() if zone.kind == "external"), None)
    firewall = next((host for host in hospital.hosts.values() if "firewall" in host.services), None)
    if firewall is None:
        return
    if outside is None:  # a case without an outside: an ordinary host
        sh("ip", "route", "add", "default", "via", firewall.zone.gateway, netns=firewall.netns)
        return
    _cable(f"o-{firewall.id}", f"br-{outside.id}", firewall.netns, "eth1", None)
    for address in firewall.extra["outside_addresses"]:
        sh("ip", "addr", "add", address, "dev", "eth1", netns=firewall.netns)
    sh("sysctl", "-qw", "net.ipv4.ip_forward=1", netns=firewall.netns)
    sh("ip", "route", "add", "10.0.0.0/8", "via", firewall.zone.gateway, netns=firewall.netns)
    sh("ip", "route", "add", "default", "via", firewall.address, netns=CORE)
    forwards = "\n".join(
        f'  iifname "eth1" {row.get("proto", "tcp")} dport {row["port"]} dnat to {row["to"]}'
        for row in firewall.extra.get("forwards", [])
    )
    sh(
        "nft",
        "-f",
        "-",
        netns=firewall.netns,
        text=f"""
table ip edge {{
 chain in {{
  type nat hook prerouting priority -100; policy accept;
{forwards}
 }}
 chain out {{
  type nat hook postrouting priority 100; policy accept;
  oifname "eth1" masquerade
 }}
}}
""",
    )


def _mirror(host_ports: list[str], core_ports: list[str], core_addresses: list[str]) -> None:
    """Copy what enters the switch to the tap, once."""
    sh("ip", "link", "add", "name", "mirror0", "netns", SWITCH, "type", "veth", "peer", "name", "tap0", "netns", TAP)
    for netns, device in ((SWITCH, "mirror0"), (TAP, "tap0")):
        _plain_port(netns, device)
        sh("ip", "link", "set", "dev", device, "txqueuelen", "10000", netns=netns)
        sh("ip", "link", "set", "dev", device, "up", netns=netns)
    quoted = ", ".join(f'"{port}"' for port in host_ports)
    core = ", ".join(f'"{port}"' for port in core_ports)
    sh(
        "nft",
        "-f",
        "-",
        netns=SWITCH,
        text=f"""
table netdev mirror {{
 chain hosts {{
  type filter hook ingress devices = {{ {quoted} }} priority -500; policy accept;
  dup to "mirror0"
 }}
 chain core {{
  type filter hook ingress devices = {{ {core} }} priority -500; policy accept;
  ether type arp dup to "mirror0"
  ip saddr {{ {", ".join(core_addresses)} }} dup to "mirror0"
 }}
}}
""",
    )


def take_down(names: list[str] | None = None) -> list[str]:
    """Delete the lab's namespaces; everything in them goes with them. Returns their names."""
    present = [line.split()[0] for line in sh("ip", "netns", "list", check=False).splitlines() if line.strip()]
    gone = [name for name in present if name.startswith(PREFIX) and (names is None or name in names)]
    for name in gone:
        for pid in sh("ip", "netns", "pids", name, check=False).split():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), 9)
        sh("ip", "netns", "del", name, check=False)
    return gone
