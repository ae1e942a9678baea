//! Real captures, bent at random, through the whole engine: looks for panics, hangs and held memory.
//! `cargo run --example bend SECONDS SEED OUT_DIR FILE…`; an input that breaks something is written to
//! OUT_DIR as pcap, from where an ordinary test replays it.
#![allow(clippy::print_stdout)]

use hinomi_capture::{Fault, Packet, Packets, PcapWriter, Source};
use hinomi_decode::{Frame, Link};
use hinomi_engine::{Engine, Limits};
use hinomi_model::{Keys, PacketRef, rows};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

struct Nobody;

impl rows::Sink for Nobody {
    fn flow(&mut self, _: &rows::Flow<'_>) {}
    fn clue(&mut self, _: &rows::Clue<'_>) {}
    fn exchange(&mut self, _: &rows::Exchange<'_>) {}
    fn reading(&mut self, _: &rows::Reading<'_>) {}
    fn note(&mut self, _: &rows::Note<'_>) {}
    fn coverage(&mut self, _: &rows::Coverage<'_>) {}
}

#[derive(Clone)]
pub struct Held {
    time: i64,
    link: u32,
    wire_len: u32,
    bytes: Vec<u8>,
}

/// xorshift64*: repeatable, and good enough to bend bytes.
pub struct Dice(pub u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }
    fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next()).unwrap_or(0) % n.max(1)
    }
}

pub fn bend(packets: &mut Vec<Held>, dice: &mut Dice) {
    // A short stretch of the capture, so that many rounds fit into a second.
    let len = 50 + dice.below(400);
    let from = dice.below(packets.len().saturating_sub(len).max(1));
    packets.drain(..from.min(packets.len()));
    packets.truncate(len);
    for _ in 0..1 + dice.below(30) {
        let n = dice.below(packets.len());
        match dice.below(10) {
            0 => {
                packets.remove(n.min(packets.len().saturating_sub(1)));
            }
            1 => {
                if let Some(copy) = packets.get(n).cloned() {
                    let to = dice.below(packets.len());
                    packets.insert(to, copy);
                }
            }
            2 => {
                if let Some(p) = packets.get_mut(n) {
                    let cut = dice.below(p.bytes.len());
                    p.bytes.truncate(cut);
                }
            }
            _ => {
                if let Some(p) = packets.get_mut(n) {
                    // Behind the link and IP headers mostly: there the dissectors read.
                    let start = if dice.below(8) == 0 { 0 } else { 54 };
                    for _ in 0..1 + dice.below(6) {
                        let at = start + dice.below(p.bytes.len().saturating_sub(start));
                        let value = match dice.below(4) {
                            0 => 0,
                            1 => 0xff,
                            2 => 0x7f,
                            _ => u8::try_from(dice.next() & 0xff).unwrap_or(0),
                        };
                        if let Some(b) = p.bytes.get_mut(at) {
                            *b = value;
                        }
                    }
                }
            }
        }
        if packets.is_empty() {
            return;
        }
    }
}

pub fn through(packets: &[Held]) -> u64 {
    let limits = Limits { reassembly_bytes_max: 8 << 20, ..Limits::default() };
    let mut engine = Engine::new(Keys::new([0; 32]), limits, hinomi_dissect::Limits::default(), hinomi_dissect::all());
    let mut most = 0;
    for (n, p) in packets.iter().enumerate() {
        let at = PacketRef { packet: u64::try_from(n).unwrap_or(0) + 1, offset: 0 };
        if let Some(link) = Link::from_linktype(p.link) {
            engine.packet(&Frame { time: p.time, at, link, wire_len: p.wire_len, bytes: &p.bytes }, &mut Nobody);
        }
        most = most.max(engine.bytes_held());
    }
    engine.finish(&mut Nobody);
    most
}

pub fn load(path: &Path) -> Result<Vec<Held>, Fault> {
    let mut packets = Packets::open(Source::open(path)?)?;
    let mut held = Vec::new();
    while let Some(p) = packets.next_packet() {
        held.push(Held { time: p.time, link: p.link, wire_len: p.wire_len, bytes: p.bytes.to_vec() });
    }
    Ok(held)
}

fn save(out: &Path, packets: &[Held]) -> Result<(), Fault> {
    let mut writer = PcapWriter::create(out, packets.first().map_or(1, |p| p.link))?;
    for p in packets {
        writer.packet(&Packet { at: PacketRef::default(), time: p.time, link: p.link, wire_len: p.wire_len, from: 0, bytes: &p.bytes })?;
    }
    writer.finish()
}

fn main() -> Result<(), Fault> {
    let mut words = std::env::args().skip(1);
    let seconds: u64 = words.next().and_then(|w| w.parse().ok()).unwrap_or(10);
    let seed: u64 = words.next().and_then(|w| w.parse().ok()).unwrap_or(1);
    let out = PathBuf::from(words.next().unwrap_or_else(|| ".".to_owned()));
    let files = words.map(|w| load(Path::new(&w))).collect::<Result<Vec<_>, _>>()?;
    let files: Vec<_> = files.into_iter().filter(|f| !f.is_empty()).collect();
    let mut dice = Dice(seed | 1 << 40);
    let started = Instant::now();
    let (mut rounds, mut broken, mut most, mut slowest) = (0u64, 0u32, 0u64, Duration::ZERO);
    while started.elapsed() < Duration::from_secs(seconds) {
        let Some(mut packets) = files.get(dice.below(files.len())).cloned() else { break };
        bend(&mut packets, &mut dice);
        let began = Instant::now();
        let done = std::panic::catch_unwind(|| through(&packets));
        let took = began.elapsed();
        slowest = slowest.max(took);
        rounds += 1;
        match done {
            Ok(held) if took < Duration::from_secs(10) => most = most.max(held),
            _ => {
                broken += 1;
                save(&out.join(format!("broken-{seed}-{rounds}.pcap")), &packets)?;
            }
        }
    }
    println!("{rounds} rounds, {broken} broken, {most} bytes held at most, slowest {slowest:?}");
    if broken > 0 { Err(Fault::new(format!("{broken} inputs broke the engine."), "they lie in the output directory")) } else { Ok(()) }
}
