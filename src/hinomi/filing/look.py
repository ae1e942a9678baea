"""What the duties see of a home: the network's view and what was filed, worked out once for one state of things."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

from hinomi.duties import Answer, DutiesView, Line, Word, answers
from hinomi.duties.checklist import Checklist
from hinomi.pipeline.look import duties_view

if TYPE_CHECKING:
    from hinomi.home import Home

KEPT_MAX = 4  # homes whose view is kept
MEMOS_MAX = 500  # things worked out from one view
T = TypeVar("T")

_lock = threading.Lock()
_kept: dict[str, tuple[object, DutiesView, dict[str, Any]]] = {}


def view(home: Home) -> DutiesView:
    """The newest view; kept until something that a probe reads has changed."""
    return _entry(home)[1]


def network(home: Home, checklist: Checklist, audience: str) -> list[Answer]:
    """What the network says to every item of a sheet."""
    name = f"{checklist.edition}/{audience}/{len(checklist.items)}/{checklist.source}"
    return memo(home, name, lambda seen: answers(checklist, audience, seen))


def memo(home: Home, name: str, make: Callable[[DutiesView], T]) -> T:
    """What was worked out from the newest view alone, worked out once."""
    _, seen, kept = _entry(home)
    if name not in kept:
        if len(kept) >= MEMOS_MAX:
            kept.clear()
        kept[name] = make(seen)
    found: T = kept[name]
    return found


def _entry(home: Home) -> tuple[object, DutiesView, dict[str, Any]]:
    state = home.state
    filed = {kind: state.filed(kind) for kind in ("disclosure", "backup")}
    ledger = state.registers.ledger()
    key = (
        ledger.id if ledger is not None else "",
        tuple(link.row + link.device for link in state.registers.ledger_links()),
        tuple(file.path for file in state.history_files()),
        hash(tuple(state.addresses())),
        tuple(state.remote_paths()),
        tuple((one.id, one.at) for rows in filed.values() for one in rows),
        tuple(one.id for one in state.registers.documents()),
        len(state.decisions()),
        tuple((zone.id, tuple(zone.subnets), zone.kind) for zone in state.zones()),
    )
    place = str(home.path)
    with _lock:
        known = _kept.get(place)
        if known is not None and known[0] == key:
            return known
        made = duties_view(home)
        made.disclosed = frozenset(str(one.body["maker"]) for one in filed["disclosure"]) | _sheets(home)
        made.ledger = _listed(home, made) if ledger is not None else None
        made.backup_targets = frozenset(
            device for one in filed["backup"] for device in state.device_by(str(one.body["place"]))[:1]
        )
        if len(_kept) >= KEPT_MAX:
            _kept.pop(next(iter(_kept)))
        _kept[place] = (key, made, {})
        return _kept[place]


def _listed(home: Home, seen: DutiesView) -> frozenset[str]:
    """Devices that the ledger in force names. One that fits several rows alike may well be named."""
    from hinomi.pipeline.ledger import held

    found = held(home).found
    strangers = {device.id for device in found.unlisted} - {d for _, fits in found.doubtful for d in fits}
    return frozenset(device.id for device in seen.inside if device.id not in strangers)


def _sheets(home: Home) -> frozenset[str]:
    """Makers whose security sheet is attached as a file."""
    from hinomi.filing.disclosures import makers

    return makers(home)


@dataclass(frozen=True, slots=True)
class Listened:
    """What the tap could hear: nothing that is said goes beyond it."""

    hours: float
    first: int
    last: int
    subnets_both: tuple[str, ...]
    subnets_one_way: tuple[str, ...]


HOUR_NS = 3_600_000_000_000


def within(since: int, until: int) -> str:
    """The hours of a period as a condition; one that began before it and ends within counts."""
    return f"hour > {since - HOUR_NS} AND hour < {until}"


def listened(home: Home, since: int = 0, until: int = 2**62) -> Listened:
    """How long some capture listened, and which networks it heard both ways or one way only; in a period."""
    span = home.history.span()
    heard: dict[str, int] = {}
    table = home.history.sql(
        "SELECT subnet, max(CASE heard WHEN 'both' THEN 2 WHEN 'one_way' THEN 1 ELSE 0 END) AS heard"
        f" FROM coverage WHERE {within(since, until)} GROUP BY subnet ORDER BY subnet"
    )
    for row in table.to_pylist():
        if not row["subnet"].startswith(("0.", "255.", "224.", "239.", "ff", "fe80", "169.254.")):
            heard[row["subnet"]] = int(row["heard"])
    return Listened(
        hours=view(home).sight.listened(since, until) / HOUR_NS if span else 0.0,
        first=max(span[0], since) if span else 0,
        last=min(span[1], until) if span else 0,
        subnets_both=tuple(net for net, word in heard.items() if word == 2),
        subnets_one_way=tuple(net for net, word in heard.items() if word == 1),
    )


_NOT_OF_VENDOR = {
    "ja": "この事業者の機器については、通信から言えることがありません。",
    "en": "Nothing on the network speaks to this item for the devices of this vendor.",
}


def only_of(answer: Answer, devices: frozenset[str]) -> Answer:
    """An answer cut down to the devices of one vendor: what is seen of others is no contradiction here."""
    if answer.word is Word.PERSON and not answer.lines:
        return answer
    lines: tuple[Line, ...] = tuple(line for line in answer.lines if line.device in devices)
    if lines or answer.word is Word.PERSON:
        return replace(answer, lines=lines, count=len(lines))
    return replace(
        answer, word=Word.UNKNOWN, says_ja=_NOT_OF_VENDOR["ja"], says_en=_NOT_OF_VENDOR["en"], count=0, lines=()
    )
