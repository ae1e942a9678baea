"""A device is not an address: routers, moved leases, several cards, two zones, people's decisions."""

from __future__ import annotations

import random
from importlib import util
from pathlib import Path
from typing import Any

import pytest

from hinomi.inventory import HostIndex
from hinomi.model import Decision, Zone

_spec = util.spec_from_file_location("inventory_conftest", Path(__file__).with_name("conftest.py"))
assert _spec and _spec.loader
_helpers: Any = util.module_from_spec(_spec)
_spec.loader.exec_module(_helpers)
by_ip, Tap, S = _helpers.by_ip, _helpers.Tap, _helpers.S

CT, PACS, ROUTER = "00:11:22:00:00:01", "00:11:22:00:00:02", "00:11:22:00:00:fe"


def decide(
    kind: str, device: str, other: str = "", attribute: str = "", value: str = "", undone: bool = False
) -> Decision:
    return Decision(f"k-{kind}-{device}-{other}", kind, device, attribute, value, other, "sato", 1, "because", undone)


def test_nothing_heard_is_no_device(tap: Any) -> None:
    found = tap.resolve()
    assert found.devices == [] and found.zones == [] and len(found.index) == 0


def test_router_mac_is_not_the_identity_of_hosts_behind_it(tap: Any) -> None:
    tap.clue(ROUTER, "10.0.1.1", "arp.ip", "10.0.1.1")
    for last in range(5, 9):
        tap.talk((ROUTER, f"10.0.{last}.20"), (PACS, "10.0.1.2"), 104, "dicom")
    found = tap.resolve()
    assert len(found.devices) == 6
    router = by_ip(found, "10.0.1.1")
    assert [a.mac for a in router.addresses] == [ROUTER]
    assert router.value("type") == "router"
    assert all(a.mac == "" for a in by_ip(found, "10.0.5.20").addresses)


def test_mirrored_in_two_zones_stays_one_device(tap: Any) -> None:
    """Once with its own MAC, once with the router's, as two mirror ports show it."""
    tap.clue(ROUTER, "10.0.2.1", "arp.ip", "10.0.2.1")
    for _ in range(2):
        tap.talk((CT, "10.0.1.5"), (ROUTER, "10.0.2.5"), 104, "dicom")
        tap.talk((ROUTER, "10.0.1.5"), (PACS, "10.0.2.5"), 104, "dicom")
        tap.talk((ROUTER, "10.0.1.6"), (PACS, "10.0.2.5"), 104, "dicom")
    found = tap.resolve()
    assert {a.mac for a in by_ip(found, "10.0.1.5").addresses} == {CT}
    assert {a.mac for a in by_ip(found, "10.0.2.5").addresses} == {PACS}
    assert len(found.devices) == 4


def test_lease_that_moved_belongs_to_each_in_its_time(tap: Any) -> None:
    tap.clue("00:11:22:00:00:0a", "10.0.1.50", "dhcp.ip", "10.0.1.50", 10, 100)
    tap.clue("00:11:22:00:00:0b", "10.0.1.50", "dhcp.ip", "10.0.1.50", 200, 300)
    tap.talk(("", "10.0.1.50"), (PACS, "10.0.1.2"), 80, "http", 20, 30)
    found = tap.resolve()
    one, other = (found.index.device_of("", "10.0.1.50", None, t * S) for t in (50, 250))
    assert one and other and one != other
    assert found.index.device_of("", "10.0.1.50", None, 110 * S) == one
    assert found.index.device_of("", "10.0.1.50", None, 190 * S) == other
    assert len(found.devices) == 3


def test_notebook_that_wanders_is_no_router(tap: Any) -> None:
    mac = "00:11:22:00:00:0c"
    for number in range(5):
        tap.talk((mac, f"10.0.{number}.77"), (PACS, "10.0.9.2"), 443, "tls", number * 100, number * 100 + 50)
        tap.clue(mac, f"10.0.{number}.77", "dhcp.ip", f"10.0.{number}.77", number * 100, number * 100 + 50)
    found = tap.resolve()
    assert len({by_ip(found, f"10.0.{n}.77").id for n in range(5)}) == 1
    assert by_ip(found, "10.0.0.77").value("type") != "router"


def test_group_and_broadcast_addresses_are_no_devices(tap: Any) -> None:
    tap.talk(
        (CT, "10.0.1.5"), ("01:00:5e:00:00:fb", "224.0.0.251"), 5353, "mdns", proto="udp", answered=0, unanswered=1
    )
    tap.talk((CT, "10.0.1.5"), ("ff:ff:ff:ff:ff:ff", "10.0.1.255"), 137, "nbns", proto="udp", answered=0, unanswered=1)
    tap.talk(
        (CT, "0.0.0.0"), ("ff:ff:ff:ff:ff:ff", "255.255.255.255"), 67, "dhcp", proto="udp", answered=0, unanswered=1
    )
    tap.talk((CT, "fe80::1"), ("33:33:00:00:00:fb", "ff02::fb"), 5353, "mdns", proto="udp", answered=0, unanswered=1)
    found = tap.resolve()
    assert len(found.devices) == 1
    assert found.index.device_of("", "224.0.0.251", None, S) is None
    assert found.index.device_of(CT, "0.0.0.0", None, S) == found.devices[0].id


def test_a_scan_of_dead_addresses_makes_no_devices(tap: Any) -> None:
    for last in range(1, 200):
        tap.talk((CT, "10.0.1.5"), (ROUTER, f"10.0.9.{last}"), 445, None, answered=0, unanswered=1)
    found = tap.resolve()
    assert len([d for d in found.devices if any(a.ip.startswith("10.0.9.") for a in d.addresses)]) == 0


def test_outside_address_is_a_device_of_its_own(tap: Any) -> None:
    tap.talk((CT, "10.0.1.5"), (ROUTER, "203.0.113.9"), 443, "tls", names=["remote.maker.example"])
    found = tap.resolve()
    device = by_ip(found, "203.0.113.9")
    assert device.outside and device.value("type") == "external" and device.addresses[0].mac == ""
    assert "remote.maker.example" in device.names["hostname"]
    assert not by_ip(found, "10.0.1.5").outside


def test_public_addresses_of_the_houses_own_link_are_inside(tap: Any) -> None:
    """A university hospital's own public addresses, and IPv6 of every kind: their cards say where they are."""
    tap.clue(CT, "198.51.100.5", "arp.ip", "198.51.100.5").clue(CT, "2001:db8:1::5", "nd.ip", "2001:db8:1::5")
    tap.talk((PACS, "198.51.100.6"), (CT, "198.51.100.5"), 104, "dicom")
    tap.talk((CT, "198.51.100.5"), (ROUTER, "203.0.113.9"), 443, "tls")
    found = tap.resolve()
    scanner = by_ip(found, "198.51.100.5")
    assert scanner.id == by_ip(found, "2001:db8:1::5").id and not scanner.outside
    assert not by_ip(found, "198.51.100.6").outside and by_ip(found, "203.0.113.9").outside
    line = Zone("line", "external", "回線", "Line", ["198.51.100.0/24"], by_person=True)
    assert by_ip(tap.resolve(zones=[line]), "198.51.100.5").outside


def test_silent_outside_address_is_still_named(tap: Any) -> None:
    """Calls to a dead outside host matter: a beacon whose master is down."""
    tap.talk((CT, "10.0.1.5"), (ROUTER, "203.0.113.9"), 443, None, answered=0, unanswered=9)
    assert by_ip(tap.resolve(), "203.0.113.9").outside


def test_partner_zone_is_outside_by_a_persons_word(tap: Any) -> None:
    tap.talk(("00:11:22:00:00:99", "10.90.0.10"), (CT, "10.0.1.5"), 5900, "vnc")
    zone = Zone("partner", "partner", "保守", "Vendors", ["10.90.0.0/24"], by_person=True)
    device = by_ip(tap.resolve(zones=[zone]), "10.90.0.10")
    assert device.outside and device.zone == "partner" and device.value("type") == "maintenance_host"


def test_a_partners_box_of_unknown_kind_is_not_surely_outside(tap: Any) -> None:
    tap.talk(("00:11:22:00:00:99", "10.90.0.10"), (CT, "10.0.1.5"), 4500, None)
    zone = Zone("partner", "partner", "保守", "Vendors", ["10.90.0.0/24"], by_person=True)
    device = by_ip(tap.resolve(zones=[zone]), "10.90.0.10")
    assert device.outside and device.value("type") == "external" and device.attributes["type"].confidence < 0.8


def test_a_router_with_a_leg_in_a_partners_zone_is_the_hospitals(tap: Any) -> None:
    for ip in ("10.0.0.1", "10.1.1.1", "10.1.2.1"):
        tap.clue(ROUTER, ip, "arp.ip", ip)
    zones = [
        Zone("partner", "partner", "保守", "Vendors", ["10.0.0.0/24"], by_person=True),
        Zone("ward", "ward", "病棟", "Ward", ["10.1.0.0/16"], by_person=True),
    ]
    device = by_ip(tap.resolve(zones=zones), "10.0.0.1")
    assert not device.outside and device.zone == "ward" and by_ip(tap.resolve(zones=zones), "10.1.1.1").id == device.id


def test_two_cards_with_one_duid_are_one_device(tap: Any) -> None:
    for mac, ip in (("00:11:22:00:00:31", "10.0.1.31"), ("00:11:22:00:00:32", "10.0.2.32")):
        tap.clue(mac, ip, "dhcp.duid", "000100012a2b2c2d001122000031").clue(mac, ip, "dhcp.host_name", "note1")
    found = tap.resolve()
    assert by_ip(found, "10.0.1.31").id == by_ip(found, "10.0.2.32").id


def test_the_same_factory_name_does_not_join(tap: Any) -> None:
    for number in range(2):
        tap.clue(f"00:11:22:00:01:0{number}", f"10.0.1.4{number}", "dhcp.host_name", "PRINTER-A")
    assert len(tap.resolve().devices) == 2


def test_a_layer_3_switch_is_one_device(tap: Any) -> None:
    server = ("00:11:22:00:00:53", "10.0.9.53")
    for number in range(1, 6):
        tap.clue(f"00:aa:bb:00:00:0{number}", f"10.0.{number}.1", "arp.ip", f"10.0.{number}.1")
        tap.clue(*server, "dhcp.gives_router", f"10.0.{number}.1")
    found = tap.resolve()
    assert len({by_ip(found, f"10.0.{n}.1").id for n in range(1, 6)}) == 1
    assert by_ip(found, "10.0.1.1").value("type") == "router"


def test_ids_stay_from_run_to_run_and_differ_between_sites(tap: Any) -> None:
    tap.clue(CT, "10.0.1.5", "dhcp.host_name", "ct1").talk((CT, "10.0.1.5"), (PACS, "10.0.2.5"), 104, "dicom")
    first = tap.resolve()
    tap.clue("00:11:22:00:00:77", "10.0.1.6", "dhcp.host_name", "us1", 0, 9)
    second = tap.resolve(previous=first.devices)
    assert by_ip(first, "10.0.1.5").id == by_ip(second, "10.0.1.5").id
    assert by_ip(tap.resolve(), "10.0.1.5").id == by_ip(first, "10.0.1.5").id
    clues, conversations = tap.tables()
    from hinomi.inventory import resolve

    elsewhere = resolve("site-b", clues, conversations)
    assert not {d.id for d in elsewhere.devices} & {d.id for d in second.devices}


def test_heard_behind_a_router_first_and_directly_later_keeps_its_id() -> None:
    one = Tap().talk(("", "10.0.1.5"), (PACS, "10.0.2.5"), 104, "dicom").resolve()
    two = Tap().talk((CT, "10.0.1.5"), (PACS, "10.0.2.5"), 104, "dicom", 5, 6).resolve(previous=one.devices)
    assert by_ip(one, "10.0.1.5").id == by_ip(two, "10.0.1.5").id


def test_another_card_at_the_same_address_is_another_device() -> None:
    one = Tap().clue(CT, "10.0.1.5", "dhcp.host_name", "ct1").resolve()
    two = Tap().clue("00:11:22:00:00:44", "10.0.1.5", "dhcp.host_name", "note9", 5, 6).resolve(previous=one.devices)
    assert by_ip(one, "10.0.1.5").id != by_ip(two, "10.0.1.5").id


def test_a_persons_word_wins_survives_and_can_be_undone(tap: Any) -> None:
    tap.clue(CT, "10.0.1.5", "dicom.equipment.modality", "CT")
    first = tap.resolve()
    device = by_ip(first, "10.0.1.5")
    assert device.value("type") == "ct"
    word = decide("set", device.id, attribute="type", value="mri")
    again = by_ip(tap.resolve(first.devices, [word]), "10.0.1.5")
    assert again.value("type") == "mri" and again.value("category") == "medical"
    assert again.attributes["type"].by_person and again.attributes["type"].confidence == 1.0
    assert [r.value for r in again.attributes["type"].rivals] == ["ct"]
    undone = decide("set", device.id, attribute="type", value="mri", undone=True)
    assert by_ip(tap.resolve(first.devices, [undone]), "10.0.1.5").value("type") == "ct"


def test_merge_by_a_person_survives_and_is_undone(tap: Any) -> None:
    tap.clue(CT, "10.0.1.5", "dhcp.host_name", "a").clue(PACS, "10.0.1.6", "dhcp.host_name", "b")
    first = tap.resolve()
    one, other = by_ip(first, "10.0.1.5").id, by_ip(first, "10.0.1.6").id
    word = decide("merge", one, other)
    merged = tap.resolve(first.devices, [word])
    assert len(merged.devices) == 1 and merged.devices[0].id == one
    later = tap.resolve(merged.devices, [word])
    assert len(later.devices) == 1 and later.devices[0].id == one
    apart = tap.resolve(later.devices, [decide("merge", one, other, undone=True)])
    assert {by_ip(apart, "10.0.1.5").id, by_ip(apart, "10.0.1.6").id} == {one, other}


def test_split_by_a_person_survives_and_is_undone(tap: Any) -> None:
    tap.clue(CT, "10.0.1.5", "dhcp.host_name", "a").clue(CT, "10.0.1.6", "dicom.ae_title", "B")
    first = tap.resolve()
    whole = by_ip(first, "10.0.1.5").id
    assert whole == by_ip(first, "10.0.1.6").id
    word = decide("split", whole, "10.0.1.6")
    parted = tap.resolve(first.devices, [word])
    left = by_ip(parted, "10.0.1.6").id
    assert by_ip(parted, "10.0.1.5").id == whole != left
    assert by_ip(tap.resolve(parted.devices, [word]), "10.0.1.6").id == left
    again = tap.resolve(parted.devices, [decide("split", whole, "10.0.1.6", undone=True)])
    assert by_ip(again, "10.0.1.5").id == by_ip(again, "10.0.1.6").id == whole


def test_order_of_rows_does_not_matter(tap: Any) -> None:
    rng = random.Random(5)
    for n in range(40):
        tap.clue(f"00:11:22:00:02:{n:02x}", f"10.0.1.{n + 1}", "dhcp.host_name", f"host{n % 30}")
        tap.talk((ROUTER, f"10.0.{n % 7}.9"), (f"00:11:22:00:02:{n:02x}", f"10.0.1.{n + 1}"), 80, "http")
    wanted = {d.id: sorted((a.mac, a.ip) for a in d.addresses) for d in tap.resolve().devices}
    for _ in range(3):
        rng.shuffle(tap.clues)
        rng.shuffle(tap.conversations)
        assert {d.id: sorted((a.mac, a.ip) for a in d.addresses) for d in tap.resolve().devices} == wanted


def test_columns_map_as_single_look_ups_do(tap: Any) -> None:
    tap.clue("00:11:22:00:00:0a", "10.0.1.50", "dhcp.ip", "10.0.1.50", 10, 100)
    tap.clue("00:11:22:00:00:0b", "10.0.1.50", "dhcp.ip", "10.0.1.50", 200, 300)
    tap.talk((CT, "10.0.1.5"), (PACS, "10.0.2.5"), 104, "dicom", 20, 30)
    tap.talk((CT, "0.0.0.0"), (PACS, "10.0.1.50"), 104, "dicom", 250, 260)
    found = tap.resolve()
    _, conversations = tap.tables()
    index = HostIndex(found.devices)
    for side in ("client", "server"):
        column = index.devices_of(conversations, f"{side}_mac", f"{side}_ip", "first").to_pylist()
        rows = conversations.to_pylist()
        assert column == [index.device_of(r[f"{side}_mac"], r[f"{side}_ip"], r["vlan"], r["first"]) for r in rows]


@pytest.mark.parametrize("drop", ["vlan", "port", "count", "capture", "packet", "offset", "protocol"])
def test_missing_columns_are_borne(tap: Any, drop: str) -> None:
    from hinomi.inventory import resolve

    tap.clue(CT, "10.0.1.5", "dhcp.host_name", "ct1")
    clues, conversations = tap.tables()
    assert len(resolve("s", clues.drop_columns([drop]), conversations).devices) == 1


def test_a_lowered_ttl_shows_a_router_and_an_initial_one_a_host(tap: Any) -> None:
    tap.clue(ROUTER, "", "eth.routes", "10.0.7.0/24").clue(ROUTER, "10.0.1.1", "arp.ip", "10.0.1.1")
    tap.talk((ROUTER, "10.0.7.7"), (PACS, "10.0.1.2"), 104, "dicom")
    tap.clue(CT, "10.0.1.5", "eth.ip", "10.0.1.5").clue(CT, "", "eth.routes", "10.0.1.0/24")
    found = tap.resolve()
    assert by_ip(found, "10.0.1.1").value("type") == "router"
    assert by_ip(found, "10.0.7.7").addresses[0].mac == ""
    assert by_ip(found, "10.0.1.5").addresses[0].mac == CT and by_ip(found, "10.0.1.5").value("type") != "router"


def test_a_neighbour_whose_ttl_begins_oddly_is_no_router(tap: Any) -> None:
    """Controllers begin with 30 or 60, which looks like a lowered 32 or 64."""
    panel = ("00:11:22:00:00:31", "10.0.1.31")
    tap.clue(CT, "", "eth.routes", "10.0.1.0/24").talk(panel, (CT, "10.0.1.5"), 102, None)
    found = tap.resolve()
    assert len(found.devices) == 2
    assert by_ip(found, "10.0.1.5").addresses[0].mac == CT and by_ip(found, "10.0.1.5").value("type") != "router"
    tap.talk(panel, (CT, "10.0.1.6"), 102, None)  # bears a second host: it may be a router of narrow subnets
    assert by_ip(tap.resolve(), "10.0.1.5").addresses[0].mac == ""


def test_a_router_that_answers_from_another_of_its_cards_is_one(tap: Any) -> None:
    cards = ("00:aa:bb:00:00:11", "00:aa:bb:00:00:91")
    for number, mac in enumerate(cards, start=1):
        tap.clue(mac, f"10.0.{number}.1", "arp.ip", f"10.0.{number}.1")
    tap.clue(cards[0], "", "eth.routes", "10.0.2.0/24").clue(cards[0], "10.0.2.1", "eth.ip", "10.0.2.1")
    tap.talk((cards[0], "10.0.2.9"), (PACS, "10.0.1.2"), 80, "http")
    found = tap.resolve()
    assert by_ip(found, "10.0.1.1").id == by_ip(found, "10.0.2.1").id


def test_asking_by_arp_or_a_routers_refusal_makes_no_device(tap: Any) -> None:
    tap.talk((ROUTER, "10.0.1.1"), ("", "10.0.1.77"), 0, "arp", proto="arp", answered=0, unanswered=1)
    tap.talk((CT, "10.0.2.5"), (ROUTER, "10.0.1.77"), 445, None, answered=0, refused=1, bytes_down=0)
    tap.talk((CT, "10.0.2.5"), (ROUTER, "10.0.1.78"), 514, "syslog", proto="udp", answered=0, unanswered=9)
    held = {a.ip for d in tap.resolve().devices for a in d.addresses}
    assert "10.0.1.77" not in held and "10.0.1.78" in held


def test_an_address_claimed_by_arp_does_not_move_to_the_claimant(tap: Any) -> None:
    tap.clue(ROUTER, "10.0.1.1", "arp.ip", "10.0.1.1", 1, 90)
    rogue = "00:11:22:00:00:66"
    tap.clue(rogue, "10.0.1.66", "arp.ip", "10.0.1.66", 1, 90).clue(rogue, "10.0.1.66", "eth.ip", "10.0.1.66", 1, 90)
    tap.clue(rogue, "10.0.1.1", "arp.ip", "10.0.1.1", 40, 80)
    found = tap.resolve()
    assert by_ip(found, "10.0.1.1").addresses[0].mac == ROUTER
    assert by_ip(found, "10.0.1.66").id != by_ip(found, "10.0.1.1").id
    assert found.index.device_of(rogue, "10.0.1.66", None, 50 * S) == by_ip(found, "10.0.1.66").id


def test_two_hosts_set_to_one_address_are_two_devices(tap: Any) -> None:
    for mac in ("00:11:22:00:00:71", "00:11:22:00:00:72"):
        tap.clue(mac, "10.0.1.70", "arp.ip", "10.0.1.70", 1, 90)
    assert len(tap.resolve().devices) == 2
