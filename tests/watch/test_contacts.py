"""Contacts with the world by purpose, and the connections of every Japanese hospital shown as themselves."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from hinomi.model import Severity
from hinomi.watch import outside, render
from hinomi.watch.contacts import End, by_purpose, contacts
from hinomi.watch.outside import destinations
from hinomi.watch.places import Places

HOUR = 3600 * 1_000_000_000


@dataclass
class Talk:
    client: str
    server: str
    service: str = "tls"
    proto: str = "tcp"
    port: int = 443
    flows: int = 1
    answered: int = 1
    up: int = 100
    down: int = 900
    first: int = 10
    last: int = 20
    names: set[str] = field(default_factory=set)


ENDS = {
    "ct": End(False, "ct", "medical", ("10.20.0.11",)),
    "pc": End(False, "workstation", "it", ("10.60.0.11",)),
    "ons": End(False, "ons_router", "it", ("10.70.0.2",)),
    "world": End(True, "external", "external", ("133.11.0.5",)),
    "dns": End(True, "external", "external", ("8.8.8.8",)),
}


def look(*talks):
    return {one.key: one for one in contacts(talks, ENDS.get, Places())}


def test_known_services_are_shown_as_themselves():
    found = look(
        Talk("pc", "world", names={"www.g-mis.mhlw.go.jp"}), Talk("ons", "world", service="esp", proto="esp", port=0),
        Talk("pc", "dns", service="dns", port=53), Talk("pc", "world", names={"a.b.example.co.jp"}),
    )  # fmt: skip
    assert set(found) == {"g_mis", "online_eligibility", "dns_google", "example.co.jp"}
    assert found["g_mis"].category == "reporting" and not found["g_mis"].strange
    assert found["g_mis"].countries == {"JP"}
    assert set(by_purpose(found.values())) == {"reporting", "national_network", "public_dns", "unknown"}


def test_who_has_no_business_there_is_named():
    found = look(
        Talk("ct", "world", names={"x.g-mis.mhlw.go.jp"}), Talk("pc", "world", "http", names={"x.g-mis.mhlw.go.jp"})
    )
    assert found["g_mis"].strange == {"ct"} and found["g_mis"].odd_services == {"http"}


def test_direction_and_volume_are_the_hospitals():
    (one,) = look(Talk("world", "ct", "vnc", up=5, down=7000), Talk("ct", "world", up=300, down=2)).values()
    assert one.inward and one.up == 7300 and one.down == 7 and one.devices == {"ct": 7307}
    assert one.key == "133.11.0.5" and one.key == "133.11.0.5"


def test_new_is_only_what_came_after_a_day_of_listening():
    (one,) = look(Talk("ct", "world", first=30 * HOUR, last=31 * HOUR)).values()
    assert one.fresh(40 * HOUR, 0) and not one.fresh(100 * HOUR, 0) and not one.fresh(40 * HOUR, 20 * HOUR)


def test_inside_talk_and_unknown_ends_are_no_contact():
    assert look(Talk("ct", "pc"), Talk("nobody", "world")) == {}


@pytest.mark.parametrize("entry", destinations().values(), ids=lambda entry: entry.id)
def test_every_destination_names_its_source_and_can_be_read(entry):
    assert entry.source.startswith("https://") and entry.owner and entry.category
    assert bool(entry.name_ja) == bool(entry.name_en) == bool(entry.purpose_ja) == bool(entry.purpose_en)
    assert entry.names or entry.nets or entry.look, f"{entry.id} cannot be recognised, and says not that a person must"
    for lang in ("ja", "en"):
        from hinomi.watch.text import shared

        assert entry.category in shared()[lang]["words"]["category"]


def test_the_connections_of_every_japanese_hospital_are_there():
    wanted = {"online_eligibility", "e_prescription", "id_link", "emr_sharing", "mynaportal", "g_mis", "orca",
              "medical_care_station"}  # fmt: skip
    assert wanted <= set(destinations())
    assert {entry.category for entry in destinations().values()} >= {"online_visit", "cloud_emr", "ai_service"}


def test_a_home_adds_its_own(tmp_path):
    (tmp_path / "ours.toml").write_text(
        '[[destination]]\nid = "id_link"\nnets = ["198.51.100.0/28"]\n'
        '[[destination]]\nid = "maker"\nname_ja = "保守"\nname_en = "Maker"\nnames = ["*.maker.example"]\n'
        'category = "maintenance"\nowner = "Maker"\n',
        "utf-8",
    )
    outside.use_folder(tmp_path)
    try:
        assert outside.known("", "198.51.100.3").id == "id_link"
        assert outside.known("", "198.51.100.3").name_en == "Regional record sharing (ID-Link)"  # the rest stays
        assert outside.known("x.maker.example").owner == "Maker"
    finally:
        outside.use_folder(tmp_path / "none")
    assert outside.known("x.maker.example") is None


ID = "outside_profile"


def test_a_printer_that_reports_to_the_ministry_is_told(house):
    printer = house.device("prn", "10.60.0.90", "printer")
    house.flow(printer, "203.0.113.9", 443, "tls", sni="www.g-mis.mhlw.go.jp", t=60, up=9000)
    (finding,) = house.run(ID)
    assert finding.severity == Severity.LOW and finding.facts["variant"] == "default"
    assert "G-MIS" in render(finding, "ja").title


def test_in_clear_is_told_and_as_agreed_is_not(house):
    pc = house.device("pc", "10.60.0.91", "workstation")
    house.flow(pc, "203.0.113.9", 443, "tls", sni="www.g-mis.mhlw.go.jp", t=60)
    assert house.run(ID) == []
    house.dns(pc, "www.g-mis.mhlw.go.jp", "203.0.113.9", t=50)
    house.flow(pc, "203.0.113.9", 80, "http", t=70)
    (finding,) = house.run(ID)
    assert finding.facts["variant"] == "service" and finding.facts["services"] == ["http"]


def test_twin_unknown_kind_and_servers_that_serve_all(house):
    for n, type in enumerate(("", "firewall", "network_service")):
        house.flow(
            house.device(f"d{n}", f"10.60.0.{n + 10}", type), "203.0.113.9", 443, "tls", sni="a.g-mis.mhlw.go.jp"
        )
    assert house.run(ID) == []


def test_a_scanner_at_a_cloud_record_is_no_ordinary_contact(house):
    ct = house.device("ct", "10.20.0.11", "ct")
    house.flow(ct, "203.0.113.9", 443, "tls", sni="www.digikar.jp", t=60)
    (finding,) = house.run("first_contact_outside")
    assert finding.facts["category"] == "cloud_emr"
