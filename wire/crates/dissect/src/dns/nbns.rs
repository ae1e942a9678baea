//! NetBIOS name service (RFC 1002 §4.2): names that Windows and print servers register and ask for.

use super::message::{Data, Message, Question, Record};
use crate::read::{self, Rd};
use crate::{Cx, Datagram, Dissector, Entry, Meta, Probe, Verdict};
use hinomi_model::{Dir, Ends, Exchange, Host, Mac, Nanos, NoteKind, Outcome};
use std::net::{IpAddr, Ipv4Addr};

pub static NBNS: Dissector = Dissector {
    meta: &Meta {
        name: "nbns",
        title: "NetBIOS Name Service",
        standard: "RFC 1001, RFC 1002",
        tier: 'A',
        clues: &[
            ("nbns.name", "computer name registered or held (RFC 1001 §14, suffix 00 or 20, unique)"),
            ("nbns.workgroup", "workgroup or domain registered or held (suffix 00, group)"),
            ("nbns.role", "what a registered suffix stands for: file server, domain controller, master browser …"),
            ("nbns.unit_mac", "adapter address of a node status answer (RFC 1002 §4.2.18)"),
        ],
        operations: &["query", "registration", "release", "refresh", "wack", "status"],
        details: &[
            ("suffix", "sixteenth byte of the name, hex"),
            ("ip", "address registered or answered"),
            ("names", "names of a node status answer as `NAME<suffix>`, joined by `,`"),
        ],
        notes: &[
            ("nbns.malformed", "a message cannot be read from this offset on"),
            ("nbns.pending_max", "over the limit of requests that wait for an answer; the oldest was said as unanswered"),
        ],
        readings: false,
        tshark: "nbns",
    },
    entries: &[Entry::Datagram { hints: &[137], probe, open: || Box::new(Nbns::default()) }],
};

fn probe(_dir: Dir, datagram: &[u8], ends: &Ends) -> Probe {
    let port = [ends.client.port, ends.server.port].contains(&137);
    if !port || !Message::plausible(datagram) {
        return Probe::No;
    }
    let Ok(message) = Message::read(datagram) else { return Probe::No };
    let mut names = message.questions.iter().map(|q| &q.name).chain(message.records.iter().map(|r| &r.name));
    if names.any(|n| decode(n).is_some()) { Probe::Yes } else { Probe::No }
}

/// RFC 1001 §14.1: each half byte of the sixteen is a letter from `A`. Gives the name and its suffix.
pub fn decode(name: &str) -> Option<(String, u8)> {
    let label = name.split('.').next()?;
    if label.len() != 32 || !label.bytes().all(|b| (b'A'..=b'P').contains(&b)) {
        return None;
    }
    let bytes: Vec<u8> = label
        .as_bytes()
        .chunks_exact(2)
        .filter_map(|pair| match pair {
            [high, low] => Some((high.wrapping_sub(b'A') << 4) | low.wrapping_sub(b'A')),
            _ => None,
        })
        .collect();
    let (suffix, text) = bytes.split_last()?;
    Some((oem(text), *suffix))
}

/// Names are in the OEM code page; of Japanese systems that is Shift_JIS, here only ASCII is kept.
fn oem(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|b| *b == 0).unwrap_or(bytes.len());
    let text = String::from_utf8_lossy(bytes.get(..end).unwrap_or(&[])).into_owned();
    text.trim_end().chars().map(|c| if c.is_control() { '·' } else { c }).collect()
}

/// Suffix 03 is the messenger service's: of a computer or of the person who is logged on. Only the
/// latter is to be hidden, but a message does not tell them apart.
fn person((name, suffix): (String, u8), cx: &Cx<'_>) -> (String, u8) {
    if suffix == 0x03 { (crate::mask::user(&name, cx.keys), suffix) } else { (name, suffix) }
}

/// Well-known suffixes of Microsoft networks ([MS-NBTE] §2.2.1 and RFC 1001 leave them to the application).
fn role(suffix: u8, group: bool) -> Option<&'static str> {
    Some(match (suffix, group) {
        (0x03, _) => "messenger",
        (0x1b, false) => "domain master browser",
        (0x1c, true) => "domain controller",
        (0x1d, false) => "master browser",
        (0x1e, true) => "browser election",
        (0x20, false) => "file server",
        (0x01, true) => "master browser announcement",
        _ => return None,
    })
}

#[derive(Default)]
struct Nbns {
    asked: read::Waiting<(u16, String), (Nanos, Dir, Exchange)>,
}

fn operation(opcode: u16, qtype: u16) -> &'static str {
    match opcode {
        5 => "registration",
        6 => "release",
        7 => "wack",
        8 | 9 | 15 => "refresh",
        _ if qtype == 0x21 => "status",
        _ => "query",
    }
}

/// RFC 1002 §4.2.1.3: flags (top bit: group) and address, six bytes each.
fn addresses(record: &Record) -> Vec<(bool, Ipv4Addr)> {
    let Data::Raw(bytes) = &record.data else { return Vec::new() };
    let mut rd = Rd::new(bytes);
    let mut out = Vec::new();
    while let Some((flags, ip)) = rd.u16().zip(rd.array::<4>()) {
        out.push((flags & 0x8000 != 0, Ipv4Addr::from(ip)));
    }
    out
}

impl Datagram for Nbns {
    fn datagram(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Verdict {
        if bytes.len() < 12 {
            return Verdict::NotMine;
        }
        let message = match Message::read(bytes) {
            Ok(message) => message,
            Err(fault) => return Verdict::Malformed { at: fault.at, name: "nbns.malformed", why: fault.why },
        };
        if message.header.is_response() { self.answer(dir, &message, bytes.len(), cx) } else { self.ask(dir, &message, bytes.len(), cx) }
        Verdict::Read
    }

    fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        while let Some((_, (time, dir, mut said))) = self.asked.first() {
            said.time = time;
            // To a broadcast address the holder answers from its own, on another flow.
            let to_all = matches!(cx.ends.receiver(dir).ip, IpAddr::V4(ip) if ip.is_broadcast() || ip.octets().last() == Some(&255));
            said.outcome = if to_all { Outcome::HalfHeard } else { read::silence(heard, dir) };
            said.reversed = dir == Dir::ToClient;
            cx.exchange(said);
        }
    }
}

impl Nbns {
    fn ask(&mut self, dir: Dir, message: &Message, size: usize, cx: &mut Cx<'_>) {
        let opcode = message.header.opcode();
        for Question { name, qtype, .. } in &message.questions {
            let Some((decoded, suffix)) = decode(name).map(|n| person(n, cx)) else { continue };
            let mut said = Exchange {
                operation: operation(opcode, *qtype).to_string(),
                object: decoded.clone(),
                request_bytes: read::wide(size),
                detail: vec![("suffix", format!("{suffix:02x}"))],
                ..Exchange::default()
            };
            // Registration, refresh (RFC 1002 §4.2.2, §4.2.4): the record to hold is in the additional section.
            if matches!(opcode, 5 | 8 | 9 | 15) {
                for (group, ip) in message.records.iter().flat_map(addresses) {
                    let from = cx.ends.sender(dir);
                    let host = if from.ip == IpAddr::V4(ip) {
                        read::sender(dir)
                    } else {
                        Host::Other { mac: Mac::NONE, ip: Some(IpAddr::V4(ip)) }
                    };
                    holds(host, &decoded, suffix, group, cx);
                    said.detail.push(("ip", ip.to_string()));
                }
            }
            let key = (message.header.id, decoded);
            if self.asked.get(&key).is_some() {
                continue;
            }
            if let Some((_, (time, asked, mut oldest))) = self.asked.put(key, (cx.time, dir, said), cx.limits.pending_max) {
                cx.note(NoteKind::OverLimit, "nbns.pending_max", 0, "too many requests wait for an answer");
                oldest.time = time;
                oldest.outcome = Outcome::Unanswered;
                oldest.reversed = asked == Dir::ToClient;
                cx.exchange(oldest);
            }
        }
    }

    fn answer(&mut self, dir: Dir, message: &Message, size: usize, cx: &mut Cx<'_>) {
        for record in message.records.iter().filter(|r| r.section == 1) {
            let Some((decoded, suffix)) = decode(&record.name).map(|n| person(n, cx)) else { continue };
            let rcode = message.header.rcode();
            let mut said = match self.asked.take(&(message.header.id, decoded.clone())) {
                Some((time, _, mut said)) => {
                    said.time = time;
                    said.duration_ns = read::lapse(time, cx.time);
                    said
                }
                None => Exchange {
                    operation: operation(message.header.opcode(), record.rtype).to_string(),
                    object: decoded.clone(),
                    detail: vec![("suffix", format!("{suffix:02x}"))],
                    ..Exchange::default()
                },
            };
            said.response_bytes = read::wide(size);
            said.status = rcode.to_string();
            said.outcome = if rcode == 0 { Outcome::Ok } else { Outcome::Refused };
            said.reversed = dir == Dir::ToServer;
            if record.rtype == 0x21 {
                status(dir, record, &mut said, cx);
            } else if rcode == 0 {
                for (group, ip) in addresses(record) {
                    said.detail.push(("ip", ip.to_string()));
                    if message.header.opcode() == 0 {
                        let own = cx.ends.sender(dir).ip == IpAddr::V4(ip);
                        let host = if own { read::sender(dir) } else { Host::Other { mac: Mac::NONE, ip: Some(IpAddr::V4(ip)) } };
                        holds(host, &decoded, suffix, group, cx);
                    }
                }
            }
            cx.exchange(said);
        }
    }
}

fn holds(host: Host, name: &str, suffix: u8, group: bool, cx: &mut Cx<'_>) {
    match (suffix, group) {
        (0x00 | 0x20, false) => cx.clue(host, "nbns.name", name, None),
        (0x00 | 0x1c | 0x1e, true) => cx.clue(host, "nbns.workgroup", name, None),
        _ => {}
    }
    if let Some(role) = role(suffix, group) {
        cx.clue(host, "nbns.role", role, None);
    }
}

/// RFC 1002 §4.2.18: a count, names of 18 bytes, then statistics that start with the adapter address.
fn status(dir: Dir, record: &Record, said: &mut Exchange, cx: &mut Cx<'_>) {
    let Data::Raw(bytes) = &record.data else { return };
    let mut rd = Rd::new(bytes);
    let count = rd.u8().unwrap_or(0);
    let mut names = Vec::new();
    for _ in 0..count {
        let (Some(text), Some(suffix), Some(flags)) = (rd.take(15), rd.u8(), rd.u16()) else { break };
        let (name, suffix) = person((oem(text), suffix), cx);
        names.push(format!("{name}<{suffix:02x}>"));
        holds(read::sender(dir), &name, suffix, flags & 0x8000 != 0, cx);
    }
    if let Some(mac) = rd.array().map(Mac).filter(|m| *m != Mac::NONE) {
        cx.clue(read::sender(dir), "nbns.unit_mac", &mac.to_string(), None);
    }
    said.detail.push(("names", names.join(",")));
}
