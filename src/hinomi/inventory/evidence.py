"""How sure: from statements to one stated value, with its rivals.

The arithmetic, in full:

1. Each source has a weight w, 0..1: the share of cases in which such a clue, heard once and by
   itself, is right. Weights stand in `knowledge/` beside the entry.
2. Sources of one family (one protocol, one kind of observation) err together, so of each family only
   the strongest counts.
3. Families are independent: c = 1 - product of (1 - w), at most 0.99. Only a person makes 1.0.
4. Values rule each other out: with odds o = c / (1 - c), the share of a value is o / (1 + sum of all o).
   With no rival that is c itself; two equal rivals of 0.9 leave 0.47 each: nobody is believed.
5. Values form a tree (Windows 10 refines Windows, file_server refines server): steps 2 to 4 are done
   at each level, all sources below a value speak for it, and the way goes down as long as the finer
   value keeps `FINE_MIN`. What only refines is no rival.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from hinomi.inventory.knowledge import fold
from hinomi.model import Attribute, Rival, Source

CAP = 0.99
STATE_MIN = 0.2  # below this nothing is stated
FINE_MIN = 0.5
RIVAL_MIN = 0.02
SOURCES_MAX = 12  # sources kept per value, strongest first
RIVALS_MAX = 5
VALUES_MAX = 8  # values of one attribute that may hold several

Parent = Callable[[str], str | None]


@dataclass(slots=True)
class Heard:
    """One source with its family, before values are weighed."""

    source: Source
    family: str


@dataclass(slots=True)
class Candidate:
    """A value and everything that speaks for it."""

    value: str
    heard: list[Heard] = field(default_factory=list)


@dataclass(slots=True)
class _Node:
    value: str
    heard: list[Heard] = field(default_factory=list)
    children: dict[str, _Node] = field(default_factory=dict)

    def everything(self) -> list[Heard]:
        """Sources of this value and of all that refine it."""
        if not self.children:
            return self.heard
        out = list(self.heard)
        for child in self.children.values():
            out += child.everything()
        return out


def noisy_or(heard: list[Heard]) -> float:
    """1 - product over families of (1 - strongest weight), at most CAP."""
    if len(heard) == 1:
        return min(1.0 - (1.0 - min(max(heard[0].source.weight, 0.0), CAP)), CAP)
    best: dict[str, float] = {}
    for one in heard:
        weight = one.source.weight
        if weight > best.get(one.family, 0.0):
            best[one.family] = weight
    left = 1.0
    for weight in best.values():
        left *= 1.0 - min(weight, CAP)
    return min(1.0 - left, CAP)


def strongest(heard: list[Heard]) -> list[Source]:
    """Sources by weight, then by how often they were heard; one per clue, value and rule."""
    if len(heard) == 1:
        return [heard[0].source]
    out: dict[tuple[str, str, str], Source] = {}
    for one in sorted(heard, key=lambda h: (-h.source.weight, -h.source.count, h.source.first)):
        out.setdefault((one.source.clue, one.source.value, one.source.rule), one.source)
    return list(out.values())[:SOURCES_MAX]


def choose(name: str, candidates: list[Candidate], parent: Parent | None = None) -> Attribute | None:
    """The attribute as stated, or None when nothing reaches `STATE_MIN`.

    `parent` gives the broader value that a value refines, or None.
    """
    if not candidates:
        return None
    if len(candidates) == 1:
        only = candidates[0]
        confidence = noisy_or(only.heard)
        if confidence < STATE_MIN:
            return None
        if parent is None or confidence >= FINE_MIN or parent(only.value) is None:
            return Attribute(name, only.value, round(confidence, 4), strongest(only.heard))
    root = _tree(candidates, parent)
    rivals: list[Rival] = []
    at, sure, ceiling = root, 1.0, 1.0
    while at.children:
        shares = _shares(list(at.children.values()), sure / ceiling)
        best, share, own = shares[0]
        if at is not root and share < FINE_MIN:
            rivals += _rivals(shares)
            break
        rivals += _rivals(shares[1:])
        at, sure, ceiling = best, share, own
    if at is root or sure < STATE_MIN:
        return None
    rivals.sort(key=lambda r: -r.confidence)
    return Attribute(name, at.value, round(min(sure, CAP), 4), strongest(at.everything()), rivals[:RIVALS_MAX])


def gather(name: str, candidates: list[Candidate]) -> Attribute | None:
    """An attribute that may hold several values at once (programs): those that are likelier right than
    wrong, apart by `; `, as sure as the least of them. A name without its version gives way to one with it.
    """
    rows = [(c, noisy_or(c.heard)) for c in candidates]
    likely = [(c, sure) for c, sure in rows if sure >= FINE_MIN]
    kept = [
        (c, sure) for c, sure in likely if not any(fold(o.value).startswith(fold(c.value) + " ") for o, _ in likely)
    ]
    if not kept:
        return None
    kept.sort(key=lambda row: (-row[1], row[0].value))
    heard = [h for c, _ in kept for h in c.heard]
    value = "; ".join(c.value for c, _ in kept[:VALUES_MAX])
    return Attribute(name, value, round(min(sure for _, sure in kept), 4), strongest(heard))


def _shares(nodes: list[_Node], scale: float) -> list[tuple[_Node, float, float]]:
    """(node, share, own confidence), the likeliest first, then the one heard most (step 4)."""
    heard = [node.everything() for node in nodes]
    own = [noisy_or(rows) for rows in heard]
    total = 1.0 + sum(c / (1.0 - c) for c in own)
    order = sorted(range(len(nodes)), key=lambda n: (-own[n], -sum(h.source.count for h in heard[n]), nodes[n].value))
    return [(nodes[n], scale * (own[n] / (1.0 - own[n])) / total, own[n]) for n in order]


def _rivals(shares: list[tuple[_Node, float, float]]) -> list[Rival]:
    return [
        Rival(node.value, round(share, 4), tuple(strongest(node.everything())[:3]))
        for node, share, _ in shares
        if share >= RIVAL_MIN
    ]


def _tree(candidates: list[Candidate], parent: Parent | None) -> _Node:
    root = _Node("")
    for candidate in candidates:
        path = [candidate.value]
        while parent is not None and len(path) < 8:
            up = parent(path[-1])
            if up is None:
                break
            path.append(up)
        at = root
        for value in reversed(path):
            at = at.children.setdefault(fold(value), _Node(value))
        at.heard += candidate.heard
    return root
