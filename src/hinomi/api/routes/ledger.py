"""The hospital's ledger: read, confirmed by a person, held against the network, exported in its own columns."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, cast

from fastapi import APIRouter, Body, Query, Response

from hinomi.api import shapes_ledger as shapes
from hinomi.api.deps import TheActor, TheHome, TheLook
from hinomi.api.look import Look
from hinomi.api.shapes import Words
from hinomi.api.words import when
from hinomi.home import Home
from hinomi.inventory import ledger, places
from hinomi.inventory.ledger import Match, Row, Sheet, Unseen
from hinomi.model import Device
from hinomi.pipeline.ledger import Held, as_csv, as_excel, held, row_key
from hinomi.texts import Problem, catalogue

router = APIRouter(prefix="/api", tags=["ledger"])

EXAMPLES = 3
Upload = Annotated[bytes, Body(media_type="application/octet-stream")]
Name = Annotated[str, Query(min_length=1, max_length=200)]
Columns = Annotated[
    str, Query(max_length=20_000, description='JSON: {"3": "serial"}; columns from 0, "" leaves one out')
]


def field_words(name: str) -> Words:
    both = catalogue()[f"ledger_field.{name}"]
    return Words(ja=both["ja"], en=both["en"])


def _read(content: bytes, name: str, sheet: str, columns: str) -> Sheet:
    wanted: dict[int, str] = {}
    known = ledger.fields()
    try:
        given = json.loads(columns) if columns else {}
        for index, field in given.items():
            if field and field not in known:
                raise ValueError(field)
            wanted[int(index)] = str(field)
    except (ValueError, AttributeError, TypeError, RecursionError) as error:
        raise Problem("ledger.bad_column", word=columns[:60], known=", ".join(known)) from error
    with tempfile.TemporaryDirectory(prefix="hinomi-ledger-") as folder:
        path = Path(folder) / (Path(name.replace("\\", "/").replace("\0", "")).name[-120:] or "ledger")
        path.write_bytes(content)
        return ledger.read(path, wanted, sheet or None)


@router.post("/ledger/look")
def look_at(content: Upload, name: Name, sheet: str = "", columns: Columns = "") -> shapes.LedgerReading:
    """Reads a ledger file and says how it was understood. Nothing is kept."""
    read = _read(content, name, sheet, columns)
    return shapes.LedgerReading(
        name=read.name,
        header_row=read.header_row,
        columns=[
            shapes.LedgerColumn(
                index=c.index,
                heading=c.heading,
                field=c.field,
                sure=c.sure,
                examples=_examples(read, c.index),
            )
            for c in read.columns
            if c.heading or _examples(read, c.index)
        ],
        rows=len(read.rows),
        notes=[Words(ja=n.ja, en=n.en) for n in read.notes],
        fields=[shapes.LedgerField(id=f, words=field_words(f)) for f in ledger.fields()],
    )


def _examples(sheet: Sheet, index: int) -> list[str]:
    found: dict[str, None] = {}
    for row in sheet.rows:
        if index < len(row.cells) and row.cells[index]:
            found[row.cells[index][:80]] = None
            if len(found) == EXAMPLES:
                break
    return list(found)


@router.post("/ledger")
def load(
    home: TheHome, actor: TheActor, content: Upload, name: Name, sheet: str = "", columns: Columns = ""
) -> shapes.Done:
    """Makes a ledger file the ledger in force, its columns as a person confirmed them."""
    return shapes.Done(id=home.state.registers.put_ledger(_read(content, name, sheet, columns), by=actor.name))


def held_now(home: Home, look: Look) -> Held:
    """The reconciliation, worked out once per look."""
    return look.memo("ledger", lambda: held(home))


@router.get("/ledger")
def now(home: TheHome, look: TheLook) -> shapes.LedgerNow:
    """The ledger in force, and the sums."""
    try:
        kept = held_now(home, look)
    except Problem as problem:
        if problem.id != "ledger.none":
            raise
        return shapes.LedgerNow(loaded=False)
    return shapes.LedgerNow(
        loaded=True,
        name=kept.ledger.sheet.name,
        by=kept.ledger.by,
        at=when(kept.ledger.at),
        rows=len(kept.ledger.sheet.rows),
        matched=len(kept.found.matches),
        differs=sum(1 for m in kept.found.matches if m.differences),
        unlisted=len(kept.found.unlisted),
        unseen=len(kept.unseen),
        unseen_heard=sum(1 for u in kept.unseen if u.hearing == "heard"),
        notes=[Words(ja=n.ja, en=n.en) for n in kept.ledger.sheet.notes],
    )


@router.get("/ledger/rows")
def rows(
    home: TheHome,
    look: TheLook,
    list: shapes.ListName,
    q: Annotated[str, Query(max_length=200)] = "",
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> shapes.LedgerPage:
    """One of the lists: seen and not listed, listed and never seen, differing, matched."""
    kept = held_now(home, look)
    if list == "unlisted":
        lines = [_unlisted(look, d) for d in kept.found.unlisted]
    elif list == "unseen":
        lines = [_unseen(look, u) for u in kept.unseen]
    else:
        lines = [_match(look, kept, m) for m in kept.found.matches if list == "matched" or m.differences]
    words = q.lower().split()
    if words:
        lines = [line for line in lines if all(word in line.model_dump_json().lower() for word in words)]
    return shapes.LedgerPage(which=list, items=lines[offset : offset + limit], total=len(lines), offset=offset)


def _row(row: Row) -> shapes.LedgerRow:
    told: Mapping[str, str] = row.values
    return shapes.LedgerRow(
        number=row.number,
        name=told.get("name", ""),
        manufacturer=told.get("manufacturer", ""),
        model=told.get("model", ""),
        serial=told.get("serial", ""),
        asset_number=told.get("asset_number", ""),
        ip=", ".join(row.ips),
        location=told.get("location", ""),
        department=told.get("department", ""),
    )


def _unlisted(look: Look, device: Device) -> shapes.LedgerLine:
    return shapes.LedgerLine(
        row=None,
        device=look.ref(device.id),
        manufacturer=device.value("manufacturer"),
        model=device.value("model"),
        serial=device.value("serial"),
        last=when(device.last),
    )


def _unseen(look: Look, one: Unseen) -> shapes.LedgerLine:
    return shapes.LedgerLine(
        row=_row(one.row),
        device=None,
        why=Words(ja=one.why_ja, en=one.why_en),
        hearing=cast("Literal['heard', 'not_heard', 'unknown']", one.hearing),
        maybe=look.refs(one.maybe),
    )


def _match(look: Look, kept: Held, match: Match) -> shapes.LedgerLine:
    return shapes.LedgerLine(
        row=_row(match.row),
        device=look.ref(match.device.id),
        last=when(match.device.last),
        sure=match.sure,
        why=Words(ja=match.why_ja, en=match.why_en),
        differences=[
            shapes.LedgerDifference(
                field=d.field,
                words=field_words(d.field),
                ledger=d.ledger,
                network=d.network,
                likelier=cast("Literal['ledger', 'network', 'unclear']", d.likelier),
                why=Words(ja=d.why_ja, en=d.why_en),
            )
            for d in match.differences
        ],
        link=kept.link_id(match.row),
    )


@router.post("/ledger/links")
def link(home: TheHome, actor: TheActor, ask: shapes.LedgerLinkAsk) -> shapes.Done:
    """Keeps a person's word that a row is a device; it holds for later ledgers too."""
    key = row_key(home, ask.row)
    return shapes.Done(id=home.state.registers.link_ledger(key, ask.device, by=actor.name, reason=ask.reason).id)


@router.post("/ledger/links/{id}/undo")
def unlink(home: TheHome, actor: TheActor, id: str, ask: shapes.ReasonAsk) -> shapes.Done:
    """Takes a link back."""
    home.state.registers.unlink_ledger(id, by=actor.name, reason=ask.reason)
    return shapes.Done(id=id)


@router.get("/ledger/export", response_class=Response)
def export(
    home: TheHome, look: TheLook, format: Literal["xlsx", "csv"] = "xlsx", lang: Literal["ja", "en"] = "ja"
) -> Response:
    """The ledger in its own columns: empty cells filled with what is sure, devices not listed added at the end."""
    kept = held_now(home, look)
    table = ledger.export(kept.ledger.sheet, kept.found, {"note": catalogue()["cli.ledger_new_row"][lang]})
    if format == "csv":
        content, kind = as_csv(table), "text/csv; charset=utf-8"
    else:
        content = as_excel(table, "ledger")
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    named = {"Content-Disposition": f'attachment; filename="hinomi-ledger.{format}"'}
    return Response(content, media_type=kind, headers=named)


# ---------------------------------------------------------------- places


@router.get("/places")
def told(home: TheHome) -> shapes.PlacesNow:
    """Which switches and DHCP servers told something."""
    by: dict[tuple[str, str], list[int]] = {}
    for row in home.state.registers.told_places():
        by.setdefault((row.kind, row.source), []).append(row.told_at)
    return shapes.PlacesNow(
        sources=[
            shapes.PlaceSource(
                kind=cast("Literal['lease', 'switch']", kind), source=source, rows=len(times), at=when(max(times))
            )
            for (kind, source), times in sorted(by.items())
        ]
    )


@router.post("/places")
def load_places(home: TheHome, actor: TheActor, content: Upload, source: Name) -> shapes.PlaceLoaded:
    """Leases or a switch's MAC table, as a file or pasted; replaces what this source told before."""
    found = places.read(places.text_of(content), source=source)
    kind = cast("Literal['lease', 'switch']", found[0].kind)
    home.state.registers.put_told_places(found, kind=kind, source=source, by=actor.name)
    held_by = {mac for _, mac, _, _, _ in home.state.addresses() if mac}
    return shapes.PlaceLoaded(
        kind=kind, source=source, rows=len(found), known=sum(1 for row in found if row.mac in held_by)
    )
