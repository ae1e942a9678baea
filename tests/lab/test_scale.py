"""The large hospital: every wing its own, every checksum right, the same thing said everywhere."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from pathlib import Path

import pytest
from lab.scale import Wings, find, large_truth, load, places, renamed, write

ROOT = Path(__file__).resolve().parents[2]
WINGS = 4
CHECKED = ["-o", "ip.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE"]
WRONG = " || ".join(f"{layer}.checksum.status==0" for layer in ("ip", "tcp", "udp", "icmp"))
CASES = ["first-light", "dhcp-dns", "arp-spoof", "dns-tunnel", "snmp"]


def large(case: str, folder: Path, times: int = 1) -> tuple[Path, Wings]:
    capture, truth = find(ROOT / "cases" / case)
    wings = Wings(load(capture), truth, WINGS)
    with (folder / "large.pcap").open("wb") as out:
        write(wings, out, times)
    return folder / "large.pcap", wings


def tshark(capture: Path, *args: str) -> list[str]:
    done = subprocess.run(["tshark", "-n", "-r", str(capture), *args], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


needs_tshark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")


@needs_tshark
@pytest.mark.parametrize("case", CASES)
def test_checksums_are_right_and_time_runs_forward(case: str, tmp_path: Path) -> None:
    capture, wings = large(case, tmp_path)
    assert tshark(capture, *CHECKED, "-Y", WRONG) == []
    times = [float(row) for row in tshark(capture, "-T", "fields", "-e", "frame.time_epoch")]
    assert len(times) == WINGS * len(wings.source.starts) and times == sorted(times)


@needs_tshark
def test_what_is_read_in_one_wing_is_read_in_each(tmp_path: Path) -> None:
    """tshark finds as many DICOM associations, HL7 messages, names and leases in every wing as in the first."""
    capture, wings = large("first-light", tmp_path)
    for display in ("dicom.pdu.type == 1", "hl7.message.type", "dns.qry.name", "dhcp.option.hostname", "tls.handshake"):
        rows = tshark(capture, "-d", "tcp.port==104,dicom", "-Y", display, "-T", "fields", "-e", "eth.src")
        by_wing = [0] * WINGS
        for row in rows:
            mac = bytes.fromhex(row.replace(":", ""))
            wing = next((n for rows in wings.macs.values() for n, new in enumerate(rows) if new == mac), None)
            if wing is not None:
                by_wing[wing] += 1
        assert by_wing[0] > 0 and len(set(by_wing)) == 1, (display, by_wing)


def test_a_name_an_address_and_a_serial_belong_together(tmp_path: Path) -> None:
    """Each wing's own names and serials stand in its packets, and nowhere another wing's."""
    capture, wings = large("first-light", tmp_path)
    truth = large_truth(wings)
    packets = capture.read_bytes()
    serials = {}
    for host in truth["hosts"]:
        if "serial" in host["attributes"] and "serial" in host["let_out"]:
            serials.setdefault(host["attributes"]["serial"], []).append(host["id"])
    assert serials and all(len(hosts) == 1 for hosts in serials.values())
    assert all(packets.count(serial.encode()) > 0 for serial in serials)
    counts = {}
    for serial, (host,) in serials.items():
        counts.setdefault(host.split("@")[0], set()).add(packets.count(serial.encode()))
    assert all(len(times) == 1 for times in counts.values()), counts
    addresses = [ip for host in truth["hosts"] if host["id"] != "core" for ip in host["ip"]]
    assert len(addresses) == len(set(addresses))
    macs = [mac for host in truth["hosts"] for mac in host["mac"]]
    assert len(macs) == len(set(macs))
    names = [host["attributes"]["hostname"].lower() for host in truth["hosts"] if "hostname" in host["attributes"]]
    assert len(names) == len(set(names))


def test_the_house_lives_on(tmp_path: Path) -> None:
    once, _ = large("sip", tmp_path)
    size = once.stat().st_size
    again, _ = large("sip", tmp_path, times=3)
    assert again.stat().st_size - 24 == 3 * (size - 24)


def test_no_room_is_said_not_hidden() -> None:
    """An address that could not keep its length, a name that could not be new, are not made up."""
    assert len(places([bytes([10, 20, 0])], 5000)[bytes([10, 20, 0])]) == 900
    rows = renamed(["a1", "-"], 50)
    assert rows["-"] == ["-"] * 50 and len(set(rows["a1"])) == 50 and all(len(row) == 2 for row in rows["a1"])
    assert len(set(renamed(["TB9-100231", "TB9-100232"], 60, digits_only=True)["TB9-100231"])) == 60


def test_bench_multiply_is_the_same_tool(tmp_path: Path) -> None:
    import sys

    target = tmp_path / "a.pcap"
    subprocess.run(
        [sys.executable, str(ROOT / "bench/multiply.py"), str(ROOT / "cases/sip/capture.pcap"), str(target), "--megabytes", "1"],
        check=True, capture_output=True,
    )  # fmt: skip
    assert 0.9e6 < target.stat().st_size < 1.1e6
    assert large_truth(Wings(load(target), json.loads("null"), 1))["hosts"] == []
    assert io.BytesIO(target.read_bytes()).read(4) == bytes.fromhex("4d3cb2a1")
