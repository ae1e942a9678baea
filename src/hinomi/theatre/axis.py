"""One room on one axis: asks the stores and puts the answers side by side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hinomi.model import EvidenceRef, Interval
from hinomi.theatre import questions
from hinomi.theatre.clocks import device_clocks, ntp_clocks
from hinomi.theatre.shapes import Image, Known, Room, Rows, Said, Timeline
from hinomi.theatre.tracks import tracks

POINTS = 1000
SAID_MAX = 2000
ASKED_AT_ONCE = 500  # devices in one question


def rooms(history: Rows, state: Known) -> list[Room]:
    """The places that readings name, last heard first."""
    who = _who(state)
    return [_room(row, who) for row in history.sql(questions.ROOMS).to_pylist()]


def timeline(
    history: Rows,
    state: Known,
    location: str,
    start: int | None = None,
    end: int | None = None,
    *,
    until: int | None = None,
    points: int = POINTS,
) -> Timeline:
    """Everything of one room on the tap's clock.

    Args:
        location: `Room.id`.
        start, end: ns, end excluded; None: from the first, to the last reading of the room.
        until: ns; nothing from then on, even when `end` is later.
        points: steps that a track is joined into when it has more values.

    Raises:
        KeyError: no reading ever named this location.
    """
    who = _who(state)
    found = history.sql(questions.ROOM, [location]).to_pylist()
    if not found:
        raise KeyError(location)
    room = _room(found[0], who)
    start = room.first if start is None else start
    end = room.last + 1 if end is None else end
    end = end if until is None else max(min(end, until), start)
    span = [location, start, end]
    used = [i for i in state.intervals(start=start, end=end) if _here(i, location, room.devices)]
    devices = tuple(dict.fromkeys([*room.devices, *(i.device for i in used if i.device)]))
    said = history.sql(questions.SAID, span).to_pylist()
    return Timeline(
        room=room,
        start=start,
        end=end,
        tracks=tracks(history, location, start, end, points, who),
        said=[_said(row, who) for row in said[:SAID_MAX]],
        images=_images(history, state, location, devices, start, end),
        findings=_findings(state, devices, start, end),
        intervals=used,
        marks=state.marks(location, start, end),
        clocks=[
            replace(clock, device=who(clock.source, ""))
            for clock in (
                *device_clocks(history, location, start, end),
                *ntp_clocks(history, _addresses(state, devices), start, end),
            )
        ],
        said_total=len(said),
    )


def _here(interval: Interval, location: str, devices: tuple[str, ...]) -> bool:
    if interval.location:
        return interval.location == location
    return interval.device in devices


Who = Callable[[str, str], str]


def _who(state: Known) -> Who:
    """(source as sent, address of the sender) → Device.id or "".

    The sender is often a gateway, so the source's own name speaks first; the address only counts
    when the message names no source.
    """
    seen: dict[tuple[str, str], str] = {}

    def find(source: str, ip: str) -> str:
        key = (source, "" if source else ip)
        if key not in seen:
            words = [w for part in source.split("^") for w in part.split("&") if len(w) >= 4]
            hits = (state.device_by(word) for word in (source, *words) if word)
            found = next((ids[0] for ids in hits if len(ids) == 1), "")
            if not found and not source:
                found = next(iter(state.device_by(ip)), "")
            seen[key] = found
        return seen[key]

    return find


def _room(row: dict[str, Any], who: Who) -> Room:
    devices = [who(source, ip) for source, ip in zip(row["sources"], row["ips"], strict=True)]
    return Room(
        id=row["location"],
        name=" ".join(part for part in row["location"].split("^") if part),
        devices=tuple(dict.fromkeys(d for d in devices if d)),
        patients=row["patients"],
        readings=row["readings"],
        first=row["first"],
        last=row["last"],
    )


def _said(row: dict[str, Any], who: Who) -> Said:
    value = "" if row["value"] is None else f"{row['value']:g} {row['unit']}".strip()
    return Said(
        time=row["time"],
        device_time=row["device_time"],
        kind=row["kind"],
        source=row["source"],
        device=who(row["source"], row["host_ip"]),
        code=row["code"],
        name=row["name"],
        text=row["text"] or value,
        status=row["status"],
        evidence=EvidenceRef(row["capture"], row["packet"], row["offset"]),
    )


def _addresses(state: Known, devices: tuple[str, ...]) -> list[str]:
    here = frozenset(devices)
    return [ip for device, _, ip, _, _ in state.addresses() if ip and device in here]


def _images(history: Rows, state: Known, location: str, devices: tuple[str, ...], start: int, end: int) -> list[Image]:
    owner: dict[str, str] = {}
    for device, _, ip, _, _ in state.addresses():
        if ip:
            owner.setdefault(ip, device)
    ours = _addresses(state, devices)
    rows = history.sql(questions.IMAGES, {"ours": ours, "location": location, "start": start, "end": end}).to_pylist()
    return [
        Image(
            first=row["first"],
            last=row["last"],
            count=row["count"],
            device=owner.get(row["client_ip"], ""),
            client_name=row["client_name"],
            server_name=row["server_name"],
            object=row["object"],
            modality=row["modality"] or "",
            description=row["description"] or "",
            patient=row["patient"],
            outcome=row["outcome"],
            why="device" if row["ours"] else "patient",
            evidence=EvidenceRef(row["capture"], row["packet"], row["offset"]),
        )
        for row in rows
    ]


def _findings(state: Known, devices: tuple[str, ...], start: int, end: int) -> list[Any]:
    asked = [devices[at : at + ASKED_AT_ONCE] for at in range(0, len(devices), ASKED_AT_ONCE)]
    found = {f.id: f for some in asked for f in state.findings(device=some, start=start, end=end).items}
    return sorted(found.values(), key=lambda finding: (finding.first, finding.id))
