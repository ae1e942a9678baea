//! One dissector, driven as the engine drives it: pieces of both directions, gaps, the end.
//!
//! An input is: which protocol of the family, which of its entries, then pieces: a byte of flags
//! (1: to the client, 2: a gap before it, 4: a second later), two of length, the bytes.

use hinomi_dissect::{Cx, Datagram, Entry, Limits, Stream, Step, by_name};
use hinomi_model::{Dir, End, Ends, Keys, Mac, Nanos, Out, PacketRef};
use std::net::{IpAddr, Ipv4Addr};

/// Families of dissectors; a test holds that each protocol is in one. What has no entry of its own is
/// reached through the one that calls it (FHIR and SDC by HTTP, NTLM by SMB).
pub const FAMILIES: &[(&str, &[&str])] = &[
    ("dicom", &["dicom"]),
    ("laboratory", &["hl7", "astm", "poct1a"]),
    ("bedside", &["igtl", "bcap", "intellivue", "phd"]),
    ("web", &["http", "http2", "wsd", "ssdp", "sdc", "fhir"]),
    ("tls", &["tls", "dtls", "quic"]),
    ("remote", &["ssh", "rdp", "vnc"]),
    ("windows", &["smb", "ntlm", "dcerpc", "browser"]),
    ("directory", &["kerberos", "ldap", "radius"]),
    ("manage", &["snmp", "ntp", "ptp", "syslog", "stun"]),
    ("link", &["arp", "lldp", "cdp", "stp", "eapol", "nd", "dhcp"]),
    ("names", &["dns", "mdns", "llmnr", "nbns"]),
    ("text", &["smtp", "pop3", "imap", "ftp", "telnet", "sip", "rtsp"]),
    ("plant", &["modbus", "bacnet", "enip", "s7", "opcua", "knx", "mqtt"]),
    ("database", &["postgresql", "mysql", "tds", "oracle"]),
    ("vpn", &["wireguard", "ike", "openvpn", "l2tp", "pptp", "teamviewer"]),
    ("seen", &[
        "pjl", "radmin", "ica", "x11", "socks", "bittorrent", "stratum", "nfs", "oncrpc", "iscsi", "rsync", "tftp", "lpd", "bjnp", "slp",
        "ipmi", "hsrp", "redis", "mongodb", "amqp", "drda", "zabbix", "dnp3", "iec104", "rtp",
    ]),
];

const IS_ANSWER: u8 = 1;
const IS_BEHIND_GAP: u8 = 2;
const IS_LATER: u8 = 4;
/// Protocols that a stream may hand over to one after the other in one input.
const HANDOVERS_MAX: usize = 8;

fn ends() -> Ends {
    let end = |n: u8, port| End { mac: Mac([2, 0, 0, 0, 0, n]), ip: IpAddr::V4(Ipv4Addr::new(10, 0, 0, n)), port };
    Ends { client: end(1, 50_000), server: end(2, 104), vlan: None }
}

/// What the readers need around them.
struct Room {
    ends: Ends,
    keys: Keys,
    limits: Limits,
    out: Out,
    time: Nanos,
    packet: u64,
}

impl Room {
    fn new() -> Room {
        Room { ends: ends(), keys: Keys::new([7; 32]), limits: Limits::default(), out: Out::default(), time: 1_700_000_000_000_000_000, packet: 0 }
    }

    fn with<T>(&mut self, call: impl FnOnce(&mut Cx<'_>) -> T) -> T {
        let at = PacketRef { packet: self.packet, offset: self.packet };
        let done = call(&mut Cx { time: self.time, packet: at, ends: &self.ends, keys: &self.keys, limits: &self.limits, out: &mut self.out });
        self.out = Out::default();
        done
    }
}

/// Pieces of an input.
struct Pieces<'a>(&'a [u8]);

impl<'a> Iterator for Pieces<'a> {
    type Item = (u8, &'a [u8]);

    fn next(&mut self) -> Option<(u8, &'a [u8])> {
        let (&[flags, low, high], rest) = self.0.split_first_chunk::<3>()?;
        let length = usize::from(u16::from_le_bytes([low, high])).min(rest.len());
        let (piece, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((flags, piece))
    }
}

fn pick<T>(list: &[T], byte: u8) -> Option<&T> {
    list.get(usize::from(byte).checked_rem(list.len())?)
}

pub fn family(protocols: &[&str], input: &[u8]) {
    let Some((&[which, entry], rest)) = input.split_first_chunk::<2>() else { return };
    let reachable: Vec<_> = protocols.iter().filter_map(|name| by_name(name)).filter(|d| !d.entries.is_empty()).collect();
    let Some(dissector) = pick(&reachable, which) else { return };
    let Some(entry) = pick(dissector.entries, entry) else { return };
    let mut room = Room::new();
    match entry {
        Entry::Stream { probe, open, .. } => {
            for (flags, piece) in Pieces(rest) {
                let _ = probe(way(flags), piece, &room.ends);
            }
            stream(*open, Pieces(rest), &mut room);
        }
        Entry::Datagram { probe, open, .. } => {
            let mut reader: Box<dyn Datagram> = open();
            for (flags, piece) in Pieces(rest) {
                pass(&mut room, flags);
                let _ = probe(way(flags), piece, &room.ends);
                let _ = room.with(|cx| reader.datagram(way(flags), piece, cx));
                let _ = reader.sure();
            }
            room.with(|cx| reader.end([true, true], cx));
        }
        Entry::Frame { open, .. } => {
            let mut reader = open();
            for (flags, piece) in Pieces(rest) {
                pass(&mut room, flags);
                let _ = room.with(|cx| reader.frame(piece, cx));
            }
        }
    }
}

fn way(flags: u8) -> Dir {
    if flags & IS_ANSWER == 0 { Dir::ToServer } else { Dir::ToClient }
}

fn pass(room: &mut Room, flags: u8) {
    room.packet += 1;
    room.time += if flags & IS_LATER == 0 { 1_000_000 } else { 1_000_000_000 };
}

/// One direction of a stream, as the engine holds it.
#[derive(Default)]
struct Half {
    buffer: Vec<u8>,
    need: usize,
    skip: u64,
    done: bool,
}

/// A stream reader, with what stands before it.
struct Streaming {
    reader: Box<dyn Stream>,
    halves: [Half; 2],
    handovers: usize,
}

fn side(dir: Dir) -> usize {
    usize::from(dir == Dir::ToClient)
}

fn stream(open: fn() -> Box<dyn Stream>, pieces: Pieces<'_>, room: &mut Room) {
    let mut streaming = Streaming { reader: open(), halves: Default::default(), handovers: 0 };
    let mut heard = [false, false];
    for (flags, piece) in pieces {
        pass(room, flags);
        let dir = way(flags);
        if let Some(told) = heard.get_mut(side(dir)) {
            *told = true;
        }
        if flags & IS_BEHIND_GAP != 0 {
            streaming.gap(dir, u64::from(flags), room);
        }
        streaming.piece(dir, piece, room);
    }
    room.with(|cx| streaming.reader.end(heard, cx));
}

impl Streaming {
    fn half(&mut self, dir: Dir) -> Option<&mut Half> {
        self.halves.get_mut(side(dir))
    }

    fn gap(&mut self, dir: Dir, missing: u64, room: &mut Room) {
        let Some(half) = self.half(dir) else { return };
        let skipped = half.skip.min(missing);
        half.skip -= skipped;
        if half.done || skipped == missing {
            return;
        }
        half.buffer.clear();
        half.need = 0;
        let goes_on = room.with(|cx| self.reader.gap(dir, missing - skipped, cx));
        if let Some(half) = self.half(dir) {
            half.done = !goes_on;
        }
    }

    fn piece(&mut self, dir: Dir, piece: &[u8], room: &mut Room) {
        let Some(half) = self.half(dir) else { return };
        if half.done {
            return;
        }
        let here = usize::try_from(half.skip).unwrap_or(usize::MAX).min(piece.len());
        half.skip -= u64::try_from(here).unwrap_or(0);
        half.buffer.extend_from_slice(piece.get(here..).unwrap_or(&[]));
        if half.buffer.len() < half.need {
            return;
        }
        let buffer = std::mem::take(&mut half.buffer);
        let used = self.run(dir, &buffer, room);
        if let Some(half) = self.half(dir)
            && !half.done
        {
            half.buffer = buffer.get(used..).unwrap_or(&[]).to_vec();
        }
    }

    fn run(&mut self, dir: Dir, bytes: &[u8], room: &mut Room) -> usize {
        let mut used = 0;
        while let Some(rest) = bytes.get(used..).filter(|rest| !rest.is_empty()) {
            let step = room.with(|cx| self.reader.feed(dir, rest, cx));
            let Some(half) = self.half(dir) else { return used };
            half.need = 0;
            match step {
                Step::Took(n) => {
                    assert!(n > 0 && n <= rest.len(), "took {n} of {}", rest.len());
                    used += n;
                }
                Step::Skip(n) => {
                    assert!(n > 0, "skips nothing");
                    let here = usize::try_from(n).unwrap_or(usize::MAX).min(rest.len());
                    used += here;
                    half.skip = n - u64::try_from(here).unwrap_or(0);
                }
                Step::Need(n) => {
                    assert!(n > rest.len(), "needs {n} and has {}", rest.len());
                    half.need = n;
                    half.done = n > room.limits.message_bytes_max;
                    break;
                }
                Step::Handover { took, to } => {
                    used += took.min(rest.len());
                    if !self.hand_over(to, room) {
                        break;
                    }
                }
                Step::Done | Step::Malformed { .. } | Step::OverLimit { .. } => {
                    half.done = true;
                    break;
                }
            }
        }
        used
    }

    fn hand_over(&mut self, to: &'static str, room: &mut Room) -> bool {
        room.with(|cx| self.reader.end([true, true], cx));
        self.handovers += 1;
        let entries = by_name(to).map_or(&[][..], |d| d.entries);
        let next = entries.iter().find_map(|e| if let Entry::Stream { open, .. } = e { Some(*open) } else { None });
        self.halves = Default::default();
        let Some(open) = next.filter(|_| self.handovers <= HANDOVERS_MAX) else {
            self.halves.iter_mut().for_each(|half| half.done = true);
            return false;
        };
        self.reader = open();
        true
    }
}
