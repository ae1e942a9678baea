"""Somebody works from afar on a clinical device: a screen, a shell, or a tunnel from another network.

The common thread of the cases that struck Japanese hospitals. Recognised by what is spoken, not by
the port; where only the port says so, the finding is a hint and says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from hinomi.model import Severity

from ..draft import Facts, describe, make, words
from ..meta import Limit, Meta, Raised
from ..remote import BREACHES, STANDING_NS, UNKNOWN, declared
from ..sessions import HINT_BYTES_MIN, Session, Span, sessions
from ..severity import SECOND, higher, lower
from ..sight import Sight
from ..view import MaintenancePath
from ..who import CLINICAL, is_medical, is_people

META = Meta(
    id="remote_session_into_clinical",
    severity=Severity.MEDIUM,
    severity_max=Severity.HIGH,
    attack=("T1133", "T1021", "T1219", "T1572", "T0822", "T0886"),
    reads=("flow",),
    response="remote",
    limits=(
        Limit("always_open_h", 12, "a session open for longer is told as a standing one"),
        Limit("habit_days", 3, "days on which the two met before their hours are known"),
        Limit("odd_hours", 3, "hours of the day away from every earlier meeting"),
        Limit("callers_max", 5, "callers from outside at one door beyond which they are told as one"),
        Limit("hint_bytes_min", HINT_BYTES_MIN, "bytes each way before a port alone is taken as a hint"),
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


def detect(sight: Sight) -> Iterator[Raised]:
    for key, session in _crowds(sight, sessions(sight)).items():
        base, top, origin = _weigh(sight, session)
        if base is not None:
            yield from _tell(sight, key, session, base, top, origin)


def _crowds(sight: Sight, found: dict[tuple[str, str, str], Session]) -> dict[tuple[str, str, str], Session]:
    """Many strangers at one door of the border are one story: the first stands for all."""
    doors: dict[tuple[str, str], list[tuple[str, str, str]]] = {}
    for key, session in found.items():
        if session.kind != "reverse" and sight.who.kind(session.client_ip, session.client) == "external":
            doors.setdefault((key[1], key[2]), []).append(key)
    for (server, kind), keys in doors.items():
        if len(keys) <= META.limit("callers_max"):
            continue
        keys.sort(key=lambda key: found[key].first)
        whole = found[keys[0]].part(span for key in keys for span in found[key].spans)
        for key in keys:
            del found[key]
        found[("many", server, kind)] = whole
    return found


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
    """One finding for what goes without saying, and one for each way in which the register was not kept."""
    parts: dict[str, list[Span]] = {}
    paths: dict[str, MaintenancePath] = {}
    for span in session.spans:
        verdict, path = declared(
            sight.view.registers, key[0], session.client_ip, key[1], span.service, span.start, span.last,
            country=sight.view.places.country,
        )  # fmt: skip
        if verdict == "agreed" and session.kind == "screen" and span.last - span.start > STANDING_NS:
            verdict = "standing"
        if verdict == "agreed" and path is not None and not (path.windows or path.weekly) and _odd(sight, key, span):
            verdict = "odd_hours"
        parts.setdefault(verdict, []).append(span)
        if path is not None:
            paths.setdefault(verdict, path)
    if "undeclared" in parts and "unapproved" in parts:  # one finding: the path as a whole has no name under it
        parts["undeclared"] += parts.pop("unapproved")
    for verdict, spans in parts.items():
        yield _one(sight, key, session.part(spans), base, top, origin, verdict, paths.get(verdict))


def _odd(sight: Sight, key: tuple[str, str, str], span: Span) -> bool:
    """Agreed without a time, and at an hour at which these two never met, though they met on several days."""
    known, days = sight.usual.hours(key[1], key[0], span.start)
    if days < META.limit("habit_days"):
        return False
    hour = datetime.fromtimestamp(span.start // SECOND, ZoneInfo("Asia/Tokyo")).hour
    away = min((min(abs(hour - other), 24 - abs(hour - other)) for other in known), default=0)
    return away >= META.limit("odd_hours")


def _one(
    sight: Sight, key: tuple[str, str, str], session: Session, base: Severity, top: Severity, origin: str,
    register: str, path: MaintenancePath | None,
) -> Raised:  # fmt: skip
    confidence = 0.95
    if session.hint:
        base, confidence = lower(base), 0.45
        top = Severity.MEDIUM
    if register == "agreed":
        base = top = Severity.INFO
    elif register == "odd_hours":
        base, top = Severity.MEDIUM, Severity.MEDIUM
    elif register == "standing":
        base = top = min(base, Severity.MEDIUM, key=list(Severity).index)
    elif register in BREACHES and not (register == "wrong_peer" and origin not in _ORIGIN_BASE):
        base = higher(base, top)
    variant = "hint" if session.hint and session.kind == "screen" else session.kind
    facts: Facts = {
        "variant": variant,
        "service": words(session.services),
        "origin_kind": origin,
        "register": register,
        "vendor": path.vendor if path else "—",
        "country": sight.view.places.country(session.client_ip) or "—",
        "names": words(session.names) or ["—"],
        "longest_s": session.longest / SECOND,
        "open_for": "standing" if session.longest > META.limit("always_open_h") * 3600 * SECOND else "ordinary",
        "sent_bytes": session.sent,
        "received_bytes": session.received,
        **describe(sight, "client", session.client_ip, session.client),
    }
    box = f"box:{key[1]}"
    item = make(
        sight, META, key if register in UNKNOWN else (*key, register),
        causes=[box] if session.kind == "tunnel" else [],
        device=session.server, ip=session.server_ip, actor=key[1] if key[0] == "many" else key[0], targets=[key[1]],
        others=[key[0]], base=base, top=top, confidence=confidence, facts=facts, first=session.first,
        last=session.last, count=session.count, evidence=session.evidence,
    )  # fmt: skip
    if session.kind == "tunnel":  # an agreed one too: the intruder may have come by it
        item.grows = Severity.MEDIUM
    return item
