"""Endpoints → nodes: one network interface, one address behind a router, or one outside address.

A MAC address is an identity only while it speaks for itself. One that bears the packets of many
hosts is a router's, and says nothing of those hosts; they are then known by IP alone, unless the
same IP was heard with a MAC of its own elsewhere in the capture.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from hinomi.inventory import addresses
from hinomi.inventory.addresses import ZoneFinder
from hinomi.inventory.endpoints import DIRECT, HEARSAY, LEASED, USED, Endpoint

FORWARD_NETS_MIN = 3  # subnets that one MAC bears at the same time before it counts as a router

Key = tuple[str, str]  # ("mac", …) own interface, ("ip", …) inside by address, ("out", …) outside, ("said", …)


@dataclass(slots=True)
class Node:
    """What identity resolution merges: one interface or one address."""

    key: Key
    endpoints: list[int] = field(default_factory=list)
    forwards_inside: int = 0  # inside addresses of other hosts whose packets its MAC bore
    forwards_outside: int = 0
    group: int = -1  # device number, once decided


@dataclass(slots=True)
class Nodes:
    rows: list[Node]
    of_endpoint: list[int]  # node number, or -1 for what is nobody's own
    by_key: dict[Key, int]

    def take(self, key: Key) -> int:
        """Number of the node with this key; made when new."""
        number = self.by_key.get(key)
        if number is None:
            number = self.by_key[key] = len(self.rows)
            self.rows.append(Node(key))
        return number


def build(
    rows: list[Endpoint],
    zones: ZoneFinder,
    split: frozenset[str],
    routes: dict[str, set[str]],
    talks: Iterable[tuple[int, int]] = (),
) -> Nodes:
    """Nodes of the endpoints. `split`: addresses that a person took out of their device; `routes`: MAC →
    subnets whose packets it passed on, by their lowered TTL; `talks`: pairs of endpoints that answered
    one another."""
    outside = {ip: addresses.is_outside(ip, zones) for ip in {row.ip for row in rows} if ip}
    bound = _bound(rows)
    for ip, mac in _neighbours(rows, talks, bound):
        bound[ip] = {mac}
    # A public address that a station of this link holds is the hospital's own, unless a person said otherwise.
    outside.update((ip, False) for ip in bound if outside[ip] and zones.find(ip) is None)
    false_claims = _false_claims(rows, bound)
    for ip, mac in false_claims:
        bound[ip].discard(mac)
    carried: dict[str, list[int]] = {}
    for number, row in enumerate(rows):
        if addresses.is_own_mac(row.mac) and not row.bits & HEARSAY and (row.ip, row.mac) not in false_claims:
            carried.setdefault(row.mac, []).append(number)
    routers = {
        mac: found
        for mac, numbers in carried.items()
        if (found := _forwards(mac, [rows[n] for n in numbers], bound, outside, routes.get(mac, set()))) is not None
    }
    honest = [r for r in rows if (r.ip, r.mac) not in false_claims] if false_claims else rows
    owners = _owners(honest, routers, bound, outside)
    nodes = Nodes([], [-1] * len(rows), {})
    for mac, (inside_count, outside_count) in routers.items():
        node = nodes.rows[nodes.take(("mac", mac))]
        node.forwards_inside, node.forwards_outside = inside_count, outside_count
    spoke = {row.ip for row in rows if row.spoke}
    for number, row in enumerate(rows):
        claimed = (row.ip, row.mac) in false_claims
        key = _key(row, routers, bound, owners, outside, spoke, split, claimed)
        if key is not None:
            nodes.of_endpoint[number] = at = nodes.take(key)
            nodes.rows[at].endpoints.append(number)
    return nodes


def _bound(rows: Iterable[Endpoint]) -> dict[str, set[str]]:
    """IP → MACs that said it is theirs; where none did, those that sent from it with no router between."""
    out: dict[str, set[str]] = {}
    direct: dict[str, set[str]] = {}
    for row in rows:
        if row.ip and addresses.is_own_mac(row.mac):
            if row.bound:
                out.setdefault(row.ip, set()).add(row.mac)
            elif row.bits & DIRECT and addresses.kind(row.ip).inside:
                # Of a host on the open internet a TTL of 60 may as well be 64 after four routers.
                direct.setdefault(row.ip, set()).add(row.mac)
    for ip, macs in direct.items():
        out.setdefault(ip, macs)
    return out


def _neighbours(
    rows: list[Endpoint], talks: Iterable[tuple[int, int]], bound: dict[str, set[str]]
) -> list[tuple[str, str]]:
    """(IP, MAC) of hosts that talk with a neighbour of their own /24 (/64) and whose MAC bears no other address.

    Between neighbours stands no router, whatever the TTL says: controllers and old stacks begin with 30, 60
    or 100, which looks like a lowered 32, 64 or 128.
    """
    borne: dict[str, set[str]] = {}
    for row in rows:
        if row.ip and row.spoke and not addresses.kind(row.ip).link_local and not addresses.kind(row.ip).group:
            borne.setdefault(row.mac, set()).add(row.ip)
    alone = [row.spoke and row.ip not in bound and _alone(row, borne) for row in rows]
    out = set()
    for at, with_whom in talks if any(alone) else ():
        one, other = rows[at], rows[with_whom]
        if not (alone[at] or alone[with_whom]) or one.mac == other.mac or not one.ip or not other.ip:
            continue
        macs = addresses.is_own_mac(one.mac) and addresses.is_own_mac(other.mac)
        if macs and addresses.kind(one.ip).subnet == addresses.kind(other.ip).subnet:
            out |= {(rows[n].ip, rows[n].mac) for n in (at, with_whom) if alone[n]}
    of_ip: dict[str, set[str]] = {}
    for ip, mac in out:
        of_ip.setdefault(ip, set()).add(mac)
    return [(ip, mac) for ip, mac in out if len(of_ip[ip]) == 1]


def _alone(row: Endpoint, borne: dict[str, set[str]]) -> bool:
    return addresses.is_own_mac(row.mac) and borne.get(row.mac) == {row.ip}


def _false_claims(rows: Iterable[Endpoint], bound: dict[str, set[str]]) -> set[tuple[str, str]]:
    """(IP, MAC) by ARP for an address that another MAC held before and still holds, from a host that has an
    address of its own and no lease of this one. Whether it is an attack is for the watch to say; it is not
    where the address lives."""
    contested = {ip for ip, macs in bound.items() if len(macs) > 1}
    if not contested:
        return set()
    held: dict[str, list[Endpoint]] = {}
    own: dict[str, set[str]] = {}
    for row in rows:
        if row.bits & (DIRECT | LEASED) or row.bound:
            own.setdefault(row.mac, set()).add(row.ip)
            if row.ip in contested and row.bound:
                held.setdefault(row.ip, []).append(row)
    out = set()
    for ip, claims in held.items():
        claims.sort(key=lambda r: r.first)
        holder = claims[0]
        for row in claims[1:]:
            settled = any(other not in contested for other in own[row.mac] - {ip})
            if row.mac != holder.mac and row.first <= holder.last and settled and not row.bits & LEASED:
                out.add((ip, row.mac))
    return out


def _forwards(
    mac: str, rows: list[Endpoint], bound: dict[str, set[str]], outside: dict[str, bool], routes: set[str]
) -> tuple[int, int] | None:
    """(inside, outside) addresses of others that this MAC bears, or None when it is no router's."""
    foreign = [r for r in rows if r.ip and mac not in bound.get(r.ip, ()) and not _group(r.ip)]
    beyond = {r.ip for r in foreign if outside[r.ip]}
    inside = [r for r in foreign if not outside[r.ip] and not addresses.kind(r.ip).link_local]
    others = {r.ip for r in inside if bound.get(r.ip)}
    own = [r for r in rows if r.ip and mac in bound.get(r.ip, ()) and not addresses.kind(r.ip).v6]
    four = [r for r in inside if not addresses.kind(r.ip).v6]
    # A lowered TTL from its own subnet is no routing: discovery protocols send with small ones.
    passed_on = routes - {addresses.kind(r.ip).subnet for r in own}
    many = _nets_at_once(four + own) >= FORWARD_NETS_MIN
    if passed_on or beyond or others or many or _other_net(four, own):
        return len({r.ip for r in inside}), len(beyond)
    return None


def _group(ip: str) -> bool:
    return addresses.kind(ip).group or addresses.maybe_broadcast(ip)


def _nets_at_once(rows: list[Endpoint]) -> int:
    """Most subnets that are borne at one time: a notebook that wanders bears them one after the other."""
    if len({addresses.kind(r.ip).subnet for r in rows}) < 2:
        return 1 if rows else 0
    spans: dict[str, tuple[int, int]] = {}
    for row in rows:
        net = addresses.kind(row.ip).subnet
        first, last = spans.get(net, (row.first, row.last))
        spans[net] = (min(first, row.first), max(last, row.last))
    edges = sorted([(s[0], 0) for s in spans.values()] + [(s[1], 1) for s in spans.values()])
    most = now = 0
    for _, end in edges:
        now += -1 if end else 1
        most = max(most, now)
    return most


def _other_net(foreign: list[Endpoint], own: list[Endpoint]) -> bool:
    """It says by ARP which address is its own, and at the same time bears one of another subnet."""
    nets = {addresses.kind(r.ip).subnet for r in own}
    return (
        any(
            addresses.kind(f.ip).subnet not in nets and any(f.first <= o.last and o.first <= f.last for o in own)
            for f in foreign
        )
        if own
        else False
    )


def _owners(
    rows: list[Endpoint], routers: dict[str, tuple[int, int]], bound: dict[str, set[str]], outside: dict[str, bool]
) -> dict[str, list[Endpoint]]:
    """Inside IP → endpoints in which it was heard with a MAC of its own."""
    out: dict[str, list[Endpoint]] = {}
    for row in rows:
        if not row.ip or not row.spoke or not addresses.is_own_mac(row.mac):
            continue
        own = row.mac in bound.get(row.ip, ())
        if own or (row.mac not in routers and not addresses.kind(row.ip).group and _may_own(row.ip, outside)):
            out.setdefault(row.ip, []).append(row)
    return out


def _may_own(ip: str, outside: dict[str, bool]) -> bool:
    # An address that is outside only by a person's zone (a partner's line) may well stand at the tap.
    return not outside[ip] or addresses.kind(ip).inside


def _key(
    row: Endpoint,
    routers: dict[str, tuple[int, int]],
    bound: dict[str, set[str]],
    owners: dict[str, list[Endpoint]],
    outside: dict[str, bool],
    spoke: set[str],
    split: frozenset[str],
    claimed: bool,
) -> Key | None:
    own_mac = addresses.is_own_mac(row.mac)
    if not row.ip or addresses.kind(row.ip).group:
        if not own_mac or row.bits & HEARSAY:
            return None
        return ("mac", row.mac)
    if row.ip in split:
        return ("ip", row.ip)
    if outside[row.ip] and not addresses.kind(row.ip).inside:
        return None if row.bits == HEARSAY and row.ip not in spoke else ("out", row.ip)
    if own_mac and row.spoke and not claimed and (row.mac not in routers or row.mac in bound.get(row.ip, ())):
        return ("mac", row.mac)
    held = owners.get(row.ip)
    if held:
        return ("mac", _at_time(row, held).mac)
    exists = row.ip in spoke or (row.bits & USED and not addresses.maybe_broadcast(row.ip))
    return ("ip", row.ip) if exists else None


def _at_time(row: Endpoint, held: list[Endpoint]) -> Endpoint:
    """Who held the address when it was heard: same VLAN first, then the longest time in common."""
    if len(held) == 1:
        return held[0]
    return max(held, key=lambda h: (h.vlan == row.vlan, min(h.last, row.last) - max(h.first, row.first)))
