"""The strategy desk: records and their dense data, marks, layouts, permissions, invitations, exports."""

from __future__ import annotations

import base64
import tempfile
import time
from pathlib import Path
from typing import Annotated, Literal

import orjson
from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse, Response
from starlette.background import BackgroundTask

from hinomi.api import desk_data
from hinomi.api import desk_shapes as d
from hinomi.api.deps import TheActor, TheActorOrGuest, TheHome, TheLook
from hinomi.api.problems import RefusedError, not_found
from hinomi.api.security import Actor
from hinomi.api.words import NOT_FOR_DIAGNOSIS
from hinomi.connect.frames import safe
from hinomi.home import Home
from hinomi.recorder import words
from hinomi.recorder.desk_tap import TAP
from hinomi.recorder.exports import FORMATS, SUFFIX, write
from hinomi.recorder.reader import RecordReader
from hinomi.recorder.search import search as find
from hinomi.texts import Problem

router = APIRouter(prefix="/api/desk", tags=["desk"])

MS = 1_000_000
POINTS_MAX = 4000
SPAN_MAX_MS = 30 * 60 * 1000  # of dense data in one answer
Id = Annotated[str, Query(min_length=1, max_length=200)]
Role = Annotated[str, Query(min_length=1, max_length=40)]
Milliseconds = Annotated[float, Query(ge=0, le=4e12)]
Word = Annotated[str, Query(max_length=60, description="of an invitation, for a guest")]
Points = Annotated[int, Query(ge=10, le=POINTS_MAX)]


@router.get("")
def desk(request: Request, home: TheHome, look: TheLook) -> d.DeskHome:
    """What can be opened: recorded procedures, rooms that the tap heard, rooms whose recorder runs."""
    feeds = request.app.state.desk_feeds
    rooms = [
        d.DeskRoom(room=feed.room, lab=feed.lab, live=feed.connected) for feed in feeds.known(home.path) if feed.room
    ]
    return d.DeskHome(
        records=desk_data.records(home, look),
        rooms=rooms,
        permission=_permission(home),
        not_for_diagnosis=NOT_FOR_DIAGNOSIS,
    )


def _permission(home: TheHome) -> d.DeskPermission:
    found = words.permission(home.state)
    return d.DeskPermission(
        allowed=found.allowed, decision=found.decision, reason=found.reason, by=found.by, at_ms=found.at / MS
    )


@router.get("/record")
def open_record(
    request: Request,
    home: TheHome,
    look: TheLook,
    actor: TheActorOrGuest,
    id: Id,
    points: Points = 600,
    word: Word = "",
) -> d.DeskOpen:
    """One record with everything but its dense data. The access is audited: it shows a patient's values.

    A guest sees the record that is being made in the room of the invitation, and nothing of the house's network.
    """
    if id.startswith(TAP):
        by = _let_in(home, actor, word, id.removeprefix(TAP))
        try:
            found = desk_data.open_tap(home, look, id, points, words.shown_until(home.state, time.time_ns()))
        except KeyError as error:
            raise not_found() from error
    else:
        reader = _settled(request, home, id)
        by = _let_in(home, actor, word, reader.meta.room)
        if word and reader.meta.end is not None:
            raise RefusedError("api.not_allowed", 403)
        found = desk_data.open_recorded(home, look, reader, points)
    if word:
        kept = [event for event in found.events if event.kind != "finding"]
        channels = [channel.model_copy(update={"device": None}) for channel in found.channels]
        found = found.model_copy(
            update={"network": [], "channels": channels, "events": kept, "events_total": len(kept)}
        )
    home.state.audit(by, "patient.read", f"desk {id}", {})
    return found


@router.get("/window", response_model=d.DeskWindow)
def window(
    request: Request, home: TheHome, id: Id, start_ms: Milliseconds, end_ms: Milliseconds, points: Points = 1500
) -> Response:
    """The dense data of a span of an opened record: waveforms, tools, images, every numeric."""
    if end_ms <= start_ms or end_ms - start_ms > SPAN_MAX_MS:
        raise RefusedError("api.not_understood", 422)
    start, end = int(start_ms * MS), int(end_ms * MS)
    if id.startswith(TAP):
        until = words.shown_until(home.state, time.time_ns(), start)
        try:
            found = desk_data.window_tap(home, id, start, end if until is None else min(end, until), points)
        except KeyError as error:
            raise not_found() from error
    else:
        found = desk_data.window_recorded(_settled(request, home, id), start, end, points)
    # Half a million numbers: written once, not checked against their own shape first.
    return Response(orjson.dumps(found, default=vars), media_type="application/json")


def _settled(request: Request, home: Home, id: str) -> RecordReader:
    """The reader of a record that may be looked at: one that is still being made is a live display."""
    reader: RecordReader = request.app.state.desk_readers.get(desk_data.root(home), id)
    if reader.meta.end is None and not reader.meta.lab and not words.permission(home.state).allowed:
        raise Problem("desk.not_decided")
    return reader


def _let_in(home: Home, actor: Actor | None, word: str, room: str) -> str:
    """Name of who looks at a room: a person here, or a guest by the word of an invitation to this room."""
    if word:
        guest = words.guest(home.state, word)
        if guest is None or guest.room != room:
            raise RefusedError("api.not_allowed", 403)
        return guest.name
    if actor is None:
        raise RefusedError("api.sign_in", 401)
    return actor.name


@router.get("/image", response_class=Response)
def image(
    request: Request,
    home: TheHome,
    actor: TheActorOrGuest,
    id: Id,
    channel: Id,
    time_ms: Milliseconds,
    word: Word = "",
) -> Response:
    """One image of a record as the device or the PACS rendered it."""
    reader = _settled(request, home, id)
    _let_in(home, actor, word, reader.meta.room)
    wanted = int(time_ms * MS)
    # Milliseconds as a number are good to a quarter of a microsecond at today's times.
    for one, at, body in reader.messages(wanted - 1000, wanted + 1000):
        if one.id == channel and abs(at - wanted) <= 1000 and body.get("format") in ("png", "jpeg"):
            return Response(base64.b64decode(body["data"]), media_type=f"image/{body['format']}")
    raise not_found()


@router.get("/video", response_class=FileResponse)
def video(request: Request, home: TheHome, actor: TheActorOrGuest, id: Id, file: Id, word: Word = "") -> FileResponse:
    """A camera's file of a record, in ranges; fragmented MP4 as it was recorded."""
    _let_in(home, actor, word, _settled(request, home, id).meta.room)
    folder = words.folder_of(desk_data.root(home), id)
    if not file.startswith("video-") or not file.endswith(".mp4") or "/" in file or not (folder / file).is_file():
        raise not_found()
    return FileResponse(folder / file, media_type="video/mp4")


@router.post("/marks", status_code=204)
async def mark(request: Request, home: TheHome, actor: TheActor, made: d.DeskMarkIn) -> None:
    """A person's mark on the axis of a record; a room that is being recorded keeps it in its file as well."""
    from starlette.concurrency import run_in_threadpool

    room = made.record.removeprefix(TAP)
    if not made.record.startswith(TAP):
        reader = await run_in_threadpool(request.app.state.desk_readers.get, desk_data.root(home), made.record)
        room = reader.meta.room
    await run_in_threadpool(
        lambda: home.state.add_mark(room, int(made.time_ms * MS), made.text, by=actor.name, kind=made.kind)
    )
    feed = request.app.state.desk_feeds.get(home.path, room)
    if feed is not None:
        kind = "phase" if made.kind == "phase" else "mark"
        await feed.command({"do": "say", "kind": kind, "text": made.text, "x": {"by": actor.name}})


@router.get("/layout")
def layout(home: TheHome, role: Role) -> d.DeskLayout:
    """How a role has placed its panels; no panels when it never did."""
    for entry in home.state.filed(words.LAYOUT):
        if entry.id == role:
            return d.DeskLayout(role=role, panels=[d.DeskPanel(**panel) for panel in entry.body["panels"]])
    return d.DeskLayout(role=role, panels=[])


@router.put("/layout", status_code=204)
def keep_layout(home: TheHome, actor: TheActor, made: d.DeskLayout) -> None:
    """Keeps how a role has placed its panels."""
    body = {"panels": [panel.model_dump() for panel in made.panels]}
    home.state.file(words.LAYOUT, body, by=actor.name, id=made.role)


@router.post("/regulatory")
def regulatory(home: TheHome, actor: TheActor, made: d.DeskDecisionIn) -> d.DeskPermission:
    """The owner's decision on プログラム医療機器 該当性: it switches live values on or off."""
    words.decide_regulatory(home.state, made.decision, made.reason, by=actor.name)
    return _permission(home)


@router.get("/consent")
def consents(home: TheHome) -> list[d.DeskConsent]:
    """The consent rules in force. A room without one has no video."""
    return [
        d.DeskConsent(room=one.id, rule=str(one.body["rule"]), by=one.by, at_ms=one.at / MS)
        for one in words.consents(home.state)
    ]


@router.post("/consent")
def consent(home: TheHome, actor: TheActor, made: d.DeskConsentIn) -> list[d.DeskConsent]:
    """Records under which rule, and with whose consent, video of a room may start."""
    words.give_consent(home.state, made.room, made.rule, by=actor.name)
    return consents(home)


@router.post("/consent/withdraw")
def withdraw_consent(home: TheHome, actor: TheActor, made: d.DeskRoomIn) -> list[d.DeskConsent]:
    """Takes a rule back: no video of this room starts any more. One that runs is ended by its connector's owner."""
    words.withdraw_consent(home.state, made.room, by=actor.name)
    return consents(home)


@router.get("/search")
def search(home: TheHome, actor: TheActor, q: Id) -> list[d.DeskHit]:
    """Spans of all recorded procedures in which every condition holds: `SpO2 < 90 while active > 0`."""
    found = find(desk_data.root(home), q)
    home.state.audit(actor.name, "desk.search", q, {"spans": len(found)})
    return [d.DeskHit(record=hit.record, room=hit.room, start_ms=hit.start / MS, end_ms=hit.end / MS) for hit in found]


@router.get("/export", response_class=FileResponse)
def export(
    home: TheHome,
    actor: TheActor,
    id: Id,
    format: Literal["mcap", "csv", "parquet", "fhir", "vital", "summary", "handover"],
    lang: Literal["ja", "en"] = "ja",
) -> FileResponse:
    """A recorded procedure in a shape that others open. Audited; a person masks what must not leave."""
    assert format in FORMATS
    folder = words.folder_of(desk_data.root(home), id)
    place = tempfile.TemporaryDirectory(prefix="hinomi-export-")
    out = write(folder, format, Path(place.name), home.state, lang=lang)
    home.state.audit(actor.name, "desk.export", id, {"format": format})
    return FileResponse(out, filename=f"{safe(id)}{SUFFIX[format]}", background=BackgroundTask(place.cleanup))


@router.get("/invitations")
def invitations(home: TheHome) -> list[d.DeskInvitation]:
    """Those that have not ended."""
    return [_invitation(one, "") for one in words.invitations(home.state)]


@router.post("/invitations")
def invite(home: TheHome, actor: TheActor, made: d.DeskInvitationIn) -> d.DeskInvitation:
    """An invitation that ends. Its word is shown in this answer and never again."""
    one, word = words.invite(home.state, made.room, made.name, made.hours, by=actor.name)
    return _invitation(one, word)


@router.delete("/invitations", status_code=204)
def end_invitation(home: TheHome, actor: TheActor, id: Id) -> None:
    """Ends an invitation before its time; the guest's line closes with the next question."""
    words.end_invitation(home.state, id, by=actor.name)


def _invitation(one: words.Invitation, word: str) -> d.DeskInvitation:
    return d.DeskInvitation(id=one.id, room=one.room, name=one.name, until_ms=one.until / MS, by=one.by, word=word)


@router.get("/advice")
def advice(request: Request, home: TheHome, actor: TheActorOrGuest, id: Id, word: Word = "") -> list[d.DeskStroke]:
    """What was pointed at and drawn on a record."""
    if word or actor is None:
        _let_in(home, actor, word, _settled(request, home, id).meta.room)
    return [
        d.DeskStroke(**{**entry.body["stroke"], "by": entry.by})
        for entry in home.state.filed(words.ADVICE)
        if entry.body["record"] == id
    ]


@router.post("/advice", status_code=204)
async def advise(request: Request, home: TheHome, actor: TheActorOrGuest, made: d.DeskStrokeIn) -> None:
    """A stroke of the person here, or of a guest by the word of an invitation. It is part of the record."""
    from starlette.concurrency import run_in_threadpool

    def keep() -> d.DeskStroke:
        room = made.record.removeprefix(TAP)
        if not made.record.startswith(TAP):
            room = request.app.state.desk_readers.get(desk_data.root(home), made.record).meta.room
        by = _let_in(home, actor, made.word, room)
        stroke = made.stroke.model_copy(update={"by": by})
        words.keep_advice(home.state, made.record, stroke.model_dump(), by)
        return stroke

    stroke = await run_in_threadpool(keep)
    for feed in request.app.state.desk_feeds.known(home.path):
        if feed.health is not None and (feed.health.get("record") or {}).get("id") == made.record:
            await feed.command(
                {"do": "say", "kind": "advice", "text": f"{stroke.by}: {stroke.panel}", "x": stroke.model_dump()}
            )
