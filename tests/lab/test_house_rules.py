"""What the lab promises in its documentation, held against its files."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from lab.check_tshark import RECOGNISED
from lab.pcapfile import read
from lab.personalities import HERE, load_personality
from lab.picture import DEFAULT, draw
from lab.topology import load_hospital

ROOT = Path(__file__).resolve().parents[2]
SCENARIOS = sorted(path for path in (ROOT / "lab" / "scenarios").rglob("*.toml"))
PERSONALITIES = {path.stem: load_personality(path) for path in HERE.glob("*.toml")}
HELD_OUT = {name: kind for name, kind in PERSONALITIES.items() if kind.held_out}
# Every protocol that the lab must have, by the service of a conversation and the case that shows it alone.
PROTOCOLS = {
    "dicom": "dicom", "tls": "dicom", "http": "dicomweb", "hl7": "hl7", "wsd": "sdc", "igtl": "openigtlink",
    "bcap": "bcap", "intellivue": "intellivue", "astm": "astm", "poct1a": "poct1a", "bacnet": "bacnet",
    "modbus": "modbus", "dhcp": "dhcp-dns", "dns": "dhcp-dns", "ntp": "ntp", "smb": "smb-ntlm", "ldap": "ldap",
    "kerberos": "kerberos", "ipp": "ipp", "pjl": "raw9100", "snmp": "snmp", "rtsp": "rtsp", "sip": "sip",
    "ssh": "ssh", "rdp": "rdp", "vnc": "vnc", "wireguard": "wireguard", "ike": "ike", "openvpn": "openvpn",
    "syslog": "syslog", "rsync": "rsync-backup", "mqtt": "mqtt", "mdns": "mdns", "ssdp": "ssdp",
}  # fmt: skip
# Services of conversations that the wire tells by another word, or that are no protocol of their own.
NOT_THE_WIRES = {"tcp", "udp", "icmp", "rsync", "ipp", "rtp", "esp"}


def truth(case: str) -> dict:
    return json.loads((ROOT / "cases" / case / "truth.json").read_text())


@pytest.mark.parametrize(("service", "case"), sorted(PROTOCOLS.items()))
def test_every_protocol_stands_in_a_case(service: str, case: str) -> None:
    assert service in {row["service"] for row in truth(case)["conversations"]}


@pytest.mark.parametrize("case", ["updates", "restic-backup", "sdc-tls", "sdc-theatre", "fhir"])
def test_what_is_no_protocol_of_its_own_has_its_case(case: str) -> None:
    assert truth(case)["conversations"]


def test_tsharks_blind_spots_are_named() -> None:
    """What tshark does not know is listed in the documentation, and nothing else is excused."""
    listed = (ROOT / "docs" / "lab.md").read_text().split("tshark does not know", 1)[1].split("\n\n", 1)[0]
    for service, (display, _) in RECOGNISED.items():
        if display is None and service not in ("tcp", "udp", "arp"):
            assert f"`{service}`" in listed, service


def test_the_lab_names_services_as_the_wire_does() -> None:
    wire = pytest.importorskip("hinomi._wire", reason="the wire is not built")
    known = {str(row["name"]) for row in wire.dissectors()} | NOT_THE_WIRES
    used = {
        row["service"]
        for path in (ROOT / "cases").rglob("truth.json")
        for row in json.loads(path.read_text())["conversations"]
    }
    assert used <= known, used - known


def test_there_are_personalities_enough() -> None:
    assert len(PERSONALITIES) - len(HELD_OUT) >= 60
    assert len(HELD_OUT) >= 10


def test_knowledge_was_not_written_for_what_is_held_out() -> None:
    """No maker, model, prefix or word of a held-out kind may stand in `knowledge/`, and `knowledge/` never reads the lab."""
    text = "\n".join(path.read_text("utf-8") for path in (ROOT / "knowledge").rglob("*.toml")).lower()
    for name, kind in HELD_OUT.items():
        words = [kind.manufacturer, kind.model, kind.oui, kind.dhcp_vendor_class.replace("MSFT 5.0", "")]
        assert not [word for word in words if word and word.lower() in text], name
    assert "lab/personalities" not in text


def test_the_held_out_kinds_can_be_grouped() -> None:
    """Each stands in the case more than once and speaks there; that is what likeness is measured on."""
    capture = next((ROOT / "cases" / "held-out" / "devices").glob("capture.*"))
    speakers = {packet.data[6:12].hex(":") for packet in read(capture)}
    kinds: dict[str, int] = {}
    for host in truth("held-out/devices")["hosts"]:
        if host.get("held_out"):
            assert host["kind_ja"] and set(host["mac"]) <= speakers, host["id"]
            kinds[host["kind_en"]] = kinds.get(host["kind_en"], 0) + 1
    assert len(kinds) >= 10 and min(kinds.values()) >= 2, kinds


def test_every_zone_of_a_hospital_is_there() -> None:
    hospital = load_hospital(DEFAULT)
    lived_in = {host.zone.kind for host in hospital.hosts.values()}
    with (ROOT / "knowledge" / "zone_kinds.toml").open("rb") as stream:
        assert lived_in == {row["id"] for row in tomllib.load(stream)["kind"]} - {"unknown"}


def test_the_picture_is_fresh() -> None:
    made = draw(load_hospital(DEFAULT))
    assert (ROOT / "docs" / "lab-topology.svg").read_text() == made, (
        "run: python -m lab.picture > docs/lab-topology.svg"
    )


def test_each_host_of_a_scenario_can_be_built() -> None:
    for path in SCENARIOS:
        hospital = load_hospital(path)
        macs, addresses = (
            [host.mac for host in hospital.hosts.values()],
            [host.address for host in hospital.hosts.values()],
        )
        assert len(set(macs)) == len(macs) and len(set(addresses)) == len(addresses), path
        assert all(len(host.netns) < 30 and len(host.id) <= 13 for host in hospital.hosts.values()), path


@pytest.mark.parametrize("case", ["whole-day", "handa-2021", "smb-ntlm", "rtsp"])
def test_frames_are_what_a_cable_carries(case: str) -> None:
    """Offloads are off: no frame is longer than Ethernet allows."""
    capture = next((ROOT / "cases" / case).glob("capture.*"))
    lengths = [packet.length for packet in read(capture)]
    assert max(lengths) <= 1514 and len(lengths) > 50
