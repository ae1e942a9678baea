"""A clinical device that speaks with the outside rings once per destination; its innocent twins do not."""

from __future__ import annotations

from hinomi.model import Severity
from hinomi.watch import render

ID = "first_contact_outside"


def test_scanner_to_unknown_cloud_rings_once_with_names(house):
    us = house.device("us1", "10.20.0.21", "ultrasound")
    house.dns(us, "remote.maker.example", "203.0.113.25", t=1)
    for n in range(5):
        house.flow(us, "203.0.113.25", 443, "tls", t=2 + n, sni="remote.maker.example", up=900, down=4000)
    (finding,) = house.run(ID)
    assert finding.devices[0] == "us1"
    assert finding.severity == Severity.HIGH  # unknown whether in use counts as in use
    assert finding.in_use is None
    assert finding.count == 5
    assert finding.facts["names"] == ["remote.maker.example"]
    assert "remote.maker.example" in render(finding, "ja").title
    assert len(finding.evidence) >= 5


def test_attempt_without_answer_rings_too(house):
    ct = house.device("ct1", "10.20.0.11", "ct")
    house.flow(ct, "203.0.113.9", 8080, t=3, outcome="unanswered")
    (finding,) = house.run(ID)
    assert finding.facts["variant"] == "attempted"


def test_question_alone_is_a_quiet_hint(house):
    ct = house.device("ct1", "10.20.0.11", "ct")
    house.dns(ct, "cloud.maker.example", t=3)
    (finding,) = house.run(ID)
    assert finding.severity == Severity.LOW and finding.confidence <= 0.6


def test_many_destinations_are_one_finding(house):
    ct = house.device("ct1", "10.20.0.11", "ct")
    for n in range(30):
        house.flow(ct, f"203.0.{n}.9", 443, t=n, outcome="unanswered")
    assert len(house.run(ID)) == 1


def test_twins_update_time_and_names_of_the_house_are_silent(house):
    ct = house.device("ct1", "10.20.0.11", "ct")
    pacs = house.device("pacs", "10.50.0.20", "pacs")
    house.dns(ct, "pacs.hospital.example", "10.50.0.20", t=1)
    house.dns(ct, "wpad.hospital.example", t=1)
    house.flow(ct, pacs, 104, "dicom", t=2)
    house.flow(ct, "203.0.113.50", 123, "ntp", t=3, proto="udp", sni=None)
    house.dns(ct, "ntp.nict.jp", "203.0.113.50", t=2)
    house.flow(ct, "203.0.113.60", 80, "http", t=4, sni="download.windowsupdate.com")
    house.flow(ct, "239.255.255.250", 1900, "ssdp", t=5, proto="udp", outcome="unanswered")
    house.flow(ct, "10.20.0.255", 137, "nbns", t=5, proto="udp", outcome="unanswered")
    assert house.run(ID) == []


def test_twins_people_and_service_hosts_are_silent(house):
    terminal = house.device("term1", "10.30.1.21", "emr_terminal")
    resolver = house.device("ns", "10.50.0.53", "network_service")
    office = house.device("pc1", "10.60.0.11", "workstation")
    for device in (terminal, resolver, office):
        house.flow(device, "203.0.113.80", 443, "tls", t=1, sni="www.news.example")
    assert house.run(ID) == []


def test_twin_server_that_fetches_masters_is_silent(house):
    house.flow(house.device("emr1", "10.50.0.10", "emr_server"), "203.0.113.80", 443, "tls", sni="api.other.example")
    assert house.run(ID) == []


def test_destination_shared_by_two_devices_is_one_story(house):
    for n in (1, 2):
        house.flow(house.device(f"ct{n}", f"10.20.0.1{n}", "ct"), "203.0.113.9", 443, "tls", t=n, sni="c.bad.example")
    one, two = house.run(ID)
    assert one.story == two.story
