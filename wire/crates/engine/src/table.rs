//! The flows that are followed: a slab, found through a hash table of places. The seed of the hash is
//! drawn anew in each run, so that nobody can choose packets that collide; no output depends on it.

use crate::flow::{Flow, Key};
use crate::wheel::Ticket;
use foldhash::fast::RandomState;
use hashbrown::HashTable;
use std::hash::BuildHasher;

struct Place {
    birth: u32,
    flow: Option<Flow>,
}

#[derive(Default)]
pub struct Table {
    places: Vec<Place>,
    free: Vec<u32>,
    index: HashTable<u32>,
    hasher: RandomState,
    births: u32,
    hand: usize,
}

fn wide(place: u32) -> usize {
    usize::try_from(place).unwrap_or(usize::MAX)
}

impl Table {
    pub fn len(&self) -> usize {
        self.index.len()
    }

    #[inline]
    pub fn hash(&self, key: &Key) -> u64 {
        self.hasher.hash_one(key)
    }

    #[inline]
    pub fn find(&self, key: &Key, hash: u64) -> Option<u32> {
        let places = &self.places;
        let same = |place: &u32| places.get(wide(*place)).and_then(|p| p.flow.as_ref()).is_some_and(|f| f.key == *key);
        self.index.find(hash, same).copied()
    }

    #[inline]
    pub fn get_mut(&mut self, place: u32) -> Option<&mut Flow> {
        self.places.get_mut(wide(place))?.flow.as_mut()
    }

    /// The flow a ticket speaks of, if it still lives.
    pub fn by_ticket(&mut self, ticket: Ticket) -> Option<&mut Flow> {
        let place = self.places.get_mut(wide(ticket.place))?;
        if place.birth == ticket.birth { place.flow.as_mut() } else { None }
    }

    pub fn insert(&mut self, flow: Flow, hash: u64) -> Ticket {
        self.births = self.births.wrapping_add(1);
        let birth = self.births;
        let born = Place { birth, flow: Some(flow) };
        let place = match self.free.pop() {
            Some(place) => {
                if let Some(room) = self.places.get_mut(wide(place)) {
                    *room = born;
                }
                place
            }
            None => {
                let place = u32::try_from(self.places.len()).unwrap_or(u32::MAX);
                self.places.push(born);
                place
            }
        };
        let (places, hasher) = (&self.places, &self.hasher);
        self.index.insert_unique(hash, place, |p| {
            places.get(wide(*p)).and_then(|p| p.flow.as_ref()).map_or(0, |f| hasher.hash_one(f.key))
        });
        Ticket { place, birth }
    }

    pub fn remove(&mut self, place: u32) -> Option<Flow> {
        let flow = self.places.get_mut(wide(place))?.flow.take()?;
        let hash = self.hasher.hash_one(flow.key);
        if let Ok(entry) = self.index.find_entry(hash, |p| *p == place) {
            entry.remove();
        }
        self.free.push(place);
        Some(flow)
    }

    /// Places of all flows, in the order of their places.
    pub fn all(&self) -> Vec<u32> {
        let living = self.places.iter().enumerate().filter(|(_, p)| p.flow.is_some());
        living.filter_map(|(n, _)| u32::try_from(n).ok()).collect()
    }

    /// The least interesting of the next few flows around the table: unanswered before answered,
    /// unrecognised before recognised, then the longest silent.
    pub fn worst(&mut self) -> Option<u32> {
        const LOOK_AT: usize = 16;
        let mut worst: Option<((bool, bool, i64), usize)> = None;
        let len = self.places.len();
        let mut looked = 0;
        for step in 0..len {
            let n = (self.hand + step) % len;
            let Some(flow) = self.places.get(n).and_then(|p| p.flow.as_ref()) else {
                continue;
            };
            let score = (flow.is_answered(), flow.service.is_some(), flow.last);
            if worst.is_none_or(|(w, _)| score < w) {
                worst = Some((score, n));
            }
            looked += 1;
            if looked >= LOOK_AT {
                self.hand = (n + 1) % len;
                break;
            }
        }
        u32::try_from(worst?.1).ok()
    }
}
