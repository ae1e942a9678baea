//! What a dissector says. The words of the enums are the words of `schema/records.toml`.

use crate::{Mac, Nanos, json};
use std::net::IpAddr;
use std::sync::Arc;

/// Whom a clue is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Host {
    Client,
    Server,
    /// Somebody else than the ends of the flow (a DHCP client before it has an address, the owner of
    /// an mDNS record, a neighbour in an LLDP frame).
    Other { mac: Mac, ip: Option<IpAddr> },
}

/// One thing a host let out about itself. Repeats are cheap: the engine keeps one row with a count.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Clue {
    pub host: Host,
    /// Declared in the dissector's `Meta::clues`.
    pub attribute: &'static str,
    /// UTF-8, trimmed, never empty; no patient identifier and no credential in clear.
    pub value: String,
    /// Port of the host it was read at, where the clue belongs to a service of the host.
    pub port: Option<u16>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Outcome {
    #[default]
    Ok,
    Warning,
    /// The other side said no (rejection, NAK, 401, NXDOMAIN …).
    Refused,
    /// The other side tried and failed.
    Failed,
    Unanswered,
    Aborted,
    /// The answer may have come, but the tap did not hear that side.
    HalfHeard,
}

impl Outcome {
    pub fn word(self) -> &'static str {
        match self {
            Outcome::Ok => "ok",
            Outcome::Warning => "warning",
            Outcome::Refused => "refused",
            Outcome::Failed => "failed",
            Outcome::Unanswered => "unanswered",
            Outcome::Aborted => "aborted",
            Outcome::HalfHeard => "half_heard",
        }
    }
}

/// One application transaction, said once its outcome is known (or the flow ended).
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Exchange {
    /// Time of the request at the tap; 0 = the time of the packet at hand.
    pub time: Nanos,
    pub duration_ns: Option<u64>,
    /// Name of the protocol, where it travels inside the one of the flow; empty = that one.
    pub protocol: &'static str,
    pub operation: String,
    pub outcome: Outcome,
    pub status: String,
    pub client_name: String,
    pub server_name: String,
    pub object: String,
    /// A pseudonym (`Keys::patient`), or empty.
    pub patient: String,
    pub request_bytes: u64,
    pub response_bytes: u64,
    /// True when the client of the flow is the answering side of this exchange (a DICOM C-MOVE
    /// sub-operation, a server push).
    pub reversed: bool,
    /// Further fields, names declared in the dissector's `Meta::details`.
    pub detail: Vec<(&'static str, String)>,
    /// Fields that stand before them, written already: members of a JSON object.
    pub detail_written: String,
}

impl Exchange {
    /// All its further fields as one JSON object.
    pub fn detail_json(&self, out: &mut String) {
        out.clear();
        out.push('{');
        out.push_str(&self.detail_written);
        for (name, value) in &self.detail {
            json::member(out, name, value);
        }
        out.push('}');
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ReadingKind {
    #[default]
    Numeric,
    Text,
    Waveform,
    Alarm,
    Transform,
    Setting,
}

impl ReadingKind {
    pub fn word(self) -> &'static str {
        match self {
            ReadingKind::Numeric => "numeric",
            ReadingKind::Text => "text",
            ReadingKind::Waveform => "waveform",
            ReadingKind::Alarm => "alarm",
            ReadingKind::Transform => "transform",
            ReadingKind::Setting => "setting",
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum CodeSystem {
    /// ISO/IEEE 11073-10101.
    Mdc,
    /// LOINC.
    Ln,
    Sct,
    Dcm,
    #[default]
    Local,
}

impl CodeSystem {
    pub fn word(self) -> &'static str {
        match self {
            CodeSystem::Mdc => "MDC",
            CodeSystem::Ln => "LN",
            CodeSystem::Sct => "SCT",
            CodeSystem::Dcm => "DCM",
            CodeSystem::Local => "local",
        }
    }
}

/// One clinical value or block of samples. See `schema/records.toml`, record `reading`.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Reading {
    pub device_time: Option<Nanos>,
    pub source: String,
    pub location: String,
    pub patient: String,
    pub kind: ReadingKind,
    pub code: String,
    pub code_system: CodeSystem,
    pub name: String,
    pub value: Option<f64>,
    pub text: Option<String>,
    pub unit: String,
    pub status: String,
    pub sample_rate_hz: Option<f64>,
    pub samples: Vec<f32>,
}

/// A reading that differs from one before in its value and its time only.
#[derive(Clone, PartialEq, Debug)]
pub struct Again {
    pub like: Arc<Reading>,
    pub value: Option<f64>,
    pub device_time: Option<Nanos>,
}

impl From<Again> for Reading {
    fn from(again: Again) -> Reading {
        Reading { value: again.value, device_time: again.device_time, ..Reading::clone(&again.like) }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum NoteKind {
    Malformed,
    OverLimit,
    Gap,
    Unknown,
    Odd,
    Capture,
}

impl NoteKind {
    pub fn word(self) -> &'static str {
        match self {
            NoteKind::Malformed => "malformed",
            NoteKind::OverLimit => "over_limit",
            NoteKind::Gap => "gap",
            NoteKind::Unknown => "unknown",
            NoteKind::Odd => "odd",
            NoteKind::Capture => "capture",
        }
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Note {
    pub kind: NoteKind,
    /// Declared in the dissector's `Meta::notes`.
    pub name: &'static str,
    /// Byte offset within the stream or datagram.
    pub at: u64,
    /// One plain sentence, never with patient data or payload bytes.
    pub text: String,
}

/// What the dissector said while it read one piece. The engine empties it after each call.
#[derive(Default, Debug)]
pub struct Out {
    pub clues: Vec<Clue>,
    /// Clues that were said before on the same connection; the list is the same one.
    pub clues_again: Vec<Arc<[Clue]>>,
    pub exchanges: Vec<Exchange>,
    pub readings: Vec<Reading>,
    /// Readings said after those of `readings`.
    pub again: Vec<Again>,
    pub notes: Vec<Note>,
    /// Facts for the flow row; a later value replaces an earlier one.
    pub sni: Option<String>,
    pub ja4: Option<String>,
    pub tls_version: Option<&'static str>,
    pub certificate: Option<String>,
}

impl Out {
    pub fn is_empty(&self) -> bool {
        self.clues.is_empty()
            && self.clues_again.is_empty()
            && self.exchanges.is_empty()
            && self.readings.is_empty()
            && self.again.is_empty()
            && self.notes.is_empty()
            && self.sni.is_none()
            && self.ja4.is_none()
            && self.tls_version.is_none()
            && self.certificate.is_none()
    }
}
