//! A run: capture → engine → batches, on threads of its own. No Python here.
//!
//! The capture's name is the hash of the whole file, but rows must bear it from the first batch on. So
//! a second thread hashes the file while the engine reads it, and the name is put into a batch when
//! the batch is taken; the bounded queue keeps the memory constant meanwhile.

use hinomi_capture::{Fault, Format, Packets, Source, capture_id};
use hinomi_decode::{Frame, Link};
use hinomi_engine::{Counters, Engine, Limits};
use hinomi_model::{Keys, Nanos, NoteKind, PacketRef};
use hinomi_records::{Origin, RecordBatch, Tables};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Rows of one record in a batch.
const BATCH_ROWS: usize = 16_384;
/// Bytes of text and samples after which a batch ends early.
const BATCH_BYTES: usize = 4 << 20;
/// Batches that may wait to be taken.
const BATCHES_WAITING: usize = 24;
/// Packets between two looks at the batches, the clock and the stop flag.
const STRIDE: u64 = 512;
/// A stream hands its rows over at least so often.
const STREAM_INTERVAL: Duration = Duration::from_millis(500);

pub struct Job {
    pub path: PathBuf,
    pub site: String,
    pub sensor: String,
    pub keys: Keys,
    pub limits: Limits,
    pub dissect_limits: hinomi_dissect::Limits,
}

#[derive(Clone, Debug, Default)]
pub struct Summary {
    pub capture: String,
    pub format: &'static str,
    pub compression: &'static str,
    pub links: Vec<&'static str>,
    pub unknown_links: Vec<u32>,
    pub counters: Counters,
    pub span: Option<(Nanos, Nanos)>,
    pub truncated: Option<(u64, String)>,
    pub drops: u64,
    pub stopped: bool,
}

#[derive(Default)]
pub struct Progress {
    pub packets: AtomicU64,
    pub stop: AtomicBool,
}

pub struct Run {
    pub progress: Arc<Progress>,
    pub bytes_read: Arc<AtomicU64>,
    pub bytes_total: u64,
    batches: Mutex<Option<Receiver<Message>>>,
    identity: Mutex<Option<Identity>>,
    summary: Mutex<Option<Summary>>,
}

enum Identity {
    Known(String),
    Hashing(Receiver<Result<Option<String>, Fault>>),
}

enum Message {
    Batch(&'static str, RecordBatch),
    Done(Box<Summary>),
    Failed(Fault),
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn thread_fault(error: &std::io::Error) -> Fault {
    Fault::new(format!("Cannot start a thread: {error}."), "free some memory or raise the limit of processes")
}

impl Run {
    /// Open the capture and start reading it.
    pub fn start(job: Job) -> Result<Run, Fault> {
        let source = Source::open(&job.path)?;
        let (bytes_total, stream_id) = (source.bytes_total, source.stream_id.clone());
        let compression = match source.compression {
            hinomi_capture::Compression::None => "none",
            hinomi_capture::Compression::Gzip => "gzip",
            hinomi_capture::Compression::Zstd => "zstd",
        };
        let packets = Packets::open(source)?;
        let bytes_read = Arc::clone(packets.bytes_read());
        let progress = Arc::new(Progress::default());
        let is_stream = stream_id.is_some();
        let identity = match stream_id {
            Some(id) => Identity::Known(id),
            None => {
                let (send, receive) = sync_channel(1);
                let (path, progress) = (job.path.clone(), Arc::clone(&progress));
                std::thread::Builder::new()
                    .name("hinomi-hash".into())
                    .spawn(move || {
                        let _ = send.send(capture_id(&path, &progress.stop));
                    })
                    .map_err(|e| thread_fault(&e))?;
                Identity::Hashing(receive)
            }
        };
        let (send, receive) = sync_channel(BATCHES_WAITING);
        let seen = Arc::clone(&progress);
        std::thread::Builder::new()
            .name("hinomi-engine".into())
            .spawn(move || {
                let message = match read(packets, job, compression, is_stream, &seen, &send) {
                    Ok(summary) => Message::Done(Box::new(summary)),
                    Err(fault) => Message::Failed(fault),
                };
                let _ = send.send(message);
            })
            .map_err(|e| thread_fault(&e))?;
        Ok(Run {
            progress,
            bytes_read,
            bytes_total,
            batches: Mutex::new(Some(receive)),
            identity: Mutex::new(Some(identity)),
            summary: Mutex::new(None),
        })
    }

    /// The next batch; `None` when the capture is over or was stopped.
    pub fn next(&self) -> Result<Option<(&'static str, RecordBatch)>, Fault> {
        let mut queue = lock(&self.batches);
        let Some(receiver) = queue.as_ref() else {
            return Ok(None);
        };
        match receiver.recv() {
            Ok(Message::Batch(record, batch)) => {
                let Some(capture) = self.capture()? else {
                    return Ok(None);
                };
                let named = hinomi_records::column::with_capture(&batch, &capture);
                let named = named.map_err(|e| Fault::new(format!("A batch could not be made: {e}."), "please report this with the capture"))?;
                Ok(Some((record, named)))
            }
            Ok(Message::Done(mut summary)) => {
                *queue = None;
                summary.capture = self.capture()?.unwrap_or_default();
                *lock(&self.summary) = Some(*summary);
                Ok(None)
            }
            Ok(Message::Failed(fault)) => {
                *queue = None;
                Err(fault)
            }
            Err(_) => {
                *queue = None;
                if self.progress.stop.load(Ordering::Relaxed) {
                    return Ok(None);
                }
                Err(Fault::new("The engine stopped in the middle of the capture.", "this is a fault of Hinomi: please report it with the capture"))
            }
        }
    }

    pub fn summary(&self) -> Option<Summary> {
        lock(&self.summary).clone()
    }

    pub fn stop(&self) {
        self.progress.stop.store(true, Ordering::Relaxed);
    }

    fn capture(&self) -> Result<Option<String>, Fault> {
        let mut identity = lock(&self.identity);
        let known = match identity.take() {
            Some(Identity::Known(id)) => Some(id),
            Some(Identity::Hashing(receiver)) => receiver.recv().unwrap_or(Ok(None))?,
            None => None,
        };
        *identity = known.clone().map(Identity::Known);
        Ok(known)
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        self.stop();
    }
}

fn read(mut packets: Packets, job: Job, compression: &'static str, is_stream: bool, progress: &Progress, send: &SyncSender<Message>) -> Result<Summary, Fault> {
    let mut summary = Summary { compression, ..Summary::default() };
    summary.format = match packets.format() {
        Format::Pcap => "pcap",
        Format::Pcapng => "pcapng",
    };
    let mut engine = Engine::new(job.keys, job.limits, job.dissect_limits, hinomi_dissect::all());
    let mut tables = Tables::default();
    let origin = Origin { site: job.site, sensor: job.sensor, capture: String::new() };
    let mut batches = Vec::new();
    let mut link_before: Option<(u32, Link)> = None;
    let mut seen = 0u64;
    let mut handed_over = Instant::now();
    while let Some(packet) = packets.next_packet() {
        let link = match link_before {
            Some((number, link)) if number == packet.link => Some(link),
            _ => Link::from_linktype(packet.link),
        };
        match link {
            Some(link) => {
                if link_before != Some((packet.link, link)) {
                    link_before = Some((packet.link, link));
                    if !summary.links.contains(&link.name()) {
                        summary.links.push(link.name());
                    }
                }
                let frame = Frame { time: packet.time, at: packet.at, link, wire_len: packet.wire_len, bytes: packet.bytes };
                engine.packet(&frame, &mut tables);
            }
            None => {
                let (number, at) = (packet.link, packet.at);
                if !summary.unknown_links.contains(&number) {
                    summary.unknown_links.push(number);
                }
                if summary.links.is_empty() && summary.format == "pcap" {
                    break;
                }
                let text = format!("packets of link type {number}, which is not read");
                engine.note(NoteKind::Capture, "capture.unknown_link", at.offset, &text, at);
            }
        }
        seen += 1;
        if seen.is_multiple_of(STRIDE) {
            progress.packets.store(seen, Ordering::Relaxed);
            if progress.stop.load(Ordering::Relaxed) {
                summary.stopped = true;
                return Ok(summary);
            }
            tables.finish(BATCH_ROWS, BATCH_BYTES, &origin, &mut batches).map_err(batch_fault)?;
        }
        if is_stream && handed_over.elapsed() > STREAM_INTERVAL {
            handed_over = Instant::now();
            tables.finish(1, 1, &origin, &mut batches).map_err(batch_fault)?;
        }
        if !hand_over(&mut batches, send) {
            summary.stopped = true;
            return Ok(summary);
        }
    }
    progress.packets.store(seen, Ordering::Relaxed);
    if let (true, Some(number)) = (summary.links.is_empty(), summary.unknown_links.first()) {
        return Err(Fault::new(
            format!("Cannot read {}: its packets have the link type {number}, which Hinomi does not read.", job.path.display()),
            "give a capture of Ethernet, Linux cooked, raw IP or loopback packets",
        ));
    }
    if let Some(cut) = packets.truncation() {
        let text = format!("at byte {}: {}", cut.at, cut.why);
        let at = PacketRef { packet: 0, offset: cut.at };
        engine.note(NoteKind::Capture, "capture.truncated", cut.at, &text, at);
        summary.truncated = Some((cut.at, cut.why.clone()));
    }
    summary.drops = packets.drops();
    if summary.drops > 0 {
        engine.set_drops(summary.drops);
        let text = format!("the capturing program says it lost {} packets", summary.drops);
        engine.note(NoteKind::Capture, "capture.drops", 0, &text, PacketRef::default());
    }
    engine.finish(&mut tables);
    tables.finish(1, 1, &origin, &mut batches).map_err(batch_fault)?;
    summary.stopped = !hand_over(&mut batches, send);
    summary.counters = engine.counters().clone();
    summary.span = engine.span();
    Ok(summary)
}

fn batch_fault(error: hinomi_records::ArrowError) -> Fault {
    Fault::new(format!("A batch could not be made: {error}."), "this is a fault of Hinomi: please report it with the capture")
}

/// False when nobody takes batches any more.
fn hand_over(batches: &mut Vec<(&'static str, RecordBatch)>, send: &SyncSender<Message>) -> bool {
    batches.drain(..).all(|(record, batch)| send.send(Message::Batch(record, batch)).is_ok())
}
