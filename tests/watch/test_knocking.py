"""Scans and tried passwords, with their innocent twins."""

from __future__ import annotations

import pytest

from hinomi.model import Severity
from hinomi.watch import render

# --- run("scan")


def test_many_hosts_at_one_door(house):
    pc = house.device("pc1", "10.60.0.11", "workstation")
    for n in range(30):
        house.flow(pc, f"10.20.0.{n + 100}", 445, t=n, outcome="unanswered")
    (finding,) = house.run("scan")
    assert finding.facts["variant"] == "hosts" and finding.facts["hosts"] == 30
    assert finding.severity == Severity.HIGH  # clinical hosts among them


def test_many_doors_of_one_host(house):
    pc = house.device("pc1", "10.60.0.11", "workstation")
    prn = house.device("prn", "10.60.0.90", "printer")
    for n in range(40):
        house.flow(pc, prn, 1000 + n, t=n * 0.1, outcome="refused")
    (finding,) = house.run("scan")
    assert finding.facts["variant"] == "ports" and finding.facts["target"] == "prn"


def test_addresses_asked_on_the_own_wire(house):
    pc = house.device("pc1", "10.60.0.11", "workstation")
    for n in range(60):
        house.flow(pc, f"10.60.0.{n + 100}", 0, "arp", t=n * 0.1, outcome="unanswered", proto="arp")
    (finding,) = house.run("scan")
    assert finding.facts["variant"] == "addresses"


def test_twin_router_asks_for_others_and_slow_failures(house):
    core = house.device("core", "10.60.0.1", "router")
    for n in range(60):
        house.flow(core, f"10.60.0.{n + 100}", 0, "arp", t=n * 0.1, outcome="unanswered", proto="arp")
    pc = house.device("pc1", "10.60.0.11", "workstation")
    for n in range(30):  # a client with dead addresses in its settings, all day
        house.flow(pc, f"10.50.0.{n % 6 + 200}", 445, t=n * 900, outcome="unanswered")
    assert house.run("scan") == []


def test_twin_monitoring_that_is_answered(house):
    mon = house.device("nms", "10.80.0.5", "server")
    for n in range(100):
        house.flow(mon, f"10.20.0.{n + 10}", 161, "snmp", t=n, proto="udp")
    assert house.run("scan") == []


def test_a_worm_tries_addresses_outside_that_it_makes_up(house):
    camera = house.device("cam", "10.60.0.71", "camera")
    for n in range(40):
        house.flow(camera, f"198.{18 + n % 2}.{n}.{n * 5 + 1}", 23, t=n, outcome="unanswered")
    (finding,) = house.run("scan")
    assert finding.facts["variant"] == "outside" and finding.facts["hosts"] == 40
    assert finding.severity == Severity.MEDIUM


def test_many_doors_of_one_host_outside(house):
    pc = house.device("pc1", "10.60.0.11", "workstation")
    for n in range(40):
        house.flow(pc, "198.51.100.7", 1000 + n, t=n * 0.1, outcome="unanswered")
    (finding,) = house.run("scan")
    assert finding.facts["variant"] == "ports"


def test_twin_a_firewall_lets_nothing_out(house):
    pc = house.device("pc1", "10.60.0.11", "workstation")
    for n in range(60):
        house.flow(pc, f"198.51.100.{n + 1}", 443, t=n, outcome="unanswered")  # updates, telemetry, a browser
        house.flow(pc, f"203.0.113.{n + 1}", 123, t=n, outcome="unanswered", proto="udp")
    for n in range(30):  # each relay of a maker, by its name
        house.dns(pc, f"relay{n}.nagisa-echo.example", f"198.18.0.{n + 1}", t=n)
        house.flow(pc, f"198.18.0.{n + 1}", 5938, t=n + 0.1, outcome="unanswered")
    for n in range(60):  # peers of a call: each at its own door
        house.flow(pc, f"198.19.0.{n + 1}", 20000 + n * 7, t=n, outcome="unanswered")
    assert house.run("scan") == []


# --- run("brute_force")


@pytest.mark.parametrize("service", ["ssh", "rdp"])
def test_short_sessions_in_a_row(house, service):
    pc = house.device("pc1", "10.60.0.11", "workstation")
    server = house.device("meal", "10.50.0.60", "meal_server")
    for n in range(40):
        house.flow(pc, server, 22, service, t=n * 5, secs=3, up=1800, down=2600)
    (finding,) = house.run("brute_force")
    assert finding.facts["tries"] == 40 and finding.facts["after"] == "none"
    assert finding.severity == Severity.MEDIUM


def test_a_long_session_after_them_is_worse(house):
    pc = house.device("pc1", "10.60.0.11", "workstation")
    server = house.device("meal", "10.50.0.60", "meal_server")
    for n in range(40):
        house.flow(pc, server, 22, "ssh", t=n * 5, secs=3, up=1800, down=2600)
    house.flow(pc, server, 22, "ssh", t=300, secs=900, up=90_000, down=400_000)
    (finding,) = house.run("brute_force")
    assert finding.facts["after"] == "succeeded" and finding.severity == Severity.HIGH


def test_refused_logins_at_a_share(house):
    pc = house.device("pc1", "10.60.0.11", "workstation")
    files = house.device("files", "10.50.0.30", "file_server")
    for n in range(30):
        house.exchange(
            "smb",
            "SESSION_SETUP",
            pc,
            files,
            t=n,
            outcome="refused",
            status="STATUS_LOGON_FAILURE",
            detail={"user": f"u{n}"},
        )
    (finding,) = house.run("brute_force")
    assert finding.facts["variant"] == "refused" and finding.facts["service"] == "smb"


def test_twin_automation_with_short_working_sessions(house):
    adm = house.device("adm", "10.80.0.5", "server")
    server = house.device("meal", "10.50.0.60", "meal_server")
    for n in range(60):
        house.flow(adm, server, 22, "ssh", t=n * 5, secs=4, up=6000, down=60_000)
    assert house.run("brute_force") == []


def test_twin_two_step_logins_and_web_challenges(house):
    pc = house.device("pc1", "10.60.0.11", "workstation")
    files = house.device("files", "10.50.0.30", "file_server")
    for n in range(40):
        house.exchange(
            "smb", "SESSION_SETUP", pc, files, t=n, outcome="refused", status="STATUS_MORE_PROCESSING_REQUIRED"
        )
        house.exchange("smb", "SESSION_SETUP", pc, files, t=n + 0.1, status="STATUS_SUCCESS")
        house.exchange("http", "GET", pc, files, t=n, outcome="refused", status="401")
        house.exchange("http", "GET", pc, files, t=n + 0.1, status="200")
    assert house.run("brute_force") == []


def test_twin_a_person_who_mistypes(house):
    pc = house.device("pc1", "10.60.0.11", "workstation")
    files = house.device("files", "10.50.0.30", "file_server")
    for n in range(6):
        house.exchange("smb", "SESSION_SETUP", pc, files, t=n * 10, outcome="refused", status="STATUS_LOGON_FAILURE")
    assert house.run("brute_force") == []


def test_a_dozen_tries_in_a_row(house):
    pc = house.device("pc1", "10.60.0.11", "workstation")
    files = house.device("files", "10.50.0.30", "file_server")
    for n in range(10):
        house.exchange("smb", "SESSION_SETUP", pc, files, t=n, outcome="refused", status="STATUS_LOGON_FAILURE")
    house.exchange("smb", "SESSION_SETUP", pc, files, t=11)
    (finding,) = house.run("brute_force")
    assert finding.facts["after"] == "succeeded" and finding.severity == Severity.HIGH


def test_a_few_short_sessions_from_outside(house):
    box = house.device("vpn1", "10.70.0.9", "vpn_gateway")
    for n in range(6):
        house.flow("203.0.113.7", box, 22, "ssh", t=n * 3, secs=2, up=1500, down=2500)
    assert len(house.run("brute_force")) == 1


def test_one_password_at_many_servers(house):
    pc = house.device("pc", "10.60.0.11", "workstation")
    for n in range(12):
        server = house.device(f"s{n}", f"10.50.0.{n + 10}", "server")
        house.exchange("smb", "SESSION_SETUP", pc, server, t=n * 20, outcome="refused",
                       status="LOGON_FAILURE", detail={"user": "u"})  # fmt: skip
    (finding,) = house.run("brute_force")
    assert (
        finding.facts["variant"] == "spread" and finding.facts["servers"] == 12 and finding.severity == Severity.MEDIUM
    )
    assert "12" in render(finding, "ja").seen


def test_twin_inventory_tool_that_is_let_in_nearly_everywhere(house):
    tool = house.device("tool", "10.60.0.12", "server")
    for n in range(60):
        outcome = "refused" if n % 5 == 0 else "ok"
        house.exchange("smb", "SESSION_SETUP", tool, f"10.50.0.{n + 10}", t=n * 5, outcome=outcome, status="x")
    assert house.run("brute_force") == []


def test_a_scan_of_which_only_the_way_out_is_heard(house):
    pc = house.device("pc", "10.60.0.11", "workstation")
    for n in range(20):
        house.flow(
            pc, f"10.50.0.{n + 10}", 3389, t=n * 10, up=0, down=0, outcome="half_heard", orig_packets=1, resp_packets=0
        )
    (finding,) = house.run("scan")
    assert finding.facts["variant"] == "hosts"


def test_twin_ordinary_work_of_which_only_one_way_is_heard(house):
    pc = house.device("pc", "10.60.0.11", "workstation")
    for n in range(40):
        house.flow(pc, f"10.50.0.{n + 10}", 443, "tls", t=n * 10, up=900, down=0, outcome="half_heard", resp_packets=0)
        house.flow(
            pc, f"10.50.0.{n + 10}", 80, t=n * 10, up=0, down=0, outcome="half_heard", orig_packets=3, resp_packets=0
        )
    assert house.run("scan") == []


def test_twin_who_gives_no_name_tries_no_password(house):
    a = house.device("pc1", "10.60.0.11", "workstation")
    s = house.device("files", "10.50.0.30", "file_server")
    for n in range(30):
        house.exchange("smb", "SESSION_SETUP", a, s, t=n * 0.1, outcome="refused", status="0xc0000022",
                       detail={"mechanism": "ntlm"})  # fmt: skip
    assert house.run("brute_force") == []
    for n in range(30):
        house.exchange("smb", "SESSION_SETUP", a, s, t=n * 0.1, outcome="refused", status="0xc000006d",
                       detail={"mechanism": "ntlm"})  # fmt: skip
    assert house.run("brute_force")
