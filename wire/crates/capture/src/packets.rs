//! pcap (the libpcap savefile format) and pcapng (draft-ietf-opsawg-pcapng) read from a window of
//! bytes. A capture that ends in the middle is not an error: what came before is kept, and
//! `Packets::truncation` tells where it ended and why.

use crate::Fault;
use crate::blocks::{Blocks, Compression, Source};
use hinomi_model::{Nanos, PacketRef};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

/// Longest record that is believed; a longer one means damage.
pub const RECORD_BYTES_MAX: usize = 1 << 24;
/// Most interfaces of one pcapng section.
pub const INTERFACES_MAX: usize = 4096;
const SECOND_NS: i64 = 1_000_000_000;

/// One packet, borrowed from the reading buffer.
#[derive(Clone, Copy, Debug)]
pub struct Packet<'a> {
    pub at: PacketRef,
    pub time: Nanos,
    /// Link type as the capture numbers it (LINKTYPE_*).
    pub link: u32,
    /// Length on the wire; `bytes` may be shorter.
    pub wire_len: u32,
    /// Place of the bytes in `Packets::block`.
    pub from: usize,
    pub bytes: &'a [u8],
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    Pcap,
    Pcapng,
}

/// Where and why a capture ended before its end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Truncation {
    /// Offset of the record that could not be read whole.
    pub at: u64,
    pub why: String,
}

struct Interface {
    link: u32,
    snap_len: usize,
    clock: Clock,
    /// Packets lost up to its last statistics.
    lost: u64,
}

/// How an interface's ticks become nanoseconds.
#[derive(Clone, Copy)]
struct Clock {
    multiply: u64,
    divide: u64,
    /// Divide by 2 to this power instead.
    shift: u32,
    offset_ns: i64,
}

impl Clock {
    const MICROSECONDS: Clock = Clock { multiply: 1000, divide: 1, shift: 0, offset_ns: 0 };

    /// if_tsresol (option 9): the highest bit chooses a power of 2, else a power of 10.
    fn with_resolution(resolution: u8) -> Clock {
        let power = u32::from(resolution & 0x7f);
        let (multiply, divide, shift) = match (resolution & 0x80 != 0, power) {
            (true, _) => (SECOND_NS.unsigned_abs(), 1, power.min(120)),
            (false, 0..=9) => (10u64.saturating_pow(9 - power), 1, 0),
            (false, _) => (1, 10u64.saturating_pow(power - 9), 0),
        };
        Clock { multiply, divide, shift, offset_ns: 0 }
    }

    #[inline]
    fn nanos(self, ticks: u64) -> Nanos {
        let ns = if self.shift > 0 || self.multiply > 1000 {
            let wide = (u128::from(ticks) * u128::from(self.multiply)) >> self.shift;
            u64::try_from(wide).unwrap_or(u64::MAX)
        } else if self.divide > 1 {
            ticks / self.divide
        } else {
            ticks.saturating_mul(self.multiply)
        };
        i64::try_from(ns).unwrap_or(i64::MAX).saturating_add(self.offset_ns)
    }
}

enum State {
    Pcap { swapped: bool, fraction_ns: u32, link: u32 },
    Pcapng { swapped: bool, interfaces: Vec<Interface> },
}

/// Packets of one capture, in its order.
pub struct Packets {
    blocks: Blocks,
    state: State,
    number: u64,
    time_before: Nanos,
    truncation: Option<Truncation>,
    /// Packets the capturing program says it lost (pcapng interface statistics).
    drops: u64,
    /// Statistics are signs of life: they interrupt the packets.
    live: bool,
    beat: Option<Nanos>,
    bytes_read: Arc<AtomicU64>,
}

fn u32_at(bytes: &[u8], at: usize, swapped: bool) -> Option<u32> {
    let four: [u8; 4] = bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
    let n = u32::from_le_bytes(four);
    Some(if swapped { n.swap_bytes() } else { n })
}

fn u16_at(bytes: &[u8], at: usize, swapped: bool) -> Option<u16> {
    let two: [u8; 2] = bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
    let n = u16::from_le_bytes(two);
    Some(if swapped { n.swap_bytes() } else { n })
}

fn size(n: u32) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

const SECTION_HEADER: u32 = 0x0a0d_0d0a;
const INTERFACE: u32 = 1;
const OLD_PACKET: u32 = 2;
const SIMPLE_PACKET: u32 = 3;
const STATISTICS: u32 = 5;
const ENHANCED_PACKET: u32 = 6;

impl Packets {
    pub fn open(source: Source) -> Result<Packets, Fault> {
        let bytes_read = Arc::clone(&source.bytes_read);
        let live = source.live;
        let mut blocks = source.start()?;
        let name = blocks.name.clone();
        blocks.have(4);
        let magic = u32_at(blocks.window(), 0, false);
        let state = match magic {
            Some(0xa1b2_c3d4) => pcap_header(&mut blocks, false, 1000)?,
            Some(0xd4c3_b2a1) => pcap_header(&mut blocks, true, 1000)?,
            Some(0xa1b2_3c4d) => pcap_header(&mut blocks, false, 1)?,
            Some(0x4d3c_b2a1) => pcap_header(&mut blocks, true, 1)?,
            // The section header's type reads the same in both byte orders; its magic comes later.
            Some(SECTION_HEADER) => {
                if !blocks.have(28) {
                    return Err(cut_header(&name, &blocks));
                }
                State::Pcapng { swapped: false, interfaces: Vec::new() }
            }
            _ => return Err(not_a_capture(&name, &mut blocks)),
        };
        Ok(Packets { blocks, state, number: 0, time_before: 0, truncation: None, drops: 0, live, beat: None, bytes_read })
    }

    /// As `open`, but begins shortly before packet `number`, whose record stands at `offset`, where the
    /// format allows it (plain pcap; the others are read from their start).
    pub fn open_near(source: Source, path: &Path, number: u64, offset: u64) -> Result<Packets, Fault> {
        let plain = source.compression == Compression::None && source.stream_id.is_none();
        let packets = Packets::open(source)?;
        if !plain || offset < 24 || packets.format() != Format::Pcap {
            return Ok(packets);
        }
        let name = path.display().to_string();
        let fault = |e: io::Error| Fault::io("read", &name, &e);
        let mut file = File::open(path).map_err(fault)?;
        let mut header = [0u8; 24];
        file.read_exact(&mut header).map_err(fault)?;
        file.seek(SeekFrom::Start(offset)).map_err(fault)?;
        let joined = io::Cursor::new(header).chain(file);
        let mut packets = Packets::open(Source::from_reader(&name, 0, Box::new(joined), false)?)?;
        packets.number = number.saturating_sub(1);
        packets.blocks.move_offset(offset);
        Ok(packets)
    }

    pub fn format(&self) -> Format {
        match self.state {
            State::Pcap { .. } => Format::Pcap,
            State::Pcapng { .. } => Format::Pcapng,
        }
    }

    pub fn truncation(&self) -> Option<&Truncation> {
        self.truncation.as_ref()
    }

    pub fn drops(&self) -> u64 {
        self.drops
    }

    /// Offset in the uncompressed capture up to which it was read.
    pub fn offset(&self) -> u64 {
        self.blocks.offset()
    }

    pub fn bytes_read(&self) -> &Arc<AtomicU64> {
        &self.bytes_read
    }

    /// The block in which the packet before stands; other threads may hold it.
    pub fn block(&self) -> Arc<Vec<u8>> {
        self.blocks.block()
    }

    /// Changes whenever `block` does.
    pub fn generation(&self) -> u64 {
        self.blocks.generation
    }

    /// The time of the sign of life that interrupted the packets of a live source, if one did.
    pub fn take_beat(&mut self) -> Option<Nanos> {
        self.beat.take()
    }

    /// Nothing of the capture is at hand: the next packet may be long in coming.
    pub fn is_drained(&self) -> bool {
        self.blocks.window().is_empty()
    }

    /// The next packet; `None` at the end.
    #[inline]
    pub fn next_packet(&mut self) -> Option<Packet<'_>> {
        if self.truncation.is_some() {
            return None;
        }
        match self.state {
            State::Pcap { swapped, fraction_ns, link } => self.next_pcap(swapped, fraction_ns, link),
            State::Pcapng { .. } => self.next_pcapng(),
        }
    }

    #[inline]
    fn next_pcap(&mut self, swapped: bool, fraction_ns: u32, link: u32) -> Option<Packet<'_>> {
        const HEADER: usize = 16;
        let offset = self.blocks.offset();
        if !self.blocks.have(HEADER) {
            self.ended(offset);
            return None;
        }
        let head = self.blocks.window();
        let seconds = u32_at(head, 0, swapped)?;
        let fraction = u32_at(head, 4, swapped)?;
        let len = size(u32_at(head, 8, swapped)?);
        let wire_len = u32_at(head, 12, swapped)?;
        if len > RECORD_BYTES_MAX {
            self.damaged(offset, format!("a record says it is {len} bytes long"));
            return None;
        }
        if !self.blocks.have(HEADER + len) {
            self.ended(offset);
            return None;
        }
        let time = i64::from(seconds) * SECOND_NS + i64::from(fraction) * i64::from(fraction_ns);
        self.number += 1;
        let at = PacketRef { packet: self.number, offset };
        let from = self.blocks.place() + HEADER;
        let bytes = self.blocks.take(HEADER + len).get(HEADER..).unwrap_or(&[]);
        Some(Packet { at, time, link, wire_len, from, bytes })
    }

    fn next_pcapng(&mut self) -> Option<Packet<'_>> {
        let State::Pcapng { swapped, interfaces } = &mut self.state else {
            return None;
        };
        loop {
            let offset = self.blocks.offset();
            if !self.blocks.have(12) {
                self.ended(offset);
                return None;
            }
            let head = self.blocks.window();
            let kind = u32_at(head, 0, *swapped)?;
            if kind == SECTION_HEADER {
                // §4.1: the byte-order magic stands at 8; a new section forgets the interfaces.
                match u32_at(head, 8, false)? {
                    0x1a2b_3c4d => *swapped = false,
                    0x4d3c_2b1a => *swapped = true,
                    _ => {
                        self.damaged(offset, "a section header has no byte-order magic".to_owned());
                        return None;
                    }
                }
                interfaces.clear();
            }
            let len = size(u32_at(self.blocks.window(), 4, *swapped)?);
            // §3.1: at least 12 bytes, in words of 4.
            if len < 12 || !len.is_multiple_of(4) {
                self.damaged(offset, format!("a block says it is {len} bytes long"));
                return None;
            }
            let read_whole = matches!(kind, INTERFACE | OLD_PACKET | SIMPLE_PACKET | ENHANCED_PACKET | STATISTICS);
            if !read_whole {
                let whole = u64::try_from(len).unwrap_or(u64::MAX);
                if self.blocks.skip(whole) < whole {
                    self.ended(offset);
                    return None;
                }
                continue;
            }
            if len > RECORD_BYTES_MAX {
                self.damaged(offset, format!("a block says it is {len} bytes long"));
                return None;
            }
            if !self.blocks.have(len) {
                self.ended(offset);
                return None;
            }
            let block = self.blocks.window().get(..len)?;
            let swapped = *swapped;
            match kind {
                INTERFACE => {
                    if interfaces.len() >= INTERFACES_MAX {
                        self.damaged(offset, format!("a section has more than {INTERFACES_MAX} interfaces"));
                        return None;
                    }
                    let Some(interface) = interface(block, swapped) else {
                        self.damaged(offset, "an interface block is too short".to_owned());
                        return None;
                    };
                    interfaces.push(interface);
                    self.blocks.take(len);
                }
                STATISTICS => {
                    // §4.6: interface 8, time 12; isb_ifdrop 5, isb_osdrop 7, totals since the start.
                    let lost = Options::new(block.get(20..len - 4).unwrap_or(&[]), swapped)
                        .filter(|(code, _)| matches!(code, 5 | 7))
                        .fold(0u64, |sum, (_, value)| sum.saturating_add(u64_option(value, swapped).unwrap_or(0)));
                    let number = size(u32_at(block, 8, swapped).unwrap_or(u32::MAX));
                    let ticks = u32_at(block, 12, swapped).zip(u32_at(block, 16, swapped)).map(|(high, low)| (u64::from(high) << 32) | u64::from(low));
                    if let Some(interface) = interfaces.get_mut(number) {
                        self.drops = self.drops.saturating_add(lost.saturating_sub(interface.lost));
                        interface.lost = interface.lost.max(lost);
                        if self.live && number == 0 {
                            self.beat = ticks.map(|t| interface.clock.nanos(t));
                        }
                    }
                    self.blocks.take(len);
                    if self.beat.is_some() {
                        return None;
                    }
                }
                _ => {
                    let Some(found) = packet_block(kind, block, swapped, interfaces, self.time_before) else {
                        self.damaged(offset, "a packet block is too short or names an interface that was not described".to_owned());
                        return None;
                    };
                    self.number += 1;
                    self.time_before = found.time;
                    let at = PacketRef { packet: self.number, offset };
                    let from = self.blocks.place() + found.from;
                    let bytes = self.blocks.take(len).get(found.from..found.to).unwrap_or(&[]);
                    return Some(Packet { at, time: found.time, link: found.link, wire_len: found.wire_len, from, bytes });
                }
            }
        }
    }

    /// The bytes are over: cleanly, or inside a record.
    fn ended(&mut self, offset: u64) {
        let why = match self.blocks.fault.take() {
            Some(fault) => Fault::io("read", &self.blocks.name, &fault).sentence,
            None if self.blocks.window().is_empty() && self.blocks.offset() == offset => return,
            None => "the capture ends inside a record".to_owned(),
        };
        self.truncation = Some(Truncation { at: offset, why });
    }

    fn damaged(&mut self, offset: u64, why: String) {
        self.truncation = Some(Truncation { at: offset, why });
    }
}

fn pcap_header(blocks: &mut Blocks, swapped: bool, fraction_ns: u32) -> Result<State, Fault> {
    if !blocks.have(24) {
        return Err(cut_header(&blocks.name, blocks));
    }
    let head = blocks.take(24);
    // Bytes 20-23: the link type; its upper bits tell of a frame check sequence.
    let link = u32_at(head, 20, swapped).unwrap_or(0) & 0xffff;
    Ok(State::Pcap { swapped, fraction_ns, link })
}

fn cut_header(name: &str, blocks: &Blocks) -> Fault {
    let n = blocks.window().len();
    Fault::new(format!("Cannot read {name}: the capture ends inside its file header, after {n} bytes."), "copy the file again from where it came")
}

fn not_a_capture(name: &str, blocks: &mut Blocks) -> Fault {
    blocks.have(512);
    if let Some(fault) = blocks.fault.take() {
        return Fault::io("read", name, &fault);
    }
    let head = blocks.window();
    let head = head.get(..512).unwrap_or(head);
    if head.is_empty() {
        return Fault::new(format!("Cannot read {name}: it is empty."), "was the capture written to the end, and is the disk not full?");
    }
    let is_text = std::str::from_utf8(head).is_ok_and(|t| !t.chars().any(|c| c.is_control() && !c.is_whitespace()))
        || head.iter().all(|b| matches!(b, 9..=13 | 32..=126));
    if is_text {
        return Fault::new(format!("Cannot read {name}: it is a text file, not a capture."), "give a pcap or pcapng file, as tcpdump, Wireshark or a switch writes it");
    }
    let magic: Vec<String> = head.iter().take(4).map(|b| format!("{b:02x}")).collect();
    Fault::new(
        format!("Cannot read {name}: it is no capture that Hinomi knows (it starts with {}).", magic.join(" ")),
        "give pcap or pcapng, plain or compressed with gzip or zstd; editcap converts other formats",
    )
}

fn interface(block: &[u8], swapped: bool) -> Option<Interface> {
    // §4.2: link type 8-9, snap length 12-15, options from 16.
    let link = u32::from(u16_at(block, 8, swapped)?);
    let snap_len = size(u32_at(block, 12, swapped)?);
    let mut clock = Clock::MICROSECONDS;
    let mut offset_ns = 0i64;
    for (code, value) in Options::new(block.get(16..block.len().checked_sub(4)?).unwrap_or(&[]), swapped) {
        match (code, value) {
            (9, [resolution, ..]) => clock = Clock::with_resolution(*resolution),
            (14, _) => {
                let seconds = u64_option(value, swapped).map_or(0, u64::cast_signed);
                offset_ns = seconds.saturating_mul(SECOND_NS);
            }
            _ => {}
        }
    }
    clock.offset_ns = offset_ns;
    Some(Interface { link, snap_len, clock, lost: 0 })
}

fn u64_option(value: &[u8], swapped: bool) -> Option<u64> {
    let eight: [u8; 8] = value.get(..8)?.try_into().ok()?;
    let n = u64::from_le_bytes(eight);
    Some(if swapped { n.swap_bytes() } else { n })
}

struct Found {
    time: Nanos,
    link: u32,
    wire_len: u32,
    from: usize,
    to: usize,
}

#[inline]
fn packet_block(kind: u32, block: &[u8], swapped: bool, interfaces: &[Interface], time_before: Nanos) -> Option<Found> {
    if kind == SIMPLE_PACKET {
        // §4.4: original length 8-11, data from 12; no time, always the first interface.
        let wire_len = u32_at(block, 8, swapped)?;
        let interface = interfaces.first()?;
        let room = block.len().checked_sub(16)?;
        let snap = if interface.snap_len == 0 { usize::MAX } else { interface.snap_len };
        let len = size(wire_len).min(room).min(snap);
        return Some(Found { time: time_before, link: interface.link, wire_len, from: 12, to: 12 + len });
    }
    // §4.3 enhanced: interface 8-11. Obsolete packet block: interface 8-9, drops 10-11.
    let index = if kind == OLD_PACKET { usize::from(u16_at(block, 8, swapped)?) } else { size(u32_at(block, 8, swapped)?) };
    let interface = interfaces.get(index)?;
    let high = u32_at(block, 12, swapped)?;
    let low = u32_at(block, 16, swapped)?;
    let len = size(u32_at(block, 20, swapped)?);
    let wire_len = u32_at(block, 24, swapped)?;
    let to = len.checked_add(28)?;
    if to > block.len().checked_sub(4)? {
        return None;
    }
    let time = interface.clock.nanos((u64::from(high) << 32) | u64::from(low));
    Some(Found { time, link: interface.link, wire_len, from: 28, to })
}

/// Options of a block (§3.5): code, length, value padded to 4 bytes.
struct Options<'a> {
    rest: &'a [u8],
    swapped: bool,
}

impl<'a> Options<'a> {
    fn new(rest: &'a [u8], swapped: bool) -> Options<'a> {
        Options { rest, swapped }
    }
}

impl<'a> Iterator for Options<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let code = u16_at(self.rest, 0, self.swapped)?;
        let len = usize::from(u16_at(self.rest, 2, self.swapped)?);
        if code == 0 {
            return None;
        }
        let value = self.rest.get(4..4 + len)?;
        self.rest = self.rest.get(4 + len.next_multiple_of(4)..).unwrap_or(&[]);
        Some((code, value))
    }
}
