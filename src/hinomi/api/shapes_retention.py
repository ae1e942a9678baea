"""Shapes of how long rows and packets are kept."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, SecretStr, StringConstraints

from hinomi.api.shapes import Shape, Time

Days = Annotated[int, Field(ge=0, le=36_500, description="days; 0: for ever")]
Kind = Literal["records", "readings", "packets"]
Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]


class RetentionPolicy(Shape):
    records: Days
    readings: Days
    packets: Days
    share: Annotated[int, Field(ge=0, le=95, description="most of the disk that rows may take, percent; 0: any")]


class Hold(Shape):
    """Days that must stay."""

    id: str
    first: str
    last: str
    reason: str
    by: str
    at: Time
    incident: bool = Field(description="of an incident: it stays by itself")


class Removal(Shape):
    """What goes of one kind, or stays because it is held."""

    kind: Kind
    days: int
    first: str
    last: str
    rows: int
    bytes: int
    why: Literal["age", "room"]
    held: bool


class Retention(Shape):
    policy: RetentionPolicy
    days_min: int
    holds: list[Hold]
    plan: list[Removal] = Field(description="what would go now")
    removed_last: Time | None


class RetentionAsk(Shape):
    """The policy to be looked at or set. Setting asks for the password once more."""

    policy: RetentionPolicy
    password: SecretStr = Field(default=SecretStr(""), description="the person's own, once more")


class RetentionRun(Shape):
    password: SecretStr = Field(default=SecretStr(""), description="the person's own, once more")


class HoldAsk(Shape):
    first: Day
    last: Day
    reason: Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]
