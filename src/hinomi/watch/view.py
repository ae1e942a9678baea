"""What the watch looks at: plain tables and objects of one run. No store, no clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from hinomi.model import Device, Interval, Zone

if TYPE_CHECKING:
    import pyarrow as pa

    from .indicators import Indicator
    from .policy import Conduit


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
class MaintenancePath:
    """One row of the register of remote-maintenance paths (リモート保守台帳).

    `windows` empty means that no times were agreed, so that any time is as agreed.
    """

    id: str
    vendor: str
    peers: tuple[str, ...]  # networks in CIDR notation, or Device.id of the vendor's box
    devices: tuple[str, ...]  # Device.id the path may reach
    services: tuple[str, ...] = ()  # wire's service names; empty: any
    windows: tuple[Window, ...] = ()
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
    policy: list[Conduit] = field(default_factory=list)  # approved conduits; empty: no policy is switched on
