"""Weaknesses of devices, ends of support, and the documents beside them."""

from __future__ import annotations

from typing import Annotated, Literal, cast
from urllib.parse import quote

from fastapi import APIRouter, Body, Query, Response

from hinomi.api import shapes_weakness as shapes
from hinomi.api.deps import TheActor, TheHome, TheLook
from hinomi.api.look import Look
from hinomi.api.problems import not_found
from hinomi.api.shapes import Words
from hinomi.api.shapes_ledger import Done, ReasonAsk
from hinomi.api.words import when
from hinomi.home import Home
from hinomi.inventory.ledger.values import key
from hinomi.pipeline import documents as papers
from hinomi.pipeline import weaknesses
from hinomi.store.state.registers import Document
from hinomi.texts import Problem
from hinomi.vulnerabilities import drop
from hinomi.vulnerabilities.shapes import Advisory, Weakness
from hinomi.vulnerabilities.support import End

router = APIRouter(prefix="/api", tags=["weaknesses"])
DEVICES_SHOWN = 200
ENDS_SHOWN = 1000
OPEN = ("confirmed", "possible")


def _standing(home: Home, look: Look) -> weaknesses.Standing:
    # The drop folder is no part of the state's version: its own cache knows when a file changed.
    library = drop.read(home.advisories_path)
    kept = look.memo("weaknesses", lambda: weaknesses.standing(home))
    if kept.library is not library:
        kept = weaknesses.standing(home)
        look.put("weaknesses", kept)
    return kept


@router.get("/weaknesses")
def listed(
    home: TheHome,
    look: TheLook,
    device: str = "",
    whole: bool = False,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> shapes.Weaknesses:
    """Advisories that concern a device, most urgent first, and ends of support. `whole`: also those settled."""
    now = _standing(home, look)
    rows = []
    for advisory, found in now.by_advisory():
        wanted = [w for w in found if (not device or w.device == device) and (whole or w.standing in OPEN)]
        if wanted:
            rows.append((advisory, wanted))
    ends = [
        end for end in now.ends if (not device or end.device == device) and (whole or device or end.over or end.soon)
    ]
    return shapes.Weaknesses(
        items=[_row(look, advisory, found) for advisory, found in rows[offset : offset + limit]],
        total=len(rows),
        advisories=len(now.library.advisories),
        files=[
            shapes.AdvisoryFile(
                name=f.name,
                kind=f.kind,
                entries=f.entries,
                problem=Words(ja=f.problem_ja, en=f.problem_en) if f.problem_en else None,
            )
            for f in now.library.files
        ],
        folder=str(home.advisories_path),
        ends=[_end(look, end) for end in ends[:ENDS_SHOWN]],
    )


def _row(look: Look, advisory: Advisory, found: list[Weakness]) -> shapes.WeaknessRow:
    counts: dict[str, int] = {}
    for weakness in found:
        counts[weakness.standing] = counts.get(weakness.standing, 0) + 1
    return shapes.WeaknessRow(
        id=advisory.id,
        source=advisory.source,
        publisher=advisory.publisher,
        title=advisory.title,
        cves=list(advisory.cves),
        url=advisory.url if advisory.url.startswith(("https://", "http://")) else "",
        published=advisory.published,
        score=advisory.score,
        known_exploited=advisory.known_exploited,
        ransomware=advisory.ransomware,
        epss=advisory.epss,
        remedy=advisory.remedy,
        counts=counts,
        devices=[
            shapes.WeakDevice(
                device=look.ref(w.device),
                in_use=look.in_use(w.device),
                standing=cast("shapes.StandingWord", w.standing),
                product=w.product,
                why=Words(ja=w.why_ja, en=w.why_en),
                word=w.word,
            )
            for w in found[:DEVICES_SHOWN]
        ],
    )


def _end(look: Look, end: End) -> shapes.SupportEnd:
    return shapes.SupportEnd(
        device=look.ref(end.device),
        what=cast("Literal['os', 'device']", end.what),
        name=end.name,
        ends=end.ends,
        over=end.over,
        soon=end.soon,
        source=end.source,
    )


@router.post("/weaknesses/words")
def say(home: TheHome, look: TheLook, actor: TheActor, ask: shapes.WeaknessAsk) -> Done:
    """Keeps a person's word on an advisory and a device; it wins over the matching."""
    if ask.advisory not in _standing(home, look).library.advisories:
        raise Problem("weakness.unknown", id=ask.advisory)
    made = home.state.registers.say_weakness(ask.advisory, ask.device, ask.standing, by=actor.name, reason=ask.reason)
    return Done(id=made.id)


@router.post("/weaknesses/words/{id}/undo")
def unsay(home: TheHome, actor: TheActor, id: str, ask: ReasonAsk) -> Done:
    """Takes a word back; the matching holds again."""
    home.state.registers.unsay_weakness(id, by=actor.name, reason=ask.reason)
    return Done(id=id)


# ---------------------------------------------------------------- documents


@router.get("/documents")
def documents(home: TheHome, look: TheLook, device: str = "") -> shapes.Documents:
    """Documents; with `device`, those of it and of its make and model."""
    found = home.state.registers.documents()
    if device:
        one = home.state.device(device)
        if one is None:
            raise not_found()
        found = [
            d
            for d in found
            if d.device == device or (not d.device and weaknesses.belongs(one, key(d.manufacturer), key(d.model)))
        ]
    return shapes.Documents(items=[_document(look, d) for d in found])


def _document(look: Look, one: Document) -> shapes.Document:
    return shapes.Document(
        id=one.id,
        kind=cast("shapes.DocumentKind", one.kind),
        device=look.ref(one.device) if one.device else None,
        manufacturer=one.manufacturer,
        model=one.model,
        name=one.name,
        size=one.size,
        components=len(one.components),
        answers=len(one.facts) if one.kind != "sbom" else 0,
        by=one.by,
        at=when(one.at),
    )


@router.post("/documents")
def attach(
    home: TheHome,
    actor: TheActor,
    content: Annotated[bytes, Body(media_type="application/octet-stream")],
    name: Annotated[str, Query(min_length=1, max_length=200)],
    kind: shapes.DocumentKind,
    device: Annotated[str, Query(max_length=200)] = "",
    manufacturer: Annotated[str, Query(max_length=200)] = "",
    model: Annotated[str, Query(max_length=200)] = "",
) -> Done:
    """Attaches a file to a device, or to every device of a make and model."""
    made = papers.attach(
        home, content, name, kind, by=actor.name, device=device, manufacturer=manufacturer, model=model
    )
    return Done(id=made)


@router.get("/documents/components")
def components(
    home: TheHome, look: TheLook, q: Annotated[str, Query(min_length=2, max_length=200)]
) -> shapes.Components:
    """Components of every bill of materials that hold a word."""
    return shapes.Components(
        items=[
            shapes.Component(
                document=d.id,
                name=row["name"],
                version=row.get("version", ""),
                supplier=row.get("supplier", ""),
                licence=row.get("licence", ""),
                of=look.ref(d.device).label if d.device else f"{d.manufacturer} {d.model}".strip(),
            )
            for d, row in papers.components(home, q)
        ]
    )


@router.get("/documents/{id}/file", response_class=Response)
def file(home: TheHome, id: str) -> Response:
    """The file as it was attached."""
    name, raw = papers.content(home, id)
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return Response(raw, media_type="application/octet-stream", headers=headers)


@router.post("/documents/{id}/end")
def end(home: TheHome, actor: TheActor, id: str, ask: ReasonAsk) -> Done:
    """Takes a document off; its file is kept."""
    home.state.registers.end_document(id, by=actor.name, reason=ask.reason)
    return Done(id=id)
