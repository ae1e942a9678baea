"""The audit chain: who saw and did what; whether the chain holds; the whole of it as a file."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from hinomi.api import shapes_settings as shapes
from hinomi.api.deps import TheActor, TheHome
from hinomi.api.problems import RefusedError
from hinomi.api.words import nanoseconds, when
from hinomi.store.state import AuditEntry, AuditFilter

router = APIRouter(prefix="/api/audit", tags=["audit"])

PAGE = 100
EXPORT_PAGE = 2_000
Word = Annotated[str, Query(max_length=120)]


def _filter(actor: str, act: str, q: str, since: str, until: str, before: int | None = None) -> AuditFilter:
    try:
        start, end = (nanoseconds(text) if text else 0 for text in (since, until))
    except (ValueError, OverflowError) as error:
        raise RefusedError("api.not_understood", 422) from error
    return AuditFilter(actor, act, q.strip(), min(start, 2**63 - 1), min(end, 2**63 - 1), before)


@router.get("")
def entries(
    home: TheHome,
    actor: Word = "",
    act: Word = "",
    q: Word = "",
    since: Word = "",
    until: Word = "",
    before: Annotated[int | None, Query(ge=1, le=2**62)] = None,
) -> shapes.AuditPage:
    """Entries that fit, newest first."""
    found = home.state.find_audit(_filter(actor, act, q, since, until, before), PAGE + 1)
    actors, acts = home.state.audit_words()
    return shapes.AuditPage(
        items=[_row(one) for one in found[:PAGE]],
        before=found[PAGE - 1].seq if len(found) > PAGE else None,
        actors=actors,
        acts=acts,
    )


@router.get("/verify")
def verify(home: TheHome) -> shapes.AuditVerdict:
    """Recomputes the hash of every entry."""
    told = home.state.verify_audit()
    return shapes.AuditVerdict(entries=told.entries, head=told.head, broken_at=told.broken_at)


@router.get("/export.csv", response_class=StreamingResponse)
def export(
    home: TheHome, actor: TheActor, who: Word = "", act: Word = "", q: Word = "", since: Word = "", until: Word = ""
) -> StreamingResponse:
    """All entries that fit as CSV (UTF-8 with BOM), newest first; that it was taken out is an entry too."""
    wanted = _filter(who, act, q, since, until)
    home.state.audit(actor.name, "audit.export", "", {"who": who, "act": act, "q": q, "since": since, "until": until})

    def lines() -> Iterator[str]:
        out = io.StringIO()
        out.write("\ufeff")
        writer = csv.writer(out)
        writer.writerow(["seq", "at", "actor", "act", "subject", "detail", "previous", "hash"])
        before: int | None = None
        while True:
            page = home.state.find_audit(replace(wanted, before=before), EXPORT_PAGE)
            for one in page:
                detail = json.dumps(dict(one.detail), ensure_ascii=False, sort_keys=True)
                texts = [_inert(text) for text in (one.actor, one.act, one.subject, detail)]
                writer.writerow([one.seq, when(one.at), *texts, one.previous, one.hash])
            yield out.getvalue()
            out.seek(0)
            out.truncate()
            if len(page) < EXPORT_PAGE:
                return
            before = page[-1].seq

    return StreamingResponse(
        lines(),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="hinomi-audit.csv"'},
    )


def _row(one: AuditEntry) -> shapes.AuditRow:
    return shapes.AuditRow(
        seq=one.seq, at=when(one.at), actor=one.actor, act=one.act, subject=one.subject,
        detail={name: _told(value) for name, value in one.detail.items()}, hash=one.hash,
    )  # fmt: skip


def _told(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _inert(text: str) -> str:
    """A spreadsheet must not take a text for a formula."""
    return f"'{text}" if text[:1] in tuple("=+-@\t\r") else text
