"""Remote-maintenance paths as they were found: who comes in, to which devices, when, and what was touched.

For the register (リモート保守台帳): a person confirms a found path, names vendor and window, and from
then on each session is held against it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow.compute as pc

from hinomi.model import Device, EvidenceRef

from .remote import SCREENS, STANDING_NS, VERDICTS, declared
from .sessions import Session, sessions, visits
from .sight import Sight
from .tables import dicts, is_in
from .view import MaintenancePath, WatchView
from .who import CLINICAL

_FROM = ("partner", "dmz", "external")
_BOXES = ("vpn_gateway", "router", "firewall", "ons_router", "regional_gateway")
_AFTER_NS = 15 * 60 * 1_000_000_000  # what the reached device does this soon after counts as touched
TOUCHED_MAX = 50


@dataclass(frozen=True, slots=True)
class FoundSession:
    """One visit: the connections of one origin with one device that lie close together."""

    client: str  # Device.id, or the address
    client_ip: str
    origin_kind: str  # kind of the zone it came from
    country: str  # of the address, '' when it has none
    device: str  # Device.id of the reached device, or its address
    kind: str  # screen, tunnel or reverse
    services: tuple[str, ...]
    register: str  # one of `remote.VERDICTS`
    path: str  # id of the path that the register was asked with, '' when none
    first: int
    last: int
    count: int
    longest_ns: int
    sent_bytes: int  # from the operator's side
    received_bytes: int
    touched: tuple[str, ...]  # devices that the reached one opened sessions with meanwhile
    evidence: tuple[EvidenceRef, ...]


@dataclass(frozen=True, slots=True)
class Box:
    """The box at which a path enters the house, as far as it let itself be seen."""

    device: str
    label: str
    maker: str
    model: str
    firmware: str  # its version, '' where it says none


def found_sessions(view: WatchView, sight: Sight | None = None) -> list[FoundSession]:
    """Every remote session from a partner's line, the DMZ or outside, the quiet ones too."""
    sight = sight or Sight(view)
    touched = _touched(sight)
    found = []
    for (client, device, kind), session in sessions(sight).items():
        origin = sight.who.kind(session.client_ip, session.client)
        if origin not in _FROM:
            continue
        for visit in visits(session):
            register, path = _verdict(view, client, device, visit)
            found.append(
                FoundSession(
                    client=client, client_ip=session.client_ip, origin_kind=origin,
                    country=view.places.country(session.client_ip), device=device, kind=kind,
                    services=tuple(dict.fromkeys(visit.services)), register=register, path=path,
                    first=visit.first, last=visit.last, count=visit.count, longest_ns=visit.longest,
                    sent_bytes=visit.sent, received_bytes=visit.received,
                    touched=_meanwhile(visit, touched.get(device, [])), evidence=tuple(visit.evidence[:5]),
                )
            )  # fmt: skip
    return sorted(found, key=lambda row: (row.first, row.client, row.device))


def _verdict(view: WatchView, client: str, device: str, visit: Session) -> tuple[str, str]:
    """The worst that the register says of the visit's connections, and the path it was asked with."""
    said = []
    for span in visit.spans:
        word, path = declared(
            view.registers, client, visit.client_ip, device, span.service, span.start, span.last,
            country=view.places.country,
        )  # fmt: skip
        if word == "agreed" and span.last - span.start > STANDING_NS:
            word = "standing"
        said.append((VERDICTS.index(word), path.id if path else ""))
    worst, path_id = min(said)
    return VERDICTS[worst], path_id


def _touched(sight: Sight) -> dict[str, list[tuple[int, str]]]:
    """Device → (time, other device) of the sessions and shares it opened itself."""
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    flows = sight.flows
    opened = pc.and_(sight.having("orig", CLINICAL), is_in(flows.column("service"), SCREENS | {"smb", "ftp"}))
    table = flows.filter(opened)
    for row in dicts(table, "orig_ip", "orig_mac", "resp_ip", "resp_mac", "start"):
        near = sight.who.name(row["orig_ip"], row["orig_mac"], row["start"])
        found[near].append((row["start"], sight.who.name(row["resp_ip"], row["resp_mac"], row["start"])))
    return found


def _meanwhile(session: Session, steps: list[tuple[int, str]]) -> tuple[str, ...]:
    until = session.last + _AFTER_NS
    return tuple(sorted({other for time, other in steps if session.first <= time <= until}))[:TOUCHED_MAX]


def propose(view: WatchView, found: Iterable[FoundSession] | None = None) -> list[MaintenancePath]:
    """One path for each origin that no row of the register knows; nothing of it is approved."""
    by_client: dict[str, list[FoundSession]] = defaultdict(list)
    for row in found if found is not None else found_sessions(view):
        if row.register in ("undeclared", "wrong_peer") and row.kind != "reverse":
            by_client[row.client].append(row)
    return [
        MaintenancePath(
            id=f"found:{client}",
            vendor="",
            peers=tuple(dict.fromkeys((client, *(row.client_ip for row in rows)))),
            devices=tuple(dict.fromkeys(row.device for row in rows)),
            services=tuple(dict.fromkeys(service for row in rows for service in row.services)),
        )
        for client, rows in sorted(by_client.items())
    ]


def box_of(sight: Sight, peers: Iterable[str], devices: Iterable[str]) -> Box | None:
    """The VPN box, router or firewall of a path: an end of it, or whose Ethernet address its packets bear."""
    names = [*peers, *devices]
    for peer in peers:
        names += sorted(sight.came_by(peer))
    for name in names:
        device: Device | None = sight.who.devices.get(name)
        if device is not None and device.value("type") in _BOXES:
            return Box(
                device.id, device.label, device.value("manufacturer"), device.value("model"),
                device.value("software_version") or device.value("os"),
            )  # fmt: skip
    return None
