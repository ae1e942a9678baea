"""`desk …`: a room's recorder, its records, their exports, and what people decided about them."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
from dataclasses import replace
from pathlib import Path

from hinomi.cli.out import complain, put_json, put_table, say, t
from hinomi.connect.frames import pack, socket_path
from hinomi.home import Home
from hinomi.recorder import words
from hinomi.recorder.folder import RecordMeta, load_meta
from hinomi.texts import Problem


def run(path: Path) -> None:
    """The recorder of one room and its connectors, until it is stopped."""
    from hinomi.recorder import plan as plans
    from hinomi.recorder.hub import Hub
    from hinomi.recorder.supervisor import run_room

    plan = plans.load(path)
    home = Home()
    connectors = []
    for connector in plan.connectors:
        if connector.kind == "rtsp" and words.consent(home.state, plan.room) is None:
            complain(t("desk.no_consent", connector=connector.name), t("desk.no_consent_hint", room=plan.room))
            continue
        connectors.append(connector)

    def noted(meta: RecordMeta, folder: Path) -> None:
        if meta.end is not None:
            from hinomi.recorder.trend import settle

            settle(folder)
        words.note_record(home.state, meta)

    hub = Hub(
        home.path, plan.room, lab=plan.lab, auto=plan.auto, end_after_s=plan.end_after_s,
        leave_after_s=plan.leave_after_s, places=plan.places, started=noted, ended=noted,
        quota=None if plan.quota_gb is None else int(plan.quota_gb * 1e9),
        removed=lambda id: words.removed(home.state, id),
    )  # fmt: skip
    say(f"{plan.room}: {hub.socket}")
    sys.stdout.flush()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run_room(hub, replace(plan, connectors=tuple(connectors)), home.path))


def records(*, json: bool) -> None:
    found = []
    for folder in sorted(_root(Home()).glob("*/record.json"), reverse=True):
        with contextlib.suppress(OSError, ValueError, TypeError):
            found.append(load_meta(folder.parent))
    if json:
        put_json(found)
        return
    rows = [
        (m.id, m.room, str(m.samples), "…" if m.end is None else f"{(m.end - m.start) / 60e9:.1f} min", m.ended_by)
        for m in found
    ]
    put_table(("id", "room", "samples", "length", "ended by"), rows)


def command(room: str, act: str, *, by: str) -> None:
    """Tells a running recorder to start or end."""
    if act not in ("start", "end"):
        raise Problem("desk.bad_format", format=act, known="start, end")
    home = Home()
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(socket_path(home.path, room)))
            line.sendall(pack({"t": "command", "do": act, "by": f"person {by}"}))
    except OSError as error:
        raise Problem("desk.no_room", room=room) from error
    home.state.audit(by, f"desk.{act}", room)


def release(id: str, *, by: str) -> None:
    home = Home()
    words.release(home.state, _root(home), id, by=by)


def export(id: str, format: str, out: Path, *, by: str) -> None:
    from hinomi.recorder.exports import FORMATS, write

    if format not in FORMATS:
        raise Problem("desk.bad_format", format=format, known=", ".join(FORMATS))
    home = Home()
    folder = words.folder_of(_root(home), id)
    home.state.audit(by, "desk.export", id, {"format": format})
    say(str(write(folder, format, out, home.state)))


def search(question: str, *, by: str, json: bool) -> None:
    from hinomi.recorder.search import search as work

    home = Home()
    found = work(_root(home), question)
    home.state.audit(by, "desk.search", question, {"records": len({hit.record for hit in found})})
    if json:
        put_json(found)
        return
    put_table(
        ("record", "from", "to", "seconds"),
        [(hit.record, _clock(hit.start), _clock(hit.end), f"{(hit.end - hit.start) / 1e9:.1f}") for hit in found],
    )


def regulatory(decision: str, reason: str, *, by: str) -> None:
    words.decide_regulatory(Home().state, decision, reason, by=by)


def consent(room: str, rule: str, *, withdraw: bool, by: str) -> None:
    if withdraw:
        words.withdraw_consent(Home().state, room, by=by)
    else:
        words.give_consent(Home().state, room, rule, by=by)


def _root(home: Home) -> Path:
    return home.path / "theatre" / "records"


def _clock(ns: int) -> str:
    import datetime

    return datetime.datetime.fromtimestamp(ns / 1e9, datetime.UTC).isoformat(timespec="milliseconds")
