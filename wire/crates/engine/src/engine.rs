//! Packets in, rows out. One packet's way: copy of the mirror? → fragment? → tunnel? → its flow → the
//! flow's reader.

use crate::community::community_id;
use crate::copies::{self, Copies};
use crate::coverage::{Coverage, hour_of};
use crate::flow::{Facts, Flow, Key, PROTO_ARP, Side, is_initial_ttl};
use crate::hoard::ClueKey;
use crate::limits::Limits;
use crate::live::Live;
use crate::merge::Hoards;
use crate::meta::META;
use crate::read::{self, At, Reader};
use crate::recognise::Recogniser;
use crate::sides::Sides;
use crate::stack;
use crate::table::Table;
use crate::voice::{Counters, Stand, Voice};
use crate::wheel::{Ticket, Wheel};
use hinomi_decode as decode;
use hinomi_decode::{Addr, Ether, FragmentLimits, Fragments, Frame, Ip, Net, Tcp, Transport, flags, ip_addr};
use hinomi_dissect::{Dissector, Entry, Verdict};
use hinomi_model::{Dir, End, Ends, Keys, Mac, Nanos, NoteKind, PacketRef, rows};
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};

const SECOND_NS: i64 = 1_000_000_000;
/// Tunnels inside each other that are followed.
const TUNNELS_MAX: u8 = 4;

type FrameReaders = Vec<(&'static str, Box<dyn hinomi_dissect::Frame>)>;

pub struct Engine {
    pub(crate) table: Table,
    wheel: Wheel,
    pub(crate) voice: Voice,
    pub(crate) coverage: Coverage,
    copies: Copies,
    fragments: Fragments,
    frames: HashMap<u16, FrameReaders>,
    due: Vec<Ticket>,
    /// Flows still to be ended by `end_flows`.
    ending: Vec<u32>,
    pub(crate) now: Nanos,
    /// First nanosecond of the second after `now`: the next visit to the wheel.
    tick_at: Nanos,
    hour_start: Nanos,
    first: Option<Nanos>,
    pub(crate) live: Option<Live>,
}

fn ns(units: u64, each: i64) -> i64 {
    i64::try_from(units).unwrap_or(i64::MAX).saturating_mul(each)
}

fn narrow(n: u64) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

/// A packet on its way through the engine.
#[derive(Clone, Copy)]
struct Passing {
    time: Nanos,
    at: PacketRef,
    /// IP fragments it came in, else 1.
    packets: u64,
}

/// What a flow needs to know of a packet.
struct Piece<'a> {
    proto: u16,
    src: (Addr, u16),
    dst: (Addr, u16),
    ttl: u8,
    bytes: u64,
    payload: &'a [u8],
    payload_len: u64,
    tcp: Option<&'a Tcp<'a>>,
    /// The source asks, if the packet itself tells.
    source_asks: Option<bool>,
}

impl Engine {
    pub fn new(keys: Keys, limits: Limits, dissect_limits: hinomi_dissect::Limits, dissectors: &'static [&'static Dissector]) -> Engine {
        let recogniser = Recogniser::new(dissectors);
        let mut frames: HashMap<u16, FrameReaders> = HashMap::new();
        for (kind, dissector, entry) in recogniser.frames() {
            if let Entry::Frame { open, .. } = entry {
                frames.entry(kind).or_default().push((dissector.meta.name, open()));
            }
        }
        let fragment_limits = FragmentLimits {
            datagrams_max: narrow(limits.fragments_max),
            bytes_max: narrow(limits.fragment_bytes_max),
            wait_ns: ns(limits.fragment_wait_ms, 1_000_000),
        };
        Engine {
            table: Table::default(),
            wheel: Wheel::default(),
            coverage: Coverage::new(narrow(limits.subnets_max)),
            copies: Copies::new(ns(limits.mirror_window_ms, 1_000_000), ns(limits.mirror_window_bare_ms, 1_000_000)),
            fragments: Fragments::new(fragment_limits),
            voice: Voice::new(keys, limits, dissect_limits, recogniser),
            frames,
            due: Vec::new(),
            ending: Vec::new(),
            now: Nanos::MIN,
            tick_at: Nanos::MIN,
            hour_start: Nanos::MIN,
            first: None,
            live: None,
        }
    }

    pub fn counters(&self) -> &Counters {
        &self.voice.counters
    }

    /// First and last packet time.
    pub fn span(&self) -> Option<(Nanos, Nanos)> {
        self.first.map(|first| (first, self.now))
    }

    pub fn flows_now(&self) -> usize {
        self.table.len()
    }

    pub fn bytes_held(&self) -> u64 {
        self.voice.held
    }

    /// A note about the capture as a whole.
    pub fn note(&mut self, kind: NoteKind, name: &'static str, text: &str, time: Nanos, at: PacketRef) {
        self.voice.note(kind, name, at.offset, text, time, at);
    }

    /// Frames will come: fetch what is slow to come by, for all of them at once. Changes nothing.
    pub fn prepare<'a>(&self, frames: impl Iterator<Item = (&'a [u8], Option<u64>)>) {
        let glance = |(bytes, mark): (&[u8], Option<u64>)| {
            let seen = mark.map_or(0, |m| self.copies.glance(m));
            let head = [0usize, 64].map(|n| u64::from(bytes.get(n).copied().unwrap_or(0)));
            head.iter().fold(seen, |sum, b| sum ^ b)
        };
        std::hint::black_box(frames.map(glance).fold(0, |sum, n| sum ^ n));
    }

    /// One frame.
    pub fn packet(&mut self, frame: &Frame<'_>, sink: &mut dyn rows::Sink) {
        self.marked_packet(frame, None, sink);
    }

    /// One frame whose `mark` may be known already.
    pub fn marked_packet(&mut self, frame: &Frame<'_>, mark: Option<u64>, sink: &mut dyn rows::Sink) {
        self.voice.counters.packets += 1;
        self.voice.counters.bytes += u64::from(frame.wire_len);
        if frame.time > self.now {
            self.now = frame.time;
            if frame.time >= self.tick_at {
                self.tick(frame.time, sink);
            }
        }
        if self.first.is_none() {
            self.first = Some(frame.time);
        }
        let passing = Passing { time: frame.time, at: frame.at, packets: 1 };
        match decode::decode(frame.link, frame.bytes) {
            Ok((ether, Net::Ip(ip))) => self.ip(ether, &ip, mark.unwrap_or_else(|| copies::mark(&ip)), passing, 0, sink),
            Ok((ether, Net::Frame { ethertype, payload })) => {
                if !self.copies.frame(frame.bytes, frame.time) {
                    self.frame(ether, ethertype, payload, passing, sink);
                } else {
                    self.voice.counters.duplicates += 1;
                }
            }
            Err(fault) => self.malformed(&fault, passing),
        }
        if self.voice.clues.held.len() >= narrow(self.voice.limits.clues_max)
            || self.voice.notes.held.len() >= narrow(self.voice.limits.notes_max)
        {
            self.voice.emit(sink);
        }
    }

    fn malformed(&mut self, fault: &decode::Fault, passing: Passing) {
        self.voice.counters.malformed += 1;
        let text = format!("{}: {}", fault.layer, fault.why);
        let at = u64::try_from(fault.at).unwrap_or(0);
        self.voice.note(NoteKind::Malformed, "packet.malformed", at, &text, passing.time, passing.at);
    }

    fn ip(&mut self, ether: Ether, ip: &Ip<'_>, mark: u64, mut passing: Passing, depth: u8, sink: &mut dyn rows::Sink) {
        if self.copies.ip(ip, mark, passing.time) {
            self.copy(ether, ip, passing.time);
            return;
        }
        if ip.fragment.is_some() {
            if let Some(whole) = self.fragments.push(ip, passing.time, passing.at) {
                passing.packets = u64::from(whole.packets);
                let body_len = u32::try_from(whole.body.len()).unwrap_or(u32::MAX);
                let joined = Ip { fragment: None, len: whole.len, body_len, body: &whole.body, ..*ip };
                self.datagram(ether, &joined, passing, depth, sink);
            }
            return;
        }
        self.datagram(ether, ip, passing, depth, sink);
    }

    /// A copy made by the mirror: not counted as traffic. If it was heard nearer to its sender than the
    /// one that counted, the flow learns the sender's MAC from it.
    fn copy(&mut self, ether: Ether, ip: &Ip<'_>, time: Nanos) {
        self.voice.counters.duplicates += 1;
        self.coverage.duplicate(hour_of(time), ether.vlan, ip.src);
        if ip.fragment.is_some() || decode::is_multicast(ip.dst) {
            return;
        }
        let (src_port, dst_port) = match decode::transport(ip) {
            Ok(Transport::Tcp(tcp)) => (tcp.src_port, tcp.dst_port),
            Ok(Transport::Udp { src_port, dst_port, .. }) => (src_port, dst_port),
            _ => return,
        };
        let (key, source_is_low) = Key::new(u16::from(ip.proto), 0, (ip.src, src_port), (ip.dst, dst_port));
        let hash = self.table.hash(&key);
        if let Some(flow) = self.table.find(&key, hash).and_then(|place| self.table.get_mut(place)) {
            let dir = flow.dir(source_is_low);
            let side = flow.sides.of_mut(dir);
            if ip.ttl > side.ttl {
                side.ttl = ip.ttl;
                side.mac = ether.src;
            }
        }
    }

    fn datagram(&mut self, ether: Ether, ip: &Ip<'_>, passing: Passing, depth: u8, sink: &mut dyn rows::Sink) {
        let transport = match decode::transport(ip) {
            Ok(transport) => transport,
            Err(fault) => {
                self.malformed(&fault, passing);
                Transport::Other { payload_len: ip.body_len }
            }
        };
        let mut service = None;
        if let Some(inner) = decode::inner(ip, &transport) {
            if depth >= TUNNELS_MAX {
                self.voice.note(NoteKind::OverLimit, "packet.tunnels_too_deep", 0, "more than 4 tunnels inside each other", passing.time, passing.at);
            } else {
                let inside = inner.ether.unwrap_or(ether);
                // The VLAN outside still tells where it was heard.
                let inside = Ether { vlan: inside.vlan.or(ether.vlan), ..inside };
                match inner.net {
                    Net::Ip(ip) => self.ip(inside, &ip, copies::mark(&ip), passing, depth + 1, sink),
                    Net::Frame { ethertype, payload } => self.frame(inside, ethertype, payload, passing, sink),
                }
                // A mirror's own carrier is no traffic of the network.
                if inner.tunnel == "erspan" {
                    return;
                }
                service = Some(inner.tunnel);
            }
        }
        let proto = u16::from(ip.proto);
        let bytes = u64::from(ip.len);
        let base = Piece {
            proto,
            src: (ip.src, 0),
            dst: (ip.dst, 0),
            ttl: ip.ttl,
            bytes,
            payload: &[],
            payload_len: 0,
            tcp: None,
            source_asks: None,
        };
        let piece = match &transport {
            Transport::Tcp(tcp) => Piece {
                src: (ip.src, tcp.src_port),
                dst: (ip.dst, tcp.dst_port),
                payload: tcp.payload,
                payload_len: u64::from(tcp.payload_len),
                source_asks: (tcp.flags & flags::SYN != 0).then_some(tcp.flags & flags::ACK == 0),
                tcp: Some(tcp),
                ..base
            },
            Transport::Udp { src_port, dst_port, payload, payload_len } => Piece {
                src: (ip.src, *src_port),
                dst: (ip.dst, *dst_port),
                payload,
                payload_len: u64::from(*payload_len),
                source_asks: decode::is_multicast(ip.dst).then_some(true),
                ..base
            },
            Transport::Icmp { kind, code, message, payload, payload_len } => {
                let v6 = ip.proto == 58;
                if matches!((v6, kind), (false, 3) | (true, 1)) {
                    self.unreachable(payload.get(4..).unwrap_or(&[]));
                }
                // Of ICMP only neighbour discovery is read (RFC 4861 §4).
                let read: &[u8] = if v6 && (133..=137).contains(kind) { message } else { &[] };
                let (asks, kind) = stack::icmp_request(v6, *kind);
                let (near, far) = (u16::from(kind), u16::from(*code));
                let (src, dst) = if asks { ((ip.src, near), (ip.dst, far)) } else { ((ip.src, far), (ip.dst, near)) };
                Piece { src, dst, payload: read, payload_len: u64::from(*payload_len), source_asks: Some(asks), ..base }
            }
            Transport::Sctp { src_port, dst_port, payload_len } => {
                Piece { src: (ip.src, *src_port), dst: (ip.dst, *dst_port), payload_len: u64::from(*payload_len), ..base }
            }
            Transport::Other { payload_len } => Piece { payload_len: u64::from(*payload_len), source_asks: Some(true), ..base },
        };
        self.flow(ether, &piece, service, passing, sink);
    }

    fn flow(&mut self, ether: Ether, piece: &Piece<'_>, service: Option<&'static str>, passing: Passing, sink: &mut dyn rows::Sink) {
        let group = ether.dst.is_group() || decode::is_multicast(piece.dst.0) || piece.proto == PROTO_ARP;
        let vlan = if group { ether.vlan.unwrap_or(0) } else { 0 };
        let (key, source_is_low) = Key::new(piece.proto, vlan, piece.src, piece.dst);
        let hash = self.table.hash(&key);
        let mut place = self.table.find(&key, hash);
        if let (Some(old), Some(tcp)) = (place, piece.tcp)
            && tcp.flags & (flags::SYN | flags::ACK) == flags::SYN
            && self.table.get_mut(old).is_some_and(|flow| is_new_connection(flow, flow.dir(source_is_low), tcp))
        {
            self.end(old, "idle", sink);
            place = None;
        }
        let place = match place {
            Some(place) => place,
            None => self.open(key, hash, source_is_low, ether, piece, passing, sink),
        };
        let Some(flow) = self.table.get_mut(place) else {
            return;
        };
        let dir = flow.dir(source_is_low);
        if flow.last < self.hour_start && passing.time >= self.hour_start {
            cover(&mut self.coverage, flow, None);
        }
        flow.last = flow.last.max(passing.time);
        if service.is_some() {
            flow.service = service;
        }
        let side = flow.sides.of_mut(dir);
        let first_heard = side.packets == 0;
        side.packets += passing.packets;
        side.bytes += piece.bytes;
        if piece.ttl > side.ttl || first_heard {
            side.ttl = piece.ttl;
            side.mac = ether.src;
        }
        if first_heard {
            if flow.sides.of(dir.reverse()).packets == 0 && !ether.dst.is_group() {
                flow.sides.of_mut(dir.reverse()).mac = ether.dst;
            }
            address_clues(&mut self.voice, ether, piece, dir, passing);
        }
        if !flow.opened && passing.time.saturating_sub(flow.start) > SECOND_NS {
            flow.opened = true;
            tell(flow, "open", "", sink);
        }
        let at = At { dir, time: passing.time, packet: passing.at };
        match piece.tcp {
            Some(tcp) => tcp_packet(flow, tcp, at, &mut self.voice, sink),
            None => {
                flow.sides.of_mut(dir).payload += piece.payload_len;
                if matches!(piece.proto, 17 | 58) && service.is_none() && !piece.payload.is_empty() {
                    read::datagram(flow, piece.payload, at, &mut self.voice, sink);
                }
            }
        }
    }

    #[allow(clippy::too_many_arguments)]
    fn open(&mut self, key: Key, hash: u64, source_is_low: bool, ether: Ether, piece: &Piece<'_>, passing: Passing, sink: &mut dyn rows::Sink) -> u32 {
        if self.table.len() >= narrow(self.voice.limits.flows_max)
            && let Some(worst) = self.table.worst()
        {
            self.voice.counters.evicted += 1;
            self.voice.note(NoteKind::OverLimit, "flow.flows_max", 0, "more connections at once than flows_max", passing.time, passing.at);
            self.end(worst, "evicted", sink);
        }
        self.voice.counters.flows += 1;
        let source_asks = piece.source_asks.unwrap_or_else(|| self.voice.recogniser.source_is_client(piece.proto, piece.src, piece.dst));
        let flow = Flow {
            key,
            client_is_low: source_asks == source_is_low,
            midstream: piece.tcp.is_some_and(|tcp| tcp.flags & flags::SYN == 0),
            opened: false,
            unreachable: false,
            ended_by: "",
            vlan: ether.vlan,
            id: stack::flow_id(&key, passing.time, passing.at.packet),
            start: passing.time,
            last: passing.time,
            told: passing.time,
            first: passing.at,
            sides: Sides::default(),
            covered: (0, 0),
            service: None,
            facts: None,
            reader: Reader::New,
        };
        let ticket = self.table.insert(flow, hash);
        if let Some(live) = &mut self.live {
            live.opened(ticket);
        }
        self.wheel.put(ticket, passing.time.max(self.now).saturating_add(SECOND_NS));
        ticket.place
    }

    /// ICMP carries the head of the packet that could not be delivered (RFC 792, RFC 4443 §3.1).
    fn unreachable(&mut self, quoted: &[u8]) {
        let Ok(ip) = decode::ip(quoted) else { return };
        let Some(&[a, b, c, d]) = ip.body.first_chunk::<4>() else { return };
        if !matches!(ip.proto, 6 | 17) {
            return;
        }
        let (src, dst) = ((ip.src, u16::from_be_bytes([a, b])), (ip.dst, u16::from_be_bytes([c, d])));
        let (key, source_is_low) = Key::new(u16::from(ip.proto), 0, src, dst);
        let hash = self.table.hash(&key);
        if let Some(flow) = self.table.find(&key, hash).and_then(|place| self.table.get_mut(place))
            && flow.dir(source_is_low) == Dir::ToServer
        {
            flow.unreachable = true;
        }
    }

    /// A frame that is not IP.
    fn frame(&mut self, ether: Ether, ethertype: u16, payload: &[u8], passing: Passing, sink: &mut dyn rows::Sink) {
        if ethertype == 0x0806 {
            self.arp(ether, payload, passing, sink);
        }
        let Some(readers) = self.frames.get_mut(&ethertype) else {
            return;
        };
        let nowhere = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
        let end = |mac: Mac| End { mac, ip: nowhere, port: 0 };
        let ends = Ends { client: end(ether.src), server: end(ether.dst), vlan: ether.vlan };
        for (name, reader) in readers {
            let stand = Stand {
                time: passing.time,
                at: passing.at,
                ends,
                own_macs: Sides { client: ether.src, server: ether.dst },
                flow_id: 0,
                protocol: name,
                dir: Dir::ToServer,
            };
            match self.voice.hear(&stand, &mut None, sink, |cx| reader.frame(payload, cx)) {
                Verdict::Read => return,
                Verdict::NotMine => {}
                Verdict::Malformed { at, name, why } => {
                    self.voice.counters.malformed += 1;
                    self.voice.note_at(&stand, NoteKind::Malformed, name, u64::try_from(at).unwrap_or(0), why);
                    return;
                }
            }
        }
    }

    /// ARP as a flow from the asking address to the asked one (RFC 826); who only looks for hosts shows.
    fn arp(&mut self, ether: Ether, payload: &[u8], passing: Passing, sink: &mut dyn rows::Sink) {
        let Some(&[0, 1, 8, 0, 6, 4, _, op, _, _, _, _, _, _, a, b, c, d, _, _, _, _, _, _, e, f, g, h]) = payload.first_chunk::<28>()
        else {
            return;
        };
        let (src, dst) = (decode::addr_v4([a, b, c, d]), decode::addr_v4([e, f, g, h]));
        let piece = Piece {
            proto: PROTO_ARP,
            src: (src, 0),
            dst: (dst, 0),
            ttl: 255,
            bytes: 28,
            payload: &[],
            payload_len: 28,
            tcp: None,
            source_asks: Some(op != 2),
        };
        self.flow(ether, &piece, Some("arp"), passing, sink);
    }

    /// Let time pass up to `now`: flows end, `live` rows come.
    pub fn tick(&mut self, now: Nanos, sink: &mut dyn rows::Sink) {
        self.tick_at = now.div_euclid(SECOND_NS).saturating_add(1).saturating_mul(SECOND_NS);
        let mut due = std::mem::take(&mut self.due);
        while let Some(at) = self.wheel.due(now, &mut due) {
            for ticket in &due {
                self.visit(*ticket, at.min(now), sink);
            }
        }
        self.due = due;
        self.hour_start = hour_of(now).saturating_mul(3600 * SECOND_NS);
    }

    fn visit(&mut self, ticket: Ticket, now: Nanos, sink: &mut dyn rows::Sink) {
        let limits = &self.voice.limits;
        let (closed, live) = (ns(limits.tcp_closed_s, SECOND_NS), ns(limits.live_interval_s, SECOND_NS));
        let (attempt, idle_tcp, idle_udp) = (ns(limits.tcp_attempt_s, SECOND_NS), ns(limits.tcp_idle_s, SECOND_NS), ns(limits.udp_idle_s, SECOND_NS));
        let Some(flow) = self.table.by_ticket(ticket) else {
            return;
        };
        let idle = match (flow.is_tcp(), flow.ended_by) {
            (true, "") if flow.sides.client.packets == 0 || flow.sides.server.packets == 0 => attempt,
            (true, "") => idle_tcp,
            (true, _) => closed,
            _ => idle_udp,
        };
        if now.saturating_sub(flow.last) >= idle {
            self.end(ticket.place, "idle", sink);
            return;
        }
        for dir in [Dir::ToServer, Dir::ToClient] {
            read::stop_waiting(flow, dir, None, now, &mut self.voice, sink);
        }
        let lasts = flow.is_tcp() && flow.ended_by.is_empty() && flow.is_answered();
        if !flow.opened && lasts {
            flow.opened = true;
            tell(flow, "open", "", sink);
        } else if flow.opened && flow.last > flow.told && now.saturating_sub(flow.told) >= live {
            cover(&mut self.coverage, flow, None);
            tell(flow, "live", "", sink);
        }
        let next = flow.last.saturating_add(idle).min(now.saturating_add(live));
        self.wheel.put(ticket, next);
    }

    fn end(&mut self, place: u32, why: &'static str, sink: &mut dyn rows::Sink) {
        let Some(mut flow) = self.table.remove(place) else {
            return;
        };
        let last = flow.last;
        read::end(&mut flow, last, &mut self.voice, sink);
        let answered = flow.is_answered();
        cover(&mut self.coverage, &mut flow, Some(answered));
        let why = if flow.ended_by.is_empty() { why } else { flow.ended_by };
        tell(&mut flow, "end", why, sink);
    }

    /// The capture is over: up to `most` flows end, in the order in which they began; true when more are
    /// left. In steps, so that the rows of a million flows need not stand in memory at once.
    pub fn end_flows(&mut self, most: usize, sink: &mut dyn rows::Sink) -> bool {
        if self.ending.is_empty() {
            let mut left = self.table.all();
            // The last of the list ends first.
            left.sort_by_cached_key(|place| self.table.get_mut(*place).map_or(0, |f| f.first.packet));
            left.reverse();
            self.ending = left;
        }
        for _ in 0..most {
            match self.ending.pop() {
                Some(place) => self.end(place, "capture_end", sink),
                None => break,
            }
        }
        !self.ending.is_empty()
    }

    /// Hand over what was hoarded: clues and notes, and the coverage of the hours that are over (of all,
    /// after `end_flows`).
    pub fn hoards(&mut self) -> Hoards {
        self.counted_notes(self.now);
        if self.live.is_some() {
            let parts = self.parts().unwrap_or_default();
            return Hoards { clues: self.voice.clues.take(), notes: self.voice.notes.take(), ..parts };
        }
        let before = if self.table.len() == 0 { i64::MAX } else { hour_of(self.now).saturating_sub(1) };
        Hoards { clues: self.voice.clues.take(), notes: self.voice.notes.take(), coverage: self.coverage.take(before), lost: 0 }
    }

    /// As `end_flows`, and everything is written: for an engine that works alone.
    pub fn finish(&mut self, sink: &mut dyn rows::Sink) {
        self.end_flows(usize::MAX, sink);
        let (clues, notes) = Hoards::join(vec![self.hoards()]).write(0, sink);
        self.voice.counters.clues += clues;
        self.voice.counters.notes += notes;
    }

    /// Counters that are kept elsewhere become notes.
    fn counted_notes(&mut self, now: Nanos) {
        let counted = [
            (NoteKind::Gap, "fragment.expired", std::mem::take(&mut self.fragments.expired), "fragments whose rest did not come in time"),
            (NoteKind::OverLimit, "fragment.over_limit", std::mem::take(&mut self.fragments.over_limit), "more fragments waiting than fragments_max or fragment_bytes_max"),
            (NoteKind::Odd, "fragment.contradicting", std::mem::take(&mut self.fragments.contradicting), "fragments that overlap with other bytes"),
            (NoteKind::OverLimit, "coverage.subnets_max", std::mem::take(&mut self.coverage.over_limit), "more subnets in one hour than subnets_max"),
        ];
        for (kind, name, count, text) in counted {
            if count > 0 {
                self.voice.note(kind, name, 0, text, now, PacketRef::default());
                if let Some(note) = self.voice.notes.held.iter_mut().find(|n| n.name == name) {
                    note.count = note.count.saturating_sub(1).saturating_add(count);
                }
            }
        }
    }
}

/// A SYN that does not belong to the connection we know: that one is over.
fn is_new_connection(flow: &Flow, dir: Dir, tcp: &Tcp<'_>) -> bool {
    let side = flow.sides.of(dir);
    let same_syn = side.synced && side.flags & flags::SYN != 0 && side.next.wrapping_sub(1).wrapping_sub(tcp.seq) == 0;
    let repeated = side.flags & flags::SYN != 0 && side.payload > 0 && flow.ended_by.is_empty() && dir == Dir::ToServer && flow.last == flow.start;
    !(same_syn || repeated)
}

fn tcp_packet(flow: &mut Flow, tcp: &Tcp<'_>, at: At, voice: &mut Voice, sink: &mut dyn rows::Sink) {
    let side = flow.sides.of_mut(at.dir);
    side.flags |= tcp.flags;
    let syn = tcp.flags & flags::SYN != 0;
    let seq = if syn { tcp.seq.wrapping_add(1) } else { tcp.seq };
    if !side.synced && tcp.flags & flags::RST == 0 {
        side.synced = true;
        side.next = seq;
    }
    if tcp.payload_len > 0 && tcp.flags & flags::RST == 0 {
        read::segment(flow, tcp, seq, at, voice, sink);
    }
    if tcp.flags & flags::ACK != 0 && flow.reader.is_waiting(at.dir.reverse()) {
        read::stop_waiting(flow, at.dir.reverse(), Some(tcp.ack), at.time, voice, sink);
    }
    if flow.ended_by.is_empty() && tcp.flags & (flags::FIN | flags::RST) != 0 {
        if tcp.flags & flags::RST != 0 {
            flow.ended_by = "rst";
        } else if flow.sides.client.flags & flow.sides.server.flags & flags::FIN != 0 {
            flow.ended_by = "fin";
        }
    }
}

/// What a host's first packet on a flow says about its address and its TCP stack.
fn address_clues(voice: &mut Voice, ether: Ether, piece: &Piece<'_>, dir: Dir, passing: Passing) {
    if piece.proto == PROTO_ARP {
        return;
    }
    let ip = ip_addr(piece.src.0);
    if ip.is_unspecified() || decode::is_multicast(piece.src.0) {
        return;
    }
    let direct = is_initial_ttl(piece.ttl);
    let private = stack::is_private(ip);
    let mut text = stack::Text::default();
    let mut say = |host_mac: Mac, host_ip: Option<IpAddr>, attribute: &'static str, value: &str| {
        let key = ClueKey { host_mac, host_ip, vlan: ether.vlan, attribute, value, protocol: META.name, port: None };
        voice.clues.add(key, attribute, META.name, passing.time, passing.at);
    };
    let has_mac = ether.src != Mac::NONE;
    let own_mac = if direct { ether.src } else { Mac::NONE };
    if has_mac && direct {
        say(ether.src, Some(ip), "eth.ip", text.address(ip));
    } else if has_mac {
        say(ether.src, None, "eth.routes", text.subnet(ip, private));
    }
    // Of hosts on the open internet only what concerns ours is kept.
    if (direct || private) && !decode::is_multicast(piece.dst.0) {
        say(own_mac, Some(ip), "ip.ttl", text.number(piece.ttl));
        if let Some(tcp) = piece.tcp.filter(|t| t.flags & flags::SYN != 0) {
            say(own_mac, Some(ip), "tcp.syn", text.syn(piece.ttl, tcp, dir));
        }
    }
}

/// Count the flow's traffic since the last time; `answered` when it is over.
fn cover(coverage: &mut Coverage, flow: &mut Flow, answered: Option<bool>) {
    let packets = flow.sides.client.packets + flow.sides.server.packets;
    let bytes = flow.sides.client.bytes + flow.sides.server.bytes;
    let fresh = (packets - flow.covered.0, bytes - flow.covered.1);
    flow.covered = (packets, bytes);
    let [client, server] = flow.heard();
    let ends = [(flow.client().0, client), (flow.server().0, server)];
    coverage.flow(hour_of(flow.last), flow.vlan, ends, fresh, answered);
}

/// Write the flow's row.
pub(crate) fn tell(flow: &mut Flow, phase: &'static str, ended_by: &'static str, sink: &mut dyn rows::Sink) {
    flow.told = flow.last;
    let (client, server) = (flow.client(), flow.server());
    let community = community_id(u8::try_from(flow.key.proto).unwrap_or(0), client, server);
    let nothing = Facts::default();
    let facts = flow.facts.as_deref().unwrap_or(&nothing);
    let Sides { client: orig, server: resp }: &Sides<Side> = &flow.sides;
    sink.flow(&rows::Flow {
        packet: flow.first.packet,
        offset: flow.first.offset,
        flow_id: flow.id,
        phase,
        start: flow.start,
        last: flow.last,
        community_id: &community,
        proto: flow.proto_word(),
        vlan: flow.vlan,
        orig_mac: orig.mac,
        resp_mac: resp.mac,
        orig_ip: Some(ip_addr(client.0)),
        resp_ip: Some(ip_addr(server.0)),
        orig_port: client.1,
        resp_port: server.1,
        orig_packets: orig.packets,
        resp_packets: resp.packets,
        orig_bytes: orig.bytes,
        resp_bytes: resp.bytes,
        orig_payload: orig.payload,
        resp_payload: resp.payload,
        outcome: flow.outcome(),
        ended_by,
        gap_bytes: orig.gap_bytes + resp.gap_bytes,
        service: flow.service,
        sni: facts.sni.as_deref(),
        ja4: facts.ja4.as_deref(),
        tls_version: facts.tls_version,
        certificate: facts.certificate.as_deref(),
    });
}
