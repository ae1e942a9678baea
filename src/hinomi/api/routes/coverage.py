"""What the tap could hear: captures, sensors, subnets."""

from __future__ import annotations

import ipaddress
from pathlib import PurePath

from fastapi import APIRouter

from hinomi.api import shapes
from hinomi.api.deps import TheHome, TheLook
from hinomi.api.look import Look
from hinomi.api.words import when, when_or_none

router = APIRouter(prefix="/api", tags=["coverage"])

HOUR_NS = 3600 * 1_000_000_000


@router.get("/coverage")
def coverage(home: TheHome, look: TheLook) -> shapes.Coverage:
    """What the tap could hear. Nothing that Hinomi says goes beyond it."""
    return shapes.Coverage(sensors=sensors(home, look), captures=captures(home), subnets=coverage_rows(home, look))


def captures(home: TheHome) -> list[shapes.Capture]:
    return [
        shapes.Capture(
            id=c.id,
            name=PurePath(c.path).name,
            sensor=c.sensor,
            read_at=when(c.read_at),
            first=when_or_none(c.first),
            last=when_or_none(c.last),
            packets=c.packets,
            bytes=c.bytes,
            records=dict(c.records),
            complete=c.complete,
            problem=c.problem,
        )
        for c in home.state.captures()
    ]


def sensors(home: TheHome, look: Look) -> list[shapes.Sensor]:
    return look.sums("sensors", lambda: _sensors(home))


def _sensors(home: TheHome) -> list[shapes.Sensor]:
    lost = {
        row["sensor"]: row
        for row in home.history.sql(
            "SELECT sensor, sum(drops)::BIGINT AS drops, sum(duplicates)::BIGINT AS duplicates "
            "FROM coverage GROUP BY sensor"
        ).to_pylist()
    }
    by: dict[str, list[shapes.Capture]] = {}
    for capture in captures(home):
        by.setdefault(capture.sensor, []).append(capture)
    return [
        shapes.Sensor(
            id=sensor,
            captures=len(own),
            packets=sum(capture.packets for capture in own),
            first=min((c.first for c in own if c.first), default=None),
            last=max((c.last for c in own if c.last), default=None),
            drops=int(lost.get(sensor, {}).get("drops") or 0),
            duplicates=int(lost.get(sensor, {}).get("duplicates") or 0),
        )
        for sensor, own in sorted(by.items())
    ]


def _addresses_all(subnet: str) -> bool:
    """Broadcast, multicast and link-local addresses: nobody answers from there, so that silence means nothing."""
    try:
        net = ipaddress.ip_network(subnet, strict=False)
    except ValueError:  # "other": the subnets beyond a limit, counted together
        return False
    return net.is_multicast or net.is_link_local or net.network_address.packed[0] in (0, 255)


def coverage_rows(home: TheHome, look: Look) -> list[shapes.CoverageRow]:
    """Per subnet, over all hours: heard both ways once counts as heard both ways."""
    return look.sums("coverage", lambda: _coverage_rows(home, look))


def _coverage_rows(home: TheHome, look: Look) -> list[shapes.CoverageRow]:
    table = home.history.sql(
        "SELECT subnet, vlan, max(CASE heard WHEN 'both' THEN 2 WHEN 'one_way' THEN 1 ELSE 0 END) AS heard,"
        " max(hosts)::BIGINT AS hosts, sum(packets)::BIGINT AS packets,"
        " sum(flows_answered)::BIGINT AS answered, sum(flows_one_way)::BIGINT AS one_way,"
        " count(DISTINCT hour) AS hours, min(hour) AS first, max(hour) AS last"
        " FROM coverage GROUP BY subnet, vlan ORDER BY packets DESC, subnet"
    )
    names: tuple[shapes.Heard, ...] = ("nothing", "one_way", "both")
    rows = []
    for row in table.to_pylist():
        if _addresses_all(row["subnet"]):
            continue
        rows.append(
            shapes.CoverageRow(
                subnet=row["subnet"],
                zone=look.zone_of_subnet(row["subnet"]),
                vlan=row["vlan"],
                heard=names[int(row["heard"])],
                hosts=row["hosts"] or 0,
                packets=row["packets"] or 0,
                flows_answered=row["answered"] or 0,
                flows_one_way=row["one_way"] or 0,
                hours=row["hours"],
                first=when(row["first"]),
                last=when(row["last"] + HOUR_NS),
            )
        )
    return rows
