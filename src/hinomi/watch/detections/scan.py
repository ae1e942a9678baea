"""One host knocks at many doors: many hosts at one door, or many doors of one host.

What counts are knocks that nobody answers or that are refused: who knows the house knocks where
somebody lives. Outside too: a program that spreads by itself tries addresses that it makes up.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hinomi.columns import Ints, Rows
from hinomi.model import Device, Severity

from ..draft import Facts, describe, make, words
from ..meta import Limit, Meta, Raised
from ..severity import SECOND
from ..sight import Sight
from ..tables import is_in, numbers
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
        Limit("outside_hosts_min", 20, "different hosts outside at one door that did not answer, within the span"),
        Limit("clinical_min", 3, "clinical hosts among them make it high"),
    ),
    blind_spots=(
        "A scan slower than thirty hosts a day.",
        "A scan that meets only doors that answer.",
        "Scans within one switch that the mirror port does not copy.",
        "Web and name servers outside that are tried one after the other.",
    ),
    order=30,
)

_DAY = 86_400 * SECOND
_PORTS = 1 << 17  # more than there are ports
_TARGETS_MAX = 8  # hosts that are named one by one
_SHOWN = 9  # examples: one more than are shown, so that the ellipsis stands
# Doors outside at which programs call many hosts by themselves, also where a firewall lets nothing out.
_ORDINARY_OUTSIDE = (53, 80, 123, 443, 853)
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
    strange = pc.invert(
        pc.is_in(flows.column("resp_port"), pa.array(_ORDINARY_OUTSIDE, flows.column("resp_port").type))
    )
    beyond = pc.and_(is_in(flows.column("proto"), ("tcp",)), pc.and_(sight.having("resp", OUTSIDE), strange))
    inside = pc.or_(inside, pc.and_(beyond, sight.not_having("orig", OUTSIDE)))
    known = pc.equal(pc.bit_wise_and(flows.column("orig_is"), GUEST), 0)
    kind = is_in(flows.column("proto"), ("tcp", "udp", "icmp", "icmp6", "arp"))
    mask = numbers(pc.fill_null(pc.and_(pc.and_(failed, inside), pc.and_(known, kind)), False))
    table = sight.connections
    addresses, sources = table.coded("orig_ip")
    busy = np.bincount(sources[mask], minlength=len(addresses)) >= int(META.limit("hosts_min"))
    if not busy.any():
        return
    door = table.coded("proto").codes * _PORTS + table.numbers("resp_port", -1) + 1  # protocol and port
    for rows in table.rows(mask & busy[sources]).sorted("start").groups(sources):
        yield from _of_source(sight, rows, door)


def _of_source(sight: Sight, rows: Rows, door: Ints) -> Iterator[Raised]:
    ip, mac, begun = next(rows.head(1).tuples("orig_ip", "orig_mac", "start"))
    device = sight.who.device(ip, mac, begun)
    if device is not None and device.value("type") in ("router", "switch", "firewall"):
        return  # asks on behalf of others
    of_wire = np.isin(rows.at, rows.where_in("proto", "arp").at)
    answered = np.isin(rows.at, rows.where_in("outcome", "answered").at)
    asked, knocks = Rows(rows.columns, rows.at[of_wire]), Rows(rows.columns, rows.at[~of_wire & ~answered])
    beyond = rows.numbers("resp_is") & OUTSIDE != 0
    made_up = Rows(rows.columns, rows.at[beyond]).where("resp_ip", lambda to: not sight.asked_name(ip, to))
    place = sight.who.kind(ip, device)
    helper = (device is not None and is_infrastructure(device)) or place in ("server", "management")
    opened = rows.at[:0] if helper else rows.at[~of_wire & answered & ~beyond]
    inner = Rows(rows.columns, rows.at[~of_wire & ~answered & ~beyond])
    both = Rows(rows.columns, np.concatenate((knocks.at, opened)) if len(opened) else opened).sorted("start")
    source, host = rows.columns.coded("orig_ip").codes, rows.columns.coded("resp_ip").codes
    port = rows.columns.numbers("resp_port", -1)
    span = int(META.limit("span_min") * 60) * SECOND
    slow = int(META.limit("slow_hosts_min"))
    found: list[tuple[str, Rows]] = []
    for some, key, value, need, variant in (
        (inner, door, host, int(META.limit("hosts_min")), "hosts"),
        (made_up, door, host, int(META.limit("outside_hosts_min")), "outside"),
        (both, door, host, int(META.limit("mute_hosts_min")), "mute"),
        (knocks, host, port, int(META.limit("ports_min")), "ports"),
        (asked, source, host, int(META.limit("addresses_asked_min")), "addresses"),
    ):
        for group in _with_many(some, key, value, need):
            events = list(zip(group.numbers("start").tolist(), value[group.at].tolist(), strict=True))
            if burst(events, span, need) or (variant == "hosts" and burst(events, _DAY, slow)):
                found.append(("hosts" if variant == "mute" else variant, group))
    if found:
        yield _tell(sight, device, ip, mac, found, door)


def _with_many(rows: Rows, key: Ints, value: Ints, need: int) -> Iterator[Rows]:
    """Rows of each `key` that has at least `need` different values."""
    if not len(rows):
        return
    keys, of_row = np.unique(key[rows.at], return_inverse=True)
    values = value[rows.at] + 1  # -1 stands for none
    width = int(values.max()) + 1
    many = np.bincount(np.unique(of_row * width + values) // width, minlength=len(keys)) >= need
    if many.any():
        yield from Rows(rows.columns, rows.at[many[of_row]]).groups(key)


def _tell(sight: Sight, device: Device | None, ip: str, mac: str, found: list[tuple[str, Rows]], door: Ints) -> Raised:
    variants = {variant for variant, _ in found}
    variant = next(name for name in ("hosts", "ports", "outside", "addresses") if name in variants)
    table = found[0][1].columns
    at = np.concatenate([group.at for _, group in found])[::-1]
    at = at[np.unique(table.numbers("packet")[at], return_index=True)[1]]  # each packet once: of its last group
    members = Rows(table, at[np.lexsort((table.numbers("packet")[at], table.numbers("start")[at]))])
    targets: set[str] = set()
    for target in members.tuples("resp_ip", "resp_mac", "start"):
        targets.add(sight.who.name(*target))
        if len(targets) > _TARGETS_MAX:
            break
    hosts, doors = members.codes("resp_ip"), door[members.at]
    clinical = len(np.unique(hosts[members.numbers("resp_is") & CLINICAL != 0]))
    base = META.severity
    if clinical >= META.limit("clinical_min") and variant != "addresses":
        base = Severity.HIGH
    met = np.sort(np.unique(hosts * _PORTS + members.numbers("resp_port"), return_index=True)[1])
    first_host = next(members.head(1).tuples("resp_ip"))[0]
    first, last = int(members.numbers("start")[0]), int(members.numbers("last").max())
    facts: Facts = {
        "variant": variant,
        "hosts": len(np.unique(hosts)),
        "ports": len(np.unique(doors)),
        "clinical": clinical,
        "examples": words(
            f"{host}:{port}" for host, port in Rows(table, members.at[met[:_SHOWN]]).tuples("resp_ip", "resp_port")
        ),
        "span_s": (last - first) / SECOND,
        **describe(sight, "target", first_host, sight.who.device(first_host)),
    }
    name = sight.who.name(ip, mac, first)
    return make(
        sight, META, (name,), device=device, ip=ip, actor=name,
        targets=sorted(targets) if len(targets) <= _TARGETS_MAX else [], base=base, confidence=0.9, facts=facts,
        first=first, last=last, count=len(members), evidence=members.proof(),
    )  # fmt: skip
