//! RADIUS (RFC 2865, RFC 2866).

use crate::mask;
use crate::read::{self, Rd};
use crate::{Cx, Datagram, Dissector, Entry, Meta, Probe, Verdict};
use hinomi_model::{Dir, Ends, Exchange, Host, Mac, Nanos, NoteKind, Outcome};
use std::net::Ipv4Addr;

pub static RADIUS: Dissector = Dissector {
    meta: &Meta {
        name: "radius",
        title: "Remote Authentication Dial In User Service",
        standard: "RFC 2865, RFC 2866, RFC 3579",
        tier: 'B',
        clues: &[
            ("radius.server", "the host decides who may enter"),
            ("radius.nas_identifier", "name of the network access server (RFC 2865 §5.32)"),
            ("radius.nas_ip", "address of the network access server (§5.4)"),
            ("radius.station", "the station (by its MAC) asked to enter the network; value is the called station (§5.30, §5.31)"),
        ],
        operations: &["access", "accounting", "coa", "disconnect", "status"],
        details: &[
            ("user", "keyed hash of the user name (§5.1)"),
            ("station", "MAC of the station (§5.31)"),
            ("called", "called station: access point and network name (§5.30)"),
            ("method", "eap, pap, chap or mschap"),
            ("nas", "network access server"),
            ("session", "start, stop or interim of accounting (RFC 2866 §5.1)"),
        ],
        notes: &[("radius.malformed", "an attribute ends too early"), ("radius.pending_max", "over the limit of requests that wait for an answer")],
        readings: false,
        tshark: "radius",
    },
    entries: &[Entry::Datagram { hints: &[1812, 1813, 1645, 1646, 3799], probe, open: || Box::new(Radius::default()) }],
};

fn probe(_dir: Dir, bytes: &[u8], _ends: &Ends) -> Probe {
    let mut rd = Rd::new(bytes);
    let (Some(code), Some(_), Some(length)) = (rd.u8(), rd.u8(), rd.u16()) else { return Probe::No };
    if !matches!(code, 1..=5 | 11 | 12 | 40..=45) || usize::from(length) != bytes.len() || rd.skip(16).is_none() {
        return Probe::No;
    }
    // Every attribute must fit; a message without any is not enough.
    let mut count = 0u32;
    while !rd.is_empty() {
        let (Some(kind), Some(length)) = (rd.u8(), rd.u8()) else { return Probe::No };
        if kind == 0 || length < 2 || rd.skip(usize::from(length).saturating_sub(2)).is_none() {
            return Probe::No;
        }
        count = count.saturating_add(1);
    }
    if count >= 2 || (count == 1 && matches!(code, 2 | 3 | 11)) { Probe::Yes } else { Probe::No }
}

#[derive(Default)]
struct Radius {
    asked: read::Waiting<u8, (Nanos, Exchange)>,
}

/// Formats of RFC 3580 §3.20 and of many others.
fn mac(text: &str) -> Option<Mac> {
    let digits: String = text.chars().filter(char::is_ascii_hexdigit).collect();
    let head = digits.get(..12)?;
    let mut out = [0u8; 6];
    for (n, byte) in out.iter_mut().enumerate() {
        *byte = u8::from_str_radix(head.get(n.checked_mul(2)?..n.checked_mul(2)?.checked_add(2)?)?, 16).ok()?;
    }
    Some(Mac(out))
}

impl Datagram for Radius {
    fn datagram(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Verdict {
        let mut rd = Rd::new(bytes);
        let (Some(code), Some(id), Some(_)) = (rd.u8(), rd.u8(), rd.u16()) else { return Verdict::NotMine };
        if rd.skip(16).is_none() {
            return Verdict::NotMine;
        }
        let mut said = Exchange::default();
        let (mut station, mut called) = (None, String::new());
        while !rd.is_empty() {
            let at = rd.pos();
            let value = rd.u8().zip(rd.u8()).and_then(|(kind, n)| rd.take(usize::from(n).checked_sub(2)?).map(|v| (kind, v)));
            let Some((kind, value)) = value else {
                return Verdict::Malformed { at, name: "radius.malformed", why: "an attribute ends too early" };
            };
            match kind {
                1 => {
                    let name = read::text(value);
                    said.client_name = match mac(&name) {
                        Some(m) if name.len() >= 12 && name.chars().all(|c| c.is_ascii_hexdigit() || "-:.".contains(c)) => m.to_string(),
                        _ => mask::user(&name, cx.keys),
                    };
                    said.detail.push(("user", said.client_name.clone()));
                }
                2 => said.detail.push(("method", "pap".into())),
                3 => said.detail.push(("method", "chap".into())),
                79 => said.detail.push(("method", "eap".into())),
                26 if value.starts_with(&[0, 0, 1, 0x37]) => said.detail.push(("method", "mschap".into())),
                4 => {
                    if let Ok(ip) = <[u8; 4]>::try_from(value) {
                        cx.clue(read::sender(dir), "radius.nas_ip", &Ipv4Addr::from(ip).to_string(), None);
                    }
                }
                32 => {
                    let name = read::text(value);
                    cx.clue(read::sender(dir), "radius.nas_identifier", &name, None);
                    said.detail.push(("nas", name));
                }
                30 => called = read::text(value),
                31 => station = mac(&read::text(value)),
                40 => {
                    let word = match value.last() {
                        Some(1) => "start",
                        Some(2) => "stop",
                        Some(3) => "interim",
                        _ => "other",
                    };
                    said.detail.push(("session", word.into()));
                }
                _ => {}
            }
        }
        said.detail.dedup();
        if let Some(mac) = station {
            let host = Host::Other { mac, ip: None };
            cx.clue(host, "radius.station", if called.is_empty() { "yes" } else { &called }, None);
            said.detail.push(("station", mac.to_string()));
        }
        if !called.is_empty() {
            said.detail.push(("called", called));
        }
        let request = match code {
            1 => Some("access"),
            4 => Some("accounting"),
            12 => Some("status"),
            40 => Some("disconnect"),
            43 => Some("coa"),
            _ => None,
        };
        if let Some(operation) = request {
            said.operation = operation.into();
            said.request_bytes = read::wide(bytes.len());
            if self.asked.get(&id).is_none()
                && let Some((_, (time, mut oldest))) = self.asked.put(id, (cx.time, said), cx.limits.pending_max)
            {
                cx.note(NoteKind::OverLimit, "radius.pending_max", 0, "too many requests wait for an answer");
                oldest.time = time;
                oldest.outcome = Outcome::Unanswered;
                cx.exchange(oldest);
            }
            return Verdict::Read;
        }
        cx.clue(read::sender(dir), "radius.server", "yes", Some(cx.ends.sender(dir).port));
        let (outcome, status) = match code {
            2 => (Outcome::Ok, "accept"),
            3 => (Outcome::Refused, "reject"),
            11 => (Outcome::Ok, "challenge"),
            41 | 44 => (Outcome::Ok, "ack"),
            42 | 45 => (Outcome::Refused, "nak"),
            _ => (Outcome::Ok, "response"),
        };
        if let Some((time, mut asked)) = self.asked.take(&id) {
            asked.time = time;
            asked.duration_ns = read::lapse(time, cx.time);
            asked.response_bytes = read::wide(bytes.len());
            asked.outcome = outcome;
            asked.status = status.into();
            asked.reversed = dir == Dir::ToServer;
            cx.exchange(asked);
        }
        Verdict::Read
    }

    fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        while let Some((_, (time, mut said))) = self.asked.first() {
            said.time = time;
            said.outcome = read::silence(heard, Dir::ToServer);
            cx.exchange(said);
        }
    }
}
