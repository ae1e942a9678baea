"""Known destinations beyond the hospital, from `knowledge/outside/`: by name, and by network."""

from __future__ import annotations

import ipaddress
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from hinomi.knowledge_path import knowledge_file

from . import knowledge
from .who import parse

# Names under which anybody may register below them: the part in front belongs to the name's owner.
_TWO_LABEL_ENDINGS = frozenset({
    "co.jp", "or.jp", "ne.jp", "ac.jp", "go.jp", "ed.jp", "gr.jp", "lg.jp", "ad.jp",
    "co.uk", "org.uk", "ac.uk", "com.au", "com.cn", "com.tw", "co.kr", "com.br", "co.in",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Destination:
    """One known destination. `ordinary`: a clinical device may speak with it without a word said."""

    id: str
    names: tuple[str, ...]  # exact, or `*.suffix`
    nets: tuple[str, ...]
    category: str
    owner: str
    ordinary: bool
    services: tuple[str, ...]  # empty: any
    source: str
    name_ja: str = ""  # what people call it; '' for what needs no name but its owner's
    name_en: str = ""
    purpose_ja: str = ""
    purpose_en: str = ""
    standard: str = ""
    near_types: tuple[str, ...] = ()  # a device of this type inside is the near end of its line
    from_types: tuple[str, ...] = ()  # the kinds of device that use it; empty: any
    look: bool = False  # a person should compare it with the contract


_own_folder: list[Path] = []  # of the home that is in work


def use_folder(folder: Path) -> None:
    """Adds the destinations of a home (`outside/*.toml`); an entry with a known id takes its place."""
    if _own_folder != [folder]:
        _own_folder[:] = [folder]
        destinations.cache_clear()
        by_near_type.cache_clear()
        _tables.cache_clear()
        known.cache_clear()


def _entries() -> Iterator[dict[str, Any]]:
    for path in sorted(knowledge_file("outside").glob("*.toml")):
        data = knowledge.load(f"outside/{path.name}")
        for row in data.get("destination", []):
            yield data.get("defaults", {}) | row
    for folder in _own_folder:
        for path in sorted(folder.glob("*.toml")):
            own = tomllib.loads(path.read_text("utf-8"))
            for row in own.get("destination", []):
                yield {"source": path.name, "category": "unknown", "owner": ""} | own.get("defaults", {}) | row


@cache
def destinations() -> dict[str, Destination]:
    """All known destinations by id."""
    found: dict[str, Destination] = {}
    merged: dict[str, dict[str, Any]] = {}
    for entry in _entries():
        merged[entry["id"]] = merged.get(entry["id"], {}) | entry
    lists = ("names", "nets", "services", "near_types", "from_types")
    known = {field.name for field in fields(Destination)}
    for id, entry in merged.items():
        stated = {name: value for name, value in entry.items() if name in known}
        stated |= {name: tuple(entry.get(name, ())) for name in lists}
        found[id] = Destination(**{"ordinary": False, **stated})
    return found


@cache
def by_near_type() -> dict[str, Destination]:
    """Device type at the near end of a line → what the line is."""
    return {type: entry for entry in destinations().values() for type in entry.near_types}


@cache
def _tables() -> tuple[dict[str, Destination], dict[str, Destination], list[tuple[Any, Destination]]]:
    exact: dict[str, Destination] = {}
    below: dict[str, Destination] = {}
    nets = []
    for entry in destinations().values():
        for name in entry.names:
            if name.startswith("*."):
                below[name[2:]] = entry
            else:
                exact[name] = entry
        nets += [(ipaddress.ip_network(net), entry) for net in entry.nets]
    return exact, below, nets


@lru_cache(maxsize=20_000)
def known(name: str, ip: str = "") -> Destination | None:
    """The known destination behind a name or an address."""
    exact, below, nets = _tables()
    name = name.rstrip(".").lower()
    if name:
        if name in exact:
            return exact[name]
        labels = name.split(".")
        for start in range(len(labels)):
            entry = below.get(".".join(labels[start:]))
            if entry:
                return entry
    parsed = parse(ip) if ip else None
    if parsed is not None:
        for net, entry in nets:
            if parsed.version == net.version and parsed in net:
                return entry
    return None


def owner_part(name: str) -> str:
    """The part of a name that somebody registered: `a.b.example.co.jp` → `example.co.jp`."""
    labels = [label for label in name.rstrip(".").lower().split(".") if label]
    if len(labels) <= 2:
        return ".".join(labels)
    ending = ".".join(labels[-2:])
    return ".".join(labels[-3:]) if ending in _TWO_LABEL_ENDINGS else ending


def is_inside_name(name: str, inside: frozenset[str]) -> bool:
    """A name of the house: single label, reverse zone, `.local`, or below a domain of the house."""
    name = name.rstrip(".").lower()
    if "." not in name or name.endswith((".arpa", ".local", ".localdomain", ".lan", ".internal", ".home")):
        return True
    return any(name == domain or name.endswith("." + domain) for domain in inside)
