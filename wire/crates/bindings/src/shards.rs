//! Several engines side by side. One thread finds the packets and tells whose they are; each worker
//! serves some of the shards. The number of shards is fixed and the number of workers is not, and the
//! results are taken in the order chunk by chunk, shard by shard: so the output is the same whatever
//! the number of workers.

use crate::run::{Job, Progress, Summary};
use hinomi_capture::{Format, Packets};
use hinomi_decode::{Frame, Link, Net, decode, pair};
use hinomi_engine::{Counters, Engine, Hoards, mark};
use hinomi_model::{Nanos, NoteKind, PacketRef};
use hinomi_records::{ArrowError, Origin, RecordBatch, Tables};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, SyncSender};
use std::time::{Duration, Instant};

/// Engines that share the work: the flows of two hosts are all in one of them.
pub const SHARDS: usize = 4;
/// Rows of one record in a batch.
pub const BATCH_ROWS: usize = 8_192;
/// Bytes of text and samples after which a batch ends early.
const BATCH_BYTES: usize = 2 << 20;
/// Packets of a chunk, at most.
const CHUNK_PACKETS: usize = 4096;
/// A stream hands its rows over at least so often.
const STREAM_INTERVAL: Duration = Duration::from_millis(500);
const SECOND_NS: i64 = 1_000_000_000;

/// Packets that an engine is prepared for at once.
const PREPARED_PACKETS: usize = 16;

/// One packet of a chunk.
#[derive(Clone, Copy)]
struct Place {
    shard: usize,
    mark: Option<u64>,
    from: usize,
    len: usize,
    time: Nanos,
    at: PacketRef,
    link: Link,
    wire_len: u32,
}

struct Remark {
    kind: NoteKind,
    name: &'static str,
    text: String,
    at: PacketRef,
}

/// Packets that stand in one block, and what is to be done behind them.
#[derive(Default)]
pub struct Chunk {
    block: Arc<Vec<u8>>,
    places: Vec<Place>,
    remarks: Vec<Remark>,
    now: Nanos,
    /// Let time pass up to `now`, and hand all rows over (a live stream).
    flush: bool,
    /// Packets that the kernel lost since the chunk before.
    lost: u64,
    /// Hand over what was hoarded.
    hoards: bool,
    /// The capture is over.
    last: bool,
}

impl Chunk {
    fn bytes(&self, place: &Place) -> &[u8] {
        self.block.get(place.from..place.from.saturating_add(place.len)).unwrap_or(&[])
    }
}

/// What a shard made of a chunk.
#[derive(Default)]
pub struct Made {
    /// More of the same chunk follows.
    pub more: bool,
    pub batches: Vec<(&'static str, RecordBatch)>,
    pub hoards: Option<Hoards>,
    /// With the last chunk.
    pub counters: Option<Counters>,
}

/// Find the packets and hand them out; returns what can be said of the capture as a whole. `None`
/// when nobody takes the results any more.
pub fn dispatch(packets: &mut Packets, job: &Job, is_stream: bool, progress: &Progress, workers: &[SyncSender<Arc<Chunk>>], summary: &mut Summary) -> Option<()> {
    let interval = i64::try_from(job.limits.clue_interval_s).unwrap_or(i64::MAX).saturating_mul(SECOND_NS);
    let send = |chunk: Chunk| {
        let chunk = Arc::new(chunk);
        workers.iter().try_for_each(|w| w.send(Arc::clone(&chunk)).ok())
    };
    summary.format = match packets.format() {
        Format::Pcap => "pcap",
        Format::Pcapng => "pcapng",
    };
    let mut chunk = Chunk::default();
    let mut generation = u64::MAX;
    let mut known: Option<(u32, Link)> = None;
    let mut emitted: Option<Nanos> = None;
    let mut flushed = Instant::now();
    let mut seen = 0u64;
    let mut lost = 0u64;
    loop {
        let Some(packet) = packets.next_packet() else {
            // A live source gives a sign of life: time passes, and what there is goes out.
            let Some(beat) = packets.take_beat() else { break };
            chunk.now = summary.span.map_or(beat, |(_, last)| last.max(beat));
            chunk.lost = packets.drops().saturating_sub(lost);
            lost = packets.drops();
            if chunk.lost > 0 {
                let text = "packets that the card or the kernel lost because nobody took them in time".to_owned();
                chunk.remarks.push(Remark { kind: NoteKind::Capture, name: "capture.drops", text, at: PacketRef::default() });
            }
            chunk.flush = true;
            progress.packets.store(seen, Ordering::Relaxed);
            send(std::mem::take(&mut chunk))?;
            chunk.block = packets.block();
            continue;
        };
        seen += 1;
        let (time, at, number, wire_len, from, len) = (packet.time, packet.at, packet.link, packet.wire_len, packet.from, packet.bytes.len());
        let link = match known {
            Some((n, link)) if n == number => Some(link),
            _ => Link::from_linktype(number),
        };
        let (shard, mark) = match link.map(|l| decode(l, packet.bytes)) {
            Some(Ok((_, Net::Ip(ip)))) => (usize::try_from(pair(&ip)).unwrap_or(0) % SHARDS, Some(mark(&ip))),
            _ => (0, None),
        };
        let now = summary.span.map_or(time, |(_, last)| last.max(time));
        let hoards = emitted.is_some_and(|e| now.saturating_sub(e) >= interval);
        if packets.generation() != generation || hoards || chunk.places.len() >= CHUNK_PACKETS {
            chunk.hoards = hoards;
            if !chunk.places.is_empty() || !chunk.remarks.is_empty() || hoards {
                send(std::mem::take(&mut chunk))?;
            }
            generation = packets.generation();
            chunk.block = packets.block();
            progress.packets.store(seen, Ordering::Relaxed);
            if progress.stop.load(Ordering::Relaxed) {
                summary.stopped = true;
                return None;
            }
        }
        if hoards || emitted.is_none() {
            emitted = Some(now);
        }
        chunk.now = now;
        match link {
            Some(link) => {
                if known != Some((number, link)) {
                    known = Some((number, link));
                    if !summary.links.contains(&link.name()) {
                        summary.links.push(link.name());
                    }
                }
                summary.span = Some((summary.span.map_or(time, |(first, _)| first), now));
                chunk.places.push(Place { shard, mark, from, len, time, at, link, wire_len });
            }
            None => {
                if !summary.unknown_links.contains(&number) {
                    summary.unknown_links.push(number);
                }
                if summary.links.is_empty() && summary.format == "pcap" {
                    break;
                }
                let text = format!("packets of link type {number}, which is not read");
                chunk.remarks.push(Remark { kind: NoteKind::Capture, name: "capture.unknown_link", text, at });
            }
        }
        if is_stream && !job.live && (packets.is_drained() || flushed.elapsed() > STREAM_INTERVAL) {
            flushed = Instant::now();
            chunk.flush = true;
            progress.packets.store(seen, Ordering::Relaxed);
            send(std::mem::take(&mut chunk))?;
            chunk.block = packets.block();
        }
    }
    progress.packets.store(seen, Ordering::Relaxed);
    if let Some(cut) = packets.truncation() {
        let text = format!("at byte {}: {}", cut.at, cut.why);
        let at = PacketRef { packet: 0, offset: cut.at };
        chunk.remarks.push(Remark { kind: NoteKind::Capture, name: "capture.truncated", text, at });
        summary.truncated = Some((cut.at, cut.why.clone()));
    }
    summary.drops = packets.drops();
    if summary.drops > 0 && !job.live {
        let text = format!("the capturing program says it lost {} packets", summary.drops);
        chunk.remarks.push(Remark { kind: NoteKind::Capture, name: "capture.drops", text, at: PacketRef::default() });
    }
    chunk.last = true;
    chunk.hoards = true;
    send(chunk)
}

/// Serve the shards `me`, `me + workers` …
pub fn work(me: usize, workers: usize, job: &Job, chunks: &Receiver<Arc<Chunk>>, results: &[SyncSender<Made>]) -> Result<(), ArrowError> {
    let limits = job.limits.share(u64::try_from(SHARDS).unwrap_or(1));
    let origin = Origin { site: job.site.clone(), sensor: job.sensor.clone(), capture: String::new() };
    let shards = (me..SHARDS).step_by(workers.max(1));
    let mut engines: Vec<(usize, Engine, Tables)> = shards
        .map(|n| {
            let mut engine = Engine::new(job.keys.clone(), limits.clone(), job.dissect_limits.clone(), hinomi_dissect::all());
            if job.live {
                engine.go_live();
            }
            (n, engine, Tables::default())
        })
        .collect();
    let mut mine = Vec::new();
    while let Ok(chunk) = chunks.recv() {
        for (n, engine, tables) in &mut engines {
            mine.clear();
            mine.extend(chunk.places.iter().filter(|place| place.shard == *n).copied());
            for some in mine.chunks(PREPARED_PACKETS) {
                engine.prepare(some.iter().map(|place| (chunk.bytes(place), place.mark)));
                for place in some {
                    let frame = Frame { time: place.time, at: place.at, link: place.link, wire_len: place.wire_len, bytes: chunk.bytes(place) };
                    engine.marked_packet(&frame, place.mark, tables);
                }
            }
        }
        for (n, engine, tables) in &mut engines {
            if *n == 0 {
                for remark in &chunk.remarks {
                    engine.note(remark.kind, remark.name, &remark.text, chunk.now, remark.at);
                }
            }
            if *n == 0 {
                engine.lost(chunk.lost);
            }
            let Some(result) = results.get(*n) else { continue };
            let mut made = Made::default();
            if chunk.flush {
                engine.tick(chunk.now, tables);
                engine.beat(chunk.now, false, tables);
            }
            while chunk.last && engine.end_flows(BATCH_ROWS, tables) {
                let mut part = Made { more: true, ..Made::default() };
                tables.finish(BATCH_ROWS, BATCH_BYTES, &origin, &mut part.batches)?;
                if result.send(part).is_err() {
                    return Ok(());
                }
            }
            if chunk.last {
                engine.beat(chunk.now, true, tables);
            }
            let (rows_min, bytes_min) = if chunk.flush || chunk.last { (1, 1) } else { (BATCH_ROWS, BATCH_BYTES) };
            tables.finish(rows_min, bytes_min, &origin, &mut made.batches)?;
            made.hoards = if chunk.hoards { Some(engine.hoards()) } else { engine.parts() };
            made.counters = chunk.last.then(|| engine.counters().clone());
            if result.send(made).is_err() {
                return Ok(());
            }
        }
        if chunk.last {
            break;
        }
    }
    Ok(())
}
