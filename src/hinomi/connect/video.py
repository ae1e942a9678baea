"""Video by RTSP: the camera's own H.264 or H.265 put into fragmented MP4, never decoded and never transcoded.

GStreamer (LGPL) does it in a process of its own: `gst-launch-1.0`, from Debian's gstreamer1.0-tools with
plugins-good and -bad. Sound is not taken. It starts only under a rule that the owner recorded (`hinomi desk
consent`), asked for by the room before it starts this connector.
"""

from __future__ import annotations

import argparse
import base64
import shutil
import struct
import subprocess
import time
from collections.abc import Iterator
from typing import IO

from hinomi.connect.frames import TAIL_BYTES_MAX, Channel, safe
from hinomi.connect.line import Line

FRAGMENT_MS = 500
DEPAY = {"h264": ("rtph264depay", "h264parse", "video/x-h264,stream-format=avc,alignment=au"),
         "h265": ("rtph265depay", "h265parse", "video/x-h265,stream-format=hvc1,alignment=au")}  # fmt: skip


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--url", required=True, help="rtsp://…")
    parser.add_argument("--codec", choices=sorted(DEPAY), default="h264")
    parser.add_argument("--source", default="", help="what people call the camera")
    parser.add_argument("--user", default="", help="name for the camera; its password comes from HINOMI_RTSP_PASSWORD")


def pipeline(url: str, codec: str) -> list[str]:
    """The elements between the camera and our standard input: no decoder and no encoder among them."""
    depay, parse, caps = DEPAY[codec]
    return [
        "rtspsrc", f"location={url}", "protocols=tcp", "latency=100", "!", depay, "!", parse, "config-interval=-1",
        "!", caps, "!", "mp4mux", f"fragment-duration={FRAGMENT_MS}", "streamable=true", "!", "fdsink", "fd=1",
    ]  # fmt: skip


def run(line: Line, options: argparse.Namespace) -> None:
    source = options.source or options.name
    tool = shutil.which("gst-launch-1.0")
    if tool is None:
        line.state(False, "gst-launch-1.0 is missing; hint: apt install gstreamer1.0-tools gstreamer1.0-plugins-bad")
        line.flush()
        raise SystemExit(3)
    id = f"{safe(source)}/video"
    line.channel(Channel(id, "video", source, "video", every_s=FRAGMENT_MS / 1000, detail={"codec": options.codec}))
    init_seen, head = False, ""
    while True:
        command = [tool, "-q", *pipeline(options.url, options.codec)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
            assert process.stdout is not None
            for init, fragment in fragments(process.stdout):
                if init and init_seen:
                    break  # a second head cannot go into the same file: a new process of ours makes a new one
                init_seen = init_seen or init
                line.state(True)
                if init:
                    head = base64.b64encode(fragment).decode()
                # Each fragment carries the head: a record that begins later needs it to be opened at all.
                line.sample(id, tail=fragment, init=init, h=head)
            process.terminate()
        line.state(False, "no video comes")
        if init_seen:
            line.flush()
            raise SystemExit(4)  # the room starts us again: new run, new file
        time.sleep(1)


def fragments(stream: IO[bytes]) -> Iterator[tuple[bool, bytes]]:
    """(is the head, bytes): first `ftyp` and `moov`, then each `moof` with its `mdat` (ISO/IEC 14496-12 §4.2)."""
    waiting = bytearray()
    while len(head := stream.read(8)) == 8:
        size, kind = struct.unpack(">I4s", head)
        more = b""
        if size == 1:
            more = stream.read(8)
            size = struct.unpack(">Q", more)[0]
        length = size - 8 - len(more)
        if not 0 <= length <= TAIL_BYTES_MAX:
            return
        body = stream.read(length)
        if len(body) < length:
            return
        waiting += head + more + body
        if kind in (b"moov", b"mdat"):
            yield kind == b"moov", bytes(waiting)
            waiting.clear()
