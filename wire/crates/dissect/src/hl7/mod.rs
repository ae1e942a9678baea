//! HL7 version 2 over MLLP: every message an exchange settled by its acknowledgement, the devices
//! behind gateways as clues, observations as readings.
//!
//! Names, addresses and phone numbers are never said. Patient identifiers become pseudonyms, order
//! numbers keyed hashes; observation texts are searched for what the same message says of its patient.

mod like;
mod message;
mod mllp;
mod observe;
mod session;
mod stamp;
mod units;

use crate::read::find;
use crate::{Dissector, Entry, Meta, Probe};
use hinomi_model::{Dir, Ends};
use message::Marks;

pub use stamp::nanos as time_nanos;
pub use units::{by_code as unit_by_code, ucum as unit_ucum};

pub static DISSECTOR: Dissector = Dissector {
    meta: &Meta {
        name: "hl7",
        title: "HL7 version 2 over MLLP",
        standard: "HL7 v2.9; MLLP releases 1 and 2; IHE DEV TF-2 (PCD-01, PCD-04, WCM)",
        tier: 'A',
        clues: &[
            ("hl7.application", "application that sent a message, `namespace^universal id^type` (MSH-3)"),
            ("hl7.facility", "facility that sent it (MSH-4)"),
            ("hl7.called_application", "application a message was meant for, said of the host it went to (MSH-5)"),
            ("hl7.called_facility", "facility it was meant for (MSH-6)"),
            ("hl7.version", "version of the messages it sends (MSH-12)"),
            ("hl7.role", "`sender` or `receiver` and the message type (MSH-9)"),
            ("hl7.profile", "message profile it claims (MSH-21)"),
            ("hl7.charset", "character set it declares (MSH-18)"),
            ("hl7.charset_used", "character set told from its bytes, where the declared one does not fit"),
            ("hl7.software", "`vendor|product|version|binary id` (SFT-1, 3, 2, 4)"),
            ("hl7.behind", "a device the host speaks for, not the host itself: `identifier|type|location` (OBX-18 or PRT-10, the OBX of the device system, PV1-3)"),
            ("hl7.behind.manufacturer", "`identifier|manufacturer` of a device behind the host (MDC_ID_MODEL_MANUFACTURER)"),
            ("hl7.behind.model", "`identifier|model` (MDC_ID_MODEL_NUMBER)"),
            ("hl7.behind.serial", "`identifier|serial number` (MDC_ID_PROD_SPEC_SERIAL, PRT-20, or within a UDI)"),
            ("hl7.behind.software", "`identifier|software version` (MDC_ID_PROD_SPEC_SW)"),
            ("hl7.behind.firmware", "`identifier|firmware version` (MDC_ID_PROD_SPEC_FW)"),
            ("hl7.behind.hardware", "`identifier|hardware version` (MDC_ID_PROD_SPEC_HW)"),
            ("hl7.behind.part", "`identifier|part number` (MDC_ID_PROD_SPEC_PART)"),
            ("hl7.behind.udi", "`identifier|unique device identifier` (MDC_ATTR_ID_UDI, PRT-16 or PRT-10)"),
            ("hl7.behind.di", "`identifier|device identifier part of the UDI` (GS1 application identifier 01)"),
            ("hl7.behind.lot", "`identifier|lot` (PRT-19, or GS1 application identifier 10)"),
            ("hl7.behind.method", "`identifier|method or equipment instance` (OBX-17)"),
            ("hl7.station_ae", "AE title an imaging order was made for (OBR-20, OBR-21), said of the host that ordered"),
        ],
        operations: &["ACK*", "ADT^*", "BAR^*", "DFT^*", "MDM^*", "MFN^*", "OML^*", "OMG^*", "OMI^*", "ORM^*", "ORR^*", "ORU^*", "OUL^*", "QBP^*", "QRY^*", "RAS^*", "RDE^*", "RSP^*", "SIU^*", "*"],
        details: &[
            ("control_id", "message control ID (MSH-10)"),
            ("version", "version (MSH-12)"),
            ("processing", "processing ID: P, T, D (MSH-11)"),
            ("event_time", "when it happened (EVN-6, EVN-2) or was written (MSH-7), as sent"),
            ("segments", "segments in the message"),
            ("observations", "OBX segments in it"),
            ("unread", "OBX segments whose value was not taken: narrative, encapsulated data, unknown types"),
            ("charset", "character set declared or told"),
            ("profile", "message profile (MSH-21)"),
            ("order", "keyed hash of the placer order number (ORC-2, OBR-2)"),
            ("filler", "keyed hash of the filler order number (ORC-3, OBR-3)"),
            ("order_control", "order control code (ORC-1)"),
            ("service", "service asked for or reported (OBR-4)"),
            ("location", "assigned location (PV1-3)"),
            ("patient_class", "patient class (PV1-2)"),
            ("accept_ack", "condition of the accept acknowledgement (MSH-15)"),
            ("application_ack", "condition of the application acknowledgement (MSH-16)"),
            ("commit", "accept acknowledgement that came before the application's: CA, CE, CR, or MLLP's own ack and nak"),
            ("response", "message type of the answer, where it is more than an ACK"),
            ("error", "error code and its text (ERR-3), severity (ERR-4)"),
            ("batch", "keyed hash of the batch control ID, or yes, when it came in a batch (BHS-11)"),
            ("truncated", "yes, when only its head was held"),
        ],
        notes: &[
            ("hl7.no_start_block", "a message without the start block VT (MLLP release 1)"),
            ("hl7.no_end_block", "a message without the end block FS CR"),
            ("hl7.line_feed", "segments that end in a line feed (HL7 §2.5.2 asks for CR)"),
            ("hl7.hybrid_framing", "the older hybrid lower layer protocol, with a block head"),
            ("hl7.not_a_message", "a block that does not start with MSH, FHS or BHS"),
            ("hl7.message_bytes_max", "a message over the limit of bytes held; its head was read"),
            ("hl7.segments_max", "more segments in a message than are read"),
            ("hl7.pending_max", "more messages waiting for an acknowledgement than the limit; the oldest was given up"),
            ("hl7.samples_max", "a waveform with more samples than the limit; the rest was cut"),
            ("hl7.charset_guessed", "text that does not fit the declared character set; the set was told from the bytes"),
            ("hl7.unknown_character_set", "a character set that table 0211 does not name"),
            ("hl7.ack_unmatched", "an acknowledgement of a message that was not heard"),
            ("hl7.gap", "a part of the stream was not heard; reading went on at the next start block"),
        ],
        readings: true,
        tshark: "hl7",
    },
    entries: &[Entry::Stream { hints: &[2575, 6661, 5000, 6001, 5100, 24000], probe, open: || Box::new(mllp::Hl7::default()) }],
};

/// A message head, at the start or behind a start block anywhere in the bytes.
pub fn probe(_dir: Dir, head: &[u8], _ends: &Ends) -> Probe {
    const VT: u8 = 0x0b;
    let bare = head.strip_prefix(&[VT]).unwrap_or(head);
    match bare.get(..3) {
        Some(b"MSH" | b"FHS" | b"BHS") => return told(bare),
        Some(_) => {}
        None if [&b"MSH"[..], b"FHS", b"BHS"].iter().any(|id| id.starts_with(bare)) => {
            return if head.is_empty() { Probe::No } else { Probe::More };
        }
        None => return Probe::No,
    }
    // Hybrid framing, and streams heard from the middle of a message.
    for id in [&b"\x0bMSH"[..], b"\x0bFHS", b"\x0bBHS", b"\rMSH"] {
        if let Some(n) = find(head, id) {
            let rest = head.get(n.saturating_add(1)..).unwrap_or(&[]);
            if (id.first() == Some(&VT) || head.first() == Some(&VT)) && Marks::read(rest).is_some() {
                return Probe::Yes;
            }
        }
    }
    Probe::No
}

fn told(bare: &[u8]) -> Probe {
    if Marks::read(bare).is_some() {
        Probe::Yes
    } else if bare.len() < 9 && bare.get(3..).unwrap_or(&[]).iter().all(u8::is_ascii_punctuation) {
        Probe::More
    } else {
        Probe::No
    }
}
