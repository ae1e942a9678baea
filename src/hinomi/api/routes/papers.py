"""Papers: what leaves the house, as PDF, Excel, or one page that needs no network."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import Response

from hinomi.api import shapes_duties as shapes
from hinomi.api.deps import TheActor, TheHome
from hinomi.api.problems import RefusedError
from hinomi.api.words import nanoseconds
from hinomi.filing import reports

router = APIRouter(prefix="/api/papers", tags=["papers"])

PaperName = Literal[
    "checklist", "annex", "inspection", "ledger", "vendor", "register", "contacts", "bcp", "fax", "trial", "monthly",
    "incident", "draft", "notice", "offline",
]  # fmt: skip
Short = Annotated[str, Query(max_length=60)]


@router.get("/inspection.zip", response_class=Response)
def inspection(
    home: TheHome,
    actor: TheActor,
    lang: Literal["ja", "en"] = "ja",
    edition: Short = "R7",
    audience: Literal["hospital", "pharmacy"] = "hospital",
) -> Response:
    """The binder for the inspection as files: sheet, evidence, contacts, diagram, ledger, plan, form, vendors."""
    from hinomi.filing.papers import Ask, binder

    body = binder.folder(home, Ask(lang=lang, edition=edition, audience=audience))
    home.state.audit(actor.name, "paper.made", "inspection", {"form": "zip", "lang": lang})
    return Response(
        body,
        media_type="application/zip",
        headers={"Content-Disposition": 'attachment; filename="hinomi-inspection.zip"'},
    )


@router.get("/kept")
def kept(home: TheHome) -> shapes.KeptReports:
    """Reports that make themselves: how often, and those that were made."""
    return _kept(home)


@router.post("/kept")
def schedule(home: TheHome, actor: TheActor, ask: shapes.ScheduleAsk) -> shapes.KeptReports:
    """How often a report is made from now on."""
    reports.schedule(home, ask.paper, ask.every, ask.lang, by=actor.name)
    return _kept(home)


@router.get("/kept/{name}", response_class=Response)
def kept_file(home: TheHome, actor: TheActor, name: str) -> Response:
    """One report that was made."""
    body = reports.content(home, name)
    home.state.audit(actor.name, "paper.taken", name)
    return Response(
        body, media_type="application/pdf", headers={"Content-Disposition": f'inline; filename="hinomi-{name}"'}
    )


def _kept(home: TheHome) -> shapes.KeptReports:
    return shapes.KeptReports(
        schedules=[
            shapes.ReportSchedule.model_validate({"paper": one.paper, "every": one.every, "lang": one.lang})
            for one in reports.schedules(home)
        ],
        files=reports.kept(home),
    )


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
