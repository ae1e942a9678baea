"""Findings in the API's shapes; the sentences come from the watch."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from hinomi import watch
from hinomi.api import shapes
from hinomi.api.shapes import Words
from hinomi.api.words import when, when_or_none
from hinomi.watch import knowledge

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hinomi.api.look import Look
    from hinomi.model import EvidenceRef
    from hinomi.store.state.shapes import Finding, FindingEvent

IN_USE: dict[bool | None, shapes.InUse] = {True: "yes", False: "no", None: "unknown"}


def texts(finding: Finding, zone: str = "Asia/Tokyo") -> shapes.FindingTexts:
    ja, en = watch.render(finding, "ja", zone), watch.render(finding, "en", zone)

    def pairs(left: list[str], right: list[str]) -> list[Words]:
        return [Words(ja=a, en=b) for a, b in zip(left, right, strict=True)]

    return shapes.FindingTexts(
        title=Words(ja=ja.title, en=en.title),
        seen=Words(ja=ja.seen, en=en.seen),
        why=Words(ja=ja.why, en=en.why),
        innocent=pairs(ja.innocent, en.innocent),
        first_steps=pairs(ja.first_steps, en.first_steps),
        sure=Words(ja=ja.how_sure, en=en.how_sure),
        needs=pairs(ja.needs, en.needs),
    )


@cache
def kind_words(detection: str) -> Words:
    """The title of a detection with its particulars left open."""

    def title(lang: str) -> str:
        told = knowledge.load(f"detections/{detection}.toml")[lang]["title"]
        text = told if isinstance(told, str) else told["default"]
        return re.sub(r"\{\w+\}", "…", text)

    return Words(ja=title("ja"), en=title("en"))


def row(look: Look, finding: Finding) -> shapes.FindingRow:
    said = look.texts(finding, texts)
    return shapes.FindingRow(
        id=finding.id,
        detection=finding.detection,
        title=said.title,
        seen=said.seen,
        severity=finding.severity,
        status=finding.status,
        confidence=finding.confidence,
        sure=said.sure,
        devices=look.refs(finding.devices),
        in_use=IN_USE[finding.in_use],
        story=finding.story,
        first=when(finding.first),
        last=when(finding.last),
        count=finding.count,
    )


def rows(look: Look, findings: Iterable[Finding]) -> list[shapes.FindingRow]:
    return [row(look, finding) for finding in findings]


def evidence(ref: EvidenceRef | None) -> shapes.Evidence | None:
    """None where there is no packet to show."""
    if ref is None or not ref.packet or not ref.capture:
        return None
    return shapes.Evidence(capture=ref.capture, packet=ref.packet, offset=ref.offset)


SIMILAR_MAX = 50


def similar(look: Look, finding: Finding) -> list[Finding]:
    """Others that wait for a person and say the same of another device: one answer may do for all."""
    return [
        other
        for other in look.waiting
        if other.id != finding.id
        and other.detection == finding.detection
        and other.facts.get("variant") == finding.facts.get("variant")
        and other.facts.get("register") == finding.facts.get("register")
    ][:SIMILAR_MAX]


def whole(look: Look, finding: Finding, events: Iterable[FindingEvent], story: Iterable[Finding]) -> shapes.Finding:
    return shapes.Finding(
        id=finding.id,
        detection=finding.detection,
        severity=finding.severity,
        status=finding.status,
        confidence=finding.confidence,
        texts=look.texts(finding, texts),
        devices=look.refs(finding.devices),
        in_use=IN_USE[finding.in_use],
        story=finding.story,
        story_findings=[row(look, other) for other in story if other.id != finding.id],
        similar=rows(look, similar(look, finding)),
        first=when(finding.first),
        last=when(finding.last),
        count=finding.count,
        evidence=[shown for ref in finding.evidence if (shown := evidence(ref))],
        decided_by=finding.decided_by,
        decided_at=when_or_none(finding.decided_at),
        reason=finding.reason,
        until=when_or_none(finding.until),
        events=[
            shapes.FindingEvent(
                at=when(event.at),
                kind=event.kind,
                by=event.by,
                before=event.before,
                after=event.after,
                reason=event.reason,
                until=when_or_none(event.until),
            )
            for event in events
        ],
    )
