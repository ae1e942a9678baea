"""A second DHCP server gives out addresses that lead elsewhere.

Two servers that give out the same router and the same name servers are a pair made for safety. One
that differs from the server of the house takes the hosts of that network away to itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np

from hinomi.columns import Rows
from hinomi.model import Severity

from ..draft import Facts, describe, make, words
from ..meta import Limit, Meta, Raised
from ..sight import Sight, evidence, read_detail
from ..who import is_infrastructure

META = Meta(
    id="rogue_dhcp_server",
    severity=Severity.MEDIUM,
    severity_max=Severity.HIGH,
    attack=("T1557.003", "T0830"),
    reads=("exchange",),
    response="port",
    limits=(Limit("servers_max", 64, "servers looked at"),),
    blind_spots=(
        "Answers sent to one host only, within a switch that the mirror port does not copy.",
        "A rogue server on a network where the house's own server was never heard.",
    ),
    order=30,
)

_COLUMNS = (
    "client_ip", "client_mac", "server_ip", "server_mac", "time", "operation", "outcome", "detail", "capture", "packet",
    "offset",
)  # fmt: skip


def detect(sight: Sight) -> Iterator[Raised]:
    said = (
        sight.said("dhcp")
        .where_in("operation", "DISCOVER", "REQUEST", "OFFER", "ACK", "INFORM", "BOOTREPLY")
        .where_in("outcome", "ok")
        .sorted("time")
    )
    gave = [
        bool(server and ip and (router or dns))
        for server, ip, router, dns in zip(
            *(said.field("detail", name) for name in ("server", "ip", "router", "dns")), strict=True
        )
    ]
    given = Rows(said.columns, said.at[np.array(gave, bool)])
    if not 2 <= len(set(given.field("detail", "server"))) <= META.limit("servers_max"):
        return
    servers: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in given.dicts(*_COLUMNS):
        fields = read_detail(row["detail"])
        row["gives"] = (fields.get("router", ""), fields.get("dns", ""))
        row["net"] = fields["ip"].rsplit(".", 1)[0]
        row["lease_of"] = fields.get("mac", "")
        servers[fields["server"]].append(row)
    for server, rows in servers.items():
        own = {row["net"]: row["gives"] for row in rows}
        for other, theirs in servers.items():
            if other == server or not _is_house(sight, other, theirs, server, rows):
                continue
            clash = [row for row in theirs if row["net"] in own and row["gives"] != own[row["net"]]]
            if clash:
                yield _tell(sight, server, rows, other, clash)
                break


def _is_house(sight: Sight, other: str, theirs: list[dict[str, Any]], server: str, rows: list[dict[str, Any]]) -> bool:
    """Whether `other` is likelier the server of the house than `server`."""

    def weight(address: str, group: list[dict[str, Any]]) -> tuple[int, int, int]:
        device = sight.who.device(address, "", group[0]["time"])
        known = int((device is not None and is_infrastructure(device)) or sight.who.kind(address, device) == "server")
        return known, len({row["net"] for row in group}), -group[0]["time"]

    return weight(other, theirs) > weight(server, rows)


def _tell(sight: Sight, server: str, rows: list[dict[str, Any]], house: str, theirs: list[dict[str, Any]]) -> Raised:
    first, last = rows[0]["time"], rows[-1]["time"]
    mac = rows[0]["server_mac"] if rows[0]["server_ip"] == server else ""
    device = sight.who.device(server, mac, first)
    clients = words(row["lease_of"] for row in rows)
    name = device.id if device else server
    zone = sight.who.kind(rows[0]["net"] + ".1")
    clinical = zone in (
        "theatre",
        "icu",
        "ward",
        "imaging",
        "laboratory",
        "dialysis",
        "endoscopy",
        "pharmacy",
        "nurse_call",
    )
    facts: Facts = {
        "server": server,
        "gives_router": rows[0]["gives"][0] or "—",
        "gives_dns": rows[0]["gives"][1] or "—",
        "house_router": theirs[0]["gives"][0] or "—",
        "house_dns": theirs[0]["gives"][1] or "—",
        "hosts": len({row["lease_of"] for row in rows}),
        "clients": clients or ["—"],
        **describe(sight, "house", house, sight.who.device(house)),
        **describe(sight, "net", rows[0]["net"] + ".1", None),
    }
    return make(
        sight, META, (name,), device=device, ip=server, actor=name, base=Severity.HIGH if clinical else META.severity,
        confidence=0.85, facts=facts, first=first, last=last, count=len(rows),
        evidence=(evidence(row) for row in (*rows, theirs[0])),
    )  # fmt: skip
