"""Announces one service by multicast DNS (python-zeroconf) until it is ended."""

from __future__ import annotations

import argparse
import socket
import threading

from zeroconf import IPVersion, ServiceInfo, Zeroconf


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--address", required=True)
    parser.add_argument("--hostname", required=True)
    parser.add_argument("--name", required=True)
    parser.add_argument("--service", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--property", nargs="*", default=[])
    options = parser.parse_args()
    info = ServiceInfo(
        options.service,
        f"{options.name}.{options.service}",
        addresses=[socket.inet_aton(options.address)],
        port=options.port,
        properties=dict(row.split("=", 1) for row in options.property),
        server=f"{options.hostname}.local.",
    )
    with Zeroconf(interfaces=[options.address], ip_version=IPVersion.V4Only) as zeroconf:
        zeroconf.register_service(info)
        threading.Event().wait()


if __name__ == "__main__":
    main()
