//! Head of a data set (PS3.5 §7): the wanted elements up to group 0040, read piece by piece while
//! they arrive; what follows (pixels, waveforms) is never held.

use super::tags;
use super::uids::Syntax;
use crate::read::{Rd, size, wide};
use flate2::{Decompress, FlushDecompress};

/// Most bytes of a data set that are copied to read its head.
pub const HEAD_BYTES_MAX: usize = 64 << 10;
/// Longest value that is kept.
pub const VALUE_BYTES_MAX: usize = 1024;
/// Deepest nesting of sequences.
pub const NESTED_MAX: usize = 12;
/// Most values kept of one head.
const FOUND_MAX: usize = 256;
const UNDEFINED: u32 = 0xffff_ffff;

/// A wanted value and the sequence it stood in (0: none).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub within: u32,
    pub tag: u32,
    pub value: Vec<u8>,
}

/// Why reading stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Everything of interest was read.
    Enough,
    /// Over `HEAD_BYTES_MAX`.
    Bytes,
    /// Over `NESTED_MAX`.
    Nested,
    /// Bytes that cannot be an element, at this offset of the data set.
    Malformed(u64, &'static str),
    /// The tap missed a part.
    Gap,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Level {
    tag: u32,
    is_item: bool,
    /// Offset where it ends, when its length is defined.
    end: Option<u64>,
    /// Elements inside are Implicit VR (a sequence written as UN, PS3.5 §6.2.2).
    implicit: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Order {
    implicit: bool,
    big: bool,
}

pub struct HeadReader {
    order: Option<Order>,
    inflate: Option<Box<Decompress>>,
    buf: Vec<u8>,
    /// Offset in the (inflated) data set of the first byte in `buf`.
    at: u64,
    skip: u64,
    copied: usize,
    stack: Vec<Level>,
    pub found: Vec<Found>,
    /// Items counted of each wanted sequence.
    pub items: Vec<(u32, u32)>,
    /// Elements of the first level that bear a value.
    pub filled: Vec<u32>,
    pub stop: Option<Stop>,
}

impl HeadReader {
    pub fn new(syntax: Syntax) -> HeadReader {
        let order = match syntax {
            Syntax::ImplicitLittle => Some(Order { implicit: true, big: false }),
            Syntax::ExplicitLittle | Syntax::DeflatedLittle => Some(Order { implicit: false, big: false }),
            Syntax::ExplicitBig => Some(Order { implicit: false, big: true }),
            Syntax::Unheard => None,
        };
        // PS3.5 A.5: a raw deflate stream (RFC 1951), no zlib head.
        let inflate = (syntax == Syntax::DeflatedLittle).then(|| Box::new(Decompress::new(false)));
        HeadReader {
            order,
            inflate,
            buf: Vec::new(),
            at: 0,
            skip: 0,
            copied: 0,
            stack: Vec::new(),
            found: Vec::new(),
            items: Vec::new(),
            filled: Vec::new(),
            stop: None,
        }
    }

    /// Offer the next bytes of the data set; false when no more are wanted.
    pub fn push(&mut self, mut bytes: &[u8]) -> bool {
        if self.inflate.is_some() {
            return self.push_deflated(bytes);
        }
        while self.stop.is_none() && !bytes.is_empty() {
            bytes = self.plain(bytes);
        }
        self.stop.is_none()
    }

    /// `missing` bytes of the data set were not heard.
    pub fn gap(&mut self, missing: u64) {
        if self.stop.is_some() {
        } else if self.inflate.is_none() && missing <= self.skip && self.buf.is_empty() {
            self.skip = self.skip.saturating_sub(missing);
            self.at = self.at.saturating_add(missing);
        } else {
            self.stop = Some(Stop::Gap);
            self.buf = Vec::new();
        }
    }

    fn push_deflated(&mut self, mut bytes: &[u8]) -> bool {
        let Some(mut inflate) = self.inflate.take() else { return false };
        let mut window = [0u8; 4096];
        while self.stop.is_none() {
            let (before_in, before_out) = (inflate.total_in(), inflate.total_out());
            let done = inflate.decompress(bytes, &mut window, FlushDecompress::None);
            let used = usize::try_from(inflate.total_in().saturating_sub(before_in)).unwrap_or(0);
            let made = usize::try_from(inflate.total_out().saturating_sub(before_out)).unwrap_or(0);
            if done.is_err() {
                self.stop = Some(Stop::Malformed(self.at, "the deflated data set cannot be inflated"));
                break;
            }
            bytes = bytes.get(used..).unwrap_or(&[]);
            let mut plain = window.get(..made).unwrap_or(&[]);
            // Inflated bytes count against the limit even where they are passed over.
            self.copied = self.copied.saturating_add(made);
            while self.stop.is_none() && !plain.is_empty() {
                plain = self.plain(plain);
            }
            if made < window.len() && (bytes.is_empty() || used == 0) {
                break;
            }
        }
        if self.stop.is_none() && self.copied > HEAD_BYTES_MAX {
            self.stop = Some(Stop::Bytes);
        }
        self.inflate = Some(inflate);
        self.stop.is_none()
    }

    /// Take some of `bytes`, read what is whole, hand back the rest.
    fn plain<'b>(&mut self, bytes: &'b [u8]) -> &'b [u8] {
        const PIECE: usize = 2048;
        if self.skip > 0 && self.buf.is_empty() {
            let n = usize::try_from(self.skip).unwrap_or(usize::MAX).min(bytes.len());
            self.skip = self.skip.saturating_sub(wide(n));
            self.at = self.at.saturating_add(wide(n));
            return bytes.get(n..).unwrap_or(&[]);
        }
        let n = bytes.len().min(PIECE);
        self.copied = self.copied.saturating_add(n);
        self.buf.extend_from_slice(bytes.get(..n).unwrap_or(&[]));
        let buf = std::mem::take(&mut self.buf);
        let used = self.elements(&buf);
        self.at = self.at.saturating_add(wide(used));
        self.buf = buf;
        self.buf.drain(..used.min(self.buf.len()));
        if self.stop.is_none() && self.copied > HEAD_BYTES_MAX {
            self.stop = Some(Stop::Bytes);
        }
        if self.stop.is_some() {
            self.buf = Vec::new();
        }
        bytes.get(n..).unwrap_or(&[])
    }

    /// Read whole elements of `buf`; returns the bytes that are done with.
    fn elements(&mut self, buf: &[u8]) -> usize {
        let mut pos = 0usize;
        loop {
            if self.skip > 0 {
                let n = usize::try_from(self.skip).unwrap_or(usize::MAX).min(buf.len().saturating_sub(pos));
                self.skip = self.skip.saturating_sub(wide(n));
                pos = pos.saturating_add(n);
                if self.skip > 0 {
                    return pos;
                }
            }
            let here = self.at.saturating_add(wide(pos));
            while self.stack.last().is_some_and(|l| l.end.is_some_and(|e| e <= here)) {
                self.stack.pop();
            }
            match self.element(Rd::at(buf, pos), here) {
                Some(next) if self.stop.is_none() => pos = next,
                _ => return pos,
            }
        }
    }

    /// One element at the cursor: the position behind it, `None` when more bytes are needed.
    fn element(&mut self, mut rd: Rd<'_>, here: u64) -> Option<usize> {
        let order = self.order(&rd)?;
        let implicit = order.implicit || self.stack.last().is_some_and(|l| l.implicit);
        let big = order.big;
        let tag = (u32::from(two(&mut rd, big)?) << 16) | u32::from(two(&mut rd, big)?);
        // PS3.5 §7.5: items and delimiters have no value representation.
        if tag >> 16 == 0xfffe {
            let length = four(&mut rd, big)?;
            self.delimiter(tag, length, here.saturating_add(8));
            return Some(rd.pos());
        }
        if self.stack.is_empty() && tag >> 16 > tags::LAST_GROUP {
            self.stop = Some(Stop::Enough);
            return None;
        }
        // PS3.5 §7.1.2 (explicit), §7.1.3 (implicit).
        let (vr, length) = if implicit {
            (*b"  ", four(&mut rd, big)?)
        } else {
            let vr: [u8; 2] = rd.array()?;
            if !vr.iter().all(u8::is_ascii_uppercase) {
                self.stop = Some(Stop::Malformed(here, "an element without a value representation in an explicit transfer syntax"));
                return None;
            }
            let length = match &vr {
                b"OB" | b"OD" | b"OF" | b"OL" | b"OV" | b"OW" | b"SQ" | b"SV" | b"UC" | b"UN" | b"UR" | b"UT" | b"UV" => {
                    rd.skip(2)?;
                    four(&mut rd, big)?
                }
                _ => u32::from(two(&mut rd, big)?),
            };
            (vr, length)
        };
        let body = self.at.saturating_add(wide(rd.pos()));
        self.value(tag, vr, length, rd, body)
    }

    fn value(&mut self, tag: u32, vr: [u8; 2], length: u32, mut rd: Rd<'_>, body: u64) -> Option<usize> {
        let top = self.stack.is_empty();
        if top && length > 0 && self.filled.len() < FOUND_MAX && self.filled.last() != Some(&tag) {
            self.filled.push(tag);
        }
        if length == UNDEFINED {
            self.open(tag, None, &vr == b"UN");
            return Some(rd.pos());
        }
        let end = body.saturating_add(u64::from(length));
        if self.stack.iter().any(|l| l.end.is_some_and(|e| end > e)) {
            self.stop = Some(Stop::Malformed(body, "an element is longer than the item it stands in"));
            return None;
        }
        if tags::is_wanted_sequence(tag) && (&vr == b"SQ" || &vr == b"  " || &vr == b"UN") {
            self.open(tag, Some(end), &vr == b"UN");
            return Some(rd.pos());
        }
        let within = self.stack.iter().rev().find(|l| !l.is_item).map_or(0, |l| l.tag);
        if size(length) <= VALUE_BYTES_MAX && self.found.len() < FOUND_MAX && tags::is_wanted(within, tag) {
            let value = rd.take(size(length))?;
            self.found.push(Found { within, tag, value: value.to_vec() });
            return Some(rd.pos());
        }
        self.skip = u64::from(length);
        Some(rd.pos())
    }

    fn open(&mut self, tag: u32, end: Option<u64>, implicit: bool) {
        let implicit = implicit || self.stack.last().is_some_and(|l| l.implicit);
        if self.stack.iter().filter(|l| !l.is_item).count() >= NESTED_MAX {
            self.stop = Some(Stop::Nested);
            return;
        }
        self.stack.push(Level { tag, is_item: false, end, implicit });
    }

    fn delimiter(&mut self, tag: u32, length: u32, body: u64) {
        match tag {
            // Item (FFFE,E000)
            0xfffe_e000 => {
                let Some(parent) = self.stack.last().copied().filter(|l| !l.is_item) else {
                    self.stop = Some(Stop::Malformed(body, "an item outside of a sequence"));
                    return;
                };
                let has_room = self.items.len() < FOUND_MAX;
                match self.items.iter_mut().find(|(t, _)| *t == parent.tag) {
                    Some((_, n)) => *n = n.saturating_add(1),
                    None if has_room => self.items.push((parent.tag, 1)),
                    None => {}
                }
                let end = (length != UNDEFINED).then(|| body.saturating_add(u64::from(length)));
                self.stack.push(Level { tag: parent.tag, is_item: true, end, implicit: parent.implicit });
            }
            // Item Delimitation (FFFE,E00D)
            0xfffe_e00d if self.stack.last().is_some_and(|l| l.is_item) => {
                self.stack.pop();
            }
            // Sequence Delimitation (FFFE,E0DD)
            0xfffe_e0dd if self.stack.last().is_some_and(|l| !l.is_item) => {
                self.stack.pop();
            }
            _ => self.stop = Some(Stop::Malformed(body, "a delimiter where none can stand")),
        }
    }

    /// Encoding; told from the first element where the negotiation was not heard.
    fn order(&mut self, rd: &Rd<'_>) -> Option<Order> {
        if self.order.is_none() {
            let [g0, g1, _, _, v0, v1]: [u8; 6] = rd.rest().get(..6)?.try_into().ok()?;
            let explicit = v0.is_ascii_uppercase() && v1.is_ascii_uppercase();
            // The first group of a data set is small: its zero byte tells the order.
            self.order = Some(Order { implicit: !explicit, big: explicit && g0 == 0 && g1 != 0 });
        }
        self.order
    }
}

fn two(rd: &mut Rd<'_>, big: bool) -> Option<u16> {
    if big { rd.u16() } else { rd.u16_le() }
}

fn four(rd: &mut Rd<'_>, big: bool) -> Option<u32> {
    if big { rd.u32() } else { rd.u32_le() }
}
