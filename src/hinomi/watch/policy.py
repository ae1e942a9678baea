"""Allowed conduits between zones: proposed from what was seen, approved by a person, then watched.

`simulate` says what a policy would have rung for, before it is switched on. The exports are texts for
a person to read and to load; Hinomi never applies them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hinomi.model import EvidenceRef, Zone

from .tables import dicts
from .who import GROUP, GUEST

if TYPE_CHECKING:
    from .sight import Sight

EXTERNAL = "external"  # the place of everything beyond the hospital
EXAMPLES_MAX = 5


@dataclass(frozen=True, slots=True)
class Conduit:
    """Traffic of one kind that may go from one zone to another (IEC 62443-3-2 conduit)."""

    source: str  # Zone.id, or `external`
    target: str
    service: str  # wire's service name, or '' where only the port is known
    proto: str
    port: int  # 0: any port
    reason: str = ""
    by: str = ""  # who approved it; '' while it is only proposed

    def covers(self, source: str, target: str, service: str, proto: str, port: int) -> bool:
        if (self.source, self.target) != (source, target) or (self.proto and self.proto != proto):
            return False
        if self.service:
            return self.service == service
        return self.port in (0, port)


@dataclass(slots=True)
class Seen:
    """Traffic of one kind from one zone to another, as it was heard."""

    conduit: Conduit
    count: int = 0
    days: set[int] = field(default_factory=set)
    first: int = 0
    last: int = 0
    clients: set[str] = field(default_factory=set)  # Device.id or address
    servers: set[str] = field(default_factory=set)
    examples: list[EvidenceRef] = field(default_factory=list)


def seen(sight: Sight) -> list[Seen]:
    """All answered traffic that crosses from zone to zone, most frequent first."""
    import pyarrow as pa
    import pyarrow.compute as pc

    flows = sight.flows
    mask = pc.and_(sight.answered, pc.and_(sight.not_having("resp", GROUP), sight.not_having("orig", GUEST | GROUP)))
    found: dict[Conduit, Seen] = {}
    table = flows.filter(mask)
    keys = ["orig_ip", "orig_mac", "resp_ip", "resp_mac", "resp_port", "proto", "service"]
    table = table.append_column("row", pa.array(range(table.num_rows), pa.int64()))
    grouped = table.group_by(keys).aggregate([("start", "min"), ("last", "max"), ("start", "count"), ("row", "min")])
    shown = list(dicts(table.take(grouped.column("row_min")), "capture", "packet", "offset"))
    columns = (*keys, "start_min", "last_max", "start_count")
    for row, packet in zip(dicts(grouped, *columns), shown, strict=True):
        if row["proto"] in ("arp", "icmp", "icmp6"):
            continue
        client = sight.who.device(row["orig_ip"], row["orig_mac"], row["start_min"])
        server = sight.who.device(row["resp_ip"], row["resp_mac"], row["start_min"])
        source, target = place(sight, row["orig_ip"], client), place(sight, row["resp_ip"], server)
        if source == target:
            continue
        service = row["service"] or ""
        conduit = Conduit(source, target, service, row["proto"], 0 if service else row["resp_port"])
        one = found.setdefault(conduit, Seen(conduit, first=row["start_min"]))
        one.count += row["start_count"]
        one.first, one.last = min(one.first, row["start_min"]), max(one.last, row["last_max"])
        one.days.add(row["start_min"] // 86_400_000_000_000)
        one.clients.add(client.id if client else row["orig_ip"])
        one.servers.add(server.id if server else row["resp_ip"])
        if packet["packet"] and len(one.examples) < EXAMPLES_MAX:
            one.examples.append(EvidenceRef(packet["capture"], packet["packet"], packet["offset"]))
    return sorted(found.values(), key=lambda one: (-one.count, one.conduit.source, one.conduit.target))


def place(sight: Sight, ip: str, device: Any) -> str:
    """Zone of one end for a policy: `external` beyond the hospital, '' where no zone is known."""
    if sight.who.outside(ip, device):
        return EXTERNAL
    zone = sight.who.zone(ip, device)
    return zone.id if zone else ""


def propose(sight: Sight, findings: Iterable[Any] = ()) -> list[tuple[Seen, bool]]:
    """What was seen, each with whether it may be proposed: what a finding is about is left to a person."""
    told: set[str] = set()
    for finding in findings:
        told.update(name for name in finding.devices if finding.severity in ("medium", "high", "critical"))
    found = []
    for one in seen(sight):
        beside = bool(told & one.clients) and bool(told & one.servers)
        from_outside = one.conduit.source == EXTERNAL or one.conduit.target == EXTERNAL
        found.append((one, not beside and not from_outside and bool(one.conduit.source) and bool(one.conduit.target)))
    return found


def simulate(sight: Sight, policy: Sequence[Conduit]) -> list[Seen]:
    """What the policy would have rung for, over all that is at hand."""
    by_pair: dict[tuple[str, str], list[Conduit]] = defaultdict(list)
    for conduit in policy:
        by_pair[(conduit.source, conduit.target)].append(conduit)
    return [
        one
        for one in seen(sight)
        if not any(
            allowed.covers(
                one.conduit.source, one.conduit.target, one.conduit.service, one.conduit.proto, one.conduit.port
            )
            for allowed in by_pair[(one.conduit.source, one.conduit.target)]
        )
    ]


# --- texts for other machines; a person reads and loads them

_PORTS = {
    "dicom": (104, 11112), "hl7": (2575,), "http": (80,), "tls": (443,), "dns": (53,), "ntp": (123,), "smb": (445,),
    "ssh": (22,), "rdp": (3389,), "vnc": (5900,), "ldap": (389,), "kerberos": (88,), "syslog": (514,), "snmp": (161,),
    "dhcp": (67,), "ipp": (631,), "pjl": (9100,), "smtp": (25,), "ftp": (21,),
}  # fmt: skip
# IANA service names and transport protocol port numbers


def _subnets(zones: dict[str, Zone], name: str) -> list[str]:
    return ["0.0.0.0/0"] if name == EXTERNAL else [net for net in zones[name].subnets if ":" not in net]


def _lines(policy: Iterable[Conduit], zones: Iterable[Zone]) -> Iterator[tuple[Conduit, str, str, int]]:
    known = {zone.id: zone for zone in zones}
    for conduit in policy:
        if not all(end == EXTERNAL or end in known for end in (conduit.source, conduit.target)):
            continue
        ports = (conduit.port,) if conduit.port else _PORTS.get(conduit.service, (0,))
        for source in _subnets(known, conduit.source):
            for target in _subnets(known, conduit.target):
                for port in ports:
                    yield conduit, source, target, port


def nftables(policy: Iterable[Conduit], zones: Iterable[Zone]) -> str:
    """An nftables forward chain that counts and logs the rest, and drops nothing."""
    out = [
        "# Proposed by Hinomi. Read it, check the ports, and load it yourself. The last rule only logs.",
        "table inet hinomi {", "  chain forward {", "    type filter hook forward priority 0; policy accept;",
        "    ct state established,related accept",
    ]  # fmt: skip
    for conduit, source, target, port in _lines(policy, zones):
        proto = conduit.proto if conduit.proto in ("tcp", "udp") else "tcp"
        match = f"{proto} dport {port}" if port else f"meta l4proto {proto}"
        note = f"{conduit.service or 'port'} {conduit.source}-{conduit.target}"
        out.append(f'    ip saddr {source} ip daddr {target} {match} counter accept comment "{note}"')
    return "\n".join([*out, '    counter log prefix "hinomi-outside-policy "', "  }", "}"]) + "\n"


def cisco_acl(policy: Iterable[Conduit], zones: Iterable[Zone], name: str = "HINOMI") -> str:
    """An extended access list in Cisco IOS words; its last line permits and logs, so that nothing stops."""
    import ipaddress

    out = ["! Proposed by Hinomi. Read it, check the ports, and load it yourself.", f"ip access-list extended {name}"]

    def end(net: str) -> str:
        network = ipaddress.ip_network(net)
        return "any" if network.prefixlen == 0 else f"{network.network_address} {network.hostmask}"

    for conduit, source, target, port in _lines(policy, zones):
        proto = conduit.proto if conduit.proto in ("tcp", "udp") else "ip"
        match = f" eq {port}" if port and proto != "ip" else ""
        out.append(f" remark {conduit.service or 'port'} {conduit.source} to {conduit.target}")
        out.append(f" permit {proto} {end(source)} {end(target)}{match}")
    return "\n".join([*out, " permit ip any any log"]) + "\n"


def fortigate(policy: Iterable[Conduit], zones: Iterable[Zone]) -> str:
    """Addresses, services and policies in FortiOS words; what no line names is let through and logged."""
    import ipaddress

    lines = list(_lines(policy, zones))
    nets = sorted({net for _, source, target, _ in lines for net in (source, target)} - {"0.0.0.0/0"})
    kinds = sorted({(_tcp_or_udp(conduit), port) for conduit, _, _, port in lines if port})
    out = ["# Proposed by Hinomi. Read it, check the ports, and load it yourself.", "config firewall address"]
    for net in nets:
        network = ipaddress.ip_network(net)
        out += [
            f'    edit "hinomi-{net}"',
            f"        set subnet {network.network_address} {network.netmask}",
            "    next",
        ]
    out += ["end", "config firewall service custom"]
    for proto, port in kinds:
        out += [f'    edit "hinomi-{proto}-{port}"', f"        set {proto}-portrange {port}", "    next"]
    out += ["end", "config firewall policy"]

    def end(net: str) -> str:
        return "all" if net == "0.0.0.0/0" else f"hinomi-{net}"

    def allow(source: str, target: str, service: str, note: str) -> list[str]:
        return [
            "    edit 0", '        set srcintf "any"', '        set dstintf "any"',
            f'        set srcaddr "{end(source)}"', f'        set dstaddr "{end(target)}"',
            "        set action accept", '        set schedule "always"', f'        set service "{service}"',
            "        set logtraffic all", f'        set comments "{note}"', "    next",
        ]  # fmt: skip

    for conduit, source, target, port in lines:
        service = f"hinomi-{_tcp_or_udp(conduit)}-{port}" if port else "ALL"
        out += allow(source, target, service, f"{conduit.service or 'port'} {conduit.source}-{conduit.target}")
    out += allow("0.0.0.0/0", "0.0.0.0/0", "ALL", "outside the policy: only logged")
    return "\n".join([*out, "end"]) + "\n"


def yamaha(policy: Iterable[Conduit], zones: Iterable[Zone], first: int = 100_000) -> str:
    """Filters in the words of Yamaha's routers; the last one passes the rest and logs it."""
    out = ["# Proposed by Hinomi. Read it, check the ports, set it to an interface yourself."]
    numbers = []
    for number, (conduit, source, target, port) in enumerate(_lines(policy, zones), first):
        ends = " ".join("*" if net == "0.0.0.0/0" else net for net in (source, target))
        out.append(f"# {conduit.service or 'port'} {conduit.source} - {conduit.target}")
        out.append(f"ip filter {number} pass {ends} {_tcp_or_udp(conduit)} * {port or '*'}")
        numbers.append(number)
    last = first + len(numbers)
    out.append(f"ip filter {last} pass-log * * * * *")
    shown = " ".join(map(str, [*numbers, last]))
    return "\n".join([*out, f"# for instance: ip lan1 secure filter in {shown}"]) + "\n"


def _tcp_or_udp(conduit: Conduit) -> str:
    return conduit.proto if conduit.proto in ("tcp", "udp") else "tcp"
