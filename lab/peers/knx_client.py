"""A building server: finds a KNX/IP interface, opens a tunnel, switches, then talks by routing multicast.

usage: python -m lab.peers.knx_client INTERFACE OWN
"""

from __future__ import annotations

import asyncio
import sys

from xknx import XKNX
from xknx.io import ConnectionConfig, ConnectionType, GatewayScanner
from xknx.tools import group_value_write


async def main(interface: str, own: str) -> None:
    seeker = XKNX()
    found = await GatewayScanner(seeker, local_ip=own, timeout_in_seconds=2).scan()
    print("found", found)
    for kind in (ConnectionType.TUNNELING, ConnectionType.ROUTING):
        config = ConnectionConfig(connection_type=kind, gateway_ip=interface, local_ip=own)
        if kind is ConnectionType.ROUTING:
            config = ConnectionConfig(connection_type=kind, local_ip=own, individual_address="1.1.20")
        async with XKNX(connection_config=config) as xknx:
            for group in ("1/0/1", "1/0/2"):
                group_value_write(xknx, group, True)
            await asyncio.sleep(2)


asyncio.run(main(*sys.argv[1:3]))
