"""A way out that is made to be unseen, or unwanted: Tor, tunnels, coin mining, names asked elsewhere, pings.

None is an attack by itself; each is what an attacker's program does next, or what somebody installed
on a hospital's machine who should not have.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from hinomi.model import Severity

from .. import knowledge, outside
from ..draft import Facts, make, words
from ..meta import Limit, Meta, Raised
from ..remote import peer_of
from ..severity import SECOND
from ..sight import Sight, evidence, read_detail
from ..tables import by_value, dicts, is_in
from ..who import CLINICAL, GROUP, GUEST, OUTSIDE, PARTNER, is_infrastructure
from ..windows import burst

META = Meta(
    id="hidden_exit",
    severity=Severity.MEDIUM,
    severity_max=Severity.HIGH,
    attack=("T1090.003", "T1496", "T1071.004", "T1572", "T1095"),
    reads=("flow", "exchange"),
    response="outside",
    limits=(
        Limit("names_min", 2, "made-up names of one machine within the span, where no certificate says more"),
        Limit("span_min", 30, "minutes"),
        Limit("tunnel_bytes_min", 500, "bytes that came back through a tunnel: more than a greeting"),
        Limit("echoes_min", 20, "answered pings between two machines"),
        Limit("echo_bytes_min", 2000, "bytes that they carried"),
        Limit("lost_share_max", 0.5, "honest loss takes no packets that are smaller than this share of the others"),
        Limit("questions_min", 1, "names that the machine did ask for, so that one not asked for says something"),
    ),
    blind_spots=(
        "Tor through a bridge that looks like something else.",
        "Data in pings that come back as they went, or fewer than twenty.",
        "Mining inside TLS, and questions for names inside TLS to a server that the list does not know.",
    ),
    order=26,
)

_COLUMNS = (
    "orig_ip", "orig_mac", "resp_ip", "resp_mac", "resp_port", "service", "sni", "start", "last", "certificate",
    "capture", "packet", "offset",
)  # fmt: skip
# Tor (tor-spec, "Negotiating and initializing channels"): names made up for each connection.
_MADE_UP = re.compile(r"www\.[a-z2-7]{4,25}\.(?:com|net)")
_WAYS = {"stratum": "mining"}
# Tunnels that a program on the machine opens. IPsec, L2TP and GRE are those of boxes.
_OWN_TUNNELS = ("wireguard", "openvpn", "softether", "sstp", "pptp")
_ECHO = (8, 128)  # types of a question
_SUMS = ("orig_packets", "resp_packets", "orig_payload", "resp_payload")
_ECHO_SLACK = 200  # bytes: the end of a capture, and a packet or two that the tap missed


@cache
def _askers() -> tuple[frozenset[str], tuple[str, ...]]:
    rows = knowledge.load("attacks.toml")["hidden_names"]
    return frozenset(name for row in rows for name in row["names"] if name[0] != "*"), tuple(
        name[1:] for row in rows for name in row["names"] if name[0] == "*"
    )


def _hides_names(sni: str) -> bool:
    exact, endings = _askers()
    return sni.lower() in exact or sni.lower().endswith(endings)


def _resolver(ip: str) -> bool:
    """A name server open to everybody: whoever speaks TLS with its address asks for names."""
    entry = outside.known("", ip)
    return entry is not None and entry.category == "public_dns"


def detect(sight: Sight) -> Iterator[Raised]:
    flows = sight.flows
    out = pc.and_(sight.having("resp", OUTSIDE), sight.not_having("orig", OUTSIDE | GUEST))
    out = pc.and_(out, sight.answered)
    wanted = pc.or_(
        sight.service_in(*_WAYS),
        pc.or_(
            by_value(flows.column("sni"), lambda sni: _hides_names(sni) or bool(_MADE_UP.fullmatch(sni.lower()))),
            pc.and_(sight.service_in("tls", "quic", "dot"), pc.or_(
                pc.equal(flows.column("resp_port"), 853),
                by_value(flows.column("resp_ip"), lambda ip: _resolver(ip)),
            )),
        ),
    )  # fmt: skip
    mining: dict[str, list[dict[str, Any]]] = defaultdict(list)
    made_up: dict[str, list[dict[str, Any]]] = defaultdict(list)
    asking: list[dict[str, Any]] = []
    for row in dicts(flows.filter(pc.and_(out, wanted)).sort_by("start"), *_COLUMNS):
        row["name"] = sight.who.name(row["orig_ip"], row["orig_mac"], row["start"])
        if _WAYS.get(row["service"] or "") == "mining":
            mining[row["name"]].append(row)
        elif _hides_names(row["sni"] or "") or row["resp_port"] == 853 or _resolver(row["resp_ip"]):
            asking.append(row)
        else:
            made_up[row["name"]].append(row)
    for rows in mining.values():
        yield _tell(sight, "mining", rows)
    asked = _asked(sight)
    for rows in made_up.values():
        hidden = _hidden(sight, rows, asked)
        if hidden:
            yield _tell(sight, "tor", hidden)
    yield from _tunnels(sight)
    yield from _pings(sight)
    if asking:
        yield _tell(sight, "names", asking)  # browsers do it by themselves: one line for the house, not one a machine


def _tunnels(sight: Sight) -> Iterator[Raised]:
    """A tunnel that one machine opens for itself: boxes are made for it, and clinical devices are told elsewhere."""
    flows = sight.flows
    out = pc.and_(sight.having("resp", OUTSIDE), sight.not_having("orig", OUTSIDE | GUEST | GROUP | CLINICAL | PARTNER))
    carried = pc.greater_equal(flows.column("resp_payload"), int(META.limit("tunnel_bytes_min")))
    table = flows.filter(pc.and_(pc.and_(out, carried), pc.and_(sight.answered, sight.service_in(*_OWN_TUNNELS))))
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in dicts(table.sort_by("start"), *_COLUMNS):
        device = sight.who.device(row["orig_ip"], row["orig_mac"], row["start"])
        name = device.id if device else row["orig_ip"]
        if (device is None or not is_infrastructure(device)) and not _declared(sight, name, row["resp_ip"]):
            found[name].append(row)
    for rows in found.values():
        yield _tell(sight, "tunnel", rows)


def _declared(sight: Sight, name: str, far: str) -> bool:
    """Whether the register of maintenance paths knows the machine, or whom it calls."""
    return any(
        not path.until and path.approved and (name in path.peers or name in path.devices or peer_of(path, "", far))
        for path in sight.view.registers
    )


def _pings(sight: Sight) -> Iterator[Raised]:
    """An answer to a ping brings back what was sent (RFC 792, RFC 4443 §4.2): other answers carry something else."""
    flows = sight.flows
    echo = pc.and_(
        is_in(flows.column("proto"), ("icmp", "icmp6")),
        pc.is_in(flows.column("orig_port"), pa.array(_ECHO, flows.column("orig_port").type)),
    )
    echo = pc.and_(echo, pc.and_(sight.answered, sight.not_having("resp", GROUP)))
    echo = pc.and_(echo, sight.not_having("orig", GUEST))
    talks: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in dicts(flows.filter(echo).sort_by("start"), *_COLUMNS, *_SUMS):
        talks[(row["orig_ip"], row["resp_ip"])].append(row)
    for rows in talks.values():
        changed = rows if _changed(rows) else [row for row in rows if _changed([row])]
        if changed:
            yield _tell(sight, "pings", [row | {"sni": ""} for row in changed])


def _changed(rows: list[dict[str, Any]]) -> bool:
    """Whether what came back cannot be what went."""
    asked, answered, sent, back = (sum(row[name] for row in rows) for name in _SUMS)
    if answered < META.limit("echoes_min") or sent + back < META.limit("echo_bytes_min"):
        return False
    lost, missing = asked - answered, sent - back
    usual = min(sent / asked, back / answered)
    slack = max(_ECHO_SLACK, 0.02 * (sent + back))
    if lost <= 0:
        return bool(abs(missing - lost * usual) > slack)
    # What did not come back is smaller than what did, or more came back than went.
    return bool(missing + slack < lost * usual * META.limit("lost_share_max"))


def _asked(sight: Sight) -> dict[str, set[str]]:
    """Asker → names it asked for; under '' those that anybody asked for."""
    found: dict[str, set[str]] = defaultdict(set)
    for client, name in sight.said("dns").tuples("client_ip", "object"):
        found[client].add(str(name).rstrip(".").lower())
        found[""].add(str(name).rstrip(".").lower())
    return found


def _hidden(sight: Sight, rows: list[dict[str, Any]], asked: dict[str, set[str]]) -> list[dict[str, Any]]:
    rows = [row for row in rows if row["sni"].lower() not in asked.get("", set())]
    if not rows:
        return []
    subjects = _subjects(sight)
    for row in rows:
        # A name that another made-up name answers to: no server that is meant to be found does so.
        shown = subjects.get((row["resp_ip"], row["sni"]), "")
        if shown and shown != row["sni"].lower() and _MADE_UP.fullmatch(shown):
            return rows
    called: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        called[row["resp_ip"]].add(row["sni"].lower())
    if any(len(names) >= META.limit("names_min") for names in called.values()):
        return rows  # one server under two made-up names
    span = int(META.limit("span_min") * 60) * SECOND
    asks = len(asked.get(rows[0]["orig_ip"], ())) >= META.limit("questions_min")
    many = burst(((row["start"], row["sni"].lower()) for row in rows), span, int(META.limit("names_min")))
    return rows if asks and many else []


def _subjects(sight: Sight) -> dict[tuple[str, str], str]:
    found = {}
    for ip, name, detail in sight.said("tls").tuples("server_ip", "server_name", "detail"):
        match = re.search(r"CN=([^,]+)", read_detail(detail).get("subject", ""))
        if match:
            found[(ip, name)] = match.group(1).strip().lower()
    return found


def _tell(sight: Sight, variant: str, rows: list[dict[str, Any]]) -> Raised:
    first, last = rows[0]["start"], rows[-1]["last"]
    ip, mac = rows[0]["orig_ip"], rows[0]["orig_mac"]
    name = sight.who.name(ip, mac, first)
    machines = list(dict.fromkeys(row.get("name", name) for row in rows))
    facts: Facts = {
        "variant": variant,
        "machines": len(machines),
        "machine_names": words(sight.who.label(each) for each in machines),
        "to": words(row["sni"] or row["resp_ip"] for row in rows),
        "service": words(row.get("service") or "" for row in rows) or ["—"],
        "port": rows[0]["resp_port"] or 0,
        "sent_bytes": sum(row.get("orig_payload", 0) for row in rows),
        "received_bytes": sum(row.get("resp_payload", 0) for row in rows),
    }
    key = ("house" if variant == "names" else name, variant)
    return make(
        sight, META, key, device=sight.who.device(ip, mac, first), ip=ip, actor=name, others=machines[:8],
        base=META.severity, top=META.severity if variant == "names" else META.severity_max,
        confidence=0.7 if variant == "names" else 0.85, facts=facts, first=first, last=last, count=len(rows),
        evidence=(evidence(row) for row in rows),
    )  # fmt: skip
