"""Papers: what leaves the house, as PDF, Excel, or one page that needs no network."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import Response

from hinomi.api.deps import TheActor, TheHome
from hinomi.api.problems import RefusedError
from hinomi.api.words import nanoseconds

router = APIRouter(prefix="/api/papers", tags=["papers"])

PaperName = Literal[
    "checklist", "annex", "inspection", "vendor", "register", "contacts", "bcp", "fax", "trial", "monthly", "incident",
    "draft", "notice", "offline",
]  # fmt: skip
Short = Annotated[str, Query(max_length=60)]


@router.get("/{name}.{form}", response_class=Response)
def paper(
    home: TheHome,
    actor: TheActor,
    name: PaperName,
    form: Literal["html", "pdf", "xlsx"],
    lang: Literal["ja", "en"] = "ja",
    edition: Short = "R7",
    audience: Literal["hospital", "pharmacy", "vendor"] = "hospital",
    vendor: Short = "",
    incident: Short = "",
    register: Short = "",
    draft: Short = "first_report",
    notice: Literal["patients", "staff"] = "patients",
    advisory: Short = "",
    since: Short = "",
    until: Short = "",
) -> Response:
    """One paper. What was taken out, and by whom, stands in the audit chain."""
    from hinomi.filing.papers import FORMS, Ask, make, write

    try:
        period = [nanoseconds(text) if text else 0 for text in (since, until)]
    except (ValueError, OverflowError) as error:
        raise RefusedError("api.not_understood", 422) from error
    ask = Ask(
        lang=lang, edition=edition, audience="vendor" if name == "vendor" else audience, vendor=vendor,
        incident=incident, register=register, draft=draft, notice=notice, since=period[0], until=period[1],
        more={"advisory": advisory},
    )  # fmt: skip
    body = write(make(home, name, ask), form)
    home.state.audit(actor.name, "paper.made", name, {"form": form, "lang": lang})
    place = "inline" if form == "pdf" else "attachment"
    return Response(
        body, media_type=FORMS[form], headers={"Content-Disposition": f'{place}; filename="hinomi-{name}.{form}"'}
    )
