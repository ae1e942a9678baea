"""What opens by the word of a link, without an account: a vendor's sheet, an advisory. The word is in the body."""

from __future__ import annotations

from fastapi import APIRouter, Request

from hinomi.api import shapes_duties as shapes
from hinomi.api.deps import TheHome
from hinomi.api.shapes import Words
from hinomi.api.words import when
from hinomi.duties.replies import Said
from hinomi.filing import links, sheets, telling, vendors
from hinomi.privacy.secret import Secret
from hinomi.store.state.shapes import Filed

router = APIRouter(prefix="/api/by-link", tags=["by link"])


@router.post("/sheet")
def open_sheet(request: Request, home: TheHome, ask: shapes.LinkAsk) -> shapes.LinkSheet:
    """The sheet of a link."""
    return _sheet(home, links.open_(home, Secret(ask.word.encode()), address=_address(request)))


@router.post("/sheet/answers")
def send(request: Request, home: TheHome, ask: shapes.LinkAnswers) -> shapes.LinkSheet:
    """Files what a vendor answers, all of it or nothing."""
    link = links.open_(home, Secret(ask.word.encode()), address=_address(request))
    given = [links.Given(one.item, Said(one.answer), one.date, one.target, one.note) for one in ask.answers]
    links.answer(home, link, given, ask.person, ask.remote, ask.remote_how, address=_address(request))
    return _sheet(home, links.open_(home, Secret(ask.word.encode()), address=_address(request)))


def _sheet(home: TheHome, link: links.Link) -> shapes.LinkSheet:
    of, row = sheets.checklist(home, link.sheet), vendors.vendor(home, link.vendor)
    said = {one.item: one for one in sheets.given(home, link.sheet) if one.check == 1 and not one.carried}
    return shapes.LinkSheet.model_validate(
        {
            "site": home.settings.site_name or home.site,
            "vendor": str(row.body["name"]),
            "system": str(row.body["system"]),
            "title": Words(ja=of.title_ja, en=of.title_en),
            "until": when(link.until),
            "sent": link.sent,
            "remote": row.body.get("remote", "unknown"),
            "remote_how": row.body.get("remote_how", ""),
            "items": [
                {
                    "id": item.id,
                    "number": item.number,
                    "scope": item.scope,
                    "text": Words(ja=item.ja, en=item.en),
                    "answer": said[item.id].answer.value if item.id in said else "",
                    "target": said[item.id].target if item.id in said else "",
                    "note": said[item.id].note if item.id in said else "",
                }
                for item in of.of("vendor")
            ],
        }
    )


@router.post("/advisory")
def open_advisory(request: Request, home: TheHome, ask: shapes.LinkAsk) -> shapes.AdvisoryPage:
    """The advisory of a link."""
    return _page(home, telling.opened(home, Secret(ask.word.encode()), address=_address(request)))


@router.post("/advisory/read")
def confirm(request: Request, home: TheHome, ask: shapes.ReadAsk) -> shapes.AdvisoryPage:
    """Files that somebody read it."""
    return _page(home, telling.confirm(home, Secret(ask.word.encode()), ask.person, address=_address(request)))


def _page(home: TheHome, both: tuple[Filed, Filed]) -> shapes.AdvisoryPage:
    receipt, of = both[0].body, both[1].body
    return shapes.AdvisoryPage.model_validate(
        {
            "site": home.settings.site_name or home.site,
            **{name: str(of.get(name, "")) for name in ("title", "source", "date", "due", "tlp", "text")},
            **{name: str(receipt.get(name, "")) for name in ("read", "person")},
        }
    )


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
