"""What spreads inside: from machine to machine, over shares and printers; with their innocent twins."""

from __future__ import annotations

from hinomi.model import Severity

# --- run("lateral_movement")


def test_one_machine_to_many(house):
    meal = house.device("meal", "10.50.0.60", "meal_server")
    for n in range(6):
        house.flow(meal, house.device(f"t{n}", f"10.30.2.{n + 20}", "emr_terminal"), 3389, "rdp", t=n * 200, secs=60)
    (finding,) = house.run("lateral_movement")
    assert finding.facts["machines"] == 6 and finding.severity == Severity.HIGH


def test_administrative_shares(house):
    pc = house.device("pc1", "10.60.0.11", "workstation")
    for n in range(2):
        target = house.device(f"t{n}", f"10.60.0.{n + 20}", "workstation")
        house.exchange("smb", "TREE_CONNECT", pc, target, t=n, object=f"\\\\t{n}\\ADMIN$", detail={"share": "ADMIN$"})
    (finding,) = house.run("lateral_movement")
    assert finding.facts["variant"] == "admin_share"


def test_chain_from_a_partner_line_rings_at_its_first_link(house):
    vendor = house.device("v", "10.90.0.10", "maintenance_host")
    meal = house.device("meal", "10.50.0.60", "meal_server")
    emr = house.device("emr", "10.50.0.10", "emr_server")
    house.flow(vendor, meal, 3389, "rdp", t=0, secs=3000)
    house.flow(meal, emr, 3389, "rdp", t=600, secs=900)
    (finding,) = house.run("lateral_movement")
    assert finding.facts["variant"] == "chain" and finding.devices[0] == "meal" and "emr" in finding.devices


def test_twin_file_server_of_everybody_and_administration(house):
    files = house.device("files", "10.50.0.30", "file_server")
    backup = house.device("backup", "10.50.0.70", "backup_server")
    adm = house.device("adm", "10.80.0.5", "workstation")
    for n in range(8):
        pc = house.device(f"pc{n}", f"10.60.0.{n + 20}", "workstation")
        house.flow(pc, files, 445, "smb", t=n)
        house.flow(backup, pc, 445, "smb", t=n * 10)
        house.flow(adm, pc, 3389, "rdp", t=n * 10)
        house.exchange("smb", "TREE_CONNECT", pc, files, t=n, object="\\\\files\\IPC$", detail={"share": "IPC$"})
        house.exchange("smb", "TREE_CONNECT", adm, pc, t=n, object="C$", detail={"share": "C$"})
    assert house.run("lateral_movement") == []


# --- run("cross_vendor_reach")


def test_vendor_line_to_a_second_zone(house):
    vendor = house.device("v", "10.90.0.10", "maintenance_host")
    gateway = house.device("gw", "10.30.2.50", "monitor_gateway", manufacturer="Monitor Co")
    nurse = house.device("nc", "10.40.0.10", "nurse_call_server", manufacturer="Call Co")
    house.flow(vendor, gateway, 22, "ssh", t=0, secs=600)
    house.flow(vendor, nurse, 445, "smb", t=300, secs=60)
    (finding,) = house.run("cross_vendor_reach")
    assert finding.devices[0] == "nc" and finding.severity == Severity.MEDIUM
    assert finding.first == house.at(300)


def test_held_device_goes_on(house):
    vendor = house.device("v", "10.90.0.10", "maintenance_host")
    gateway = house.device("gw", "10.30.2.50", "monitor_gateway")
    nurse = house.device("nc", "10.40.0.10", "nurse_call_server")
    house.flow(vendor, gateway, 22, "ssh", t=0, secs=600)
    house.flow(gateway, nurse, 3389, "rdp", t=300, secs=60)
    found = house.run()
    assert {"cross_vendor_reach", "remote_session_into_clinical"} <= {f.detection for f in found}
    assert len({f.story for f in found}) == 1  # one cause, one story


def test_twin_one_makers_devices_and_the_houses_services(house):
    vendor = house.device("v", "10.90.0.10", "maintenance_host")
    for n, net in enumerate(("10.30.1", "10.30.2")):
        device = house.device(f"m{n}", f"{net}.11", "patient_monitor", manufacturer="Monitor Co")
        house.flow(vendor, device, 22, "ssh", t=n * 100, secs=50)
    house.flow(vendor, house.device("ns", "10.50.0.53", "network_service"), 53, "dns", proto="udp")
    house.flow("10.30.1.11", house.device("pacs", "10.50.0.20", "pacs"), 104, "dicom", t=20)
    assert house.run("cross_vendor_reach") == []


# --- run("ransomware_files")


def rename(house, client, server, t, name, old, new):
    house.exchange(
        "smb", "RENAME", client, server, t=t, object=f"share\\{name}.{old}",
        detail={"share": "share", "ending": old, "new_name": f"{name}.{old}.{new}", "new_ending": new},
    )  # fmt: skip


def test_mass_renaming_rings_and_grows_critical(house):
    pc = house.device("pc1", "10.60.0.11", "workstation")
    files = house.device("files", "10.50.0.30", "file_server")
    for n in range(12):
        rename(house, pc, files, n, f"f{n}", "docx", "qz7k")
    (finding,) = house.run("ransomware_files")
    assert finding.severity == Severity.HIGH and finding.facts["ending"] == ".qz7k"
    for n in range(12, 60):
        rename(house, pc, files, n, f"f{n}", "docx", "qz7k")
    (finding,) = house.run("ransomware_files")
    assert finding.severity == Severity.CRITICAL


def test_twin_conversion_saving_and_slow_renames(house):
    pc = house.device("pc1", "10.60.0.11", "workstation")
    files = house.device("files", "10.50.0.30", "file_server")
    for n in range(100):
        rename(house, pc, files, n * 0.5, f"photo{n}", "jpeg", "jpg")
        rename(house, pc, files, n * 0.5, f"~doc{n}", "tmp", "docx")
        rename(house, pc, files, n * 600, f"case{n}", "dat", "mylab")
    assert house.run("ransomware_files") == []


# --- run("print_flood")


def test_many_jobs_and_many_printers(house):
    pc = house.device("pc1", "10.60.0.11", "workstation")
    printers = [house.device(f"p{n}", f"10.60.0.{n + 90}", "printer") for n in range(5)]
    for n in range(40):
        house.flow(pc, printers[n % 5], 9100, None, t=n, up=4000, down=0)
    (finding,) = house.run("print_flood")
    assert finding.facts["variant"] == "printers" and finding.facts["printers"] == 5


def test_twin_ordinary_printing_and_state_questions(house):
    pc = house.device("pc1", "10.60.0.11", "workstation")
    printer = house.device("p1", "10.60.0.90", "printer")
    for n in range(15):
        house.flow(pc, printer, 9100, "pjl", t=n * 200, up=90_000, down=10)
    for n in range(60):
        house.flow(pc, printer, 9100, "pjl", t=n * 5, up=60, down=80)
    assert house.run("print_flood") == []


def test_balanced_rewriting_over_an_encrypted_share_weighs_in_company(house):
    meal = house.device("meal", "10.50.0.60", "meal_server")
    files = house.device("files", "10.50.0.30", "file_server")
    house.flow(meal, files, 445, "smb", t=60, secs=9, up=400_000, down=395_000)
    (finding,) = house.run("ransomware_files")
    assert finding.severity == Severity.LOW  # alone it is what an editor of documents does: it asks nobody
    for n in range(12):
        house.exchange("smb", "SESSION_SETUP", meal, files, t=n, outcome="refused", status="0xc000006d")
    found = {f.detection: f for f in house.run()}
    assert found["ransomware_files"].severity == Severity.HIGH
    assert found["ransomware_files"].story == found["brute_force"].story


def test_twin_copying_out_and_old_acquaintances(house):
    files = house.device("files", "10.50.0.30", "file_server")
    house.flow(house.device("pc1", "10.60.0.11", "workstation"), files, 445, "smb", t=0, up=90_000, down=9_000_000)
    pc = house.device("pc2", "10.60.0.12", "workstation")
    house.flow(pc, files, 445, "smb", t=0, up=9000, down=9000)
    house.flow(pc, files, 445, "smb", t=2 * 86400, up=900_000, down=900_000)
    assert house.run("ransomware_files") == []
