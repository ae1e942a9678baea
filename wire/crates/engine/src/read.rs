//! How the payload of a flow reaches its dissector: recognition first, then bytes in order. In-order
//! segments go in as slices of the packet; only what must wait is copied, within named limits.

use crate::flow::{Flow, seq_distance};
use crate::recognise::{Candidate, Set};
use crate::sides::Sides;
use crate::voice::{Stand, Voice};
use hinomi_decode::Tcp;
use hinomi_dissect::{Datagram, Entry, Step, Stream, Verdict};
use hinomi_model::{Dir, Nanos, NoteKind, PacketRef, rows};

/// Where the reading of a flow stands.
#[derive(Default)]
pub enum Reader {
    /// No payload yet.
    #[default]
    New,
    Looking(Box<Looking>),
    Stream(Box<StreamReading>),
    /// UDP, not recognised so far: datagrams shown to the probes.
    Unknown(Sides<u8>),
    Datagrams(Box<DatagramReading>),
    /// Nothing more is wanted; the flow is only counted.
    Closed,
}

pub struct Looking {
    open: Sides<Set>,
    first: Dir,
    halves: Sides<Half>,
}

pub struct StreamReading {
    candidate: Candidate,
    stream: Box<dyn Stream>,
    halves: Sides<Half>,
}

pub struct DatagramReading {
    candidate: Candidate,
    datagram: Box<dyn Datagram>,
}

/// One direction of a stream.
#[derive(Default)]
struct Half {
    /// Stream offset of the first byte that was not taken.
    position: u64,
    /// Bytes from there that the dissector could not take yet.
    buffer: Vec<u8>,
    /// Do not show the buffer again before it holds as many bytes.
    need: usize,
    /// Bytes to pass over unread.
    skip: u64,
    /// Segments that came before an earlier one.
    late: Vec<Segment>,
    late_bytes: usize,
    late_since: Nanos,
    /// Bytes at the start were dropped before the protocol was recognised.
    lost_head: bool,
    done: bool,
    tries: u64,
    /// Bytes of this half that stand in `Voice::held`.
    accounted: u64,
}

struct Segment {
    seq: u32,
    len: u32,
    bytes: Vec<u8>,
    time: Nanos,
    at: PacketRef,
}

fn wide(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

fn narrow(n: u64) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

fn after(bytes: &[u8], n: usize) -> &[u8] {
    bytes.get(n..).unwrap_or(&[])
}

impl Half {
    fn account(&mut self, voice: &mut Voice) {
        let now = wide(self.buffer.capacity()) + wide(self.late_bytes);
        voice.held = (voice.held + now).saturating_sub(self.accounted);
        self.accounted = now;
    }

    /// Nothing more is read of this direction.
    fn close(&mut self) {
        self.done = true;
        self.position += wide(self.buffer.len());
        self.buffer = Vec::new();
        self.late = Vec::new();
        self.late_bytes = 0;
        self.skip = 0;
    }
}

impl Reader {
    fn half(&mut self, dir: Dir) -> Option<&mut Half> {
        match self {
            Reader::Looking(looking) => Some(looking.halves.of_mut(dir)),
            Reader::Stream(reading) => Some(reading.halves.of_mut(dir)),
            _ => None,
        }
    }

    /// Whether a segment of `dir` waits for an earlier one.
    #[inline]
    pub fn is_waiting(&self, dir: Dir) -> bool {
        match self {
            Reader::Looking(looking) => !looking.halves.of(dir).late.is_empty(),
            Reader::Stream(reading) => !reading.halves.of(dir).late.is_empty(),
            _ => false,
        }
    }

    /// Forget what is held; for a flow that ends.
    pub fn release(&mut self, voice: &mut Voice) {
        for dir in [Dir::ToServer, Dir::ToClient] {
            if let Some(half) = self.half(dir) {
                half.close();
                half.account(voice);
            }
        }
    }
}

/// Payload at hand, and the packet it came in.
#[derive(Clone, Copy)]
pub struct At {
    pub dir: Dir,
    pub time: Nanos,
    pub packet: PacketRef,
}

impl At {
    fn stand(&self, flow: &Flow, protocol: &'static str) -> Stand {
        Stand::of(flow, protocol, self.dir, self.time, self.packet)
    }
}

/// A TCP segment with payload. The caller has seen to SYN and the first sequence number.
pub fn segment(flow: &mut Flow, tcp: &Tcp<'_>, seq: u32, at: At, voice: &mut Voice, sink: &mut dyn rows::Sink) {
    let side = flow.sides.of_mut(at.dir);
    let distance = seq_distance(side.next, seq);
    if distance > 0 {
        early(flow, tcp, seq, distance.unsigned_abs(), at, voice, sink);
        return;
    }
    let old = distance.unsigned_abs();
    if old >= tcp.payload_len {
        // Heard before, or it fills a hole that was passed over.
        let (from, to) = side.hole;
        if seq_distance(from, seq) >= 0 && seq_distance(seq, to) > 0 {
            let filled = u64::from(tcp.payload_len.min(to.wrapping_sub(seq)));
            side.gap_bytes = side.gap_bytes.saturating_sub(filled);
            side.payload += filled;
            side.hole = if seq == from { (seq.wrapping_add(tcp.payload_len), to) } else { (from, seq) };
            if seq_distance(side.hole.0, side.hole.1) <= 0 {
                side.hole = (0, 0);
            }
        }
        return;
    }
    let mut reader = std::mem::take(&mut flow.reader);
    in_order(flow, &mut reader, seq, tcp.payload_len, tcp.payload, at, voice, sink);
    catch_up(flow, &mut reader, at.dir, voice, sink);
    flow.reader = reader;
}

/// Bytes whose first is not later than the one expected; some of them are new.
#[allow(clippy::too_many_arguments)]
fn in_order(
    flow: &mut Flow,
    reader: &mut Reader,
    seq: u32,
    len: u32,
    bytes: &[u8],
    at: At,
    voice: &mut Voice,
    sink: &mut dyn rows::Sink,
) {
    let side = flow.sides.of_mut(at.dir);
    let old = side.next.wrapping_sub(seq);
    let new = len.saturating_sub(old);
    side.next = seq.wrapping_add(len);
    side.payload += u64::from(new);
    if matches!(reader, Reader::Closed) {
        return;
    }
    let fresh = after(bytes, narrow(u64::from(old)));
    deliver(flow, reader, fresh, at, voice, sink);
    // The capture cut the packet short: the rest was on the wire, but is not here.
    let cut = u64::from(new).saturating_sub(wide(fresh.len()));
    if cut > 0 {
        missing(flow, reader, cut, at, voice, sink);
    }
    if let Some(half) = reader.half(at.dir) {
        half.account(voice);
    }
}

/// A segment that comes before an earlier one.
fn early(flow: &mut Flow, tcp: &Tcp<'_>, seq: u32, distance: u32, at: At, voice: &mut Voice, sink: &mut dyn rows::Sink) {
    // Half the circle away is no gap but another connection's number.
    const BELIEVED: u32 = 1 << 28;
    let mut reader = std::mem::take(&mut flow.reader);
    if matches!(reader, Reader::New) && voice.recogniser.all_streams() != 0 {
        reader = Reader::Looking(Looking::new(voice, at.dir));
    }
    let side = flow.sides.of_mut(at.dir);
    let wanted = reader.half(at.dir).filter(|half| !half.done && distance < BELIEVED);
    let Some(half) = wanted else {
        if distance < BELIEVED {
            side.hole = (side.next, seq);
            side.gap_bytes += u64::from(distance);
            voice.counters.gap_bytes += u64::from(distance);
        }
        side.next = seq.wrapping_add(tcp.payload_len);
        side.payload += u64::from(tcp.payload_len);
        flow.reader = reader;
        return;
    };
    let next = side.next;
    let place = half.late.partition_point(|s| seq_distance(next, s.seq) < seq_distance(next, seq));
    let is_copy = half.late.get(place).is_some_and(|s| s.seq == seq && s.len >= tcp.payload_len);
    if !is_copy {
        // What will be skipped anyway is not copied.
        let unread = half.skip >= u64::from(distance) + u64::from(tcp.payload_len);
        let bytes = if unread { Vec::new() } else { tcp.payload.to_vec() };
        if half.late.is_empty() {
            half.late_since = at.time;
        }
        half.late_bytes += bytes.len();
        half.late.insert(place, Segment { seq, len: tcp.payload_len, bytes, time: at.time, at: at.packet });
        half.account(voice);
    }
    flow.reader = reader;
    stop_waiting(flow, at.dir, None, at.time, voice, sink);
}

/// Decide whether missing bytes of `dir` are still waited for. `ack` is what the other side said it has
/// received; `i64::MAX` as `now` gives everything up (the flow ends).
pub fn stop_waiting(flow: &mut Flow, dir: Dir, ack: Option<u32>, now: Nanos, voice: &mut Voice, sink: &mut dyn rows::Sink) {
    /// Segments behind the gap that must have come before the other side's word is enough: a mirror
    /// may interleave the two directions a little.
    const BEHIND_MIN: usize = 3;
    if !flow.reader.is_waiting(dir) {
        return;
    }
    let mut reader = std::mem::take(&mut flow.reader);
    while let Some(half) = reader.half(dir) {
        let Some(first) = half.late.first() else { break };
        let next = flow.sides.of(dir).next;
        let received = ack.is_some_and(|a| seq_distance(first.seq, a) > 0 && half.late.len() >= BEHIND_MIN);
        let over = half.late.len() > narrow(voice.limits.out_of_order_segments_max)
            || wide(half.late_bytes) > voice.limits.out_of_order_bytes_max
            || voice.held > voice.limits.reassembly_bytes_max;
        let late = now.saturating_sub(half.late_since) > i64::try_from(voice.limits.gap_wait_ms).unwrap_or(i64::MAX).saturating_mul(1_000_000);
        if !(received || over || late) {
            break;
        }
        let gap = u64::from(first.seq.wrapping_sub(next));
        let at = At { dir, time: first.time, packet: first.at };
        let side = flow.sides.of_mut(dir);
        side.hole = (next, first.seq);
        side.next = first.seq;
        side.gap_bytes += gap;
        voice.counters.gap_bytes += gap;
        missing(flow, &mut reader, gap, at, voice, sink);
        catch_up(flow, &mut reader, dir, voice, sink);
    }
    flow.reader = reader;
}

/// Deliver the segments that waited and are now in order.
fn catch_up(flow: &mut Flow, reader: &mut Reader, dir: Dir, voice: &mut Voice, sink: &mut dyn rows::Sink) {
    while let Some(half) = reader.half(dir) {
        let next = flow.sides.of(dir).next;
        match half.late.first() {
            Some(first) if seq_distance(next, first.seq) <= 0 => {}
            Some(first) => {
                half.late_since = first.time;
                return;
            }
            None => return,
        }
        let segment = half.late.remove(0);
        half.late_bytes = half.late_bytes.saturating_sub(segment.bytes.len());
        half.account(voice);
        if seq_distance(next, segment.seq.wrapping_add(segment.len)) > 0 {
            let at = At { dir, time: segment.time, packet: segment.at };
            in_order(flow, reader, segment.seq, segment.len, &segment.bytes, at, voice, sink);
        }
    }
}

fn deliver(flow: &mut Flow, reader: &mut Reader, bytes: &[u8], at: At, voice: &mut Voice, sink: &mut dyn rows::Sink) {
    if bytes.is_empty() {
        return;
    }
    if matches!(reader, Reader::New) {
        if voice.recogniser.all_streams() == 0 {
            *reader = Reader::Closed;
            return;
        }
        *reader = Reader::Looking(Looking::new(voice, at.dir));
    }
    match reader {
        Reader::Looking(looking) => {
            if let Some(found) = look(flow, looking, bytes, at, voice, sink) {
                *reader = found;
            }
        }
        Reader::Stream(reading) => feed(flow, reading, bytes, at, voice, sink),
        _ => {}
    }
}

impl Looking {
    fn new(voice: &Voice, first: Dir) -> Box<Looking> {
        let all = voice.recogniser.all_streams();
        Box::new(Looking { open: Sides { client: all, server: all }, first, halves: Sides::default() })
    }
}

/// Show the head of a direction to the probes; hands back the reader that takes over.
fn look(flow: &mut Flow, looking: &mut Looking, bytes: &[u8], at: At, voice: &mut Voice, sink: &mut dyn rows::Sink) -> Option<Reader> {
    let half = looking.halves.of_mut(at.dir);
    if half.done {
        half.position += wide(bytes.len());
        return None;
    }
    half.tries += 1;
    let alone = half.buffer.is_empty();
    if !alone {
        half.buffer.extend_from_slice(bytes);
    }
    let head = if alone { bytes } else { half.buffer.as_slice() };
    let ends = flow.ends();
    let open = looking.open.of_mut(at.dir);
    if let Some(candidate) = voice.recogniser.stream(open, at.dir, head, &ends)
        && let Entry::Stream { open, .. } = candidate.entry
    {
        flow.service = Some(candidate.dissector.meta.name);
        let mut halves = std::mem::take(&mut looking.halves);
        let mut heads = Sides::<Vec<u8>>::default();
        for dir in [Dir::ToServer, Dir::ToClient] {
            let half = halves.of_mut(dir);
            *heads.of_mut(dir) = std::mem::take(&mut half.buffer);
            half.tries = 0;
            half.done = false;
            half.account(voice);
        }
        let mut reading = Box::new(StreamReading { candidate, stream: open(), halves });
        // Who spoke first is read first.
        for dir in [looking.first, looking.first.reverse()] {
            let here = At { dir, ..at };
            if reading.halves.of(dir).lost_head {
                gap(flow, &mut reading, 0, here, voice, sink);
            }
            let head = if dir == at.dir && alone { bytes } else { heads.of(dir).as_slice() };
            feed(flow, &mut reading, head, here, voice, sink);
        }
        return Some(Reader::Stream(reading));
    }
    let spent = *open == 0 || wide(head.len()) >= voice.limits.probe_bytes_max || half.tries >= voice.limits.probe_packets_max;
    if spent {
        half.lost_head = true;
        if alone {
            half.position += wide(bytes.len());
        }
        half.close();
    } else if alone {
        half.buffer.extend_from_slice(bytes);
    }
    half.account(voice);
    if looking.halves.client.done && looking.halves.server.done { Some(Reader::Closed) } else { None }
}

/// Contiguous bytes for the dissector of a recognised stream.
fn feed(flow: &mut Flow, reading: &mut StreamReading, bytes: &[u8], at: At, voice: &mut Voice, sink: &mut dyn rows::Sink) {
    let half = reading.halves.of_mut(at.dir);
    if half.done {
        half.position += wide(bytes.len());
        return;
    }
    let mut bytes = bytes;
    if half.skip > 0 {
        let here = narrow(half.skip).min(bytes.len());
        half.skip -= wide(here);
        half.position += wide(here);
        bytes = after(bytes, here);
    }
    if bytes.is_empty() {
        return;
    }
    if half.buffer.is_empty() {
        let used = run(flow, reading, bytes, at, voice, sink);
        let half = reading.halves.of_mut(at.dir);
        if !half.done {
            half.buffer.extend_from_slice(after(bytes, used));
        }
    } else {
        half.buffer.extend_from_slice(bytes);
        if half.buffer.len() >= half.need {
            let mut buffer = std::mem::take(&mut half.buffer);
            let used = run(flow, reading, &buffer, at, voice, sink);
            let half = reading.halves.of_mut(at.dir);
            if !half.done && used < buffer.len() {
                buffer.drain(..used);
                half.buffer = buffer;
            }
        }
    }
    let half = reading.halves.of_mut(at.dir);
    half.account(voice);
    if voice.held > voice.limits.reassembly_bytes_max && !half.buffer.is_empty() {
        let stand = at.stand(flow, "tcp");
        let limit = voice.limits.reassembly_bytes_max;
        let text = format!("the streams being put together hold more than reassembly_bytes_max ({limit}) bytes");
        voice.note_at(&stand, NoteKind::OverLimit, "tcp.reassembly_bytes_max", half.position, &text);
        half.close();
        half.account(voice);
    }
}

/// Let the dissector take what it can; tells how many bytes are done with.
fn run(flow: &mut Flow, reading: &mut StreamReading, bytes: &[u8], at: At, voice: &mut Voice, sink: &mut dyn rows::Sink) -> usize {
    let mut used = 0usize;
    let mut facts = flow.facts.take();
    let mut stand = at.stand(flow, reading.candidate.dissector.meta.name);
    loop {
        let rest = after(bytes, used);
        if rest.is_empty() {
            break;
        }
        let stream = &mut reading.stream;
        let step = voice.hear(&stand, &mut facts, sink, |cx| stream.feed(at.dir, rest, cx));
        let half = reading.halves.of_mut(at.dir);
        half.need = 0;
        match step {
            Step::Took(n) if n > 0 && n <= rest.len() => {
                used += n;
                half.position += wide(n);
            }
            Step::Skip(n) if n > 0 => {
                let here = narrow(n).min(rest.len());
                used += here;
                half.position += wide(here);
                half.skip = n - wide(here);
            }
            Step::Need(n) if n > rest.len() => {
                if n > voice.dissect_limits.message_bytes_max {
                    let limit = voice.dissect_limits.message_bytes_max;
                    let text = format!("a message of {n} bytes is longer than message_bytes_max ({limit})");
                    voice.note_at(&stand, NoteKind::OverLimit, "tcp.message_bytes_max", half.position, &text);
                    half.close();
                    used = bytes.len();
                }
                half.need = n;
                break;
            }
            Step::Handover { took, to } => {
                let took = took.min(rest.len());
                used += took;
                half.position += wide(took);
                let stream = &mut reading.stream;
                let heard = flow.heard();
                voice.hear(&stand, &mut facts, sink, |cx| stream.end(heard, cx));
                let next = voice.recogniser.stream_by_name(to);
                let Some((candidate, Entry::Stream { open, .. })) = next.map(|c| (c, c.entry)) else {
                    reading.halves.client.close();
                    reading.halves.server.close();
                    break;
                };
                reading.candidate = candidate;
                reading.stream = open();
                // Inside TLS it is still the protocol that was recognised.
                if to != "tls" {
                    flow.service = Some(candidate.dissector.meta.name);
                }
                for dir in [Dir::ToServer, Dir::ToClient] {
                    let half = reading.halves.of_mut(dir);
                    half.need = 0;
                    half.skip = 0;
                    half.done = false;
                }
                stand = at.stand(flow, candidate.dissector.meta.name);
            }
            Step::Malformed { at: fault, name, why } => {
                voice.counters.malformed += 1;
                let place = half.position + wide(fault);
                voice.note_at(&stand, NoteKind::Malformed, name, place, why);
                half.close();
            }
            Step::OverLimit { name, limit } => {
                let text = format!("over the limit of {limit}");
                voice.note_at(&stand, NoteKind::OverLimit, name, half.position, &text);
                half.close();
            }
            Step::Done => half.close(),
            // A dissector that takes nothing, or more than there is, would never end.
            Step::Took(_) | Step::Skip(_) | Step::Need(_) => {
                voice.note_at(&stand, NoteKind::Odd, "tcp.dissector_stuck", half.position, "the dissector made no progress");
                half.close();
            }
        }
        let half = reading.halves.of_mut(at.dir);
        if half.done {
            half.position += wide(bytes.len().saturating_sub(used));
            used = bytes.len();
            break;
        }
    }
    flow.facts = facts;
    used
}

/// `len` bytes of this direction were not heard.
fn missing(flow: &mut Flow, reader: &mut Reader, len: u64, at: At, voice: &mut Voice, sink: &mut dyn rows::Sink) {
    match reader {
        Reader::Looking(looking) => {
            let half = looking.halves.of_mut(at.dir);
            half.position += wide(half.buffer.len()) + len;
            half.buffer.clear();
            half.lost_head = true;
            *looking.open.of_mut(at.dir) = voice.recogniser.all_streams();
        }
        Reader::Stream(reading) => gap(flow, reading, len, at, voice, sink),
        _ => {}
    }
}

fn gap(flow: &mut Flow, reading: &mut StreamReading, len: u64, at: At, voice: &mut Voice, sink: &mut dyn rows::Sink) {
    let half = reading.halves.of_mut(at.dir);
    let skipped = half.skip.min(len);
    half.skip -= skipped;
    half.position += skipped;
    let missing = len - skipped;
    if half.done || (missing == 0 && len > 0) {
        half.position += missing;
        return;
    }
    half.position += wide(half.buffer.len());
    half.buffer.clear();
    half.need = 0;
    if missing > 0 {
        let stand = at.stand(flow, "tcp");
        let text = format!("{missing} bytes of the stream were not heard");
        voice.note_at(&stand, NoteKind::Gap, "tcp.gap", half.position, &text);
        half.position += missing;
    }
    let stand = at.stand(flow, reading.candidate.dissector.meta.name);
    let mut facts = flow.facts.take();
    let stream = &mut reading.stream;
    let goes_on = voice.hear(&stand, &mut facts, sink, |cx| stream.gap(at.dir, missing, cx));
    flow.facts = facts;
    let half = reading.halves.of_mut(at.dir);
    if !goes_on {
        half.close();
    }
    half.account(voice);
}

/// A datagram.
pub fn datagram(flow: &mut Flow, bytes: &[u8], at: At, voice: &mut Voice, sink: &mut dyn rows::Sink) {
    let mut reader = std::mem::take(&mut flow.reader);
    let mut tries = match &reader {
        Reader::New => Sides::default(),
        Reader::Unknown(tries) => *tries,
        Reader::Datagrams(_) => {
            if let Reader::Datagrams(reading) = &mut reader {
                let read = datagram_read(flow, reading, bytes, at, voice, sink);
                if flow.service.is_none() {
                    if reading.datagram.sure() {
                        flow.service = Some(reading.candidate.dissector.meta.name);
                    } else if !read {
                        reader = Reader::Unknown(Sides::default());
                    }
                }
            }
            flow.reader = reader;
            return;
        }
        _ => {
            flow.reader = reader;
            return;
        }
    };
    if let Some((candidate, known)) = voice.recogniser.datagram(at.dir, bytes, &flow.ends())
        && let Entry::Datagram { open, .. } = candidate.entry
    {
        let mut reading = Box::new(DatagramReading { candidate, datagram: open() });
        if (known || !reading.datagram.sure()) && datagram_read(flow, &mut reading, bytes, at, voice, sink) {
            if known {
                flow.service = Some(candidate.dissector.meta.name);
            }
            flow.reader = Reader::Datagrams(reading);
            return;
        }
    }
    let count = tries.of_mut(at.dir);
    *count = count.saturating_add(1);
    let max = u8::try_from(voice.limits.probe_packets_max).unwrap_or(u8::MAX);
    flow.reader = if tries.client >= max || tries.server >= max { Reader::Closed } else { Reader::Unknown(tries) };
}

fn datagram_read(flow: &mut Flow, reading: &mut DatagramReading, bytes: &[u8], at: At, voice: &mut Voice, sink: &mut dyn rows::Sink) -> bool {
    let stand = at.stand(flow, reading.candidate.dissector.meta.name);
    let mut facts = flow.facts.take();
    let datagram = &mut reading.datagram;
    let verdict = voice.hear(&stand, &mut facts, sink, |cx| datagram.datagram(at.dir, bytes, cx));
    flow.facts = facts;
    match verdict {
        Verdict::Read => true,
        Verdict::NotMine => false,
        Verdict::Malformed { at: fault, name, why } => {
            voice.counters.malformed += 1;
            voice.note_at(&stand, NoteKind::Malformed, name, wide(fault), why);
            true
        }
    }
}

/// The flow ends: what waits is given up, and the dissector says what is pending.
pub fn end(flow: &mut Flow, now: Nanos, voice: &mut Voice, sink: &mut dyn rows::Sink) {
    for dir in [Dir::ToServer, Dir::ToClient] {
        stop_waiting(flow, dir, None, i64::MAX, voice, sink);
    }
    let mut reader = std::mem::take(&mut flow.reader);
    let heard = flow.heard();
    let mut facts = flow.facts.take();
    let at = At { dir: Dir::ToServer, time: now, packet: flow.first };
    match &mut reader {
        Reader::Stream(reading) => {
            let stand = at.stand(flow, reading.candidate.dissector.meta.name);
            let stream = &mut reading.stream;
            voice.hear(&stand, &mut facts, sink, |cx| stream.end(heard, cx));
        }
        Reader::Datagrams(reading) => {
            let stand = at.stand(flow, reading.candidate.dissector.meta.name);
            let datagram = &mut reading.datagram;
            voice.hear(&stand, &mut facts, sink, |cx| datagram.end(heard, cx));
        }
        _ => {}
    }
    reader.release(voice);
    flow.facts = facts;
    flow.reader = Reader::Closed;
}
