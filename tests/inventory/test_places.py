"""Lease files and MAC tables in the forms that servers and switches write."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.inventory import places
from hinomi.inventory.places import PlacesError, Told, located, read

ISC = """\
# The format of this file is documented in the dhcpd.leases(5) manual page.
lease 10.30.1.11 {
  starts 4 2026/11/26 10:00:00;
  ends 4 2026/11/26 22:00:00;
  binding state active;
  hardware ethernet 00:11:22:aa:bb:cc;
  client-hostname "mon-or1";
}
lease 10.30.1.12 {
  ends never;
  binding state active;
  hardware ethernet 00:11:22:aa:bb:cd;
}
lease 10.30.1.11 {
  ends 4 2026/11/27 22:00:00;
  binding state active;
  hardware ethernet 00:11:22:aa:bb:ce;
  client-hostname "mon-or9";
}
lease 10.30.1.13 {
  binding state free;
  hardware ethernet 00:11:22:aa:bb:cf;
}
"""
KEA = """\
address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context,pool_id
10.20.0.11,00:11:22:aa:bb:cc,,3600,1790000000,1,0,0,ct01.example.,0,,0
10.20.0.12,00:11:22:aa:bb:cd,,3600,1790000000,1,0,0,,0,,0
10.20.0.12,00:11:22:aa:bb:cd,,3600,1790000001,1,0,0,,2,,0
"""
DNSMASQ = "1790000000 00:11:22:aa:bb:cc 10.20.0.11 ct01 01:00:11:22:aa:bb:cc\n0 00:11:22:aa:bb:cd 10.20.0.12 * *\n"
WINDOWS = """\
#TYPE Microsoft.Management.Infrastructure.CimInstance
"IPAddress","ScopeId","AddressState","ClientId","HostName"
"10.20.0.11","10.20.0.0","Active","00-11-22-aa-bb-cc","ct01.example"
"10.20.0.12","10.20.0.0","Expired","00-11-22-aa-bb-cd","old"
"""
NETSH = """\
IP Address      - Subnet Mask    - Unique ID           - Lease Expires        -Type -Name
10.20.0.11      - 255.255.255.0  - 00-11-22-aa-bb-cc   -2026/11/30 10:00:00   -D-  ct01.example
"""


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (ISC, [("00:11:22:aa:bb:ce", "10.30.1.11", "mon-or9"), ("00:11:22:aa:bb:cd", "10.30.1.12", "")]),
        (KEA, [("00:11:22:aa:bb:cc", "10.20.0.11", "ct01.example")]),
        (DNSMASQ, [("00:11:22:aa:bb:cc", "10.20.0.11", "ct01"), ("00:11:22:aa:bb:cd", "10.20.0.12", "")]),
        (WINDOWS, [("00:11:22:aa:bb:cc", "10.20.0.11", "ct01.example")]),
        (NETSH, [("00:11:22:aa:bb:cc", "10.20.0.11", "ct01.example")]),
    ],
    ids=["isc", "kea", "dnsmasq", "windows", "netsh"],
)
def test_leases(text: str, wanted: list[tuple[str, str, str]]) -> None:
    for written in (text, text.replace("\n", "\r\n"), "\ufeff" + text):
        rows = read(written, source="dhcp1")
        assert [(r.mac, r.ip, r.hostname) for r in rows] == wanted
        assert {(r.kind, r.source) for r in rows} == {("lease", "dhcp1")}


def test_a_lease_ends() -> None:
    assert read(ISC, source="d")[0].until == 1_795_816_800_000_000_000
    assert read(DNSMASQ, source="d")[1].until is None


CISCO = """\
sw1#show mac address-table
          Mac Address Table
-------------------------------------------
Vlan    Mac Address       Type        Ports
----    -----------       --------    -----
 All    0100.0ccc.cccc    STATIC      CPU
  10    0011.22aa.bbcc    DYNAMIC     Gi1/0/1
  20    0011.22aa.bbcd    DYNAMIC     Po1
Total Mac Addresses for this criterion: 3
"""
NEXUS = """\
   VLAN     MAC Address      Type      age     Secure NTFY Ports
---------+-----------------+--------+---------+------+----+------------------
*   10     0011.22aa.bbcc   dynamic  0         F      F    Eth1/1
*   20     0011.22aa.bbcd   dynamic  0         F      F    Po1
"""
ALLIED = """\
VLAN port             mac            type
10   port1.0.1        0011.22aa.bbcc forward   dynamic
20   po1              0011.22aa.bbcd forward   dynamic
1    CPU              eccd.6d00.0001 forward   static
"""
PROCURVE = """\
 Status and Counters - Port Address Table

  MAC Address   Port  VLAN
  ------------- ----- ----
  001122-aabbcc 1     10
  001122-aabbcd Trk1  20
"""
COMWARE = """\
MAC ADDR        VLAN ID    STATE          PORT INDEX               AGING TIME(s)
0011-22aa-bbcc  10         Learned        GigabitEthernet1/0/1     AGING
0011-22aa-bbcd  20         Learned        Bridge-Aggregation1      AGING
"""
ARUBA = """\
MAC age-time            : 300 seconds
MAC Address          VLAN     Type                      Port
--------------------------------------------------------------
00:11:22:aa:bb:cc    10       dynamic                   1/1/1
00:11:22:aa:bb:cd    20       dynamic                   lag1
"""


@pytest.mark.parametrize(
    ("text", "ports"),
    [
        (CISCO, ["Gi1/0/1", "Po1"]),
        (NEXUS, ["Eth1/1", "Po1"]),
        (ALLIED, ["port1.0.1", "po1"]),
        (PROCURVE, ["1", "Trk1"]),
        (COMWARE, ["GigabitEthernet1/0/1", "Bridge-Aggregation1"]),
        (ARUBA, ["1/1/1", "lag1"]),
    ],
    ids=["cisco", "nexus", "allied", "procurve", "comware", "aruba"],
)
def test_mac_tables(text: str, ports: list[str]) -> None:
    rows = read(text, source="sw1")
    assert [(r.mac, r.vlan, r.port) for r in rows] == [
        ("00:11:22:aa:bb:cc", 10, ports[0]),
        ("00:11:22:aa:bb:cd", 20, ports[1]),
    ]
    assert {r.kind for r in rows} == {"switch"}


def test_the_nearest_port_wins_and_an_uplink_says_so() -> None:
    many = [Told("switch", "core", f"02:00:00:00:00:{n:02x}", port="Gi0/1") for n in range(20)]
    edge = [Told("switch", "sw-3f", "02:00:00:00:00:03", port="Gi1/0/7", vlan=30)]
    where = located([*many, *edge])
    assert (where["02:00:00:00:00:03"].switch, where["02:00:00:00:00:03"].uplink) == ("sw-3f", False)
    assert where["02:00:00:00:00:04"].uplink and where["02:00:00:00:00:04"].behind == 20
    assert located([Told("lease", "d", "02:00:00:00:00:03", "10.0.0.1")]) == {}


@pytest.mark.parametrize("text", ["", "こんにちは", "Vlan Mac Address Type Ports\n", "lease 10.0.0.1 {\n"])
def test_what_is_neither_says_so(text: str) -> None:
    with pytest.raises(PlacesError) as error:
        read(text, source="x")
    assert error.value.sentence("ja") and error.value.hint("ja")


def test_over_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "LINES_MAX", 3)
    with pytest.raises(PlacesError) as error:
        read(CISCO, source="x")
    assert error.value.id == "place.too_long"


@given(st.text(max_size=300))
def test_no_text_breaks_the_reader(text: str) -> None:
    with contextlib.suppress(PlacesError):
        assert read(text, source="x")
