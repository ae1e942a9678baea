//! OpenIGTLink 1 to 3: tool positions, images, status and texts of navigation systems and robots.
//! Images and other bulk are passed over behind their heads.

mod body;
mod crc;

use crate::read::{Rd, sender, size, text, wide};
use crate::{Cx, Dissector, Entry, Meta, Probe, Step, Stream};
use hinomi_model::{Dir, End, Ends, Exchange, Mac, Nanos, NoteKind};
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

/// Header (OpenIGTLink v3 §Header): version 2, type 12, device name 20, time stamp 8, body size 8, CRC 8.
const HEAD: usize = 58;
/// Longest body that is held; longer ones are read as far as their own head.
const BODY_BYTES_MAX: u64 = 64 << 10;
/// Bytes of a long body that tell what it is (extended header and image header).
const BULK_HEAD: usize = 256;
/// Largest body that is believed.
const BODY_LIMIT: u64 = 1 << 33;
/// Most streams (message type and device name) told apart on one connection.
const STREAMS_MAX: usize = 512;

pub static DISSECTOR: Dissector = Dissector {
    meta: &Meta {
        name: "igtl",
        title: "OpenIGTLink",
        standard: "OpenIGTLink protocol versions 1, 2 and 3",
        tier: 'A',
        clues: &[
            ("igtl.version", "protocol version of its headers"),
            ("igtl.device", "device name of its messages and their type: `name|type` (header)"),
            ("igtl.role", "source or receiver of tool positions, images, texts …"),
            ("igtl.capability", "message types it says it takes (CAPABILITY)"),
            ("igtl.text", "`device name|text` of a STRING message that looks like an identity: maker, model, serial, version"),
            ("igtl.manufacturer", "text of a STRING or metadata entry named manufacturer or maker"),
            ("igtl.model", "text of one named model"),
            ("igtl.serial", "text of one named serial"),
            ("igtl.software", "text of one named version or software"),
        ],
        operations: &["*"],
        details: &[
            ("device", "device name of the header"),
            ("messages", "messages of this type and device name on the connection"),
            ("version", "protocol version"),
            ("code", "status code and its name (STATUS)"),
            ("size", "size of an image in voxels (IMAGE)"),
            ("scalar", "scalar type of an image (IMAGE)"),
            ("types", "message types (CAPABILITY)"),
            ("metadata", "names of metadata entries (version 3)"),
        ],
        notes: &[
            ("igtl.malformed_header", "bytes that cannot be a header"),
            ("igtl.malformed_body", "a body shorter than its type asks for"),
            ("igtl.bad_crc", "a body whose checksum is wrong"),
            ("igtl.body_bytes_max", "a body over the limit of bytes held; only its head was read"),
            ("igtl.streams_max", "more streams on one connection than are told apart"),
            ("igtl.unknown_version", "a header version above 3"),
            ("igtl.gap", "a part of the stream was not heard"),
        ],
        readings: true,
        tshark: "",
    },
    entries: &[Entry::Stream { hints: &[18944, 18945], probe, open: || Box::new(Igtl::default()) }],
};

/// Ends do not matter to recognition.
const NOWHERE: Ends = {
    const END: End = End { mac: Mac::NONE, ip: IpAddr::V4(Ipv4Addr::UNSPECIFIED), port: 0 };
    Ends { client: END, server: END, vlan: None }
};

struct Header {
    version: u16,
    kind: String,
    device: String,
    stamp: u64,
    body: u64,
    crc: u64,
}

/// A name: letters, digits, `_`, padded with zeros.
fn is_name(bytes: &[u8], strict: bool) -> bool {
    let end = bytes.iter().position(|b| *b == 0).unwrap_or(bytes.len());
    let (name, pad) = bytes.split_at_checked(end).unwrap_or((bytes, &[]));
    let fits = |b: &u8| if strict { b.is_ascii_uppercase() || b.is_ascii_digit() || *b == b'_' } else { (0x20..0x7f).contains(b) || *b >= 0x80 };
    (!name.is_empty() || !strict) && name.iter().all(fits) && pad.iter().all(|b| *b == 0 || !strict)
}

fn header(bytes: &[u8]) -> Option<Header> {
    let mut rd = Rd::new(bytes);
    let version = rd.u16()?;
    let kind = rd.take(12)?;
    let device = rd.take(20)?;
    let (stamp, body, crc) = (rd.u64()?, rd.u64()?, rd.u64()?);
    if !(1..=9).contains(&version) || !is_name(kind, true) || !is_name(device, false) || body > BODY_LIMIT {
        return None;
    }
    Some(Header { version, kind: text(kind), device: text(device), stamp, body, crc })
}

fn probe(_dir: Dir, head: &[u8], _ends: &Ends) -> Probe {
    // Version, then the type in capitals padded with zeros: 14 bytes tell enough to wait for the rest.
    let version = head.get(..2).unwrap_or(head);
    if version.first().is_some_and(|b| *b != 0) || version.get(1).is_some_and(|b| !(1..=3).contains(b)) {
        return Probe::No;
    }
    let kind = head.get(2..14.min(head.len())).unwrap_or(&[]);
    if !kind.is_empty() && !is_name(kind, true) {
        return Probe::No;
    }
    let Some(whole) = head.get(..HEAD) else { return Probe::More };
    match header(whole) {
        Some(h) if body::is_known(&h.kind) => Probe::Yes,
        _ => Probe::No,
    }
}

#[derive(Default)]
struct Igtl {
    at: [u64; 2],
    streams: BTreeMap<(bool, String, String), Seen>,
    told_crc: bool,
    told_version: bool,
    told_streams: bool,
    told_long: bool,
    /// After a gap, to the server and to the client: a header is looked for.
    lost: [bool; 2],
}

struct Seen {
    exchange: Exchange,
    count: u64,
    last: Nanos,
}

impl Igtl {
    fn at(&mut self, dir: Dir) -> &mut u64 {
        let [up, down] = &mut self.at;
        if dir == Dir::ToServer { up } else { down }
    }

    fn lost(&mut self, dir: Dir) -> &mut bool {
        let [up, down] = &mut self.lost;
        if dir == Dir::ToServer { up } else { down }
    }

    /// After a gap: pass over bytes until a header that names a known type.
    fn find_feet(&mut self, dir: Dir, bytes: &[u8]) -> Step {
        for n in 0..bytes.len() {
            let rest = bytes.get(n..).unwrap_or(&[]);
            let found = match rest.get(..HEAD) {
                Some(head) => header(head).is_some_and(|h| h.version <= 3 && body::is_known(&h.kind)),
                None if probe(dir, rest, &NOWHERE) == Probe::More => return if n > 0 { self.pass(dir, n) } else { Step::Need(HEAD) },
                None => false,
            };
            if found {
                *self.lost(dir) = false;
                return self.pass(dir, n);
            }
        }
        self.pass(dir, bytes.len())
    }

    fn pass(&mut self, dir: Dir, n: usize) -> Step {
        let at = self.at(dir);
        *at = at.saturating_add(wide(n));
        Step::Took(n)
    }

    fn message(&mut self, dir: Dir, h: &Header, content: &[u8], whole: bool, at: u64, cx: &mut Cx<'_>) {
        let is_up = dir == Dir::ToServer;
        let port = (!is_up).then_some(cx.ends.server.port);
        if h.version > 3 && !std::mem::replace(&mut self.told_version, true) {
            cx.note(NoteKind::Unknown, "igtl.unknown_version", at, format!("A header has the version {}.", h.version));
        }
        if whole && h.crc != 0 && crc::crc64(content) != h.crc && !std::mem::replace(&mut self.told_crc, true) {
            cx.note(NoteKind::Odd, "igtl.bad_crc", at, "A body has a wrong checksum.");
        }
        let key = (is_up, h.kind.clone(), h.device.clone());
        let is_new = !self.streams.contains_key(&key);
        let bytes = h.body.saturating_add(wide(HEAD));
        if is_new {
            if self.streams.len() >= STREAMS_MAX {
                if !std::mem::replace(&mut self.told_streams, true) {
                    cx.note(NoteKind::OverLimit, "igtl.streams_max", at, format!("More than {STREAMS_MAX} streams on one connection."));
                }
            } else {
                cx.clue(sender(dir), "igtl.version", &h.version.to_string(), port);
                cx.clue(sender(dir), "igtl.device", &format!("{}|{}", h.device.replace('|', "/"), h.kind), port);
                let mut exchange = Exchange {
                    time: cx.time,
                    operation: h.kind.clone(),
                    object: h.device.clone(),
                    reversed: !is_up,
                    ..Exchange::default()
                };
                if !h.device.is_empty() {
                    exchange.detail.push(("device", h.device.clone()));
                }
                exchange.detail.push(("version", h.version.to_string()));
                self.streams.insert(key.clone(), Seen { exchange, count: 0, last: cx.time });
            }
        }
        let now = cx.time;
        let seen = self.streams.get_mut(&key);
        let fits = body::read(dir, h.version, &h.kind, &h.device, h.stamp, content, is_new, seen.map(|s| {
            s.count = s.count.saturating_add(1);
            s.last = now;
            s.exchange.request_bytes = s.exchange.request_bytes.saturating_add(bytes);
            &mut s.exchange
        }), cx);
        if !fits && whole {
            cx.note(NoteKind::Malformed, "igtl.malformed_body", at.saturating_add(wide(HEAD)), "A body is shorter than its type asks for.");
        }
    }
}

impl Stream for Igtl {
    fn feed(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Step {
        if *self.lost(dir) {
            match self.find_feet(dir, bytes) {
                // The header stands right here.
                Step::Took(0) => {}
                other => return other,
            }
        }
        let at = *self.at(dir);
        let Some(head) = bytes.get(..HEAD) else { return Step::Need(HEAD) };
        let Some(h) = header(head) else {
            return Step::Malformed { at: 0, name: "igtl.malformed_header", why: "no header can begin like this" };
        };
        let total = h.body.saturating_add(wide(HEAD));
        if h.body <= BODY_BYTES_MAX {
            let whole = size(u32::try_from(total).unwrap_or(u32::MAX));
            let Some(content) = bytes.get(HEAD..whole) else { return Step::Need(whole) };
            self.message(dir, &h, content, true, at, cx);
            *self.at(dir) = at.saturating_add(total);
            return Step::Took(whole);
        }
        let Some(content) = bytes.get(HEAD..HEAD.saturating_add(BULK_HEAD)) else { return Step::Need(HEAD.saturating_add(BULK_HEAD)) };
        // Images are long by nature; anything else of that length is worth a note.
        if !body::is_bulk(&h.kind) && !std::mem::replace(&mut self.told_long, true) {
            cx.note(NoteKind::OverLimit, "igtl.body_bytes_max", at, format!("A body has {} bytes.", h.body));
        }
        self.message(dir, &h, content, false, at, cx);
        *self.at(dir) = at.saturating_add(total);
        Step::Skip(total)
    }

    fn gap(&mut self, dir: Dir, missing: u64, cx: &mut Cx<'_>) -> bool {
        let at = self.at(dir);
        cx.note(NoteKind::Gap, "igtl.gap", *at, format!("{missing} bytes were not heard."));
        *at = at.saturating_add(missing);
        *self.lost(dir) = true;
        true
    }

    fn end(&mut self, _heard: [bool; 2], cx: &mut Cx<'_>) {
        for (_, mut seen) in std::mem::take(&mut self.streams) {
            if seen.count > 0 {
                seen.exchange.detail.push(("messages", seen.count.to_string()));
                seen.exchange.duration_ns = crate::read::lapse(seen.exchange.time, seen.last).filter(|_| seen.count > 1);
                cx.exchange(seen.exchange);
            }
        }
    }
}
