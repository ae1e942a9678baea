"""Remote-maintenance paths as found: listed with what they touched, proposed, and quiet once declared."""

from __future__ import annotations

from dataclasses import replace

from hinomi.watch.paths import found_sessions, propose


def visit(house):
    vendor = house.device("vendor", "10.90.0.10", "maintenance_host")
    gateway = house.device("gw", "10.30.2.50", "monitor_gateway")
    files = house.device("files", "10.50.0.30", "file_server")
    adm = house.device("adm", "10.80.0.5", "workstation")
    house.flow(vendor, gateway, 5900, "vnc", t=100, secs=600, up=9000, down=900_000)
    house.flow(vendor, gateway, 22, "ssh", t=200, secs=60)
    house.flow(gateway, files, 445, "smb", t=300)
    house.flow(gateway, files, 445, "smb", t=9000)
    house.flow(adm, gateway, 22, "ssh", t=50)  # from inside: no maintenance path
    return vendor


def test_sessions_are_listed_with_what_they_touched(house):
    visit(house)
    (row,) = found_sessions(house.view())
    assert (row.client, row.device, row.origin_kind, row.register) == ("vendor", "gw", "partner", "undeclared")
    assert set(row.services) == {"vnc", "ssh"} and row.count == 2 and row.touched == ("files",)
    assert row.evidence and row.received_bytes > row.sent_bytes


def test_a_found_path_can_be_taken_over_and_is_then_as_agreed(house):
    visit(house)
    (path,) = propose(house.view())
    assert path.peers[0] == "vendor" and path.devices == ("gw",) and path.vendor == "" and path.approver == ""
    house.registers.append(replace(path, vendor="Maker", approver="a person"))
    assert [row.register for row in found_sessions(house.view())] == ["agreed"]
    assert propose(house.view()) == []


def test_no_sessions_no_paths(house):
    assert found_sessions(house.view()) == [] and propose(house.view()) == []
