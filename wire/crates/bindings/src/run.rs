//! A run: capture → engines → batches, on threads of its own. No Python here.
//!
//! The capture's name is the hash of the whole file, but rows must bear it from the first batch on. So
//! either the taker gives a word that rows bear meanwhile, and puts the name in its place at the end;
//! or one more thread hashes the file beforehand. The word is put into a batch when the batch is taken.
//! A thread gathers what the shards make, so that they need not wait for a taker
//! who is still loading its libraries; the bounded queues keep the memory constant meanwhile.

use crate::shards::{self, BATCH_ROWS, Made, SHARDS};
use crate::waiting::Waiting;
use hinomi_capture::{Fault, Packets, Source, capture_id};
use hinomi_engine::{Counters, Hoards, Limits};
use hinomi_model::{Keys, Nanos};
use hinomi_records::{ArrowError, Origin, RecordBatch, Tables, column};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Chunks that may wait for a worker; each holds about a block of the capture.
const CHUNKS_WAITING: usize = 4;
/// Results of chunks that may wait to be taken, for each shard.
const RESULTS_WAITING: usize = 4;

pub struct Job {
    pub path: PathBuf,
    /// The packets come from a tap.
    pub live: bool,
    /// What rows bear as long as the capture's name is not known.
    pub meanwhile: Option<String>,
    pub site: String,
    pub sensor: String,
    pub keys: Keys,
    pub limits: Limits,
    pub dissect_limits: hinomi_dissect::Limits,
    /// Worker threads; more than there are shards are of no use.
    pub threads: usize,
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
    waiting: Arc<Waiting<Result<Summary, Fault>>>,
    identity: Mutex<Identity>,
    summary: Mutex<Option<Summary>>,
}

/// Puts together what the shards make.
struct Gathering {
    name: String,
    results: Vec<Receiver<Made>>,
    verdict: Receiver<Summary>,
    waiting: Arc<Waiting<Result<Summary, Fault>>>,
    origin: Origin,
    counters: Counters,
    /// The shard whose result comes next, and what those before it handed over of the same chunk.
    turn: usize,
    hoards: Vec<Hoards>,
    is_last: bool,
    live: bool,
}

enum Identity {
    Known(String),
    Hashing(Receiver<Result<Option<String>, Fault>>),
    /// The name comes with the last bytes; the word is that of the taker.
    AtTheEnd(String, Receiver<String>),
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn thread(name: &str, run: impl FnOnce() + Send + 'static) -> Result<(), Fault> {
    let started = std::thread::Builder::new().name(name.to_owned()).spawn(run);
    started.map(drop).map_err(|e| Fault::new(format!("Cannot start a thread: {e}."), "free some memory or raise the limit of processes"))
}

fn batch_fault(error: &ArrowError) -> Fault {
    Fault::new(format!("A batch could not be made: {error}."), "this is a fault of Hinomi: please report it with the capture")
}

impl Run {
    /// Open the capture and start reading it.
    pub fn start(job: Job) -> Result<Run, Fault> {
        let source = Source::open(&job.path)?;
        Run::start_from(job, source)
    }

    /// The same from a source that is open.
    pub fn start_from(job: Job, mut source: Source) -> Result<Run, Fault> {
        let (name, bytes_total, stream_id) = (source.name.clone(), source.bytes_total, source.stream_id.clone());
        let compression = match source.compression {
            hinomi_capture::Compression::None => "none",
            hinomi_capture::Compression::Gzip => "gzip",
            hinomi_capture::Compression::Zstd => "zstd",
        };
        let progress = Arc::new(Progress::default());
        let named = job.meanwhile.clone().filter(|_| stream_id.is_none()).map(|word| {
            let progress = Arc::clone(&progress);
            Identity::AtTheEnd(word, source.name_while_reading(move || progress.stop.load(Ordering::Relaxed)))
        });
        let mut packets = Packets::open(source)?;
        let bytes_read = Arc::clone(packets.bytes_read());
        let is_stream = stream_id.is_some();
        let identity = match (stream_id, named) {
            (Some(id), _) => Identity::Known(id),
            (None, Some(named)) => named,
            (None, None) => {
                let (send, receive) = sync_channel(1);
                let (path, progress) = (job.path.clone(), Arc::clone(&progress));
                thread("hinomi-hash", move || {
                    let _ = send.send(capture_id(&path, &progress.stop));
                })?;
                Identity::Hashing(receive)
            }
        };
        let live = job.live;
        let job = Arc::new(job);
        let workers = job.threads.clamp(1, SHARDS);
        let (result_in, results): (Vec<_>, Vec<_>) = (0..SHARDS).map(|_| sync_channel(RESULTS_WAITING)).unzip();
        let mut chunk_in = Vec::new();
        for me in 0..workers {
            let (send, chunks) = sync_channel(CHUNKS_WAITING);
            chunk_in.push(send);
            let (job, result_in) = (Arc::clone(&job), result_in.clone());
            thread("hinomi-engine", move || {
                // A fault shows as a result that never comes.
                let _ = shards::work(me, workers, &job, &chunks, &result_in);
            })?;
        }
        drop(result_in);
        let (verdict_in, verdict) = sync_channel(1);
        let origin = Origin { site: job.site.clone(), sensor: job.sensor.clone(), capture: String::new() };
        let seen = Arc::clone(&progress);
        thread("hinomi-packets", move || {
            let mut summary = Summary { compression, ..Summary::default() };
            if shards::dispatch(&mut packets, &job, is_stream, &seen, &chunk_in, &mut summary).is_none() {
                summary.stopped = true;
            }
            let _ = verdict_in.send(summary);
        })?;
        let waiting = Arc::new(Waiting::default());
        let mut gathering = Gathering { name, results, verdict, waiting: Arc::clone(&waiting), origin, counters: Counters::default(), turn: 0, hoards: Vec::new(), is_last: false, live };
        let seen = Arc::clone(&progress);
        thread("hinomi-gather", move || {
            let end = gathering.all(&seen);
            gathering.waiting.end(end);
        })?;
        Ok(Run { progress, bytes_read, bytes_total, waiting, identity: Mutex::new(identity), summary: Mutex::new(None) })
    }

    /// The next batch; `None` when the capture is over or was stopped.
    pub fn next(&self) -> Result<Option<(&'static str, RecordBatch)>, Fault> {
        match self.waiting.take() {
            Ok((record, batch)) => {
                let Some(capture) = lock(&self.identity).word()? else {
                    self.waiting.close();
                    return Ok(None);
                };
                let named = column::with_capture(&batch, &capture).map_err(|e| batch_fault(&e))?;
                Ok(Some((record, named)))
            }
            Err(Some(end)) => {
                let name = lock(&self.identity).name();
                let mut summary = end?;
                summary.capture = name?.unwrap_or_default();
                *lock(&self.summary) = Some(summary);
                Ok(None)
            }
            Err(None) => Ok(None),
        }
    }

    pub fn summary(&self) -> Option<Summary> {
        lock(&self.summary).clone()
    }

    pub fn stop(&self) {
        self.progress.stop.store(true, Ordering::Relaxed);
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        self.stop();
        self.waiting.close();
    }
}

impl Gathering {
    /// Hand on everything, up to the end of the capture.
    fn all(&mut self, progress: &Progress) -> Result<Summary, Fault> {
        loop {
            if let Some(summary) = self.round(progress)? {
                return Ok(summary);
            }
        }
    }

    /// Hand batches on; `None` when nobody takes them.
    fn put(&self, batches: impl IntoIterator<Item = (&'static str, RecordBatch)>) -> Option<()> {
        batches.into_iter().all(|batch| self.waiting.put(batch)).then_some(())
    }

    /// Take what every shard made of one chunk, in the order of the shards.
    fn round(&mut self, progress: &Progress) -> Result<Option<Summary>, Fault> {
        let mut hoards = std::mem::take(&mut self.hoards);
        while let Some(result) = self.results.get(self.turn) {
            let Ok(made) = result.recv() else {
                if progress.stop.load(Ordering::Relaxed) {
                    return Ok(Some(Summary { stopped: true, ..Summary::default() }));
                }
                return Err(Fault::new("The engine stopped in the middle of the capture.", "this is a fault of Hinomi: please report it with the capture"));
            };
            if self.put(made.batches).is_none() {
                return Ok(Some(Summary { stopped: true, ..Summary::default() }));
            }
            if made.more {
                // Let what is there be taken first; this shard goes on in the next round.
                self.hoards.append(&mut hoards);
                return Ok(None);
            }
            self.turn += 1;
            hoards.extend(made.hoards);
            if let Some(counters) = made.counters {
                self.counters.add(&counters);
                self.is_last = true;
            }
        }
        self.turn = 0;
        let is_last = self.is_last;
        let summary = if is_last { self.verdict.recv().ok() } else { None };
        let mut ready = Vec::new();
        if !hoards.is_empty() {
            let mut tables = Tables::default();
            let joined = Hoards::join(hoards);
            let (clues, notes) = joined.write(summary.as_ref().filter(|_| !self.live).map_or(0, |s| s.drops), &mut tables);
            self.counters.clues += clues;
            self.counters.notes += notes;
            let mut batches = Vec::new();
            tables.finish(1, 1, &self.origin, &mut batches).map_err(|e| batch_fault(&e))?;
            ready.extend(batches.into_iter().flat_map(|(record, batch)| in_parts(record, &batch)));
        }
        let stopped = Summary { stopped: true, ..Summary::default() };
        if !is_last {
            return Ok(self.put(ready).is_none().then_some(stopped));
        }
        let Some(mut summary) = summary else {
            return Ok(Some(stopped));
        };
        if let (true, Some(number)) = (summary.links.is_empty(), summary.unknown_links.first()) {
            return Err(Fault::new(
                format!("Cannot read {}: its packets have the link type {number}, which Hinomi does not read.", self.name),
                "give a capture of Ethernet, Linux cooked, raw IP or loopback packets",
            ));
        }
        if self.put(ready).is_none() {
            return Ok(Some(stopped));
        }
        summary.counters = self.counters.clone();
        Ok(Some(summary))
    }
}

/// Batches of a bounded number of rows.
fn in_parts(record: &'static str, batch: &RecordBatch) -> Vec<(&'static str, RecordBatch)> {
    let rows = batch.num_rows();
    (0..rows).step_by(BATCH_ROWS).map(|from| (record, batch.slice(from, BATCH_ROWS.min(rows - from)))).collect()
}

impl Identity {
    /// What rows bear: the name, or a word in its place. `None` when the run was stopped.
    fn word(&mut self) -> Result<Option<String>, Fault> {
        match self {
            Identity::AtTheEnd(word, _) => Ok(Some(word.clone())),
            _ => self.name(),
        }
    }

    /// The capture's name; waits for the hash. `None` when the run was stopped.
    fn name(&mut self) -> Result<Option<String>, Fault> {
        let found = match self {
            Identity::Known(id) => return Ok(Some(id.clone())),
            Identity::Hashing(receiver) => receiver.recv().unwrap_or(Ok(None))?,
            Identity::AtTheEnd(_, receiver) => receiver.recv().ok(),
        };
        if let Some(id) = &found {
            *self = Identity::Known(id.clone());
        }
        Ok(found)
    }
}
