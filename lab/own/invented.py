"""Protocols that exist nowhere: for kinds of devices whose real protocol is nobody's but the maker's.

They are made up, follow no specification, and stand for what an inventory cannot read: it must say "unknown",
group what is alike, and never claim more. A `--frame` is a text with {n} (a counter), {serial}, {model},
{maker}, {version} and {x} (a value that wanders); `--style` says how it travels:
  line    the text and CR LF                       tlv     magic A5 5A, length, type 1, the text, a sum
  fixed   64 bytes, padded with zeros, a counter   xml     one element without a declaration
"""

from __future__ import annotations

import argparse
import random
import socket
import time


def framed(style: str, text: str, count: int) -> bytes:
    raw = text.encode()
    if style == "line":
        return raw + b"\r\n"
    if style == "fixed":
        return count.to_bytes(4, "little") + raw[:60].ljust(60, b"\0")
    if style == "xml":
        return b"<r>" + raw + b"</r>"
    body = len(raw).to_bytes(2, "big") + b"\x01" + raw
    return b"\xa5\x5a" + body + bytes([sum(body) & 0xFF])


def report(options: argparse.Namespace) -> None:
    host, port = options.to.rsplit(":", 1)
    chance, end, count = random.Random(options.serial), time.monotonic() + options.seconds, 0
    kind = socket.SOCK_STREAM if options.proto == "tcp" else socket.SOCK_DGRAM
    with socket.socket(socket.AF_INET, kind) as line:
        line.settimeout(5)
        line.connect((host, int(port)))
        while time.monotonic() < end:
            text = options.frame.format(
                n=count, x=round(chance.uniform(1, 9), 1), serial=options.serial, model=options.model,
                maker=options.maker, version=options.version,
            )  # fmt: skip
            line.send(framed(options.style, text, count))
            if line.recv(2000)[:1] != b"\x06":
                raise SystemExit("the other end did not answer")
            count += 1
            time.sleep(options.every)
    print("frames", count)


def take(options: argparse.Namespace) -> None:
    """Answers every frame with one byte, ACK."""
    if options.proto == "udp":
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
            line.bind(("", options.port))
            while True:
                _, peer = line.recvfrom(2000)
                line.sendto(b"\x06", peer)
    import threading

    def serve(peer: socket.socket) -> None:
        with peer:
            while peer.recv(2000):
                peer.sendall(b"\x06")

    with socket.create_server(("", options.port)) as server:
        while True:
            peer, _ = server.accept()
            threading.Thread(target=serve, args=(peer,), daemon=True).start()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    sender = commands.add_parser("report")
    sender.add_argument("--to", required=True)
    sender.add_argument("--style", choices=["line", "tlv", "fixed", "xml"], required=True)
    sender.add_argument("--frame", required=True)
    sender.add_argument("--every", type=float, default=2)
    sender.add_argument("--seconds", type=float, default=10)
    for name in ("serial", "model", "maker", "version"):
        sender.add_argument(f"--{name}", default="")
    taker = commands.add_parser("take")
    taker.add_argument("--port", type=int, required=True)
    for command in (sender, taker):
        command.add_argument("--proto", choices=["tcp", "udp"], default="tcp")
    options = parser.parse_args()
    report(options) if options.command == "report" else take(options)


if __name__ == "__main__":
    main()
