"""A camera that plays an H.265 file over and over, at its own pace, in GStreamer's RTSP server (system's Python).

usage: rtsp_loop.py PORT FILE [FRAMES_A_SECOND]
"""

import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402

CAPS = "video/x-h265,stream-format=byte-stream,alignment=au"


def pictures(path: str) -> list[bytes]:
    """Every access unit of the file."""
    read = f"filesrc location={path} ! h265parse config-interval=-1 ! {CAPS}"
    line = Gst.parse_launch(f"{read} ! appsink name=out sync=false")
    out = line.get_by_name("out")
    line.set_state(Gst.State.PLAYING)
    found = []
    while (sample := out.emit("pull-sample")) is not None:
        buffer = sample.get_buffer()
        found.append(buffer.extract_dup(0, buffer.get_size()))
    line.set_state(Gst.State.NULL)
    return found


Gst.init(None)
units = pictures(sys.argv[2])
period = Gst.SECOND // int(sys.argv[3] if len(sys.argv) > 3 else 30)


def configure(_factory: GstRtspServer.RTSPMediaFactory, media: GstRtspServer.RTSPMedia) -> None:
    number = 0

    def push(source: Gst.Element, _wanted: int) -> None:
        nonlocal number
        buffer = Gst.Buffer.new_wrapped(units[number % len(units)])
        buffer.pts = buffer.dts = number * period
        buffer.duration = period
        number += 1
        source.emit("push-buffer", buffer)

    media.get_element().get_by_name("in").connect("need-data", push)


server = GstRtspServer.RTSPServer()
server.set_service(sys.argv[1])
factory = GstRtspServer.RTSPMediaFactory()
factory.set_launch(
    f"( appsrc name=in format=time is-live=true max-bytes=2000000 block=false caps={CAPS},framerate=30/1 "
    "! identity sync=true ! h265parse ! rtph265pay name=pay0 pt=96 mtu=1400 )"
)
factory.set_shared(True)
factory.connect("media-configure", configure)
server.get_mount_points().add_factory("/live", factory)
server.attach(None)
GLib.MainLoop().run()
