"""A machine inside reports to the same outside destination in a steady rhythm.

Programs that wait for orders call home again and again, nearly in time and with nearly the same
amount. The score is simple enough to check by hand and is shown with its numbers:

    rhythm = 1 - (median distance of the gaps from their median) / median gap
    size   = 1 - (median distance of the sizes from their median) / median size, at least 0
    steady = share of gaps between half and double the median gap
    score  = 0.5 * rhythm + 0.2 * size + 0.3 * steady
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pyarrow.compute as pc

from hinomi.model import Severity

from .. import outside
from ..draft import Facts, make, pick, words
from ..meta import Limit, Meta, Raised
from ..severity import SECOND, lower
from ..sight import Sight, clean_name, evidence
from ..tables import dicts
from ..who import GROUP, GUEST, OUTSIDE, is_infrastructure, is_people, parse
from ..windows import gaps, middle

META = Meta(
    id="beacon",
    severity=Severity.MEDIUM,
    severity_max=Severity.HIGH,
    attack=("T1071", "T1573", "T1029", "T0869"),
    reads=("flow",),
    response="outside",
    limits=(
        Limit("calls_min", 16, "fewer calls show no rhythm"),
        Limit(
            "nameless_calls_min",
            8,
            "the same, to an address that was never asked for by name: honest programs use names",
        ),
        Limit("score_min", 0.8, "of 1; see the arithmetic above"),
        Limit("gap_s_min", 4, "closer calls are one piece of work"),
        Limit("span_min", 15, "minutes from the first call to the last"),
        Limit("nameless_span_s", 60, "the same, to an address without a name, seconds"),
        Limit("askers_max", 3, "a destination that more machines speak with is a service of everybody"),
        Limit("call_bytes_max", 200_000, "larger calls are transfers, watched elsewhere"),
        Limit("answered_share_min", 0.5, "a rhythm of failures is a broken program"),
    ),
    blind_spots=(
        "Calls with gaps that vary by more than about half.",
        "Calls hidden among others to the same large cloud.",
        "One connection that stays open and is used seldom.",
    ),
    order=60,
)

_VOICE = frozenset({"rtp", "rtcp", "stun", "dtls"})


def score(times: list[int], sizes: list[float]) -> dict[str, float]:
    """The score of a row of calls, with its parts. Times sorted, in nanoseconds."""
    distances = gaps(times)
    usual = max(middle(distances), 1.0)
    spread = middle([abs(gap - usual) for gap in distances])
    size = max(middle(sizes), 1.0)
    size_spread = middle([abs(value - size) for value in sizes])
    rhythm = max(0.0, 1 - spread / usual)
    alike = max(0.0, 1 - size_spread / size)
    steady = sum(usual / 2 <= gap <= usual * 2 for gap in distances) / len(distances)
    return {
        "gap": usual / SECOND,
        "spread": spread / SECOND,
        "rhythm": round(rhythm, 2),
        "size": round(alike, 2),
        "steady": round(steady, 2),
        "score": round(0.5 * rhythm + 0.2 * alike + 0.3 * steady, 2),
    }


_COLUMNS = (
    "orig_ip", "orig_mac", "resp_ip", "resp_port", "service", "sni", "start", "last", "orig_payload", "resp_payload",
    "outcome", "capture", "packet", "offset",
)  # fmt: skip


def detect(sight: Sight) -> Iterator[Raised]:
    flows = sight.flows
    mask = pc.and_(sight.having("resp", OUTSIDE), sight.not_having("orig", OUTSIDE | GUEST | GROUP))
    table = flows.filter(mask)
    least = int(META.limit("nameless_calls_min"))
    grouped = table.group_by(["orig_ip", "resp_ip", "resp_port"]).aggregate(
        [("start", "count"), ("start", "min"), ("start", "max")]
    )
    askers = _askers(grouped)
    groups: dict[tuple[str, str, int], list[dict[str, Any]]] = {}
    span = int(META.limit("nameless_span_s")) * SECOND
    for row in dicts(grouped, "orig_ip", "resp_ip", "resp_port", "start_count", "start_min", "start_max"):
        rare = len(askers[row["resp_ip"]]) <= META.limit("askers_max")
        if rare and row["start_count"] >= least and row["start_max"] - row["start_min"] >= span:
            groups[(row["orig_ip"], row["resp_ip"], row["resp_port"])] = []
    if not groups:
        return
    import pyarrow as pa

    wanted = pa.array(sorted({key[1] for key in groups}))
    for row in dicts(table.filter(pc.is_in(table.column("resp_ip"), wanted)).sort_by("start"), *_COLUMNS):
        key = (row["orig_ip"], row["resp_ip"], row["resp_port"])
        if key in groups:
            groups[key].append(row)
    by_site: dict[str, list[Raised]] = defaultdict(list)
    for key, rows in groups.items():
        item = _of_pair(sight, key, rows)
        if item is not None:
            by_site[item.causes[0]].append(item)
    for items in by_site.values():
        yield _one(sight, items)


def _one(sight: Sight, items: list[Raised]) -> Raised:
    """Machines that report to one place are one finding: the gravest tells, the others are named."""
    order = list(Severity)
    items.sort(key=lambda item: (-order.index(item.draft.severity), -item.draft.confidence, item.draft.key))
    main = items[0]
    draft = main.draft
    for item in items[1:]:
        draft.devices += [name for name in item.draft.devices if name not in draft.devices]
        draft.first = min(draft.first, item.draft.first)
        draft.last = max(draft.last, item.draft.last)
        draft.count += item.draft.count
        main.targets.append(item.actor)
    draft.key = f"{META.id}|{main.causes[0]}"
    draft.evidence = pick(ref for item in items for ref in item.draft.evidence[: 20 // len(items) + 1])
    draft.facts["machines"] = words(sight.who.label(item.actor) for item in items)
    return main


def _askers(grouped: Any) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for row in dicts(grouped, "orig_ip", "resp_ip"):
        found[row["resp_ip"]].add(row["orig_ip"])
    return found


def _name(sight: Sight, key: tuple[str, str, int], row: dict[str, Any]) -> str:
    """The name the caller used; an address in a name's place is none."""
    name = clean_name(row["sni"] or "") or sight.asked_name(key[0], key[1])
    return "" if parse(name.rpartition(":")[0] or name) is not None or parse(name) is not None else name


def _of_pair(sight: Sight, key: tuple[str, str, int], rows: list[dict[str, Any]]) -> Raised | None:
    calls: list[dict[str, Any]] = []
    for row in rows:
        if not calls or row["start"] - calls[-1]["start"] >= META.limit("gap_s_min") * SECOND:
            calls.append(row)
    bare = [row for row in calls if not _name(sight, key, row)]
    if len(bare) >= META.limit("nameless_calls_min"):
        calls = bare
    names = words(name for name in (_name(sight, key, row) for row in calls) if name)
    span = calls[-1]["start"] - calls[0]["start"]
    if names and (len(calls) < META.limit("calls_min") or span < META.limit("span_min") * 60 * SECOND):
        return None
    if len(calls) < META.limit("nameless_calls_min") or span < META.limit("nameless_span_s") * SECOND:
        return None
    answered = sum(row["outcome"] in ("answered", "half_heard") for row in calls)
    if answered < META.limit("answered_share_min") * len(calls):
        return None
    sizes = [float(row["orig_payload"] + row["resp_payload"]) for row in calls]
    if middle(sizes) > META.limit("call_bytes_max"):
        return None
    found = score([row["start"] for row in calls], sizes)
    if found["score"] < META.limit("score_min"):
        return None
    device = sight.who.device(key[0], calls[0]["orig_mac"], calls[0]["start"])
    if device is not None and (device.outside or is_infrastructure(device)):
        return None
    known = outside.known(names[0] if names else "", key[1])
    if (known and known.ordinary) or {row["service"] for row in calls} <= {"ntp", "dns"}:
        return None
    if sum(row["service"] in _VOICE for row in calls) * 2 >= len(calls):
        return None  # a talk that is begun anew each minute
    base = META.severity
    if known is not None or (names and device is not None and is_people(device)):
        base = lower(base)  # pages left open and mail programs call home too
    facts: Facts = {
        "destination": names[0] if names else key[1],
        "address": f"{key[1]}:{key[2]}",
        "calls": len(calls),
        "gap_s": found["gap"],
        "spread_s": found["spread"],
        "rhythm": found["rhythm"],
        "size": found["size"],
        "steady": found["steady"],
        "score": found["score"],
        "sent_bytes": sum(row["orig_payload"] for row in calls),
        "received_bytes": sum(row["resp_payload"] for row in calls),
    }
    name = sight.who.name(key[0], calls[0]["orig_mac"], calls[0]["start"])
    site = outside.owner_part(names[0]) if names else key[1]
    return make(
        sight, META, (name, key[1], str(key[2])), device=device, ip=key[0], actor=name, causes=[f"outside:{site}"],
        base=base, confidence=min(0.9, found["score"] - 0.05), facts=facts, first=calls[0]["start"],
        last=calls[-1]["last"], count=len(calls), evidence=(evidence(row) for row in calls),
    )  # fmt: skip
