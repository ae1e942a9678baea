"""Kinds of devices that nobody described: at worst unknown and grouped by likeness, never surely wrong."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("hinomi._wire", reason="the wire is not built")

from hinomi import conversations
from hinomi.inventory import Inventory, resolve
from hinomi.inventory.calibration import cases_in, measure
from hinomi.inventory.capture import records_of
from hinomi.model import Device

HELD_OUT = Path(__file__).parents[2] / "cases" / "held-out"
CASE = HELD_OUT / "devices"
PERHAPS_MAX = 0.75  # a wrong word about a thing nobody described must not even be "likely"


def test_nothing_is_surely_wrong() -> None:
    results = measure(cases_in(HELD_OUT))
    assert results
    for result in results:
        assert {n: t.faults for n, t in result.attributes.items() if t.sure_wrong} == {}
        assert (result.split, result.merged) == ([], [])


@pytest.fixture(scope="module")
def named() -> dict[str, tuple[dict[str, Any], Device]]:
    """Held-out host → its truth and the device it became."""
    tables = records_of(next(path for path in CASE.iterdir() if path.name.startswith("capture.")))
    found: Inventory = resolve("s", tables["clue"], conversations.build(tables["flow"]))
    at = {address.ip: device for device in found.devices for address in device.addresses}
    hosts = json.loads((CASE / "truth.json").read_text("utf-8"))["hosts"]
    return {h["id"]: (h, at[h["ip"][0]]) for h in hosts if h.get("held_out") and h["ip"][0] in at}


def test_most_are_unknown_and_the_others_only_perhaps(named: dict[str, tuple[dict[str, Any], Device]]) -> None:
    kinds = {host["kind_en"] for host, _ in named.values()}
    assert len(kinds) >= 10
    stated = [d.attributes["type"] for _, d in named.values() if d.value("type") not in ("", "unknown")]
    assert len(stated) < len(named) / 3
    assert all(attribute.confidence < PERHAPS_MAX for attribute in stated)


def test_alike_stand_with_alike(named: dict[str, tuple[dict[str, Any], Device]]) -> None:
    kinds_of: dict[str, set[str]] = {}
    grouped: Counter[str] = Counter()
    for host, device in named.values():
        if device.group:
            kinds_of.setdefault(device.group, set()).add(host["kind_en"])
            grouped[host["kind_en"]] += 1
    assert all(len(kinds) == 1 for kinds in kinds_of.values())  # no group mixes kinds
    assert len(grouped) >= 6 and min(grouped.values()) >= 2
