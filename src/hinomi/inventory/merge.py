"""Nodes → devices: which interfaces are cards of one device, and which a person joined or parted.

Evidence of oneness is data (`knowledge/identity.toml`): a serial number or a DHCP unique identifier is
hard to share by accident, a host name is not. Weights of different clues add up as in
`hinomi.inventory.evidence`; at `JOIN_MIN` two nodes are one device, unless another key speaks against.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from hinomi.inventory import addresses
from hinomi.inventory.endpoints import DIRECT, Endpoint
from hinomi.inventory.knowledge import IdentityKey, fold
from hinomi.inventory.nodes import Nodes
from hinomi.model import Decision, Device

JOIN_MIN = 0.9
PART_MIN = 0.9  # a key of this weight that differs keeps two nodes apart


class Groups:
    """Union-find over node numbers, with pairs that must stay apart."""

    def __init__(self, count: int) -> None:
        self._up = list(range(count))
        self.apart: set[frozenset[int]] = set()

    def root(self, node: int) -> int:
        while self._up[node] != node:
            self._up[node] = self._up[self._up[node]]
            node = self._up[node]
        return node

    def join(self, one: int, other: int) -> None:
        a, b = self.root(one), self.root(other)
        if a != b:
            self._up[max(a, b)] = min(a, b)


@dataclass(frozen=True, slots=True)
class Said:
    """A node let out the value of an identity key."""

    node: int
    clue: str
    value: str


def join_by_keys(nodes: Nodes, groups: Groups, keys: Sequence[IdentityKey], said: Iterable[Said]) -> None:
    """Join nodes of one device by what they said of themselves. Routers' and outside nodes stay alone."""
    by_clue = {key.clue: key for key in keys}
    values: dict[tuple[str, str], set[int]] = {}
    of_node: dict[int, dict[str, set[str]]] = {}
    for one in said:
        key = by_clue.get(one.clue)
        folded = fold(one.value)
        if key is None or folded in key.never or len(folded) < 3 or not _joinable(nodes, one.node):
            continue
        values.setdefault((one.clue, folded), set()).add(one.node)
        of_node.setdefault(one.node, {}).setdefault(one.clue, set()).add(folded)
    weight: dict[tuple[int, int], float] = {}
    for (clue, _), members in values.items():
        key = by_clue[clue]
        if not 1 < len(members) <= key.shared_max:
            continue
        ordered = sorted(members)
        for at, a in enumerate(ordered):
            for b in ordered[at + 1 :]:
                weight[a, b] = 1 - (1 - weight.get((a, b), 0.0)) * (1 - key.weight)
    for (a, b), sure in weight.items():
        if sure >= JOIN_MIN and not _against(of_node.get(a, {}), of_node.get(b, {}), by_clue):
            groups.join(a, b)


def _joinable(nodes: Nodes, node: int) -> bool:
    row = nodes.rows[node]
    return row.key[0] in ("mac", "ip") and not row.forwards_outside


def _against(one: dict[str, set[str]], other: dict[str, set[str]], by_clue: dict[str, IdentityKey]) -> bool:
    return any(
        by_clue[clue].weight >= PART_MIN and not values & other[clue] for clue, values in one.items() if clue in other
    )


def join_by_interface_id(nodes: Nodes, groups: Groups, ips: dict[int, set[str]]) -> None:
    """An IPv6 address that holds a hardware address belongs to that card, wherever it was heard."""
    for node, held in ips.items():
        for ip in held:
            mac = addresses.kind(ip).mac
            if mac and ("mac", mac) in nodes.by_key and nodes.rows[node].key[0] == "ip":
                groups.join(node, nodes.by_key["mac", mac])


def join_router_cards(nodes: Nodes, groups: Groups, routers: set[int], endpoints: Sequence[Endpoint]) -> None:
    """Interfaces of one layer-3 switch bear one MAC or neighbouring ones (same first five bytes).

    Joined are MACs no further than two apart, each in a subnet of its own: three or more that forward or
    that DHCP names as default router (`routers`), and any that end like a gateway (.1, .254); beside such
    three, gateways up to four apart. A router that sends from the address of another card of the same
    maker is that card's router too. Two routers bought together may lie so close; a person can split them.
    """
    _join_by_borrowed_address(nodes, groups, endpoints)
    ends = _host_parts(nodes, endpoints)
    quiet: dict[str, list[tuple[int, int]]] = {}
    rows: dict[str, list[tuple[int, int]]] = {}
    for number, node in enumerate(nodes.rows):
        if node.key[0] == "mac" and (number in routers or node.forwards_inside + node.forwards_outside):
            mac = node.key[1]
            rows.setdefault(mac[:14], []).append((int(mac[15:], 16), number))
        elif node.key[0] == "mac":
            quiet.setdefault(node.key[1][:14], []).append((int(node.key[1][15:], 16), number))
    for prefix in rows.keys() | quiet.keys():
        _join_row(groups, rows.get(prefix, []), quiet.get(prefix, []), ends)


# How far apart the last bytes of two cards of one switch may lie; the farther where a row is known as a switch's,
# since the tap does not hear every subnet between.
NEAR_CARDS, FAR_CARDS = 2, 4
# Last parts that a subnet's gateway mostly bears.
GATEWAY_ENDS = (".1", ".254")


def _join_row(
    groups: Groups, members: list[tuple[int, int]], quiet: list[tuple[int, int]], ends: dict[int, set[tuple[str, str]]]
) -> None:
    """Join cards that are neighbours: (last byte, node) of known routers and of other interfaces."""
    known = {number for _, number in members}
    row = sorted(members + [q for q in quiet if _gateway_like(ends.get(q[1], set()))])
    for (low, one), (high, other) in pairwise(row):
        nets = [{net for net, _ in ends.get(number, set())} for number in (one, other)]
        parts = [{part for _, part in ends.get(number, set())} for number in (one, other)]
        if high - low > FAR_CARDS or nets[0] & nets[1]:
            continue
        near = high - low <= NEAR_CARDS
        many = near and len(members) >= 3 and one in known and other in known
        gateways = all(_gateway_like(ends.get(number, set())) for number in (one, other))
        alike = (near or len(members) >= 3) and parts[0] == parts[1] and gateways
        if many or alike:
            groups.join(one, other)


def _gateway_like(own: set[tuple[str, str]]) -> bool:
    return bool(own) and all(f".{part}" in GATEWAY_ENDS for _, part in own)


def _host_parts(nodes: Nodes, endpoints: Sequence[Endpoint]) -> dict[int, set[tuple[str, str]]]:
    """Node → (IPv4 /24, last part) of the addresses that are its own."""
    out: dict[int, set[tuple[str, str]]] = {}
    for row in endpoints:
        if row.bound and row.ip and ":" not in row.ip:
            number = nodes.by_key.get(("mac", row.mac))
            if number is not None:
                net, _, part = row.ip.rpartition(".")
                out.setdefault(number, set()).add((net, part))
    return out


def _join_by_borrowed_address(nodes: Nodes, groups: Groups, endpoints: Sequence[Endpoint]) -> None:
    """A router answers from the address of another of its cards, with no router between."""
    owner: dict[str, set[str]] = {}
    for row in endpoints:
        if row.bound and row.ip:
            owner.setdefault(row.ip, set()).add(row.mac)
    for row in endpoints:
        macs = owner.get(row.ip, set())
        if not row.bits & DIRECT or row.mac in macs or len(macs) != 1:
            continue
        one, other = (nodes.by_key.get(("mac", mac)) for mac in (row.mac, next(iter(macs))))
        if one is None or other is None or row.mac[:8] != nodes.rows[other].key[1][:8]:
            continue
        if nodes.rows[one].forwards_inside:
            groups.join(one, other)


def join_by_people(
    nodes: Nodes, groups: Groups, decisions: Sequence[Decision], previous: dict[str, Device], ips: dict[int, set[str]]
) -> None:
    """A person's merge joins every node that either device held (chains of merges included)."""
    by_ip: dict[str, set[int]] = {}
    for node, held in ips.items():
        for ip in held:
            by_ip.setdefault(ip, set()).add(node)
    for decision in decisions:
        if decision.kind != "merge" or decision.undone:
            continue
        members: list[int] = []
        for device_id in (decision.device, decision.other):
            device = previous.get(device_id)
            if device is not None:
                members += nodes_of(nodes, device, by_ip)
        for node in members[1:]:
            groups.join(members[0], node)


def nodes_of(nodes: Nodes, device: Device, by_ip: dict[str, set[int]]) -> list[int]:
    """Nodes that hold an address of an earlier device: by MAC, or by IP where it had no MAC."""
    out: list[int] = []
    for held in device.addresses:
        keys: list[tuple[str, str]] = []
        if held.mac:
            keys.append(("mac", held.mac))
        if held.ip:
            keys += [("ip", held.ip), ("out", held.ip)]
        found = [nodes.by_key[k] for k in keys if k in nodes.by_key]
        if not found and held.ip and not held.mac:
            found = sorted(by_ip.get(held.ip, ()))
        out += [n for n in found if n not in out]
    return out
