"""Findings of one cause become one story: the doer is the same, or one's victim becomes the next's doer."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from .meta import Raised
from .severity import asks_a_person

GAP_NS = 48 * 3600 * 1_000_000_000  # steps further apart than this are two stories

SOON_NS = 2 * 3600 * 1_000_000_000


def tell(raised: list[Raised], came_by: Callable[[str], set[str]] | None = None) -> None:
    """Give each draft its `story`; a finding alone is a story of its own.

    `came_by` names the boxes (Device.id) through which an actor's packets came.
    """
    boxes = {cause for item in raised for cause in item.causes if cause.startswith("box:")}
    if boxes and came_by is not None:
        for item in raised:
            item.causes += [f"box:{box}" for box in came_by(item.actor) if f"box:{box}" in boxes]
    order = sorted(
        range(len(raised)), key=lambda n: (raised[n].draft.first, raised[n].draft.detection, raised[n].draft.key)
    )
    head = list(range(len(raised)))

    def find(n: int) -> int:
        while head[n] != n:
            head[n] = head[head[n]]
            n = head[n]
        return n

    touched: dict[str, int] = {}  # device → the latest finding in which it did, or was done to
    did: dict[str, int] = {}  # device → the latest finding of which it was the doer
    for n in order:
        item = raised[n]
        for name in (item.actor, *item.causes):
            before = touched.get(name)
            if before is not None and item.draft.first - raised[before].draft.last <= GAP_NS:
                head[find(n)] = find(before)
        for name in item.targets:  # what did harm a moment ago is now itself worked upon
            before = did.get(name)
            if before is not None and item.draft.first - raised[before].draft.first <= SOON_NS:
                head[find(n)] = find(before)
        did[item.actor] = n
        for name in (item.actor, *item.targets, *item.causes):
            if name:
                touched[name] = n
    # Named after who began it, so that the name stays when more of it comes to light.
    begun: dict[str, list[int]] = {}
    for n in order:
        root = find(n)
        roots = begun.setdefault(raised[root].actor, [])
        if root not in roots:
            roots.append(root)
        name = f"{raised[root].actor}|{roots.index(root)}"
        raised[n].draft.story = hashlib.blake2b(name.encode(), digest_size=8).hexdigest()
    _weigh_by_company(raised)
    _notes_beside_harm(raised)


def _notes_beside_harm(raised: list[Raised]) -> None:
    """A flood of printing while files are being encrypted is the ransom note."""
    harm = [i.draft for i in raised if i.draft.detection == "ransomware_files" and asks_a_person(i.draft.severity)]
    for item in raised:
        if item.draft.detection == "print_flood":
            for draft in harm:
                if abs(item.draft.first - draft.first) <= SOON_NS:
                    item.draft.story = draft.story
                    break


def _weigh_by_company(raised: list[Raised]) -> None:
    """What alone is a line in a list (a call to a VPN box) weighs more beside what else happened."""
    asking = {item.draft.story for item in raised if asks_a_person(item.draft.severity)}
    for item in raised:
        if item.grows is not None and item.draft.story in asking and not asks_a_person(item.draft.severity):
            item.draft.severity = item.grows
