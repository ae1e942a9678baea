"""A medical device talks with a machine inside with which it, and its kind, never talked before.

Medical devices have few peers and keep them. What is usual is learnt (`hinomi.watch.habits`), known of
the class from the first minute, and corrected by people; a new peer that is a server of the usual kinds
is nothing, one that is somebody's computer, a camera or unknown is a question.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np

from hinomi.columns import Rows
from hinomi.model import Device, Severity

from ..draft import Facts, describe, make, words
from ..meta import Limit, Meta, Raised
from ..remote import SCREENS
from ..severity import SECOND
from ..sight import Sight, evidence
from ..who import GROUP, GUEST, MEDICAL, OUTSIDE, is_medical, is_people

META = Meta(
    id="new_peer_clinical",
    severity=Severity.LOW,
    severity_max=Severity.MEDIUM,
    attack=("T1021", "T1570", "T0866", "T0886"),
    reads=("flow",),
    response="look",
    limits=(
        Limit("listened_h", 72, "hours listened to before a peer counts as new"),
        Limit("device_h", 24, "hours since the device itself was first heard"),
        Limit("devices_max", 3, "medical devices with the same new peer; more are told as one"),
        Limit("bytes_min", 200, "said by both sides together, that it is more than a knock"),
    ),
    blind_spots=(
        "A peer that was there while Hinomi learnt.",
        "Machines behind one address (a gateway, a proxy).",
    ),
    order=85,
)

# Everybody asks everybody for these; they open nothing.
_LIFE = ("dns", "dhcp", "ntp", "mdns", "llmnr", "nbns", "ssdp", "wsd", "arp", "nd", "ptp", "snmp", "syslog", "slp",
         "browser", "igmp", "stun", "bjnp")  # fmt: skip
_OPENS = SCREENS | {"smb", "nfs", "ftp", "tftp", "dcerpc", "rsync", "telnet"}
_COLUMNS = (
    "orig_ip", "orig_mac", "resp_ip", "resp_mac", "resp_port", "proto", "service", "start", "last", "orig_payload",
    "resp_payload", "orig_is", "resp_is", "capture", "packet", "offset",
)  # fmt: skip


def detect(sight: Sight) -> Iterator[Raised]:
    flows = sight.connections
    if not len(flows):
        return
    began = int(flows.numbers("start").min())
    if sight.usual.first:
        began = min(began, sight.usual.first)
    wait = int(META.limit("listened_h") * 3600) * SECOND
    orig, resp = flows.numbers("orig_is"), flows.numbers("resp_is")
    both = ((orig | resp) & MEDICAL != 0) & ((orig | resp) & (OUTSIDE | GROUP | GUEST) == 0)
    said = flows.numbers("orig_payload") + flows.numbers("resp_payload") >= META.limit("bytes_min")
    mask = both & said & flows.where_in("outcome", ("answered",)) & ~flows.where_in("service", _LIFE)
    mask &= flows.numbers("start") > began + wait
    pair = flows.key("orig_ip", "resp_ip")
    rows = flows.rows(mask)
    met: dict[str, list[dict[str, Any]]] = defaultdict(list)
    if not len(rows):
        return
    _, first = np.unique(pair[rows.at], return_index=True)
    for row in Rows(flows, rows.at[np.sort(first)]).sorted("start").dicts(*_COLUMNS):
        for me, other in (("orig", "resp"), ("resp", "orig")):
            device = sight.who.device(row[f"{me}_ip"], row[f"{me}_mac"], row["start"])
            if device is None or not is_medical(device):
                continue
            peer = sight.who.device(row[f"{other}_ip"], row[f"{other}_mac"], row["start"])
            if _is_new(sight, device, row[f"{me}_ip"], peer, row[f"{other}_ip"], row["start"]):
                row |= {"device": device, "peer": peer, "me": me, "peer_ip": row[f"{other}_ip"]}
                met[peer.id if peer else row["peer_ip"]].append(dict(row))
    for peer_name, group in met.items():
        if len({row["device"].id for row in group}) > META.limit("devices_max"):
            yield _tell(sight, peer_name, "many", group)
        else:
            for row in group:
                yield _tell(sight, peer_name, row["device"].id, [row])


def _is_new(sight: Sight, device: Device, my_ip: str, peer: Device | None, peer_ip: str, start: int) -> bool:
    name = peer.id if peer else peer_ip
    if start - device.first < META.limit("device_h") * 3600 * SECOND:
        return False  # a new device: everybody is new to it
    said = sight.usual.word(device.id, "peer", name)
    if said is not None:
        return not said.usual
    earlier = sight.usual.first_met(my_ip, peer_ip)
    if earlier and earlier < start - 3600 * SECOND:
        return False  # they met before; asked first, since most pairs did
    if sight.usual.standing(device.id, "peer", name, before=start) != "new":
        return False
    return not sight.usual.class_does(device, "peer", name, peer)


def _weigh(sight: Sight, row: dict[str, Any], name: str) -> Severity:
    peer = row["peer"]
    if sight.usual.standing(row["device"].id, "peer", name) == "said_unusual":
        return Severity.MEDIUM
    stranger = peer is None or is_people(peer) or peer.value("type") in ("", "unknown", "camera", "mobile")
    if stranger and not (peer is not None and is_medical(peer)):
        inward = row["me"] == "resp"
        return Severity.LOW if inward and (row["service"] in _OPENS or row["service"] is None) else Severity.INFO
    return Severity.INFO


def _tell(sight: Sight, name: str, key: str, rows: list[dict[str, Any]]) -> Raised:
    rows = sorted(rows, key=lambda row: (-list(Severity).index(_weigh(sight, row, name)), row["start"]))
    head = rows[0]
    base = _weigh(sight, head, name)
    device, me = head["device"], head["me"]
    first, last = min(row["start"] for row in rows), max(row["last"] for row in rows)
    others = [row["device"].id for row in rows[1:]]
    facts: Facts = {
        "variant": "many" if key == "many" else "default",
        "way": "asked" if me == "resp" else "asks",
        "machines": len({row["device"].id for row in rows}),
        "examples": words(row["device"].label for row in rows),
        "services": words(row["service"] or f"{row['proto']}/{row['resp_port']}" for row in rows),
        **describe(sight, "peer", head["peer_ip"], head["peer"]),
    }
    actor = name if me == "resp" else device.id
    return make(
        sight, META, (name, key), device=device, ip=head[f"{me}_ip"], actor=actor,
        targets=[device.id if me == "resp" else name], others=[*others, *([name] if head["peer"] else [])], base=base,
        top=Severity.INFO if base is Severity.INFO else META.severity_max, confidence=0.6, facts=facts, first=first,
        last=last, count=len(rows), evidence=(evidence(row) for row in rows),
    )  # fmt: skip
