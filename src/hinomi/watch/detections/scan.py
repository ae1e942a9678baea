"""One host knocks at many doors: many hosts at one door, or many doors of one host.

What counts are knocks that nobody answers or that are refused: who knows the house knocks where
somebody lives.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pyarrow.compute as pc

from hinomi.model import Severity

from ..draft import Facts, describe, make, words
from ..meta import Limit, Meta, Raised
from ..severity import SECOND
from ..sight import Sight, evidence
from ..tables import dicts, is_in
from ..who import CLINICAL, GROUP, GUEST, OUTSIDE, is_infrastructure
from ..windows import burst

META = Meta(
    id="scan",
    severity=Severity.MEDIUM,
    severity_max=Severity.HIGH,
    attack=("T1046", "T1018", "T0846", "T0840"),
    reads=("flow",),
    response="spread",
    limits=(
        Limit("hosts_min", 12, "different hosts at one door that did not answer, within the span"),
        Limit("ports_min", 20, "different doors of one host that did not answer, within the span"),
        Limit(
            "addresses_asked_min", 40, "addresses asked for on the own wire (ARP) without an answer, within the span"
        ),
        Limit("span_min", 10, "minutes"),
        Limit("slow_hosts_min", 30, "the same within a day: no old settings name so many dead hosts"),
        Limit("knock_packets_max", 2, "packets of a knock of which the tap heard one way only"),
        Limit("repeated_max", 7, "packets of one that is repeated and given up, heard one way only"),
        Limit("mute_hosts_min", 24, "the same as `hosts_min` where doors opened and nothing was said"),
        Limit("clinical_min", 3, "clinical hosts among them make it high"),
    ),
    blind_spots=(
        "A scan slower than thirty hosts a day.",
        "A scan that meets only doors that answer.",
        "Scans within one switch that the mirror port does not copy.",
    ),
    order=30,
)

_DAY = 86_400 * SECOND
_COLUMNS = (
    "orig_ip", "orig_mac", "resp_ip", "resp_mac", "resp_port", "proto", "start", "last", "resp_is", "capture", "packet",
    "offset", "outcome",
)  # fmt: skip


_MUTE_PACKETS = 5  # SYN, ACK and an end, some of them twice


def detect(sight: Sight) -> Iterator[Raised]:
    flows = sight.flows
    failed = is_in(flows.column("outcome"), ("unanswered", "refused"))
    # Where the tap hears one way only, an answer would not have been heard: a knock is then a first packet or two
    # after which nothing was said.
    one_way = pc.and_(is_in(flows.column("outcome"), ("half_heard",)), is_in(flows.column("proto"), ("tcp",)))
    mute = pc.and_(pc.equal(flows.column("resp_packets"), 0), pc.equal(flows.column("orig_payload"), 0))
    brief = pc.less_equal(flows.column("orig_packets"), int(META.limit("knock_packets_max")))
    given_up = pc.less_equal(flows.column("orig_packets"), int(META.limit("repeated_max")))
    given_up = pc.and_(given_up, is_in(flows.column("ended_by"), ("idle", "capture_end")))
    failed = pc.or_(failed, pc.and_(one_way, pc.and_(mute, pc.or_(brief, given_up))))
    # A door that opens, and nothing is said: whoever looks which doors are open does so.
    silent = pc.and_(pc.equal(flows.column("resp_payload"), 0), pc.equal(flows.column("orig_payload"), 0))
    opened = pc.and_(pc.and_(sight.answered, silent), is_in(flows.column("proto"), ("tcp",)))
    failed = pc.or_(failed, pc.and_(opened, pc.less_equal(flows.column("orig_packets"), _MUTE_PACKETS)))
    inside = pc.equal(pc.bit_wise_and(flows.column("resp_is"), OUTSIDE | GROUP), 0)
    known = pc.equal(pc.bit_wise_and(flows.column("orig_is"), GUEST), 0)
    kind = is_in(flows.column("proto"), ("tcp", "udp", "icmp", "icmp6", "arp"))
    table = flows.filter(pc.and_(pc.and_(failed, inside), pc.and_(known, kind)))
    least = int(META.limit("hosts_min"))
    counts = table.group_by("orig_ip").aggregate([("orig_ip", "count")])
    busy = counts.filter(pc.greater_equal(counts.column("orig_ip_count"), least)).column("orig_ip")
    if not len(busy):
        return
    table = table.filter(pc.is_in(table.column("orig_ip"), busy.combine_chunks())).sort_by("start")
    by_source: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in dicts(table, *_COLUMNS):
        by_source[row["orig_ip"]].append(row)
    for ip, rows in by_source.items():
        yield from _of_source(sight, ip, rows)


def _of_source(sight: Sight, ip: str, rows: list[dict[str, Any]]) -> Iterator[Raised]:
    device = sight.who.device(ip, rows[0]["orig_mac"], rows[0]["start"])
    if device is not None and device.value("type") in ("router", "switch", "firewall"):
        return  # asks on behalf of others
    span = int(META.limit("span_min") * 60) * SECOND
    asked = [row for row in rows if row["proto"] == "arp"]
    knocks = [row for row in rows if row["proto"] != "arp" and row["outcome"] != "answered"]
    place = sight.who.kind(ip, device)
    helper = (device is not None and is_infrastructure(device)) or place in ("server", "management")
    opened = [] if helper else [row for row in rows if row["proto"] != "arp" and row["outcome"] == "answered"]
    doors: dict[tuple[str, int], list[dict[str, Any]]] = defaultdict(list)
    for row in sorted((*knocks, *opened), key=lambda row: row["start"]) if opened else ():
        doors[(row["proto"], row["resp_port"])].append(row)
    found: list[tuple[str, list[dict[str, Any]]]] = []
    by_door: dict[tuple[str, int], list[dict[str, Any]]] = defaultdict(list)
    by_host: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in knocks:
        by_door[(row["proto"], row["resp_port"])].append(row)
        by_host[row["resp_ip"]].append(row)
    for group, value, need, variant in (
        *((group, "resp_ip", int(META.limit("hosts_min")), "hosts") for group in by_door.values()),
        *((group, "resp_ip", int(META.limit("mute_hosts_min")), "mute") for group in doors.values()),
        *((group, "resp_port", int(META.limit("ports_min")), "ports") for group in by_host.values()),
        (asked, "resp_ip", int(META.limit("addresses_asked_min")), "addresses"),
    ):
        events = [(row["start"], row[value]) for row in group]
        slow = int(META.limit("slow_hosts_min"))
        if burst(events, span, need) or (variant == "hosts" and burst(events, _DAY, slow)):
            found.append(("hosts" if variant == "mute" else variant, group))
    if not found:
        return
    variants = {variant for variant, _ in found}
    variant = "hosts" if "hosts" in variants else "ports" if "ports" in variants else "addresses"
    members = sorted(
        {row["packet"]: row for _, group in found for row in group}.values(),
        key=lambda row: (row["start"], row["packet"]),
    )
    targets = {sight.who.name(row["resp_ip"], row["resp_mac"], row["start"]) for row in members}
    clinical = {row["resp_ip"] for row in members if row["resp_is"] & CLINICAL}
    base = META.severity
    if len(clinical) >= META.limit("clinical_min") and variant != "addresses":
        base = Severity.HIGH
    first, last = members[0]["start"], max(row["last"] for row in members)
    facts: Facts = {
        "variant": variant,
        "hosts": len({row["resp_ip"] for row in members}),
        "ports": len({(row["proto"], row["resp_port"]) for row in members}),
        "clinical": len(clinical),
        "examples": words(f"{row['resp_ip']}:{row['resp_port']}" for row in members),
        "span_s": (last - first) / SECOND,
        **describe(sight, "target", members[0]["resp_ip"], sight.who.device(members[0]["resp_ip"])),
    }
    yield make(
        sight, META, (sight.who.name(ip, rows[0]["orig_mac"], first),), device=device, ip=ip,
        actor=sight.who.name(ip, rows[0]["orig_mac"], first), targets=sorted(targets) if len(targets) <= 8 else [],
        base=base, confidence=0.9, facts=facts, first=first, last=last, count=len(members),
        evidence=(evidence(row) for row in members),
    )  # fmt: skip
