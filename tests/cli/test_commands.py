"""What commands print and how they end. No captures here: tests/pipeline reads them."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest

from hinomi.home import Home
from hinomi.model import Address, Attribute, Device, EvidenceRef, FindingDraft, Severity, Source

S = 1_000_000_000
T0 = 1_800_000_000 * S


def device(id: str, ip: str, name: str, **attributes: str) -> Device:
    proof = Source("dicom.x", "v", "dicom", 0.8, "rule", 3, T0, T0, EvidenceRef("cafe", 5, 24))
    return Device(
        id=id, site="s", addresses=[Address("02:00:00:00:00:01", ip, None, T0, T0 + S)],
        attributes={k: Attribute(k, v, 0.9, [proof]) for k, v in attributes.items()},
        names={"hostname": [name]}, services=[], zone="imaging", outside=False, first=T0, last=T0 + S,
    )  # fmt: skip


@pytest.fixture(autouse=True)
def things(home: Home, keep: Any) -> None:
    with home.state.transaction() as tx:
        tx.put_devices([
            device("d1", "10.0.0.1", "ct01", type="ct", manufacturer="あさぎり"),
            device("d2", "10.0.0.2", "=cmd|'/c calc'!A0", model="\x1b[31mred\ttab"),
        ])  # fmt: skip
        tx.put_findings([FindingDraft("gone_detection", "k", Severity.HIGH, 0.9, ["d1"], {}, T0, T0, 2,
                                      [EvidenceRef("cafe", 5, 24)])])  # fmt: skip
    keep("conversation", [{
        "site": "s", "hour": T0, "client_ip": "10.0.0.1", "server_ip": "10.0.0.2", "proto": "tcp",
        "server_port": 104, "service": "dicom", "flows": 3, "first": T0, "last": T0 + S, "names": ["a", "b"],
        "capture": "cafe",
    }])  # fmt: skip


def fails(done: subprocess.CompletedProcess[bytes], code: int, sentence: str) -> None:
    """One sentence, one hint, nothing on standard output, no traceback."""
    text = done.stderr.decode()
    assert (done.returncode, done.stdout) == (code, b""), text
    lines = text.splitlines()
    assert len(lines) == 2, text
    assert sentence in lines[0]
    assert lines[1].startswith(("hint: ", "ヒント: "))


def test_help_in_both_languages(hinomi: Any) -> None:
    assert "hospital network" in hinomi("--help").stdout.decode()
    assert "病院" in hinomi("--help", LANG="ja_JP.UTF-8").stdout.decode()
    assert "病院" in hinomi("--help", "--lang", "ja").stdout.decode()
    assert hinomi("--version").stdout.startswith(b"hinomi 0.")
    assert hinomi("nothing").returncode == 2
    assert hinomi("devices", "--lang", "xx").returncode == 2
    for command in ("read", "device", "findings", "evidence", "zones", "audit", "export", "doctor"):
        assert hinomi(command, "--help").returncode == 0


def test_language_of_the_settings(hinomi: Any, home: Home) -> None:
    settings = home.path / "settings.toml"
    settings.write_text(settings.read_text("utf-8") + '\nlanguage = "ja"\n', "utf-8")
    assert "見つかりません" in hinomi("device", "show", "nobody").stderr.decode()
    assert "見つかりません" in hinomi("--home", home.path, "device", "show", "x", HINOMI_HOME="/x").stderr.decode()
    assert "no device" in hinomi("device", "show", "nobody", "--lang=en").stderr.decode()


def test_a_list_in_a_pipe_is_plain(hinomi: Any) -> None:
    done = hinomi("devices")
    assert (done.returncode, done.stderr) == (0, b"")
    head, *rows = done.stdout.decode().splitlines()
    assert head.split("\t")[:3] == ["device", "name", "type"]
    assert [row.split("\t")[0] for row in rows] == ["d2", "d1"]
    assert len({row.count("\t") for row in [head, *rows]}) == 1
    assert "ct 90%" in rows[1] and "あさぎり" in rows[1]
    assert hinomi("devices", "ct01").stdout.decode().count("\n") == 2


def test_json(hinomi: Any) -> None:
    devices = json.loads(hinomi("devices", "--json", "--lang", "ja").stdout)
    assert [(d["id"], d["first"], d["open_findings"], d["worst"]) for d in devices] == [
        ("d2", T0, 0, None), ("d1", T0, 1, "high")
    ]  # fmt: skip
    (finding,) = json.loads(hinomi("findings", "--json").stdout)
    assert (finding["status"], finding["evidence"]) == ("open", [{"capture": "cafe", "packet": 5, "offset": 24}])
    shown = json.loads(hinomi("device", "show", "10.0.0.1", "--json").stdout)
    assert shown["attributes"]["type"]["sources"][0]["evidence"]["packet"] == 5
    for listing in (["zones", "list"], ["captures"], ["audit", "list"], ["records"], ["doctor"],
                    ["explain", "ct01", "type"], ["findings", "show", finding["id"]]):  # fmt: skip
        assert json.loads(hinomi(*listing, "--json").stdout) is not None, listing


def test_what_does_not_exist(hinomi: Any) -> None:
    fails(hinomi("device", "show", "nobody"), 2, "no device nobody")
    fails(hinomi("device", "show", "nobody", LANG="ja_JP.UTF-8"), 2, "見つかりません")
    fails(hinomi("device", "show", "02:00:00:00:00:01"), 2, "means 2 devices")
    fails(hinomi("findings", "show", "F-NONE"), 2, "no finding F-NONE")
    fails(hinomi("findings", "--severity", "awful"), 2, "no severity awful")
    fails(hinomi("explain", "ct01", "colour"), 2, "no attribute colour")
    fails(hinomi("export", "dreams"), 2, "dreams cannot be exported")
    fails(hinomi("export", "devices", "--format", "docx"), 2, "no format docx")
    fails(hinomi("evidence", "show", "cafe:5:24"), 1, "No capture cafe")
    fails(hinomi("evidence", "show", "rubbish"), 1, "does not name a packet")
    fails(hinomi("records", "nothing"), 2, "no record nothing")
    fails(hinomi("zones", "load", "/nowhere.csv"), 2, "cannot be read")


def test_a_home_that_cannot_be(hinomi: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    fails(hinomi("devices", HINOMI_HOME=str(tmp_path / "file")), 1, "cannot be written")
    fails(hinomi("--home", tmp_path / "file", "devices"), 1, "cannot be written")


def test_deciding(hinomi: Any, home: Home) -> None:
    id = home.state.findings().items[0].id
    fails(hinomi("findings", "decide", id, "--status", "solved", "--reason", "x"), 2, "no status solved")
    fails(hinomi("findings", "decide", id, "--status", "explained", "--reason", " "), 2, "needs a person and a reason")
    fails(
        hinomi("findings", "decide", id, "--status", "explained", "--reason", "x", "--until", "soon"), 2, "not a date"
    )
    done = hinomi("findings", "decide", id, "--status", "explained", "--reason", "agreed", "--until", "2099-03-31",
                  "--by", "a person")  # fmt: skip
    assert done.returncode == 0, done.stderr
    finding = home.state.finding(id)
    assert finding is not None and (finding.reason, finding.decided_by) == ("agreed", "a person")
    assert finding.until == 4078652399 * S  # 2099-03-31 23:59:59 in Tokyo
    assert hinomi("findings").stdout.count(b"\n") == 1
    assert hinomi("findings", "--all").stdout.count(b"\n") == 2
    assert json.loads(hinomi("audit", "verify", "--json").stdout)["entries"] == 1


def test_a_device_by_a_persons_word(hinomi: Any, home: Home) -> None:
    assert hinomi("device", "set", "ct01", "department", "放射線科", "--reason", "I work there").returncode == 0
    found = home.state.device("d1")
    assert found is not None and found.attributes["department"].by_person
    (decision,) = home.state.decisions()
    assert hinomi("device", "undo", decision.id, "--reason", "no longer").returncode == 0
    assert home.state.decisions() == []


def test_audit_broken(hinomi: Any, home: Home) -> None:
    home.state.audit("p", "x", "y")
    assert hinomi("audit", "verify").returncode == 0
    from sqlalchemy import text

    with home.state._engine.begin() as connection:
        connection.execute(text("UPDATE audit SET actor = 'q'"))
    fails(hinomi("audit", "verify"), 1, "broken at entry 1")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("z.csv", "\ufeffid,kind,name_ja,name_en,subnets,vlan\n"
                  "or1,theatre,手術室1,OR 1,10.30.1.0/24;10.30.2.0/24,31\n"),
        ("z.json", '[{"id": "or1", "kind": "theatre", "name_ja": "手術室1", "name_en": "OR 1",'
                   ' "subnets": ["10.30.1.0/24", "10.30.2.0/24"], "vlan": 31}]'),
        ("z.toml", '[[zone]]\nid = "or1"\nkind = "theatre"\nname_ja = "手術室1"\nname_en = "OR 1"\n'
                   'subnets = ["10.30.1.0/24", "10.30.2.0/24"]\nvlan = 31\n'),
    ],
)  # fmt: skip
def test_zones_from_a_file(hinomi: Any, home: Home, tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    done = hinomi("zones", "load", name)
    assert done.returncode == 0, done.stderr
    (zone,) = home.state.zones()
    assert (zone.id, zone.name_ja, zone.subnets, zone.vlan, zone.by_person) == (
        "or1", "手術室1", ["10.30.1.0/24", "10.30.2.0/24"], 31, True
    )  # fmt: skip


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "names no zone"),
        ("id,kind\nor1,theatre-of-war\n", "no kind of zone"),
        ("id,kind,subnets\nor1,theatre,10.30.1.7/24\n", "cannot be"),
        ("kind\ntheatre\n", "has no id"),
    ],
)
def test_bad_zone_files(hinomi: Any, home: Home, tmp_path: Path, content: str, sentence: str) -> None:
    (tmp_path / "z.csv").write_text(content)
    fails(hinomi("zones", "load", "z.csv"), 2, sentence)
    assert home.state.zones() == []


def test_exports(hinomi: Any, tmp_path: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(hinomi("export", "devices").stdout.decode())))
    assert [(r["id"], r["ips"], r["first"]) for r in rows] == [
        ("d2", "10.0.0.2", "2027-01-15T08:00:00.000000000Z"), ("d1", "10.0.0.1", "2027-01-15T08:00:00.000000000Z")
    ]  # fmt: skip
    assert rows[0]["label"].startswith("'=cmd")  # a spreadsheet must not run a device's name
    (talk,) = json.loads(hinomi("export", "conversations", "--format", "json").stdout)
    assert (talk["client_name"], talk["server_device"], talk["flows"], talk["names"]) == ("ct01", "d2", 3, ["a", "b"])
    for what, number in (("devices", 2), ("conversations", 1), ("findings", 1)):
        for format in ("csv", "json", "parquet", "xlsx"):
            out = tmp_path / f"{what}.{format}"
            done = hinomi("export", what, "--format", format, "--out", out)
            assert (done.returncode, done.stdout) == (0, b""), done.stderr
            assert out.stat().st_size > 0
        assert pq.read_table(tmp_path / f"{what}.parquet").num_rows == number
        sheet = openpyxl.load_workbook(tmp_path / f"{what}.xlsx").active
        assert sheet.max_row == number + 1
        assert len(json.loads((tmp_path / f"{what}.json").read_text("utf-8"))) == number
    fails(hinomi("export", "devices", "--out", "/nowhere/x.csv"), 2, "cannot be written")
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_a_reader_that_has_seen_enough(environment: dict[str, str], home: Home) -> None:
    with home.state.transaction() as tx:
        tx.put_devices([device(f"d{n}", f"10.0.{n // 250}.{n % 250}", f"host{n}" * 20) for n in range(3000)])
    command = "python -c 'from hinomi.cli import main; main()' devices | head -n 1"
    import sys

    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command.replace('python', sys.executable, 1)}"],
        capture_output=True, env=environment, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"device\t")


def test_doctor(hinomi: Any, home: Home) -> None:
    checks = {c["name"]: c["level"] for c in json.loads(hinomi("doctor", "--json").stdout)}
    assert checks.pop("disk") in ("ok", "warn")
    assert set(checks.values()) == {"ok"}
    assert set(checks) == {
        "versions",
        "wire",
        "home",
        "database",
        "history",
        "evidence",
        "limits",
        "audit",
        "listening",
    }
    (home.path / "keys" / "site.key").chmod(0o644)
    done = hinomi("doctor")
    assert done.returncode == 1
    assert "fail" in done.stdout.decode() and "Other users may read" in done.stdout.decode()


def test_imports_stay_light(environment: dict[str, str]) -> None:
    """`hinomi read` starts the reader before anything heavy is loaded."""
    import sys

    code = """if True:
        import sys
        from hinomi.cli.app import build
        build("en")
        import hinomi.cli.read
        heavy = {"pyarrow", "duckdb", "sqlalchemy", "alembic", "numpy", "fastapi", "rich.progress", "openpyxl"}
        print(sorted(heavy & set(sys.modules)))
    """
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, env=environment)
    assert done.stdout.decode().strip() == "[]", done.stderr


def test_read_without_typer_knows_the_same_flags() -> None:
    import typer.main

    from hinomi.cli.app import build
    from hinomi.cli.run import READ_FLAGS

    read = typer.main.get_command(build("en")).commands["read"]  # type: ignore[attr-defined]
    options = {word: option.name for option in read.params for word in option.opts if word.startswith("-")}
    assert options == READ_FLAGS
