"""Philips IntelliVue data export over UDP: a monitor that exports and a client that polls.

The lab's own implementation of the public "IntelliVue Patient Monitor Data Export Interface Programming
Guide" (chapters Protocol Commands, Association Control, Data Export Protocol); no real monitor could be had.
Spoken: connect indication, association, MDS create event and its result, single poll of numerics with its
answer, release. Names of the numbers follow the guide.
"""

from __future__ import annotations

import argparse
import datetime
import json
import math
import random
import socket
import struct
import time

PORT, INDICATION_PORT = 24105, 24005
DATA_EXPORT = bytes.fromhex("e1000002")  # session 0xE100, presentation context 2
ROIV, RORS = 1, 2
EVENT_REPORT, CONFIRMED_EVENT_REPORT, CONFIRMED_ACTION = 0, 1, 7
NOM_MOC_VMS_MDS, NOM_MOC_VMO_METRIC_NU = 33, 6
NOM_NOTI_MDS_CREAT, NOM_NOTI_MDS_CONNECT_INDIC, NOM_ACT_POLL_MDIB_DATA = 0x0D06, 0x0D17, 0x0C16
ID_MODEL, PROD_SPECN, SYS_ID, BED_LABEL = 0x0928, 0x092D, 0x0984, 0x091E
NETWORK_ADDRESS, PROTOCOL_SUPPORT, SYS_TYPE = 0xF100, 0xF101, 0x0986
NU_VAL_OBS, PT_ID = 0x0950, 0x095A
MDDL = bytes.fromhex("2a8648ce140201")
MDS_OBJECT = struct.pack(">HHH", NOM_MOC_VMS_MDS, 0, 0)

# Association control: session, presentation and ACSE bytes that the guide gives as constants.
SESSION_DATA = {
    0x0D: bytes.fromhex("05 08 13 01 00 16 01 02 80 00 14 02 00 02"),
    0x0E: bytes.fromhex("05 08 13 01 00 16 01 02 80 00 14 02 00 02"),
}
_M = MDDL.hex()
PRESENTATION = {
    0x0D: bytes.fromhex(
        "31 80 a0 80 80 01 01 00 00 a2 80 a0 03 00 00 01 a4 80"
        " 30 80 02 01 01 06 04 52 01 00 01 30 80 06 02 51 01 00 00 00 00"
        f" 30 80 02 01 02 06 0c {_M} 00 00 00 01 01 30 80 06 0c {_M} 00 00 00 02 01 00 00 00 00 00 00"
        f" 61 80 30 80 02 01 01 a0 80 60 80 a1 80 06 0c {_M} 00 00 00 03 01 00 00"
        f" be 80 28 80 06 0c {_M} 00 00 00 01 01 02 01 02 81"
    ),
    0x0E: bytes.fromhex(
        "31 80 a0 80 80 01 01 00 00 a2 80 a0 03 00 00 01 a5 80"
        f" 30 80 80 01 00 81 02 51 01 00 00 30 80 80 01 00 81 0c {_M} 00 00 00 02 01 00 00 00 00"
        f" 61 80 30 80 02 01 01 a0 80 61 80 a1 80 06 0c {_M} 00 00 00 03 01 00 00"
        " a2 03 02 01 00 a3 05 a1 03 02 01 00 be 80 28 80 02 01 02 81"
    ),
}
RELEASE_REQUEST = bytes.fromhex("09 18 c1 16 61 80 30 80 02 01 01 a0 80 62 80 80 01 00 00 00 00 00 00 00 00 00")
RELEASE_RESPONSE = bytes.fromhex("0a 18 c1 16 61 80 30 80 02 01 01 a0 80 63 80 80 01 00 00 00 00 00 00 00 00 00")
TRAILER = bytes(16)


def part(data: bytes) -> bytes:
    """Data behind its 16-bit length."""
    return struct.pack(">H", len(data)) + data


def attributes(rows: list[tuple[int, bytes]]) -> bytes:
    """AttributeList: count, length, then identifier, length, value of each."""
    return struct.pack(">H", len(rows)) + part(b"".join(struct.pack(">H", name) + part(value) for name, value in rows))


def text(value: str) -> bytes:
    """String: UTF-16, ended by a null, of even length."""
    return part((value + "\0").encode("utf-16-be"))


def label(value: str) -> bytes:
    """VariableLabel: bytes with a length, filled up to an even number."""
    raw = value.encode() + b"\0"
    return part(raw + bytes(len(raw) % 2))


def number(value: float, digits: int) -> bytes:
    """FLOAT: 8-bit exponent of ten, 24-bit mantissa."""
    return struct.pack(">I", ((-digits & 0xFF) << 24) | (round(value * 10**digits) & 0xFFFFFF))


def operation(kind: int, invoke: int, command: int, content: bytes, head: bytes = DATA_EXPORT) -> bytes:
    return head + struct.pack(">H", kind) + part(struct.pack(">HH", invoke, command) + part(content))


def association(kind: int, user_data: bytes) -> bytes:
    """A session connect (0x0D) or accept (0x0E) around the MDSE user information."""
    body = PRESENTATION[kind] + bytes([len(user_data)]) + user_data + TRAILER
    whole = (
        SESSION_DATA[kind]
        + b"\xc1"
        + (bytes([len(body)]) if len(body) < 255 else b"\xff" + struct.pack(">H", len(body)))
    )
    whole += body
    return (
        bytes([kind]) + (bytes([len(whole)]) if len(whole) < 255 else b"\xff" + struct.pack(">H", len(whole))) + whole
    )


def user_data(client: bool) -> bytes:
    """MDSEUserInfoStd: versions, system type, start-up mode, options, the poll profile it supports."""
    profile = struct.pack(">IIIIII", 0x80000000, 8000, 1364, 1364, 0xFFFFFFFF, 0x60000000) + attributes([])
    return (
        struct.pack(">IIII", 0x80000000, 0x40000000, 0, 0x80000000 if client else 0x00800000)
        + struct.pack(">I", 0x20000000)
        + attributes([])
        + attributes([(1, profile)])
    )


class Monitor:
    """Announces itself, takes one client at a time, answers its polls."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options, self.values = options, json.loads(options.values)
        self.chance = random.Random(options.serial)
        self.begin, self.count = time.monotonic(), 0
        self.line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.line.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        self.line.bind((options.address, PORT))

    def relative(self) -> int:
        return int((time.monotonic() - self.begin) * 8000) & 0xFFFFFFFF  # RelativeTime, 125 µs

    def who(self) -> list[tuple[int, bytes]]:
        options = self.options
        specs = [(1, options.serial), (4, options.version)]
        listed = b"".join(struct.pack(">HH", kind, 1) + label(value) for kind, value in specs)
        return [
            (SYS_ID, part(bytes.fromhex(options.mac.replace(":", "")))),
            (ID_MODEL, label(options.maker) + label(options.model)),
            (PROD_SPECN, struct.pack(">H", len(specs)) + part(listed)),
            (BED_LABEL, text(options.bed)),
        ]

    def indicate(self) -> None:
        """The connect indication, by broadcast: who I am and where I can be asked."""
        address = (
            bytes.fromhex(self.options.mac.replace(":", ""))
            + socket.inet_aton(self.options.address)
            + b"\xff\xff\xff\0"
        )
        supports = struct.pack(">H", 1) + part(struct.pack(">HHHH", 1, 5, PORT, 0))
        rows = [
            (SYS_TYPE, struct.pack(">HH", 1, 0x1102)),
            (PROTOCOL_SUPPORT, supports),
            (NETWORK_ADDRESS, address),
            *self.who(),
        ]
        report = MDS_OBJECT + struct.pack(">IH", self.relative(), NOM_NOTI_MDS_CONNECT_INDIC) + part(attributes(rows))
        head = bytes.fromhex("00010000")
        self.line.sendto(operation(ROIV, 0, EVENT_REPORT, report, head), (self.options.broadcast, INDICATION_PORT))

    def serve(self) -> None:
        last = 0.0
        while True:
            if time.monotonic() - last >= self.options.every:
                self.indicate()
                last = time.monotonic()
            self.line.settimeout(0.5)
            try:
                data, peer = self.line.recvfrom(2000)
            except TimeoutError:
                continue
            if data[0] == 0x0D:  # association request
                self.line.sendto(association(0x0E, user_data(client=False)), peer)
                created = MDS_OBJECT + attributes(self.who())
                report = MDS_OBJECT + struct.pack(">IH", self.relative(), NOM_NOTI_MDS_CREAT) + part(created)
                self.line.sendto(operation(ROIV, 1, CONFIRMED_EVENT_REPORT, report), peer)
            elif data[0] == 0x09:  # release request
                self.line.sendto(RELEASE_RESPONSE, peer)
            elif data[:4] == DATA_EXPORT and data[4:6] == struct.pack(">H", ROIV):
                invoke, command = struct.unpack(">HH", data[8:12])
                if command == CONFIRMED_ACTION:
                    self.line.sendto(self.polled(invoke, data), peer)

    def polled(self, invoke: int, question: bytes) -> bytes:
        """PollMdibDataReply with one observation of each value."""
        (poll,) = struct.unpack(">H", question[28:30])
        now = datetime.datetime.now()
        digits = f"{now:%Y%m%d%H%M%S}{now.microsecond // 10000:02d}"
        observed = []
        for handle, value in enumerate(self.values, start=1):
            drift = math.sin(self.count / 9) + self.chance.uniform(-1, 1)
            reading = value["mean"] + drift * value["spread"] / 2
            seen = struct.pack(">HHH", value["physio"], 0, value["unit"]) + number(reading, value.get("digits", 0))
            observed.append(struct.pack(">H", handle) + attributes([(NU_VAL_OBS, seen)]))
        self.count += 1
        infos = struct.pack(">H", len(observed)) + part(b"".join(observed))
        contexts = struct.pack(">H", 1) + part(struct.pack(">H", 0) + infos)
        reply = struct.pack(">HI", poll, self.relative()) + bytes.fromhex(digits)
        reply += struct.pack(">HHH", 1, NOM_MOC_VMO_METRIC_NU, 0) + contexts
        return operation(
            RORS, invoke, CONFIRMED_ACTION, MDS_OBJECT + struct.pack(">H", NOM_ACT_POLL_MDIB_DATA) + part(reply)
        )


def poll(options: argparse.Namespace) -> None:
    """A client: associate, confirm the MDS create event, poll, release."""
    line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    line.settimeout(5)
    line.connect((options.to, PORT))
    line.send(association(0x0D, user_data(client=True)))
    answer = line.recv(2000)
    if answer[0] != 0x0E:
        raise SystemExit("the monitor refused the association")
    created = line.recv(2000)
    (invoke,) = struct.unpack(">H", created[8:10])
    result = MDS_OBJECT + struct.pack(">IH", 0, NOM_NOTI_MDS_CREAT) + part(b"")
    line.send(operation(RORS, invoke, CONFIRMED_EVENT_REPORT, result))
    end, count = time.monotonic() + options.seconds, 0
    while time.monotonic() < end:
        count += 1
        wanted = struct.pack(">HHHH", count, 1, NOM_MOC_VMO_METRIC_NU, 0)
        action = MDS_OBJECT + struct.pack(">IH", 0, NOM_ACT_POLL_MDIB_DATA) + part(wanted)
        line.send(operation(ROIV, count, CONFIRMED_ACTION, action))
        answer = line.recv(2000)
        if answer[4:6] != struct.pack(">H", RORS):
            raise SystemExit("the monitor did not answer the poll")
        time.sleep(options.period)
    line.send(RELEASE_REQUEST)
    if line.recv(2000)[0] != 0x0A:
        raise SystemExit("the monitor did not answer the release")
    print("polls", count)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve")
    for name in ("address", "broadcast", "mac", "maker", "model", "version", "serial", "bed", "values"):
        serve.add_argument(f"--{name}", required=True)
    serve.add_argument("--every", type=float, default=10, help="seconds between connect indications")
    client = commands.add_parser("poll")
    client.add_argument("--to", required=True)
    client.add_argument("--seconds", type=float, default=10)
    client.add_argument("--period", type=float, default=1.024)
    options = parser.parse_args()
    if options.command == "serve":
        Monitor(options).serve()
    poll(options)


if __name__ == "__main__":
    main()
