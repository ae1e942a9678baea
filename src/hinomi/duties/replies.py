"""A person's answers on a sheet, beside what the network says. Never an automatic 「はい」."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from typing import Any

from hinomi.duties.checklist import Checklist, Item, carry_over
from hinomi.duties.evidence import Answer, Word
from hinomi.knowledge_path import knowledge_file

CHECKS_MAX = 3  # the forms have room for a first, second and third check


class Said(StrEnum):
    """What a person may answer. The forms say はい, いいえ, 対象外."""

    YES = "yes"
    NO = "no"
    NOT_APPLICABLE = "na"


@dataclass(frozen=True, slots=True)
class Reply:
    """One check of one item by one person. `carried` names the item of an older edition it was taken over from:
    such an answer is shown and does not count until a person gives it again."""

    item: str
    check: int  # 1, 2, 3
    answer: Said
    date: str  # ISO date on which it was checked
    person: str
    target: str = ""  # ISO date by which a 「いいえ」 shall become a 「はい」
    note: str = ""
    carried: str = ""
    at: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """One item of a sheet: what it asks, what the network says, what people answered."""

    item: Item
    network: Answer
    replies: tuple[Reply, ...]

    @property
    def newest(self) -> Reply | None:
        """The last check that a person gave himself."""
        return max((r for r in self.replies if not r.carried), key=lambda r: r.check, default=None)

    @property
    def amber(self) -> bool:
        """A person said 「はい」 and the network contradicts it."""
        newest = self.newest
        return newest is not None and newest.answer is Said.YES and self.network.word is Word.CONTRADICTED

    @property
    def open(self) -> bool:
        """Nobody answered yet, or the answer is 「いいえ」."""
        return self.newest is None or self.newest.answer is Said.NO


def rows(checklist: Checklist, audience: str, network: Iterable[Answer], replies: Iterable[Reply]) -> list[Row]:
    """The sheet in the order of the form."""
    said = {answer.item: answer for answer in network}
    by_item: dict[str, list[Reply]] = {}
    for reply in replies:
        by_item.setdefault(reply.item, []).append(reply)
    return [
        Row(item, said[item.id], tuple(sorted(by_item.get(item.id, []), key=lambda r: (r.check, bool(r.carried)))))
        for item in checklist.of(audience)
        if item.id in said
    ]


@dataclass(frozen=True, slots=True)
class Carried:
    """What became of one item of the new edition when answers were taken over."""

    item: Item
    old: tuple[str, ...]  # numbers in the old edition
    state: str  # carried | nothing | unanswered | differs | changed
    reply: Reply | None
    reason_ja: str
    reason_en: str


@cache
def _carry_words() -> dict[str, Any]:
    return tomllib.loads(knowledge_file("duties", "carry.toml").read_text("utf-8"))


def carry(old: Checklist, new: Checklist, audience: str, replies: Sequence[Reply]) -> list[Carried]:
    """Takes answers over where items correspond, and says where not and why."""
    words = _carry_words()
    breaks = {one["topic"]: one for one in words["break"] if new.year_from >= one["since"] > old.year_from}
    newest: dict[str, Reply] = {}
    for given_one in sorted(replies, key=lambda r: r.check):
        if not given_one.carried:
            newest[given_one.item] = given_one
    numbers = {item.id: item.number for item in old.of(audience)}
    found = []
    for item in new.of(audience):
        ids = carry_over(old, new, audience)[item.id]
        given = [newest[id] for id in ids if id in newest]
        answers = {reply.answer for reply in given}
        facts: Mapping[str, str]
        reply: Reply | None = None
        if item.topic in breaks and ids:
            state, facts = "changed", breaks[item.topic]
        elif not ids:
            state, facts = "nothing", words["nothing"]
        elif len(given) < len(ids):
            state, facts = "unanswered", words["unanswered"]
        elif len(answers) > 1:
            state, facts = "differs", words["differs"]
        else:
            state, facts = "carried", words["carried"]
            last = max(given, key=lambda r: r.date)
            origin = f"{old.edition} {', '.join(sorted({numbers[id] for id in ids}))}"
            reply = replace(last, item=item.id, check=1, carried=origin)
        found.append(
            Carried(item, tuple(numbers[id] for id in ids), state, reply, facts["reason_ja"], facts["reason_en"])
        )
    return found
