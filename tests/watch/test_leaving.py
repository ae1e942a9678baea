"""What leaves the house: rhythm, hidden names, large uploads, clear text; with their innocent twins."""

from __future__ import annotations

import random

import pytest

from hinomi.model import Severity

# --- run("beacon")


def test_twin_a_talk_that_is_begun_anew_each_minute(house):
    pc = house.device("pc1", "10.60.0.11")
    for n in range(25):
        house.flow(pc, "198.51.100.9", 50004, "rtp" if n % 5 else None, t=n * 60, proto="udp", up=1500, down=1500)
    assert house.run("beacon") == []


def calls(house, device, *, gap=60.0, jitter=0.0, n=30, ip="203.0.113.66", sni="cdn.bad.example", **more):
    chance = random.Random(7)
    t = 0.0
    for _ in range(n):
        house.flow(device, ip, 443, "tls", t=t, sni=sni, up=more.get("up", 700), down=more.get("down", 900))
        t += gap * (1 + chance.uniform(-jitter, jitter))


@pytest.mark.parametrize("jitter", [0.0, 0.1, 0.3])
def test_steady_calls_ring(house, jitter):
    calls(house, house.device("s1", "10.50.0.44", "server"), jitter=jitter)
    (finding,) = house.run("beacon")
    facts = finding.facts
    assert facts["calls"] == 30 and facts["score"] >= 0.8
    total = 0.5 * facts["rhythm"] + 0.2 * facts["size"] + 0.3 * facts["steady"]
    assert abs(total - facts["score"]) < 0.02  # the numbers shown add up


def test_a_person_at_a_computer_is_lower(house):
    calls(house, house.device("pc1", "10.60.0.11", "workstation"))
    (finding,) = house.run("beacon")
    assert finding.severity == Severity.LOW


def test_twin_browsing_updates_and_a_service_of_everybody(house):
    chance = random.Random(3)
    pc = house.device("pc1", "10.60.0.11", "workstation")
    t = 0.0
    for _ in range(60):  # people click as they like
        t += chance.expovariate(1 / 90)
        house.flow(
            pc,
            "203.0.113.80",
            443,
            "tls",
            t=t,
            sni="news.example",
            up=chance.randint(400, 9000),
            down=chance.randint(1, 90) * 1000,
        )
    calls(house, house.device("s1", "10.50.0.44", "server"), ip="203.0.113.90", sni="ctldl.windowsupdate.com")
    for n in range(6):  # everybody calls this one
        calls(house, house.device(f"t{n}", f"10.60.0.{n + 50}", "workstation"), ip="203.0.113.91", sni="av.example")
    calls(house, house.device("s2", "10.50.0.45", "server"), n=8, ip="203.0.113.92")  # too few
    assert house.run("beacon") == []


# --- run("dns_tunnel")


def test_long_names_below_one_domain(house):
    pc = house.device("pc1", "10.60.0.11", "workstation")
    chance = random.Random(5)
    for n in range(300):
        label = "".join(chance.choice("abcdefghijklmnopqrstuvwxyz234567") for _ in range(50))
        house.dns(pc, f"{label}.t.tunnel.example", "203.0.113.53", t=n, kind="TXT")
    (finding,) = house.run("dns_tunnel")
    assert finding.facts["destination"] == "tunnel.example" and finding.facts["score"] > 0.9
    assert finding.severity == Severity.HIGH


def test_the_resolver_that_passes_them_on_is_not_blamed(house):
    pc = house.device("pc1", "10.60.0.11", "workstation")
    ns = house.device("ns", "10.50.0.53", "network_service")
    for n in range(100):
        name = f"{n:04d}{'x' * 46}.tunnel.example"
        house.dns(pc, name, "203.0.113.53", t=n, kind="NULL")
        house.dns(ns, name, "203.0.113.53", t=n + 0.01, kind="NULL", server="203.0.113.53")
    (finding,) = house.run("dns_tunnel")
    assert finding.devices == ["pc1"]


def test_twin_many_short_names_and_repeats(house):
    pc = house.device("pc1", "10.60.0.11", "workstation")
    for n in range(200):
        house.dns(pc, f"img{n}.cdn.example", "203.0.113.54", t=n)
        house.dns(pc, f"a-long-but-always-the-same-name-of-a-service-{n % 4}.cloud.example", "203.0.113.55", t=n)
        house.dns(pc, f"{n}.0.50.10.in-addr.arpa", t=n, kind="PTR")
    assert house.run("dns_tunnel") == []


# --- run("exfiltration")


def test_server_that_sends_much_rings_high(house):
    house.flow(
        house.device("nc", "10.40.0.10", "nurse_call_server"),
        "203.0.113.99",
        443,
        "tls",
        secs=600,
        up=300_000_000,
        down=90_000,
    )
    (finding,) = house.run("exfiltration")
    assert finding.severity == Severity.HIGH and finding.facts["sent_bytes"] == 300_000_000


def test_pieces_to_one_name_are_summed(house):
    ct = house.device("ct1", "10.20.0.11", "ct")
    for n in range(10):
        house.flow(ct, f"203.0.113.{n + 1}", 443, "tls", t=n, sni="drop.bad.example", up=900_000, down=2000)
    (finding,) = house.run("exfiltration")
    assert finding.facts["sent_bytes"] == 9_000_000


def test_twin_download_small_upload_habit_and_people(house):
    server = house.device("s1", "10.50.0.44", "server")
    house.flow(server, "203.0.113.10", 443, "tls", up=30_000_000, down=400_000_000, sni="mirror.example")
    house.flow(server, "203.0.113.11", 443, "tls", up=900_000, down=90_000, sni="api.example")
    house.device("b", "10.50.0.70", "backup_server")
    for day in range(3):  # a nightly backup to outside, as every night
        house.flow("10.50.0.70", "203.0.113.12", 443, "tls", t=day * 86400, up=500_000_000 + day, sni="backup.example")
    house.flow(
        house.device("pc1", "10.60.0.11", "workstation"), "203.0.113.13", 443, "tls", up=80_000_000, down=5_000_000
    )
    found = house.run("exfiltration")
    # The very first night of an undeclared backup is told once; later nights are a habit.
    assert [finding.facts["destination"] for finding in found] == ["backup.example"]
    assert found[0].count == 1


# --- run("cleartext_patient_data")


def test_clear_text_to_outside_rings(house):
    emr = house.device("emr", "10.50.0.10", "emr_server")
    house.exchange("hl7", "ORU^R01", emr, "203.0.113.5", patient="p1", request_bytes=900)
    (finding,) = house.run("cleartext_patient_data")
    assert finding.severity == Severity.HIGH and finding.facts["patients"] == 1


def test_images_to_a_partner_are_one_step_lower(house):
    pacs = house.device("pacs", "10.50.0.20", "pacs")
    house.exchange("dicom", "C-STORE", pacs, house.device("p", "10.90.0.9"), patient="p1")
    (finding,) = house.run("cleartext_patient_data")
    assert finding.severity == Severity.MEDIUM


def test_twin_inside_the_house_and_refused(house):
    emr = house.device("emr", "10.50.0.10", "emr_server")
    mon = house.device("mon", "10.30.1.11", "patient_monitor")
    house.exchange("hl7", "ORU^R01", mon, emr, patient="p1")
    house.exchange("dicom", "C-STORE", house.device("ct", "10.20.0.11", "ct"), "10.50.0.20", patient="p1")
    house.exchange("dicom", "C-ECHO", emr, "203.0.113.5")
    house.exchange("hl7", "ORU^R01", emr, "203.0.113.5", patient="p1", outcome="unanswered")
    assert house.run("cleartext_patient_data") == []


# --- run("mail_past_server")


def test_a_computer_that_sends_mail_itself(house):
    pc = house.device("pc1", "10.60.0.11", "workstation")
    for n in range(4):
        house.flow(pc, "203.0.113.99", 25, "smtp", t=n * 6, up=9000)
    (finding,) = house.run("mail_past_server")
    assert finding.severity == Severity.MEDIUM and finding.count == 4


def test_twin_mail_server_submission_and_a_copier(house):
    house.flow(house.device("mx", "10.70.0.25", "mail_server"), "203.0.113.99", 25, "smtp", up=9000)
    house.flow(house.device("pc1", "10.60.0.11", "workstation"), "203.0.113.98", 587, "smtp", up=9000)
    house.flow("10.60.0.11", "10.70.0.25", 25, "smtp", up=9000)
    assert house.run("mail_past_server") == []
    for n in range(5):
        house.flow(
            house.device("prn", "10.60.0.90", "printer") if n == 0 else "10.60.0.90", "203.0.113.97", 25, "smtp", t=n
        )
    (finding,) = house.run("mail_past_server")
    assert finding.severity == Severity.LOW


def test_calls_to_a_bare_address_need_fewer(house):
    calls(house, house.device("pc1", "10.60.0.11", "workstation"), gap=10, jitter=0.3, n=9, sni="203.0.113.66")
    (finding,) = house.run("beacon")
    assert finding.severity == Severity.MEDIUM


def test_upload_by_file_transfer_to_a_bare_address(house):
    house.flow(
        house.device("nc", "10.40.0.10", "nurse_call_server"), "203.0.113.99", 22, "ssh", up=1_300_000, down=9000
    )
    (finding,) = house.run("exfiltration")
    assert finding.severity == Severity.HIGH
