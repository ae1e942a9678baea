//! What dissectors and the engine itself say becomes rows here: clues and notes are hoarded, exchanges
//! and readings go straight on.

use crate::flow::{Facts, Flow, is_initial_ttl};
use crate::hoard::{ClueKey, HeldNote, Hoard, HeldClue};
use crate::limits::Limits;
use crate::merge::Hoards;
use crate::meta::META;
use crate::recognise::Recogniser;
use crate::sides::Sides;
use foldhash::fast::RandomState;
use hinomi_dissect::Cx;
use hinomi_model::{Clue, Dir, Ends, Exchange, Host, Keys, Mac, Nanos, NoteKind, Out, PacketRef, Reading, rows};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

/// Where something was said.
#[derive(Clone, Copy)]
pub struct Stand {
    pub time: Nanos,
    pub at: PacketRef,
    pub ends: Ends,
    /// The end's own MAC, or none where its packets crossed a router.
    pub own_macs: Sides<Mac>,
    pub flow_id: u64,
    pub protocol: &'static str,
    /// Who sent the bytes at hand.
    pub dir: Dir,
}

impl Stand {
    pub fn of(flow: &Flow, protocol: &'static str, dir: Dir, time: Nanos, at: PacketRef) -> Stand {
        let own = |side: &crate::flow::Side| if is_initial_ttl(side.ttl) { side.mac } else { Mac::NONE };
        let own_macs = Sides { client: own(&flow.sides.client), server: own(&flow.sides.server) };
        Stand { time, at, ends: flow.ends(), own_macs, flow_id: flow.id, protocol, dir }
    }
}

/// What the engine counts besides rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    pub packets: u64,
    pub bytes: u64,
    pub flows: u64,
    pub clues: u64,
    pub exchanges: u64,
    pub readings: u64,
    pub notes: u64,
    pub duplicates: u64,
    pub malformed: u64,
    pub gap_bytes: u64,
    pub evicted: u64,
    pub over_limit: u64,
}

impl Counters {
    /// Add those of another engine.
    pub fn add(&mut self, other: &Counters) {
        let pairs = [
            (&mut self.packets, other.packets),
            (&mut self.bytes, other.bytes),
            (&mut self.flows, other.flows),
            (&mut self.clues, other.clues),
            (&mut self.exchanges, other.exchanges),
            (&mut self.readings, other.readings),
            (&mut self.notes, other.notes),
            (&mut self.duplicates, other.duplicates),
            (&mut self.malformed, other.malformed),
            (&mut self.gap_bytes, other.gap_bytes),
            (&mut self.evicted, other.evicted),
            (&mut self.over_limit, other.over_limit),
        ];
        for (mine, more) in pairs {
            *mine += more;
        }
    }
}

pub struct Voice {
    pub keys: Keys,
    pub limits: Limits,
    pub dissect_limits: hinomi_dissect::Limits,
    pub recogniser: Recogniser,
    pub clues: Hoard<HeldClue>,
    pub notes: Hoard<HeldNote>,
    pub counters: Counters,
    /// Bytes of streams held at the moment.
    pub held: u64,
    out: Out,
    json: String,
    /// Where the clues of lists said again are held, as long as the hoard is of this generation.
    lists: HashMap<ListKey, HeldList, RandomState>,
    lists_of: u64,
}

/// Most lists of clues that are known by their address; then they are learnt anew.
const LISTS_MAX: usize = 4096;

/// Address of a list, its connection, and who its ends are.
type ListKey = (usize, u64, Sides<Mac>);
type HeldList = (Arc<[Clue]>, Vec<u32>);

impl Voice {
    pub fn new(keys: Keys, limits: Limits, dissect_limits: hinomi_dissect::Limits, recogniser: Recogniser) -> Voice {
        Voice {
            keys,
            limits,
            dissect_limits,
            recogniser,
            clues: Hoard::default(),
            notes: Hoard::default(),
            counters: Counters::default(),
            held: 0,
            out: Out::default(),
            json: String::new(),
            lists: HashMap::default(),
            lists_of: 0,
        }
    }

    /// Let a dissector read with `call`, and write down what it said. Its facts go to `facts`.
    #[inline]
    pub fn hear<T>(
        &mut self,
        stand: &Stand,
        facts: &mut Option<Box<Facts>>,
        sink: &mut dyn rows::Sink,
        call: impl FnOnce(&mut Cx<'_>) -> T,
    ) -> T {
        let mut cx = Cx {
            time: stand.time,
            packet: stand.at,
            ends: &stand.ends,
            keys: &self.keys,
            limits: &self.dissect_limits,
            out: &mut self.out,
        };
        let said = call(&mut cx);
        if !self.out.is_empty() {
            self.write_down(stand, facts, sink);
        }
        said
    }

    fn write_down(&mut self, stand: &Stand, facts: &mut Option<Box<Facts>>, sink: &mut dyn rows::Sink) {
        let mut out = std::mem::take(&mut self.out);
        for clue in out.clues.drain(..) {
            self.clue(stand, &clue);
        }
        for clues in out.clues_again.drain(..) {
            self.clues_again(stand, clues);
        }
        for exchange in out.exchanges.drain(..) {
            self.exchange(stand, &exchange, sink);
        }
        for reading in out.readings.drain(..) {
            self.reading(stand, &reading, reading.value, reading.device_time, sink);
        }
        for again in out.again.drain(..) {
            self.reading(stand, &again.like, again.value, again.device_time, sink);
        }
        for note in out.notes.drain(..) {
            self.note_at(stand, note.kind, note.name, note.at, &note.text);
        }
        if out.sni.is_some() || out.ja4.is_some() || out.tls_version.is_some() || out.certificate.is_some() {
            let kept = facts.get_or_insert_default();
            replace(&mut kept.sni, out.sni.take());
            replace(&mut kept.ja4, out.ja4.take());
            replace(&mut kept.tls_version, out.tls_version.take());
            replace(&mut kept.certificate, out.certificate.take());
        }
        // Its vectors keep their room for the next one.
        self.out = out;
    }

    /// Keep a clue; tells where it is held.
    fn clue(&mut self, stand: &Stand, clue: &Clue) -> u32 {
        let (host_mac, host_ip) = match clue.host {
            Host::Client => (stand.own_macs.client, Some(stand.ends.client.ip)),
            Host::Server => (stand.own_macs.server, Some(stand.ends.server.ip)),
            Host::Other { mac, ip } => (mac, ip),
        };
        let key = ClueKey {
            host_mac,
            host_ip: host_ip.filter(|ip| !ip.is_unspecified()),
            vlan: stand.ends.vlan,
            attribute: clue.attribute,
            value: &clue.value,
            protocol: stand.protocol,
            port: clue.port,
        };
        self.clues.add(key, clue.attribute, stand.protocol, stand.time, stand.at)
    }

    /// The same list of clues on the same connection: where its clues are held is known from the first
    /// time on, until the hoard is handed over.
    fn clues_again(&mut self, stand: &Stand, clues: Arc<[Clue]>) {
        if self.lists_of != self.clues.generation || self.lists.len() >= LISTS_MAX {
            self.lists.clear();
            self.lists_of = self.clues.generation;
        }
        let key = (clues.as_ptr().addr(), stand.flow_id, stand.own_macs);
        if let Some((_, places)) = self.lists.get(&key) {
            for place in places {
                self.clues.count(*place, stand.time);
            }
            return;
        }
        let places = clues.iter().map(|clue| self.clue(stand, clue)).collect();
        // The list stays alive as long as its address is a key.
        self.lists.insert(key, (clues, places));
    }

    fn exchange(&mut self, stand: &Stand, exchange: &Exchange, sink: &mut dyn rows::Sink) {
        self.counters.exchanges += 1;
        let (client, server) =
            if exchange.reversed { (stand.ends.server, stand.ends.client) } else { (stand.ends.client, stand.ends.server) };
        let mut json = std::mem::take(&mut self.json);
        exchange.detail_json(&mut json);
        sink.exchange(&rows::Exchange {
            packet: stand.at.packet,
            offset: stand.at.offset,
            flow_id: stand.flow_id,
            time: if exchange.time == 0 { stand.time } else { exchange.time },
            duration_ns: exchange.duration_ns,
            client_mac: client.mac,
            client_ip: known(client.ip),
            client_port: client.port,
            server_mac: server.mac,
            server_ip: known(server.ip),
            server_port: server.port,
            protocol: if exchange.protocol.is_empty() { stand.protocol } else { exchange.protocol },
            operation: &exchange.operation,
            outcome: exchange.outcome.word(),
            status: &exchange.status,
            client_name: &exchange.client_name,
            server_name: &exchange.server_name,
            object: &exchange.object,
            patient: &exchange.patient,
            request_bytes: exchange.request_bytes,
            response_bytes: exchange.response_bytes,
            detail: &json,
        });
        self.json = json;
    }

    fn reading(&mut self, stand: &Stand, reading: &Reading, value: Option<f64>, device_time: Option<Nanos>, sink: &mut dyn rows::Sink) {
        self.counters.readings += 1;
        let sender = stand.ends.sender(stand.dir);
        sink.reading(&rows::Reading {
            packet: stand.at.packet,
            offset: stand.at.offset,
            flow_id: stand.flow_id,
            time: stand.time,
            device_time,
            host_mac: *stand.own_macs.of(stand.dir),
            host_ip: known(sender.ip),
            source: &reading.source,
            location: &reading.location,
            patient: &reading.patient,
            kind: reading.kind.word(),
            code: &reading.code,
            code_system: reading.code_system.word(),
            name: &reading.name,
            value,
            text: reading.text.as_deref(),
            unit: &reading.unit,
            status: &reading.status,
            sample_rate_hz: reading.sample_rate_hz,
            samples: (!reading.samples.is_empty()).then_some(&reading.samples[..]),
        });
    }

    pub fn note_at(&mut self, stand: &Stand, kind: NoteKind, name: &'static str, offset: u64, text: &str) {
        if kind == NoteKind::OverLimit {
            self.counters.over_limit += 1;
        }
        self.notes.add(HeldNote {
            time: stand.time,
            flow_id: (stand.flow_id != 0).then_some(stand.flow_id),
            host_ip: known(stand.ends.sender(stand.dir).ip),
            protocol: stand.protocol,
            kind,
            name,
            offset,
            count: 1,
            text: text.into(),
            at: stand.at,
        });
    }

    /// A note of the engine's own that belongs to no flow.
    pub fn note(&mut self, kind: NoteKind, name: &'static str, offset: u64, text: &str, time: Nanos, at: PacketRef) {
        if kind == NoteKind::OverLimit {
            self.counters.over_limit += 1;
        }
        self.notes.add(HeldNote { time, flow_id: None, host_ip: None, protocol: META.name, kind, name, offset, count: 1, text: text.into(), at });
    }

    /// Write down the hoarded rows: only when there are too many to wait for the interval's end.
    pub fn emit(&mut self, sink: &mut dyn rows::Sink) {
        let hoards = Hoards { clues: self.clues.take(), notes: self.notes.take(), ..Hoards::default() };
        let (clues, notes) = hoards.write(0, sink);
        self.counters.clues += clues;
        self.counters.notes += notes;
    }
}

fn replace<T>(old: &mut Option<T>, new: Option<T>) {
    if new.is_some() {
        *old = new;
    }
}

pub fn known(ip: IpAddr) -> Option<IpAddr> {
    if ip.is_unspecified() { None } else { Some(ip) }
}
