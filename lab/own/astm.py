"""ASTM E1381 frames with E1394 records over TCP: an analyser sends results, a LIS takes them.

The lab's own implementation. Frame: STX, frame number, text, ETX or ETB, checksum (two hex
digits of the sum modulo 256 from the frame number to ETX/ETB inclusive), CR LF; a session
begins with ENQ and ends with EOT; each frame is answered with ACK or NAK (E1381-02, 6.3).
"""

from __future__ import annotations

import argparse
import datetime
import socket
import time

ENQ, ACK, NAK, STX, ETX, ETB, EOT, CR, LF = b"\x05", b"\x06", b"\x15", b"\x02", b"\x03", b"\x17", b"\x04", b"\r", b"\n"
TEXT_MAX = 240  # characters of text in one frame


def frames(records: list[str]) -> list[bytes]:
    """Every record as one or more frames; the number runs 1 to 7, then 0."""
    made, number = [], 1
    for record in records:
        text = record.encode("ascii") + CR
        while text:
            part, text = text[:TEXT_MAX], text[TEXT_MAX:]
            body = str(number).encode() + part + (ETB if text else ETX)
            made.append(STX + body + b"%02X" % (sum(body) % 256) + CR + LF)
            number = (number + 1) % 8
    return made


def results(options: argparse.Namespace) -> list[str]:
    now = datetime.datetime.now().strftime("%Y%m%d%H%M%S")
    rows = [
        f"H|\\^&|||{options.maker}^{options.model}^{options.version}^{options.serial}|||||LIS||P|1394-97|{now}",
        "P|1||00001001||Yamada^Tarou||19550312|M",
        "O|1|S0001||^^^GLU\\^^^CRE|R",
    ]
    for number, (code, value, unit, flag) in enumerate(
        (("GLU", "98", "mg/dL", "N"), ("CRE", "0.82", "mg/dL", "N"), ("K", "5.9", "mmol/L", "H")), start=1
    ):
        rows.append(f"R|{number}|^^^{code}|{value}|{unit}||{flag}||F||||{now}|{options.model}")
    return [*rows, "L|1|N"]


def send(options: argparse.Namespace) -> None:
    host, port = options.to.rsplit(":", 1)
    with socket.create_connection((host, int(port)), timeout=10) as line:
        for turn in range(options.times):
            line.sendall(ENQ)
            assert line.recv(1) == ACK
            for number, frame in enumerate(frames(results(options))):
                if turn == 0 and number == 1:  # one frame with a wrong checksum, refused and sent again
                    line.sendall(frame[:-4] + b"00" + CR + LF)
                    assert line.recv(1) == NAK
                line.sendall(frame)
                assert line.recv(1) == ACK
                time.sleep(0.1)
            line.sendall(EOT)
            time.sleep(1)


def serve(options: argparse.Namespace) -> None:
    with socket.create_server(("", options.port)) as server:
        while True:
            line, _ = server.accept()
            with line, line.makefile("rb") as stream:
                while byte := stream.read(1):
                    if byte == ENQ:
                        line.sendall(ACK)
                    elif byte == STX:
                        frame = stream.readline()
                        body, check = frame[:-4], frame[-4:-2]
                        line.sendall(ACK if b"%02X" % (sum(body) % 256) == check else NAK)


def main() -> None:
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(dest="command", required=True)
    server = commands.add_parser("serve")
    server.add_argument("--port", type=int, default=5000)
    client = commands.add_parser("send")
    client.add_argument("--to", required=True)
    client.add_argument("--times", type=int, default=2)
    for name in ("maker", "model", "version", "serial"):
        client.add_argument(f"--{name}", required=True)
    options = parser.parse_args()
    {"serve": serve, "send": send}[options.command](options)


if __name__ == "__main__":
    main()
