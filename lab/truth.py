"""The written truth of one run: who was there, who spoke with whom and why, what went wrong, when.

Times are measured by the acting program, in UTC nanoseconds of the machine's clock, which is also the tap's
clock; in a day both are laid on its 24 hours (`clock.py`) when the truth is written.
"""

from __future__ import annotations

import json
import threading
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .clock import Clock
from .house import ROOT
from .topology import Hospital, Host, core_mac


def now() -> int:
    return time.time_ns()


class Truth:
    """Collects what happened, as it happens."""

    def __init__(self, case: str, seed: int, hospital: Hospital, clock: Clock | None = None) -> None:
        self.case, self.seed, self.hospital, self.clock = case, seed, hospital, clock or Clock()
        self.agenda: list[dict[str, Any]] = []  # what the plan of a day held, with the times it was planned for
        self.start = self.end = 0
        self.conversations: dict[tuple[str, str, str, int, str], dict[str, Any]] = {}
        self.in_use: list[dict[str, Any]] = []
        self.incidents: dict[str, dict[str, Any]] = {}
        self.shown: dict[str, set[str]] = {}  # attributes an action let out that no byte search can find
        self._lock = threading.Lock()

    @contextmanager
    def conversation(
        self, client: str, server: str, service: str, port: int, purpose: str, incident: str | None = None
    ) -> Iterator[None]:
        """What happens inside is one conversation; it is kept only when it came to its end."""
        first = now()
        yield
        self.note(client, server, service, port, purpose, first, now(), incident)

    def note(
        self,
        client: str,
        server: str,
        service: str,
        port: int,
        purpose: str,
        first: int,
        last: int,
        incident: str | None = None,
    ) -> None:
        """One conversation between two times; the same again widens the row."""
        with self._lock:
            row = self.conversations.setdefault(
                (client, server, service, port, purpose),
                {
                    "client": client,
                    "server": server,
                    "service": service,
                    "port": port,
                    "purpose": purpose,
                    "first": first,
                    "last": last,
                    "times": 0,
                },
            )
            row["first"], row["last"] = min(row["first"], first), max(row["last"], last)
            row["times"] += 1
            if incident:
                row["incident"] = incident

    def step(self, incident: str, actor: str, target: str, what: str, knowable: str = "", at: int = 0) -> None:
        """One step of an incident. `knowable` is what a perfect observer at the tap could know; empty: nothing."""
        row = {"time": at or now(), "actor": actor, "target": target, "what": what}
        with self._lock:
            self.incidents[incident]["steps"].append(row | {"visible": bool(knowable), "knowable": knowable})

    def incident(self, incident: str, detection: str) -> None:
        with self._lock:
            self.incidents.setdefault(incident, {"id": incident, "detection": detection, "steps": []})

    def use(self, host: str, location: str, start: int, end: int) -> None:
        with self._lock:
            self.in_use.append({"host": host, "location": location, "start": start, "end": end})

    def show(self, host: str, *attributes: str) -> None:
        with self._lock:
            self.shown.setdefault(host, set()).update(attributes)

    def write(self, path: Path, let_out: dict[str, set[str]], speakers: set[str]) -> None:
        """Write `truth.json`; `let_out` is what the byte search found in the capture.

        `speakers` are the hardware addresses that the tap heard: the core router is listed only
        with the feet it was heard from.
        """
        categories, lay = device_categories(), self.clock.lay
        hosts = []
        for host in self.hospital.hosts.values():
            attributes = attributes_of(host, categories)
            out = let_out.get(host.id, set()) | self.shown.get(host.id, set())
            hosts.append(
                {
                    "id": host.id,
                    "zone": host.zone.id,
                    "mac": [host.mac] if host.zone.mirrored else [],
                    "ip": [
                        host.address,
                        *(row.split("/")[0] for row in host.extra.get("second_addresses", [])),
                        *host.extra.get("tunnel_addresses", []),
                    ],
                    "hostname": host.hostname,
                    "software": host.personality.software,
                    "attributes": attributes,
                    "let_out": [name for name in attributes if name in out],
                }
                | _in_words(host)
            )
        hosts += self._core(speakers)
        document = {
            "schema": 1,
            "case": self.case,
            "seed": self.seed,
            "start": lay(self.start),
            "end": lay(self.end),
            "zones": [
                {
                    "id": zone.id,
                    "kind": zone.kind,
                    "name_ja": zone.name_ja,
                    "name_en": zone.name_en,
                    "subnets": [str(zone.subnet)],
                    "vlan": None,
                }
                for zone in self.hospital.zones.values()
            ],
            "hosts": hosts,
            "conversations": [
                row | {"first": lay(row["first"]), "last": lay(row["last"])}
                for row in sorted(self.conversations.values(), key=lambda row: row["first"])
            ],
            "in_use": [
                row | {"start": lay(row["start"]), "end": lay(row["end"])}
                for row in sorted(self.in_use, key=lambda row: (row["start"], row["host"]))
            ],
            "incidents": [
                incident
                | {
                    "steps": [
                        step | {"time": lay(step["time"])}
                        for step in sorted(incident["steps"], key=lambda step: step["time"])
                    ]
                }
                for incident in self.incidents.values()
            ],
        }
        if self.clock.file:
            document |= {"clock": self.clock.pieces(self.end), "agenda": self.agenda}
        path.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n")

    def _core(self, speakers: set[str]) -> list[dict[str, Any]]:
        """The core router: one device with a foot in each zone."""
        feet = [
            (core_mac(number), zone)
            for number, zone in enumerate(self.hospital.zones.values(), start=1)
            if zone.routed and core_mac(number) in speakers
        ]
        return (
            [
                {
                    "id": "core",
                    "zone": feet[0][1].id,
                    "mac": [mac for mac, _ in feet],
                    "ip": [zone.gateway for _, zone in feet],
                    "hostname": "core",
                    "software": "Linux routing, dnsmasq relay",
                    "attributes": {"category": "it", "type": "router"},
                    "let_out": ["category", "type"],
                }
            ]
            if feet
            else []
        )


def _in_words(host: Host) -> dict[str, Any]:
    """What the list of types has no word for, and whether the host measures what is said of the unknown."""
    kind = host.personality
    words = {"kind_ja": kind.kind_ja, "kind_en": kind.kind_en, "held_out": kind.held_out}
    return {name: value for name, value in words.items() if value}


def device_categories() -> dict[str, str]:
    with (ROOT / "knowledge" / "device_types.toml").open("rb") as stream:
        return {row["id"]: row["category"] for row in tomllib.load(stream)["type"]}


def attributes_of(host: Host, categories: dict[str, str]) -> dict[str, Any]:
    """Everything true of the host; what does not exist is left out."""
    kind = host.personality
    values: dict[str, Any] = {
        "category": kind.category or categories[kind.type],
        "type": kind.type,
        "manufacturer": kind.manufacturer,
        "model": kind.model,
        "serial": host.serial,
        "software_version": kind.software_version,
        "os": kind.os,
        "department": host.department,
        "ae_titles": host.ae_titles,
        "hostname": host.hostname,
    }
    return {name: value for name, value in values.items() if value}
