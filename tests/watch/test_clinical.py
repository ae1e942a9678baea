"""Abuse of clinical protocols and of the network's own, with their innocent twins."""

from __future__ import annotations

from hinomi.model import Severity

# --- run("unknown_ae_title")


def associate(house, client, server, t, title, outcome="ok", **more):
    house.exchange(
        "dicom", "A-ASSOCIATE", client, server, t=t, client_name=title, server_name="PACS", outcome=outcome, **more
    )


def test_refused_caller_is_listed(house):
    pacs = house.device("pacs", "10.50.0.20", "pacs")
    pc = house.device("pc1", "10.60.0.11", "workstation")
    associate(house, pc, pacs, 1, "WHO", "refused", status="calling-AE-title-not-recognized")
    (finding,) = house.run("unknown_ae_title")
    assert finding.facts["variant"] == "refused"
    assert finding.severity == Severity.LOW


def test_guessing_names_asks_a_person(house):
    pacs = house.device("pacs", "10.50.0.20", "pacs")
    pc = house.device("pc1", "10.60.0.11", "workstation")
    for n in range(8):
        associate(house, pc, pacs, n, f"TRY{n}", "refused")
    (finding,) = house.run("unknown_ae_title")
    assert finding.facts["variant"] == "guessing" and finding.severity == Severity.MEDIUM


def test_office_computer_that_searches_images(house):
    pacs = house.device("pacs", "10.50.0.20", "pacs")
    pc = house.device("pc1", "10.60.0.11", "workstation")
    associate(house, pc, pacs, 1, "PC1")
    house.exchange("dicom", "C-FIND", pc, pacs, t=2, client_name="PC1")
    (finding,) = house.run("unknown_ae_title")
    assert finding.facts["variant"] == "let_in" and finding.severity == Severity.MEDIUM


def test_twin_scanners_viewers_and_a_name_of_somebody_else(house):
    pacs = house.device("pacs", "10.50.0.20", "pacs")
    viewer = house.device("v", "10.60.0.41", "dicom_workstation")
    ct = house.device("ct", "10.20.0.11", "ct")
    unnamed = house.device("u", "10.20.0.77")
    for device, title in ((viewer, "VIEW"), (ct, "CT01"), (unnamed, "RM3")):
        associate(house, device, pacs, 1, title)
        house.exchange("dicom", "C-FIND", device, pacs, t=2, client_name=title)
    # A borrowed name is told by ae_title_from_two_addresses, once.
    pc = house.device("pc1", "10.60.0.11", "workstation")
    associate(house, pc, pacs, 5, "CT01")
    house.exchange("dicom", "C-FIND", pc, pacs, t=6, client_name="CT01")
    assert house.run("unknown_ae_title") == []


# --- run("hl7_order_unknown_sender")


def order(house, client, server, t=0, sender="EMR", kind="ORM^O01", **more):
    house.exchange("hl7", kind, client, server, t=t, client_name=sender, patient="p1", **more)


def test_order_under_anothers_name(house):
    emr = house.device("emr", "10.50.0.10", "emr_server")
    ris = house.device("ris", "10.50.0.21", "worklist_server")
    pc = house.device("pc1", "10.60.0.11", "workstation")
    order(house, emr, ris, 1)
    order(house, pc, ris, 2)
    (finding,) = house.run("hl7_order_unknown_sender")
    assert finding.facts["variant"] == "borrowed" and finding.severity == Severity.HIGH
    assert finding.facts["taken"] == 1


def test_twin_ordering_systems_results_and_unnamed_servers(house):
    emr = house.device("emr", "10.50.0.10", "emr_server")
    ris = house.device("ris", "10.50.0.21", "worklist_server")
    order(house, emr, ris, 1)
    order(house, ris, emr, 2, sender="RIS", kind="ORM^O01")
    order(house, house.device("x", "10.50.0.99", "server"), ris, 3, sender="DIET")
    order(house, house.device("mon", "10.30.1.11", "patient_monitor"), emr, 4, sender="MON", kind="ORU^R01")
    assert house.run("hl7_order_unknown_sender") == []


# --- run("device_set_operation")


def test_pump_set_from_another_zone(house):
    pump = house.device("pump", "10.30.2.31", "infusion_pump")
    pc = house.device("pc1", "10.60.0.11", "workstation")
    house.exchange("sdc", "SetValue", pc, pump, object="rate")
    (finding,) = house.run("device_set_operation")
    assert finding.severity == Severity.HIGH and finding.devices[0] == "pump"
    house.in_use(pump, 0, 600)
    (finding,) = house.run("device_set_operation")
    assert finding.severity == Severity.CRITICAL and finding.in_use is True


def test_set_by_soap_from_a_host_of_no_known_maker_in_the_same_room(house):
    pump = house.device("pump", "10.30.1.31", "infusion_pump")
    house.exchange("http", "SetValue", house.device("box", "10.30.1.99", "strategy_desk"), pump, status="Wait")
    (finding,) = house.run("device_set_operation")
    assert finding.severity == Severity.MEDIUM


def test_twin_devices_of_one_room_and_reading(house):
    pump = house.device("pump", "10.30.1.31", "infusion_pump")
    desk = house.device("desk", "10.30.1.40", "central_monitor", manufacturer="Maker")
    house.exchange("sdc", "SetValue", desk, pump, object="rate")
    house.exchange("sdc", "GetMdib", "10.60.0.11", pump)
    house.exchange("http", "POST", "10.60.0.11", pump, object="/x/Set")
    assert house.run("device_set_operation") == []


# --- run("obsolete_protocol")


def test_old_speech_is_a_list_and_across_the_border_asks(house):
    server = house.device("files", "10.50.0.30", "file_server")
    pc = house.device("pc1", "10.60.0.11", "workstation")
    house.exchange("smb", "NEGOTIATE", pc, server, detail={"version": "1", "dialect": "NT LM 0.12"})
    house.flow(pc, house.device("ct", "10.20.0.11", "ct"), 23, "telnet", secs=60)
    house.flow("203.0.113.9", house.device("web", "10.70.0.9", "web_server"), 443, "tls", tls_version="1.0")
    found = {f.facts["what"]: f for f in house.run("obsolete_protocol")}
    assert found["smb1"].severity == Severity.LOW == found["telnet"].severity
    assert found["old_tls"].severity == Severity.MEDIUM


def test_twin_new_speech_and_old_greeting(house):
    server = house.device("files", "10.50.0.30", "file_server")
    pc = house.device("pc1", "10.60.0.11", "workstation")
    house.exchange("smb", "NEGOTIATE", pc, server, detail={"version": "1", "dialect": "2.1"})
    house.exchange("smb", "NEGOTIATE", pc, server, detail={"version": "2", "dialect": "3.1.1"})
    house.flow(pc, server, 443, "tls", tls_version="1.2")
    house.flow(pc, "203.0.113.9", 443, "tls", tls_version="1.0")  # an old server outside is not ours
    assert house.run("obsolete_protocol") == []


# --- run("rogue_dhcp_server")


def lease(house, server, ip, mac, t, router, dns):
    house.exchange(
        "dhcp", "REQUEST", "0.0.0.0", server, t=t,
        detail={"server": server, "ip": ip, "mac": mac, "router": router, "dns": dns},
    )  # fmt: skip


def test_second_server_that_leads_elsewhere(house):
    house.device("ns", "10.50.0.53", "network_service")
    rogue = house.device("box", "10.30.2.200", "")
    for n in range(4):
        lease(house, "10.50.0.53", f"10.30.2.{n + 11}", f"02:aa:00:00:00:0{n}", n, "10.30.2.1", "10.50.0.53")
    lease(house, "10.30.2.200", "10.30.2.150", "02:aa:00:00:00:09", 50, "10.30.2.200", "10.30.2.200")
    (finding,) = house.run("rogue_dhcp_server")
    assert finding.devices[0] == rogue.id and finding.facts["house"] == "ns"
    assert finding.severity == Severity.HIGH


def test_twin_pair_of_servers_and_one_alone(house):
    for n in range(4):
        server = f"10.50.0.{53 + n % 2}"
        lease(house, server, f"10.30.2.{n + 11}", f"02:aa:00:00:00:0{n}", n, "10.30.2.1", "10.50.0.53")
    lease(house, "10.60.0.2", "10.60.0.33", "02:aa:00:00:00:0f", 9, "10.60.0.1", "10.50.0.53")
    assert house.run("rogue_dhcp_server") == []


# --- run("arp_conflict")


def claim(house, mac, ip, first, last, count=5):
    house.packet += 1
    house.rows["clue"].append({
        "site": "test", "sensor": "tap", "capture": "cafe", "packet": house.packet, "offset": 1, "host_mac": mac,
        "host_ip": ip, "vlan": None, "attribute": "arp.ip", "value": ip, "protocol": "arp", "port": None,
        "count": count, "first": house.at(first), "last": house.at(last),
    })  # fmt: skip


def test_one_between_others(house):
    house.device("core", "10.60.0.1", "router", mac="02:00:00:00:00:01")
    bad = house.device("pc1", "10.60.0.11", "workstation", mac="02:00:00:00:00:66")
    claim(house, "02:00:00:00:00:01", "10.60.0.1", 0, 600)
    claim(house, "02:00:00:00:00:66", "10.60.0.11", 0, 600)
    claim(house, "02:00:00:00:00:66", "10.60.0.1", 100, 600)
    (finding,) = house.run("arp_conflict")
    assert finding.devices[0] == bad.id and finding.facts["variant"] == "between"
    assert finding.severity == Severity.HIGH


def test_twin_changeover_virtual_router_and_two_cards(house):
    claim(house, "02:00:00:00:00:21", "10.50.0.40", 0, 300)
    claim(house, "02:00:00:00:00:22", "10.50.0.40", 301, 600)  # the spare took over
    claim(house, "02:00:00:00:00:01", "10.60.0.1", 0, 600)
    claim(house, "00:00:5e:00:01:0a", "10.60.0.1", 0, 600)
    from hinomi.model import Address

    device = house.device("srv", "10.50.0.41", "server", mac="02:00:00:00:00:31")
    device.addresses.append(Address("02:00:00:00:00:32", "10.50.0.41", None, house.at(0), house.at(900)))
    claim(house, "02:00:00:00:00:31", "10.50.0.41", 0, 600)
    claim(house, "02:00:00:00:00:32", "10.50.0.41", 0, 600)
    assert house.run("arp_conflict") == []


# --- run("obsolete_system")


def os_of(device, system, confidence=0.9):
    from hinomi.model import Attribute, EvidenceRef, Source

    source = Source("smb.os", system, "smb", 0.9, "", 1, 0, 0, EvidenceRef("cafe", 7, 100))
    device.attributes["os"] = Attribute("os", system, confidence, [source])


def test_system_without_support_is_listed(house):
    os_of(house.device("ct", "10.20.0.11", "ct"), "Windows 7 Professional")
    house.flow("10.20.0.11", "10.50.0.20", 104, "dicom")
    (finding,) = house.run("obsolete_system")
    assert finding.severity == Severity.LOW and finding.facts["ended"] == "2020-01-14"


def test_twin_supported_unsure_and_longer_numbers(house):
    house.flow("10.20.0.11", "10.50.0.20", 104, "dicom")
    os_of(house.device("a", "10.20.0.11", "ct"), "Windows 11")
    os_of(house.device("b", "10.20.0.12", "ct"), "Windows 7", confidence=0.3)
    os_of(house.device("c", "10.20.0.13", "ct"), "Debian GNU/Linux 12")
    os_of(house.device("d", "10.20.0.14", "ct"), "Windows")
    os_of(house.device("e", "203.0.113.9", "external", outside=True), "Windows XP")
    assert house.run("obsolete_system") == []
