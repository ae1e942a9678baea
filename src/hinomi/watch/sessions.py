"""Remote sessions as they were heard: who came, to which device, by what, when, how much.

One `Session` is all that one origin did with one device in one way; its `spans` are the single
connections, so that each can be held against the register by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from hinomi.model import Device, EvidenceRef

from . import outside
from .remote import HINTS, REVERSE, SCREENS, TUNNELS
from .sight import Sight, clean_name, read_detail
from .tables import by_value, is_in, rows
from .who import CLINICAL, GROUP, GUEST, OUTSIDE

HINT_BYTES_MIN = 64  # each way before a port alone is taken as a hint
VISIT_GAP_NS = 15 * 60 * 1_000_000_000  # connections nearer than this are one visit


@dataclass(frozen=True, slots=True)
class Span:
    """One connection."""

    start: int
    last: int
    service: str
    name: str
    hint: bool
    sent: int  # from the operator's side
    received: int
    evidence: EvidenceRef


@dataclass(slots=True)
class Session:
    """All connections of one kind between one origin and one reached device."""

    client: Device | None
    client_ip: str
    server: Device | None  # the clinical end
    server_ip: str
    kind: str  # screen, tunnel or reverse
    spans: list[Span] = field(default_factory=list)

    def part(self, spans: Iterable[Span]) -> Session:
        """The same ends with these connections only."""
        return Session(self.client, self.client_ip, self.server, self.server_ip, self.kind, list(spans))

    @property
    def hint(self) -> bool:
        """Only port numbers say what it is."""
        return all(span.hint for span in self.spans)

    @property
    def first(self) -> int:
        return min(span.start for span in self.spans)

    @property
    def last(self) -> int:
        return max(span.last for span in self.spans)

    @property
    def count(self) -> int:
        return len(self.spans)

    @property
    def longest(self) -> int:
        return max(span.last - span.start for span in self.spans)

    @property
    def sent(self) -> int:
        return sum(span.sent for span in self.spans)

    @property
    def received(self) -> int:
        return sum(span.received for span in self.spans)

    @property
    def services(self) -> list[str]:
        return [span.service for span in self.spans]

    @property
    def names(self) -> list[str]:
        return [span.name for span in self.spans]

    @property
    def evidence(self) -> list[EvidenceRef]:
        return [span.evidence for span in self.spans]


def visits(session: Session) -> Iterator[Session]:
    """Its connections in order of time, those close together as one visit."""
    held: list[Span] = []
    until = 0
    for span in sorted(session.spans, key=lambda span: (span.start, span.last)):
        if held and span.start - until > VISIT_GAP_NS:
            yield session.part(held)
            held = []
        held.append(span)
        until = max(until, span.last) if len(held) > 1 else span.last
    if held:
        yield session.part(held)


_WRAPS = ("esp", "gre")  # IP protocols that only carry others
_COLUMNS = (
    "orig_ip", "orig_mac", "resp_ip", "resp_mac", "resp_port", "proto", "service", "sni", "start", "last",
    "orig_payload", "resp_payload", "capture", "packet", "offset", "flow_id",
)  # fmt: skip


def sessions(sight: Sight) -> dict[tuple[str, str, str], Session]:
    """(client, reached device, kind) → its sessions, the ordinary ones too."""
    found: dict[tuple[str, str, str], Session] = {}
    for flow in _inward(sight):
        _add(sight, found, flow, reverse=False)
    for flow in _outward(sight):
        _add(sight, found, flow, reverse=True)
    return found


def _inward(sight: Sight) -> Iterator[dict[str, Any]]:
    flows = sight.flows
    # Of the rest of the house only what comes from outside is looked at here.
    border = pc.and_(sight.having("orig", OUTSIDE), sight.not_having("resp", OUTSIDE | GROUP))
    clinical = pc.or_(sight.having("resp", CLINICAL), border)
    spoken = pc.or_(is_in(flows.column("service"), SCREENS | TUNNELS | REVERSE), is_in(flows.column("proto"), _WRAPS))
    hinted = pc.and_(pc.is_null(flows.column("service")), pc.is_in(flows.column("resp_port"), _ports(flows)))
    hinted = pc.and_(hinted, is_in(flows.column("proto"), ("tcp",)))
    least = HINT_BYTES_MIN
    talked = pc.and_(
        pc.greater_equal(flows.column("orig_payload"), least), pc.greater_equal(flows.column("resp_payload"), least)
    )
    heard = is_in(flows.column("outcome"), ("answered", "half_heard"))
    mask = pc.and_(pc.and_(clinical, heard), pc.or_(spoken, pc.and_(hinted, talked)))
    for row in rows(flows.filter(mask), *_COLUMNS):
        yield dict(zip(_COLUMNS, row, strict=True))


def _ports(flows: Any) -> Any:
    return pa.array(sorted(HINTS), flows.schema.field("resp_port").type)


def _outward(sight: Sight) -> Iterator[dict[str, Any]]:
    """Remote tools that the reached device dials out with, and tunnels it opens itself."""
    flows = sight.flows
    shown = _shown(sight)
    tools = by_value(flows.column("sni"), _is_tool)
    if shown:
        numbers = pa.array(sorted({flow for _, flow in shown}), flows.schema.field("flow_id").type)
        tools = pc.or_(tools, pc.is_in(flows.column("flow_id"), numbers))
    mask = pc.and_(
        pc.and_(sight.having("orig", CLINICAL), sight.having("resp", OUTSIDE)),
        is_in(flows.column("outcome"), ("answered", "half_heard")),
    )
    spoken = pc.or_(is_in(flows.column("service"), REVERSE | TUNNELS), is_in(flows.column("proto"), _WRAPS))
    clinical = pc.and_(mask, pc.or_(spoken, tools))
    # Elsewhere in the house only what is known as a remote tool counts: tunnels there end on boxes made for them.
    rest = pc.and_(sight.not_having("orig", CLINICAL | GUEST | GROUP | OUTSIDE), sight.having("resp", OUTSIDE))
    rest = pc.and_(rest, is_in(flows.column("outcome"), ("answered", "half_heard")))
    rest = pc.and_(rest, pc.or_(tools, is_in(flows.column("service"), REVERSE)))
    for row in rows(flows.filter(pc.or_(clinical, rest)), *_COLUMNS):
        flow = dict(zip(_COLUMNS, row, strict=True))
        flow["sni"] = flow["sni"] or shown.get((str(flow["capture"]), int(flow["flow_id"])))
        spoken_as = flow["service"] in REVERSE | TUNNELS or flow["proto"] in _WRAPS
        if spoken_as or _is_tool(clean_name(flow["sni"] or "")):
            yield flow


def _shown(sight: Sight) -> dict[tuple[str, int], str]:
    """(capture, flow) → name of a remote tool that its certificate bears: some are called by number."""
    told = sight.said("tls").where("detail", lambda detail: _is_tool(_common_name(detail)))
    return {
        (str(capture), int(flow)): _common_name(detail)
        for capture, flow, detail in told.tuples("capture", "flow_id", "detail")
    }


def _common_name(detail: str) -> str:
    found = re.search(r"(?:^|, )CN=([^,]+)", read_detail(detail).get("subject", "")) if '"subject"' in detail else None
    return found[1].strip().lower() if found else ""


def _is_tool(name: str) -> bool:
    known = outside.known(name)
    return known is not None and known.category == "remote_tool"


def _add(sight: Sight, sessions: dict[tuple[str, str, str], Session], flow: dict[str, Any], reverse: bool) -> None:
    near = sight.who.device(flow["orig_ip"], flow["orig_mac"], flow["start"])
    far = sight.who.device(flow["resp_ip"], flow["resp_mac"], flow["start"])
    client, server = (far, near) if reverse else (near, far)
    client_ip, server_ip = (flow["resp_ip"], flow["orig_ip"]) if reverse else (flow["orig_ip"], flow["resp_ip"])
    service = flow["proto"] if flow["proto"] in _WRAPS else flow["service"] or ""
    name = clean_name(flow["sni"] or "")
    hint = False
    if service not in SCREENS | TUNNELS | REVERSE:
        known = outside.known(name)
        if known and known.category == "remote_tool":
            service = known.id
        else:
            service, hint = HINTS[flow["resp_port"]], True
    kind = "reverse" if reverse else "tunnel" if service in TUNNELS else "screen"
    key = (client.id if client else client_ip, server.id if server else server_ip, kind)
    session = sessions.get(key)
    if session is None:
        session = sessions[key] = Session(client, client_ip, server, server_ip, kind)
    session.spans.append(
        Span(
            start=flow["start"], last=flow["last"], service=service, name=name, hint=hint, sent=flow["orig_payload"],
            received=flow["resp_payload"], evidence=EvidenceRef(flow["capture"], flow["packet"], flow["offset"]),
        )
    )  # fmt: skip
