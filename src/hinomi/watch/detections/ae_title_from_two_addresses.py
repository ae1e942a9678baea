"""Two different devices call themselves by the same DICOM name (AE title) as askers.

An AE title is all that most PACS ask of a caller, so a second user of it reads and writes images
in the first one's name. A lease that moved, a second card, or a spare that took over after the old
device fell silent is not a second user: what counts is that both use the name in the same time.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from hinomi.columns import Columns, Ints, Rows
from hinomi.model import Device, Severity

from ..draft import Facts, describe, make, words
from ..meta import Limit, Meta, Raised
from ..severity import SECOND, lower
from ..sight import Sight, read_detail
from ..who import is_medical

META = Meta(
    id="ae_title_from_two_addresses",
    severity=Severity.MEDIUM,
    severity_max=Severity.HIGH,
    attack=("T1078", "T1036", "T0848"),
    reads=("exchange",),
    response="refuse",
    limits=(
        Limit("window_h", 24, "two users of a name further apart than this did not use it in the same time"),
        Limit("gone_min", 30, "minutes without a word of the old device before another counts as its successor"),
        Limit("users_max", 3, "a name used by more devices than this is a default nobody changed, told once, low"),
    ),
    blind_spots=(
        "DICOM inside TLS: the names are not heard.",
        "A second user behind the same router as the first, where the tap hears only the router's address.",
        "A device that takes over both the name and the address of another one.",
    ),
    order=40,
)

_CALL = "A-ASSOCIATE"


@dataclass
class _User:
    """One device that used the name. What it called and did is counted only when it is told."""

    name: str
    ip: str
    mac: str
    device: Device | None
    first: int
    last: int
    calls: Rows  # associations it asked for, in order of time
    words: Rows  # the same, and what it did in them

    @property
    def count(self) -> int:
        return len(self.calls)

    @cached_property
    def accepted(self) -> int:
        return len(self.calls.where_in("outcome", "ok", "warning"))

    @cached_property
    def refused(self) -> int:
        return len(self.calls.where_in("outcome", "refused"))

    @property
    def did(self) -> list[str]:
        return [word for (word,) in self.words.tuples("operation") if word != _CALL]

    @cached_property
    def implementations(self) -> Counter[str]:
        """Programs it said it is, by how often."""
        told: Counter[str] = Counter()
        for detail, count in Counter(detail for (detail,) in self.calls.tuples("detail")).items():
            word = read_detail(detail).get("calling_implementation", "").split(" ")[0]
            if word:
                told[word] += count
        return told


def detect(sight: Sight) -> Iterator[Raised]:
    for title, users in _users(sight).items():
        if len(users) < 2:
            continue
        together = _in_the_same_time(sight, users)
        if len(together) > META.limit("users_max"):
            yield _tell(sight, title, together, shared=True)
        elif len(together) >= 2:
            yield _tell(sight, title, together, shared=False)


def _users(sight: Sight) -> dict[str, list[_User]]:
    """Name → its users, of the names that were used from more than one address."""
    said = sight.said("dicom").where("client_name", str.strip)
    columns = said.columns
    names, name = columns.coded("client_name")
    titles = sorted({(word or "").strip() for word in names})
    title = np.array([titles.index((word or "").strip()) for word in names], np.int64)[name]
    user = _users_by_number(sight)
    often = set(_used_from_several(columns, said.at, name))
    said = said.keep(np.isin(name, list(often))).sorted("time")
    calls = columns.where_in("operation", (_CALL,))
    works = columns.where("operation", lambda word: not word.startswith("A-"))
    time = columns.numbers("time")
    all_words = {
        (int(title[group.at[0]]), int(user[group.at[0]])): group
        for group in said.keep(calls | works).groups(title, user)
    }
    found: dict[str, list[_User]] = defaultdict(list)
    for own in said.keep(calls).groups(title, user):
        head = own.head(1)
        ((ip, mac),) = head.tuples("client_ip", "client_mac")
        device = sight.who.at(int(sight.clients[head.at[0]]))
        group = all_words[int(title[head.at[0]]), int(user[head.at[0]])].at
        found[titles[int(title[head.at[0]])]].append(
            _User(
                name=device.id if device else mac or ip,
                ip=ip,
                mac=mac,
                device=device,
                first=int(time[own.at[0]]),
                last=int(time[own.at[-1]]),
                calls=own,
                words=Rows(columns, group[int(np.argmax(group == head.at[0])) :]),
            )
        )
    return found


def _users_by_number(sight: Sight) -> Ints:
    """One number for each client: its device's, or below zero where the inventory knows none."""
    columns = sight.transactions
    macs, mac = columns.coded("client_mac")
    named = np.array([bool(word) for word in macs] or [False], bool)[mac]
    unknown = np.where(named, mac, len(macs) + columns.coded("client_ip").codes)
    return np.where(sight.clients >= 0, sight.clients, -1 - unknown)


def _used_from_several(columns: Columns, rows: Ints, name: Ints) -> list[int]:
    """Names that bear more than one address."""
    pairs = np.unique(np.stack([name[rows], columns.key("client_ip", "client_mac")[rows]]), axis=1)
    numbers, counts = np.unique(pairs[0], return_counts=True)
    several: list[int] = numbers[counts > 1].tolist()
    return several


def _in_the_same_time(sight: Sight, users: list[_User]) -> list[_User]:
    """Users whose spans of use overlap, or follow each other, within the window.

    The old one of a pair that fell silent before the new one began was replaced, which is no
    second user; it counts only if it spoke again after the other's first word.
    """
    window = int(META.limit("window_h") * 3600) * SECOND
    users = sorted(users, key=lambda user: user.first)
    kept: list[_User] = []
    for user in users:
        for other in users:
            if other is user:
                continue
            near = user.first - window <= other.last and other.first - window <= user.last
            earlier, later = (user, other) if user.first <= other.first else (other, user)
            if near and not _took_over(sight, earlier, later):
                kept.append(user)
                break
    return kept


def _took_over(sight: Sight, earlier: _User, later: _User) -> bool:
    """A spare or successor: of the same kind or place, and the old device is gone when it begins.

    A scanner that is merely switched off for the night is gone too; that is why a caller of another
    kind from another place never counts as its successor.
    """
    if earlier.device is None or later.device is None:
        return False
    gone = later.first - earlier.device.last >= META.limit("gone_min") * 60 * SECOND
    alike = bool(earlier.device.value("type")) and earlier.device.value("type") == later.device.value("type")
    mine, theirs = sight.who.zone(earlier.ip, earlier.device), sight.who.zone(later.ip, later.device)
    near = mine is not None and theirs is not None and mine.id == theirs.id
    return gone and (alike or near)


def _owner(sight: Sight, title: str, users: list[_User]) -> tuple[_User, list[str]]:
    """The likelier rightful owner, and the reasons that speak for it."""
    score: dict[str, float] = {}
    reasons: dict[str, list[str]] = {}
    first = min(users, key=lambda user: user.first)
    most = max(users, key=lambda user: user.count)
    for user in users:
        points = 0.0
        why: list[str] = []
        if user is first:
            points, why = points + 1.0, [*why, "first"]
        if user is most and user.count > min(other.count for other in users):
            points, why = points + 0.5, [*why, "most"]
        if user.device is not None:
            if is_medical(user.device):
                points, why = points + 1.5, [*why, "medical"]
            if title in user.device.names.get("ae_title", []) and len(user.device.names["ae_title"]) == 1:
                points += 0.2
            if user.device.first < first.first:
                points += 0.2
            if user.device.value("manufacturer") and user.device.value("model"):
                points, why = points + 0.5, [*why, "equipment"]
        if user.accepted and not user.refused:
            points += 0.3
        score[user.name], reasons[user.name] = points, why
    owner = max(users, key=lambda user: (score[user.name], -user.first))
    return owner, reasons[owner.name] or ["first"]


def _tell(sight: Sight, title: str, users: list[_User], shared: bool) -> Raised:
    owner, reasons = _owner(sight, title, users)
    others = sorted((user for user in users if user is not owner), key=lambda user: user.first)
    other = others[0]
    same_software = bool(set(owner.implementations) & set(other.implementations))
    if owner.implementations and other.implementations and not same_software:
        reasons = [*reasons, "software"]
    confidence = 0.8 if same_software or not (owner.implementations and other.implementations) else 0.9
    base, top = META.severity, META.severity_max
    if shared:
        base, top, confidence = Severity.LOW, Severity.LOW, 0.6
    elif all(user.accepted == 0 for user in others):
        base, top = lower(base), Severity.MEDIUM
    ends = [Rows(user.words.columns, user.words.at[[0, -1]]) for user in (other, owner)]
    evidence = itertools.chain.from_iterable(rows.proof() for rows in (*ends, other.words, owner.words))
    last = max(user.last for user in users)
    first = max(owner.first, other.first)  # when the second user appeared
    facts: Facts = {
        "variant": "shared" if shared else ("refused" if all(user.accepted == 0 for user in others) else "default"),
        "ae_title": title,
        "users": [sight.who.label(user.name) for user in users],
        "reasons": reasons,
        "owner_software": next(iter(owner.implementations), "—"),
        "device_software": next(iter(other.implementations), "—"),
        "owner_count": owner.count,
        "device_count": other.count,
        "accepted": sum(user.accepted for user in others),
        "did": words(step for user in others for step in user.did) or ["—"],
        "called": words(name for user in others for (name,) in user.calls.tuples("server_name")),
        **describe(sight, "owner", owner.ip, owner.device),
    }
    return make(
        sight, META, (title,), device=other.device, ip=other.ip, actor=other.name,
        others=[owner.name, *(user.name for user in others[1:])], base=base, top=top, confidence=confidence,
        facts=facts, first=first, last=last, count=sum(user.count for user in others), evidence=evidence,
    )  # fmt: skip
