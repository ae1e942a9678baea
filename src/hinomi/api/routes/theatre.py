"""Theatre: one room's readings, images, findings and in-use times on one axis."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from hinomi.api import shapes
from hinomi.api.deps import TheActor, TheHome, TheLook
from hinomi.api.problems import not_found

router = APIRouter(prefix="/api/theatre", tags=["theatre"])

POINTS_MAX = 2000  # of one track in one answer; more are joined into steps with their lowest and highest


@router.get("/rooms")
def rooms(home: TheHome, look: TheLook) -> list[shapes.Room]:
    """Rooms and beds that readings or images name, newest first."""
    return []


@router.get("/timeline")
def timeline(
    home: TheHome,
    look: TheLook,
    actor: TheActor,
    room: Annotated[str, Query(min_length=1, max_length=200)],
    start_ms: float | None = None,
    end_ms: float | None = None,
    points: Annotated[int, Query(ge=10, le=POINTS_MAX)] = 1000,
) -> shapes.Timeline:
    """One room on one time axis. The access is audited: it shows a patient's values."""
    raise not_found()
