"""Reads a PLC and writes one register (pymodbus)."""

from __future__ import annotations

import argparse
import time

from pymodbus.client import ModbusTcpClient


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--to", required=True)
    parser.add_argument("--polls", type=int, default=4)
    parser.add_argument("--write", type=int)
    options = parser.parse_args()
    with ModbusTcpClient(options.to) as client:
        answer = client.read_device_information()
        print("identity", answer.information)
        for _ in range(options.polls):
            answer = client.read_holding_registers(0, count=8)
            assert not answer.isError(), answer
            client.read_coils(0, count=8)
            time.sleep(1)
        if options.write is not None:
            assert not client.write_register(3, options.write).isError()
        print("refused", client.read_holding_registers(5000, count=1))


if __name__ == "__main__":
    main()
