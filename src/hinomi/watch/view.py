"""What the watch looks at: plain tables and objects of one run. No store, no clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

from hinomi.model import Device, Interval, Zone

from .places import Places

if TYPE_CHECKING:
    import pyarrow as pa

    from .habits import Word
    from .indicators import Indicator
    from .policy import Conduit
    from .sigma import Rule

SECOND = 1_000_000_000


class Known(Protocol):
    """What the watch needs of an inventory."""

    @property
    def devices(self) -> list[Device]: ...


@dataclass(frozen=True, slots=True)
class Window:
    """A time in which a path may be used, UTC nanoseconds."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Weekly:
    """A time that comes back each week, on the clock of `zone`. An end before its start is on the next day."""

    days: tuple[int, ...]  # 0 is Monday
    start: int  # minutes after midnight
    end: int
    zone: str = "Asia/Tokyo"

    def holds(self, start: int, last: int) -> bool:
        """Whether the whole span lies in one such time."""
        place = ZoneInfo(self.zone)
        begun = datetime.fromtimestamp(start // SECOND, place)
        length = self.end - self.start if self.end > self.start else self.end - self.start + 24 * 60
        for back in (0, 1):  # one that began the day before may still run
            day = begun.date() - timedelta(days=back)
            if day.weekday() not in self.days:
                continue
            opens = datetime(day.year, day.month, day.day, self.start // 60, self.start % 60, tzinfo=place)
            since = int(opens.timestamp()) * SECOND
            if since <= start and last <= since + length * 60 * SECOND:
                return True
        return False


@dataclass(frozen=True, slots=True)
class MaintenancePath:
    """One row of the register of remote-maintenance paths (リモート保守台帳).

    Without `windows` and `weekly` no times were agreed, so that any time is as agreed.
    """

    id: str
    vendor: str
    peers: tuple[str, ...]  # networks in CIDR notation, or Device.id of the vendor's box
    devices: tuple[str, ...]  # Device.id the path may reach
    services: tuple[str, ...] = ()  # wire's service names; empty: any
    windows: tuple[Window, ...] = ()
    weekly: tuple[Weekly, ...] = ()
    countries: tuple[str, ...] = ()  # ISO codes from which it may be opened; empty: any
    until: int = 0  # when it was ended; 0: it holds
    approved: bool = True  # False: written down, and nobody has put a name to it
    approver: str = ""
    ticket: str = ""


@dataclass(slots=True)
class WatchView:
    """One look at the hospital. Tables have the columns of `schema/records.toml`."""

    conversations: pa.Table
    flows: pa.Table
    exchanges: pa.Table
    inventory: Known
    intervals: list[Interval]
    zones: list[Zone]
    registers: list[MaintenancePath] = field(default_factory=list)
    now: int = 0  # tap time of the newest record
    clues: pa.Table | None = None
    readings: pa.Table | None = None
    coverage: pa.Table | None = None
    indicators: list[Indicator] = field(default_factory=list)  # known-bad addresses and names
    sigma: list[Rule] = field(default_factory=list)  # community rules, also those that cannot be used
    sigma_weights: dict[str, str] = field(default_factory=dict)  # rule → severity that a person approved
    policy: list[Conduit] = field(default_factory=list)  # approved conduits; empty: no policy is switched on
    words: list[Word] = field(default_factory=list)  # what people called usual, or not, for a device
    doubted: list[tuple[str, str, int]] = field(default_factory=list)  # two ends of an open finding, since when
    places: Places = field(default_factory=Places)  # countries and network owners
