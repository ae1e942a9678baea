"""A signage display with a UPnP description, announced by SSDP (async-upnp-client's server)."""

from __future__ import annotations

import argparse
import asyncio
from xml.etree import ElementTree

from async_upnp_client.const import DeviceInfo
from async_upnp_client.server import UpnpServer, UpnpServerDevice

TYPE = "urn:schemas-upnp-org:device:Basic:1"


async def run(options: argparse.Namespace) -> None:
    info = DeviceInfo(
        device_type=TYPE,
        friendly_name=f"{options.model} hall",
        manufacturer=options.manufacturer,
        manufacturer_url=None,
        model_description="signage display",
        model_name=options.model,
        model_number=options.version,
        model_url=None,
        serial_number=options.serial,
        udn="uuid:7a1f0c5e-6f3b-5d5e-9d3a-000000000021",
        upc=None,
        presentation_url="/",
        url="/device.xml",
        icons=[],
        xml=ElementTree.Element("server_device"),
    )

    class Display(UpnpServerDevice):
        DEVICE_DEFINITION = info
        EMBEDDED_DEVICES = []  # noqa: RUF012 - as the library asks
        SERVICES = []  # noqa: RUF012

    server = UpnpServer(Display, (options.address, 0), http_port=8080)
    await server.async_start()
    await asyncio.Event().wait()


def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ("address", "manufacturer", "model", "version", "serial"):
        parser.add_argument(f"--{name}", required=True)
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
