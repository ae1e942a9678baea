"""One look at the store: what several pages need, worked out once per version of the state.

A look is thrown away when `State.version()` grows; it holds no row of the wire, only sums by
device. Everything is made when first asked for.
"""

from __future__ import annotations

import ipaddress
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from hinomi.api import shapes
from hinomi.api.readings import folded, read_aloud
from hinomi.api.words import for_people, type_words, zone_words
from hinomi.model import Interval, Severity, Status, Zone
from hinomi.watch import knowledge

if TYPE_CHECKING:
    import pyarrow as pa

    from hinomi.home import Home
    from hinomi.store.state.shapes import DeviceSummary, Finding, KeptSummary

T = TypeVar("T")

WAITING = (Status.OPEN, Status.REOPENED)
# A device counts as in use for this long after the last sign of use: gaps between two readings
# of a bedside monitor are up to ten minutes at the slowest setting that we know.
IN_USE_AFTER_NS = 10 * 60 * 1_000_000_000
TOLD_MAX = 20_000  # findings whose texts are kept
WORDS_MAX = 20_000  # words whose devices are kept
SEARCHES_MAX = 16  # words of searches whose hits are kept
OUTSIDE_ZONE = "outside"
NO_ZONE = "unnamed"
ENCRYPTED = frozenset({"tls", "https", "ssh", "quic", "ipsec", "wireguard", "openvpn", "rdp"})
CLEAR = frozenset({"http", "hl7", "dicom", "ftp", "telnet", "dns", "dhcp", "smtp", "snmp", "ntp", "mdns", "tftp"})


# Many days are looked at one after the other: no proof and no names, only sums.
_TALKS_IN = """
SELECT client_ip, client_mac, server_ip, server_mac, service, proto, server_port, sum(flows)::BIGINT AS flows,
       sum(answered)::BIGINT AS answered, sum(bytes_up)::BIGINT AS bytes_up, sum(bytes_down)::BIGINT AS bytes_down,
       min(first) AS first, max(last) AS last, NULL AS names
FROM conversation WHERE hour >= ? AND hour < ?
GROUP BY client_ip, client_mac, server_ip, server_mac, service, proto, server_port
ORDER BY first, client_ip, client_mac, server_ip, server_mac, service, proto, server_port
"""


@dataclass(slots=True)
class Talk:
    """All conversations of one client, server, service and port, hours joined."""

    client: str  # Device.id
    server: str
    service: str
    proto: str
    port: int
    flows: int = 0
    answered: int = 0
    up: int = 0
    down: int = 0
    first: int = 0
    last: int = 0
    names: set[str] = field(default_factory=set)

    @property
    def encrypted(self) -> bool | None:
        """None: the tap cannot tell."""
        if self.service in ENCRYPTED:
            return True
        return False if self.service in CLEAR else None


@dataclass(slots=True)
class Kept:
    """What outlives a look, with what it was made from."""

    key: object = None
    talks: list[Talk] = field(default_factory=list)
    devices: dict[str, KeptSummary] = field(default_factory=dict)
    # Device -> its row, the names of its zone, what was told of it, and what the search looks through.
    stacks: dict[str, tuple[DeviceSummary, tuple[str, ...], str]] = field(default_factory=dict)
    # Finding -> what it was when its texts were made, and the texts.
    told: dict[str, tuple[Finding, shapes.FindingTexts]] = field(default_factory=dict)


class Look:
    """What the state and the history say now."""

    def __init__(self, home: Home, version: int, kept: Kept | None = None) -> None:
        self._home = home
        self.version = version
        self._kept = kept if kept is not None else Kept()
        self._memo: dict[str, Any] = {}

    def memo(self, name: str, make: Callable[[], T]) -> T:
        """What a route works out from this look alone, worked out once."""
        if name not in self._memo:
            self._memo[name] = make()
        found: T = self._memo[name]
        return found

    def sums(self, name: str, make: Callable[[], T]) -> T:
        """As `memo`, for what the history's rows say; worked out each time while a file of it still grows."""
        growing = any(file.format == "live" for file in self._home.state.history_files())
        return make() if growing else self.memo(name, make)

    def put(self, name: str, value: object) -> None:
        """Replaces what was worked out: for what depends on more than the state's version."""
        self._memo[name] = value

    def texts(self, finding: Finding, make: Callable[[Finding], shapes.FindingTexts]) -> shapes.FindingTexts:
        """The texts of a finding, made once for each of its states."""
        known = self._kept.told.get(finding.id)
        if known is not None and known[0] == finding:
            return known[1]
        if len(self._kept.told) >= TOLD_MAX:
            self._kept.told.clear()
        made = make(finding)
        self._kept.told[finding.id] = (finding, made)
        return made

    # --- devices and zones

    def device_by(self, word: str) -> list[str]:
        """`State.device_by`, asked once for each word: a room's readings name the same few sources again and again."""
        known = self.memo("device_by", dict[str, list[str]])
        if word not in known:
            if len(known) >= WORDS_MAX:
                known.clear()
            known[word] = self._home.state.device_by(word)
        return known[word]

    @cached_property
    def summaries(self) -> dict[str, DeviceSummary]:
        """All devices by name. Rows that did not change are those of the look before."""
        self._kept.devices = self._home.state.summaries_again(self._kept.devices)
        return {id: item for id, (_, item) in self._kept.devices.items()}

    def holding(self, word: str) -> set[str]:
        """Devices whose stack holds a folded word; the last few words are kept."""
        known = self.memo("holding", dict[str, set[str]])
        if word not in known:
            if len(known) >= SEARCHES_MAX:
                known.clear()
            known[word] = {id for id, stack in self.stacks if word in stack}
        return known[word]

    @cached_property
    def stacks(self) -> list[tuple[str, str]]:
        """Device and what the search looks through, folded: also the words for ids, and how kanji are read."""
        before, told = self._kept.stacks, self._told
        zones = {zone.id: (zone.name_ja, zone.name_en) for zone in self.zones.values()}
        stacks: dict[str, tuple[DeviceSummary, tuple[str, ...], str]] = {}
        for item in self.summaries.values():
            more: tuple[str, ...] = zones.get(item.zone, ())
            if told:
                more += tuple(sorted(word for mac in item.macs for word in told.get(mac, ())))
            known = before.get(item.id)
            if known is not None and known[0] is item and known[1] == more:
                stacks[item.id] = known
            else:
                stacks[item.id] = (item, more, _stack(item, more))
        self._kept.stacks = stacks
        return [(id, stack) for id, (_, _, stack) in stacks.items()]

    @cached_property
    def by_label(self) -> list[DeviceSummary]:
        """All devices, by name."""
        return sorted(self.summaries.values(), key=lambda item: item.label.lower())

    @cached_property
    def outside(self) -> int:
        """How many devices are not the hospital's."""
        return sum(1 for item in self.summaries.values() if item.outside)

    @cached_property
    def _told(self) -> dict[str, set[str]]:
        """MAC → names, switches and ports that DHCP servers and switches told."""
        told: dict[str, set[str]] = defaultdict(set)
        for row in self._home.state.registers.told_places():
            told[row.mac].update(word for word in (row.hostname, row.source, row.port) if word)
        return told

    @cached_property
    def zones(self) -> dict[str, Zone]:
        return {zone.id: zone for zone in self._home.state.zones()}

    @cached_property
    def _nets(self) -> list[tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, str]]:
        nets = [
            (ipaddress.ip_network(subnet, strict=False), zone.id)
            for zone in self.zones.values()
            for subnet in zone.subnets
        ]
        return sorted(nets, key=lambda pair: -pair[0].prefixlen)

    def zone_of_subnet(self, subnet: str) -> str | None:
        """Zone whose network holds this one."""
        try:
            wanted = ipaddress.ip_network(subnet, strict=False)
        except ValueError:
            return None
        for net, zone in self._nets:
            if net.version == wanted.version and (wanted.network_address in net or net.network_address in wanted):
                return zone
        return None

    def zone_ref(self, id: str | None) -> shapes.ZoneRef | None:
        zone = self.zones.get(id or "")
        if zone is None:
            return None
        return shapes.ZoneRef(id=zone.id, kind=zone.kind, name=zone_words(zone), by_person=zone.by_person)

    def place(self, device: str) -> str:
        """Where the map draws a device: its zone, the outside, or the room without a name."""
        summary = self.summaries.get(device)
        if summary is None:
            return NO_ZONE
        if summary.outside:
            return OUTSIDE_ZONE
        return summary.zone if summary.zone in self.zones else NO_ZONE

    def ref(self, device: str) -> shapes.DeviceRef:
        """A device named in passing; one that the state no longer knows keeps its id as its name."""
        item = self.summaries.get(device)
        if item is None:
            return shapes.DeviceRef(
                id=device, label=device, type="unknown", type_words=type_words("unknown"),
                zone=None, outside=False, ip="",
            )  # fmt: skip
        return shapes.DeviceRef(
            id=item.id,
            label=item.label,
            type=item.type or "unknown",
            type_words=type_words(item.type),
            zone=item.zone or None,
            outside=item.outside,
            ip=for_people(item.ips)[0] if item.ips else "",
        )

    def refs(self, devices: Iterable[str]) -> list[shapes.DeviceRef]:
        return [self.ref(device) for device in devices]

    # --- addresses

    @cached_property
    def _held(self) -> dict[str, list[tuple[int, int, str, str]]]:
        held: dict[str, list[tuple[int, int, str, str]]] = defaultdict(list)
        for device, mac, ip, first, last in self._home.state.addresses():
            if ip:
                held[ip].append((first, last, device, mac))
            elif mac:
                held[mac].append((first, last, device, mac))
        return held

    def device_at(self, ip: str, mac: str, time: int) -> str:
        """Device that held the address at that time; '' when the inventory knows none."""
        rows = self._held.get(ip or mac)
        if not rows:
            return ""
        if len(rows) > 1:
            rows = [row for row in rows if row[3] == mac] or rows
        return min(rows, key=lambda row: max(row[0] - time, time - row[1], 0))[2]

    # --- who talks to whom

    @cached_property
    def talks(self) -> list[Talk]:
        """Conversations by device, largest first. A person's decision changes no conversation: they are kept."""
        files = tuple(file.path for file in self._home.state.history_files("conversation"))
        key = (files, hash(tuple(self._home.state.addresses())))
        if self._kept.key != key:
            self._kept.talks = self._join(self._home.history.conversations(by_hour=False))
            self._kept.key = key
        return self._kept.talks

    def talks_in(self, start: int, end: int) -> list[Talk]:
        """As `talks`, of the hours that begin in [start, end); without the names that clients asked for."""
        return self._join(self._home.history.sql(_TALKS_IN, [start, end]))

    def _join(self, table: pa.Table) -> list[Talk]:
        joined: dict[tuple[str, str, str, str, int], Talk] = {}
        columns = ("client_ip", "client_mac", "server_ip", "server_mac", "service", "proto", "server_port",
                   "flows", "answered", "bytes_up", "bytes_down", "first", "last", "names")  # fmt: skip
        lists = [table.column(name).to_pylist() for name in columns]
        for c_ip, c_mac, s_ip, s_mac, service, proto, port, flows, answered, up, down, first, last, names in zip(
            *lists, strict=True
        ):
            client = self.device_at(c_ip, c_mac, first)
            server = self.device_at(s_ip, s_mac, first)
            if not client or not server:
                continue
            key = (client, server, service or "", proto, port)
            talk = joined.get(key)
            if talk is None:
                talk = joined[key] = Talk(*key, first=first, last=last)
            talk.flows += flows
            talk.answered += answered
            talk.up += up
            talk.down += down
            talk.first = min(talk.first, first)
            talk.last = max(talk.last, last)
            talk.names.update(names or ())
        return sorted(joined.values(), key=lambda talk: -(talk.up + talk.down))

    @cached_property
    def talks_of(self) -> dict[str, list[Talk]]:
        by: dict[str, list[Talk]] = defaultdict(list)
        for talk in self.talks:
            by[talk.client].append(talk)
            if talk.server != talk.client:
                by[talk.server].append(talk)
        return by

    # --- context

    @cached_property
    def span(self) -> tuple[int, int] | None:
        return self._home.history.span()

    @cached_property
    def now(self) -> int:
        """The tap's newest time; 0 while nothing was heard. Never this machine's clock."""
        return self.span[1] if self.span else 0

    @cached_property
    def intervals(self) -> list[Interval]:
        return self._home.state.intervals()

    @cached_property
    def used_until(self) -> dict[str, int]:
        """Device -> last sign of use."""
        until: dict[str, int] = {}
        for interval in self.intervals:
            if interval.device:
                until[interval.device] = max(until.get(interval.device, 0), interval.end)
        return until

    def in_use(self, device: str) -> shapes.InUse:
        """Silence never means free: a device that could be on a patient is in use or unknown."""
        if self.used_until.get(device, 0) and self.used_until[device] >= self.now - IN_USE_AFTER_NS:
            return "yes"
        item = self.summaries.get(device)
        if item is None or item.outside or item.category not in ("medical", "unknown"):
            return "none"
        return "unknown"

    # --- findings

    @cached_property
    def waiting(self) -> list[Finding]:
        """Findings that need a person, worst first. What only stands in the list for the record (info) does not."""
        return self._home.state.findings(status=WAITING, severity_at_least=Severity.LOW).items

    @cached_property
    def waiting_by_device(self) -> dict[str, list[Finding]]:
        by: dict[str, list[Finding]] = defaultdict(list)
        for finding in self.waiting:
            for device in finding.devices:
                by[device].append(finding)
        return by

    @cached_property
    def parties(self) -> dict[str, set[str]]:
        """Finding -> every device that it is about: those it names, and those whose addresses are its facts."""
        parties = {}
        for finding in self.waiting:
            devices = set(finding.devices)
            for fact in finding.facts.values():
                for word in fact if isinstance(fact, list) else (fact,):
                    if isinstance(word, str) and word in self._held:
                        devices.add(self.device_at(word, "", finding.first))
            parties[finding.id] = devices
        return parties

    def type_of(self, device: str) -> knowledge.Type:
        item = self.summaries.get(device)
        types = knowledge.types()
        return types.get(item.type if item else "unknown") or types["unknown"]


def _stack(item: DeviceSummary, more: tuple[str, ...]) -> str:
    words = type_words(item.type)
    parts = (
        item.label, item.manufacturer, item.model, item.serial, item.software_version, item.os, item.hostname,
        item.department, words.ja, words.en, *item.ips, *item.macs, *item.services, *more, item.id,
    )  # fmt: skip
    read = (read_aloud(text) for text in (item.label, item.department, words.ja, *more))
    return "\n".join((folded("\n".join(parts)), *filter(None, read)))


class Looks:
    """Keeps the newest look."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._lock = threading.Lock()
        self._look: Look | None = None
        self._kept = Kept()

    def now(self) -> Look:
        version = self._home.state.version()
        with self._lock:
            if self._look is None or self._look.version != version:
                self._look = Look(self._home, version, self._kept)
            return self._look

    def warm(self) -> None:
        """Works out what the first page would wait for."""
        look = self.now()
        _ = look.stacks, look.by_label, look.talks_of, look.waiting_by_device, look.used_until
