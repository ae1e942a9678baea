"""The network diagram as a file."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Response

from hinomi.api.deps import TheActor, TheHome
from hinomi.pipeline.diagram import MEDIA, write

router = APIRouter(prefix="/api", tags=["map"])


@router.get("/diagram", response_class=Response)
def diagram(
    home: TheHome, actor: TheActor, format: Literal["svg", "pdf", "drawio"] = "pdf", lang: Literal["ja", "en"] = "ja"
) -> Response:
    """The network diagram that a hospital must hold: zones, conduits, date, legend, what the tap could not hear."""
    content = write(home, format, lang)
    home.state.audit(actor.name, "diagram.made", format, {"lang": lang})
    named = {"Content-Disposition": f'attachment; filename="hinomi-network.{format}"'}
    return Response(content, media_type=MEDIA[format], headers=named)
