"""A second program counts the same conversations."""

from __future__ import annotations

import shutil
import subprocess
from collections import defaultdict
from pathlib import Path

import pytest
from captures import read, rows

FIELDS = [
    "ip.src", "ipv6.src", "ip.dst", "ipv6.dst", "tcp.srcport", "udp.srcport", "tcp.dstport", "udp.dstport", "ip.len", "ipv6.plen",
    "tcp.len", "udp.length",
]  # fmt: skip


@pytest.mark.skipif(not shutil.which("tshark"), reason="tshark is not installed")
def test_packets_and_bytes_of_each_direction(plain: Path) -> None:
    wanted = [argument for field in FIELDS for argument in ("-e", field)]
    said = subprocess.run(
        ["tshark", "-r", str(plain), "-T", "fields", *wanted, "-Y", "(tcp || udp) && !icmp && !icmpv6"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    theirs: dict[tuple, list[int]] = defaultdict(lambda: [0, 0])
    for line in said.splitlines():
        v4s, v6s, v4d, v6d, ts, us, td, ud, length, plen, _, _ = line.split("\t")
        key = ("tcp" if ts else "udp", v4s or v6s, int(ts or us), v4d or v6d, int(td or ud))
        theirs[key][0] += 1
        theirs[key][1] += int(length) if length else int(plen) + 40
    tables, summary = read(plain)
    assert summary["duplicates"] == 0
    ours: dict[tuple, list[int]] = defaultdict(lambda: [0, 0])
    columns = (
        "phase",
        "proto",
        "orig_ip",
        "orig_port",
        "resp_ip",
        "resp_port",
        "orig_packets",
        "orig_bytes",
        "resp_packets",
        "resp_bytes",
    )
    for phase, proto, a, ap, b, bp, packets, size, back, back_size in rows(tables["flow"], *columns):
        if phase == "end" and proto in ("tcp", "udp"):
            for key, count, total in (((proto, a, ap, b, bp), packets, size), ((proto, b, bp, a, ap), back, back_size)):
                if count:
                    ours[key][0] += count
                    ours[key][1] += total
    assert len(theirs) > 100
    assert ours == theirs


@pytest.mark.skipif(not shutil.which("tshark"), reason="tshark is not installed")
def test_the_client_is_who_sent_the_syn(plain: Path) -> None:
    said = subprocess.run(
        [
            "tshark",
            "-r",
            str(plain),
            "-T",
            "fields",
            "-e",
            "ip.src",
            "-e",
            "tcp.srcport",
            "-Y",
            "tcp.flags.syn == 1 && tcp.flags.ack == 0",
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    clients = {tuple(line.split("\t")) for line in said.splitlines()}
    tables, _ = read(plain)
    flows = rows(tables["flow"], "proto", "orig_ip", "orig_port", "resp_ip", "resp_port")
    ours = {(ip, str(port)) for proto, ip, port, _, _ in flows if proto == "tcp"}
    servers = {(ip, str(port)) for proto, _, _, ip, port in flows if proto == "tcp"}
    # Connections that were open before the capture began have no SYN in it.
    assert clients and clients <= ours and not clients & servers
