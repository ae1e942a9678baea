"""Channels: where notices go. Kept as people's words (`State.file`), secrets apart in the home's key folder.

A channel with `after_min` is an escalation: it speaks only of what still waits for a person by then.
"""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from hinomi.model import Severity
from hinomi.store.state import notices
from hinomi.texts import Problem

if TYPE_CHECKING:
    from hinomi.home import Home

KIND = "channel"
CHANNELS_MAX = 50
TYPES = ("mail", "webhook", "syslog")
FORMS = ("text", "ocsf", "cef")  # of a webhook: text (our own JSON) or ocsf; of syslog: cef
NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Channel:
    """One way to one receiver."""

    id: str
    type: str  # mail, webhook or syslog
    name: str
    host: str = ""  # of the mail server or the log server
    port: int = 0
    tls: str = "none"  # none, starttls (mail only) or tls
    proto: str = "udp"  # of syslog: udp or tcp
    user: str = ""
    sender: str = ""
    to: tuple[str, ...] = ()
    url: str = ""
    form: str = "text"
    severity: str = "medium"  # this or worse
    lang: str = "ja"
    after_min: int = 0
    quiet_start: str = ""  # HH:MM on the clock of the site; '' for no quiet hours
    quiet_end: str = ""
    quiet_but: str = "high"  # this or worse goes out in quiet hours too
    by: str = ""

    def wants(self, severity: Severity) -> bool:
        return _rank(severity) >= _rank(Severity(self.severity))

    def due(self, now: int, severity: Severity, zone: str) -> int:
        """When a notice that is ready at `now` may go: at once, or at the end of the quiet hours."""
        if not self.quiet_start or _rank(severity) >= _rank(Severity(self.quiet_but)):
            return now
        local = datetime.fromtimestamp(now // NS, ZoneInfo(zone))
        start, end = (_minutes(text) for text in (self.quiet_start, self.quiet_end))
        minute = local.hour * 60 + local.minute
        quiet = start <= minute < end if start <= end else minute >= start or minute < end
        if not quiet:
            return now
        day = local.date() if minute < end else local.date() + timedelta(days=1)
        ends = datetime(day.year, day.month, day.day, end // 60, end % 60, tzinfo=local.tzinfo)
        return int(ends.timestamp()) * NS


def _rank(severity: Severity) -> int:
    return list(Severity).index(severity)


def _minutes(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


def channels(home: Home) -> list[Channel]:
    found = []
    for one in home.state.filed(KIND):
        body = dict(one.body)
        body["to"] = tuple(body.get("to", ()))
        found.append(Channel(**{**body, "id": one.id, "by": one.by}))
    return found


def put(home: Home, channel: Channel, *, by: str, secret: str | None = None) -> Channel:
    """Adds or changes a channel. `secret` is the mail password or the webhook's signing key; None leaves it."""
    check(channel)
    known = {one.id for one in channels(home)}
    if channel.id not in known and len(known) >= CHANNELS_MAX:
        raise Problem("notify.full", most=CHANNELS_MAX)
    body: dict[str, Any] = {name: value for name, value in asdict(channel).items() if name not in ("id", "by")}
    if not known:
        with home.state.transaction() as tx:
            notices.skip_old(tx)
    made = home.state.file(KIND, body, by=by, id=channel.id)
    if secret is not None:
        _keep_secret(home, made.id, secret)
    return next(one for one in channels(home) if one.id == made.id)


def remove(home: Home, id: str, *, by: str) -> None:
    kept = next((one for one in home.state.filed(KIND) if one.id == id), None)
    if kept is None:
        raise Problem("notify.unknown", id=id)
    home.state.file(KIND, kept.body, by=by, id=id, gone=True)
    _secret_path(home, id).unlink(missing_ok=True)


def check(channel: Channel) -> None:
    """What could never be delivered is refused at once.

    Raises:
        hinomi.texts.Problem: which entry, and what it may be.
    """

    def need(good: object, entry: str, known: str) -> None:
        if not good:
            raise Problem("notify.bad_entry", entry=entry, known=known)

    need(channel.type in TYPES, "type", ", ".join(TYPES))
    need(channel.name.strip(), "name", "a name for people")
    need(channel.severity in list(Severity), "severity", ", ".join(Severity))
    need(channel.quiet_but in list(Severity), "quiet_but", ", ".join(Severity))
    need(channel.lang in ("ja", "en"), "lang", "ja, en")
    need(0 <= channel.after_min <= 7 * 24 * 60, "after_min", "0-10080")
    need(bool(channel.quiet_start) == bool(channel.quiet_end), "quiet", "HH:MM-HH:MM")
    for text in (channel.quiet_start, channel.quiet_end):
        if text:
            need(len(text) == 5 and text[2] == ":" and (text[:2] + text[3:]).isdigit(), "quiet", "HH:MM-HH:MM")
            need(int(text[:2]) < 24 and int(text[3:]) < 60, "quiet", "HH:MM-HH:MM")
    need(channel.form in FORMS, "form", ", ".join(FORMS))
    if channel.type == "webhook":
        parts = urlsplit(channel.url)
        need(parts.scheme in ("http", "https") and parts.hostname, "url", "https://…")
        return
    need(channel.host.strip() and 0 < channel.port < 65536, "host", "host, port")
    if channel.type == "mail":
        need(channel.tls in ("none", "starttls", "tls"), "tls", "none, starttls, tls")
        good = [word for word in (channel.sender, *channel.to) if "@" in word and not set(word) & set("\r\n ,")]
        need(channel.to and len(good) == len(channel.to) + 1, "to", "addresses")
    else:
        need(channel.proto in ("udp", "tcp") and channel.tls in ("none", "tls"), "proto", "udp, tcp; tls: none, tls")


def secret(home: Home, id: str) -> str:
    path = _secret_path(home, id)
    return path.read_text("utf-8") if path.exists() else ""


def _secret_path(home: Home, id: str) -> Any:
    return home.path / "keys" / f"channel-{id}.secret"


def _keep_secret(home: Home, id: str, text: str) -> None:
    path = _secret_path(home, id)
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
