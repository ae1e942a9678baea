//! Which protocol is it? Every entry of the registry is asked with the first bytes; the ports only
//! choose who is asked first.

use hinomi_decode::Addr;
use hinomi_dissect::{Dissector, Entry, Probe};
use hinomi_model::{Dir, Ends};
use std::collections::HashMap;

/// One stream or datagram entry of the registry.
#[derive(Clone, Copy)]
pub struct Candidate {
    pub dissector: &'static Dissector,
    pub entry: &'static Entry,
}

/// A set of candidates by number.
pub type Set = u128;

#[derive(Default)]
struct Family {
    candidates: Vec<Candidate>,
    hints: HashMap<u16, Vec<u8>>,
}

impl Family {
    fn add(&mut self, dissector: &'static Dissector, entry: &'static Entry, hints: &[u16]) {
        // More entries than bits would need a wider set; the registry's own test keeps them below.
        let Some(number) = u8::try_from(self.candidates.len()).ok().filter(|n| *n < 128) else {
            return;
        };
        self.candidates.push(Candidate { dissector, entry });
        for port in hints {
            self.hints.entry(*port).or_default().push(number);
        }
    }

    fn all(&self) -> Set {
        let n = u32::try_from(self.candidates.len()).unwrap_or(0);
        Set::MAX.checked_shr(128 - n).unwrap_or(0)
    }

    /// Ask those of `open`; hinted ones first. Who says `More` stays in `open`.
    fn ask(&self, open: &mut Set, dir: Dir, bytes: &[u8], ends: &Ends) -> Option<Candidate> {
        let mut asked: Set = 0;
        for port in [ends.server.port, ends.client.port] {
            for number in self.hints.get(&port).map_or(&[][..], Vec::as_slice) {
                asked |= 1 << number;
                if let Some(found) = self.ask_one(*number, open, dir, bytes, ends) {
                    return Some(found);
                }
            }
        }
        let mut left = *open & !asked;
        while left != 0 {
            let number = u8::try_from(left.trailing_zeros()).unwrap_or(u8::MAX);
            left &= left - 1;
            if let Some(found) = self.ask_one(number, open, dir, bytes, ends) {
                return Some(found);
            }
        }
        None
    }

    #[inline]
    fn ask_one(&self, number: u8, open: &mut Set, dir: Dir, bytes: &[u8], ends: &Ends) -> Option<Candidate> {
        let bit: Set = 1 << number;
        if *open & bit == 0 {
            return None;
        }
        let candidate = self.candidates.get(usize::from(number))?;
        let said = match candidate.entry {
            Entry::Stream { probe, .. } | Entry::Datagram { probe, .. } => probe(dir, bytes, ends),
            Entry::Frame { .. } => Probe::No,
        };
        match said {
            Probe::Yes => return Some(*candidate),
            Probe::More => {}
            Probe::No => *open &= !bit,
        }
        None
    }
}

pub struct Recogniser {
    streams: Family,
    datagrams: Family,
    frames: HashMap<u16, Vec<(&'static Dissector, &'static Entry)>>,
}

impl Recogniser {
    pub fn new(dissectors: &'static [&'static Dissector]) -> Recogniser {
        let mut made = Recogniser { streams: Family::default(), datagrams: Family::default(), frames: HashMap::new() };
        for dissector in dissectors.iter().copied() {
            for entry in dissector.entries {
                match entry {
                    Entry::Stream { hints, .. } => made.streams.add(dissector, entry, hints),
                    Entry::Datagram { hints, .. } => made.datagrams.add(dissector, entry, hints),
                    Entry::Frame { ethertypes, .. } => {
                        for ethertype in *ethertypes {
                            made.frames.entry(*ethertype).or_default().push((dissector, entry));
                        }
                    }
                }
            }
        }
        made
    }

    pub fn all_streams(&self) -> Set {
        self.streams.all()
    }

    pub fn stream(&self, open: &mut Set, dir: Dir, bytes: &[u8], ends: &Ends) -> Option<Candidate> {
        self.streams.ask(open, dir, bytes, ends)
    }

    /// Who knows the datagram, and whether by itself; else the last in order who wants to see more.
    pub fn datagram(&self, dir: Dir, bytes: &[u8], ends: &Ends) -> Option<(Candidate, bool)> {
        let mut open = self.datagrams.all();
        if let Some(found) = self.datagrams.ask(&mut open, dir, bytes, ends) {
            return Some((found, true));
        }
        let last = Set::BITS.checked_sub(open.leading_zeros().saturating_add(1))?;
        self.datagrams.candidates.get(usize::try_from(last).ok()?).map(|candidate| (*candidate, false))
    }

    /// The stream entry of a protocol by name (for a handover).
    pub fn stream_by_name(&self, name: &str) -> Option<Candidate> {
        self.streams.candidates.iter().find(|c| c.dissector.meta.name == name).copied()
    }

    pub fn frames(&self) -> impl Iterator<Item = (u16, &'static Dissector, &'static Entry)> + '_ {
        self.frames.iter().flat_map(|(kind, list)| list.iter().map(|(d, e)| (*kind, *d, *e)))
    }

    /// Whether a service is known to wait at this port: only to tell the client of a flow whose
    /// start was not heard.
    pub fn is_service_port(&self, proto: u16, port: u16) -> bool {
        match proto {
            6 => self.streams.hints.contains_key(&port),
            17 => self.datagrams.hints.contains_key(&port),
            _ => false,
        }
    }

    /// Whether the source is the client, judged by a packet that does not open a connection.
    pub fn source_is_client(&self, proto: u16, src: (Addr, u16), dst: (Addr, u16)) -> bool {
        match (self.is_service_port(proto, src.1), self.is_service_port(proto, dst.1)) {
            (true, false) => return false,
            (false, true) => return true,
            _ => {}
        }
        match (src.1 < 1024, dst.1 < 1024) {
            (true, false) => false,
            (false, true) => true,
            // For datagrams the first that is heard asks; for a stream the lower port waits.
            _ => proto != 6 || src.1 >= dst.1,
        }
    }
}
