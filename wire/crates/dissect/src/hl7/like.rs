//! Messages like one before. A gateway says the same rows for each of its beds again and again, with
//! other values and times: of such a message only these are read, and the rest is as it was.

use super::message::{Marks, Segment};
use super::observe::Said;
use super::stamp;
use crate::Cx;
use hinomi_model::{Clue, Dir, Nanos, Reading};
use std::sync::Arc;

/// Most messages that one connection remembers; the oldest goes first.
pub const MESSAGES_MAX: usize = 16;
/// Longest message that is remembered.
const MESSAGE_BYTES_MAX: usize = 8 << 10;

/// Value and time of an observation; order numbers and times of a request (HL7 v2.9 §7.4.1, §7.4.2).
const OBSERVATION: &[usize] = &[5, 14];
const NO_VALUE: &[usize] = &[14];
const REQUEST: &[usize] = &[2, 3, 7, 8];

/// A segment with holes: the text before, between and behind them.
struct Shape {
    parts: Vec<Box<str>>,
}

impl Shape {
    fn of(segment: &Segment<'_>, holes: &[usize]) -> Shape {
        let (mut parts, mut from) = (Vec::new(), 0usize);
        for (start, end) in holes.iter().filter_map(|n| segment.place(*n)) {
            parts.push(segment.line.get(from..start).unwrap_or("").into());
            from = end;
        }
        parts.push(segment.line.get(from..).unwrap_or("").into());
        Shape { parts }
    }

    /// What stands in the holes, where all around them is the same.
    fn fits<'t>(&self, line: &'t str, mark: u8) -> Option<[&'t str; 4]> {
        let mut found = [""; 4];
        let (first, others) = self.parts.split_first()?;
        let mut rest = line.strip_prefix(&**first)?;
        for (part, hole) in others.iter().zip(&mut found) {
            let end = rest.bytes().position(|b| b == mark).unwrap_or(rest.len());
            let (inside, behind) = rest.split_at_checked(end)?;
            *hole = inside;
            rest = behind.strip_prefix(&**part)?;
        }
        rest.is_empty().then_some(found)
    }
}

enum Row {
    /// Nothing of it is read.
    Unread,
    Same(Shape),
    Request(Shape),
    /// Value hole and time hole, and the reading that comes of it.
    Value(Shape, Arc<Reading>),
}

struct Like {
    dir: Dir,
    sender: Box<str>,
    kind: Box<str>,
    /// Of the devices known then: what a device is may be told by another message.
    generation: u64,
    rows: Vec<Row>,
    clues: Vec<Clue>,
    said: Said,
}

/// Messages of one connection.
#[derive(Default)]
pub struct Memory {
    messages: Vec<Like>,
    next: usize,
}

fn is_read(id: &str) -> bool {
    matches!(id, "MSH" | "PID" | "PV1" | "NK1" | "GT1" | "OBR" | "OBX" | "PRT")
}

/// A time as most write it: nothing that would have to be taken apart first.
fn time(text: &str) -> Option<Option<Nanos>> {
    text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'.' | b'+' | b'-')).then(|| stamp::nanos(text))
}

/// Times said with the rows before.
#[derive(Default)]
struct Clock<'t> {
    text: &'t str,
    time: Option<Nanos>,
    /// OBR-7.
    requested: Option<Nanos>,
}

impl Memory {
    /// Say a message that is like one before; `None`, and nothing said, when there is none.
    pub fn again(&self, dir: Dir, segments: &[Segment<'_>], generation: u64, cx: &mut Cx<'_>) -> Option<Said> {
        let (msh, marks) = segments.first().map(|s| (s, s.marks))?;
        if marks != Marks::USUAL {
            return None;
        }
        let said_before = cx.out.again.len();
        for like in self.messages.iter().filter(|l| l.rows.len() == segments.len() && l.dir == dir && l.generation == generation) {
            if *like.sender == *msh.field(3) && *like.kind == *msh.field(9) && like.rows(segments, cx).is_some() {
                cx.out.clues.extend(like.clues.iter().cloned());
                return Some(like.said);
            }
            cx.out.again.truncate(said_before);
        }
        None
    }

    /// Keep a message that was just read, if all its readings came of `values`: segments by their
    /// place in the message, in the order of the readings.
    pub fn keep(&mut self, dir: Dir, segments: &[Segment<'_>], generation: u64, values: &[usize], (readings, clues, said): (&[Reading], &[Clue], Said)) {
        let Some(msh) = segments.first().filter(|s| s.marks == Marks::USUAL) else { return };
        let bytes: usize = segments.iter().map(|s| s.line.len()).sum();
        if values.len() != readings.len() || bytes > MESSAGE_BYTES_MAX {
            return;
        }
        let mut readings = values.iter().zip(readings).peekable();
        let row = |(n, segment): (usize, &Segment<'_>)| match segment.id {
            "MSH" => Row::Unread,
            "OBR" => Row::Request(Shape::of(segment, REQUEST)),
            "OBX" => match readings.next_if(|(place, _)| **place == n) {
                Some((_, reading)) => Row::Value(Shape::of(segment, OBSERVATION), Arc::new(reading.clone())),
                None => Row::Same(Shape::of(segment, NO_VALUE)),
            },
            id if is_read(id) => Row::Same(Shape::of(segment, &[])),
            _ => Row::Unread,
        };
        let rows = segments.iter().enumerate().map(row).collect();
        let like = Like { dir, sender: msh.field(3).into(), kind: msh.field(9).into(), generation, rows, clues: clues.to_vec(), said };
        match self.messages.get_mut(self.next) {
            Some(oldest) => *oldest = like,
            None => self.messages.push(like),
        }
        self.next = self.next.saturating_add(1) % MESSAGES_MAX;
    }
}

impl Like {
    fn rows<'t>(&self, segments: &[Segment<'t>], cx: &mut Cx<'_>) -> Option<()> {
        let mut clock = Clock::default();
        for (row, segment) in self.rows.iter().zip(segments) {
            match row {
                Row::Unread if segment.id == "MSH" || !is_read(segment.id) => {}
                Row::Unread => return None,
                Row::Same(shape) => {
                    shape.fits(segment.line, segment.marks.field)?;
                }
                Row::Request(shape) => {
                    let [.., from, to] = shape.fits(segment.line, segment.marks.field)?;
                    clock.requested = time(from)?;
                    time(to)?;
                }
                Row::Value(shape, reading) => {
                    let [value, at, ..] = shape.fits(segment.line, segment.marks.field)?;
                    let value = value.parse::<f64>().ok().filter(|n| n.is_finite())?;
                    if at != clock.text {
                        clock.time = time(at)?;
                        clock.text = at;
                    }
                    cx.again(reading, Some(value), clock.time.or(clock.requested));
                }
            }
        }
        Some(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::message;
    use super::super::observe::{Kinds, observe};
    use super::super::session::Latest;
    use super::*;
    use crate::Limits;
    use hinomi_model::{End, Ends, Keys, Mac, Out, PacketRef};

    /// From the lab's gateway, shortened.
    const BED: &str = "MSH|^~\\&|TBGW|HINOMI|GATEWAY|HINOMI|20261123061116+0900||ORU^R01^ORU_R01|TBGW000001|P|2.6|||NE|AL|||UNICODE UTF-8\r\
        PID|||00001004^^^HINOMI^PI||Mori^Aoi||19401130|F\r\
        PV1||I|ICU^101^1\r\
        OBR|1|MON-ICU1000000|MON-ICU1000000|182777000^monitoring of patient^SCT|||20261123061116+0900\r\
        OBX|1||69965^MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS^MDC|1.0.0.0|||||||X|||20261123061116+0900||||TB9-100245^TSUBAME\r\
        OBX|2|ST|531969^MDC_ID_MODEL_NUMBER^MDC|1.0.0.0.3|TB-900||||||R\r\
        OBX|3|NM|147842^MDC_ECG_HEART_RATE^MDC|1.1.1.1|74|264864^MDC_DIM_BEAT_PER_MIN^MDC|||||R|||20261123061116+0900||||TB9-100245^TSUBAME\r\
        OBX|4|NM|150456^MDC_PULS_OXIM_SAT_O2^MDC|1.2.1.1|98|262688^MDC_DIM_PERCENT^MDC|||||R\r";

    #[derive(Default)]
    struct Connection {
        kinds: Kinds,
        memory: Memory,
    }

    impl Connection {
        /// What a message says, and whether it was known to be like one before.
        fn say(&mut self, text: &str) -> (Vec<Reading>, Vec<Clue>, bool) {
            let end = |n: u8| End { mac: Mac([2, 0, 0, 0, 0, n]), ip: [10, 0, 0, n].into(), port: 2575 };
            let (ends, keys, limits) = (Ends { client: end(1), server: end(2), vlan: None }, Keys::new([7; 32]), Limits::default());
            let mut out = Out::default();
            let mut cx = Cx { time: 0, packet: PacketRef::default(), ends: &ends, keys: &keys, limits: &limits, out: &mut out };
            let (segments, _) = message::segments(text, Marks::USUAL);
            observe(Dir::ToServer, &segments, "P-1", &mut self.kinds, &mut self.memory, &mut Latest::default(), 0, &mut cx);
            let was_like = !cx.out.again.is_empty();
            cx.in_order();
            (out.readings, out.clues, was_like)
        }
    }

    #[test]
    fn a_message_like_one_before_says_the_same_as_alone() {
        let mut connection = Connection::default();
        assert!(!connection.say(BED).2);
        let later = BED.replace("0611", "0612").replace("|74|", "|75.5|").replace("|98|", "|9e1|").replace("TBGW000001", "TBGW000002").replace("ICU1000000", "ICU1000001");
        for (text, is_like) in [
            (BED.to_string(), true),
            (later.clone(), true),
            // The rest is not the same, or not as plain.
            (later.replace("1004", "1005"), false),
            (later.replace("ICU^101", "ICU^102"), false),
            (later.replace("PERCENT", "PPM"), false),
            (later.replace("TB-900", "TB-901"), false),
            (later.replace("|75.5|", "||"), false),
            (later.replace("|75.5|", "|75.5^x|"), false),
            (later.replace("|75.5|", "|inf|"), false),
            (later.replace("R|||20261123061216", "R|||20261123061216^S"), false),
            (later.replace("TB9-100245", "TB9-100246"), false),
            (format!("{later}OBX|5|ST|1^Mori^L||Aoi||||||F\r"), false),
            (later.replace("ORU^R01^", "ORU^R40^"), false),
            // Another device was met meanwhile.
            (BED.to_string(), false),
            (BED.to_string(), true),
        ] {
            let (readings, clues, was_like) = connection.say(&text);
            let alone = Connection::default().say(&text);
            assert_eq!((readings, clues), (alone.0, alone.1), "{text}");
            assert_eq!(was_like, is_like, "{text}");
        }
        // The oldest messages go.
        for n in 0..MESSAGES_MAX {
            connection.say(&BED.replace("1004", &format!("2{n:03}")));
        }
        assert!(!connection.say(BED).2);
    }

    #[test]
    fn what_another_message_told_of_a_device_counts() {
        let row = "OBX|1||69965^MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS^MDC|1.0.0.0|||||||X|||20261123061116+0900||||TB9-100245^TSUBAME\r";
        let (silent, mut connection) = (BED.replace(row, ""), Connection::default());
        let behind = |clues: &[Clue]| clues.iter().find(|c| c.attribute == "hl7.behind").unwrap().value.clone();
        assert_eq!(behind(&connection.say(&silent).1), "TB9-100245^TSUBAME||ICU^101^1");
        connection.say(BED);
        assert_eq!(behind(&connection.say(&silent).1), "TB9-100245^TSUBAME|MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS|ICU^101^1");
    }
}
