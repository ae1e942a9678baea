"""The packet behind a claim. Headers for everybody; what it carries only with a reason, audited."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from hinomi.api import shapes
from hinomi.api.deps import TheActor, TheHome
from hinomi.api.layers import headers
from hinomi.api.words import when_or_none
from hinomi.model import EvidenceRef

router = APIRouter(prefix="/api/evidence", tags=["evidence"])

SAID_MAX = 40  # lines of what Hinomi read in one packet
CaptureId = Annotated[str, Path(pattern=r"^[0-9a-zA-Z_.-]{1,64}$")]
PacketNo = Annotated[int, Path(ge=1, le=2**62)]
Offset = Annotated[int, Query(ge=0, le=2**62)]

# What is shown of each record's row, in the order in which people read it.
_SHOWN: dict[str, tuple[str, ...]] = {
    "exchange": ("protocol", "operation", "outcome", "status", "client_name", "server_name", "object", "patient"),
    "clue": ("attribute", "value", "host_ip"),
    "reading": ("kind", "name", "code", "location", "patient"),
    "flow": ("service", "sni", "outcome", "orig_ip", "resp_ip", "resp_port"),
    "note": ("protocol", "name", "text"),
}


@router.get("/{capture}/{packet}")
def packet(home: TheHome, actor: TheActor, capture: CaptureId, packet: PacketNo, offset: Offset) -> shapes.Packet:
    """The packet's layers and header bytes, and what Hinomi read in it."""
    ref = EvidenceRef(capture, packet, offset)
    raw = home.history.packet(ref)
    data, link = raw["data"], int(raw["link_type"])
    head = headers(data, link)
    said, about_patient = _said(home, ref)
    home.state.audit(actor.name, "evidence.headers", f"packet {packet} of {capture}", {"patient": about_patient})
    return shapes.Packet(
        capture=capture,
        packet=packet,
        offset=offset,
        time=when_or_none(raw["time"]),
        length=int(raw["wire_length"]),
        captured=len(data),
        layers=head.layers,
        header_bytes=head.length,
        header_hex=data[: head.length].hex(),
        payload_bytes=len(data) - head.length,
        about_patient=about_patient,
        said=said,
    )


@router.post("/{capture}/{packet}/payload")
def payload(
    home: TheHome, actor: TheActor, capture: CaptureId, packet: PacketNo, offset: Offset, ask: shapes.PayloadAsk
) -> shapes.Payload:
    """The bytes in clear. The reason and the access stay in the audit chain, before anything is shown."""
    ref = EvidenceRef(capture, packet, offset)
    raw = home.history.packet(ref)
    home.state.audit(actor.name, "evidence.payload", f"packet {packet} of {capture}", {"reason": ask.reason.strip()})
    data = raw["data"]
    start = headers(data, int(raw["link_type"])).length
    return shapes.Payload(hex=data[start:].hex(), start=start, length=len(data) - start)


def _said(home: TheHome, ref: EvidenceRef) -> tuple[list[str], bool]:
    """What the records say of this packet, and whether one of them is about a patient."""
    lines: list[str] = []
    about_patient = False
    for record, columns in _SHOWN.items():
        rows: list[dict[str, Any]] = home.history.table(
            record, columns, where="capture = ? AND packet = ?", params=[ref.capture, ref.packet], limit=SAID_MAX
        ).to_pylist()
        for row in rows:
            about_patient = about_patient or bool(row.get("patient")) or record == "reading"
            told = [f"{name}={row[name]}" for name in columns if row[name] not in (None, "")]
            line = f"{record}: " + "  ".join(told)
            if line not in lines:
                lines.append(line)
    return lines[:SAID_MAX], about_patient
