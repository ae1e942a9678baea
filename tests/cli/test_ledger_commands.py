"""`ledger` and `places` as a person uses them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hinomi.home import Home
from hinomi.model import Address, Attribute, Device

S = 1_000_000_000
T0 = 1_800_000_000 * S
LEDGER = "管理番号,機器名称,型式,製造番号,IPアドレス\nA-1,CT装置,Revo,S-1001,\nA-2,モニタ,TB,S-2002,10.9.9.9\n"


@pytest.fixture(autouse=True)
def things(home: Home) -> None:
    device = Device(
        "d1", "s", [Address("02:00:00:00:00:01", "10.0.0.1", None, T0, T0)],
        {"serial": Attribute("serial", "S-1001", 0.95), "model": Attribute("model", "Revo 64", 0.95)},
        {"hostname": ["ct01"]}, [], None, False, T0, T0,
    )  # fmt: skip
    other = Device("d2", "s", [Address("", "10.0.0.2", None, T0, T0)], {}, {}, [], None, False, T0, T0)
    with home.state.transaction() as tx:
        tx.put_devices([device, other])


def test_load_show_link_export(hinomi: Any, tmp_path: Path) -> None:
    file = tmp_path / "台帳.csv"
    file.write_bytes(LEDGER.encode("cp932"))
    shown = hinomi("ledger", "load", file, stdin=b"")
    assert shown.returncode == 0 and "serial number" in shown.stdout.decode() and b"--yes" in shown.stderr
    missing = hinomi("ledger", "show")
    assert missing.returncode != 0 and "No ledger" in missing.stderr.decode()
    loaded = hinomi("ledger", "load", file, "--yes", "--by", "tester")
    assert "2 rows loaded" in loaded.stdout.decode()
    out = json.loads(hinomi("ledger", "show", "--json").stdout)
    assert [(m["row"], m["device"]) for m in out["matched"]] == [(2, "d1")]
    assert out["unlisted"] == ["d2"] and [(u["row"], u["hearing"]) for u in out["unseen"]] == [(3, "not_heard")]
    ja = hinomi("ledger", "show", "--list", "unseen", lang="", LANG="ja_JP.UTF-8").stdout.decode()
    assert "聞こえない場所" in ja
    linked = hinomi("ledger", "link", 3, "10.0.0.2", "--reason", "seen it", "--by", "tester")
    id = linked.stdout.decode().split("(")[1].split(")")[0]
    assert json.loads(hinomi("ledger", "show", "--json").stdout)["unlisted"] == []
    assert hinomi("ledger", "unlink", id, "--reason", "wrong", "--by", "tester").returncode == 0
    assert json.loads(hinomi("ledger", "show", "--json").stdout)["unlisted"] == ["d2"]
    assert hinomi("ledger", "export", tmp_path / "out.csv").returncode == 0
    lines = (tmp_path / "out.csv").read_text("utf-8-sig").splitlines()
    assert lines[0] == "管理番号,機器名称,型式,製造番号,IPアドレス" and lines[1] == "A-1,CT装置,Revo,S-1001,10.0.0.1"
    assert len(lines) == 4


def test_a_corrected_column_and_what_is_no_column(hinomi: Any, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("コード,製造番号,型式\nX,S-1001,Revo\n", "utf-8")
    done = hinomi("ledger", "load", file, "--column", "1=asset_number", "--yes")
    assert "asset number" in done.stdout.decode()
    wrong = hinomi("ledger", "load", file, "--column", "1=nothing")
    assert wrong.returncode != 0 and "hint" in wrong.stderr.decode()
    assert hinomi("ledger", "load", tmp_path / "none.csv").returncode != 0


def test_places_from_standard_input(hinomi: Any) -> None:
    table = b"Vlan Mac Address Type Ports\n 10 0200.0000.0001 DYNAMIC Gi1/0/7\n"
    assert hinomi("places", "load", "-", "--source", "sw-1", stdin=table).returncode == 0
    shown = hinomi("places", "show").stdout.decode()
    assert "ct01" in shown and "Gi1/0/7" in shown
    assert hinomi("places", "load", "-", "--source", "sw-1", stdin=b"nothing").returncode != 0
