"""A device's facts (named counts) and the behavioural rules of `knowledge/` that read them.

A fact is a name and a number; absent means 0. Names:

    clue:<clue>              distinct values of a clue
    mark:<mark>              a fingerprint gave this mark (marks are for rules, not for people)
    offers:<service>         ports on which it answered with this service
    clients:<service>        distinct devices that used it there
    offers:port:<proto>/<n>  it answered on this port, whatever was recognised
    uses:<service>           distinct servers it asked
    forwards:inside|outside  addresses of others whose packets its MAC bore
    speaks_for               devices that it speaks for as a gateway
    outside:peers            distinct outside devices it talked to
    address:inside|outside|router|none
    type:<id> category:<id>  second stage: what the first stage stated with at least TYPE_MIN
    peer:uses:<service>:<type>    second stage: it asked a device of that type
    peer:offers:<service>:<type>  second stage: a device of that type asked it
    behind:<type or category>     second stage: devices of that type that it speaks for
    zone:<kind>              second stage: the zone a person named
"""

from __future__ import annotations

from collections.abc import Iterable

from hinomi.inventory.knowledge import Rule

TYPE_MIN = 0.5
Facts = dict[str, float]


class RuleBook:
    """Rules filed under the rarest fact that they cannot do without, so that few are tried per device."""

    def __init__(self, rules: Iterable[Rule], stage: int, seen: Iterable[Facts] = ()) -> None:
        """`seen`: the facts of all devices, to know which are rare."""
        often: dict[str, int] = {}
        for facts in seen:
            for name in facts:
                often[name] = often.get(name, 0) + 1
        self._filed: dict[str, list[Rule]] = {}
        self._loose: list[Rule] = []
        self._read: set[str] = set()  # facts that some rule reads
        self._found: dict[tuple[tuple[str, float], ...], list[Rule]] = {}
        for rule in rules:
            if rule.stage != stage:
                continue
            needed = [c[0] for c in rule.all if c[1] >= 1]
            if needed:
                self._filed.setdefault(min(needed, key=lambda name: often.get(name, 0)), []).append(rule)
            elif rule.any and all(c[1] >= 1 for c in rule.any):
                for name in {c[0] for c in rule.any}:
                    self._filed.setdefault(name, []).append(rule)
            else:
                self._loose.append(rule)
            self._read.update(c[0] for c in (*rule.all, *rule.any, *rule.none))

    def matching(self, facts: Facts) -> list[Rule]:
        """Rules whose conditions hold, each once. Devices of one kind show the same facts: they are tried once."""
        read = self._read
        shape = tuple([item for item in facts.items() if item[0] in read])
        found = self._found.get(shape)
        if found is None:
            found = self._found[shape] = self._matching(facts)
        return found

    def _matching(self, facts: Facts) -> list[Rule]:
        out = [r for r in self._loose if holds(r, facts)]
        filed = self._filed
        for name in facts:
            if name in filed:
                out += [rule for rule in filed[name] if rule not in out and holds(rule, facts)]
        return out


def holds(rule: Rule, facts: Facts) -> bool:
    """All of `all`, at least one of `any` (if there is any), none of `none`."""
    get = facts.get
    for name, low, high in rule.all:
        if not low <= get(name, 0.0) <= high:
            return False
    for name, low, high in rule.none:
        if low <= get(name, 0.0) <= high:
            return False
    if not rule.any:
        return True
    return any(low <= get(name, 0.0) <= high for name, low, high in rule.any)


def read_facts(rule: Rule) -> list[str]:
    """Names of the facts a rule looks at; those that held are its reasons."""
    return [c[0] for c in (*rule.all, *rule.any)]
