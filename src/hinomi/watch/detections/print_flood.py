"""Printers are flooded: one machine sends many jobs, or to many printers, within minutes.

At Handa the ransom note came out of every printer at half past midnight.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pyarrow.compute as pc

from hinomi.model import Severity

from ..draft import Facts, describe, make, words
from ..meta import Limit, Meta, Raised
from ..severity import SECOND
from ..sight import Sight, evidence
from ..tables import by_value, dicts, is_in
from ..windows import burst

META = Meta(
    id="print_flood",
    severity=Severity.MEDIUM,
    severity_max=Severity.HIGH,
    attack=("T1491.001", "T1499"),
    reads=("flow",),
    response="spread",
    limits=(
        Limit("jobs_min", 25, "jobs of one machine within the span"),
        Limit("printers_min", 4, "printers that one machine sends to within the span"),
        Limit("span_min", 10, "minutes"),
        Limit("job_bytes_min", 200, "less is a question for the printer's state"),
        Limit("habit_share", 0.5, "of as busy a span on an earlier day makes it a habit"),
    ),
    blind_spots=("Jobs that a print server sends on: the finding then names the print server.",),
    order=35,
)

_SERVICES = ("pjl", "ipp", "lpd", "jetdirect", "raw_print", "postscript", "pcl", "print")
_COLUMNS = (
    "orig_ip", "orig_mac", "resp_ip", "resp_mac", "service", "start", "last", "orig_payload", "capture", "packet",
    "offset",
)  # fmt: skip


def detect(sight: Sight) -> Iterator[Raised]:
    flows = sight.flows
    printers = by_value(flows.column("resp_ip"), lambda ip: _is_printer(sight, ip))
    raw = pc.and_(printers, pc.is_in(flows.column("resp_port"), _raw_ports(flows)))
    mask = pc.and_(pc.or_(is_in(flows.column("service"), _SERVICES), raw), sight.answered)
    mask = pc.and_(mask, pc.greater_equal(flows.column("orig_payload"), int(META.limit("job_bytes_min"))))
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in dicts(flows.filter(mask).sort_by("start"), *_COLUMNS):
        groups[row["orig_ip"]].append(row)
    span = int(META.limit("span_min") * 60) * SECOND
    for ip, rows in groups.items():
        many = burst(((row["start"], n) for n, row in enumerate(rows)), span, int(META.limit("jobs_min")))
        wide = burst(((row["start"], row["resp_ip"]) for row in rows), span, int(META.limit("printers_min")))
        device = sight.who.device(ip, rows[0]["orig_mac"], rows[0]["start"])
        servers = device is not None and device.value("type").endswith("server")
        if wide and servers:
            wide = None  # a print or record server serves all printers every day
        if many and servers and not _unheard_of(rows, many, span):
            many = None
        hit = wide or many
        if hit is None:
            continue
        rows = rows[hit[0] :]
        name = sight.who.name(ip, rows[0]["orig_mac"], rows[0]["start"])
        targets = list(dict.fromkeys(sight.who.name(row["resp_ip"], row["resp_mac"], row["start"]) for row in rows))
        facts: Facts = {
            "variant": "printers" if wide else "jobs",
            "jobs": len(rows),
            "printers": len(targets),
            "targets": words(sight.who.label(target) for target in targets),
            "span_s": max(1.0, (rows[-1]["start"] - rows[0]["start"]) / SECOND),
            "sent_bytes": sum(row["orig_payload"] for row in rows),
            **describe(sight, "printer", rows[0]["resp_ip"], sight.who.device(rows[0]["resp_ip"])),
        }
        # A server that prints much on one printer prints forms; a note comes out of all of them.
        base = Severity.LOW if servers and len(targets) == 1 else META.severity
        yield make(
            sight, META, (name,), base=base, device=device, ip=ip, actor=name, targets=targets,
            others=targets[:8], confidence=0.7, facts=facts, first=rows[0]["start"], last=rows[-1]["last"],
            count=len(rows), evidence=(evidence(row) for row in rows),
        )  # fmt: skip


def _is_printer(sight: Sight, ip: str) -> bool:
    device = sight.who.device(ip)
    return device is not None and device.value("type") == "printer"


def _raw_ports(flows: Any) -> Any:
    import pyarrow as pa

    # IANA: 515 printer (lpd), 631 ipp; 9100 and neighbours are the raw port of most printers.
    return pa.array([515, 631, 9100, 9101, 9102], flows.schema.field("resp_port").type)


def _unheard_of(rows: list[dict[str, Any]], hit: tuple[int, int], span: int) -> bool:
    """Busier than twice the busiest span on any earlier day."""
    start = rows[hit[0]]["start"]
    day = 86_400 * SECOND
    earlier = [row["start"] for row in rows if row["start"] < start - day // 2]
    need = int(META.limit("jobs_min") * META.limit("habit_share"))
    return burst(((time, n) for n, time in enumerate(earlier)), span, max(2, need)) is None
