"""What clues and behaviour say of a device, and with which proof."""

from __future__ import annotations

from typing import Any

from hinomi.inventory.oui import registry
from hinomi.model import Zone

CT = ("02:11:22:00:00:01", "10.0.1.5")
PACS = ("02:11:22:00:00:02", "10.0.2.5")
WS = ("02:11:22:00:00:03", "10.0.1.6")


def device(found: Any, ip: str) -> Any:
    return next(d for d in found.devices if any(a.ip == ip for a in d.addresses))


def ct(tap: Any) -> Any:
    for name, value in (
        ("manufacturer", "Nowhere Imaging Inc."),
        ("model", "Scan 9"),
        ("serial", "S-0091"),
        ("modality", "CT"),
        ("software", "V1\\V2"),
        ("department", "Radiology"),
    ):
        tap.clue(*CT, f"dicom.equipment.{name}", value)
    return tap.clue(*CT, "dicom.ae_title", "CT1")


def test_a_maker_nobody_entered_is_named_by_its_packets(tap: Any) -> None:
    found = device(ct(tap).resolve(), CT[1])
    wanted = {
        "type": "ct",
        "category": "medical",
        "manufacturer": "Nowhere Imaging Inc.",
        "model": "Scan 9",
        "serial": "S-0091",
        "software_version": "V1, V2",
        "department": "Radiology",
        "criticality": "care",
        "phi": "yes",
    }
    assert {k: found.value(k) for k in wanted} == wanted
    assert found.names["ae_title"] == ["CT1"] and found.label == "CT1"


def test_each_attribute_points_to_its_packets(tap: Any) -> None:
    found = device(ct(tap).resolve(), CT[1])
    for name in ("manufacturer", "model", "serial", "type"):
        source = found.attributes[name].sources[0]
        assert source.evidence.packet > 0 and source.evidence.capture == "c0"
        assert source.clue.startswith("dicom.equipment.")
    assert found.attributes["type"].sources[0].rule == "dicom.modality.ct"


def test_who_passes_on_others_images_is_not_what_they_say(tap: Any) -> None:
    ct(tap).talk(CT, PACS, 104, "dicom").talk(PACS, WS, 104, "dicom")
    for role in ("scp storage", "scp query_retrieve"):
        tap.clue(*PACS, "dicom.role", role)
    tap.clue(*PACS, "dicom.passed_on", "Nowhere Imaging Inc.|Scan 9|CT1|S-0091|V1|CT|Radiology|H")
    tap.clue(*PACS, "dicom.equipment.manufacturer", "Nowhere Imaging Inc.")
    tap.clue(*PACS, "dicom.equipment.serial", "S-0091").clue(*PACS, "dicom.equipment.modality", "CT")
    found = tap.resolve()
    pacs = device(found, PACS[1])
    assert pacs.value("type") == "pacs" and pacs.attributes["type"].confidence > 0.9
    assert pacs.value("serial") == "" and pacs.value("manufacturer") == ""
    assert device(found, CT[1]).id != pacs.id


def test_two_serials_in_one_sender_are_believed_of_neither(tap: Any) -> None:
    for serial in ("S-1", "S-2"):
        tap.clue(*WS, "dicom.equipment.serial", serial).clue(*WS, "dicom.equipment.modality", "CT")
    assert device(tap.resolve(), WS[1]).value("serial") == ""


def test_empty_words_say_nothing(tap: Any) -> None:
    tap.clue(*CT, "dicom.equipment.serial", "00000").clue(*CT, "dicom.equipment.model", "UNKNOWN")
    tap.clue(*CT, "dicom.equipment.manufacturer", "不明").clue(*CT, "dhcp.host_name", "localhost")
    tap.clue(*CT, "ntlm.host", "nmap").clue(*CT, "cdp.platform", "Linux")  # what a tool and a daemon say of themselves
    assert device(tap.resolve(), CT[1]).attributes.keys() & {"serial", "model", "manufacturer", "hostname"} == set()


def test_makers_are_one_under_all_their_names(tap: Any) -> None:
    for number, name in enumerate(("NIHON KOHDEN CORPORATION", "日本光電工業株式会社", "日本光電", "Nihon Kohden")):
        tap.clue("", f"10.0.1.{number + 1}", "dicom.equipment.manufacturer", name)
    assert {d.value("manufacturer") for d in tap.resolve().devices} == {"Nihon Kohden"}


def test_registered_prefixes_name_makers_and_made_up_ones_none() -> None:
    found = registry()
    assert found.maker("00:06:5b:01:02:03").startswith("Dell")
    assert found.maker("02:06:5b:01:02:03") == "" and found.maker("") == "" and found.maker("zz") == ""
    assert len(found.names) > 10_000


def test_a_card_makers_prefix_is_no_manufacturer(tap: Any) -> None:
    tap.clue("00:1b:21:00:00:01", "10.0.1.9", "dhcp.host_name", "x1")  # Intel
    found = device(tap.resolve(), "10.0.1.9")
    assert found.value("manufacturer") == "" and "Intel" in found.names["card_maker"][0]


def test_services_are_offered_and_used_in_clear_or_not(tap: Any) -> None:
    tap.talk(CT, PACS, 104, "dicom").talk(WS, PACS, 104, "dicom").talk(WS, PACS, 443, "tls")
    tap.talk(CT, PACS, 9999, None).talk(WS, PACS, 9998, None, answered=0, unanswered=1)
    found = tap.resolve()
    offered = {(s.name, s.port, s.encrypted, s.peers) for s in device(found, PACS[1]).services if s.role == "offers"}
    assert offered == {("dicom", 104, False, 2), ("tls", 443, True, 1), ("", 9999, None, 1)}
    assert {s.name for s in device(found, WS[1]).services} == {"dicom", "tls"}


def test_windows_by_build_and_by_class_agree(tap: Any) -> None:
    tap.clue(*WS, "dhcp.vendor_class", "MSFT 5.0").clue(*WS, "ntlm.os_build", "10.0.19045")
    found = device(tap.resolve(), WS[1])
    assert found.value("os") == "Windows 10 22H2" and found.attributes["os"].rivals == []


def test_a_terminal_is_known_by_what_it_uses(tap: Any) -> None:
    emr = ("02:11:22:00:00:0e", "10.0.2.10")
    tap.clue(*emr, "http.title", "電子カルテ ログイン", port=443)
    tap.talk(WS, emr, 443, "tls").clue(*WS, "dhcp.vendor_class", "MSFT 5.0")
    found = tap.resolve()
    assert device(found, emr[1]).value("type") == "emr_server"
    assert device(found, WS[1]).value("type") == "emr_terminal"


def test_zones_are_proposed_by_what_stands_in_them_and_people_win(tap: Any) -> None:
    ct(tap).talk(CT, PACS, 104, "dicom")
    found = tap.resolve()
    proposed = {z.subnets[0]: z for z in found.zones}
    assert proposed["10.0.1.0/24"].kind == "imaging" and not proposed["10.0.1.0/24"].by_person
    assert device(found, CT[1]).zone == proposed["10.0.1.0/24"].id
    named = Zone("room3", "theatre", "手術室3", "Theatre 3", ["10.0.1.0/26"], by_person=True)
    again = tap.resolve(zones=[named, *found.zones])
    assert device(again, CT[1]).zone == "room3"
    assert [z.subnets for z in again.zones if not z.by_person] == [["10.0.2.0/24"]]


def test_nothing_but_an_address_is_not_confidently_anything(tap: Any) -> None:
    tap.talk(("", "10.0.3.3"), ("", "10.0.3.4"), 7777, None)
    for found in tap.resolve().devices:
        assert found.value("type") == "" or found.attributes["type"].confidence < 0.9


def test_services_tell_their_version_by_port(tap: Any) -> None:
    tap.talk(WS, PACS, 22, "ssh").talk(WS, PACS, 443, "tls").talk(WS, PACS, 8443, "tls").talk(WS, PACS, 445, "smb")
    tap.clue(*PACS, "ssh.server_version", "SSH-2.0-Example_1", port=22)
    tap.clue(*PACS, "tls.server_version", "1.0", port=443).clue(*PACS, "tls.server_version", "1.3", 1, 9, port=8443)
    tap.clue(*PACS, "smb.dialect", "3.1.1")
    found = {(s.name, s.port): s.version for s in device(tap.resolve(), PACS[1]).services}
    assert found == {("ssh", 22): "SSH-2.0-Example_1", ("tls", 443): "1.0", ("tls", 8443): "1.3", ("smb", 445): "3.1.1"}
