//! Batches that are made and not taken yet: the engines run ahead of whoever takes them, by a bounded
//! number of bytes.

use hinomi_records::RecordBatch;
use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Bytes of batches that may wait. A taker that still has to load its libraries stops the engines of
/// a large capture only behind these.
pub const WAITING_BYTES_MAX: usize = 64 << 20;

pub type Named = (&'static str, RecordBatch);

/// The two ends share it; `end` is said once.
pub struct Waiting<E> {
    inner: Mutex<Inner<E>>,
    changed: Condvar,
}

struct Inner<E> {
    batches: VecDeque<(Named, usize)>,
    bytes: usize,
    end: Option<E>,
    /// Nobody takes any more.
    closed: bool,
}

impl<E> Default for Waiting<E> {
    fn default() -> Self {
        Waiting { inner: Mutex::new(Inner { batches: VecDeque::new(), bytes: 0, end: None, closed: false }), changed: Condvar::new() }
    }
}

impl<E> Waiting<E> {
    fn lock(&self) -> MutexGuard<'_, Inner<E>> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Add a batch; waits while too many bytes wait. False when nobody takes any more.
    pub fn put(&self, batch: Named) -> bool {
        let bytes = batch.1.get_array_memory_size();
        let mut inner = self.lock();
        while inner.bytes > WAITING_BYTES_MAX && !inner.closed {
            inner = self.changed.wait(inner).unwrap_or_else(PoisonError::into_inner);
        }
        if inner.closed {
            return false;
        }
        inner.bytes += bytes;
        inner.batches.push_back((batch, bytes));
        drop(inner);
        self.changed.notify_all();
        true
    }

    /// Nothing more comes.
    pub fn end(&self, end: E) {
        self.lock().end = Some(end);
        self.changed.notify_all();
    }

    /// The next batch; waits for it. `Err` once, when there is none any more.
    pub fn take(&self) -> Result<Named, Option<E>> {
        let mut inner = self.lock();
        loop {
            if let Some((batch, bytes)) = inner.batches.pop_front() {
                inner.bytes = inner.bytes.saturating_sub(bytes);
                drop(inner);
                self.changed.notify_all();
                return Ok(batch);
            }
            if inner.end.is_some() || inner.closed {
                inner.closed = true;
                return Err(inner.end.take());
            }
            inner = self.changed.wait(inner).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Nobody takes any more: whoever waits goes on.
    pub fn close(&self) {
        let mut inner = self.lock();
        inner.closed = true;
        inner.batches.clear();
        drop(inner);
        self.changed.notify_all();
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use hinomi_records::{Origin, Tables};
    use hinomi_model::rows::{Flow, Sink};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn batch() -> Named {
        let mut tables = Tables::default();
        for _ in 0..10_000 {
            tables.flow(&Flow::default());
        }
        let mut out = Vec::new();
        tables.finish(1, 1, &Origin::default(), &mut out).unwrap();
        out.pop().unwrap()
    }

    #[test]
    fn what_waits_is_bounded_and_nothing_is_lost() {
        let one = batch();
        let fits = WAITING_BYTES_MAX / one.1.get_array_memory_size() + 1;
        let (waiting, put) = (Arc::new(Waiting::<u8>::default()), Arc::new(AtomicUsize::new(0)));
        let (theirs, count) = (Arc::clone(&waiting), Arc::clone(&put));
        let maker = std::thread::spawn(move || {
            for _ in 0..fits * 2 {
                assert!(theirs.put(one.clone()));
                count.fetch_add(1, Ordering::SeqCst);
            }
            theirs.end(7);
        });
        while put.load(Ordering::SeqCst) < fits {
            std::thread::yield_now();
        }
        let mut taken = 0;
        let end = loop {
            assert!(put.load(Ordering::SeqCst) <= taken + fits + 1, "more waits than may");
            match waiting.take() {
                Ok(_) => taken += 1,
                Err(end) => break end,
            }
        };
        maker.join().unwrap();
        assert_eq!((taken, end), (fits * 2, Some(7)));
        assert_eq!(waiting.take().unwrap_err(), None, "it stays over");
    }

    #[test]
    fn who_puts_is_let_go_when_nobody_takes() {
        let waiting = Arc::new(Waiting::<u8>::default());
        let theirs = Arc::clone(&waiting);
        let one = batch();
        let maker = std::thread::spawn(move || while theirs.put(one.clone()) {});
        waiting.take().unwrap();
        waiting.close();
        maker.join().unwrap();
        assert!(waiting.take().is_err());
    }
}
