"""A picture on a room's line, for tests of drawing: `picture_line.py SOCKET`. A grey wedge with a cross, no patient."""

import struct
import sys
import time
import zlib
from pathlib import Path

from hinomi.connect.frames import Channel
from hinomi.connect.line import Line

WIDE, HIGH = 320, 240


def png() -> bytes:
    def part(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = b"".join(
        b"\0" + bytes(255 if x == WIDE // 2 or y == HIGH // 2 else 40 + x // 3 for x in range(WIDE))
        for y in range(HIGH)
    )
    head = struct.pack(">IIBBBBB", WIDE, HIGH, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", zlib.compress(rows)) + part(b"IEND", b"")


line = Line(Path(sys.argv[1]), "us", "picture")
line.channel(Channel("US/image", "image", "US", "image"))
line.channel(Channel("US/depth", "numeric", "US", "depth", unit="mm", every_s=1))
line.state(True)
line.sample("US/image", tail=png(), format="png", x={"modality": "US", "description": "test picture"})
while True:
    line.sample("US/depth", value=60)
    time.sleep(0.5)
