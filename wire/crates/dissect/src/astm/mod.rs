//! ASTM E1381 frames and E1394 records (CLSI LIS01-A2, LIS02-A2) on TCP: analysers and the
//! laboratory system.
//!
//! Patient and specimen identifiers become pseudonyms and hashes; names, addresses and physicians
//! are not read.

mod frame;
mod record;

use crate::{Dissector, Entry, Meta, Probe};
use hinomi_model::{Dir, Ends};

pub static DISSECTOR: Dissector = Dissector {
    meta: &Meta {
        name: "astm",
        title: "ASTM E1381 / E1394 (LIS01, LIS02)",
        standard: "ASTM E1381-02, E1394-97; CLSI LIS01-A2, LIS02-A2",
        tier: 'A',
        clues: &[
            ("astm.sender", "sender name or ID, components joined by `^`: maker, model, version, serial in the sender's own order (H-5)"),
            ("astm.called_receiver", "receiver the message was meant for (H-10), said of the host it went to"),
            ("astm.version", "version of the specification (H-13)"),
            ("astm.role", "`sender` or `receiver` of results, orders, queries or messages"),
            ("astm.instrument", "instrument that made a result (R-14)"),
        ],
        operations: &["results", "orders", "query", "message"],
        details: &[
            ("records", "records in the message"),
            ("results", "result records in it"),
            ("frames", "frames it came in"),
            ("refused_frames", "frames the receiver refused with NAK"),
            ("bad_checksums", "frames whose checksum is wrong"),
            ("processing", "processing ID: P, T, D, Q (H-12)"),
            ("version", "version of the specification (H-13)"),
            ("specimen", "keyed hash of the specimen ID (O-3)"),
            ("ended", "termination code (L-3)"),
        ],
        notes: &[
            ("astm.malformed_frame", "bytes between frames that are neither frame nor control character (E1381 §6.3)"),
            ("astm.bad_checksum", "a frame whose checksum is wrong (E1381 §6.3.3)"),
            ("astm.message_bytes_max", "a message over the limit of bytes held; the rest of it was not read"),
            ("astm.no_frames", "records sent without E1381 frames"),
            ("astm.gap", "a part of the stream was not heard"),
        ],
        readings: true,
        tshark: "",
    },
    entries: &[Entry::Stream { hints: &[5000, 9100, 4000, 1234], probe, open: || Box::new(frame::Astm::default()) }],
};

/// ENQ, then a frame that starts with a header record; or the header record alone.
fn probe(_dir: Dir, head: &[u8], _ends: &Ends) -> Probe {
    let rest = head.strip_prefix(&[0x05]).unwrap_or(head);
    match rest {
        // Only ENQ, or only an answer so far: the other direction, or the next bytes, will tell.
        [] if !head.is_empty() => Probe::More,
        [0x06] => Probe::More,
        [0x02, number @ b'0'..=b'7', record @ ..] => {
            let _ = number;
            header(record)
        }
        [0x02] => Probe::More,
        [b'H', ..] => header(rest),
        _ => Probe::No,
    }
}

/// Header record: `H`, field delimiter, then repeat, component and escape delimiters (E1394 §6.4).
fn header(record: &[u8]) -> Probe {
    let Some((b'H', rest)) = record.split_first() else { return if record.is_empty() { Probe::More } else { Probe::No } };
    let Some(marks) = rest.get(..5) else {
        return if rest.iter().all(u8::is_ascii_punctuation) { Probe::More } else { Probe::No };
    };
    let [field, a, b, c, again] = marks else { return Probe::No };
    let all = [field, a, b, c];
    let distinct = all.iter().enumerate().all(|(n, x)| all.iter().skip(n.saturating_add(1)).all(|y| x != y));
    if all.iter().all(|m| m.is_ascii_punctuation()) && distinct && field == again && *field == b'|' { Probe::Yes } else { Probe::No }
}
