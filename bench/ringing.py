"""How soon it rings: `bench/ringing.py [--rings 120] [--mbps 50] [--into docs/ringing.md]` (root).

In a network of its own, with everything that runs in a hospital: `hinomi listen` on one end of a wire, `hinomi notify
run`, and a receiver for its webhook. On the other end the lab's hospital (`cases/first-light`) is replayed again and
again; into it, at no fixed pace, come attempts at a server (the requests of `cases/attempts`, each from another
computer). Measured is the time from the moment at which the packet with the request was handed to the wire to the
moment at which the notification about it arrived.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import random
import re
import shutil
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pyarrow as pa

ROOT = Path(__file__).resolve().parent.parent
TAP, SPAN = "hntap0", "hnspan0"
ATTEMPT = b"${jndi:"
FROM, TO = "10.60.0.14", "10.50.0.40"  # who asks whom in cases/attempts
WAIT_S = 120.0


def packets(case: str) -> list[tuple[int, bytes]]:
    """(time ns, bytes) of a case's capture."""
    data = pa.input_stream(str(ROOT / "cases" / case / "capture.pcap.zst"), compression="zstd").read()
    fraction = {0xA1B2C3D4: 1000, 0xA1B23C4D: 1}[struct.unpack_from("<I", data)[0]]
    found, at = [], 24
    while at < len(data):
        seconds, part, length, _ = struct.unpack_from("<IIII", data, at)
        found.append((seconds * 10**9 + part * fraction, data[at + 16 : at + 16 + length]))
        at += 16 + length
    return found


def attempt() -> list[bytes]:
    """The packets of the connection in which the look-up is asked for."""
    ends = {socket.inet_aton(FROM), socket.inet_aton(TO)}
    tcp = [
        data for _, data in packets("attempts")
        if data[12:14] == b"\x08\0" and data[23] == 6 and {data[26:30], data[30:34]} == ends
    ]  # fmt: skip
    request = next(data for data in tcp if ATTEMPT in data)
    ports = {request[34:36], request[36:38]}
    return [data for data in tcp if {data[34:36], data[36:38]} == ports]


def moved(data: bytes, number: int) -> bytes:
    """The packet as if another computer had sent or got it: its address, Ethernet address and port, sums made anew."""
    out = bytearray(data)
    mine = data[26:30] == socket.inet_aton(FROM)
    address = socket.inet_aton(computer(number))
    if mine:
        out[26:30], out[6:12] = address, b"\x02\x48\x4d\x01" + struct.pack(">H", number)
        out[34:36] = struct.pack(">H", 20000 + number)
    else:
        out[30:34], out[0:6] = address, b"\x02\x48\x4d\x01" + struct.pack(">H", number)
        out[36:38] = struct.pack(">H", 20000 + number)
    length = struct.unpack(">H", out[16:18])[0]
    out[24:26] = b"\0\0"
    out[24:26] = struct.pack(">H", _sum(bytes(out[14:34])))
    segment = bytearray(out[34 : 14 + length])
    segment[16:18] = b"\0\0"
    head = bytes(out[26:34]) + struct.pack(">BBH", 0, 6, len(segment))
    segment[16:18] = struct.pack(">H", _sum(head + bytes(segment)))
    out[34 : 14 + length] = segment
    return bytes(out)


def _sum(data: bytes) -> int:
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


class Receiver(BaseHTTPRequestHandler):
    came: ClassVar[list[tuple[int, str]]] = []

    def do_POST(self) -> None:
        now = time.time_ns()
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.came.append((now, body.decode("utf-8", "replace")))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


def computer(number: int) -> str:
    return f"10.60.{1 + number // 200}.{20 + number % 200}"


def rang(number: int) -> int:
    """When the first message came that names this computer; 0 where none did."""
    named = re.compile(rf"(?<![0-9.]){re.escape(computer(number))}(?![0-9])")
    return min((at for at, body in Receiver.came if named.search(body)), default=0)


def run(*words: object) -> None:
    subprocess.run([str(word) for word in words], check=True, capture_output=True)


@contextlib.contextmanager
def started(*words: object, **more: Any) -> Iterator[subprocess.Popen[bytes]]:
    child = subprocess.Popen([str(word) for word in words], **more)
    try:
        yield child
    finally:
        child.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(60)
        child.kill()


def until(true: Any) -> None:
    end = time.monotonic() + WAIT_S
    while not true():
        if time.monotonic() > end:
            raise SystemExit("it did not come")
        time.sleep(0.02)


def measure(rings: int, mbps: float) -> dict[str, Any]:
    run("ip", "link", "set", "lo", "up")
    run("ip", "link", "add", TAP, "type", "veth", "peer", "name", SPAN)
    for end in (TAP, SPAN):
        run("sysctl", "-qw", f"net.ipv6.conf.{end}.disable_ipv6=1")
        run("ip", "link", "set", end, "arp", "off", "multicast", "off", "up")
    folder = Path(tempfile.mkdtemp(prefix="hinomi-ringing-"))
    home, hinomi = folder / "home", Path(sys.executable).with_name("hinomi")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    background = folder / "background.pcap"
    background.write_bytes(pa.input_stream(str(ROOT / "cases/first-light/capture.pcap.zst"), compression="zstd").read())
    run(hinomi, "--home", home, "notify", "add", "webhook", "--name", "bench", "--url",
        f"http://127.0.0.1:{server.server_port}/", "--form", "ocsf")  # fmt: skip
    sent: dict[int, int] = {}
    told = attempt()
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    wire.bind((SPAN, 0))
    chance = random.Random(1)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    try:
        with (
            started(hinomi, "--home", home, "listen", TAP, **quiet),
            started(hinomi, "--home", home, "notify", "run", **quiet),
        ):
            until(lambda: (home / "listening.json").exists())
            with started(
                "tcpreplay", "-q", "--preload-pcap", f"--mbps={mbps}", "--loop=0", "-i", SPAN, background, **quiet
            ):
                time.sleep(15)  # the first look at a hospital is longer than the others
                for number in range(rings):
                    time.sleep(chance.uniform(0.2, 1.2))
                    for data in told:
                        if ATTEMPT in data:
                            sent[number] = time.time_ns()
                        wire.send(moved(data, number))
                        time.sleep(0.001)
                with contextlib.suppress(SystemExit):
                    until(lambda: all(rang(n) for n in sent))
            status = json.loads((home / "listening.json").read_text())
        late = []
        for number, time_ns in sent.items():
            first = rang(number)
            if first:
                late.append((first - time_ns) / 1e9)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    ordered = sorted(late)
    return {
        "rings": rings, "rang": len(late), "mbps": mbps, "packets": status["packets"], "drops": status["drops"],
        "load": round(os.getloadavg()[0], 1),
        "median": statistics.median(ordered) if ordered else 0.0,
        "p99": ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))] if ordered else 0.0,
        "most": ordered[-1] if ordered else 0.0,
    }  # fmt: skip


def page(found: dict[str, Any]) -> str:
    return "\n".join([
        "<!-- Made by bench/ringing.py. Do not edit. -->\n",
        "# How soon it rings\n",
        "From the packet to the notification: the lab's hospital replayed on a wire, `hinomi listen` on its other end,",
        "and attempts at a server that come into it at no fixed pace, each from another computer. Counted from the",
        "moment at which the packet was handed to the wire to the arrival of the webhook's message.\n",
        "| attempts | rang | traffic | packets | lost | median | 99th percentile | longest | bar |",
        "|---|---|---|---|---|---|---|---|---|",
        f"| {found['rings']} | {found['rang']} | {found['mbps']:g} Mbit/s | {found['packets']:,} | {found['drops']:,} "
        f"| {found['median']:.2f} s | {found['p99']:.2f} s | {found['most']:.2f} s | p99 < 1 s |\n",
        f"Machine: {os.cpu_count()} processors, Linux {platform.release().split('-')[0]}, "
        f"Python {platform.python_version()}; sender, receiver and Hinomi share them, "
        f"and what else ran (load {found['load']:g} at the end).\n",
    ])  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rings", type=int, default=120)
    parser.add_argument("--mbps", type=float, default=50.0)
    parser.add_argument("--into", type=Path)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if not wanted.inside:
        if os.geteuid() != 0:
            raise SystemExit("this needs root for a network of its own.\nhint: sudo bench/ringing.py")
        os.execvp("unshare", ["unshare", "--net", sys.executable, __file__, "--inside", *sys.argv[1:]])
    found = measure(wanted.rings, wanted.mbps)
    print(json.dumps(found))
    if wanted.into:
        wanted.into.write_text(page(found), encoding="utf-8")


if __name__ == "__main__":
    main()
