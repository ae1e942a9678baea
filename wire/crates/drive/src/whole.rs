//! A capture in, rows out: one engine, no threads. A pcapng is read as the ears' stream, with its signs
//! of life; any other as a file.

use hinomi_capture::{Packets, Source, heard_again};
use hinomi_decode::{Frame, Link};
use hinomi_engine::{Engine, Limits};
use hinomi_model::Keys;
use hinomi_records::{Origin, Tables};
use std::io::Cursor;

/// Bytes of streams that the engine may hold; with the buffers' slack never more than twice of it.
const HELD_MAX: u64 = 4 << 20;
const PCAPNG: &[u8] = &[0x0a, 0x0d, 0x0d, 0x0a];

pub fn engine(input: &[u8]) {
    let live = input.starts_with(PCAPNG);
    let content = Box::new(Cursor::new(input.to_vec()));
    let source = if live { Source::live("input", "input".to_owned(), content) } else { Source::from_reader("input", 0, content, true) };
    let Ok(mut packets) = source.and_then(Packets::open) else { return };
    let limits = Limits { reassembly_bytes_max: HELD_MAX, ..Limits::default() };
    let mut engine = Engine::new(Keys::new([7; 32]), limits, hinomi_dissect::Limits::default(), hinomi_dissect::all());
    if live {
        engine.go_live();
    }
    let mut tables = Tables::default();
    loop {
        if let Some(packet) = packets.next_packet() {
            let Some(link) = Link::from_linktype(packet.link) else { continue };
            let frame = Frame { time: packet.time, at: packet.at, link, wire_len: packet.wire_len, bytes: packet.bytes };
            engine.packet(&frame, &mut tables);
            assert!(engine.bytes_held() <= 2 * HELD_MAX, "{} bytes held", engine.bytes_held());
        } else if let Some(beat) = packets.take_beat() {
            engine.tick(beat, &mut tables);
            engine.beat(beat, false, &mut tables);
        } else {
            break;
        }
    }
    engine.finish(&mut tables);
    let origin = Origin { site: "s".to_owned(), sensor: "t".to_owned(), capture: "c".to_owned() };
    let mut batches = Vec::new();
    let made = tables.finish(1, 1, &origin, &mut batches);
    assert!(made.is_ok(), "{made:?}");
}

/// The readers of capture files (plain and compressed) and of a block of the receive ring.
pub fn capture(input: &[u8]) {
    let stream = heard_again(input);
    for content in [input.to_vec(), stream] {
        let Ok(source) = Source::from_reader("input", 0, Box::new(Cursor::new(content)), true) else { continue };
        let Ok(mut packets) = Packets::open(source) else { continue };
        while packets.next_packet().is_some() {}
        let _ = (packets.truncation().is_some(), packets.drops());
    }
}
