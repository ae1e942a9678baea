"""The lab hospital answers the checklist: what the network contradicts is shown with its packets, nothing else is."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pytest

from hinomi import _wire
from hinomi.context import intervals
from hinomi.conversations import build
from hinomi.duties import Answer, DutiesView, Word, answers, checklists
from hinomi.inventory import resolve
from hinomi.model import Zone
from hinomi.records import SCHEMAS
from hinomi.watch import MaintenancePath, WatchView

NOTES = SCHEMAS["note"].empty_table()
CASE = Path(__file__).resolve().parents[2] / "cases" / "first-light"


@pytest.fixture(scope="module")
def watch() -> WatchView:
    (path,) = CASE.glob("capture.*")
    batches: dict[str, list[pa.RecordBatch]] = {record: [] for record in SCHEMAS}
    for record, batch in _wire.Reader(str(path), site="lab", sensor="tap", key=b"\7" * 32):
        batches[record].append(pa.record_batch(batch))
    rows = {
        record: pa.Table.from_batches(found) if found else SCHEMAS[record].empty_table()
        for record, found in batches.items()
    }
    zones = [
        Zone(zone["id"], zone["kind"], zone["name_ja"], zone["name_en"], zone["subnets"], by_person=True)
        for zone in json.loads((CASE / "truth.json").read_text("utf-8"))["zones"]
    ]
    conversations = build(rows["flow"])
    inventory = resolve("lab", rows["clue"], conversations, (), (), zones)
    return WatchView(
        conversations=conversations,
        flows=rows["flow"],
        exchanges=rows["exchange"],
        inventory=inventory,
        intervals=intervals(rows["reading"], rows["exchange"], inventory),
        zones=inventory.zones,
        now=1,
    )


def by_number(found: list[Answer]) -> dict[str, Answer]:
    numbers = {item.id: item.number for item in checklists()["R7"].of("hospital")}
    return {numbers[answer.item]: answer for answer in found}


def ask(watch: WatchView, **more: object) -> dict[str, Answer]:
    return by_number(
        answers(checklists()["R7"], "hospital", DutiesView(watch=watch, notes=NOTES, today="2026-11-22", **more))
    )


def test_the_vendors_session_contradicts_the_register_with_its_packets(watch: WatchView) -> None:
    remote = ask(watch)["2-②"]
    assert remote.word is Word.CONTRADICTED
    assert {line.what.split(" ")[0] for line in remote.lines} == {"vnc", "ssh"}
    assert all(line.evidence is not None and line.evidence.packet > 0 for line in remote.lines)
    assert "{" not in remote.says_ja + remote.says_en


def test_nothing_else_is_contradicted(watch: WatchView) -> None:
    found = ask(watch)
    assert [number for number, answer in found.items() if answer.word is Word.CONTRADICTED] == ["2-②"]
    assert len(found) == 18


def test_what_nobody_can_hear_is_for_a_person(watch: WatchView) -> None:
    found = ask(watch)
    for number in ("1-①", "2-⑤", "2-⑧", "2-⑨", "3-①", "3-③", "4-①"):
        assert found[number].word is Word.PERSON, number


def test_a_registered_path_is_no_contradiction(watch: WatchView) -> None:
    vendor = next(d.id for d in watch.inventory.devices if any(a.ip == "10.90.0.10" for a in d.addresses))
    scanner = next(d.id for d in watch.inventory.devices if any(a.ip == "10.20.0.11" for a in d.addresses))
    watch.registers.append(MaintenancePath("p1", "Asagiri", peers=(vendor,), devices=(scanner,)))
    try:
        assert ask(watch)["2-②"].word is Word.NOT_CONTRADICTED
    finally:
        watch.registers.clear()


def test_a_ledger_without_one_device_is_contradicted_by_that_device_only(watch: WatchView) -> None:
    inside = [device for device in watch.inventory.devices if not device.outside]
    whole = frozenset(device.id for device in inside)
    missing = inside[0]
    assert ask(watch)["2-①"].word is Word.UNKNOWN
    assert ask(watch, ledger=whole)["2-①"].word is Word.NOT_CONTRADICTED
    told = ask(watch, ledger=whole - {missing.id})["2-①"]
    assert told.word is Word.CONTRADICTED and [line.device for line in told.lines] == [missing.id]


def test_an_old_system_is_told_by_the_day_of_the_record(watch: WatchView) -> None:
    device = next(d for d in watch.inventory.devices if not d.outside and "os" in d.attributes)
    stated = device.attributes["os"]
    before = stated.value, stated.confidence
    stated.value, stated.confidence = "Windows 7 Professional", 0.9
    try:
        told = ask(watch)["2-⑥"]
        assert told.word is Word.CONTRADICTED and [line.device for line in told.lines] == [device.id]
        early = by_number(
            answers(checklists()["R7"], "hospital", DutiesView(watch=watch, notes=NOTES, today="2019-01-01"))
        )
        assert early["2-⑥"].word is Word.UNKNOWN
    finally:
        stated.value, stated.confidence = before


@pytest.mark.parametrize("case", ["ftp", "telnet", "mailbox", "ldap"])
def test_a_login_in_clear_is_told_with_its_packet(watch: WatchView, case: str) -> None:
    (path,) = CASE.parent.joinpath(case).glob("capture.*")
    batches = _wire.Reader(str(path), site="lab", sensor="tap", key=b"\7" * 32)
    notes = pa.Table.from_batches([pa.record_batch(batch) for record, batch in batches if record == "note"])
    found = by_number(answers(checklists()["R7"], "hospital", DutiesView(watch=watch, notes=notes)))["2-⑦"]
    assert found.word is Word.PERSON and found.count > 0
    assert all(line.evidence is not None and line.evidence.packet > 0 for line in found.lines)
    assert ask(watch)["2-⑦"].count == 0
