"""Shapes of a person's words on devices and groups, and of what stands beside a device."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from hinomi.api.shapes import DeviceRef, Shape, Time, Words
from hinomi.api.shapes_ledger import Reason


class MergeAsk(Shape):
    other: str = Field(min_length=1, max_length=200, description="id of the device that is the same one")
    reason: Reason


class SplitAsk(Shape):
    address: str = Field(min_length=1, max_length=64, description="IP or hardware address that is another device")
    reason: Reason


class ZoneAsk(Shape):
    kind: str = Field(min_length=1, max_length=40)
    name_ja: str = Field(min_length=1, max_length=100)
    name_en: str = Field(default="", max_length=100)


MANY_MAX = 1000  # devices on which one word is said at once: a page of the list at its largest


class ManyAsk(Shape):
    """The same words on many devices. What is empty stays as it is."""

    devices: list[str] = Field(min_length=1, max_length=MANY_MAX)
    department: str = Field(default="", max_length=200)
    location: str = Field(default="", max_length=200)
    owner: str = Field(default="", max_length=200)
    reason: Reason


class UndoManyAsk(Shape):
    ids: list[str] = Field(min_length=1, max_length=3 * MANY_MAX, description="words to take back")
    reason: Reason


class Said(Shape):
    """A person's word is kept. `working`: the devices are worked out anew; the pages follow by themselves."""

    ids: list[str]
    working: bool
    taught: str = Field(default="", description="name of the entry kept as knowledge, '' when none")


class SharedClue(Shape):
    clue: str
    value: str


class Group(Shape):
    """Unknown devices that are alike in everything that tells kinds apart."""

    id: str
    count: int
    members: list[DeviceRef] = Field(description="at most 20")
    shared: list[SharedClue]
    teachable: SharedClue | None


class Groups(Shape):
    items: list[Group]
    alone: int = Field(description="unknown devices like no other")


class GroupAsk(Shape):
    type: str = Field(default="", max_length=64)
    manufacturer: str = Field(default="", max_length=200)
    model: str = Field(default="", max_length=200)
    department: str = Field(default="", max_length=200)
    reason: Reason
    teach: bool = False


class SwitchPort(Shape):
    """Where a switch says that a device is."""

    switch: str
    port: str
    vlan: int | None
    behind: int
    uplink: bool
    mac: str
    at: Time


class Lease(Shape):
    server: str
    mac: str
    ip: str
    hostname: str
    until: Time | None
    at: Time


class LedgerHit(Shape):
    number: int
    name: str
    asset_number: str
    why: Words
    differences: int


class UseDay(Shape):
    day: str
    hours: float
    times: int


class Use(Shape):
    """How much a device was used on patients, as far as the tap heard."""

    answer: Literal["yes", "no", "unknown", "none"]
    last: Time | None
    hours_a_day: float | None = Field(description="mean over what the tap heard; null below a day")
    days_heard: int
    days: list[UseDay]


class Beside(Shape):
    """What people, switches and ledgers say about a device, and how much it is used."""

    ports: list[SwitchPort]
    leases: list[Lease]
    ledger: LedgerHit | None
    use: Use
