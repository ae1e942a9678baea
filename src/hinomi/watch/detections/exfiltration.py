"""Much leaves the hospital: more than such a machine sends, and more than this one is used to.

A class knows from the first minute how much its members send outside in a day; a machine that has
sent as much to the same place on earlier days is used to it and does not ring.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pyarrow.compute as pc

from hinomi.model import Device, Severity

from .. import outside
from ..draft import Facts, make, words
from ..meta import Limit, Meta, Raised
from ..sight import Sight, clean_name, evidence
from ..tables import dicts
from ..who import CLINICAL, GROUP, GUEST, OUTSIDE, PARTNER, is_medical, is_people, parse

META = Meta(
    id="exfiltration",
    severity=Severity.MEDIUM,
    severity_max=Severity.HIGH,
    attack=("T1041", "T1048", "T1567", "T1030"),
    reads=("flow",),
    response="outside",
    limits=(
        Limit("medical_mb", 5, "a medical device sends this to one place within a day"),
        Limit("server_mb", 20, "a server that is no mail or web server"),
        Limit("people_mb", 500, "a person's computer: uploads and video calls are everyday work"),
        Limit("people_transfer_mb", 20, "the same, as a file transfer to an address without a name"),
        Limit("other_mb", 20, "anything else"),
        Limit(
            "unusual_way_mb", 1, "for servers and medical devices: to an address without a name, or by a file transfer"
        ),
        Limit("pieces_mb", 100, "a server or a device to five places and more, little to each"),
        Limit("pieces_min", 5, "such places"),
        Limit("pulled_mb", 50, "somebody outside takes this from a machine that is no server for the outside"),
        Limit("pulled_partner_mb", 500, "the same by a partner's or a vendor's line, as files or over a shell"),
        Limit("against_received_min", 3, "times as much sent as received: who reads a page receives"),
        Limit("habit_share", 0.5, "of the amount on an earlier day makes it a habit"),
    ),
    blind_spots=(
        "Data that leaves through a proxy or a mail server of the house.",
        "A first habit that was made by an intruder, slowly and over days.",
        "A vendor's service that is known and receives more than agreed.",
    ),
    order=55,
)

_MB = 1_000_000
_DAY = 86_400_000_000_000
_FREE = frozenset({"mail_server", "web_server", "regional_gateway", "ons_router", "vpn_gateway", "firewall", "router"})
_COLUMNS = (
    "orig_ip", "orig_mac", "resp_ip", "sni", "service", "start", "last", "orig_payload", "resp_payload", "capture",
    "packet", "offset", "orig_is",
)  # fmt: skip


def detect(sight: Sight) -> Iterator[Raised]:
    yield from _sent(sight)
    yield from _pulled(sight)


def _sent(sight: Sight) -> Iterator[Raised]:
    flows = sight.flows
    mask = pc.and_(sight.having("resp", OUTSIDE), sight.not_having("orig", OUTSIDE | GROUP | GUEST))
    table = flows.filter(mask)
    grouped = table.group_by(["orig_ip", "resp_ip"]).aggregate([("orig_payload", "sum")])
    least = min(limit.value for limit in META.limits if limit.name.endswith("_mb")) * _MB
    # Pieces to several addresses of one place are summed below, so look also at smaller ones.
    senders = {
        row["orig_ip"]
        for row in dicts(
            grouped.group_by("orig_ip").aggregate([("orig_payload_sum", "sum")]), "orig_ip", "orig_payload_sum_sum"
        )
        if row["orig_payload_sum_sum"] >= least
    }
    if not senders:
        return
    import pyarrow as pa

    table = table.filter(pc.is_in(table.column("orig_ip"), pa.array(sorted(senders)))).sort_by("start")
    groups: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in dicts(table, *_COLUMNS):
        name = clean_name(row["sni"] or "") or sight.asked_name(row["orig_ip"], row["resp_ip"])
        if parse(name.rpartition(":")[0] or name) is not None:
            name = ""  # an address in a name's place
        row["name"] = name
        groups[(row["orig_ip"], outside.owner_part(name) if name else row["resp_ip"])].append(row)
    told = set()
    by_sender: dict[str, list[tuple[str, list[dict[str, Any]]]]] = defaultdict(list)
    for (ip, site), rows in groups.items():
        by_sender[ip].append((site, rows))
        for item in _of_place(sight, ip, site, rows):
            told.add(ip)
            yield item
    for ip, places in by_sender.items():
        if ip not in told:
            yield from _in_pieces(sight, ip, places)


def _in_pieces(sight: Sight, ip: str, places: list[tuple[str, list[dict[str, Any]]]]) -> Iterator[Raised]:
    """Little to each of many places that are not known, much in all."""
    head = places[0][1][0]
    device = sight.who.device(ip, head["orig_mac"], head["start"])
    if device is None or device.outside or is_people(device) or _class_limit(device) is None:
        return
    days: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for _, rows in places:
        known = outside.known(rows[0]["name"], rows[0]["resp_ip"])
        sent, received = sum(row["orig_payload"] for row in rows), sum(row["resp_payload"] for row in rows)
        if (known is None or not known.ordinary) and sent >= META.limit("against_received_min") * received:
            for row in rows:
                days[row["start"] // _DAY].append(row)
    amount = {day: sum(row["orig_payload"] for row in group) for day, group in days.items()}
    for day in sorted(days):
        group = sorted(days[day], key=lambda row: row["start"])
        habit = max((value for other, value in amount.items() if other < day), default=0)
        sites = {row["name"] or row["resp_ip"] for row in group}
        if (
            amount[day] >= META.limit("pieces_mb") * _MB
            and len(sites) >= META.limit("pieces_min")
            and habit < META.limit("habit_share") * amount[day]
        ):
            yield _tell(sight, "pieces", ip, "pieces", device, group, META.limit("pieces_mb"), habit, META.severity)
            return


def _pulled(sight: Sight) -> Iterator[Raised]:
    """Somebody beyond the hospital, or on a partner's line, takes much out of a machine inside."""
    flows = sight.flows
    mask = pc.and_(sight.having("orig", OUTSIDE | PARTNER), sight.not_having("resp", OUTSIDE | GROUP | GUEST | PARTNER))
    mask = pc.and_(mask, pc.greater(flows.column("resp_payload"), _MB))
    columns = (*_COLUMNS, "resp_mac", "resp_port")
    groups: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in dicts(flows.filter(mask).sort_by("start"), *columns):
        beyond = bool(row["orig_is"] & OUTSIDE)
        if beyond or row["service"] in _TRANSFERS or row["service"] is None:
            groups[(row["orig_ip"], row["resp_ip"])].append(row)
    for (client, ip), rows in groups.items():
        head = rows[0]
        device = sight.who.device(ip, head["resp_mac"], head["start"])
        if device is not None and device.value("type") in _FREE:
            continue
        limit = META.limit("pulled_mb" if head["orig_is"] & OUTSIDE else "pulled_partner_mb")
        days: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for row in rows:  # what the hospital sends stands on the answering side here
            sides = {"orig_payload": row["resp_payload"], "resp_payload": row["orig_payload"], "name": ""}
            days[row["start"] // _DAY].append(row | sides | {"orig_ip": ip, "resp_ip": client})
        amount = {day: sum(row["orig_payload"] for row in group) for day, group in days.items()}
        for day in sorted(days):
            habit = max((value for other, value in amount.items() if other < day), default=0)
            received = sum(row["resp_payload"] for row in days[day])
            if (
                amount[day] >= limit * _MB
                and amount[day] >= META.limit("against_received_min") * received
                and habit < META.limit("habit_share") * amount[day]
            ):
                actor = sight.who.name(client, head["orig_mac"], head["start"])
                yield _tell(sight, "pulled", ip, client, device, days[day], limit, habit, META.severity, actor)
                break


_TRANSFERS = frozenset({"ssh", "ftp", "smb", "rsync", "tftp"})


def _limit(device: Device | None, rows: list[dict[str, Any]]) -> float | None:
    bare = not any(row["name"] for row in rows)
    transfer = any(row["service"] in _TRANSFERS for row in rows)
    usual = _class_limit(device)
    if usual is None or not (bare or transfer) or device is None:
        return usual
    if _person(device) and not (transfer and bare and rows[0]["orig_is"] & CLINICAL):
        return META.limit("people_transfer_mb") if transfer and bare else usual
    return min(usual, META.limit("unusual_way_mb"))


def _person(device: Device) -> bool:
    """A computer at which somebody works; a telephone sends no files."""
    return is_people(device) and device.value("type") not in ("ip_phone", "voice_assistant")


def _class_limit(device: Device | None) -> float | None:
    if device is not None and device.value("type") in _FREE:
        return None
    if device is not None and is_medical(device):
        return META.limit("medical_mb")
    if device is not None and _person(device):
        return META.limit("people_mb")
    if device is not None and device.value("type").endswith("server"):
        return META.limit("server_mb")
    return META.limit("other_mb")


def _of_place(sight: Sight, ip: str, site: str, rows: list[dict[str, Any]]) -> Iterator[Raised]:
    device = sight.who.device(ip, rows[0]["orig_mac"], rows[0]["start"])
    limit = _limit(device, rows)
    if device is not None and limit is not None:
        said = sight.usual.word(device.id, "outside", site)
        if said is not None and not said.usual:
            limit = min(limit, META.limit("unusual_way_mb"))
    if limit is None or (device is not None and device.outside):
        return
    days: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        days[row["start"] // _DAY].append(row)
    sent = {day: sum(row["orig_payload"] for row in group) for day, group in days.items()}
    for day in sorted(days):
        group, amount = days[day], sent[day]
        received = sum(row["resp_payload"] for row in group)
        if amount < limit * _MB or amount < META.limit("against_received_min") * received:
            continue
        habit = max((value for other, value in sent.items() if other < day), default=0)
        # Live, older days stand in the conversations only.
        habit = max(habit, sight.usual.sent_before(device.id, site, day * _DAY)) if device is not None else habit
        word = sight.usual.word(device.id, "outside", site) if device is not None else None
        if word.usual if word is not None else habit >= META.limit("habit_share") * amount:
            continue
        names = words(row["name"] for row in group)
        known = outside.known(names[0] if names else "", group[0]["resp_ip"])
        if known is not None and known.ordinary:
            continue
        base = META.severity
        if device is not None and device.value("type").endswith("server"):
            base = Severity.HIGH
        yield _tell(sight, "default", ip, site, device, group, limit, habit, base)
        return


def _tell(
    sight: Sight, variant: str, ip: str, site: str, device: Device | None, group: list[dict[str, Any]], limit: float,
    habit: int, base: Severity, actor: str = "",
) -> Raised:  # fmt: skip
    names = words(row["name"] for row in group)
    name = device.id if device else sight.who.name(ip, group[0]["orig_mac"], group[0]["start"])
    facts: Facts = {
        "variant": variant,
        "destination": names[0] if names else group[0]["resp_ip"],
        "addresses": words(row["resp_ip"] for row in group),
        "places": len({row["name"] or row["resp_ip"] for row in group}),
        "sent_bytes": sum(row["orig_payload"] for row in group),
        "received_bytes": sum(row["resp_payload"] for row in group),
        "usual_bytes": int(limit * _MB),
        "habit_bytes": habit,
        "services": words(row["service"] or "?" for row in group),
    }
    largest = sorted(group, key=lambda row: -row["orig_payload"])
    return make(
        sight, META, (name, site), device=device, ip=ip, actor=actor or name, targets=[name] if actor else [],
        causes=[f"outside:{site}"] if variant == "default" else [], base=base, confidence=0.8, facts=facts,
        first=group[0]["start"], last=max(row["last"] for row in group), count=len(group),
        evidence=(evidence(row) for row in largest),
    )  # fmt: skip
