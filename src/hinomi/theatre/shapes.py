"""What the theatre gives, and what it needs of the stores."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from hinomi.model import EvidenceRef, Interval

if TYPE_CHECKING:
    import pyarrow as pa


class Rows(Protocol):
    """What is needed of the history: SQL over `reading` and `exchange` (times as BIGINT ns)."""

    def sql(self, query: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> pa.Table: ...


class Named(Protocol):
    """A finding or a mark, as the state gives it."""

    @property
    def id(self) -> str: ...


class Known(Protocol):
    """What is needed of the state."""

    def device_by(self, word: str) -> list[str]: ...
    def addresses(self) -> list[tuple[str, str, str, int, int]]: ...
    def intervals(self, *, start: int, end: int) -> list[Interval]: ...
    def findings(self, *, device: Collection[str], start: int | None = ..., end: int | None = ...) -> Any: ...
    def marks(self, location: str, start: int | None = ..., end: int | None = ...) -> list[Any]: ...


@dataclass(frozen=True, slots=True)
class Room:
    """A place that readings name (HL7 PV1-3 as sent). Times are the tap's clock."""

    id: str  # the location as sent: the key for `timeline`
    name: str  # the same for people: components apart by spaces
    devices: tuple[str, ...]  # Device.id of what is heard there, "" left out
    patients: int  # distinct pseudonyms
    readings: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Track:
    """Values of one code of one source.

    `values[i]` is the last value sent in the step that begins at `times[i]` (tap's clock, ns);
    `lows` and `highs` are the extremes of the step, so that no peak is lost by joining. When
    nothing was joined they equal the values.
    """

    kind: str  # numeric | waveform
    source: str  # as sent
    device: str  # Device.id, "" when it cannot be told
    code: str
    code_system: str
    name: str
    unit: str
    times: list[int]
    values: list[float]
    lows: list[float]
    highs: list[float]
    count: int  # values heard
    step_ns: int  # 0: nothing was joined
    gaps: list[tuple[int, int]]  # longer than thrice the usual pause
    evidence: EvidenceRef  # first packet


@dataclass(frozen=True, slots=True)
class Said:
    """A text, alarm or setting."""

    time: int
    device_time: int | None  # the device's own clock: never subtract from `time`, see `DeviceClock`
    kind: str  # text | alarm | setting
    source: str
    device: str
    code: str
    name: str
    text: str
    status: str
    evidence: EvidenceRef


@dataclass(frozen=True, slots=True)
class Image:
    """Images stored over one connection: objects of one kind of one device."""

    first: int
    last: int
    count: int
    device: str  # Device.id of the sender
    client_name: str  # its AE title
    server_name: str
    object: str  # SOP class
    modality: str
    description: str  # model of the equipment, as the object says
    patient: str
    outcome: str  # worst: failed before warning before ok
    why: str  # device: sent by a device of the room; patient: about a patient of the room
    evidence: EvidenceRef


@dataclass(frozen=True, slots=True)
class DeviceClock:
    """A device's clock against the tap's, from readings or NTP packets that carry both stamps.

    tap = device + offset, give or take `error_ns`. The offset contains the time the message was
    on its way, which no one-way message can tell apart.
    """

    source: str
    offset_ns: int  # median of tap minus device
    error_ns: int  # the wider of: the stamp's resolution, the spread of nine readings in ten
    resolution_ns: int  # 1 s when the device stamps whole seconds …
    readings: int
    steps: int = 0  # jumps that were found; the offset is that of the whole span all the same
    drift_ppm: float | None = None  # None: no more than crystals do, or too short to tell
    kind: str = "device"  # or "time_server": it gives the time over NTP; `source` is then its address
    device: str = ""  # Device.id, when the source is one
    vouches: bool = True  # False: a time server that says of itself that it is not synchronised


@dataclass(frozen=True, slots=True)
class Timeline:
    """One room between `start` and `end` (tap's clock, ns, end excluded)."""

    room: Room
    start: int
    end: int
    tracks: list[Track]
    said: list[Said]
    images: list[Image]
    findings: list[Any]  # hinomi.store.state.Finding
    intervals: list[Interval]
    marks: list[Any]  # hinomi.store.state.Mark
    clocks: list[DeviceClock]
    said_total: int = 0  # texts there are; `said` holds at most SAID_MAX
