//! A small stand-in for the engine, for tests of dissectors: capture file → flows → dissectors. It
//! reassembles without holes, keeps what a dissector did not take, and follows hand-overs.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::as_conversions, clippy::panic, dead_code)]

use hinomi_dissect::{Cx, Datagram, Dissector, Entry, Limits, Probe, Step, Stream, Verdict, all, by_name};
use hinomi_model::{Clue, Dir, End, Ends, Exchange, Keys, Mac, Note, Out, PacketRef};
use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Segments that came early: sequence number → time, packet, bytes.
type Late = BTreeMap<u32, (i64, u64, Vec<u8>)>;
type OpenDatagram = fn() -> Box<dyn Datagram>;
type OpenStream = fn() -> Box<dyn Stream>;

/// The dissectors of infrastructure; the clinical ones have tests of their own.
pub const OURS: &[&str] = &[
    "tls", "http", "http2", "ssh", "rdp", "vnc", "smb", "kerberos", "ldap", "radius", "browser", "snmp", "ntp", "ptp", "syslog", "ssdp", "stun", "lldp",
    "cdp", "stp", "eapol", "nd", "smtp", "pop3", "imap", "ftp", "telnet", "sip", "rtsp", "modbus", "bacnet", "enip", "s7", "opcua", "knx", "mqtt",
    "postgresql", "mysql", "tds", "oracle", "dcerpc", "pjl", "quic", "dtls", "wireguard", "ike", "openvpn", "l2tp", "pptp", "teamviewer", "arp", "dhcp",
    "dns", "mdns", "llmnr", "nbns",
];

#[derive(Clone, Debug)]
pub struct Packet {
    pub number: u64,
    pub time: i64,
    pub frame: Vec<u8>,
}

/// Classic pcap, both byte orders, micro- and nanoseconds; Ethernet only.
pub fn packets(file: &[u8]) -> Vec<Packet> {
    let swap = matches!(file[0], 0xa1);
    let nano = file[..4].contains(&0x4d);
    let u32_at = |at: usize| {
        let b: [u8; 4] = file[at..at + 4].try_into().unwrap();
        if swap { u32::from_be_bytes(b) } else { u32::from_le_bytes(b) }
    };
    assert_eq!(u32_at(20) & 0xffff, 1, "Ethernet only");
    let mut out = Vec::new();
    let mut at = 24;
    while at + 16 <= file.len() {
        let length = u32_at(at + 8) as usize;
        let fraction = i64::from(u32_at(at + 4)) * if nano { 1 } else { 1000 };
        let time = i64::from(u32_at(at)) * 1_000_000_000 + fraction;
        if at + 16 + length > file.len() {
            break;
        }
        out.push(Packet { number: out.len() as u64 + 1, time, frame: file[at + 16..at + 16 + length].to_vec() });
        at += 16 + length;
    }
    out
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    pub proto: u8,
    pub a: (IpAddr, u16),
    pub b: (IpAddr, u16),
}

#[derive(Clone, Debug)]
pub enum Piece {
    Bytes(Dir, Vec<u8>),
    Gap(Dir, u64),
}

#[derive(Clone, Debug)]
pub struct Flow {
    pub ends: Ends,
    pub proto: u8,
    /// Time, packet number, piece in the order heard.
    pub pieces: Vec<(i64, u64, Piece)>,
    /// EtherType of a flow of frames, 0 otherwise.
    pub ethertype: u16,
}

#[derive(Default)]
struct Tcp {
    next: [Option<u32>; 2],
    late: [Late; 2],
}

pub fn flows(packets: &[Packet]) -> Vec<Flow> {
    let mut order: Vec<Key> = Vec::new();
    let mut flows: HashMap<Key, (Flow, Tcp)> = HashMap::new();
    let mut frames: Vec<Flow> = Vec::new();
    for packet in packets {
        let f = &packet.frame;
        if f.len() < 14 {
            continue;
        }
        let mac = |at: usize| Mac(f[at..at + 6].try_into().unwrap());
        let (dst, src) = (mac(0), mac(6));
        let mut at = 12;
        let mut kind = u16::from_be_bytes([f[12], f[13]]);
        while kind == 0x8100 {
            at += 4;
            kind = u16::from_be_bytes([f[at], f[at + 1]]);
        }
        let rest = &f[at + 2..];
        let (proto, sip, dip, payload): (u8, IpAddr, IpAddr, &[u8]) = match kind {
            0x0800 if rest.len() >= 20 => {
                let header = usize::from(rest[0] & 15) * 4;
                let total = usize::from(u16::from_be_bytes([rest[2], rest[3]])).min(rest.len()).max(header);
                let s = Ipv4Addr::from(<[u8; 4]>::try_from(&rest[12..16]).unwrap());
                let d = Ipv4Addr::from(<[u8; 4]>::try_from(&rest[16..20]).unwrap());
                (rest[9], s.into(), d.into(), &rest[header..total])
            }
            0x86dd if rest.len() >= 40 => {
                let s = Ipv6Addr::from(<[u8; 16]>::try_from(&rest[8..24]).unwrap());
                let d = Ipv6Addr::from(<[u8; 16]>::try_from(&rest[24..40]).unwrap());
                let total = (usize::from(u16::from_be_bytes([rest[4], rest[5]])) + 40).min(rest.len());
                (rest[6], s.into(), d.into(), &rest[40..total])
            }
            _ => {
                let none = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
                let ends = Ends { client: End { mac: src, ip: none, port: 0 }, server: End { mac: dst, ip: none, port: 0 }, vlan: None };
                // LLC: the engine names SNAP and LSAP ids; here the payload behind them is handed on.
                let (kind, body) = if kind < 0x0600 { llc(rest) } else { (kind, rest) };
                frames.push(Flow { ends, proto: 0, ethertype: kind, pieces: vec![(packet.time, packet.number, Piece::Bytes(Dir::ToServer, body.to_vec()))] });
                continue;
            }
        };
        let (sport, dport, body, seq, flags) = match proto {
            6 if payload.len() >= 20 => {
                let header = usize::from(payload[12] >> 4) * 4;
                let seq = u32::from_be_bytes(payload[4..8].try_into().unwrap());
                (port(payload, 0), port(payload, 2), payload.get(header..).unwrap_or(&[]), seq, payload[13])
            }
            17 if payload.len() >= 8 => (port(payload, 0), port(payload, 2), &payload[8..], 0, 0),
            58 if payload.len() >= 4 => (u16::from(payload[0]), u16::from(payload[1]), payload, 0, 0),
            50 | 47 | 51 => (0, 0, payload, 0, 0),
            _ => continue,
        };
        let (from, to) = ((sip, sport), (dip, dport));
        let key = if from <= to { Key { proto, a: from, b: to } } else { Key { proto, a: to, b: from } };
        let (flow, tcp) = flows.entry(key.clone()).or_insert_with(|| {
            order.push(key);
            let client = End { mac: src, ip: sip, port: sport };
            let server = End { mac: dst, ip: dip, port: dport };
            let swapped = proto == 6 && flags & 0x12 == 0x12;
            let ends = if swapped { Ends { client: server, server: client, vlan: None } } else { Ends { client, server, vlan: None } };
            (Flow { ends, proto, ethertype: 0, pieces: Vec::new() }, Tcp::default())
        });
        let dir = if flow.ends.client.ip == sip && flow.ends.client.port == sport { Dir::ToServer } else { Dir::ToClient };
        if proto != 6 {
            flow.pieces.push((packet.time, packet.number, Piece::Bytes(dir, body.to_vec())));
            continue;
        }
        let side = usize::from(dir == Dir::ToClient);
        if flags & 2 != 0 {
            tcp.next[side] = Some(seq.wrapping_add(1));
            continue;
        }
        if body.is_empty() {
            continue;
        }
        tcp.late[side].insert(seq, (packet.time, packet.number, body.to_vec()));
        let next = tcp.next[side].get_or_insert(seq);
        loop {
            let found = tcp.late[side].iter().map(|(s, b)| (*s, b.2.len() as u32)).find(|(s, n)| next.wrapping_sub(*s) < 0x8000_0000 && next.wrapping_sub(*s) < *n);
            let Some((s, _)) = found else { break };
            let (_, _, bytes) = tcp.late[side].remove(&s).unwrap();
            let skip = next.wrapping_sub(s) as usize;
            *next = s.wrapping_add(bytes.len() as u32);
            flow.pieces.push((packet.time, packet.number, Piece::Bytes(dir, bytes[skip..].to_vec())));
        }
        tcp.late[side].retain(|s, b| next.wrapping_sub(*s) >= 0x8000_0000 || next.wrapping_sub(*s) < b.2.len() as u32);
    }
    let mut out: Vec<Flow> = order.into_iter().map(|k| flows.remove(&k).unwrap().0).collect();
    out.append(&mut frames);
    out
}

fn llc(rest: &[u8]) -> (u16, &[u8]) {
    match rest {
        [0x42, 0x42, 3, body @ ..] => (0x0042, body),
        [0xaa, 0xaa, 3, _, _, _, a, b, body @ ..] => (u16::from_be_bytes([*a, *b]), body),
        _ => (0, &[]),
    }
}

fn port(bytes: &[u8], at: usize) -> u16 {
    u16::from_be_bytes([bytes[at], bytes[at + 1]])
}

/// How the bytes are handed to the dissector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feed {
    AsHeard,
    ByteByByte,
}

#[derive(Debug, Default)]
pub struct Said {
    pub service: Vec<&'static str>,
    pub clues: Vec<Clue>,
    pub exchanges: Vec<Exchange>,
    pub notes: Vec<Note>,
    pub sni: Option<String>,
    pub ja4: Option<String>,
    pub tls_version: Option<&'static str>,
    pub certificate: Option<String>,
}

impl Said {
    fn absorb(&mut self, mut out: Out) {
        self.clues.append(&mut out.clues);
        self.exchanges.append(&mut out.exchanges);
        self.notes.append(&mut out.notes);
        self.sni = out.sni.or(self.sni.take());
        self.ja4 = out.ja4.or(self.ja4.take());
        self.tls_version = out.tls_version.or(self.tls_version);
        self.certificate = out.certificate.or(self.certificate.take());
    }

    pub fn clue(&self, attribute: &str) -> Vec<&str> {
        self.clues.iter().filter(|c| c.attribute == attribute).map(|c| c.value.as_str()).collect()
    }

    pub fn has_note(&self, name: &str) -> bool {
        self.notes.iter().any(|n| n.name == name)
    }

    pub fn operations(&self) -> Vec<String> {
        self.exchanges.iter().map(|e| format!("{} {} {}", e.operation, e.outcome.word(), e.status)).collect()
    }
}

pub fn detail<'a>(exchange: &'a Exchange, name: &str) -> &'a str {
    exchange.detail.iter().find(|(n, _)| *n == name).map_or("", |(_, v)| v.as_str())
}

pub fn keys() -> Keys {
    Keys::new([7; 32])
}

/// Everything one flow says.
pub fn read_flow(flow: &Flow, feed: Feed, limits: &Limits) -> Said {
    let mut said = Said::default();
    let keys = keys();
    match flow.proto {
        0 => {
            for d in all() {
                for entry in d.entries {
                    if let Entry::Frame { ethertypes, open } = entry
                        && ethertypes.contains(&flow.ethertype)
                    {
                        for (time, number, piece) in &flow.pieces {
                            if let Piece::Bytes(_, bytes) = piece {
                                let mut out = Out::default();
                                let verdict = open().frame(bytes, &mut cx(*time, *number, &flow.ends, &keys, limits, &mut out));
                                if verdict == Verdict::Read && !said.service.contains(&d.meta.name) {
                                    said.service.push(d.meta.name);
                                }
                                said.absorb(out);
                            }
                        }
                    }
                }
            }
        }
        6 => stream(flow, feed, limits, &keys, &mut said),
        _ => datagrams(flow, limits, &keys, &mut said),
    }
    said
}

fn cx<'a>(time: i64, number: u64, ends: &'a Ends, keys: &'a Keys, limits: &'a Limits, out: &'a mut Out) -> Cx<'a> {
    Cx { time, packet: PacketRef { packet: number, offset: 0 }, ends, keys, limits, out }
}

fn heard(flow: &Flow) -> [bool; 2] {
    let has = |dir: Dir| flow.pieces.iter().any(|(_, _, p)| matches!(p, Piece::Bytes(d, _) if *d == dir));
    [has(Dir::ToServer), has(Dir::ToClient)]
}

fn datagrams(flow: &Flow, limits: &Limits, keys: &Keys, said: &mut Said) {
    let mut open: Option<(&'static Dissector, Box<dyn Datagram>)> = None;
    for (time, number, piece) in &flow.pieces {
        let Piece::Bytes(dir, bytes) = piece else { continue };
        let mut out = Out::default();
        if open.is_none() {
            open = datagram_claims(*dir, bytes, &flow.ends).first().map(|(d, f)| (*d, f()));
            if let Some((d, _)) = &open {
                said.service.push(d.meta.name);
            }
        }
        if let Some((_, reader)) = &mut open
            && let Verdict::Malformed { at, name, why } = reader.datagram(*dir, bytes, &mut cx(*time, *number, &flow.ends, keys, limits, &mut out))
        {
            assert!(at <= bytes.len(), "fault beyond the datagram");
            out.notes.push(Note { kind: hinomi_model::NoteKind::Malformed, name, at: at as u64, text: why.into() });
        }
        said.absorb(out);
    }
    if let Some((_, mut reader)) = open {
        let mut out = Out::default();
        let time = flow.pieces.last().map_or(0, |p| p.0);
        reader.end(heard(flow), &mut cx(time, 0, &flow.ends, keys, limits, &mut out));
        said.absorb(out);
    }
}

pub fn datagram_claims(dir: Dir, bytes: &[u8], ends: &Ends) -> Vec<(&'static Dissector, OpenDatagram)> {
    let mut out = Vec::new();
    for d in all() {
        for entry in d.entries {
            if let Entry::Datagram { probe, open, .. } = entry
                && probe(dir, bytes, ends) == Probe::Yes
                && !out.iter().any(|(o, _): &(&Dissector, _)| o.meta.name == d.meta.name)
            {
                out.push((*d, *open));
            }
        }
    }
    out
}

pub fn stream_claims(dir: Dir, head: &[u8], ends: &Ends) -> (Vec<(&'static Dissector, OpenStream)>, bool) {
    let mut out = Vec::new();
    let mut more = false;
    for d in all() {
        for entry in d.entries {
            if let Entry::Stream { probe, open, .. } = entry {
                match probe(dir, head, ends) {
                    Probe::Yes => out.push((*d, *open)),
                    Probe::More => more = true,
                    Probe::No => {}
                }
            }
        }
    }
    (out, more)
}

struct Half {
    buffer: Vec<u8>,
    skip: u64,
    done: bool,
    need: usize,
}

fn stream(flow: &Flow, feed: Feed, limits: &Limits, keys: &Keys, said: &mut Said) {
    let mut reader: Option<Box<dyn Stream>> = None;
    let mut halves = [0, 1].map(|_| Half { buffer: Vec::new(), skip: 0, done: false, need: 0 });
    let mut last = 0;
    for (time, number, piece) in &flow.pieces {
        last = *time;
        match piece {
            Piece::Gap(dir, n) => {
                let half = &mut halves[usize::from(*dir == Dir::ToClient)];
                if half.skip >= *n {
                    half.skip -= n;
                    continue;
                }
                let n = *n - half.skip;
                half.skip = 0;
                half.buffer.clear();
                half.need = 0;
                if let Some(r) = &mut reader {
                    let mut out = Out::default();
                    if !r.gap(*dir, n, &mut cx(*time, *number, &flow.ends, keys, limits, &mut out)) {
                        half.done = true;
                    }
                    said.absorb(out);
                }
            }
            Piece::Bytes(dir, bytes) => {
                let size = if feed == Feed::ByteByByte { 1 } else { bytes.len().max(1) };
                for part in bytes.chunks(size) {
                    push(flow, *dir, part, *time, *number, &mut reader, &mut halves, limits, keys, said);
                }
            }
        }
    }
    if let Some(mut r) = reader {
        let mut out = Out::default();
        r.end(heard(flow), &mut cx(last, 0, &flow.ends, keys, limits, &mut out));
        said.absorb(out);
    }
}

#[allow(clippy::too_many_arguments)]
fn push(flow: &Flow, dir: Dir, part: &[u8], time: i64, number: u64, reader: &mut Option<Box<dyn Stream>>, halves: &mut [Half; 2], limits: &Limits, keys: &Keys, said: &mut Said) {
    let at = usize::from(dir == Dir::ToClient);
    let mut part = part;
    if halves[at].skip > 0 {
        let n = (halves[at].skip as usize).min(part.len());
        halves[at].skip -= n as u64;
        part = &part[n..];
    }
    if halves[at].done {
        return;
    }
    halves[at].buffer.extend_from_slice(part);
    if reader.is_none() {
        let (claims, _) = stream_claims(dir, &halves[at].buffer, &flow.ends);
        let Some((d, open)) = claims.first() else {
            if halves[at].buffer.len() > 8192 {
                halves[at].done = true;
            }
            return;
        };
        said.service.push(d.meta.name);
        *reader = Some(open());
        // What the other side said before is shown first.
        let other = 1 - at;
        if !halves[other].buffer.is_empty() {
            run(flow, dir.reverse(), time, number, reader, halves, limits, keys, said);
        }
    }
    run(flow, dir, time, number, reader, halves, limits, keys, said);
}

#[allow(clippy::too_many_arguments)]
fn run(flow: &Flow, dir: Dir, time: i64, number: u64, reader: &mut Option<Box<dyn Stream>>, halves: &mut [Half; 2], limits: &Limits, keys: &Keys, said: &mut Said) {
    let at = usize::from(dir == Dir::ToClient);
    let mut turns = 0usize;
    while !halves[at].buffer.is_empty() && !halves[at].done && halves[at].buffer.len() >= halves[at].need {
        turns += 1;
        assert!(turns < 200_000, "the dissector does not come forward");
        let mut out = Out::default();
        let buffer = std::mem::take(&mut halves[at].buffer);
        halves[at].need = 0;
        let step = reader.as_mut().unwrap().feed(dir, &buffer, &mut cx(time, number, &flow.ends, keys, limits, &mut out));
        let mut rest = buffer;
        match step {
            Step::Took(n) => {
                assert!(n > 0 && n <= rest.len(), "took {n} of {}", rest.len());
                rest.drain(..n);
            }
            Step::Need(n) => {
                assert!(n > rest.len(), "needs {n}, has {}", rest.len());
                assert!(n <= limits.message_bytes_max + 64 * 1024, "needs {n}");
                halves[at].need = n;
            }
            Step::Skip(n) => {
                let here = (n as usize).min(rest.len());
                rest.drain(..here);
                halves[at].skip = n - here as u64;
            }
            Step::Done => {
                halves[at].done = true;
                rest.clear();
            }
            Step::Handover { took, to } => {
                rest.drain(..took);
                let next = by_name(to).unwrap_or_else(|| panic!("no dissector {to}"));
                said.service.push(next.meta.name);
                let mut ended = Out::default();
                reader.as_mut().unwrap().end([true, true], &mut cx(time, number, &flow.ends, keys, limits, &mut ended));
                out.clues.append(&mut ended.clues);
                out.exchanges.append(&mut ended.exchanges);
                let open = next.entries.iter().find_map(|e| if let Entry::Stream { open, .. } = e { Some(open) } else { None }).unwrap();
                *reader = Some(open());
                for half in halves.iter_mut() {
                    half.done = false;
                    half.need = 0;
                }
            }
            Step::Malformed { at: offset, name, why } => {
                assert!(offset <= rest.len(), "fault beyond the bytes");
                out.notes.push(Note { kind: hinomi_model::NoteKind::Malformed, name, at: offset as u64, text: why.into() });
                halves[at].done = true;
                rest.clear();
            }
            Step::OverLimit { name, limit } => {
                out.notes.push(Note { kind: hinomi_model::NoteKind::OverLimit, name, at: 0, text: limit.to_string() });
                halves[at].done = true;
                rest.clear();
            }
        }
        halves[at].buffer = rest;
        said.absorb(out);
    }
}
