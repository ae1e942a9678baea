//! One flow: who, when, how much, and where its readers stand.

use crate::read::Reader;
use crate::sides::Sides;
use hinomi_decode::{Addr, flags, ip_addr};
use hinomi_model::{Dir, End, Ends, Mac, Nanos, PacketRef};

/// `Key::proto` of ARP, which has no IP protocol number of its own.
pub const PROTO_ARP: u16 = 0x0806;

/// Both ends in an order that does not depend on the direction. Unicast flows are one flow in whatever
/// VLAN they are heard: a mirror may tag one direction only, and a routed packet is heard in two
/// VLANs. Group and ARP traffic never leaves its VLAN, so there the VLAN belongs to the key.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Key {
    pub low: (Addr, u16),
    pub high: (Addr, u16),
    pub proto: u16,
    pub vlan: u16,
}

impl Key {
    /// The key, and whether the source is its low end.
    #[inline]
    pub fn new(proto: u16, vlan: u16, src: (Addr, u16), dst: (Addr, u16)) -> (Key, bool) {
        if src <= dst {
            (Key { low: src, high: dst, proto, vlan }, true)
        } else {
            (Key { low: dst, high: src, proto, vlan }, false)
        }
    }
}

/// What one side was heard to do.
#[derive(Clone, Copy, Default, Debug)]
pub struct Side {
    pub packets: u64,
    pub bytes: u64,
    pub payload: u64,
    pub mac: Mac,
    /// Highest TTL heard: of a routed packet's copies, the one nearest to its sender.
    pub ttl: u8,
    /// TCP control bits heard so far.
    pub flags: u8,
    /// Whether `next` is known.
    pub synced: bool,
    /// TCP sequence number expected next.
    pub next: u32,
    /// The latest stretch of sequence numbers that was passed over unheard.
    pub hole: (u32, u32),
    pub gap_bytes: u64,
}

/// Facts for the flow row that a dissector said.
#[derive(Clone, Default, Debug)]
pub struct Facts {
    pub sni: Option<String>,
    pub ja4: Option<String>,
    pub tls_version: Option<&'static str>,
    pub certificate: Option<String>,
}

pub struct Flow {
    pub key: Key,
    pub client_is_low: bool,
    /// Heard only from the middle on.
    pub midstream: bool,
    /// An `open` row was said.
    pub opened: bool,
    /// ICMP said that the server cannot be reached.
    pub unreachable: bool,
    /// Which side closed how: set once, by the first RST or the second FIN.
    pub ended_by: &'static str,
    pub vlan: Option<u16>,
    pub id: u64,
    pub start: Nanos,
    pub last: Nanos,
    /// Time of the last row; activity since then makes a `live` row due.
    pub told: Nanos,
    pub first: PacketRef,
    pub sides: Sides<Side>,
    /// Packets and bytes already in the coverage.
    pub covered: (u64, u64),
    pub service: Option<&'static str>,
    pub facts: Option<Box<Facts>>,
    pub reader: Reader,
}

impl Flow {
    #[inline]
    pub fn dir(&self, source_is_low: bool) -> Dir {
        if source_is_low == self.client_is_low { Dir::ToServer } else { Dir::ToClient }
    }

    #[inline]
    pub fn client(&self) -> (Addr, u16) {
        if self.client_is_low { self.key.low } else { self.key.high }
    }

    #[inline]
    pub fn server(&self) -> (Addr, u16) {
        if self.client_is_low { self.key.high } else { self.key.low }
    }

    pub fn ends(&self) -> Ends {
        let (client, server) = (self.client(), self.server());
        Ends {
            client: End { mac: self.sides.client.mac, ip: ip_addr(client.0), port: client.1 },
            server: End { mac: self.sides.server.mac, ip: ip_addr(server.0), port: server.1 },
            vlan: self.vlan,
        }
    }

    pub fn is_tcp(&self) -> bool {
        self.key.proto == 6
    }

    pub fn heard(&self) -> [bool; 2] {
        [self.sides.client.packets > 0, self.sides.server.packets > 0]
    }

    pub fn is_answered(&self) -> bool {
        if !self.is_tcp() {
            return self.sides.client.packets > 0 && self.sides.server.packets > 0;
        }
        // A reset alone is no answer; data or SYN+ACK from the server is.
        self.sides.client.packets > 0 && self.sides.server.packets > 0 && !self.is_refused_by_reset()
    }

    fn is_refused_by_reset(&self) -> bool {
        let server = &self.sides.server;
        server.flags & flags::RST != 0 && server.flags & flags::SYN == 0 && server.payload == 0 && self.sides.client.flags & flags::SYN != 0
    }

    pub fn outcome(&self) -> &'static str {
        let [client, server] = self.heard();
        match (client, server) {
            (true, true) if self.is_tcp() && self.is_refused_by_reset() => "refused",
            (true, true) => "answered",
            _ if self.unreachable => "refused",
            (false, _) => "half_heard",
            // The client went on after its SYN, so an answer it was that the tap did not hear.
            (true, false) if self.is_tcp() && (self.midstream || self.sides.client.flags & flags::ACK != 0) => "half_heard",
            (true, false) => "unanswered",
        }
    }

    pub fn proto_word(&self) -> &'static str {
        match self.key.proto {
            6 => "tcp",
            17 => "udp",
            1 => "icmp",
            58 => "icmp6",
            132 => "sctp",
            47 => "gre",
            50 => "esp",
            51 => "ah",
            PROTO_ARP => "arp",
            _ => "other",
        }
    }
}

/// Initial TTLs in use; a packet that bears one has crossed no router. 1, 2 and 4 are those of local
/// multicast, 60 and 100 those of older embedded stacks.
pub fn is_initial_ttl(ttl: u8) -> bool {
    matches!(ttl, 1 | 2 | 4 | 32 | 60 | 64 | 100 | 128 | 200 | 255)
}

/// `a` comes before `b` in the circle of sequence numbers (RFC 9293 §3.4); how far.
#[inline]
pub fn seq_distance(from: u32, to: u32) -> i32 {
    to.wrapping_sub(from).cast_signed()
}
