"""How right inventory and context are, against the truth of a case: `python -m hinomi.context.score CASE_DIR`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from hinomi.context.signs import intervals
from hinomi.inventory.knowledge import load
from hinomi.inventory.score import Score, devices_of, parser, resolved, score, show
from hinomi.model import Device, Interval

TOLERANCE_NS = 10_000_000_000


def judge(out: Score, truth: dict[str, Any], devices: Sequence[Device], found: Sequence[Interval]) -> None:
    """Add to a score how many in-use intervals of the truth were found, each end within ten seconds."""
    hosts = {host["id"]: host for host in truth["hosts"]}
    for use in truth.get("in_use", []):
        out.in_use_asked += 1
        ids = {d.id for d in devices_of(hosts[use["host"]], devices)}
        away = [(i.start - use["start"], i.end - use["end"]) for i in found if i.device in ids]
        if any(abs(start) <= TOLERANCE_NS and abs(end) <= TOLERANCE_NS for start, end in away):
            out.in_use_right += 1
        else:
            told = ", ".join(f"{start / 1e9:+.1f} s … {end / 1e9:+.1f} s" for start, end in away)
            out.in_use_faults.append(f"{use['host']}: {told or 'nothing'}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table (or JSON); 0 unless the case cannot be read."""
    options = parser("hinomi score", (__doc__ or "").splitlines()[0]).parse_args(arguments)
    try:
        truth, tables, found = resolved(options.case, options.zones)
    except OSError as error:
        print(f"cannot read the case: {error}", file=sys.stderr)
        return 2
    result = score(truth, found.devices, load())
    judge(result, truth, found.devices, intervals(tables["reading"], tables["exchange"], found, tables["flow"]))
    show(result, options.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
