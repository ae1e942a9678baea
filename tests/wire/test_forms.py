"""One capture in every form that it can come in: the rows are the same."""

from __future__ import annotations

import gzip
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest
from captures import SECOND, packets, read, rows

from hinomi import _wire


def pcap(some: Iterator[tuple[int, bytes, int]], *, order: str = "<", nano: bool = True, link: int = 1) -> bytes:
    out = [struct.pack(order + "IHHiIII", 0xA1B23C4D if nano else 0xA1B2C3D4, 2, 4, 0, 0, 262144, link)]
    for time, data, wire in some:
        part = time % SECOND if nano else time % SECOND // 1000
        out += [struct.pack(order + "IIII", time // SECOND, part, len(data), wire), data]
    return b"".join(out)


def block(kind: int, body: bytes, order: str) -> bytes:
    body += bytes(-len(body) % 4)
    return struct.pack(order + "II", kind, 12 + len(body)) + body + struct.pack(order + "I", 12 + len(body))


def pcapng(
    some: Iterator[tuple[int, bytes, int]], *, order: str = "<", resolution: int = 9, old: bool = False
) -> bytes:
    """Two sections with two interfaces each; the second interface's clock is ahead by an offset."""
    ticks = 10**resolution
    out = []
    for n, (time, data, wire) in enumerate(some):
        if n in (0, 4000):
            out.append(block(0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1), order))
            for offset in (0, 3600):
                options = struct.pack(order + "HHBxxxHHqHH", 9, 1, resolution, 14, 8, offset, 0, 0)
                out.append(block(1, struct.pack(order + "HHI", 1, 0, 0) + options, order))
            out.append(block(4, b"\x00\x00\x00\x00", order))
        interface = n % 2
        tick = (time - 3600 * SECOND * interface) * ticks // SECOND
        if old:
            head = struct.pack(order + "HHIIII", interface, 0, tick >> 32, tick & 0xFFFFFFFF, len(data), wire)
            out.append(block(2, head + data, order))
        else:
            head = struct.pack(order + "IIIII", interface, tick >> 32, tick & 0xFFFFFFFF, len(data), wire)
            out.append(block(6, head + data, order))
    return b"".join(out)


def zstd(data: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(data)
    return sink.getvalue().to_pybytes()


FORMS = {
    "ns-big": lambda p: pcap(packets(p), order=">"),
    "us-little": lambda p: pcap(packets(p), nano=False),
    "us-big": lambda p: pcap(packets(p), order=">", nano=False),
    "ng-little": lambda p: pcapng(packets(p)),
    "ng-big": lambda p: pcapng(packets(p), order=">"),
    "ng-us": lambda p: pcapng(packets(p), resolution=6),
    "ng-ps": lambda p: pcapng(packets(p), resolution=9, old=True),
    "gzip": lambda p: gzip.compress(pcap(packets(p)), 1),
    "zstd": lambda p: zstd(pcapng(packets(p))),
    "two-gzips": lambda p: gzip.compress(p.read_bytes()[:100_000], 1) + gzip.compress(p.read_bytes()[100_000:], 1),
}


def without_place(table: pa.Table, coarse: bool) -> list[tuple]:
    """Rows without what differs by form: the capture's name, byte offsets, fractions of a microsecond."""
    names = [
        n for n in table.column_names if n not in ("capture", "offset", "flow_id", "duration_ns", "samples", "detail")
    ]
    times = [n for n, f in enumerate(names) if pa.types.is_timestamp(table[f].type) and f != "device_time"]
    out = []
    for row in rows(table, *names):
        cut = list(row)
        for n in times:
            cut[n] = cut[n] // 1000 if coarse and cut[n] is not None else cut[n]
        out.append(tuple(cut))
    return out


@pytest.mark.parametrize("form", FORMS)
def test_the_rows_are_the_same(form: str, plain: Path, tmp_path: Path) -> None:
    path = tmp_path / "capture"
    path.write_bytes(FORMS[form](plain))
    expected, first = read(plain)
    made, summary = read(path)
    assert summary["packets"] == first["packets"]
    assert summary["truncated_at"] is None
    assert summary["compression"] == {"gzip": "gzip", "two-gzips": "gzip", "zstd": "zstd"}.get(form, "none")
    coarse = "us" in form
    for record, table in expected.items():
        assert without_place(made[record], coarse) == without_place(table, coarse), record


def test_standard_input(plain: Path, first_light: Path) -> None:
    script = (
        "import sys; from hinomi import _wire\n"
        "r = _wire.Reader('-', site='s', sensor='t', key=bytes(32))\n"
        "n = sum(b.num_rows for _, b in r); s = r.summary()\n"
        "print(s['packets'], s['flows'], s['exchanges'], s['capture_id'])"
    )
    _, expected = read(plain)
    ids = set()
    for path in (plain, plain, first_light):
        done = subprocess.run(
            [sys.executable, "-c", script], stdin=path.open("rb"), capture_output=True, text=True, check=True
        )
        packets_, flows, exchanges, capture_id = done.stdout.split()
        assert (int(packets_), int(flows), int(exchanges)) == (
            expected["packets"],
            expected["flows"],
            expected["exchanges"],
        )
        ids.add(capture_id)
    assert len(ids) == 2, "the same stream has the same name, another has another"


LINKS = {
    "vlan": (1, lambda d: d[:12] + b"\x81\x00\x00\x2a" + d[12:]),
    "qinq": (1, lambda d: d[:12] + b"\x88\xa8\x00\x2a\x81\x00\x00\x07" + d[12:]),
    "mpls": (1, lambda d: d[:12] + b"\x88\x47\x00\x01\x01\x40" + d[14:] if d[12:14] == b"\x08\x00" else d),
    "pppoe": (
        1,
        lambda d: (
            d[:12] + b"\x88\x64\x11\x00\x00\x01" + struct.pack(">H", len(d) - 12) + b"\x00\x21" + d[14:]
            if d[12:14] == b"\x08\x00"
            else d
        ),
    ),
    "sll": (113, lambda d: b"\x00\x00\x00\x01\x00\x06" + d[6:12] + b"\x00\x00" + d[12:]),
    "sll2": (276, lambda d: d[12:14] + b"\x00\x00\x00\x00\x00\x01\x00\x01\x00\x06" + d[6:12] + b"\x00\x00" + d[14:]),
    "raw": (101, lambda d: d[14:]),
    "ipv4": (228, lambda d: d[14:]),
    "null": (0, lambda d: struct.pack("<I", 2 if d[12:14] == b"\x08\x00" else 30) + d[14:]),
    "loop": (108, lambda d: struct.pack(">I", 2 if d[12:14] == b"\x08\x00" else 28) + d[14:]),
    "vxlan": (1, lambda d: tunnel(17, struct.pack(">HHHH", 50000, 4789, len(d) + 16, 0) + b"\x08\0\0\0\0\0\x63\0" + d)),
    "geneve": (
        1,
        lambda d: tunnel(17, struct.pack(">HHHH", 50000, 6081, len(d) + 16, 0) + b"\x00\0\x65\x58\0\0\x63\0" + d),
    ),
    "gre": (1, lambda d: tunnel(47, b"\x00\x00\x65\x58" + d)),
    "erspan2": (1, lambda d: tunnel(47, b"\x10\x00\x88\xbe\0\0\0\1" + bytes(8) + d)),
    "erspan3": (1, lambda d: tunnel(47, b"\x10\x00\x22\xeb\0\0\0\1" + bytes(12) + d)),
}


def tunnel(proto: int, body: bytes) -> bytes:
    """A carrier's Ethernet and IPv4 around `body`."""
    tunnel.number = getattr(tunnel, "number", 0) + 1  # type: ignore[attr-defined]
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(body), tunnel.number % 65536, 0, 64, proto, 0)  # type: ignore[attr-defined]
    return bytes(6) + b"\x02\0\0\0\0\7" + b"\x08\x00" + head + bytes([172, 31, 0, 1, 172, 31, 0, 2]) + body


@pytest.mark.parametrize("link", LINKS)
def test_whatever_carries_the_packets(link: str, plain: Path, tmp_path: Path) -> None:
    number, wrap = LINKS[link]
    with_frames = number == 1 or link.startswith("sll")
    only_v4 = link in ("ipv4",)

    def wanted(data: bytes) -> bool:
        kind = data[12:14]
        return kind == b"\x08\x00" or (not only_v4 and kind == b"\x86\xdd") or (with_frames and kind == b"\x08\x06")

    kept = [(t, d, w) for t, d, w in packets(plain) if wanted(d)]
    bare, wrapped = tmp_path / "bare.pcap", tmp_path / "wrapped.pcap"
    bare.write_bytes(pcap(iter(kept)))
    wrapped.write_bytes(pcap(((t, x, len(x)) for t, x in ((t, wrap(d)) for t, d, _ in kept)), link=number))
    expected, _ = read(bare)
    made, summary = read(wrapped)
    assert summary["malformed"] == 0
    columns = ("packet", "protocol", "operation", "client_ip", "server_ip", "outcome", "object")
    assert sorted(rows(made["exchange"], *columns)) == sorted(rows(expected["exchange"], *columns))
    counts = (
        "proto",
        "orig_ip",
        "resp_ip",
        "orig_port",
        "resp_port",
        "orig_packets",
        "resp_packets",
        "orig_payload",
        "service",
    )

    def ends(table: pa.Table) -> list[tuple]:
        carrier = {"172.31.0.1", "172.31.0.2"}
        return sorted((r[1:] for r in rows(table, "phase", *counts) if r[0] == "end" and r[2] not in carrier), key=repr)

    assert ends(made["flow"]) == ends(expected["flow"])
    vlans = {v for (v,) in rows(made["flow"], "vlan")}
    assert vlans == ({42} if link in ("vlan", "qinq") else {None})
    carriers = {s for ip, s in rows(made["flow"], "orig_ip", "service") if ip == "172.31.0.1"}
    assert carriers == ({link} if link in ("vxlan", "geneve", "gre") else set())


@pytest.mark.skipif(not shutil.which("editcap"), reason="editcap (package wireshark-common) is not installed")
def test_editcap_writes_what_we_read(plain: Path, tmp_path: Path) -> None:
    _, expected = read(plain)
    for kind in ("pcap", "nsecpcap", "pcapng"):
        path = tmp_path / kind
        subprocess.run(["editcap", "-F", kind, str(plain), str(path)], check=True)
        _, summary = read(path)
        assert (summary["packets"], summary["flows"], summary["exchanges"]) == (
            expected["packets"],
            expected["flows"],
            expected["exchanges"],
        )
    assert _wire.capture_id(tmp_path / "pcap") != _wire.capture_id(tmp_path / "pcapng")
