"""What logs of VPN boxes and machines tell: a logon from a new country, an emptied log, tried passwords."""

from __future__ import annotations

import pytest

from hinomi.model import Severity
from hinomi.watch import render
from hinomi.watch.places import country

DAY = 86_400
JAPAN, ELSEWHERE = "202.12.27.33", "93.184.216.34"  # a root server of WIDE; a documentation host of IANA's, abroad

# run("logon_new_country"), run("log_cleared")


def logon(house, client, t=0.0, user="H-1", outcome="ok", server="192.0.2.1", name="FGT", protocol="sslvpn"):
    house.exchange(
        protocol, "login", client, server, t=t, outcome=outcome, client_name=user, server_name=name,
        detail={"user": user, "log": "fortigate"},
    )  # fmt: skip


@pytest.fixture(autouse=True)
def lists() -> None:
    assert country(JAPAN) == "JP" and country(ELSEWHERE) not in ("", "JP")


def test_a_logon_from_a_country_where_nobody_came_from_before(house):
    for day in range(9):
        logon(house, JAPAN, day * DAY)
    logon(house, ELSEWHERE, 9 * DAY, user="H-2")
    (found,) = house.run("logon_new_country")
    assert found.severity == Severity.MEDIUM and found.facts["country"] == country(ELSEWHERE)
    for lang in ("ja", "en"):
        assert "FGT" in render(found, lang).title and country(ELSEWHERE) in render(found, lang).seen


def test_the_same_name_in_two_countries_within_hours_or_after_guessing_is_graver(house):
    logon(house, JAPAN, 0)
    logon(house, ELSEWHERE, 3600)
    (found,) = house.run("logon_new_country")
    assert found.severity == Severity.HIGH and found.facts["variant"] == "apart"


def test_twin_home_habit_refusals_and_private_addresses_ask_nobody(house):
    for n in range(5):
        logon(house, JAPAN, n * DAY)
        logon(house, "10.60.0.11", n * DAY)
        logon(house, ELSEWHERE, n * DAY, outcome="refused")
    assert not house.run("logon_new_country")
    for n in range(3):  # three days of journeys are told; then the country is known here
        logon(house, ELSEWHERE, (10 + n) * DAY)
    before = house.run("logon_new_country")[0].count
    for n in range(5):
        logon(house, ELSEWHERE, (20 + n) * DAY)
    assert house.run("logon_new_country")[0].count == before


def test_an_emptied_log(house):
    server = house.device("dc1", "10.50.0.10", "directory_server")
    house.exchange(
        "windows", "log_cleared", "", server, t=5, server_name="DC01", object="Security", detail={"user": "H-9"}
    )
    house.exchange("windows", "log_cleared", "", "", t=9, server_name="PC7", object="System")
    found = {draft.facts["machine"]: draft for draft in house.run("log_cleared")}
    assert set(found) == {"dc1", "PC7"} and all(draft.severity == Severity.HIGH for draft in found.values())
    assert "Security" in render(found["dc1"], "ja").seen


def test_twin_other_events_of_windows_are_no_emptied_log(house):
    house.exchange("windows", "service_installed", "", "10.50.0.10", t=5, server_name="DC01", object="Agent")
    logon(house, "10.60.0.11", 6, protocol="windows")
    assert not house.run("log_cleared")


def test_passwords_tried_at_a_box_that_is_known_by_name_alone(house):
    for n in range(20):
        logon(house, ELSEWHERE, n * 5, user=f"H-{n}", outcome="refused", server="", name="FGT")
    (found,) = house.run("brute_force")
    assert found.facts["tries"] == 20 and "FGT" in render(found, "en").title
