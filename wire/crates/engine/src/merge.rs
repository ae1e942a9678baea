//! Shards of the engine come together: what one host said on flows of several shards is one row.

use crate::coverage::Heard;
use crate::hoard::{HeldClue, HeldNote, Hoard};
use crate::limits::Limits;
use hinomi_model::rows;

/// Hoarded rows of one engine, to be joined with those of the others and then written.
#[derive(Default)]
pub struct Hoards {
    pub(crate) clues: Vec<HeldClue>,
    pub(crate) notes: Vec<HeldNote>,
    pub(crate) coverage: Vec<Heard>,
    /// Packets that the kernel of a live tap lost; told once, in the first row of the coverage.
    pub(crate) lost: u64,
}

impl Hoards {
    /// Join the hoards of all shards. The order of the rows depends on the packets alone.
    pub fn join(parts: Vec<Hoards>) -> Hoards {
        let mut clues = Hoard::<HeldClue>::default();
        let mut notes = Hoard::<HeldNote>::default();
        let (mut held, mut coverage) = (Vec::new(), Vec::<Heard>::new());
        let mut lost = 0;
        for part in parts {
            lost += part.lost;
            held.push(part.clues);
            for note in part.notes {
                notes.add(note);
            }
            coverage.extend(part.coverage);
        }
        clues.absorb(held);
        let mut made = Hoards { clues: clues.take(), notes: notes.take(), coverage: Vec::new(), lost };
        made.clues = sorted(made.clues);
        made.notes.sort_by(|a, b| (a.at.packet, a.name, a.host_ip).cmp(&(b.at.packet, b.name, b.host_ip)));
        coverage.sort_by_key(|h| h.place);
        for heard in coverage {
            match made.coverage.last_mut() {
                Some(before) if before.place == heard.place => before.absorb(heard),
                _ => made.coverage.push(heard),
            }
        }
        made
    }

    /// Write the rows; `drops` are the packets that the sensor lost. Tells the numbers of clues and notes.
    pub fn write(&self, drops: u64, sink: &mut dyn rows::Sink) -> (u64, u64) {
        for clue in &self.clues {
            clue.write(sink);
        }
        for note in &self.notes {
            note.write(sink);
        }
        for (n, heard) in self.coverage.iter().enumerate() {
            heard.write(if n == 0 { drops.saturating_add(self.lost) } else { drops }, sink);
        }
        let clues = self.clues.iter().filter(|c| c.count > 0).count();
        let notes = self.notes.iter().filter(|n| n.count > 0).count();
        (u64::try_from(clues).unwrap_or(0), u64::try_from(notes).unwrap_or(0))
    }
}

/// By packet, attribute and value, else in the order in which they came. The rows are wide: their
/// places are sorted.
fn sorted(clues: Vec<HeldClue>) -> Vec<HeldClue> {
    let mut order: Vec<(u64, usize)> = clues.iter().enumerate().map(|(n, clue)| (clue.at.packet, n)).collect();
    let words = |n: usize| clues.get(n).map(|clue| (clue.attribute, &clue.value));
    order.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| words(a.1).cmp(&words(b.1))).then(a.1.cmp(&b.1)));
    let mut rows: Vec<Option<HeldClue>> = clues.into_iter().map(Some).collect();
    order.into_iter().filter_map(|(_, n)| rows.get_mut(n).and_then(Option::take)).collect()
}

impl Limits {
    /// The limits of one of `shards` engines that share the work.
    pub fn share(&self, shards: u64) -> Limits {
        let part = |n: u64| n.div_ceil(shards.max(1)).max(1);
        Limits {
            flows_max: part(self.flows_max),
            reassembly_bytes_max: part(self.reassembly_bytes_max),
            fragments_max: part(self.fragments_max),
            fragment_bytes_max: part(self.fragment_bytes_max),
            clues_max: part(self.clues_max),
            notes_max: part(self.notes_max),
            subnets_max: part(self.subnets_max),
            ..self.clone()
        }
    }
}
