"""Today: what needs a person, what is quiet, what the tap could hear; and the words for ids."""

from __future__ import annotations

import shlex
import sys
from collections import Counter, defaultdict
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed
from pathlib import Path

from fastapi import APIRouter

from hinomi import watch
from hinomi.api import shapes
from hinomi.api.deps import TheHome, TheLook
from hinomi.api.findings_text import kind_words, rows
from hinomi.api.look import WAITING, Look
from hinomi.api.routes.coverage import coverage_rows, sensors
from hinomi.api.words import type_words, when, when_or_none, zone_words
from hinomi.live.interfaces import places
from hinomi.live.now import listening
from hinomi.store.state.shapes import Finding
from hinomi.texts import Problem
from hinomi.watch import knowledge

router = APIRouter(prefix="/api", tags=["overview"])

NEEDS_MAX = 3  # a tired person can hold three things


def program_version() -> str:
    try:
        return installed("hinomi")
    except PackageNotFoundError:
        return "0"


@router.get("/overview")
def overview(home: TheHome, look: TheLook) -> shapes.Overview:
    """Today."""
    captures = home.state.captures()
    heard = coverage_rows(home, look)
    span = look.span
    inside = [item for item in look.summaries.values() if not item.outside]
    return shapes.Overview(
        empty=not captures,
        needs=rows(look, _distinct(look)[:NEEDS_MAX]),
        needs_total=len(look.waiting),
        quiet=_quiet(home, look),
        zones=_zones(look, heard),
        devices=len(inside),
        outside=len(look.summaries) - len(inside),
        unknown_type=sum(1 for item in inside if item.type in ("", "unknown")),
        in_use=sum(1 for item in inside if look.in_use(item.id) == "yes"),
        heard_from=when_or_none(span[0] if span else 0),
        heard_to=when_or_none(span[1] if span else 0),
        one_way=sum(1 for row in heard if row.heard == "one_way"),
        nothing=sum(1 for row in heard if row.heard == "nothing"),
        drops=sum(sensor.drops for sensor in sensors(home, look)),
        captures=len(captures),
        incomplete=sum(1 for capture in captures if not capture.complete),
        listening=told_listening(home),
        places=[] if captures else _places(home),
    )


def told_listening(home: TheHome) -> shapes.Listening | None:
    now = listening(home.path)
    if now is None:
        return None
    return shapes.Listening(
        interfaces=list(now.interfaces),
        since=when(now.began),
        newest=when_or_none(now.newest),
        packets=now.packets,
        drops=now.drops,
        ring=now.ring,
        card=now.card,
        unreadable=now.unreadable,
        waiting=now.waiting,
        not_kept=now.not_kept,
        left_out=sum(now.left_out.values()),
        sent=now.sent,
        silent=now.silent,
        quiet=now.quiet,
    )


def _in_the_way(why: Problem | None) -> int:
    """An interface with an address has another use already: it comes last."""
    return 0 if why is None else 2 if why.id == "listen.has_address" else 1


def _places(home: TheHome) -> list[shapes.ListenPlace]:
    """Commands as they are to be typed: another user's home and search path are not this one's."""
    program = Path(sys.executable).with_name("hinomi")
    hinomi = f"sudo {shlex.quote(str(program))}"
    return [
        shapes.ListenPlace(
            name=name,
            why_not=shapes.Words(ja=why.sentence("ja"), en=why.sentence("en")) if why else None,
            prepare=f"{hinomi} listen --prepare {shlex.quote(name)} | sudo sh",
            listen=f"{hinomi} --home {shlex.quote(str(home.path))} listen {shlex.quote(name)}",
        )
        for name, why in sorted(places(), key=lambda place: (_in_the_way(place[1]), place[0]))
    ]


def _distinct(look: Look) -> list[Finding]:
    """Waiting findings, one of each story: the others of a story stand on its page."""
    told: set[str] = set()
    first = []
    for finding in look.waiting:
        if finding.story and finding.story in told:
            continue
        told.add(finding.story)
        first.append(finding)
    return first


def _quiet(home: TheHome, look: Look) -> list[shapes.Quiet]:
    """Detections without a waiting finding. Never a proof: as far as the tap could hear."""
    loud = {finding.detection for finding in look.waiting}
    decided = look.memo("decided", lambda: _decided(home))
    since = when_or_none(look.span[0] if look.span else 0)
    return [
        shapes.Quiet(
            detection=id,
            words=kind_words(id),
            answer="not_contradicted" if since else "unknown",
            since=since,
            decided=decided[id],
        )
        for id in watch.registry()
        if id not in loud
    ]


def _decided(home: TheHome) -> Counter[str]:
    """Detection → findings that a person has decided."""
    return Counter(f.detection for f in home.state.findings().items if f.status not in WAITING)


def _zones(look: Look, heard: list[shapes.CoverageRow]) -> list[shapes.ZoneNow]:
    members: dict[str, list[str]] = defaultdict(list)
    for item in look.summaries.values():
        if not item.outside and item.zone:
            members[item.zone].append(item.id)
    rank = {"both": 0, "one_way": 1, "nothing": 2}
    heard_in: dict[str | None, list[shapes.Heard]] = defaultdict(list)
    for row in heard:
        heard_in[row.zone].append(row.heard)
    now = []
    for zone in look.zones.values():
        if zone.kind == "external":
            continue
        ids = members.get(zone.id, [])
        states = sorted(heard_in[zone.id], key=rank.__getitem__)
        ref = look.zone_ref(zone.id)
        if ref is None:
            continue
        now.append(
            shapes.ZoneNow(
                zone=ref,
                devices=len(ids),
                in_use=sum(1 for id in ids if look.in_use(id) == "yes"),
                findings=len({f.id for id in ids for f in look.waiting_by_device.get(id, ())}),
                last=when_or_none(max((look.summaries[id].last for id in ids), default=0)),
                heard=states[0] if states else "nothing",
            )
        )
    return now


@router.get("/vocabulary")
def vocabulary(home: TheHome, look: TheLook) -> shapes.Vocabulary:
    """The lists of ids that the other answers use, with their words."""
    return shapes.Vocabulary(
        site=home.site,
        site_name=home.settings.site_name,
        version=program_version(),
        language=home.settings.language,
        time_zone=home.settings.time_zone,
        types=[
            shapes.TypeWords(
                id=kind.id, category=kind.category, words=type_words(kind.id), criticality=kind.criticality
            )
            for kind in knowledge.types().values()
        ],
        zone_kinds=[
            shapes.KindWords(id=kind.id, words=shapes.Words(ja=kind.ja, en=kind.en), clinical=kind.clinical)
            for kind in knowledge.kinds().values()
        ],
        zones=[
            shapes.ZoneRef(id=z.id, kind=z.kind, name=zone_words(z), by_person=z.by_person) for z in look.zones.values()
        ],
    )


@router.get("/health")
def health(home: TheHome) -> shapes.Health:
    """Whether Hinomi itself is well."""
    verdict = home.state.verify_audit()
    return shapes.Health(
        ok=verdict.broken_at is None,
        version=program_version(),
        site=home.site,
        database=True,
        captures=len(home.state.captures()),
        audit_ok=verdict.broken_at is None,
        audit_entries=verdict.entries,
        audit_problem=verdict.problem,
    )
