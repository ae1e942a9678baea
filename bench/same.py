"""What a change of the stages may not change: everything that `hinomi read` makes of every case, as text.

    bench/same.py OUT [CAPTURE …]     (default: every capture of cases/, each alone, then all in one home)

Writes one JSON line for each device (attributes with sources and rivals), finding (facts, evidence),
interval, zone and conversation. Run it before and after, then `diff`.
"""

from __future__ import annotations

import dataclasses
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from hinomi.home import KEY_BYTES, Home
from hinomi.pipeline.reading import read

ROOT = Path(__file__).resolve().parent.parent
_CHANGES = {"created_at", "updated_at", "reproduced_at"}  # of the clock, not of the capture


def captures() -> list[Path]:
    return sorted(path for case in (ROOT / "cases").iterdir() for path in case.glob("capture.*"))


def home_in(folder: Path) -> Home:
    """A home whose site and key are always the same ones."""
    home = Home(folder)
    home.close()
    home.settings_path.write_text('site = "same"\n', "utf-8")
    (folder / "keys" / "site.key").write_bytes(bytes(range(KEY_BYTES)))
    (folder / "keys" / "site.key").chmod(0o600)
    return Home(folder)


def lines(home: Home) -> Iterator[tuple[str, Any]]:
    """(kind, thing) of all that the home holds."""
    state = home.state
    for device in state.all_devices():
        yield "device", dataclasses.asdict(device)
    for summary in state.devices().items:
        yield "summary", dataclasses.asdict(summary)
    for finding in state.findings(status=None).items:
        yield "finding", {k: v for k, v in dataclasses.asdict(finding).items() if k not in _CHANGES}
    for interval in state.intervals():
        yield "interval", dataclasses.asdict(interval)
    for zone in state.zones():
        yield "zone", dataclasses.asdict(zone)
    for row in home.history.conversations().to_pylist():
        yield "conversation", row
    yield "counts", home.history.counts()


def dump(home: Home, name: str, out: TextIO) -> None:
    for kind, thing in lines(home):
        out.write(json.dumps([name, kind, thing], ensure_ascii=False, sort_keys=True, default=str) + "\n")


def main(out: Path, chosen: list[Path]) -> None:
    with out.open("w", encoding="utf-8") as file, tempfile.TemporaryDirectory() as folder:
        for number, capture in enumerate(chosen):
            home = home_in(Path(folder) / str(number))
            read(home, [capture])
            dump(home, capture.parent.name, file)
            home.close()
        if len(chosen) > 1:
            home = home_in(Path(folder) / "all")
            for some in (chosen[::2], chosen[1::2]):
                read(home, some)
                dump(home, "together", file)
            home.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(arg).resolve() for arg in sys.argv[2:]] or captures())
