"""Checklists as versioned data: one file an edition in `knowledge/checklists/`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from hinomi.knowledge_path import knowledge_file

AUDIENCES = ("hospital", "pharmacy", "vendor")
NETWORK = ("strong", "partial", "hint", "none")


@dataclass(frozen=True, slots=True)
class Item:
    """One row of a checklist. The texts are summaries (要約), never the official wording."""

    id: str  # unique within the edition
    number: str  # as printed: 2-①
    topic: str  # the same matter has the same topic in every edition
    scope: str
    audience: str
    ja: str
    en: str
    network: str  # what listening can say: strong | partial | hint | none
    probe: str  # id of a probe, "" where only a person can answer
    confirmed: bool  # False: the row is background knowledge, to be checked against the official form
    guideline_6_0: tuple[tuple[str, bool], ...]  # clause, whether it was read in the manual
    note: str


@dataclass(frozen=True, slots=True)
class Checklist:
    """One edition."""

    edition: str
    title_ja: str
    title_en: str
    year_from: str
    year_to: str
    source: str
    answers: tuple[str, ...]
    checks: int  # how many times a year the form asks
    target_rule_ja: str
    target_rule_en: str
    needs_official_file: bool
    items: tuple[Item, ...]

    def of(self, audience: str) -> list[Item]:
        """Items for `hospital`, `pharmacy` or `vendor`, in the order of the form."""
        return [item for item in self.items if item.audience == audience]


def load(path: Path) -> Checklist:
    """Read one edition, again only when the file changed.

    Raises:
        ValueError: with one plain sentence, when the file is not as it must be.
    """
    known = path.stat()
    return _load(path, known.st_mtime_ns, known.st_size)


@lru_cache(maxsize=64)
def _load(path: Path, _changed: int, _size: int) -> Checklist:
    data = tomllib.loads(path.read_text("utf-8"))
    items = []
    for row in data.get("item", []):
        if row["audience"] not in AUDIENCES or row["network"] not in NETWORK:
            raise ValueError(f"{path.name}: item {row.get('id')} has an unknown audience or network word.")
        items.append(
            Item(
                id=row["id"],
                number=row["number"],
                topic=row["topic"],
                scope=row["scope"],
                audience=row["audience"],
                ja=row["ja"],
                en=row["en"],
                network=row["network"],
                probe=row["probe"],
                confirmed=row["confirmed"],
                guideline_6_0=tuple((c["clause"], c["read"]) for c in row.get("guideline_6_0", [])),
                note=row.get("note", ""),
            )
        )
    if len({item.id for item in items}) != len(items):
        raise ValueError(f"{path.name}: an item id stands twice.")
    return Checklist(
        edition=data["edition"],
        title_ja=data["title_ja"],
        title_en=data["title_en"],
        year_from=data["year_from"],
        year_to=data["year_to"],
        source=data["source"],
        answers=tuple(data["answers"]),
        checks=data["checks"],
        target_rule_ja=data["target_rule_ja"],
        target_rule_en=data["target_rule_en"],
        needs_official_file=data.get("needs_official_file", False),
        items=tuple(items),
    )


def checklists(folder: Path | None = None) -> dict[str, Checklist]:
    """Every edition by its name, oldest first."""
    folder = folder or knowledge_file("checklists")
    return {found.edition: found for found in map(load, sorted(folder.glob("*.toml")))}


def carry_over(old: Checklist, new: Checklist, audience: str) -> dict[str, list[str]]:
    """For each item of the new edition the ids of the old items on the same topic ([]: nothing corresponds).

    Scopes are matched where both editions divide the topic by scope; otherwise every old row of the topic
    stands behind the new one.
    """
    result = {}
    for item in new.of(audience):
        same = [other for other in old.of(audience) if other.topic == item.topic]
        exact = [other for other in same if other.scope == item.scope]
        result[item.id] = [other.id for other in (exact or same)]
    return result
