//! Frames (E1381 §6.3): `STX number text ETB|ETX checksum CR LF`, ENQ before, EOT behind, each
//! answered by ACK or NAK.

use super::record;
use crate::read::{Rd, lapse, silence, wide};
use crate::{Cx, Step, Stream};
use hinomi_model::{Dir, Exchange, Nanos, NoteKind, Outcome};

const STX: u8 = 0x02;
const ETX: u8 = 0x03;
const EOT: u8 = 0x04;
const ENQ: u8 = 0x05;
const ACK: u8 = 0x06;
const NAK: u8 = 0x15;
const ETB: u8 = 0x17;
/// Longest frame text (LIS01-A2 §6.3.1.2 allows 63,993 characters).
const FRAME_BYTES_MAX: usize = 64_000;

#[derive(Default)]
pub struct Astm {
    at: [u64; 2],
    /// The message that is being sent, and by which side.
    message: Option<Message>,
    told_bare: bool,
    told_checksum: bool,
    /// After a gap, to the server and to the client: ENQ or a frame is looked for.
    lost: [bool; 2],
}

#[derive(Default)]
struct Message {
    dir: Option<Dir>,
    since: Nanos,
    text: Vec<u8>,
    /// Frame that waits for ACK or NAK.
    offered: Option<Vec<u8>>,
    frames: u64,
    refused: u64,
    bad_checksums: u64,
    bytes: u64,
    answered: bool,
    last: Nanos,
    over: bool,
}

impl Astm {
    fn at(&mut self, dir: Dir) -> &mut u64 {
        let [up, down] = &mut self.at;
        if dir == Dir::ToServer { up } else { down }
    }

    fn lost(&mut self, dir: Dir) -> &mut bool {
        let [up, down] = &mut self.lost;
        if dir == Dir::ToServer { up } else { down }
    }

    fn begin(&mut self, dir: Dir, cx: &Cx<'_>) -> &mut Message {
        if self.message.as_ref().is_none_or(|m| m.dir != Some(dir)) {
            self.message = Some(Message { dir: Some(dir), since: cx.time, last: cx.time, ..Message::default() });
        }
        self.message.get_or_insert_with(Message::default)
    }

    /// One control character or frame; the bytes it took, or what is missing.
    fn one(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Step {
        if *self.lost(dir) {
            match bytes.iter().position(|b| matches!(*b, ENQ | STX | ACK | NAK)) {
                Some(0) => *self.lost(dir) = false,
                Some(n) => return Step::Took(n),
                None if bytes.is_empty() => return Step::Need(1),
                None => return Step::Took(bytes.len()),
            }
        }
        match bytes.first() {
            None => Step::Need(1),
            Some(&ENQ) => {
                self.finish(cx);
                let m = self.begin(dir, cx);
                m.bytes = m.bytes.saturating_add(1);
                Step::Took(1)
            }
            Some(&EOT) => {
                self.finish(cx);
                Step::Took(1)
            }
            Some(&(ACK | NAK)) => {
                self.reply(dir, bytes.first() == Some(&ACK), cx);
                Step::Took(1)
            }
            Some(&STX) => self.frame(dir, bytes, cx),
            Some(b'\r' | b'\n' | 0) => Step::Took(1),
            Some(b'H') => self.bare(dir, bytes, cx),
            Some(_) if self.message.as_ref().is_some_and(|m| m.dir == Some(dir) && m.frames == 0 && !m.text.is_empty()) => self.bare(dir, bytes, cx),
            Some(_) => Step::Malformed { at: 0, name: "astm.malformed_frame", why: "neither a frame nor a control character" },
        }
    }

    fn reply(&mut self, dir: Dir, is_ack: bool, cx: &Cx<'_>) {
        let limit = cx.limits.message_bytes_max;
        let Some(m) = self.message.as_mut().filter(|m| m.dir == Some(dir.reverse())) else { return };
        m.answered = true;
        m.last = cx.time;
        match m.offered.take() {
            Some(text) if is_ack => m.keep(&text, limit),
            Some(_) => m.refused = m.refused.saturating_add(1),
            None => {}
        }
    }

    fn frame(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Step {
        let end = bytes.iter().position(|b| matches!(*b, ETX | ETB));
        let Some(end) = end else {
            if bytes.len() > FRAME_BYTES_MAX {
                return Step::Malformed { at: 0, name: "astm.malformed_frame", why: "a frame is longer than any can be" };
            }
            return Step::Need(bytes.len().saturating_add(1));
        };
        // ETX or ETB, checksum of two hex digits, CR, LF (the last two are often left out).
        let whole = end.saturating_add(3);
        let Some(check) = bytes.get(end.saturating_add(1)..whole) else { return Step::Need(whole) };
        let body = bytes.get(1..=end).unwrap_or(&[]);
        let sum = body.iter().fold(0u8, |sum, b| sum.wrapping_add(*b));
        let told = std::str::from_utf8(check).ok().and_then(|c| u8::from_str_radix(c, 16).ok());
        let at = *self.at(dir);
        if told != Some(sum) && !std::mem::replace(&mut self.told_checksum, true) {
            cx.note(NoteKind::Odd, "astm.bad_checksum", at, "A frame has a wrong checksum.");
        }
        let limit = cx.limits.message_bytes_max;
        let now = cx.time;
        let m = self.begin(dir, cx);
        // An offer that was neither taken nor refused in our hearing counts as taken.
        if let Some(text) = m.offered.take() {
            m.keep(&text, limit);
        }
        m.frames = m.frames.saturating_add(1);
        m.last = now;
        m.bytes = m.bytes.saturating_add(wide(whole));
        // The frame number is no part of the text.
        m.offered = Some(body.get(1..body.len().saturating_sub(1)).unwrap_or(&[]).to_vec());
        if told != Some(sum) {
            m.bad_checksums = m.bad_checksums.saturating_add(1);
        }
        Step::Took(whole)
    }

    /// Records without frames, a line each; a terminator record ends the message.
    fn bare(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Step {
        let Some(end) = bytes.iter().position(|b| matches!(*b, b'\r' | b'\n')) else {
            if bytes.len() > FRAME_BYTES_MAX {
                return Step::Malformed { at: 0, name: "astm.malformed_frame", why: "a record is longer than any can be" };
            }
            return Step::Need(bytes.len().saturating_add(1));
        };
        let at = *self.at(dir);
        if !std::mem::replace(&mut self.told_bare, true) {
            cx.note(NoteKind::Odd, "astm.no_frames", at, "Records are sent without frames.");
        }
        let line = bytes.get(..=end).unwrap_or(&[]);
        let limit = cx.limits.message_bytes_max;
        let m = self.begin(dir, cx);
        m.bytes = m.bytes.saturating_add(wide(line.len()));
        m.keep(line, limit);
        if line.starts_with(b"L|") {
            self.finish(cx);
        }
        Step::Took(line.len())
    }

    /// The message is whole, or nothing more of it will come.
    fn finish(&mut self, cx: &mut Cx<'_>) {
        let Some(mut m) = self.message.take() else { return };
        let Some(dir) = m.dir else { return };
        let left = m.offered.take();
        let unanswered = left.is_some();
        if let Some(text) = left {
            m.keep(&text, cx.limits.message_bytes_max);
        }
        if m.over {
            cx.note(NoteKind::OverLimit, "astm.message_bytes_max", *self.at(dir), format!("A message has more than {} bytes.", cx.limits.message_bytes_max));
        }
        if m.text.is_empty() {
            return;
        }
        let mut exchange = Exchange { time: m.since, request_bytes: m.bytes, reversed: dir == Dir::ToClient, ..Exchange::default() };
        exchange.duration_ns = lapse(m.since, m.last).filter(|_| m.answered);
        // Records without frames are not acknowledged.
        exchange.outcome = if m.answered && !unanswered || m.frames == 0 {
            Outcome::Ok
        } else {
            let [up, down] = self.at;
            silence([up > 0, down > 0], dir)
        };
        exchange.status = if m.answered { "ACK" } else { "" }.to_string();
        for (name, n) in [("frames", m.frames), ("refused_frames", m.refused), ("bad_checksums", m.bad_checksums)] {
            if n > 0 {
                exchange.detail.push((name, n.to_string()));
            }
        }
        record::message(dir, &m.text, exchange, cx);
    }
}

impl Message {
    fn keep(&mut self, text: &[u8], max: usize) {
        if self.text.len().saturating_add(text.len()) > max {
            self.over = true;
        } else {
            self.text.extend_from_slice(text);
        }
    }
}

impl Stream for Astm {
    fn feed(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Step {
        let mut rd = Rd::new(bytes);
        loop {
            if rd.is_empty() && rd.pos() > 0 {
                return Step::Took(rd.pos());
            }
            match self.one(dir, rd.rest(), cx) {
                Step::Took(n) => {
                    *self.at(dir) = self.at(dir).saturating_add(wide(n));
                    if rd.skip(n).is_none() {
                        return Step::Took(bytes.len());
                    }
                }
                _ if rd.pos() > 0 => return Step::Took(rd.pos()),
                other => return other,
            }
        }
    }

    fn gap(&mut self, dir: Dir, missing: u64, cx: &mut Cx<'_>) -> bool {
        cx.note(NoteKind::Gap, "astm.gap", *self.at(dir), format!("{missing} bytes were not heard."));
        self.finish(cx);
        *self.lost(dir) = true;
        true
    }

    fn end(&mut self, _heard: [bool; 2], cx: &mut Cx<'_>) {
        self.finish(cx);
    }
}
