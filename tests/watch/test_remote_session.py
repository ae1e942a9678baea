"""Remote sessions into clinical devices: by origin, service, register; ordinary administration stays silent."""

from __future__ import annotations

import pytest

from hinomi.model import Severity
from hinomi.watch import MaintenancePath, Window, render

ID = "remote_session_into_clinical"


@pytest.mark.parametrize("service", ["vnc", "rdp", "ssh", "telnet"])
def test_vendor_line_to_scanner_rings(house, service):
    vendor = house.device("vendor1", "10.90.0.10", "maintenance_host")
    ct = house.device("ct1", "10.20.0.11", "ct")
    house.flow(vendor, ct, 5999, service, t=60, secs=900, up=20_000, down=3_000_000)
    (finding,) = house.run(ID)
    assert finding.severity == Severity.HIGH
    assert finding.devices == ["ct1", "vendor1"]
    assert finding.facts["register"] == "undeclared"
    assert "vendor1" in render(finding, "en").title


def test_outside_to_server_rings_high(house):
    house.flow("203.0.113.7", house.device("emr1", "10.50.0.10", "emr_server"), 3389, "rdp", up=9000, down=90_000)
    (finding,) = house.run(ID)
    assert finding.severity == Severity.HIGH and finding.in_use is False


def test_port_alone_is_a_hint(house):
    house.flow(
        house.device("vendor1", "10.90.0.10"), house.device("ct1", "10.20.0.11", "ct"), 5900, None, up=9000, down=90_000
    )
    (finding,) = house.run(ID)
    assert finding.facts["variant"] == "hint" and finding.confidence < 0.5 and finding.severity == Severity.MEDIUM


def test_service_and_not_port_decides(house):
    house.flow(
        house.device("vendor1", "10.90.0.10"),
        house.device("ct1", "10.20.0.11", "ct"),
        3389,
        "dicom",
        up=9000,
        down=9000,
    )
    assert house.run(ID) == []


def test_reverse_tool_rings(house):
    ct = house.device("ct1", "10.20.0.11", "ct")
    house.flow(ct, "203.0.113.70", 443, "tls", sni="router3.teamviewer.com", secs=600)
    (finding,) = house.run(ID)
    assert finding.facts["variant"] == "reverse" and finding.devices[0] == "ct1"
    assert finding.severity == Severity.HIGH


def test_tunnel_from_a_device_rings(house):
    ct = house.device("ct1", "10.20.0.11", "ct")
    house.flow(ct, "203.0.113.71", 1194, "openvpn", proto="udp", secs=600)
    (finding,) = house.run(ID)
    assert finding.facts["variant"] == "reverse"


def test_twin_management_network_is_silent(house):
    house.flow(
        house.device("adm", "10.80.0.5", "workstation"), house.device("ct1", "10.20.0.11", "ct"), 22, "ssh", secs=300
    )
    assert house.run(ID) == []


def test_twin_office_administrator_on_servers_is_silent(house):
    adm = house.device("adm", "10.60.0.20", "workstation")
    for n, type in enumerate(("emr_server", "file_server", "pacs")):
        house.flow(adm, house.device(f"s{n}", f"10.50.0.{n + 10}", type), 22, "ssh", secs=300)
    assert house.run(ID) == []


def test_office_to_a_device_asks_but_is_not_high(house):
    house.flow(
        house.device("pc", "10.60.0.11", "workstation"), house.device("ct1", "10.20.0.11", "ct"), 3389, "rdp", secs=300
    )
    (finding,) = house.run(ID)
    assert finding.severity == Severity.MEDIUM


def test_twin_same_zone_and_unanswered_are_silent(house):
    ct = house.device("ct1", "10.20.0.11", "ct")
    house.flow(house.device("ws", "10.20.0.41", "dicom_workstation"), ct, 5900, "vnc", secs=300)
    house.flow(house.device("vendor1", "10.90.0.10"), ct, 22, None, outcome="refused")
    assert house.run(ID) == []


def path(house, **more):
    told = {"id": "p1", "vendor": "Maker", "peers": ("10.90.0.0/28",), "devices": ("ct1",)} | more
    house.registers.append(MaintenancePath(**told))


def session(house, target="ct1"):
    vendor = house.device("vendor1", "10.90.0.10", "maintenance_host")
    house.device("ct1", "10.20.0.11", "ct")
    other = house.device("nc1", "10.40.0.10", "nurse_call_server")
    house.flow(vendor, house.devices[1] if target == "ct1" else other, 5900, "vnc", t=3600, secs=600)


def test_twin_declared_path_in_its_window_asks_nobody(house):
    path(house, windows=(Window(house.at(3000), house.at(9000)),))
    session(house)
    (finding,) = house.run(ID)
    assert finding.severity == Severity.INFO and finding.facts["register"] == "agreed"


def test_declared_path_outside_its_window_rings(house):
    path(house, windows=(Window(house.at(30_000), house.at(40_000)),))
    session(house)
    (finding,) = house.run(ID)
    assert finding.severity == Severity.HIGH and finding.facts["register"] == "outside_window"


def test_declared_vendor_on_another_vendors_device_rings(house):
    path(house)
    session(house, target="nurse")
    (finding,) = house.run(ID)
    assert finding.severity == Severity.HIGH and finding.facts["register"] == "wrong_target"


def test_standing_session_is_said(house):
    house.flow(
        house.device("v", "10.90.0.10"), house.device("m", "10.50.0.60", "meal_server"), 3389, "rdp", secs=80_000
    )
    (finding,) = house.run(ID)
    assert finding.facts["open_for"] == "standing" and "半日" in render(finding, "ja").seen


def test_live_session_is_told_once_from_its_last_word(house):
    vendor = house.device("vendor1", "10.90.0.10", "maintenance_host")
    ct = house.device("ct1", "10.20.0.11", "ct")
    for n, phase in enumerate(("open", "live", "live")):
        house.flow(vendor, ct, 5900, "vnc", t=0, secs=10 + 60 * n, up=1000 * n, flow_id=7, phase=phase)
    (finding,) = house.run(ID)
    assert finding.count == 1 and finding.facts["sent_bytes"] == 2000


def test_call_to_the_vpn_box_is_listed_and_weighs_by_what_follows(house):
    box = house.device("vpn1", "10.70.0.9", "vpn_gateway")
    house.flow("203.0.113.77", box, 1194, "openvpn", proto="udp", secs=3000, up=90_000, down=90_000)
    (finding,) = house.run()
    assert finding.severity == Severity.LOW
    # Somebody with an address of the VPN's pool, on whose packets the box's Ethernet address stands.
    for n in range(40):
        house.flow("10.8.0.6", f"10.50.0.{n + 1}", 445, t=60 + n, outcome="unanswered", orig_mac=box.addresses[0].mac)
    found = {f.detection: f for f in house.run()}
    assert found[ID].severity == Severity.MEDIUM
    assert found["scan"].story == found[ID].story


def test_shell_open_to_the_outside(house):
    house.flow("203.0.113.77", house.device("vpn1", "10.70.0.9", "vpn_gateway"), 22, "ssh", up=9000, down=9000)
    (finding,) = house.run(ID)
    assert finding.severity == Severity.MEDIUM


def test_twin_web_server_for_everybody(house):
    house.flow("203.0.113.77", house.device("www", "10.70.0.80", "web_server"), 443, "tls", up=9000, down=9000)
    assert house.run(ID) == []


def test_a_remote_tool_that_is_called_by_number_is_known_by_its_certificate(house):
    ct = house.device("ct1", "10.20.0.11", "ct")
    for n, name in enumerate(("AnyNet Relay", "www.example.com")):
        flow = house.flow(ct, f"198.51.100.{n + 5}", 443, "tls", t=60, secs=900, up=9000, down=8000)
        house.exchange("tls", "handshake", ct, f"198.51.100.{n + 5}", t=60, flow_id=flow,
                       detail={"subject": f"C=DE, O=philandro Software GmbH, CN={name}"})  # fmt: skip
    (finding,) = house.run(ID)
    assert finding.facts["client_ip"] == "198.51.100.5" and "anydesk" in finding.facts["service"]
