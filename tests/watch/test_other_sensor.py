"""Alerts of another sensor as findings: one for each rule and device, weighed, and named as another's word."""

from __future__ import annotations

from hinomi.model import Severity
from hinomi.watch import render


def alert(house, client, server, t=0.0, rule="2024291", priority="1", outcome="warning"):
    house.exchange(
        "suricata", "alert", client, server, t=t, outcome=outcome, status=priority, object=f"ET RULE {rule}",
        detail={"signature_id": rule, "category": "A Network Trojan was detected", "severity": priority},
    )  # fmt: skip


# --- run("other_sensor")


def test_one_finding_for_each_rule_and_device(house):
    pc = house.device("pc1", "10.60.0.11", "workstation")
    for n in range(30):
        alert(house, pc, "198.51.100.9", n)
        alert(house, "198.51.100.9", pc, n + 0.5)  # the answer matched: the device inside is told all the same
    alert(house, pc, "198.51.100.9", 50, rule="7")
    found = {draft.facts["rule_id"]: draft for draft in house.run("other_sensor")}
    assert set(found) == {"2024291", "7"} and found["2024291"].count == 60
    assert found["2024291"].severity == Severity.MEDIUM and found["2024291"].devices[0] == "pc1"
    assert "Suricata" in render(found["7"], "en").title and len({d.story for d in found.values()}) == 1


def test_it_joins_the_story_of_what_hinomi_saw_itself(house):
    pc = house.device("pc1", "10.60.0.11", "workstation")
    for n in range(60):
        house.flow(pc, f"10.50.0.{n + 1}", 445, t=n, outcome="unanswered")
    alert(house, pc, "10.50.0.9", 30, priority="2")
    found = {draft.detection: draft for draft in house.run()}
    assert found["other_sensor"].story == found["scan"].story
    assert found["other_sensor"].severity == Severity.MEDIUM  # beside a scan it weighs more


def test_twin_what_is_for_a_list_asks_nobody_and_a_wide_rule_is_one_finding(house):
    for n in range(60):
        pc = house.device(f"pc{n}", f"10.60.0.{n + 11}", "workstation")
        alert(house, pc, "198.51.100.9", n, rule="1", priority="3")
        alert(house, pc, "198.51.100.9", n, rule="2", priority="1", outcome="refused")
        alert(house, pc, "198.51.100.9", n, rule="3", priority="1")
    found = house.run("other_sensor")
    assert sorted((d.facts["rule_id"], d.facts["machines"], d.severity.value) for d in found) == [
        ("1", 60, "info"), ("2", 60, "low"), ("3", 60, "medium"),
    ]  # fmt: skip
