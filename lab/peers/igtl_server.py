"""A navigation system that sends the position of two tools (pyigtl)."""

from __future__ import annotations

import argparse
import math
import time

import numpy
import pyigtl


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--name", required=True)
    parser.add_argument("--rate-hz", type=float, default=10)
    options = parser.parse_args()
    server = pyigtl.OpenIGTLinkServer(port=18944, local_server=False, iface=b"eth0")
    begin, greeted = time.monotonic(), False
    while True:
        time.sleep(1 / options.rate_hz)
        if not server.is_connected():
            greeted = False
            continue
        if not greeted:
            server.send_message(pyigtl.StringMessage(options.name, device_name="SystemInfo"))
            greeted = True
        angle = (time.monotonic() - begin) / 2
        for tool, radius in (("Pointer", 40.0), ("Suction", 25.0)):
            matrix = numpy.eye(4)
            matrix[0:2, 0:2] = [[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]]
            matrix[0:3, 3] = [radius * math.cos(angle), radius * math.sin(angle), 120.0]
            server.send_message(pyigtl.TransformMessage(matrix, device_name=tool))


if __name__ == "__main__":
    main()
