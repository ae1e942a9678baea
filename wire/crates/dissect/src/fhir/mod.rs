//! HL7 FHIR (R4, R5) as JSON in HTTP bodies: what a server is, the devices it knows, observations.
//! Of patients only the pseudonym of an identifier leaves; names, addresses and texts are not read.

use crate::http::bodies::{Body, Head, Hook};
use crate::hl7::unit_ucum;
use crate::read::sender;
use crate::{Cx, Dissector, Meta};
use hinomi_model::{CodeSystem, Dir, Host, Reading, ReadingKind};
use serde_json::Value;

/// Most resources of one bundle that are read.
const ENTRIES_MAX: usize = 1000;

/// What is read of bodies inside HTTP; it has no entry of its own.
pub static FHIR: Dissector = Dissector {
    meta: &Meta {
        name: "fhir",
        title: "HL7 FHIR over HTTP",
        standard: "HL7 FHIR R4 and R5, JSON",
        tier: 'A',
        clues: &[
            ("fhir.version", "fhirVersion of the server (CapabilityStatement)"),
            ("fhir.software", "software name and version of the server (CapabilityStatement.software)"),
            ("fhir.publisher", "publisher of the statement"),
            ("fhir.role", "server or client"),
            ("fhir.resource", "type of a resource the host sent"),
            ("fhir.behind", "a device the host knows of, not the host itself: `identifier|manufacturer|model|serial|version|name` (Device)"),
            ("fhir.behind.udi", "`identifier|UDI` of such a device (Device.udiCarrier)"),
        ],
        operations: &[],
        details: &[],
        notes: &[],
        readings: true,
        tshark: "",
    },
    entries: &[],
};

pub static HOOK: Hook = Hook { name: "fhir", wants, read: body };

fn wants(head: &Head) -> bool {
    let kind = head.content_type.to_ascii_lowercase();
    kind.starts_with("application/fhir+json") || kind.starts_with("application/json+fhir")
}

/// Read a JSON body, if it is a resource of FHIR; for whoever holds it.
pub fn body(body: &Body<'_>, cx: &mut Cx<'_>) {
    let Ok(root) = serde_json::from_slice::<Value>(body.bytes) else { return };
    let port = (body.dir == Dir::ToClient).then_some(cx.ends.server.port);
    if word(&root, "resourceType").is_empty() {
        return;
    }
    cx.clue(Host::Server, "fhir.role", "server", Some(cx.ends.server.port));
    cx.clue(Host::Client, "fhir.role", "client", None);
    resource(body.dir, port, &root, cx);
    for entry in list(&root, "entry").iter().take(ENTRIES_MAX) {
        if let Some(inner) = entry.get("resource") {
            resource(body.dir, port, inner, cx);
        }
    }
}

fn word<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or("")
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn resource(dir: Dir, port: Option<u16>, value: &Value, cx: &mut Cx<'_>) {
    let kind = word(value, "resourceType");
    let who = sender(dir);
    cx.clue(who, "fhir.resource", kind, port);
    match kind {
        "CapabilityStatement" => {
            cx.clue(who, "fhir.version", word(value, "fhirVersion"), port);
            cx.clue(who, "fhir.publisher", word(value, "publisher"), port);
            if let Some(software) = value.get("software") {
                cx.clue(who, "fhir.software", format!("{} {}", word(software, "name"), word(software, "version")).trim(), port);
            }
        }
        "Device" => device(who, port, value, cx),
        "Observation" => observation(value, cx),
        _ => {}
    }
}

fn device(who: Host, port: Option<u16>, value: &Value, cx: &mut Cx<'_>) {
    let first = |name: &str, inner: &str| list(value, name).first().map_or("", |v| word(v, inner)).to_string();
    let id = Some(first("identifier", "value")).filter(|i| !i.is_empty()).unwrap_or_else(|| word(value, "id").to_string());
    // R4: deviceName[].name, R5: name[].value; version[].value in both.
    let name = Some(first("deviceName", "name")).filter(|n| !n.is_empty()).unwrap_or_else(|| first("name", "value"));
    let row = [id.as_str(), word(value, "manufacturer"), word(value, "modelNumber"), word(value, "serialNumber"), &first("version", "value"), &name];
    let row = row.map(|v| v.replace('|', "/")).join("|");
    cx.clue(who, "fhir.behind", &row, port);
    for carrier in list(value, "udiCarrier").iter().take(8) {
        let udi = [word(carrier, "carrierHRF"), word(carrier, "deviceIdentifier")].into_iter().find(|u| !u.is_empty()).unwrap_or("");
        if !udi.is_empty() {
            cx.clue(who, "fhir.behind.udi", &format!("{}|{udi}", id.replace('|', "/")), port);
        }
    }
}

/// Pseudonym of whom a resource is about: the identifier of the reference, else its logical id.
fn subject(value: &Value, cx: &Cx<'_>) -> String {
    let Some(subject) = value.get("subject") else { return String::new() };
    let identifier = subject.get("identifier").map_or("", |i| word(i, "value"));
    let logical = word(subject, "reference").rsplit('/').next().unwrap_or("");
    cx.keys.patient(if identifier.is_empty() { logical } else { identifier }).as_str().to_string()
}

fn observation(value: &Value, cx: &mut Cx<'_>) {
    let stamp = [word(value, "effectiveDateTime"), word(value, "effectiveInstant"), word(value, "issued")].into_iter().find(|s| !s.is_empty());
    let base = Reading {
        device_time: stamp.and_then(crate::poct1a::iso),
        source: value.get("device").map_or("", |d| word(d, "reference")).to_string(),
        patient: subject(value, cx),
        status: match word(value, "status") {
            "final" => "final",
            "registered" | "preliminary" => "preliminary",
            "amended" | "corrected" => "corrected",
            other => other,
        }
        .to_string(),
        ..Reading::default()
    };
    one(value, &base, cx);
    for component in list(value, "component").iter().take(64) {
        one(component, &base, cx);
    }
}

fn one(value: &Value, base: &Reading, cx: &mut Cx<'_>) {
    let Some(code) = value.get("code") else { return };
    let coding = list(code, "coding").first();
    let system = coding.map_or("", |c| word(c, "system"));
    let mut reading = Reading {
        code: coding.map_or("", |c| word(c, "code")).to_string(),
        code_system: match system {
            "http://loinc.org" => CodeSystem::Ln,
            "http://snomed.info/sct" => CodeSystem::Sct,
            "urn:iso:std:iso:11073:10101" => CodeSystem::Mdc,
            "http://dicom.nema.org/resources/ontology/DCM" => CodeSystem::Dcm,
            _ => CodeSystem::Local,
        },
        name: coding.map_or("", |c| word(c, "display")).to_string(),
        ..base.clone()
    };
    if let Some(quantity) = value.get("valueQuantity") {
        reading.value = quantity.get("value").and_then(Value::as_f64).filter(|v| v.is_finite());
        reading.unit = Some(word(quantity, "code")).filter(|c| !c.is_empty()).unwrap_or_else(|| word(quantity, "unit")).to_string();
        if word(quantity, "system") == "urn:iso:std:iso:11073:10101" {
            reading.unit = unit_ucum(word(quantity, "code"), word(quantity, "unit"), "MDC");
        }
    } else if let Some(concept) = value.get("valueCodeableConcept") {
        reading.kind = ReadingKind::Text;
        let shown = list(concept, "coding").first().map_or("", |c| if word(c, "display").is_empty() { word(c, "code") } else { word(c, "display") });
        reading.text = Some(shown.to_string()).filter(|t| !t.is_empty());
    } else if let Some(sampled) = value.get("valueSampledData") {
        reading.kind = ReadingKind::Waveform;
        // R4: period in milliseconds; R5: interval with its unit.
        let period = sampled.get("period").or_else(|| sampled.get("interval")).and_then(Value::as_f64);
        let scale = if word(sampled, "intervalUnit") == "s" { 1.0 } else { 1000.0 };
        reading.sample_rate_hz = period.filter(|p| *p > 0.0).map(|p| scale / p);
        reading.unit = sampled.get("origin").map_or("", |o| word(o, "code")).to_string();
        reading.samples = word(sampled, "data").split_whitespace().take(cx.limits.samples_max).map(|s| s.parse().unwrap_or(f32::NAN)).collect();
    }
    if reading.value.is_some() || reading.text.is_some() || !reading.samples.is_empty() {
        cx.reading(reading);
    }
}
