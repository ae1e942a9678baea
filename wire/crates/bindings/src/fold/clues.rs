//! Clues of several captures put together.
//!
//! The proof is one sighting as a whole, and of several at the same time always the same one: two
//! captures may overlap. One without a packet (0) must not win while there is one with a packet.

use super::columns::{Words, at, counts, times};
use arrow_array::{ArrayRef, Int64Array, UInt16Array, UInt64Array};
use hinomi_records::{ArrowError, RecordBatch};
use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

/// Where a VLAN or port is not given: after all that are.
const NONE: u64 = 1 << 16;
const KEY_WORDS: [&str; 6] = ["site", "host_mac", "host_ip", "attribute", "value", "protocol"];

type Key = ([u32; 6], u64, u64);

struct Clue {
    key: Key,
    proof: usize,
    count: u64,
    first: i64,
    last: i64,
}

struct Sightings {
    packet: Vec<u64>,
    offset: Vec<u64>,
    seen: Vec<i64>,
    capture: Words,
    sensor: Words,
}

impl Sightings {
    /// Which of two rows proves a clue better: the lesser one.
    fn compare(&self, one: usize, other: usize) -> Ordering {
        let (packet, offset, seen) = (&self.packet, &self.offset, &self.seen);
        (at(packet, one) == 0, at(seen, one))
            .cmp(&(at(packet, other) == 0, at(seen, other)))
            .then_with(|| self.capture.compare(self.capture.at(one), self.capture.at(other)))
            .then_with(|| (at(packet, one), at(offset, one)).cmp(&(at(packet, other), at(offset, other))))
            .then_with(|| self.sensor.compare(self.sensor.at(one), self.sensor.at(other)))
    }
}

/// One row per key, in the order of the first sighting. `seen`: when the sighting was that is the proof.
pub fn merged(batches: &[RecordBatch]) -> Result<RecordBatch, ArrowError> {
    let words: Vec<Words> = KEY_WORDS.iter().map(|name| Words::read(batches, name)).collect::<Result<_, _>>()?;
    let [site, host_mac, host_ip, attribute, value, protocol] = words.as_slice() else {
        return Err(ArrowError::ComputeError("a key has six words".into()));
    };
    let (vlan, port) = (counts(batches, "vlan", NONE)?, counts(batches, "port", NONE)?);
    let (first, last, count) = (times(batches, "first")?, times(batches, "last")?, counts(batches, "count", 0)?);
    let again = batches.first().is_some_and(|batch| batch.column_by_name("seen").is_some());
    let sightings = Sightings {
        packet: counts(batches, "packet", 0)?,
        offset: counts(batches, "offset", 0)?,
        seen: times(batches, if again { "seen" } else { "first" })?,
        capture: Words::read(batches, "capture")?,
        sensor: Words::read(batches, "sensor")?,
    };
    let mut places: HashMap<Key, usize> = HashMap::with_capacity(first.len());
    let mut clues: Vec<Clue> = Vec::with_capacity(first.len());
    for row in 0..first.len() {
        let key = ([site.at(row), host_mac.at(row), host_ip.at(row), attribute.at(row), value.at(row), protocol.at(row)], at(&vlan, row), at(&port, row));
        let place = *places.entry(key).or_insert(clues.len());
        match clues.get_mut(place) {
            None => clues.push(Clue { key, proof: row, count: at(&count, row), first: at(&first, row), last: at(&last, row) }),
            Some(clue) => {
                clue.count = clue.count.saturating_add(at(&count, row));
                clue.first = clue.first.min(at(&first, row));
                clue.last = clue.last.max(at(&last, row));
                if sightings.compare(row, clue.proof).is_lt() {
                    clue.proof = row;
                }
            }
        }
    }
    drop(places);
    clues.sort_by(|one, other| {
        let ([s, m, i, a, v, p], vlan, port) = one.key;
        let ([s2, m2, i2, a2, v2, p2], vlan2, port2) = other.key;
        one.first
            .cmp(&other.first)
            .then_with(|| site.compare(s, s2))
            .then_with(|| host_mac.compare(m, m2))
            .then_with(|| host_ip.compare(i, i2))
            .then_with(|| vlan.cmp(&vlan2))
            .then_with(|| attribute.compare(a, a2))
            .then_with(|| value.compare(v, v2))
            .then_with(|| protocol.compare(p, p2))
            .then_with(|| port.cmp(&port2))
    });
    let proofs = || clues.iter().map(|clue| clue.proof);
    let column = |words: &Words| words.dictionary(proofs().map(|row| words.at(row)));
    let number = |numbers: &[u64]| -> ArrayRef { Arc::new(UInt64Array::from_iter_values(proofs().map(|row| at(numbers, row)))) };
    let small = |numbers: &[u64]| -> ArrayRef { Arc::new(proofs().map(|row| u16::try_from(at(numbers, row)).ok()).collect::<UInt16Array>()) };
    let time = |of: fn(&Clue) -> i64| -> ArrayRef { Arc::new(Int64Array::from_iter_values(clues.iter().map(of))) };
    RecordBatch::try_from_iter_with_nullable([
        ("site", column(site)?, true),
        ("sensor", column(&sightings.sensor)?, true),
        ("capture", column(&sightings.capture)?, true),
        ("packet", number(&sightings.packet), true),
        ("offset", number(&sightings.offset), true),
        ("host_mac", column(host_mac)?, true),
        ("host_ip", column(host_ip)?, true),
        ("vlan", small(&vlan), true),
        ("attribute", column(attribute)?, true),
        ("value", column(value)?, true),
        ("protocol", column(protocol)?, true),
        ("port", small(&port), true),
        ("count", Arc::new(UInt64Array::from_iter_values(clues.iter().map(|clue| clue.count))), true),
        ("first", time(|clue| clue.first), true),
        ("last", time(|clue| clue.last), true),
        ("seen", Arc::new(Int64Array::from_iter_values(proofs().map(|row| at(&sightings.seen, row)))), true),
    ])
}
