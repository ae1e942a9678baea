"""Lists of known-bad things and conduits, from the store to the findings and the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hinomi.home import Home
from hinomi.model import Address, Attribute, Device, Zone
from hinomi.pipeline.conduits import approve, export, look, switch, withdraw
from hinomi.pipeline.told import known_bad, policy
from hinomi.store.state import indicators
from hinomi.texts import Problem
from hinomi.watch import Conduit

S = 1_000_000_000
T0 = 1_790_000_000 * S


def test_a_list_is_kept_replaced_and_dropped(home: Home) -> None:
    first = home.state.put_indicators("jc3", [("ip", "203.0.113.9", "c2", 0)], {"x": 2}, by="a person")
    assert [(one.value, one.source, one.label) for one in known_bad(home)] == [("203.0.113.9", "jc3", "c2")]
    again = home.state.put_indicators(
        "jc3", [("domain", "c2.example", "", 7), ("domain", "c2.example", "", 7)], {}, by="b"
    )
    assert [one.name for one in home.state.indicator_lists()] == ["jc3"] and again.id != first.id
    assert [(one.value, one.until) for one in known_bad(home)] == [("c2.example", 7)]
    with pytest.raises(Problem) as told:
        home.state.put_indicators("empty", [], {}, by="a person")
    assert told.value.id == "indicators.empty"
    home.state.drop_indicators("jc3", by="a person", reason="old")
    assert known_bad(home) == [] and home.state.indicator_lists() == []
    acts = [entry.act for entry in home.state.audit_entries()]
    assert acts == ["indicators.drop", "indicators.load", "indicators.load"]


def test_the_limit_holds_and_nothing_of_the_list_stays(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indicators, "INDICATORS_MAX", 3)
    home.state.put_indicators("a", [("ip", "203.0.113.1", "", 0), ("ip", "203.0.113.2", "", 0)], {}, by="x")
    with pytest.raises(Problem) as told:
        home.state.put_indicators("b", [("ip", "203.0.113.3", "", 0), ("ip", "203.0.113.4", "", 0)], {}, by="x")
    assert told.value.id == "indicators.full" and len(known_bad(home)) == 2


@pytest.fixture
def talking(home: Home, keep: Callable[..., None]) -> Home:
    def device(id: str, ip: str, n: int, zone: str, type: str) -> Device:
        return Device(id, "s", [Address(f"02:00:00:00:00:0{n}", ip, None, T0, T0 + S)], {"type": Attribute("type", type, 0.9)},
                      {}, [], zone, False, T0, T0 + S)  # fmt: skip

    with home.state.transaction() as tx:
        tx.put_devices(
            [device("ct", "10.20.0.11", 1, "imaging", "ct"), device("pacs", "10.50.0.20", 2, "server", "pacs")]
        )
        tx.put_proposed_zones([
            Zone("imaging", "imaging", "画像", "Imaging", ["10.20.0.0/24"]), Zone("server", "server", "サーバ", "Servers", ["10.50.0.0/24"])
        ])  # fmt: skip
    row = {"site": "s", "hour": T0, "client_ip": "10.20.0.11", "client_mac": "02:00:00:00:00:01", "server_ip": "10.50.0.20",
           "server_mac": "02:00:00:00:00:02", "proto": "tcp", "flows": 3, "answered": 3, "first": T0, "last": T0 + S,
           "names": [], "capture": "cafe", "packet": 5, "offset": 9}  # fmt: skip
    keep("conversation", [
        row | {"server_port": 104, "service": "dicom"}, row | {"server_port": 22, "service": "ssh"},
        row | {"server_port": 443, "service": "tls", "answered": 0},
    ])  # fmt: skip
    return home


def test_seen_approved_tried_switched_on_and_written_out(talking: Home) -> None:
    before = look(talking)
    assert not before.on and {line.conduit.service for line in before.lines} == {
        "dicom",
        "ssh",
    }  # unanswered is no talk
    assert len(before.would_ring) == 2 and all(line.seen and line.seen.examples for line in before.lines)
    with pytest.raises(Problem) as told:
        switch(talking, True, by="a person", reason="x")
    assert told.value.id == "policy.empty"
    dicom = next(line.conduit for line in before.lines if line.conduit.service == "dicom")
    (id,) = approve(talking, [dicom], by="a person", reason="the archive")
    assert approve(talking, [dicom], by="a person", reason="twice") == []
    assert [one.conduit.service for one in look(talking).would_ring] == ["ssh"]
    assert policy(talking) == []  # approved, and not yet watched
    switch(talking, True, by="a person", reason="from today")
    assert [(one.service, one.by) for one in policy(talking)] == [("dicom", "a person")]
    assert "dport 104 " in export(talking, "nftables") and "eq 104" in export(talking, "cisco")
    withdraw(talking, [id], by="a person", reason="moved")
    assert policy(talking) == []
    with pytest.raises(Problem) as told:
        withdraw(talking, [id], by="a person", reason="again")
    assert told.value.id == "policy.unknown"


def test_only_zones_that_there_are(talking: Home) -> None:
    with pytest.raises(Problem) as told:
        approve(talking, [Conduit("imaging", "nowhere", "dicom", "tcp", 0)], by="a person", reason="x")
    assert told.value.id == "policy.no_zone" and look(talking).lines[0].id == ""


def test_on_the_command_line(talking: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    from hinomi.cli import lists

    monkeypatch.setenv("HINOMI_HOME", str(talking.path))
    file = tmp_path / "list.json"
    file.write_text(json.dumps({"type": "bundle", "objects": [
        {"type": "indicator", "name": "c2", "pattern_type": "stix", "pattern": "[domain-name:value = 'c2.example']"},
        {"type": "indicator", "pattern_type": "stix", "pattern": "[ipv4-addr:value = '10.0.0.1']"},
    ]}), "utf-8")  # fmt: skip
    lists.load(file, "stix", by="a person", json=True)
    said = json.loads(capsys.readouterr().out)
    assert (said["list"]["count"], said["list"]["skipped"], said["findings"]) == (1, {"address of a house": 1}, [])
    lists.approve([1], False, by="a person", reason="ok")
    lists.simulate(json=True)
    assert len(json.loads(capsys.readouterr().out.split("\n", 1)[1])) == 1
    for wrong in ("nothing.txt", "bad.json"):
        (tmp_path / "bad.json").write_text('{"type": "else"}', "utf-8")
        with pytest.raises(Problem):
            lists.load(tmp_path / wrong, "", by="a person", json=False)
