"""Spoils a capture the way a real tap does, from a seed: the same seed spoils the same packets.

usage: python -m lab.faults IN.pcap OUT.pcap [--seed N] [--loss 0.01] [--duplicate 0.01] [--reorder 0.01]
       [--snap 128] [--one-way ADDRESS] [--clock-step SECONDS AT] [--burst-drop BYTES_PER_SECOND]

loss        a packet is missing
duplicate   the mirror sends a packet twice, some microseconds apart
reorder     a packet is written after its follower, with its own time
snap        only the first so many bytes are kept; the length on the wire stays known
one-way     only what this address sends is heard, never what it receives
clock-step  the tap's clock jumps by so many seconds, so many seconds after the start
burst-drop  the mirror port drops what is beyond so many bytes in a second
"""

from __future__ import annotations

import argparse
import ipaddress
import random
import sys
from collections.abc import Iterator
from pathlib import Path

from .pcapfile import Packet, read, write


def spoil(packets: Iterator[Packet], options: argparse.Namespace) -> Iterator[Packet]:
    """The packets as the faulty tap hands them over."""
    chance = random.Random(options.seed)
    one_way = ipaddress.ip_address(options.one_way).packed if options.one_way else None
    held: Packet | None = None
    start = second = used = 0
    for packet in packets:
        start = start or packet.time
        if one_way and packet.data[12:14] == b"\x08\x00" and packet.data[30:34] == one_way:
            continue
        if options.burst_drop:
            if packet.time // 10**9 != second:
                second, used = packet.time // 10**9, 0
            used += packet.length
            if used > options.burst_drop:
                continue
        if chance.random() < options.loss:
            continue
        if options.clock_step:
            step, at = options.clock_step
            if packet.time - start >= at * 10**9:
                packet = packet._replace(time=packet.time + int(step * 10**9))
        if options.snap:
            packet = packet._replace(data=packet.data[: options.snap])
        if held is None and chance.random() < options.reorder:
            held = packet
            continue
        yield packet
        if chance.random() < options.duplicate:
            yield packet._replace(time=packet.time + chance.randrange(1_000, 50_000))
        if held is not None:
            yield held
            held = None
    if held is not None:
        yield held


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("source", type=Path)
    made.add_argument("target", type=Path)
    made.add_argument("--seed", type=int, default=1)
    for name in ("loss", "duplicate", "reorder"):
        made.add_argument(f"--{name}", type=float, default=0.0)
    made.add_argument("--snap", type=int, default=0)
    made.add_argument("--one-way")
    made.add_argument("--clock-step", type=float, nargs=2, metavar=("SECONDS", "AT"))
    made.add_argument("--burst-drop", type=int, default=0)
    return made


def main() -> int:
    options = parser().parse_args()
    count = write(options.target, spoil(read(options.source), options))
    print(f"wrote {count} packets to {options.target}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
