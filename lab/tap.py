"""The tap at the end of the mirror port, and what it heard each host let out."""

from __future__ import annotations

import re
import signal
import subprocess
import time
import zlib
from collections import defaultdict
from pathlib import Path

import dpkt

from .clock import Clock
from .pcapfile import read, write
from .topology import TAP, Hospital
from .truth import attributes_of, device_categories


class Tap:
    """dumpcap's sister tcpdump, on the tap's side of the mirror, nanosecond timestamps."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [
                "ip",
                "netns",
                "exec",
                TAP,
                "tcpdump",
                "-i",
                "tap0",
                "-n",
                "-p",
                "-s",
                "0",
                "-U",
                "-Z",
                "root",
                "-B",
                "16384",
                "--time-stamp-precision=nano",
                "-w",
                str(self.path),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        end = time.monotonic() + 10
        while not self.path.exists() or self.path.stat().st_size < 24:
            if time.monotonic() > end or self.process.poll() is not None:
                raise RuntimeError("tcpdump did not start on the tap")
            time.sleep(0.05)

    def stop(self) -> dict[str, int]:
        """End the capture; gives back tcpdump's own counters (captured, dropped)."""
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        _, printed = self.process.communicate(timeout=20)
        counts = re.findall(rb"(\d+) packets? (captured|received by filter|dropped by kernel)", printed)
        return {name.decode(): int(number) for number, name in counts}


def lay(capture: Path, clock: Clock) -> None:
    """Write the capture again with its times on the day's clock."""
    laid = capture.with_suffix(".laid")
    write(laid, (packet._replace(time=clock.lay(packet.time)) for packet in read(capture)))
    laid.replace(capture)


def speakers(capture: Path) -> set[str]:
    """Every hardware address that sent at least one frame."""
    with capture.open("rb") as stream:
        return {frame[6:12].hex(":") for _, frame in dpkt.pcap.Reader(stream)}


def heard(capture: Path, hospital: Hospital) -> dict[str, set[str]]:
    """For each host, the attributes whose very text stands in packets that it sent in the clear.

    The payload of each direction of each connection is put together first, so that a value
    may cross a segment. `type` and `category` are no texts: actions declare them.
    """
    streams: dict[str, dict[tuple[object, ...], bytearray]] = defaultdict(lambda: defaultdict(bytearray))
    hosts_by_mac = {host.mac: host.id for host in hospital.hosts.values() if host.zone.mirrored}
    hosts_by_ip = {host.address: host.id for host in hospital.hosts.values()}
    for host in hospital.hosts.values():
        hosts_by_ip |= {address: host.id for address in host.extra.get("tunnel_addresses", [])}
    with capture.open("rb") as stream:
        for _, frame in dpkt.pcap.Reader(stream):
            ether = dpkt.ethernet.Ethernet(frame)
            packet = ether.data
            mac = ether.src.hex(":")
            if not isinstance(packet, dpkt.ip.IP):
                continue
            source = ".".join(map(str, packet.src))
            name = hosts_by_mac.get(mac)
            if name is None or (name in hosts_by_ip.values() and hosts_by_ip.get(source, name) != name):
                name = hosts_by_ip.get(source, name)
            if name is None:
                continue
            layer = packet.data
            if isinstance(layer, dpkt.tcp.TCP):
                streams[name][(packet.src, packet.dst, layer.sport, layer.dport)] += layer.data
            elif isinstance(layer, dpkt.udp.UDP):
                streams[name][(packet.src, packet.dst, layer.sport, layer.dport)] += bytes(layer.data) + b"\n"
    categories = device_categories()
    found: dict[str, set[str]] = {}
    for host in hospital.hosts.values():
        texts = b"\0".join(bytes(part) + _unpacked(bytes(part)) for part in streams[host.id].values())
        found[host.id] = set()
        for name, value in attributes_of(host, categories).items():
            if name in ("category", "type", "os"):
                continue
            if host.personality.speaks_for_others and name not in ("hostname", "ae_titles"):
                continue
            if name == "hostname" and len(host.hostname) < 5:
                value = f"{host.hostname}.{hospital.domain}"  # a short name alone may be any word
            if name == "software_version" and len(value) < 5 and not found[host.id] & {"manufacturer", "model"}:
                continue  # a short number alone may be anything
            values = value if isinstance(value, list) else [value]
            if all(_stands_in(text, texts) for text in values):
                found[host.id].add(name)
    return found


def _unpacked(stream: bytes) -> bytes:
    """What a stream carries gzip-compressed (an HTTP body, chunked or whole), since an observer can unpack it."""
    out = b""
    for match in re.finditer(rb"\x1f\x8b\x08", stream):
        body = stream[match.start() :]
        chunk = re.search(rb"\r\n([0-9a-fA-F]+)\r\n$", stream[max(0, match.start() - 12) : match.start()])
        if chunk:
            body, rest = b"", stream[match.start() - len(chunk.group(1)) - 2 :]
            while (head := re.match(rb"([0-9a-fA-F]+)\r\n", rest)) and (size := int(head.group(1), 16)):
                body += rest[head.end() : head.end() + size]
                rest = rest[head.end() + size + 2 :]
        try:
            out += zlib.decompressobj(31).decompress(body)
        except zlib.error:
            continue
    return out


def _stands_in(text: str, payload: bytes) -> bool:
    """The text as a word of its own, in UTF-8 or UTF-16."""
    if re.search(rb"(?<![A-Za-z0-9])" + re.escape(text.encode()) + rb"(?![A-Za-z0-9])", payload, re.IGNORECASE):
        return True
    return text.encode("utf-16-le").lower() in payload.lower()
