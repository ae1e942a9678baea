"""What switches and DHCP servers know: `show mac address-table` and lease files, pasted or as a file.

rows = read(text, source="sw-3f-east")      # the form is recognised; PlacesError says what is wrong
where = located(rows)                       # MAC → the port nearest to the device

A port behind which many devices stand is an uplink: it says through which switch, not where.
"""

from __future__ import annotations

import calendar
import csv
import ipaddress
import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hinomi.inventory.ledger import values
from hinomi.texts import Problem

LINES_MAX = 500_000
UPLINK_MACS_MIN = 9  # more devices than this behind one port: a switch or an access point stands between
LEASE, SWITCH = "lease", "switch"
_NS = 1_000_000_000


class PlacesError(Problem):
    """What was pasted is neither a lease file nor a MAC table that is known."""


@dataclass(frozen=True, slots=True)
class Told:
    """One row that a switch or DHCP server told. '' where it says nothing."""

    kind: str  # lease | switch
    source: str  # name of the switch or server, as the person gave it
    mac: str
    ip: str = ""
    hostname: str = ""
    port: str = ""
    vlan: int | None = None
    until: int | None = None  # end of the lease, ns
    told_at: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """The port nearest to a device, as far as switches told. `uplink`: others stand behind it too."""

    switch: str
    port: str
    vlan: int | None
    behind: int  # hardware addresses seen behind this port
    uplink: bool
    told_at: int


def read(text: str, *, source: str) -> list[Told]:
    """Recognise the form and read every row. One MAC and address give one row, the newest.

    Raises:
        PlacesError: no row could be read, or there are too many.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff").split("\n")
    if len(lines) > LINES_MAX:
        raise PlacesError("place.too_long", most=LINES_MAX)
    for reader in (_isc, _kea, _windows, _dnsmasq, _netsh, _mac_table):
        rows = reader(lines, source)
        if rows:
            return list({(r.mac, r.ip, r.port, r.vlan): r for r in rows}.values())
    raise PlacesError("place.not_read")


def located(rows: Iterable[Told]) -> dict[str, Place]:
    """MAC → the port with the fewest addresses behind it; of two alike the newer."""
    switches = [row for row in rows if row.kind == SWITCH and row.port]
    behind: dict[tuple[str, str], set[str]] = {}
    for row in switches:
        behind.setdefault((row.source, row.port), set()).add(row.mac)
    out: dict[str, Place] = {}
    for row in switches:
        number = len(behind[row.source, row.port])
        place = Place(row.source, row.port, row.vlan, number, number >= UPLINK_MACS_MIN, row.told_at)
        known = out.get(row.mac)
        if known is None or (number, -row.told_at) < (known.behind, -known.told_at):
            out[row.mac] = place
    return out


# ---------------------------------------------------------------- leases


def _isc(lines: Sequence[str], source: str) -> list[Told]:
    """dhcpd.leases of ISC DHCP, see dhcpd.leases(5): blocks; a later block of an address replaces it."""
    out: dict[str, Told] = {}
    inside: dict[str, str] | None = None
    for line in lines:
        opened = re.match(r"\s*lease\s+(\S+)\s*\{", line)
        if opened:
            inside = {"ip": opened[1]}
            continue
        if inside is None:
            continue
        if line.strip() == "}":
            ip, mac = _ip(inside["ip"]), values.macs(inside.get("hardware ethernet", ""))
            if ip and mac and inside.get("binding state", "active") == "active":
                until = _utc(inside.get("ends", ""), "%Y/%m/%d %H:%M:%S")
                out[ip] = Told(LEASE, source, mac[0], ip, inside.get("client-hostname", ""), until=until)
            elif ip:
                out.pop(ip, None)
            inside = None
            continue
        for name in ("hardware ethernet", "client-hostname", "binding state", "ends"):
            found = re.match(rf'\s*{name}\s+(?:\d\s+)?"?([^";]*)"?;', line)
            if found:
                inside[name] = found[1].strip()
    return list(out.values())


def _dnsmasq(lines: Sequence[str], source: str) -> list[Told]:
    """dnsmasq.leases: expiry, MAC, address, name or `*`, client id."""
    out = []
    for line in lines:
        parts = line.split()
        if len(parts) < 4 or not parts[0].isdigit():
            continue
        mac, ip = values.macs(parts[1]), _ip(parts[2])
        if mac and ip:
            until = int(parts[0]) * _NS if parts[0] != "0" else None
            out.append(Told(LEASE, source, mac[0], ip, parts[3] if parts[3] != "*" else "", until=until))
    return out


def _table(lines: Sequence[str], needed: Sequence[str]) -> list[dict[str, str]]:
    """Rows of a CSV with a heading that holds the names; lines before the heading are passed over."""
    for at, line in enumerate(lines[:20]):
        heads = [cell.strip().strip('"').lower() for cell in next(csv.reader([line]), [])]
        if all(name in heads for name in needed):
            rows = csv.reader(one for one in lines[at + 1 :] if one.strip())
            return [dict(zip(heads, cells, strict=False)) for cells in rows]
    return []


def _kea(lines: Sequence[str], source: str) -> list[Told]:
    """Kea's lease file (memfile, CSV): a later line of an address replaces it; state 0 is assigned."""
    out: dict[str, Told] = {}
    for row in _table(lines, ("address", "hwaddr", "expire")):
        ip, mac = _ip(row["address"]), values.macs(row["hwaddr"])
        if not ip or not mac:
            continue
        if row.get("state", "0") != "0" or row.get("valid_lifetime") == "0":
            out.pop(ip, None)
            continue
        until = int(row["expire"]) * _NS if row.get("expire", "").isdigit() else None
        out[ip] = Told(LEASE, source, mac[0], ip, row.get("hostname", "").rstrip("."), until=until)
    return list(out.values())


def _windows(lines: Sequence[str], source: str) -> list[Told]:
    """`Get-DhcpServerv4Lease | Export-Csv` of Windows Server."""
    out = []
    for row in _table(lines, ("ipaddress", "clientid")):
        ip, mac = _ip(row["ipaddress"]), values.macs(row["clientid"])
        if ip and mac and row.get("addressstate", "Active").lower().startswith("active"):
            out.append(Told(LEASE, source, mac[0], ip, row.get("hostname", "").strip()))
    return out


_NETSH = re.compile(r"^\s*(\d+(?:\.\d+){3})\s*-\s*\d+(?:\.\d+){3}\s*-\s*([0-9a-fA-F-]{17})\s*-(.*)$")


def _netsh(lines: Sequence[str], source: str) -> list[Told]:
    """`netsh dhcp server scope … show clients 1` of Windows Server."""
    out = []
    for line in lines:
        found = _NETSH.match(line)
        if not found:
            continue
        ip, mac = _ip(found[1]), values.macs(found[2])
        if ip and mac:
            name = re.search(r"-\s*[DNURB]\s*-\s*(\S+)\s*$", found[3])
            out.append(Told(LEASE, source, mac[0], ip, name[1] if name else ""))
    return out


# ---------------------------------------------------------------- switches

_MAC = re.compile(
    r"(?<![0-9a-z.:-])(?:[0-9a-f]{4}[.-][0-9a-f]{4}[.-][0-9a-f]{4}|[0-9a-f]{6}-[0-9a-f]{6}|[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}"
    r"|[0-9a-f]{12})(?![0-9a-z.:-])"
)
# Interfaces as switches write them: Gi1/0/1, port1.0.1, Eth1/1, Po1, A12, Trk1, 1/1/24, 1:5, xe-0/0/1.0
_PORT = re.compile(r"^(?:[a-z][a-z-]*\d[\d/.:]*|\d+[/:][\d/.:]+|[a-z]\d+)$", re.IGNORECASE)
_NOBODY = frozenset({"cpu", "router", "switch", "sup-eth1(r)", "drop", "self"})


def _mac_table(lines: Sequence[str], source: str) -> list[Told]:
    """`show mac address-table` and its like: Cisco, Allied Telesis, HP/Aruba, and what looks like them.

    Every line with one hardware address is a row; a number alone is a VLAN or a port by the order of the heading.
    """
    order = ("vlan", "port")
    out = []
    for line in lines:
        lowered = line.lower()
        addresses = list(_MAC.finditer(lowered))
        if not addresses:
            places = {word: lowered.find(word) for word in ("vlan", "port", "mac")}
            if lowered.find("vid") >= 0 > places["vlan"]:
                places["vlan"] = lowered.find("vid")
            if places["mac"] >= 0 and places["port"] >= 0:
                order = ("port", "vlan") if places["vlan"] > places["port"] else ("vlan", "port")
            continue
        if len(addresses) > 1:
            continue
        row = _switch_row(line, addresses[0], order, source)
        if row is not None:
            out.append(row)
    return out


def _switch_row(line: str, address: re.Match[str], order: tuple[str, str], source: str) -> Told | None:
    digits = re.sub(r"[^0-9a-f]", "", address[0])
    mac = ":".join(digits[i : i + 2] for i in range(0, 12, 2))
    if int(digits[:2], 16) & 1:  # a group address is nobody's
        return None
    words = (line[: address.start()] + " " + line[address.end() :]).split()
    if any(word.lower() in _NOBODY for word in words):
        return None
    ports = [word.strip(",") for word in words if _PORT.match(word.strip(","))]
    numbers = [word for word in words if word.isdigit() and int(word) < 4095]
    if ports:
        vlan = int(numbers[0]) if numbers else None
        return Told(SWITCH, source, mac, port=ports[-1], vlan=vlan)
    if order == ("port", "vlan") and numbers:
        return Told(SWITCH, source, mac, port=numbers[0], vlan=int(numbers[1]) if len(numbers) > 1 else None)
    if len(numbers) > 1:
        return Told(SWITCH, source, mac, port=numbers[1], vlan=int(numbers[0]))
    return None


def _ip(word: str) -> str:
    try:
        return str(ipaddress.ip_address(word.strip()))
    except ValueError:
        return ""


def _utc(word: str, form: str) -> int | None:
    try:
        return calendar.timegm(time.strptime(word, form)) * _NS
    except ValueError:
        return None


def text_of(raw: bytes) -> str:
    """Text of a file in the encodings that Japanese systems write."""
    for encoding in ("utf-16",) if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp932"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "replace")
