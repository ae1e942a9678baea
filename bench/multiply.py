"""Repeat a capture with changed addresses up to a size: `bench/multiply.py SOURCE TARGET --megabytes 1000`.

The copies run side by side, each between other hosts and a little later; payload stays byte for byte and
checksums are right. The work is done in Rust (`hinomi._wire.multiply`).
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from hinomi import _wire


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--megabytes", type=int, required=True)
    arguments = parser.parse_args()
    partial = arguments.target.with_suffix(".partial")
    try:
        _wire.multiply(str(arguments.source), str(partial), 1)
        copies = max(1, round(arguments.megabytes * 1e6 / partial.stat().st_size))
        packets = _wire.multiply(str(arguments.source), str(partial), copies)
    except _wire.CaptureError as error:
        sys.exit(f"{error.sentence}\nhint: {error.hint}")
    partial.rename(arguments.target)
    print(f"{arguments.target.name}: {copies} copies, {packets:,} packets", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
