"""Data leaves inside name questions: very many, very long, never repeated names below one domain.

Without one domain too: to a name server of its own a program need not name any, and one that looks
for its master asks for many made-up domains, of which hardly any exists.

score = 0.4 * min(1, names / 200) + 0.4 * min(1, mean length / 60) + 0.2 * share of odd record types
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from hinomi.columns import Rows
from hinomi.model import Severity

from .. import outside
from ..draft import Facts, make, words
from ..meta import Limit, Meta, Raised
from ..severity import SECOND
from ..sight import Sight, clean_name, dns_addresses, evidence
from ..who import is_infrastructure
from ..windows import burst

META = Meta(
    id="dns_tunnel",
    severity=Severity.HIGH,
    severity_max=Severity.HIGH,
    attack=("T1071.004", "T1572", "T1048", "T1568.002"),
    reads=("exchange",),
    response="outside",
    limits=(
        Limit("names_min", 40, "different names below one domain"),
        Limit("length_min", 28, "mean length of the part in front of the domain"),
        Limit("text_length_min", 8, "the same, where the answers are texts or other odd records"),
        Limit("text_share_min", 0.5, "share of odd records from which on that holds"),
        Limit("seldom_names_min", 24, "names that look made up, no connection following"),
        Limit("seldom_length_min", 8, "mean length of such names"),
        Limit("made_up_min", 0.7, "share of names that mix letters and digits as no word does"),
        Limit("askers_max", 3, "a domain that more machines ask so is a service of everybody"),
        Limit("score_min", 0.5, "of 1; see the arithmetic above"),
        Limit("domains_min", 20, "made-up domains that do not exist, asked for by one machine within the span"),
        Limit("domains_span_min", 60, "minutes"),
        Limit("strange_share_min", 0.6, "share of made-up ones among the domains that do not exist"),
        Limit("vowels_max", 0.27, "share of vowels in a made-up domain; words have more"),
        Limit("repeat_max", 3, "questions for each different name: data is never asked for twice"),
    ),
    blind_spots=(
        "Questions inside encrypted DNS (DoH, DoT).",
        "A tunnel that carries a few names an hour.",
        "Made-up domains that are put together from words.",
    ),
    order=50,
)

ODD_TYPES = frozenset({"TXT", "NULL", "PRIVATE", "CNAME", "MX", "SRV", "KEY"})


_ALONE_MAX = 3  # names below a domain that is one of many
_STRANGE_LENGTH = 7


def score(names: int, mean_length: float, odd_share: float) -> float:
    """See the module's head."""
    return round(0.4 * min(1.0, names / 200) + 0.4 * min(1.0, mean_length / 60) + 0.2 * odd_share, 2)


def detect(sight: Sight) -> Iterator[Raised]:
    asked = sight.said("dns")
    inside = sight.house_domains
    # Only domains with many different names are looked at; the name table is far smaller than the questions.
    below: dict[str, set[str]] = defaultdict(set)
    by_name: dict[str, str] = {}

    def judge(name: str) -> bool:
        clean = clean_name(name)
        if outside.is_inside_name(clean, inside):
            return False
        domain = outside.owner_part(clean)
        by_name[name] = domain
        below[domain].add(clean)
        return True

    foreign = asked.where("object", judge)
    yield from _scattered(sight, foreign, by_name, below)
    least = min(META.limit("names_min"), META.limit("seldom_names_min"))
    busy = {domain for domain, names in below.items() if len(names) >= least}
    if not busy:
        return
    wanted = foreign.where("object", lambda name: by_name.get(name, "") in busy).sorted("time")
    groups: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    columns = (
        "client_ip", "client_mac", "time", "operation", "object", "detail", "request_bytes", "response_bytes",
        "capture", "packet", "offset",
    )  # fmt: skip
    for row in wanted.dicts(*columns):
        groups[(row["client_ip"], by_name[row["object"]])].append(row)
    askers = defaultdict(list)
    for ip, domain in groups:
        askers[domain].append(ip)
    for (ip, domain), rows in groups.items():
        device = sight.who.device(ip, rows[0]["client_mac"], rows[0]["time"])
        if device is not None and is_infrastructure(device) and len(askers[domain]) > 1:
            continue  # a resolver passes on what another host asked
        item = _of_domain(sight, ip, domain, rows)
        if item is None and len(askers[domain]) <= META.limit("askers_max"):
            item = _seldom(sight, ip, domain, rows)
        if item is not None:
            yield item


def _scattered(sight: Sight, foreign: Rows, by_name: dict[str, str], below: dict[str, set[str]]) -> Iterator[Raised]:
    """Names that stand alone in their domain: data for a server asked straight, or a search for a master."""
    alone = {domain for domain, names in below.items() if len(names) <= _ALONE_MAX}
    if len(alone) < META.limit("domains_min"):
        return
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    columns = (
        "client_ip", "client_mac", "server_ip", "time", "operation", "object", "status", "detail", "capture", "packet",
        "offset",
    )  # fmt: skip
    for row in foreign.where("object", lambda name: by_name.get(name, "") in alone).sorted("time").dicts(*columns):
        groups[row["client_ip"]].append(row | {"domain": by_name[row["object"]]})
    served = {row["server_ip"] for rows in groups.values() for row in rows}
    for ip, rows in groups.items():
        device = sight.who.device(ip, rows[0]["client_mac"], rows[0]["time"])
        if ip in served or (device is not None and device.value("type") == "mail_server"):
            continue  # a name server passes on what others ask; a mail server asks for each sender
        item = _straight(sight, ip, rows) or _searching(sight, ip, rows)
        if item is not None:
            yield item


def _straight(sight: Sight, ip: str, rows: list[dict[str, Any]]) -> Raised | None:
    by_server: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_server[row["server_ip"]].append(row)
    for server, asked in by_server.items():
        names = {clean_name(row["object"]) for row in asked}
        mean = sum(map(len, names)) / len(names)
        odd = sum(row["operation"] in ODD_TYPES for row in asked) / len(asked)
        if len(names) < META.limit("names_min") or mean < META.limit("length_min"):
            continue
        if sum(map(_made_up, names)) >= META.limit("made_up_min") * len(names) and odd >= META.limit("text_share_min"):
            return _tell(sight, ip, server, asked, names, "default", score(len(names), mean, odd), odd)
    return None


def _searching(sight: Sight, ip: str, rows: list[dict[str, Any]]) -> Raised | None:
    missing = [row for row in rows if row["status"] == "NXDOMAIN"]
    strange = [row for row in missing if _strange(row["domain"])]
    domains = {row["domain"] for row in strange}
    span = int(META.limit("domains_span_min") * 60) * SECOND
    if len(domains) < META.limit("strange_share_min") * len({row["domain"] for row in missing}):
        return None
    if not burst(((row["time"], row["domain"]) for row in strange), span, int(META.limit("domains_min"))):
        return None
    return _tell(sight, ip, strange[0]["domain"], strange, domains, "searching", 0.5, 0.0)


def _strange(domain: str) -> bool:
    """A registered name that no person would choose: few vowels, or letters and digits in a heap."""
    label = domain.split(".", 1)[0]
    letters = sum(letter.isalpha() for letter in label)
    if len(label) < _STRANGE_LENGTH or label.startswith("xn--"):
        return False
    vowels = sum(letter in "aeiou" for letter in label)
    return vowels <= META.limit("vowels_max") * max(letters, 1) or _made_up(label)


def _of_domain(sight: Sight, ip: str, domain: str, rows: list[dict[str, Any]]) -> Raised | None:
    names = {clean_name(row["object"]) for row in rows}
    lengths = [len(name) - len(domain) - 1 for name in names if len(name) > len(domain)]
    if len(names) < META.limit("names_min") or not lengths or len(rows) > META.limit("repeat_max") * len(names):
        return None
    mean = sum(lengths) / len(lengths)
    odd = sum(row["operation"] in ODD_TYPES for row in rows) / len(rows)
    points = score(len(names), mean, odd)
    text = odd >= META.limit("text_share_min") and mean >= META.limit("text_length_min")
    device = sight.who.device(ip, rows[0]["client_mac"], rows[0]["time"])
    if device is not None and device.value("type") == "mail_server":
        text = False  # asks for a text about each sender
    if not text and (mean < META.limit("length_min") or points < META.limit("score_min")):
        return None
    known = outside.known(next(iter(names)))
    if known is not None and known.ordinary:
        return None
    return _tell(sight, ip, domain, rows, names, "default", points, odd)


def _seldom(sight: Sight, ip: str, domain: str, rows: list[dict[str, Any]]) -> Raised | None:
    """A program that waits for orders asks a new made-up name each time, and wants no more than the answer."""
    names = {clean_name(row["object"]) for row in rows}
    fronts = [name[: -len(domain) - 1] for name in names if len(name) > len(domain)]
    if len(fronts) < META.limit("seldom_names_min") or len(rows) > META.limit("repeat_max") * len(names):
        return None
    mean = sum(len(front) for front in fronts) / len(fronts)
    made_up = sum(_made_up(front) for front in fronts) / len(fronts)
    if mean < META.limit("seldom_length_min") or made_up < META.limit("made_up_min"):
        return None
    known = outside.known(next(iter(names)))
    if known is not None and known.ordinary:
        return None
    answered = {address for row in rows for address in dns_addresses(row["detail"])}
    if answered & sight.called.get(ip, frozenset()):
        return None
    odd = sum(row["operation"] in ODD_TYPES for row in rows) / len(rows)
    return _tell(sight, ip, domain, rows, names, "seldom", score(len(names), mean, odd), odd)


def _made_up(front: str) -> bool:
    """Letters and digits mixed in one part of the name, as no word does; a turned address (RFC 5782) is none."""
    longest = max(front.split("."), key=len)
    digits = sum(letter.isdigit() for letter in longest)
    return len(longest) >= 6 and digits >= 2 and digits < len(longest)


def _tell(
    sight: Sight, ip: str, domain: str, rows: list[dict[str, Any]], names: set[str], variant: str, points: float,
    odd: float,
) -> Raised:  # fmt: skip
    below = [name for name in names if name.endswith("." + domain)]
    lengths = [len(name) - len(domain) - 1 for name in below] or [len(name) for name in names]
    mean = sum(lengths) / len(lengths)
    first, last = rows[0]["time"], rows[-1]["time"]
    name = sight.who.name(ip, rows[0]["client_mac"], first)
    facts: Facts = {
        "variant": variant,
        "destination": domain,
        "different": len(names),
        "mean_length": round(mean, 1),
        "odd_share": round(odd, 2),
        "score": points,
        "span_s": max(1.0, (last - first) / SECOND),
        "sent_bytes": sum(lengths),
        "examples": words((sorted(names, key=len)[-1],), 1),
    }
    return make(
        sight, META, (name, "many" if variant == "searching" else domain),
        device=sight.who.device(ip, rows[0]["client_mac"], first), ip=ip, actor=name,
        causes=[] if variant == "searching" else [f"outside:{domain}"],
        base=META.severity if variant == "default" else Severity.MEDIUM,
        confidence=0.6 + 0.35 * points, facts=facts, first=first, last=last,
        count=len(rows), evidence=(evidence(row) for row in rows),
    )  # fmt: skip
