"""What one small sign may not say: no sure type from a port, a browser, a stream or one foreign address."""

from __future__ import annotations

from typing import Any

import pytest

from hinomi.inventory.knowledge import load

HOST, ASKER = ("00:11:22:00:00:01", "10.0.1.5"), ("00:11:22:00:00:02", "10.0.1.6")
SURE = 0.8
PORTS = (22, 23, 80, 102, 104, 443, 445, 502, 515, 554, 631, 873, 2575, 3306, 3389, 4001, 4840, 5900, 8042, 8530, 9100, 11112, 24105, 47808)  # fmt: skip


def device(found: Any, ip: str) -> Any:
    return next(d for d in found.devices if any(a.ip == ip for a in d.addresses))


@pytest.mark.parametrize("port", PORTS)
def test_a_port_alone_is_no_proof(tap: Any, port: int) -> None:
    found = device(tap.talk(ASKER, HOST, port, None).resolve(), HOST[1])
    stated = found.attributes.get("type")
    assert stated is None or stated.confidence < SURE
    assert found.value("category") != "medical"


def test_no_rule_makes_a_clinical_type_of_ports() -> None:
    known = load()
    read = 0
    for rule in known.rules:
        facts = [c[0] for c in (*rule.all, *rule.any)]
        if facts and all(fact.startswith("offers:port:") for fact in facts):
            read += 1
            for name, value, _ in rule.gives:
                assert name != "type" or known.category(value) != "medical", rule.id
                assert (name, value) != ("category", "medical"), rule.id
    assert read, "no rule reads a port: this test looks at nothing"


def test_who_only_serves_video_may_be_a_camera(tap: Any) -> None:
    tap.talk(ASKER, HOST, 554, "rtsp").clue(*HOST, "rtsp.server", "Some streaming server 1.2")
    stated = device(tap.resolve(), HOST[1]).attributes["type"]
    assert stated.value == "camera" and stated.confidence < 0.6


def test_video_for_a_medical_device_is_less_sure_still(tap: Any) -> None:
    tap.talk(ASKER, HOST, 554, "rtsp").clue(*HOST, "rtsp.server", "Some streaming server 1.2")
    tap.clue(*ASKER, "dicom.equipment.modality", "ES")
    stated = device(tap.resolve(), HOST[1]).attributes["type"]
    assert stated.value == "camera" and stated.confidence <= 0.5


def test_a_browsers_words_count_once(tap: Any) -> None:
    tap.clue(*HOST, "http.user_agent", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0.0.0")
    stated = device(tap.resolve(), HOST[1]).attributes["type"]
    assert stated.value == "workstation" and stated.confidence < 0.7


def test_a_card_that_bears_one_foreign_address_is_no_firewall(tap: Any) -> None:
    tap.talk(HOST, ("00:11:22:00:00:99", "203.0.113.9"), 443, "tls").clue(
        "00:11:22:00:00:99", "", "lldp.chassis_id", "a"
    )
    gateway = next(d for d in tap.resolve().devices if any(a.mac == "00:11:22:00:00:99" for a in d.addresses))
    assert gateway.value("type") == "router" and gateway.attributes["type"].confidence < SURE
