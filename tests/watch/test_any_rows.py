"""Whatever rows come, the detections neither fall over nor say what cannot be rendered."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

_spec = importlib.util.spec_from_file_location("watch_conftest", Path(__file__).with_name("conftest.py"))
_watch = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_watch)

IPS = [
    "10.20.0.11", "10.30.1.11", "10.30.2.50", "10.50.0.10", "10.60.0.11", "10.90.0.10", "10.100.0.3", "203.0.113.5",
    "2001:db8::1", "fe80::1", "ff02::1", "224.0.0.251", "255.255.255.255", "0.0.0.0", "", "not-an-address",
    "192.168.7.7",
]  # fmt: skip
SERVICES = [
    None, "dicom", "hl7", "tls", "http", "dns", "smb", "ssh", "rdp", "vnc", "telnet", "ntp", "dhcp", "pjl", "syslog",
    "openvpn", "teamviewer", "ike",
]  # fmt: skip
OPERATIONS = [
    "A-ASSOCIATE", "C-FIND", "C-STORE", "ORM^O01", "ORU^R01", "A", "TXT", "", "GET", "REQUEST", "SESSION_SETUP",
    "RENAME", "TREE_CONNECT", "NEGOTIATE", "SetValue", "handshake", "bind",
]  # fmt: skip
NAMES = [
    "",
    "a",
    "x.hospital.example",
    "q" * 60 + ".t.example",
    "ナース.example",
    "..",
    "1.0.0.10.in-addr.arpa",
    "PACS",
]
DETAILS = [
    {}, {"answer_ips": "10.50.0.10"}, {"answer_ips": "203.0.113.5,bad"}, {"new_ending": "zzz", "ending": "docx"},
    {"server": "10.50.0.53", "ip": "10.20.0.11", "router": "10.20.0.1"}, {"share": "C$"}, {"version": "1"},
]  # fmt: skip
TYPES = [
    "ct",
    "patient_monitor",
    "workstation",
    "infusion_pump",
    "emr_server",
    "printer",
    "router",
    "",
    "monitor_gateway",
]

flows = st.tuples(
    st.sampled_from(IPS), st.sampled_from(IPS), st.integers(0, 65535), st.sampled_from(SERVICES),
    st.sampled_from(["answered", "refused", "unanswered", "half_heard"]), st.integers(0, 10**9),
    st.sampled_from(["tcp", "udp", "icmp", "arp", "esp"]), st.floats(0, 90_000),
    st.sampled_from(["open", "live", "end"]), st.integers(1, 30),
)  # fmt: skip
exchanges = st.tuples(
    st.sampled_from(["dicom", "hl7", "dns", "dhcp", "smb", "http", "sdc", "ldap"]), st.sampled_from(OPERATIONS),
    st.sampled_from(IPS), st.sampled_from(IPS),
    st.sampled_from(["ok", "refused", "failed", "unanswered", "half_heard"]),
    st.sampled_from(NAMES), st.sampled_from(DETAILS), st.floats(0, 90_000),
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(flows, max_size=60), st.lists(exchanges, max_size=60),
    st.lists(st.tuples(st.sampled_from(IPS[:8]), st.sampled_from(TYPES)), max_size=8, unique_by=lambda pair: pair[0]),
    st.booleans(),
)  # fmt: skip
def test_nothing_falls_over(some_flows, some_exchanges, some_devices, named_zones):
    house = _watch.House()
    if not named_zones:
        house.zones = []
    for n, (ip, type) in enumerate(some_devices):
        house.device(f"d{n}", ip, type, outside=ip.startswith("203."))
    for orig, resp, port, service, outcome, size, proto, t, phase, flow_id in some_flows:
        house.flow(
            orig, resp, port, service, outcome=outcome, up=size, proto=proto, t=t, phase=phase, flow_id=flow_id
        )  # fmt: skip
    for protocol, operation, client, server, outcome, name, detail, t in some_exchanges:
        house.exchange(
            protocol, operation, client, server, t=t, outcome=outcome, client_name=name, object=name, detail=detail,
            patient="p" if size_is_odd(name) else "",
        )  # fmt: skip
    for finding in house.run():
        assert 0 < finding.confidence < 1 and finding.first <= finding.last and finding.count > 0
        json.dumps(finding.facts)
    keys = [finding.key for finding in house.run()]
    assert len(keys) == len(set(keys))


def size_is_odd(name: str) -> bool:
    return len(name) % 2 == 1
