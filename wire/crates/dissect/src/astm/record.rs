//! Records of one message (E1394 §6 to §14): header, patient, order, result, query, terminator.

use crate::Cx;
use crate::charset;
use crate::read::{receiver, sender};
use hinomi_model::{Dir, Exchange, Reading, ReadingKind};

/// Most records of one message that are read.
const RECORDS_MAX: usize = 4096;

struct Marks {
    field: char,
    repeat: char,
    component: char,
}

struct Record<'a> {
    fields: Vec<&'a str>,
}

impl<'a> Record<'a> {
    /// Field by its number in the standard; the record type is field 1.
    fn field(&self, n: usize) -> &'a str {
        self.fields.get(n.saturating_sub(1)).copied().unwrap_or("").trim()
    }
}

pub fn message(dir: Dir, bytes: &[u8], mut exchange: Exchange, cx: &mut Cx<'_>) {
    let text = charset::decode(bytes, &[charset::guess(bytes)]);
    let mut marks = Marks { field: '|', repeat: '\\', component: '^' };
    let mut records = Vec::new();
    for line in text.split(['\r', '\n']).filter(|l| !l.is_empty()).take(RECORDS_MAX) {
        if line.starts_with('H') {
            // E1394 §6.4: H, then the delimiters for fields, repeats, components and escapes.
            let mut chars = line.chars().skip(1);
            if let (Some(field), Some(repeat), Some(component)) = (chars.next(), chars.next(), chars.next()) {
                marks = Marks { field, repeat, component };
            }
        }
        records.push(Record { fields: line.split(marks.field).collect() });
    }
    let has = |id: &str| records.iter().any(|r| r.field(1) == id);
    exchange.operation = if has("R") {
        "results"
    } else if has("Q") {
        "query"
    } else if has("O") {
        "orders"
    } else {
        "message"
    }
    .to_string();
    let kind = exchange.operation.clone();
    let (from, to) = (sender(dir), receiver(dir));
    let from_port = (dir == Dir::ToClient).then_some(cx.ends.server.port);
    let to_port = (dir == Dir::ToServer).then_some(cx.ends.server.port);
    cx.clue(from, "astm.role", &format!("sender {kind}"), from_port);
    cx.clue(to, "astm.role", &format!("receiver {kind}"), to_port);
    let joined = |raw: &str| raw.split(marks.component).map(str::trim).collect::<Vec<_>>().join("^").trim_matches('^').to_string();
    let mut results = 0u64;
    let mut source = String::new();
    let mut at_time = None;
    for record in &records {
        match record.field(1) {
            "H" => {
                // H-5 sender, H-10 receiver, H-12 processing, H-13 version, H-14 date and time.
                source = joined(record.field(5));
                exchange.client_name.clone_from(&source);
                exchange.server_name = joined(record.field(10));
                cx.clue(from, "astm.sender", &source, from_port);
                cx.clue(to, "astm.called_receiver", &exchange.server_name, to_port);
                cx.clue(from, "astm.version", record.field(13), from_port);
                put(&mut exchange, "processing", record.field(12));
                put(&mut exchange, "version", record.field(13));
                at_time = crate::hl7::time_nanos(record.field(14));
            }
            "P" => {
                // P-3 practice, P-4 laboratory assigned identifier.
                let id = [record.field(3), record.field(4)].into_iter().find(|f| !f.is_empty()).unwrap_or("");
                let id = id.split(marks.component).next().unwrap_or("");
                exchange.patient = cx.keys.patient(id).as_str().to_string();
            }
            "O" => {
                let specimen = record.field(3);
                if exchange.object.is_empty() {
                    exchange.object = tests(record.field(5), &marks);
                    put(&mut exchange, "specimen", cx.keys.secret(specimen.as_bytes()).as_str());
                }
            }
            "R" => {
                results = results.saturating_add(1);
                let instrument = joined(record.field(14));
                cx.clue(from, "astm.instrument", &instrument, from_port);
                result(record, &marks, &exchange.patient, &source, at_time, cx);
            }
            "L" => put(&mut exchange, "ended", record.field(3)),
            _ => {}
        }
    }
    exchange.detail.push(("records", records.len().to_string()));
    if results > 0 {
        exchange.detail.push(("results", results.to_string()));
    }
    cx.exchange(exchange);
}

/// Codes of the tests asked for: the last component of each repeat (E1394 §6.6.1, `^^^code`).
fn tests(raw: &str, marks: &Marks) -> String {
    raw.split(marks.repeat).map(|t| code(t, marks).0).filter(|c| !c.is_empty()).take(32).collect::<Vec<_>>().join(" ")
}

/// Manufacturer's code of a universal test ID, and its name: fourth component, else the first ones.
fn code(raw: &str, marks: &Marks) -> (String, String) {
    let parts: Vec<&str> = raw.split(marks.component).map(str::trim).collect();
    let at = |n: usize| parts.get(n).copied().unwrap_or("");
    let code = [at(3), at(0), at(2)].into_iter().find(|c| !c.is_empty()).unwrap_or("");
    let name = [at(1), at(4)].into_iter().find(|c| !c.is_empty()).unwrap_or(code);
    (code.to_string(), name.to_string())
}

fn result(record: &Record<'_>, marks: &Marks, patient: &str, source: &str, sent: Option<i64>, cx: &mut Cx<'_>) {
    // R-3 test, R-4 value, R-5 units, R-9 status, R-13 completed.
    let (code, name) = code(record.field(3), marks);
    let raw = record.field(4).split(marks.component).next().unwrap_or("").trim();
    let value = raw.parse::<f64>().ok().filter(|n| n.is_finite());
    // Only short words (POS, NEG, <5): longer texts are comments.
    let text = (value.is_none() && !raw.is_empty() && raw.chars().count() <= 32).then(|| raw.to_string());
    if code.is_empty() || value.is_none() && text.is_none() {
        return;
    }
    let flags = record.field(7);
    let status = match record.field(9).get(..1) {
        Some("F") => "final",
        Some("P" | "I" | "S") => "preliminary",
        Some("C" | "R") => "corrected",
        Some("X") => "cannot_obtain",
        _ => record.field(9),
    };
    let status = if flags.is_empty() || flags == "N" { status.to_string() } else { format!("{status} {flags}") };
    cx.reading(Reading {
        device_time: crate::hl7::time_nanos(record.field(13)).or(sent),
        source: source.to_string(),
        patient: patient.to_string(),
        kind: if value.is_some() { ReadingKind::Numeric } else { ReadingKind::Text },
        code,
        name,
        value,
        text,
        unit: record.field(5).to_string(),
        status,
        ..Reading::default()
    });
}

fn put(exchange: &mut Exchange, name: &'static str, value: &str) {
    if !value.is_empty() {
        exchange.detail.push((name, value.to_string()));
    }
}
