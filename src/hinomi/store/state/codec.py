"""Devices and evidence to JSON text and back.

Sources and addresses are written as lists in the order of their fields, not as objects: a site
of 50,000 devices has a million of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import orjson

from hinomi.model import Address, Attribute, Device, EvidenceRef, Rival, Service, Source

# What is written here is a tree by its making; the search for circles takes a third of the time.
_patient = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode
_canonical = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False).encode


def dumps(value: object) -> str:
    """JSON text without spaces."""
    try:
        return orjson.dumps(value).decode()
    except TypeError:  # keys that are no words, a number over 64 bits, half a surrogate pair
        return _patient(value)


def canonical(value: object) -> str:
    """JSON text that is the same for equal values: keys sorted, no spaces, no NaN."""
    return _canonical(value)


def loads(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return json.loads(text)


def clean(text: str) -> str:
    """Text that every database takes: PostgreSQL has no NUL in text."""
    return text.replace("\0", "\ufffd") if "\0" in text else text


def evidence_to_list(ref: EvidenceRef) -> list[str | int]:
    return [ref.capture, ref.packet, ref.offset]


def evidence_from_list(row: list[Any]) -> EvidenceRef:
    return EvidenceRef(*row)


def _source(s: Source) -> tuple[object, ...]:
    e = s.evidence
    return (
        s.clue, s.value, s.protocol, s.weight, s.rule, s.count, s.first, s.last,
        e.capture, e.packet, e.offset,
    )  # fmt: skip


def _sources(rows: Iterable[list[Any]]) -> list[Source]:
    return [Source(*[*row[:8], EvidenceRef(*row[8:])]) for row in rows]


def device_to_json(device: Device) -> str:
    """Everything of a device."""
    return dumps(
        {
            "site": device.site,
            "addresses": [(a.mac, a.ip, a.vlan, a.first, a.last) for a in device.addresses],
            "attributes": [
                (
                    a.name,
                    a.value,
                    a.confidence,
                    a.by_person,
                    [_source(s) for s in a.sources],
                    [(r.value, r.confidence, [_source(s) for s in r.sources]) for r in a.rivals],
                )
                for a in device.attributes.values()
            ],
            "names": device.names,
            "services": [
                (s.name, s.proto, s.port, s.role, s.encrypted, s.version, s.peers, s.first, s.last)
                for s in device.services
            ],
            "zone": device.zone,
            "outside": device.outside,
            "first": device.first,
            "last": device.last,
            "group": device.group,
        }
    )


def device_from_json(id: str, text: str) -> Device:
    """The device that `device_to_json` wrote."""
    body = loads(text)
    attributes = {
        name: Attribute(
            name,
            value,
            confidence,
            _sources(sources),
            [Rival(v, c, tuple(_sources(rows))) for v, c, rows in rivals],
            by_person,
        )
        for name, value, confidence, by_person, sources, rivals in body["attributes"]
    }
    return Device(
        id=id,
        site=body["site"],
        addresses=[Address(*row) for row in body["addresses"]],
        attributes=attributes,
        names=body["names"],
        services=[Service(*row) for row in body["services"]],
        zone=body["zone"],
        outside=body["outside"],
        first=body["first"],
        last=body["last"],
        group=body["group"],
    )
