//! What the tap could hear, per hour, VLAN and subnet (IPv4 /24, IPv6 /64).

use foldhash::fast::RandomState;
use hinomi_decode::{Addr, ip_addr, is_multicast};
use hinomi_model::{Nanos, rows};
use std::collections::{HashMap, HashSet};
use std::net::IpAddr;

const HOUR_NS: i64 = 3_600_000_000_000;
/// Most IPv6 hosts of one subnet told apart; beyond, the count stays there.
const V6_HOSTS_MAX: usize = 65_536;

#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
pub struct Place {
    hour: i64,
    vlan: Option<u16>,
    /// The network's address; `None` for all subnets beyond the limit.
    subnet: Option<Addr>,
}

/// What was heard of one place.
#[derive(Default)]
pub struct Heard {
    pub place: Place,
    packets: u64,
    bytes: u64,
    answered: u64,
    one_way: u64,
    duplicates: u64,
    /// One bit for each host of an IPv4 /24.
    v4: [u64; 4],
    v6: HashSet<u64, RandomState>,
}

impl Heard {
    /// Add what another engine heard of the same place.
    pub fn absorb(&mut self, other: Heard) {
        self.packets += other.packets;
        self.bytes += other.bytes;
        self.answered += other.answered;
        self.one_way += other.one_way;
        self.duplicates += other.duplicates;
        for (word, more) in self.v4.iter_mut().zip(other.v4) {
            *word |= more;
        }
        self.v6.extend(other.v6);
    }

    pub fn write(&self, drops: u64, sink: &mut dyn rows::Sink) {
        let subnet = match self.place.subnet.map(ip_addr) {
            Some(IpAddr::V4(ip)) => format!("{ip}/24"),
            Some(IpAddr::V6(ip)) => format!("{ip}/64"),
            None => "other".to_owned(),
        };
        let v4: u32 = self.v4.iter().map(|w| w.count_ones()).sum();
        sink.coverage(&rows::Coverage {
            hour: self.place.hour.saturating_mul(HOUR_NS),
            vlan: self.place.vlan,
            subnet: &subnet,
            heard: if self.answered > 0 { "both" } else { "one_way" },
            packets: self.packets,
            bytes: self.bytes,
            flows_answered: self.answered,
            flows_one_way: self.one_way,
            hosts: u64::from(v4) + u64::try_from(self.v6.len()).unwrap_or(0),
            drops,
            duplicates: self.duplicates,
            ..rows::Coverage::default()
        });
    }

    /// Of no subnet: only to say that packets were lost.
    pub fn nowhere(hour: i64) -> Heard {
        Heard { place: Place { hour, vlan: None, subnet: None }, ..Heard::default() }
    }

    /// Whether anything is to be told.
    fn is_empty(&self) -> bool {
        self.packets == 0 && self.answered == 0 && self.one_way == 0 && self.duplicates == 0
    }

    /// What came since the last part: the counters go along, the hosts stay known.
    fn part(&mut self) -> Heard {
        Heard {
            place: self.place,
            packets: std::mem::take(&mut self.packets),
            bytes: std::mem::take(&mut self.bytes),
            answered: std::mem::take(&mut self.answered),
            one_way: std::mem::take(&mut self.one_way),
            duplicates: std::mem::take(&mut self.duplicates),
            v4: self.v4,
            v6: self.v6.clone(),
        }
    }

    fn spoke(&mut self, addr: Addr) {
        let low = u64::try_from(addr & u128::from(u64::MAX)).unwrap_or(0);
        if ip_addr(addr).is_ipv4() {
            let host = usize::try_from(low & 0xff).unwrap_or(0);
            if let Some(word) = self.v4.get_mut(host / 64) {
                *word |= 1 << (host % 64);
            }
        } else if self.v6.len() < V6_HOSTS_MAX {
            self.v6.insert(low);
        }
    }
}

pub struct Coverage {
    places: HashMap<Place, Heard, RandomState>,
    subnets_max: usize,
    hour: i64,
    subnets_in_hour: usize,
    /// Counted when a subnet went to `other`.
    pub over_limit: u64,
}

pub fn hour_of(time: Nanos) -> i64 {
    time.div_euclid(HOUR_NS)
}

fn subnet_of(addr: Addr) -> Addr {
    match ip_addr(addr) {
        IpAddr::V4(_) => addr & !0xff,
        IpAddr::V6(_) => addr >> 64 << 64,
    }
}

impl Coverage {
    pub fn new(subnets_max: usize) -> Coverage {
        Coverage { places: HashMap::default(), subnets_max, hour: i64::MIN, subnets_in_hour: 0, over_limit: 0 }
    }

    fn at(&mut self, hour: i64, vlan: Option<u16>, addr: Addr) -> &mut Heard {
        if hour != self.hour {
            self.hour = hour;
            self.subnets_in_hour = self.places.keys().filter(|p| p.hour == hour).count();
        }
        let mut place = Place { hour, vlan, subnet: Some(subnet_of(addr)) };
        if !self.places.contains_key(&place) {
            if self.subnets_in_hour >= self.subnets_max {
                self.over_limit += 1;
                place.subnet = None;
            } else {
                self.subnets_in_hour += 1;
            }
        }
        self.places.entry(place).or_default()
    }

    /// Traffic between two ends that was not counted yet: whether each spoke, and once, when the flow
    /// is over, whether it was answered.
    pub fn flow(&mut self, hour: i64, vlan: Option<u16>, ends: [(Addr, bool); 2], traffic: (u64, u64), answered: Option<bool>) {
        let mut before = None;
        for (addr, spoke) in ends {
            // Groups and "no address yet" are no subnets.
            if is_multicast(addr) || ip_addr(addr).is_unspecified() {
                continue;
            }
            let heard = self.at(hour, vlan, addr);
            if spoke {
                heard.spoke(addr);
            }
            // Both ends in one subnet: its traffic counts once.
            if before.replace(subnet_of(addr)) == Some(subnet_of(addr)) {
                continue;
            }
            heard.packets += traffic.0;
            heard.bytes += traffic.1;
            match answered {
                Some(true) => heard.answered += 1,
                Some(false) => heard.one_way += 1,
                None => {}
            }
        }
    }

    pub fn duplicate(&mut self, hour: i64, vlan: Option<u16>, src: Addr) {
        self.at(hour, vlan, src).duplicates += 1;
    }

    /// What came since the last time, in the order of hour and place (a live tap).
    pub fn parts(&mut self) -> Vec<Heard> {
        let mut parts: Vec<Heard> =
            self.places.iter_mut().filter(|(_, heard)| !heard.is_empty()).map(|(place, heard)| Heard { place: *place, ..heard.part() }).collect();
        parts.sort_by_key(|heard| heard.place);
        parts
    }

    /// Forget the hours before `before`, whose last part was handed over.
    pub fn forget(&mut self, before: i64) {
        self.places.retain(|place, _| place.hour >= before);
    }

    /// Hand over the hours before `before`.
    pub fn take(&mut self, before: i64) -> Vec<Heard> {
        let done: Vec<Place> = self.places.keys().filter(|p| p.hour < before).copied().collect();
        done.into_iter().filter_map(|place| self.places.remove(&place).map(|heard| Heard { place, ..heard })).collect()
    }
}
