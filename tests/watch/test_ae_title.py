"""One DICOM name used by two devices in the same time; moved leases, spares and second cards stay silent."""

from __future__ import annotations

from hinomi.model import Address, Severity
from hinomi.watch import render

ID = "ae_title_from_two_addresses"


def associate(house, client, t, title="CT01", uid="1.2.3", **more):
    house.exchange(
        "dicom", "A-ASSOCIATE", client, more.pop("server", "10.50.0.20"), t=t, client_name=title, server_name="PACS",
        detail={"calling_implementation": f"{uid} SOFT_1"}, **more,
    )  # fmt: skip


def test_second_user_rings_and_the_scanner_is_the_owner(house):
    ct = house.device("ct1", "10.20.0.11", "ct", manufacturer="Maker", model="X")
    pc = house.device("pc1", "10.60.0.11", "workstation")
    for n in range(4):
        associate(house, ct, 100 + 600 * n)
    associate(house, pc, 900, uid="9.9.9")
    (finding,) = house.run(ID)
    assert finding.devices == ["pc1", "ct1"]
    assert finding.facts["owner"] == "ct1"
    assert finding.severity == Severity.MEDIUM  # the one to act on is a PC
    assert finding.first == house.at(900)
    assert "CT01" in render(finding, "ja").title
    packets = {ref.packet for ref in finding.evidence}
    assert 5 in packets and 1 in packets


def test_owner_is_the_scanner_even_when_the_other_was_heard_first(house):
    pc = house.device("pc1", "10.60.0.11", "workstation")
    ct = house.device("ct1", "10.20.0.11", "ct", manufacturer="Maker", model="X")
    associate(house, pc, 10)
    associate(house, ct, 100)
    (finding,) = house.run(ID)
    assert finding.facts["owner"] == "ct1"


def test_refused_second_user_is_lower(house):
    ct = house.device("ct1", "10.20.0.11", "ct")
    associate(house, ct, 10)
    associate(house, house.device("pc1", "10.60.0.11", "workstation"), 100, outcome="refused")
    (finding,) = house.run(ID)
    assert finding.facts["variant"] == "refused" and finding.severity == Severity.LOW


def test_twin_moved_lease_is_silent(house):
    ct = house.device("ct1", "10.20.0.11", "ct")
    ct.addresses.append(Address(ct.addresses[0].mac, "10.20.0.99", None, house.at(500), house.at(9000)))
    associate(house, "10.20.0.11", 10)
    associate(house, "10.20.0.99", 600)
    assert house.run(ID) == []


def test_twin_second_card_is_silent(house):
    ct = house.device("ct1", "10.20.0.11", "ct")
    ct.addresses.append(Address("02:ff:00:00:00:01", "10.20.0.12", None, house.at(0), house.at(9000)))
    associate(house, "10.20.0.11", 10)
    associate(house, "10.20.0.12", 20)
    associate(house, "10.20.0.11", 30)
    assert house.run(ID) == []


def test_twin_spare_after_the_old_one_fell_silent(house):
    old = house.device("ct1", "10.20.0.11", "ct", last=1000)
    new = house.device("ct1b", "10.20.0.12", "ct", first=5000)
    associate(house, old, 10)
    associate(house, new, 5010)
    assert house.run(ID) == []


def test_scanner_off_for_the_night_has_no_successor_in_the_office(house):
    ct = house.device("ct1", "10.20.0.11", "ct", last=1000)
    associate(house, ct, 10)
    associate(house, house.device("pc1", "10.60.0.11", "workstation", first=0), 20_000)
    (finding,) = house.run(ID)
    assert finding.devices[0] == "pc1"


def test_twin_days_apart_is_silent(house):
    associate(house, house.device("a", "10.20.0.11", "ct"), 10)
    associate(house, house.device("b", "10.20.0.12", "ct"), 5 * 86400)
    assert house.run(ID) == []


def test_twin_called_title_is_no_user(house):
    ct = house.device("ct1", "10.20.0.11", "ct")
    us = house.device("us1", "10.20.0.21", "ultrasound")
    associate(house, ct, 10, title="CT01")
    associate(house, us, 20, title="US01")
    assert house.run(ID) == []


def test_factory_default_used_by_many_is_told_once_and_low(house):
    for n in range(6):
        associate(house, house.device(f"d{n}", f"10.20.0.{n + 20}", "ultrasound"), n, title="DEFAULT_SCU")
    (finding,) = house.run(ID)
    assert finding.severity == Severity.LOW and finding.facts["variant"] == "shared"
