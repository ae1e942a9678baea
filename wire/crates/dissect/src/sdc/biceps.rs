//! DPWS metadata and BICEPS messages (ISO/IEEE 11073-10207): what a device is, what it can do, what
//! it measures, and what is set on it.

use crate::Cx;
use crate::hl7::unit_ucum;
use crate::read::{receiver, sender};
use crate::xml::Document;
use hinomi_model::{CodeSystem, Dir, Exchange, Host, Outcome, Reading, ReadingKind};
use std::collections::BTreeMap;

/// Most metrics and operations that are said of one document.
const DESCRIPTORS_MAX: usize = 2048;

/// A metric or alert as its descriptor names it.
#[derive(Default, Clone)]
struct Descriptor {
    code: String,
    name: String,
    unit: String,
    rate: Option<f64>,
}

pub fn message(dir: Dir, doc: &Document, cx: &mut Cx<'_>) {
    let who = sender(dir);
    let port = (dir == Dir::ToClient).then_some(cx.ends.server.port);
    let action = doc.text("Action").rsplit('/').next().unwrap_or("").to_string();
    metadata(who, port, doc, cx);
    for element in doc.elements.iter().filter(|e| !e.attribute("SequenceId").is_empty()).take(1) {
        cx.clue(who, "sdc.sequence", element.attribute("SequenceId"), port);
    }
    let is_report = action.ends_with("Report") || action == "WaveformStream" || action == "Waveform";
    if is_report || action.ends_with("Response") && doc.named("Mdib").next().is_some() {
        cx.clue(who, "sdc.role", "provider", port);
        cx.clue(receiver(dir), "sdc.role", "consumer", (dir == Dir::ToServer).then_some(cx.ends.server.port));
    }
    let descriptors = descriptors(who, port, doc, cx);
    let place = location(doc);
    cx.clue(who, "sdc.location", &place, port);
    let patient = patient(doc, cx);
    states(doc, &descriptors, &place, &patient, cx);
    operations(dir, &action, doc, cx);
}

/// ThisModel, ThisDevice, Relationship (DPWS §5.1), MetaData of an MDS (11073-10207).
fn metadata(who: Host, port: Option<u16>, doc: &Document, cx: &mut Cx<'_>) {
    for (n, element) in doc.elements.iter().enumerate() {
        let attribute = match element.name.as_str() {
            "Manufacturer" => "sdc.manufacturer",
            "ModelName" => "sdc.model",
            "ModelNumber" => "sdc.model_number",
            "SerialNumber" => "sdc.serial",
            "FirmwareVersion" => "sdc.firmware",
            "FriendlyName" => "sdc.friendly_name",
            "DeviceIdentifier" | "HumanReadableForm" => "sdc.udi",
            "Address" if doc.inside(n, "Host") => "sdc.epr",
            "ServiceId" => "sdc.services",
            _ => continue,
        };
        // A component below the device may have a maker of its own: only the first of a document counts.
        if matches!(element.name.as_str(), "Manufacturer" | "ModelName" | "ModelNumber" | "SerialNumber") && doc.inside(n, "Vmd") {
            continue;
        }
        cx.clue(who, attribute, &element.text, port);
    }
}

fn descriptors(who: Host, port: Option<u16>, doc: &Document, cx: &mut Cx<'_>) -> BTreeMap<String, Descriptor> {
    let mut out = BTreeMap::new();
    for (n, element) in doc.elements.iter().enumerate() {
        let handle = element.attribute("Handle");
        if handle.is_empty() || out.len() >= DESCRIPTORS_MAX {
            continue;
        }
        let coded = |name: &str| doc.child(n, name).map(|(_, e)| (e.attribute("Code").to_string(), e.attribute("SymbolicCodeName").to_string())).unwrap_or_default();
        let (code, name) = coded("Type");
        match element.name.as_str() {
            "Mds" => cx.clue(who, "sdc.mds_type", &format!("{code}|{name}"), port),
            "Metric" | "AlertCondition" => {
                let (unit_code, unit_name) = coded("Unit");
                let unit = if unit_code.is_empty() { String::new() } else { unit_ucum(&unit_code, &unit_name, "MDC") };
                let rate = seconds(element.attribute("SamplePeriod")).filter(|s| *s > 0.0).map(|s| 1.0 / s);
                if element.name == "Metric" {
                    let row = [handle, &code, &name, &unit, element.attribute("MetricCategory")].join("|");
                    cx.clue(who, "sdc.metric", &row, port);
                }
                out.insert(handle.to_string(), Descriptor { code, name, unit, rate });
            }
            "Operation" => {
                let kind = element.attribute("type").rsplit(':').next().unwrap_or("").trim_end_matches("OperationDescriptor");
                cx.clue(who, "sdc.operation", &format!("{handle}|{kind}|{}", element.attribute("OperationTarget")), port);
            }
            _ => {}
        }
    }
    out
}

/// `PT0.004S` (XML Schema duration; only seconds occur as sample periods).
fn seconds(duration: &str) -> Option<f64> {
    duration.strip_prefix("PT")?.strip_suffix('S')?.parse().ok()
}

/// LocationDetail (11073-10207) as `point of care^room^bed^facility`.
fn location(doc: &Document) -> String {
    let found = doc.named("LocationDetail").next().map(|(_, e)| ["PoC", "Room", "Bed", "Facility"].map(|a| e.attribute(a).to_string()).join("^"));
    found.unwrap_or_default().trim_end_matches('^').to_string()
}

/// Identification of an associated PatientContextState, as a pseudonym.
fn patient(doc: &Document, cx: &Cx<'_>) -> String {
    let state = doc.elements.iter().enumerate().find(|(_, e)| e.attribute("type").ends_with("PatientContextState") && e.attribute("ContextAssociation") == "Assoc");
    let id = state.and_then(|(n, _)| doc.child(n, "Identification")).map(|(_, e)| e.attribute("Extension").to_string()).unwrap_or_default();
    cx.keys.patient(&id).as_str().to_string()
}

fn states(doc: &Document, descriptors: &BTreeMap<String, Descriptor>, place: &str, patient: &str, cx: &mut Cx<'_>) {
    let source = doc.elements.iter().map(|e| e.attribute("SequenceId")).find(|s| !s.is_empty()).unwrap_or("").to_string();
    for (n, element) in doc.elements.iter().enumerate() {
        let kind = element.attribute("type").rsplit(':').next().unwrap_or("");
        let is_state = matches!(element.name.as_str(), "State" | "MetricState" | "AlertState") && kind.ends_with("State");
        // States that a consumer proposes are settings, not readings.
        if !is_state || doc.inside(n, "ProposedMetricState") {
            continue;
        }
        let handle = element.attribute("DescriptorHandle");
        let d = descriptors.get(handle).cloned().unwrap_or_default();
        let known = !d.code.is_empty();
        let base = Reading {
            source: source.clone(),
            location: place.to_string(),
            patient: patient.to_string(),
            code: if known { d.code.clone() } else { handle.to_string() },
            code_system: if known { CodeSystem::Mdc } else { CodeSystem::Local },
            name: if d.name.is_empty() { handle.to_string() } else { d.name.clone() },
            unit: d.unit.clone(),
            ..Reading::default()
        };
        match kind {
            "NumericMetricState" | "RealTimeSampleArrayMetricState" | "EnumStringMetricState" => {
                let Some((at, value)) = doc.child(n, "MetricValue") else { continue };
                let quality = doc.child(at, "MetricQuality").map_or("", |(_, q)| q.attribute("Validity"));
                let status = match quality {
                    "Vld" | "" => "final",
                    "Ong" | "Qst" | "Calib" => "preliminary",
                    "Inv" | "Oflw" | "Uflw" | "NA" => "cannot_obtain",
                    other => other,
                };
                let device_time = value.attribute("DeterminationTime").parse::<i64>().ok().and_then(|ms| ms.checked_mul(1_000_000));
                let mut reading = Reading { device_time, status: status.to_string(), ..base };
                match kind {
                    "NumericMetricState" => reading.value = value.attribute("Value").parse().ok().filter(|v: &f64| v.is_finite()),
                    "EnumStringMetricState" => {
                        reading.kind = ReadingKind::Text;
                        reading.text = Some(value.attribute("Value").to_string()).filter(|t| !t.is_empty() && t.len() <= 64);
                    }
                    _ => {
                        reading.kind = ReadingKind::Waveform;
                        reading.sample_rate_hz = d.rate;
                        let samples = value.attribute("Samples").split_whitespace().take(cx.limits.samples_max);
                        reading.samples = samples.map(|s| s.parse().unwrap_or(f32::NAN)).collect();
                    }
                }
                if reading.value.is_some() || reading.text.is_some() || !reading.samples.is_empty() || status == "cannot_obtain" {
                    cx.reading(reading);
                }
            }
            "AlertConditionState" | "LimitAlertConditionState" => {
                let presence = element.attribute("Presence");
                // Conditions that are not present are the rule; only their end after a report counts.
                if presence != "true" && element.name == "State" {
                    continue;
                }
                let flags = [if presence == "true" { "present" } else { "gone" }, element.attribute("ActualPriority"), element.attribute("ActivationState")];
                let status = flags.into_iter().filter(|f| !f.is_empty()).collect::<Vec<_>>().join(" ");
                let device_time = element.attribute("DeterminationTime").parse::<i64>().ok().and_then(|ms| ms.checked_mul(1_000_000));
                cx.reading(Reading { kind: ReadingKind::Alarm, device_time, status, ..base });
            }
            _ => {}
        }
    }
}

/// Set services (11073-10207 §7.3): the request as a setting, the answer and its report as exchanges.
fn operations(dir: Dir, action: &str, doc: &Document, cx: &mut Cx<'_>) {
    let is_set = |name: &str| matches!(name, "SetValue" | "SetString" | "Activate" | "SetContextState" | "SetMetricState" | "SetAlertState" | "SetComponentState");
    if is_set(action) {
        cx.clue(sender(dir), "sdc.role", "consumer", None);
        let handle = doc.text("OperationHandleRef").to_string();
        let number = doc.text("RequestedNumericValue").parse::<f64>().ok().filter(|n| n.is_finite());
        cx.reading(Reading {
            kind: ReadingKind::Setting,
            source: handle.clone(),
            code: handle,
            name: action.to_string(),
            value: number,
            status: "requested".to_string(),
            ..Reading::default()
        });
        return;
    }
    let answered = action.strip_suffix("Response").filter(|a| is_set(a));
    if answered.is_none() && action != "OperationInvokedReport" {
        return;
    }
    let state = doc.text("InvocationState").to_string();
    let outcome = match state.as_str() {
        "Fail" => Outcome::Failed,
        "Cnclld" | "CnclldMan" => Outcome::Aborted,
        "FinMod" => Outcome::Warning,
        _ => Outcome::Ok,
    };
    let handle = doc.elements.iter().map(|e| e.attribute("OperationHandleRef")).find(|h| !h.is_empty()).unwrap_or("");
    let mut exchange = Exchange {
        time: cx.time,
        operation: answered.unwrap_or(action).to_string(),
        outcome,
        status: state.clone(),
        object: handle.to_string(),
        // An answer goes to the asker; a report is pushed by the device.
        reversed: answered.is_some() == (dir == Dir::ToServer),
        ..Exchange::default()
    };
    let sequence = doc.elements.iter().map(|e| e.attribute("SequenceId")).find(|s| !s.is_empty()).unwrap_or("");
    for (name, value) in [("transaction", doc.text("TransactionId")), ("state", &state), ("error", doc.text("InvocationError")), ("sequence", sequence)] {
        if !value.is_empty() {
            exchange.detail.push((name, value.to_string()));
        }
    }
    cx.exchange(exchange);
}
