"""A device's clock jumps, or stands far off: its times no longer fit those of the record.

Each reading bears the device's own stamp beside the tap's time. The two clocks are never taken for
one: only how their distance changes is looked at, with the delay of the way as its error.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from hinomi.model import Severity

from ..draft import Facts, make
from ..meta import Limit, Meta, Raised
from ..severity import SECOND
from ..sight import Sight, evidence, plain
from ..tables import dicts
from ..windows import middle

META = Meta(
    id="clock_jump",
    severity=Severity.LOW,
    severity_max=Severity.MEDIUM,
    attack=("T1070.006", "T0856"),
    reads=("reading",),
    response="look",
    limits=(
        Limit("readings_min", 6, "readings before and after, that a jump is not one late message"),
        Limit("jump_s_min", 60, "change of the distance between the two clocks"),
        Limit("off_s_min", 300, "distance that stands"),
        Limit("zone_s", 1800, "distances near whole half hours are a wrong time zone, said as such"),
    ),
    blind_spots=(
        "Devices that send no time of their own.",
        "A gateway that puts its own time on the readings of many devices.",
    ),
    order=80,
)

_COLUMNS = ("host_ip", "host_mac", "source", "time", "device_time", "capture", "packet", "offset")


def detect(sight: Sight) -> Iterator[Raised]:
    table = sight.view.readings
    if table is None or table.num_rows == 0:
        return
    table = table.filter(pc.is_valid(table.column("device_time")))
    if table.num_rows == 0:
        return
    table = _suspects(table)
    if table.num_rows == 0:
        return
    # One reading of each source and time is enough; a message carries many.
    table = plain(table.select(list(_COLUMNS)))
    at = table.column_names.index("capture")
    table = table.set_column(at, "capture", table.column("capture").cast(pa.string()))
    table = table.group_by(["host_ip", "host_mac", "source", "time", "device_time"]).aggregate(
        [("capture", "min"), ("packet", "min"), ("offset", "min")]
    )
    groups: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in dicts(table.sort_by("time"), *table.column_names):
        row |= {"capture": row["capture_min"], "packet": row["packet_min"], "offset": row["offset_min"]}
        groups[(row["host_ip"], row["host_mac"], row["source"])].append(row)
    told: dict[str, Raised] = {}
    for key, rows in groups.items():
        item = _of_source(sight, key, rows)
        if item is None:
            continue
        # A gateway passes the same readings on: the device itself is told, where it is heard.
        source = key[2] or key[0]
        held = told.get(source)
        if held is None or (_is_gateway(sight, held.actor) and not _is_gateway(sight, item.actor)):
            told[source] = item
    yield from told.values()


def _suspects(table: pa.Table) -> pa.Table:
    """Readings of those senders only whose distance of clocks is large, or changes much."""
    away = pc.subtract(pc.cast(table.column("device_time"), pa.int64()), pc.cast(table.column("time"), pa.int64()))
    keyed = table.select(["host_ip", "source"]).append_column("away", away)
    spans = keyed.group_by(["host_ip", "source"]).aggregate([("away", "min"), ("away", "max")])
    low, high = spans.column("away_min"), spans.column("away_max")
    jump, off = (int(META.limit(name)) * SECOND for name in ("jump_s_min", "off_s_min"))
    odd = pc.or_(
        pc.greater_equal(pc.subtract(high, low), jump),
        pc.or_(pc.greater_equal(high, off), pc.less_equal(low, -off)),
    )
    sources = spans.filter(odd)
    found = pc.and_(
        pc.is_in(table.column("host_ip"), pc.unique(sources.column("host_ip"))),
        pc.is_in(table.column("source"), pc.unique(sources.column("source"))),
    )
    return table.filter(found)


def _is_gateway(sight: Sight, name: str) -> bool:
    device = sight.who.devices.get(name)
    return device is not None and device.value("type").endswith(("gateway", "server"))


def _of_source(sight: Sight, key: tuple[str, str, str], rows: list[dict[str, Any]]) -> Raised | None:
    least = int(META.limit("readings_min"))
    if len(rows) < least:
        return None
    away = [(row["device_time"] - row["time"]) / SECOND for row in rows]
    variant, at, before, after = "off", 0, 0.0, middle(away)
    far = META.limit("jump_s_min")
    for n in range(least, len(rows) - least + 1):
        earlier, later = middle(away[n - least : n]), middle(away[n : n + least])
        if abs(away[n] - earlier) >= far and abs(later - earlier) >= far:
            variant, at, before, after = "jump", n, earlier, later
            break
    if variant == "off":
        if abs(after) < META.limit("off_s_min"):
            return None
        half_hours = abs(after) % META.limit("zone_s")
        if min(half_hours, META.limit("zone_s") - half_hours) < META.limit("jump_s_min"):
            variant = "zone"
    first = rows[at]["time"]
    device = sight.who.device(key[0], key[1], first)
    name = sight.who.name(key[0], key[1], first)
    facts: Facts = {
        "variant": variant,
        "source": key[2] or "—",
        "before_s": abs(before),
        "after_s": abs(after),
        "jump_s": abs(after - before),
        "direction": "ahead" if after > before else "behind",
        "readings": len(rows),
    }
    base = META.severity if variant == "jump" else Severity.INFO
    return make(
        sight, META, (name, key[2]), device=device, ip=key[0], actor=name, base=base,
        top=base if variant != "jump" else None,
        confidence=0.9 if variant == "jump" else 0.6, facts=facts, first=first, last=rows[-1]["time"],
        count=len(rows) - at, evidence=(evidence(row) for row in rows[max(0, at - 1) :]),
    )  # fmt: skip
