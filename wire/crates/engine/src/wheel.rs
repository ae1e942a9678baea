//! When to look at a flow again: a wheel of one-second slots. Each flow stands in exactly one slot;
//! activity does not move it, the visit finds out (so a packet never touches the wheel).

use hinomi_model::Nanos;

const SECOND_NS: i64 = 1_000_000_000;
const SLOTS: i64 = 8192;

/// A flow by its place and the birth number that tells it from a later one in the same place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ticket {
    pub place: u32,
    pub birth: u32,
}

pub struct Wheel {
    slots: Vec<Vec<Ticket>>,
    /// Second up to which all slots were visited.
    second: Option<i64>,
}

impl Default for Wheel {
    fn default() -> Self {
        let mut slots = Vec::new();
        slots.resize_with(usize::try_from(SLOTS).unwrap_or(0), Vec::new);
        Wheel { slots, second: None }
    }
}

impl Wheel {
    /// Visit `ticket` in the first second that begins after `due`.
    pub fn put(&mut self, ticket: Ticket, due: Nanos) {
        let now = self.second.unwrap_or_else(|| due.div_euclid(SECOND_NS));
        let second = due.div_euclid(SECOND_NS).saturating_add(1).clamp(now + 1, now + SLOTS - 1);
        if let Some(slot) = self.slots.get_mut(place(second)) {
            slot.push(ticket);
        }
    }

    /// The tickets that came due, second by second: call until it returns `None`.
    pub fn due(&mut self, now: Nanos, out: &mut Vec<Ticket>) -> Option<Nanos> {
        let target = now.div_euclid(SECOND_NS);
        let second = match self.second {
            None => {
                self.second = Some(target);
                return None;
            }
            Some(s) if s >= target => return None,
            // After a long silence everything is due, and once around the wheel shows it all.
            Some(s) => s.max(target - SLOTS) + 1,
        };
        self.second = Some(second);
        out.clear();
        if let Some(slot) = self.slots.get_mut(place(second)) {
            std::mem::swap(slot, out);
        }
        Some(second.saturating_mul(SECOND_NS))
    }
}

fn place(second: i64) -> usize {
    usize::try_from(second.rem_euclid(SLOTS)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_comes_once_and_in_time() {
        let mut wheel = Wheel::default();
        let mut out = Vec::new();
        assert!(wheel.due(100 * SECOND_NS, &mut out).is_none());
        let ticket = Ticket { place: 7, birth: 1 };
        wheel.put(ticket, 102 * SECOND_NS);
        let mut seen = Vec::new();
        while let Some(at) = wheel.due(110 * SECOND_NS, &mut out) {
            seen.extend(out.iter().map(|t| (at / SECOND_NS, *t)));
        }
        assert_eq!(seen, [(103, ticket)]);
        wheel.put(ticket, 0);
        let mut found = 0;
        while wheel.due(i64::MAX / 2, &mut out).is_some() {
            found += out.len();
        }
        assert_eq!(found, 1, "a leap of centuries still shows it, and ends");
    }
}
