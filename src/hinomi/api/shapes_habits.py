"""Shapes of what is usual for a device."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from hinomi.api.shapes import Shape, Time
from hinomi.api.shapes_ledger import Reason

HabitKind = Literal["peer", "outside", "service"]


class HabitLine(Shape):
    """One thing that the device does, or that is done to it, or of which a person spoke."""

    kind: HabitKind
    value: str = Field(description="id of the peer, registered part of a name outside, or service")
    label: str
    device: bool = Field(description="whether `value` is a device of the inventory")
    standing: Literal["learnt", "seldom", "said_usual", "said_unusual"]
    way: Literal["asks", "answers", "unheard"]
    days: int = Field(description="different days on which it was heard")
    services: list[str]
    sent_bytes: int = Field(description="sent by the device on a middle day")
    last: Time | None
    word: str = Field(description="id of the person's word, '' where nobody spoke")
    by: str
    at: Time | None
    reason: str


class Habits(Shape):
    """What is usual for one device. A habit needs three different days; a person's word stands above it."""

    device: str
    days: int = Field(description="days on which the device was heard to talk, of the last 90")
    hours: list[int] = Field(description="24 numbers: how often it talked in each hour of the day")
    class_peers: list[str] = Field(description="device types that are usual for its class from the first minute")
    lines: list[HabitLine]
    left_out: int


class HabitAsk(Shape):
    kind: HabitKind
    value: str = Field(min_length=1, max_length=253)
    usual: bool
    reason: Reason
