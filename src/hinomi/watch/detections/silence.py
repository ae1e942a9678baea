"""Something that always spoke is silent: a device, a log, a backup, an update.

Silence is told only where the tap still hears the neighbourhood: a cut cable of the tap makes no
device silent. Bedside devices are switched off when a patient leaves, so only what runs day and night
is watched, and the streams that duty asks for.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow.compute as pc

from hinomi.columns import Rows, runs
from hinomi.model import Severity

from ..draft import Facts, describe, make, words
from ..meta import Limit, Meta, Raised
from ..severity import SECOND
from ..sight import Sight, evidence
from ..tables import dicts, is_in
from ..who import GROUP, GUEST, OUTSIDE, criticality
from ..windows import gaps, middle

META = Meta(
    id="silence",
    severity=Severity.LOW,
    severity_max=Severity.HIGH,
    attack=("T1489", "T1562", "T1490", "T0814", "T0803"),
    reads=("flow", "exchange"),
    response="look",
    limits=(
        Limit("times_min", 8, "words heard before a rhythm is known"),
        Limit("gaps_over", 6, "times the usual longest gap without a word"),
        Limit("quiet_min", 30, "minutes without a word, at least"),
        Limit("steady_times_min", 6, "words heard before something counts as coming like clockwork"),
        Limit("steady_spread", 1.8, "longest gap by the usual one of what comes like clockwork"),
        Limit("steady_gaps_over", 5, "times the longest gap after which such a thing is listed as missing"),
        Limit("steady_quiet_s", 30, "seconds, at least, before that"),
        Limit("asked_min", 3, "calls without an answer since: what only answers is silent when nobody asks"),
        Limit("at_once_max", 20, "senders silent together are no longer told one by one"),
        Limit("together_devices_min", 3, "devices whose end has one cause, and is said once"),
        Limit("together_min", 10, "minutes within which they ended one after the other"),
        Limit("daily_gaps_over", 1.5, "the same for what comes once a day"),
        Limit("daily_times_min", 3, "backups heard before their rhythm is known"),
        Limit("neighbours_min", 2, "other hosts of the same network heard since"),
    ),
    blind_spots=(
        "A device that was moved behind a port that the tap does not hear.",
        "A stream that goes on and carries nothing.",
    ),
    order=80,
)

# Runs day and night in every hospital; its silence is a fault or worse.
ALWAYS = frozenset({
    "central_monitor", "monitor_gateway", "device_gateway", "nurse_call_server", "nurse_call", "pacs", "emr_server",
    "lis", "pharmacy_system", "dialysis_server", "building_controller", "network_service",
})  # fmt: skip
_WORDS_MAX = 60  # latest words of a device from which its rhythm is taken
_STREAMS = {"syslog": "log", "wsus": "update"}
_COLUMNS = ("orig_ip", "orig_mac", "resp_ip", "resp_mac", "service", "start", "last", "capture", "packet", "offset")


def detect(sight: Sight) -> Iterator[Raised]:
    flows = sight.flows
    alive = pc.and_(sight.not_having("orig", GROUP | GUEST | OUTSIDE), sight.not_having("resp", OUTSIDE))
    heard = _last_heard(sight)
    told: set[tuple[str, str]] = set()
    found: list[Raised] = []
    for item in (
        *_devices(sight, alive, heard),
        *_streams(sight, is_in(flows.column("service"), _STREAMS), heard),
        *_messages(sight, heard),
        *_backups(sight, heard),
    ):
        mark = (item.actor, str(item.draft.facts["variant"]))
        if mark not in told:
            told.add(mark)
            found.append(item)
    yield from _at_once(sight, found)


def _at_once(sight: Sight, found: list[Raised]) -> Iterator[Raised]:
    """Devices whose silence asks nobody and that ended together have one cause, and are said once."""
    span = int(META.limit("together_min") * 60) * SECOND
    quiet = [i for i in found if i.draft.facts["variant"] == "device" and i.draft.severity is Severity.LOW]
    quiet.sort(key=lambda item: item.draft.first)
    groups: list[list[Raised]] = []
    for item in quiet:
        if groups and item.draft.first - groups[-1][-1].draft.first <= span:
            groups[-1].append(item)
        else:
            groups.append([item])
    one_by_one = {id(item) for item in found}
    for group in groups:
        if len(group) < META.limit("together_devices_min"):
            continue
        one_by_one -= {id(item) for item in group}
        head = group[0]
        names = [item.actor for item in group]
        device = sight.who.devices.get(head.actor)
        facts = dict(head.draft.facts) | {
            "variant": "together", "machines": len(group), "examples": words(sight.who.label(name) for name in names),
        }  # fmt: skip
        yield make(
            sight, META, ("together", head.actor), device=device, ip=str(facts["device_ip"]), actor=head.actor,
            others=names[1:], base=Severity.LOW, top=Severity.LOW, confidence=0.7, facts=facts,
            first=head.draft.first, last=sight.now, count=len(group),
            evidence=(ref for item in group for ref in item.draft.evidence[:2]),
        )  # fmt: skip
    yield from (item for item in found if id(item) in one_by_one)


@dataclass(slots=True)
class _Heard:
    """When each address last sent anything that the tap heard."""

    last: dict[str, int]
    ordered: list[str]  # the addresses in order of their letters, so that those of a network stand together

    def neighbours(self, ip: str, since: int) -> int:
        """Other addresses of the same network that spoke since."""
        net = ip.rpartition(".")[0] or ip.rpartition(":")[0]
        end = bisect_left(self.ordered, net + chr(0x10FFFF))
        near = self.ordered[bisect_left(self.ordered, net) : end]
        return sum(1 for other in near if other != ip and self.last[other] > since)


def _last_heard(sight: Sight) -> _Heard:
    flows = sight.connections
    found: dict[str, int] = {}
    for side, rows in (("orig_ip", flows.rows()), ("resp_ip", flows.rows().where_in("outcome", "answered"))):
        words, _ = flows.coded(side)
        last = np.full(len(words), -1, np.int64)
        np.maximum.at(last, rows.codes(side), rows.numbers("last"))
        for code in np.flatnonzero(last >= 0).tolist():
            found[words[code]] = max(found.get(words[code], 0), int(last[code]))
    return _Heard(found, sorted(found))


def _devices(sight: Sight, alive: Any, heard: _Heard) -> Iterator[Raised]:
    watched = {
        address.ip: device
        for device in sight.who.devices.values()
        if device.value("type") in ALWAYS and not device.outside
        for address in device.addresses
        if address.ip
    }
    quiet = int(META.limit("quiet_min") * 60) * SECOND
    last = heard.last
    silent = {ip for ip in watched if ip in last and sight.now - last[ip] > quiet}
    silent = {ip for ip in silent if max(last.get(a.ip, 0) for a in watched[ip].addresses) == last[ip]}
    if not silent:
        return
    flows = sight.connections
    spoken = flows.rows(flows.where_in("orig_ip", silent) | flows.where_in("resp_ip", silent)).sorted("start")
    places: dict[str, list[int]] = defaultdict(list)
    for side in ("orig_ip", "resp_ip"):
        for place, (ip,) in enumerate(spoken.tuples(side)):
            if ip in silent:
                places[ip].append(place)
    latest = {ip: sorted(found)[-_WORDS_MAX:] for ip, found in places.items()}
    needed = sorted({place for found in latest.values() for place in found})
    chosen = Rows(flows, spoken.at[needed])
    words_said = dict(zip(needed, chosen.dicts(*_COLUMNS), strict=True))
    calls = flows.rows(flows.where_in("resp_ip", silent) & flows.where_in("outcome", ("unanswered", "refused")))
    unanswered: dict[str, list[int]] = defaultdict(list)
    for ip, start in calls.tuples("resp_ip", "start"):
        unanswered[ip].append(start)
    for ip, found in latest.items():
        said = [words_said[place] for place in found]
        # An archive after the last image, a dialysis server after the last session: nobody asks them, and they rest.
        answers = 2 * sum(row["orig_ip"] == ip for row in said) < len(said)
        asked = sum(start > last[ip] for start in unanswered[ip])
        item = _tell(
            sight, "device", ip, said, heard, META.limit("gaps_over"), int(META.limit("times_min")), ip,
            rests=answers and asked < META.limit("asked_min"),
        )  # fmt: skip
        if item is not None:
            yield item


def _streams(sight: Sight, mask: Any, heard: _Heard) -> Iterator[Raised]:
    groups: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in dicts(sight.flows.filter(mask).sort_by("start"), *_COLUMNS):
        groups[(row["orig_ip"], row["resp_ip"], row["service"])].append(row)
    for (ip, _, service), rows in groups.items():
        item = _tell(
            sight, _STREAMS[service], ip, rows, heard, META.limit("gaps_over"), int(META.limit("times_min")), ip
        )
        if item is not None:
            yield item


def _messages(sight: Sight, heard: _Heard) -> Iterator[Raised]:
    """Senders of messages on lines that stay open: the line lives, the messages stop."""
    said = sight.said("hl7").where("client_ip", lambda ip: _watched_sender(sight, ip)).at
    said = np.concatenate([said, sight.said("syslog").at])
    if not len(said):
        return
    columns = sight.transactions
    line = columns.key("client_ip", "server_ip", "protocol")
    time = columns.numbers("time")
    said = said[np.lexsort((said, time[said], line[said]))]
    starts = np.flatnonzero(runs(line[said]))
    ends = np.append(starts[1:], len(said))
    quiet_since = sight.now - int(META.limit("steady_quiet_s")) * SECOND
    latest = time[said[ends - 1]]
    if int((latest < quiet_since).sum()) > max(META.limit("at_once_max"), len(starts) / 3):
        return  # when a third of all fall silent together, it is the network or the tap, and no device
    told = (ends - starts >= META.limit("steady_times_min")) & (latest <= quiet_since)
    lines = [Rows(columns, said[starts[n] : ends[n]][-_WORDS_MAX:]) for n in np.flatnonzero(told)]
    names = ("client_ip", "server_ip", "protocol")
    lines.sort(key=lambda rows: next(rows.head(1).tuples(*names)))
    for rows in lines:
        ip, server, protocol = next(rows.head(1).tuples(*names))
        words_said = [
            {"orig_ip": ip, "resp_ip": server, "start": time, "last": time, "capture": c, "packet": p, "offset": o}
            for time, c, p, o in rows.tuples("time", "capture", "packet", "offset")
        ]
        variant = "log" if protocol == "syslog" else "device"
        item = _tell(
            sight,
            variant,
            ip,
            words_said,
            heard,
            META.limit("gaps_over"),
            int(META.limit("steady_times_min")),
            ip,
            clockwork=True,  # orders and questions come as people work
        )
        if item is not None:
            yield item


def _watched_sender(sight: Sight, ip: str) -> bool:
    device = sight.who.device(ip)
    return device is not None and (device.value("type") in ALWAYS or criticality(device) == "life")


def _backups(sight: Sight, heard: _Heard) -> Iterator[Raised]:
    """Once a day something large goes to a backup server; then it does not."""
    stores = {
        address.ip: device
        for device in sight.who.devices.values()
        if device.value("type") == "backup_server"
        for address in device.addresses
        if address.ip
    }
    import pyarrow as pa

    flows = sight.flows
    # IANA: 873 is rsync's; a copy of files by it is a backup whoever keeps it.
    copies = pc.or_(is_in(flows.column("service"), ("rsync",)), pc.equal(flows.column("resp_port"), 873))
    large = pc.and_(
        pc.is_in(flows.column("resp_ip"), pa.array(sorted(stores), pa.string())),
        pc.greater(flows.column("orig_payload"), 1_000_000),
    )
    mask = pc.and_(pc.or_(large, copies), sight.answered)
    mask = pc.and_(mask, sight.not_having("resp", OUTSIDE | GROUP))
    groups: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in dicts(flows.filter(mask).sort_by("start"), *_COLUMNS):
        group = groups[(row["orig_ip"], row["resp_ip"])]
        # One run of a backup may be many connections; a plain copy is one.
        if not group or row["resp_ip"] not in stores or row["start"] - group[-1]["start"] > 3600 * SECOND:
            group.append(row)
    for (ip, _), rows in groups.items():
        item = _tell(
            sight, "backup", ip, rows, heard, META.limit("daily_gaps_over"), int(META.limit("daily_times_min")), ""
        )
        if item is not None:
            yield item


def _tell(
    sight: Sight, variant: str, ip: str, rows: list[dict[str, Any]], heard: _Heard, over: float,
    least: int, near: str, clockwork: bool = False, rests: bool = False,
) -> Raised | None:  # fmt: skip
    if len(rows) < least:
        return None
    starts = [row["start"] for row in rows]
    last = max(row["last"] for row in rows)
    quiet = sight.listened(last, sight.now)
    distances = sorted(gaps(starts))
    longest = distances[int(0.95 * (len(distances) - 1))] if distances else 0
    usual = middle([float(gap) for gap in distances]) if distances else 0.0
    steady = bool(usual) and longest <= META.limit("steady_spread") * usual and len(distances) >= 4
    # What comes like clockwork is missed soon, and then only listed; anything else, and any asking, waits.
    soon = steady and quiet >= max(META.limit("steady_gaps_over") * longest, META.limit("steady_quiet_s") * SECOND)
    late = quiet >= max(over * longest, META.limit("quiet_min") * 60 * SECOND)
    if not (soon or late) or (clockwork and not steady):
        return None
    since = last + (sight.now - last) // 2
    speaks_on = variant != "device" and heard.last.get(ip, 0) > since
    if not speaks_on and heard.neighbours(ip, since) < META.limit("neighbours_min"):
        return None  # the whole neighbourhood is silent: the tap is deaf there
    device = sight.who.device(ip, "", last)
    if variant == "device":
        base = Severity.MEDIUM
    else:
        base = Severity.MEDIUM if variant in ("backup", "log") else META.severity
    bedside = variant == "device" and (device is None or device.value("type") not in ALWAYS)
    if not late or bedside or rests:
        base = Severity.LOW  # a restart, a bedside device that is switched off, or one nobody asks, needs nobody
    top = META.severity_max if variant == "device" and base != Severity.LOW else base
    peer_ip = rows[-1]["resp_ip"] if rows[-1]["orig_ip"] == ip else rows[-1]["orig_ip"]
    facts: Facts = {
        "variant": variant,
        "what": variant,
        "usual_s": middle([float(d) for d in distances]) / SECOND if distances else 0.0,
        "quiet_s": quiet / SECOND,
        "quiet_at": last,
        "heard": len(rows),
        **describe(sight, "peer", peer_ip, sight.who.device(peer_ip, "", last)),
    }
    name = device.id if device else ip
    return make(
        sight, META, (variant, name, peer_ip if variant != "device" else ""), device=device, ip=ip, actor=name,
        base=base,
        top=top, confidence=0.7, facts=facts,
        first=last, last=sight.now, count=1, evidence=(evidence(row) for row in reversed(rows)),
    )  # fmt: skip
