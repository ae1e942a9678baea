//! Blocks (MLLP release 1 and 2: `VT data FS CR`), found tolerantly, and what stands in them: single
//! messages, batches (HL7 v2.9 §2.10.3), commit acknowledgements.

use super::message::{self, Lines, Marks};
use super::session::Session;
use crate::read::wide;
use crate::{Cx, Step, Stream};
use hinomi_model::{Dir, Nanos, NoteKind};
use std::borrow::Cow;

const VT: u8 = 0x0b;
const FS: u8 = 0x1c;
/// Room that is kept for the next message (bytes).
const ROOM_KEPT: usize = 4096;

#[derive(Default)]
pub struct Hl7 {
    up: Side,
    down: Side,
    session: Session,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    /// Between blocks.
    #[default]
    Between,
    /// In a block that began with VT.
    Block,
    /// In a message that began without VT.
    Bare,
    /// In a block over the limit: its head was read, its end is awaited.
    Tail,
    /// After a gap: a start block is awaited.
    Lost,
}

#[derive(Default)]
struct Side {
    place: Place,
    held: Vec<u8>,
    /// Bytes of this direction taken so far, and those before the block at hand.
    at: u64,
    began_at: u64,
    began: Nanos,
    told: Told,
}

/// Notes said once a direction.
#[derive(Default)]
struct Told {
    no_start: bool,
    no_end: bool,
    hybrid: bool,
    line_feed: bool,
    guessed: bool,
    unknown_set: bool,
}

impl Stream for Hl7 {
    fn feed(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Step {
        if bytes.is_empty() {
            return Step::Need(1);
        }
        let mut rest = bytes;
        while !rest.is_empty() {
            let n = self.some(dir, rest, cx).clamp(1, rest.len());
            let side = self.side(dir);
            side.at = side.at.saturating_add(wide(n));
            rest = rest.get(n..).unwrap_or(&[]);
        }
        Step::Took(bytes.len())
    }

    fn gap(&mut self, dir: Dir, missing: u64, cx: &mut Cx<'_>) -> bool {
        let side = self.side(dir);
        cx.note(NoteKind::Gap, "hl7.gap", side.at, "A part of the stream was not heard.");
        side.at = side.at.saturating_add(missing);
        side.held = Vec::new();
        side.place = Place::Lost;
        true
    }

    fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        for dir in [Dir::ToServer, Dir::ToClient] {
            if matches!(self.side(dir).place, Place::Block | Place::Bare) {
                let framed = self.side(dir).place == Place::Block;
                // Lines that ended are whole; the one being sent is not.
                let side = self.side(dir);
                let whole = side.held.iter().rposition(|b| matches!(b, b'\r' | b'\n')).map_or(0, |n| n.saturating_add(1));
                let cut = framed && whole < side.held.len();
                side.held.truncate(whole);
                self.no_end(dir, cx);
                self.block(dir, cut, cx);
            }
        }
        self.session.end(heard, cx);
    }
}

impl Hl7 {
    fn side(&mut self, dir: Dir) -> &mut Side {
        match dir {
            Dir::ToServer => &mut self.up,
            Dir::ToClient => &mut self.down,
        }
    }

    /// Take some bytes; returns how many.
    fn some(&mut self, dir: Dir, rest: &[u8], cx: &mut Cx<'_>) -> usize {
        let side = self.side(dir);
        match side.place {
            Place::Between => match rest.first() {
                Some(&VT) => {
                    side.begin(Place::Block, cx.time, 0);
                    1
                }
                // Padding between blocks, and the CR behind FS.
                Some(b'\r' | b'\n' | 0 | b' ' | &FS) => 1,
                _ => {
                    side.begin(Place::Bare, cx.time, 0);
                    self.bare(dir, rest, cx)
                }
            },
            Place::Lost => match rest.iter().position(|b| *b == VT) {
                Some(0) => {
                    side.begin(Place::Block, cx.time, 0);
                    1
                }
                Some(n) => n,
                None => rest.len(),
            },
            Place::Tail => match rest.iter().position(|b| *b == FS) {
                Some(n) => {
                    side.place = Place::Between;
                    n.saturating_add(1)
                }
                None => rest.len(),
            },
            Place::Block => self.framed(dir, rest, cx),
            Place::Bare => self.bare(dir, rest, cx),
        }
    }

    fn framed(&mut self, dir: Dir, rest: &[u8], cx: &mut Cx<'_>) -> usize {
        let end = end_of_block(rest);
        let n = end.unwrap_or(rest.len());
        if !self.hold(dir, rest.get(..n).unwrap_or(&[]), cx) {
            return n.max(1);
        }
        match end.and_then(|n| rest.get(n)) {
            Some(&FS) => {
                self.block(dir, false, cx);
                n.saturating_add(1)
            }
            // A new start block ends a message that forgot its end.
            Some(_) => {
                self.no_end(dir, cx);
                self.block(dir, false, cx);
                self.side(dir).begin(Place::Block, cx.time, n);
                n.saturating_add(1)
            }
            None => n,
        }
    }

    /// Without start block: up to an end block, a start block, or a further MSH on a new line.
    fn bare(&mut self, dir: Dir, rest: &[u8], cx: &mut Cx<'_>) -> usize {
        let end = rest.iter().position(|b| matches!(*b, FS | VT | b'\r' | b'\n'));
        let n = end.unwrap_or(rest.len());
        if !self.hold(dir, rest.get(..n).unwrap_or(&[]), cx) {
            return n.max(1);
        }
        // At the start of a line a message may begin.
        let held = &self.side(dir).held;
        let line = held.iter().rposition(|b| matches!(b, b'\r' | b'\n')).map_or(0, |n| n.saturating_add(1));
        let begins = line > 0 && held.get(line..).is_some_and(|l| l.starts_with(b"MSH") && Marks::read(l).is_some());
        if begins {
            let next = self.side(dir).held.split_off(line);
            self.no_end(dir, cx);
            self.block(dir, false, cx);
            let side = self.side(dir);
            side.begin(Place::Bare, cx.time, 0);
            side.began_at = side.began_at.saturating_add(wide(n)).saturating_sub(wide(next.len()));
            side.held = next;
        }
        match end.and_then(|n| rest.get(n)) {
            Some(&FS) => {
                self.block(dir, false, cx);
                n.saturating_add(1)
            }
            Some(&VT) => {
                if !self.side(dir).held.is_empty() {
                    self.no_end(dir, cx);
                    self.block(dir, false, cx);
                }
                self.side(dir).begin(Place::Block, cx.time, n);
                n.saturating_add(1)
            }
            Some(mark) => {
                self.side(dir).held.push(*mark);
                n.saturating_add(1)
            }
            None => n,
        }
    }

    /// Add to the message held; false when that goes over the limit and its head was read.
    fn hold(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> bool {
        let max = cx.limits.message_bytes_max;
        let side = self.side(dir);
        if side.held.len().saturating_add(bytes.len()) <= max {
            side.held.extend_from_slice(bytes);
            return true;
        }
        cx.note(NoteKind::OverLimit, "hl7.message_bytes_max", side.began_at, format!("A message has more than {max} bytes."));
        let room = max.saturating_sub(side.held.len());
        side.held.extend_from_slice(bytes.get(..room).unwrap_or(&[]));
        self.block(dir, true, cx);
        self.side(dir).place = Place::Tail;
        false
    }

    fn no_end(&mut self, dir: Dir, cx: &mut Cx<'_>) {
        let side = self.side(dir);
        if !side.told.no_end && !side.held.is_empty() {
            side.told.no_end = true;
            cx.note(NoteKind::Odd, "hl7.no_end_block", side.began_at, "A message ends without its end block.");
        }
    }

    /// A block is whole (or cut at the limit): read what stands in it.
    fn block(&mut self, dir: Dir, truncated: bool, cx: &mut Cx<'_>) {
        let side = self.side(dir);
        let bare = side.place == Place::Bare;
        side.place = Place::Between;
        let mut held = std::mem::take(&mut side.held);
        let (at, began) = (side.began_at, side.began);
        self.content(dir, &held, bare, truncated, at, began, cx);
        if held.capacity() <= ROOM_KEPT {
            held.clear();
            self.side(dir).held = held;
        }
    }

    #[allow(clippy::too_many_arguments)]
    fn content(&mut self, dir: Dir, held: &[u8], bare: bool, truncated: bool, at: u64, began: Nanos, cx: &mut Cx<'_>) {
        // MLLP release 2 §4: commit acknowledgement, one byte.
        if let [code @ (0x06 | 0x15)] = held {
            self.session.commit(dir, *code == 0x06);
            return;
        }
        let mut bytes = held;
        // Hybrid lower layer protocol: `D` and a version, CR, before the data.
        if let [b'D', b'0'..=b'9', b'0'..=b'9', b'\r', after @ ..] = bytes {
            bytes = after;
            if !std::mem::replace(&mut self.side(dir).told.hybrid, true) {
                cx.note(NoteKind::Odd, "hl7.hybrid_framing", at, "Blocks have the head of the hybrid lower layer protocol.");
            }
        }
        while let [b'\r' | b'\n' | b' ', after @ ..] = bytes {
            bytes = after;
        }
        if !bare && !truncated && self.session.again(dir, bytes, at, began, cx) {
            return;
        }
        let Some(marks) = Marks::read(bytes) else {
            if !bytes.is_empty() {
                cx.note(NoteKind::Malformed, "hl7.not_a_message", at, "A block does not start with MSH, FHS or BHS.");
            }
            return;
        };
        if bare && !std::mem::replace(&mut self.side(dir).told.no_start, true) {
            cx.note(NoteKind::Odd, "hl7.no_start_block", at, "A message begins without its start block.");
        }
        let mut batch = None;
        let parts = split(bytes);
        let alone = parts.len() == 1;
        for part in parts {
            let marks = Marks::read(part).unwrap_or(marks);
            if part.starts_with(b"MSH") {
                self.message(dir, part, marks, batch.as_deref(), (alone, truncated), (at, began), cx);
            } else if !matches!(part.get(1), Some(b'T')) {
                batch = Some(batch_id(part, marks));
            }
        }
    }

    #[allow(clippy::too_many_arguments)]
    fn message(&mut self, dir: Dir, part: &[u8], marks: Marks, batch: Option<&str>, (alone, truncated): (bool, bool), (at, began): (u64, Nanos), cx: &mut Cx<'_>) {
        let decoded = message::decode(part, marks);
        let side = self.side(dir);
        if decoded.unknown && !std::mem::replace(&mut side.told.unknown_set, true) {
            cx.note(NoteKind::Unknown, "hl7.unknown_character_set", at, "A message declares a character set that table 0211 does not name.");
        }
        if let Some(name) = decoded.guessed
            && !std::mem::replace(&mut side.told.guessed, true)
        {
            cx.note(NoteKind::Odd, "hl7.charset_guessed", at, format!("Text does not fit the declared character set; it reads as {name}."));
        }
        let (segments, over) = message::segments(&decoded.text, marks);
        let line_feeds = decoded.text.contains('\n');
        if line_feeds && !std::mem::replace(&mut side.told.line_feed, true) {
            cx.note(NoteKind::Odd, "hl7.line_feed", at, "Segments end in a line feed.");
        }
        if over {
            cx.note(NoteKind::OverLimit, "hl7.segments_max", at, format!("A message has more than {} segments.", message::SEGMENTS_MAX));
        }
        // Remembered is what stands alone in its block, and whose bytes are its text.
        let bytes = (alone && !truncated && !over && matches!(decoded.text, Cow::Borrowed(_))).then_some(part);
        self.session.message(dir, &segments, &decoded, batch, (bytes, truncated), wide(part.len()), at, began, cx);
    }
}

impl Side {
    /// A block begins `ahead` bytes behind the last one counted.
    fn begin(&mut self, place: Place, time: Nanos, ahead: usize) {
        self.place = place;
        self.held.clear();
        self.began_at = self.at.saturating_add(wide(ahead));
        self.began = time;
    }
}

/// Where the end block or the next start block stands.
fn end_of_block(bytes: &[u8]) -> Option<usize> {
    memchr::memchr2(FS, VT, bytes)
}

/// Control ID of a batch (BHS-11) or file (FHS-11) header.
fn batch_id(part: &[u8], marks: Marks) -> String {
    let line = part.split(|b| matches!(b, b'\r' | b'\n')).next().unwrap_or(&[]);
    String::from_utf8_lossy(line).split(char::from(marks.field)).nth(10).unwrap_or("").trim().to_string()
}

/// Parts of a block that start with MSH, FHS, BHS, BTS or FTS at the start of a line.
fn split(bytes: &[u8]) -> Vec<&[u8]> {
    let mut starts = vec![0usize];
    for (n, _) in Lines::of(bytes).skip(1) {
        if matches!(bytes.get(n..), Some([b'M', b'S', b'H', ..] | [b'B', b'H', b'S', ..] | [b'F', b'H', b'S', ..] | [b'B' | b'F', b'T', b'S', ..])) {
            starts.push(n);
        }
    }
    let ends = starts.iter().skip(1).copied().chain([bytes.len()]);
    starts.iter().zip(ends).filter_map(|(a, b)| bytes.get(*a..b)).collect()
}
