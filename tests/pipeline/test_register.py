"""The register over a stored history: found, declared, held against, ended; and the findings that follow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from hinomi.home import Home
from hinomi.model import Address, Attribute, Device, EvidenceRef, FindingDraft, Severity, Status, Zone
from hinomi.pipeline.register import DETECTION, declare, look
from hinomi.store.state import RemotePath, WeeklyTime
from hinomi.texts import Problem

S = 1_000_000_000
T0 = 1_790_000_000 * S  # Monday 2026-09-21, 22:53 in Tokyo


def device(id: str, ip: str, type: str, n: int, **more: str) -> Device:
    stated = {name: Attribute(name, value, 0.9) for name, value in {"type": type, "hostname": id, **more}.items()}
    return Device(id, "s", [Address(f"02:00:00:00:00:0{n}", ip, None, T0, T0 + 9 * 86400 * S)], stated, {}, [], None,
                  False, T0, T0 + 9 * 86400 * S)  # fmt: skip


@pytest.fixture
def visited(home: Home, keep: Callable[..., None]) -> Home:
    """A vendor's box looked at a CT on Monday night and again a day later, and touched the file server meanwhile."""
    base = {"site": "s", "sensor": "t", "capture": "cafe", "phase": "end", "proto": "tcp", "outcome": "answered"}
    vendor = {"orig_ip": "10.90.0.10", "orig_mac": "02:00:00:00:00:01", "resp_ip": "10.20.0.11"}
    with home.state.transaction() as tx:
        tx.put_devices([
            device("vendor", "10.90.0.10", "vpn_gateway", 1, software_version="7.2.3", manufacturer="Maker"),
            device("ct", "10.20.0.11", "ct", 2), device("files", "10.20.0.30", "file_server", 3),
        ])  # fmt: skip
        tx.put_proposed_zones([
            Zone("partner", "partner", "保守", "Partner", ["10.90.0.0/24"]), Zone("imaging", "imaging", "画像", "Imaging", ["10.20.0.0/24"])
        ])  # fmt: skip
    keep("flow", [
        base | vendor | {"flow_id": n, "packet": n, "offset": n * 10, "start": T0 + at * S, "last": T0 + (at + 600) * S,
                         "service": "vnc", "resp_port": 5900, "orig_payload": 900, "resp_payload": 90_000}
        for n, at in ((1, 0), (2, 86_400))
    ])  # fmt: skip
    keep("flow", [
        base | {"flow_id": 3, "packet": 3, "offset": 30, "start": T0 + 60 * S, "last": T0 + 70 * S, "service": "smb",
                "orig_ip": "10.20.0.11", "orig_mac": "02:00:00:00:00:02", "resp_ip": "10.20.0.30"},
        base | {"flow_id": 4, "packet": 4, "offset": 40, "start": T0, "last": T0, "service": "dicom",
                "orig_ip": "10.20.0.11", "resp_ip": "10.20.0.30"},
    ])  # fmt: skip
    return home


def path(**more: Any) -> RemotePath:
    return replace(RemotePath("R-1", "Maker", ("vendor",), ("ct",), "a person", T0, approver="the chief"), **more)


def test_what_was_heard_is_offered_with_its_box(visited: Home) -> None:
    found = look(visited)
    (heard,) = found.found
    assert heard.path.peers[0] == "vendor" and heard.path.devices == ("ct",) and heard.visits == 2
    assert heard.box is not None and (heard.box.maker, heard.box.firmware) == ("Maker", "7.2.3")
    assert [one.register for one in found.sessions] == ["undeclared", "undeclared"]
    assert [one.touched for one in found.sessions] == [(), ("files",)]  # newest first


def test_weekly_times_are_the_clock_of_the_site(visited: Home) -> None:
    declare(visited, path(weekly=(WeeklyTime((0,), "22:30", "01:00"),)))
    found = look(visited)
    assert [one.register for one in found.sessions] == ["outside_window", "agreed"]
    (row,) = found.paths
    assert (row.visits, row.breaches, found.found) == (2, 1, [])


def test_an_ended_path_judges_only_what_comes_after(visited: Home) -> None:
    declare(visited, path())
    ended = visited.state.end_remote_path("R-1", by="a person", reason="contract over")
    assert ended.ended and ended.ended_at
    assert {one.register for one in look(visited).sessions} == {"agreed"}  # all were before
    visited.state.put_remote_path(replace(ended, ended_at=T0 + 3600 * S))
    assert [one.register for one in look(visited).sessions] == ["ended", "agreed"]
    with pytest.raises(Problem, match="no open path"):
        visited.state.end_remote_path("R-1", by="a person", reason="again")


def test_declaring_explains_only_what_was_undeclared_and_only_when_approved(visited: Home) -> None:
    def draft(*key: str) -> FindingDraft:
        return FindingDraft(DETECTION, "|".join((DETECTION, *key)), Severity.HIGH, 0.9, ["ct"], {}, T0, T0, 1,
                            [EvidenceRef("cafe", 1, 10)])  # fmt: skip

    with visited.state.transaction() as tx:
        raised = tx.put_findings([
            draft("vendor", "ct", "screen"), draft("vendor", "ct", "screen", "outside_window"), draft("x", "ct", "screen")
        ]).raised  # fmt: skip
    assert declare(visited, path(approver="")) == []
    assert declare(visited, path()) == [raised[0]]
    said = [visited.state.finding(id) for id in raised]
    assert [one.status for one in said if one] == [Status.EXPLAINED, Status.OPEN, Status.OPEN]
    assert said[0] is not None and "R-1" in said[0].reason and said[0].decided_by == "a person"


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"devices": ()}, "remote.incomplete"), ({"peers": ("300.0.0.0/8",)}, "remote.bad_peer"),
        ({"windows": ((5, 5),)}, "remote.bad_window"), ({"countries": ("japan",)}, "remote.bad_country"),
        ({"weekly": (WeeklyTime((7,), "09:00", "10:00"),)}, "remote.bad_weekly"),
        ({"weekly": (WeeklyTime((0,), "24:00", "10:00"),)}, "remote.bad_weekly"),
    ],
)  # fmt: skip
def test_what_says_nothing_is_refused(home: Home, wrong: dict[str, Any], problem: str) -> None:
    with pytest.raises(Problem) as told:
        home.state.put_remote_path(path(**wrong))
    assert told.value.id == problem and home.state.remote_paths() == []
