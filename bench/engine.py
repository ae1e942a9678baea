"""Run the engine alone over a capture: every dissector on, each batch made and dropped."""

from __future__ import annotations

import sys
from collections import Counter

from hinomi import _wire


def main() -> int:
    reader = _wire.Reader(sys.argv[1], site="bench", sensor="bench", key=bytes(32), threads=1)
    rows: Counter[str] = Counter()
    for name, batch in reader:
        rows[name] += batch.num_rows
    print("packets", reader.summary()["packets"], dict(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
