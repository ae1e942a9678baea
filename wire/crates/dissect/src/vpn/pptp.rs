//! Point-to-Point Tunneling Protocol (RFC 2637): its control connection.

use crate::read::{self, Rd};
use crate::{Cx, Dissector, Entry, Meta, Probe, Step, Stream};
use hinomi_model::{Dir, Ends, Exchange, Nanos, NoteKind, Outcome};

pub static PPTP: Dissector = Dissector {
    meta: &Meta {
        name: "pptp",
        title: "Point-to-Point Tunneling Protocol",
        standard: "RFC 2637",
        tier: 'B',
        clues: &[
            ("pptp.host_name", "name the side gives itself (RFC 2637 §2.1, §2.2)"),
            ("pptp.vendor", "vendor string (§2.1, §2.2)"),
        ],
        operations: &["start", "call"],
        details: &[("vendor", "vendor string of the answering side")],
        notes: &[("pptp.malformed", "this is no control message"), ("pptp.obsolete", "the tunnel's encryption is broken (MS-CHAPv2, RC4)")],
        readings: false,
        tshark: "pptp",
    },
    entries: &[Entry::Stream { hints: &[1723], probe, open: || Box::new(Pptp::default()) }],
};

/// §1.4: length, message type 1, magic cookie.
fn probe(_dir: Dir, head: &[u8], _ends: &Ends) -> Probe {
    match head {
        [0, _, 0, 1, 0x1a, 0x2b, 0x3c, 0x4d, ..] => Probe::Yes,
        [0] | [0, _] | [0, _, 0] | [0, _, 0, 1] | [0, _, 0, 1, 0x1a] | [0, _, 0, 1, 0x1a, 0x2b] | [0, _, 0, 1, 0x1a, 0x2b, 0x3c] | [] => Probe::More,
        _ => Probe::No,
    }
}

#[derive(Default)]
struct Pptp {
    asked: read::Waiting<u16, (Nanos, Exchange)>,
    noted: bool,
}

impl Stream for Pptp {
    fn feed(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Step {
        let mut rd = Rd::new(bytes);
        let Some(length) = rd.u16() else { return Step::Need(2) };
        let length = usize::from(length);
        if !(12..=1024).contains(&length) {
            return Step::Malformed { at: 0, name: "pptp.malformed", why: "this is no length of a control message" };
        }
        let Some(message) = bytes.get(..length) else { return Step::Need(length) };
        let mut rd = Rd::at(message, 4);
        if rd.u32() != Some(0x1a2b_3c4d) {
            return Step::Malformed { at: 4, name: "pptp.malformed", why: "the magic cookie is missing" };
        }
        if !self.noted {
            self.noted = true;
            cx.note(NoteKind::Odd, "pptp.obsolete", 0, "a tunnel whose encryption is broken is set up");
        }
        let kind = rd.u16().unwrap_or(0);
        let text = |at: usize| read::text(message.get(at..at.saturating_add(64)).unwrap_or(&[]));
        match kind {
            1 | 2 => {
                // §2.1, §2.2: host name at 28, vendor at 92.
                let (host, vendor) = (text(28), text(92));
                cx.clue(read::sender(dir), "pptp.host_name", &host, None);
                cx.clue(read::sender(dir), "pptp.vendor", &vendor, None);
                if kind == 1 {
                    let said = Exchange { operation: "start".into(), client_name: host, request_bytes: read::wide(length), ..Exchange::default() };
                    self.asked.put(2, (cx.time, said), 8);
                } else {
                    self.answer(2, message.get(14).copied(), vendor, length, cx);
                }
            }
            7 => {
                let said = Exchange { operation: "call".into(), request_bytes: read::wide(length), ..Exchange::default() };
                self.asked.put(8, (cx.time, said), 8);
            }
            8 => self.answer(8, message.get(16).copied(), String::new(), length, cx),
            _ => {}
        }
        Step::Took(length)
    }

    fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        while let Some((_, (time, mut said))) = self.asked.first() {
            said.time = time;
            said.outcome = read::silence(heard, Dir::ToServer);
            cx.exchange(said);
        }
    }
}

impl Pptp {
    /// Result code 1 is success (§2.2, §2.8).
    fn answer(&mut self, kind: u16, result: Option<u8>, vendor: String, size: usize, cx: &mut Cx<'_>) {
        let Some((time, mut said)) = self.asked.take(&kind) else { return };
        said.time = time;
        said.duration_ns = read::lapse(time, cx.time);
        said.response_bytes = read::wide(size);
        said.status = result.map(|r| r.to_string()).unwrap_or_default();
        said.outcome = if result == Some(1) { Outcome::Ok } else { Outcome::Refused };
        if !vendor.is_empty() {
            said.detail.push(("vendor", vendor));
        }
        cx.exchange(said);
    }
}
