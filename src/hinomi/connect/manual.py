"""What a person reads off a device that has no socket: lines of `name value unit` on standard input.

A word that is no number is kept as text. Each line is one sample, stamped when it was entered.
"""

from __future__ import annotations

import argparse
import sys
import time

from hinomi.connect.frames import Channel, safe
from hinomi.connect.line import Line

LINE_MAX = 500  # letters


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--source", default="manual", help="what the values are read off")


def run(line: Line, options: argparse.Namespace) -> None:
    line.state(True, "a person")
    for typed in sys.stdin:
        enter(line, options.source, typed[:LINE_MAX])
    while True:  # standard input has ended: stay, so that the channel is not shown as lost
        time.sleep(3600)


def enter(line: Line, source: str, typed: str) -> None:
    """One line as a person typed it."""
    words = typed.split()
    if not words:
        return
    name = words[0]
    try:
        value = float(words[1])
    except (IndexError, ValueError):
        id = f"{safe(source)}/note"
        line.channel(Channel(id, "text", source, "note"))
        line.sample(id, value=" ".join(words))
        return
    id = f"{safe(source)}/{safe(name)}"
    line.channel(Channel(id, "numeric", source, name, unit=words[2] if len(words) > 2 else ""))
    line.sample(id, value=value)
