"""tshark and the wire count the same calls of DCE/RPC, over TCP and inside named pipes, operation by operation."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from captures import read

ROOT = Path(__file__).parents[2]
DATA = ROOT / "wire" / "crates" / "dissect" / "tests" / "data"
CAPTURES = [
    ROOT / "cases" / "dcerpc-pipes" / "capture.pcap",
    ROOT / "cases" / "dcerpc" / "capture.pcap.zst",
    DATA / "smb" / "pipes.pcap",
    DATA / "dcerpc" / "active-directory.pcap",
]

pytestmark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")


def of_tshark(capture: Path, tmp: Path) -> Counter[str]:
    """First fragments of requests by number, and binds, of connection-oriented DCE/RPC."""
    if capture.suffix == ".zst":
        plain = tmp / "plain.pcap"
        subprocess.run(["zstd", "-q", "-d", str(capture), "-o", str(plain)], check=True)
        capture = plain
    fields = ["dcerpc.pkt_type", "dcerpc.opnum", "dcerpc.cn_flags.first_frag"]
    command = ["tshark", "-n", "-r", str(capture), "-Y", "dcerpc.ver == 5", "-T", "fields"]
    done = subprocess.run(
        [*command, *(w for f in fields for w in ("-e", f))], check=True, capture_output=True, text=True
    )
    found: Counter[str] = Counter()
    for line in done.stdout.splitlines():
        kinds, numbers, firsts = (field.split(",") for field in line.split("\t"))
        for kind, first in zip(kinds, firsts, strict=False):
            if kind == "0" and first in ("1", "True"):
                found[numbers[0]] += 1
            elif kind in ("11", "14"):
                found[{"11": "bind", "14": "alter"}[kind]] += 1
    return found


@pytest.mark.parametrize("capture", CAPTURES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_calls_are_counted_as_tshark_counts_them(capture: Path, tmp_path: Path) -> None:
    tables, _ = read(capture)
    ours: Counter[str] = Counter()
    of_binds = 0
    for row in tables["exchange"].to_pylist():
        if row["protocol"] != "dcerpc":
            continue
        fields = json.loads(row["detail"])
        if row["operation"] == "call":
            ours[fields["opnum"]] += int(fields["calls"])
        else:
            ours[row["operation"]] += 1
            of_binds += int(fields.get("calls", 0))
    theirs = of_tshark(capture, tmp_path)
    assert theirs, "tshark finds no DCE/RPC"
    assert ours == theirs
    assert of_binds == sum(n for what, n in ours.items() if what.isdigit())


def test_what_intruders_try_is_told_by_name() -> None:
    tables, _ = read(CAPTURES[0])
    calls = {
        (row["object"], row["outcome"]): json.loads(row["detail"])
        for row in tables["exchange"].to_pylist()
        if row["protocol"] == "dcerpc" and row["operation"] == "call"
    }
    proof = calls["netlogon.NetrServerAuthenticate3", "refused"]
    assert proof["zero_challenge"] == "yes" and proof["returned"].startswith("0xc0000022:")
    turned = calls["spoolss.RpcRemoteFindFirstPrinterChangeNotificationEx", "failed"]
    assert turned["points_to"] == "10.50.0.66" and turned["pipe"] == "spoolss"
    assert calls["svcctl.OpenSCManagerW", "refused"]["returned"] == "0x00000005:1"
    assert calls["eventlog.ElfrOpenBELW", "failed"]["faults"] == "1"
    assert calls["samr.SamrEnumerateUsersInDomain", "ok"]["level"] == "integrity"
    # Passwords and arguments of programs are nowhere.
    assert "himitsu" not in str(tables["exchange"].to_pylist())
