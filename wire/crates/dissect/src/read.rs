//! A cursor over hostile bytes, and the few conversions every dissector needs. Nothing here can
//! panic: what is not there is `None`, and the cursor stays where it was, so that `pos` tells the
//! offset of the fault.

use hinomi_model::{Dir, Host, Nanos, Outcome};
use std::collections::VecDeque;

/// Cursor; network byte order unless a name ends in `_le`.
#[derive(Clone, Copy, Debug)]
pub struct Rd<'a> {
    bytes: &'a [u8],
    pos: usize,
}

impl<'a> Rd<'a> {
    pub fn new(bytes: &'a [u8]) -> Rd<'a> {
        Rd { bytes, pos: 0 }
    }

    /// Cursor that stands at `pos` (at the end, when `pos` lies beyond it).
    pub fn at(bytes: &'a [u8], pos: usize) -> Rd<'a> {
        Rd { bytes, pos: pos.min(bytes.len()) }
    }

    pub fn pos(&self) -> usize {
        self.pos
    }

    pub fn left(&self) -> usize {
        self.bytes.len().saturating_sub(self.pos)
    }

    pub fn is_empty(&self) -> bool {
        self.left() == 0
    }

    pub fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.pos..).unwrap_or(&[])
    }

    pub fn take(&mut self, n: usize) -> Option<&'a [u8]> {
        let end = self.pos.checked_add(n)?;
        let out = self.bytes.get(self.pos..end)?;
        self.pos = end;
        Some(out)
    }

    pub fn skip(&mut self, n: usize) -> Option<()> {
        self.take(n).map(|_| ())
    }

    pub fn sub(&mut self, n: usize) -> Option<Rd<'a>> {
        self.take(n).map(Rd::new)
    }

    pub fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    pub fn peek(&self) -> Option<u8> {
        self.bytes.get(self.pos).copied()
    }

    pub fn u8(&mut self) -> Option<u8> {
        self.array::<1>().map(|[b]| b)
    }

    pub fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_be_bytes)
    }

    pub fn u24(&mut self) -> Option<u32> {
        self.array().map(|[a, b, c]| u32::from_be_bytes([0, a, b, c]))
    }

    pub fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_be_bytes)
    }

    pub fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_be_bytes)
    }

    pub fn u16_le(&mut self) -> Option<u16> {
        self.array().map(u16::from_le_bytes)
    }

    pub fn u32_le(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub fn u64_le(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    /// Bytes behind a length of one byte.
    pub fn vec8(&mut self) -> Option<&'a [u8]> {
        let mut ahead = *self;
        let n = ahead.u8()?;
        let out = ahead.take(usize::from(n))?;
        *self = ahead;
        Some(out)
    }

    /// Bytes behind a length of two bytes.
    pub fn vec16(&mut self) -> Option<&'a [u8]> {
        let mut ahead = *self;
        let n = ahead.u16()?;
        let out = ahead.take(usize::from(n))?;
        *self = ahead;
        Some(out)
    }

    /// Bytes behind a length of three bytes.
    pub fn vec24(&mut self) -> Option<&'a [u8]> {
        let mut ahead = *self;
        let n = size(ahead.u24()?);
        let out = ahead.take(n)?;
        *self = ahead;
        Some(out)
    }

    /// Bytes up to `end`, which is passed over.
    pub fn until(&mut self, end: u8) -> Option<&'a [u8]> {
        let n = self.rest().iter().position(|b| *b == end)?;
        let out = self.take(n)?;
        self.skip(1)?;
        Some(out)
    }
}

/// A 32-bit length as `usize` (saturating on machines where it does not fit).
pub fn size(n: u32) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

/// A length as `u64`.
pub fn wide(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

/// A one- or two-byte slice of the head of `bytes`, for magic numbers.
pub fn starts(bytes: &[u8], with: &[u8]) -> bool {
    bytes.starts_with(with)
}

/// Lower-case hex without separators.
pub fn hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().saturating_mul(2));
    for b in bytes {
        for nibble in [b >> 4, b & 15] {
            out.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0'));
        }
    }
    out
}

/// UTF-8 text, bytes that are not UTF-8 replaced; cut at the first NUL.
pub fn text(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|b| *b == 0).unwrap_or(bytes.len());
    String::from_utf8_lossy(bytes.get(..end).unwrap_or(&[])).trim().to_string()
}

/// UTF-16LE text (MS-DTYP 2.3), cut at the first NUL.
pub fn utf16(bytes: &[u8]) -> String {
    let units: Vec<u16> = bytes
        .chunks_exact(2)
        .filter_map(|c| <[u8; 2]>::try_from(c).ok().map(u16::from_le_bytes))
        .take_while(|u| *u != 0)
        .collect();
    String::from_utf16_lossy(&units)
}

/// True when every byte is printable ASCII (used by probes).
pub fn printable(bytes: &[u8]) -> bool {
    bytes.iter().all(|b| (0x20..0x7f).contains(b))
}

/// Index of `needle` in `hay`.
pub fn find(hay: &[u8], needle: &[u8]) -> Option<usize> {
    if needle.is_empty() {
        return None;
    }
    hay.windows(needle.len()).position(|w| w == needle)
}

/// Who sent the bytes that go in `dir`.
pub fn sender(dir: Dir) -> Host {
    match dir {
        Dir::ToServer => Host::Client,
        Dir::ToClient => Host::Server,
    }
}

/// Who received the bytes that go in `dir`.
pub fn receiver(dir: Dir) -> Host {
    sender(dir.reverse())
}

/// Outcome of a question that went in `asked` and got no answer before its flow ended.
pub fn silence(heard: [bool; 2], asked: Dir) -> Outcome {
    let [to_server, to_client] = heard;
    let answers_heard = match asked {
        Dir::ToServer => to_client,
        Dir::ToClient => to_server,
    };
    if answers_heard { Outcome::Unanswered } else { Outcome::HalfHeard }
}

/// Nanoseconds between two stamps of the same clock; `None` when they run backwards.
pub fn lapse(from: Nanos, to: Nanos) -> Option<u64> {
    u64::try_from(to.checked_sub(from)?).ok()
}

/// Seconds since 1970 as `2026-11-22T20:55:43Z` (proleptic Gregorian calendar).
pub fn utc(seconds: i64) -> String {
    let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    // Days are counted from 1 March of year 0, so that the leap day ends a year.
    let z = days.saturating_add(719_468);
    let era = z.div_euclid(146_097);
    let day_of_era = z.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era.saturating_add(era.saturating_mul(400)) + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", rest / 3600, rest / 60 % 60, rest % 60)
}

/// Requests that wait for their answer, oldest first, never more than a named limit.
#[derive(Debug)]
pub struct Waiting<K, V> {
    queue: VecDeque<(K, V)>,
}

impl<K, V> Default for Waiting<K, V> {
    fn default() -> Self {
        Waiting { queue: VecDeque::new() }
    }
}

impl<K: PartialEq, V> Waiting<K, V> {
    /// Add one; hands back the oldest when there would be more than `max`.
    pub fn put(&mut self, key: K, value: V, max: usize) -> Option<(K, V)> {
        self.queue.push_back((key, value));
        if self.queue.len() > max { self.queue.pop_front() } else { None }
    }

    pub fn take(&mut self, key: &K) -> Option<V> {
        let at = self.queue.iter().position(|(k, _)| k == key)?;
        self.queue.remove(at).map(|(_, v)| v)
    }

    pub fn first(&mut self) -> Option<(K, V)> {
        self.queue.pop_front()
    }

    pub fn get(&self, key: &K) -> Option<&V> {
        self.queue.iter().find(|(k, _)| k == key).map(|(_, v)| v)
    }

    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.queue.iter_mut().find(|(k, _)| k == key).map(|(_, v)| v)
    }

    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.queue.iter_mut().map(|(_, v)| v)
    }

    pub fn len(&self) -> usize {
        self.queue.len()
    }

    pub fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_short_read_leaves_the_cursor_where_it_was() {
        let mut rd = Rd::new(&[0, 5, 1, 2]);
        assert_eq!(rd.vec16(), None);
        assert_eq!(rd.pos(), 0);
        assert_eq!(rd.u32(), Some(0x0005_0102));
        assert_eq!(rd.u8(), None);
        assert_eq!(rd.pos(), 4);
        assert_eq!(Rd::at(&[1], 9).left(), 0);
    }

    #[test]
    fn days_become_dates() {
        assert_eq!(utc(0), "1970-01-01T00:00:00Z");
        assert_eq!(utc(951_826_271), "2000-02-29T12:11:11Z");
        assert_eq!(utc(-1), "1969-12-31T23:59:59Z");
    }

    #[test]
    fn the_oldest_waits_no_longer_than_the_limit() {
        let mut w = Waiting::default();
        assert!(w.put(1, 'a', 2).is_none());
        assert!(w.put(2, 'b', 2).is_none());
        assert_eq!(w.put(3, 'c', 2), Some((1, 'a')));
        assert_eq!(w.take(&3), Some('c'));
        assert_eq!(w.len(), 1);
    }
}
