//! Layer Two Tunneling Protocol, version 2 (RFC 2661): its control messages.

use crate::read::{self, Rd};
use crate::{Cx, Datagram, Dissector, Entry, Meta, Probe, Verdict};
use hinomi_model::{Dir, Ends, Exchange, Nanos, Outcome};

pub static L2TP: Dissector = Dissector {
    meta: &Meta {
        name: "l2tp",
        title: "Layer Two Tunneling Protocol",
        standard: "RFC 2661",
        tier: 'B',
        clues: &[
            ("l2tp.host_name", "name the side gives itself (RFC 2661 §4.4.3, AVP 7)"),
            ("l2tp.vendor", "vendor name (AVP 8)"),
        ],
        operations: &["tunnel"],
        details: &[("packets", "data packets heard both ways")],
        notes: &[],
        readings: false,
        tshark: "l2tp",
    },
    entries: &[Entry::Datagram { hints: &[1701], probe, open: || Box::new(L2tp::default()) }],
};

/// §3.1: control messages have type, length and sequence bits, and version 2.
fn control(bytes: &[u8]) -> Option<&[u8]> {
    let mut rd = Rd::new(bytes);
    if rd.u16()? & 0xfb0f != 0xc802 || usize::from(rd.u16()?) != bytes.len() {
        return None;
    }
    rd.skip(8)?;
    Some(rd.rest())
}

fn probe(_dir: Dir, bytes: &[u8], _ends: &Ends) -> Probe {
    // §4.1: the first AVP is the mandatory message type, six bytes of header with vendor 0 and type 0.
    match control(bytes) {
        Some([0x80, 8, 0, 0, 0, 0, 0, 1..=16, ..]) => Probe::Yes,
        _ => Probe::No,
    }
}

#[derive(Default)]
struct L2tp {
    begun: Nanos,
    asked: Option<Dir>,
    name: String,
    said: bool,
    packets: u64,
}

impl Datagram for L2tp {
    fn datagram(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Verdict {
        let Some(body) = control(bytes) else {
            self.packets = self.packets.saturating_add(1);
            return Verdict::Read;
        };
        let mut rd = Rd::new(body);
        let mut kind = None;
        while let (Some(head), Some(vendor), Some(attribute)) = (rd.u16(), rd.u16(), rd.u16()) {
            let Some(value) = rd.take(usize::from(head & 0x03ff).saturating_sub(6)) else { break };
            let hidden = head & 0x4000 != 0;
            match (vendor, attribute) {
                (0, 0) => kind = Rd::new(value).u16(),
                (0, 7) if !hidden => {
                    let name = read::text(value);
                    cx.clue(read::sender(dir), "l2tp.host_name", &name, None);
                    if kind == Some(1) {
                        self.name = name;
                    }
                }
                (0, 8) if !hidden => cx.clue(read::sender(dir), "l2tp.vendor", &read::text(value), None),
                _ => {}
            }
        }
        match kind {
            Some(1) if self.asked.is_none() => {
                self.asked = Some(dir);
                self.begun = cx.time;
            }
            Some(2) if !self.said => self.say(Outcome::Ok, cx), // SCCRP
            Some(4) if !self.said => self.say(Outcome::Refused, cx), // StopCCN
            _ => {}
        }
        Verdict::Read
    }

    fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        if let (Some(dir), false) = (self.asked, self.said) {
            self.say(read::silence(heard, dir), cx);
        }
    }
}

impl L2tp {
    fn say(&mut self, outcome: Outcome, cx: &mut Cx<'_>) {
        self.said = true;
        let time = if self.begun == 0 { cx.time } else { self.begun };
        cx.exchange(Exchange {
            operation: "tunnel".into(),
            time,
            duration_ns: read::lapse(time, cx.time),
            outcome,
            client_name: self.name.clone(),
            reversed: self.asked == Some(Dir::ToClient),
            ..Exchange::default()
        });
    }
}
