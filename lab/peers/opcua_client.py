"""Reads an OPC UA server and subscribes to a value (asyncua)."""

from __future__ import annotations

import argparse
import asyncio

from asyncua import Client


class Printer:
    def datachange_notification(self, node, value, data) -> None:
        print(node, value)


async def run(options: argparse.Namespace) -> None:
    async with Client(f"opc.tcp://{options.to}:4840/plant") as client:
        for row in (2261, 2263, 2264):  # ProductName, ManufacturerName, SoftwareVersion
            print(await client.get_node(f"i={row}").read_value())
        space = await client.get_namespace_index("http://plant.example")
        node = await client.nodes.objects.get_child([f"{space}:MedicalGasPlant", f"{space}:OxygenPressure"])
        subscription = await client.create_subscription(500, Printer())
        await subscription.subscribe_data_change(node)
        await asyncio.sleep(options.seconds)
        await subscription.delete()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--to", required=True)
    parser.add_argument("--seconds", type=float, default=5)
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
