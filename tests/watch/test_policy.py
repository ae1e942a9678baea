"""Conduits: proposed from what was seen, simulated, watched when approved, exported as text."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace

import pytest

from hinomi.watch import Conduit, render, run
from hinomi.watch.policy import cisco_acl, fortigate, nftables, propose, seen, simulate, yamaha
from hinomi.watch.sight import Sight

ID = "outside_policy"


@pytest.fixture
def busy(house):
    ct = house.device("ct", "10.20.0.11", "ct")
    pacs = house.device("pacs", "10.50.0.20", "pacs")
    vendor = house.device("vendor", "10.90.0.10", "maintenance_host")
    for n in range(5):
        house.flow(ct, pacs, 104, "dicom", t=n * 3600)
    house.flow(ct, pacs, 8042, None, t=10)
    house.flow(vendor, ct, 5900, "vnc", t=20, secs=600)
    house.flow(ct, "203.0.113.5", 443, "tls", t=30)
    house.flow(ct, "10.20.0.41", 104, "dicom", t=40)  # within one zone: no conduit
    house.flow("10.100.0.5", pacs, 443, "tls", t=50)  # guest: only counts are kept
    return house


def test_what_was_seen_and_what_is_left_to_a_person(busy):
    view = busy.view()
    sight = Sight(view)
    found = {(s.conduit.source, s.conduit.target, s.conduit.service or s.conduit.port) for s in seen(sight)}
    assert found == {
        ("imaging", "server", "dicom"), ("imaging", "server", 8042), ("partner", "imaging", "vnc"),
        ("imaging", "external", "tls"),
    }  # fmt: skip
    proposed = {s.conduit.service or str(s.conduit.port): fit for s, fit in propose(sight, run(view, strict=True))}
    assert proposed == {"dicom": True, "8042": True, "vnc": False, "tls": False}


def test_simulation_then_watching(busy):
    view = busy.view()
    policy = [Conduit("imaging", "server", "dicom", "tcp", 0, by="a person")]
    would = simulate(Sight(view), policy)
    assert {one.conduit.service or one.conduit.port for one in would} == {8042, "tls", "vnc"}
    view.policy = policy
    found = run(view, strict=True, only=[ID])
    assert len(found) == 3 and all(render(f, "ja").title and render(f, "en").seen for f in found)
    assert all(f.evidence for f in found)


def test_twin_no_policy_only_proposed_and_all_allowed(busy):
    view = busy.view()
    assert run(view, strict=True, only=[ID]) == []
    everything = [one.conduit for one in seen(Sight(view))]
    view.policy = everything  # proposed, approved by nobody
    assert run(view, strict=True, only=[ID]) == []
    view.policy = [replace(conduit, by="a person") for conduit in everything]
    assert run(view, strict=True, only=[ID]) == []


def test_a_policy_that_does_not_fit_is_one_finding(busy):
    for n in range(60):
        busy.flow("10.20.0.11", "10.50.0.20", 10_000 + n, None, t=n)
    view = busy.view()
    view.policy = [Conduit("or1", "icu", "hl7", "tcp", 0, by="a person")]
    (finding,) = run(view, strict=True, only=[ID])
    assert finding.facts["variant"] == "many" and finding.facts["kinds"] > 50


def test_exports_let_everything_pass_and_log(busy):
    view = busy.view()
    policy = [one.conduit for one in seen(Sight(view))]
    rules = nftables(policy, view.zones)
    assert "10.20.0.0/24" in rules and "dport 104 " in rules and "drop" not in rules.replace("drops", "")
    acl = cisco_acl(policy, view.zones)
    assert " permit tcp 10.20.0.0 0.0.0.255 10.50.0.0 0.0.0.255 eq 104" in acl and "deny" not in acl
    assert acl.rstrip().endswith("permit ip any any log")
    forti = fortigate(policy, view.zones)
    assert "set subnet 10.20.0.0 255.255.255.0" in forti and "set tcp-portrange 104" in forti and "deny" not in forti
    named = set(re.findall(r'edit "(hinomi-[^"]+)"', forti))
    assert named and set(re.findall(r'set (?:srcaddr|dstaddr|service) "(hinomi-[^"]+)"', forti)) == named
    assert forti.count("config ") == forti.count("\nend") == 3 and forti.count("    edit") == forti.count("    next")
    rtx = yamaha(policy, view.zones)
    assert "pass 10.20.0.0/24 10.50.0.0/24 tcp * 104" in rtx and "reject" not in rtx
    filters = re.findall(r"^ip filter (\d+) pass(?:-log)? \S+ \S+ \S+ \S+ \S+$", rtx, re.MULTILINE)
    assert len(filters) == len(set(filters)) == rtx.count("ip filter") and filters[-1] in rtx.splitlines()[-1]


@pytest.mark.skipif(shutil.which("nft") is None, reason="nft is not installed")
def test_nft_reads_the_export(busy, tmp_path):
    view = busy.view()
    path = tmp_path / "rules.nft"
    path.write_text(nftables([one.conduit for one in seen(Sight(view))], view.zones), "utf-8")
    done = subprocess.run(["nft", "--check", "--file", path], capture_output=True, text=True)
    if "Operation not permitted" in done.stderr:
        pytest.skip("nft may not be asked here")
    assert done.returncode == 0, done.stderr
