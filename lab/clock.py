"""The clock of a day: stretches of natural speed, laid on 24 hours by shifting every time by whole seconds.

Inside a stretch nothing is changed: a beacon, a rate, a pause between two packets is what the programs
did. Between two stretches nobody works; that idle time, and only that, is cut from the run and put back
into the times. The programs inside the hosts read the same shifted clock (`own/wallclock.c`: only the
wall clock, never the time they sleep by), so a device's own time in a message and the tap's time agree.
"""

from __future__ import annotations

import bisect
import datetime
import time
from pathlib import Path
from typing import Any

JST = datetime.timezone(datetime.timedelta(hours=9))
WALLCLOCK = Path(__file__).resolve().parent.parent / ".venv-lab" / "wallclock.so"  # made by install.sh
SETTLE_SECONDS = 1.5  # a program reads a new shift within one second


class Clock:
    """Which shift was in force from which real moment on. A run without a day has none: its times are real."""

    def __init__(self, file: Path | None = None, midnight_ns: int = 0) -> None:
        self.file, self.midnight_ns = file, midnight_ns
        self._begins: list[int] = []  # real nanoseconds
        self._shifts: list[int] = []  # nanoseconds, whole seconds
        self._names: list[str] = []

    def begin(self, name: str, at_second: int) -> None:
        """From now on it is `at_second` of the day. A clock never goes back: a late stretch follows at once."""
        if self.file is None:
            return
        real = time.time_ns()
        shift = (self.midnight_ns + at_second * 10**9 - real) // 10**9
        shift = max(shift * 10**9, self._shifts[-1] if self._shifts else shift * 10**9)
        part = self.file.with_suffix(".part")
        part.write_text(f"{shift // 10**9:+d}\n")
        part.replace(self.file)
        self._begins.append(real)
        self._shifts.append(shift)
        self._names.append(name)

    def lay(self, real_ns: int) -> int:
        """A real time as the day's clock shows it."""
        if not self._begins:
            return real_ns
        return real_ns + self._shifts[max(0, bisect.bisect_right(self._begins, real_ns) - 1)]

    def now(self) -> datetime.datetime:
        """What a clock on the wall of the house shows."""
        return datetime.datetime.fromtimestamp(self.lay(time.time_ns()) / 1e9, JST).replace(tzinfo=None)

    def environment(self) -> dict[str, str]:
        """What a program needs to read this clock."""
        if self.file is None:
            return {}
        return {"LD_PRELOAD": str(WALLCLOCK), "HINOMI_WALLCLOCK": str(self.file)}

    def pieces(self, end_real_ns: int) -> list[dict[str, Any]]:
        """When this clock ran, for the truth: between two pieces lies idle time that was cut."""
        ends = [*self._begins[1:], end_real_ns]
        return [
            {"stretch": name, "first": begin + shift, "last": end + shift}
            for name, begin, end, shift in zip(self._names, self._begins, ends, self._shifts, strict=True)
        ]


def seconds_of(text: str) -> int:
    """`08:30` as seconds after midnight; `25:50` is ten to two in the night that follows."""
    hours, minutes = text.split(":")
    return int(hours) * 3600 + int(minutes) * 60


def yesterday_ns() -> int:
    """Midnight, in Japan, of a day that is over however long the run takes."""
    today = datetime.datetime.now(JST).replace(hour=0, minute=0, second=0, microsecond=0)
    return int((today - datetime.timedelta(days=2)).timestamp()) * 10**9
