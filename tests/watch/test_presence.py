"""Newcomers, silence and clocks, with their innocent twins."""

from __future__ import annotations

from hinomi.model import Address, Severity

# --- run("new_device_clinical")


def test_newcomer_after_a_day_of_listening(house):
    ct = house.device("ct", "10.20.0.11", "ct")
    house.flow(ct, "10.50.0.20", 104, "dicom", t=0)
    new = house.device("x", "10.30.1.77", "", first=2 * 86400)
    house.flow(new, "10.50.0.20", 445, "smb", t=2 * 86400)
    (finding,) = house.run("new_device_clinical")
    assert finding.devices == ["x"] and finding.severity == Severity.MEDIUM


def test_guest_laptop_in_a_ward_network(house):
    house.flow("10.30.2.11", "10.50.0.20", 104, "dicom", t=0)
    laptop = house.device("laptop", "10.100.0.9", "workstation", last=500)
    laptop.addresses.append(Address(laptop.addresses[0].mac, "10.30.2.88", None, house.at(900), house.at(3000)))
    house.flow("10.30.2.88", "10.50.0.30", 445, "smb", t=901)
    (finding,) = house.run("new_device_clinical")
    assert finding.facts["variant"] == "moved" and finding.severity == Severity.MEDIUM


def test_twin_first_hours_and_a_scanner_that_is_delivered(house):
    for n in range(5):
        house.flow(house.device(f"d{n}", f"10.20.0.{n + 11}", "", first=n * 600), "10.50.0.20", 104, "dicom", t=n * 600)
    assert house.run("new_device_clinical") == []
    new = house.device("us9", "10.20.0.99", "ultrasound", first=3 * 86400)
    house.flow(new, "10.50.0.20", 104, "dicom", t=3 * 86400)
    (finding,) = house.run("new_device_clinical")
    assert finding.severity == Severity.INFO  # listed, asks nobody


def test_a_wave_of_newcomers_is_one_story(house):
    house.flow(house.device("ct", "10.20.0.11", "ct"), "10.50.0.20", 104, "dicom", t=0)
    for n in range(207):
        t = 2 * 86400 + n * 15
        net = "10.30.2" if n < 150 else "10.20.0"
        new = house.device(f"n{n}", f"{net}.{n % 150 + 50}", "", first=t)
        house.flow(new, "10.50.0.20", 445, "smb", t=t)
    found = house.run("new_device_clinical")
    assert len(found) == 2 and len({draft.story for draft in found}) == 1
    assert sorted(draft.facts["machines"] for draft in found) == [57, 150]
    assert found[0].severity == Severity.MEDIUM and len(found[0].devices) == 150


# --- run("silence")


def alive(house, until):
    for n in range(4):
        for t in range(0, until, 600):
            house.flow(f"10.30.2.{n + 60}", "10.50.0.10", 443, "tls", t=t)


def test_gateway_that_stops(house):
    gateway = house.device("gw", "10.30.2.50", "monitor_gateway")
    for t in range(0, 3600, 60):
        house.flow(gateway, "10.50.0.10", 2575, "hl7", t=t)
    alive(house, 9000)
    (finding,) = house.run("silence")
    assert finding.devices == ["gw"] and finding.facts["variant"] == "device"
    assert finding.severity == Severity.HIGH


def test_log_and_backup_that_stop(house):
    house.device("b", "10.50.0.70", "backup_server")
    emr = house.device("emr", "10.50.0.10", "server")
    for n in range(4):
        for t in range(0, 6 * 86400, 21600):
            house.flow(f"10.50.0.{n + 100}", "10.50.0.10", 443, "tls", t=t)
    for day in range(3):
        house.flow(emr, "10.50.0.70", 22, "ssh", t=day * 86400, up=9_000_000)
    for t in range(0, 86400, 600):
        house.flow(emr, "10.50.0.80", 514, "syslog", t=t, proto="udp")
    assert {f.facts["variant"] for f in house.run("silence")} == {"log", "backup"}


def test_twin_deaf_tap_bedside_devices_and_pauses(house):
    gateway = house.device("gw", "10.30.2.50", "monitor_gateway")
    monitor = house.device("mon", "10.30.1.11", "patient_monitor")
    for t in range(0, 3600, 60):
        house.flow(gateway, "10.50.0.10", 2575, "hl7", t=t)
        house.flow(monitor, "10.30.2.50", 2575, "hl7", t=t)
    house.flow("10.60.0.9", "10.60.0.8", 445, "smb", t=9000)  # the tap hears another network only
    assert house.run("silence") == []
    alive(house, 9000)
    assert [f.devices[0] for f in house.run("silence")] == ["gw"]  # the bedside monitor may be off


# --- run("clock_jump")


def readings(house, offsets, ip="10.30.1.11"):
    for n, offset in enumerate(offsets):
        house.packet += 1
        house.rows["reading"].append({
            "site": "test", "sensor": "tap", "capture": "cafe", "packet": house.packet, "offset": 1,
            "time": house.at(n * 10), "device_time": house.at(n * 10 + offset), 
            "host_ip": ip, "source": "MON1", "kind": "numeric",
        })  # fmt: skip


def test_jump(house):
    house.device("mon", "10.30.1.11", "patient_monitor")
    readings(house, [1.0] * 20 + [3601.0] * 20)
    (finding,) = house.run("clock_jump")
    assert finding.facts["variant"] == "jump" and finding.first == house.at(200)
    assert 3500 < finding.facts["jump_s"] < 3700


def test_twin_steady_small_distance_and_one_late_message(house):
    house.device("mon", "10.30.1.11", "patient_monitor")
    readings(house, [2.0] * 20 + [-300.0] + [2.0] * 20)
    assert house.run("clock_jump") == []


def test_wrong_time_zone_is_only_noted(house):
    house.device("mon", "10.30.1.11", "patient_monitor")
    readings(house, [9 * 3600 + 1.0] * 20)
    (finding,) = house.run("clock_jump")
    assert finding.facts["variant"] == "zone" and finding.severity == Severity.INFO


def test_steady_stream_that_stops_is_listed_soon_and_asks_nobody(house):
    monitor = house.device("mon", "10.30.2.11", "patient_monitor")
    gateway = house.device("gw", "10.30.2.50", "monitor_gateway")
    for n in range(20):
        house.exchange("hl7", "ORU^R01", monitor, gateway, t=n * 4)
    house.flow(monitor, gateway, 2575, "hl7", t=0, secs=200)  # the line stays open
    for n in range(4):
        house.flow(f"10.30.2.{n + 60}", gateway, 2575, "hl7", t=0, secs=300)
    house.exchange("hl7", "ORU^R01", "10.30.2.60", gateway, t=300)
    (finding,) = house.run("silence")
    assert finding.devices[0] == "mon" and finding.severity == Severity.LOW


def test_computer_among_devices_that_does_no_work_of_the_house(house):
    laptop = house.device("my-laptop", "10.20.0.77", "workstation")
    house.dns(laptop, "www.news.example", "203.0.113.80", t=1)
    house.flow(laptop, "203.0.113.80", 443, "tls", t=2, sni="www.news.example")
    (finding,) = house.run("new_device_clinical")
    assert finding.facts["variant"] == "stray" and finding.severity == Severity.MEDIUM


def test_twin_computer_among_devices_that_works_with_the_house(house):
    pc = house.device("im-pc", "10.20.0.78", "workstation")
    house.flow(pc, "203.0.113.80", 443, "tls", t=2, sni="www.news.example")
    house.flow(pc, house.device("emr", "10.50.0.10", "emr_server"), 443, "tls", t=3)
    ct = house.device("ct", "10.20.0.11", "ct")
    house.flow(ct, "203.0.113.80", 443, "tls", t=3, sni="cloud.maker.example")
    assert house.run("new_device_clinical") == []


def test_twin_nobody_listened_between_two_captures(house):
    gateway = house.device("gw", "10.30.2.50", "monitor_gateway")
    for t in range(0, 3600, 60):
        house.flow(gateway, "10.50.0.10", 2575, "hl7", t=t)
    for n in range(4):  # three days later, five minutes of the same ward
        for t in range(0, 300, 60):
            house.flow(f"10.30.2.{n + 60}", "10.50.0.10", 443, "tls", t=3 * 86400 + t, capture="beef")
    new = house.device("x", "10.30.1.77", "", first=3 * 86400)
    house.flow(new, "10.50.0.20", 445, "smb", t=3 * 86400 + 10, capture="beef")
    assert house.run("silence") == []
    assert house.run("new_device_clinical") == []


def test_twin_an_archive_after_the_last_image_rests(house):
    pacs = house.device("pacs", "10.50.0.20", "pacs")
    alive(house, 86_400)
    for t in range(0, 86_400, 900):
        house.flow("10.50.0.31", "10.50.0.53", 53, "dns", t=t, proto="udp")
    for n in range(60):
        house.flow(f"10.20.0.{n % 9 + 11}", pacs, 104, "dicom", t=30_000 + n * 200, secs=20)
    (finding,) = house.run("silence")
    assert finding.severity == Severity.LOW
    for n in range(4):  # and one that is asked and does not answer does not rest
        house.flow("10.20.0.11", pacs, 104, t=70_000 + n * 300, outcome="unanswered")
    (finding,) = house.run("silence")
    assert finding.severity in (Severity.MEDIUM, Severity.HIGH)


def test_clocks_that_follow_one_server_are_one_story(house):
    for n, jump in enumerate((3601.0, 3600.0, 3602.0, -900.0)):
        ip = f"10.30.1.{n + 11}"
        house.device(f"mon{n}", ip, "patient_monitor")
        before = len(house.rows["reading"])
        readings(house, [1.0] * 20 + [jump] * 20, ip)
        for row in house.rows["reading"][before:]:
            row["source"] = f"MON{n}"
    found = house.run("clock_jump")
    assert len(found) == 4 and {one.facts["variant"] for one in found} == {"jump"}
    stories = {one.devices[0]: one.story for one in found}
    assert len({stories["mon0"], stories["mon1"], stories["mon2"]}) == 1
    assert stories["mon3"] != stories["mon0"]  # the other way: another cause


def test_many_bedside_devices_that_end_together_are_said_once(house):
    monitors = [house.device(f"mon{n}", f"10.30.2.{n + 11}", "patient_monitor") for n in range(6)]
    for n, monitor in enumerate(monitors):
        for t in range(0, 1200, 10):
            house.exchange("hl7", "ORU", monitor, "10.30.2.50", t=t + n)
            house.flow(monitor, "10.30.2.50", 2575, "hl7", t=t + n)
    alive(house, 3000)
    (finding,) = house.run("silence")
    assert finding.facts["variant"] == "together" and finding.facts["machines"] == 6
    assert finding.severity == Severity.LOW


def test_twin_two_that_end_apart_are_said_each(house):
    for n in range(2):
        monitor = house.device(f"mon{n}", f"10.30.2.{n + 11}", "patient_monitor")
        for t in range(0, 1200 + n * 900, 10):
            house.exchange("hl7", "ORU", monitor, "10.30.2.50", t=t)
            house.flow(monitor, "10.30.2.50", 2575, "hl7", t=t)
    alive(house, 3600)
    assert [finding.facts["variant"] for finding in house.run("silence")] == ["device", "device"]
