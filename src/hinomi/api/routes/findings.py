"""Findings: the list, one story, and a person's decision on it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from hinomi.api import shapes
from hinomi.api.deps import TheActor, TheHome, TheLook
from hinomi.api.findings_text import rows, whole
from hinomi.api.problems import RefusedError, not_found
from hinomi.api.words import nanoseconds
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
    home.state.decide_finding(id, Status(ask.status), by=actor.name, reason=ask.reason.strip(), until=until)
    return _one(home, look, id)


def _one(home: TheHome, look: TheLook, id: str) -> shapes.Finding:
    found = home.state.finding(id)
    if found is None:
        raise not_found()
    story = home.state.findings(story=found.story).items if found.story else []
    return whole(look, found, home.state.finding_events(id), story)
