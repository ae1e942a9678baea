//! POCT1-A2 (CLSI): point-of-care analysers and their data manager, XML messages one after the other
//! on TCP. Patient identifiers become pseudonyms, operators keyed hashes; names are not read.

mod message;

pub use message::iso;

use crate::read::{Waiting, find, silence, wide};
use crate::{Cx, Dissector, Entry, Meta, Probe, Step, Stream};
use hinomi_model::{Dir, Ends, Exchange, NoteKind};

pub static DISSECTOR: Dissector = Dissector {
    meta: &Meta {
        name: "poct1a",
        title: "POCT1-A device messaging",
        standard: "CLSI POCT1-A2 Appendix B (Device Messaging Layer)",
        tier: 'A',
        clues: &[
            ("poct1a.device_id", "identifier of the analyser, often its EUI-64 (DEV.device_id)"),
            ("poct1a.vendor", "vendor identifier (DEV.vendor_id)"),
            ("poct1a.manufacturer", "manufacturer's name (DEV.manufacturer_name)"),
            ("poct1a.model", "model identifier (DEV.model_id)"),
            ("poct1a.serial", "serial number (DEV.serial_id)"),
            ("poct1a.name", "name of the analyser (DEV.device_name)"),
            ("poct1a.software", "software version (DEV.sw_version)"),
            ("poct1a.hardware", "hardware version (DEV.hw_version)"),
            ("poct1a.role", "device or manager"),
            ("poct1a.version", "version of the messages (HDR.version_id)"),
            ("poct1a.location", "location of the analyser (ACC.giving_facility, DST location)"),
        ],
        operations: &["HEL.R01", "DST.R01", "DST.R02", "OBS.R01", "OBS.R02", "EVS.R01", "END.R01", "EOT.R01", "REQ.R01", "OPL.R01", "OPL.R02", "PTL.R01", "PTL.R02", "DTV.R01", "DTV.R02", "DCP.R01", "ESC.R01", "KPA.R01", "ACK.R01", "*"],
        details: &[
            ("control_id", "message control ID (HDR.control_id)"),
            ("version", "version of the messages (HDR.version_id)"),
            ("created", "when the sender wrote it (HDR.creation_dttm)"),
            ("observations", "observations in the message"),
            ("new_observations", "observations the device says it holds (DST.new_observations_qty)"),
            ("condition", "state of the device (DST.condition_cd)"),
            ("topic", "topic that ends (EOT.topic_cd) or is asked for (REQ.request_cd)"),
            ("role", "what the observations are of: OBS patient, LQC quality control, CVR calibration (SVC.role_cd)"),
            ("operator", "keyed hash of the operator (OPR.operator_id)"),
            ("note", "error code of the acknowledgement (ACK.error_detail_cd)"),
        ],
        notes: &[
            ("poct1a.malformed_message", "bytes between messages that are no element"),
            ("poct1a.malformed_xml", "a message that is not well-formed XML"),
            ("poct1a.message_bytes_max", "a message over the limit of bytes held"),
            ("poct1a.pending_max", "more messages waiting for an acknowledgement than the limit"),
            ("poct1a.gap", "a part of the stream was not heard"),
        ],
        readings: true,
        tshark: "",
    },
    entries: &[Entry::Stream { hints: &[3001, 4001], probe, open: || Box::new(Poct::default()) }],
};

/// Name of a message: three capitals, `.R`, two digits.
fn is_message(name: &[u8]) -> bool {
    matches!(name, [a, b, c, b'.', b'R', d, e] if [a, b, c].iter().all(|x| x.is_ascii_uppercase()) && d.is_ascii_digit() && e.is_ascii_digit())
}

/// Start of the first element, behind white space and an XML declaration.
fn first_element(bytes: &[u8]) -> Option<usize> {
    let start = bytes.iter().position(|b| !matches!(b, b' ' | b'\r' | b'\n' | b'\t' | 0 | 0xef | 0xbb | 0xbf))?;
    let rest = bytes.get(start..)?;
    if rest.starts_with(b"<?") {
        let end = find(rest, b"?>")?.saturating_add(2);
        let inner = first_element(rest.get(end..)?)?;
        return Some(start.saturating_add(end).saturating_add(inner));
    }
    Some(start)
}

fn probe(_dir: Dir, head: &[u8], _ends: &Ends) -> Probe {
    if head.iter().find(|b| !matches!(b, b' ' | b'\r' | b'\n' | b'\t' | 0xef | 0xbb | 0xbf)).is_some_and(|b| *b != b'<') {
        return Probe::No;
    }
    match first_element(head).and_then(|n| head.get(n..)) {
        Some(rest) => match rest.get(1..8) {
            Some(name) if is_message(name) && rest.first() == Some(&b'<') => Probe::Yes,
            Some(_) => Probe::No,
            None => Probe::More,
        },
        None if head.len() < 256 => Probe::More,
        None => Probe::No,
    }
}

#[derive(Default)]
struct Poct {
    at: [u64; 2],
    seen: [usize; 2],
    waiting: Waiting<(bool, String), (Exchange, Dir)>,
    device: message::Device,
    /// After a gap, to the server and to the client: a message is looked for.
    lost: [bool; 2],
}

impl Poct {
    fn half(&mut self, dir: Dir) -> (&mut u64, &mut usize) {
        let [up, down] = &mut self.at;
        let [seen_up, seen_down] = &mut self.seen;
        if dir == Dir::ToServer { (up, seen_up) } else { (down, seen_down) }
    }
}

impl Poct {
    fn lost(&mut self, dir: Dir) -> &mut bool {
        let [up, down] = &mut self.lost;
        if dir == Dir::ToServer { up } else { down }
    }

    /// After a gap: pass over bytes until the start of a message.
    fn find_feet(&mut self, dir: Dir, bytes: &[u8]) -> Step {
        let mut n = 0usize;
        while let Some(next) = bytes.get(n..).and_then(|rest| rest.iter().position(|b| *b == b'<')) {
            n = n.saturating_add(next);
            match bytes.get(n.saturating_add(1)..n.saturating_add(8)) {
                Some(name) if is_message(name) => {
                    *self.lost(dir) = false;
                    return self.pass(dir, n);
                }
                Some(_) => n = n.saturating_add(1),
                None => return if n > 0 { self.pass(dir, n) } else { Step::Need(bytes.len().saturating_add(1)) },
            }
        }
        self.pass(dir, bytes.len())
    }

    fn pass(&mut self, dir: Dir, n: usize) -> Step {
        let at = self.half(dir).0;
        *at = at.saturating_add(wide(n));
        Step::Took(n)
    }
}

impl Stream for Poct {
    fn feed(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Step {
        if *self.lost(dir) {
            match self.find_feet(dir, bytes) {
                // The message stands right here.
                Step::Took(0) => {}
                other => return other,
            }
        }
        let Some(start) = first_element(bytes) else {
            // White space, or a declaration that is still open.
            return if bytes.iter().all(|b| !matches!(b, b'<')) && !bytes.is_empty() {
                let at = self.half(dir).0;
                *at = at.saturating_add(wide(bytes.len()));
                Step::Took(bytes.len())
            } else {
                Step::Need(bytes.len().saturating_add(1))
            };
        };
        let rest = bytes.get(start..).unwrap_or(&[]);
        let Some(name) = rest.get(1..8) else { return Step::Need(start.saturating_add(8)) };
        if rest.first() != Some(&b'<') || !is_message(name) {
            return Step::Malformed { at: start, name: "poct1a.malformed_message", why: "no message starts here" };
        }
        let mut end_tag = Vec::from(&b"</"[..]);
        end_tag.extend_from_slice(name);
        end_tag.push(b'>');
        let (at, seen) = self.half(dir);
        // What was searched before is not searched again.
        let from = seen.saturating_sub(end_tag.len()).max(start);
        let found = find(bytes.get(from..).unwrap_or(&[]), &end_tag).map(|n| n.saturating_add(from).saturating_add(end_tag.len()));
        let Some(end) = found else {
            *seen = bytes.len();
            if bytes.len() > cx.limits.message_bytes_max {
                return Step::OverLimit { name: "poct1a.message_bytes_max", limit: wide(cx.limits.message_bytes_max) };
            }
            return Step::Need(bytes.len().saturating_add(1));
        };
        *seen = 0;
        let here = at.saturating_add(wide(start));
        *at = at.saturating_add(wide(end));
        let document = crate::xml::Document::read(bytes.get(start..end).unwrap_or(&[]));
        if document.fault.is_some() {
            cx.note(NoteKind::Malformed, "poct1a.malformed_xml", here, "A message is not well-formed XML.");
        }
        message::message(dir, &document, wide(end.saturating_sub(start)), &mut self.waiting, &mut self.device, here, cx);
        Step::Took(end)
    }

    fn gap(&mut self, dir: Dir, missing: u64, cx: &mut Cx<'_>) -> bool {
        let (at, seen) = self.half(dir);
        *seen = 0;
        cx.note(NoteKind::Gap, "poct1a.gap", *at, format!("{missing} bytes were not heard."));
        *at = at.saturating_add(missing);
        *self.lost(dir) = true;
        true
    }

    fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        while let Some((_, (mut exchange, dir))) = self.waiting.first() {
            exchange.outcome = silence(heard, dir);
            cx.exchange(exchange);
        }
    }
}
