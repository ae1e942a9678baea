//! Observations (HL7 v2.9 §7.4.2, OBX) as readings: numerics, coded values, waveforms (IHE DEV TF-2,
//! Waveform Content Module) and alarms (PCD-04); and the devices that made them.

use super::message::Segment;
use super::session::{Latest, patient_id};
use super::{stamp, units};
use crate::Cx;
use crate::read::sender;
use hinomi_model::{CodeSystem, Dir, NoteKind, Reading, ReadingKind};
use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

/// Longest text value that is kept; longer ones are narrative.
const TEXT_CHARS_MAX: usize = 200;

/// Most devices whose type is remembered on one connection.
const KINDS_MAX: usize = 1024;

/// Types of devices by their identifier.
#[derive(Default)]
pub struct Kinds {
    of: BTreeMap<String, String>,
    /// Counts the changes.
    pub generation: u64,
}

impl Kinds {
    fn learn(&mut self, id: &str, kind: &str) {
        if self.of.len() < KINDS_MAX && self.of.insert(id.to_string(), kind.to_string()).is_none_or(|before| before != kind) {
            self.generation = self.generation.saturating_add(1);
        }
    }
}

/// What was read of the observations of a message.
pub struct Said {
    pub observations: usize,
    pub unread: usize,
    /// Places of the segments that gave a number each, in the order of the readings.
    pub values: Vec<usize>,
}

/// Words of the message that name its patient, to be taken out of texts.
struct Names<'a> {
    words: Vec<&'a str>,
    /// Bytes a word begins with: most texts hold no word, and are looked through once.
    begins: [bool; 256],
    pseudonym: &'a str,
}

impl<'a> Names<'a> {
    fn read(segments: &[Segment<'a>], pseudonym: &'a str) -> Names<'a> {
        let mut words = Vec::new();
        for segment in segments {
            // PID-2 to 9, 11 to 14, 18 to 20 name the patient; NK1 and GT1 the family; PV1-7 to 9 and
            // 17 the physicians.
            let fields: &[usize] = match segment.id {
                "PID" => &[2, 3, 4, 5, 6, 7, 9, 11, 13, 14, 18, 19, 20],
                "NK1" => &[2, 4, 5],
                "GT1" => &[3, 5, 6],
                "PV1" => &[7, 8, 9, 17, 19],
                _ => continue,
            };
            for n in fields {
                for repetition in segment.repetitions(*n) {
                    for (c, word) in segment.components(repetition).enumerate() {
                        // Of identifiers (CX, XCN) only the number and names, not authority and type.
                        let is_id = matches!((segment.id, *n), ("PID", 2..=4 | 18 | 20) | ("PV1", 19));
                        if is_id && c > 0 {
                            continue;
                        }
                        let word = word.trim();
                        if word.chars().count() > 1 && !matches!(word, "JPN" | "PI" | "MR" | "HOME" | "PRN") {
                            words.push(word);
                        }
                    }
                }
            }
        }
        // Longer words first, so that a full name goes as one.
        words.sort_by_key(|w| std::cmp::Reverse(w.len()));
        words.dedup();
        let mut begins = [false; 256];
        for first in words.iter().filter_map(|w| w.bytes().next()) {
            if let Some(begins) = begins.get_mut(usize::from(first)) {
                *begins = true;
            }
        }
        Names { words, begins, pseudonym }
    }

    fn are_in(&self, text: &str) -> bool {
        let bytes = text.as_bytes();
        let begin = |b: &u8| self.begins.get(usize::from(*b)).copied().unwrap_or(true);
        bytes.iter().enumerate().filter(|(_, b)| begin(b)).any(|(n, _)| {
            let rest = bytes.get(n..).unwrap_or(&[]);
            self.words.iter().any(|w| rest.starts_with(w.as_bytes()))
        })
    }

    fn hide(&self, text: Cow<'_, str>) -> String {
        let text = text.into_owned();
        if !self.are_in(&text) {
            return text;
        }
        let stand_in = if self.pseudonym.is_empty() { "{patient}" } else { self.pseudonym };
        self.words.iter().fold(text, |t, word| if t.contains(word) { t.replace(word, stand_in) } else { t })
    }
}

/// The device an observation comes from, as far as the message has told it yet.
#[derive(Default, Clone)]
struct Device {
    id: String,
    kind: String,
}

/// A waveform whose facets (rate) may still follow.
struct Wave {
    sub: String,
    reading: Reading,
}

/// What an alarm's segments said (IHE DEV TF-2 PCD-04, Appendix B.8).
#[derive(Default)]
struct Alarm {
    code: String,
    name: String,
    system: CodeSystem,
    text: String,
    flags: Vec<String>,
    source: String,
    time: Option<i64>,
}

struct Reader<'a> {
    dir: Dir,
    /// The pseudonym of the message's first patient.
    pseudonym: &'a str,
    names: OnceCell<Names<'a>>,
    patient: String,
    location: Cow<'a, str>,
    sender_name: Cow<'a, str>,
    device: Device,
    said_device: String,
    /// The device or its place may be others than those said.
    is_news: bool,
    obr_time: (Option<i64>, Option<i64>),
    /// The time read last, as sent: the rows of a message mostly have the same.
    latest_time: (Cow<'a, str>, Option<i64>),
    waves: Vec<Wave>,
    alarm: Option<Alarm>,
    is_alarm_message: bool,
    at: u64,
    unread: usize,
    /// Codes that stand at several places (OBX-4) of the device in this message.
    doubled: BTreeSet<Cow<'a, str>>,
    segments: &'a [Segment<'a>],
    kinds: &'a mut Kinds,
    /// Places of the segments that gave a number each.
    values: Vec<usize>,
}

#[allow(clippy::too_many_arguments)]
pub fn observe<'a>(
    dir: Dir,
    segments: &'a [Segment<'a>],
    patient: &'a str,
    kinds: &'a mut Kinds,
    patients: &mut Latest,
    at: u64,
    cx: &mut Cx<'_>,
) -> Said {
    let msh = segments.first();
    let mut reader = Reader {
        dir,
        pseudonym: patient,
        names: OnceCell::new(),
        patient: patient.to_string(),
        location: Cow::Borrowed(""),
        sender_name: msh.map_or(Cow::Borrowed(""), |m| m.joined(3)),
        device: Device::default(),
        said_device: String::new(),
        is_news: true,
        obr_time: (None, None),
        latest_time: (Cow::Borrowed(""), None),
        waves: Vec::new(),
        alarm: None,
        is_alarm_message: msh.is_some_and(|m| m.part(9, 2) == "R40" || m.part(9, 2) == "R42"),
        at,
        unread: 0,
        doubled: doubled(segments),
        segments,
        kinds,
        values: Vec::new(),
    };
    let mut observations = 0usize;
    for (place, segment) in segments.iter().enumerate() {
        match segment.id {
            // A batch of patients in one message (ORU) starts anew at each PID.
            "PID" => reader.patient = patients.patient(&patient_id(segment), cx.keys),
            "PV1" => {
                reader.location = segment.joined(3);
                reader.is_news = true;
            }
            "OBR" => {
                reader.flush(cx);
                reader.obr_time = (stamp::nanos(&segment.part(7, 1)), stamp::nanos(&segment.part(8, 1)));
                // AE title of the station, where imaging orders carry one (IHE RAD TF-2 RAD-4).
                if msh.is_some_and(|m| matches!(&*m.part(9, 1), "ORM" | "OMI" | "OMG")) {
                    for n in [20usize, 21] {
                        cx.clue(sender(dir), "hl7.station_ae", &segment.part(n, 1), None);
                    }
                }
            }
            "OBX" => {
                observations = observations.saturating_add(1);
                reader.observation(place, segment, cx);
            }
            "PRT" => reader.participation(segment, cx),
            _ => {}
        }
    }
    reader.flush(cx);
    Said { observations, unread: reader.unread, values: reader.values }
}

impl<'a> Reader<'a> {
    fn hide(&self, text: Cow<'_, str>) -> String {
        self.names.get_or_init(|| Names::read(self.segments, self.pseudonym)).hide(text)
    }

    fn behind(&self, attribute: &'static str, value: &str, cx: &mut Cx<'_>) {
        let value = value.trim();
        if !value.is_empty() {
            let id = self.source().replace('|', "/");
            cx.clue(sender(self.dir), attribute, &format!("{id}|{}", value.replace('|', "/")), None);
        }
    }

    /// Whoever made the observation: the device named last, else the sending application.
    fn source(&self) -> &str {
        if self.device.id.is_empty() { &self.sender_name } else { &self.device.id }
    }

    /// OBX-18 or PRT-10 named a device.
    fn meet(&mut self, id: &str, cx: &mut Cx<'_>) {
        if id.is_empty() {
            return;
        }
        if id != self.device.id {
            let mut kind = self.system_kind(id).into_owned();
            if kind.is_empty() {
                kind = self.kinds.of.get(id).cloned().unwrap_or_default();
            } else {
                self.kinds.learn(id, &kind);
            }
            self.device = Device { id: id.to_string(), kind };
            self.is_news = true;
        }
        if !std::mem::replace(&mut self.is_news, false) {
            return;
        }
        let row = [&*self.device.id, &self.device.kind, &self.location].map(|v| v.replace('|', "/")).join("|");
        if row != self.said_device {
            cx.clue(sender(self.dir), "hl7.behind", &row, None);
            self.said_device = row;
        }
    }

    /// Type of the device system: the OBX whose code ends in _MDS, with this device or none (OBX-4 `n.0.0.0`).
    fn system_kind(&self, id: &str) -> Cow<'a, str> {
        self.segments
            .iter()
            .filter(|s| s.id == "OBX" && s.field(5).is_empty())
            .filter(|s| s.part(3, 2).ends_with("_MDS"))
            .find(|s| s.field(18).is_empty() || s.joined(18) == id)
            .map(|s| s.part(3, 2))
            .unwrap_or_default()
    }

    /// Participation (§7.4.4): equipment only; people and their addresses are not read.
    fn participation(&mut self, prt: &Segment<'_>, cx: &mut Cx<'_>) {
        // PRT-10 participation device (EI), which may itself be a UDI.
        let device = prt.joined(10);
        if device.starts_with("(01)") {
            self.udi(&prt.part(10, 1), cx);
        } else {
            self.meet(&device, cx);
        }
        // PRT-16 UDI device identifier, PRT-19 lot, PRT-20 serial.
        let udi = prt.part(16, 1);
        if udi.starts_with('(') || udi.starts_with('+') {
            self.udi(&udi, cx);
        } else {
            self.behind("hl7.behind.di", &udi, cx);
        }
        self.behind("hl7.behind.lot", &prt.text(19), cx);
        self.behind("hl7.behind.serial", &prt.text(20), cx);
    }

    /// GS1 human-readable UDI: `(01)` device identifier, `(10)` lot, `(21)` serial.
    fn udi(&self, udi: &str, cx: &mut Cx<'_>) {
        self.behind("hl7.behind.udi", udi, cx);
        for part in udi.split('(').skip(1) {
            let Some((ai, value)) = part.split_once(')') else { continue };
            match ai {
                "01" => self.behind("hl7.behind.di", value, cx),
                "10" => self.behind("hl7.behind.lot", value, cx),
                "21" => self.behind("hl7.behind.serial", value, cx),
                _ => {}
            }
        }
    }

    fn observation(&mut self, place: usize, obx: &Segment<'a>, cx: &mut Cx<'_>) {
        self.meet(&obx.joined(18), cx);
        self.behind("hl7.behind.method", &obx.part(17, 2), cx);
        let (code, name, system) = coded(obx, 3);
        // Status X and no value: a row that only names a part of the device (PCD-01 containment).
        let value_type = obx.text(2);
        let values = obx.field(5);
        if let Some(attribute) = self_description(&code, &name) {
            let text = Some(obx.part(5, 1)).filter(|t| !t.is_empty()).unwrap_or_else(|| obx.part(5, 2));
            if attribute == "hl7.behind.udi" { self.udi(&text, cx) } else { self.behind(attribute, &text, cx) }
            return;
        }
        if self.facet(obx, &name, cx) {
            return;
        }
        let unit = units::ucum(&obx.part(6, 1), &obx.part(6, 2), &obx.part(6, 3));
        // Two channels of one device may measure the same: the place then belongs to the name.
        let name = if self.doubled.contains(&code) { Cow::Owned(format!("{name} [{}]", obx.text(4))) } else { name };
        let mut reading = Reading {
            device_time: self.time(obx),
            source: self.source().to_string(),
            location: self.location.to_string(),
            patient: self.patient.clone(),
            code: code.into_owned(),
            code_system: system,
            name: self.hide(name),
            unit,
            status: status(&obx.text(11)),
            ..Reading::default()
        };
        let first = obx.repetitions(5).next().unwrap_or("");
        match &*value_type {
            "NM" => match obx.part(5, 1).parse::<f64>() {
                Ok(n) if n.is_finite() => {
                    reading.value = Some(n);
                    self.values.push(place);
                    cx.reading(reading);
                }
                _ if reading.status == "cannot_obtain" && values.is_empty() => cx.reading(reading),
                _ => self.unread = self.unread.saturating_add(1),
            },
            // §2A.3.71: comparator, number, separator, number.
            "SN" => {
                let (comparator, one, mark, two) = (obx.part(5, 1), obx.part(5, 2), obx.part(5, 3), obx.part(5, 4));
                let is_plain = matches!(&*comparator, "" | "=") && mark.is_empty();
                reading.value = one.parse().ok().filter(|n: &f64| is_plain && n.is_finite());
                reading.text = (!is_plain).then(|| format!("{comparator}{one}{mark}{two}"));
                cx.reading(reading);
            }
            "NA" | "MA" => self.wave(obx, reading, cx),
            "CE" | "CWE" | "CNE" | "CF" | "ID" | "IS" | "ST" | "DT" | "TM" | "DTM" | "TS" | "DR" => {
                let text = match &*value_type {
                    "CE" | "CWE" | "CNE" | "CF" => {
                        let text = Some(obx.part_of(first, 2)).filter(|t| !t.is_empty());
                        text.unwrap_or_else(|| obx.part_of(first, 1))
                    }
                    _ => obx.text(5),
                };
                if text.is_empty() || text.chars().count() > TEXT_CHARS_MAX {
                    self.unread = self.unread.saturating_add(usize::from(!text.is_empty()));
                    return;
                }
                if value_type == "ST" {
                    reading.value = text.parse().ok().filter(|n: &f64| n.is_finite());
                }
                if reading.value.is_none() {
                    reading.kind = ReadingKind::Text;
                    reading.text = Some(self.hide(text));
                }
                cx.reading(reading);
            }
            // Narrative (TX, FT), people (XCN, XPN …), encapsulated data (ED, RP) are not taken.
            _ => self.unread = self.unread.saturating_add(usize::from(!values.is_empty())),
        }
    }

    /// Time of an observation: OBX-14, else OBR-7.
    fn time(&mut self, obx: &Segment<'a>) -> Option<i64> {
        let sent = obx.part(14, 1);
        if sent != self.latest_time.0 {
            let time = stamp::nanos(&sent);
            self.latest_time = (sent, time);
        }
        self.latest_time.1.or(self.obr_time.0)
    }

    /// Numeric array (§2A.3.48): components are samples; repetitions of MA rows are multiplexed channels.
    fn wave(&mut self, obx: &Segment<'a>, mut reading: Reading, cx: &mut Cx<'_>) {
        reading.kind = ReadingKind::Waveform;
        for row in obx.repetitions(5) {
            for sample in obx.components(row) {
                if reading.samples.len() >= cx.limits.samples_max {
                    cx.note(NoteKind::OverLimit, "hl7.samples_max", self.at, format!("A waveform has more than {} samples.", cx.limits.samples_max));
                    self.waves.push(Wave { sub: obx.text(4).into_owned(), reading });
                    return;
                }
                // A gap in the samples is an empty component.
                reading.samples.push(sample.trim().parse().unwrap_or(f32::NAN));
            }
        }
        self.waves.push(Wave { sub: obx.text(4).into_owned(), reading });
    }

    /// OBX rows that describe another row: sample rate of a waveform, state of an alarm.
    fn facet(&mut self, obx: &Segment<'a>, name: &str, cx: &Cx<'_>) -> bool {
        let number = || obx.part(5, 1).parse::<f64>().ok().filter(|n| n.is_finite() && *n > 0.0);
        match name {
            "MDC_ATTR_SAMP_RATE" | "MDC_ATTR_TIME_PD_SAMP" => {
                let unit = units::ucum(&obx.part(6, 1), &obx.part(6, 2), &obx.part(6, 3));
                let rate = number().map(|n| match (name, unit.as_str()) {
                    ("MDC_ATTR_SAMP_RATE", "kHz") => n * 1000.0,
                    ("MDC_ATTR_SAMP_RATE", "/min") => n / 60.0,
                    ("MDC_ATTR_SAMP_RATE", _) => n,
                    (_, "ms") => 1000.0 / n,
                    (_, "us") => 1_000_000.0 / n,
                    _ => 1.0 / n,
                });
                let sub = obx.text(4);
                for wave in self.waves.iter_mut().filter(|w| sub.strip_prefix(&*w.sub).is_some_and(|under| under.is_empty() || under.starts_with('.'))) {
                    wave.reading.sample_rate_hz = rate;
                }
                true
            }
            "MDC_EVT_ALARM" | "MDC_ATTR_EVENT_PHASE" | "MDC_ATTR_ALARM_STATE" | "MDC_ATTR_ALARM_INACTIVATION_STATE" | "MDC_ATTR_ALARM_PRIORITY"
            | "MDC_ATTR_ALERT_TYPE" | "MDC_ATTR_EVT_PHASE" | "MDC_ATTR_ALERT_SOURCE" | "MDC_ATTR_EVT_COND"
                if self.is_alarm_message =>
            {
                let (code, text, system) = coded(obx, 5);
                let source = self.source().to_string();
                let time = self.time(obx);
                let shown = self.hide(obx.part(5, 9));
                let alarm = self.alarm.get_or_insert_with(Alarm::default);
                if name == "MDC_EVT_ALARM" || name == "MDC_ATTR_EVT_COND" {
                    (alarm.code, alarm.name, alarm.system, alarm.source, alarm.time) = (code.into_owned(), text.into_owned(), system, source, time);
                    // CWE-9: the text as the device displayed it.
                    alarm.text = shown;
                } else if name != "MDC_ATTR_ALERT_SOURCE" {
                    let word = if text.is_empty() { code } else { text };
                    if alarm.flags.len() < 8 && !word.is_empty() {
                        alarm.flags.push(word.into_owned());
                    }
                }
                let _ = cx;
                true
            }
            _ => false,
        }
    }

    /// The end of an OBR group: waveforms and alarms are whole.
    fn flush(&mut self, cx: &mut Cx<'_>) {
        let span = match self.obr_time {
            (Some(from), Some(to)) if to > from => u32::try_from(to.saturating_sub(from) / 1_000_000).ok().map(|ms| f64::from(ms) / 1000.0),
            _ => None,
        };
        for wave in std::mem::take(&mut self.waves) {
            let mut reading = wave.reading;
            // Without a rate: samples over the time of the request (OBR-7 to OBR-8).
            let count = u32::try_from(reading.samples.len()).map_or(0.0, f64::from);
            reading.sample_rate_hz = reading.sample_rate_hz.or_else(|| span.map(|s| count / s).filter(|r| *r > 0.0));
            cx.reading(reading);
        }
        if let Some(alarm) = self.alarm.take() {
            cx.reading(Reading {
                device_time: alarm.time,
                source: if alarm.source.is_empty() { self.source().to_string() } else { alarm.source },
                location: self.location.to_string(),
                patient: self.patient.clone(),
                kind: ReadingKind::Alarm,
                code: alarm.code,
                code_system: alarm.system,
                name: self.hide(Cow::Owned(alarm.name)),
                text: Some(alarm.text).filter(|t| !t.is_empty()),
                status: alarm.flags.join(" "),
                ..Reading::default()
            });
        }
    }
}

/// Code, text and system of a coded field: the first triplet, or the second where the first is empty.
fn coded<'a>(segment: &Segment<'a>, field: usize) -> (Cow<'a, str>, Cow<'a, str>, CodeSystem) {
    let first = [segment.part(field, 1), segment.part(field, 2), segment.part(field, 3)];
    let [code, text, system] = if first.iter().take(2).all(|part| part.is_empty()) {
        [segment.part(field, 4), segment.part(field, 5), segment.part(field, 6)]
    } else {
        first
    };
    (code, text, code_system(&system))
}

/// Codes that occur with more than one sub-ID (OBX-4) of one device (OBX-18).
fn doubled<'a>(segments: &[Segment<'a>]) -> BTreeSet<Cow<'a, str>> {
    let mut places: BTreeMap<(Cow<'a, str>, &str), &str> = BTreeMap::new();
    let mut out = BTreeSet::new();
    for obx in segments.iter().filter(|s| s.id == "OBX" && !s.field(4).is_empty() && !s.field(5).is_empty()) {
        let (code, ..) = coded(obx, 3);
        let first = places.entry((code.clone(), obx.field(18))).or_insert(obx.field(4));
        if *first != obx.field(4) {
            out.insert(code);
        }
    }
    out
}

/// Table 0396.
fn code_system(name: &str) -> CodeSystem {
    if name == "MDC" {
        return CodeSystem::Mdc;
    }
    match name.to_ascii_uppercase().as_str() {
        "MDC" => CodeSystem::Mdc,
        "LN" | "LOINC" => CodeSystem::Ln,
        "SCT" | "SNM3" | "SNOMED-CT" => CodeSystem::Sct,
        "DCM" => CodeSystem::Dcm,
        _ => CodeSystem::Local,
    }
}

/// Observation result status (table 0085).
fn status(code: &str) -> String {
    match code {
        "F" => "final",
        "P" | "R" | "S" | "I" => "preliminary",
        "C" => "corrected",
        "X" => "cannot_obtain",
        "D" | "W" => "withdrawn",
        other => other,
    }
    .to_string()
}

/// Rows in which a device says what it is (ISO/IEEE 11073-10101, MDC_ID_ and MDC_ATTR_ID_).
fn self_description(code: &str, name: &str) -> Option<&'static str> {
    Some(match (code, name) {
        (_, "MDC_ID_MODEL_MANUFACTURER") | ("531970", _) => "hl7.behind.manufacturer",
        (_, "MDC_ID_MODEL_NUMBER") | ("531969", _) => "hl7.behind.model",
        (_, "MDC_ID_PROD_SPEC_SERIAL") | ("531972", _) => "hl7.behind.serial",
        (_, "MDC_ID_PROD_SPEC_PART") | ("531973", _) => "hl7.behind.part",
        (_, "MDC_ID_PROD_SPEC_HW") | ("531974", _) => "hl7.behind.hardware",
        (_, "MDC_ID_PROD_SPEC_SW") | ("531975", _) => "hl7.behind.software",
        (_, "MDC_ID_PROD_SPEC_FW") | ("531976", _) => "hl7.behind.firmware",
        (_, "MDC_ATTR_ID_UDI" | "MDC_ID_UDI" | "MDC_UDI") => "hl7.behind.udi",
        _ => return None,
    })
}
