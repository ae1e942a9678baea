"""The files of `knowledge/` that the watch reads: device types, zone kinds, texts, outside names."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

from hinomi.knowledge_path import knowledge_file


@cache
def load(name: str) -> dict[str, Any]:
    """One file of the knowledge directory, read once."""
    with knowledge_file(name).open("rb") as stream:
        return tomllib.load(stream)


@dataclass(frozen=True, slots=True)
class Type:
    """A device type as `device_types.toml` declares it."""

    id: str
    category: str
    ja: str
    en: str
    criticality: str
    phi: bool


@dataclass(frozen=True, slots=True)
class Kind:
    """A zone kind as `zone_kinds.toml` declares it."""

    id: str
    ja: str
    en: str
    clinical: bool


@cache
def types() -> dict[str, Type]:
    return {
        row["id"]: Type(
            row["id"], row["category"], row["ja"], row["en"], row["criticality"], bool(row.get("phi", False))
        )
        for row in load("device_types.toml")["type"]
    }


@cache
def kinds() -> dict[str, Kind]:
    return {
        row["id"]: Kind(row["id"], row["ja"], row["en"], bool(row["clinical"]))
        for row in load("zone_kinds.toml")["kind"]
    }
