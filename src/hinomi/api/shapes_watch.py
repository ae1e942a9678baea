"""What the API says of remote maintenance, the outside, known-bad lists and the policy between zones."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from hinomi.api.shapes import DeviceRef, Evidence, Shape, Time, Words
from hinomi.model import Severity

# ---------------------------------------------------------------- remote maintenance


class TimeSpan(Shape):
    start: Time
    end: Time


class WeeklyTime(Shape):
    """A time of every week, on the clock of the site. An end before its start is on the next day."""

    days: list[Annotated[int, Field(ge=0, le=6)]] = Field(description="0 is Monday")
    start: Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
    end: Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class RemoteBox(Shape):
    """The box at which a path enters, as far as it let itself be seen."""

    device: str
    label: str
    maker: str
    model: str
    firmware: str


class RemotePeer(Shape):
    """A network, or the vendor's box."""

    value: str
    device: DeviceRef | None


class RemotePath(Shape):
    id: str
    state: Literal["declared", "ended", "found"] = Field(description="found: heard, and declared by nobody")
    vendor: str
    peers: list[RemotePeer]
    devices: list[DeviceRef] = Field(description="devices that it may reach, or that it reached")
    services: list[str] = Field(description="empty: any")
    windows: list[TimeSpan]
    weekly: list[WeeklyTime]
    countries: list[str] = Field(description="ISO 3166-1 codes; empty: any")
    line: str
    box: str
    firmware: str
    seen_box: RemoteBox | None
    approver: str
    ticket: str
    note: str
    by: str
    at: Time | None
    visits: int
    breaches: int
    last: Time | None = Field(description="of its visits; null: none was heard")


Verdict = Literal[
    "ended", "wrong_country", "wrong_target", "wrong_service", "outside_window", "wrong_peer", "undeclared",
    "unapproved", "standing", "agreed",
]  # fmt: skip


class RemoteSession(Shape):
    """One visit: connections of one origin with one device that lie close together."""

    client: DeviceRef | None
    client_ip: str
    origin_kind: str
    country: str = Field(description="ISO 3166-1 code of the address, '' when it has none")
    device: DeviceRef
    kind: str
    services: list[str]
    verdict: Verdict
    path: str
    first: Time
    last: Time
    connections: int
    bytes_sent: int
    bytes_received: int
    touched: list[DeviceRef] = Field(description="devices with which the reached one opened sessions meanwhile")
    evidence: list[Evidence]


class RemoteRegister(Shape):
    paths: list[RemotePath]
    found: list[RemotePath]
    sessions: list[RemoteSession] = Field(description="newest first")
    sessions_total: int


Line = Annotated[str, StringConstraints(max_length=400)]
CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2}$")]
Many = Annotated[list[Annotated[str, StringConstraints(max_length=100)]], Field(max_length=200)]


class RemotePathAsk(Shape):
    id: Annotated[str, StringConstraints(max_length=40)] = Field(default="", description="'' for a new path")
    vendor: Line
    peers: Many
    devices: Many
    services: Many = Field(default=[])
    windows: Annotated[list[TimeSpan], Field(max_length=200)] = Field(default=[])
    weekly: Annotated[list[WeeklyTime], Field(max_length=50)] = Field(default=[])
    countries: Annotated[list[CountryCode], Field(max_length=50)] = Field(default=[])
    line: Line = ""
    box: Line = ""
    firmware: Line = ""
    approver: Line = ""
    ticket: Line = ""
    note: Annotated[str, StringConstraints(max_length=2000)] = ""


# ---------------------------------------------------------------- outside


class Profile(Shape):
    """A known destination: what it is for, and who uses it."""

    id: str
    name: Words | None
    owner: str
    purpose: Words | None
    standard: str
    source: str
    look: bool = Field(description="True: a person should compare it with the contract")


class OutsideContact(Shape):
    """All talk with one destination beyond the hospital."""

    key: str
    profile: Profile | None
    category: str
    category_words: Words
    names: list[str]
    names_total: int
    addresses: list[str]
    addresses_total: int
    countries: list[str] = Field(description="ISO 3166-1 codes under which the addresses were given out")
    owners: list[str] = Field(description="owners of the networks, where a file of the home says so")
    services: list[str]
    devices: list[DeviceRef] = Field(description="devices inside, those with the most volume first")
    devices_total: int
    not_as_profile: list[DeviceRef] = Field(description="devices of a kind that the profile does not name")
    odd_services: list[str] = Field(description="services that the profile does not name")
    bytes_up: int = Field(description="from the hospital")
    bytes_down: int
    flows: int
    answered: int
    inward: bool = Field(description="the outside opened some of it")
    new: bool = Field(description="first heard within the last day that was heard")
    first: Time
    last: Time
    findings: list[str]


class OutsideShelf(Shape):
    """Contacts of one purpose."""

    category: str
    words: Words
    contacts: list[OutsideContact]
    bytes_up: int
    bytes_down: int


class Outside(Shape):
    shelves: list[OutsideShelf] = Field(description="the unknown first, then by volume")
    contacts: int
    contacts_left_out: int = Field(description="the smallest ones, over the limit of this answer")
    countries: dict[str, int] = Field(description="bytes from the hospital per country; '' for unknown")
    owners_known: bool = Field(description="False: no file of network owners lies in the home")
    profiles_unseen: list[Profile] = Field(description="connections of hospitals that were not heard here")


# ---------------------------------------------------------------- known-bad lists, policy


class IndicatorList(Shape):
    id: str
    name: str
    entries: int
    skipped: dict[str, int] = Field(description="reason -> entries that could not be used")
    by: str
    at: Time
    findings: list[str]


class IndicatorLists(Shape):
    lists: list[IndicatorList]


class IndicatorsAsk(Shape):
    name: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    text: Annotated[str, StringConstraints(max_length=900_000)]


class SigmaRule(Shape):
    """A community rule: in use, or with the reason why not."""

    id: str
    title: str
    file: str = Field(description="below HINOMI_HOME/sigma")
    level: str = Field(description="the rule's own")
    author: str
    source: str
    used: bool
    why_ja: str = Field(description="why it cannot be used; '' when it is")
    why_en: str
    severity: Severity | None = Field(description="what a match weighs; null when it is not used")
    approved: bool
    findings: list[str]


class SigmaRules(Shape):
    folder: str = Field(description="where rules are put")
    rules: list[SigmaRule]


class PolicyConduit(Shape):
    """Traffic of one kind from one zone to another. `external` is everything beyond the hospital."""

    source: Annotated[str, StringConstraints(max_length=100)]
    target: Annotated[str, StringConstraints(max_length=100)]
    service: Annotated[str, StringConstraints(max_length=60)] = Field(description="'' where only the port is known")
    proto: Annotated[str, StringConstraints(max_length=20)]
    port: Annotated[int, Field(ge=0, le=65535)] = Field(description="0: any")


class PolicySeen(Shape):
    hours: int = Field(description="pairs of devices and hours in which it was heard")
    days: int
    first: Time | None
    last: Time | None
    clients: list[DeviceRef]
    clients_total: int
    servers: list[DeviceRef]
    servers_total: int
    evidence: list[Evidence]


class PolicyLine(Shape):
    id: str = Field(description="'' while nobody approved it")
    conduit: PolicyConduit
    proposed: bool = Field(description="nothing speaks against it: both zones known, no finding about it, inside")
    reason: str
    by: str
    at: Time | None
    seen: PolicySeen | None = Field(description="null: approved, and not heard")


class WouldRing(Shape):
    conduit: PolicyConduit
    seen: PolicySeen


class Policy(Shape):
    on: bool
    lines: list[PolicyLine]
    lines_left_out: int
    would_ring: list[WouldRing] = Field(description="what the approved conduits would have rung for")
    would_ring_total: int


class ApproveAsk(Shape):
    conduits: Annotated[list[PolicyConduit], Field(min_length=1, max_length=2000)]
    reason: Annotated[str, StringConstraints(min_length=1, max_length=2000)]


class WithdrawAsk(Shape):
    ids: Annotated[list[str], Field(min_length=1, max_length=2000)]
    reason: Annotated[str, StringConstraints(min_length=1, max_length=2000)]


class SwitchAsk(Shape):
    on: bool
    reason: Annotated[str, StringConstraints(min_length=1, max_length=2000)]


class PolicyText(Shape):
    form: str
    text: str
