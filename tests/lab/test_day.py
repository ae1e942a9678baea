"""The day that was recorded: its clock, its devices' clocks, its rates and its leases are true."""

from __future__ import annotations

import datetime
import itertools
import json
import re
import statistics
import struct
from collections import defaultdict
from pathlib import Path

import pytest
from lab.pcapfile import Packet, read
from lab.services import LEASE_HOURS

ROOT = Path(__file__).resolve().parents[2]
DAYS = [ROOT / "cases" / "whole-day", *sorted(path.parent for path in (ROOT / "cases" / "days").glob("*/truth.json"))]
HL7 = re.compile(rb"MSH\|\^~\\&\|([^|]*)\|[^|]*\|[^|]*\|[^|]*\|(\d{14})(\+\d{4})")
SECOND = 10**9


@pytest.fixture(scope="module", params=DAYS, ids=lambda path: path.name)
def day(request: pytest.FixtureRequest) -> tuple[dict, list[Packet]]:
    folder = request.param
    return json.loads((folder / "truth.json").read_text()), list(read(next(folder.glob("capture.*"))))


def test_nothing_is_heard_in_the_idle_time_that_was_cut(day: tuple[dict, list[Packet]]) -> None:
    truth, packets = day
    pieces = [(piece["first"], piece["last"]) for piece in truth["clock"]]
    assert len(pieces) > 8 and all(a < b for a, b in pieces)
    assert all(one[1] <= two[0] for one, two in itertools.pairwise(pieces))
    assert pieces[-1][1] - pieces[0][0] > 20 * 3600 * SECOND
    outside = [packet.time for packet in packets if not any(a <= packet.time <= b for a, b in pieces)]
    assert outside == []


def test_what_happened_lies_where_it_was_planned(day: tuple[dict, list[Packet]]) -> None:
    truth, _ = day
    begins = {piece["stretch"]: piece["first"] for piece in truth["clock"]}
    assert truth["agenda"]
    for row in truth["agenda"]:
        assert abs(begins[row["stretch"]] - row["at"]) <= SECOND, row


def test_devices_and_tap_agree_about_the_time(day: tuple[dict, list[Packet]]) -> None:
    _, packets = day
    apart = []
    for packet in packets:
        for found in HL7.finditer(packet.data):
            text = (found.group(2) + found.group(3)).decode()
            said = datetime.datetime.strptime(text, "%Y%m%d%H%M%S%z").timestamp()
            apart.append(packet.time / SECOND - said)
    assert len(apart) > 200
    assert min(apart) > -1 and max(apart) < 3


def test_a_monitor_keeps_its_rhythm_in_every_stretch(day: tuple[dict, list[Packet]]) -> None:
    """mon2 reports every five seconds, all day: its own messages, as the tap heard them leave."""
    truth, packets = day
    host = next(host for host in truth["hosts"] if host["id"] == "mon2")
    mac = bytes.fromhex(host["mac"][0].replace(":", ""))
    times = [p.time for p in packets if p.data[6:12] == mac and b"ORU^R01" in p.data and b"IHE_PCD_001" in p.data]
    rhythms = {}
    for piece in truth["clock"][1:]:
        inside = [time for time in times if piece["first"] <= time <= piece["last"]]
        if len(inside) > 2:
            gaps = [(b - a) / SECOND for a, b in itertools.pairwise(inside)]
            rhythms[piece["stretch"]] = statistics.median(gaps)
    assert len(rhythms) >= 8
    assert all(4.9 < rhythm < 5.6 for rhythm in rhythms.values()), rhythms


def test_leases_are_renewed_in_time(day: tuple[dict, list[Packet]]) -> None:
    """Whoever has an address asks for it again before it ends, all through the day."""
    truth, packets = day
    asked = defaultdict(list)
    for packet in packets:
        frame = packet.data
        if frame[12:14] == b"\x08\x00" and frame[23] == 17 and frame[34:36] == b"\x00\x44":  # from a client's port
            asked[frame[6:12]].append(packet.time)
    lease = LEASE_HOURS * 3600 * SECOND
    assert len(asked) > 25
    last = truth["clock"][-1]["first"]
    for mac, times in asked.items():
        gaps = [b - a for a, b in zip(times, [*times[1:], last], strict=False)]
        assert max(gaps) < lease, mac.hex(":")


def test_checksums_and_lengths_are_a_cables() -> None:
    packets = list(read(next(DAYS[0].glob("capture.*"))))
    for packet in packets:
        if packet.data[12:14] == b"\x08\x00":
            head = packet.data[14 : 14 + (packet.data[14] & 15) * 4]
            total = sum(struct.unpack(f">{len(head) // 2}H", head))
            assert (total & 0xFFFF) + (total >> 16) in (0xFFFF, 0x1FFFE)
