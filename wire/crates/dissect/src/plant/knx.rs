//! KNXnet/IP (ISO 22510, KNX Standard 3/8).

use crate::read::{self, Rd};
use crate::{Cx, Datagram, Dissector, Entry, Meta, Probe, Verdict};
use hinomi_model::{Dir, Ends, Exchange, Host, Mac, Nanos, Outcome};

pub static KNX: Dissector = Dissector {
    meta: &Meta {
        name: "knx",
        title: "KNXnet/IP",
        standard: "ISO 22510; KNX Standard 03/08/02",
        tier: 'B',
        clues: &[
            ("knx.name", "friendly name (03/08/02 §7.5.4.2)"),
            ("knx.serial", "serial number, hex"),
            ("knx.mac", "MAC address it names"),
            ("knx.address", "individual address on the bus"),
        ],
        operations: &["search", "describe", "connect", "tunnel"],
        details: &[("telegrams", "telegrams tunnelled")],
        notes: &[],
        readings: false,
        tshark: "kip",
    },
    entries: &[Entry::Datagram { hints: &[3671], probe, open: || Box::new(Knx::default()) }],
};

/// §4.3: header size 6, version 1.0, service, total length.
fn service(bytes: &[u8]) -> Option<u16> {
    let mut rd = Rd::new(bytes);
    let (6, 0x10, kind, length) = (rd.u8()?, rd.u8()?, rd.u16()?, rd.u16()?) else { return None };
    (usize::from(length) == bytes.len() && matches!(kind, 0x0201..=0x020c | 0x0310..=0x0311 | 0x0420..=0x0421 | 0x0530..=0x0532 | 0x0950..=0x0955)).then_some(kind)
}

fn probe(_dir: Dir, bytes: &[u8], _ends: &Ends) -> Probe {
    if service(bytes).is_some() { Probe::Yes } else { Probe::No }
}

#[derive(Default)]
struct Knx {
    asked: Vec<(u16, Nanos, Dir)>,
    telegrams: u64,
    first: Nanos,
}

impl Datagram for Knx {
    fn datagram(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Verdict {
        let Some(kind) = service(bytes) else { return Verdict::NotMine };
        match kind {
            0x0201 | 0x0203 | 0x0205 | 0x020b if self.asked.len() < 16 => self.asked.push((kind, cx.time, dir)),
            0x0202 | 0x0204 | 0x0206 | 0x020c => {
                let wanted = kind.saturating_sub(1);
                let time = self.asked.iter().position(|(k, _, _)| *k == wanted).map(|n| self.asked.remove(n).1);
                let operation = match kind {
                    0x0202 | 0x020c => "search",
                    0x0204 => "describe",
                    _ => "connect",
                };
                // §7.8.2: channel and status of a connect response.
                let status = if kind == 0x0206 { bytes.get(7).copied().unwrap_or(0) } else { 0 };
                cx.exchange(Exchange {
                    operation: operation.into(),
                    time: time.unwrap_or(cx.time),
                    duration_ns: time.and_then(|t| read::lapse(t, cx.time)),
                    outcome: if status == 0 { Outcome::Ok } else { Outcome::Refused },
                    status: status.to_string(),
                    response_bytes: read::wide(bytes.len()),
                    reversed: dir == Dir::ToServer,
                    ..Exchange::default()
                });
                if kind != 0x0206 {
                    let start = if kind == 0x0204 { 6 } else { 14 };
                    device(read::sender(dir), &mut Rd::at(bytes, start), cx);
                }
            }
            0x0420 | 0x0530 => {
                if self.telegrams == 0 {
                    self.first = cx.time;
                }
                self.telegrams = self.telegrams.saturating_add(1);
            }
            _ => {}
        }
        Verdict::Read
    }

    fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        for (kind, time, dir) in std::mem::take(&mut self.asked) {
            let operation = match kind {
                0x0203 => "describe",
                0x0205 => "connect",
                _ => "search",
            };
            let outcome = if cx.ends.receiver(dir).ip.is_multicast() { Outcome::HalfHeard } else { read::silence(heard, dir) };
            cx.exchange(Exchange { operation: operation.into(), time, outcome, reversed: dir == Dir::ToClient, ..Exchange::default() });
        }
        if self.telegrams > 0 {
            let detail = vec![("telegrams", self.telegrams.to_string())];
            cx.exchange(Exchange { operation: "tunnel".into(), time: self.first, duration_ns: read::lapse(self.first, cx.time), detail, ..Exchange::default() });
        }
    }
}

/// §7.5.4.2: length 54, type 1, medium, status, address, project, serial, multicast, MAC, name.
fn device(me: Host, rd: &mut Rd<'_>, cx: &mut Cx<'_>) -> Option<()> {
    if (rd.u8()?, rd.u8()?) != (54, 1) {
        return None;
    }
    rd.skip(2)?;
    let address = rd.u16()?;
    rd.skip(2)?;
    let serial = rd.array::<6>()?;
    rd.skip(4)?;
    let mac = Mac(rd.array()?);
    let name = read::text(rd.take(30)?);
    cx.clue(me, "knx.name", &name, None);
    cx.clue(me, "knx.serial", &read::hex(&serial), None);
    cx.clue(me, "knx.mac", &mac.to_string(), None);
    cx.clue(me, "knx.address", &format!("{}.{}.{}", address >> 12, (address >> 8) & 15, address & 255), None);
    Some(())
}
