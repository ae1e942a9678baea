"""A PLC with holding registers and device identification (pymodbus)."""

from __future__ import annotations

import argparse

from pymodbus.datastore import ModbusDeviceContext, ModbusSequentialDataBlock, ModbusServerContext
from pymodbus.pdu.device import ModbusDeviceIdentification
from pymodbus.server import StartTcpServer


def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ("vendor", "model", "version"):
        parser.add_argument(f"--{name}", required=True)
    options = parser.parse_args()
    block = ModbusSequentialDataBlock(1, [210, 455, 1013, 0, 1, 0, 230, 50] * 4)
    context = ModbusServerContext(devices=ModbusDeviceContext(hr=block, ir=block, co=block, di=block), single=True)
    identity = ModbusDeviceIdentification(
        info_name={
            "VendorName": options.vendor,
            "ProductCode": options.model,
            "MajorMinorRevision": options.version,
            "ModelName": options.model,
            "ProductName": options.model,
        }
    )
    StartTcpServer(context, identity=identity, address=("", 502))


if __name__ == "__main__":
    main()
