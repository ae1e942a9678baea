"""One machine lets another log in to it and passes that log-in on: it enters a server in the other's name.

The answer of a log-in (NTLM) names the computer that made it. That the same account of the same
computer comes first to a machine and then, from that machine, to a server is possible in one way only:
what it was given was handed on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from hinomi.model import Severity

from ..draft import Facts, describe, make, words
from ..meta import Limit, Meta, Raised
from ..severity import SECOND
from ..sight import Sight, evidence, read_detail
from ..who import is_infrastructure

META = Meta(
    id="ntlm_relay",
    severity=Severity.HIGH,
    severity_max=Severity.HIGH,
    attack=("T1557.001", "T1550", "T0830"),
    reads=("exchange",),
    response="port",
    limits=(
        Limit("span_s", 60, "seconds between the log-in that came and the one that was passed on"),
        Limit("rows_max", 200_000, "log-ins looked at"),
    ),
    blind_spots=(
        "A log-in that comes in, or goes on, inside TLS.",
        "A computer that leaves its own name out of its log-ins.",
        "A log-in that is kept and used later: its answer fits one question only, so that it must be guessed first.",
    ),
    order=20,
)

_COLUMNS = (
    "client_ip", "client_mac", "server_ip", "server_mac", "time", "protocol", "outcome", "detail", "capture", "packet",
    "offset",
)  # fmt: skip


def detect(sight: Sight) -> Iterator[Raised]:
    logins = sight.said("smb", "http", "ldap", "dcerpc").where("detail", lambda detail: '"host":' in (detail or ""))
    same: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in (
        logins.where("detail", lambda detail: '"user":' in (detail or ""))
        .head(int(META.limit("rows_max")))
        .dicts(*_COLUMNS)
    ):
        fields = read_detail(row["detail"])
        if fields.get("user") and fields.get("host"):
            row["from"] = sight.who.name(row["client_ip"], row["client_mac"], row["time"])
            row["to"] = sight.who.name(row["server_ip"], row["server_mac"], row["time"])
            same[(fields["user"], fields.get("domain", "").lower(), fields["host"].lower())].append(row)
    passed: dict[str, list[tuple[dict[str, Any], dict[str, Any]]]] = defaultdict(list)
    for rows in same.values():
        for came, went in _pairs(rows):
            passed[went["from"]].append((came, went))
    for name, pairs in passed.items():
        device = sight.who.devices.get(name)
        if device is None or not is_infrastructure(device) or device.value("type") == "web_server":
            yield _tell(sight, name, sorted(pairs, key=lambda pair: int(pair[1]["time"])))


def _pairs(rows: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """(the log-in that came to a machine, the one that it passed on): the nearest one for each that was passed on."""
    span = int(META.limit("span_s")) * SECOND
    came_to: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        came_to[row["to"]].append(row)
    for went in rows:
        before = [
            came
            for came in came_to.get(went["from"], ())
            if came["from"] not in (went["from"], went["to"]) and abs(came["time"] - went["time"]) <= span
        ]
        if before:
            yield min(before, key=lambda came: abs(int(came["time"]) - int(went["time"]))), went


def _tell(sight: Sight, name: str, pairs: list[tuple[dict[str, Any], dict[str, Any]]]) -> Raised:
    came, went = pairs[0]
    first = min(int(row["time"]) for row in (came, went))
    last = max(int(row["time"]) for pair in pairs for row in pair)
    servers = list(dict.fromkeys(pair[1]["to"] for pair in pairs))
    victims = list(dict.fromkeys(pair[0]["from"] for pair in pairs))
    target = sight.who.devices.get(servers[0])
    facts: Facts = {
        "victims": words(sight.who.label(each) for each in victims),
        "targets": words(sight.who.label(each) for each in servers),
        "protocols": words(pair[1]["protocol"] for pair in pairs),
        "after": "taken" if any(pair[1]["outcome"] == "ok" for pair in pairs) else "refused",
        **describe(sight, "target", went["server_ip"], target),
    }
    return make(
        sight, META, (name,), device=sight.who.devices.get(name), ip=went["client_ip"], actor=name,
        targets=servers[:8], others=[*servers[:8], *victims[:8]], confidence=0.9, facts=facts, first=first, last=last,
        count=len(pairs), evidence=(evidence(row) for pair in pairs for row in pair),
    )  # fmt: skip
