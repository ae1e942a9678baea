"""Looks for services by multicast DNS (python-zeroconf) for some seconds."""

from __future__ import annotations

import argparse
import time

from zeroconf import IPVersion, ServiceBrowser, Zeroconf


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--address", required=True)
    parser.add_argument("--service", required=True)
    parser.add_argument("--seconds", type=float, default=4)
    options = parser.parse_args()
    found: list[str] = []
    with Zeroconf(interfaces=[options.address], ip_version=IPVersion.V4Only) as zeroconf:
        ServiceBrowser(
            zeroconf, options.service, handlers=[lambda zeroconf, service_type, name, state_change: found.append(name)]
        )
        time.sleep(options.seconds)
    print("found", found)


if __name__ == "__main__":
    main()
