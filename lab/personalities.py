"""Personalities: what a kind of device is and how its network stack behaves, as data files."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent / "personalities"


@dataclass
class Personality:
    """One file of `lab/personalities/`. Only `type`, `model` and `manufacturer` are required."""

    id: str
    type: str
    manufacturer: str
    model: str
    software_version: str = ""
    category: str = ""  # only where the type has none: the list of types says it
    os: str = ""
    oui: str = "02:48:4d"  # locally administered unless a file cites a registered prefix
    ttl: int = 64
    tcp_window: int = 0  # 0: leave the kernel's own
    tcp_timestamps: bool = True
    ipv6: bool = False
    dhcp_client: str = "static"  # static, dhclient or udhcpc
    dhcp_vendor_class: str = ""
    dhcp_request: list[str] = field(default_factory=list)
    services: list[str] = field(default_factory=list)
    serve: list[dict[str, Any]] = field(default_factory=list)  # servers it brings along, as in a hospital's host.serve
    does: list[dict[str, Any]] = field(default_factory=list)
    sources: dict[str, str] = field(default_factory=dict)
    speaks_for_others: bool = False  # what it sends describes other devices, so it lets out little of its own
    software: str = ""  # the real program that plays it, for the truth
    kind_ja: str = ""  # what it is, in words, where the list of types has none for it
    kind_en: str = ""
    held_out: bool = False  # nothing in `knowledge/` was written for it; it measures what is said of the unknown


def load_personality(path: Path) -> Personality:
    """Read one personality; an unknown key is a mistake and says so."""
    with path.open("rb") as stream:
        data = tomllib.load(stream)
    unknown = set(data) - set(Personality.__dataclass_fields__)
    if unknown:
        raise ValueError(f"{path}: unknown keys {', '.join(sorted(unknown))}")
    return Personality(id=path.stem, **data)


def find_personality(name: str, beside: Path) -> Personality:
    """The personality of that name: from the folder beside a scenario, then from the lab's own."""
    for folder in (beside / "personalities", HERE):
        if (folder / f"{name}.toml").exists():
            return load_personality(folder / f"{name}.toml")
    raise FileNotFoundError(f"no personality named {name} in {beside / 'personalities'} or {HERE}")


def make_mac(oui: str, number: int) -> str:
    """A stable hardware address: the maker's prefix, then the host's number in the house."""
    return f"{oui.lower()}:{(number >> 8) & 0xFF:02x}:{(number * 37) & 0xFF:02x}:{number & 0xFF:02x}"
