"""Shapes of the settings, the backup and the audit chain."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, SecretStr, StringConstraints

from hinomi.api.shapes import Capture, Listening, Sensor, Shape, Time

Short = Annotated[str, StringConstraints(max_length=120, strip_whitespace=True)]


class Kept(Shape):
    """What Hinomi keeps of one kind, and how much room it takes."""

    what: Literal["records", "packets", "theatre", "state", "documents"]
    bytes: int
    in_backup: bool


class BackupTold(Shape):
    at: Time
    by: str


class Settings(Shape):
    """What is set, what is listened to, and what is kept."""

    site: str
    site_name: str
    language: Literal["", "ja", "en"]
    time_zone: str
    version: str
    database: Literal["sqlite", "server"]
    listening: Listening | None = Field(description="null: no interface is listened to now")
    sensors: list[Sensor]
    newest_captures: list[Capture]
    captures: int
    kept: list[Kept]
    free_bytes: int
    kept_from: Time | None
    kept_to: Time | None
    backups: list[BackupTold] = Field(description="newest first")


class SettingsAsk(Shape):
    site_name: Short
    language: Literal["", "ja", "en"]
    time_zone: Annotated[str, StringConstraints(min_length=1, max_length=60)]


class BackupAsk(Shape):
    password: SecretStr = Field(default=SecretStr(""), description="the person's own, once more")


class AuditRow(Shape):
    seq: int
    at: Time
    actor: str
    act: str
    subject: str
    detail: dict[str, str]
    hash: str


class AuditPage(Shape):
    items: list[AuditRow]
    before: int | None = Field(description="ask with this for what is older; null: there is nothing older")
    actors: list[str]
    acts: list[str]


class AuditVerdict(Shape):
    """Whether the chain holds: nothing in it was changed, taken out or put in."""

    entries: int
    head: str
    broken_at: int | None
