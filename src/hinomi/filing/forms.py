"""Official forms of a home: read with a person's confirmation, kept, and filled with the answers that were given."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hinomi.duties import forms
from hinomi.duties.checklist import Checklist, Item
from hinomi.duties.forms import Entry, Place, Slots
from hinomi.filing import sheets
from hinomi.filing.sheets import Audience, Sheet
from hinomi.texts import Problem

if TYPE_CHECKING:
    from hinomi.home import Home

LIKE_MIN = 0.4  # share of pairs of letters in common from which a row is taken for the same matter as an older item
LIKE_SURE = 0.6  # below this a person is asked
ENDINGS = (".xlsx", ".xlsm", ".pdf")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,15}")


@dataclass(frozen=True, slots=True)
class Proposal:
    """One row as it was read, and what it is taken for."""

    place: Place
    topic: str  # "" where no older item asks the same
    likeness: float
    old: str  # number and text of the older item
    doubts: tuple[str, ...]  # of the form, and `topic` where the matter is not sure

    @property
    def key(self) -> str:
        return f"{self.place.sheet}!{self.place.row}"


def propose(home: Home, data: bytes, name: str, audience: Audience) -> list[Proposal]:
    """Reads a form and says what each row is taken for, and where a person must look."""
    older = [item for edition in sheets.editions(home).values() for item in edition.of(audience)]
    found = []
    for place in forms.read(data, name).places:
        best, item = _likest(place.text, older)
        doubts = place.doubts if best >= LIKE_SURE else (*place.doubts, "topic")
        found.append(
            Proposal(
                place,
                item.topic if item is not None and best >= LIKE_MIN else "",
                round(best, 2),
                f"{item.number} {item.ja}" if item is not None and best >= LIKE_MIN else "",
                doubts,
            )
        )
    return found


def _likest(text: str, items: Sequence[Item]) -> tuple[float, Item | None]:
    best: tuple[float, Item | None] = (0.0, None)
    mine = _pairs(text)
    for item in reversed(items):  # the newest edition first
        other = _pairs(item.ja)
        likeness = 2 * len(mine & other) / (len(mine) + len(other)) if mine and other else 0.0
        if likeness > best[0]:
            best = (likeness, item)
    return best


def _pairs(text: str) -> set[str]:
    flat = re.sub(r"[\s、。・(),.]", "", unicodedata.normalize("NFKC", text))
    return {flat[place : place + 2] for place in range(len(flat) - 1)}


def accept(
    home: Home,
    data: bytes,
    proposals: Sequence[Proposal],
    *,
    edition: str,
    audience: Audience,
    title: str,
    year_from: str,
    by: str,
    topics: Mapping[str, str] | None = None,
    dropped: Sequence[str] = (),
) -> Checklist:
    """Keeps the form and makes its rows an edition of this home. `topics` and `dropped` are a person's corrections, by
    the key of a row.

    Raises:
        hinomi.texts.Problem: the edition's name is none, or nothing is left of the form.
    """
    if not NAME.fullmatch(edition):
        raise Problem("duties.bad_edition", edition=edition)
    kept = [one for one in proposals if one.key not in dropped]
    if not kept:
        raise Problem("forms.no_question")
    known = {item.topic: item for of in sheets.editions(home).values() for item in of.of(audience)}
    letters = {"hospital": "h", "pharmacy": "p", "vendor": "v"}[audience]
    rows, ids = [], {}
    for number, one in enumerate(kept, start=1):
        topic = (topics or {}).get(one.key, one.topic) or f"own-{number}"
        like = known.get(topic)
        ids[one.key] = f"{letters}-{number}"
        rows.append(_item(ids[one.key], one, topic, like, audience))
    folder = sheets.loaded_folder(home)
    folder.mkdir(exist_ok=True)
    file = folder / f"{edition.lower()}.toml"
    others = _others(file, audience)
    until = f"{int(year_from[:4]) + 1}-03-31"
    head = [
        "# Read from an official form that a person loaded. source and licence below.",
        f"source = {_text(f'loaded by {by}: {title}')}",
        'licence = "official text, for use in this institution"',
        f"edition = {_text(edition)}",
        f"title_ja = {_text(title)}",
        f"title_en = {_text(title)}",
        f"year_from = {_text(year_from)}",
        f"year_to = {_text(until)}",
        'answers = ["はい", "いいえ", "対象外"]',
        "checks = 3",
        'target_rule_ja = "いいえの項目には目標日を書く。"',
        'target_rule_en = "An item answered no gets a target date."',
    ]
    _write(file, "\n".join([*head, "", *rows, *others]).encode())
    forms_folder = home.path / "forms"
    forms_folder.mkdir(exist_ok=True)
    stem = forms_folder / f"{edition.lower()}-{audience}"
    for old in ENDINGS:
        stem.with_suffix(old).unlink(missing_ok=True)
    _write(stem.with_suffix(ending(data)), data)
    places = [{"item": ids[one.key], "place": asdict(one.place)} for one in kept]
    _write(stem.with_suffix(".json"), json.dumps(places, ensure_ascii=False, indent=1).encode())
    home.state.audit(by, "form.accept", edition, {"audience": audience, "items": len(kept)})
    return sheets.checklist(home, Sheet(edition, audience))


def _item(id: str, one: Proposal, topic: str, like: Item | None, audience: str) -> str:
    return "\n".join(
        [
            "[[item]]",
            f"id = {_text(id)}",
            f"number = {_text(one.place.number or id)}",
            f"topic = {_text(topic)}",
            f"scope = {_text(like.scope if like else one.place.sheet)}",
            f"audience = {_text(audience)}",
            f"ja = {_text(one.place.text)}",
            f"en = {_text(like.en if like else one.place.text)}",
            f"network = {_text(like.network if like else 'none')}",
            f"probe = {_text(like.probe if like else '')}",
            "confirmed = true",
            "",
        ]
    )


def _others(file: Path, audience: str) -> list[str]:
    """Items of other sheets of the same edition that were loaded before."""
    if not file.is_file():
        return []
    parts = file.read_text("utf-8").split("[[item]]")[1:]
    return [f"[[item]]{part}" for part in parts if f'audience = "{audience}"' not in part]


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all."""
    temporary = path.with_name(f".{path.name}")
    temporary.write_bytes(content)
    temporary.replace(path)


def loaded(home: Home, sheet: Sheet) -> tuple[bytes, list[tuple[str, Place]]]:
    """The form of a sheet, with the item behind each row.

    Raises:
        hinomi.texts.Problem: none was loaded.
    """
    stem = home.path / "forms" / f"{sheet.edition.lower()}-{sheet.audience}"
    kept = next((file for end in ENDINGS if (file := stem.with_suffix(end)).is_file()), None)
    if kept is None:
        raise Problem("forms.none", edition=sheet.edition)
    rows = json.loads(stem.with_suffix(".json").read_text("utf-8"))
    places = []
    for row in rows:
        raw = row["place"]
        later = tuple(Slots(**_pairs_of(one)) for one in raw.get("later", []))
        places.append((row["item"], Place(**{**raw, **_pairs_of(raw), "doubts": tuple(raw["doubts"]), "later": later})))
    return kept.read_bytes(), places


def _pairs_of(raw: Mapping[str, Any]) -> dict[str, tuple[tuple[str, str], ...]]:
    return {name: tuple((key, value) for key, value in raw.get(name, ())) for name in ("answers", "cells", "words")}


def ending(data: bytes) -> str:
    """The ending a form keeps: Excel refuses a file with macros under any other."""
    if forms.is_pdf(data):
        return ".pdf"
    return ".xlsm" if forms.has_macros(data) else ".xlsx"


def filled(home: Home, sheet: Sheet) -> bytes:
    """The very same file, with the answers that people gave themselves: each check in its own column where the form
    has one for it."""
    data, places = loaded(home, sheet)
    given = {row.item.id: [reply for reply in row.replies if not reply.carried] for row in sheets.rows(home, sheet)}
    entries = {
        (place.sheet, place.row): [
            Entry(one.answer.value, one.date, one.target, one.person, one.note, one.check)
            for one in given.get(item, [])
        ]
        for item, place in places
    }
    return forms.fill(data, [place for _, place in places], entries)
