"""A device's clock jumps, or stands far off: its times no longer fit those of the record.

Each reading bears the device's own stamp beside the tap's time. The two clocks are never taken for
one: only how their distance changes is looked at, with the delay of the way as its error.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hinomi.columns import Columns, runs
from hinomi.model import Severity

from ..draft import Facts, make
from ..meta import Limit, Meta, Raised
from ..severity import SECOND
from ..sight import Sight
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
        Limit("together_min", 30, "minutes within which clocks that jump by the same amount have one cause"),
        Limit("off_s_min", 300, "distance that stands"),
        Limit("zone_s", 1800, "distances near whole half hours are a wrong time zone, said as such"),
    ),
    blind_spots=(
        "Devices that send no time of their own.",
        "A gateway that puts its own time on the readings of many devices.",
    ),
    order=80,
)

NEVER = -(1 << 62)  # no time of its own


@dataclass(slots=True)
class _Source:
    """One sender of readings with its distinct times, sorted."""

    ip: str
    mac: str
    name: str
    times: npt.NDArray[np.int64]
    away: npt.NDArray[np.float64]  # device's clock minus the tap's, seconds
    rows: npt.NDArray[np.int64]  # places of its readings in the table


def detect(sight: Sight) -> Iterator[Raised]:
    readings = sight.readings
    told: dict[str, Raised] = {}
    for source in _suspects(readings):
        # A gateway passes the same readings on: the device itself is told, where it is heard.
        held = told.get(source.name or source.ip)
        if held is not None and not _is_gateway(sight, held.actor):
            continue
        item = _of_source(sight, source)
        if item is not None and (held is None or not _is_gateway(sight, item.actor)):
            told[source.name or source.ip] = item
    _together(list(told.values()))
    yield from told.values()


def _together(items: list[Raised]) -> None:
    """Clocks that jump by the same amount at the same time follow one time server: one story."""
    jumps = sorted((i for i in items if i.draft.facts["variant"] == "jump"), key=lambda i: i.draft.first)
    span = int(META.limit("together_min") * 60) * SECOND
    for earlier, later in itertools.pairwise(jumps):
        one, other = earlier.draft.facts, later.draft.facts
        far = abs(float(str(one["jump_s"])) - float(str(other["jump_s"])))
        same = one["direction"] == other["direction"] and far <= META.limit("jump_s_min")
        if same and later.draft.first - earlier.draft.first <= span:
            cause = next(iter(earlier.causes), f"clock:{earlier.actor}")
            earlier.causes = [cause]
            later.causes = [cause]


def _suspects(readings: Columns) -> Iterator[_Source]:
    """Those senders only whose distance of clocks is large, or changes much; in order of their first reading."""
    time, stamp, packet = readings.numbers("time"), readings.numbers("device_time", NEVER), readings.numbers("packet")
    sender = readings.key("host_ip", "host_mac", "source")
    # One reading of each sender and time is enough; a message carries many, one after the other.
    rows = np.flatnonzero(runs(sender, time, stamp, packet) & (stamp != NEVER))
    order = rows[np.lexsort((packet[rows], stamp[rows], time[rows], sender[rows]))]
    order = order[runs(sender[order], time[order], stamp[order])]
    if not len(order):
        return
    begins = np.flatnonzero(runs(sender[order]))
    ends = np.append(begins[1:], len(order))
    away = (stamp[order] - time[order]) / SECOND
    low, high = np.minimum.reduceat(away, begins), np.maximum.reduceat(away, begins)
    jump, off = META.limit("jump_s_min"), META.limit("off_s_min")
    odd = ((high - low >= jump) | (high >= off) | (low <= -off)) & (ends - begins >= META.limit("readings_min"))
    for n in np.flatnonzero(odd)[np.argsort(time[order[begins[odd]]], kind="stable")].tolist():
        own = order[begins[n] : ends[n]]
        ip, mac, name = (readings.words(word, own[:1])[0] for word in ("host_ip", "host_mac", "source"))
        yield _Source(ip, mac, name, time[own], away[begins[n] : ends[n]], own)


def _is_gateway(sight: Sight, name: str) -> bool:
    device = sight.who.devices.get(name)
    return device is not None and device.value("type").endswith(("gateway", "server"))


def _of_source(sight: Sight, source: _Source) -> Raised | None:
    least = int(META.limit("readings_min"))
    away: list[float] = source.away.tolist()
    variant, at, before, after = "off", 0, 0.0, middle(away)
    far = META.limit("jump_s_min")
    turns = range(least, len(away) - least + 1) if max(away) - min(away) >= far else ()
    for n in turns:
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
    first = int(source.times[at])
    device = sight.who.device(source.ip, source.mac, first)
    name = device.id if device else source.ip or source.mac
    facts: Facts = {
        "variant": variant,
        "source": source.name or "—",
        "before_s": abs(before),
        "after_s": abs(after),
        "jump_s": abs(after - before),
        "direction": "ahead" if after > before else "behind",
        "readings": len(away),
    }
    base = META.severity if variant == "jump" else Severity.INFO
    return make(
        sight, META, (name, source.name), device=device, ip=source.ip, actor=name, base=base,
        top=base if variant != "jump" else None,
        confidence=0.9 if variant == "jump" else 0.6, facts=facts, first=first, last=int(source.times[-1]),
        count=len(away) - at, evidence=sight.readings.proof(source.rows[max(0, at - 1) :]),
    )  # fmt: skip
