"""Papers that leave the house: each is made from a home by one function and listed here once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from hinomi.filing.papers import binder, checklist, incident, ready, report
from hinomi.paper import Paper, to_html, to_pdf, to_xlsx
from hinomi.texts import Problem

if TYPE_CHECKING:
    from hinomi.home import Home

Form = Literal["html", "pdf", "xlsx"]
FORMS: dict[str, str] = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class Ask:
    """What a paper is asked for with; each takes what it needs."""

    lang: Literal["ja", "en"] = "ja"
    edition: str = "R7"
    audience: Literal["hospital", "pharmacy", "vendor"] = "hospital"
    vendor: str = ""
    incident: str = ""
    register: str = ""
    draft: str = "first_report"
    notice: str = "patients"
    since: int = 0  # ns of the tap's clock; 0: from the beginning
    until: int = 0  # 0: to the end
    more: dict[str, str] = field(default_factory=dict)


MAKERS: dict[str, Callable[[Home, Ask], Paper]] = {
    "checklist": checklist.sheet,
    "annex": checklist.annex,
    "inspection": binder.inspection,
    "vendor": checklist.vendor_sheet,
    "register": ready.register,
    "ledger": binder.ledger,
    "contacts": ready.contacts,
    "bcp": ready.bcp,
    "fax": ready.fax,
    "trial": report.trial,
    "monthly": report.monthly,
    "incident": incident.whole,
    "draft": incident.draft,
    "notice": incident.notice,
    "offline": incident.offline,
}


def make(home: Home, name: str, ask: Ask) -> Paper:
    """One paper.

    Raises:
        hinomi.texts.Problem: no such paper, or nothing it could be made of.
    """
    if name not in MAKERS:
        raise Problem("paper.unknown", name=name, known=", ".join(MAKERS))
    return MAKERS[name](home, ask)


def write(paper: Paper, form: str) -> bytes:
    """A paper as html, pdf or xlsx."""
    if form == "html":
        return to_html(paper).encode()
    if form == "pdf":
        return to_pdf(paper)
    if form == "xlsx":
        return to_xlsx(paper)
    raise Problem("paper.no_form", form=form, known=", ".join(FORMS))
