"""Findings in the shapes of others: OCSF detection finding, CEF line, STIX 2.1 bundle.

Pure mapping; who sends them where is no matter of the watch. Nothing here holds patient data: facts
carry pseudonyms only, as everywhere.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

from hinomi.model import Severity

from .runner import registry
from .text import Tells, render

# https://schema.ocsf.io/1.3.0/classes/detection_finding (class 2004, category 2)
OCSF_VERSION = "1.3.0"
_OCSF_SEVERITY = {
    Severity.INFO: 1, Severity.LOW: 2, Severity.MEDIUM: 3, Severity.HIGH: 4, Severity.CRITICAL: 5,
}  # fmt: skip
# ArcSight CEF implementation standard, v26: severity 0 to 10
_CEF_SEVERITY = {
    Severity.INFO: 1, Severity.LOW: 3, Severity.MEDIUM: 6, Severity.HIGH: 8, Severity.CRITICAL: 10,
}  # fmt: skip
_NAMESPACE = uuid.UUID("6f1f3f0c-4d0a-5f7e-9a57-9d9f2f0b7c11")  # of the ids made here


class Told(Tells, Protocol):
    """A finding draft, or a stored finding."""

    @property
    def key(self) -> str: ...
    @property
    def severity(self) -> Severity: ...
    @property
    def devices(self) -> Sequence[str]: ...
    @property
    def first(self) -> int: ...
    @property
    def last(self) -> int: ...
    @property
    def count(self) -> int: ...
    @property
    def story(self) -> str: ...


def _uid(*parts: str) -> str:
    return str(uuid.uuid5(_NAMESPACE, "|".join(parts)))


def ocsf(finding: Told, lang: str = "en", product_version: str = "") -> dict[str, Any]:
    """One event of the class Detection Finding."""
    text = render(finding, lang)
    meta = registry()[finding.detection].meta
    return {
        "class_uid": 2004,
        "class_name": "Detection Finding",
        "category_uid": 2,
        "category_name": "Findings",
        "activity_id": 1,
        "type_uid": 200401,
        "time": finding.last // 1_000_000,
        "start_time": finding.first // 1_000_000,
        "end_time": finding.last // 1_000_000,
        "count": finding.count,
        "severity_id": _OCSF_SEVERITY[Severity(finding.severity)],
        "confidence_score": round(finding.confidence * 100),
        "status_id": 1,
        "message": text.title,
        "metadata": {
            "version": OCSF_VERSION,
            "product": {"name": "Hinomi", "vendor_name": "Hinomi", "version": product_version},
            "correlation_uid": finding.story,
        },
        "finding_info": {
            "uid": _uid(finding.key),
            "title": text.title,
            "desc": text.seen,
            "types": [finding.detection],
            "attacks": [{"technique": {"uid": technique}} for technique in meta.attack],
        },
        "resources": [{"uid": name, "type": "device"} for name in finding.devices],
        "remediation": {"desc": " ".join(text.first_steps)},
        "unmapped": {"in_use": {True: "yes", False: "no", None: "unknown"}[finding.in_use]},
    }


def _cef_head(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ").replace("\r", " ")


def _cef_value(text: str) -> str:
    return text.replace("\\", "\\\\").replace("=", "\\=").replace("\r", " ").replace("\n", "\\n")


def cef(finding: Told, lang: str = "en", product_version: str = "0") -> str:
    """One line of the Common Event Format, without the syslog header."""
    text = render(finding, lang)
    fields = {
        "externalId": _uid(finding.key),
        "start": str(finding.first // 1_000_000),
        "end": str(finding.last // 1_000_000),
        "cnt": str(finding.count),
        "dhost": str(finding.facts.get("device", "")),
        "dst": str(finding.facts.get("device_ip", "")),
        "msg": text.seen,
        "cs1Label": "story",
        "cs1": finding.story,
        "cs2Label": "inUse",
        "cs2": {True: "yes", False: "no", None: "unknown"}[finding.in_use],
    }
    if "client_ip" in finding.facts:
        fields["src"] = str(finding.facts["client_ip"])
    head = [
        "CEF:0", "Hinomi", "Hinomi", _cef_head(product_version), _cef_head(finding.detection), _cef_head(text.title),
        str(_CEF_SEVERITY[Severity(finding.severity)]),
    ]  # fmt: skip
    return "|".join(head) + "|" + " ".join(f"{key}={_cef_value(value)}" for key, value in fields.items() if value)


def _stamp(ns: int) -> str:
    return datetime.fromtimestamp(ns / 1e9, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def stix(findings: Iterable[Told], lang: str = "en") -> dict[str, Any]:
    """A STIX 2.1 bundle: an identity, attack patterns, and a note with a sighting for each finding."""
    findings = list(findings)
    who = f"identity--{_uid('hinomi')}"
    earliest = _stamp(min((finding.first for finding in findings), default=0))
    common = {"spec_version": "2.1", "created_by_ref": who}
    things: dict[str, dict[str, Any]] = {
        who: {
            "type": "identity",
            "spec_version": "2.1",
            "id": who,
            "created": earliest,
            "modified": earliest,
            "name": "Hinomi",
            "identity_class": "system",
        }
    }
    for finding in findings:
        text = render(finding, lang)
        made, changed = _stamp(finding.first), _stamp(finding.last)
        patterns = []
        for technique in registry()[finding.detection].meta.attack:
            id = f"attack-pattern--{_uid('attack', technique)}"
            patterns.append(id)
            things.setdefault(id, common | {
                "type": "attack-pattern", "id": id, "created": earliest, "modified": earliest, "name": technique,
                "external_references": [{"source_name": "mitre-attack", "external_id": technique}],
            })  # fmt: skip
        seen = f"sighting--{_uid('sighting', finding.key)}"
        things[seen] = common | {
            "type": "sighting", "id": seen, "created": made, "modified": changed, "first_seen": made,
            "last_seen": changed, "count": max(1, min(finding.count, 999_999_999)), "sighting_of_ref": patterns[0],
            "confidence": round(finding.confidence * 100),
        }  # fmt: skip
        note = f"note--{_uid('note', finding.key)}"
        things[note] = common | {
            "type": "note", "id": note, "created": made, "modified": changed, "abstract": text.title,
            "content": text.seen, "object_refs": [seen, *patterns],
        }  # fmt: skip
    return {
        "type": "bundle",
        "id": f"bundle--{_uid(*sorted(finding.key for finding in findings))}",
        "objects": list(things.values()),
    }
