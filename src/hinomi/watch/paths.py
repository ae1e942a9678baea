"""Remote-maintenance paths as they were found: who comes in, to which devices, when, and what was touched.

For the register (リモート保守台帳): a person confirms a found path, names vendor and window, and from
then on each session is held against it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import pyarrow.compute as pc

from hinomi.model import EvidenceRef

from .detections.remote_session_into_clinical import Session, sessions
from .remote import SCREENS, declared
from .sight import Sight
from .tables import dicts, is_in
from .view import MaintenancePath, WatchView
from .who import CLINICAL

_FROM = ("partner", "dmz", "external")


@dataclass(frozen=True, slots=True)
class FoundSession:
    """All sessions of one origin with one device."""

    client: str  # Device.id, or the address
    client_ip: str
    origin_kind: str  # kind of the zone it came from
    device: str  # Device.id of the reached device, or its address
    kind: str  # screen, tunnel or reverse
    services: tuple[str, ...]
    register: str  # agreed, outside_window, wrong_target, wrong_service or undeclared
    first: int
    last: int
    count: int
    longest_ns: int
    sent_bytes: int  # from the operator's side
    received_bytes: int
    touched: tuple[str, ...]  # devices that the reached one opened sessions with meanwhile
    evidence: tuple[EvidenceRef, ...]


def found_sessions(view: WatchView) -> list[FoundSession]:
    """Every remote session from a partner's line, the DMZ or outside, the quiet ones too."""
    sight = Sight(view)
    touched = _touched(sight)
    rows = []
    for (client, device, kind), session in sessions(sight).items():
        origin = sight.who.kind(session.client_ip, session.client)
        if origin not in _FROM:
            continue
        services = tuple(dict.fromkeys(session.services))
        verdicts = [
            declared(view.registers, client, session.client_ip, device, service, session.first, session.last)[0]
            for service in services
        ]
        rows.append(
            FoundSession(
                client=client, client_ip=session.client_ip, origin_kind=origin, device=device, kind=kind,
                services=services, register=next((v for v in verdicts if v != "agreed"), "agreed"),
                first=session.first, last=session.last, count=session.count, longest_ns=session.longest,
                sent_bytes=session.sent, received_bytes=session.received,
                touched=tuple(sorted(_meanwhile(session, touched.get(device, [])))),
                evidence=tuple(session.evidence[:5]),
            )
        )  # fmt: skip
    return sorted(rows, key=lambda row: (row.first, row.client, row.device))


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


def _meanwhile(session: Session, steps: list[tuple[int, str]]) -> set[str]:
    return {other for time, other in steps if session.first <= time <= session.last}


def propose(view: WatchView) -> list[MaintenancePath]:
    """One path for each origin that no row of the register knows; nothing of it is approved."""
    by_client: dict[str, list[FoundSession]] = defaultdict(list)
    for row in found_sessions(view):
        if row.register == "undeclared" and row.kind != "reverse":
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
