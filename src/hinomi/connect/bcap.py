"""ORiN b-CAP client over TCP: connects to a controller and reads its variables. It has no call that writes one.

After the public b-CAP description: SOH, length, serial, version, function, arguments, EOT, little endian;
the answer's function is an HRESULT. Only the functions of `ASKS` are ever sent.
"""

from __future__ import annotations

import argparse
import contextlib
import socket
import struct
import time
from typing import Any, BinaryIO

from hinomi.connect.frames import Channel, safe
from hinomi.connect.line import Line

SOH, EOT = 0x01, 0x04
FRAME_BYTES_MAX = 1 << 20
VT_I2, VT_I4, VT_R4, VT_R8, VT_BSTR, VT_BOOL, VT_UI1, VT_UI4, VT_I8 = 2, 3, 4, 5, 8, 11, 17, 19, 20
_FIXED = {VT_I2: "<h", VT_I4: "<i", VT_R4: "<f", VT_R8: "<d", VT_BOOL: "<h", VT_UI1: "<B", VT_UI4: "<I", VT_I8: "<q"}
# Service and controller: start, stop, connect, disconnect; a variable: find, read, let go. Nothing else.
ASKS = {
    "service_start": 1, "service_stop": 2, "connect": 3, "disconnect": 4, "find": 9, "read": 101, "let_go": 111,
}  # fmt: skip

Value = tuple[int, Any]


class BcapError(ConnectionError):
    """The controller closed the line, answered with an error or outside the protocol."""


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--to", required=True, metavar="HOST:PORT")
    parser.add_argument("--source", default="", help="what people call the controller")
    parser.add_argument("--provider", default="CaoProv.Lab", help="name of the CAO provider on the controller")
    parser.add_argument("--variable", action="append", default=[], metavar="NAME[=UNIT]", help="may be given often")
    parser.add_argument("--every", type=float, default=0.5, help="seconds between two readings")


def run(line: Line, options: argparse.Namespace) -> None:
    host, _, port = options.to.rpartition(":")
    while True:
        try:
            with socket.create_connection((host, int(port)), timeout=3) as peer, peer.makefile("rb") as stream:
                peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                follow(line, Controller(peer, stream), options)
        except (OSError, struct.error) as error:
            line.state(False, str(error))
        time.sleep(1)


class Controller:
    def __init__(self, peer: socket.socket, stream: BinaryIO) -> None:
        self._peer, self._stream, self._serial = peer, stream, 0

    def ask(self, name: str, *arguments: Value) -> list[Any]:
        """Raises BcapError: the controller says no, or answers outside the protocol."""
        self._serial = self._serial % 0xFFFF + 1
        body = struct.pack("<HHiH", self._serial, 0, ASKS[name], len(arguments)) + b"".join(map(_pack, arguments))
        self._peer.sendall(struct.pack("<BI", SOH, len(body) + 6) + body + bytes([EOT]))
        head = self._stream.read(5)
        if len(head) < 5:
            raise BcapError("the controller closed the line")
        mark, length = struct.unpack("<BI", head)
        if mark != SOH or not 16 <= length <= FRAME_BYTES_MAX:
            raise BcapError("not a b-CAP answer")
        body = self._stream.read(length - 5)
        if len(body) < length - 5 or body[-1] != EOT:
            raise BcapError("the answer was cut off")
        serial, _, status, count = struct.unpack_from("<HHiH", body)
        if serial != self._serial:
            raise BcapError("the answer belongs to another question")
        if status < 0:
            raise BcapError(f"{name}: HRESULT {status & 0xFFFFFFFF:#010x}")
        return _unpack(body[10:-1], count)


def _pack(value: Value) -> bytes:
    kind, content = value
    if kind == VT_BSTR:
        text = str(content).encode("utf-16-le")
        body = struct.pack("<I", len(text)) + text
    else:
        body = struct.pack(_FIXED[kind], content)
    return struct.pack("<IHI", len(body) + 6, kind, 1) + body


def _unpack(data: bytes, count: int) -> list[Any]:
    values: list[Any] = []
    offset = 0
    for _ in range(count):
        length, kind, elements = struct.unpack_from("<IHI", data, offset)
        body = data[offset + 10 : offset + 4 + length]
        if kind == VT_BSTR:
            values.append(body[4 : 4 + struct.unpack_from("<I", body)[0]].decode("utf-16-le", "replace"))
        elif kind & 0xFF in _FIXED:
            each = _FIXED[kind & 0xFF]
            step = struct.calcsize(each)
            found = [struct.unpack_from(each, body, n * step)[0] for n in range(elements)]
            values.append(found if kind & 0x2000 else found[0])
        else:
            values.append(None)
        offset += 4 + length
    return values


def follow(line: Line, controller: Controller, options: argparse.Namespace) -> None:
    source = options.source or options.name
    controller.ask("service_start", (VT_BSTR, ""))
    (handle,) = controller.ask(
        "connect", (VT_BSTR, "hinomi"), (VT_BSTR, options.provider), (VT_BSTR, "localhost"), (VT_BSTR, "")
    )
    found: list[tuple[str, str, Any]] = []
    for asked in options.variable:
        name, _, unit = asked.partition("=")
        with contextlib.suppress(BcapError):
            found.append((name, unit, controller.ask("find", (VT_UI4, handle), (VT_BSTR, name), (VT_BSTR, ""))[0]))
    line.state(bool(found), "" if found else "the controller knows none of the variables")
    known: dict[str, Any] = {}
    while found:
        begun = time.monotonic()
        for name, unit, variable in found:
            asked = time.monotonic_ns()
            values = controller.ask("read", (VT_UI4, variable))
            took = time.monotonic_ns() - asked
            _hand_on(line, source, name, unit, values[0] if values else None, options.every, known, took)
        time.sleep(max(0.0, options.every - (time.monotonic() - begun)))


def _hand_on(
    line: Line, source: str, name: str, unit: str, value: Any, every: float, known: dict[str, Any], took_ns: int
) -> None:
    """The controller read its value somewhere between question and answer: that is the sample's error."""
    id = f"{safe(source)}/{safe(name)}"
    if isinstance(value, bool | int | float):
        line.channel(Channel(id, "numeric", source, name, unit=unit, every_s=every))
        line.sample(id, value=float(value), e=took_ns)
    elif value is not None:
        line.channel(Channel(id, "state", source, name))
        if known.get(id) != value:  # words are told when they change
            known[id] = value
            line.sample(id, value=str(value))
