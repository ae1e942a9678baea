"""Advice names the safest cut first and never a device in use without saying so."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from hinomi.respond.advice import advice

_spec = importlib.util.spec_from_file_location(
    "watch_conftest", Path(__file__).resolve().parents[1] / "watch/conftest.py"
)
_watch = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_watch)


@pytest.fixture
def house():
    return _watch.House()


def session(house):
    vendor = house.device("vendor1", "10.90.0.10", "maintenance_host")
    mon = house.device("mon1", "10.30.1.11", "patient_monitor")
    gateway = house.device("gw", "10.30.2.50", "monitor_gateway")
    house.flow(mon, gateway, 2575, "hl7", t=0, secs=600)
    house.flow(vendor, mon, 5900, "vnc", t=60, secs=500)
    return mon


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_device_in_use_is_said_first_and_cut_last(house, lang):
    mon = session(house)
    house.in_use(mon, 0, 600)
    (finding,) = house.run("remote_session_into_clinical")
    told = advice(finding, house.view(), lang)
    assert told.in_use is True and mon.label in told.warning
    assert [cut.place for cut in told.cuts] == ["vendor_line", "outside", "segment", "device"]
    assert told.cuts[0].warning == ""
    assert told.cuts[-1].warning == told.warning
    assert any("gw" in line and "HL7" in line for line in told.cuts[-1].lost)


def test_unknown_counts_as_in_use(house):
    session(house)
    (finding,) = house.run("remote_session_into_clinical")
    told = advice(finding, house.view(), "en")
    assert told.in_use is None and "Treat it as in use" in told.warning and told.cuts[-1].warning


def test_a_pc_bears_no_warning(house):
    ct = house.device("ct1", "10.20.0.11", "ct")
    pc = house.device("pc1", "10.60.0.11", "workstation")
    for n, client in enumerate((ct, ct, pc)):
        house.exchange("dicom", "A-ASSOCIATE", client, "10.50.0.20", t=n, client_name="CT01", server_name="PACS")
    (finding,) = house.run("ae_title_from_two_addresses")
    told = advice(finding, house.view(), "en")
    assert told.warning == "" and told.cuts[0].place == "refuse"


def test_what_is_on_a_patient_stands_first_among_what_is_lost(house):
    mon = session(house)
    other = house.device("mon2", "10.30.1.12", "patient_monitor")
    house.flow(other, "10.30.2.50", 2575, "hl7", t=5, secs=600)
    house.in_use(other, 0, 600)
    (finding,) = house.run("remote_session_into_clinical")
    segment = next(cut for cut in advice(finding, house.view(), "ja").cuts if cut.place == "segment")
    assert "mon2" in segment.lost[0] and "使用中）" in segment.lost[0]
    assert any(mon.label in line and "不明）" in line for line in segment.lost[1:])


def test_when_its_story_spreads_the_backups_come_first(house):
    session(house)
    (finding,) = house.run("remote_session_into_clinical")
    from types import SimpleNamespace

    story = [finding, SimpleNamespace(detection="ransomware_files")]
    places = [cut.place for cut in advice(finding, house.view(), "ja", story).cuts]
    assert places == ["backup", "vendor_line", "outside", "segment", "device"]
