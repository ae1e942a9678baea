//! Oracle Net (TNS): the connect packet, as Oracle's Net Services documents describe its descriptor.

use crate::mask;
use crate::read::{self, Rd};
use crate::{Cx, Dissector, Entry, Meta, Probe, Step, Stream};
use hinomi_model::{Dir, Ends, Exchange, Host, Nanos, Outcome};

pub static ORACLE: Dissector = Dissector {
    meta: &Meta {
        name: "oracle",
        title: "Oracle Net",
        standard: "Oracle Net Services Reference (connect descriptor); packet header as published analyses describe it",
        tier: 'B',
        clues: &[
            ("oracle.service", "SERVICE_NAME or SID asked for"),
            ("oracle.program", "PROGRAM of the client"),
            ("oracle.client_host", "HOST of the client in the connect data"),
        ],
        operations: &["connect"],
        details: &[("user", "keyed hash of the operating-system user"), ("service", "SERVICE_NAME or SID"), ("program", "program of the client")],
        notes: &[("oracle.malformed", "this is no packet header")],
        readings: false,
        tshark: "tns",
    },
    entries: &[Entry::Stream { hints: &[1521], probe, open: || Box::new(Oracle::default()) }],
};

/// Length, checksum (0), type 1, reserved, header checksum (0), version 300 to 399.
fn probe(dir: Dir, head: &[u8], _ends: &Ends) -> Probe {
    match head {
        [_, _, 0, 0, 1, _, 0, 0, 1, version, _, _, ..] if dir == Dir::ToServer => {
            if *version >= 0x2c && read::find(head.get(..head.len().min(512)).unwrap_or(&[]), b"(").is_some() { Probe::Yes } else if head.len() < 120 { Probe::More } else { Probe::No }
        }
        _ if dir == Dir::ToServer && head.len() < 12 && matches!(head, [] | [_] | [_, _] | [_, _, 0] | [_, _, 0, 0] | [_, _, 0, 0, 1, ..]) => Probe::More,
        _ => Probe::No,
    }
}

#[derive(Default)]
struct Oracle {
    asked: Option<(Nanos, Exchange)>,
    over: bool,
}

/// Value of `(NAME=value)` in a descriptor; the last one, since the client's own data stands behind.
fn value(descriptor: &str, name: &str) -> String {
    let upper = descriptor.to_ascii_uppercase();
    let key = format!("({name}=");
    upper.rfind(&key).and_then(|at| descriptor.get(at.saturating_add(key.len())..)).and_then(|rest| rest.split([')', '(']).next()).unwrap_or("").trim().to_string()
}

impl Stream for Oracle {
    fn feed(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Step {
        if self.over {
            return Step::Done;
        }
        let mut rd = Rd::new(bytes);
        let (Some(length), Some(_), Some(kind)) = (rd.u16(), rd.u16(), rd.u8()) else { return Step::Need(8) };
        let length = usize::from(length);
        if length < 8 || !(1..=19).contains(&kind) {
            return Step::Malformed { at: 0, name: "oracle.malformed", why: "this is no packet header" };
        }
        let Some(packet) = bytes.get(..length) else { return Step::Need(length) };
        match (kind, dir) {
            (1, Dir::ToServer) => {
                // A long descriptor follows in a packet of its own.
                let mut place = Rd::at(packet, 24);
                let (count, offset) = (usize::from(place.u16().unwrap_or(0)), usize::from(place.u16().unwrap_or(0)));
                let text = packet.get(offset..offset.saturating_add(count).min(packet.len())).unwrap_or(&[]);
                self.connect(&read::text(text), length, cx);
            }
            (6, Dir::ToServer) if self.asked.as_ref().is_some_and(|(_, s)| s.object.is_empty()) => self.connect(&read::text(packet.get(10..).unwrap_or(&[])), length, cx),
            (2 | 4 | 5, Dir::ToClient) => {
                if let Some((time, mut said)) = self.asked.take() {
                    said.time = time;
                    said.duration_ns = read::lapse(time, cx.time);
                    said.response_bytes = read::wide(length);
                    said.outcome = match kind {
                        2 => Outcome::Ok,
                        5 => Outcome::Warning,
                        _ => Outcome::Refused,
                    };
                    said.status = match kind {
                        2 => "accept",
                        5 => "redirect",
                        _ => "refuse",
                    }
                    .into();
                    cx.exchange(said);
                }
                self.over = kind != 5;
            }
            _ => {}
        }
        Step::Took(length)
    }

    fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        if let Some((time, mut said)) = self.asked.take() {
            said.time = time;
            said.outcome = read::silence(heard, Dir::ToServer);
            cx.exchange(said);
        }
    }
}

impl Oracle {
    fn connect(&mut self, descriptor: &str, size: usize, cx: &mut Cx<'_>) {
        let service = [value(descriptor, "SERVICE_NAME"), value(descriptor, "SID")].into_iter().find(|v| !v.is_empty()).unwrap_or_default();
        let cid = descriptor.to_ascii_uppercase().find("(CID=").and_then(|at| descriptor.get(at..)).unwrap_or("");
        let program = value(cid, "PROGRAM");
        cx.clue(Host::Server, "oracle.service", &service, Some(cx.ends.server.port));
        cx.clue(Host::Client, "oracle.program", program.rsplit(['\\', '/']).next().unwrap_or(""), None);
        cx.clue(Host::Client, "oracle.client_host", cid.to_ascii_uppercase().find("(HOST=").and_then(|at| cid.get(at.saturating_add(6)..)).and_then(|r| r.split(')').next()).unwrap_or(""), None);
        let user = cid.to_ascii_uppercase().find("(USER=").and_then(|at| cid.get(at.saturating_add(6)..)).and_then(|r| r.split(')').next()).unwrap_or("").to_string();
        let mut said = Exchange { operation: "connect".into(), object: service.clone(), server_name: service.clone(), request_bytes: read::wide(size), ..Exchange::default() };
        if !user.is_empty() {
            said.client_name = mask::user(&user, cx.keys);
            said.detail.push(("user", said.client_name.clone()));
        }
        said.detail.push(("service", service));
        if !program.is_empty() {
            said.detail.push(("program", crate::tidy(program.rsplit(['\\', '/']).next().unwrap_or(""), 64)));
        }
        let time = self.asked.take().map_or(cx.time, |(t, _)| t);
        self.asked = Some((time, said));
    }
}
