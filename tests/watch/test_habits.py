"""What is usual for a device: learnt from days, not from one; people's words above it; findings teach nothing."""

from __future__ import annotations

import pytest

from hinomi.model import Severity
from hinomi.watch import MaintenancePath
from hinomi.watch.habits import DAYS_MIN, HABITS_MAX, Word
from hinomi.watch.sight import Sight

DAY = 86_400.0


def ward(house, days=6):
    """A ward that does the same every day: (monitor, central, computer)."""
    monitors = [house.device(f"m{n}", f"10.30.2.{n + 11}", "patient_monitor") for n in range(4)]
    central = house.device("c", "10.30.2.50", "central_monitor")
    pc = house.device("pc", "10.60.0.11", "workstation")
    for day in range(days):
        for n, monitor in enumerate(monitors):
            house.flow(monitor, central, 2575, "hl7", t=day * DAY + 3600 * 9 + n * 60, up=90_000, down=900)
        house.flow(pc, house.devices[1], 80, "http", t=day * DAY + 40_000)  # the second monitor's page, every day
    return monitors, central, pc


def usual(house):
    return Sight(house.view()).usual


def test_days_teach_and_one_day_does_not(house):
    monitors, _, _ = ward(house)
    for n in range(200):
        house.flow("10.30.2.200", monitors[0], 22, "ssh", t=5 * DAY + 50_000 + n * 60, up=900)
    know = usual(house)
    assert know.standing("m0", "peer", "c") == "learnt" and know.standing("c", "peer", "m0") == "learnt"
    assert know.standing("m0", "peer", "10.30.2.200") == "seldom"  # two hundred times, on one day
    assert know.standing("m0", "peer", "elsewhere") == "new"
    assert know.of("m0").of[("peer", "c", True)].sent_usual == 90_160  # with its heads


def test_a_words_and_a_findings_traffic(house):
    ward(house)
    house.doubted = [("pc", "m1", house.at(0))]
    house.words = [Word("m0", "peer", "pc", usual=True), Word("m0", "peer", "c", usual=False)]
    know = usual(house)
    assert know.standing("m1", "peer", "pc") == "new"  # what an open finding rang for is not learnt
    assert know.standing("m0", "peer", "pc") == "said_usual" and know.standing("m0", "peer", "c") == "said_unusual"
    assert know.standing("m2", "peer", "c") == "learnt"


def test_old_days_are_forgotten_and_a_device_of_many_peers_is_bounded(house):
    monitors, _, _ = ward(house, days=DAYS_MIN)
    for n in range(HABITS_MAX + 50):
        house.flow(monitors[0], f"10.50.{n // 250}.{n % 250 + 1}", 443, "tls", t=100 * DAY + n, up=900)
    know = usual(house)
    assert know.standing("m1", "peer", "c") == "new"
    assert len(know.of("m0").of) == HABITS_MAX and know.of("m0").left_out > 0


# --- run("new_peer_clinical")


def test_a_computer_that_opens_a_monitor(house):
    monitors, _, pc = ward(house)
    house.flow(pc, monitors[0], 22, "ssh", t=5 * DAY + 50_000, up=9000, down=9000)
    (finding,) = house.run("new_peer_clinical")
    assert finding.devices[:2] == ["m0", "pc"] and finding.severity == Severity.MEDIUM


def test_a_persons_no_rings_and_a_persons_yes_is_silent(house):
    monitors, _, pc = ward(house)
    house.flow(pc, monitors[0], 22, "ssh", t=5 * DAY + 50_000, up=9000, down=9000)
    house.words = [Word("m0", "peer", "pc", usual=True), Word("m1", "peer", "c", usual=False)]
    found = house.run("new_peer_clinical")
    assert [(f.devices[0], f.severity) for f in found] == [("m1", Severity.MEDIUM)]


def test_a_peer_new_to_many_is_one_finding(house):
    monitors, _, _ = ward(house)
    new = house.device("new", "10.50.0.200", "", first=5 * DAY)
    for n, monitor in enumerate(monitors):
        house.flow(monitor, new, 8080, "http", t=5 * DAY + 50_000 + n * 60, up=9000)
    (finding,) = house.run("new_peer_clinical")
    assert finding.facts["machines"] == 4


def test_twin_a_new_server_of_the_usual_kind_and_the_first_days(house):
    monitors, _, pc = ward(house)
    gateway = house.device("gw", "10.30.2.51", "monitor_gateway", first=5 * DAY)
    house.flow(monitors[0], gateway, 2575, "hl7", t=5 * DAY + 50_000, up=9000)
    late = house.device("m9", "10.30.2.99", "patient_monitor", first=5 * DAY + 40_000)
    house.flow(pc, late, 80, "http", t=5 * DAY + 50_000, up=9000)  # a monitor that was delivered today
    assert house.run("new_peer_clinical") == []
    early = type(house)()
    ward(early, days=2)
    early.flow(early.devices[-1], early.devices[0], 22, "ssh", t=DAY + 50_000, up=9000)
    assert early.run("new_peer_clinical") == []


# --- upload against habit, odd hours of an agreed session


@pytest.mark.parametrize(("word", "rings"), [(None, True), (True, False), (False, True)])
def test_an_upload_far_above_the_habit_of_a_scanner(house, word, rings):
    ct = house.device("ct", "10.20.0.11", "ct")
    for day in range(5):
        house.flow(ct, "198.51.100.9", 443, "tls", t=day * DAY, up=200_000, down=9000, sni="care.maker.test")
    house.flow(ct, "198.51.100.9", 443, "tls", t=5 * DAY, up=90_000_000, down=9000, sni="care.maker.test")
    if word is not None:
        house.words = [Word("ct", "outside", "maker.test", usual=word)]
    assert bool(house.run("exfiltration")) is rings


def test_an_agreed_session_at_an_hour_that_never_was(house):
    vendor, ct = house.device("v", "10.90.0.10", "maintenance_host"), house.device("ct", "10.20.0.11", "ct")
    house.registers = [MaintenancePath("p", "Maker", ("v",), ("ct",))]
    day_hours = 0.0  # START is a Thursday, 05:26 in Japan: four hours on it is 9:26
    for day in range(4):
        house.flow(vendor, ct, 5900, "vnc", t=day * DAY + 4 * 3600 + day_hours, secs=1800, up=9000, down=900_000)
    assert {f.severity for f in house.run("remote_session_into_clinical")} == {Severity.INFO}  # twin: as always
    house.flow(vendor, ct, 5900, "vnc", t=5 * DAY + 20 * 3600, secs=1800, up=9000, down=900_000)
    found = {f.facts["register"]: f.severity for f in house.run("remote_session_into_clinical")}
    assert found == {"agreed": Severity.INFO, "odd_hours": Severity.MEDIUM}
