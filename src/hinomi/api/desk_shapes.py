"""What the desk's routes say. Times are milliseconds of the record's axis, as long series are elsewhere."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from hinomi.api.shapes import DeviceRef, Shape, Words

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Kind = Literal["numeric", "waveform", "text", "alarm", "state", "transform", "image", "video"]


class DeskPermission(Shape):
    """The owner's decision on プログラム医療機器 該当性. Without one nothing live is shown outside the lab."""

    allowed: bool
    decision: str
    reason: str
    by: str
    at_ms: float


class DeskRecord(Shape):
    """Something that can be replayed: what the tap heard of a room, or a recorded procedure."""

    id: str
    origin: Literal["tap", "recorded"]
    room: str
    start_ms: float
    end_ms: float | None = Field(description="None: still being recorded")
    lab: bool
    readings: int


class DeskRoom(Shape):
    """A room whose recorder runs on this machine."""

    room: str
    lab: bool
    live: bool = Field(description="its recorder answers")


class DeskHome(Shape):
    records: list[DeskRecord]
    rooms: list[DeskRoom]
    permission: DeskPermission
    not_for_diagnosis: Words


class DeskChannel(Shape):
    id: str
    kind: Kind
    source: str
    name: str
    code: str
    unit: str
    rate_hz: float
    device: DeviceRef | None


class DeskSeries(Shape):
    """A numeric channel over the asked span: steps with their extremes where values were joined."""

    channel: str
    times_ms: list[float]
    values: list[float]
    lows: list[float]
    highs: list[float]


class DeskWave(Shape):
    """Samples without a gap between them; joined to lowest and highest where there were too many."""

    channel: str
    start_ms: float
    step_ms: float
    samples: list[float]
    joined: bool = Field(description="samples are pairs (lowest, highest) of each step")


class DeskTool(Shape):
    channel: str
    times_ms: list[float]
    matrices: list[list[float]]


class DeskImage(Shape):
    time_ms: float
    channel: str
    modality: str
    description: str
    has_picture: bool
    detail: dict[str, Any]


class DeskVideo(Shape):
    """One file of a camera; `start_ms` is when its first fragment came."""

    channel: str
    file: str
    start_ms: float
    end_ms: float


class DeskEvent(Shape):
    time_ms: float
    end_ms: float | None
    kind: str = Field(description="alarm, state, text, phase, mark, gap, clock, connector, finding, use …")
    text: Words
    source: str
    by: str
    link: str = Field(description="id of the finding, '' otherwise")
    in_room: bool


class DeskGap(Shape):
    channel: str
    start_ms: float
    end_ms: float
    missing: int


class DeskClock(Shape):
    clock: str
    offset_ms: float
    error_ms: float
    drift_ppm: float | None
    steps: int


class DeskPeer(Shape):
    """A device of the room on the network."""

    device: DeviceRef
    peers: int
    outside: int
    clear: int = Field(description="conversations that are not encrypted")
    findings: int


class DeskOpen(Shape):
    """A record with everything but its dense data."""

    record: DeskRecord
    channels: list[DeskChannel]
    series: list[DeskSeries]
    events: list[DeskEvent]
    events_total: int
    gaps: list[DeskGap]
    clocks: list[DeskClock]
    videos: list[DeskVideo]
    images: list[DeskImage] = Field(default_factory=list)
    network: list[DeskPeer]
    not_for_diagnosis: Words


class DeskWindow(Shape):
    """The dense data of a span."""

    start_ms: float
    end_ms: float
    series: list[DeskSeries]
    waves: list[DeskWave]
    tools: list[DeskTool]
    images: list[DeskImage]


class DeskMarkIn(Shape):
    record: Text
    time_ms: float = Field(ge=0, le=4e12)
    text: Text
    kind: Literal["phase", "event", "note"] = "note"


class DeskPanel(Shape):
    id: Annotated[str, StringConstraints(max_length=60)]
    wide: int = Field(ge=1, le=12)
    high: int = Field(ge=1, le=12)
    shown: bool


class DeskLayout(Shape):
    role: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    panels: list[DeskPanel] = Field(max_length=40)


class DeskDecisionIn(Shape):
    decision: Literal["not-medical-device", "medical-device", "off"]
    reason: Text


class DeskConsent(Shape):
    """The rule under which video of a room may start."""

    room: str
    rule: str
    by: str
    at_ms: float


class DeskConsentIn(Shape):
    room: Annotated[str, StringConstraints(min_length=1, max_length=80, strip_whitespace=True)]
    rule: Text


class DeskRoomIn(Shape):
    room: Annotated[str, StringConstraints(min_length=1, max_length=80)]


class DeskHit(Shape):
    record: str
    room: str
    start_ms: float
    end_ms: float


class DeskInvitation(Shape):
    id: str
    room: str
    name: str
    until_ms: float
    by: str
    word: str = Field(description="only in the answer that makes it; kept as a hash")


class DeskInvitationIn(Shape):
    room: Text
    name: Text
    hours: float = Field(gt=0, le=24)


class DeskStroke(Shape):
    """Something pointed at or drawn on a panel: places are shares of its width and height."""

    time_ms: float = Field(ge=0, le=4e12)
    panel: Annotated[str, StringConstraints(max_length=60)]
    kind: Literal["point", "line"]
    places: list[tuple[float, float]] = Field(min_length=1, max_length=500)
    by: Annotated[str, StringConstraints(max_length=80)] = ""


class DeskStrokeIn(Shape):
    record: Text
    stroke: DeskStroke
    word: Annotated[str, StringConstraints(max_length=60)] = ""
