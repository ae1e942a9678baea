"""A clinical device speaks, or tries to speak, with a destination beyond the hospital.

Clinical devices have few peers and nearly all stand inside. What a device asks of the outside is
grouped by whom it asks (the registered part of the name, else the network), so that ten connections
to one cloud are one finding.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from hinomi.model import Device, EvidenceRef, Severity

from .. import outside
from ..contacts import fits
from ..draft import Facts, make, words
from ..meta import Limit, Meta, Raised
from ..remote import REVERSE, TUNNELS
from ..sight import Sight, clean_name, dns_addresses
from ..who import CLINICAL, OUTSIDE, is_infrastructure, is_medical, is_people, parse

META = Meta(
    id="first_contact_outside",
    severity=Severity.MEDIUM,
    severity_max=Severity.HIGH,
    attack=("T1071", "T1041", "T0885"),
    reads=("flow", "exchange"),
    response="outside",
    limits=(
        Limit("destinations_max", 6, "more destinations of one device than this are told as one finding"),
        Limit("rows_max", 20_000, "grouped connections looked at one by one"),
    ),
    blind_spots=(
        "What leaves by a line that the tap does not hear (a modem, a vendor's own mobile router).",
        "What a proxy or a gateway asks on behalf of the device: the finding then names the gateway, or nobody.",
        "A destination inside the address range of a known ordinary one.",
    ),
    order=50,
)

_ICMP_ERRORS = (3, 11, 12)  # RFC 792: the answer to somebody else's packet is no contact


@dataclass(slots=True)
class _Contact:
    """All connections of one device to one destination."""

    device: Device | None
    ip: str
    role: str
    first: int = 0
    last: int = 0
    count: int = 0
    answered: int = 0
    up: int = 0
    down: int = 0
    names: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    services: list[str] = field(default_factory=list)
    evidence: list[EvidenceRef] = field(default_factory=list)
    known: outside.Destination | None = None
    asked_only: bool = False

    def seen(self, first: int, last: int) -> None:
        self.first = min(self.first or first, first)
        self.last = max(self.last, last)


def detect(sight: Sight) -> Iterator[Raised]:
    contacts: dict[tuple[str, str], _Contact] = {}
    _from_flows(sight, contacts)
    _from_questions(sight, contacts)
    by_device: dict[str, list[tuple[str, _Contact]]] = defaultdict(list)
    for (name, site), contact in contacts.items():
        by_device[name].append((site, contact))
    for name, found in by_device.items():
        if len(found) > META.limit("destinations_max"):
            yield _tell(sight, name, "many", _merge([contact for _, contact in found]))
        else:
            for site, contact in found:
                yield _tell(sight, name, site, contact)


def _from_flows(sight: Sight, contacts: dict[tuple[str, str], _Contact]) -> None:
    flows = sight.connections
    mask = (flows.numbers("orig_is") & CLINICAL != 0) & (flows.numbers("resp_is") & OUTSIDE != 0)
    calls = flows.rows(mask).sorted("start").head(int(META.limit("rows_max")))
    roles: dict[tuple[str, int], str] = {}
    columns = (
        "orig_ip", "orig_mac", "resp_ip", "resp_port", "orig_port", "proto", "service", "sni", "outcome", "start",
        "last", "orig_payload", "resp_payload", "capture", "packet", "offset",
    )  # fmt: skip
    for flow, number in zip(calls.dicts(*columns), sight.origins[calls.at].tolist(), strict=True):
        if flow["proto"] in ("icmp", "icmp6") and flow["orig_port"] in _ICMP_ERRORS:
            continue
        if flow["service"] in REVERSE or flow["service"] in TUNNELS:
            continue  # told as a remote session
        device = sight.who.at(number)
        role = roles.get((flow["orig_ip"], number))
        if role is None:
            role = roles[flow["orig_ip"], number] = _role(sight, flow["orig_ip"], device)
        if not role:
            continue
        name = clean_name(flow["sni"] or "") or sight.asked_name(flow["orig_ip"], flow["resp_ip"])
        known = outside.known(name, flow["resp_ip"])
        if known and (known.category == "remote_tool" or _as_known(known, flow["service"], device)):
            continue
        site = outside.owner_part(name) if name and parse(name) is None else _network(flow["resp_ip"])
        key = (device.id if device else flow["orig_ip"], site)
        contact = contacts.setdefault(key, _Contact(device, flow["orig_ip"], role, known=known))
        contact.seen(flow["start"], flow["last"])
        contact.count += 1
        contact.answered += flow["outcome"] in ("answered", "half_heard")
        contact.up += flow["orig_payload"]
        contact.down += flow["resp_payload"]
        contact.names.append(name)
        contact.addresses.append(flow["resp_ip"])
        contact.services.append(flow["service"] or f"{flow['proto']}/{flow['resp_port']}")
        contact.evidence.append(EvidenceRef(flow["capture"], flow["packet"], flow["offset"]))


def _from_questions(sight: Sight, contacts: dict[tuple[str, str], _Contact]) -> None:
    """Names asked for and then not followed by a connection that the tap heard."""
    inside = sight.house_domains
    asked_outside = (
        sight.said("dns")
        .where("client_ip", lambda ip: sight.who.traits(ip) & CLINICAL)
        .where("object", lambda name: not outside.is_inside_name(name, inside) and outside.known(name) is None)
        .head(int(META.limit("rows_max")))
    )
    columns = ("client_ip", "client_mac", "time", "object", "detail", "capture", "packet", "offset")
    for ip, mac, time, asked, detail, capture, packet, offset in asked_outside.tuples(*columns):
        device = sight.who.device(ip, mac, time)
        role = _role(sight, ip, device)
        if not role or any(not sight.who.outside(address) for address in dns_addresses(detail)):
            continue
        name = clean_name(asked)
        key = (device.id if device else ip, outside.owner_part(name))
        contact = contacts.setdefault(key, _Contact(device, ip, role, asked_only=True))
        contact.seen(time, time)
        contact.names.append(name)
        contact.evidence.append(EvidenceRef(capture, packet, offset))
        if contact.asked_only:
            contact.count += 1
            contact.services.append("dns")


def _role(sight: Sight, ip: str, device: Device | None) -> str:
    """medical, thing or unknown; '' where the outside is this host's ordinary business.

    Servers that are no medical devices fetch masters and updates all day: they are watched by what
    they send (`exfiltration`) and by rhythm, not by their first contact.
    """
    if device is not None and (device.outside or is_people(device) or is_infrastructure(device)):
        return ""
    if device is not None and is_medical(device):
        return "medical"
    if sight.who.kind(ip, device) == "server" or (device is not None and device.value("type").endswith("server")):
        return ""
    if device is not None and device.value("type") not in ("", "unknown"):
        return "thing"
    return "unknown"


def _as_known(known: outside.Destination, service: str | None, device: Device | None) -> bool:
    """As the profile of the destination says: by this service, from a device of this kind."""
    if not known.ordinary or not fits(known, device.value("type") if device else ""):
        return False
    return not known.services or (service or "") in known.services


def _network(ip: str) -> str:
    parsed = parse(ip)
    if parsed is None or parsed.version == 6:
        return ":".join(ip.split(":")[:3])
    return ip.rsplit(".", 1)[0] + ".0/24"


def _merge(contacts: list[_Contact]) -> _Contact:
    whole = _Contact(contacts[0].device, contacts[0].ip, contacts[0].role)
    whole.asked_only = all(contact.asked_only for contact in contacts)
    for contact in sorted(contacts, key=lambda contact: contact.first):
        whole.seen(contact.first, contact.last)
        whole.count += contact.count
        whole.answered += contact.answered
        whole.up += contact.up
        whole.down += contact.down
        whole.names += contact.names
        whole.addresses += contact.addresses
        whole.services += contact.services
        whole.evidence += contact.evidence[:3]
    return whole


def _tell(sight: Sight, name: str, site: str, contact: _Contact) -> Raised:
    names = words(contact.names)
    addresses = words(contact.addresses)
    if contact.asked_only:
        variant, confidence, base, top = "asked", 0.5, Severity.INFO, Severity.LOW
    elif contact.answered:
        variant, confidence, base, top = "answered", 0.95, META.severity, META.severity_max
    else:
        variant, confidence, base, top = "attempted", 0.9, META.severity, META.severity_max
    if contact.role == "thing":
        base = top = min(base, Severity.LOW, key=_rank)
    elif contact.role == "unknown":
        kind = sight.who.kind(contact.ip, contact.device)
        top = Severity.MEDIUM if kind in ("theatre", "icu") and not contact.asked_only else Severity.LOW
        base = min(base, top, key=_rank)
        confidence -= 0.2
    elif not contact.asked_only and set(contact.services) == {"ntp"}:
        base, top = Severity.LOW, Severity.LOW
    facts: Facts = {
        "variant": variant,
        "destination": names[0] if names else (addresses[0] if addresses else site),
        "names": names or ["—"],
        "addresses": addresses or ["—"],
        "services": words(contact.services),
        "category": contact.known.category if contact.known else "unknown",
        "owner": contact.known.owner if contact.known else "—",
        "sent_bytes": contact.up,
        "received_bytes": contact.down,
    }
    return make(
        sight, META, (name, site), device=contact.device, ip=contact.ip, actor=name, base=base, top=top,
        causes=[f"outside:{site}"] if site != "many" else [], confidence=confidence, facts=facts,
        first=contact.first, last=contact.last, count=contact.count, evidence=contact.evidence,
    )  # fmt: skip


def _rank(severity: Severity) -> int:
    return list(Severity).index(severity)
