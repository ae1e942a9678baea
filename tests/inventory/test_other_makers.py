"""Devices of makers and wordings that the lab does not have: named where they say it, unknown where they do not."""

from __future__ import annotations

from typing import Any

import pytest

SERVER, RECORD = ("00:11:22:00:00:50", "10.0.2.50"), ("00:11:22:00:00:0e", "10.0.5.10")


def device(found: Any, ip: str) -> Any:
    return next(d for d in found.devices if any(a.ip == ip for a in d.addresses))


def speaks_for(tap: Any, kind: str, count: int) -> Any:
    """A host that takes what `count` devices of a kind say and passes it on."""
    for number in range(count):
        mac, ip = f"00:11:23:00:00:{number:02x}", f"10.0.2.{10 + number}"
        about = f"N{number}^NOWHERE^001123FFFE0000{number:02X}^EUI-64|{kind}|ROOM^{number}^1"
        for host in ((mac, ip), SERVER):
            tap.clue(*host, "hl7.behind", about).clue(*host, "hl7.role", "sender ORU^R01")
        tap.clue(mac, ip, "hl7.profile", "IHE_PCD_001").talk((mac, ip), SERVER, 2575, "hl7")
    return tap.clue(*SERVER, "hl7.role", "receiver ORU^R01").talk(SERVER, RECORD, 2575, "hl7")


@pytest.mark.parametrize("kind", ["NWH_HAEMODIALYSIS_SYS_MDS", "MDC_DEV_SYS_DIALY_MDS", "NWH_CRRT_MDS"])
def test_dialysis_consoles_and_the_server_of_their_room(tap: Any, kind: str) -> None:
    found = speaks_for(tap, kind, 3).resolve()
    assert {device(found, f"10.0.2.{n}").value("type") for n in (10, 11, 12)} == {"dialysis"}
    assert device(found, SERVER[1]).value("type") == "dialysis_server"


def test_a_rack_of_pumps_is_a_gateway(tap: Any) -> None:
    found = speaks_for(tap, "MDC_DEV_PUMP_INFUS_MULTI_MDS", 4).resolve()
    assert device(found, "10.0.2.10").value("type") == "infusion_pump"
    rack = device(found, SERVER[1]).attributes["type"]
    assert rack.value == "device_gateway" and rack.confidence < 0.9


def test_a_kind_without_a_known_word_is_medical_and_no_more(tap: Any) -> None:
    found = device(speaks_for(tap, "NWH_WARMER_MDS", 1).resolve(), "10.0.2.10")
    assert found.value("category") == "medical" and found.value("type") in ("", "unknown")


def test_a_microscope_that_stores_images_is_named_and_one_that_streams_is_not_sure(tap: Any) -> None:
    stores, streams = ("00:11:24:00:00:01", "10.0.3.61"), ("00:11:24:00:00:02", "10.0.3.62")
    tap.clue(*stores, "dicom.equipment.manufacturer", "Nowhere Optics").clue(*stores, "dicom.equipment.model", "NO-5")
    tap.clue(*stores, "dicom.equipment.modality", "GM").talk(stores, RECORD, 104, "dicom")
    tap.clue(*streams, "rtsp.server", "Nowhere streamer/3").talk(stores, streams, 554, "rtsp")
    found = tap.resolve()
    named = device(found, stores[1])
    assert (named.value("manufacturer"), named.value("model")) == ("Nowhere Optics", "NO-5")
    assert named.value("type") == "microscope" and named.value("category") == "medical"
    assert device(found, streams[1]).attributes["type"].confidence <= 0.5


def test_central_monitor_gateway_and_research_pc(tap: Any) -> None:
    central, gateway, research = (("00:11:25:00:00:01", "10.0.4.1"), ("00:11:25:00:00:02", "10.0.4.2"),
                                  ("00:11:25:00:00:03", "10.0.4.3"))  # fmt: skip
    for number in (1, 2):
        monitor = (f"00:11:26:00:00:0{number}", f"10.0.4.1{number}")
        tap.clue(*monitor, "intellivue.role", "monitor")
        for asker in (central, gateway, research)[: 3 if number == 1 else 2]:
            tap.clue(*asker, "intellivue.role", "client").talk(asker, monitor, 24105, "intellivue", proto="udp")
    found = tap.talk(gateway, RECORD, 2575, "hl7").resolve()
    assert device(found, central[1]).value("type") == "central_monitor"
    assert device(found, gateway[1]).value("type") == "monitor_gateway"
    assert device(found, research[1]).attributes["type"].confidence <= 0.5


@pytest.mark.parametrize(
    ("text", "kind", "model"),
    [
        ("Nowhere Networks NW-24P software 3.1 SN NW24-1", "switch", "NW-24P"),
        ("Nowhere Wireless NW-AX2 8.1", "wireless_ap", "NW-AX2"),
        ("Nowhere Power NW-3000 firmware 5.02", "", "NW-3000"),
    ],
)
def test_network_gear_by_its_description(tap: Any, text: str, kind: str, model: str) -> None:
    found = device(tap.clue("00:11:27:00:00:01", "10.0.6.1", "lldp.system_description", text).resolve(), "10.0.6.1")
    assert (found.value("type") or "", found.value("model")) == (kind, model)


def test_a_pump_whose_model_looks_like_a_switch_is_none(tap: Any) -> None:
    tap.clue("00:11:27:00:00:02", "10.0.6.2", "snmp.sys_descr", "Nowhere Medical NP-24S software 1.0")
    found = device(tap.resolve(), "10.0.6.2")
    assert found.value("model") == "NP-24S" and found.value("type") in (None, "", "unknown")
