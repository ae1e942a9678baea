"""What a device said and did → its attributes, names and marks, by the knowledge."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial

from hinomi.inventory import addresses, evidence
from hinomi.inventory.evidence import Candidate, Heard
from hinomi.inventory.facts import Facts, read_facts
from hinomi.inventory.gather import Said
from hinomi.inventory.knowledge import Knowledge, Rule, fold, maker, plain_maker
from hinomi.inventory.oui import Registry
from hinomi.inventory.reader import Reader, Statement
from hinomi.model import Attribute, EvidenceRef, Rival, Source

# Names that people give to any product of the kind.
GENERIC_NAMES = frozenset(
    {
        "emr",
        "ehr",
        "his",
        "ris",
        "lis",
        "pacs",
        "gateway",
        "server",
        "system",
        "hl7",
        "adt",
        "any",
        "sending_application",
        "sending application",
        "sendingapp",
        "sending_app",
        "receiving_application",
        "application",
        "app",
        "test",
        "hl7_sender",
    }
)
NAMES_MAX = 32  # names kept per kind
RELAYED = 0.15  # what is left of a data set's word on its maker when the sender passes on others' images
CODE_BY_TYPE = 0.7  # a type has several generic names and codes; the usual one is right in about so many cases
NO_PACKET = EvidenceRef("", 0, 0)

# Every attribute that knowledge may give, besides `category` and `mark`.
MANY = frozenset({"software"})  # may hold several values at once
ATTRIBUTES = (
    "type",
    "manufacturer",
    "model",
    "serial",
    "software_version",
    "os",
    "hostname",
    "department",
    "location",
    "modality",
    "firmware",
    "software",
)


@dataclass(slots=True)
class Portrait:
    """Everything heard of one device, before it is weighed."""

    candidates: dict[str, dict[str, Candidate]] = field(default_factory=dict)
    names: dict[str, dict[str, int]] = field(default_factory=dict)
    facts: Facts = field(default_factory=dict)
    proof: dict[str, Source] = field(default_factory=dict)  # fact → a source that shows it

    def say(self, statement: Statement, source: Source) -> None:
        """Take one statement in: as a mark, a name, or a candidate value."""
        kind = statement.attribute
        if kind == "mark":
            fact = f"mark:{statement.value}"
            self.facts[fact] = self.facts.get(fact, 0.0) + 1.0
            self.proof.setdefault(fact, source)
            return
        if kind.startswith("name:"):
            self.name(kind[5:], statement.value, source.count)
            return
        if kind == "hostname":
            self.name("hostname", statement.value, source.count)
        slot = self.candidates.setdefault(kind, {})
        key = fold(statement.value)
        candidate = slot.get(key)
        if candidate is None:
            candidate = slot[key] = Candidate(statement.value)
        candidate.heard.append(Heard(source, statement.family))

    def name(self, kind: str, value: str, count: int) -> None:
        """One more name it goes by; the writing heard first is kept."""
        slot = self.names.setdefault(kind, {})
        if value not in slot:
            folded = fold(value)
            value = next((known for known in slot if fold(known) == folded), value)
        if value in slot or len(slot) < NAMES_MAX:
            slot[value] = slot.get(value, 0) + count

    def filled(self, template: str) -> str:
        """A rule's value; `{name:hl7_application}` stands for the name of that kind heard most ('' if none)."""
        if not template.startswith("{name:"):
            return template
        found = self.names.get(template[6:-1], {})
        best = max(found, key=lambda value: found[value], default="")
        return "" if fold(best) in GENERIC_NAMES else best


class Describer:
    """Holds the knowledge and the readings already made of (clue, value)."""

    def __init__(self, knowledge: Knowledge, registry: Registry) -> None:
        self.knowledge = knowledge
        self.reader = Reader(knowledge)
        self.registry = registry
        self._read: dict[tuple[str, str], list[Statement]] = {}
        self._own_only = {d.clue for rows in knowledge.directs.values() for d in rows if d.own_only}
        self._parents = {name: partial(knowledge.parent, name) for name in knowledge.broader}
        self.fact_clues = {
            c[0][5:] for r in knowledge.rules for c in (*r.all, *r.any, *r.none) if c[0].startswith("clue:")
        }
        # Facts that no rule reads need not be counted.
        self.wanted_facts = frozenset(c[0] for r in knowledge.rules for c in (*r.all, *r.any, *r.none))
        self._oui: dict[str, list[Statement]] = {}

    def statements(self, clue: str, value: str) -> list[Statement]:
        key = (clue, value)
        found = self._read.get(key)
        if found is None:
            found = self.reader.read(clue, value)
            if found:  # most values say nothing; keeping them all would fill the memory
                self._read[key] = found
        return found

    def hear(self, portrait: Portrait, said: Iterable[Said]) -> None:
        """Take in all clues of one device."""
        rows = list(said)
        told: dict[str, int] = {}
        for row in rows:
            told[row.clue] = told.get(row.clue, 0) + 1
        for clue, count in told.items():
            if clue in self.fact_clues:
                portrait.facts[f"clue:{clue}"] = float(count)
        late: list[tuple[Said, Statement]] = []
        for row in rows:
            if row.clue in self.fact_clues and f"clue:{row.clue}" not in portrait.proof:
                portrait.proof[f"clue:{row.clue}"] = _source(row, 0.0, "")
            for statement in self.statements(row.clue, row.value):
                if row.clue in self._own_only:
                    late.append((row, statement))
                else:
                    portrait.say(statement, _source(row, statement.weight, statement.rule))
        relays = portrait.facts.get("mark:relay", 0.0) >= 1 or any(
            told.get(clue, 0) > 1 for clue in self._own_only if clue.endswith((".serial", ".manufacturer"))
        )
        if relays and late:
            portrait.facts["mark:relay"] = portrait.facts.get("mark:relay", 0.0) + 1.0
        for row, statement in late:
            weight = statement.weight * RELAYED if relays else statement.weight
            if relays and statement.attribute.startswith("name:"):
                continue
            portrait.say(statement, _source(row, weight, statement.rule))

    def hear_cards(self, portrait: Portrait, cards: Iterable[tuple[str, int, int]]) -> None:
        """Take in the makers of its network cards: (MAC, first, last)."""
        for mac, first, last in cards:
            portrait.facts["card:local" if addresses.is_local_mac(mac) else "card:global"] = 1.0
            prefix = mac[:8]
            found = self._oui.get(prefix)
            if found is None:
                found = self._oui[prefix] = self._card(mac)
            for statement in found:
                source = Source("eth.address", mac, "eth", statement.weight, statement.rule, 1, first, last, NO_PACKET)
                portrait.say(statement, source)

    def _card(self, mac: str) -> list[Statement]:
        name = self.registry.maker(mac)
        if not name:
            return []
        plain = plain_maker(name)
        if any(plain.startswith(v) for v in self.knowledge.virtual):
            return [
                Statement("mark", "virtual", 0.9, "oui", "oui"),
                Statement("name:card_maker", name, 0.9, "oui", "oui"),
            ]
        out = [Statement("name:card_maker", name, 0.9, "oui", "oui")]
        out += [s._replace(family="oui") for s in self.reader.read("oui.maker", maker(self.knowledge, name))]
        out += [s._replace(family="oui") for s in self.reader.read("oui.organisation", name)]
        if not any(plain.startswith(c) for c in self.knowledge.cards):
            out.append(Statement("manufacturer", maker(self.knowledge, name), 0.6, "oui", "oui"))
        return out

    def apply(self, portrait: Portrait, rules: Iterable[Rule], first: int, last: int) -> None:
        """Let behavioural rules that hold speak; their reasons are the facts that held."""
        for rule in rules:
            reasons = [name for name in read_facts(rule) if portrait.facts.get(name)]
            shown = next((portrait.proof[n] for n in reasons if n in portrait.proof), None)
            told = "; ".join(f"{n}={portrait.facts[n]:g}" for n in reasons)
            for attribute, template, weight in rule.gives:
                value = portrait.filled(template)
                if not value:
                    continue
                source = Source(
                    "behaviour",
                    told,
                    shown.protocol if shown else "conversations",
                    weight,
                    rule.id,
                    1,
                    shown.first if shown else first,
                    shown.last if shown else last,
                    shown.evidence if shown else NO_PACKET,
                )
                portrait.say(Statement(attribute, value, weight, rule.id, rule.family), source)

    def attributes(self, portrait: Portrait, only: frozenset[str] | None = None) -> dict[str, Attribute]:
        """Every attribute (or those of `only`) that reaches `evidence.STATE_MIN`."""
        out: dict[str, Attribute] = {}
        for name, slot in portrait.candidates.items():
            if name == "category" or (only is not None and name not in only):
                continue
            if name == "model" and len(slot) > 1:
                slot = portrait.candidates[name] = _without_maker(slot, portrait.candidates.get("manufacturer", {}))
            if name in MANY:
                chosen = evidence.gather(name, list(slot.values()))
            else:
                chosen = evidence.choose(name, list(slot.values()), self._parents.get(name))
            if chosen is not None:
                out[name] = chosen
        if only is None or not only.isdisjoint(("type", "category")):
            category = self._category(portrait)
            if category is not None:
                out["category"] = category
        return out

    def _category(self, portrait: Portrait) -> Attribute | None:
        """The category that the candidate types share; surer than the type when they differ within it."""
        pool: dict[str, Candidate] = {}
        for candidate in portrait.candidates.get("type", {}).values():
            value = self.knowledge.category(candidate.value)
            pool.setdefault(value, Candidate(value)).heard.extend(candidate.heard)
        for candidate in portrait.candidates.get("category", {}).values():
            pool.setdefault(candidate.value, Candidate(candidate.value)).heard.extend(candidate.heard)
        return evidence.choose("category", list(pool.values()))

    def consequences(self, attributes: dict[str, Attribute]) -> None:
        """Criticality, patient data and generic name as the device type has them, where no person said otherwise."""
        stated = attributes.get("type")
        entry = self.knowledge.types.get(stated.value) if stated else None
        if stated is None or entry is None:
            return
        source = Source("type", stated.value, "", stated.confidence, "device_types", 1, 0, 0, NO_PACKET)
        follows = {"criticality": str(entry["criticality"]), "phi": "yes" if entry["phi"] else "no"}
        if entry.get("jmdn"):
            follows["jmdn"] = f"{entry['jmdn']} ({entry['jmdn_class']})"
        if entry.get("fda_code"):
            follows["fda_code"] = str(entry["fda_code"])
        for name, value in follows.items():
            earlier = attributes.get(name)
            if earlier is None or not earlier.by_person:
                sure = stated.confidence * (CODE_BY_TYPE if name in ("jmdn", "fda_code") else 1.0)
                attributes[name] = Attribute(name, value, sure, [source])


def _without_maker(slot: dict[str, Candidate], makers: dict[str, Candidate]) -> dict[str, Candidate]:
    """`Maker SM-5` and `SM-5` are one model: the maker's name in front is taken off."""
    out: dict[str, Candidate] = {}
    for key, candidate in slot.items():
        for maker_key in makers:
            rest = key[len(maker_key) :].strip() if key.startswith(maker_key + " ") else ""
            if rest in slot:
                key = rest
        kept = out.setdefault(key, Candidate(slot[key].value))
        kept.heard += candidate.heard
    return out


def _source(row: Said, weight: float, rule: str) -> Source:
    return Source(row.clue, row.value, row.protocol, weight, rule, row.count, row.first, row.last, row.evidence)


def by_person(name: str, value: str, earlier: Attribute | None) -> Attribute:
    """A value that a person set: certain; what the packets say stays as its rivals."""
    rivals: list[Rival] = []
    if earlier is not None and fold(earlier.value) != fold(value):
        rivals = [Rival(earlier.value, earlier.confidence, tuple(earlier.sources[:3])), *earlier.rivals]
    return Attribute(name, value, 1.0, earlier.sources if earlier and not rivals else [], rivals, by_person=True)
