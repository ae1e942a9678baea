"""The faulty tap: each fault does what it says, and the same seed does the same again."""

from __future__ import annotations

from pathlib import Path

import pytest
from lab.faults import parser, spoil
from lab.pcapfile import Packet, read, write


def packets(count: int = 1000) -> list[Packet]:
    frame = bytes(12) + b"\x08\x00" + bytes(12) + b"\x0a\x00\x00\x01" + b"\x0a\x00\x00\x02" + bytes(66)
    return [
        Packet(10**18 + number * 10**7, len(frame), frame[:-2] + number.to_bytes(2, "big")) for number in range(count)
    ]


def spoiled(*args: str) -> list[Packet]:
    return list(spoil(iter(packets()), parser().parse_args(["a", "b", *args])))


def test_nothing_asked_nothing_done() -> None:
    assert spoiled() == packets()


@pytest.mark.parametrize("args", [("--loss", "0.1"), ("--duplicate", "0.1"), ("--reorder", "0.1")])
def test_same_seed_same_faults(args: tuple[str, ...]) -> None:
    assert spoiled(*args) == spoiled(*args) != spoiled(*args, "--seed", "2")


def test_loss_and_duplicates() -> None:
    assert 850 < len(spoiled("--loss", "0.1")) < 950
    assert 1050 < len(spoiled("--duplicate", "0.1")) < 1150


def test_reordered_packets_are_all_there_with_their_times() -> None:
    got = spoiled("--reorder", "0.1")
    assert got != packets() and sorted(got) == packets()


def test_snap_keeps_the_length_on_the_wire() -> None:
    assert all(len(row.data) == 60 and row.length == 100 for row in spoiled("--snap", "60"))


def test_one_way_hears_only_what_the_address_sends() -> None:
    assert spoiled("--one-way", "10.0.0.2") == []
    assert spoiled("--one-way", "10.0.0.1") == packets()


def test_clock_step() -> None:
    got = spoiled("--clock-step", "-3600", "5")
    assert got[499] == packets()[499] and got[500].time == packets()[500].time - 3600 * 10**9


def test_a_port_that_drops_at_load() -> None:
    assert len(spoiled("--burst-drop", "5000")) == 500  # 100 packets of 100 bytes a second, ten seconds


def test_round_trip(tmp_path: Path) -> None:
    assert write(tmp_path / "a.pcap", packets()) == 1000
    assert list(read(tmp_path / "a.pcap")) == packets()
