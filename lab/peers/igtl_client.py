"""Receives tool positions from a navigation system for some seconds (pyigtl)."""

from __future__ import annotations

import argparse
import time

import pyigtl


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--to", required=True)
    parser.add_argument("--seconds", type=float, default=6)
    options = parser.parse_args()
    client = pyigtl.OpenIGTLinkClient(options.to, 18944)
    end, count = time.monotonic() + options.seconds, 0
    while time.monotonic() < end:
        if client.wait_for_message("Pointer", timeout=2):
            count += 1
    client.stop()
    print("positions", count)
    if count < 3:
        raise SystemExit("too few positions")


if __name__ == "__main__":
    main()
