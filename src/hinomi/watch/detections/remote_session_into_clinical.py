"""Somebody works from afar on a clinical device: a screen, a shell, or a tunnel from another network.

The common thread of the cases that struck Japanese hospitals. Recognised by what is spoken, not by
the port; where only the port says so, the finding is a hint and says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pyarrow.compute as pc

from hinomi.model import Device, EvidenceRef, Severity

from .. import outside
from ..draft import Facts, describe, make, words
from ..meta import Limit, Meta, Raised
from ..remote import HINTS, REVERSE, SCREENS, TUNNELS, declared
from ..severity import SECOND, higher, lower
from ..sight import Sight, clean_name
from ..tables import by_value, is_in, rows
from ..who import CLINICAL, GROUP, OUTSIDE, is_medical, is_people

META = Meta(
    id="remote_session_into_clinical",
    severity=Severity.MEDIUM,
    severity_max=Severity.HIGH,
    attack=("T1133", "T1021", "T1219", "T1572", "T0822", "T0886"),
    reads=("flow",),
    response="remote",
    limits=(
        Limit("always_open_h", 12, "a session open for longer is told as a standing one"),
        Limit("hint_bytes_min", 64, "bytes each way before a port alone is taken as a hint"),
    ),
    blind_spots=(
        "A session that ends on the VPN box itself and goes on inside as ordinary traffic of that box.",
        "Remote tools that speak TLS to a destination without a name that is known as such.",
        "Sessions within one zone: those are looked at as lateral movement.",
    ),
    order=40,
)

_ORIGIN_BASE = {
    "external": Severity.HIGH,
    "guest": Severity.HIGH,
    "partner": Severity.MEDIUM,
    "dmz": Severity.MEDIUM,
    "building": Severity.MEDIUM,
}


@dataclass(slots=True)
class Session:
    """All connections of one kind between one origin and one reached device."""

    client: Device | None
    client_ip: str
    server: Device | None  # the clinical end
    server_ip: str
    kind: str  # screen, tunnel or reverse
    hint: bool
    first: int
    last: int
    count: int = 0
    longest: int = 0
    sent: int = 0
    received: int = 0
    services: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    evidence: list[EvidenceRef] = field(default_factory=list)


_WRAPS = ("esp", "gre")  # IP protocols that only carry others
_COLUMNS = (
    "orig_ip", "orig_mac", "resp_ip", "resp_mac", "resp_port", "proto", "service", "sni", "start", "last",
    "orig_payload", "resp_payload", "capture", "packet", "offset",
)  # fmt: skip


def sessions(sight: Sight) -> dict[tuple[str, str, str], Session]:
    """(client, reached device, kind) → its sessions, the ordinary ones too."""
    found: dict[tuple[str, str, str], Session] = {}
    for flow in _inward(sight):
        _add(sight, found, flow, reverse=False)
    for flow in _outward(sight):
        _add(sight, found, flow, reverse=True)
    return found


def detect(sight: Sight) -> Iterator[Raised]:
    for key, session in sessions(sight).items():
        base, top, origin = _weigh(sight, session)
        if base is not None:
            yield from _tell(sight, key, session, base, top, origin)


def _inward(sight: Sight) -> Iterator[dict[str, Any]]:
    flows = sight.flows
    # Of the rest of the house only what comes from outside is looked at here.
    border = pc.and_(sight.having("orig", OUTSIDE), sight.not_having("resp", OUTSIDE | GROUP))
    clinical = pc.or_(sight.having("resp", CLINICAL), border)
    spoken = pc.or_(is_in(flows.column("service"), SCREENS | TUNNELS | REVERSE), is_in(flows.column("proto"), _WRAPS))
    hinted = pc.and_(pc.is_null(flows.column("service")), pc.is_in(flows.column("resp_port"), _ports(flows)))
    hinted = pc.and_(hinted, is_in(flows.column("proto"), ("tcp",)))
    least = int(META.limit("hint_bytes_min"))
    talked = pc.and_(
        pc.greater_equal(flows.column("orig_payload"), least), pc.greater_equal(flows.column("resp_payload"), least)
    )
    heard = is_in(flows.column("outcome"), ("answered", "half_heard"))
    mask = pc.and_(pc.and_(clinical, heard), pc.or_(spoken, pc.and_(hinted, talked)))
    for row in rows(flows.filter(mask), *_COLUMNS):
        yield dict(zip(_COLUMNS, row, strict=True))


def _ports(flows: Any) -> Any:
    import pyarrow as pa

    return pa.array(sorted(HINTS), flows.schema.field("resp_port").type)


def _outward(sight: Sight) -> Iterator[dict[str, Any]]:
    """Remote tools that the reached device dials out with, and tunnels it opens itself."""
    flows = sight.flows
    tools = by_value(flows.column("sni"), _is_tool)
    mask = pc.and_(
        pc.and_(sight.having("orig", CLINICAL), sight.having("resp", OUTSIDE)),
        is_in(flows.column("outcome"), ("answered", "half_heard")),
    )
    spoken = pc.or_(is_in(flows.column("service"), REVERSE | TUNNELS), is_in(flows.column("proto"), _WRAPS))
    for row in rows(flows.filter(pc.and_(mask, pc.or_(spoken, tools))), *_COLUMNS):
        yield dict(zip(_COLUMNS, row, strict=True))


def _is_tool(name: str) -> bool:
    known = outside.known(name)
    return known is not None and known.category == "remote_tool"


def _add(sight: Sight, sessions: dict[tuple[str, str, str], Session], flow: dict[str, Any], reverse: bool) -> None:
    near = sight.who.device(flow["orig_ip"], flow["orig_mac"], flow["start"])
    far = sight.who.device(flow["resp_ip"], flow["resp_mac"], flow["start"])
    client, server = (far, near) if reverse else (near, far)
    client_ip, server_ip = (flow["resp_ip"], flow["orig_ip"]) if reverse else (flow["orig_ip"], flow["resp_ip"])
    service = flow["proto"] if flow["proto"] in _WRAPS else flow["service"] or ""
    name = clean_name(flow["sni"] or "")
    hint = False
    if service not in SCREENS | TUNNELS | REVERSE:
        known = outside.known(name)
        if known and known.category == "remote_tool":
            service = known.id
        else:
            service, hint = HINTS[flow["resp_port"]], True
    kind = "reverse" if reverse else "tunnel" if service in TUNNELS else "screen"
    key = (client.id if client else client_ip, server.id if server else server_ip, kind)
    session = sessions.get(key)
    if session is None:
        session = Session(client, client_ip, server, server_ip, kind, hint, flow["start"], flow["last"])
        sessions[key] = session
    session.first = min(session.first, flow["start"])
    session.last = max(session.last, flow["last"])
    session.longest = max(session.longest, flow["last"] - flow["start"])
    session.count += 1
    session.sent += flow["orig_payload"]
    session.received += flow["resp_payload"]
    session.hint = session.hint and hint
    session.services.append(service)
    session.names.append(name)
    session.evidence.append(EvidenceRef(flow["capture"], flow["packet"], flow["offset"]))


def _weigh(sight: Sight, session: Session) -> tuple[Severity | None, Severity, str]:
    """Severity before context (null: ordinary, nothing to say), its ceiling, and the origin."""
    who = sight.who
    origin = who.kind(session.client_ip, session.client)
    there = who.kind(session.server_ip, session.server)
    if session.server is not None and session.server.outside:
        return None, META.severity_max, origin
    if session.kind == "reverse":
        if session.server is not None and is_people(session.server) and not is_medical(session.server):
            return Severity.LOW, Severity.LOW, origin
        return META.severity, META.severity_max, origin
    if origin == "external" and not sight.who.traits(session.server_ip) & CLINICAL:
        # The border itself. A VPN box is there to be called, so its calls are listed and weigh by
        # what follows them (`story.py`); a screen or shell open to everybody outside asks at once.
        base = Severity.LOW if session.kind == "tunnel" else META.severity
        return base, base, origin
    if origin in _ORIGIN_BASE:
        return _ORIGIN_BASE[origin], META.severity_max, origin
    if origin == "management" or _same_place(sight, session):
        return None, META.severity_max, origin
    if session.client is not None and session.client.value("type") == "maintenance_host":
        return Severity.LOW, META.severity_max, origin
    if there == "server" or origin == "server":
        # Administration between offices and server room is everyday work; its spread is watched elsewhere.
        return None, META.severity_max, origin
    return Severity.MEDIUM, Severity.MEDIUM, origin


def _same_place(sight: Sight, session: Session) -> bool:
    mine = sight.who.zone(session.client_ip, session.client)
    theirs = sight.who.zone(session.server_ip, session.server)
    if mine is not None and theirs is not None:
        return mine.id == theirs.id
    return session.client_ip.rpartition(".")[0] == session.server_ip.rpartition(".")[0]


def _tell(
    sight: Sight, key: tuple[str, str, str], session: Session, base: Severity, top: Severity, origin: str
) -> Iterator[Raised]:
    services = words(session.services)
    verdicts = [
        declared(sight.view.registers, key[0], session.client_ip, key[1], service, session.first, session.last)
        for service in services
    ]
    register, path = next((verdict for verdict in verdicts if verdict[0] != "agreed"), verdicts[0])
    confidence = 0.95
    if session.hint:
        base, confidence = lower(base), 0.45
        top = Severity.MEDIUM
    if register == "agreed":
        base = top = Severity.INFO
    elif register in ("outside_window", "wrong_target", "wrong_service"):
        base = higher(base, top)
    variant = "hint" if session.hint and session.kind == "screen" else session.kind
    facts: Facts = {
        "variant": variant,
        "service": services,
        "origin_kind": origin,
        "register": register,
        "vendor": path.vendor if path else "—",
        "names": words(session.names) or ["—"],
        "longest_s": session.longest / SECOND,
        "open_for": "standing" if session.longest > META.limit("always_open_h") * 3600 * SECOND else "ordinary",
        "sent_bytes": session.sent,
        "received_bytes": session.received,
        **describe(sight, "client", session.client_ip, session.client),
    }
    box = f"box:{key[1]}"
    item = make(
        sight, META, key, causes=[box] if session.kind == "tunnel" else [],
        device=session.server, ip=session.server_ip, actor=key[0], targets=[key[1]],
        others=[key[0]], base=base, top=top, confidence=confidence, facts=facts, first=session.first,
        last=session.last, count=session.count, evidence=session.evidence,
    )  # fmt: skip
    if session.kind == "tunnel" and register != "agreed":
        item.grows = Severity.MEDIUM
    yield item
