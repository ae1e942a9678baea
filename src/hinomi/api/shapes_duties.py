"""Shapes of the duties and the incident: sheets, registers, incidents, papers. See `shapes.py` for the conventions."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from hinomi.api.shapes import Answer, DeviceRef, Evidence, Shape, Time, Words

Audience = Literal["hospital", "pharmacy", "vendor"]
Reply = Literal["yes", "no", "na"]


class Edition(Shape):
    id: str
    title: Words
    year_from: str
    needs_official_file: bool
    loaded: bool  # a person loaded it; it did not come with Hinomi


class DutyLine(Shape):
    """One thing behind what the network says."""

    device: DeviceRef | None
    label: str
    what: str
    first: Time
    last: Time
    evidence: Evidence | None


class DutyReply(Shape):
    check: int
    answer: Reply
    date: str
    person: str
    target: str
    note: str
    carried: str  # "R6 2-①" when it was taken over and waits for a person's own answer


class DutyRow(Shape):
    """One item of a checklist: what it asks, what the network says, what people answered."""

    id: str
    number: str
    scope: str
    text: Words
    note: str
    confirmed: bool
    guideline: list[str]
    word: Answer
    says: Words
    needs: Words
    count: int
    lines: list[DutyLine]
    replies: list[DutyReply]
    amber: bool
    due: str
    late: bool


class Listened(Shape):
    """Nothing that is said goes beyond this."""

    hours: float
    first: Time | None
    last: Time | None
    both: int
    one_way: int


class DutySheet(Shape):
    editions: list[Edition]
    edition: str
    audience: Audience
    vendor: str
    title: Words
    source: str
    target_rule: Words
    checks: int
    listened: Listened
    rows: list[DutyRow]
    answered: int
    amber: int
    late: int


class ReplyAsk(Shape):
    edition: str
    audience: Audience = "hospital"
    vendor: str = ""
    item: str
    check: int = Field(1, ge=1, le=3)
    answer: Reply
    date: str = Field(max_length=10)
    person: str = Field(max_length=100)
    target: str = Field("", max_length=10)
    note: str = Field("", max_length=2000)


class CarryAsk(Shape):
    old: str
    new: str
    audience: Audience = "hospital"


class CarriedRow(Shape):
    number: str
    text: Words
    old: list[str]
    state: Literal["carried", "nothing", "unanswered", "differs", "changed"]
    reason: Words


class Carried(Shape):
    rows: list[CarriedRow]


class RegisterChoice(Shape):
    id: str
    name: Words


class RegisterField(Shape):
    id: str
    name: Words
    type: Literal["text", "long", "date", "number", "choice", "device"]
    required: bool
    choices: list[RegisterChoice]


class RegisterEntry(Shape):
    id: str
    values: dict[str, str]
    by: str
    at: Time


class Observed(Shape):
    """What the network saw of a registered row."""

    id: str
    word: Literal["contradicted", "seen", "unknown"]
    seen: Words
    reached: Words
    evidence: Evidence | None


class Register(Shape):
    id: str
    name: Words
    help: Words
    fields: list[RegisterField]
    entries: list[RegisterEntry]
    observed: list[Observed]
    said: list[Words]  # what follows from the rows, in words


class RegisterCount(Shape):
    id: str
    name: Words
    help: Words
    count: int


class Registers(Shape):
    registers: list[RegisterCount]


class EntryAsk(Shape):
    id: str = ""
    values: dict[str, str] = Field(max_length=40)


class FileAsk(Shape):
    """A file as base64; the largest that fits an honest question is some 700 kB."""

    name: str = Field(max_length=200)
    content: str = Field(max_length=980_000)


class VendorDifference(Shape):
    item: str
    said: Words
    seen: Words
    lines: list[DutyLine]


class VendorReturned(Shape):
    vendor: str
    edition: str
    answers: int
    unread: list[str]
    remote: Literal["yes", "no", "unknown"]
    differences: list[VendorDifference]


class DisclosureSheet(Shape):
    """A maker's security sheet (MDS, SDS, MDS2), as far as it was answered and held against what was seen."""

    id: str
    kind: Literal["mds", "sds", "mds2"]
    maker: str
    model: str
    name: str
    at: Time
    devices: list[DeviceRef]
    questions: int
    expected: int  # of the form, 0 where no number is known
    yes: int
    no: int
    na: int
    unanswered: int
    open: int  # neither yes nor not applicable, and no risk assessment yet
    contradicted: int


class DisclosureSheets(Shape):
    sheets: list[DisclosureSheet]


class DisclosureAnswer(Shape):
    key: str
    number: str
    page: str
    text: str  # as the person's file has it
    answer: Literal["", "yes", "no", "n/a", "note", "unclear", "text"]
    note: str
    word: Answer
    says: Words
    lines: list[DutyLine]
    assessed: str
    open: bool


class Disclosure(Shape):
    sheet: DisclosureSheet
    answers: list[DisclosureAnswer]


class AssessAsk(Shape):
    key: str = Field(min_length=1, max_length=300)
    text: str = Field(max_length=4000)


class VendorLinkAsk(Shape):
    edition: str = Field("R7", max_length=16)
    days: int = Field(14, ge=1, le=60)


class VendorLink(Shape):
    """A way in for one vendor. Its word stands only in the answer that made it."""

    id: str
    edition: str
    made: Time
    until: Time
    by: str
    opened: Time | None
    sent: int
    open: bool
    word: str


class VendorState(Shape):
    """How it stands with one vendor: links, what came back, and where it disagrees with what was seen."""

    links: list[VendorLink]
    answered: int
    of: int
    differences: list[VendorDifference]


class AdvisoryAsk(Shape):
    """A mail, a mailbox, CSAF or a text that somebody pasted, as base64."""

    name: str = Field(max_length=200)
    content: str = Field(max_length=980_000)
    source: str = Field("", max_length=200)


class Taken(Shape):
    titles: list[str]  # of those that were new


class AdvisoryReceipt(Shape):
    recipient: str
    name: str
    kind: Literal["department", "institution"]
    mail: str
    fax: str
    sent: str
    read: str
    person: str
    reminded: str
    allowed: bool
    late: bool


class AdvisoryState(Shape):
    """One advisory: who may get it, who got it, who read it, who is late."""

    id: str
    title: str
    by_mail: bool  # a mail channel is set up
    receipts: list[AdvisoryReceipt]


class SendAsk(Shape):
    recipients: list[str] = Field(max_length=2000)
    base: str = Field(max_length=200, pattern="^https?://[^\\s]+$")
    remind: bool = False


class SentOne(Shape):
    name: str
    way: Literal["mail", "paper", "failed"]
    word: str  # of the link, for those who are told on paper or by another way
    error: str


class SentAll(Shape):
    state: AdvisoryState
    sent: list[SentOne]


class ReadAsk(Shape):
    word: str = Field(min_length=1, max_length=100)
    person: str = Field("", max_length=100)


class AdvisoryPage(Shape):
    """What a recipient sees by its link: the advisory and nothing else."""

    site: str
    title: str
    source: str
    date: str
    due: str
    tlp: str
    text: str
    read: str
    person: str


class ReportSchedule(Shape):
    paper: Literal["trial", "monthly"]
    every: Literal["never", "week", "month"]
    lang: Literal["ja", "en"]


class KeptReports(Shape):
    """Reports that make themselves, and those that were made; the newest first."""

    schedules: list[ReportSchedule]
    files: list[str]


class ScheduleAsk(Shape):
    paper: Literal["trial", "monthly"]
    every: Literal["never", "week", "month"]
    lang: Literal["ja", "en"] = "ja"


class LinkAsk(Shape):
    word: str = Field(min_length=1, max_length=100)


class LinkItem(Shape):
    id: str
    number: str
    scope: str
    text: Words
    answer: Literal["", "yes", "no", "na"]
    target: str
    note: str


class LinkSheet(Shape):
    """What a vendor sees by its link: its own sheet, and nothing of others or of the network."""

    site: str
    vendor: str
    system: str
    title: Words
    until: Time
    sent: int
    remote: Literal["yes", "no", "unknown"]
    remote_how: str
    items: list[LinkItem]


class LinkAnswer(Shape):
    item: str = Field(max_length=40)
    answer: Literal["yes", "no", "na"]
    date: str = Field("", max_length=10)
    target: str = Field("", max_length=10)
    note: str = Field("", max_length=500)


class LinkAnswers(Shape):
    word: str = Field(min_length=1, max_length=100)
    person: str = Field(max_length=100)
    answers: list[LinkAnswer] = Field(max_length=200)
    remote: Literal["yes", "no", "unknown"] = "unknown"
    remote_how: str = Field("", max_length=2000)


class DeemedServers(Shape):
    """みなし遵守: is every server that was seen the vendor's duty by contract?"""

    word: Answer
    covered: list[DeviceRef]
    uncovered: list[DeviceRef]
    ours: list[str]


class FormRow(Shape):
    """One row of an official form as it was read."""

    key: str
    number: str
    text: str
    topic: str
    old: str
    likeness: float
    doubts: list[Literal["no_number", "no_answer_cell", "short", "twice", "topic"]]


class FormRead(Shape):
    title: str
    rows: list[FormRow]
    topics: list[str]


class FormAccept(FileAsk):
    edition: str = Field(max_length=16)
    audience: Audience = "hospital"
    title: str = Field(max_length=300)
    year_from: str = Field(max_length=10)
    topics: dict[str, str] = Field(max_length=500)
    dropped: list[str] = Field(max_length=500)


class FormAsk(FileAsk):
    audience: Audience = "hospital"


class ClinicStep(Shape):
    id: str
    text: Words
    says: Words
    done: bool
    where: str


class Clinic(Shape):
    """An hour's work without a tap."""

    steps: list[ClinicStep]


class Symptom(Shape):
    id: str
    name: Words


class IncidentRow(Shape):
    id: str
    title: str
    known_at: Time
    closed_at: Time | None
    by: str


class IncidentHome(Shape):
    open: list[IncidentRow]
    closed: list[IncidentRow]
    symptoms: list[Symptom]


class IncidentAsk(Shape):
    finding: str = Field("", max_length=40)
    symptom: str = Field("", max_length=40)
    words: str = Field("", max_length=200)
    person: str = Field("", max_length=100)


class LineAsk(Shape):
    kind: Literal["decision", "task", "report", "role", "note", "fact", "closed"]
    ref: str = Field("", max_length=200)
    text: str = Field("", max_length=4000)
    person: str = Field("", max_length=100)


class IncidentLine(Shape):
    at: Time
    clock: Literal["tap", "people"]
    kind: str
    what: Words
    text: str
    by: str
    finding: str


class IncidentRole(Shape):
    id: str
    name: Words
    does: Words
    held_by: str


class IncidentTask(Shape):
    id: str
    text: Words
    role: Words
    place: str
    done_at: Time | None
    done_by: str


class IncidentPhase(Shape):
    id: str
    name: Words
    tasks: list[IncidentTask]


class CutAdvice(Shape):
    place: str
    text: Words
    warning: Words
    lost: list[Words]


class ContainStep(Shape):
    place: Literal["backup", "outside", "range", "segment"]
    cuts: list[CutAdvice]


class UsedDevice(Shape):
    device: DeviceRef
    use: Literal["yes", "unknown"]
    last: Time | None


class ReportDeadline(Shape):
    key: str
    body: Words
    report: Words
    note: Words
    when: str
    phone: str
    due: Time
    due_last: Time
    done_at: Time | None
    state: Literal["done", "now", "running", "soon", "late"]


class DraftField(Shape):
    name: Words
    key: str
    value: Words
    source: str


class Draft(Shape):
    id: str
    name: Words
    note: Words
    fields: list[DraftField]


class KnownFact(Shape):
    name: Words
    value: Words
    source: str


class Incident(Shape):
    id: str
    title: str
    by: str
    known_at: Time
    closed_at: Time | None
    now: Time  # the machine's clock
    findings: list[str]
    roles: list[IncidentRole]
    phases: list[IncidentPhase]
    steps: list[ContainStep]
    range: list[KnownFact]
    in_use: list[UsedDevice]
    deadlines: list[ReportDeadline]
    drafts: list[Draft]
    fallback: list[Words]
    timeline: list[IncidentLine]
