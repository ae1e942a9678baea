"""Windows events: XML (Event Viewer, `wevtutil qe`), JSON (winlogbeat, NXLog, `Get-WinEvent | ConvertTo-Json`,
evtx_dump) and `.evtx`.

Numbers and field names: Microsoft, "Advanced security audit policy settings" (4624 … 4776), 1102 and
System 104, 7045. Only what tells of logons, accounts, services and cleared logs is read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import IO, Any

from hinomi.intake.events.frame import Line
from hinomi.intake.events.out import Out, plain
from hinomi.intake.events.text import wide
from hinomi.intake.rows import port

EVENT_CHARS_MAX = 1 << 20  # one event; a longer one is passed over
MAGIC = b"ElfFile\0"
_NS = "{http://schemas.microsoft.com/win/2004/08/events/event}"
# Names of the fields by place, for `Get-WinEvent`, which tells values alone (its template, version 2 or later).
_PLACES: dict[int, dict[int, str]] = {
    4624: {5: "TargetUserName", 6: "TargetDomainName", 8: "LogonType", 10: "AuthenticationPackageName",
           11: "WorkstationName", 18: "IpAddress", 19: "IpPort"},
    4625: {5: "TargetUserName", 6: "TargetDomainName", 7: "Status", 9: "SubStatus", 10: "LogonType",
           12: "AuthenticationPackageName", 13: "WorkstationName", 19: "IpAddress", 20: "IpPort"},
    4648: {1: "SubjectUserName", 5: "TargetUserName", 8: "TargetServerName", 12: "IpAddress", 13: "IpPort"},
    4740: {0: "TargetUserName", 1: "TargetDomainName"},
    4768: {0: "TargetUserName", 6: "Status", 9: "IpAddress", 10: "IpPort"},
    4769: {0: "TargetUserName", 2: "ServiceName", 6: "IpAddress", 7: "IpPort", 8: "Status"},
    4771: {0: "TargetUserName", 4: "Status", 6: "IpAddress", 7: "IpPort"},
    4776: {1: "TargetUserName", 2: "Workstation", 3: "Status"},
    1102: {1: "SubjectUserName"},
    7045: {0: "ServiceName", 1: "ImagePath", 2: "ServiceType", 4: "AccountName"},
}  # fmt: skip
# From outside the machine: network, network with a clear password, remote desktop, and its like with a saved one.
_FROM_AFAR = {"3": "network", "8": "network cleartext", "10": "remote desktop", "9": "new credentials"}
_STATUS = {"0xc000006a": "wrong password", "0xc0000064": "unknown user", "0xc0000234": "locked out",
           "0xc0000072": "disabled", "0xc0000193": "expired", "0xc0000071": "password expired"}  # fmt: skip
Event = tuple[int, Line, dict[str, str]]


def read(out: Out, number: int, line: Line, row: Mapping[str, str]) -> bool:
    """One event; False when it is of a kind that is not read.

    Raises:
        ValueError: it has no time.
    """
    reader = READERS.get(number)
    if reader is None:
        return False
    if not line.time:
        raise ValueError
    reader(out, number, line, row)
    return True


def _common(row: Mapping[str, str]) -> dict[str, Any]:
    station = next((row[n] for n in ("WorkstationName", "Workstation") if row.get(n, "-") not in ("-", "")), "")
    source = plain(row.get("IpAddress", ""))
    return {
        "user": _user(row), "client": "" if source in ("127.0.0.1", "::1") else source,
        "client_port": port(row.get("IpPort", "0")), "client_name": station.strip("\\"), "log": "windows",
        "domain": row.get("TargetDomainName", ""),
    }  # fmt: skip


def _user(row: Mapping[str, str]) -> str:
    return next((row[n] for n in ("TargetUserName", "SubjectUserName") if row.get(n, "-") not in ("-", "")), "")


def _logon(out: Out, number: int, line: Line, row: Mapping[str, str]) -> None:
    kind = row.get("LogonType", "")
    common = _common(row)
    if kind not in _FROM_AFAR or (
        number == 4624 and (common["user"].endswith("$") or common["user"] == "ANONYMOUS LOGON")
    ):
        return  # at the machine itself, by a service, or by a machine of the domain: everyday
    code = (row.get("SubStatus") or row.get("Status") or "").lower()
    out.logon(
        line, "windows", number == 4624, status="" if number == 4624 else code, reason=_STATUS.get(code, ""),
        logon_type=_FROM_AFAR[kind], method=row.get("AuthenticationPackageName", ""), **common,
    )  # fmt: skip


def _explicit(out: Out, number: int, line: Line, row: Mapping[str, str]) -> None:
    """A program here went on with another account."""
    target = row.get("TargetServerName", "")
    if target and target.lower() != "localhost":
        out.said(line, "windows", "other_account", "ok", about=target, **_common(row))


def _kerberos(out: Out, number: int, line: Line, row: Mapping[str, str]) -> None:
    status = (row.get("Status") or "").lower()
    good = status in ("0x0", "0", "")
    common = _common(row)
    if common["user"].partition("@")[0].endswith("$"):
        return
    out.said(
        line, "kerberos", "TGS" if number == 4769 else "AS", "ok" if good else "refused", port=88,
        status="" if good else status, about=row.get("ServiceName", ""), **common,
    )  # fmt: skip


def _ntlm(out: Out, number: int, line: Line, row: Mapping[str, str]) -> None:
    status = (row.get("Status") or "").lower()
    good = status in ("0x0", "0")
    out.logon(line, "ntlm", good, status="" if good else status, reason=_STATUS.get(status, ""), **_common(row))


def _lockout(out: Out, number: int, line: Line, row: Mapping[str, str]) -> None:
    # The name of the machine that tried stands in the field of the domain (event 4740, "Caller Computer Name").
    out.said(
        line, "windows", "lockout", "refused", user=_user(row), client=out.machine(row.get("TargetDomainName", "")),
        client_name=row.get("TargetDomainName", "").strip("\\"), log="windows",
    )  # fmt: skip


def _cleared(out: Out, number: int, line: Line, row: Mapping[str, str]) -> None:
    out.said(
        line, "windows", "log_cleared", "ok", user=row.get("SubjectUserName", ""),
        about=row.get("Channel") or ("Security" if number == 1102 else "System"), log="windows",
    )  # fmt: skip


def _service(out: Out, number: int, line: Line, row: Mapping[str, str]) -> None:
    path = row.get("ImagePath") or row.get("ServiceFileName", "")
    out.said(
        line, "windows", "service_installed", "ok", user=row.get("AccountName") or row.get("SubjectUserName", ""),
        about=row.get("ServiceName", ""), program=out.rows.masked("file", path) if path else "", log="windows",
    )  # fmt: skip


READERS: dict[int, Callable[[Out, int, Line, Mapping[str, str]], None]] = {
    4624: _logon, 4625: _logon, 4648: _explicit, 4768: _kerberos, 4769: _kerberos, 4771: _kerberos, 4776: _ntlm,
    4740: _lockout, 1102: _cleared, 104: _cleared, 7045: _service, 4697: _service,
}  # fmt: skip
_PROVIDERS = {104: "eventlog", 1102: "eventlog", 7045: "service control manager"}  # numbers that others use too


def _fits(number: int, provider: str) -> bool:
    wanted = _PROVIDERS.get(number, "security-auditing")
    return not provider or wanted in provider.lower() or provider.lower() == "security"


def _number(text: object) -> int:
    if isinstance(text, Mapping):
        text = text.get("#text", text.get("Value", 0))
    found = re.match(r"\d{1,6}", str(text))
    return int(found[0]) if found else 0


def when(text: object) -> int:
    """ISO 8601, `/Date(ms)/`, seconds or milliseconds → UTC nanoseconds; 0 when it is none."""
    found = str(text or "").strip()
    if ms := re.match(r"/Date\((-?\d+)", found):
        return int(ms[1]) * 1_000_000
    if re.fullmatch(r"\d{10}(?:\d{3})?(?:\.\d+)?", found):
        whole = found.partition(".")[0]
        return int(whole) * (10**9 if len(whole) == 10 else 10**6)
    part = re.match(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?\s*(Z|UTC|[+-]\d\d:?\d\d)?", found)
    if part is None:
        return 0
    try:
        moment = datetime.fromisoformat(f"{part[1]}T{part[2]}").replace(tzinfo=UTC)
    except ValueError:
        return 0
    zone = part[4] or "Z"
    if zone not in ("Z", "UTC"):
        sign = -1 if zone[0] == "-" else 1
        moment -= sign * timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
    return int(moment.timestamp()) * 10**9 + int(f"{part[3] or 0:0<9}")


# --- XML


def of_xml(text: str) -> Event:
    """Raises ValueError when it is no event."""
    from defusedxml.ElementTree import (  # type: ignore[import-untyped]
        ParseError,
        fromstring,
    )

    try:
        event = fromstring(text)
    except ParseError as error:
        raise ValueError(str(error)) from error

    def strip(tag: str) -> str:
        return tag.rpartition("}")[2]

    system = next((child for child in event if strip(child.tag) == "System"), None)
    if system is None:
        raise ValueError("no System")
    found = {strip(child.tag): child for child in system}
    row: dict[str, str] = {}
    for part in event:
        if strip(part.tag) not in ("EventData", "UserData"):
            continue
        for item in part.iter():
            name = item.get("Name") or strip(item.tag)
            if item is not part and item.text and item.text.strip():
                row[name] = item.text.strip()
    clock = found["TimeCreated"].get("SystemTime") if "TimeCreated" in found else ""
    provider = (found["Provider"].get("Name") or "") if "Provider" in found else ""
    number = _number(found["EventID"].text if "EventID" in found else 0)
    computer = (found["Computer"].text or "") if "Computer" in found else ""
    return number if _fits(number, provider) else 0, Line(when(clock), computer, "", ""), row


def xml_events(file: IO[bytes]) -> Iterator[tuple[int, str]]:
    """(characters passed, text of one event). A whole file of them, with a root or without one."""
    head = file.read(64)
    coding = wide(head) or "utf-8"
    import codecs

    decoder = codecs.getincrementaldecoder(coding)("replace")
    held, at = decoder.decode(head).lstrip("\ufeff"), 0
    while True:
        end = held.find("</Event>")
        if end < 0:
            more = file.read(1 << 16)
            if not more:
                break
            held += decoder.decode(more)
            if len(held) > EVENT_CHARS_MAX and "</Event>" not in held:
                at += len(held) - 16
                held = held[-16:]
            continue
        start = held.rfind("<Event ", 0, end)
        start = start if start >= 0 else held.rfind("<Event>", 0, end)
        if start >= 0:
            yield at + start, held[start : end + 8]
        at += end + 8
        held = held[end + 8 :]
    if "<Event " in held or "<Event>" in held:
        yield at, ""  # cut


# --- JSON


def of_json(found: Mapping[str, Any]) -> Event:
    """Whoever wrote it. Raises ValueError when it is no event."""
    if isinstance(found.get("Event"), Mapping):  # evtx_dump
        event = found["Event"]
        system = event["System"]
        data = event.get("EventData") or event.get("UserData") or {}
        clock, provider = _inside(system.get("TimeCreated"), "SystemTime"), _inside(system.get("Provider"), "Name")
        return _event(system.get("EventID"), provider, clock, system.get("Computer"), _flat(data))
    beat = found.get("winlog")
    if isinstance(beat, Mapping):  # winlogbeat
        clock = beat.get("time_created") or found.get("@timestamp")
        data = beat.get("event_data") or beat.get("user_data") or {}
        return _event(
            beat.get("event_id"), beat.get("provider_name", ""), clock, beat.get("computer_name"), _flat(data)
        )
    if "EventID" in found:  # NXLog and others: all on one level
        clock = found.get("EventTime") or found.get("TimeCreated") or found.get("@timestamp") or found.get("UtcTime")
        name = found.get("Hostname") or found.get("Computer") or found.get("MachineName")
        return _event(
            found["EventID"], found.get("SourceName") or found.get("ProviderName") or "", clock, name, _flat(found)
        )
    if "Id" in found and ("Properties" in found or "ProviderName" in found):  # Get-WinEvent | ConvertTo-Json
        number = _number(found["Id"])
        values = [p.get("Value") if isinstance(p, Mapping) else p for p in found.get("Properties") or []]
        row = {
            name: _code(name, values[place]) for place, name in _PLACES.get(number, {}).items() if place < len(values)
        }
        return _event(number, found.get("ProviderName") or "", found.get("TimeCreated"), found.get("MachineName"), row)
    raise ValueError("no event")


def _inside(part: object, name: str) -> object:
    """An attribute of an element, as converters of XML write it."""
    if not isinstance(part, Mapping):
        return part
    within = part.get("#attributes")
    return within.get(name) if isinstance(within, Mapping) else part.get(name) or part.get(f"@{name}")


def _event(number: object, provider: object, clock: object, computer: object, row: dict[str, str]) -> Event:
    if isinstance(clock, Mapping):
        clock = clock.get("value") or clock.get("DateTime")
    code = _number(number)
    return code if _fits(code, str(provider or "")) else 0, Line(when(clock), str(computer or ""), "", ""), row


def _code(name: str, value: object) -> str:
    """A status as Windows writes it, also where a program made a signed number of it."""
    if name in ("Status", "SubStatus"):
        try:
            return f"0x{int(str(value), 0) & 0xFFFFFFFF:x}"
        except ValueError:
            return str(value)
    return str(value)


def _flat(data: object) -> dict[str, str]:
    row: dict[str, str] = {}
    if not isinstance(data, Mapping):
        return row
    for name, value in data.items():
        if isinstance(value, Mapping):
            row |= _flat(value)
        elif isinstance(value, str | int | float) and not isinstance(value, bool):
            row[str(name)] = (
                f"0x{value:x}" if str(name) in ("Status", "SubStatus") and isinstance(value, int) else str(value)
            )
    return row


def json_events(text: str) -> Iterator[tuple[int, Mapping[str, Any] | None]]:
    """(characters passed, event) of objects one behind the other or in a list; None where one is broken."""
    decoder, at = json.JSONDecoder(), 0
    between = re.compile(r"[\s,\[\]\ufeff]*")
    while True:
        at = between.match(text, at).end()  # type: ignore[union-attr]
        if at >= len(text):
            return
        try:
            found, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            yield at, None
            line = text.find("\n{", at)
            if line < 0:
                return
            at = line + 1
            continue
        yield at, found if isinstance(found, Mapping) else None
        at = end


# --- .evtx


def evtx_events(path: str) -> Iterator[tuple[int, Mapping[str, Any] | None]]:
    """(record number, event) of a binary log; None for a record that cannot be read."""
    from evtx import PyEvtxParser

    records = iter(PyEvtxParser(path, number_of_threads=1).records_json())
    while True:
        try:
            record = next(records)
        except StopIteration:
            return
        except (RuntimeError, OSError, ValueError):
            yield 0, None
            continue
        try:
            found = json.loads(record["data"]) if record is not None else None
            if not isinstance(found, Mapping) or record is None:
                raise ValueError
            yield int(record["event_record_id"]), found
        except ValueError:
            yield 0, None
