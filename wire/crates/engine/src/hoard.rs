//! Clues and notes are said many times and written once: rows with a count, held for an interval.

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use hinomi_model::{Mac, Nanos, NoteKind, PacketRef, rows};
use std::hash::{BuildHasher, Hash, Hasher};
use std::net::IpAddr;

#[derive(Clone, Debug)]
pub struct HeldClue {
    pub host_mac: Mac,
    pub host_ip: Option<IpAddr>,
    pub vlan: Option<u16>,
    pub attribute: &'static str,
    pub value: Box<str>,
    pub protocol: &'static str,
    pub port: Option<u16>,
    pub count: u64,
    pub first: Nanos,
    pub last: Nanos,
    pub at: PacketRef,
}

#[derive(Clone, Debug)]
pub struct HeldNote {
    pub time: Nanos,
    pub flow_id: Option<u64>,
    pub host_ip: Option<IpAddr>,
    pub protocol: &'static str,
    pub kind: NoteKind,
    pub name: &'static str,
    pub offset: u64,
    pub count: u64,
    pub text: Box<str>,
    pub at: PacketRef,
}

/// What makes two clues the same.
#[derive(PartialEq, Eq, Clone, Copy)]
pub struct ClueKey<'a> {
    pub host_mac: Mac,
    pub host_ip: Option<IpAddr>,
    pub vlan: Option<u16>,
    pub attribute: &'a str,
    pub value: &'a str,
    pub protocol: &'a str,
    pub port: Option<u16>,
}

impl Hash for ClueKey<'_> {
    /// In few steps; what is left out seldom tells two clues apart.
    fn hash<H: Hasher>(&self, state: &mut H) {
        let [a, b, c, d, e, f] = self.host_mac.0;
        let [g, h] = self.port.unwrap_or(0).to_be_bytes();
        state.write_u64(u64::from_be_bytes([a, b, c, d, e, f, g, h]));
        match self.host_ip {
            Some(IpAddr::V4(ip)) => state.write_u32(ip.to_bits()),
            Some(IpAddr::V6(ip)) => state.write_u128(ip.to_bits()),
            None => {}
        }
        state.write(self.attribute.as_bytes());
        state.write(self.value.as_bytes());
    }
}

impl HeldClue {
    fn key(&self) -> ClueKey<'_> {
        ClueKey {
            host_mac: self.host_mac,
            host_ip: self.host_ip,
            vlan: self.vlan,
            attribute: self.attribute,
            value: &self.value,
            protocol: self.protocol,
            port: self.port,
        }
    }
}

impl HeldClue {
    /// One that was not heard again since it was told (of a live tap) says nothing.
    pub fn write(&self, sink: &mut dyn rows::Sink) {
        if self.count == 0 {
            return;
        }
        sink.clue(&rows::Clue {
            packet: self.at.packet,
            offset: self.at.offset,
            host_mac: self.host_mac,
            host_ip: self.host_ip,
            vlan: self.vlan,
            attribute: self.attribute,
            value: &self.value,
            protocol: self.protocol,
            port: self.port,
            count: self.count,
            first: self.first,
            last: self.last,
        });
    }
}

impl HeldNote {
    pub fn write(&self, sink: &mut dyn rows::Sink) {
        if self.count == 0 {
            return;
        }
        sink.note(&rows::Note {
            packet: self.at.packet,
            offset: self.at.offset,
            time: self.time,
            flow_id: self.flow_id,
            host_ip: self.host_ip,
            protocol: self.protocol,
            kind: self.kind.word(),
            name: self.name,
            at: self.offset,
            count: self.count,
            text: &self.text,
        });
    }

    fn key(&self) -> (Option<IpAddr>, &str, &str, NoteKind) {
        (self.host_ip, self.protocol, self.name, self.kind)
    }
}

/// Held rows in the order in which they first came, found by what makes them the same.
pub struct Hoard<T> {
    pub held: Vec<T>,
    /// Of these, how many were told already.
    told: usize,
    index: HashTable<u32>,
    hasher: RandomState,
    /// Counts how often it was emptied.
    pub generation: u64,
}

impl<T> Default for Hoard<T> {
    fn default() -> Self {
        Hoard { held: Vec::new(), told: 0, index: HashTable::new(), hasher: RandomState::default(), generation: 0 }
    }
}

fn wide(n: u32) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

impl<T> Hoard<T> {
    pub fn take(&mut self) -> Vec<T> {
        self.index.clear();
        self.told = 0;
        self.generation += 1;
        std::mem::take(&mut self.held)
    }

    /// Those that came since the last time; they stay held.
    pub fn fresh(&mut self) -> &mut [T] {
        let from = std::mem::replace(&mut self.told, self.held.len());
        self.held.get_mut(from..).unwrap_or(&mut [])
    }

    /// Make room for so many more.
    fn reserve(&mut self, more: usize, rehash: impl Fn(&T) -> u64) {
        self.held.reserve(more);
        let held = &self.held;
        self.index.reserve(more, |p| held.get(wide(*p)).map_or(0, &rehash));
    }

    fn push(&mut self, row: T, hash: u64, rehash: impl Fn(&T) -> u64) -> u32 {
        let place = u32::try_from(self.held.len()).unwrap_or(u32::MAX);
        self.held.push(row);
        let held = &self.held;
        self.index.insert_unique(hash, place, |p| held.get(wide(*p)).map_or(0, &rehash));
        place
    }
}

impl Hoard<HeldClue> {
    /// Tells where it is held.
    pub fn add(&mut self, key: ClueKey<'_>, attribute: &'static str, protocol: &'static str, time: Nanos, at: PacketRef) -> u32 {
        let hash = self.hasher.hash_one(key);
        let held = &self.held;
        let found = self.index.find(hash, |p| held.get(wide(*p)).is_some_and(|c| c.key() == key)).copied();
        if let Some(place) = found {
            self.count(place, time);
            return place;
        }
        let clue = HeldClue {
            host_mac: key.host_mac,
            host_ip: key.host_ip,
            vlan: key.vlan,
            attribute,
            value: key.value.into(),
            protocol,
            port: key.port,
            count: 1,
            first: time,
            last: time,
            at,
        };
        let hasher = self.hasher.clone();
        self.push(clue, hash, |c| hasher.hash_one(c.key()))
    }

    /// The clue at this place was said again.
    pub fn count(&mut self, place: u32, time: Nanos) {
        if let Some(clue) = self.held.get_mut(wide(place)) {
            clue.count += 1;
            clue.last = clue.last.max(time);
        }
    }

    /// Take the clues that other hoards held.
    pub fn absorb(&mut self, parts: Vec<Vec<HeldClue>>) {
        let hasher = self.hasher.clone();
        self.reserve(parts.iter().map(Vec::len).sum(), |c| hasher.hash_one(c.key()));
        for clue in parts.into_iter().flatten() {
            self.absorb_one(clue);
        }
    }

    fn absorb_one(&mut self, clue: HeldClue) {
        let hash = self.hasher.hash_one(clue.key());
        let held = &self.held;
        let found = self.index.find(hash, |p| held.get(wide(*p)).is_some_and(|c| c.key() == clue.key())).copied();
        if let Some(before) = found.and_then(|p| self.held.get_mut(wide(p))) {
            before.count += clue.count;
            before.first = before.first.min(clue.first);
            before.last = before.last.max(clue.last);
            if clue.at.packet < before.at.packet {
                before.at = clue.at;
            }
            return;
        }
        let hasher = self.hasher.clone();
        self.push(clue, hash, |c| hasher.hash_one(c.key()));
    }
}

impl Hoard<HeldNote> {
    /// Of two notes that are the same, the one on the earlier packet is shown.
    pub fn add(&mut self, note: HeldNote) {
        let hash = self.hasher.hash_one(note.key());
        let held = &self.held;
        let found = self.index.find(hash, |p| held.get(wide(*p)).is_some_and(|n| n.key() == note.key())).copied();
        if let Some(before) = found.and_then(|p| self.held.get_mut(wide(p))) {
            let count = before.count + note.count;
            if note.at.packet < before.at.packet {
                *before = note;
            }
            before.count = count;
            return;
        }
        let hasher = self.hasher.clone();
        self.push(note, hash, |n| hasher.hash_one(n.key()));
    }
}
