//! A small network in memory: frames made byte by byte, and a protocol that says back what it read.
#![allow(dead_code, clippy::unwrap_used, clippy::indexing_slicing)]

use hinomi_decode::{Frame, Link};
use hinomi_dissect::{Cx, Datagram, Dissector, Entry, Meta, Probe, Step, Stream, Verdict};
use hinomi_engine::{Engine, Limits};
use hinomi_model::{Dir, Ends, Exchange, Host, Keys, PacketRef, rows};

/// Rows as they came, with the texts that the tests look at.
#[derive(Default, Debug)]
pub struct Rows {
    pub flows: Vec<Flow>,
    pub clues: Vec<(String, String, u64, String)>,
    pub exchanges: Vec<(String, String)>,
    pub notes: Vec<(String, u64, String)>,
    pub coverage: Vec<(String, u64, u64, u64)>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Flow {
    pub phase: String,
    pub orig: String,
    pub resp_port: u16,
    pub packets: (u64, u64),
    pub bytes: (u64, u64),
    pub payload: (u64, u64),
    pub outcome: String,
    pub ended_by: String,
    pub service: Option<String>,
    pub gap_bytes: u64,
    pub orig_mac: String,
}

impl rows::Sink for Rows {
    fn flow(&mut self, r: &rows::Flow<'_>) {
        self.flows.push(Flow {
            phase: r.phase.into(),
            orig: r.orig_ip.unwrap().to_string(),
            resp_port: r.resp_port,
            packets: (r.orig_packets, r.resp_packets),
            bytes: (r.orig_bytes, r.resp_bytes),
            payload: (r.orig_payload, r.resp_payload),
            outcome: r.outcome.into(),
            ended_by: r.ended_by.into(),
            service: r.service.map(Into::into),
            gap_bytes: r.gap_bytes,
            orig_mac: r.orig_mac.to_string(),
        });
    }
    fn clue(&mut self, r: &rows::Clue<'_>) {
        self.clues.push((r.attribute.into(), r.value.into(), r.count, r.host_mac.to_string()));
    }
    fn exchange(&mut self, r: &rows::Exchange<'_>) {
        self.exchanges.push((r.operation.into(), r.object.into()));
    }
    fn reading(&mut self, _: &rows::Reading<'_>) {}
    fn note(&mut self, r: &rows::Note<'_>) {
        self.notes.push((r.name.into(), r.count, r.text.into()));
    }
    fn coverage(&mut self, r: &rows::Coverage<'_>) {
        self.coverage.push((r.subnet.into(), r.packets, r.bytes, r.duplicates));
    }
}

impl Rows {
    pub fn ends(&self) -> Vec<&Flow> {
        self.flows.iter().filter(|f| f.phase == "end").collect()
    }
    pub fn note(&self, name: &str) -> Option<u64> {
        self.notes.iter().find(|n| n.0 == name).map(|n| n.1)
    }
}

/// `ECHO` then anything: says at the end what came from the client, gaps as `<n>`. `SKIPn;` passes over n
/// bytes, `NEEDn;` asks for n bytes at once.
#[derive(Default)]
struct Echo {
    heard: String,
}

fn number(bytes: &[u8], word: &[u8]) -> Option<(usize, usize)> {
    let rest = bytes.strip_prefix(word)?;
    let end = rest.iter().position(|b| *b == b';')?;
    let n = std::str::from_utf8(&rest[..end]).ok()?.parse().ok()?;
    Some((word.len() + end + 1, n))
}

impl Stream for Echo {
    fn feed(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Step {
        if dir == Dir::ToClient {
            return Step::Took(bytes.len());
        }
        if let Some((head, n)) = number(bytes, b"SKIP") {
            self.heard.push_str("[skip]");
            return Step::Skip(u64::try_from(head + n).unwrap());
        }
        if let Some((head, n)) = number(bytes, b"NEED") {
            if bytes.len() < head + n {
                return Step::Need(head + n);
            }
            self.heard.push_str("[whole]");
            return Step::Took(head + n);
        }
        if bytes.starts_with(b"BAD!") {
            return Step::Malformed { at: 0, name: "echo.bad", why: "it says so" };
        }
        if bytes.starts_with(b"HAND") {
            return Step::Handover { took: 4, to: "other" };
        }
        cx.clue(Host::Client, "echo.clue", "seen", None);
        self.heard.push_str(&String::from_utf8_lossy(&bytes[..1]));
        Step::Took(1)
    }
    fn gap(&mut self, dir: Dir, missing: u64, _: &mut Cx<'_>) -> bool {
        if dir == Dir::ToServer {
            self.heard.push_str(&format!("<{missing}>"));
        }
        true
    }
    fn end(&mut self, _: [bool; 2], cx: &mut Cx<'_>) {
        cx.exchange(Exchange { operation: "ECHO".into(), object: std::mem::take(&mut self.heard), ..Exchange::default() });
    }
}

struct Other;

impl Stream for Other {
    fn feed(&mut self, _: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Step {
        cx.exchange(Exchange { operation: "OTHER".into(), object: String::from_utf8_lossy(bytes).into(), ..Exchange::default() });
        Step::Took(bytes.len())
    }
}

impl Datagram for Other {
    fn datagram(&mut self, _: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Verdict {
        cx.exchange(Exchange { operation: "DATAGRAM".into(), object: String::from_utf8_lossy(bytes).into(), ..Exchange::default() });
        Verdict::Read
    }
}

fn probe_echo(_: Dir, head: &[u8], _: &Ends) -> Probe {
    match head.get(..4) {
        Some(b"ECHO") => Probe::Yes,
        Some(_) => Probe::No,
        None if b"ECHO".starts_with(head) => Probe::More,
        None => Probe::No,
    }
}

const fn meta(name: &'static str) -> Meta {
    Meta { name, title: name, standard: "", tier: 'A', clues: &[], operations: &[], details: &[], notes: &[], readings: false, tshark: "" }
}

static ECHO: Dissector = Dissector {
    meta: &meta("echo"),
    entries: &[Entry::Stream { hints: &[7], probe: probe_echo, open: || Box::new(Echo::default()) }],
};
static OTHER: Dissector = Dissector {
    meta: &meta("other"),
    entries: &[
        Entry::Stream { hints: &[], probe: |_, _, _| Probe::No, open: || Box::new(Other) },
        Entry::Datagram { hints: &[], probe: |_, b, _| if b.starts_with(b"D") { Probe::Yes } else { Probe::No }, open: || Box::new(Other) },
    ],
};
pub static BOTH: &[&Dissector] = &[&ECHO, &OTHER];

pub fn engine(limits: Limits) -> Engine {
    Engine::new(Keys::new([1; 32]), limits, hinomi_dissect::Limits { message_bytes_max: 10_000, ..Default::default() }, BOTH)
}

pub const FIN: u8 = 1;
pub const SYN: u8 = 2;
pub const RST: u8 = 4;
pub const ACK: u8 = 16;
pub const CLIENT: [u8; 4] = [10, 0, 0, 1];
pub const SERVER: [u8; 4] = [10, 0, 1, 2];
pub const MS: i64 = 1_000_000;
pub const SECOND: i64 = 1_000_000_000;

/// Feeds frames and keeps the clock.
pub struct Lab {
    pub engine: Engine,
    pub rows: Rows,
    pub time: i64,
    pub number: u64,
    pub id: u16,
    pub ttl: u8,
    pub src_mac: [u8; 6],
    pub vlan: Option<u16>,
}

impl Lab {
    pub fn new(limits: Limits) -> Lab {
        Lab {
            engine: engine(limits),
            rows: Rows::default(),
            time: 1_700_000_000 * SECOND,
            number: 0,
            id: 1,
            ttl: 64,
            src_mac: [2, 0, 0, 0, 0, 1],
            vlan: None,
        }
    }

    pub fn frame(&mut self, bytes: &[u8]) {
        self.number += 1;
        let at = PacketRef { packet: self.number, offset: self.number * 100 };
        let frame = Frame { time: self.time, at, link: Link::Ethernet, wire_len: u32::try_from(bytes.len()).unwrap(), bytes };
        self.engine.packet(&frame, &mut self.rows);
    }

    pub fn ip(&mut self, src: [u8; 4], dst: [u8; 4], proto: u8, body: &[u8]) -> Vec<u8> {
        self.id = self.id.wrapping_add(1);
        let mut f = vec![2, 0, 0, 0, 0, 9];
        f.extend(self.src_mac);
        if let Some(vlan) = self.vlan {
            f.extend([0x81, 0]);
            f.extend(vlan.to_be_bytes());
        }
        f.extend([8, 0, 0x45, 0]);
        f.extend(u16::try_from(20 + body.len()).unwrap().to_be_bytes());
        f.extend(self.id.to_be_bytes());
        f.extend([0x40, 0, self.ttl, proto, 0, 0]);
        f.extend(src);
        f.extend(dst);
        f.extend(body);
        f
    }

    pub fn tcp_frame(&mut self, up: bool, ports: (u16, u16), seq: u32, ack: u32, flags: u8, payload: &[u8]) -> Vec<u8> {
        let (src, dst, sport, dport) = if up { (CLIENT, SERVER, ports.0, ports.1) } else { (SERVER, CLIENT, ports.1, ports.0) };
        let mut t = Vec::new();
        t.extend(sport.to_be_bytes());
        t.extend(dport.to_be_bytes());
        t.extend(seq.to_be_bytes());
        t.extend(ack.to_be_bytes());
        t.extend([0x50, flags, 1, 0, 0, 0, 0, 0]);
        t.extend(payload);
        self.ip(src, dst, 6, &t)
    }

    pub fn tcp(&mut self, up: bool, seq: u32, ack: u32, flags: u8, payload: &[u8]) {
        let frame = self.tcp_frame(up, (40000, 7), seq, ack, flags, payload);
        self.frame(&frame);
        self.time += 10_000;
    }

    pub fn udp(&mut self, src: ([u8; 4], u16), dst: ([u8; 4], u16), payload: &[u8]) {
        let mut u = Vec::new();
        u.extend(src.1.to_be_bytes());
        u.extend(dst.1.to_be_bytes());
        u.extend(u16::try_from(8 + payload.len()).unwrap().to_be_bytes());
        u.extend([0, 0]);
        u.extend(payload);
        let frame = self.ip(src.0, dst.0, 17, &u);
        self.frame(&frame);
        self.time += 10_000;
    }

    pub fn shake_hands(&mut self, seq: u32) {
        self.tcp(true, seq, 0, SYN, b"");
        self.tcp(false, 5000, seq.wrapping_add(1), SYN | ACK, b"");
        self.tcp(true, seq.wrapping_add(1), 5001, ACK, b"");
    }

    pub fn done(mut self) -> Rows {
        self.engine.finish(&mut self.rows);
        assert_eq!(self.engine.bytes_held(), 0, "what was held is released");
        assert_eq!(self.engine.flows_now(), 0);
        self.rows
    }
}
