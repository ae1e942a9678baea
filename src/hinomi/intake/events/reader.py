"""Which of the readers understands a line; the whole file, in whatever form it lies there."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from hinomi.intake.events import boxes, cisco, daemons, paloalto, text, windows, yamaha
from hinomi.intake.events.frame import Frame, Line
from hinomi.intake.events.out import Out
from hinomi.intake.rows import Rows

WHOLE_BYTES_MAX = 256 << 20  # of a JSON file that is one list
LOOKED_AT = 200  # lines by which a file is known
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
        ("cisco", cisco.is_cisco, cisco.cisco),
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


class EventReader:
    """Iterate: (number, offset) of each entry, after its rows have been made. Ask then what went wrong."""

    def __init__(self, rows: Rows, zone: str, hosts: Mapping[str, str]) -> None:
        self._rows, self._zone = rows, zone
        self.out = Out(rows, hosts)
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
