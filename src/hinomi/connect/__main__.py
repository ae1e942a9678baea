"""`python -m hinomi.connect KIND --name NAME --room ROOM …`: what `hinomi connect` starts."""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import importlib
import os
import signal
import sys
from pathlib import Path
from typing import IO

from hinomi.connect.frames import safe, socket_path
from hinomi.connect.line import Line
from hinomi.connect.registry import KINDS

ALREADY = 75  # exit code: this connector of this room runs; it outlived a killed recorder and goes on


def alone(home: Path, room: str, name: str) -> IO[str] | None:
    """A lock that dies with its process, the process id in it; None when another holds it."""
    path = home / "theatre" / f"{safe(room)}.{safe(name)}.pid"
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("a+", encoding="ascii")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


def end_orphan(home: Path, room: str, name: str) -> None:
    """Ends a connector that outlived its recorder, when the room is closed: whoever holds the lock."""
    path = home / "theatre" / f"{safe(room)}.{safe(name)}.pid"
    with contextlib.suppress(OSError, ValueError), path.open("r+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.kill(int(file.read()), signal.SIGTERM)


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
    lock = alone(home, options.room, options.name)
    if lock is None:
        return ALREADY
    line = Line(socket_path(home, options.room), options.name, kind)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        module.run(line, options)
    except KeyboardInterrupt:
        pass
    finally:
        line.close()
        lock.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
