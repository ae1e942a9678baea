"""What the state store gives back: plain dataclasses, no SQLAlchemy object leaves the store.

Every time is UTC nanoseconds. `*_at` is the clock of the machine Hinomi runs on, `first` and
`last` are the tap's clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from hinomi.model import EvidenceRef, Severity, Status

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Part of a list: `items` from `offset` on, of `total` that match."""

    items: list[T]
    total: int
    offset: int


@dataclass(frozen=True, slots=True)
class Capture:
    """A capture that was read. `complete` is False when it ended early; `problem` says why."""

    id: str  # first 16 hex digits of the BLAKE3 of the file as it lies on disk
    site: str
    sensor: str
    path: str  # where it was when it was read; "" for standard input
    kept: str  # path below the home's evidence folder when it was kept, else ""
    size: int  # bytes on disk
    run: str  # the run of `hinomi read` that took it in
    read_at: int
    first: int  # 0 when it holds no packet
    last: int
    packets: int
    bytes: int
    records: Mapping[str, int]  # record name -> rows
    complete: bool
    problem: str  # one plain sentence, "" when complete
    details: Mapping[str, object] = field(default_factory=dict)  # wire's summary as it came


@dataclass(frozen=True, slots=True)
class DeviceSummary:
    """One line of the device list. '' where an attribute is not stated."""

    id: str
    site: str
    label: str
    category: str
    type: str
    type_confidence: float  # 0 when the type is not stated
    manufacturer: str
    model: str
    serial: str
    software_version: str
    os: str
    hostname: str
    department: str
    zone: str  # Zone.id, "" when none
    outside: bool
    ips: tuple[str, ...]  # newest first, at most 8
    macs: tuple[str, ...]  # newest first, at most 8
    services: tuple[str, ...]  # names of the services it offers
    first: int
    last: int
    open_findings: int  # findings that name it and wait for a person
    worst: Severity | None  # worst of these


# A row of the list with the mark by which the next asking knows that it is still the same.
KeptSummary = tuple[tuple[str, int, int | None], DeviceSummary]


@dataclass(frozen=True, slots=True)
class FindingEvent:
    """One step in the life of a finding. `kind`: raised, seen_again, decided, reopened, expired."""

    finding: str
    at: int
    kind: str
    by: str  # person, or "hinomi"
    before: Status | None
    after: Status
    reason: str
    until: int | None


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding as it stands now. Never deleted.

    `status` is the effective one: a decision whose `until` has passed counts as reopened.
    `reproduced_at` is the last time a run came to it again; older than the last run means that
    the newest look at the data no longer shows it (which does not close it).
    """

    id: str  # F-XXXXXXXX, unique across sites, the same for the same cause
    site: str
    detection: str
    key: str
    severity: Severity
    status: Status
    confidence: float
    devices: tuple[str, ...]  # Device.id, the one to act on first
    facts: dict[str, str | int | float | list[str]]
    first: int
    last: int
    count: int
    evidence: tuple[EvidenceRef, ...]
    in_use: bool | None  # None: unknown, which counts as in use
    story: str
    created_at: int
    updated_at: int
    reproduced_at: int
    decided_by: str  # "" while nobody decided
    decided_at: int | None
    reason: str
    until: int | None  # the decision holds until then; None: without end


@dataclass(frozen=True, slots=True)
class FindingChanges:
    """What a run did to the findings: ids."""

    raised: list[str]
    seen_again: list[str]
    reopened: list[str]
    unchanged: list[str]


@dataclass(frozen=True, slots=True)
class DeviceChanges:
    """What a run did to the devices: counts."""

    new: int
    changed: int
    unchanged: int
    gone: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A person's mark on the time axis of a room. `time` is on the tap's clock."""

    id: str
    site: str
    location: str
    time: int
    end: int | None  # None: a moment
    kind: str  # phase | event | note
    text: str
    by: str
    at: int
    undone: bool = False


@dataclass(frozen=True, slots=True)
class WeeklyTime:
    """A time that comes back each week, on the clock of the site. An end before its start is on the next day."""

    days: tuple[int, ...]  # 0 is Monday
    start: str  # HH:MM
    end: str


@dataclass(frozen=True, slots=True)
class RemotePath:
    """A remote-maintenance path as people registered it (保守回線). '' where nobody said."""

    id: str
    vendor: str
    peers: tuple[str, ...]  # networks of the far end in CIDR notation, or Device.id of the vendor's box
    devices: tuple[str, ...]  # Device.id the path may reach
    by: str  # who registered it
    at: int
    services: tuple[str, ...] = ()  # wire's service names; empty: any
    windows: tuple[tuple[int, int], ...] = ()  # agreed times; empty: none were agreed
    line: str = ""
    box: str = ""
    firmware: str = ""
    approver: str = ""
    ticket: str = ""
    note: str = ""
    ended: bool = False
    weekly: tuple[WeeklyTime, ...] = ()  # agreed times of every week
    countries: tuple[str, ...] = ()  # ISO codes from which it may be opened; empty: any
    ended_at: int | None = None


@dataclass(frozen=True, slots=True)
class Filed:
    """One thing that a person filed: an answer, a row of a register, a line of an incident's log."""

    id: str
    kind: str  # answer, contact, backup, incident, incident_log …
    body: Mapping[str, Any]
    by: str
    at: int
    gone: bool = False


@dataclass(frozen=True, slots=True)
class IndicatorList:
    """A list of known-bad addresses, names and fingerprints that was loaded."""

    id: str
    name: str
    count: int
    skipped: Mapping[str, int]  # reason -> entries that could not be used
    by: str
    at: int
    digest: str  # SHA-256 over its sorted entries


@dataclass(frozen=True, slots=True)
class Notice:
    """One event of a finding on its way to one channel."""

    seq: int
    finding: str
    event: int
    kind: str  # raised, reopened, expired, worse
    channel: str
    due_at: int
    created_at: int
    attempts: int
    state: str  # waiting, sent, given_up, not_needed
    error: str
    done_at: int | None


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One act of a person or of Hinomi. `hash` covers every other field and `previous`."""

    seq: int
    at: int
    actor: str
    act: str  # e.g. finding.decide, device.decision, patient.read, capture.read
    subject: str
    detail: Mapping[str, object]
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which entries are asked for. What is empty asks for all."""

    actor: str = ""
    act: str = ""  # `finding.decide`, or only its first word
    text: str = ""  # somewhere in it
    since: int = 0
    until: int = 0
    before: int | None = None  # a `seq` to page on


@dataclass(frozen=True, slots=True)
class AuditVerdict:
    """Result of checking the hash chain. `broken_at` is the first `seq` that does not hold."""

    entries: int
    head: str  # hash of the last entry, "" when there is none
    broken_at: int | None
    problem: str  # "" | gap | previous | hash


@dataclass(frozen=True, slots=True)
class HistoryFile:
    """A file of the history that is visible. A file that the state does not name does not exist."""

    path: str  # below the home's history folder, with "/"
    record: str  # one of the six records, or conversation
    site: str
    day: str  # YYYY-MM-DD of a Parquet partition, "" for an Arrow segment
    format: str  # arrow | parquet | live (a segment that still grows)
    rows: int  # 0 while it grows
    bytes: int
    run: str
