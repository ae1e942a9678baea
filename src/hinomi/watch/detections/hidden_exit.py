"""A way out that is made to be unseen, or unwanted: Tor, mining of coins, questions for names past our own server.

None is an attack by itself; each is what an attacker's program does next, or what somebody installed
on a hospital's machine who should not have.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import Any

import pyarrow.compute as pc

from hinomi.model import Severity

from .. import knowledge, outside
from ..draft import Facts, make, words
from ..meta import Limit, Meta, Raised
from ..severity import SECOND
from ..sight import Sight, evidence, read_detail
from ..tables import by_value, dicts
from ..who import GUEST, OUTSIDE
from ..windows import burst

META = Meta(
    id="hidden_exit",
    severity=Severity.MEDIUM,
    severity_max=Severity.HIGH,
    attack=("T1090.003", "T1496", "T1071.004", "T1572"),
    reads=("flow", "exchange"),
    response="outside",
    limits=(
        Limit("names_min", 2, "made-up names of one machine within the span, where no certificate says more"),
        Limit("span_min", 30, "minutes"),
        Limit("questions_min", 1, "names that the machine did ask for, so that one not asked for says something"),
    ),
    blind_spots=(
        "Tor through a bridge that looks like something else.",
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
    if asking:
        yield _tell(sight, "names", asking)  # browsers do it by themselves: one line for the house, not one a machine


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
        "port": rows[0]["resp_port"],
    }
    key = ("house" if variant == "names" else name, variant)
    return make(
        sight, META, key, device=sight.who.device(ip, mac, first), ip=ip, actor=name, others=machines[:8],
        base=META.severity, top=META.severity if variant == "names" else META.severity_max,
        confidence=0.7 if variant == "names" else 0.85, facts=facts, first=first, last=last, count=len(rows),
        evidence=(evidence(row) for row in rows),
    )  # fmt: skip
