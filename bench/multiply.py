"""Make a capture as large as is asked for: `bench/multiply.py SOURCE TARGET --megabytes 1000`.

The same as `python -m lab.scale`: a case's hospital with many wings, each with addresses, names and serials of
its own (names and serials where `truth.json` stands beside the capture).
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from lab.scale import main

if __name__ == "__main__":
    sys.exit(main())
