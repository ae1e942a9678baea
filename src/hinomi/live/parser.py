"""The process that understands: `python -m hinomi.live.parser ORDERS`.

Standard input: pcapng of the ears. Standard output: frames of rows. ORDERS: a descriptor with one JSON
object (capture, site, sensor, key, limits). From the first packet on it can open no socket and no file.
"""

from __future__ import annotations

import json
import os
import sys

from hinomi import _wire
from hinomi.live import privileges


def main() -> None:
    privileges.leave_signals()
    with os.fdopen(int(sys.argv[1]), "rb") as file:
        orders = json.load(file)
    key = bytes.fromhex(orders.pop("key"))
    privileges.become_nobody()
    _wire.confine("parser", [1, 2])
    _wire.parse(0, 1, key=key, **orders)
    os._exit(0)


if __name__ == "__main__":
    main()
