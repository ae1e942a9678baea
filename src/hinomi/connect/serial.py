"""A serial device through a plug-in: a Python file of at most 100 lines that turns its lines into values.

The plug-in says `SETTINGS` (baud, bits, parity, stop) and `parse(data) -> (values, rest)`, where a value is
(name, number, unit) or (name, text). Nothing is ever written to the port. See docs/desk.md and `plugins/`.
"""

from __future__ import annotations

import argparse
import importlib.util
import time
from pathlib import Path
from types import ModuleType

from hinomi.connect.frames import Channel, safe
from hinomi.connect.line import Line

LINES_MAX = 100
REST_BYTES_MAX = 64 << 10  # what a plug-in may leave for later
PLUGINS = Path(__file__).parent / "plugins"


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", required=True, help="/dev/ttyUSB0 …")
    parser.add_argument("--plugin", required=True, help="name of a file in plugins/, or a path")
    parser.add_argument("--source", default="", help="what people call the device")
    parser.add_argument("--every", type=float, default=1.0, help="usual pause between two values, seconds")


def load(name: str) -> ModuleType:
    """Raises ValueError: it is no plug-in, or too long to be read before it is trusted."""
    path = Path(name) if name.endswith(".py") else PLUGINS / f"{name}.py"
    if len(path.read_text("utf-8").splitlines()) > LINES_MAX:
        raise ValueError(f"{path.name}: a plug-in has at most {LINES_MAX} lines, so that a person can read it")
    spec = importlib.util.spec_from_file_location(f"hinomi_serial_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise ValueError(f"{path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    if not hasattr(module, "parse"):
        raise ValueError(f"{path.name} has no parse()")
    return module


def run(line: Line, options: argparse.Namespace) -> None:
    import serial

    plugin = load(options.plugin)
    source = options.source or options.name
    settings = {"baudrate": 9600, "timeout": 0.2} | getattr(plugin, "SETTINGS", {})
    while True:
        try:
            with serial.Serial(options.port, **settings) as port:
                rest, heard = b"", time.monotonic()
                while True:
                    data = port.read(max(1, port.in_waiting))
                    if data:
                        heard = time.monotonic()
                        line.state(True)
                    elif time.monotonic() - heard > max(3.0, 3 * options.every):
                        line.state(False, "nothing comes from the port")
                    values, rest = plugin.parse(rest + data)
                    rest = rest[-REST_BYTES_MAX:]
                    for value in values:
                        hand_on(line, source, value, options.every)
        except (OSError, serial.SerialException) as error:
            line.state(False, str(error))
        time.sleep(1)


def hand_on(line: Line, source: str, value: tuple[str, float, str] | tuple[str, str], every: float) -> None:
    name = value[0]
    id = f"{safe(source)}/{safe(name)}"
    if len(value) == 3:
        line.channel(Channel(id, "numeric", source, name, unit=value[2], every_s=every))
        line.sample(id, value=float(value[1]))
    else:
        line.channel(Channel(id, "state", source, name))
        line.sample(id, value=str(value[1]))
