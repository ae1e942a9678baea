"""What listening says to each item of a checklist, in one of four words, with what stands behind it."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, cached_property
from typing import Any

import pyarrow as pa

from hinomi.duties.checklist import Checklist
from hinomi.knowledge_path import knowledge_file
from hinomi.model import Device, EvidenceRef
from hinomi.watch.sight import Sight
from hinomi.watch.tables import rows
from hinomi.watch.view import WatchView

LINES_MAX = 50  # lines kept of one answer; `Answer.count` tells how many there are


class Word(StrEnum):
    """The four words; unknown is never green."""

    CONTRADICTED = "contradicted"  # 矛盾あり
    NOT_CONTRADICTED = "not_contradicted"  # 今のところ矛盾なし
    UNKNOWN = "unknown"  # 不明
    PERSON = "person"  # 人が確認


@dataclass(frozen=True, slots=True)
class Line:
    """One thing behind an answer: a device, what was seen of it, the packet."""

    device: str  # Device.id, "" when none
    label: str
    what: str  # plain facts, the same in both languages: `telnet tcp/23`, `Windows 7 (2020-01-14)`
    first: int
    last: int
    evidence: EvidenceRef | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What Hinomi can say to one item. The 「はい」 stays with a person."""

    item: str
    word: Word
    says_ja: str
    says_en: str
    needs_ja: str
    needs_en: str
    count: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """What a probe found, before it is put in words."""

    word: Word
    facts: dict[str, int]
    lines: list[Line] = field(default_factory=list)


@dataclass
class DutiesView:
    """One look at the hospital for the duties: the watch's view, and what people have filed."""

    watch: WatchView
    notes: pa.Table  # the note record: what the dissectors found odd
    ledger: frozenset[str] | None = None  # Device.id that the ledger names; None: no ledger loaded
    disclosed: frozenset[str] = frozenset()  # makers whose disclosure sheets (MDS/SDS, MDS2) are filed
    backup_targets: frozenset[str] = frozenset()  # Device.id that the backup register names as keeping copies
    today: str = ""  # ISO date of the newest record, for end-of-support dates
    sight: Sight = field(init=False)

    def __post_init__(self) -> None:
        self.sight = Sight(self.watch)

    @property
    def listened_ns(self) -> int:
        """How long some capture was listening, all together."""
        return self.sight.listened(0, 2**63 - 1)

    @cached_property
    def first_packets(self) -> dict[str, EvidenceRef]:
        """Device -> the packet of the first connection in which it was heard."""
        found: dict[str, EvidenceRef] = {}
        columns = ("orig_ip", "orig_mac", "resp_ip", "resp_mac", "start", "outcome", "capture", "packet", "offset")
        for o_ip, o_mac, r_ip, r_mac, start, outcome, capture, packet, offset in rows(self.sight.flows, *columns):
            ends = [(o_ip, o_mac), (r_ip, r_mac)] if outcome == "answered" else [(o_ip, o_mac)]
            for ip, mac in ends:
                name = self.sight.who.name(ip, mac, start)
                found.setdefault(name, EvidenceRef(str(capture), int(packet), int(offset)))
        return found

    @property
    def inside(self) -> list[Device]:
        """Devices of the hospital, without outside peers."""
        return [device for device in self.watch.inventory.devices if not device.outside]


Probe = Callable[[DutiesView], Said]


@cache
def words() -> dict[str, Any]:
    """Sentences of the probes, from `knowledge/duties/probes.toml`."""
    return tomllib.loads(knowledge_file("duties", "probes.toml").read_text("utf-8"))


_NOBODY_ASKED = {
    "ja": "この項目は通信からは分かりません。人が確認してください。",
    "en": "Nothing on the network speaks to this item. A person must check it.",
}


def answers(checklist: Checklist, audience: str, view: DutiesView) -> list[Answer]:
    """One answer an item, in the order of the form. Each probe runs once, however many items ask it."""
    from hinomi.duties.probes import PROBES

    said: dict[str, Said] = {}
    found = []
    for item in checklist.of(audience):
        probe = PROBES.get(item.probe)
        if probe is None:
            found.append(Answer(item.id, Word.PERSON, _NOBODY_ASKED["ja"], _NOBODY_ASKED["en"], "", "", 0, ()))
            continue
        if item.probe not in said:
            said[item.probe] = probe(view)
        found.append(in_words(item.id, item.probe, said[item.probe]))
    return found


def in_words(item: str, probe: str, said: Said) -> Answer:
    """Put what a probe found into both languages."""
    table = words()[probe]
    return Answer(
        item=item,
        word=said.word,
        says_ja=table[f"{said.word}_ja"].format(**said.facts),
        says_en=table[f"{said.word}_en"].format(**said.facts),
        needs_ja=table.get("needs_ja", ""),
        needs_en=table.get("needs_en", ""),
        count=len(said.lines),
        lines=tuple(said.lines[:LINES_MAX]),
    )


def device_lines(view: DutiesView, devices: Sequence[Device], what: Callable[[Device], str]) -> list[Line]:
    """One line a device, with the packet of its best attribute; of its first connection where no attribute has one."""
    lines = []
    for device in devices:
        sources = [s for a in device.attributes.values() for s in a.sources if s.evidence.packet > 0]
        best = max(sources, key=lambda source: source.weight, default=None)
        proof = best.evidence if best else view.first_packets.get(device.id)
        lines.append(Line(device.id, device.label, what(device), device.first, device.last, proof))
    return lines
