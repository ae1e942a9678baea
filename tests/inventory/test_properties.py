"""Whatever a tap may have heard: nothing falls over, ids are unique, every address has at most one holder at a time."""

from __future__ import annotations

from importlib import util
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hinomi.inventory import index

_spec = util.spec_from_file_location("inventory_conftest", Path(__file__).with_name("conftest.py"))
assert _spec and _spec.loader
_helpers: Any = util.module_from_spec(_spec)
_spec.loader.exec_module(_helpers)
Tap, S = _helpers.Tap, _helpers.S

ODD_MACS = ["", "00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:fb", "bad", "zz:zz"]
DELL, MADE_UP = ([f"{prefix}:00:00:{n:02x}" for n in range(5)] for prefix in ("00:06:5b", "02:48:4e"))
macs = st.sampled_from([*ODD_MACS, *DELL, *MADE_UP])
ODD_IPS = ["", "0.0.0.0", "255.255.255.255", "224.0.0.251", "10.0.1.255", "not an address", "1.2.3", "::", "ff02::fb"]
OTHER_IPS = ["fe80::1", "203.0.113.5", "2001:db8::7", "fd00::206:5bff:fe00:1", "169.254.3.3"]
ips = st.sampled_from([*ODD_IPS, *OTHER_IPS, *(f"10.0.{net}.{last}" for net in (1, 2) for last in (1, 5, 6))])
values = st.one_of(
    st.sampled_from(
        [
            "CT",
            "MSFT 5.0",
            "scp storage",
            "10.0.1.5",
            "internet",
            "10.0.2.0/24",
            "id1|MDC_DEV_X_MDS|W^1",
            "id1|",
            "|",
            "a|b|c|d",
        ]
    ),
    st.text(max_size=12),
)
attributes = st.sampled_from(
    [
        "arp.ip",
        "dhcp.ip",
        "eth.ip",
        "eth.routes",
        "dhcp.gives_router",
        "dhcp.host_name",
        "dhcp.duid",
        "dicom.role",
        "dicom.equipment.modality",
        "dicom.equipment.serial",
        "dicom.equipment.model",
        "hl7.behind",
        "hl7.behind.serial",
        "hl7.role",
        "no.such_clue",
        "mdns.model",
        "mdns.manufacturer",
        "tcp.syn",
        "http.user_agent",
        "sdc.epr",
    ]
)
spans = st.tuples(st.integers(0, 50), st.integers(0, 50)).map(sorted)
clues = st.lists(st.tuples(macs, ips, attributes, values, spans), max_size=25)
services = st.sampled_from([None, "dicom", "hl7", "tls", "arp", "dhcp"])
talks = st.lists(st.tuples(macs, ips, macs, ips, st.integers(0, 65535), services, spans, st.booleans()), max_size=15)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(clues, talks)
def test_anything_heard_gives_a_sound_inventory(said: list[Any], talked: list[Any]) -> None:
    tap = Tap()
    for mac, ip, attribute, value, (first, last) in said:
        tap.clue(mac, ip, attribute, value, first, last)
    for client_mac, client_ip, server_mac, server_ip, port, service, (first, last), answered in talked:
        tap.talk((client_mac, client_ip), (server_mac, server_ip), port, service, first, last, answered=int(answered))
    found = tap.resolve()
    ids = [d.id for d in found.devices]
    assert len(set(ids)) == len(ids)
    zones = {z.id for z in found.zones}
    for device in found.devices:
        assert device.first <= device.last and device.label
        assert device.zone is None or device.zone in zones
        for name, stated in device.attributes.items():
            assert stated.value and 0 < stated.confidence <= 0.99, name
        for address in device.addresses:
            assert address.first <= address.last
            if address.ip:
                assert found.index.device_of(address.mac, address.ip, address.vlan, address.first) in ids
    again = tap.resolve(previous=found.devices)
    assert {d.id for d in again.devices} == set(ids)


spans = st.tuples(
    st.integers(0, 12),
    st.integers(0, 12),
    st.sampled_from([index.NO_VLAN, 1]),
    st.sampled_from(["", "a", "b"]),
    st.integers(0, 3),
).map(lambda row: (row[0], row[0] + row[1], *row[2:]))


@settings(max_examples=200, deadline=None)
@given(
    st.lists(spans, min_size=1, max_size=6),
    st.sampled_from(["", "a", "b", "c"]),
    st.lists(st.integers(-3, 30), min_size=index.FEW, max_size=2 * index.FEW),
)
def test_who_held_an_address_is_the_same_for_many_times_as_for_each(
    held: list[Any], mac: str, times: list[int]
) -> None:
    one_by_one = [index._best(held, mac, index.NO_VLAN, time) for time in times]
    assert index._best_of_each(held, mac, np.array(times, np.int64)).tolist() == one_by_one
