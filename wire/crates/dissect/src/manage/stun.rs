//! STUN and TURN (RFC 8489, RFC 8656).

use crate::read::{self, Rd};
use crate::{Cx, Datagram, Dissector, Entry, Meta, Probe, Verdict};
use hinomi_model::{Dir, Ends, Exchange, Nanos, NoteKind, Outcome};

pub static STUN: Dissector = Dissector {
    meta: &Meta {
        name: "stun",
        title: "Session Traversal Utilities for NAT",
        standard: "RFC 8489, RFC 8656",
        tier: 'B',
        clues: &[("stun.software", "SOFTWARE (RFC 8489 §14.14)"), ("stun.mapped", "address the host has outside, as the server sees it (§14.2)")],
        operations: &["binding", "allocate", "refresh", "permission", "channel", "other"],
        details: &[("mapped", "address the server saw"), ("user", "keyed hash of USERNAME"), ("realm", "REALM")],
        notes: &[("stun.malformed", "an attribute ends too early"), ("stun.pending_max", "over the limit of requests that wait for an answer")],
        readings: false,
        tshark: "stun",
    },
    entries: &[Entry::Datagram { hints: &[3478, 19302], probe, open: || Box::new(Stun::default()) }],
};

/// §5: two zero bits, type, length, magic cookie.
fn probe(_dir: Dir, bytes: &[u8], _ends: &Ends) -> Probe {
    let mut rd = Rd::new(bytes);
    match (rd.u16(), rd.u16(), rd.u32()) {
        (Some(kind), Some(length), Some(0x2112_a442)) if kind < 0x4000 && usize::from(length).saturating_add(20) == bytes.len() && length % 4 == 0 => Probe::Yes,
        _ => Probe::No,
    }
}

#[derive(Default)]
struct Stun {
    asked: read::Waiting<[u8; 12], (Nanos, Dir, Exchange)>,
}

fn mapped(value: &[u8]) -> Option<String> {
    // §14.2: family, port and address, each masked with the cookie.
    let mut rd = Rd::new(value);
    let family = rd.u16()?;
    let port = rd.u16()? ^ 0x2112;
    (family == 1).then_some(())?;
    let ip = rd.u32()? ^ 0x2112_a442;
    Some(format!("{}:{port}", std::net::Ipv4Addr::from(ip)))
}

impl Datagram for Stun {
    fn datagram(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Verdict {
        let mut rd = Rd::new(bytes);
        let (Some(kind), Some(length), Some(0x2112_a442), Some(id)) = (rd.u16(), rd.u16(), rd.u32(), rd.array::<12>()) else { return Verdict::NotMine };
        if usize::from(length) != rd.left() {
            return Verdict::NotMine;
        }
        // §5: class in bits 4 and 8, method in the others.
        let class = ((kind >> 7) & 2) | ((kind >> 4) & 1);
        let method = (kind & 0x000f) | ((kind >> 1) & 0x0070) | ((kind >> 2) & 0x0f80);
        let word = match method {
            1 => "binding",
            3 => "allocate",
            4 => "refresh",
            8 => "permission",
            9 => "channel",
            _ => "other",
        };
        let mut said = Exchange { operation: word.into(), ..Exchange::default() };
        while rd.left() >= 4 {
            let at = rd.pos();
            let Some((kind, value)) = rd.u16().zip(rd.vec16()) else {
                return Verdict::Malformed { at, name: "stun.malformed", why: "an attribute ends too early" };
            };
            let _ = rd.skip((4usize.saturating_sub(value.len() % 4)) % 4);
            match kind {
                0x8022 => {
                    let port = (dir == Dir::ToClient).then_some(cx.ends.server.port);
                    cx.clue(read::sender(dir), "stun.software", &read::text(value), port);
                }
                0x0020 => {
                    if let Some(address) = mapped(value) {
                        cx.clue(read::receiver(dir), "stun.mapped", address.split(':').next().unwrap_or(""), None);
                        said.detail.push(("mapped", address));
                    }
                }
                0x0006 => said.detail.push(("user", crate::mask::user(&read::text(value), cx.keys))),
                0x0014 => said.detail.push(("realm", read::text(value))),
                0x0009 => said.status = Rd::at(value, 2).u16().map(|c| ((c >> 8) * 100 + (c & 255)).to_string()).unwrap_or_default(),
                _ => {}
            }
        }
        match class {
            0 => {
                said.request_bytes = read::wide(bytes.len());
                if self.asked.get(&id).is_none()
                    && let Some((_, (time, asked, mut oldest))) = self.asked.put(id, (cx.time, dir, said), cx.limits.pending_max)
                {
                    cx.note(NoteKind::OverLimit, "stun.pending_max", 0, "too many requests wait for an answer");
                    oldest.time = time;
                    oldest.outcome = Outcome::Unanswered;
                    oldest.reversed = asked == Dir::ToClient;
                    cx.exchange(oldest);
                }
            }
            2 | 3 => {
                if let Some((time, _, asked)) = self.asked.take(&id) {
                    said.time = time;
                    said.duration_ns = read::lapse(time, cx.time);
                    said.request_bytes = asked.request_bytes;
                    said.detail.extend(asked.detail.into_iter().filter(|(n, _)| *n == "user"));
                }
                said.response_bytes = read::wide(bytes.len());
                said.outcome = if class == 3 { Outcome::Refused } else { Outcome::Ok };
                said.reversed = dir == Dir::ToServer;
                cx.exchange(said);
            }
            _ => {}
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
    }
}
