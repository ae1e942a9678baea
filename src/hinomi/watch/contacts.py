"""Every contact with the world: with whom, for what, from which devices, how much, in which country."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol

from . import outside
from .places import Places
from .who import parse

NEW_NS = 24 * 3600 * 1_000_000_000  # first heard this recently: new
NAMES_MAX = 20


class Talk(Protocol):
    """One pair that talks, hours joined. `client` and `server` are Device.id."""

    client: str
    server: str
    service: str
    proto: str
    port: int
    flows: int
    answered: int
    up: int
    down: int
    first: int
    last: int
    names: set[str]


@dataclass(frozen=True, slots=True)
class End:
    """What the contacts need of a device."""

    outside: bool
    type: str
    category: str
    ips: tuple[str, ...]


@dataclass(slots=True)
class Contact:
    """All talk with one destination."""

    key: str  # id of a known destination, the registered part of a name, or the address
    known: outside.Destination | None
    inward: bool = False  # the outside opened some of it
    names: Counter[str] = field(default_factory=Counter)
    ips: set[str] = field(default_factory=set)
    countries: set[str] = field(default_factory=set)
    owners: set[str] = field(default_factory=set)
    services: Counter[str] = field(default_factory=Counter)
    devices: Counter[str] = field(default_factory=Counter)  # Device.id inside → bytes
    strange: set[str] = field(default_factory=set)  # devices of a kind that the profile does not name
    odd_services: set[str] = field(default_factory=set)  # services that the profile does not name
    peers: set[str] = field(default_factory=set)  # Device.id outside
    up: int = 0  # from the hospital
    down: int = 0
    flows: int = 0
    answered: int = 0
    first: int = 0
    last: int = 0

    @property
    def category(self) -> str:
        return self.known.category if self.known else "unknown"

    def fresh(self, now: int, since: int) -> bool:
        """New: first heard within a day of `now`, although the tap had listened for a day before that."""
        return self.first > now - NEW_NS and self.first - since > NEW_NS


def contacts(talks: Iterable[Talk], end: Callable[[str], End | None], places: Places) -> list[Contact]:
    """Contacts with the outside, the largest upload first."""
    found: dict[str, Contact] = {}
    for talk in talks:
        client, server = end(talk.client), end(talk.server)
        if client is None or server is None or client.outside == server.outside:
            continue
        inward = client.outside
        near, far = (server, client) if inward else (client, server)
        near_id, far_id = (talk.server, talk.client) if inward else (talk.client, talk.server)
        names = () if inward else sorted(name for name in talk.names if name and parse(name) is None)
        known = _known(names, far.ips) or outside.by_near_type().get(near.type)
        key = known.id if known else outside.owner_part(names[0]) if names else (far.ips[0] if far.ips else far_id)
        one = found.setdefault(key, Contact(key, known, first=talk.first))
        service = talk.service or f"{talk.proto}/{talk.port}"
        one.inward |= inward
        one.names.update(dict.fromkeys(names[:NAMES_MAX], talk.flows))
        one.ips.update(far.ips)
        one.peers.add(far_id)
        one.services[service] += talk.flows
        one.devices[near_id] += talk.up + talk.down
        one.up += talk.down if inward else talk.up
        one.down += talk.up if inward else talk.down
        one.flows += talk.flows
        one.answered += talk.answered
        one.first, one.last = min(one.first, talk.first), max(one.last, talk.last)
        if known and not fits(known, near.type):
            one.strange.add(near_id)
        if known and known.services and service not in known.services:
            one.odd_services.add(service)
    for one in found.values():
        one.countries = {code for ip in one.ips if (code := places.country(ip))}
        one.owners = {owner for ip in one.ips if (owner := places.owner(ip))}
    return sorted(found.values(), key=lambda one: (-one.up, one.key))


def fits(known: outside.Destination, type: str) -> bool:
    """Whether a device of this type is one that uses it. A device whose type nobody knows breaks no profile."""
    return not known.from_types or type in ("", "unknown", *known.from_types)


def _known(names: Iterable[str], ips: Iterable[str]) -> outside.Destination | None:
    for name in names:
        entry = outside.known(name)
        if entry is not None:
            return entry
    for ip in ips:
        entry = outside.known("", ip)
        if entry is not None:
            return entry
    return None


def by_purpose(found: Iterable[Contact]) -> dict[str, list[Contact]]:
    """The contacts under each category."""
    shelves: dict[str, list[Contact]] = defaultdict(list)
    for one in found:
        shelves[one.category].append(one)
    return shelves
