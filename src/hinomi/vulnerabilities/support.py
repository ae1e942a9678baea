"""End of support: of operating systems by knowledge, of a device by a person's word or its ledger."""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from hinomi.inventory.ledger import values
from hinomi.knowledge_path import knowledge_file
from hinomi.model import Device

SOON_DAYS = 365


@dataclass(frozen=True, slots=True)
class End:
    """Support of something on a device ends or ended. `source`: where that stands."""

    device: str
    what: str  # os | device
    name: str
    ends: str  # ISO date, month or year
    over: bool
    soon: bool  # within a year
    source: str  # address of a page, "person" or "ledger"


@lru_cache(maxsize=1)
def systems() -> list[tuple[tuple[str, ...], datetime.date, str]]:
    """(names, day of the end, page that says so) of operating systems."""
    with knowledge_file("detections", "_end_of_support.toml").open("rb") as stream:
        table = tomllib.load(stream)
    rows = [*table["system"], *table["later"]]
    return [(tuple(row["names"]), row["ended"], str(row["source"])) for row in rows]


def ends(devices: Iterable[Device], today: datetime.date, ledger: Mapping[str, str] | None = None) -> list[End]:
    """Ends of support, soonest first. `ledger`: Device.id → date in its row of the ledger."""
    out = []
    for device in devices:
        if device.outside:
            continue
        system = device.value("os")
        if system:
            plain = system.lower()
            hit = next((row for row in systems() if any(name in plain for name in row[0])), None)
            if hit is not None:
                out.append(_end(device.id, "os", system, hit[1].isoformat(), today, hit[2]))
        said = device.attributes.get("support_end")
        told, source = (said.value, "person") if said is not None else ((ledger or {}).get(device.id, ""), "ledger")
        date = values.date(told) if told else None
        if date is not None:
            out.append(_end(device.id, "device", device.value("model") or device.label, date, today, source))
    return sorted(out, key=lambda end: (end.ends, end.device))


def _end(device: str, what: str, name: str, ends: str, today: datetime.date, source: str) -> End:
    # A month or a year ends with its last day.
    last = ends if len(ends) == 10 else f"{ends}-31" if len(ends) == 7 else f"{ends}-12-31"
    over = last < today.isoformat()
    soon = not over and last <= (today + datetime.timedelta(days=SOON_DAYS)).isoformat()
    return End(device, what, name, ends, over, soon, source)
