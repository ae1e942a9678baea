"""Run the engine alone over a capture, every dissector on: `bench/engine.py [--batches] CAPTURE`.

Without --batches: one engine on one thread, its rows counted and forgotten (hold it on one processor
to compare it with another program of one thread; the file is read ahead on a thread of its own). With
--batches: as in `hinomi read`, on all cores, each Arrow batch made and dropped.
"""

from __future__ import annotations

import sys
from collections import Counter

from hinomi import _wire


def main() -> int:
    *options, capture = sys.argv[1:]
    if "--batches" not in options:
        print(*(f"{name} {value}" for name, value in _wire.count(capture).items()))
        return 0
    reader = _wire.Reader(capture, site="bench", sensor="bench", key=bytes(32))
    rows: Counter[str] = Counter()
    for name, batch in reader:
        rows[name] += batch.num_rows
    print("packets", reader.summary()["packets"], dict(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
