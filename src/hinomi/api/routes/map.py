"""The map: zones as rooms, what runs between them, and the devices behind a conduit."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Annotated, Literal

from fastapi import APIRouter, Query

from hinomi.api import shapes
from hinomi.api.deps import TheLook
from hinomi.api.look import OUTSIDE_ZONE, Look, Talk
from hinomi.api.shapes import Words
from hinomi.api.words import when, when_or_none, zone_words
from hinomi.watch import knowledge

router = APIRouter(prefix="/api", tags=["map"])

_SERVICES_SHOWN_MAX = 6


def _room(look: Look, id: str) -> tuple[str, Words, bool]:
    zone = look.zones.get(id)
    if zone is not None:
        return zone.kind, zone_words(zone), zone.by_person
    kind = knowledge.kinds()["external" if id == OUTSIDE_ZONE else "unknown"]
    return kind.id, Words(ja=kind.ja, en=kind.en), False


@router.get("/map")
def map_(look: TheLook) -> shapes.Map:
    """Zones and what runs between them, over all that was read. Devices are only counted here."""
    return look.memo("map", lambda: _map(look))


def _map(look: Look) -> shapes.Map:
    placed: dict[str, list[str]] = defaultdict(list)
    for id in look.summaries:
        placed[look.place(id)].append(id)
    for id in look.zones:
        placed.setdefault(id, [])
    zones = []
    for place, ids in placed.items():
        kind, name, by_person = _room(look, place)
        named = {finding.id for id in ids for finding in look.waiting_by_device.get(id, ())}
        zones.append(
            shapes.MapZone(
                id=place,
                kind=kind,
                name=name,
                by_person=by_person,
                outside=place == OUTSIDE_ZONE or kind == "external",
                devices=len(ids),
                in_use=sum(1 for id in ids if look.in_use(id) == "yes"),
                unknown=sum(1 for id in ids if look.summaries[id].type in ("", "unknown")),
                findings=len(named),
            )
        )
    zones.sort(key=lambda zone: zone.id)
    span = look.span
    return shapes.Map(
        zones=zones,
        conduits=conduits(look, look.talks),
        first=when_or_none(span[0] if span else 0),
        last=when_or_none(span[1] if span else 0),
    )


def conduits(look: Look, talks: Iterable[Talk]) -> list[shapes.Conduit]:
    """What runs between two zones, heaviest first."""
    between: dict[tuple[str, str], list[Talk]] = defaultdict(list)
    for talk in talks:
        a, b = look.place(talk.client), look.place(talk.server)
        if a != b:
            between[min(a, b), max(a, b)].append(talk)
    found = [_conduit(look, a, b, some) for (a, b), some in between.items()]
    return sorted(found, key=lambda conduit: -(conduit.bytes_ab + conduit.bytes_ba))


def _conduit(look: Look, a: str, b: str, talks: list[Talk]) -> shapes.Conduit:
    volume: Counter[str] = Counter()
    pairs = set()
    asked_by = set()
    ab = ba = 0
    for talk in talks:
        from_a = look.place(talk.client) == a
        asked_by.add("a" if from_a else "b")
        ab += talk.up if from_a else talk.down
        ba += talk.down if from_a else talk.up
        volume[talk.service or f"{talk.proto}/{talk.port}"] += talk.up + talk.down
        pairs.add((talk.client, talk.server))
    opened: Literal["a", "b", "both"] = "both" if len(asked_by) > 1 else "a" if "a" in asked_by else "b"
    return shapes.Conduit(
        a=a,
        b=b,
        bytes_ab=ab,
        bytes_ba=ba,
        flows=sum(talk.flows for talk in talks),
        pairs=len(pairs),
        services=[name for name, _ in volume.most_common(_SERVICES_SHOWN_MAX)],
        findings=_findings_between(look, pairs),
        opened_by=opened,
        first=when(min(talk.first for talk in talks)),
        last=when(max(talk.last for talk in talks)),
    )


def _findings_between(look: Look, pairs: set[tuple[str, str]]) -> list[str]:
    """Waiting findings about a pair that talks here: worst first."""
    found = dict.fromkeys(
        finding.id for finding in look.waiting if any(look.parties[finding.id].issuperset(pair) for pair in pairs)
    )
    return list(found)


@router.get("/conversations")
def conversations(
    look: TheLook,
    device: str | None = None,
    zone: str | None = None,
    other_zone: str | None = None,
    service: str | None = None,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> shapes.ConversationPage:
    """Who talked to whom with what, largest first. `zone` and `other_zone` together name a conduit."""
    talks = look.talks_of.get(device, []) if device else look.talks

    def passes(talk: Talk) -> bool:
        if service is not None and (talk.service or f"{talk.proto}/{talk.port}") != service:
            return False
        if zone is None and other_zone is None:
            return True
        ends = {look.place(talk.client), look.place(talk.server)}
        if zone is not None and other_zone is not None:
            return ends == {zone, other_zone}
        return (zone or other_zone) in ends

    found = [talk for talk in talks if passes(talk)]
    return shapes.ConversationPage(
        items=[conversation(look, talk) for talk in found[offset : offset + limit]],
        total=len(found),
        offset=offset,
    )


def conversation(look: Look, talk: Talk) -> shapes.Conversation:
    return shapes.Conversation(
        client=look.ref(talk.client),
        server=look.ref(talk.server),
        service=talk.service,
        proto=talk.proto,
        port=talk.port,
        name=", ".join(sorted(talk.names)[:3]),
        flows=talk.flows,
        answered=talk.answered,
        bytes_client=talk.up,
        bytes_server=talk.down,
        encrypted=talk.encrypted,
        first=when(talk.first),
        last=when(talk.last),
    )
