//! BACnet/IP (ANSI/ASHRAE 135-2020, Annex J and clauses 6, 20, 21).

use crate::read::{self, Rd, Waiting};
use crate::{Cx, Datagram, Dissector, Entry, Meta, Probe, Verdict};
use hinomi_model::{Dir, Ends, Exchange, Host, Nanos, NoteKind, Outcome};

pub static BACNET: Dissector = Dissector {
    meta: &Meta {
        name: "bacnet",
        title: "BACnet/IP",
        standard: "ANSI/ASHRAE 135-2020 Annex J, clauses 6, 20, 21",
        tier: 'B',
        clues: &[
            ("bacnet.device", "device instance (16.10.2 I-Am)"),
            ("bacnet.vendor_id", "vendor identifier (16.10.2)"),
            ("bacnet.object_name", "Object_Name of the device object (property 77)"),
            ("bacnet.vendor_name", "Vendor_Name (property 121)"),
            ("bacnet.model", "Model_Name (property 70)"),
            ("bacnet.firmware", "Firmware_Revision (property 44)"),
            ("bacnet.software", "Application_Software_Version (property 12)"),
            ("bacnet.location", "Location (property 58)"),
            ("bacnet.description", "Description of the device object (property 28)"),
            ("bacnet.router", "network number a router reaches (6.4.2 I-Am-Router-To-Network)"),
        ],
        operations: &["Who-Is", "I-Am", "Who-Has", "I-Have", "TimeSynchronization", "COVNotification", "EventNotification", "ReadProperty", "ReadPropertyMultiple", "WriteProperty", "WritePropertyMultiple", "SubscribeCOV", "DeviceCommunicationControl", "ReinitializeDevice", "ReadRange", "AtomicReadFile", "AtomicWriteFile", "service *"],
        details: &[("object", "object type and instance"), ("property", "property number"), ("error", "error class and code (20.1.7)"), ("source_network", "network and address behind a router (6.2.2)")],
        notes: &[("bacnet.malformed", "the message ends too early"), ("bacnet.pending_max", "over the limit of requests that wait for an answer")],
        readings: false,
        tshark: "bacnet",
    },
    entries: &[Entry::Datagram { hints: &[47808], probe, open: || Box::new(Bacnet::default()) }],
};

/// J.2: type 0x81, function, length of the whole; 6.2: version 1.
fn probe(_dir: Dir, bytes: &[u8], _ends: &Ends) -> Probe {
    let mut rd = Rd::new(bytes);
    let (Some(0x81), Some(function), Some(length)) = (rd.u8(), rd.u8(), rd.u16()) else { return Probe::No };
    if function > 12 || usize::from(length) != bytes.len() {
        return Probe::No;
    }
    let version = match function {
        4 => rd.skip(6).and_then(|()| rd.u8()),
        9..=11 => rd.u8(),
        0 => return if length == 6 { Probe::Yes } else { Probe::No },
        2 | 8 | 12 => return Probe::No,
        _ => return Probe::No,
    };
    if version == Some(1) { Probe::Yes } else { Probe::No }
}

#[derive(Default)]
struct Bacnet {
    asked: Waiting<(u8, bool), (Nanos, Exchange)>,
}

/// 20.2.1: a tag. `(number, is context, length or value)`; opening and closing have length None.
fn tag(rd: &mut Rd<'_>) -> Option<(u8, bool, Option<usize>)> {
    let first = rd.u8()?;
    let mut number = first >> 4;
    if number == 15 {
        number = rd.u8()?;
    }
    let context = first & 8 != 0;
    let length = match first & 7 {
        6 | 7 => None,
        5 => match rd.u8()? {
            254 => Some(usize::from(rd.u16()?)),
            255 => Some(read::size(rd.u32()?)),
            n => Some(usize::from(n)),
        },
        n => Some(usize::from(n)),
    };
    Some((number, context, length))
}

fn unsigned(bytes: &[u8]) -> u32 {
    bytes.iter().take(4).fold(0, |acc, b| (acc << 8) | u32::from(*b))
}

/// 20.2.14: ten bits of type, twenty-two of instance.
fn object(number: u32) -> (u32, u32) {
    (number >> 22, number & 0x003f_ffff)
}

fn confirmed(service: u8) -> String {
    match service {
        1 => "COVNotification",
        2 => "EventNotification",
        5 => "SubscribeCOV",
        6 => "AtomicReadFile",
        7 => "AtomicWriteFile",
        12 => "ReadProperty",
        14 => "ReadPropertyMultiple",
        15 => "WriteProperty",
        16 => "WritePropertyMultiple",
        17 => "DeviceCommunicationControl",
        20 => "ReinitializeDevice",
        26 => "ReadRange",
        other => return format!("service {other}"),
    }
    .into()
}

impl Datagram for Bacnet {
    fn datagram(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Verdict {
        let mut rd = Rd::new(bytes);
        let (Some(0x81), Some(function), Some(_)) = (rd.u8(), rd.u8(), rd.u16()) else { return Verdict::NotMine };
        if matches!(function, 4) && rd.skip(6).is_none() {
            return Verdict::NotMine; // J.2.5: forwarded, with the address it came from
        }
        if !matches!(function, 4 | 9..=11) {
            return Verdict::Read;
        }
        match self.network(dir, bytes.len(), &mut rd, cx) {
            Some(()) => Verdict::Read,
            None => Verdict::Malformed { at: rd.pos(), name: "bacnet.malformed", why: "the message ends too early" },
        }
    }

    fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        while let Some(((_, to_server), (time, mut said))) = self.asked.first() {
            let dir = if to_server { Dir::ToServer } else { Dir::ToClient };
            said.time = time;
            said.outcome = read::silence(heard, dir);
            said.reversed = !to_server;
            cx.exchange(said);
        }
    }
}

impl Bacnet {
    /// 6.2: version, control, addresses, hop count.
    fn network(&mut self, dir: Dir, size: usize, rd: &mut Rd<'_>, cx: &mut Cx<'_>) -> Option<()> {
        rd.skip(1)?;
        let control = rd.u8()?;
        let mut source = String::new();
        if control & 0x20 != 0 {
            rd.skip(2)?;
            rd.vec8()?;
        }
        if control & 0x08 != 0 {
            let network = rd.u16()?;
            source = format!("{network}:{}", read::hex(rd.vec8()?));
        }
        if control & 0x20 != 0 {
            rd.skip(1)?;
        }
        if control & 0x80 != 0 {
            // 6.4.2: I-Am-Router-To-Network lists networks.
            if rd.u8()? == 1 {
                while let Some(network) = rd.u16() {
                    cx.clue(read::sender(dir), "bacnet.router", &network.to_string(), Some(47808));
                }
            }
            return Some(());
        }
        self.application(dir, size, source, rd, cx)
    }

    /// 20.1.2 to 20.1.9.
    fn application(&mut self, dir: Dir, size: usize, source: String, rd: &mut Rd<'_>, cx: &mut Cx<'_>) -> Option<()> {
        let first = rd.u8()?;
        let mut said = Exchange::default();
        if !source.is_empty() {
            said.detail.push(("source_network", source));
        }
        let to_server = dir == Dir::ToServer;
        match first >> 4 {
            0 => {
                rd.skip(1)?;
                let invoke = rd.u8()?;
                if first & 8 != 0 {
                    rd.skip(2)?;
                }
                said.operation = confirmed(rd.u8()?);
                said.request_bytes = read::wide(size);
                if let Some((kind, instance)) = self.object_property(rd, &mut said) {
                    said.object = format!("{kind},{instance}");
                }
                if let Some((_, (time, mut oldest))) = self.asked.put((invoke, to_server), (cx.time, said), cx.limits.pending_max) {
                    cx.note(NoteKind::OverLimit, "bacnet.pending_max", 0, "too many requests wait for an answer");
                    oldest.time = time;
                    oldest.outcome = Outcome::Unanswered;
                    cx.exchange(oldest);
                }
            }
            1 => {
                let service = rd.u8()?;
                said.operation = match service {
                    0 => "I-Am".into(),
                    1 => "I-Have".into(),
                    2 => "COVNotification".into(),
                    3 => "EventNotification".into(),
                    6 | 9 => "TimeSynchronization".into(),
                    7 => "Who-Has".into(),
                    8 => "Who-Is".into(),
                    other => format!("service {other}"),
                };
                said.request_bytes = read::wide(size);
                said.reversed = !to_server;
                if service == 0 {
                    i_am(read::sender(dir), rd, &mut said, cx)?;
                }
                cx.exchange(said);
            }
            2 | 3 | 5 | 6 | 7 => {
                let invoke = rd.u8()?;
                let asked = self.asked.take(&(invoke, !to_server));
                let (time, mut before) = asked.unwrap_or_else(|| (cx.time, Exchange { operation: "service unknown".into(), ..Exchange::default() }));
                before.time = time;
                before.duration_ns = read::lapse(time, cx.time);
                before.response_bytes = read::wide(size);
                before.reversed = to_server;
                match first >> 4 {
                    3 => {
                        if first & 8 != 0 {
                            rd.skip(2)?;
                        }
                        let service = rd.u8()?;
                        if service == 12 {
                            property(read::sender(dir), rd, cx);
                        } else if service == 14 {
                            properties(read::sender(dir), rd, cx);
                        }
                    }
                    5 => {
                        rd.skip(1)?;
                        let mut code = || {
                            let (_, _, n) = tag(rd)?;
                            rd.take(n?).map(unsigned)
                        };
                        let error = format!("{}:{}", code().unwrap_or(0), code().unwrap_or(0));
                        before.status.clone_from(&error);
                        before.detail.push(("error", error));
                        before.outcome = Outcome::Refused;
                    }
                    6 | 7 => {
                        before.status = format!("{} {}", if first >> 4 == 6 { "reject" } else { "abort" }, rd.u8()?);
                        before.outcome = Outcome::Refused;
                    }
                    _ => {}
                }
                cx.exchange(before);
            }
            _ => {}
        }
        Some(())
    }

    /// 15.5, 15.9: context 0 object, context 1 property.
    fn object_property(&self, rd: &Rd<'_>, said: &mut Exchange) -> Option<(u32, u32)> {
        let mut rd = *rd;
        if !matches!(said.operation.as_str(), "ReadProperty" | "WriteProperty") {
            return None;
        }
        let (0, true, Some(4)) = tag(&mut rd)? else { return None };
        let found = object(rd.u32()?);
        if let Some((1, true, Some(n))) = tag(&mut rd) {
            said.detail.push(("property", unsigned(rd.take(n)?).to_string()));
        }
        said.detail.push(("object", format!("{},{}", found.0, found.1)));
        Some(found)
    }
}

/// 16.10.2: object, longest APDU, segmentation, vendor.
fn i_am(me: Host, rd: &mut Rd<'_>, said: &mut Exchange, cx: &mut Cx<'_>) -> Option<()> {
    let (12, false, Some(4)) = tag(rd)? else { return Some(()) };
    let (_, instance) = object(rd.u32()?);
    said.object = format!("8,{instance}");
    cx.clue(me, "bacnet.device", &instance.to_string(), Some(47808));
    for _ in 0..2 {
        let (_, _, n) = tag(rd)?;
        rd.skip(n?)?;
    }
    let (_, _, n) = tag(rd)?;
    let vendor = unsigned(rd.take(n?)?);
    cx.clue(me, "bacnet.vendor_id", &vendor.to_string(), Some(47808));
    Some(())
}

fn attribute(property: u32) -> Option<&'static str> {
    Some(match property {
        77 => "bacnet.object_name",
        121 => "bacnet.vendor_name",
        70 => "bacnet.model",
        44 => "bacnet.firmware",
        12 => "bacnet.software",
        58 => "bacnet.location",
        28 => "bacnet.description",
        _ => return None,
    })
}

/// 20.2.9: a character string starts with its character set; 0 is UTF-8.
fn string(rd: &mut Rd<'_>) -> Option<String> {
    let (7, false, Some(n)) = tag(rd)? else { return None };
    let body = rd.take(n)?;
    match body.split_first() {
        Some((0, text)) => Some(read::text(text)),
        Some((4, text)) => {
            let units: Vec<u16> = text.chunks_exact(2).filter_map(|c| <[u8; 2]>::try_from(c).ok().map(u16::from_be_bytes)).collect();
            Some(String::from_utf16_lossy(&units))
        }
        _ => None,
    }
}

/// 15.5.1.2: object, property, (index), opening 3, value, closing 3. Only the device object is identity.
fn property(me: Host, rd: &mut Rd<'_>, cx: &mut Cx<'_>) -> Option<()> {
    let (0, true, Some(4)) = tag(rd)? else { return None };
    let (kind, _) = object(rd.u32()?);
    let (1, true, Some(n)) = tag(rd)? else { return None };
    let number = unsigned(rd.take(n)?);
    let (mut next, mut context, mut length) = tag(rd)?;
    if next == 2 && context {
        rd.skip(length?)?;
        (next, context, length) = tag(rd)?;
    }
    if (next, context, length) != (3, true, None) || kind != 8 {
        return None;
    }
    let name = attribute(number)?;
    let value = string(rd)?;
    cx.clue(me, name, &value, Some(47808));
    Some(())
}

/// 15.7.1.2: per object a list of property, then value in context 4.
fn properties(me: Host, rd: &mut Rd<'_>, cx: &mut Cx<'_>) -> Option<()> {
    let (0, true, Some(4)) = tag(rd)? else { return None };
    let (kind, _) = object(rd.u32()?);
    tag(rd)?; // opening 1
    for _ in 0..64 {
        let (2, true, Some(n)) = tag(rd)? else { return None };
        let number = unsigned(rd.take(n)?);
        let (4, true, None) = tag(rd)? else { return None };
        let mut ahead = *rd;
        if let (Some(name), Some(value)) = (attribute(number).filter(|_| kind == 8), string(&mut ahead)) {
            cx.clue(me, name, &value, Some(47808));
        }
        // Over the value to closing 4.
        loop {
            let (found, context, length) = tag(rd)?;
            match (found, context, length) {
                (4, true, None) => break,
                (_, _, Some(n)) if found != 1 || context => rd.skip(n)?,
                _ => {}
            }
        }
    }
    Some(())
}
