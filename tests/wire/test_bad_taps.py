"""Every protocol that a case holds, heard by a bad tap: packets cut short, packets missing.

Whatever is cut, nothing breaks; and what a host let out in packets that came whole is still told.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest
from captures import read

import talks
from hinomi import _wire

Clue = tuple[str, str | None, str, str]
NAMES = [d["name"] for d in _wire.dissectors() if d["tier"] in "AB" and d["name"] != "flow"]


@cache
def everything() -> dict[str, list[list[talks.Talk]]]:
    """Protocol → its talks, case by case."""
    return talks.by_protocol()


def clues(protocol: str, variant: talks.Variant, folder: Path) -> dict[Clue, int]:
    """What was told of the hosts by one protocol, with the number that the packet had in the case."""
    path = folder / "variant.pcap"
    path.write_bytes(variant.capture)
    found, summary = read(path)
    assert summary["packets"] == len(variant.numbers) and not summary["stopped"]
    told = {}
    for row in found["clue"].to_pylist() if "clue" in found else []:
        if protocol in talks.protocols_of("clue", row):
            key = (row["host_mac"], row["host_ip"], row["attribute"], row["value"])
            told.setdefault(key, variant.numbers[row["packet"] - 1])
    return told


def kept(chosen: Iterable[talks.Talk], told: dict[Clue, int], touched: frozenset[int]) -> set[Clue]:
    """Clues of packets up to which nothing of their talk was touched."""
    first = {}
    for talk in chosen:
        hurt = [p.number for p in talk.packets if p.number in touched]
        first |= {p.number: min(hurt, default=p.number + 1) > p.number for p in talk.packets}
    return {clue for clue, number in told.items() if first[number]}


@pytest.mark.parametrize("protocol", NAMES)
@pytest.mark.parametrize("kind", ["truncated", "gapped"])
def test_identity_that_came_whole_is_told(protocol: str, kind: str, tmp_path: Path) -> None:
    cases = everything().get(protocol)
    if not cases:
        pytest.skip("no capture in cases/")
    for chosen in cases:
        before = clues(protocol, talks.whole(chosen), tmp_path)
        variant = talks.truncated(chosen) if kind == "truncated" else talks.gapped(chosen)
        if not variant.touched:
            continue  # one packet cannot be missing and there
        after = clues(protocol, variant, tmp_path)
        lost = kept(chosen, before, variant.touched) - set(after)
        assert not lost, lost


def test_the_variants_are_what_they_say() -> None:
    """Most protocols have both; where a stream lost bytes the engine says so; some identity outlives each kind."""
    gaps = 0
    for protocol, cases in everything().items():
        for chosen in cases:
            cut, gap = talks.truncated(chosen), talks.gapped(chosen)
            assert len(cut.numbers) == len(talks.whole(chosen).numbers)
            assert len(gap.numbers) == len(cut.numbers) - len(gap.touched)
            assert len(cut.capture) < len(talks.whole(chosen).capture) or not cut.touched, protocol
            gaps += bool(gap.touched)
    assert gaps > 50


def test_each_kind_spares_and_costs_something(tmp_path: Path) -> None:
    spared = {"truncated": 0, "gapped": 0}
    cost = dict(spared)
    for protocol in ("dicom", "hl7", "http", "smb", "tls", "snmp", "dns", "wsd"):
        for chosen in everything()[protocol][:1]:
            before = clues(protocol, talks.whole(chosen), tmp_path)
            for kind, variant in (("truncated", talks.truncated(chosen)), ("gapped", talks.gapped(chosen))):
                spared[kind] += len(kept(chosen, before, variant.touched))
                cost[kind] += len(set(before) - set(clues(protocol, variant, tmp_path)))
    assert min(spared.values()) > 0 and cost["truncated"] > 0
