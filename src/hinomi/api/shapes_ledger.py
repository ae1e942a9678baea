"""Shapes of the ledger and of what switches and DHCP servers told."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints

from hinomi.api.shapes import DeviceRef, Shape, Time, Words

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
ListName = Literal["unlisted", "unseen", "differs", "matched"]


class Whole(Shape):
    """An answer whose defaults are always sent."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)


class LedgerColumn(Shape):
    index: int
    heading: str
    field: str = Field(description="what it was taken for; '' when it was not recognised")
    sure: float
    examples: list[str]


class LedgerField(Shape):
    id: str
    words: Words


class LedgerReading(Shape):
    """How a ledger file was understood; nothing is kept yet."""

    name: str
    header_row: int
    columns: list[LedgerColumn]
    rows: int
    notes: list[Words]
    fields: list[LedgerField]


class LedgerNow(Whole):
    """The ledger in force and the sums of holding it against the network."""

    loaded: bool
    name: str = ""
    by: str = ""
    at: Time | None = None
    rows: int = 0
    matched: int = 0
    differs: int = 0
    unlisted: int = 0
    unseen: int = 0
    unseen_heard: int = Field(default=0, description="of `unseen`, those in a network that the tap heard")
    notes: list[Words] = Field(default_factory=list)


class LedgerRow(Shape):
    number: int
    name: str
    manufacturer: str
    model: str
    serial: str
    asset_number: str
    ip: str
    location: str
    department: str


class LedgerDifference(Shape):
    field: str
    words: Words
    ledger: str
    network: str
    likelier: Literal["ledger", "network", "unclear"]
    why: Words


class LedgerLine(Whole):
    """One line of a list: a row, a device, or both."""

    row: LedgerRow | None
    device: DeviceRef | None
    manufacturer: str = ""
    model: str = ""
    serial: str = ""
    last: Time | None = None
    sure: float = 0.0
    why: Words | None = None
    hearing: Literal["heard", "not_heard", "unknown"] | None = None
    maybe: list[DeviceRef] = Field(default_factory=list)
    differences: list[LedgerDifference] = Field(default_factory=list)
    link: str = Field(default="", description="id of the person's link, '' when a program matched them")


class LedgerPage(Shape):
    which: ListName
    items: list[LedgerLine]
    total: int
    offset: int


class LedgerLinkAsk(Shape):
    row: int = Field(ge=1)
    device: str = Field(min_length=1, max_length=200)
    reason: Reason


class ReasonAsk(Shape):
    reason: Reason


class Done(Shape):
    id: str


class PlaceSource(Shape):
    """One switch or server that told something."""

    kind: Literal["lease", "switch"]
    source: str
    rows: int
    at: Time


class PlacesNow(Shape):
    sources: list[PlaceSource]


class PlaceLoaded(Shape):
    kind: Literal["lease", "switch"]
    source: str
    rows: int
    known: int = Field(description="of the rows, those whose hardware address a device holds")
