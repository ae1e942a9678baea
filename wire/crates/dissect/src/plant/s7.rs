//! S7 communication over ISO-on-TCP (RFC 1006, ITU-T X.224; the S7 header as published analyses describe it).

use crate::read::{self, Rd, Waiting};
use crate::{Cx, Dissector, Entry, Meta, Probe, Step, Stream};
use hinomi_model::{Dir, Ends, Exchange, Host, Nanos, Outcome};

pub static S7: Dissector = Dissector {
    meta: &Meta {
        name: "s7",
        title: "S7 communication",
        standard: "RFC 1006; ITU-T X.224; S7 header as published analyses describe it",
        tier: 'B',
        clues: &[
            ("s7.rack_slot", "rack and slot in the called TSAP"),
            ("s7.order_number", "order number of the module (SZL 0x0011)"),
            ("s7.component", "name, type or serial number of a component (SZL 0x001c)"),
        ],
        operations: &["connect", "setup", "read", "write", "download", "upload", "start", "stop", "system status", "function *"],
        details: &[("tsap", "calling and called TSAP, hex")],
        notes: &[("s7.malformed", "this is no TPKT")],
        readings: false,
        tshark: "s7comm",
    },
    entries: &[Entry::Stream { hints: &[102], probe, open: || Box::new(S7::default()) }],
};

/// TPKT, then a connection request with TSAP parameters (X.224 §13.3.4: 0xc0 to 0xc2), or data with 0x32.
fn probe(_dir: Dir, head: &[u8], ends: &Ends) -> Probe {
    let port = ends.server.port == 102 || ends.client.port == 102;
    match head {
        [3, 0, 0, 22, 0x11, 0xe0 | 0xd0, _, _, _, _, 0, 0xc0..=0xc2, ..] => {
            // Another ISO application (MMS) asks with two-byte TSAPs as well; S7's first byte is a connection kind.
            let called = head.get(11..22).unwrap_or(&[]).windows(4).find(|w| matches!(w, [0xc2, 2, ..])).map(|w| w.get(2).copied());
            match called {
                Some(Some(1..=3 | 0x10..=0x13)) => Probe::Yes,
                _ if head.len() < 22 => Probe::More,
                _ => Probe::No,
            }
        }
        [3, 0, _, _, 2, 0xf0, 0x80, 0x32, 1..=3 | 7, 0, 0, ..] => Probe::Yes,
        _ if port && head.len() < 12 && (head.is_empty() || head.first() == Some(&3)) => Probe::More,
        _ => Probe::No,
    }
}

#[derive(Default)]
struct S7 {
    asked: Waiting<u32, (Nanos, Exchange)>,
}

fn word(function: u8) -> String {
    match function {
        0xf0 => "setup".into(),
        0x04 => "read".into(),
        0x05 => "write".into(),
        0x1a..=0x1c => "download".into(),
        0x1d..=0x1f => "upload".into(),
        0x28 => "start".into(),
        0x29 => "stop".into(),
        other => format!("function {other:#04x}"),
    }
}

impl Stream for S7 {
    fn feed(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Step {
        let mut rd = Rd::new(bytes);
        let (Some(version), Some(_), Some(length)) = (rd.u8(), rd.u8(), rd.u16()) else { return Step::Need(4) };
        let length = usize::from(length);
        if version != 3 || length < 7 {
            return Step::Malformed { at: 0, name: "s7.malformed", why: "this is no TPKT" };
        }
        let Some(tpdu) = bytes.get(4..length) else { return Step::Need(length) };
        self.tpdu(dir, tpdu, length, cx);
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

impl S7 {
    fn tpdu(&mut self, dir: Dir, tpdu: &[u8], size: usize, cx: &mut Cx<'_>) -> Option<()> {
        let mut rd = Rd::new(tpdu);
        rd.skip(1)?;
        match rd.u8()? {
            0xe0 => {
                rd.skip(5)?;
                let mut said = Exchange { operation: "connect".into(), request_bytes: read::wide(size), ..Exchange::default() };
                let (mut calling, mut called) = (String::new(), String::new());
                while let Some((code, value)) = rd.u8().and_then(|c| rd.vec8().map(|v| (c, v))) {
                    match code {
                        0xc1 => calling = read::hex(value),
                        0xc2 => {
                            called = read::hex(value);
                            if let [_, place] = value {
                                cx.clue(Host::Server, "s7.rack_slot", &format!("{}/{}", place >> 5, place & 31), Some(cx.ends.server.port));
                            }
                        }
                        _ => {}
                    }
                }
                said.detail.push(("tsap", format!("{calling} {called}")));
                self.asked.put(0x1_0000, (cx.time, said), 64);
            }
            0xd0 => self.settle(0x1_0000, 0, size, cx),
            0xf0 => {
                rd.skip(1)?;
                // Protocol 0x32, kind, reserved, reference, parameter and data lengths, (error).
                if rd.u8()? != 0x32 {
                    return None;
                }
                let kind = rd.u8()?;
                rd.skip(2)?;
                let reference = u32::from(rd.u16()?);
                let (parameters, data) = (usize::from(rd.u16()?), usize::from(rd.u16()?));
                let error = if matches!(kind, 2 | 3) { rd.u16()? } else { 0 };
                let parameter = rd.take(parameters)?;
                match kind {
                    1 if dir == Dir::ToServer => {
                        let operation = word(parameter.first().copied()?);
                        let said = Exchange { operation, request_bytes: read::wide(size), ..Exchange::default() };
                        self.asked.put(reference, (cx.time, said), 64);
                    }
                    2 | 3 => self.settle(reference, error, size, cx),
                    7 if dir == Dir::ToServer => {
                        let said = Exchange { operation: "system status".into(), request_bytes: read::wide(size), ..Exchange::default() };
                        self.asked.put(reference, (cx.time, said), 64);
                    }
                    7 => {
                        self.settle(reference, 0, size, cx);
                        status_list(rd.take(data)?, cx);
                    }
                    _ => {}
                }
            }
            _ => {}
        }
        Some(())
    }

    fn settle(&mut self, reference: u32, error: u16, size: usize, cx: &mut Cx<'_>) {
        let Some((time, mut said)) = self.asked.take(&reference) else { return };
        said.time = time;
        said.duration_ns = read::lapse(time, cx.time);
        said.response_bytes = read::wide(size);
        said.status = format!("{error:04x}");
        said.outcome = if error == 0 { Outcome::Ok } else { Outcome::Refused };
        cx.exchange(said);
    }
}

/// Return code, size, length, list id and index, length and count of the entries.
fn status_list(data: &[u8], cx: &mut Cx<'_>) -> Option<()> {
    let mut rd = Rd::at(data, 4);
    let list = rd.u16()? & 0x00ff;
    rd.skip(2)?;
    let (length, count) = (usize::from(rd.u16()?), rd.u16()?);
    let port = Some(cx.ends.server.port);
    for _ in 0..count.min(64) {
        let mut entry = rd.sub(length)?;
        let index = entry.u16()?;
        match list {
            0x11 if index == 1 => cx.clue(Host::Server, "s7.order_number", &read::text(entry.take(20)?), port),
            0x1c if matches!(index, 1 | 2 | 5 | 7) => cx.clue(Host::Server, "s7.component", &read::text(entry.take(32)?), port),
            _ => {}
        }
    }
    Some(())
}
