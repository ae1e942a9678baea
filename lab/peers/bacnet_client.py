"""A building server: who-is, reads what a controller is and measures, writes its setpoint (bacpypes3)."""

from __future__ import annotations

import argparse
import asyncio

from bacpypes3.app import Application
from bacpypes3.local.device import DeviceObject
from bacpypes3.local.networkport import NetworkPortObject
from bacpypes3.pdu import Address, LocalBroadcast
from bacpypes3.primitivedata import ObjectIdentifier


async def run(options: argparse.Namespace) -> None:
    device = DeviceObject(objectIdentifier="device,1", objectName="building-server", vendorIdentifier=999)
    port = NetworkPortObject(f"{options.address}/24:47808", objectIdentifier="network-port,1", objectName="port-1")
    app = Application.from_object_list([device, port])
    await asyncio.sleep(0.5)
    found = await app.who_is(address=LocalBroadcast(), timeout=3)
    print("i-am", [str(row.iAmDeviceIdentifier) for row in found])
    target = Address(options.to)
    for name in ("object-name", "vendor-name", "model-name", "firmware-revision", "description"):
        print(name, await app.read_property(target, ObjectIdentifier(f"device,{options.instance}"), name))
    for _ in range(3):
        print("value", await app.read_property(target, ObjectIdentifier("analog-input,1"), "present-value"))
        await asyncio.sleep(1)
    if options.write:
        await app.write_property(target, ObjectIdentifier("analog-value,1"), "present-value", float(options.write))
    app.close()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--address", required=True)
    parser.add_argument("--to", required=True)
    parser.add_argument("--instance", required=True)
    parser.add_argument("--write")
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
