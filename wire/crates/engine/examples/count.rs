//! The engine alone over a capture, for profilers: `cargo run --release --example count FILE`.
#![allow(clippy::print_stdout)]

use hinomi_capture::{Fault, Packets, Source};
use hinomi_decode::{Frame, Link};
use hinomi_engine::{Engine, Limits};
use hinomi_model::{Keys, rows};
use std::path::Path;

#[derive(Default)]
struct Tally(u64);

impl rows::Sink for Tally {
    fn flow(&mut self, _: &rows::Flow<'_>) {
        self.0 += 1;
    }
    fn clue(&mut self, _: &rows::Clue<'_>) {
        self.0 += 1;
    }
    fn exchange(&mut self, _: &rows::Exchange<'_>) {
        self.0 += 1;
    }
    fn reading(&mut self, _: &rows::Reading<'_>) {
        self.0 += 1;
    }
    fn note(&mut self, _: &rows::Note<'_>) {
        self.0 += 1;
    }
    fn coverage(&mut self, _: &rows::Coverage<'_>) {
        self.0 += 1;
    }
}

fn main() -> Result<(), Fault> {
    let mut tally = Tally::default();
    for path in std::env::args().skip(1) {
        let mut packets = Packets::open(Source::open(Path::new(&path))?)?;
        let mut engine = Engine::new(Keys::new([0; 32]), Limits::default(), hinomi_dissect::Limits::default(), hinomi_dissect::all());
        while let Some(p) = packets.next_packet() {
            if let Some(link) = Link::from_linktype(p.link) {
                engine.packet(&Frame { time: p.time, at: p.at, link, wire_len: p.wire_len, bytes: p.bytes }, &mut tally);
            }
        }
        engine.finish(&mut tally);
        println!("{path}: {:?}, {} rows", engine.counters(), tally.0);
    }
    Ok(())
}
