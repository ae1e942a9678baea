"""Which of the readers understands a line; the whole file, in whatever form it lies there."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from hinomi.intake.events import boxes, cisco, daemons, paloalto, text, windows, yamaha
from hinomi.intake.events.frame import Frame, Line
from hinomi.intake.events.out import Out
from hinomi.intake.events.told import Told
from hinomi.intake.rows import Rows

WHOLE_BYTES_MAX = 256 << 20  # of a JSON file that is one list
LOOKED_AT = 200  # lines by which a file is known
SENDERS_MAX = 1_000  # of lines that the tap heard; the state of the oldest is forgotten
Read = Callable[[Out, Line, Frame], bool]
_BROKEN = (
    csv.Error,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
    OverflowError,
    RecursionError,
    StopIteration,
)


def _readers() -> list[tuple[str, Callable[[Line], bool], Read]]:
    """Fresh ones for each file: some remember what an earlier line said."""
    return [
        ("fortigate", boxes.is_fortigate, boxes.fortigate),
        ("sonicwall", boxes.is_sonicwall, boxes.sonicwall),
        ("paloalto", paloalto.is_paloalto, paloalto.paloalto),
        ("cisco", cisco.is_cisco, cisco.Cisco()),
        ("samba", daemons.is_samba, daemons.samba),
        ("sshd", daemons.is_sshd, daemons.Sshd()),
        ("charon", daemons.is_charon, daemons.Charon()),
        ("openvpn", daemons.is_openvpn, daemons.OpenVpn()),
        ("wireguard", daemons.is_wireguard, daemons.WireGuard()),
        ("yamaha", yamaha.is_yamaha, yamaha.Yamaha()),
    ]


def kind_of(head: bytes) -> str:
    """`syslog`, `windows_xml`, `windows_json` or `windows_evtx`; '' when the file is nothing of that."""
    if head.startswith(windows.MAGIC):
        return "windows_evtx"
    coding = text.wide(head)
    start = (head.decode(coding, "replace") if coding else head.decode("utf-8", "replace")).lstrip("\ufeff \t\r\n")
    if start.startswith("<") and "schemas.microsoft.com/win/2004/08/events/event" in start[:4096]:
        return "windows_xml"
    if start[:1] in "{[" and start:
        try:
            _, found = next(windows.json_events(start))
            windows.of_json(found or {})
            return "windows_json"
        except _BROKEN:
            return ""
    frame, readers = Frame("UTC", 4e9), _readers()
    lines = [line for line in (start if coding else text.decoded(head)).splitlines()[:LOOKED_AT] if line.strip()]
    if not lines or start.count("\0") * 20 > len(start):
        return ""
    dated = 0
    for raw in lines:
        line = frame.read(raw)
        if any(claims(line) for _, claims, _ in readers):
            return "syslog"
        dated += bool(line.time and (line.host or line.app))
    return "syslog" if dated * 2 > len(lines) else ""


@dataclass(slots=True)
class _Sender:
    """Who sends lines: readers that remember what it said, and the name it gave itself."""

    readers: list[tuple[str, Callable[[Line], bool], Read]]
    name: str = ""


class EventReader:
    """Iterate: (number, offset) of each entry, after its rows have been made. Ask then what went wrong."""

    def __init__(self, rows: Rows, zone: str, hosts: Mapping[str, str], told: Told | None = None) -> None:
        self._rows, self._zone, self._told = rows, zone, told
        self.out = Out(rows, hosts)
        self._senders: dict[str, _Sender] = {}
        self._frame: Frame | None = None
        self.bad = self.understood = 0
        self.cut = ""

    def entries(self, path: Path, kind: str, file: IO[bytes]) -> Iterator[tuple[int, int]]:
        yield from self._syslog(path, file) if kind == "syslog" else self._windows(path, kind, file)
        self.out.finish()
        if self.understood and not any(self._rows.counts.values()):
            self._rows.note("odd", "events.nothing_told", "no entry tells of a logon from afar or of a connection")

    # --- lines

    def _syslog(self, path: Path, file: IO[bytes]) -> Iterator[tuple[int, int]]:
        frame, readers = Frame(self._zone, path.stat().st_mtime), _readers()
        last = 0
        for number, (at, raw, state) in enumerate(text.lines(file), 1):
            self._rows.at, before = (number, at), self.bad
            if state == "long":
                self._rows.note("over_limit", "intake.line_bytes_max", "a line longer than LINE_BYTES_MAX")
            elif raw.strip():
                last = self._one(readers, frame, raw, last)
                if state == "open" and self.bad > before:
                    self.cut = "the log ends inside a line"
            yield number, at

    def _one(self, readers: list[tuple[str, Callable[[Line], bool], Read]], frame: Frame, raw: str, last: int) -> int:
        """Reads a line; returns its time, for those that carry none."""
        name = "syslog"
        try:
            line = frame.read(raw)
            line.time = line.time or last
            own = line.time
            for name, claims, read in readers:
                if claims(line):
                    self.understood += 1
                    if self._is_told(line):
                        return line.time
                    if not read(self.out, line, frame):
                        self._rows.note("unknown", f"{name}.kind", f"lines of {name} of a kind that is not read")
                    return line.time
            if not own or not line.app:
                self.bad += 1
                self._rows.note("malformed", "syslog.line", "a line without a time or a program, or a cut one")
            else:
                self._rows.note(
                    "unknown", "syslog.program", f"lines of programs that are not read, the first: {line.app[:40]}"
                )
                self._heard(line)
            return line.time
        except _BROKEN:
            self.bad += 1
            self._rows.note("malformed", f"{name}.line", "a line that is cut or does not fit what it should be")
            return last

    def _is_told(self, line: Line) -> bool:
        """Whether the tap or another log told this line before; its rows get the mark by which it is known again."""
        if self._told is None:
            return False
        self.out.mark = self._told.mark(line.app, line.text)
        if not line.time or not self._told.before(self.out.mark, line.time, self._rows.capture):
            return False
        self._rows.note("odd", "events.told_before", "a line that another capture or log told already")
        return True

    # --- lines that the tap heard

    def hear(self, text: str, time: int, sender: str) -> None:
        """One message of syslog; its time is the tap's, whatever the box's clock says."""
        known = self._senders.get(sender)
        if known is None:
            if len(self._senders) >= SENDERS_MAX:
                del self._senders[next(iter(self._senders))]
            known = self._senders[sender] = _Sender(_readers())
        self._frame = self._frame or Frame(self._zone, time / 1e9)
        self.out.clock = time
        name = "syslog"
        try:
            line = self._frame.read(f"<13>{text}")
            line.time = time
            found = next(((name, read) for name, claims, read in known.readers if claims(line)), None)
            if found is None:
                return  # the wire itself says that there was a message, and of which program
            name, read = found
            self.understood += 1
            if not line.host:
                line.host = sender
            elif known.name in ("", line.host) and not self.out.machine(line.host):
                # A relay passes on what others wrote: only the first name can be the sender's own.
                known.name = line.host
                self.out.learn(line.host, sender)
            if not self._is_told(line):
                read(self.out, line, self._frame)
        except _BROKEN:
            self.bad += 1
            self._rows.note("malformed", f"{name}.line", "a line that is cut or does not fit what it should be")

    def _heard(self, line: Line) -> None:
        at = self.out.machine(line.host)
        if at and line.app:
            self._rows.clue(line.time, at, "syslog.application", line.app[:48], "syslog")

    # --- events of Windows

    def _windows(self, path: Path, kind: str, file: IO[bytes]) -> Iterator[tuple[int, int]]:
        for number, (at, event) in enumerate(self._events(path, kind, file), 1):
            self._rows.at = (number, at)
            try:
                if event is None:
                    raise ValueError
                self.understood += 1
                code, line, row = windows.of_xml(event) if isinstance(event, str) else windows.of_json(event)
                if not windows.read(self.out, code, line, row):
                    self._rows.note(
                        "unknown", "windows.kind", f"events of a number that is not read, the first: {code}"
                    )
            except _BROKEN:
                self.bad += 1
                self._rows.note("malformed", "windows.event", "an event that is cut or does not fit what it should be")
            yield number, at

    def _events(self, path: Path, kind: str, file: IO[bytes]) -> Iterator[tuple[int, str | Mapping[str, Any] | None]]:
        if kind == "windows_xml":
            for at, found in windows.xml_events(file):
                if not found:
                    self.cut = "the log ends inside an event"
                yield at, found or None
            return
        if kind == "windows_evtx":
            yield from windows.evtx_events(str(path))
        else:
            content = file.read(WHOLE_BYTES_MAX + 1)
            if len(content) > WHOLE_BYTES_MAX:
                self.cut = "it is larger than WHOLE_BYTES_MAX: split it"
            coding = text.wide(content)
            yield from windows.json_events(content.decode(coding, "replace") if coding else text.decoded(content))
