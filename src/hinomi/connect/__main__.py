"""`python -m hinomi.connect KIND --name NAME --room ROOM …`: what `hinomi connect` starts."""

from __future__ import annotations

import argparse
import importlib
import os
import signal
import sys
from pathlib import Path

from hinomi.connect.frames import socket_path
from hinomi.connect.line import Line
from hinomi.connect.registry import KINDS


def main(arguments: list[str]) -> int:
    if not arguments or arguments[0] not in KINDS:
        print(f"connect: which kind? {', '.join(KINDS)}\nhint: hinomi connect KIND --help", file=sys.stderr)
        return 2
    kind = arguments[0]
    module = importlib.import_module(KINDS[kind])
    parser = argparse.ArgumentParser(f"hinomi connect {kind}", description=(module.__doc__ or "").splitlines()[0])
    parser.add_argument("--name", default=kind, help="name of this connector in the room")
    parser.add_argument("--room", required=True, help="room whose recorder takes the samples")
    module.options(parser)
    options = parser.parse_args(arguments[1:])
    home = Path(os.environ.get("HINOMI_HOME") or Path.home() / ".local/share/hinomi")
    line = Line(socket_path(home, options.room), options.name, kind)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        module.run(line, options)
    except KeyboardInterrupt:
        pass
    finally:
        line.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
