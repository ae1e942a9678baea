//! One message (POCT1-A2 Appendix B §5): header, device, status, observations; each value stands in
//! attribute `V`, its unit in `U`, its coding system in `SN`.

use crate::Cx;
use crate::read::{Waiting, lapse, receiver, sender};
use crate::xml::Document;
use hinomi_model::{CodeSystem, Dir, Exchange, NoteKind, Outcome, Reading, ReadingKind};

/// The analyser, as its hello told.
#[derive(Default)]
pub struct Device {
    id: String,
    name: String,
}

#[allow(clippy::too_many_arguments)]
pub fn message(dir: Dir, doc: &Document, size: u64, waiting: &mut Waiting<(bool, String), (Exchange, Dir)>, device: &mut Device, at: u64, cx: &mut Cx<'_>) {
    let value = |name: &str| doc.named(name).next().map_or("", |(_, e)| e.attribute("V")).to_string();
    let operation = doc.root().to_string();
    let is_up = dir == Dir::ToServer;
    if operation == "ACK.R01" {
        let key = (!is_up, value("ACK.ack_control_id"));
        if let Some((mut exchange, _)) = waiting.take(&key) {
            exchange.status = value("ACK.type_cd");
            exchange.outcome = if exchange.status == "AA" { Outcome::Ok } else { Outcome::Failed };
            exchange.duration_ns = lapse(exchange.time, cx.time);
            exchange.response_bytes = size;
            put(&mut exchange, "note", value("ACK.error_detail_cd"));
            cx.exchange(exchange);
        }
        return;
    }
    let (host, port) = (sender(dir), (!is_up).then_some(cx.ends.server.port));
    for (attribute, element) in [
        ("poct1a.device_id", "DEV.device_id"),
        ("poct1a.vendor", "DEV.vendor_id"),
        ("poct1a.manufacturer", "DEV.manufacturer_name"),
        ("poct1a.model", "DEV.model_id"),
        ("poct1a.serial", "DEV.serial_id"),
        ("poct1a.name", "DEV.device_name"),
        ("poct1a.software", "DEV.sw_version"),
        ("poct1a.hardware", "DEV.hw_version"),
        ("poct1a.version", "HDR.version_id"),
        ("poct1a.location", "ACC.giving_facility"),
    ] {
        cx.clue(host, attribute, &value(element), port);
    }
    // Only a device says hello, tells its status and reports observations.
    if matches!(operation.get(..3), Some("HEL" | "DST" | "OBS" | "EVS")) {
        let other = is_up.then_some(cx.ends.server.port);
        cx.clue(host, "poct1a.role", "device", port);
        cx.clue(receiver(dir), "poct1a.role", "manager", other);
    }
    let mut exchange = Exchange { time: cx.time, operation, request_bytes: size, reversed: !is_up, ..Exchange::default() };
    for (slot, names) in [(&mut device.id, ["DEV.device_id", "DEV.serial_id"]), (&mut device.name, ["DEV.device_name", "DEV.model_id"])] {
        if let Some(told) = names.iter().map(|n| value(n)).find(|v| !v.is_empty()) {
            *slot = told;
        }
    }
    exchange.client_name.clone_from(&device.name);
    let control = value("HDR.control_id");
    for (name, element) in [
        ("control_id", "HDR.control_id"),
        ("version", "HDR.version_id"),
        ("created", "HDR.creation_dttm"),
        ("new_observations", "DST.new_observations_qty"),
        ("condition", "DST.condition_cd"),
        ("topic", "EOT.topic_cd"),
        ("topic", "REQ.request_cd"),
        ("role", "SVC.role_cd"),
    ] {
        put(&mut exchange, name, value(element));
    }
    put(&mut exchange, "operator", cx.keys.secret(value("OPR.operator_id").as_bytes()).as_str().to_string());
    exchange.patient = cx.keys.patient(&value("PT.patient_id")).as_str().to_string();
    let observations = observations(doc, &device.id, cx);
    if observations > 0 {
        exchange.detail.push(("observations", observations.to_string()));
    }
    if let Some((_, (mut old, _))) = waiting.put((is_up, control), (exchange, dir), cx.limits.pending_max) {
        cx.note(NoteKind::OverLimit, "poct1a.pending_max", at, format!("More than {} messages wait for an acknowledgement.", cx.limits.pending_max));
        old.outcome = Outcome::Unanswered;
        cx.exchange(old);
    }
}

fn observations(doc: &Document, device: &str, cx: &mut Cx<'_>) -> usize {
    let mut count = 0usize;
    let mut patient = String::new();
    let mut time = None;
    for (n, element) in doc.elements.iter().enumerate() {
        let v = element.attribute("V");
        match element.name.as_str() {
            "PT.patient_id" => patient = cx.keys.patient(v).as_str().to_string(),
            "SVC.observation_dttm" => time = iso(v),
            "OBS" => {
                let part = |name: &str| doc.child(n, name).map(|(_, e)| e);
                let Some(id) = part("OBS.observation_id") else { continue };
                count = count.saturating_add(1);
                let number = part("OBS.value").and_then(|e| e.attribute("V").parse::<f64>().ok()).filter(|x| x.is_finite());
                let word = part("OBS.qualitative_value").map(|e| e.attribute("V").to_string()).filter(|w| !w.is_empty() && w.len() <= 64);
                if number.is_none() && word.is_none() {
                    continue;
                }
                cx.reading(Reading {
                    device_time: time,
                    source: device.to_string(),
                    patient: patient.clone(),
                    kind: if number.is_some() { ReadingKind::Numeric } else { ReadingKind::Text },
                    code: id.attribute("V").to_string(),
                    code_system: if id.attribute("SN") == "LN" { CodeSystem::Ln } else { CodeSystem::Local },
                    name: Some(id.attribute("DN")).filter(|d| !d.is_empty()).unwrap_or(id.attribute("V")).to_string(),
                    value: number,
                    text: if number.is_none() { word } else { None },
                    unit: part("OBS.value").map_or_else(String::new, |e| e.attribute("U").to_string()),
                    status: part("OBS.status_cd").map_or_else(String::new, |e| e.attribute("V").to_string()),
                    ..Reading::default()
                });
            }
            _ => {}
        }
    }
    count
}

/// `2026-11-22T18:30:00+09:00` (ISO 8601) by way of the HL7 form of the same.
pub fn iso(stamp: &str) -> Option<i64> {
    let (date, clock) = stamp.trim().split_once('T')?;
    let clock = clock.strip_suffix('Z').map_or_else(|| clock.to_string(), |c| format!("{c}+0000"));
    let zone = clock.find(['+', '-']).unwrap_or(clock.len());
    let (time, zone) = clock.split_at(zone);
    crate::hl7::time_nanos(&format!("{}{}{}", date.replace('-', ""), time.replace(':', ""), zone.replace(':', "")))
}

fn put(exchange: &mut Exchange, name: &'static str, value: String) {
    if !value.is_empty() {
        exchange.detail.push((name, value));
    }
}
