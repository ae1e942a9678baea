"""Clues and conversations → devices. Read this file first; each step stands in the module it names.

endpoints  distinct (MAC, IP, VLAN) of all rows          (vectorised)
nodes      endpoints that are one interface              (routers, moved leases, outside)
behind     devices that a gateway speaks for
merge      interfaces that are one device                (serials, DUIDs, people's decisions)
gather     what each device said, grouped                (vectorised)
describe   statements → attributes with confidence, rivals, packets
facts      behaviour rules, in two stages
match      ids of earlier runs
zones      proposals for subnets that no person has named
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hinomi.inventory import addresses, behind, knowledge, likeness, merge, names, nodes, services, zones
from hinomi.inventory.addresses import OUTSIDE_KINDS, ZoneFinder
from hinomi.inventory.describe import NO_PACKET, Describer, Portrait, by_person
from hinomi.inventory.endpoints import BOUND, DIRECT, LEASED, SPOKE, Endpoints, Ints, column, gather
from hinomi.inventory.facts import TYPE_MIN, Facts, RuleBook
from hinomi.inventory.gather import ClueColumns
from hinomi.inventory.gather import Said as Heard
from hinomi.inventory.index import HostIndex
from hinomi.inventory.knowledge import Knowledge
from hinomi.inventory.match import Draft, assign, make_id
from hinomi.inventory.oui import registry
from hinomi.model import Address, Attribute, Decision, Device, Service, Source, Zone

# Clues by which a host itself says that an IP is at its MAC.
LEASE = SPOKE | BOUND | LEASED
BINDING = ("arp.ip", "arp.gratuitous", "nd.ip")
OUTSIDE_SURE = 0.99
OUTSIDE_BY_ZONE = 0.6  # a private address that a person counts to a partner


@dataclass(slots=True)
class Inventory:
    """Devices, the zones they stand in (people's and proposed), and the look-up by address and time."""

    devices: list[Device]
    zones: list[Zone]
    index: HostIndex
    _by_id: dict[str, Device] = field(default_factory=dict)

    def device(self, device_id: str) -> Device | None:
        """The device of an id, or None."""
        if len(self._by_id) != len(self.devices):
            self._by_id = {d.id: d for d in self.devices}
        return self._by_id.get(device_id)


@dataclass(slots=True)
class _Draft:
    """One device of this run, in the making."""

    nodes: list[int] = field(default_factory=list)
    portrait: Portrait = field(default_factory=Portrait)
    addresses: list[Address] = field(default_factory=list)
    outside: bool = False
    first: int = 0
    last: int = 0
    zone: Zone | None = None
    attributes: dict[str, Attribute] = field(default_factory=dict)


def resolve(
    site: str,
    clues: pa.Table,
    conversations: pa.Table,
    previous: Sequence[Device] = (),
    decisions: Sequence[Decision] = (),
    zones: Sequence[Zone] = (),
    known: Knowledge | None = None,
) -> Inventory:
    """Every device that spoke or was spoken to with an effect, with what is known of it.

    `clues`: columns of the clue record, merged over history; `conversations`: columns of
    `hinomi.conversations.CONVERSATION_SCHEMA`. `previous`: devices of earlier runs, whose ids are kept;
    `decisions`: people's words, all of them, in the order given; `zones`: as people named them;
    `known`: knowledge to use instead of `knowledge/` alone.
    Raises `knowledge.KnowledgeError` when an entry of `knowledge/` cannot be used.
    """
    return _Run(site, clues, conversations, previous, decisions, zones, known or knowledge.load()).run()


class _Run:
    def __init__(
        self,
        site: str,
        clues: pa.Table,
        conversations: pa.Table,
        previous: Sequence[Device],
        decisions: Sequence[Decision],
        named: Sequence[Zone],
        known: Knowledge,
    ) -> None:
        self.site = site
        self.clues, self.conversations = clues, conversations
        self.previous = list(previous)
        self.decisions = list(decisions)
        self.named = [z for z in named if z.by_person or not z.id.startswith(zones_prefix())]
        self.finder = ZoneFinder(self.named)
        self.knowledge = known
        self.describer = Describer(self.knowledge, registry())
        self.behind: dict[int, set[int]] = {}  # gateway device → devices it speaks for
        self.pointed: dict[int, dict[str, int]] = {}  # node → marks by hosts that name its address

    def run(self) -> Inventory:
        bits = {**dict.fromkeys(BINDING, SPOKE | BOUND), "eth.ip": SPOKE | DIRECT, "dhcp.ip": LEASE}
        found = gather(self.clues, self.conversations, bits)
        split = frozenset(d.other for d in self.decisions if d.kind == "split" and not d.undone)
        columns = ClueColumns(self.clues)
        made = nodes.build(found.rows, self.finder, split, columns.values_by_mac("eth.routes"), found.talks())
        of_endpoint = np.array(made.of_endpoint, np.int64)
        of_clue = of_endpoint[found.of_clue] if len(found.of_clue) else np.zeros(0, np.int64)
        spoken = behind.find(made, columns, of_clue, self._message_servers(of_endpoint, found))
        drafts, device_of_node = self._drafts(found, made, columns, of_clue, spoken)
        numbers = np.append(device_of_node, -1)  # node -1 stays -1
        self._hear(drafts, columns, numbers[of_clue], spoken, device_of_node)
        self._cards(drafts, made)
        client, server = (numbers[of_endpoint[e]] if len(e) else e for e in (found.of_client, found.of_server))
        self._asked_names(drafts, server)
        links = services.links(self.conversations, client, server)
        offered = services.offered_and_used(links, len(drafts), self.knowledge)
        told = columns.group(numbers[of_clue], services.version_clues(self.knowledge).__contains__)
        services.tell_versions(offered, services.versions(told, self.knowledge))
        self._facts(drafts, made, links, offered)
        self._state(drafts, links)
        devices = self._finish(drafts, made, offered)
        unknown = self._unknown(numbers[of_clue], devices)
        likeness.group(devices, columns.group(unknown, likeness.CLUES.__contains__))
        proposed = zones.propose(devices, self.named, self.knowledge, self.site)
        return Inventory(devices, [*self.named, *proposed], HostIndex(devices))

    @staticmethod
    def _unknown(who: Ints, devices: Sequence[Device]) -> Ints:
        """Device numbers of clue rows, -1 for those of devices that are known."""
        mask = np.array([likeness.is_unknown(d) for d in devices] + [False], bool)
        return np.where(mask[who], who, -1)

    def _message_servers(self, of_endpoint: Ints, found: Endpoints) -> set[int]:
        """Nodes that answer HL7: what they send on may not be their own."""
        service = column(self.conversations, "service", "", pa.string())
        at: list[int] = np.flatnonzero(np.asarray(pc.equal(service, "hl7").to_numpy(), bool)).tolist()
        return {int(of_endpoint[found.of_server[row]]) for row in at}

    def _drafts(
        self, found: Endpoints, made: nodes.Nodes, columns: ClueColumns, of_clue: Ints, spoken: behind.Spoken
    ) -> tuple[list[_Draft], Ints]:
        """Merge nodes; number the devices in the order in which they were first heard."""
        groups = merge.Groups(len(made.rows))
        ips: dict[int, set[str]] = {}
        for number, node in enumerate(made.rows):
            ips[number] = {found.rows[e].ip for e in node.endpoints if found.rows[e].ip}
        wanted = {key.clue for key in self.knowledge.keys}
        said = [merge.Said(h.who, h.clue, h.value) for h in columns.group(of_clue, wanted.__contains__)]
        split_nodes = self._split_nodes(made)
        merge.join_by_keys(made, groups, self.knowledge.keys, [s for s in said if s.node not in split_nodes])
        merge.join_by_interface_id(made, groups, ips)
        self.pointed = self._pointed_at(found, made, columns)
        routers = {node for node, marks in self.pointed.items() if "default_router" in marks}
        merge.join_router_cards(made, groups, routers, found.rows)
        merge.join_by_people(made, groups, self.decisions, {d.id: d for d in self.previous}, ips)
        spans = [self._span(found, node) for node in made.rows]
        for number, span in spoken.spans.items():
            spans[number] = span
        members: dict[int, list[int]] = {}
        for number, node in enumerate(made.rows):
            if node.endpoints or number in spoken.spans:
                members.setdefault(groups.root(number), []).append(number)
        ordered = sorted(members.values(), key=lambda m: (min(spans[n][0] for n in m), made.rows[m[0]].key))
        device_of_node = np.full(len(made.rows), -1, np.int64)
        drafts = []
        for at, group in enumerate(ordered):
            draft = _Draft(group)
            for number in group:
                made.rows[number].group = at
                device_of_node[number] = at
            self._place(draft, found, made)
            draft.first = min(spans[n][0] for n in group)
            draft.last = max(spans[n][1] for n in group)
            drafts.append(draft)
        return drafts, device_of_node

    def _pointed_at(self, found: Endpoints, made: nodes.Nodes, columns: ClueColumns) -> dict[int, dict[str, int]]:
        """Node → marks that others give it by naming its address (default router, name server …)."""
        marks: dict[str, dict[str, int]] = {}
        for clue, mark in self.knowledge.pointers.items():
            for value, count in columns.counts_of(clue).items():
                slot = marks.setdefault(value, {})
                slot[mark] = slot.get(mark, 0) + count
        out: dict[int, dict[str, int]] = {}
        if marks:
            for row, at in zip(found.rows, made.of_endpoint, strict=True):
                if at >= 0 and row.ip in marks:
                    out[at] = marks[row.ip]
        return out

    def _split_nodes(self, made: nodes.Nodes) -> set[int]:
        out = set()
        for decision in self.decisions:
            if decision.kind == "split" and not decision.undone:
                for kind in ("ip", "mac"):
                    if (kind, decision.other) in made.by_key:
                        out.add(made.by_key[kind, decision.other])
        return out

    @staticmethod
    def _span(found: Endpoints, node: nodes.Node) -> tuple[int, int]:
        if not node.endpoints:
            return 0, 0
        return (min(found.rows[e].first for e in node.endpoints), max(found.rows[e].last for e in node.endpoints))

    def _place(self, draft: _Draft, found: Endpoints, made: nodes.Nodes) -> None:
        """Addresses of a device, merged over endpoints; its zone; whether it is an outside one."""
        held: dict[tuple[str, str, int | None], Address] = {}
        for number in draft.nodes:
            node = made.rows[number]
            own = node.key[1] if node.key[0] == "mac" else ""
            for at in node.endpoints:
                row = found.rows[at]
                ip = "" if row.ip and addresses.kind(row.ip).group else row.ip
                key = (own, ip, row.vlan)
                before = held.get(key)
                first, last = (
                    (row.first, row.last)
                    if before is None
                    else (min(before.first, row.first), max(before.last, row.last))
                )
                held[key] = Address(own, ip, row.vlan, first, last)
            if node.key[0] == "out":
                draft.outside = True
        with_ip = {(a.mac, a.vlan) for a in held.values() if a.ip}
        rows = [a for a in held.values() if a.ip or (a.mac, a.vlan) not in with_ip]
        rows.sort(
            key=lambda a: (
                addresses.kind(a.ip).v6 if a.ip else True,
                addresses.kind(a.ip).link_local,
                -a.last,
                a.ip,
                a.mac,
            )
        )
        draft.addresses = rows
        # The hospital's own router stands in its partners' zones too: one leg inside, and it is inside.
        for address in rows:
            zone = self.finder.find(address.ip, address.vlan)
            if zone is not None and (draft.zone is None or zone.kind not in OUTSIDE_KINDS):
                draft.zone = zone
                if zone.kind not in OUTSIDE_KINDS:
                    break
        draft.outside = draft.outside or (draft.zone is not None and draft.zone.kind in OUTSIDE_KINDS)

    def _hear(
        self, drafts: list[_Draft], columns: ClueColumns, who: Ints, spoken: behind.Spoken, device_of_node: Ints
    ) -> None:
        knows, facts = self.describer.reader.knows, self.describer.fact_clues
        own = columns.group(
            who,
            lambda clue: not behind.is_about_others(clue) and (knows(clue) or clue in facts),
            lambda clue, value: clue in facts or bool(self.describer.statements(clue, value)),
        )
        told_of: dict[int, list[Heard]] = {}
        for node, told in spoken.told.items():
            told_of.setdefault(int(device_of_node[node]), []).extend(told)
        for at, rows in groupby(own, key=lambda heard: heard.who):
            self.describer.hear(drafts[at].portrait, [*rows, *told_of.pop(at, ())])
        for at, told in told_of.items():
            self.describer.hear(drafts[at].portrait, told)
        for node, spoken_names in spoken.names.items():
            portrait = drafts[int(device_of_node[node])].portrait
            for name in spoken_names:
                portrait.name("spoken_for_as", name, 1)
        for gateway, nodes_behind in spoken.gateways.items():
            at = int(device_of_node[gateway])
            self.behind.setdefault(at, set()).update(int(device_of_node[n]) for n in nodes_behind)
        for at, members in self.behind.items():
            members.discard(at)
            drafts[at].portrait.facts["speaks_for"] = float(len(members))

    def _cards(self, drafts: list[_Draft], made: nodes.Nodes) -> None:
        for draft in drafts:
            cards: dict[str, tuple[str, int, int]] = {}
            for address in draft.addresses:
                if address.mac:
                    cards.setdefault(address.mac, (address.mac, address.first, address.last))
            self.describer.hear_cards(draft.portrait, cards.values())

    def _asked_names(self, drafts: list[_Draft], server: Ints) -> None:
        """Names by which clients asked for a server (SNI, HTTP Host …)."""
        for heard in names.asked(self.conversations, server):
            names.hear(drafts[heard.who].portrait, heard, drafts[heard.who].outside)

    def _facts(
        self, drafts: list[_Draft], made: nodes.Nodes, links: list[services.Link], offered: list[list[Service]]
    ) -> None:
        for number, draft in enumerate(drafts):
            facts = draft.portrait.facts
            for node in draft.nodes:
                row = made.rows[node]
                for name, count in (
                    ("forwards:inside", row.forwards_inside),
                    ("forwards:outside", row.forwards_outside),
                ):
                    if count:
                        facts[name] = facts.get(name, 0.0) + count
            for node in draft.nodes:
                for mark, told in self.pointed.get(node, {}).items():
                    facts[f"mark:{mark}"] = facts.get(f"mark:{mark}", 0.0) + told
            if len(draft.nodes) > 1:
                four = [a.ip for a in draft.addresses if a.mac and a.ip and not addresses.kind(a.ip).v6]
                facts["cards:subnets"] = float(len({addresses.kind(ip).subnet for ip in four}))
                facts["cards:gateway"] = float(
                    len({addresses.kind(ip).subnet for ip in four if ip.endswith(merge.GATEWAY_ENDS)})
                )
            facts["address:outside" if draft.outside else "address:inside"] = 1.0
            if not any(a.ip for a in draft.addresses):
                facts["address:none"] = 1.0
            for service in offered[number]:
                if service.role == "offers":
                    facts[f"offers:port:{service.proto}/{service.port}"] = 1.0
                    if service.name:
                        facts[f"offers:{service.name}"] = facts.get(f"offers:{service.name}", 0.0) + 1.0
                elif service.name:
                    facts[f"uses:{service.name}"] = facts.get(f"uses:{service.name}", 0.0) + service.peers
        self._peer_facts(drafts, links)

    @staticmethod
    def _peer_facts(drafts: list[_Draft], links: list[services.Link]) -> None:
        clients: dict[tuple[int, str], set[int]] = {}
        beyond: dict[int, set[int]] = {}
        for link in links:
            if link.service and link.answered:
                clients.setdefault((link.server, link.service), set()).add(link.client)
            for one, other in ((link.client, link.server), (link.server, link.client)):
                if drafts[other].outside:
                    beyond.setdefault(one, set()).add(other)
        for (server, service), peers in clients.items():
            drafts[server].portrait.facts[f"clients:{service}"] = float(len(peers))
        for number, others in beyond.items():
            drafts[number].portrait.facts["outside:peers"] = float(len(others))

    def _state(self, drafts: list[_Draft], links: list[services.Link]) -> None:
        """Two stages of rules: from the device alone, then with what its peers turned out to be."""
        first = RuleBook(self.knowledge.rules, 1, (draft.portrait.facts for draft in drafts))
        for draft in drafts:
            self.describer.apply(draft.portrait, first.matching(draft.portrait.facts), draft.first, draft.last)
            draft.attributes = self.describer.attributes(draft.portrait)
        extra: list[Facts] = []
        for draft in drafts:
            facts: Facts = {}
            for name in ("type", "category"):
                stated = draft.attributes.get(name)
                if stated is not None and stated.confidence >= TYPE_MIN:
                    facts[f"{name}:{stated.value}"] = 1.0
            if draft.zone is not None:
                facts[f"zone:{draft.zone.kind}"] = 1.0
            extra.append(facts)
        kinds = [[f.split(":", 1)[1] for f in facts if not f.startswith("zone:")] for facts in extra]
        self._peer_kinds(extra, kinds, links)
        for gateway, members in self.behind.items():
            for member in members:
                for kind in kinds[member]:
                    extra[gateway][f"behind:{kind}"] = extra[gateway].get(f"behind:{kind}", 0.0) + 1.0
        second = RuleBook(self.knowledge.rules, 2, extra)
        for draft, facts in zip(drafts, extra, strict=True):
            draft.portrait.facts.update(facts)
            matching = second.matching(draft.portrait.facts)
            if matching:
                self.describer.apply(draft.portrait, matching, draft.first, draft.last)
                changed = frozenset(give[0] for rule in matching for give in rule.gives)
                draft.attributes.update(self.describer.attributes(draft.portrait, changed))
            if draft.outside:
                _outside(draft)

    def _peer_kinds(self, extra: list[Facts], kinds: list[list[str]], links: list[services.Link]) -> None:
        """What kinds of devices each one asks, and is asked by; only what a rule reads."""
        parts = (fact.split(":", 3) for fact in self.describer.wanted_facts if fact.startswith("peer:"))
        read: dict[str, dict[str, dict[str, str]]] = {"uses": {}, "offers": {}}
        for _, word, service, kind in parts:
            read[word].setdefault(service, {})[kind] = f"peer:{word}:{service}:{kind}"
        for link in links:
            for one, other, word in ((link.client, link.server, "uses"), (link.server, link.client, "offers")):
                facts = read[word].get(link.service)
                for kind in kinds[other] if facts else ():
                    if facts and kind in facts:
                        fact = facts[kind]
                        extra[one][fact] = extra[one].get(fact, 0.0) + 1.0

    def _finish(self, drafts: list[_Draft], made: nodes.Nodes, offered: list[list[Service]]) -> list[Device]:
        ids = assign(self.site, [self._tokens(draft, made) for draft in drafts], self.previous, self.decisions)
        devices = []
        for draft, device_id, rows in zip(drafts, ids, offered, strict=True):
            called = {
                kind: [n for n, _ in sorted(found.items(), key=lambda i: (-i[1], i[0]))]
                for kind, found in draft.portrait.names.items()
            }
            for decision in self.decisions:
                if decision.kind == "set" and decision.device == device_id and not decision.undone:
                    draft.attributes[decision.attribute] = by_person(
                        decision.attribute, decision.value, draft.attributes.get(decision.attribute)
                    )
                    if decision.attribute == "type":
                        draft.attributes["category"] = by_person(
                            "category", self.knowledge.category(decision.value), draft.attributes.get("category")
                        )
            self.describer.consequences(draft.attributes)
            devices.append(
                Device(
                    device_id,
                    self.site,
                    draft.addresses,
                    draft.attributes,
                    called,
                    rows,
                    draft.zone.id if draft.zone else None,
                    draft.outside,
                    draft.first,
                    draft.last,
                )
            )
        return devices

    def _tokens(self, draft: _Draft, made: nodes.Nodes) -> Draft:
        out = Draft(first=draft.first)
        for number in draft.nodes:
            kind, value = made.rows[number].key
            out.tokens.add((kind, value))
        for address in draft.addresses:
            if address.ip and not addresses.kind(address.ip).link_local and not draft.outside:
                out.tokens.add(("ip", address.ip))
        serial = draft.attributes.get("serial")
        if serial is not None and serial.confidence >= 0.8:
            out.tokens.add(("serial", serial.value.casefold()))
        for kind, label in (("spoken_for_as", "said"), ("hostname", "name")):
            out.tokens |= {
                (label, value.casefold() if label == "name" else value) for value in draft.portrait.names.get(kind, {})
            }
        own = {made.rows[n].key for n in draft.nodes}
        for decision in self.decisions:
            if decision.undone:
                continue
            if decision.kind == "split" and ({("ip", decision.other), ("mac", decision.other)} & own):
                out.forced = make_id(self.site, f"split:{decision.id}")
        return out


def zones_prefix() -> str:
    """Ids of proposed zones begin with this; what a person named never does."""
    return zones.PREFIX


def _outside(draft: _Draft) -> None:
    """Not the hospital's own: `external`. A private address in a partner's zone may as well be the partner's
    box in the hospital's rack, so that there what it was heard to be is kept, and `external` is only likely.
    """
    surely = all(n.ip and not addresses.kind(n.ip).inside for n in draft.addresses)
    stated = draft.attributes.get("type")
    if not surely and stated is not None and stated.value != "external":
        return
    weight = OUTSIDE_SURE if surely else OUTSIDE_BY_ZONE
    address = draft.addresses[0].ip if draft.addresses else ""
    source = Source("ip.address", address, "ip", weight, "outside", 1, draft.first, draft.last, NO_PACKET)
    for name in ("type", "category"):
        if surely or name not in draft.attributes:
            draft.attributes[name] = Attribute(name, "external", weight, [source])
