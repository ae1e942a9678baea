//! Copies that the mirror makes: a packet that crosses two mirrored ports is heard twice, a routed one
//! with another VLAN, other MACs and a lower TTL. Both are the same packet; only the first counts.

use foldhash::fast::FixedState;
use hinomi_decode::Ip;
use hinomi_model::Nanos;
use std::hash::{BuildHasher, Hasher};

/// Places for recent packets. At 100,000 packets per second they hold more than the window.
const PLACES: usize = 1 << 14;
/// Bytes of the transport header and payload that are compared; with the lengths, the checksum and
/// the sequence numbers among them they tell packets apart.
const HEAD_BYTES: usize = 48;

#[derive(Clone, Copy, Default)]
struct Seen {
    mark: u64,
    time: Nanos,
}

pub struct Copies {
    seen: Vec<Seen>,
    window_ns: i64,
    window_bare_ns: i64,
}

fn hasher() -> impl Hasher {
    FixedState::with_seed(0x6869_6e6f).build_hasher()
}

fn place(mark: u64) -> usize {
    usize::try_from(mark >> 50).unwrap_or(0)
}

fn piece(ip: &Ip<'_>) -> u64 {
    ip.fragment.map_or(0, |f| u64::from(f.id) << 17 | u64::from(f.offset) << 1 | u64::from(f.more))
}

/// What a packet and its copies have in common. TTL, header checksum and link do not count.
#[inline]
pub fn mark(ip: &Ip<'_>) -> u64 {
    let mut hasher = hasher();
    hasher.write_u128(ip.src);
    hasher.write_u128(ip.dst);
    hasher.write_u64(u64::from(ip.id) << 48 | u64::from(ip.len) << 16 | u64::from(ip.proto));
    hasher.write_u64(piece(ip));
    write_ends(&mut hasher, ip.body);
    hasher.finish()
}

impl Copies {
    pub fn new(window_ns: i64, window_bare_ns: i64) -> Copies {
        Copies { seen: vec![Seen::default(); PLACES], window_ns, window_bare_ns }
    }

    /// True when the packet of this mark was heard a moment ago.
    #[inline]
    pub fn ip(&mut self, ip: &Ip<'_>, mark: u64, time: Nanos) -> bool {
        let window = if ip.id != 0 || piece(ip) != 0 { self.window_ns } else { self.window_bare_ns };
        self.check(mark, time, window)
    }

    /// Look at the place of a mark that will soon be asked for, so that its memory is at hand then.
    #[inline]
    pub fn glance(&self, mark: u64) -> u64 {
        self.seen.get(place(mark)).map_or(0, |seen| seen.mark)
    }

    pub fn frame(&mut self, bytes: &[u8], time: Nanos) -> bool {
        let mut hasher = hasher();
        hasher.write(bytes);
        self.check(hasher.finish(), time, self.window_bare_ns)
    }

    #[inline]
    fn check(&mut self, mark: u64, time: Nanos, window: i64) -> bool {
        let Some(seen) = self.seen.get_mut(place(mark)) else {
            return false;
        };
        let copy = seen.mark == mark && time.saturating_sub(seen.time).abs() <= window;
        if !copy {
            *seen = Seen { mark, time };
        }
        copy
    }
}

#[inline]
fn write_ends(hasher: &mut impl Hasher, body: &[u8]) {
    let head = body.get(..HEAD_BYTES).unwrap_or(body);
    hasher.write(head);
    if let (true, Some(tail)) = (body.len() > HEAD_BYTES, body.last_chunk::<16>()) {
        hasher.write(tail);
    }
}
