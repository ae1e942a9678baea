"""Shapes that the stages hand to each other. Plain data: no store, no framework, no I/O.

Times are UTC nanoseconds of the tap's clock. Ids of types and zone kinds are those of
`knowledge/device_types.toml` and `knowledge/zone_kinds.toml`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(slots=True, unsafe_hash=True)  # never changed; `frozen` would cost five times as much, 100,000 times
class EvidenceRef:
    """A packet behind a claim: capture id, frame number (from 1), byte offset of its record."""

    capture: str
    packet: int
    offset: int


@dataclass(slots=True, unsafe_hash=True)  # never changed; `frozen` would cost five times as much, 100,000 times
class Source:
    """One clue that speaks for a value of an attribute."""

    clue: str  # e.g. dicom.equipment.manufacturer
    value: str  # as the wire gave it
    protocol: str
    weight: float  # 0..1, how hard it is to be wrong by accident
    rule: str  # id of the knowledge entry that read it, or "" for a direct value
    count: int
    first: int
    last: int
    evidence: EvidenceRef


@dataclass(frozen=True, slots=True)
class Rival:
    """A value that some clues speak for, but which was not chosen."""

    value: str
    confidence: float
    sources: tuple[Source, ...]


@dataclass(slots=True)
class Attribute:
    """A stated attribute of a device. `confidence` is 0..1 and calibrated; 1.0 only by a person."""

    name: str  # category, type, manufacturer, model, serial, software_version, os, hostname, department …
    value: str
    confidence: float
    sources: list[Source] = field(default_factory=list)
    rivals: list[Rival] = field(default_factory=list)
    by_person: bool = False


@dataclass(slots=True, unsafe_hash=True)  # never changed; `frozen` would cost five times as much, 100,000 times
class Address:
    """A device held this address during this time, as far as the tap heard."""

    mac: str  # '' when only heard through a router
    ip: str  # '' when it never had one
    vlan: int | None
    first: int
    last: int


@dataclass(slots=True)
class Service:
    """A service a device offers (server) or uses (client)."""

    name: str  # wire's service name, or "" when unrecognised
    proto: str
    port: int  # 0 for a used service
    role: str  # offers | uses
    encrypted: bool | None  # None: unknown
    version: str
    peers: int
    first: int
    last: int


@dataclass(slots=True)
class Device:
    """One physical or virtual device, or one outside peer. A device is not an address."""

    id: str  # stable across runs, unique across sites
    site: str
    addresses: list[Address]
    attributes: dict[str, Attribute]
    names: dict[str, list[str]]  # every name it goes by: ae_title, hostname, hl7_application, mdns …
    services: list[Service]
    zone: str | None  # Zone.id
    outside: bool
    first: int
    last: int
    group: str = ""  # likeness group of unknown devices

    def value(self, name: str) -> str:
        """Value of an attribute, '' when not stated."""
        attribute = self.attributes.get(name)
        return attribute.value if attribute else ""

    @property
    def label(self) -> str:
        """What a person would call it: hostname, AE title, model, or address."""
        for key in ("name_by_person", "hostname"):
            if self.value(key):
                return self.value(key)
        for key in ("hostname", "ae_title", "hl7_application"):
            if self.names.get(key):
                return self.names[key][0]
        if self.value("model"):
            return self.value("model")
        for address in self.addresses:
            if address.ip:
                return address.ip
        return self.addresses[0].mac if self.addresses else self.id


@dataclass(slots=True)
class Zone:
    """A named part of the network (IEC 62443 zone)."""

    id: str
    kind: str
    name_ja: str
    name_en: str
    subnets: list[str]  # CIDR
    vlan: int | None = None
    by_person: bool = False  # False: proposed by Hinomi, not yet named


@dataclass(frozen=True, slots=True)
class Interval:
    """A device (or a location) was in use on a patient; `why` says what showed it."""

    device: str  # Device.id, "" when only the location is known
    location: str
    start: int
    end: int  # last sign of use heard; open intervals grow
    why: str  # hl7_oru | dicom_study | mpps | sdc | intellivue | phd | openigtlink
    patient: str  # pseudonym or ""
    evidence: EvidenceRef


class Severity(StrEnum):
    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Status(StrEnum):
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    EXPLAINED = "explained"
    RESOLVED = "resolved"
    REOPENED = "reopened"


@dataclass(slots=True)
class FindingDraft:
    """What a detection says. `key` makes the same cause the same finding, run after run.

    Texts are not here: they stand in `knowledge/detections/<detection>.toml` in Japanese and
    English and are filled from `facts`.
    """

    detection: str
    key: str
    severity: Severity
    confidence: float
    devices: list[str]  # Device.id, the one to act on first
    facts: dict[str, str | int | float | list[str]]
    first: int
    last: int
    count: int
    evidence: list[EvidenceRef]  # first and best packets, at most 20
    in_use: bool | None = None  # of the first device at `last`; None: unknown, which counts as in use
    story: str = ""  # findings of one cause share it


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's word on a device: wins over every clue and survives."""

    id: str
    kind: str  # set | merge | split
    device: str
    attribute: str  # for set
    value: str
    other: str  # for merge: the other device; for split: the address that leaves
    by: str
    at: int
    reason: str
    undone: bool = False
