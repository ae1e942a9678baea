"""The checklist and the registers: what the ministry asks, what the network says, what people answer and write down."""

from __future__ import annotations

import base64
import binascii
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from hinomi.api import shapes_duties as shapes
from hinomi.api.deps import TheActor, TheHome, TheLook
from hinomi.api.look import Look
from hinomi.api.problems import RefusedError
from hinomi.api.shapes import Evidence, Words
from hinomi.api.words import when, when_or_none
from hinomi.duties import Line
from hinomi.duties import forms as reader
from hinomi.duties.registers import Register, checked, registers
from hinomi.duties.replies import Reply, Row, Said
from hinomi.filing import advisories, backups, disclosures, forms, links, look, sheets, telling, vendors
from hinomi.filing.clinic import steps
from hinomi.filing.sheets import Sheet
from hinomi.model import EvidenceRef
from hinomi.notify.channels import channels
from hinomi.texts import Problem

router = APIRouter(prefix="/api/duties", tags=["duties"])


def evidence(ref: EvidenceRef | None) -> Evidence | None:
    """A packet that can be opened; None where there is none."""
    return Evidence(capture=ref.capture, packet=ref.packet, offset=ref.offset) if ref and ref.packet > 0 else None


def line(seen: Look, one: Line) -> shapes.DutyLine:
    return shapes.DutyLine(
        device=seen.ref(one.device) if one.device in seen.summaries else None,
        label=one.label,
        what=one.what,
        first=when(one.first),
        last=when(one.last),
        evidence=evidence(one.evidence),
    )


def content(ask: shapes.FileAsk) -> bytes:
    """The file that was sent."""
    return bytes_of(ask.content)


def bytes_of(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error) as error:
        raise RefusedError("api.not_understood", 422) from error


@router.get("/sheet")
def sheet(
    home: TheHome,
    seen: TheLook,
    edition: str = "R7",
    audience: shapes.Audience = "hospital",
    vendor: Annotated[str, Query(max_length=60)] = "",
) -> shapes.DutySheet:
    """One sheet: every item with the network's word and its proof, and every answer that people gave."""
    return _sheet(home, seen, Sheet(edition, audience, vendor))


@router.post("/replies")
def reply(home: TheHome, seen: TheLook, actor: TheActor, ask: shapes.ReplyAsk) -> shapes.DutySheet:
    """Files a person's answer. It stays, with its audit entry; a later check stands beside it."""
    of = Sheet(ask.edition, ask.audience, ask.vendor)
    answer = Reply(ask.item, ask.check, Said(ask.answer), ask.date, ask.person, ask.target, ask.note)
    sheets.reply(home, of, answer, by=actor.name)
    return _sheet(home, seen, of)


@router.post("/carry")
def carry(home: TheHome, actor: TheActor, ask: shapes.CarryAsk) -> shapes.Carried:
    """Takes the answers of an older edition over where items correspond, and says where not."""
    found = sheets.carry(home, Sheet(ask.old, ask.audience), Sheet(ask.new, ask.audience), by=actor.name)
    return shapes.Carried(
        rows=[
            shapes.CarriedRow.model_validate(
                {
                    "number": one.item.number,
                    "text": Words(ja=one.item.ja, en=one.item.en),
                    "old": list(one.old),
                    "state": one.state,
                    "reason": Words(ja=one.reason_ja, en=one.reason_en),
                }
            )
            for one in found
        ]
    )


def _sheet(home: TheHome, seen: Look, of: Sheet) -> shapes.DutySheet:
    checklist = sheets.checklist(home, of)
    rows = sheets.rows(home, of)
    late = {one.row.item.id: one for one in sheets.missing(home, of)}
    loaded = set()
    if sheets.loaded_folder(home).is_dir():
        loaded = {path.stem.upper() for path in sheets.loaded_folder(home).glob("*.toml")}
    heard = look.listened(home)
    made = [_row(seen, row, late[row.item.id].late if row.item.id in late else False) for row in rows]
    return shapes.DutySheet(
        editions=[
            shapes.Edition(
                id=one.edition,
                title=Words(ja=one.title_ja, en=one.title_en),
                year_from=one.year_from,
                needs_official_file=one.needs_official_file,
                loaded=one.edition.upper() in loaded,
            )
            for one in sheets.editions(home).values()
        ],
        edition=checklist.edition,
        audience=of.audience,
        vendor=of.vendor,
        title=Words(ja=checklist.title_ja, en=checklist.title_en),
        source=checklist.source,
        target_rule=Words(ja=checklist.target_rule_ja, en=checklist.target_rule_en),
        checks=checklist.checks,
        listened=shapes.Listened(
            hours=round(heard.hours, 2),
            first=when_or_none(heard.first),
            last=when_or_none(heard.last),
            both=len(heard.subnets_both),
            one_way=len(heard.subnets_one_way),
        ),
        rows=made,
        answered=sum(row.newest is not None for row in rows),
        amber=sum(row.amber for row in rows),
        late=sum(row.late for row in made),
    )


def _row(seen: Look, row: Row, late: bool) -> shapes.DutyRow:
    said, item = row.network, row.item
    return shapes.DutyRow(
        id=item.id,
        number=item.number,
        scope=item.scope,
        text=Words(ja=item.ja, en=item.en),
        note=item.note,
        confirmed=item.confirmed,
        guideline=[clause for clause, _ in item.guideline_6_0],
        word=said.word.value,
        says=Words(ja=said.says_ja, en=said.says_en),
        needs=Words(ja=said.needs_ja, en=said.needs_en),
        count=said.count,
        lines=[line(seen, one) for one in said.lines],
        replies=[
            shapes.DutyReply(
                check=r.check, answer=r.answer.value, date=r.date, person=r.person, target=r.target, note=r.note,
                carried=r.carried,
            )
            for r in row.replies
        ],
        amber=row.amber,
        due=row.newest.target if row.newest else "",
        late=late,
    )  # fmt: skip


# ---------------------------------------------------------------- registers


@router.get("/registers")
def all_registers(home: TheHome) -> shapes.Registers:
    """What a hospital writes down before the day, and how much of it is filled in."""
    return shapes.Registers(
        registers=[
            shapes.RegisterCount(
                id=one.id,
                name=Words(ja=one.ja, en=one.en),
                help=Words(ja=one.help_ja, en=one.help_en),
                count=len(home.state.filed(one.id)),
            )
            for one in registers().values()
        ]
    )


def _known(name: str) -> Register:
    found = registers().get(name)
    if found is None:
        raise Problem("register.no_register", name=name, known=", ".join(registers()))
    return found


@router.get("/registers/{name}")
def one_register(home: TheHome, name: str) -> shapes.Register:
    """One register with its rows, and what the network saw of them."""
    return _register(home, _known(name))


@router.post("/registers/{name}")
def enter(home: TheHome, actor: TheActor, name: str, ask: shapes.EntryAsk) -> shapes.Register:
    """Files a row, or how the row with this id stands from now on."""
    of = _known(name)
    if ask.id and not any(one.id == ask.id for one in home.state.filed(name)):
        raise Problem("register.no_entry", id=ask.id)
    home.state.file(name, checked(of, ask.values), by=actor.name, id=ask.id)
    return _register(home, of)


@router.post("/registers/{name}/{id}/withdraw")
def withdraw(home: TheHome, actor: TheActor, name: str, id: str) -> shapes.Register:
    """Takes a row out of the register; its past stays."""
    of = _known(name)
    row = next((one for one in home.state.filed(name) if one.id == id), None)
    if row is None:
        raise Problem("register.no_entry", id=id)
    home.state.file(name, row.body, by=actor.name, id=id, gone=True)
    return _register(home, of)


def _register(home: TheHome, of: Register) -> shapes.Register:
    observed: list[shapes.Observed] = []
    said: list[Words] = []
    if of.id == "backup":
        copies = backups.copies(home)
        observed = [
            shapes.Observed.model_validate(
                {
                    "id": copy.id,
                    "word": copy.word,
                    "seen": Words(ja=copy.seen_words("ja"), en=copy.seen_words("en")),
                    "reached": Words(ja=copy.reach_words("ja"), en=copy.reach_words("en")),
                    "evidence": evidence(copy.proof),
                }
            )
            for copy in copies
        ]
        both = zip(backups.rule(copies, "ja"), backups.rule(copies, "en"), strict=True)
        said = [Words(ja=ja, en=en) for ja, en in both]
    return shapes.Register(
        id=of.id,
        name=Words(ja=of.ja, en=of.en),
        help=Words(ja=of.help_ja, en=of.help_en),
        fields=[
            shapes.RegisterField.model_validate(
                {
                    "id": field.id,
                    "name": Words(ja=field.ja, en=field.en),
                    "type": field.type,
                    "required": field.required,
                    "choices": [shapes.RegisterChoice(id=c.id, name=Words(ja=c.ja, en=c.en)) for c in field.choices],
                }
            )
            for field in of.fields
        ],
        entries=[
            shapes.RegisterEntry(
                id=row.id, values={name: str(value) for name, value in row.body.items()}, by=row.by, at=when(row.at)
            )
            for row in home.state.filed(of.id)
        ],
        observed=observed,
        said=said,
    )


# ---------------------------------------------------------------- vendors


@router.post("/vendors/returned")
def returned(home: TheHome, seen: TheLook, actor: TheActor, ask: shapes.FileAsk) -> shapes.VendorReturned:
    """Reads a vendor's returned sheet, files its answers, and says where it disagrees with what was seen."""
    found = vendors.take_back(home, content(ask), by=actor.name)
    return shapes.VendorReturned.model_validate(
        {
            "vendor": found.vendor,
            "edition": found.edition,
            "answers": found.answers,
            "unread": list(found.unread),
            "remote": found.remote,
            "differences": [_difference(seen, one) for one in found.differences],
        }
    )


def _difference(seen: Look, one: vendors.Difference) -> shapes.VendorDifference:
    return shapes.VendorDifference(
        item=one.item,
        said=Words(ja=one.said_ja, en=one.said_en),
        seen=Words(ja=one.seen_ja, en=one.seen_en),
        lines=[line(seen, x) for x in one.lines],
    )


@router.get("/vendors/{id}")
def vendor(
    home: TheHome, seen: TheLook, id: str, edition: Annotated[str, Query(max_length=16)] = "R7"
) -> shapes.VendorState:
    """How it stands with one vendor: links, what came back, and where it disagrees with what was seen."""
    vendors.vendor(home, id)
    rows = sheets.rows(home, Sheet(edition, "vendor", id))
    return shapes.VendorState(
        links=[_link(one) for one in links.links(home, id)],
        answered=sum(row.newest is not None for row in rows),
        of=len(rows),
        differences=[_difference(seen, one) for one in vendors.compare(home, edition, id)],
    )


@router.post("/vendors/{id}/links")
def make_link(home: TheHome, actor: TheActor, id: str, ask: shapes.VendorLinkAsk) -> shapes.VendorLink:
    """A link to the vendor's sheet that ends. Its word is told in this answer and never again."""
    made, word = links.make(home, id, ask.edition, ask.days, by=actor.name)
    return _link(made, word.reveal().decode())


@router.post("/vendors/links/{id}/end", status_code=204)
def end_link(home: TheHome, actor: TheActor, id: str) -> None:
    """Closes a link before its day."""
    links.end(home, id, by=actor.name)


def _link(one: links.Link, word: str = "") -> shapes.VendorLink:
    return shapes.VendorLink(
        id=one.id, edition=one.edition, made=when(one.made), until=when(one.until), by=one.by,
        opened=when_or_none(one.opened), sent=one.sent, open=one.open, word=word,
    )  # fmt: skip


@router.get("/disclosures")
def all_disclosures(home: TheHome, seen: TheLook) -> shapes.DisclosureSheets:
    """Every maker's security sheet (MDS, SDS, MDS2) that was attached."""
    return shapes.DisclosureSheets(
        sheets=[_disclosed(seen, disclosures.of(home, one.id)) for one in disclosures.filed(home)]
    )


@router.get("/disclosures/{id}")
def disclosure(home: TheHome, seen: TheLook, id: str) -> shapes.Disclosure:
    """One sheet, question by question, held against what was seen of the model."""
    return _disclosure(seen, disclosures.of(home, id))


@router.post("/disclosures/{id}/assess")
def assess(home: TheHome, seen: TheLook, actor: TheActor, id: str, ask: shapes.AssessAsk) -> shapes.Disclosure:
    """Writes the risk assessment of one answer that is neither yes nor not applicable."""
    disclosures.assess(home, id, ask.key, ask.text, by=actor.name)
    return _disclosure(seen, disclosures.of(home, id))


def _disclosure(seen: Look, of: disclosures.Sheet) -> shapes.Disclosure:
    return shapes.Disclosure.model_validate(
        {
            "sheet": _disclosed(seen, of),
            "answers": [
                {
                    "key": one.question.key,
                    "number": one.question.number,
                    "page": one.question.page,
                    "text": one.question.text,
                    "answer": one.question.answer,
                    "note": one.question.note,
                    "word": one.word.value,
                    "says": Words(ja=one.says_ja, en=one.says_en),
                    "lines": [line(seen, x) for x in one.lines],
                    "assessed": one.assessed,
                    "open": one.open,
                }
                for one in of.answers
            ],
        }
    )


def _disclosed(seen: Look, of: disclosures.Sheet) -> shapes.DisclosureSheet:
    said = [one.question.answer for one in of.answers]
    document = of.document
    return shapes.DisclosureSheet.model_validate(
        {
            "id": document.id,
            "kind": document.kind,
            "maker": document.manufacturer,
            "model": document.model,
            "name": document.name,
            "at": when(document.at),
            "devices": seen.refs(id for id in of.devices if id in seen.summaries),
            "questions": len(said),
            "expected": of.expected,
            "yes": said.count("yes"),
            "no": said.count("no"),
            "na": said.count("n/a"),
            "unanswered": said.count(""),
            "open": of.open,
            "contradicted": of.contradicted,
        }
    )


@router.get("/deemed")
def deemed(home: TheHome, seen: TheLook) -> shapes.DeemedServers:
    """みなし遵守: servers that were seen and stand in no contract."""
    found = vendors.deemed(home)
    return shapes.DeemedServers(
        word=found.word.value,
        covered=seen.refs(found.covered),
        uncovered=seen.refs(id for id, _ in found.uncovered),
        ours=list(found.ours),
    )


# ---------------------------------------------------------------- advisories


@router.post("/advisories")
def take(home: TheHome, actor: TheActor, ask: shapes.AdvisoryAsk) -> shapes.Taken:
    """Takes advisories in: a mail, a mailbox, CSAF, or a pasted text. What is there already is left alone."""
    made = advisories.take(home, bytes_of(ask.content), ask.name, by=actor.name, source=ask.source)
    return shapes.Taken(titles=[str(one.body["title"]) for one in made])


@router.get("/advisories/{id}")
def advisory(home: TheHome, id: str) -> shapes.AdvisoryState:
    """One advisory: who may get it, who got it, who read it, who is late."""
    return _advisory(home, id)


@router.post("/advisories/{id}/send")
def send(home: TheHome, actor: TheActor, id: str, ask: shapes.SendAsk) -> shapes.SentAll:
    """Sends it (again) to recipients that its sharing mark allows. Whoever has no mail address is told on paper."""
    sent = telling.send(home, id, ask.recipients, ask.base, by=actor.name, remind=ask.remind)
    return shapes.SentAll(
        state=_advisory(home, id),
        sent=[
            shapes.SentOne.model_validate(
                {
                    "name": one.name,
                    "way": one.way,
                    "word": one.word.reveal().decode() if one.word and one.way == "paper" else "",
                    "error": one.error,
                }
            )
            for one in sent
        ],
    )


def _advisory(home: TheHome, id: str) -> shapes.AdvisoryState:
    of = telling.advisory(home, id)
    return shapes.AdvisoryState.model_validate(
        {
            "id": of.id,
            "title": str(of.body["title"]),
            "by_mail": any(one.type == "mail" for one in channels(home)),
            "receipts": [
                {name: getattr(one, name) for name in shapes.AdvisoryReceipt.model_fields}
                for one in telling.receipts(home, id)
            ],
        }
    )


# ---------------------------------------------------------------- official forms, and the clinic without a tap


@router.post("/forms/read")
def read_form(home: TheHome, ask: shapes.FormAsk) -> shapes.FormRead:
    """Reads an official form: each row, what it is taken for, and where a person must look. Nothing is kept yet."""
    data = content(ask)
    found = forms.propose(home, data, ask.name, ask.audience)
    topics = {item.topic for of in sheets.editions(home).values() for item in of.of(ask.audience)}
    return shapes.FormRead.model_validate(
        {
            "title": reader.read(data, ask.name).title,
            "topics": sorted(topics),
            "rows": [
                {
                    "key": one.key,
                    "number": one.place.number,
                    "text": one.place.text,
                    "topic": one.topic,
                    "old": one.old,
                    "likeness": one.likeness,
                    "doubts": list(one.doubts),
                }
                for one in found
            ],
        }
    )


@router.post("/forms/accept")
def accept_form(home: TheHome, seen: TheLook, actor: TheActor, ask: shapes.FormAccept) -> shapes.DutySheet:
    """Keeps the form, with a person's corrections, as an edition of this home."""
    data = content(ask)
    found = forms.propose(home, data, ask.name, ask.audience)
    try:
        date.fromisoformat(ask.year_from)
    except ValueError as error:
        raise Problem("duties.bad_date", date=ask.year_from) from error
    forms.accept(
        home,
        data,
        found,
        edition=ask.edition,
        audience=ask.audience,
        title=ask.title,
        year_from=ask.year_from,
        by=actor.name,
        topics=ask.topics,
        dropped=ask.dropped,
    )
    return _sheet(home, seen, Sheet(ask.edition, ask.audience))


@router.get("/forms/filled.xlsx", response_class=Response)
def filled_form(
    home: TheHome,
    actor: TheActor,
    edition: Annotated[str, Query(max_length=16)],
    audience: shapes.Audience = "hospital",
) -> Response:
    """The very file that was loaded, with the answers that people gave."""
    body = forms.filled(home, Sheet(edition, audience))
    home.state.audit(actor.name, "form.filled", edition, {"audience": audience})
    kinds = {
        ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ".xlsm": "application/vnd.ms-excel.sheet.macroEnabled.12",
        ".pdf": "application/pdf",
    }
    end = forms.ending(body)
    return Response(
        body,
        media_type=kinds[end],
        headers={"Content-Disposition": f'attachment; filename="hinomi-checklist{end}"'},
    )


@router.get("/clinic")
def clinic(home: TheHome) -> shapes.Clinic:
    """What a clinic without a tap fills in within an hour, and how it stands."""
    return shapes.Clinic(
        steps=[
            shapes.ClinicStep(
                id=one.id,
                text=Words(ja=one.ja, en=one.en),
                says=Words(ja=one.says_ja, en=one.says_en),
                done=one.done,
                where=one.where,
            )
            for one in steps(home)
        ]
    )
