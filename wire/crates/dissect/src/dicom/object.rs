//! What the head of a data set tells: the equipment behind an object, the study it belongs to, the
//! step it reports (PS3.3 C.7.5.1, C.7.2.1, C.4.10, C.4.13 to C.4.15; PS3.4 Annex J).

use super::command::Command;
use super::dataset::{Found, HEAD_BYTES_MAX, HeadReader, NESTED_MAX, Stop};
use super::session::put;
use super::tags::*;
use crate::Cx;
use crate::charset::{self, Set};
use crate::read::sender;
use hinomi_model::{Dir, Exchange, NoteKind};
use std::collections::BTreeSet;

/// Most distinct facts said of the objects of one association; the engine counts repeats anyhow.
const SAID_MAX: usize = 512;

pub struct Object {
    found: Vec<Found>,
    items: Vec<(u32, u32)>,
    filled: Vec<u32>,
    sets: Vec<Set>,
}

/// Say why the head was not read to its end.
pub fn notes(reader: &HeadReader, cx: &mut Cx<'_>) {
    match reader.stop {
        Some(Stop::Bytes) => {
            cx.note(NoteKind::OverLimit, "dicom.head_bytes_max", 0, format!("The head of a data set has more than {HEAD_BYTES_MAX} bytes."));
        }
        Some(Stop::Nested) => {
            cx.note(NoteKind::OverLimit, "dicom.nested_max", 0, format!("Sequences are nested deeper than {NESTED_MAX}."));
        }
        Some(Stop::Malformed(at, why)) => cx.note(NoteKind::Malformed, "dicom.malformed_data_set", at, format!("In a data set {why}.")),
        Some(Stop::Enough | Stop::Gap) | None => {}
    }
}

impl Object {
    pub fn new(reader: HeadReader, cx: &mut Cx<'_>) -> Object {
        let mut sets = Vec::new();
        // Specific Character Set (0008,0005) comes before every text it governs.
        if let Some(found) = reader.found.iter().find(|f| f.within == 0 && f.tag == CHARACTER_SET) {
            for term in String::from_utf8_lossy(&found.value).split('\\') {
                match charset::dicom_term(term.trim_matches(['\0', ' '])) {
                    Some(set) => sets.push(set),
                    None => cx.note(NoteKind::Unknown, "dicom.unknown_character_set", 0, "A data set names a character set that DICOM does not define."),
                }
            }
        }
        Object { found: reader.found, items: reader.items, filled: reader.filled, sets }
    }

    /// Text of the first value of `tag` in the sequence `within`.
    fn text(&self, within: u32, tag: u32) -> String {
        self.found.iter().find(|f| f.within == within && f.tag == tag).map_or_else(String::new, |f| self.decode(&f.value))
    }

    fn top(&self, tag: u32) -> String {
        self.text(0, tag)
    }

    fn decode(&self, value: &[u8]) -> String {
        // Padding is a space or, in UIDs, a zero byte (PS3.5 §6.2).
        charset::decode(value, &self.sets).trim_matches(['\0', ' ']).to_string()
    }

    fn equipment(&self) -> String {
        row(&[MANUFACTURER, MODEL, STATION_NAME, SERIAL, SOFTWARE, MODALITY, DEPARTMENT, INSTITUTION].map(|t| self.top(t)))
    }

    /// Clues about whoever sent the data set.
    pub fn clues(&self, dir: Dir, command: &Command, is_sub_operation: bool, said: &mut BTreeSet<(&'static str, String)>, cx: &mut Cx<'_>) {
        let who = sender(dir);
        let mut tell = |attribute: &'static str, value: String| {
            // Repeats are the engine's to count; here they only cost time.
            if value.is_empty() || said.len() >= SAID_MAX && !said.contains(&(attribute, value.clone())) {
                return;
            }
            cx.clue(who, attribute, &value, None);
            said.insert((attribute, value));
        };
        match command.field {
            // C-STORE: the object's own equipment, unless an archive hands on what others made.
            0x0001 if is_sub_operation => tell("dicom.passed_on", self.equipment()),
            0x0001 => {
                tell("dicom.equipment", self.equipment());
                for (attribute, tag) in EQUIPMENT {
                    tell(attribute, self.top(*tag));
                }
                tell("dicom.equipment.udi", self.text(UDI_SEQUENCE, UDI));
            }
            // C-FIND of a worklist.
            0x0020 => {
                for (attribute, tag) in
                    [("dicom.worklist.station_ae", SCHEDULED_AE), ("dicom.worklist.station_name", SCHEDULED_NAME), ("dicom.worklist.modality", MODALITY)]
                {
                    let value = self.text(SCHEDULED_STEP, tag);
                    if !value.contains(['*', '?']) {
                        tell(attribute, value);
                    }
                }
            }
            // N-CREATE of a performed procedure step.
            0x0140 => {
                tell("dicom.performed.station_ae", self.top(PERFORMED_AE));
                tell("dicom.performed.station_name", self.top(PERFORMED_NAME));
                tell("dicom.performed.location", self.top(PERFORMED_LOCATION));
            }
            _ => {}
        }
        if command.field == 0x0001 {
            for item in self.contributing() {
                tell("dicom.contributing", item);
            }
        }
    }

    /// Items of the Contributing Equipment Sequence; each starts at a Manufacturer, which is type 1.
    fn contributing(&self) -> Vec<String> {
        let mut items: Vec<[String; 8]> = Vec::new();
        for f in self.found.iter().filter(|f| f.within == CONTRIBUTING) {
            if f.tag == MANUFACTURER || items.is_empty() {
                items.push(Default::default());
            }
            let slot = match f.tag {
                MANUFACTURER => 0usize,
                MODEL => 1,
                STATION_NAME => 2,
                SERIAL => 3,
                SOFTWARE => 4,
                INSTITUTION => 7,
                _ => continue,
            };
            let value = self.decode(&f.value);
            if let Some(place) = items.last_mut().and_then(|i| i.get_mut(slot)) {
                *place = value;
            }
        }
        items.iter().map(row).collect()
    }

    /// Fill the exchange of the operation that carried the data set.
    pub fn tell(&self, command: &Command, exchange: &mut Exchange, cx: &Cx<'_>) {
        let secret = |value: String| cx.keys.secret(value.as_bytes()).as_str().to_string();
        let patient = self.top(PATIENT_ID);
        if !patient.contains(['*', '?', '\\']) {
            exchange.patient = cx.keys.patient(&patient).as_str().to_string();
        }
        let d = &mut exchange.detail;
        let either = |tag: u32| Some(self.top(tag)).filter(|v| !v.is_empty()).unwrap_or_else(|| self.text(STEP_ATTRIBUTES, tag));
        put(d, "study", &secret(either(STUDY_UID)));
        put(d, "series", &secret(self.top(SERIES_UID)));
        put(d, "accession", &secret(either(ACCESSION)));
        put(d, "transaction", &secret(self.top(TRANSACTION)));
        let modality = [self.top(MODALITY), self.top(MODALITIES), self.text(SCHEDULED_STEP, MODALITY)].into_iter().find(|m| !m.is_empty());
        put(d, "modality", &modality.unwrap_or_default());
        put(d, "study_time", &moment(&self.top(STUDY_DATE), &self.top(STUDY_TIME)));
        let station_ae = [self.top(STATION_AE), self.top(PERFORMED_AE), self.text(SCHEDULED_STEP, SCHEDULED_AE)].into_iter().find(|m| !m.is_empty());
        put(d, "station_ae", &station_ae.unwrap_or_default());
        match command.field {
            0x0001 => {
                put(d, "manufacturer", &self.top(MANUFACTURER));
                put(d, "model", &self.top(MODEL));
                put(d, "station", &self.top(STATION_NAME));
                put(d, "serial", &self.top(SERIAL));
            }
            0x0010 | 0x0020 | 0x0021 => {
                put(d, "level", &self.top(QUERY_LEVEL));
                put(d, "query_keys", &self.query_keys());
            }
            _ => {}
        }
        put(d, "step_status", &self.top(STEP_STATUS));
        put(d, "step_start", &moment(&self.top(STEP_START_DATE), &self.top(STEP_START_TIME)));
        put(d, "step_end", &moment(&self.top(STEP_END_DATE), &self.top(STEP_END_TIME)));
        for (tag, name) in [(REFERENCED_SOPS, "objects"), (FAILED_SOPS, "failed")] {
            if let Some((_, n)) = self.items.iter().find(|(t, _)| *t == tag) {
                d.push((name, n.to_string()));
            }
        }
    }

    fn query_keys(&self) -> String {
        let mut keys: Vec<&str> = self.filled.iter().filter_map(|t| keyword(*t)).collect();
        if self.found.iter().any(|f| f.within == SCHEDULED_STEP && f.tag == SCHEDULED_AE && !f.value.is_empty()) {
            keys.push("ScheduledStationAETitle");
        }
        keys.join(" ")
    }
}

const EQUIPMENT: &[(&str, u32)] = &[
    ("dicom.equipment.manufacturer", MANUFACTURER),
    ("dicom.equipment.model", MODEL),
    ("dicom.equipment.station_name", STATION_NAME),
    ("dicom.equipment.serial", SERIAL),
    ("dicom.equipment.software", SOFTWARE),
    ("dicom.equipment.modality", MODALITY),
    ("dicom.equipment.institution", INSTITUTION),
    ("dicom.equipment.department", DEPARTMENT),
    ("dicom.equipment.device_uid", DEVICE_UID),
    ("dicom.equipment.station_ae", STATION_AE),
];

/// Values joined by `|`, empty ones kept in place; nothing when all are empty.
fn row(values: &[String; 8]) -> String {
    if values.iter().all(String::is_empty) {
        return String::new();
    }
    values.iter().map(|v| v.replace('|', "/")).collect::<Vec<_>>().join("|")
}

/// DA and TM (PS3.5 §6.2) as `2026-11-22T20:55:43`; as sent when they have another shape.
fn moment(date: &str, time: &str) -> String {
    let digits = |s: &str, n: usize| s.get(..n).filter(|p| p.bytes().all(|b| b.is_ascii_digit())).map(str::to_string);
    let Some(day) = digits(date, 8).filter(|_| date.len() == 8) else { return String::new() };
    let (y, rest) = day.split_at(4);
    let (m, d) = rest.split_at(2);
    match digits(time, 6) {
        Some(clock) => {
            let (h, rest) = clock.split_at(2);
            let (min, s) = rest.split_at(2);
            format!("{y}-{m}-{d}T{h}:{min}:{s}")
        }
        None => format!("{y}-{m}-{d}"),
    }
}
