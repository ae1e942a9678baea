"""Theatre: one room's readings, images, findings and in-use times on one axis."""

from __future__ import annotations

import time
from typing import Annotated, Literal

from fastapi import APIRouter, Query

from hinomi import theatre
from hinomi.api import shapes
from hinomi.api.deps import TheActor, TheHome, TheLook
from hinomi.api.findings_text import evidence, texts
from hinomi.api.look import IN_USE_AFTER_NS, Look
from hinomi.api.problems import RefusedError, not_found
from hinomi.api.words import NOT_FOR_DIAGNOSIS, when
from hinomi.model import Interval
from hinomi.recorder.words import shown_until
from hinomi.store.state import State

router = APIRouter(prefix="/api/theatre", tags=["theatre"])

POINTS = 1000  # steps of one track in one answer
POINTS_MAX = 4000
ROOMS_KEPT = 8  # whose whole axis is kept
MS = 1_000_000
Milliseconds = Annotated[float, Query(ge=0, le=4e12)]


class _Known:
    """The state, as far as a room asks for it; what a look holds already is asked once for each look."""

    def __init__(self, state: State, look: Look) -> None:
        self._look = look
        self.device_by = look.device_by
        self.addresses = lambda: look.memo("addresses", state.addresses)
        self.findings = state.findings
        self.marks = state.marks

    def intervals(self, *, start: int, end: int) -> list[Interval]:
        return [i for i in self._look.intervals if i.end >= start and i.start < end]


@router.get("/rooms")
def rooms(home: TheHome, look: TheLook) -> list[shapes.Room]:
    """Rooms and beds that readings name, last heard first."""
    known = _Known(home.state, look)
    return [_room(look, room) for room in look.sums("rooms", lambda: theatre.rooms(home.history, known))]


@router.get("/timeline")
def timeline(
    home: TheHome,
    look: TheLook,
    actor: TheActor,
    room: Annotated[str, Query(min_length=1, max_length=200)],
    start_ms: Milliseconds | None = None,
    end_ms: Milliseconds | None = None,
    points: Annotated[int, Query(ge=10, le=POINTS_MAX)] = POINTS,
) -> shapes.Timeline:
    """One room on one time axis of the tap's clock. The access is audited: it shows a patient's values."""
    if start_ms is not None and end_ms is not None and end_ms <= start_ms:
        raise RefusedError("api.not_understood", 422)
    start = None if start_ms is None else int(start_ms * MS)
    end = None if end_ms is None else int(end_ms * MS)
    until = shown_until(home.state, time.time_ns(), start or 0)
    # A page opens with the whole of a room: that is worked out once, unless its end may not be shown yet.
    whole = start is None and end is None and points == POINTS
    kept: dict[str, theatre.Timeline] = look.sums("timelines", dict[str, theatre.Timeline])
    known = kept.get(room) if whole else None
    if known is not None and until is not None and known.end >= until:
        known = None
    try:
        found = known or theatre.timeline(
            home.history, _Known(home.state, look), room, start, end, until=until, points=points
        )
        if whole and known is None and (until is None or found.end < until):
            while len(kept) >= ROOMS_KEPT:
                kept.pop(next(iter(kept)), None)
            kept[room] = found
    except KeyError as error:
        raise not_found() from error
    home.state.audit(actor.name, "patient.read", f"room {room}", {"from": when(found.start), "to": when(found.end)})
    return shapes.Timeline(
        room=_room(look, found.room),
        start_ms=found.start / MS,
        end_ms=found.end / MS,
        tracks=[_track(look, track) for track in found.tracks],
        images=[
            shapes.RoomImages(
                start_ms=image.first / MS,
                end_ms=image.last / MS,
                count=image.count,
                modality=image.modality,
                description=image.description,
                outcome=image.outcome,
                why=image.why,
                device=_ref(look, image.device),
                evidence=evidence(image.evidence),
            )
            for image in found.images
        ],
        uses=[
            shapes.RoomUse(
                start_ms=interval.start / MS,
                end_ms=interval.end / MS,
                why=interval.why,
                device=_ref(look, interval.device),
                evidence=evidence(interval.evidence),
            )
            for interval in found.intervals
        ],
        findings=[
            shapes.RoomFinding(
                start_ms=finding.first / MS,
                end_ms=finding.last / MS,
                id=finding.id,
                title=look.texts(finding, texts).title,
                severity=finding.severity,
                status=finding.status,
            )
            for finding in found.findings
        ],
        said=[
            shapes.RoomSaid(
                time_ms=said.time / MS,
                kind=said.kind,
                name=said.name or said.code,
                text=said.text,
                device=_ref(look, said.device),
                evidence=evidence(said.evidence),
            )
            for said in found.said
        ],
        said_total=found.said_total,
        marks=[
            shapes.RoomMark(
                time_ms=mark.time / MS,
                end_ms=None if mark.end is None else mark.end / MS,
                kind=mark.kind,
                text=mark.text,
                by=mark.by,
            )
            for mark in found.marks
        ],
        clocks=[
            shapes.DeviceClock(
                source=clock.source,
                device=_ref(look, clock.device),
                kind="time_server" if clock.kind == "time_server" else "device",
                offset_ms=clock.offset_ns / MS,
                error_ms=clock.error_ns / MS,
                drift_ppm=clock.drift_ppm,
                steps=clock.steps,
                readings=clock.readings,
                vouches=clock.vouches,
            )
            for clock in found.clocks
        ],
        not_for_diagnosis=NOT_FOR_DIAGNOSIS,
    )


def _ref(look: Look, device: str) -> shapes.DeviceRef | None:
    return look.ref(device) if device else None


def _room(look: Look, room: theatre.Room) -> shapes.Room:
    """Whether the place is in use: as the intervals say; none heard lately is unknown, never free."""
    used = any(
        look.now - interval.end <= IN_USE_AFTER_NS
        for interval in look.intervals
        if interval.location == room.id or interval.device in room.devices
    )
    waiting = {finding.id for device in room.devices for finding in look.waiting_by_device.get(device, ())}
    zones = [zone for device in room.devices if (zone := look.ref(device).zone)]
    return shapes.Room(
        id=room.id,
        name=room.name,
        devices=look.refs(room.devices),
        zone=zones[0] if zones else None,
        readings=room.readings,
        findings=len(waiting),
        in_use="yes" if used else "unknown",
        first=when(room.first),
        last=when(room.last),
    )


def _track(look: Look, track: theatre.Track) -> shapes.Track:
    kind: Literal["numeric", "waveform"] = "waveform" if track.kind == "waveform" else "numeric"
    joined = track.step_ns > 0
    return shapes.Track(
        kind=kind,
        code=track.code,
        code_system=track.code_system,
        name=track.name,
        unit=track.unit,
        source=track.source,
        device=_ref(look, track.device),
        times_ms=[time / MS for time in track.times],
        values=track.values,
        lows=track.lows if joined else [],
        highs=track.highs if joined else [],
        count=track.count,
        step_ms=track.step_ns / MS,
        gaps_ms=[(start / MS, end / MS) for start, end in track.gaps],
        evidence=evidence(track.evidence),
    )
