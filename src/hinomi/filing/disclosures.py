"""A maker's security sheet (MDS, SDS, MDS2), question by question, held against what was seen of its devices."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc

from hinomi.documents import sheet
from hinomi.documents.sheet import TEXT, Question
from hinomi.duties import DutiesView, Line, Word
from hinomi.duties.probes.assets import obsolete
from hinomi.duties.probes.flows import needless_services
from hinomi.duties.probes.remote import sessions
from hinomi.filing import look
from hinomi.knowledge_path import knowledge_file
from hinomi.model import EvidenceRef
from hinomi.pipeline import documents
from hinomi.texts import Problem
from hinomi.watch.tables import rows
from hinomi.watch.who import OUTSIDE

if TYPE_CHECKING:
    from hinomi.home import Home
    from hinomi.store.state.registers import Document

KINDS = ("mds", "sds", "mds2")
KIND = "disclosure_word"  # a person's risk assessment of one answer
LINES_MAX = 20
# Clinical protocols that carry patients' data; inside TLS they are no longer told by their own name.
CLEAR = ("dicom", "hl7", "astm", "poct1a", "intellivue")
# The forms that the book for institutions with outsourced upkeep (保守委託機関編, 7.0) attaches: how many questions.
# source: domain notes on 001716297.pdf (2026-06-29)
EXPECTED = {"mds": 41, "sds": 58}


@dataclass(frozen=True, slots=True)
class Disclosed:
    """One answer of a sheet, and what the network says to it."""

    question: Question
    word: Word
    says_ja: str
    says_en: str
    lines: tuple[Line, ...]
    assessed: str  # a person's risk assessment, "" when none

    @property
    def open(self) -> bool:
        """Needs a risk assessment: neither yes, not applicable nor in words, and none is written."""
        return self.question.answer not in ("yes", "n/a", TEXT) and not self.assessed


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet as it stands: `devices` are those that it speaks of and that were seen."""

    document: Document
    devices: tuple[str, ...]
    answers: tuple[Disclosed, ...]

    @property
    def expected(self) -> int:
        return EXPECTED.get(self.document.kind, 0)

    @property
    def contradicted(self) -> int:
        return sum(one.word is Word.CONTRADICTED for one in self.answers)

    @property
    def open(self) -> int:
        return sum(one.open for one in self.answers)


def filed(home: Home) -> list[Document]:
    """Every security sheet in force."""
    return [one for one in home.state.registers.documents() if one.kind in KINDS]


def of(home: Home, id: str) -> Sheet:
    """One sheet with what was seen.

    Raises:
        hinomi.texts.Problem: no such document, none of these kinds, or its file is gone.
    """
    document = next((one for one in filed(home) if one.id == id), None)
    if document is None:
        raise Problem("document.unknown", id=id)
    _, raw = documents.content(home, id)
    mine = devices(home, document)
    words = {row.body["key"]: str(row.body["text"]) for row in home.state.filed(KIND) if row.body["document"] == id}
    found: dict[str, list[Line]] = {}
    answers = tuple(_answer(home, one, mine, found, words.get(one.key, "")) for one in sheet.questions(raw))
    return Sheet(document, tuple(sorted(mine)), answers)


def assess(home: Home, id: str, key: str, text: str, *, by: str) -> None:
    """Writes the risk assessment of one answer."""
    if not any(one.question.key == key for one in of(home, id).answers):
        raise Problem("document.no_question", key=key)
    home.state.file(KIND, {"document": id, "key": key, "text": text.strip()[:4000]}, by=by, id=f"{id}/{key}")


def devices(home: Home, document: Document) -> frozenset[str]:
    """Devices that the sheet speaks of: one, or all of its make and model."""
    from hinomi.inventory.ledger.values import key
    from hinomi.pipeline.weaknesses import belongs

    if document.device:
        return frozenset({document.device})
    make, model = key(document.manufacturer), key(document.model)
    return frozenset(one.id for one in look.view(home).inside if belongs(one, make, model))


def makers(home: Home) -> frozenset[str]:
    """Makers of whom a sheet is filed."""
    found = set()
    for one in filed(home):
        if one.manufacturer:
            found.add(one.manufacturer)
        elif one.device and (device := home.state.device(one.device)) is not None:
            found.add(device.value("manufacturer"))
    return frozenset(found - {""})


def _answer(home: Home, one: Question, mine: frozenset[str], found: dict[str, list[Line]], word: str) -> Disclosed:
    rule = rule_for(one)
    if rule is None:
        return Disclosed(one, Word.PERSON, "", "", (), word)
    if one.answer != rule["said"]:
        return Disclosed(one, Word.PERSON, "", "", (), word)
    if not mine:
        return Disclosed(one, Word.UNKNOWN, "この機種は聞こえていません。", "This model was not heard.", (), word)
    name = str(rule["probe"])
    if name not in found:
        seen = look.memo(home, f"disclosed/{name}", PROBES[name])
        found[name] = [line for line in seen if line.device in mine]
    lines = found[name]
    if not lines:
        return Disclosed(
            one, Word.UNKNOWN, "聞けた範囲に、反するものはありません。", "Nothing against it was heard.", (), word
        )
    count = len(lines)
    return Disclosed(
        one, Word.CONTRADICTED, rule["ja"].format(count=count), rule["en"].format(count=count),
        tuple(lines[:LINES_MAX]), word,
    )  # fmt: skip


@cache
def rules() -> list[dict[str, Any]]:
    data = tomllib.loads(knowledge_file("duties", "disclosed.toml").read_text("utf-8"))
    for rule in data["rule"]:
        if rule["probe"] not in PROBES:
            raise ValueError(f"disclosed.toml: {rule['id']} names the unknown probe {rule['probe']}.")
    found: list[dict[str, Any]] = data["rule"]
    return found


def rule_for(one: Question) -> dict[str, Any] | None:
    """The rule whose words the question holds; where its number bears a section, that must fit too."""
    text = unicodedata.normalize("NFKC", one.text).casefold()
    section = one.number.partition("-")[0] if one.number[:1].isalpha() else ""
    for rule in rules():
        if section and section not in rule["sections"]:
            continue
        if any(all(any(word.casefold() in text for word in group) for group in words) for words in rule["words"]):
            return rule
    return None


def _remote(view: DutiesView) -> list[Line]:
    return [line for line, _ in sessions(view)]


def _outside(view: DutiesView) -> list[Line]:
    """Answered connections of a device with the outside, each device and peer once."""
    sight = view.sight
    out = pc.and_(sight.having("resp", OUTSIDE), sight.not_having("orig", OUTSIDE))
    found: dict[tuple[str, str], Line] = {}
    columns = ("orig_ip", "orig_mac", "resp_ip", "service", "start", "last", "capture", "packet", "offset")
    for ip, mac, peer, service, start, last, capture, packet, offset in rows(
        sight.flows.filter(pc.and_(out, sight.answered)), *columns
    ):
        name = sight.who.name(ip, mac, start)
        ref = EvidenceRef(str(capture), int(packet), int(offset))
        found.setdefault((name, peer), Line(name, sight.who.label(name), f"{service} → {peer}", start, last, ref))
    return list(found.values())


def _cleartext(view: DutiesView) -> list[Line]:
    """Clinical protocols in clear, each device, peer and protocol once; both ends speak it."""
    sight = view.sight
    mask = pc.and_(sight.service_in(*CLEAR), sight.answered)
    found: dict[tuple[str, str, str], Line] = {}
    columns = ("orig_ip", "orig_mac", "resp_ip", "resp_mac", "service", "start", "last", "capture", "packet", "offset")
    for o_ip, o_mac, r_ip, r_mac, service, start, last, capture, packet, offset in rows(
        sight.flows.filter(mask), *columns
    ):
        ref = EvidenceRef(str(capture), int(packet), int(offset))
        ends = (sight.who.name(o_ip, o_mac, start), sight.who.name(r_ip, r_mac, start))
        for mine, peer, arrow in ((ends[0], ends[1], "→"), (ends[1], ends[0], "←")):
            what = f"{service} {arrow} {sight.who.label(peer)}"
            found.setdefault((mine, peer, service), Line(mine, sight.who.label(mine), what, start, last, ref))
    return list(found.values())


def _needless(view: DutiesView) -> list[Line]:
    return needless_services(view).lines


def _obsolete(view: DutiesView) -> list[Line]:
    said = obsolete(view)
    return said.lines if said.word is Word.CONTRADICTED else []


PROBES: dict[str, Callable[[DutiesView], list[Line]]] = {
    "remote": _remote,
    "outside": _outside,
    "needless": _needless,
    "cleartext": _cleartext,
    "obsolete": _obsolete,
}
