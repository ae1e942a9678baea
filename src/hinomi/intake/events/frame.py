"""A line of a log → when, which machine, which program, and what it said.

RFC 5424 §6, RFC 3164 §4.1; files with a date of their own in front (ISO 8601, `2026/11/28 10:00:00:`).
A time without a year is taken as the last such day before the file was written, one without a zone
as the site's local time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

_NAMES = "JanFebMarAprMayJunJulAugSepOctNovDec"
MONTHS = {_NAMES[3 * n : 3 * n + 3]: n + 1 for n in range(12)}
_PRI = re.compile(r"<(\d{1,3})>")
_ISO = re.compile(
    r"(\d{4})[-/](\d\d)[-/](\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?\s?(Z|UTC|GMT|[+-]\d\d:?\d\d)?:?\s+"
)
_BSD = re.compile(
    r"([A-Z][a-z]{2}) +(\d{1,2}) (?:(\d{4}) )?(\d\d):(\d\d):(\d\d)(?:\.\d+)?(?: (\d{4}))?(?: [A-Z]{3,4})?:?\s+"
)
_FIELDS = re.compile(r"\S{0,40}=|\d+,\d{4}/")  # of firewalls: `date=…`, or values between commas
_TAG = re.compile(r"([A-Za-z][\w.()/-]{0,47})(?:\[\d+\])?: ?")
_HOST = re.compile(r"([A-Za-z0-9][\w.:-]{0,254}) ")


@dataclass(slots=True)
class Line:
    """One entry. `time` is 0 where it has none."""

    time: int
    host: str
    app: str
    text: str


class Frame:
    """Reads the heads of lines. `written` is when the file was last written, UTC seconds."""

    def __init__(self, zone: str, written: float) -> None:
        self.zone = ZoneInfo(zone)
        self._latest = datetime.fromtimestamp(written, self.zone) + timedelta(days=1)

    def read(self, line: str) -> Line:
        """Never fails: what has no head is all text."""
        rest = line.strip("\ufeff \t")
        known = _PRI.match(rest)
        if known:
            rest = rest[known.end() :]
            if rest.startswith("1 "):
                return self._new(rest)
        time, rest = self.stamp(rest)
        if not time:
            # What several boxes do: `<189>date=…`, with the time among the fields.
            return Line(0, "", "", rest)
        host = ""
        found = _HOST.match(rest)
        # A host stands between the time and the tag; a tag alone ends with a colon.
        if found and not found[1].endswith(":") and "=" not in found[1]:
            after = rest[found.end() :]
            if (
                _TAG.match(after)
                or after.startswith(("%", ": %", "["))
                or _is_address(found[1])
                or _FIELDS.match(after)
            ):
                host, rest = found[1], after
                inner, behind = self.stamp(rest)  # a relay put its own head in front
                if inner:
                    time, rest = inner, behind
        rest = rest.removeprefix(": ")
        tag = _TAG.match(rest)
        if tag and not rest.startswith("%"):
            return Line(time, host, tag[1], rest[tag.end() :])
        return Line(time, host, "", rest)

    def stamp(self, text: str) -> tuple[int, str]:
        """(UTC nanoseconds, rest); 0 where no date stands at the start."""
        found = _ISO.match(text)
        if found:
            year, month, day, hour, minute, second, part, zone = found.groups()
            moment = self._at(int(year), int(month), int(day), int(hour), int(minute), int(second))
            if moment is None:
                return 0, text
            if zone:
                moment = datetime.fromisoformat(moment.replace(tzinfo=None).isoformat() + _offset(zone))
            return int(moment.timestamp()) * 10**9 + int(f"{part or 0:0<9}"), text[found.end() :]
        found = _BSD.match(text)
        if found and found[1] in MONTHS:
            name, day, early, hour, minute, second, late = found.groups()
            year = early or late
            for guess in (int(year),) if year else (self._latest.year, self._latest.year - 1):
                moment = self._at(guess, MONTHS[name], int(day), int(hour), int(minute), int(second))
                if moment is not None and (year or moment <= self._latest):
                    return int(moment.timestamp()) * 10**9, text[found.end() :]
        return 0, text

    def local(self, date: str, clock: str) -> int:
        """Two fields (`2026-11-28`, `10:00:00`) → UTC nanoseconds; 0 where they are none."""
        return self.stamp(f"{date} {clock} ")[0]

    def _new(self, rest: str) -> Line:
        """RFC 5424 §6: VERSION SP TIMESTAMP SP HOSTNAME SP APP-NAME SP PROCID SP MSGID SP STRUCTURED-DATA [SP MSG]."""
        parts = rest.split(" ", 6)
        if len(parts) < 7:
            return Line(0, "", "", rest)
        time = self.stamp(parts[1] + " ")[0]
        host, app = ("" if part == "-" else part for part in parts[2:4])
        data = parts[6]
        if data.startswith("-"):
            text = data[1:]
        else:  # elements in brackets, in which `\]` does not close
            close = re.match(r"(?:\[(?:[^\]\\]|\\.)*\])*", data)
            cut = close.end() if close else 0
            text = data[cut:] or data
        return Line(time, host, app, text.strip("\ufeff "))

    def _at(self, *parts: int) -> datetime | None:
        try:
            return datetime(parts[0], parts[1], parts[2], parts[3], parts[4], min(parts[5], 59), tzinfo=self.zone)
        except ValueError:
            return None


def _offset(zone: str) -> str:
    if zone in ("Z", "UTC", "GMT"):
        return "+00:00"
    return zone if ":" in zone else f"{zone[:3]}:{zone[3:]}"


def _is_address(text: str) -> bool:
    return bool(re.fullmatch(r"\d{1,3}(\.\d{1,3}){3}|[0-9a-fA-F:]+:[0-9a-fA-F:]+", text))


_PAIR = re.compile(r'([A-Za-z_][\w-]*)=("(?:[^"\\]|\\.)*"|[^\s"]*)')


def pairs(text: str) -> dict[str, str]:
    """`key=value key="value with spaces"` → fields."""
    return {name: value[1:-1].replace('\\"', '"') if value[:1] == '"' else value for name, value in _PAIR.findall(text)}
