"""Shapes of weaknesses, ends of support and documents."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from hinomi.api.shapes import DeviceRef, InUse, Shape, Time, Words
from hinomi.api.shapes_ledger import Reason

StandingWord = Literal["confirmed", "possible", "fixed", "not_affected"]
DocumentKind = Literal["mds", "sds", "mds2", "sbom", "manual", "contract", "other"]


class WeakDevice(Shape):
    device: DeviceRef
    in_use: InUse
    standing: StandingWord
    product: str
    why: Words
    word: str = Field(description="id of the person's word, '' when a program matched")


class WeaknessRow(Shape):
    """One advisory that concerns a device."""

    id: str
    source: str
    publisher: str
    title: str
    cves: list[str]
    url: str
    published: str
    score: float | None = Field(description="CVSS base score")
    known_exploited: bool
    ransomware: bool
    epss: float | None = Field(description="chance of exploitation within 30 days")
    remedy: str
    counts: dict[str, int] = Field(description="devices by standing")
    devices: list[WeakDevice]


class AdvisoryFile(Shape):
    name: str
    kind: str
    entries: int
    problem: Words | None


class SupportEnd(Shape):
    device: DeviceRef
    what: Literal["os", "device"]
    name: str
    ends: str
    over: bool
    soon: bool
    source: str


class Weaknesses(Shape):
    items: list[WeaknessRow]
    total: int = Field(description="advisories that concern a device")
    advisories: int = Field(description="advisories read, whether or not they concern a device")
    files: list[AdvisoryFile]
    folder: str = Field(description="where files are put")
    ends: list[SupportEnd]


class WeaknessAsk(Shape):
    advisory: str = Field(min_length=1, max_length=300)
    device: str = Field(min_length=1, max_length=200)
    standing: StandingWord
    reason: Reason


class Document(Shape):
    id: str
    kind: DocumentKind
    device: DeviceRef | None
    manufacturer: str
    model: str
    name: str
    size: int
    components: int
    answers: int
    by: str
    at: Time


class Component(Shape):
    document: str
    name: str
    version: str
    supplier: str
    licence: str
    of: str = Field(description="device or model the bill of materials belongs to")


class Components(Shape):
    items: list[Component]


class Documents(Shape):
    items: list[Document]
