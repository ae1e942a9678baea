"""Every entry of the inventory's knowledge: sourced, licensed, with its weakness, and its examples hold."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from hinomi.inventory import knowledge
from hinomi.inventory.describe import ATTRIBUTES
from hinomi.inventory.knowledge import entries, files, load
from hinomi.inventory.reader import Reader
from hinomi.knowledge_path import knowledge_folder

WHERE = knowledge_folder()
ROOT = Path(__file__).parents[2]
OLD = {"device_types.toml", "zone_kinds.toml"}  # source and licence stand in their heads
ROWS = [(path.name, kind, entry) for path in files(WHERE) if path.name not in OLD for kind, entry in entries(path)]
FINGERPRINTS = [(name, entry) for name, kind, entry in ROWS if kind == "fingerprint"]
RULES = [entry for _, kind, entry in ROWS if kind == "rule"]
KNOWN_FACTS = re.compile(
    r"^(clue|mark|behind|offers|clients|uses|forwards|peer|zone|type|category|address|outside|cards|card):\S+$|^speaks_for$"
)


def test_there_is_knowledge() -> None:
    assert len(FINGERPRINTS) > 100
    assert len(RULES) > 20


ROW_IDS = [f"{n}-{e.get('id', e.get('name', i))}" for i, (n, _, e) in enumerate(ROWS)]


@pytest.mark.parametrize(("name", "kind", "entry"), ROWS, ids=ROW_IDS)
def test_entry_says_where_it_is_from_and_how_it_can_be_wrong(name: str, kind: str, entry: dict) -> None:
    for key in ("source", "licence", "weakness"):
        assert entry.get(key), f"{name}: {entry} lacks {key}"
    assert entry["licence"] in ("Apache-2.0", "CC0-1.0", "BSD-3-Clause")


@pytest.mark.parametrize(("name", "entry"), FINGERPRINTS, ids=[e["id"] for _, e in FINGERPRINTS])
def test_examples_match_and_say_what_they_should(name: str, entry: dict) -> None:
    reader = Reader(load(WHERE))
    assert entry.get("examples"), f"{entry['id']} has no example"
    clues = entry["clue"] if isinstance(entry["clue"], list) else [entry["clue"]]
    for number, example in enumerate(entry["examples"]):
        for clue in clues:
            said = [s for s in reader.read(clue, example) if s.rule == entry["id"]]
            assert said, f"{entry['id']} does not match its example {example!r}"
            if number == 0 and "yields" in entry:
                told = {s.attribute: s.value for s in said}
                assert entry["yields"].items() <= told.items(), told


@pytest.mark.parametrize(("name", "entry"), FINGERPRINTS, ids=[e["id"] for _, e in FINGERPRINTS])
def test_a_fingerprint_does_not_match_everything(name: str, entry: dict) -> None:
    if "any" in entry or entry.get("wide"):
        return
    reader = Reader(load(WHERE))
    clue = entry["clue"] if isinstance(entry["clue"], str) else entry["clue"][0]
    for nothing in ("", "zzzz-nothing-of-the-kind", "火の見"):
        assert not [s for s in reader.read(clue, nothing) if s.rule == entry["id"]]


def test_ids_are_unique() -> None:
    counts = Counter(e["id"] for _, kind, e in ROWS if kind in ("fingerprint", "rule", "service"))
    assert [i for i, n in counts.items() if n > 1] == []


def test_every_value_is_one_the_inventory_has() -> None:
    known = load(WHERE)
    for entry in [e for _, e in FINGERPRINTS] + RULES:
        for name, value in entry["gives"].items():
            assert name in (*ATTRIBUTES, "category", "mark") or name.startswith("name:"), f"{entry['id']}: {name}"
            given = value["value"] if isinstance(value, dict) else value
            if name == "type":
                assert given in known.types, f"{entry['id']}: no device type {given}"
            if name == "category":
                assert given in {t["category"] for t in known.types.values()}
            weight = value.get("weight", entry.get("weight")) if isinstance(value, dict) else entry.get("weight")
            assert weight is not None and 0 < weight < 1, f"{entry['id']}: weight {weight}"


def test_every_mark_that_rules_read_is_given_and_every_mark_is_read() -> None:
    given = {
        v["value"] if isinstance(v, dict) else v
        for e in [e for _, e in FINGERPRINTS]
        for k, v in e["gives"].items()
        if k == "mark"
    }
    given |= {"relay", "virtual"}  # given by code
    given |= {e["mark"] for _, kind, e in ROWS if kind == "pointer"}
    read = {
        c.split(":", 1)[1].split()[0]
        for r in RULES
        for k in ("all", "any", "none")
        for c in r.get(k, [])
        if c.startswith("mark:")
    }
    assert read - given == set(), "rules read marks that nothing gives"
    assert given - read - {"virtual"} == set(), "marks that no rule reads"


def test_conditions_name_facts() -> None:
    for rule in RULES:
        for key in ("all", "any", "none"):
            for text in rule.get(key, []):
                fact, _, _ = knowledge.condition(text)
                assert KNOWN_FACTS.match(fact), f"{rule['id']}: {fact}"


def test_every_type_has_a_zone_or_none_is_meant() -> None:
    known = load(WHERE)
    assert set(known.type_zones) <= set(known.types)
    assert set(known.type_zones.values()) <= set(known.zone_kinds)


def test_broader_values_form_no_circle() -> None:
    known = load(WHERE)
    for attribute, table in known.broader.items():
        for value in [*table["is"], *(start + "x" for start, _ in table["starts"])]:
            seen = [value]
            while (up := known.parent(attribute, seen[-1])) is not None:
                assert up not in seen
                seen.append(up)


def test_every_clue_read_is_declared_by_a_dissector() -> None:
    """A clue name that no dissector declares would never be heard."""
    sources = "\n".join(p.read_text("utf-8") for p in (ROOT / "wire/crates").rglob("*.rs"))
    declared = set(re.findall(r'\(\s*"([a-z0-9]+\.[a-z0-9_.]+)",', sources))
    own = {"oui.maker", "oui.organisation"}
    asked: set[str] = set()
    for _, kind, entry in ROWS:
        if kind in ("fingerprint", "clue", "identity"):
            asked |= set(entry["clue"] if isinstance(entry["clue"], list) else [entry["clue"]])
    conditions = [c for r in RULES for k in ("all", "any", "none") for c in r.get(k, [])]
    asked |= {c[5:].split()[0] for c in conditions if c.startswith("clue:")}
    assert asked - declared - own == set()


def test_knowledge_holds_no_maker_of_the_lab() -> None:
    """Invented makers must be recognised by what their packets say, so none may be entered here."""
    invented: set[str] = set()
    for path in (ROOT / "lab" / "personalities").glob("*.toml"):
        data = tomllib.loads(path.read_text("utf-8"))
        if not any("IEEE" in str(v) for v in data.get("sources", {}).values()):
            invented |= {str(data.get(k, "")) for k in ("manufacturer", "model")}
    invented -= {"", "Orthanc"}
    text = "\n".join(p.read_text("utf-8") for p in files(WHERE)).casefold()
    assert invented, "the lab's makers were not found"
    assert [word for word in invented if len(word) > 3 and word.casefold() in text] == []


def test_every_service_of_the_wire_is_known_to_be_clear_or_not() -> None:
    wire = pytest.importorskip("hinomi._wire")
    below = {"flow", "arp", "ntlm", "lldp", "cdp", "stp", "eapol", "nd"}  # no services of a host
    named = {str(d["name"]) for d in wire.dissectors()} - below
    assert named - set(load(WHERE).services) == set()
