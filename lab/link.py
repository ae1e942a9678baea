"""A poor line between two networks, in user space: so many bits a second, so much delay, so much loss, and a cut.

    python -m lab.link relay --mbit 5 --delay-ms 80 --loss 0.02      (root; in a network namespace of its own)
    python -m lab.link forward 127.0.0.1:8000 10.77.0.1:8000         what a tunnel does: one TCP line for another

Kernels without `netem` cannot shape, so the line is a process between two TUN devices: whole IP packets go in at one
end and come out at the other later, or never; both ends are real kernels with their own TCP. The near end is the
namespace it is started in, the far end one that it makes (`nsenter --net --target PID`); both vanish with it.
Commands on standard input, a line each: `cut`, `open`, `mbit X`, `loss X`. It ends with its standard input and
prints what it let through.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import ctypes
import fcntl
import heapq
import json
import os
import random
import selectors
import struct
import subprocess
import sys
import time
from dataclasses import dataclass, field

NEAR, FAR = "10.77.0.1", "10.77.0.2"
MTU = 1400
QUEUE_S = 0.25  # a router keeps so much and drops the rest
_CLONE_NEWNET, _TUNSETIFF, _TUN_NO_PI = 0x40000000, 0x400454CA, 0x1001


def _tun(name: str, address: str, peer: str) -> int:
    descriptor = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(descriptor, _TUNSETIFF, struct.pack("16sH22x", name.encode(), _TUN_NO_PI))
    for words in (["link", "set", "lo", "up"], ["address", "add", address, "peer", peer, "dev", name],
                  ["link", "set", name, "mtu", str(MTU), "up"]):  # fmt: skip
        subprocess.run(["ip", *words], check=True)
    return descriptor


@dataclass(slots=True)
class Way:
    """One direction: packets leave when the line was free and the delay is over."""

    out: int
    rate: float  # bits a second
    delay_s: float
    loss: float
    chance: random.Random
    free_at: float = 0.0
    waiting: list[tuple[float, int, bytes]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=lambda: {"through": 0, "lost": 0, "queue_full": 0, "cut": 0})
    number: int = 0

    def take(self, packet: bytes, now: float, *, cut: bool) -> None:
        if cut:
            self.counts["cut"] += 1
        elif self.free_at - now > QUEUE_S:
            self.counts["queue_full"] += 1
        else:
            self.free_at = max(now, self.free_at) + len(packet) * 8 / self.rate
            if self.chance.random() < self.loss:
                self.counts["lost"] += 1
                return
            self.number += 1
            heapq.heappush(self.waiting, (self.free_at + self.delay_s, self.number, packet))

    def give(self, now: float, *, cut: bool) -> None:
        while self.waiting and self.waiting[0][0] <= now:
            packet = heapq.heappop(self.waiting)[2]
            if cut:
                self.counts["cut"] += 1
                continue
            with contextlib.suppress(OSError):
                os.write(self.out, packet)
                self.counts["through"] += 1


def relay(rate: float, delay_s: float, loss: float) -> None:
    near = _tun("near0", NEAR, FAR)
    if ctypes.CDLL(None, use_errno=True).unshare(_CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "no network namespace")
    far = _tun("far0", FAR, NEAR)
    ways = {
        near: Way(far, rate, delay_s, loss, random.Random(1)),
        far: Way(near, rate, delay_s, loss, random.Random(2)),
    }
    print("open", flush=True)
    cut = False
    with selectors.DefaultSelector() as ready:
        for one in (*ways, 0):
            ready.register(one, selectors.EVENT_READ)
        while True:
            first = min((way.waiting[0][0] for way in ways.values() if way.waiting), default=None)
            found = ready.select(None if first is None else max(0.0, first - time.monotonic()))
            now = time.monotonic()
            for key, _ in found:
                if key.fd == 0:
                    word, _, value = sys.stdin.readline().partition(" ")
                    if not word:
                        print(json.dumps({"to_far": ways[near].counts, "to_near": ways[far].counts}), flush=True)
                        return
                    cut = {"cut": True, "open": False}.get(word.strip(), cut)
                    for way in ways.values():
                        way.rate = float(value) * 1e6 if word == "mbit" else way.rate
                        way.loss = float(value) if word == "loss" else way.loss
                    continue
                with contextlib.suppress(BlockingIOError):
                    while True:
                        ways[key.fd].take(os.read(key.fd, 65535), now, cut=cut)
            for way in ways.values():
                way.give(now, cut=cut)


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    with contextlib.suppress(OSError):
        writer.close()


async def forward(here: str, there: str) -> None:
    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host, _, port = there.rpartition(":")
        try:
            onward, back = await asyncio.open_connection(host, int(port))
        except OSError:
            writer.close()
            return
        await asyncio.gather(_copy(reader, back), _copy(onward, writer))

    host, _, port = here.rpartition(":")
    server = await asyncio.start_server(one, host, int(port))
    async with server:
        print("open", flush=True)
        await server.serve_forever()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    kinds = parser.add_subparsers(dest="kind", required=True)
    line = kinds.add_parser("relay")
    line.add_argument("--mbit", type=float, default=5)
    line.add_argument("--delay-ms", type=float, default=80)
    line.add_argument("--loss", type=float, default=0.02)
    tunnel = kinds.add_parser("forward")
    tunnel.add_argument("here")
    tunnel.add_argument("there")
    options = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        if options.kind == "relay":
            relay(options.mbit * 1e6, options.delay_ms / 1e3, options.loss)
        else:
            asyncio.run(forward(options.here, options.there))
    return 0


if __name__ == "__main__":
    sys.exit(main())
