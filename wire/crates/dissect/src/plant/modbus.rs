//! Modbus/TCP (MODBUS Application Protocol V1.1b3, Messaging on TCP/IP V1.0b).

use crate::read::{self, Rd, Waiting};
use crate::{Cx, Dissector, Entry, Meta, Probe, Step, Stream};
use hinomi_model::{Dir, Ends, Exchange, Host, Nanos, NoteKind, Outcome};

pub static MODBUS: Dissector = Dissector {
    meta: &Meta {
        name: "modbus",
        title: "Modbus/TCP",
        standard: "MODBUS Application Protocol V1.1b3; Messaging on TCP/IP V1.0b",
        tier: 'B',
        clues: &[
            ("modbus.vendor", "VendorName (6.21, object 0)"),
            ("modbus.product_code", "ProductCode (object 1)"),
            ("modbus.revision", "MajorMinorRevision (object 2)"),
            ("modbus.product_name", "ProductName (object 4)"),
            ("modbus.model", "ModelName (object 5)"),
            ("modbus.unit", "unit identifier that answers"),
        ],
        operations: &["read *", "write *", "diagnostics", "device identification", "function *"],
        details: &[("unit", "unit identifier"), ("function", "function code"), ("address", "first address"), ("quantity", "coils or registers"), ("exception", "exception code (7)")],
        notes: &[("modbus.malformed", "this is no MBAP header"), ("modbus.pending_max", "over the limit of requests that wait for an answer")],
        readings: false,
        tshark: "modbus",
    },
    entries: &[Entry::Stream { hints: &[502], probe, open: || Box::new(Modbus::default()) }],
};

/// Messaging 3.1.3: transaction, protocol 0, length, unit; then the function and what its form says.
fn probe(dir: Dir, head: &[u8], _ends: &Ends) -> Probe {
    match head {
        // The same ten bytes are an A-ASSOCIATE-RJ of DICOM (PS3.8 §9.3.4).
        [3, 0, 0, 0, 0, 4, 0, 1 | 2, 1..=3, _, ..] => Probe::No,
        [_, _, 0, 0, 0, length, _unit, function, rest @ ..] => {
            let length = usize::from(*length);
            let fits = match (dir, function) {
                (Dir::ToServer, 1..=6) => length == 6,
                (Dir::ToServer, 8) => length >= 6,
                (Dir::ToServer, 15 | 16) => rest.get(4).is_some_and(|n| length == usize::from(*n).saturating_add(7)),
                (Dir::ToServer, 22) => length == 8,
                (Dir::ToServer, 43) => length == 5 && rest.first() == Some(&14),
                (Dir::ToClient, 1..=4) => rest.first().is_some_and(|n| *n > 0 && length == usize::from(*n).saturating_add(3)),
                (Dir::ToClient, 5 | 6 | 15 | 16) => length == 6,
                (Dir::ToClient, 43) => rest.first() == Some(&14) && length > 8,
                (Dir::ToClient, 0x81..=0x90) => length == 3 && rest.first().is_some_and(|c| (1..=11).contains(c)),
                _ => false,
            };
            if head.len() < 13 && !fits && matches!(function, 15 | 16) && head.len() < length.saturating_add(6) {
                return Probe::More;
            }
            // A message that is followed by something else than another is none of ours.
            let next = head.get(length.saturating_add(6)..).unwrap_or(&[]);
            if fits && (next.is_empty() || matches!(next, [_] | [_, _] | [_, _, 0] | [_, _, 0, 0, ..])) && head.len() >= length.saturating_add(6) {
                Probe::Yes
            } else if fits && head.len() < length.saturating_add(6) {
                Probe::More
            } else {
                Probe::No
            }
        }
        [] | [_] | [_, _] | [_, _, 0] | [_, _, 0, 0] | [_, _, 0, 0, 0] | [_, _, 0, 0, 0, ..] if head.len() < 8 => Probe::More,
        _ => Probe::No,
    }
}

#[derive(Default)]
struct Modbus {
    asked: Waiting<(u16, u8), (Nanos, Exchange)>,
}

fn word(function: u8) -> String {
    match function {
        1 => "read coils".into(),
        2 => "read discrete inputs".into(),
        3 => "read holding registers".into(),
        4 => "read input registers".into(),
        5 => "write single coil".into(),
        6 => "write single register".into(),
        8 => "diagnostics".into(),
        15 => "write multiple coils".into(),
        16 => "write multiple registers".into(),
        22 => "write mask register".into(),
        23 => "write and read registers".into(),
        43 => "device identification".into(),
        other => format!("function {other}"),
    }
}

impl Stream for Modbus {
    fn feed(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Step {
        let mut rd = Rd::new(bytes);
        let (Some(transaction), Some(protocol), Some(length), Some(unit)) = (rd.u16(), rd.u16(), rd.u16(), rd.u8()) else { return Step::Need(7) };
        if protocol != 0 || !(2..=260).contains(&length) {
            return Step::Malformed { at: 2, name: "modbus.malformed", why: "this is no MBAP header" };
        }
        let whole = usize::from(length).saturating_add(6);
        let Some(pdu) = bytes.get(7..whole) else { return Step::Need(whole) };
        let mut rd = Rd::new(pdu);
        let Some(function) = rd.u8() else { return Step::Took(whole) };
        let key = (transaction, unit);
        if dir == Dir::ToServer {
            let mut said = Exchange { operation: word(function), request_bytes: read::wide(whole), ..Exchange::default() };
            said.detail = vec![("unit", unit.to_string()), ("function", function.to_string())];
            if matches!(function, 1..=6 | 15 | 16) {
                if let Some(address) = rd.u16() {
                    said.object = format!("{address}");
                    said.detail.push(("address", address.to_string()));
                }
                if let Some(quantity) = rd.u16().filter(|_| !matches!(function, 5 | 6)) {
                    said.detail.push(("quantity", quantity.to_string()));
                }
            }
            if let Some((_, (time, mut oldest))) = self.asked.put(key, (cx.time, said), cx.limits.pending_max) {
                cx.note(NoteKind::OverLimit, "modbus.pending_max", 0, "too many requests wait for an answer");
                oldest.time = time;
                oldest.outcome = Outcome::Unanswered;
                cx.exchange(oldest);
            }
            return Step::Took(whole);
        }
        cx.clue(Host::Server, "modbus.unit", &unit.to_string(), Some(cx.ends.server.port));
        if function == 43 {
            identification(&mut rd, cx);
        }
        if let Some((time, mut said)) = self.asked.take(&key) {
            said.time = time;
            said.duration_ns = read::lapse(time, cx.time);
            said.response_bytes = read::wide(whole);
            if function & 0x80 != 0 {
                let code = rd.u8().unwrap_or(0);
                said.status = code.to_string();
                said.outcome = if matches!(code, 1..=3) { Outcome::Refused } else { Outcome::Failed };
                said.detail.push(("exception", code.to_string()));
            }
            cx.exchange(said);
        }
        Step::Took(whole)
    }

    fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        while let Some((_, (time, mut said))) = self.asked.first() {
            said.time = time;
            said.outcome = read::silence(heard, Dir::ToServer);
            cx.exchange(said);
        }
    }
}

/// 6.21: MEI type 14, code, conformity, more, next, count, then id, length, value.
fn identification(rd: &mut Rd<'_>, cx: &mut Cx<'_>) -> Option<()> {
    if rd.u8()? != 14 {
        return None;
    }
    rd.skip(4)?;
    let count = rd.u8()?;
    let port = Some(cx.ends.server.port);
    for _ in 0..count {
        let id = rd.u8()?;
        let value = rd.vec8()?;
        let attribute = match id {
            0 => "modbus.vendor",
            1 => "modbus.product_code",
            2 => "modbus.revision",
            4 => "modbus.product_name",
            5 => "modbus.model",
            _ => continue,
        };
        cx.clue(Host::Server, attribute, &read::text(value), port);
    }
    Some(())
}
