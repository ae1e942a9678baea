"""OpenIGTLink client (versions 1 to 3): transforms, positions, images, strings, status; it only listens.

After the public protocol description (openigtlink.org, "Protocol"): a header of 58 bytes, then the body with
a CRC-64 (ECMA-182). It sends nothing at all: a server that waits for GET_ messages stays silent, and that is said.
"""

from __future__ import annotations

import argparse
import contextlib
import socket
import struct
import time
from typing import Any

from hinomi.connect.frames import Channel, safe
from hinomi.connect.line import Line

HEADER = struct.Struct(">H12s20sQQQ")  # version, type, device, time stamp, body size, CRC
BODY_BYTES_MAX = 64 << 20
QUIET_S = 5.0  # then the device counts as not heard
ECMA_182 = 0x42F0E1EBA9EA3693
TYPES = ("TRANSFORM", "POSITION", "QTRANS", "TDATA", "IMAGE", "STRING", "STATUS", "SENSOR")


def _table() -> list[int]:
    rows = []
    for byte in range(256):
        value = byte << 56
        for _ in range(8):
            value = ((value << 1) ^ ECMA_182 if value & (1 << 63) else value << 1) & 0xFFFFFFFFFFFFFFFF
        rows.append(value)
    return rows


_TABLE = _table()
CRC_BYTES_MAX = 64 << 10  # a checksum byte by byte in Python over an image would hold the transforms up


def crc64(data: bytes) -> int:
    value = 0
    for byte in data:
        value = ((value << 8) & 0xFFFFFFFFFFFFFFFF) ^ _TABLE[(value >> 56) ^ byte]
    return value


def stamp_ns(raw: int) -> int | None:
    """A 32.32 fixed-point time since 1970; 0 means none was given."""
    return (raw >> 32) * 1_000_000_000 + (((raw & 0xFFFFFFFF) * 1_000_000_000) >> 32) if raw else None


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--to", required=True, metavar="HOST:PORT")
    parser.add_argument("--source", default="", help="what people call the device")


def run(line: Line, options: argparse.Namespace) -> None:
    host, _, port = options.to.rpartition(":")
    while True:
        try:
            with socket.create_connection((host, int(port)), timeout=QUIET_S) as peer:
                peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                listen(line, peer, options.source or options.name)
        except OSError as error:
            line.state(False, str(error))
        time.sleep(1)


def listen(line: Line, peer: socket.socket, source: str) -> None:
    with peer.makefile("rb") as stream:
        while len(head := stream.read(HEADER.size)) == HEADER.size:
            version, kind, device, raw, size, crc = HEADER.unpack(head)
            if size > BODY_BYTES_MAX or not 1 <= version <= 3:
                line.state(False, f"a body of {size} bytes of version {version} is over the limit")
                return
            body = stream.read(size)
            if len(body) < size:
                break
            if size <= CRC_BYTES_MAX and crc64(body) != crc:
                line.state(False, "checksum differs")
                return
            line.state(True)
            content = _content(version, body)
            word = kind.rstrip(b"\0").decode("ascii", "replace")
            name = device.rstrip(b"\0").decode("utf-8", "replace")
            with contextlib.suppress(struct.error, IndexError):
                _message(line, source, word, name, content, stamp_ns(raw))
    line.state(False, "the device closed the line")


def _content(version: int, body: bytes) -> bytes:
    """From version 2 on an extended header stands before the content and metadata behind it."""
    if version < 2 or len(body) < 12:
        return body
    extended, heads, meta = struct.unpack_from(">HHI", body)
    return body[extended : len(body) - heads - meta]


def _message(line: Line, source: str, kind: str, name: str, body: bytes, at: int | None) -> None:
    base = safe(source)
    if kind == "TRANSFORM":
        values = struct.unpack_from(">12f", body)
        _tool(line, base, source, name, [*values[:9], *values[9:]], at)
    elif kind == "TDATA":
        for place in range(0, len(body) // 70 * 70, 70):
            tool = body[place : place + 20].rstrip(b"\0").decode("utf-8", "replace")
            _tool(line, base, source, tool, list(struct.unpack_from(">12f", body, place + 22)), at)
    elif kind in ("POSITION", "QTRANS"):
        x, y, z = struct.unpack_from(">3f", body)
        quaternion = struct.unpack_from(">4f", body, 12) if len(body) >= 28 else (0.0, 0.0, 0.0, 1.0)
        _tool(line, base, source, name, [*_rotation(*quaternion), x, y, z], at)
    elif kind == "IMAGE":
        _image(line, base, source, name, body, at)
    elif kind == "STRING":
        encoding, length = struct.unpack_from(">HH", body)
        text = body[4 : 4 + length].decode("utf-8" if encoding == 106 else "ascii", "replace")
        _words(line, base, source, name, "text", text, at)
    elif kind == "STATUS":
        code = struct.unpack_from(">H", body)[0]
        text = body[30:].rstrip(b"\0").decode("utf-8", "replace")
        _words(line, base, source, name, "state", text or f"status {code}", at, {"code": code})
    elif kind == "SENSOR":
        count = body[0]
        for place, value in enumerate(struct.unpack_from(f">{count}d", body, 10)):
            id = f"{base}/{safe(name)}-{place}"
            line.channel(Channel(id, "numeric", source, f"{name} {place}", every_s=0))
            line.sample(id, value=value, device_ns=at)


def _rotation(x: float, y: float, z: float, w: float) -> list[float]:
    """Columns of the rotation matrix of a unit quaternion."""
    return [
        1 - 2 * (y * y + z * z), 2 * (x * y + z * w), 2 * (x * z - y * w),
        2 * (x * y - z * w), 1 - 2 * (x * x + z * z), 2 * (y * z + x * w),
        2 * (x * z + y * w), 2 * (y * z - x * w), 1 - 2 * (x * x + y * y),
    ]  # fmt: skip


def _tool(line: Line, base: str, source: str, tool: str, columns: list[float], at: int | None) -> None:
    """A matrix given column by column (three of rotation, one of place) as a 4 × 4 row by row, in mm."""
    r = columns
    matrix = [r[0], r[3], r[6], r[9], r[1], r[4], r[7], r[10], r[2], r[5], r[8], r[11], 0.0, 0.0, 0.0, 1.0]
    id = f"{base}/{safe(tool)}"
    line.channel(Channel(id, "transform", source, tool, unit="mm", every_s=1.0, device_type="surgical_navigation"))
    line.sample(id, value=[round(v, 6) for v in matrix], device_ns=at)


def _image(line: Line, base: str, source: str, name: str, body: bytes, at: int | None) -> None:
    """Raw pixels with size, type and the place in space; shown by the desk, changed by nobody."""
    head = struct.unpack_from(">HBBBB3H12f3H3H", body)
    size = list(head[5:8])
    place: dict[str, Any] = {
        "components": head[1], "scalar": head[2], "big_endian": head[3] == 1, "size": size,
        "matrix": [round(v, 6) for v in head[8:20]], "space": head[4],
    }  # fmt: skip
    id = f"{base}/{safe(name)}"
    line.channel(Channel(id, "image", source, name))
    line.sample(id, tail=body[struct.calcsize(">HBBBB3H12f3H3H") :], device_ns=at, format="igtl-raw", x=place)


def _words(
    line: Line, base: str, source: str, name: str, kind: str, text: str, at: int | None, more: Any = None
) -> None:
    id = f"{base}/{safe(name)}"
    line.channel(Channel(id, kind, source, name))
    line.sample(id, value=text, device_ns=at, x=more or {})
