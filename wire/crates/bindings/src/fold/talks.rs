//! Flows → conversations: who talked to whom with what, by the hour in which the flows began.
//!
//! A flow speaks several times (open, live, end) with totals since its start: only its last word counts.
//! It counts whole in the hour of its start. The client's port falls away.

use super::columns::{Words, at, counts, times};
use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::{ArrayRef, Int64Array, UInt16Array, UInt64Array};
use hinomi_records::{ArrowError, RecordBatch};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

const HOUR_NS: i64 = 3_600_000_000_000;
/// Names kept of one conversation, in the order of the alphabet.
const NAMES_MAX: usize = 8;
/// Where a VLAN is not given: after all that are.
const NONE: u64 = 1 << 16;
const KEY_WORDS: [&str; 7] = ["site", "orig_mac", "orig_ip", "resp_mac", "resp_ip", "proto", "service"];

type Key = ([u32; 7], i64, u64, u64);

#[derive(Default)]
struct Talk<'a> {
    key: Key,
    flows: u64,
    outcomes: [u64; 4],
    bytes_up: u64,
    bytes_down: u64,
    packets: u64,
    first: i64,
    last: i64,
    names: BTreeSet<&'a str>,
    /// First flow that was answered, else the first one: (not answered, start, row).
    proof: (bool, i64, usize),
}

/// Rows with the last word on each flow: its end, or the latest of one that goes on.
fn last_words(batches: &[RecordBatch], last: &[i64]) -> Result<Vec<usize>, ArrowError> {
    let (phase, capture, sensor) = (Words::read(batches, "phase")?, Words::read(batches, "capture")?, Words::read(batches, "sensor")?);
    let flow = counts(batches, "flow_id", 0)?;
    let ended: Vec<bool> = (0..last.len()).map(|row| phase.of(row) == Some("end")).collect();
    let mut latest: HashMap<(u32, u32, u64), usize> = HashMap::new();
    for row in 0..last.len() {
        let best = latest.entry((capture.at(row), sensor.at(row), at(&flow, row))).or_insert(row);
        if (at(&ended, row), at(last, row)) >= (at(&ended, *best), at(last, *best)) {
            *best = row;
        }
    }
    let mut rows: Vec<usize> = latest.into_values().filter(|row| !at(&ended, *row)).collect();
    rows.extend((0..last.len()).filter(|row| at(&ended, *row)));
    rows.sort_unstable();
    Ok(rows)
}

pub fn conversations(batches: &[RecordBatch]) -> Result<RecordBatch, ArrowError> {
    let words: Vec<Words> = KEY_WORDS.iter().map(|name| Words::read(batches, name)).collect::<Result<_, _>>()?;
    let [site, client_mac, client_ip, server_mac, server_ip, proto, service] = words.as_slice() else {
        return Err(ArrowError::ComputeError("a key has seven words".into()));
    };
    let (outcome, sni, capture) = (Words::read(batches, "outcome")?, Words::read(batches, "sni")?, Words::read(batches, "capture")?);
    let (start, last) = (times(batches, "start")?, times(batches, "last")?);
    let (vlan, port) = (counts(batches, "vlan", NONE)?, counts(batches, "resp_port", 0)?);
    let (up, down) = (counts(batches, "orig_bytes", 0)?, counts(batches, "resp_bytes", 0)?);
    let (sent, answered) = (counts(batches, "orig_packets", 0)?, counts(batches, "resp_packets", 0)?);
    let (packet, offset) = (counts(batches, "packet", 0)?, counts(batches, "offset", 0)?);

    let mut places: HashMap<Key, usize> = HashMap::new();
    let mut talks: Vec<Talk> = Vec::new();
    for row in last_words(batches, &last)? {
        let began = at(&start, row);
        let port = if matches!(proto.of(row), Some("tcp" | "udp" | "sctp")) { at(&port, row) } else { 0 };
        let sides = [site.at(row), client_mac.at(row), client_ip.at(row), server_mac.at(row), server_ip.at(row), proto.at(row), service.at(row)];
        let key = (sides, began.div_euclid(HOUR_NS).saturating_mul(HOUR_NS), at(&vlan, row), port);
        let kind = ["answered", "refused", "unanswered", "half_heard"].iter().position(|kind| outcome.of(row) == Some(*kind));
        let proof = (kind != Some(0), began, row);
        let place = *places.entry(key).or_insert(talks.len());
        if place == talks.len() {
            talks.push(Talk { key, first: began, last: at(&last, row), proof, ..Talk::default() });
        }
        let Some(talk) = talks.get_mut(place) else { continue };
        talk.flows += 1;
        if let Some(count) = kind.and_then(|kind| talk.outcomes.get_mut(kind)) {
            *count += 1;
        }
        talk.bytes_up = talk.bytes_up.saturating_add(at(&up, row));
        talk.bytes_down = talk.bytes_down.saturating_add(at(&down, row));
        talk.packets = talk.packets.saturating_add(at(&sent, row)).saturating_add(at(&answered, row));
        talk.first = talk.first.min(began);
        talk.last = talk.last.max(at(&last, row));
        talk.proof = talk.proof.min(proof);
        talk.names.extend(sni.of(row).filter(|name| !name.is_empty()));
    }
    talks.sort_by(|one, other| {
        let ([s, cm, ci, sm, si, p, v], _, vlan, port) = one.key;
        let ([s2, cm2, ci2, sm2, si2, p2, v2], _, vlan2, port2) = other.key;
        one.first
            .cmp(&other.first)
            .then_with(|| site.compare(s, s2))
            .then_with(|| client_mac.compare(cm, cm2))
            .then_with(|| client_ip.compare(ci, ci2))
            .then_with(|| server_mac.compare(sm, sm2))
            .then_with(|| server_ip.compare(si, si2))
            .then_with(|| vlan.cmp(&vlan2))
            .then_with(|| proto.compare(p, p2))
            .then_with(|| port.cmp(&port2))
            .then_with(|| service.compare(v, v2))
    });

    let proofs = || talks.iter().map(|talk| talk.proof.2);
    let word = |words: &Words| words.strings(proofs().map(|row| words.at(row)));
    let number = |of: fn(&Talk) -> u64| -> ArrayRef { Arc::new(UInt64Array::from_iter_values(talks.iter().map(of))) };
    let small = |of: fn(&Talk) -> u64| -> ArrayRef { Arc::new(talks.iter().map(|talk| u16::try_from(of(talk)).ok()).collect::<UInt16Array>()) };
    let time = |of: fn(&Talk) -> i64| -> ArrayRef { Arc::new(Int64Array::from_iter_values(talks.iter().map(of))) };
    let proof = |numbers: &[u64]| -> ArrayRef { Arc::new(UInt64Array::from_iter_values(proofs().map(|row| at(numbers, row)))) };
    let mut names = ListBuilder::new(StringBuilder::new());
    for talk in &talks {
        for name in talk.names.iter().take(NAMES_MAX) {
            names.values().append_value(name);
        }
        names.append(true);
    }
    RecordBatch::try_from_iter_with_nullable([
        ("site", word(site), true),
        ("hour", time(|talk| talk.key.1), true),
        ("client_mac", word(client_mac), true),
        ("client_ip", word(client_ip), true),
        ("server_mac", word(server_mac), true),
        ("server_ip", word(server_ip), true),
        ("vlan", small(|talk| talk.key.2), true),
        ("proto", word(proto), true),
        ("server_port", small(|talk| talk.key.3), true),
        ("service", word(service), true),
        ("flows", number(|talk| talk.flows), true),
        ("answered", number(|talk| talk.outcomes[0]), true),
        ("refused", number(|talk| talk.outcomes[1]), true),
        ("unanswered", number(|talk| talk.outcomes[2]), true),
        ("half_heard", number(|talk| talk.outcomes[3]), true),
        ("bytes_up", number(|talk| talk.bytes_up), true),
        ("bytes_down", number(|talk| talk.bytes_down), true),
        ("packets", number(|talk| talk.packets), true),
        ("first", time(|talk| talk.first), true),
        ("last", time(|talk| talk.last), true),
        ("names", Arc::new(names.finish()), true),
        ("capture", word(&capture), true),
        ("packet", proof(&packet), true),
        ("offset", proof(&offset), true),
    ])
}
