"""Findings: the list, one story, and a person's decision on it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, cast

from fastapi import APIRouter, Query, Response

from hinomi.api import shapes
from hinomi.api.deps import TheActor, TheHome, TheLook
from hinomi.api.findings_text import IN_USE, rows, whole
from hinomi.api.look import WAITING
from hinomi.api.problems import RefusedError, not_found
from hinomi.api.shapes import Words
from hinomi.api.shapes_ledger import ReasonAsk
from hinomi.api.words import nanoseconds, when_or_none
from hinomi.model import Severity, Status

router = APIRouter(prefix="/api/findings", tags=["findings"])


@router.get("")
def findings(
    home: TheHome,
    look: TheLook,
    status: Annotated[list[Status] | None, Query()] = None,
    severity_at_least: Severity | None = None,
    device: str | None = None,
    zone: str | None = None,
    detection: str | None = None,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> shapes.FindingPage:
    """Findings, worst first. Without `status` all of them."""
    page = home.state.findings(
        status=status,
        severity_at_least=severity_at_least,
        device=device,
        zone=zone,
        detection=detection,
        offset=offset,
        limit=limit,
    )
    counts = {str(key): sum(by.values()) for key, by in home.state.finding_counts().items()}
    return shapes.FindingPage(items=rows(look, page.items), total=page.total, offset=page.offset, by_status=counts)


@router.get("/{id}")
def finding(home: TheHome, look: TheLook, id: str) -> shapes.Finding:
    """One finding: seen, why it matters, innocent explanations, first steps, how sure."""
    return _one(home, look, id)


@router.post("/{id}/decision")
def decide(home: TheHome, look: TheLook, actor: TheActor, id: str, ask: shapes.DecisionAsk) -> shapes.Finding:
    """Keeps a person's decision, with its reason and its end. The finding stays."""
    if not ask.reason.strip():
        raise RefusedError("api.not_understood", 422)
    try:
        until = nanoseconds(ask.until) if ask.until else None
    except (ValueError, OverflowError) as error:
        raise RefusedError("api.not_understood", 422) from error
    home.state.decide_findings(
        [id, *ask.also], Status(ask.status), by=actor.name, reason=ask.reason.strip(), until=until
    )
    return _one(home, look, id)


@router.get("/{id}/advice")
def advice(home: TheHome, look: TheLook, id: str) -> shapes.Advice:
    """Steps, where the line may be cut, and what would be lost at this minute. Hinomi cuts nothing."""
    from hinomi.pipeline.look import advice_view
    from hinomi.respond.advice import advice as advise
    from hinomi.watch.sight import Sight

    found = home.state.finding(id)
    if found is None:
        raise not_found()
    view = look.memo("advice_view", lambda: advice_view(home))
    sight = look.memo("advice_sight", lambda: Sight(view))
    story = home.state.findings(story=found.story, status=WAITING).items if found.story else []
    ja, en = (advise(found, view, lang, story, sight) for lang in ("ja", "en"))

    def both(left: str, right: str) -> Words | None:
        return Words(ja=left, en=right) if left else None

    def lines(left: Iterable[str], right: Iterable[str]) -> list[Words]:
        return [Words(ja=a, en=b) for a, b in zip(left, right, strict=True)]

    return shapes.Advice(
        finding=found.id,
        at=when_or_none(view.now),
        in_use=IN_USE[ja.in_use],
        warning=both(ja.warning, en.warning),
        steps=lines(ja.steps, en.steps),
        cuts=[
            shapes.Cut(
                place=cast("Any", one.place),
                text=Words(ja=one.text, en=two.text),
                lost=lines(one.lost, two.lost),
                warning=both(one.warning, two.warning),
            )
            for one, two in zip(ja.cuts, en.cuts, strict=True)
        ],
    )


@router.post("/{id}/bundle", response_class=Response, responses={200: {"content": {"application/zip": {}}}})
def bundle(home: TheHome, actor: TheActor, id: str, ask: ReasonAsk) -> Response:
    """The evidence of the finding and its story as one signed zip. The reason stays in the audit chain."""
    from hinomi.pipeline.bundle import make

    with tempfile.TemporaryDirectory(dir=home.staging_path, prefix="bundle-out-") as folder:
        out = Path(folder) / "evidence.zip"
        make(home, id, out, by=actor.name, reason=ask.reason.strip())
        data = out.read_bytes()
    name = f"{id.upper()}-evidence.zip" if id.replace("-", "").isalnum() and id.isascii() else "evidence.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type="application/zip", headers=headers)


def _one(home: TheHome, look: TheLook, id: str) -> shapes.Finding:
    found = home.state.finding(id)
    if found is None:
        raise not_found()
    story = home.state.findings(story=found.story).items if found.story else []
    return whole(look, found, home.state.finding_events(id), story)
