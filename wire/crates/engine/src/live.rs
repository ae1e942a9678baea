//! A live tap does not wait: what is new is told at every beat, what repeats is counted on.
//!
//! A file tells a clue once with its count, a flow when it ends, the coverage of an hour when it is over.
//! Live, a flow is told as soon as it opens, a clue and a note when they come for the first time (the
//! rest of their count follows each hour), and the coverage of the running hour in parts.

use crate::coverage::{Heard, hour_of};
use crate::engine::{Engine, tell};
use crate::merge::Hoards;
use crate::wheel::Ticket;
use hinomi_model::{Nanos, rows};

/// Between two parts of the coverage.
const COVERAGE_EVERY_NS: i64 = 60_000_000_000;
/// Most flows that open between two beats and are told at once; the others are told by and by.
const FRESH_MAX: usize = 100_000;

#[derive(Default)]
pub struct Live {
    fresh: Vec<Ticket>,
    /// Packets that the kernel lost and that no row tells yet.
    lost: u64,
    covered: Option<Nanos>,
    parts: Vec<Heard>,
}

impl Live {
    pub fn opened(&mut self, ticket: Ticket) {
        if self.fresh.len() < FRESH_MAX {
            self.fresh.push(ticket);
        }
    }
}

impl Engine {
    /// From now on the packets come from a tap.
    pub fn go_live(&mut self) {
        self.live = Some(Live::default());
    }

    /// The kernel lost packets.
    pub fn lost(&mut self, packets: u64) {
        if let Some(live) = &mut self.live {
            live.lost += packets;
        }
    }

    /// Tell what is new; `last`: the capture ends, so that nothing is left for later.
    pub fn beat(&mut self, now: Nanos, last: bool, sink: &mut dyn rows::Sink) {
        let now = self.now.max(now);
        let Some(live) = &mut self.live else { return };
        for ticket in live.fresh.drain(..) {
            if let Some(flow) = self.table.by_ticket(ticket)
                && !flow.opened
            {
                flow.opened = true;
                tell(flow, "open", "", sink);
            }
        }
        for clue in self.voice.clues.fresh() {
            clue.write(sink);
            clue.count = 0;
        }
        for note in self.voice.notes.fresh() {
            note.write(sink);
            note.count = 0;
        }
        let since = live.covered.get_or_insert(now);
        if !last && now.saturating_sub(*since) < COVERAGE_EVERY_NS {
            return;
        }
        *since = now;
        let mut parts = self.coverage.parts();
        if parts.is_empty() && live.lost > 0 {
            parts.push(Heard::nowhere(hour_of(now)));
        }
        live.parts.extend(parts);
        self.coverage.forget(hour_of(now).saturating_sub(1));
    }

    /// Coverage to be joined with that of the other shards, if it is time for it.
    pub fn parts(&mut self) -> Option<Hoards> {
        let live = self.live.as_mut().filter(|live| !live.parts.is_empty())?;
        Some(Hoards { coverage: std::mem::take(&mut live.parts), lost: std::mem::take(&mut live.lost), ..Hoards::default() })
    }
}
