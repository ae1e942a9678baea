"""What the remote sessions say: are they registered, do they come straight from outside?"""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow.compute as pc

from hinomi.duties.evidence import DutiesView, Line, Said, Word
from hinomi.model import EvidenceRef
from hinomi.watch.remote import SCREENS, TUNNELS, declared
from hinomi.watch.sessions import sessions as heard
from hinomi.watch.sight import Sight
from hinomi.watch.tables import rows
from hinomi.watch.who import OUTSIDE, PARTNER


def _sessions(view: DutiesView, from_bits: int) -> Iterator[tuple[Line, str]]:
    """Answered remote-control and tunnel sessions from outside or a partner to the inside, each pair of ends and
    service once, with the register's word.

    The box on which a vendor's VPN ends stands in the DMZ: a session from outside to it counts, and so does a tunnel
    that a partner's line brings to it; one between two machines of partners does not.
    """
    sight = view.sight
    mask = pc.and_(sight.service_in(*SCREENS, *TUNNELS), sight.answered)
    mask = pc.and_(mask, pc.and_(sight.having("orig", from_bits), sight.not_having("resp", OUTSIDE)))
    beside = pc.and_(sight.having("orig", PARTNER, OUTSIDE), sight.having("resp", PARTNER))
    mask = pc.and_(mask, pc.or_(pc.invert(beside), sight.service_in(*TUNNELS)))
    seen = set()
    for c_ip, c_mac, s_ip, s_mac, service, start, last, capture, packet, offset in rows(
        sight.flows.filter(mask),
        "orig_ip",
        "orig_mac",
        "resp_ip",
        "resp_mac",
        "service",
        "start",
        "last",
        "capture",
        "packet",
        "offset",
    ):
        ends = (_kind(sight, c_ip), _kind(sight, s_ip))
        if service in TUNNELS and (ends == ("dmz", "dmz") or ends[1] == "partner"):
            continue
        client = sight.who.name(c_ip, c_mac, start)
        server = sight.who.name(s_ip, s_mac, start)
        if (client, server, service) in seen:
            continue
        seen.add((client, server, service))
        word, _ = declared(view.watch.registers, client, c_ip, server, service, start, last)
        what = f"{service} ← {sight.who.label(client)} ({c_ip})"
        ref = EvidenceRef(str(capture), int(packet), int(offset))
        yield Line(server, sight.who.label(server), what, start, last, ref), word


def _kind(sight: Sight, ip: str) -> str:
    zone = sight.who.zone(ip)
    return zone.kind if zone else ""


def _dialled_out(view: DutiesView) -> Iterator[tuple[Line, str]]:
    """Remote tools with which a device inside calls out and lets somebody in, each pair of ends and service once."""
    sight = view.sight
    for session in heard(sight).values():
        seen = set()
        for span in session.spans if session.kind == "reverse" else ():
            if span.hint or span.service in seen:
                continue
            seen.add(span.service)
            client = session.client.id if session.client else session.client_ip
            server = session.server.id if session.server else session.server_ip
            word, _ = declared(
                view.watch.registers, client, session.client_ip, server, span.service, span.start, span.last
            )
            what = f"{span.service} → {span.name or session.client_ip}"
            yield Line(server, sight.who.label(server), what, span.start, span.last, span.evidence), word


def sessions(view: DutiesView) -> list[tuple[Line, str]]:
    """Every remote session from outside or a partner, or by a tool that calls out, with the register's word."""
    return [*_sessions(view, OUTSIDE | PARTNER), *_dialled_out(view)]


def remote_maintenance(view: DutiesView) -> Said:
    """2-②: is there a remote session that nobody registered?"""
    found = sessions(view)
    strange = [line for line, word in found if word != "agreed"]
    if strange:
        return Said(Word.CONTRADICTED, {"count": len(strange)}, strange)
    if found:
        return Said(Word.NOT_CONTRADICTED, {"count": len(found)}, [line for line, _ in found])
    return Said(Word.UNKNOWN, {"count": 0})


def remote_without_gateway(view: DutiesView) -> Said:
    """2-⑩: remote control that comes straight from outside or a partner, not through a VPN."""
    lines = [line for line, _ in _sessions(view, OUTSIDE | PARTNER) if line.what.split(" ")[0] in SCREENS]
    return Said(Word.PERSON, {"count": len(lines)}, lines)


def source_restriction(view: DutiesView) -> Said:
    """2-⑬: did an unregistered outside peer get an answer from remote control or VPN inside?"""
    lines = [line for line, word in _sessions(view, OUTSIDE) if word in ("undeclared", "wrong_peer", "ended")]
    return Said(Word.CONTRADICTED if lines else Word.UNKNOWN, {"count": len(lines)}, lines)
