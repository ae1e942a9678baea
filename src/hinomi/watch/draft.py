"""How a detection says what it saw: the facts that every text may use, and severity in its context."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from hinomi.model import Device, EvidenceRef, FindingDraft, Severity

from . import knowledge
from .meta import Meta, Raised
from .severity import lift
from .sight import Sight

EVIDENCE_MAX = 20
Facts = dict[str, str | int | float | list[str]]


def describe(sight: Sight, prefix: str, ip: str, device: Device | None) -> Facts:
    """Facts about one end: `<prefix>`, `<prefix>_ip`, `<prefix>_type`, `<prefix>_zone_ja|en`, `<prefix>_zone_kind`."""
    kind = sight.who.kind(ip, device)
    zone = sight.who.zone(ip, device) if kind != "external" else None
    word = knowledge.kinds().get(kind)
    return {
        prefix: device.label if device else ip,
        f"{prefix}_ip": ip,
        f"{prefix}_type": (device.value("type") if device else "") or "unknown",
        f"{prefix}_zone_kind": kind,
        f"{prefix}_zone_ja": zone.name_ja if zone else (word.ja if word else kind),
        f"{prefix}_zone_en": zone.name_en if zone else (word.en if word else kind),
    }


def make(
    sight: Sight,
    meta: Meta,
    key: Sequence[str],
    *,
    device: Device | None,
    ip: str,
    actor: str,
    targets: Iterable[str] = (),
    others: Iterable[str] = (),
    causes: Iterable[str] = (),
    base: Severity | None = None,
    top: Severity | None = None,
    confidence: float,
    facts: Facts,
    first: int,
    last: int,
    count: int,
    evidence: Iterable[EvidenceRef],
) -> Raised:
    """A draft about `device` (the one to act on first), with what all texts may ask for filled in."""
    in_use = sight.in_use(device, last)
    if device is not None and device.outside:
        in_use = False
    named = [device.id] if device else []
    named += [name for name in others if name in sight.who.devices and name not in named]
    draft = FindingDraft(
        detection=meta.id,
        key="|".join((meta.id, *key)),
        severity=lift(base or meta.severity, top or meta.severity_max, device, in_use),
        confidence=round(min(confidence, 0.99), 2),
        devices=named,
        facts={**describe(sight, "device", ip, device), "first_at": first, "last_at": last, "count": count, **facts},
        first=first,
        last=last,
        count=count,
        evidence=pick(evidence),
        in_use=in_use,
    )
    return Raised(draft, actor, targets=[name for name in targets if name], causes=list(causes))


def pick(refs: Iterable[EvidenceRef]) -> list[EvidenceRef]:
    """The first distinct packets, those that exist only, at most `EVIDENCE_MAX`."""
    seen: dict[EvidenceRef, None] = {}
    for ref in refs:
        if ref.packet:
            seen.setdefault(ref)
        if len(seen) >= EVIDENCE_MAX:
            break
    return list(seen)


def words(values: Iterable[Any], most: int = 8) -> list[str]:
    """Distinct values as text, in the order given, at most `most` and then an ellipsis."""
    distinct = list(dict.fromkeys(str(value) for value in values if value))
    return distinct if len(distinct) <= most else [*distinct[:most], "…"]
