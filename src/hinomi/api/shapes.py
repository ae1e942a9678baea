"""What the API says, as pydantic models: the one source of its OpenAPI description.

Times are RFC 3339 strings in UTC with nine digits, because a JavaScript number cannot hold
nanoseconds; long series carry milliseconds since the Unix epoch as numbers and say so by name.
Texts for people are `Words`: the same sentence in Japanese and English, so that a change of the
language needs no new question.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from hinomi.model import Severity, Status

Time = Annotated[str, Field(json_schema_extra={"format": "date-time"}, examples=["2026-11-22T12:34:56.123456789Z"])]
Answer = Literal["contradicted", "not_contradicted", "unknown", "person"]
# "unknown" counts as in use; "none": the question does not arise for this kind of device.
InUse = Literal["yes", "no", "unknown", "none"]
Heard = Literal["both", "one_way", "nothing"]


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(Shape):
    """One text in both languages."""

    ja: str
    en: str


class Problem(Shape):
    """RFC 9457 problem: one sentence, and what to do about it."""

    type: str = "about:blank"
    status: int
    title: str
    hint: str = ""
    title_ja: str = ""
    hint_ja: str = ""


# ---------------------------------------------------------------- common


class Evidence(Shape):
    """A packet behind a claim."""

    capture: str
    packet: int
    offset: int


class DeviceRef(Shape):
    """A device named in passing."""

    id: str
    label: str
    type: str
    type_words: Words
    zone: str | None
    outside: bool
    ip: str = Field(description="'' when it has none")


class ZoneRef(Shape):
    id: str
    kind: str
    name: Words
    by_person: bool = Field(description="False: proposed by Hinomi, not yet named by a person")


# ---------------------------------------------------------------- vocabulary


class TypeWords(Shape):
    id: str
    category: str
    words: Words
    criticality: str


class KindWords(Shape):
    id: str
    words: Words
    clinical: bool


class Vocabulary(Shape):
    """The lists of ids that the other answers use, with their words."""

    site: str
    site_name: str
    version: str
    language: str = Field(description="language of the settings, '' when open")
    time_zone: str
    types: list[TypeWords]
    zone_kinds: list[KindWords]
    zones: list[ZoneRef]


# ---------------------------------------------------------------- devices


class Source(Shape):
    """One clue that speaks for a value."""

    clue: str
    value: str
    protocol: str
    weight: float
    rule: str
    count: int
    first: Time
    last: Time
    evidence: Evidence | None


class Rival(Shape):
    value: str
    value_words: Words | None
    confidence: float
    sources: list[Source]


class Attribute(Shape):
    name: str
    value: str
    value_words: Words | None = Field(description="words of a value that is an id (type, category)")
    confidence: float
    by_person: bool
    sources: list[Source]
    rivals: list[Rival]


class Address(Shape):
    mac: str
    ip: str
    vlan: int | None
    first: Time
    last: Time


class Service(Shape):
    name: str
    proto: str
    port: int
    role: str
    encrypted: bool | None
    version: str
    peers: int
    first: Time
    last: Time


class DeviceRow(Shape):
    """One line of the device list."""

    id: str
    label: str
    category: str
    type: str
    type_words: Words
    type_confidence: float
    manufacturer: str
    model: str
    serial: str
    software_version: str
    os: str
    hostname: str
    department: str
    zone: str | None
    outside: bool
    ips: list[str]
    macs: list[str]
    services: list[str]
    in_use: InUse
    open_findings: int
    worst: Severity | None
    first: Time
    last: Time


class Facet(Shape):
    id: str
    count: int


class DevicePage(Shape):
    items: list[DeviceRow]
    total: int
    offset: int
    inside: int = Field(description="devices of the site, whatever the filter")
    outside: int = Field(description="outside peers, whatever the filter")
    types: list[Facet]
    zones: list[Facet]


class Interval(Shape):
    """A device was in use on a patient, as far as the tap heard."""

    device: DeviceRef | None
    location: str
    start: Time
    end: Time
    why: str
    patient: str = Field(description="pseudonym, or ''")
    evidence: Evidence | None


class FindingRow(Shape):
    id: str
    detection: str
    title: Words
    seen: Words
    severity: Severity
    status: Status
    confidence: float
    sure: Words
    devices: list[DeviceRef]
    in_use: InUse
    story: str
    first: Time
    last: Time
    count: int


class Peer(Shape):
    """What a device exchanged with one other, over the whole time that was read."""

    device: DeviceRef
    services: list[str]
    role: Literal["client", "server", "both"]
    bytes_out: int
    bytes_in: int
    flows: int
    answered: int
    first: Time
    last: Time


class Correction(Shape):
    """A person's word on a device."""

    id: str
    kind: str
    attribute: str
    value: str
    other: str
    by: str
    at: Time
    reason: str
    undone: bool


class Device(Shape):
    """One device with the proof of everything that is said about it."""

    id: str
    label: str
    type: str
    type_words: Words
    criticality: str
    zone: ZoneRef | None
    outside: bool
    in_use: InUse
    in_use_until: Time | None = Field(description="last sign of use heard, when there was one")
    first: Time
    last: Time
    attributes: list[Attribute]
    names: dict[str, list[str]]
    addresses: list[Address]
    services: list[Service]
    peers: list[Peer]
    intervals: list[Interval]
    findings: list[FindingRow]
    corrections: list[Correction]


class CorrectionAsk(Shape):
    attribute: str = Field(min_length=1, max_length=64)
    value: str = Field(min_length=1, max_length=200)
    reason: str = Field(min_length=1, max_length=2000)


# ---------------------------------------------------------------- evidence


class LayerField(Shape):
    name: str
    value: str


class Layer(Shape):
    name: str
    start: int
    length: int
    fields: list[LayerField]


class Packet(Shape):
    """A packet's headers. The payload is not here: it needs a reason."""

    capture: str
    packet: int
    offset: int
    time: Time | None
    length: int
    captured: int
    layers: list[Layer]
    header_bytes: int
    header_hex: str
    payload_bytes: int
    about_patient: bool = Field(description="a record made from this packet concerns a patient")
    said: list[str] = Field(description="what Hinomi read in it, already without patient identifiers")


class PayloadAsk(Shape):
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=4, max_length=500)]


class Payload(Shape):
    hex: str
    start: int
    length: int


# ---------------------------------------------------------------- findings


class FindingEvent(Shape):
    at: Time
    kind: str
    by: str
    before: Status | None
    after: Status
    reason: str
    until: Time | None


class FindingTexts(Shape):
    """The story of a finding, as lists of plain sentences."""

    title: Words
    seen: Words
    why: Words
    innocent: list[Words]
    first_steps: list[Words]
    sure: Words
    needs: list[Words] = Field(description="what would make the answer surer")


class Finding(Shape):
    id: str
    detection: str
    severity: Severity
    status: Status
    confidence: float
    texts: FindingTexts
    devices: list[DeviceRef]
    in_use: InUse
    story: str
    story_findings: list[FindingRow]
    similar: list[FindingRow] = Field(description="others that wait and can be answered in one go")
    first: Time
    last: Time
    count: int
    evidence: list[Evidence]
    decided_by: str
    decided_at: Time | None
    reason: str
    until: Time | None
    events: list[FindingEvent]


class Cut(Shape):
    """A place at which the line may be cut, with what that costs."""

    place: Literal["backup", "outside", "vendor_line", "segment", "refuse", "device"]
    text: Words
    lost: list[Words] = Field(description="lines that would be missed, those on a patient first")
    warning: Words | None = Field(description="null when no patient is near this cut")


class Advice(Shape):
    """What a person may do, in order. Hinomi cuts nothing itself; the first cut is the safest that helps."""

    finding: str
    at: Time | None = Field(description="the tap's time for which this holds")
    in_use: InUse
    warning: Words | None
    steps: list[Words]
    cuts: list[Cut]


class FindingPage(Shape):
    items: list[FindingRow]
    total: int
    offset: int
    by_status: dict[str, int]


class DecisionAsk(Shape):
    """A person's decision on a finding."""

    status: Literal["acknowledged", "explained", "resolved", "open"]
    reason: str = Field(min_length=1, max_length=2000)
    until: Time | None = None
    also: Annotated[list[str], Field(max_length=500)] = Field(default=[], description="others answered in one go")


# ---------------------------------------------------------------- map


class MapZone(Shape):
    id: str
    kind: str
    name: Words
    by_person: bool
    outside: bool
    devices: int
    in_use: int
    unknown: int
    findings: int


class Conduit(Shape):
    """Everything that two zones exchanged."""

    a: str
    b: str
    bytes_ab: int
    bytes_ba: int
    flows: int
    pairs: int
    services: list[str]
    findings: list[str] = Field(description="ids of waiting findings about this traffic")
    opened_by: Literal["a", "b", "both"]
    first: Time
    last: Time


class Map(Shape):
    zones: list[MapZone]
    conduits: list[Conduit]
    first: Time | None
    last: Time | None


class MapTime(Shape):
    """One hour, or one day on the site's clock."""

    at: Time
    end: Time
    day: str = Field(description="YYYY-MM-DD on the site's clock")
    bytes: int
    flows: int
    hours: int = Field(description="hours of it in which the tap listened")


class MapTimes(Shape):
    items: list[MapTime] = Field(description="oldest first, without holes: where nobody listened, `hours` is 0")
    left_out: int = Field(description="older ones beyond the limit")


class MapHeard(Shape):
    id: str
    devices: int


class MapPart(Shape):
    """The map of some hours."""

    zones: list[MapHeard] = Field(description="devices that were heard then; a zone of which none was is left out")
    conduits: list[Conduit]
    conduits_left_out: int


class MapDevices(Shape):
    """Every device as a dot: columns, because they are tens of thousands."""

    zones: list[str]
    place: list[int] = Field(description="for each device, which of `zones`")
    ids: list[str]
    labels: list[str]
    states: list[int] = Field(description="0: of a known kind, 1: of an unknown kind, 2: a finding waits")
    left_out: int


class ConduitChange(Shape):
    a: str
    b: str
    change: Literal["new", "gone", "both"]
    bytes_before: int
    bytes_after: int
    services_new: list[str]
    services_gone: list[str]
    findings: list[str]


class MapDifference(Shape):
    """What was heard on one of two days and not on the other. What is gone was not heard; it may be silent."""

    before: MapTime
    after: MapTime
    conduits: list[ConduitChange]
    conduits_left_out: int
    devices_new: list[DeviceRef]
    devices_new_total: int
    devices_gone: list[DeviceRef]
    devices_gone_total: int
    talks_new: list[Conversation]
    talks_new_total: int
    talks_gone: list[Conversation]
    talks_gone_total: int


class Conversation(Shape):
    """Who talked to whom with what."""

    client: DeviceRef
    server: DeviceRef
    service: str
    proto: str
    port: int
    name: str = Field(description="name the client asked for, '' when none")
    flows: int
    answered: int
    bytes_client: int
    bytes_server: int
    encrypted: bool | None
    first: Time
    last: Time


class ConversationPage(Shape):
    items: list[Conversation]
    total: int
    offset: int


# ---------------------------------------------------------------- theatre


class Room(Shape):
    """A room or bed that readings name."""

    id: str
    name: str = Field(description="the place as sent, components apart by spaces")
    devices: list[DeviceRef]
    zone: str | None
    readings: int
    findings: int
    in_use: InUse
    first: Time
    last: Time


class Track(Shape):
    """Values of one code of one source over time."""

    kind: Literal["numeric", "waveform"]
    code: str
    code_system: str
    name: str
    unit: str
    source: str
    device: DeviceRef | None
    times_ms: list[float]
    values: list[float]
    lows: list[float] = Field(description="lowest value of each step; empty where nothing was joined")
    highs: list[float]
    count: int
    step_ms: float = Field(description="width of one step of joined values; 0 where nothing was joined")
    gaps_ms: list[tuple[float, float]] = Field(description="pauses much longer than usual: not heard, or not sent")
    evidence: Evidence | None


class RoomImages(Shape):
    """Images stored over one connection."""

    start_ms: float
    end_ms: float
    count: int
    modality: str
    description: str
    outcome: str
    why: str
    device: DeviceRef | None
    evidence: Evidence | None


class RoomUse(Shape):
    """A span in which something of the room was in use on a patient."""

    start_ms: float
    end_ms: float
    why: str
    device: DeviceRef | None
    evidence: Evidence | None


class RoomFinding(Shape):
    start_ms: float
    end_ms: float
    id: str
    title: Words
    severity: Severity
    status: Status


class RoomSaid(Shape):
    """A text, alarm or setting as a device sent it; nothing is reinterpreted."""

    time_ms: float
    kind: str
    name: str
    text: str
    device: DeviceRef | None
    evidence: Evidence | None


class RoomMark(Shape):
    time_ms: float
    end_ms: float | None
    kind: str
    text: str
    by: str


class DeviceClock(Shape):
    """A device's own clock against the tap's: tap = device + offset, give or take the error."""

    source: str
    device: DeviceRef | None
    kind: Literal["device", "time_server"]
    offset_ms: float
    error_ms: float
    drift_ppm: float | None
    steps: int
    readings: int
    vouches: bool  # false: a time server that says of itself that it is not synchronised


class Timeline(Shape):
    room: Room
    start_ms: float
    end_ms: float
    tracks: list[Track]
    images: list[RoomImages]
    uses: list[RoomUse]
    findings: list[RoomFinding]
    said: list[RoomSaid]
    said_total: int
    marks: list[RoomMark]
    clocks: list[DeviceClock]
    not_for_diagnosis: Words


# ---------------------------------------------------------------- what the tap could hear


class Capture(Shape):
    id: str
    name: str
    sensor: str
    read_at: Time
    first: Time | None
    last: Time | None
    packets: int
    bytes: int
    records: dict[str, int]
    complete: bool
    problem: str


class Sensor(Shape):
    id: str
    captures: int
    packets: int
    first: Time | None
    last: Time | None
    drops: int
    duplicates: int


class CoverageRow(Shape):
    subnet: str
    zone: str | None
    vlan: int | None
    heard: Heard
    hosts: int
    packets: int
    flows_answered: int
    flows_one_way: int
    hours: int
    first: Time
    last: Time


class Coverage(Shape):
    """What the tap could hear. Nothing that Hinomi says goes beyond it."""

    sensors: list[Sensor]
    captures: list[Capture]
    subnets: list[CoverageRow]


# ---------------------------------------------------------------- today


class Quiet(Shape):
    """Something that was looked for and not found, and since when it was listened to."""

    detection: str
    words: Words = Field(description="what a finding of this kind would be called, its particulars left open")
    answer: Answer
    since: Time | None
    decided: int = Field(description="findings of this kind that a person has already dealt with")


class ZoneNow(Shape):
    zone: ZoneRef
    devices: int
    in_use: int
    findings: int
    last: Time | None
    heard: Heard


class Listening(Shape):
    """A session that listens now."""

    interfaces: list[str]
    since: Time
    newest: Time | None
    packets: int
    drops: int = Field(description="packets lost before anybody took them: `ring`, `card` and `unreadable` together")
    ring: int = Field(description="lost because the receive ring had no room")
    card: int = Field(description="lost by the card or its driver, as it counts itself")
    unreadable: int = Field(description="lost because the ring's block could not be read")
    waiting: int = Field(description="in the ring, not yet taken")
    not_kept: int = Field(description="bytes of raw packets given up as evidence because the disk was too slow")
    left_out: int = Field(description="rows that devices and findings were worked out without, at their limits")
    sent: int = Field(description="packets this machine sent on these interfaces; must be 0")
    silent: bool = Field(description="it has not reported for ten seconds")
    quiet: bool = Field(description="nothing has come in for a minute")


class ListenPlace(Shape):
    """An Ethernet interface of this machine, and how to listen on it."""

    name: str
    why_not: Words | None = Field(description="what forbids it until it is prepared; null: it is prepared")
    prepare: str = Field(description="the command that prepares it, once")
    listen: str = Field(description="the command that listens")


class Overview(Shape):
    """Today: what needs a person, what is quiet, what the tap could hear."""

    empty: bool = Field(description="nothing was read yet")
    needs: list[FindingRow]
    needs_total: int
    quiet: list[Quiet]
    zones: list[ZoneNow]
    devices: int
    outside: int
    unknown_type: int
    in_use: int
    heard_from: Time | None
    heard_to: Time | None
    one_way: int = Field(description="subnets heard in one direction only")
    nothing: int = Field(description="subnets of which nothing was heard")
    drops: int
    captures: int
    incomplete: int
    listening: Listening | None = Field(description="null: no interface is listened to now")
    places: list[ListenPlace] = Field(description="where one could listen; told only as long as nothing was read")


class Health(Shape):
    ok: bool
    version: str
    site: str
    database: bool
    captures: int
    audit_ok: bool
    audit_entries: int
    audit_problem: str
