"""How the register judges a session: each breach by itself, and the twin that breaks nothing."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from hinomi.model import Severity
from hinomi.watch import MaintenancePath, Weekly, render
from hinomi.watch.places import Places, country
from hinomi.watch.remote import declared

SECOND = 1_000_000_000
ID = "remote_session_into_clinical"


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Tokyo")).timestamp()) * SECOND


@pytest.mark.parametrize(
    ("start", "end", "holds"),
    [
        ("2026-09-22T13:00", "2026-09-22T17:00", True),  # a Tuesday
        ("2026-09-22T12:59", "2026-09-22T13:30", False),
        ("2026-09-22T16:00", "2026-09-22T17:01", False),
        ("2026-09-23T14:00", "2026-09-23T15:00", False),
    ],
)
def test_weekly(start, end, holds):
    assert Weekly((1,), 13 * 60, 17 * 60).holds(at(start), at(end)) is holds


def test_weekly_over_midnight():
    night = Weekly((6,), 22 * 60, 5 * 60)  # Sunday night
    assert night.holds(at("2026-09-27T23:00"), at("2026-09-28T04:59"))
    assert night.holds(at("2026-09-28T01:00"), at("2026-09-28T02:00"))
    assert not night.holds(at("2026-09-28T01:00"), at("2026-09-28T05:01"))
    assert not night.holds(at("2026-09-28T23:00"), at("2026-09-28T23:30"))


def path(**more):
    told = {"id": "p", "vendor": "Maker", "peers": ("133.11.0.0/16",), "devices": ("ct",)} | more
    return MaintenancePath(**told)


def test_each_breach_has_its_word():
    def says(*paths, client="v", ip="133.11.0.5", server="ct", service="vnc"):
        return declared(list(paths), client, ip, server, service, 10, 20, country=country)[0]

    assert says(path()) == "agreed"
    assert says() == "undeclared"
    assert says(path(), ip="8.8.8.8") == "wrong_peer"
    assert says(path(), ip="8.8.8.8", server="mr") == "undeclared"
    assert says(path(), server="mr") == "wrong_target"
    assert says(path(services=("ssh",))) == "wrong_service"
    assert says(path(countries=("JP",))) == "agreed"  # 133.11.0.0/16 was given out in Japan
    assert says(path(countries=("US",))) == "wrong_country"
    assert says(path(countries=("US",), peers=("10.9.0.0/16",)), ip="10.9.0.1") == "agreed"  # a line has no country
    assert says(path(approved=False)) == "unapproved"
    assert says(path(approved=False), path()) == "agreed"
    assert says(path(until=5)) == "ended"
    assert says(path(until=15)) == "agreed"
    assert says(path(until=5), path()) == "agreed"
    assert says(path(services=("ssh",)), path(services=("vnc",))) == "agreed"


def test_an_agreed_visit_and_a_breach_are_two_findings_of_one_story(house):
    vendor = house.device("vendor", "10.90.0.10", "maintenance_host")
    ct = house.device("ct", "10.20.0.11", "ct")
    house.registers.append(path(peers=("vendor",), weekly=(Weekly((0, 1, 2, 3, 4, 5, 6), 0, 12 * 60, "UTC"),)))
    day = 86_400 - house.at(0) // SECOND % 86_400  # seconds to the next midnight, UTC
    for n in range(3):  # as agreed, in three nights
        house.flow(vendor, ct, 5900, "vnc", t=day + n * 86_400 + 3600, secs=600)
    calm = house.run(ID)
    assert [f.severity for f in calm] == [Severity.INFO] and calm[0].count == 3
    assert "Maker" in render(calm[0], "ja").seen
    house.flow(vendor, ct, 5900, "vnc", t=day + 2 * 86_400 + 18 * 3600, secs=600)
    found = {f.facts["register"]: f for f in house.run(ID)}
    assert found["agreed"].severity == Severity.INFO and found["agreed"].count == 3
    assert found["outside_window"].severity == Severity.HIGH and found["outside_window"].count == 1
    assert found["outside_window"].key != found["agreed"].key
    assert found["outside_window"].story == found["agreed"].story


def test_agreed_and_open_for_more_than_a_day(house):
    vendor = house.device("vendor", "10.90.0.10", "maintenance_host")
    meal = house.device("meal", "10.50.0.60", "meal_server")
    house.registers.append(path(peers=("vendor",), devices=("meal",)))
    house.flow(vendor, meal, 3389, "rdp", t=0, secs=20 * 3600)
    assert [f.facts["register"] for f in house.run(ID)] == ["agreed"]
    house.flow(vendor, meal, 3389, "rdp", t=0, secs=30 * 3600)
    found = {f.facts["register"]: f for f in house.run(ID)}
    assert found["standing"].severity == Severity.MEDIUM and "一日" in render(found["standing"], "ja").seen


def test_owners_come_from_a_file_and_countries_also_without(tmp_path):
    assert country("133.11.0.1") == "JP" and country("10.0.0.1") == "" and country("no address") == ""
    assert Places().owner("133.11.0.1") == ""
    (tmp_path / "networks.tsv").write_text(
        "198.51.100.0\t198.51.100.255\t64500\tNL\tEXAMPLE-NET Some Owner\n"
        "2001:db8::\t2001:db8::ffff\t64501\tJP\tSIX\nnot a row\n203.0.113.0\t203.0.113.9\t0\tNone\tNot routed\n",
        "utf-8",
    )
    places = Places.of_folder(tmp_path)
    assert places.owner("198.51.100.7") == "EXAMPLE-NET Some Owner" and places.country("198.51.100.7") == "NL"
    assert places.owner("2001:db8::5") == "SIX" and places.owner("2001:db9::5") == ""
    assert places.owner("203.0.113.5") == "" and places.owner("198.51.101.0") == "" and places.left_out == 1


def test_written_down_but_approved_by_nobody_stays_what_it_was(house):
    vendor = house.device("vendor", "10.90.0.10", "maintenance_host")
    ct = house.device("ct", "10.20.0.11", "ct")
    house.flow(vendor, ct, 5900, "vnc", t=60, secs=600)
    (before,) = house.run(ID)
    house.registers.append(path(peers=("vendor",), approved=False))
    (after,) = house.run(ID)
    assert (after.key, after.severity) == (before.key, before.severity) and after.facts["register"] == "unapproved"
    assert "承認" in render(after, "ja").seen
