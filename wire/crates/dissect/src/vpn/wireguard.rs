//! WireGuard (whitepaper of 2020-06, §5.4): the handshake is recognised by its exact sizes.

use crate::read::{self, Rd};
use crate::{Cx, Datagram, Dissector, Entry, Meta, Probe, Verdict};
use hinomi_model::{Dir, Ends, Exchange, Nanos, Outcome};

pub static WIREGUARD: Dissector = Dissector {
    meta: &Meta {
        name: "wireguard",
        title: "WireGuard tunnel",
        standard: "WireGuard whitepaper 2020-06 §5.4",
        tier: 'B',
        clues: &[("wireguard.peer", "initiator or responder of a tunnel")],
        operations: &["handshake", "transport"],
        details: &[("packets", "data messages heard both ways"), ("sender", "index the initiator chose, hex")],
        notes: &[],
        readings: false,
        tshark: "wg",
    },
    entries: &[Entry::Datagram { hints: &[51820], probe, open: || Box::new(Wireguard::default()) }],
};

/// Four bytes: type and three reserved zeros.
fn kind(bytes: &[u8]) -> Option<u8> {
    match (bytes, bytes.len()) {
        ([1, 0, 0, 0, ..], 148) => Some(1),                                  // §5.4.2
        ([2, 0, 0, 0, ..], 92) => Some(2),                                   // §5.4.3
        ([3, 0, 0, 0, ..], 64) => Some(3),                                   // §5.4.7
        ([4, 0, 0, 0, ..], n) if n >= 32 && n.is_multiple_of(16) => Some(4), // §5.4.6
        _ => None,
    }
}

fn probe(dir: Dir, bytes: &[u8], _ends: &Ends) -> Probe {
    match kind(bytes) {
        // The second MAC of an initiation is zero unless the peer is under load.
        Some(1) if dir == Dir::ToServer => Probe::Yes,
        Some(2) => Probe::Yes,
        // A session in its middle: receiver index, then a counter that counts messages.
        Some(4) => match Rd::at(bytes, 8).u64_le() {
            Some(counter) if counter < 1 << 40 && bytes.get(4..8) != Some(&[0; 4]) => Probe::Yes,
            _ => Probe::No,
        },
        _ => Probe::No,
    }
}

#[derive(Default)]
struct Wireguard {
    begun: Nanos,
    first: Nanos,
    sender: String,
    dir: Option<Dir>,
    packets: u64,
    bytes: [u64; 2],
}

impl Datagram for Wireguard {
    fn datagram(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Verdict {
        match kind(bytes) {
            Some(1) => {
                if self.dir.is_none() {
                    self.begun = cx.time;
                }
                self.dir = Some(dir);
                self.sender = read::hex(bytes.get(4..8).unwrap_or(&[]));
                let port = cx.ends.receiver(dir).port;
                cx.clue(read::sender(dir), "wireguard.peer", "initiator", None);
                cx.clue(read::receiver(dir), "wireguard.peer", "responder", Some(port));
            }
            Some(2) => {
                if let Some(asked) = self.dir.take() {
                    let said = Exchange {
                        operation: "handshake".into(),
                        time: self.begun,
                        duration_ns: read::lapse(self.begun, cx.time),
                        reversed: asked == Dir::ToClient,
                        request_bytes: 148,
                        response_bytes: 92,
                        detail: vec![("sender", std::mem::take(&mut self.sender))],
                        ..Exchange::default()
                    };
                    cx.exchange(said);
                }
            }
            Some(3) => {}
            Some(4) => {
                if self.packets == 0 {
                    self.first = cx.time;
                }
                self.packets = self.packets.saturating_add(1);
                let count = if dir == Dir::ToServer { self.bytes.first_mut() } else { self.bytes.last_mut() };
                if let Some(count) = count {
                    *count = count.saturating_add(read::wide(bytes.len()));
                }
            }
            _ => return Verdict::NotMine,
        }
        Verdict::Read
    }

    fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        if let Some(dir) = self.dir.take() {
            let outcome = read::silence(heard, dir);
            cx.exchange(Exchange { operation: "handshake".into(), time: self.begun, outcome, reversed: dir == Dir::ToClient, ..Exchange::default() });
        }
        if self.packets > 0 {
            let [up, down] = self.bytes;
            let outcome = if heard.contains(&false) { Outcome::HalfHeard } else { Outcome::Ok };
            cx.exchange(Exchange {
                operation: "transport".into(),
                time: self.first,
                duration_ns: read::lapse(self.first, cx.time),
                outcome,
                request_bytes: up,
                response_bytes: down,
                detail: vec![("packets", self.packets.to_string())],
                ..Exchange::default()
            });
        }
    }
}
