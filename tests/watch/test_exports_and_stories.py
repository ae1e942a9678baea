"""Findings in the shapes of others, and several findings of one cause as one story."""

from __future__ import annotations

import json
import re

import pytest

from hinomi.watch.exports import cef, ocsf, stix


@pytest.fixture
def findings(house):
    vendor = house.device("vendor1", "10.90.0.10", "maintenance_host")
    ct = house.device("ct1", "10.20.0.11", "ct")
    us = house.device("us1", "10.20.0.21", "ultrasound")
    house.flow(vendor, ct, 5900, "vnc", t=60, secs=900)
    house.flow(us, "203.0.113.25", 443, "tls", t=90, sni="a|b=c.example")
    found = house.run()
    assert len(found) == 2
    return found


def test_ocsf(findings):
    for finding in findings:
        event = json.loads(json.dumps(ocsf(finding, "ja")))
        assert event["class_uid"] == 2004 and event["type_uid"] == event["class_uid"] * 100 + event["activity_id"]
        assert event["severity_id"] == 4 and event["finding_info"]["attacks"] and event["resources"]
    assert len({ocsf(f)["finding_info"]["uid"] for f in findings}) == len(findings)


def test_cef_escapes(findings):
    for finding in findings:
        line = cef(finding)
        assert "\n" not in line and line.startswith("CEF:0|Hinomi|")
        head = re.split(r"(?<!\\)\|", line, maxsplit=7)  # seven fields of the head, then the extension
        assert len(head) == 8 and head[7].startswith("externalId=") and head[6] in ("6", "8")
    outside = next(cef(f) for f in findings if f.detection == "first_contact_outside")
    assert r"b\=c.example" in outside


def test_stix_is_one_web_of_references(findings):
    bundle = stix(findings)
    ids = [thing["id"] for thing in bundle["objects"]]
    assert len(ids) == len(set(ids))
    refs = re.findall(r'"(?:identity|attack-pattern|sighting|note)--[0-9a-f-]{36}"', json.dumps(bundle))
    assert {ref.strip('"') for ref in refs} == set(ids)
    assert stix(findings) == bundle


def test_steps_of_one_intruder_are_one_story_and_a_stranger_is_not(house):
    vendor = house.device("vendor1", "10.90.0.10", "maintenance_host")
    meal = house.device("meal", "10.50.0.60", "meal_server")
    emr = house.device("emr", "10.50.0.10", "emr_server")
    ct = house.device("ct1", "10.20.0.11", "ct")
    house.flow(vendor, meal, 3389, "rdp", t=0, secs=7200)
    for n in range(30):
        house.flow(meal, f"10.20.0.{n + 100}", 445, t=600 + n, outcome="unanswered")
    house.flow(meal, emr, 3389, "rdp", t=1200, secs=900)
    house.flow(emr, "203.0.113.200", 443, "tls", t=3000, secs=60, up=90_000_000)
    house.flow(ct, "203.0.113.25", 443, "tls", t=90, sni="cloud.maker.example")
    found = house.run()
    chain = {f.detection for f in found if f.devices[0] != "ct1"}
    assert {"remote_session_into_clinical", "scan", "lateral_movement", "exfiltration"} <= chain
    assert len({f.story for f in found if f.devices[0] != "ct1"}) == 1
    assert len({f.story for f in found}) == 2


def test_a_story_keeps_its_name_when_it_grows(house):
    vendor = house.device("vendor1", "10.90.0.10", "maintenance_host")
    ct = house.device("ct1", "10.20.0.11", "ct")
    house.flow(vendor, ct, 5900, "vnc", t=0, secs=900)
    (before,) = house.run()
    house.flow(ct, "203.0.113.25", 443, "tls", t=600, sni="cloud.maker.example")
    assert {f.story for f in house.run()} == {before.story}
