"""Findings of one cause become one story: the doer is the same, or one's victim becomes the next's doer."""

from __future__ import annotations

import hashlib

from .meta import Raised

GAP_NS = 48 * 3600 * 1_000_000_000  # steps further apart than this are two stories


def tell(raised: list[Raised]) -> None:
    """Give each draft its `story`; a finding alone is a story of its own."""
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
    for n in order:
        item = raised[n]
        for name in (item.actor, *item.causes):
            before = touched.get(name)
            if before is not None and item.draft.first - raised[before].draft.last <= GAP_NS:
                head[find(n)] = find(before)
        for name in (item.actor, *item.targets, *item.causes):
            if name:
                touched[name] = n
    for n in order:
        root = raised[find(n)].draft
        raised[n].draft.story = hashlib.blake2b(f"{root.detection}|{root.key}".encode(), digest_size=8).hexdigest()
