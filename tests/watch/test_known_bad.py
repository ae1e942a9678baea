"""Lists of known-bad things: read in three forms, held against all rows, with their innocent twins."""

from __future__ import annotations

import json

import pytest

from hinomi.model import Severity
from hinomi.watch import render, run
from hinomi.watch.indicators import Indicator, read

ID = "known_bad"


def test_plain_lists_in_their_many_dresses():
    got = read(
        "# a comment\n203.0.113.7\n198.51.100.0/24,c2\nhxxp://evil[.]example/x?y\n0.0.0.0 bad.example\n"
        "*.worse.example\n"
        "10.0.0.5\nnot a thing\n||ads.example^\n" + "ab" * 32 + "\n",
        "list",
    )
    values = {(i.kind, i.value) for i in got.indicators}
    assert values == {
        ("ip", "203.0.113.7"), ("net", "198.51.100.0/24"), ("domain", "evil.example"), ("domain", "bad.example"),
        ("domain", "worse.example"), ("domain", "ads.example"), ("certificate", "ab" * 32),
    }  # fmt: skip
    assert got.skipped == {"address of a house": 1, "not an address, name or fingerprint": 1}


def test_patterns_of_which_each_part_is_enough():
    def of(pattern):
        text = json.dumps({"objects": [{"type": "indicator", "pattern": pattern, "pattern_type": "stix"}]})
        return [one.value for one in read(text, "list").indicators]  # an envelope of TAXII, without a type

    assert of("[ipv4-addr:value = '203.0.113.7' OR domain-name:value = 'bad.example']") == [
        "203.0.113.7",
        "bad.example",
    ]
    assert of("[ipv4-addr:value = '203.0.113.7'] OR [ipv4-addr:value = '203.0.113.8']") == [
        "203.0.113.7",
        "203.0.113.8",
    ]
    assert of("[ipv4-addr:value = '203.0.113.7' AND network-traffic:dst_port = 443]") == []
    assert of("[ipv4-addr:value = '203.0.113.7'] FOLLOWEDBY [domain-name:value = 'bad.example']") == []
    assert of("[ipv4-addr:value != '203.0.113.7']") == [] and of("") == []


def test_a_name_in_its_own_script():
    (one,) = read("悪い例.jp\n", "list").indicators
    assert one.value == "xn--n8j845gwxl.jp"


def test_stix_and_misp():
    stix = {
        "type": "bundle",
        "objects": [
            {"type": "indicator", "name": "c2", "pattern_type": "stix", "pattern": "[domain-name:value = 'c2.example']",
             "valid_until": "2027-01-01T00:00:00Z"},
            {"type": "indicator", "pattern": "[ipv4-addr:value = '203.0.113.9'] AND [ipv4-addr:value = '203.0.113.8']"},
            {"type": "indicator", "revoked": True, "pattern": "[ipv4-addr:value = '203.0.113.9']"},
            {"type": "malware", "name": "x"},
        ],
    }  # fmt: skip
    got = read(json.dumps(stix), "s")
    assert [(i.kind, i.value, i.label) for i in got.indicators] == [("domain", "c2.example", "c2")]
    assert got.indicators[0].until > 0 and sum(got.skipped.values()) == 2
    attributes = [
        {"type": "ip-dst|port", "value": "203.0.113.4|443", "to_ids": True},
        {"type": "domain", "value": "x.example", "to_ids": False},
    ]
    misp = {"Event": {"info": "case", "Attribute": attributes}}
    assert [i.value for i in read(json.dumps(misp), "m").indicators] == ["203.0.113.4"]
    with pytest.raises(ValueError):
        read("{}", "other")


def look(house, *indicators):
    view = house.view()
    view.indicators = list(indicators)
    found = run(view, strict=True, only=[ID])
    for finding in found:
        render(finding, "ja"), render(finding, "en")
    return found


def test_contact_by_address_name_and_network(house):
    ct = house.device("ct", "10.20.0.11", "ct")
    house.flow(ct, "203.0.113.7", 443, "tls", t=1)
    house.flow(ct, "203.0.113.8", 443, "tls", t=2, sni="a.b.evil.example")
    house.flow("198.51.100.77", ct, 104, "dicom", t=3)
    found = look(
        house, Indicator("ip", "203.0.113.7", "", "l"), Indicator("domain", "evil.example", "", "l"),
        Indicator("net", "198.51.100.0/24", "", "l"),
    )  # fmt: skip
    assert len(found) == 3 and all(f.severity == Severity.HIGH and f.devices[0] == "ct" for f in found)


def test_a_question_alone_is_lower_and_the_resolver_is_not_blamed(house):
    pc = house.device("pc1", "10.60.0.11", "workstation")
    ns = house.device("ns", "10.50.0.53", "network_service")
    house.dns(pc, "x.evil.example", t=1)
    house.dns(ns, "x.evil.example", t=1, server="198.51.100.53")
    (finding,) = look(house, Indicator("domain", "evil.example", "", "l"))
    assert finding.devices == ["pc1"] and finding.severity == Severity.LOW


def test_twin_expired_entries_likenesses_and_ordinary_places(house):
    pc = house.device("pc1", "10.60.0.11", "workstation")
    house.flow(pc, "203.0.113.7", 443, "tls", t=1, sni="notevil.example")
    house.flow(pc, "203.0.113.9", 80, "http", t=1, sni="download.windowsupdate.com")
    assert (
        look(house, Indicator("domain", "evil.example", "", "l"), Indicator("ip", "203.0.113.7", "", "l", until=5))
        == []
    )
    (finding,) = look(house, Indicator("domain", "download.windowsupdate.com", "", "l"))
    assert finding.severity == Severity.LOW and finding.confidence < 0.5
