"""Community rules (Sigma): which are in use, which cannot be used and why, and approving what one weighs."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks
from pydantic import Field, StringConstraints

from hinomi.api import shapes_watch as shapes
from hinomi.api.again import work_out_again
from hinomi.api.deps import TheActor, TheHome
from hinomi.api.shapes import Shape
from hinomi.model import Severity
from hinomi.pipeline import community
from hinomi.texts import text

router = APIRouter(prefix="/api/sigma", tags=["sigma"])


class Weight(Shape):
    severity: Severity
    reason: Annotated[str, StringConstraints(min_length=1, max_length=2000)] = Field(
        description="what came of trying it"
    )


@router.get("")
def listing(home: TheHome) -> shapes.SigmaRules:
    """Every rule of the folder, those that cannot be used with the reason."""
    weights = {one.rule: one.severity for one in community.approved(home)}
    found = community.met(home)
    rules = []
    for rule in community.rules(home):
        ja, en = (
            text(f"sigma.problem_{rule.problem}", n, about=rule.about) if rule.problem else "" for n in ("ja", "en")
        )
        rules.append(
            shapes.SigmaRule(
                id=rule.id, title=rule.title, file=rule.file, level=rule.level, author=rule.author, source=rule.source,
                used=bool(rule.where), why_ja=ja, why_en=en,
                severity=Severity(weights.get(rule.id, "low")) if rule.where else None, approved=rule.id in weights,
                findings=found.get(rule.id, []),
            )
        )  # fmt: skip
    return shapes.SigmaRules(folder=str(community.folder(home)), rules=rules)


@router.post("/{id}/approve")
def approve(home: TheHome, actor: TheActor, id: str, ask: Weight, later: BackgroundTasks) -> shapes.SigmaRules:
    """What a rule that was tried in this house weighs from now on."""
    community.approve(home, id, ask.severity.value, by=actor.name, reason=ask.reason)
    later.add_task(work_out_again, home)
    return listing(home)
