"""A stranger's device kinds are data files: two that live outside this repository, put into a hospital and heard."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.lab

VENTILATOR = """
type = "ventilator"
manufacturer = "Ibuki Air"
model = "IB-9000"
software_version = "12.5"
os = "Linux"
oui = "02:49:42"
dhcp_client = "udhcpc"
dhcp_vendor_class = "IB-9000"
[[does]]
kind = "hl7_numerics"
mds = "70001^MDC_DEV_SYS_PT_VENT_MDS^MDC"
every = 3
[[does.value]]
mdc = "151586^MDC_VENT_RESP_RATE^MDC"
unit = "264928^MDC_DIM_RESP_PER_MIN^MDC"
channel = "1.1.1.1"
mean = 15
spread = 1
"""
# A kind that no list has a word for, with a server that it brings along.
MILK_WARMER = """
type = "unknown"
category = "medical"
kind_ja = "哺乳瓶ウォーマー"
kind_en = "a milk warmer"
manufacturer = "Hiyoko Care"
model = "HW-2"
software_version = "0.7"
[[serve]]
files = { "www/index.html" = "<title>{{manufacturer}} {{model}} {{version}} {{serial}}</title>" }
command = ["{{python}}", "-m", "http.server", "8081", "--directory", "{{folder}}/www"]
wait = 8081
"""
SCENARIO = """
case = "stranger"
title = "Two kinds of devices from elsewhere"
story = "For the test."
hospital = "{root}/lab/scenarios/small-hospital.toml"
hosts = ["mgw1", "emr1", "net1", "pc1"]
seconds = 14

[[host]]
id = "vent9"
zone = "icu"
personality = "ventilator-ibuki"
address = "10.30.2.77"
hostname = "vent-icu9"
serial = "IB9-00417"
department = "ICU"
location = "ICU^109^1"
patient = 1

[[host]]
id = "milk1"
zone = "icu"
personality = "warmer-hiyoko"
address = "10.30.2.78"
hostname = "warmer-1"
serial = "HW2-5501"

[[action]]
kind = "hl7_device"
actor = "vent9"
at = 0.5
seconds = 9

[[action]]
kind = "command"
actor = "pc1"
at = 3
command = ["curl", "-sS", "-o", "/dev/null", "http://{{{{ip:milk1}}}}:8081/"]
target = "milk1"
service = "http"
port = 8081
purpose = "looking at the warmer's page"
"""


def test_a_strangers_device_kind_is_a_data_file(tmp_path: Path) -> None:
    subprocess.run([ROOT / "lab" / "install.sh"], check=True)
    (tmp_path / "personalities").mkdir()
    (tmp_path / "personalities" / "ventilator-ibuki.toml").write_text(VENTILATOR)
    (tmp_path / "personalities" / "warmer-hiyoko.toml").write_text(MILK_WARMER)
    (tmp_path / "mine.toml").write_text(SCENARIO.format(root=ROOT))
    done = subprocess.run(
        [ROOT / "lab" / "run.sh", "out", "--scenario", "mine.toml"],
        capture_output=True, text=True, cwd=tmp_path, env=os.environ,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    truth = json.loads((tmp_path / "out" / "truth.json").read_text())
    hosts = {host["id"]: host for host in truth["hosts"]}
    ventilator, warmer = hosts["vent9"], hosts["milk1"]
    assert ventilator["attributes"]["type"] == "ventilator"
    assert {"manufacturer", "model", "serial", "software_version"} <= set(ventilator["let_out"])
    assert warmer["kind_ja"] == "哺乳瓶ウォーマー" and warmer["attributes"]["category"] == "medical"
    assert {"manufacturer", "model", "serial"} <= set(warmer["let_out"])
    assert any(row["host"] == "vent9" for row in truth["in_use"])
