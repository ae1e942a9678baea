"""What the API says of notices: channels, and what became of each notice."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from hinomi.api.shapes import Shape, Time
from hinomi.model import Severity

Entry = Annotated[str, StringConstraints(max_length=300)]


class ChannelAsk(Shape):
    """A way to one receiver. With `after_min` it speaks only of what still waits for a person by then."""

    id: Entry = Field(default="", description="'' for a new one")
    type: Literal["mail", "webhook", "syslog"]
    name: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    host: Entry = ""
    port: Annotated[int, Field(ge=0, le=65535)] = 0
    tls: Literal["none", "starttls", "tls"] = "none"
    proto: Literal["udp", "tcp"] = "udp"
    user: Entry = ""
    sender: Entry = ""
    to: Annotated[list[Entry], Field(max_length=50)] = Field(default=[])
    url: Annotated[str, StringConstraints(max_length=2000)] = ""
    form: Literal["text", "ocsf", "cef"] = "text"
    severity: Severity = Severity.MEDIUM
    lang: Literal["ja", "en"] = "ja"
    after_min: Annotated[int, Field(ge=0, le=10080)] = 0
    quiet_start: Entry = Field(default="", description="HH:MM on the clock of the site; '' for no quiet hours")
    quiet_end: Entry = ""
    quiet_but: Severity = Severity.HIGH
    secret: Annotated[str, StringConstraints(max_length=1000)] | None = Field(
        default=None, description="password or signing key; null leaves it; it is never said again"
    )


class NotifyChannel(Shape):
    id: str
    type: str
    name: str
    host: str
    port: int
    tls: str
    proto: str
    user: str
    sender: str
    to: list[str]
    url: str
    form: str
    severity: Severity
    lang: str
    after_min: int
    quiet_start: str
    quiet_end: str
    quiet_but: Severity
    has_secret: bool
    by: str


class NoticeRow(Shape):
    seq: int
    finding: str
    channel: str
    kind: str
    state: Literal["waiting", "sent", "given_up", "not_needed"]
    at: Time = Field(description="when it went, or is due")
    attempts: int
    error: str


class Notices(Shape):
    channels: list[NotifyChannel]
    counts: dict[str, int] = Field(description="notices by state; `lost` over the limit of the queue")
    newest: list[NoticeRow]


class Tested(Shape):
    sent: bool
    error: str
