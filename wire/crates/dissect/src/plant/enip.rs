//! EtherNet/IP encapsulation (ODVA, The EtherNet/IP Adaptation of CIP, chapter 2), over TCP and UDP.

use crate::read::{self, Rd};
use crate::{Cx, Datagram, Dissector, Entry, Meta, Probe, Step, Stream, Verdict};
use hinomi_model::{Dir, Ends, Exchange, Nanos, Outcome};

pub static ENIP: Dissector = Dissector {
    meta: &Meta {
        name: "enip",
        title: "EtherNet/IP",
        standard: "ODVA EtherNet/IP Specification, chapter 2",
        tier: 'B',
        clues: &[
            ("enip.vendor_id", "vendor of the identity object (2-4.2.2)"),
            ("enip.device_type", "device type"),
            ("enip.product_code", "product code"),
            ("enip.revision", "major.minor revision"),
            ("enip.serial", "serial number, hex"),
            ("enip.product_name", "product name"),
        ],
        operations: &["ListIdentity", "ListServices", "ListInterfaces", "RegisterSession", "UnRegisterSession", "SendRRData", "SendUnitData"],
        details: &[],
        notes: &[("enip.malformed", "this is no encapsulation header")],
        readings: false,
        tshark: "enip",
    },
    entries: &[
        Entry::Stream { hints: &[44818], probe: probe_tcp, open: || Box::new(Enip::default()) },
        Entry::Datagram { hints: &[44818, 2222], probe: probe_udp, open: || Box::new(Enip::default()) },
    ],
};

fn word(command: u16) -> Option<&'static str> {
    Some(match command {
        0x04 => "ListServices",
        0x63 => "ListIdentity",
        0x64 => "ListInterfaces",
        0x65 => "RegisterSession",
        0x66 => "UnRegisterSession",
        0x6f => "SendRRData",
        0x70 => "SendUnitData",
        _ => return None,
    })
}

/// 2-3.1: command, length, session, status, context, options (zero); the last says whether the fields
/// fit so well that a connection can be recognised by them.
fn header(bytes: &[u8]) -> Option<(u16, usize, u32, bool)> {
    let mut rd = Rd::new(bytes);
    let (command, length, session, status) = (rd.u16_le()?, usize::from(rd.u16_le()?), rd.u32_le()?, rd.u32_le()?);
    rd.skip(8)?;
    let options = rd.u32_le()?;
    let first = match command {
        0x65 => length == 4,
        0x66 => length == 0,
        0x6f | 0x70 => length >= 16 && session != 0,
        _ => session == 0,
    };
    (word(command).is_some() && options == 0 && status < 0x100).then_some((command, length, status, first))
}

fn probe_udp(_dir: Dir, bytes: &[u8], _ends: &Ends) -> Probe {
    match header(bytes) {
        Some((command, length, _, true)) if length.saturating_add(24) == bytes.len() && matches!(command, 0x04 | 0x63 | 0x64) => Probe::Yes,
        _ => Probe::No,
    }
}

fn probe_tcp(_dir: Dir, head: &[u8], ends: &Ends) -> Probe {
    if head.len() < 24 {
        return if matches!(head, [] | [0x04 | 0x63..=0x66 | 0x6f | 0x70] | [0x04 | 0x63..=0x66 | 0x6f | 0x70, 0, ..]) { Probe::More } else { Probe::No };
    }
    match header(head) {
        // A question without a body is mostly zeros: only where it is expected.
        Some((_, 0, _, true)) if ends.server.port != 44818 && ends.client.port != 44818 => Probe::No,
        Some((command, length, _, true)) if head.len() == length.saturating_add(24) || command == 0x65 => Probe::Yes,
        _ => Probe::No,
    }
}

#[derive(Default)]
struct Enip {
    asked: read::Waiting<u16, Nanos>,
    data: u64,
}

impl Enip {
    fn message(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) {
        let Some((command, length, status, _)) = header(bytes) else { return };
        if matches!(command, 0x6f | 0x70) {
            if dir == Dir::ToServer {
                self.data = self.data.saturating_add(1);
            }
            if self.data > 1 {
                return; // cyclic data: said once
            }
        }
        let operation = word(command).unwrap_or("");
        let answers = self.asked.get(&command).is_some() && dir == Dir::ToClient || (command == 0x63 && length > 0);
        if !answers {
            self.asked.put(command, cx.time, 16);
            return;
        }
        let time = self.asked.take(&command).unwrap_or(cx.time);
        let outcome = if status == 0 { Outcome::Ok } else { Outcome::Refused };
        cx.exchange(Exchange {
            operation: operation.into(),
            time,
            duration_ns: read::lapse(time, cx.time),
            outcome,
            status: status.to_string(),
            response_bytes: read::wide(bytes.len()),
            reversed: dir == Dir::ToServer,
            ..Exchange::default()
        });
        if command == 0x63 {
            identity(dir, bytes, cx);
        }
    }

    fn close(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        while let Some((command, time)) = self.asked.first() {
            let outcome = if command == 0x66 { Outcome::Ok } else { read::silence(heard, Dir::ToServer) };
            cx.exchange(Exchange { operation: word(command).unwrap_or("").into(), time, outcome, ..Exchange::default() });
        }
    }
}

/// 2-4.2: item count, type 0x0c, length, version, socket address (16), then the identity.
fn identity(dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Option<()> {
    let mut rd = Rd::at(bytes, 24);
    if rd.u16_le()? == 0 || rd.u16_le()? != 0x0c {
        return None;
    }
    rd.skip(2 + 2 + 16)?;
    let (vendor, kind, product) = (rd.u16_le()?, rd.u16_le()?, rd.u16_le()?);
    let (major, minor) = (rd.u8()?, rd.u8()?);
    rd.skip(2)?;
    let serial = rd.u32_le()?;
    let name = read::text(rd.vec8()?);
    let (me, port) = (read::sender(dir), Some(cx.ends.sender(dir).port));
    for (attribute, value) in [
        ("enip.vendor_id", vendor.to_string()),
        ("enip.device_type", kind.to_string()),
        ("enip.product_code", product.to_string()),
        ("enip.revision", format!("{major}.{minor}")),
        ("enip.serial", format!("{serial:08x}")),
        ("enip.product_name", name),
    ] {
        cx.clue(me, attribute, &value, port);
    }
    Some(())
}

impl Datagram for Enip {
    fn datagram(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Verdict {
        if header(bytes).is_none() {
            return Verdict::NotMine;
        }
        self.message(dir, bytes, cx);
        Verdict::Read
    }

    fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        self.close(heard, cx);
    }
}

impl Stream for Enip {
    fn feed(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Step {
        if bytes.len() < 24 {
            return Step::Need(24);
        }
        let Some(length) = Rd::at(bytes, 2).u16_le() else { return Step::Need(24) };
        if header(bytes).is_none() {
            return Step::Malformed { at: 0, name: "enip.malformed", why: "this is no encapsulation header" };
        }
        let whole = usize::from(length).saturating_add(24);
        let Some(message) = bytes.get(..whole) else { return Step::Need(whole) };
        self.message(dir, message, cx);
        Step::Took(whole)
    }

    fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        self.close(heard, cx);
    }
}
