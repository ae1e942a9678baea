//! Framing (PS3.8 §9.3): PDUs, presentation data values, their place in each direction, and finding
//! one's feet after a gap.

use super::assoc;
use super::command::{self, Command};
use super::session::{Following, Session};
use crate::read::{Rd, wide};
use crate::{Cx, Step, Stream};
use hinomi_model::{Dir, Nanos, NoteKind};

/// Longest command set that is held; real ones have a few hundred bytes.
const COMMAND_BYTES_MAX: usize = 16 << 10;
/// Bytes that tell a PDU from anything else after a gap.
const FEET: usize = 12;

#[derive(Default)]
pub struct Dicom {
    up: Side,
    down: Side,
    session: Session,
}

/// Where one direction stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    #[default]
    Head,
    /// Inside a P-DATA-TF, at the head of a presentation data value.
    Values { left: u64 },
    /// Inside a presentation data value.
    Fragment { pdu_left: u64, left: u64, context: u8, control: u8 },
    /// Lost: looking for a PDU.
    Lost,
}

#[derive(Default)]
struct Side {
    /// Bytes of this direction taken so far.
    at: u64,
    place: Place,
    /// Bytes before the place, which are still to be passed over.
    owed: u64,
    command: Vec<u8>,
    /// A part of the command set was not heard, or it is over its limit.
    command_holed: bool,
    command_since: Nanos,
    /// Offset of its first byte in this direction.
    command_at: u64,
    following: Option<Following>,
}

impl Stream for Dicom {
    fn feed(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Step {
        let mut took = 0usize;
        loop {
            let owed = std::mem::take(&mut self.side(dir).owed);
            let rest = bytes.get(took..).unwrap_or(&[]);
            let step = if owed > 0 { Step::Skip(owed) } else { self.one(dir, rest, cx) };
            let side = self.side(dir);
            match step {
                // The place changed, no byte was taken.
                Step::Took(0) => {}
                Step::Took(n) => {
                    side.at = side.at.saturating_add(wide(n));
                    took = took.saturating_add(n);
                    if took >= bytes.len() {
                        return Step::Took(took);
                    }
                }
                Step::Skip(n) if n > wide(rest.len()) && took > 0 => {
                    // What was read must be told first.
                    side.owed = n;
                    return Step::Took(took);
                }
                Step::Skip(n) if n > wide(rest.len()) || took == 0 => {
                    side.at = side.at.saturating_add(n);
                    return Step::Skip(n);
                }
                Step::Skip(n) => {
                    side.at = side.at.saturating_add(n);
                    took = took.saturating_add(usize::try_from(n).unwrap_or(0));
                    if took >= bytes.len() {
                        return Step::Took(took);
                    }
                }
                _ if took > 0 => return Step::Took(took),
                Step::Malformed { .. } => {
                    side.place = Place::Lost;
                    return step;
                }
                other => return other,
            }
        }
    }

    fn gap(&mut self, dir: Dir, missing: u64, cx: &mut Cx<'_>) -> bool {
        let side = self.side(dir);
        cx.note(NoteKind::Gap, "dicom.gap", side.at, "A part of the stream was not heard.");
        let owed = side.owed;
        side.owed = owed.saturating_sub(missing);
        side.at = side.at.saturating_add(owed.min(missing));
        let missing = missing.saturating_sub(owed);
        if owed > 0 && missing == 0 {
            return true;
        }
        side.at = side.at.saturating_add(missing);
        match side.place {
            Place::Fragment { pdu_left, left, context, control } if missing <= left => {
                side.holed(control, missing);
                let left = left.saturating_sub(missing);
                side.place = Place::Fragment { pdu_left, left, context, control };
                if left == 0 {
                    self.fragment_done(dir, cx);
                }
            }
            // The end of the PDU is known, the values inside it are not.
            Place::Fragment { pdu_left, left, control, .. } if missing <= pdu_left.saturating_add(left) => {
                side.holed(control, missing);
                let rest = pdu_left.saturating_add(left).saturating_sub(missing);
                side.place = if rest == 0 { Place::Head } else { Place::Fragment { pdu_left: 0, left: rest, context: 0, control: 0 } };
            }
            Place::Values { left } if missing <= left => {
                side.holed(0, missing);
                let rest = left.saturating_sub(missing);
                side.place = if rest == 0 { Place::Head } else { Place::Fragment { pdu_left: 0, left: rest, context: 0, control: 0 } };
            }
            _ => {
                side.holed(1, missing);
                side.place = Place::Lost;
            }
        }
        true
    }

    fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        for dir in [Dir::ToServer, Dir::ToClient] {
            if let Some(following) = self.side(dir).following.take() {
                self.session.object_done(dir, following, cx);
            }
        }
        self.session.end(heard, cx);
    }
}

impl Side {
    fn holed(&mut self, control: u8, missing: u64) {
        if control & 1 == 1 {
            self.command_holed = true;
        }
        if let Some(reader) = self.following.as_mut().and_then(|f| f.reader.as_mut()) {
            reader.gap(missing);
        }
    }
}

impl Dicom {
    fn side(&mut self, dir: Dir) -> &mut Side {
        match dir {
            Dir::ToServer => &mut self.up,
            Dir::ToClient => &mut self.down,
        }
    }

    /// Read one thing; nothing is counted yet.
    fn one(&mut self, dir: Dir, rest: &[u8], cx: &mut Cx<'_>) -> Step {
        match self.side(dir).place {
            Place::Head => self.head(dir, rest, cx),
            Place::Values { left } => self.value_head(dir, left, rest, cx),
            Place::Fragment { pdu_left, left, context, control } => self.fragment(dir, (pdu_left, left, context, control), rest, cx),
            Place::Lost => self.find_feet(dir, rest),
        }
    }

    /// PDU head: type, reserved, length (PS3.8 §9.3.1).
    fn head(&mut self, dir: Dir, rest: &[u8], cx: &mut Cx<'_>) -> Step {
        let mut rd = Rd::new(rest);
        let (Some(kind), Some(_), Some(length)) = (rd.u8(), rd.u8(), rd.u32()) else { return Step::Need(6) };
        let at = self.side(dir).at;
        if kind == 4 {
            if self.session.max_pdu_towards(dir).is_some_and(|max| max > 0 && length > max) {
                cx.note(NoteKind::Odd, "dicom.pdu_over_negotiated", at, "A P-DATA-TF is longer than its receiver said it takes.");
            }
            self.side(dir).place = if length == 0 { Place::Head } else { Place::Values { left: u64::from(length) } };
            return Step::Took(6);
        }
        if !(1..=7).contains(&kind) {
            return Step::Malformed { at: 0, name: "dicom.malformed_pdu", why: "no PDU has this type" };
        }
        let whole = u64::from(length).saturating_add(6);
        if whole > wide(cx.limits.message_bytes_max) {
            cx.note(NoteKind::OverLimit, "dicom.pdu_bytes_max", at, format!("A PDU of type {kind} has {whole} bytes."));
            return Step::Skip(whole);
        }
        let whole = usize::try_from(whole).unwrap_or(usize::MAX);
        let Some(body) = rest.get(6..whole) else { return Step::Need(whole) };
        match kind {
            1 | 2 => match assoc::associate(body) {
                Ok(associate) if kind == 1 => self.session.request(dir, associate, wide(whole), at, cx),
                Ok(associate) => self.session.accept(dir, associate, wide(whole), at, cx),
                Err((offset, why)) => {
                    cx.note(NoteKind::Malformed, "dicom.malformed_association", at.saturating_add(6).saturating_add(wide(offset)), format!("In an association PDU {why}."));
                }
            },
            // PS3.8 Table 9-21 and 9-26: reserved, result or reserved, source, reason.
            3 => {
                let [_, result, source, reason] = four(body);
                self.session.reject(dir, result, source, reason, cx);
            }
            5 => self.session.release_request(dir, cx),
            6 => self.session.release_response(dir, cx),
            _ => {
                let [_, _, source, reason] = four(body);
                self.session.abort(dir, source, reason, cx);
            }
        }
        Step::Took(whole)
    }

    /// Head of a presentation data value: length, context, message control header (PS3.8 §9.3.5.1, E.2).
    fn value_head(&mut self, dir: Dir, left: u64, rest: &[u8], cx: &mut Cx<'_>) -> Step {
        let mut rd = Rd::new(rest);
        if left < 6 {
            return Step::Malformed { at: 0, name: "dicom.malformed_pdv", why: "a P-DATA-TF ends within the head of a value" };
        }
        let (Some(length), Some(context), Some(control)) = (rd.u32(), rd.u8(), rd.u8()) else { return Step::Need(6) };
        let length = u64::from(length);
        if length < 2 || length.saturating_add(4) > left {
            return Step::Malformed { at: 0, name: "dicom.malformed_pdv", why: "a presentation data value is longer than its P-DATA-TF" };
        }
        if context & 1 == 0 {
            return Step::Malformed { at: 4, name: "dicom.malformed_pdv", why: "a presentation context ID is not odd" };
        }
        let pdu_left = left.saturating_sub(4).saturating_sub(length);
        let left = length.saturating_sub(2);
        let side = self.side(dir);
        side.place = Place::Fragment { pdu_left, left, context, control };
        if control & 1 == 1 {
            if side.command.is_empty() {
                side.command_since = cx.time;
                side.command_at = side.at.saturating_add(6);
            }
            // A command ends whatever data set was still being read.
            if let Some(following) = side.following.take() {
                self.session.object_done(dir, following, cx);
            }
        } else if let Some(following) = self.side(dir).following.as_mut() {
            following.bytes = following.bytes.saturating_add(left);
        }
        if left == 0 {
            self.fragment_done(dir, cx);
        }
        Step::Took(6)
    }

    fn fragment(&mut self, dir: Dir, place: (u64, u64, u8, u8), rest: &[u8], cx: &mut Cx<'_>) -> Step {
        let (pdu_left, left, context, control) = place;
        let side = self.side(dir);
        let wanted = if control & 1 == 1 {
            !side.command_holed
        } else {
            side.following.as_ref().is_some_and(|f| f.context == context && f.reader.as_ref().is_some_and(|r| r.stop.is_none()))
        };
        if !wanted {
            // The end of the fragment is dealt with now: its bytes will not come by here.
            self.fragment_done(dir, cx);
            // `fragment_done` goes on at the next value; the bytes to skip lie before it.
            return Step::Skip(left);
        }
        if rest.is_empty() {
            return Step::Need(1);
        }
        let n = usize::try_from(left).unwrap_or(usize::MAX).min(rest.len());
        let piece = rest.get(..n).unwrap_or(&[]);
        if control & 1 == 1 {
            if side.command.len().saturating_add(n) > COMMAND_BYTES_MAX {
                side.command_holed = true;
                side.command = Vec::new();
                let at = side.command_at;
                cx.note(NoteKind::OverLimit, "dicom.command_bytes_max", at, format!("A command set has more than {COMMAND_BYTES_MAX} bytes."));
            } else {
                side.command.extend_from_slice(piece);
            }
        } else if let Some(reader) = side.following.as_mut().and_then(|f| f.reader.as_mut()) {
            reader.push(piece);
        }
        let left = left.saturating_sub(wide(n));
        side.place = Place::Fragment { pdu_left, left, context, control };
        let enough = control & 1 == 0 && side.following.as_ref().and_then(|f| f.reader.as_ref()).is_some_and(|r| r.stop.is_some());
        if left == 0 || enough {
            side.owed = left;
            self.fragment_done(dir, cx);
        }
        Step::Took(n)
    }

    /// The fragment's last byte is (or will be) behind: go on to the next value or PDU.
    fn fragment_done(&mut self, dir: Dir, cx: &mut Cx<'_>) {
        let side = self.side(dir);
        let Place::Fragment { pdu_left, context, control, .. } = side.place else { return };
        side.place = if pdu_left == 0 { Place::Head } else { Place::Values { left: pdu_left } };
        // Bit 1: the last fragment (PS3.8 E.2).
        if control & 2 == 0 {
            return;
        }
        if control & 1 == 1 {
            let bytes = std::mem::take(&mut side.command);
            let holed = std::mem::take(&mut side.command_holed);
            let (at, since) = (side.command_at, side.command_since);
            if !holed {
                match command::command(&bytes) {
                    Ok(command) => self.on_command(dir, command, context, wide(bytes.len()), since, cx),
                    Err((offset, why)) => {
                        let at = at.saturating_add(wide(offset));
                        cx.note(NoteKind::Malformed, "dicom.malformed_command", at, format!("In a command set {why}."));
                    }
                }
            }
        } else if let Some(following) = side.following.take_if(|f| f.context == context) {
            self.session.object_done(dir, following, cx);
        }
    }

    fn on_command(&mut self, dir: Dir, command: Command, context: u8, bytes: u64, since: Nanos, cx: &mut Cx<'_>) {
        // An answer to an object whose end was not heard: what was read of it belongs to the answer.
        if command.is_response() {
            let asked = dir.reverse();
            if let Some(following) = self.side(asked).following.take_if(|f| f.command.message_id == command.responded_id) {
                self.session.object_done(asked, following, cx);
            }
        }
        let at = self.side(dir).command_at;
        let following = self.session.command(dir, command, context, bytes, since, at, cx);
        self.side(dir).following = following;
    }

    /// After a gap: the next place that can be a PDU.
    fn find_feet(&mut self, dir: Dir, rest: &[u8]) -> Step {
        for n in 0..rest.len() {
            match is_pdu(rest.get(n..).unwrap_or(&[])) {
                Some(false) => {}
                None if n > 0 => return Step::Took(n),
                None => return Step::Need(FEET),
                Some(true) => {
                    let side = self.side(dir);
                    side.place = Place::Head;
                    side.command = Vec::new();
                    side.command_holed = false;
                    return Step::Took(n);
                }
            }
        }
        if rest.is_empty() { Step::Need(FEET) } else { Step::Took(rest.len()) }
    }
}

/// The first four bytes of a PDU body; missing ones count as zero.
fn four(body: &[u8]) -> [u8; 4] {
    let mut rd = Rd::new(body);
    [rd.u8().unwrap_or(0), rd.u8().unwrap_or(0), rd.u8().unwrap_or(0), rd.u8().unwrap_or(0)]
}

/// Whether a PDU can start here; `None` when that takes more bytes to tell.
fn is_pdu(bytes: &[u8]) -> Option<bool> {
    let mut rd = Rd::new(bytes);
    let kind = rd.u8()?;
    if !matches!(kind, 1 | 2 | 4..=7) {
        return Some(false);
    }
    if rd.u8()? != 0 {
        return Some(false);
    }
    let length = rd.u32()?;
    Some(match kind {
        1 | 2 => (72..=1 << 16).contains(&length) && rd.u16()? == 1 && rd.u16()? == 0,
        4 => {
            if length > 1 << 26 {
                return Some(false);
            }
            let item = rd.u32()?;
            item >= 2 && item.checked_add(4).is_some_and(|n| n <= length) && rd.u8()? & 1 == 1 && rd.u8()? <= 3
        }
        5 | 6 => length == 4 && rd.u32()? == 0,
        _ => length == 4 && rd.u16()? == 0 && rd.u8()? <= 2,
    })
}
