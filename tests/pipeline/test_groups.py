"""Unknown devices alike: named once by a person, taught, undone; devices split and merged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from hinomi import pipeline
from hinomi.api import create_app
from hinomi.home import Home
from hinomi.inventory.knowledge import KnowledgeError
from hinomi.pipeline.groups import groups, name
from hinomi.texts import Problem

S = 1_000_000_000
T0 = 1_790_000_000 * S
Keep = Callable[[str, list[dict[str, Any]]], None]


def clues(number: int, kind: str, **more: str) -> list[dict[str, Any]]:
    host = {"host_mac": f"00:50:c2:00:00:{number:02x}", "host_ip": f"10.0.4.{number}"}
    said = {"dhcp.vendor_class": kind, "dhcp.parameter_list": "1,3,99", "tcp.syn": "64:1024:m1400-N", **more}
    return [
        {
            "site": "s", "sensor": "import", "capture": "cafe", "packet": number, "offset": 24, **host,
            "attribute": attribute, "value": value, "protocol": attribute.split(".")[0], "count": 1,
            "first": T0, "last": T0 + S,
        }
        for attribute, value in said.items()
    ]  # fmt: skip


@pytest.fixture
def odd(home: Home, keep: Keep) -> Home:
    keep(
        "clue",
        [row for n in (1, 2, 3) for row in clues(n, "Thing-A")] + [r for n in (11, 12) for r in clues(n, "Thing-B")],
    )
    pipeline.refresh(home)
    return home


def types(home: Home) -> dict[str, str]:
    return {d.addresses[0].ip: d.value("type") for d in home.state.all_devices()}


def test_one_answer_names_many_and_holds_for_the_next_one(odd: Home, keep: Keep) -> None:
    first = groups(odd)[0]
    assert len(first.members) == 3 and first.lesson is not None
    assert (first.lesson.clue, first.lesson.value) == ("dhcp.vendor_class", "Thing-A")
    made, file = name(odd, first.id, {"type": "infusion_pump", "model": "P-1"}, by="a", reason="seen", teaching=True)
    assert len(made) == 6 and (odd.path / "knowledge" / file).is_file()
    assert types(odd)["10.0.4.1"] == "infusion_pump" and len(groups(odd)) == 1
    keep("clue", clues(4, "Thing-A"))
    pipeline.refresh(odd)
    assert {ip for ip, type in types(odd).items() if type == "infusion_pump"} == {f"10.0.4.{n}" for n in (1, 2, 3, 4)}
    new = next(d for d in odd.state.all_devices() if d.addresses[0].ip == "10.0.4.4")
    assert new.attributes["type"].confidence < 0.9 and new.attributes["type"].sources[0].rule.startswith("own.")
    assert types(odd).get("10.0.4.11") in ("", "unknown", None)
    assert [entry.act for entry in odd.state.audit_entries(limit=1)] == ["knowledge.teach"]


def test_what_another_kind_lets_out_too_is_not_taught(odd: Home, keep: Keep) -> None:
    keep("clue", clues(21, "Thing-A", **{"dicom.equipment.modality": "CT"}))
    pipeline.refresh(odd)
    group = next(g for g in groups(odd) if len(g.members) == 3)
    assert group.lesson is None
    with pytest.raises(Problem) as error:
        name(odd, group.id, {"type": "ct"}, by="a", reason="r", teaching=True)
    assert error.value.id == "group.nothing_to_teach" and types(odd)["10.0.4.1"] != "ct"


def test_a_list_of_dhcp_alone_is_not_taught(home: Home, keep: Keep) -> None:
    rows = [row for n in (1, 2) for row in clues(n, "x") if row["attribute"] != "dhcp.vendor_class"]
    keep("clue", rows)
    pipeline.refresh(home)
    group = groups(home)[0]
    assert ("dhcp.parameter_list", "1,3,99") in group.shared and group.lesson is None


def test_a_broken_entry_says_where(odd: Home) -> None:
    odd.knowledge_path.mkdir()
    (odd.knowledge_path / "own-1.toml").write_text('[[fingerprint]]\nid = "x"\n', "utf-8")
    with pytest.raises(KnowledgeError, match="own-1"):
        pipeline.refresh(odd)


def test_groups_splitting_and_merging_over_the_api(odd: Home) -> None:
    with TestClient(create_app(odd), base_url="http://127.0.0.1:8733") as ask:
        listed = ask.get("/api/groups").json()
        assert [g["count"] for g in listed["items"]] == [3, 2] and listed["items"][0]["teachable"]
        id = listed["items"][1]["id"]
        said = ask.post(f"/api/groups/{id}/name", json={"type": "camera", "reason": "seen"}).json()
        assert len(said["ids"]) == 2 and said["taught"] == ""
        assert ask.post("/api/groups/like-0/name", json={"type": "camera", "reason": "r"}).status_code == 404
        a, b = listed["items"][0]["members"][:2]
        merged = ask.post(f"/api/devices/{a['id']}/merge", json={"other": b["id"], "reason": "two cards"}).json()
        pipeline.refresh(odd)
        ips = {d.id: {x.ip for x in d.addresses} for d in odd.state.all_devices()}
        assert {a["ip"], b["ip"]} <= next(held for held in ips.values() if a["ip"] in held)
        whole = next(id for id, held in ips.items() if a["ip"] in held)
        split = ask.post(f"/api/devices/{whole}/split", json={"address": b["ip"], "reason": "no"}).json()
        for done in (split, merged):
            assert ask.post(f"/api/decisions/{done['ids'][0]}/undo", json={"reason": "back"}).status_code == 200
        pipeline.refresh(odd)
        assert sorted(len(d.addresses) for d in odd.state.all_devices()) == [1] * 5
        assert ask.post("/api/decisions/D-0/undo", json={"reason": "x"}).status_code == 404


def test_a_persons_criticality_survives(odd: Home) -> None:
    id = odd.state.device_by("10.0.4.1")[0]
    for attribute, value in (("type", "ct"), ("criticality", "life"), ("owner", "ME室")):
        odd.state.decide_device(id, "set", by="a", reason="r", attribute=attribute, value=value)
    pipeline.refresh(odd)
    device = odd.state.device(id)
    assert device is not None and device.value("criticality") == "life" and device.value("owner") == "ME室"
    assert (
        device.value("fda_code") == "JAK"
        and device.value("jmdn").startswith("全身用X線CT")
        and device.attributes["jmdn"].confidence < 0.9
    )
