"""Conversations → what each device offers and uses, and with how many peers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from hinomi.inventory.endpoints import Ints, column, encode, numbers, times
from hinomi.inventory.gather import Said
from hinomi.inventory.knowledge import Knowledge
from hinomi.model import Service

VERSION_CHARS_MAX = 120
SERVICES_MAX = 400  # per device; a scanned or scanning host must not fill the memory
# A server's answer to a DHCP client's own port (RFC 2131 §4.1, RFC 8415 §7.2) is no service of the client.
CLIENT_PORTS = frozenset({68, 546})


@dataclass(slots=True)
class Link:
    """Distinct (client, server, service, proto, port) over time."""

    client: int
    server: int
    service: str
    proto: str
    port: int
    answered: bool
    first: int
    last: int


def links(conversations: pa.Table, client: Ints, server: Ints) -> list[Link]:
    """Conversation rows between known devices, merged over hours. -1 stands for no device."""
    if not conversations.num_rows:
        return []
    text = pa.string()
    service_words, (service,) = encode(column(conversations, "service", "", text))
    proto_words, (proto,) = encode(column(conversations, "proto", "", text))
    port = numbers(column(conversations, "server_port", 0, pa.int64()))
    answered = numbers(column(conversations, "answered", 0, pa.int64())) > 0
    first, last = times(conversations, "first"), times(conversations, "last")
    keep = np.flatnonzero((client >= 0) & (server >= 0) & (client != server))
    if not len(keep):
        return []
    order = np.lexsort((port[keep], proto[keep], service[keep], server[keep], client[keep]))
    rows = keep[order]
    change = np.concatenate(
        [[True], np.any([c[rows][1:] != c[rows][:-1] for c in (client, server, service, proto, port)], axis=0)]
    )
    starts = np.flatnonzero(change)
    best = rows[starts]
    any_answer = np.logical_or.reduceat(answered[rows], starts)
    lo = np.minimum.reduceat(first[rows], starts)
    hi = np.maximum.reduceat(last[rows], starts)
    return [
        Link(c, s, service_words[v], proto_words[p], d, a, f, t)
        for c, s, v, p, d, a, f, t in zip(
            client[best].tolist(),
            server[best].tolist(),
            service[best].tolist(),
            proto[best].tolist(),
            port[best].tolist(),
            any_answer.tolist(),
            lo.tolist(),
            hi.tolist(),
            strict=True,
        )
    ]


def offered_and_used(found: list[Link], count: int, knowledge: Knowledge) -> list[list[Service]]:
    """Per device its services: offered ones with their port, used ones with port 0."""
    table: list[dict[tuple[str, str, str, int], list[int]]] = [{} for _ in range(count)]
    for link in found:
        if link.proto in ("arp", "icmp", "icmp6") or (link.proto == "udp" and link.port in CLIENT_PORTS):
            continue
        if link.answered or link.service:
            _add(table[link.server], ("offers", link.service, link.proto, link.port), link)
        _add(table[link.client], ("uses", link.service, link.proto, 0), link)
    out: list[list[Service]] = []
    for slot in table:
        rows = [
            Service(name, proto, port, role, encrypted(knowledge, name, port), "", n[0], n[1], n[2])
            for (role, name, proto, port), n in slot.items()
            if name or role == "offers"
        ]
        rows.sort(key=lambda s: (s.role, s.name == "", s.port, s.name))
        out.append(rows[:SERVICES_MAX])
    return out


def versions(said: Iterable[Said], knowledge: Knowledge) -> dict[tuple[int, str, int], str]:
    """(device, service, port) → version as the server told it last. `said`: clues of `version_clues`."""
    service_of = {entry["version"]: name for name, entry in knowledge.services.items() if entry["version"]}
    out: dict[tuple[int, str, int], tuple[int, str]] = {}
    for one in said:
        key = (one.who, service_of[one.clue], one.port)
        if one.last >= out.get(key, (0, ""))[0]:
            out[key] = (one.last, one.value[:VERSION_CHARS_MAX])
    return {key: value for key, (_, value) in out.items()}


def version_clues(knowledge: Knowledge) -> frozenset[str]:
    """Clues that tell the version of a service."""
    return frozenset(entry["version"] for entry in knowledge.services.values() if entry["version"])


def tell_versions(offered: list[list[Service]], known: dict[tuple[int, str, int], str]) -> None:
    """Write versions into the services that were told of, by port where the clue has one."""
    for number, rows in enumerate(offered):
        for service in rows:
            if service.role == "offers":
                service.version = known.get((number, service.name, service.port)) or known.get(
                    (number, service.name, 0), ""
                )


def _add(slot: dict[tuple[str, str, str, int], list[int]], key: tuple[str, str, str, int], link: Link) -> None:
    row = slot.get(key)
    if row is None:
        slot[key] = [1, link.first, link.last]
        return
    row[0] += 1
    row[1] = min(row[1], link.first)
    row[2] = max(row[2], link.last)


def encrypted(knowledge: Knowledge, name: str, port: int) -> bool | None:
    """Whether the service hides its content; None where that is not known."""
    entry = knowledge.services.get(name)
    return entry["encrypted"] if entry else None
