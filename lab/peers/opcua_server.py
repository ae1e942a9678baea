"""An OPC UA server of a plant controller with two changing values (asyncua)."""

from __future__ import annotations

import argparse
import asyncio
import math

from asyncua import Server
from asyncua.ua.uatypes import VariantType


async def run(options: argparse.Namespace) -> None:
    server = Server()
    await server.init()
    server.set_endpoint(f"opc.tcp://{options.address}:4840/plant")
    server.set_server_name(f"{options.vendor} {options.model}")
    await server.set_build_info(
        product_uri="urn:plant.example",
        manufacturer_name=options.vendor,
        product_name=options.model,
        software_version=options.version,
        build_number=options.version,
        build_date=__import__("datetime").datetime(2026, 1, 1),
    )
    space = await server.register_namespace("http://plant.example")
    plant = await server.nodes.objects.add_object(space, "MedicalGasPlant")
    pressure = await plant.add_variable(space, "OxygenPressure", 0.0, VariantType.Double)
    async with server:
        count = 0
        while True:
            count += 1
            await pressure.write_value(410.0 + 4 * math.sin(count / 3))
            await asyncio.sleep(1)


def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ("address", "vendor", "model", "version"):
        parser.add_argument(f"--{name}", required=True)
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
