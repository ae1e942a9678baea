//! Tier C: protocols that are recognised and no more. Each is one probe; what follows is counted, not read.
//! A probe must be hard to meet by accident, because nothing behind it will notice.

pub mod control;
pub mod plant;
pub mod servers;

use crate::{Cx, Datagram, Step, Stream, Verdict};
use hinomi_model::Dir;

/// The reader of a protocol that is recognised only.
pub struct Seen;

impl Stream for Seen {
    fn feed(&mut self, _dir: Dir, _bytes: &[u8], _cx: &mut Cx<'_>) -> Step {
        Step::Done
    }

    fn gap(&mut self, _dir: Dir, _missing: u64, _cx: &mut Cx<'_>) -> bool {
        false
    }
}

impl Datagram for Seen {
    fn datagram(&mut self, _dir: Dir, _bytes: &[u8], _cx: &mut Cx<'_>) -> Verdict {
        Verdict::Read
    }
}

/// One recognised protocol: its name, what it is, where that is written, tshark's name, its entries.
macro_rules! seen {
    ($name:ident, $id:literal, $title:literal, $standard:literal, $tshark:literal, [$($entry:expr),+ $(,)?]) => {
        pub static $name: $crate::Dissector = $crate::Dissector {
            meta: &$crate::Meta {
                name: $id,
                title: $title,
                standard: $standard,
                tier: 'C',
                clues: &[],
                operations: &[],
                details: &[],
                notes: &[],
                readings: false,
                tshark: $tshark,
            },
            entries: &[$($entry),+],
        };
    };
}
pub(crate) use seen;

/// An entry for a TCP flow.
pub const fn stream(hints: &'static [u16], probe: fn(Dir, &[u8], &hinomi_model::Ends) -> crate::Probe) -> crate::Entry {
    crate::Entry::Stream { hints, probe, open: || Box::new(Seen) }
}

/// An entry for a UDP flow.
pub const fn datagram(hints: &'static [u16], probe: fn(Dir, &[u8], &hinomi_model::Ends) -> crate::Probe) -> crate::Entry {
    crate::Entry::Datagram { hints, probe, open: || Box::new(Seen) }
}

/// `Yes` when the bytes begin with `magic`, `More` while they may yet.
pub fn begins(head: &[u8], magic: &[u8]) -> crate::Probe {
    if head.starts_with(magic) {
        crate::Probe::Yes
    } else if magic.starts_with(head) {
        crate::Probe::More
    } else {
        crate::Probe::No
    }
}
