//! Feeds stream dissectors without the engine: whole, byte by byte, cut, with holes, with flipped bits.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::as_conversions, dead_code)]

use hinomi_dissect::{Cx, Entry, Limits, Probe, Step, Stream, by_name};
use hinomi_model::{Clue, Dir, End, Ends, Exchange, Keys, Mac, Note, NoteKind, Out, PacketRef, Reading};

/// Bytes of one direction, or a hole in them.
#[derive(Clone, Debug)]
pub enum Piece {
    Bytes(i64, Dir, Vec<u8>),
    Gap(i64, Dir, u64),
}

#[derive(Debug, Default, PartialEq, Clone)]
pub struct Said {
    pub clues: Vec<Clue>,
    pub exchanges: Vec<Exchange>,
    pub readings: Vec<Reading>,
    pub notes: Vec<Note>,
}

impl Said {
    pub fn clue(&self, attribute: &str) -> Vec<&str> {
        let mut out: Vec<&str> = self.clues.iter().filter(|c| c.attribute == attribute).map(|c| c.value.as_str()).collect();
        out.dedup();
        out
    }

    pub fn note(&self, name: &str) -> bool {
        self.notes.iter().any(|n| n.name == name)
    }

    pub fn operations(&self) -> Vec<String> {
        self.exchanges.iter().map(|e| format!("{} {} {}", e.operation, e.outcome.word(), e.status).trim().to_string()).collect()
    }

    pub fn exchange(&self, operation: &str) -> &Exchange {
        self.exchanges.iter().find(|e| e.operation == operation).unwrap_or_else(|| unreachable!("no {operation} in {:?}", self.operations()))
    }

    pub fn reading(&self, name: &str) -> &Reading {
        self.readings.iter().find(|r| r.name == name).unwrap_or_else(|| unreachable!("no reading {name}"))
    }

    /// Everything that can leave, as one text.
    pub fn all(&self) -> String {
        format!("{self:?}")
    }
}

pub fn detail<'a>(exchange: &'a Exchange, name: &str) -> &'a str {
    exchange.detail.iter().find(|(n, _)| *n == name).map_or("", |(_, v)| v.as_str())
}

pub fn keys() -> Keys {
    Keys::new([7; 32])
}

pub fn ends() -> Ends {
    let end = |n: u8, port| End { mac: Mac([2, 0, 0, 0, 0, n]), ip: [10, 0, 0, n].into(), port };
    Ends { client: end(1, 40000), server: end(2, 104), vlan: None }
}

#[derive(Default)]
struct Half {
    held: Vec<u8>,
    skip: u64,
    gone: bool,
    at: u64,
}

/// Read the pieces with the protocol's first stream entry, as the engine would.
pub fn read(protocol: &str, pieces: &[Piece], limits: &Limits) -> Said {
    let entry = by_name(protocol).unwrap().entries.iter().find_map(|e| match e {
        Entry::Stream { open, .. } => Some(open),
        _ => None,
    });
    let mut stream = entry.unwrap()();
    let mut said = Said::default();
    let (keys, ends) = (keys(), ends());
    let mut halves = [Half::default(), Half::default()];
    let mut heard = [false; 2];
    let mut now = 0;
    for piece in pieces {
        match piece {
            Piece::Bytes(time, dir, bytes) => {
                now = *time;
                heard[*dir as usize] |= !bytes.is_empty();
                push(&mut *stream, *dir, bytes, now, (&keys, &ends, limits), &mut halves[*dir as usize], &mut said);
            }
            Piece::Gap(time, dir, missing) => {
                now = *time;
                let half = &mut halves[*dir as usize];
                let passed = half.skip.min(*missing);
                half.skip -= passed;
                half.at += missing;
                half.held.clear();
                if *missing > passed && !half.gone {
                    let mut out = Out::default();
                    let mut cx = Cx { time: now, packet: PacketRef::default(), ends: &ends, keys: &keys, limits, out: &mut out };
                    half.gone = !stream.gap(*dir, missing - passed, &mut cx);
                    absorb(&mut said, out);
                }
            }
        }
    }
    let mut out = Out::default();
    stream.end(heard, &mut Cx { time: now, packet: PacketRef::default(), ends: &ends, keys: &keys, limits, out: &mut out });
    absorb(&mut said, out);
    said
}

fn absorb(said: &mut Said, mut out: Out) {
    said.clues.append(&mut out.clues);
    said.clues.extend(out.clues_again.drain(..).flat_map(|clues| clues.to_vec()));
    said.exchanges.append(&mut out.exchanges);
    said.readings.append(&mut out.readings);
    said.readings.extend(out.again.drain(..).map(Reading::from));
    said.notes.append(&mut out.notes);
}

fn push(stream: &mut dyn Stream, dir: Dir, bytes: &[u8], time: i64, around: (&Keys, &Ends, &Limits), half: &mut Half, said: &mut Said) {
    if half.gone {
        return;
    }
    half.held.extend_from_slice(bytes);
    let (keys, ends, limits) = around;
    let mut turns = 0usize;
    loop {
        let pass = half.skip.min(half.held.len() as u64);
        half.held.drain(..pass as usize);
        half.skip -= pass;
        half.at += pass;
        if half.held.is_empty() || half.skip > 0 {
            return;
        }
        let mut out = Out::default();
        let mut cx = Cx { time, packet: PacketRef::default(), ends, keys, limits, out: &mut out };
        let step = stream.feed(dir, &half.held, &mut cx);
        absorb(said, out);
        turns += 1;
        assert!(turns < 200_000, "no progress");
        match step {
            Step::Took(n) => {
                assert!(n > 0 && n <= half.held.len(), "took {n} of {}", half.held.len());
                half.held.drain(..n);
                half.at += n as u64;
            }
            Step::Need(n) => {
                assert!(n > half.held.len(), "needs {n}, has {}", half.held.len());
                assert!(n <= limits.message_bytes_max + 8192, "holds more than the limit");
                return;
            }
            Step::Skip(n) => {
                assert!(n > 0);
                half.skip = n;
            }
            Step::Malformed { at, name, why } => {
                assert!(at <= half.held.len());
                said.notes.push(Note { kind: NoteKind::Malformed, name, at: half.at + at as u64, text: why.to_string() });
                half.gone = true;
                return;
            }
            Step::OverLimit { name, limit } => {
                said.notes.push(Note { kind: NoteKind::OverLimit, name, at: half.at, text: limit.to_string() });
                half.gone = true;
                return;
            }
            Step::Done | Step::Handover { .. } => {
                half.gone = true;
                return;
            }
        }
    }
}

/// Flows of a capture as pieces, largest part first if asked.
pub fn flows_of(file: &[u8]) -> Vec<Vec<Piece>> {
    use super::infra_support as i;
    i::flows(&i::packets(file))
        .into_iter()
        .map(|flow| {
            flow.pieces
                .into_iter()
                .map(|(time, _, piece)| match piece {
                    i::Piece::Bytes(dir, bytes) => Piece::Bytes(time, dir, bytes),
                    i::Piece::Gap(dir, n) => Piece::Gap(time, dir, n),
                })
                .collect()
        })
        .collect()
}

pub fn byte_by_byte(pieces: &[Piece]) -> Vec<Piece> {
    let mut out = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Bytes(time, dir, bytes) => out.extend(bytes.iter().map(|b| Piece::Bytes(*time, *dir, vec![*b]))),
            gap => out.push(gap.clone()),
        }
    }
    out
}

/// Neighbouring pieces of one direction joined.
pub fn joined(pieces: &[Piece]) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::new();
    for piece in pieces {
        match (out.last_mut(), piece) {
            (Some(Piece::Bytes(_, d, held)), Piece::Bytes(_, dir, bytes)) if d == dir => held.extend_from_slice(bytes),
            _ => out.push(piece.clone()),
        }
    }
    out
}

pub fn length(pieces: &[Piece]) -> usize {
    pieces.iter().map(|p| if let Piece::Bytes(_, _, b) = p { b.len() } else { 0 }).sum()
}

/// The stream up to its `n`-th byte.
pub fn cut(pieces: &[Piece], n: usize) -> Vec<Piece> {
    let mut left = n;
    let mut out = Vec::new();
    for piece in pieces {
        if let Piece::Bytes(time, dir, bytes) = piece {
            let take = left.min(bytes.len());
            if take > 0 {
                out.push(Piece::Bytes(*time, *dir, bytes[..take].to_vec()));
            }
            left -= take;
        }
    }
    out
}

/// The stream with `size` bytes not heard from byte `from` of one direction on.
pub fn hole(pieces: &[Piece], dir: Dir, from: usize, size: usize) -> Vec<Piece> {
    let mut out = Vec::new();
    let mut at = 0usize;
    for piece in pieces {
        let Piece::Bytes(time, d, bytes) = piece else { continue };
        if *d != dir {
            out.push(piece.clone());
            continue;
        }
        let (start, end) = (at, at + bytes.len());
        at = end;
        let (a, b) = (from.clamp(start, end), (from + size).clamp(start, end));
        if a > start {
            out.push(Piece::Bytes(*time, *d, bytes[..a - start].to_vec()));
        }
        if b > a {
            out.push(Piece::Gap(*time, *d, (b - a) as u64));
        }
        if end > b {
            out.push(Piece::Bytes(*time, *d, bytes[b - start..].to_vec()));
        }
    }
    // Neighbouring holes are one.
    let mut merged: Vec<Piece> = Vec::new();
    for piece in out {
        match (merged.iter_mut().rev().find(|p| matches!(p, Piece::Bytes(_, d, _) | Piece::Gap(_, d, _) if *d == dir)), &piece) {
            (Some(Piece::Gap(_, _, n)), Piece::Gap(_, _, more)) => *n += more,
            _ => merged.push(piece),
        }
    }
    merged
}

/// A small generator of numbers, the same in every run.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % below.max(1)
    }
}

/// Some bytes changed, dropped or doubled.
pub fn mutated(pieces: &[Piece], dice: &mut Dice) -> Vec<Piece> {
    let mut out = pieces.to_vec();
    for _ in 0..=dice.roll(6) {
        let n = dice.roll(out.len());
        if let Some(Piece::Bytes(_, _, bytes)) = out.get_mut(n) {
            if bytes.is_empty() {
                continue;
            }
            let at = dice.roll(bytes.len());
            match dice.roll(4) {
                0 => bytes[at] ^= 1 << dice.roll(8),
                1 => bytes[at] = [0, 0xff, 0x7f, 0x0b, 0x1c, 0x0d][dice.roll(6)],
                2 => drop(bytes.drain(at..(at + 1 + dice.roll(8)).min(bytes.len()))),
                _ => {
                    let copy = bytes[at..(at + 1 + dice.roll(16)).min(bytes.len())].to_vec();
                    bytes.splice(at..at, copy);
                }
            }
        }
    }
    out
}

pub fn probe(protocol: &str, dir: Dir, head: &[u8]) -> Probe {
    let entry = by_name(protocol).unwrap().entries.iter().find_map(|e| match e {
        Entry::Stream { probe, .. } => Some(probe),
        _ => None,
    });
    entry.unwrap()(dir, head, &ends())
}

/// Every name said is declared in the dissector's `Meta`.
pub fn check_declared(protocol: &str, said: &Said) {
    let meta = by_name(protocol).unwrap().meta;
    for c in &said.clues {
        assert!(meta.clues.iter().any(|(n, _)| *n == c.attribute), "clue {} is not declared", c.attribute);
        assert!(!c.value.is_empty());
    }
    for n in &said.notes {
        assert!(meta.notes.iter().any(|(m, _)| *m == n.name), "note {} is not declared", n.name);
    }
    for e in &said.exchanges {
        let fits = |o: &&str| o.strip_suffix('*').map_or(*o == e.operation, |stem| e.operation.starts_with(stem));
        assert!(meta.operations.iter().any(fits), "operation {} is not declared", e.operation);
        for (name, value) in &e.detail {
            assert!(meta.details.iter().any(|(n, _)| n == name), "detail {name} is not declared");
            assert!(!value.is_empty(), "detail {name} is empty");
        }
    }
}

/// What must hold for any stream: pieces do not matter, cuts and damage do no harm.
pub fn torture(protocol: &str, pieces: &[Piece], rounds: usize) {
    let limits = Limits::default();
    let whole = read(protocol, pieces, &limits);
    check_declared(protocol, &whole);
    same(&whole, &read(protocol, &byte_by_byte(pieces), &limits), "byte by byte");
    let n = length(pieces);
    let step = (n / 4000).max(1);
    for at in (0..n).step_by(step) {
        check_declared(protocol, &read(protocol, &cut(pieces, at), &limits));
    }
    // HINOMI_ROUNDS=20000 HINOMI_SEED=7 for a long run.
    let number = |name: &str| std::env::var(name).ok().and_then(|v| v.parse::<u64>().ok());
    let rounds = number("HINOMI_ROUNDS").map_or(rounds, |n| n as usize);
    let mut dice = Dice(number("HINOMI_SEED").unwrap_or(42));
    for round in 0..rounds {
        let bad = mutated(pieces, &mut dice);
        let said = read(protocol, &bad, &limits);
        check_declared(protocol, &said);
        if round % 8 == 0 {
            same(&without_times(said), &without_times(read(protocol, &byte_by_byte(&bad), &limits)), "damaged, byte by byte");
        }
        let dir = if dice.roll(2) == 0 { Dir::ToServer } else { Dir::ToClient };
        let from = dice.roll(n);
        let size = 1 + dice.roll(300);
        check_declared(protocol, &read(protocol, &hole(pieces, dir, from, size), &limits));
    }
}

/// Compared as text, since waveforms hold numbers that are none; only the first difference is shown.
fn same(a: &Said, b: &Said, what: &str) {
    let (a, b) = (format!("{a:#?}"), format!("{b:#?}"));
    if let Some((n, (one, two))) = a.lines().zip(b.lines()).enumerate().find(|(_, (x, y))| x != y) {
        assert_eq!(one, two, "{what}: line {n} differs");
    }
    assert_eq!(a.len(), b.len(), "{what}: lengths differ");
}

fn without_times(mut said: Said) -> Said {
    for e in &mut said.exchanges {
        (e.time, e.duration_ns) = (0, None);
    }
    said
}
