//! Frames out of a block of the receive ring (struct tpacket3_hdr and struct sockaddr_ll of
//! linux/if_packet.h), and the stream that carries them on: pcapng, with the VLAN tag that the card
//! took off put back, and the kernel's counters beside the packets.

use crate::Fault;
use crate::ring::{Ring, wait};
use hinomi_model::Nanos;
use std::fs::File;
use std::io::Write;
use std::os::fd::RawFd;
use std::os::unix::fs::FileExt;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// A sign of life, with the counters, at least so often: whoever reads knows that time passes.
pub const BEAT: Duration = Duration::from_millis(200);
/// Blocks of one interface that are taken before the others have their turn.
const BLOCKS_AT_ONCE: usize = 8;
const WAIT_MS: i32 = 40;
/// At the end: how long what came before it is still taken, and when a ring is surely empty (a block
/// that is not full is handed over after 40 ms).
const REST_MAX: Duration = Duration::from_secs(5);
const RETIRED: Duration = Duration::from_millis(120);
/// TP_STATUS_VLAN_VALID, TP_STATUS_VLAN_TPID_VALID.
const HAS_VLAN: u32 = 1 << 4;
const HAS_TPID: u32 = 1 << 6;
/// PACKET_OUTGOING: what this machine sent itself.
const OUTGOING: u8 = 4;
const TPID_8021Q: u16 = 0x8100;

/// One frame of a block.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Heard<'a> {
    pub time: Nanos,
    pub wire_len: u32,
    pub bytes: &'a [u8],
    /// Tag protocol and tag control, as the card took them off.
    pub vlan: Option<(u16, u16)>,
    pub outgoing: bool,
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk::<4>().map(|b| u32::from_ne_bytes(*b))
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk::<2>().map(|b| u16::from_ne_bytes(*b))
}

fn size(n: u32) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

/// Frames of a block, given from behind its status word: packets at 0, offset of the first at 4.
pub struct Frames<'a> {
    block: &'a [u8],
    left: u32,
    at: usize,
}

/// Bytes of the block that stand before the slice.
const BEFORE: usize = 12;

impl<'a> Frames<'a> {
    pub fn new(block: &'a [u8]) -> Frames<'a> {
        let first = size(u32_at(block, 4).unwrap_or(0));
        Frames { block, left: u32_at(block, 0).unwrap_or(0), at: first.saturating_sub(BEFORE) }
    }

    /// Packets that the block says it holds and that were not given: behind the last, those that cannot be read.
    pub fn left(&self) -> u32 {
        self.left
    }

    fn one(&self) -> Option<(Heard<'a>, usize)> {
        let head = self.block.get(self.at..)?;
        // next_offset 0, sec 4, nsec 8, snaplen 12, len 16, status 20, mac 24, vlan_tci 32, vlan_tpid 36.
        let (next, seconds, nanos) = (u32_at(head, 0)?, u32_at(head, 4)?, u32_at(head, 8)?);
        let (kept, wire_len, status) = (size(u32_at(head, 12)?), u32_at(head, 16)?, u32_at(head, 20)?);
        let mac = usize::from(u16_at(head, 24)?);
        let (tci, tpid) = (u32_at(head, 32)?, u16_at(head, 36)?);
        // The sockaddr_ll stands at 48; sll_pkttype at its byte 10.
        let kind = *head.get(58)?;
        let bytes = head.get(mac..mac.checked_add(kept)?)?;
        let tpid = if status & HAS_TPID != 0 { tpid } else { TPID_8021Q };
        let vlan = (status & HAS_VLAN != 0).then(|| (tpid, u16::try_from(tci & 0xffff).unwrap_or(0)));
        let time = i64::from(seconds) * 1_000_000_000 + i64::from(nanos);
        Some((Heard { time, wire_len, bytes, vlan, outgoing: kind == OUTGOING }, size(next)))
    }
}

impl<'a> Iterator for Frames<'a> {
    type Item = Heard<'a>;

    fn next(&mut self) -> Option<Heard<'a>> {
        if self.left == 0 {
            return None;
        }
        let (heard, step) = self.one()?;
        self.left -= 1;
        // Behind the last one nothing follows; where more should, nothing can be read.
        self.at = if step == 0 { usize::MAX } else { self.at.saturating_add(step) };
        Some(heard)
    }
}

/// A block of the ring as the stream that the ears make of it; for tests of what a block may hold.
pub fn heard_again(block: &[u8]) -> Vec<u8> {
    let mut stream = Vec::new();
    pcapng::head(&mut stream, &["block".to_owned()]);
    for heard in Frames::new(block) {
        pcapng::packet(&mut stream, 0, &heard);
    }
    stream
}

/// Appends pcapng to a buffer: one section, Ethernet interfaces, nanoseconds.
pub mod pcapng {
    use super::Heard;
    use hinomi_model::Nanos;

    fn word(out: &mut Vec<u8>, n: u32) {
        out.extend_from_slice(&n.to_le_bytes());
    }

    fn short(out: &mut Vec<u8>, n: u16) {
        out.extend_from_slice(&n.to_le_bytes());
    }

    fn len(n: usize) -> u32 {
        u32::try_from(n).unwrap_or(u32::MAX)
    }

    fn ticks(out: &mut Vec<u8>, time: Nanos) {
        let ticks = u64::try_from(time).unwrap_or(0);
        word(out, u32::try_from(ticks >> 32).unwrap_or(0)); // upper half first
        word(out, u32::try_from(ticks & 0xffff_ffff).unwrap_or(0));
    }

    fn pad(out: &mut Vec<u8>, data: usize) {
        out.extend_from_slice([0u8; 3].get(..data.next_multiple_of(4) - data).unwrap_or(&[]));
    }

    /// Section header and one description for each interface.
    pub fn head(out: &mut Vec<u8>, interfaces: &[String]) {
        word(out, 0x0a0d_0d0a);
        word(out, 28);
        word(out, 0x1a2b_3c4d);
        word(out, 1); // version 1.0
        out.extend_from_slice(&u64::MAX.to_le_bytes()); // length unknown
        word(out, 28);
        for name in interfaces {
            let padded = name.len().next_multiple_of(4);
            let whole = len(20 + 4 + padded + 8 + 4);
            word(out, 1);
            word(out, whole);
            word(out, 1); // Ethernet
            word(out, 0); // no snap length
            short(out, 2); // if_name
            short(out, u16::try_from(name.len()).unwrap_or(0));
            out.extend_from_slice(name.as_bytes());
            pad(out, name.len());
            out.extend_from_slice(&[9, 0, 1, 0, 9, 0, 0, 0]); // if_tsresol: 10^-9
            word(out, 0); // end of options
            word(out, whole);
        }
    }

    /// One packet; the VLAN tag goes back to where it was (IEEE 802.1Q §9.3: behind the addresses).
    pub fn packet(out: &mut Vec<u8>, interface: u32, heard: &Heard<'_>) {
        let (addresses, rest) = heard.bytes.split_at_checked(12).unwrap_or((heard.bytes, &[]));
        let tag = heard.vlan.filter(|_| addresses.len() == 12);
        let more = if tag.is_some() { 4 } else { 0 };
        let kept = heard.bytes.len() + more;
        let whole = len(32 + kept.next_multiple_of(4));
        word(out, 6);
        word(out, whole);
        word(out, interface);
        ticks(out, heard.time);
        word(out, len(kept));
        word(out, heard.wire_len.saturating_add(len(more)));
        out.extend_from_slice(addresses);
        if let Some((tpid, tci)) = tag {
            out.extend_from_slice(&tpid.to_be_bytes());
            out.extend_from_slice(&tci.to_be_bytes());
        }
        out.extend_from_slice(rest);
        pad(out, kept);
        word(out, whole);
    }

    /// Counters since the start: heard (isb_ifrecv), lost by the card (isb_ifdrop) and behind it (isb_osdrop).
    pub fn statistics(out: &mut Vec<u8>, interface: u32, time: Nanos, heard: u64, by_card: u64, by_kernel: u64) {
        let whole = 20 + 3 * 12 + 4 + 4;
        word(out, 5);
        word(out, whole);
        word(out, interface);
        ticks(out, time);
        for (code, value) in [(4, heard), (5, by_card), (7, by_kernel)] {
            short(out, code);
            short(out, 8);
            out.extend_from_slice(&value.to_le_bytes());
        }
        word(out, 0); // end of options
        word(out, whole);
    }
}

/// What one interface gave so far. Every packet that the card took is in one of `packets`, `outgoing`,
/// `ring`, `unreadable`, or still `waiting`; those that it did not take are `card`.
#[derive(Clone, Default, Debug)]
struct Count {
    packets: u64,
    bytes: u64,
    outgoing: u64,
    /// Lost because no block of the ring was free.
    ring: u64,
    /// Lost by the card or its driver. Some count a packet twice: then the loss is smaller.
    card: u64,
    /// In a block, and not to be read.
    unreadable: u64,
    /// Reached the socket, by the kernel's count.
    seen: u64,
    /// The card's counter when listening began.
    card_before: u64,
}

impl Count {
    fn waiting(&self) -> u64 {
        self.seen.saturating_sub(self.packets + self.outgoing + self.ring + self.unreadable)
    }

    fn lost(&self) -> u64 {
        self.ring + self.card + self.unreadable
    }
}

/// The kernel's table of interfaces; it is read again through the same descriptor, since a confined
/// process can open nothing.
struct Cards {
    table: Option<File>,
    text: Vec<u8>,
}

impl Cards {
    const TEXT_BYTES_MAX: usize = 1 << 18;

    fn open() -> Cards {
        Cards { table: File::open("/proc/self/net/dev").ok(), text: vec![0; Self::TEXT_BYTES_MAX] }
    }

    fn read(&mut self) {
        let Some(table) = &self.table else { return };
        let mut at = 0usize;
        while let Some(rest) = self.text.get_mut(at..).filter(|rest| !rest.is_empty()) {
            match table.read_at(rest, u64::try_from(at).unwrap_or(0)) {
                Ok(n) if n > 0 => at += n,
                _ => break,
            }
        }
        self.text.iter_mut().skip(at).for_each(|byte| *byte = 0);
    }

    /// Packets that an interface lost since it exists: "drop" (missed for want of room, or thrown away) and "fifo".
    fn lost(&self, name: &str) -> Option<u64> {
        lost_by_card(&self.text, name)
    }
}

fn lost_by_card(table: &[u8], name: &str) -> Option<u64> {
    let text = String::from_utf8_lossy(table);
    let numbers = text.lines().find_map(|line| line.split_once(':').filter(|(word, _)| word.trim() == name).map(|(_, numbers)| numbers))?;
    // bytes, packets, errs, drop, fifo …
    let mut words = numbers.split_ascii_whitespace().skip(3).map_while(|word| word.parse::<u64>().ok());
    Some(words.next()? + words.next()?)
}

/// Ears on one or more interfaces. They understand nothing: bytes go from the kernel to a pipe.
pub struct Ears {
    names: Vec<String>,
    rings: Vec<Ring>,
    counts: Vec<Count>,
    cards: Cards,
    newest: Nanos,
}

fn now() -> Nanos {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_nanos());
    Nanos::try_from(since).unwrap_or(0)
}

impl Ears {
    /// `ring_mib`: memory of each interface's ring.
    pub fn open(names: Vec<String>, ring_mib: u32) -> Result<Ears, Fault> {
        let mut cards = Cards::open();
        cards.read();
        let before = |name: &String| Count { card_before: cards.lost(name).unwrap_or(0), ..Count::default() };
        let counts = names.iter().map(before).collect();
        let rings = names.iter().map(|name| Ring::open(name, ring_mib)).collect::<Result<Vec<_>, _>>()?;
        Ok(Ears { names, rings, counts, cards, newest: 0 })
    }

    /// Pass on what is heard until `end` is closed or nobody takes it any more. `status` gets a line of
    /// JSON with each sign of life.
    pub fn listen(&mut self, out: &mut File, status: &mut File, end: RawFd) -> std::io::Result<()> {
        let mut stream = Vec::with_capacity(2 << 20);
        pcapng::head(&mut stream, &self.names);
        self.beat(&mut stream, false);
        out.write_all(&stream)?;
        let mut told = Instant::now();
        loop {
            let ended = wait(&self.rings, end, WAIT_MS);
            let mut behind = false;
            for n in 0..self.rings.len() {
                behind |= self.take(n, &mut stream, out)?;
            }
            if ended {
                self.take_rest(&mut stream, out)?;
            }
            if told.elapsed() >= BEAT || ended {
                told = Instant::now();
                stream.clear();
                self.beat(&mut stream, behind && !ended);
                out.write_all(&stream)?;
                status.write_all(self.status().as_bytes())?;
            }
            if ended {
                return Ok(());
            }
        }
    }

    /// What came before the end and still lies in the rings, in blocks that the kernel has not handed over yet too.
    fn take_rest(&mut self, stream: &mut Vec<u8>, out: &mut File) -> std::io::Result<()> {
        let (ended_at, since) = (now(), Instant::now());
        let mut quiet = Instant::now();
        while since.elapsed() < REST_MAX && quiet.elapsed() < RETIRED && self.newest < ended_at {
            let before = self.counts.iter().map(|c| c.packets).sum::<u64>();
            for n in 0..self.rings.len() {
                self.take(n, stream, out)?;
            }
            if self.counts.iter().map(|c| c.packets).sum::<u64>() != before {
                quiet = Instant::now();
            } else {
                std::thread::sleep(Duration::from_millis(5));
            }
        }
        Ok(())
    }

    /// Take some blocks of one ring; true when there may be more.
    fn take(&mut self, n: usize, stream: &mut Vec<u8>, out: &mut File) -> std::io::Result<bool> {
        let (Some(ring), Some(count)) = (self.rings.get_mut(n), self.counts.get_mut(n)) else { return Ok(false) };
        let interface = u32::try_from(n).unwrap_or(0);
        for _ in 0..BLOCKS_AT_ONCE {
            let Some(block) = ring.block() else { return Ok(false) };
            stream.clear();
            let mut frames = Frames::new(block.rest());
            for heard in &mut frames {
                if heard.outgoing {
                    count.outgoing += 1;
                    continue;
                }
                count.packets += 1;
                count.bytes += u64::from(heard.wire_len);
                self.newest = self.newest.max(heard.time);
                pcapng::packet(stream, interface, &heard);
            }
            count.unreadable += u64::from(frames.left());
            // The block is free for the kernel before the pipe may make us wait.
            drop(block);
            out.write_all(stream)?;
        }
        Ok(true)
    }

    /// Counters of all interfaces, that of the first one last: it is the sign of life.
    fn beat(&mut self, stream: &mut Vec<u8>, behind: bool) {
        let time = if behind { self.newest } else { now() };
        self.cards.read();
        for (n, ((name, ring), count)) in self.names.iter().zip(&self.rings).zip(&mut self.counts).enumerate().rev() {
            let counted = ring.counted();
            count.seen += counted.seen;
            count.ring += counted.dropped;
            // An interface that goes and comes begins to count again.
            let card = self.cards.lost(name).unwrap_or(count.card_before).saturating_sub(count.card_before);
            count.card = count.card.max(card);
            pcapng::statistics(stream, u32::try_from(n).unwrap_or(0), time, count.packets, count.card, count.ring + count.unreadable);
        }
    }

    fn status(&self) -> String {
        let one = |(name, c): (&String, &Count)| {
            format!(
                r#"{{"name":"{name}","packets":{},"bytes":{},"drops":{},"ring":{},"card":{},"unreadable":{},"waiting":{},"outgoing":{}}}"#,
                c.packets, c.bytes, c.lost(), c.ring, c.card, c.unreadable, c.waiting(), c.outgoing
            )
        };
        let each: Vec<String> = self.names.iter().zip(&self.counts).map(one).collect();
        format!("{{\"time\":{},\"newest\":{},\"interfaces\":[{}]}}\n", now(), self.newest, each.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Packets, Source};

    /// A block as the kernel lays it out, from behind its status word.
    fn block(frames: &[(&[u8], u32, u32)]) -> Vec<u8> {
        let mut out = Vec::new();
        out.extend_from_slice(&u32::try_from(frames.len()).unwrap_or(0).to_ne_bytes());
        out.extend_from_slice(&48u32.to_ne_bytes());
        out.resize(48 - BEFORE, 0);
        for (n, (bytes, status, tci)) in frames.iter().enumerate() {
            let start = out.len();
            let whole = (82 + bytes.len()).next_multiple_of(16);
            let next = if n + 1 == frames.len() { 0 } else { u32::try_from(whole).unwrap_or(0) };
            let len = u32::try_from(bytes.len()).unwrap_or(0);
            for word in [next, 1_700_000_000, 5, len, len, *status] {
                out.extend_from_slice(&word.to_ne_bytes());
            }
            out.extend_from_slice(&82u16.to_ne_bytes());
            out.extend_from_slice(&96u16.to_ne_bytes());
            out.extend_from_slice(&0u32.to_ne_bytes());
            out.extend_from_slice(&tci.to_ne_bytes());
            out.extend_from_slice(&0x88a8u16.to_ne_bytes());
            out.resize(start + 82, 0);
            out.extend_from_slice(bytes);
            out.resize(start + whole, 0);
        }
        out
    }

    #[test]
    fn frames_come_out_with_their_tags() {
        let made = block(&[(&[1; 60], 1, 0), (&[2; 61], 1 | HAS_VLAN, 0x2064), (&[3; 62], 1 | HAS_VLAN | HAS_TPID, 7)]);
        let found: Vec<Heard<'_>> = Frames::new(&made).collect();
        assert_eq!(found.iter().map(|h| h.bytes.len()).collect::<Vec<_>>(), [60, 61, 62]);
        assert_eq!(found.iter().map(|h| h.vlan).collect::<Vec<_>>(), [None, Some((0x8100, 0x2064)), Some((0x88a8, 7))]);
        assert!(found.iter().all(|h| h.time == 1_700_000_000_000_000_005 && !h.outgoing));
    }

    #[test]
    fn a_cut_block_gives_what_is_whole() {
        let made = block(&[(&[1; 60], 1, 0), (&[2; 61], 1, 0)]);
        for cut in 0..made.len() {
            let mut frames = Frames::new(made.get(..cut).unwrap_or(&[]));
            let found = frames.by_ref().count();
            // What the block says it holds is given or counted, once its head is there.
            assert!(cut < 4 || found + size(frames.left()) == 2, "{cut}: {found} and {}", frames.left());
        }
        assert_eq!(Frames::new(&made).count(), 2);
    }

    #[test]
    fn what_the_card_lost_stands_in_the_kernels_table() {
        let table = b"Inter-|   Receive                            |  Transmit\n face |bytes    packets errs drop fifo frame compressed multicast|bytes\n  eth1: 900 12 1 5 2 0 0 0 0 0 0 9 0 0 0 0\neth10:7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7\n\0\0";
        assert_eq!(lost_by_card(table, "eth1"), Some(7));
        assert_eq!(lost_by_card(table, "eth10"), Some(14));
        assert_eq!(lost_by_card(table, "eth"), None);
    }

    #[test]
    fn the_stream_is_read_back_as_it_was_heard() {
        let mut stream = Vec::new();
        pcapng::head(&mut stream, &["eth1".to_owned(), "tap-mirror".to_owned()]);
        let untagged = Heard { time: 1_700_000_000_123_456_789, wire_len: 60, bytes: &[9; 60], vlan: None, outgoing: false };
        pcapng::packet(&mut stream, 0, &untagged);
        pcapng::packet(&mut stream, 1, &Heard { vlan: Some((0x8100, 100)), ..untagged });
        for (heard, lost) in [(1, 3), (2, 5)] {
            pcapng::statistics(&mut stream, 1, 1_700_000_001_000_000_000, heard, 1, lost - 1);
            pcapng::statistics(&mut stream, 0, 1_700_000_001_000_000_000, heard, 0, 0);
        }
        let source = Source::live("test", "id".to_owned(), Box::new(std::io::Cursor::new(stream)));
        let opened = source.and_then(Packets::open);
        assert!(opened.is_ok());
        let Ok(mut packets) = opened else { return };
        let first = packets.next_packet().map(|p| (p.time, p.bytes.to_vec()));
        assert_eq!(first, Some((untagged.time, vec![9; 60])));
        let second = packets.next_packet().map(|p| (p.wire_len, p.bytes.get(12..16).map(<[u8]>::to_vec), p.bytes.len()));
        assert_eq!(second, Some((64, Some(vec![0x81, 0, 0, 100]), 64)));
        assert!(packets.next_packet().is_none());
        assert_eq!((packets.take_beat(), packets.drops()), (Some(1_700_000_001_000_000_000), 3));
        assert!(packets.next_packet().is_none());
        // The counters are totals: the second statement adds what came since the first.
        assert_eq!((packets.take_beat(), packets.drops()), (Some(1_700_000_001_000_000_000), 5));
        assert!(packets.next_packet().is_none() && packets.take_beat().is_none() && packets.truncation().is_none());
    }
}
