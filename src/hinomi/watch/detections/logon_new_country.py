"""A remote logon succeeded from a country from which nobody came in before.

Stolen names are used from where the thief sits, or from where a rented machine stands. Told by the
log of the VPN box, firewall or server; the packets outside its tunnel do not show who came.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from hinomi.model import Severity

from ..draft import Facts, describe, make, words
from ..meta import Limit, Meta, Raised
from ..remote import LOGGED
from ..severity import SECOND
from ..sight import Sight, evidence, read_detail
from ..who import OUTSIDE

META = Meta(
    id="logon_new_country",
    severity=Severity.MEDIUM,
    severity_max=Severity.HIGH,
    attack=("T1133", "T1078"),
    reads=("exchange",),
    response="remote",
    limits=(
        Limit("habit_days", 3, "days on which logons came from a country before it is known there"),
        Limit("apart_h", 6, "hours within which one name cannot be in two countries"),
    ),
    blind_spots=(
        "An intruder who comes by way of a rented machine in a country that is usual here.",
        "Addresses whose country no registry tells.",
        "Logons of boxes whose log is not read.",
    ),
    order=42,
)

HOME = "JP"  # needs no habit: the hospital's own
_COLUMNS = (
    "client_ip", "client_mac", "server_ip", "server_mac", "server_name", "client_name", "time", "protocol", "outcome",
    "detail", "capture", "packet", "offset",
)  # fmt: skip


def detect(sight: Sight) -> Iterator[Raised]:
    doors: dict[str, list[dict[str, Any]]] = defaultdict(list)
    said = sight.said(*LOGGED).where_in("operation", "login").where_in("outcome", "ok", "refused")
    for row in said.sorted("time").dicts(*_COLUMNS):
        if sight.who.traits(row["client_ip"]) & OUTSIDE:
            row["country"] = sight.view.places.country(row["client_ip"])
            row["user"] = read_detail(row["detail"]).get("user", "")
            name = sight.who.name(row["server_ip"], row["server_mac"], row["time"]) if row["server_ip"] else ""
            doors[name or row["server_name"]].append(row)
    for door, rows in doors.items():
        yield from _of_door(sight, door, rows)


def _of_door(sight: Sight, door: str, rows: list[dict[str, Any]]) -> Iterator[Raised]:
    came = [row for row in rows if row["outcome"] == "ok" and row["country"]]
    strange: dict[str, list[dict[str, Any]]] = defaultdict(list)
    days: dict[str, set[int]] = defaultdict(set)
    for row in came:
        country, day = row["country"], row["time"] // (86_400 * SECOND)
        earlier = {seen for seen in days[country] if seen < day}
        days[country].add(day)
        agreed = any(country in path.countries for path in sight.view.registers if not path.until)
        if country != HOME and len(earlier) < META.limit("habit_days") and not agreed:
            strange[country].append(row)
    for country, found in strange.items():
        yield _tell(sight, door, country, found, rows)


def _tell(
    sight: Sight, door: str, country: str, found: list[dict[str, Any]], rows: list[dict[str, Any]]
) -> Raised:  # fmt: skip
    head = found[0]
    apart = _elsewhere(found, rows)
    refused = sum(row["outcome"] == "refused" and row["country"] == country for row in rows)
    device = sight.who.devices.get(door)
    ways = Counter(row["protocol"] for row in found)
    facts: Facts = {
        "variant": "apart" if apart else "default",
        "country": country,
        "other": apart or "—",
        "box": sight.who.label(door) if device else head["server_name"] or head["server_ip"],
        "service": words(ways),
        "users": len({row["user"] for row in found if row["user"]}) or 1,
        "refused": refused,
        "tries": "some" if refused else "none",
        **describe(sight, "client", head["client_ip"], None),
    }
    base = Severity.HIGH if apart or refused >= 5 else META.severity
    return make(
        sight, META, (door, country), device=device, ip=head["server_ip"] or head["server_name"],
        actor=head["client_ip"], targets=[door], causes=[f"box:{door}"], base=base, top=base,
        confidence=0.9 if apart else 0.7, facts=facts, first=head["time"], last=found[-1]["time"], count=len(found),
        evidence=(evidence(row) for row in found),
    )  # fmt: skip


def _elsewhere(found: list[dict[str, Any]], rows: list[dict[str, Any]]) -> str:
    """Another country in which the same name came in within a few hours, '' when there is none."""
    span = META.limit("apart_h") * 3600 * SECOND
    for row in found:
        for other in rows:
            same = row["user"] and other["user"] == row["user"] and other["outcome"] == "ok"
            near = abs(other["time"] - row["time"]) <= span
            if same and near and other["country"] not in ("", row["country"]):
                return str(other["country"])
    return ""
