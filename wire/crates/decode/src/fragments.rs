//! Reassembly of IP fragments (RFC 791 §3.2, RFC 8200 §4.5), bounded in number, bytes and time.

use crate::ip::{Addr, Ip};
use hinomi_model::{Nanos, PacketRef};
use std::collections::{HashMap, VecDeque};

/// Longest datagram that fragments can make.
const DATAGRAM_BYTES_MAX: usize = 65_535;

#[derive(Clone, Debug)]
pub struct FragmentLimits {
    /// Most datagrams that wait for their pieces; the oldest goes first.
    pub datagrams_max: usize,
    /// Most bytes held in waiting pieces.
    pub bytes_max: usize,
    /// How long the first piece waits for the last, by capture time (RFC 8200 §4.5: 60 seconds).
    pub wait_ns: i64,
}

impl Default for FragmentLimits {
    fn default() -> FragmentLimits {
        FragmentLimits { datagrams_max: 4096, bytes_max: 16 << 20, wait_ns: 60_000_000_000 }
    }
}

type Key = (Addr, Addr, u32, u8);

struct Waiting {
    serial: u64,
    since: Nanos,
    first: PacketRef,
    /// Pieces by offset, without overlaps.
    pieces: Vec<(usize, Vec<u8>)>,
    held: usize,
    total: Option<usize>,
    packets: u32,
    len: u32,
}

/// A datagram made whole.
#[derive(Debug)]
pub struct Whole {
    pub body: Vec<u8>,
    /// Fragments it came in.
    pub packets: u32,
    /// IP-layer bytes of all of them.
    pub len: u32,
    pub first: PacketRef,
}

#[derive(Default)]
pub struct Fragments {
    limits: FragmentLimits,
    waiting: HashMap<Key, Waiting>,
    order: VecDeque<(u64, Key)>,
    serial: u64,
    bytes: usize,
    /// Datagrams given up: not whole in time.
    pub expired: u64,
    /// Datagrams given up: over a limit.
    pub over_limit: u64,
    /// Pieces that overlap another with different bytes, or reach beyond 65,535.
    pub contradicting: u64,
}

impl Fragments {
    pub fn new(limits: FragmentLimits) -> Fragments {
        Fragments { limits, ..Fragments::default() }
    }

    pub fn bytes_held(&self) -> usize {
        self.bytes
    }

    /// Take a fragment; hands back the datagram when it was the last piece missing.
    pub fn push(&mut self, ip: &Ip<'_>, time: Nanos, at: PacketRef) -> Option<Whole> {
        let piece = ip.fragment?;
        self.expire(time);
        let key = (ip.src, ip.dst, piece.id, ip.proto);
        let offset = usize::try_from(piece.offset).ok()?;
        let end = offset.checked_add(ip.body.len())?;
        if end > DATAGRAM_BYTES_MAX {
            self.contradicting += 1;
            self.forget(&key);
            return None;
        }
        if !self.waiting.contains_key(&key) {
            self.serial += 1;
            self.order.push_back((self.serial, key));
        }
        let serial = self.serial;
        let entry = self.waiting.entry(key).or_insert_with(|| Waiting {
            serial,
            since: time,
            first: at,
            pieces: Vec::new(),
            held: 0,
            total: None,
            packets: 0,
            len: 0,
        });
        entry.packets = entry.packets.saturating_add(1);
        entry.len = entry.len.saturating_add(ip.len);
        if !piece.more {
            entry.total = Some(end);
        }
        let place = entry.pieces.partition_point(|(o, _)| *o < offset);
        let before_ok = place
            .checked_sub(1)
            .and_then(|n| entry.pieces.get(n))
            .is_none_or(|(o, b)| o + b.len() <= offset);
        let after_ok = entry.pieces.get(place).is_none_or(|(o, _)| end <= *o);
        if before_ok && after_ok {
            entry.pieces.insert(place, (offset, ip.body.to_vec()));
            entry.held += ip.body.len();
            self.bytes += ip.body.len();
        } else if !entry.pieces.iter().any(|(o, b)| *o == offset && b.as_slice() == ip.body) {
            // RFC 8200 §4.5 and RFC 5722: an overlap that is no exact copy discards the datagram.
            self.contradicting += 1;
            self.forget(&key);
            return None;
        }
        if entry.total == Some(entry.held) && entry.pieces.first().is_some_and(|(o, _)| *o == 0) {
            let done = self.waiting.remove(&key)?;
            self.bytes = self.bytes.saturating_sub(done.held);
            let mut body = Vec::with_capacity(done.held);
            for (_, bytes) in &done.pieces {
                body.extend_from_slice(bytes);
            }
            return Some(Whole { body, packets: done.packets, len: done.len, first: done.first });
        }
        while self.waiting.len() > self.limits.datagrams_max || self.bytes > self.limits.bytes_max {
            let Some((serial, oldest)) = self.order.pop_front() else { break };
            if self.waiting.get(&oldest).is_some_and(|w| w.serial == serial) {
                self.over_limit += 1;
                self.forget(&oldest);
            }
        }
        None
    }

    fn forget(&mut self, key: &Key) {
        if let Some(gone) = self.waiting.remove(key) {
            self.bytes = self.bytes.saturating_sub(gone.held);
        }
    }

    fn expire(&mut self, time: Nanos) {
        while let Some((serial, key)) = self.order.front().copied() {
            match self.waiting.get(&key) {
                Some(w) if w.serial == serial => {
                    if time.saturating_sub(w.since) < self.limits.wait_ns {
                        break;
                    }
                    self.expired += 1;
                    self.forget(&key);
                }
                _ => {}
            }
            self.order.pop_front();
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::ip::{Fragment, addr_v4};

    fn piece(body: &[u8], id: u32, offset: u32, more: bool) -> Ip<'_> {
        let len = u32::try_from(body.len()).unwrap();
        Ip {
            src: addr_v4([10, 0, 0, 1]),
            dst: addr_v4([10, 0, 0, 2]),
            v6: false,
            proto: 17,
            ttl: 64,
            id: 1,
            fragment: Some(Fragment { id, offset, more }),
            len: len + 20,
            body_len: len,
            body,
        }
    }

    #[test]
    fn pieces_in_any_order_make_the_datagram() {
        let mut fragments = Fragments::default();
        let at = PacketRef::default();
        assert!(fragments.push(&piece(b"ghijklmn", 1, 16, true), 0, at).is_none());
        assert!(fragments.push(&piece(b"op", 1, 24, false), 0, at).is_none());
        assert!(fragments.push(&piece(b"op", 1, 24, false), 0, at).is_none(), "a copy adds nothing");
        let whole = fragments.push(&piece(b"0123456789abcdef", 1, 0, true), 0, at).unwrap();
        assert_eq!(whole.body, b"0123456789abcdefghijklmnop");
        assert_eq!(whole.packets, 4);
        assert_eq!(fragments.bytes_held(), 0);
    }

    #[test]
    fn each_limit_is_counted() {
        let limits = FragmentLimits { datagrams_max: 2, bytes_max: 1000, wait_ns: 10 };
        let mut fragments = Fragments::new(limits);
        let at = PacketRef::default();
        for id in 0..3 {
            fragments.push(&piece(b"12345678", id, 0, true), 0, at);
        }
        assert_eq!(fragments.over_limit, 1);
        fragments.push(&piece(b"12345678", 9, 0, true), 11, at);
        assert_eq!(fragments.expired, 2);
        fragments.push(&piece(b"xxxxxxxx", 9, 4, true), 11, at);
        assert_eq!(fragments.contradicting, 1);
        assert_eq!(fragments.bytes_held(), 0);
    }
}
