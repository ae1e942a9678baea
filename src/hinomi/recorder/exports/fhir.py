"""A FHIR R4 Bundle of one record: Device, DeviceMetric, Observation, Procedure, AuditEvent.

One Observation a numeric channel and minute would be a choice of ours, so there is none: each value is its own
Observation up to `OBSERVATIONS_MAX`, then a channel is thinned evenly and its DeviceMetric says so.
"""

from __future__ import annotations

import datetime
import json
import uuid
from pathlib import Path
from typing import Any

from hinomi.connect.frames import Channel
from hinomi.recorder.reader import RecordReader

OBSERVATIONS_MAX = 20_000
UCUM = "http://unitsofmeasure.org"
MDC = "urn:iso:std:iso:11073:10101"
LOINC = {  # IEEE 11073-10101 -> LOINC, where both name the same thing (HL7 "vital signs" value set)
    "147842": ("8867-4", "Heart rate"), "149530": ("8889-8", "Heart rate by pulse oximetry"),
    "150456": ("59408-5", "Oxygen saturation in arterial blood by pulse oximetry"),
    "150033": ("8480-6", "Systolic blood pressure"), "150037": ("8480-6", "Systolic blood pressure"),
    "150301": ("8480-6", "Systolic blood pressure"), "150302": ("8462-4", "Diastolic blood pressure"),
    "151562": ("9279-1", "Respiratory rate"), "151708": ("19889-5", "End-tidal carbon dioxide"),
    "150344": ("8310-5", "Body temperature"),
}  # fmt: skip
_SPACE = uuid.UUID("6f0c9a3e-6d0b-5a36-9a55-0f6d3f7f2a11")


def _id(*parts: object) -> str:
    return str(uuid.uuid5(_SPACE, "|".join(map(str, parts))))


def _when(ns: int) -> str:
    moment = datetime.datetime.fromtimestamp(ns // 1_000_000_000, datetime.UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S") + f".{ns // 1_000_000 % 1000:03d}Z"


def bundle(reader: RecordReader) -> dict[str, Any]:
    meta = reader.meta
    resources: list[dict[str, Any]] = []
    numerics = [c for c in reader.channels if c.kind == "numeric"]
    devices = {source: _id(meta.id, "device", source) for source in sorted({c.source for c in reader.channels})}
    procedure = _id(meta.id, "procedure")
    subject = {"display": f"{meta.room}, {_when(meta.start)}"}
    for source, id in devices.items():
        resources.append(
            {
                "resourceType": "Device",
                "id": id,
                "status": "active",
                "deviceName": [{"name": source, "type": "user-friendly-name"}],
            }
        )
    for channel in numerics:
        resources.append(
            {
                "resourceType": "DeviceMetric", "id": _id(meta.id, "metric", channel.id), "type": _code(channel),
                "source": {"reference": f"urn:uuid:{devices[channel.source]}"}, "category": "measurement",
                "operationalStatus": "on",
            }
            | ({"unit": {"coding": [{"system": UCUM, "code": channel.unit}]}} if channel.unit else {})
        )  # fmt: skip
    resources.append(
        {
            "resourceType": "Procedure", "id": procedure, "status": "completed" if meta.end else "in-progress",
            "subject": subject, "location": {"display": meta.room},
            "performedPeriod": {"start": _when(meta.start), "end": _when(reader.end)},
        }
    )  # fmt: skip
    table = reader.trend.numerics
    every = max(1, -(-table.num_rows // OBSERVATIONS_MAX))
    by_id = {c.id: c for c in numerics}
    counts: dict[str, int] = {}
    for row in table.to_pylist():
        if row["c"] not in by_id or row["v"] is None:
            continue
        channel = by_id[row["c"]]
        counts[channel.id] = counts.get(channel.id, 0) + 1
        if (counts[channel.id] - 1) % every:
            continue
        quantity: dict[str, Any] = {"value": row["v"]}
        if channel.unit:
            quantity |= {"unit": channel.unit, "system": UCUM, "code": channel.unit}
        resources.append(
            {
                "resourceType": "Observation", "id": _id(meta.id, channel.id, row["t"], counts[channel.id]),
                "status": "final", "code": _code(channel), "subject": subject, "category": [_category(channel)],
                "partOf": [{"reference": f"urn:uuid:{procedure}"}], "effectiveDateTime": _when(row["t"]),
                "device": {"reference": f"urn:uuid:{_id(meta.id, 'metric', channel.id)}"}, "valueQuantity": quantity,
            }
        )  # fmt: skip
    kept = [c.id for c in numerics if every > 1 and counts.get(c.id, 0)]
    resources.append(
        {
            "resourceType": "AuditEvent", "id": _id(meta.id, "audit"),
            "type": {"system": "http://dicom.nema.org/resources/ontology/DCM", "code": "110106", "display": "Export"},
            "action": "R", "recorded": _when(reader.end), "outcome": "0",
            "outcomeDesc": f"1 of {every} values kept" if kept else "every value kept",
            "agent": [{"requestor": True, "name": "Hinomi"}], "source": {"observer": {"display": "Hinomi"}},
            "entity": [{"what": {"reference": f"urn:uuid:{procedure}"}}],
        }
    )  # fmt: skip
    return {
        "resourceType": "Bundle", "type": "collection", "timestamp": _when(reader.end),
        "entry": [{"fullUrl": f"urn:uuid:{r['id']}", "resource": r} for r in resources],
    }  # fmt: skip


def _code(channel: Channel) -> dict[str, Any]:
    coding = []
    if channel.code and channel.code_system.upper() in ("MDC", ""):
        coding.append({"system": MDC, "code": channel.code, "display": channel.name})
    if channel.code in LOINC:
        code, name = LOINC[channel.code]
        coding.append({"system": "http://loinc.org", "code": code, "display": name})
    return {"text": channel.name or channel.id} | ({"coding": coding} if coding else {})


def _category(channel: Channel) -> dict[str, Any]:
    """A code of LOINC's vital signs is one; the rest was done in the course of a procedure."""
    code = "vital-signs" if channel.code in LOINC else "procedure"
    return {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": code}]}


def write(reader: RecordReader, out: Path, **_: Any) -> None:
    with out.open("w", encoding="utf-8") as file:
        json.dump(bundle(reader), file, ensure_ascii=False, indent=1)
