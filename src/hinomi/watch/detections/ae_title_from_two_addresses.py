"""Two different devices call themselves by the same DICOM name (AE title) as askers.

An AE title is all that most PACS ask of a caller, so a second user of it reads and writes images
in the first one's name. A lease that moved, a second card, or a spare that took over after the old
device fell silent is not a second user: what counts is that both use the name in the same time.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

import pyarrow.compute as pc

from hinomi.model import Device, EvidenceRef, Severity

from ..draft import Facts, describe, make, words
from ..meta import Limit, Meta, Raised
from ..severity import SECOND, lower
from ..sight import Sight, read_detail
from ..tables import rows
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


@dataclass(slots=True)
class _User:
    """One device that used the name."""

    name: str
    ip: str
    mac: str
    device: Device | None
    first: int
    last: int
    count: int = 0
    accepted: int = 0
    refused: int = 0
    implementations: Counter[str] = field(default_factory=Counter)
    called: list[str] = field(default_factory=list)
    did: list[str] = field(default_factory=list)
    evidence: list[EvidenceRef] = field(default_factory=list)


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
    table = sight.exchanges("dicom")
    table = table.filter(pc.not_equal(table.column("client_name"), ""))
    # Only names that were used from more than one address are looked at row by row.
    pairs = table.group_by(["client_name", "client_ip", "client_mac"]).aggregate([]).column("client_name")
    counted = pc.value_counts(pairs.combine_chunks())
    often = pc.greater(counted.field("counts"), 1)
    table = table.filter(pc.is_in(table.column("client_name"), counted.field("values").filter(often)))
    found: dict[str, dict[str, _User]] = defaultdict(dict)
    columns = (
        "client_name", "client_ip", "client_mac", "time", "outcome", "server_name", "detail", "capture", "packet",
        "offset", "operation",
    )  # fmt: skip
    for title, ip, mac, time, outcome, called, detail, capture, packet, offset, operation in rows(
        table.sort_by("time"), *columns
    ):
        title = title.strip()
        if not title:
            continue
        device = sight.who.device(ip, mac, time)
        name = device.id if device else mac or ip
        user = found[title].get(name)
        if operation != "A-ASSOCIATE":
            if user is not None and not operation.startswith("A-"):
                user.did.append(operation)
                user.evidence.append(EvidenceRef(capture, packet, offset))
            continue
        if user is None:
            user = found[title][name] = _User(name, ip, mac, device, time, time)
        user.first, user.last = min(user.first, time), max(user.last, time)
        user.count += 1
        user.accepted += outcome in ("ok", "warning")
        user.refused += outcome == "refused"
        implementation = read_detail(detail).get("calling_implementation", "").split(" ")[0]
        if implementation:
            user.implementations[implementation] += 1
        user.called.append(called)
        user.evidence.append(EvidenceRef(capture, packet, offset))
    return {title: list(users.values()) for title, users in found.items()}


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
    evidence = [ref for user in (other, owner) for ref in (user.evidence[0], user.evidence[-1])]
    evidence += [ref for user in (other, owner) for ref in user.evidence]
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
        "called": words(name for user in others for name in user.called),
        **describe(sight, "owner", owner.ip, owner.device),
    }
    return make(
        sight, META, (title,), device=other.device, ip=other.ip, actor=other.name,
        others=[owner.name, *(user.name for user in others[1:])], base=base, top=top, confidence=confidence,
        facts=facts, first=first, last=last, count=sum(user.count for user in others), evidence=evidence,
    )  # fmt: skip
