"""The bundled capture through the wire and all stages: its incidents ring with their packets, nothing else does."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pytest

from hinomi import _wire
from hinomi.context import intervals
from hinomi.conversations import build
from hinomi.inventory import resolve
from hinomi.model import Zone
from hinomi.records import SCHEMAS
from hinomi.respond.advice import advice
from hinomi.watch import WatchView, render, run
from hinomi.watch.severity import asks_a_person

CASE = Path(__file__).resolve().parents[2] / "cases" / "first-light"
NEAR_NS = 60 * 1_000_000_000  # an incident rings within a minute of its first visible step
# What the lab calls the incidents may differ from what the detections are called.
SAME = {
    "first_outside_contact_clinical": "first_contact_outside",
    "ae_title_two_addresses": "ae_title_from_two_addresses",
}


def read(path: Path) -> dict[str, pa.Table]:
    batches = {record: [] for record in SCHEMAS}
    for record, batch in _wire.Reader(str(path), site="lab", sensor="tap", key=b"\7" * 32):
        batches[record].append(pa.record_batch(batch))
    return {
        record: pa.Table.from_batches(found) if found else SCHEMAS[record].empty_table()
        for record, found in batches.items()
    }


def look(rows: dict[str, pa.Table], zones: list[Zone]) -> WatchView:
    conversations = build(rows["flow"])
    inventory = resolve("lab", rows["clue"], conversations, (), (), zones)
    return WatchView(
        conversations=conversations, flows=rows["flow"], exchanges=rows["exchange"], inventory=inventory,
        intervals=intervals(rows["reading"], rows["exchange"], inventory), zones=inventory.zones,
        now=max(conversations.column("last").to_pylist()), clues=rows["clue"], readings=rows["reading"],
        coverage=rows["coverage"],
    )  # fmt: skip


@pytest.fixture(scope="module")
def truth():
    return json.loads((CASE / "truth.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def rows():
    (path,) = CASE.glob("capture.*")
    found = read(path)
    assert found["flow"].num_rows > 100 and found["exchange"].num_rows > 100
    return found


@pytest.fixture(scope="module", params=["zones named", "zones proposed"])
def view(request, rows, truth):
    """Once with the zones as the hospital names them, once with those that Hinomi proposes by itself."""
    zones = [
        Zone(zone["id"], zone["kind"], zone["name_ja"], zone["name_en"], zone["subnets"], by_person=True)
        for zone in truth["zones"]
    ]
    return look(rows, zones if request.param == "zones named" else [])


@pytest.fixture(scope="module")
def findings(view):
    return run(view, strict=True)


def addresses(view, finding) -> set[str]:
    held = {device.id: {a.ip for a in device.addresses if a.ip} for device in view.inventory.devices}
    return set().union(*(held[name] for name in finding.devices))


def packet_times(rows) -> dict[int, int]:
    found = {}
    for record, column in (("flow", "start"), ("exchange", "time")):
        table = rows[record]
        times = table.column(column).cast(pa.int64()).to_pylist()
        for packet, time in zip(table.column("packet").to_pylist(), times, strict=True):
            found[packet] = min(found.get(packet, time), time)
    return found


def test_each_incident_rings_at_its_first_visible_step_with_its_packets(view, findings, rows, truth):
    hosts = {host["id"]: set(host["ip"]) for host in truth["hosts"]}
    times = packet_times(rows)
    assert truth["incidents"]
    for incident in truth["incidents"]:
        wanted = SAME.get(incident["detection"], incident["detection"])
        steps = [step for step in incident["steps"] if step["visible"]]
        involved = set().union(*(hosts[step["actor"]] | hosts[step["target"]] for step in steps))
        found = [f for f in findings if f.detection == wanted and addresses(view, f) & involved]
        assert len(found) == 1, f"{incident['id']}: {[f.key for f in findings]}"
        (finding,) = found
        assert abs(finding.first - steps[0]["time"]) < NEAR_NS
        shown = [times[ref.packet] for ref in finding.evidence if ref.packet in times]
        assert shown and min(abs(time - steps[0]["time"]) for time in shown) < NEAR_NS
        assert all(ref.capture and ref.packet and ref.offset for ref in finding.evidence)


def test_the_ordinary_part_asks_nobody(findings, truth):
    wanted = {SAME.get(incident["detection"], incident["detection"]) for incident in truth["incidents"]}
    others = [f for f in findings if f.detection not in wanted]
    assert [f.key for f in others if asks_a_person(f.severity)] == []
    assert len(findings) == len(truth["incidents"]), [f.key for f in findings]
    assert len({f.story for f in findings}) == len(findings)  # three causes, three stories


def test_they_are_told_in_both_languages_with_advice(view, findings):
    for finding in findings:
        for lang in ("ja", "en"):
            text = render(finding, lang)
            assert "{" not in text.title + text.seen + text.why
            told = advice(finding, view, lang)
            assert told.steps and (told.in_use is False or told.warning)


def test_twice_the_same_rows_say_the_same(view, findings):
    again = run(view, strict=True)
    assert [(f.key, f.story, f.severity, f.facts) for f in again] == [
        (f.key, f.story, f.severity, f.facts) for f in findings
    ]


def test_the_one_to_act_on(view, findings):
    first = {f.detection: addresses(view, f) and f.devices[0] for f in findings}
    held = {device.id: {a.ip for a in device.addresses} for device in view.inventory.devices}
    assert "10.60.0.12" in held[first["ae_title_from_two_addresses"]]  # the office PC, not the CT
    assert "10.20.0.11" in held[first["remote_session_into_clinical"]]
    assert "10.20.0.21" in held[first["first_contact_outside"]]
