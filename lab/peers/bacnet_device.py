"""A BACnet/IP controller with two values (bacpypes3)."""

from __future__ import annotations

import argparse
import asyncio

from bacpypes3.app import Application
from bacpypes3.local.analog import AnalogInputObject, AnalogValueObject
from bacpypes3.local.device import DeviceObject
from bacpypes3.local.networkport import NetworkPortObject


async def run(options: argparse.Namespace) -> None:
    device = DeviceObject(
        objectIdentifier=f"device,{options.instance}",
        objectName=options.name,
        vendorIdentifier=999,
        vendorName=options.vendor,
        modelName=options.model,
        firmwareRevision=options.version,
        applicationSoftwareVersion=options.version,
        description="Air handling unit, operating theatre 1",
    )
    port = NetworkPortObject(f"{options.address}/24:47808", objectIdentifier="network-port,1", objectName="port-1")
    Application.from_object_list(
        [
            device,
            port,
            AnalogInputObject(
                objectIdentifier="analog-input,1",
                objectName="room temperature",
                presentValue=23.4,
                units="degreesCelsius",
            ),
            AnalogValueObject(
                objectIdentifier="analog-value,1",
                objectName="temperature setpoint",
                presentValue=23.0,
                units="degreesCelsius",
            ),
        ]
    )
    await asyncio.Event().wait()


def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ("address", "instance", "name", "vendor", "model", "version"):
        parser.add_argument(f"--{name}", required=True)
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
