//! Bytes of a capture in large blocks: opened, uncompressed by content, read ahead on a thread of its
//! own. Each block keeps room before its data, so that a record cut by a block's end is joined by
//! copying only the cut piece.

use crate::{Fault, identity};
use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Bytes read at a time: large enough to make the system call cheap, small enough to stay in cache.
const BLOCK_BYTES: usize = 1 << 20;
const FIRST_BLOCK_BYTES: usize = 1 << 16;
/// Bytes read at a time from a pipe.
const EAGER_BYTES: usize = 1 << 18;
/// Room before the data of a block.
pub(crate) const HEADROOM_BYTES: usize = 1 << 18;
/// Blocks that may wait between the reading thread and the parser.
const BLOCKS_AHEAD: usize = 4;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Compression {
    None,
    Gzip,
    Zstd,
}

/// An opened capture whose content was not looked at yet.
pub struct Source {
    pub name: String,
    /// Bytes of the file as it lies on the disk; 0 for standard input.
    pub bytes_total: u64,
    pub compression: Compression,
    /// Name of the capture, where it can only be told from the head (standard input).
    pub stream_id: Option<String>,
    /// Raw bytes read so far, for a progress bar.
    pub bytes_read: Arc<AtomicU64>,
    /// A pipe gives what it has; waiting for a whole block would hold a live stream back.
    eager: bool,
    /// Written by `Ears`: statistics are signs of life.
    pub(crate) live: bool,
    input: Box<dyn Read + Send>,
    raw: Raw,
    naming: Option<Naming>,
}

/// The bytes as they lie on the disk: counted, and hashed where they give the capture its name.
#[derive(Clone)]
struct Raw {
    bytes: Arc<AtomicU64>,
    inner: Arc<Mutex<Inner>>,
}

struct Inner {
    input: Box<dyn Read + Send>,
    /// From the first byte on; until it shows that nobody wants the name.
    hasher: Option<identity::Hasher>,
}

/// Who waits for the capture's name, and whether anybody still does.
struct Naming {
    name: SyncSender<String>,
    stopped: Box<dyn Fn() -> bool + Send>,
}

impl Raw {
    fn new(input: Box<dyn Read + Send>) -> Raw {
        Raw { bytes: Arc::default(), inner: Arc::new(Mutex::new(Inner { input, hasher: Some(identity::Hasher::default()) })) }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Read what nobody wanted, so that the name is that of all bytes. A fault ends the bytes.
    fn name(&mut self, naming: &Naming) {
        let mut buffer = vec![0u8; identity::STEP_BYTES];
        while !(naming.stopped)() {
            match self.read(&mut buffer) {
                Ok(n) if n > 0 => {}
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                _ => {
                    let name = self.lock().hasher.take().map(|h| h.name());
                    let _ = name.map(|n| naming.name.send(n));
                    return;
                }
            }
        }
    }
}

impl Read for Raw {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut guard = self.lock();
        let Inner { input, hasher } = &mut *guard;
        let n = match hasher {
            None => input.read(buffer)?,
            Some(hasher) => {
                // Hashed while it is still near the processor.
                let room = buffer.len().min(identity::STEP_BYTES);
                let step = buffer.get_mut(..room).unwrap_or_default();
                let n = input.read(step)?;
                hasher.update(step.get(..n).unwrap_or(&[]));
                n
            }
        };
        self.bytes.fetch_add(u64::try_from(n).unwrap_or(0), Ordering::Relaxed);
        Ok(n)
    }
}

impl Source {
    /// Open a file, or standard input when `path` is `-`.
    pub fn open(path: &Path) -> Result<Source, Fault> {
        if path.as_os_str() == "-" {
            return Source::from_reader("standard input", 0, Box::new(io::stdin()), true);
        }
        let name = path.display().to_string();
        let file = File::open(path).map_err(|e| Fault::io("open", &name, &e))?;
        let about = file.metadata().map_err(|e| Fault::io("open", &name, &e))?;
        if about.is_dir() {
            return Err(Fault::new(format!("Cannot read {name}: it is a directory."), "name the capture files inside it"));
        }
        // A named pipe or device can be read once only, like standard input.
        let once = !about.is_file();
        Source::from_reader(&name, about.len(), Box::new(file), once)
    }

    /// The stream of `Ears`, under the name of its session. Nothing is read before its packets are.
    pub fn live(name: &str, id: String, input: Box<dyn Read + Send>) -> Result<Source, Fault> {
        let raw = Raw::new(input);
        let bytes_read = Arc::clone(&raw.bytes);
        Ok(Source { name: name.to_owned(), bytes_total: 0, compression: Compression::None, stream_id: Some(id), bytes_read, eager: true, live: true, input: Box::new(raw.clone()), raw, naming: None })
    }

    /// Let the reading give the capture's name too, so that the file is read once only. The name comes
    /// when all bytes were read, which they are to the end, unless `stopped`.
    pub fn name_while_reading(&mut self, stopped: impl Fn() -> bool + Send + 'static) -> Receiver<String> {
        let (send, receive) = sync_channel(1);
        self.naming = Some(Naming { name: send, stopped: Box::new(stopped) });
        receive
    }

    pub fn is_live(&self) -> bool {
        self.live
    }

    /// Any reader; used by tests and by `open`.
    pub fn from_reader(name: &str, bytes_total: u64, input: Box<dyn Read + Send>, once: bool) -> Result<Source, Fault> {
        let mut raw = Raw::new(input);
        let bytes_read = Arc::clone(&raw.bytes);
        let mut head = vec![0u8; if once { 1 << 16 } else { 4 }];
        let n = fill(&mut raw, &mut head).map_err(|e| Fault::io("read", name, &e))?;
        head.truncate(n);
        if head.is_empty() {
            return Err(Fault::new(format!("Cannot read {name}: it is empty."), "was the capture written to the end, and is the disk not full?"));
        }
        let stream_id = once.then(|| identity::stream_id(&head));
        let compression = match head.get(..4) {
            Some([0x1f, 0x8b, _, _]) => Compression::Gzip, // RFC 1952 §2.3.1
            Some([0x28, 0xb5, 0x2f, 0xfd]) => Compression::Zstd, // RFC 8878 §3.1.1
            _ => Compression::None,
        };
        let joined = io::Cursor::new(head).chain(raw.clone());
        let input: Box<dyn Read + Send> = match compression {
            Compression::None => Box::new(joined),
            Compression::Gzip => Box::new(flate2::read::MultiGzDecoder::new(io::BufReader::with_capacity(1 << 18, joined))),
            Compression::Zstd => {
                Box::new(zstd::stream::read::Decoder::new(joined).map_err(|e| Fault::io("read", name, &e))?)
            }
        };
        Ok(Source { name: name.to_owned(), bytes_total, compression, stream_id, bytes_read, eager: once, live: false, input, raw, naming: None })
    }

    /// Read ahead on a thread of its own.
    pub(crate) fn start(self) -> Result<Blocks, Fault> {
        let (full_in, full_out) = sync_channel::<Message>(BLOCKS_AHEAD);
        let (empty_in, empty_out) = sync_channel::<Vec<u8>>(BLOCKS_AHEAD + 2);
        let (mut input, mut raw, eager, naming) = (self.input, self.raw, self.eager, self.naming);
        if naming.is_none() {
            raw.lock().hasher = None;
        }
        let run = move || {
            read_ahead(&mut *input, eager, &full_in, &empty_out);
            drop((full_in, empty_out));
            if let Some(naming) = naming {
                raw.name(&naming);
            }
        };
        std::thread::Builder::new()
            .name("hinomi-reader".into())
            .spawn(run)
            .map_err(|e| Fault::new(format!("Cannot start the reading thread: {e}."), "free some memory or raise the limit of processes"))?;
        Ok(Blocks { name: self.name, full: full_out, empty: empty_in, current: Arc::default(), retired: VecDeque::new(), generation: 0, start: 0, end: 0, offset: 0, over: false, fault: None })
    }
}

enum Message {
    /// A buffer whose data stands from `HEADROOM_BYTES` on.
    Block(Vec<u8>),
    Fault(io::Error),
}

fn read_ahead(input: &mut dyn Read, eager: bool, full: &SyncSender<Message>, empty: &Receiver<Vec<u8>>) {
    let mut is_first = true;
    loop {
        // A pipe gives little at a time: room for more would only have to be cleared each time.
        let whole = HEADROOM_BYTES + if eager { EAGER_BYTES } else { BLOCK_BYTES };
        // A short file needs no more than a short first block.
        let len = if is_first { HEADROOM_BYTES + FIRST_BLOCK_BYTES } else { whole };
        is_first = false;
        let mut block = match empty.try_recv() {
            Ok(used) if used.capacity() >= len => used,
            _ => vec![0u8; len],
        };
        block.resize(len, 0);
        let (n, fault) = match block.get_mut(HEADROOM_BYTES..) {
            Some(room) => fill_until_fault(input, room, eager),
            None => (0, None),
        };
        block.truncate(HEADROOM_BYTES + n);
        if n > 0 && full.send(Message::Block(block)).is_err() {
            return;
        }
        if let Some(fault) = fault {
            let _ = full.send(Message::Fault(fault));
            return;
        }
        if n == 0 {
            return;
        }
    }
}

/// Fill as far as the input gives; a short count means its end.
fn fill(input: &mut dyn Read, buffer: &mut [u8]) -> io::Result<usize> {
    let (n, fault) = fill_until_fault(input, buffer, false);
    match fault {
        Some(e) if n == 0 => Err(e),
        _ => Ok(n),
    }
}

/// As `fill`, or one read when `eager`; what was read before a fault is kept.
fn fill_until_fault(input: &mut dyn Read, buffer: &mut [u8], eager: bool) -> (usize, Option<io::Error>) {
    let mut done = 0usize;
    while let Some(room) = buffer.get_mut(done..) {
        if room.is_empty() {
            break;
        }
        match input.read(room) {
            Ok(0) => break,
            Ok(n) if eager => return (n, None),
            Ok(n) => done += n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return (done, Some(e)),
        }
    }
    (done, None)
}

/// A window over the uncompressed bytes.
pub(crate) struct Blocks {
    pub name: String,
    full: Receiver<Message>,
    empty: SyncSender<Vec<u8>>,
    current: Arc<Vec<u8>>,
    /// Blocks that others may still hold; they come back into use when nobody does.
    retired: VecDeque<Arc<Vec<u8>>>,
    /// Counts the blocks.
    pub generation: u64,
    start: usize,
    end: usize,
    /// Offset of `start` in the uncompressed capture.
    offset: u64,
    over: bool,
    /// Why the bytes ended early, if they did.
    pub fault: Option<io::Error>,
}

impl Blocks {
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// The bytes at hand stand at `offset` of the whole capture.
    pub fn move_offset(&mut self, offset: u64) {
        self.offset = offset;
    }

    /// Make at least `n` bytes stand in the window, if the capture still has them.
    #[inline]
    pub fn have(&mut self, n: usize) -> bool {
        while self.end - self.start < n {
            if !self.refill() {
                return false;
            }
        }
        true
    }

    /// The block that the window shows, to be held by others.
    pub fn block(&self) -> Arc<Vec<u8>> {
        Arc::clone(&self.current)
    }

    /// Place in the block of the window's first byte.
    #[inline]
    pub fn place(&self) -> usize {
        self.start
    }

    /// The window; at least what `have` promised.
    #[inline]
    pub fn window(&self) -> &[u8] {
        self.current.get(self.start..self.end).unwrap_or(&[])
    }

    #[inline]
    pub fn take(&mut self, n: usize) -> &[u8] {
        let from = self.start;
        let to = from.saturating_add(n).min(self.end);
        self.start = to;
        self.offset += u64::try_from(to - from).unwrap_or(0);
        self.current.get(from..to).unwrap_or(&[])
    }

    /// Pass over up to `n` bytes; tells how many there were.
    pub fn skip(&mut self, n: u64) -> u64 {
        let mut left = n;
        while left > 0 {
            if self.start == self.end && !self.refill() {
                break;
            }
            let here = usize::try_from(left).unwrap_or(usize::MAX).min(self.end - self.start);
            left -= u64::try_from(self.take(here).len()).unwrap_or(0);
        }
        n - left
    }

    fn refill(&mut self) -> bool {
        if self.over {
            return false;
        }
        let mut block = match self.full.recv() {
            Ok(Message::Block(block)) => block,
            Ok(Message::Fault(fault)) => {
                self.fault = Some(fault);
                self.over = true;
                return false;
            }
            Err(_) => {
                self.over = true;
                return false;
            }
        };
        let rest = self.end - self.start;
        let old = std::mem::take(&mut self.current);
        self.generation += 1;
        let kept = old.get(self.start..self.end).unwrap_or(&[]);
        if rest <= HEADROOM_BYTES {
            let at = HEADROOM_BYTES - rest;
            if let Some(room) = block.get_mut(at..HEADROOM_BYTES) {
                room.copy_from_slice(kept);
            }
            self.start = at;
            self.end = block.len();
            self.current = Arc::new(block);
        } else {
            // A record longer than the room: join by hand. Rare (records are limited to a few MiB).
            let mut joined = Vec::with_capacity(rest + block.len());
            joined.extend_from_slice(kept);
            joined.extend_from_slice(block.get(HEADROOM_BYTES..).unwrap_or(&[]));
            self.start = 0;
            self.end = joined.len();
            self.current = Arc::new(joined);
        }
        self.retired.push_back(old);
        while self.retired.front().is_some_and(|b| Arc::strong_count(b) == 1) {
            if let Some(Ok(free)) = self.retired.pop_front().map(Arc::try_unwrap)
                && free.capacity() >= HEADROOM_BYTES + EAGER_BYTES
            {
                let _ = self.empty.try_send(free);
            }
        }
        true
    }
}
