//! Internet Key Exchange 1 and 2 (RFC 2408, RFC 7296), and ESP within UDP (RFC 3948).

use crate::read::{self, Rd};
use crate::{Cx, Datagram, Dissector, Entry, Meta, Probe, Verdict};
use hinomi_model::{Dir, Ends, Exchange, Nanos, NoteKind, Outcome};

pub static IKE: Dissector = Dissector {
    meta: &Meta {
        name: "ike",
        title: "Internet Key Exchange, and ESP in UDP",
        standard: "RFC 7296, RFC 2408, RFC 2409, RFC 3948",
        tier: 'B',
        clues: &[
            ("ike.version", "1.0 or 2.0, of the side that offers or answers"),
            ("ike.vendor_id", "vendor id payload: its name where known, else hex (RFC 7296 §3.12)"),
        ],
        operations: &["IKE_SA_INIT", "IKE_AUTH", "CREATE_CHILD_SA", "INFORMATIONAL", "main mode", "aggressive mode", "quick mode", "exchange *", "esp"],
        details: &[
            ("version", "1.0 or 2.0"),
            ("encryption", "encryption transforms offered or chosen, IANA numbers (RFC 7296 §3.3.2)"),
            ("notify", "notify types, IANA numbers (RFC 7296 §3.10)"),
            ("packets", "ESP packets heard within UDP"),
        ],
        notes: &[
            ("ike.malformed", "a payload ends too early"),
            ("ike.aggressive", "aggressive mode shows the hash of the shared key to anybody who asks"),
        ],
        readings: false,
        tshark: "isakmp",
    },
    entries: &[Entry::Datagram { hints: &[500, 4500], probe, open: || Box::new(Ike::default()) }],
};

struct Header {
    initiator: u64,

    next: u8,
    version: u8,
    exchange: u8,
    flags: u8,
    message: u32,
    length: usize,
}

/// RFC 7296 §3.1; on port 4500 four zero bytes stand before it (RFC 3948 §2.2).
fn header(bytes: &[u8], ends: &Ends) -> Option<(Header, usize)> {
    let marked = (ends.client.port == 4500 || ends.server.port == 4500) && bytes.starts_with(&[0; 4]);
    let start = if marked { 4 } else { 0 };
    let mut rd = Rd::at(bytes, start);
    let h = Header {
        initiator: rd.u64()?,
        next: rd.skip(8).and_then(|()| rd.u8())?,
        version: rd.u8()?,
        exchange: rd.u8()?,
        flags: rd.u8()?,
        message: rd.u32()?,
        length: read::size(rd.u32()?),
    };
    let known = match h.version {
        0x20 => matches!(h.exchange, 34..=44),
        0x10 => matches!(h.exchange, 1..=6 | 32..=34),
        _ => false,
    };
    let whole = h.length == bytes.len().saturating_sub(start) && h.length >= 28;
    (known && whole && h.initiator != 0).then_some((h, start))
}

fn probe(_dir: Dir, bytes: &[u8], ends: &Ends) -> Probe {
    if header(bytes, ends).is_some() {
        return Probe::Yes;
    }
    // RFC 3948 §2.1: SPI and sequence number; a counter in its infancy or padding to four tells it from noise.
    let natt = ends.server.port == 4500 || ends.client.port == 4500;
    let mut rd = Rd::new(bytes);
    match (rd.u32(), rd.u32()) {
        (Some(spi), Some(sequence)) if natt && spi > 255 && sequence < 1 << 24 && bytes.len() >= 36 && bytes.len().is_multiple_of(4) => Probe::Yes,
        _ => Probe::No,
    }
}

#[derive(Default)]
struct Ike {
    asked: read::Waiting<(u64, u8, u32), (Nanos, Dir, Exchange)>,
    esp: u64,
    esp_begun: Nanos,
    esp_bytes: [u64; 2],
    noted: bool,
}

fn operation(h: &Header) -> String {
    match (h.version, h.exchange) {
        (0x20, 34) => "IKE_SA_INIT".into(),
        (0x20, 35) => "IKE_AUTH".into(),
        (0x20, 36) => "CREATE_CHILD_SA".into(),
        (0x20, 37) | (0x10, 5) => "INFORMATIONAL".into(),
        (0x10, 2) => "main mode".into(),
        (0x10, 4) => "aggressive mode".into(),
        (0x10, 32) => "quick mode".into(),
        (_, other) => format!("exchange {other}"),
    }
}

/// Vendor ids are hashes or words that makers chose; these are published in RFCs and drivers' sources.
fn vendor(bytes: &[u8]) -> String {
    let known: [(&[u8], &str); 9] = [
        (&[0xaf, 0xca, 0xd7, 0x13, 0x68, 0xa1, 0xf1, 0xc9, 0x6b, 0x86, 0x96, 0xfc, 0x77, 0x57], "Dead Peer Detection (RFC 3706)"),
        (&[0x09, 0x00, 0x26, 0x89, 0xdf, 0xd6, 0xb7, 0x12], "XAUTH"),
        (&[0x12, 0xf5, 0xf2, 0x8c, 0x45, 0x71, 0x68, 0xa9, 0x70, 0x2d, 0x9f, 0xe2, 0x74, 0xcc], "Cisco Unity"),
        (&[0x4a, 0x13, 0x1c, 0x81, 0x07, 0x03, 0x58, 0x45, 0x5c, 0x57, 0x28, 0xf2, 0x0e, 0x95, 0x45, 0x2f], "NAT-T (RFC 3947)"),
        (&[0x88, 0x2f, 0xe5, 0x6d, 0x6f, 0xd2, 0x0d, 0xbc, 0x22, 0x51, 0x61, 0x3b, 0x2e, 0xbe, 0x5b, 0xeb], "strongSwan"),
        (&[0x82, 0x99, 0x03, 0x17, 0x57, 0xa3, 0x60, 0x82, 0xc6, 0xa6, 0x21, 0xde], "Fortinet FortiGate"),
        (&[0x1e, 0x2b, 0x51, 0x69, 0x05, 0x99, 0x1c, 0x7d, 0x7c, 0x96, 0xfc, 0xbf, 0xb5, 0x87, 0xe4, 0x61], "Microsoft Windows"),
        (&[0x40, 0x48, 0xb7, 0xd5, 0x6e, 0xbc, 0xe8, 0x85, 0x25, 0xe7, 0xde, 0x7f, 0x00, 0xd6, 0xc2, 0xd3], "fragmentation"),
        (&[0xf4, 0xed, 0x19, 0xe0, 0xc1, 0x14, 0xeb, 0x51, 0x6f, 0xaa, 0xac, 0x0e, 0xe3, 0x7d, 0xaf, 0x28], "Check Point"),
    ];
    if let Some((_, name)) = known.iter().find(|(id, _)| bytes.starts_with(id)) {
        return (*name).to_string();
    }
    if bytes.len() >= 4 && read::printable(bytes) { read::text(bytes) } else { crate::mask::short_hex(bytes, 16) }
}

impl Datagram for Ike {
    fn datagram(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Verdict {
        let Some((h, start)) = header(bytes, cx.ends) else {
            if bytes.len() >= 16 && !bytes.starts_with(&[0; 4]) {
                if self.esp == 0 {
                    self.esp_begun = cx.time;
                }
                self.esp = self.esp.saturating_add(1);
                let count = if dir == Dir::ToServer { self.esp_bytes.first_mut() } else { self.esp_bytes.last_mut() };
                if let Some(count) = count {
                    *count = count.saturating_add(read::wide(bytes.len()));
                }
                return Verdict::Read;
            }
            // RFC 3948 §2.3: one byte keeps the mapping alive.
            return if bytes == [0xff] { Verdict::Read } else { Verdict::NotMine };
        };
        let body = bytes.get(start.saturating_add(28)..).unwrap_or(&[]);
        let version = if h.version == 0x20 { "2.0" } else { "1.0" };
        cx.clue(read::sender(dir), "ike.version", version, Some(cx.ends.sender(dir).port));
        let mut said = Exchange { operation: operation(&h), ..Exchange::default() };
        said.detail.push(("version", version.into()));
        let clear = if h.version == 0x10 { h.flags & 1 == 0 } else { true };
        if clear && payloads(&h, body, dir, &mut said, cx).is_none() {
            cx.note(NoteKind::Malformed, "ike.malformed", read::wide(start.saturating_add(28)), "a payload ends too early");
        }
        if h.version == 0x10 && h.exchange == 4 && !self.noted {
            self.noted = true;
            cx.note(NoteKind::Odd, "ike.aggressive", 0, "aggressive mode shows the hash of the shared key");
        }
        // RFC 7296 §3.1: the R flag marks answers; version 1 has none, there the other direction answers.
        let key = (h.initiator, h.exchange, if h.version == 0x20 { h.message } else { 0 });
        let is_answer = if h.version == 0x20 { h.flags & 0x20 != 0 } else { self.asked.get(&key).is_some_and(|(_, d, _)| *d != dir) };
        if is_answer {
            if let Some((time, asked, request)) = self.asked.take(&key) {
                said.time = time;
                said.duration_ns = read::lapse(time, cx.time);
                said.request_bytes = request.request_bytes;
                said.reversed = asked == Dir::ToClient;
            } else {
                said.reversed = dir == Dir::ToServer;
            }
            said.response_bytes = read::wide(bytes.len());
            let refused = said.detail.iter().any(|(n, v)| *n == "notify" && v.split(',').any(|c| matches!(c, "14" | "17" | "24")));
            said.outcome = if refused { Outcome::Refused } else { Outcome::Ok };
            cx.exchange(said);
        } else if self.asked.get(&key).is_none() {
            said.request_bytes = read::wide(bytes.len());
            self.asked.put(key, (cx.time, dir, said), 32);
        }
        Verdict::Read
    }

    fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        while let Some((_, (time, dir, mut said))) = self.asked.first() {
            said.time = time;
            said.outcome = read::silence(heard, dir);
            said.reversed = dir == Dir::ToClient;
            cx.exchange(said);
        }
        if self.esp > 0 {
            let [up, down] = self.esp_bytes;
            cx.exchange(Exchange {
                operation: "esp".into(),
                time: self.esp_begun,
                duration_ns: read::lapse(self.esp_begun, cx.time),
                outcome: if heard.contains(&false) { Outcome::HalfHeard } else { Outcome::Ok },
                request_bytes: up,
                response_bytes: down,
                detail: vec![("packets", self.esp.to_string())],
                ..Exchange::default()
            });
        }
    }
}

/// RFC 7296 §3.2: next payload, flags, length; RFC 2408 §3.2 has the same shape.
fn payloads(h: &Header, body: &[u8], dir: Dir, said: &mut Exchange, cx: &mut Cx<'_>) -> Option<()> {
    let mut rd = Rd::new(body);
    let mut kind = h.next;
    let mut notify = Vec::new();
    for _ in 0..64 {
        if kind == 0 || matches!(kind, 46 | 53) {
            break; // what follows is encrypted (RFC 7296 §3.14)
        }
        let next = rd.u8()?;
        rd.skip(1)?;
        let length = usize::from(rd.u16()?);
        let data = rd.take(length.checked_sub(4)?)?;
        match (h.version, kind) {
            (0x20, 43) | (0x10, 13) => cx.clue(read::sender(dir), "ike.vendor_id", &vendor(data), None),
            (0x20, 33) => {
                let ciphers = encryption(data);
                if !ciphers.is_empty() {
                    said.detail.push(("encryption", ciphers.join(",")));
                }
            }
            (0x20, 41) => notify.extend(Rd::at(data, 2).u16().map(|t| t.to_string())), // §3.10
            (0x10, 11) => notify.extend(Rd::at(data, 6).u16().map(|t| t.to_string())), // RFC 2408 §3.14
            _ => {}
        }
        kind = next;
    }
    if !notify.is_empty() {
        said.detail.push(("notify", notify.join(",")));
    }
    Some(())
}

/// RFC 7296 §3.3: proposals, in them transforms; type 1 is encryption.
fn encryption(data: &[u8]) -> Vec<String> {
    let mut out = Vec::new();
    let mut rd = Rd::new(data);
    while let (Some(_), Some(_), Some(length)) = (rd.u8(), rd.u8(), rd.u16()) {
        let Some(mut proposal) = rd.sub(usize::from(length).saturating_sub(4)) else { break };
        let spi = (proposal.skip(2), proposal.u8(), proposal.skip(1)).1.unwrap_or(0);
        if proposal.skip(usize::from(spi)).is_none() {
            break;
        }
        while let (Some(_), Some(_), Some(length)) = (proposal.u8(), proposal.u8(), proposal.u16()) {
            let Some(mut transform) = proposal.sub(usize::from(length).saturating_sub(4)) else { break };
            let (kind, _, id) = (transform.u8(), transform.u8(), transform.u16());
            if let (Some(1), Some(id)) = (kind, id) {
                let id = id.to_string();
                if out.len() < 32 && !out.contains(&id) {
                    out.push(id);
                }
            }
        }
    }
    out
}
