"""Reads a controller over S7, writes one byte (python-snap7)."""

from __future__ import annotations

import argparse
import time

from snap7 import Client


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--to", required=True)
    options = parser.parse_args()
    client = Client()
    client.connect(options.to, 0, 1)
    try:
        print("cpu", client.get_cpu_info())
    except Exception as error:
        print("no cpu info:", error)
    for number in range(4):
        print("db", client.db_read(1, 0, 16).hex())
        client.db_write(1, number, bytearray([number + 1]))
        time.sleep(0.5)
    client.disconnect()


if __name__ == "__main__":
    main()
