"""Devices: the list, and one device with the proof of everything that is said about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query

from hinomi.api import shapes
from hinomi.api.deps import TheActor, TheHome, TheLook
from hinomi.api.findings_text import evidence, rows
from hinomi.api.look import Look, Talk
from hinomi.api.problems import not_found
from hinomi.api.readings import folded
from hinomi.api.words import for_people, type_words, value_words, when, when_or_none
from hinomi.model import Attribute, Device, EvidenceRef, Interval, Severity, Source
from hinomi.store.state.shapes import DeviceSummary

router = APIRouter(prefix="/api/devices", tags=["devices"])

Sort = Literal[
    "label", "type", "manufacturer", "model", "zone", "ip", "os", "type_confidence", "in_use", "findings",
    "first", "last",
]  # fmt: skip
ZONES_MAX = 500  # zones to choose from, those with the most devices; the search finds the others by name
_RANK = {severity: rank for rank, severity in enumerate(Severity)}
_USE = {"yes": 0, "unknown": 1, "no": 2, "none": 3}


@dataclass(slots=True)
class Filter:
    """What the list shows. The same question asks for the list and for its export."""

    q: Annotated[str, Query(max_length=200)] = ""
    zone: str | None = None
    category: str | None = None
    type: str | None = None
    outside: bool | None = None
    unknown: bool | None = None
    finding: bool | None = None
    in_use: shapes.InUse | None = None
    sort: Sort = "findings"
    descending: bool = False

    def passing(self, look: Look, items: list[DeviceSummary], *, but: str = "") -> list[DeviceSummary]:
        """Those of `items` that pass; `but` names a filter to leave out. One condition after the other, because
        most are not asked for and a house may have 50,000 devices."""
        if self.zone is not None and but != "zone":
            items = [item for item in items if item.zone == self.zone]
        if self.type is not None and but != "type":
            items = [item for item in items if (item.type or "unknown") == self.type]
        if self.category is not None:
            items = [item for item in items if item.category == self.category]
        if self.outside is not None:
            items = [item for item in items if item.outside == self.outside]
        if self.unknown is not None:
            items = [item for item in items if (item.type in ("", "unknown")) == self.unknown]
        if self.finding is not None:
            items = [item for item in items if bool(item.open_findings) == self.finding]
        if self.in_use is not None:
            items = [item for item in items if look.in_use(item.id) == self.in_use]
        return items

    def found(self, look: Look) -> list[DeviceSummary]:
        """Devices that hold every word of the search, in order."""
        items = _in_order(look, self.sort, self.descending)
        words = folded(self.q).split()
        if not words:
            return items
        hits = set.intersection(*(look.holding(word) for word in words))
        return [item for item in items if item.id in hits]

    def listed(self, look: Look, found: list[DeviceSummary]) -> list[DeviceSummary]:
        """Those that pass."""
        return self.passing(look, found)

    @property
    def narrows(self) -> bool:
        """Whether anything beside the search leaves devices out."""
        asked = (self.zone, self.type, self.category, self.outside, self.unknown, self.finding, self.in_use)
        return any(one is not None for one in asked)


TheFilter = Annotated[Filter, Depends()]


def _in_order(look: Look, sort: Sort, descending: bool) -> list[DeviceSummary]:
    """All devices in an order, equal ones by name; kept while the look lasts (there are twice as many as sorts)."""
    return look.memo(
        f"devices.{sort}.{descending}", lambda: sorted(look.by_label, key=_order(look, sort), reverse=descending)
    )


def _order(look: Look, sort: Sort) -> Callable[[DeviceSummary], Any]:
    keys: dict[Sort, Callable[[DeviceSummary], Any]] = {
        "label": lambda item: item.label.lower(),
        "type": lambda item: (item.type in ("", "unknown"), item.category, item.type),
        "manufacturer": lambda item: (not item.manufacturer, item.manufacturer.lower()),
        "model": lambda item: (not item.model, item.model.lower()),
        "zone": lambda item: (item.outside, not item.zone, item.zone),
        "ip": lambda item: (not item.ips, _ip_key(next(iter(for_people(item.ips)), ""))),
        "os": lambda item: (not item.os, item.os.lower()),
        "type_confidence": lambda item: -item.type_confidence,
        "in_use": lambda item: _USE[look.in_use(item.id)],
        # What needs a person first, then our own devices, then the world.
        "findings": lambda item: (-_RANK[item.worst] if item.worst else 1, -item.open_findings, item.outside),
        "first": lambda item: item.first,
        "last": lambda item: -item.last,
    }
    return keys[sort]


def _ip_key(ip: str) -> tuple[int, ...]:
    parts = ip.split(".")
    return tuple(int(part) for part in parts) if all(part.isdigit() for part in parts) else (999,)


def row(look: Look, item: DeviceSummary) -> shapes.DeviceRow:
    return shapes.DeviceRow(
        id=item.id,
        label=item.label,
        category=item.category or "unknown",
        type=item.type or "unknown",
        type_words=type_words(item.type),
        type_confidence=item.type_confidence,
        manufacturer=item.manufacturer,
        model=item.model,
        serial=item.serial,
        software_version=item.software_version,
        os=item.os,
        hostname=item.hostname,
        department=item.department,
        zone=item.zone or None,
        outside=item.outside,
        ips=for_people(item.ips),
        macs=list(item.macs),
        services=list(item.services),
        in_use=look.in_use(item.id),
        open_findings=item.open_findings,
        worst=item.worst,
        first=when(item.first),
        last=when(item.last),
    )


Facets = list[shapes.Facet]


def _facets(
    look: Look, filter: Filter, found: list[DeviceSummary], items: list[DeviceSummary]
) -> tuple[Facets, Facets]:
    """Types by how many there are, zones by id: of what the filter would show without the one or the other."""
    others = items if filter.type is None else filter.passing(look, found, but="type")
    types = Counter(map(attrgetter("type"), others))
    if "" in types:
        types["unknown"] += types.pop("")
    others = items if filter.zone is None else filter.passing(look, found, but="zone")
    zones = Counter(map(attrgetter("zone"), others))
    del zones[""]
    return (
        [shapes.Facet(id=id, count=count) for id, count in types.most_common()],
        [shapes.Facet(id=id, count=count) for id, count in sorted(zones.most_common(ZONES_MAX))],
    )


@router.get("")
def devices(
    look: TheLook,
    filter: TheFilter,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> shapes.DevicePage:
    """The device list."""
    found = filter.found(look)
    items = filter.listed(look, found)
    if filter.narrows or filter.q.strip():
        types, zones = _facets(look, filter, found, items)
    else:
        types, zones = look.memo("devices.facets", lambda: _facets(look, filter, found, items))
    return shapes.DevicePage(
        items=[row(look, item) for item in items[offset : offset + limit]],
        total=len(items),
        offset=offset,
        inside=len(look.summaries) - look.outside,
        outside=look.outside,
        types=types,
        zones=zones,
    )


@router.get("/{id}")
def device(home: TheHome, look: TheLook, actor: TheActor, id: str) -> shapes.Device:
    """One device: identity with proof, addresses, services, peers, in-use intervals, findings."""
    found = home.state.device(id)
    if found is None:
        raise not_found()
    used = home.state.intervals(device=id)
    if any(interval.patient for interval in used):
        home.state.audit(actor.name, "patient.read", f"device {id}", {"what": "in-use intervals"})
    return _whole(home, look, found, used)


@router.post("/{id}/corrections")
def correct(home: TheHome, look: TheLook, actor: TheActor, id: str, ask: shapes.CorrectionAsk) -> shapes.Device:
    """Keeps a person's word on an attribute. It wins over every clue, and it survives."""
    if home.state.device(id) is None:
        raise not_found()
    home.state.decide_device(
        id, "set", by=actor.name, reason=ask.reason.strip(), attribute=ask.attribute, value=ask.value.strip()
    )
    found = home.state.device(id)
    if found is None:
        raise not_found()
    return _whole(home, look, found, home.state.intervals(device=id))


def _whole(home: TheHome, look: Look, found: Device, used: list[Interval]) -> shapes.Device:
    kind = look.type_of(found.id)
    order = {name: place for place, name in enumerate(_ATTRIBUTES)}
    attributes = sorted(found.attributes.values(), key=lambda a: (order.get(a.name, 99), a.name))
    return shapes.Device(
        id=found.id,
        label=found.label,
        type=kind.id,
        type_words=type_words(kind.id),
        criticality=_criticality(found) or kind.criticality,
        zone=look.zone_ref(found.zone),
        outside=found.outside,
        in_use=look.in_use(found.id),
        in_use_until=when_or_none(look.used_until.get(found.id)),
        first=when(found.first),
        last=when(found.last),
        attributes=[_attribute(attribute) for attribute in attributes],
        names=found.names,
        addresses=[
            shapes.Address(mac=a.mac, ip=a.ip, vlan=a.vlan, first=when(a.first), last=when(a.last))
            for a in found.addresses
        ],
        services=[
            shapes.Service(
                name=s.name,
                proto=s.proto,
                port=s.port,
                role=s.role,
                encrypted=s.encrypted,
                version=s.version,
                peers=s.peers,
                first=when(s.first),
                last=when(s.last),
            )
            for s in found.services
        ],
        peers=_peers(look, found.id),
        intervals=[interval_shape(look, interval) for interval in used],
        findings=rows(look, home.state.findings(device=found.id).items),
        corrections=[
            shapes.Correction(
                id=d.id,
                kind=d.kind,
                attribute=d.attribute,
                value=d.value,
                other=d.other,
                by=d.by,
                at=when(d.at),
                reason=d.reason,
                undone=d.undone,
            )
            for d in home.state.decisions(found.id, undone=True)
        ],
    )


def _criticality(device: Device) -> str:
    """A person's word on how bad a failure is; '' when nobody said."""
    said = device.attributes.get("criticality")
    return said.value if said is not None and said.by_person and said.value in _CRITICALITIES else ""


_CRITICALITIES = ("life", "care", "work", "none")
_ATTRIBUTES = ("name_by_person", "type", "category", "manufacturer", "model", "serial", "software_version", "os",
               "hostname", "department")  # fmt: skip


def _source(source: Source) -> shapes.Source:
    return shapes.Source(
        clue=source.clue,
        value=source.value,
        protocol=source.protocol,
        weight=source.weight,
        rule=source.rule,
        count=source.count,
        first=when(source.first),
        last=when(source.last),
        evidence=evidence(source.evidence),
    )


def _attribute(attribute: Attribute) -> shapes.Attribute:
    return shapes.Attribute(
        name=attribute.name,
        value=attribute.value,
        value_words=value_words(attribute.name, attribute.value),
        confidence=attribute.confidence,
        by_person=attribute.by_person,
        sources=[_source(s) for s in sorted(attribute.sources, key=lambda s: -s.weight)],
        rivals=[
            shapes.Rival(
                value=rival.value,
                value_words=value_words(attribute.name, rival.value),
                confidence=rival.confidence,
                sources=[_source(s) for s in rival.sources],
            )
            for rival in attribute.rivals
        ],
    )


def interval_shape(look: Look, interval: Interval) -> shapes.Interval:
    ref: EvidenceRef | None = interval.evidence
    return shapes.Interval(
        device=look.ref(interval.device) if interval.device else None,
        location=interval.location,
        start=when(interval.start),
        end=when(interval.end),
        why=interval.why,
        patient=interval.patient,
        evidence=evidence(ref),
    )


def _peers(look: Look, id: str) -> list[shapes.Peer]:
    by: dict[str, list[Talk]] = {}
    for talk in look.talks_of.get(id, ()):
        by.setdefault(talk.server if talk.client == id else talk.client, []).append(talk)
    peers = []
    for other, talks in by.items():
        asked = any(talk.client == id for talk in talks)
        served = any(talk.server == id for talk in talks)
        peers.append(
            shapes.Peer(
                device=look.ref(other),
                services=sorted({talk.service or f"{talk.proto}/{talk.port}" for talk in talks}),
                role="both" if asked and served else "client" if asked else "server",
                bytes_out=sum(talk.up if talk.client == id else talk.down for talk in talks),
                bytes_in=sum(talk.down if talk.client == id else talk.up for talk in talks),
                flows=sum(talk.flows for talk in talks),
                answered=sum(talk.answered for talk in talks),
                first=when(min(talk.first for talk in talks)),
                last=when(max(talk.last for talk in talks)),
            )
        )
    return sorted(peers, key=lambda peer: (not peer.device.outside, -(peer.bytes_in + peer.bytes_out)))
