"""A controller that speaks S7 (python-snap7's server) with one data block."""

from __future__ import annotations

import threading

from snap7 import Server, SrvArea


def main() -> None:
    server = Server()
    server.register_area(SrvArea.DB, 1, bytearray(64))
    server.start(tcp_port=102)
    threading.Event().wait()


if __name__ == "__main__":
    main()
