//! Messages like one before. A gateway says the same messages for each of its beds again and again,
//! with other values, times and numbers: of such a message only these are read, and the rest is as it
//! was. The same holds for the acknowledgements that come back.

use super::message::{Marks, Segment};
use super::stamp;
use super::session::Answer;
use crate::Cx;
use hinomi_model::{Clue, Exchange, Nanos, Reading, json};
use std::sync::Arc;

/// Most messages of one direction of a connection that are remembered; the oldest goes first.
pub const MESSAGES_MAX: usize = 16;
/// Longest message that is remembered.
const MESSAGE_BYTES_MAX: usize = 8 << 10;

/// What may differ between two messages that are alike.
enum Hole {
    /// When it was written or happened (MSH-7, EVN-2, EVN-6): shown as sent.
    Stamp(Stamp),
    /// MSH-10, or the one that is answered (MSA-2).
    ControlId,
    Answered,
    /// Placer and filler order number: of the order (ORC-2 and -3), and of the request (OBR-2 and -3).
    Order { is_request: bool },
    Filler { is_request: bool },
    /// Start of a request's observations (OBR-7), and their end.
    Requested,
    Ended,
    /// OBX-5 of a reading, with OBX-14 behind it or without.
    Value { reading: Arc<Reading>, is_timed: bool },
    /// OBX-14 of a reading.
    Time,
    /// Nobody reads it.
    Unread,
}

#[derive(Clone, Copy)]
enum Stamp {
    Written,
    Recorded,
    Occurred,
}

struct Place {
    /// End of the text before the hole, in `Like::text`.
    end: usize,
    hole: Hole,
    /// Something stood in it: so it must now.
    is_filled: bool,
}

/// What comes of it.
pub enum Saying {
    Message { exchange: Box<Exchange>, detail: Detail, wants_application: bool, is_settled: bool },
    Answer(Answer),
}

/// The detail of an exchange, written down; with places for what each message has of its own.
pub struct Detail {
    parts: Vec<(String, Option<&'static str>)>,
}

impl Detail {
    /// Take what `exchange` says.
    pub fn of(exchange: &mut Exchange) -> Detail {
        let (mut parts, mut text) = (Vec::new(), String::new());
        for (n, (name, value)) in exchange.detail.drain(..).enumerate() {
            if matches!(name, "control_id" | "event_time" | "order" | "filler") {
                let mark = if n == 0 { "" } else { "," };
                parts.push(([&text, mark, "\"", name, "\":\""].concat(), Some(name)));
                text = "\"".to_string();
            } else {
                if n > 0 {
                    text.push(',');
                }
                let mut written = String::new();
                json::member(&mut written, name, &value);
                text.push_str(&written);
            }
        }
        parts.push((text, None));
        Detail { parts }
    }

    /// With what `own` gives for each name; it needs no escapes.
    pub fn with<'o>(&self, own: impl Fn(&str) -> &'o str) -> String {
        let mut out = String::with_capacity(self.parts.iter().map(|(text, _)| text.len().saturating_add(32)).sum());
        for (text, name) in &self.parts {
            out.push_str(text);
            out.push_str(name.map_or("", &own));
        }
        out
    }
}

pub struct Like {
    /// Of the devices known then: what a device is may be told by another message.
    generation: u64,
    /// The message without what stood in its holes.
    text: Box<str>,
    places: Vec<Place>,
    pub clues: Arc<[Clue]>,
    pub saying: Saying,
}

/// What a message like one before has of its own.
#[derive(Default)]
pub struct Found<'t> {
    pub control_id: &'t str,
    pub answered: &'t str,
    written: &'t str,
    recorded: &'t str,
    occurred: &'t str,
    order: Numbers<'t>,
    filler: Numbers<'t>,
}

/// Of the order and of the request.
#[derive(Default)]
struct Numbers<'t>(&'t str, &'t str);

impl Numbers<'_> {
    fn first(&self) -> &str {
        if self.0.is_empty() { self.1 } else { self.0 }
    }
}

impl Found<'_> {
    pub fn order(&self) -> &str {
        self.order.first()
    }

    pub fn filler(&self) -> &str {
        self.filler.first()
    }

    /// When it happened, else was written.
    pub fn event_time(&self) -> &str {
        [self.occurred, self.recorded].into_iter().find(|t| !t.is_empty()).unwrap_or(self.written)
    }
}

/// A message that was just read: its bytes, and the segments that gave a number each, in the order of
/// the readings.
pub struct Fresh<'a> {
    pub bytes: &'a [u8],
    pub segments: &'a [Segment<'a>],
    pub values: &'a [usize],
    pub readings: &'a [Reading],
    pub clues: &'a [Clue],
}

/// Messages of one direction of a connection.
#[derive(Default)]
pub struct Memory {
    messages: Vec<Arc<Like>>,
    next: usize,
    /// Where the message found last stands: beds take turns.
    latest: usize,
    clock: Clock,
}

/// A time as most write it: nothing that would have to be taken apart first.
fn is_plain_time(text: &str) -> bool {
    text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'.' | b'+' | b'-'))
}

fn time(text: &str) -> Option<Option<Nanos>> {
    is_plain_time(text).then(|| stamp::nanos(text))
}

/// A number or name that is one component, without an escape.
fn is_plain_id(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'^' | b'~' | b'\\' | b'&' | b'"'))
}

/// The time read last: rows and messages mostly have the same.
#[derive(Default)]
struct Clock {
    text: String,
    time: Option<Nanos>,
}

impl Clock {
    fn read(&mut self, text: &str) -> Option<Option<Nanos>> {
        if text != self.text {
            self.time = time(text)?;
            self.text.clear();
            self.text.push_str(text);
        }
        Some(self.time)
    }
}

impl Memory {
    /// A message like `bytes` that was said before; its readings are then said. `None`, and nothing
    /// said, when there is none.
    pub fn again<'t>(&mut self, bytes: &'t [u8], generation: u64, cx: &mut Cx<'_>) -> Option<(Arc<Like>, Found<'t>)> {
        let text = std::str::from_utf8(bytes).ok()?;
        let said_before = cx.out.again.len();
        let count = self.messages.len();
        for step in 1..=count {
            let n = self.latest.saturating_add(step) % count;
            let Some(like) = self.messages.get(n).filter(|l| l.generation == generation) else { continue };
            if let Some(found) = like.find(text, &mut self.clock, cx) {
                self.latest = n;
                return Some((Arc::clone(like), found));
            }
            cx.out.again.truncate(said_before);
        }
        None
    }

    /// Keep a message that was just read.
    pub fn keep(&mut self, like: Like, bytes: &[u8], cx: &mut Cx<'_>) {
        // One that is not plain in its holes is like none, not even like itself.
        let said_before = cx.out.again.len();
        let is_plain = std::str::from_utf8(bytes).is_ok_and(|text| like.find(text, &mut self.clock, cx).is_some());
        cx.out.again.truncate(said_before);
        if !is_plain {
            return;
        }
        match self.messages.get_mut(self.next) {
            Some(oldest) => *oldest = Arc::new(like),
            None => self.messages.push(Arc::new(like)),
        }
        self.next = self.next.saturating_add(1) % MESSAGES_MAX;
    }
}

impl Like {
    /// Of a message whose readings all came of `values`; else it is not worth to be kept.
    pub fn of(fresh: &Fresh<'_>, generation: u64, saying: impl FnOnce() -> Saying) -> Option<Like> {
        let is_usual = fresh.segments.first().is_some_and(|msh| msh.marks == Marks::USUAL);
        if !is_usual || fresh.values.len() != fresh.readings.len() || fresh.bytes.len() > MESSAGE_BYTES_MAX {
            return None;
        }
        let (mut text, mut places, mut from) = (Vec::with_capacity(fresh.bytes.len()), Vec::with_capacity(16), 0usize);
        let (mut has_event, mut has_answer, mut has_order, mut has_request) = (false, false, false, false);
        let mut readings = fresh.values.iter().zip(fresh.readings).peekable();
        for (n, segment) in fresh.segments.iter().enumerate() {
            let mut hole = |field: usize, hole: Hole| {
                if let Some((start, end)) = segment.place(field) {
                    let (start, end) = (segment.at.saturating_add(start), segment.at.saturating_add(end));
                    text.extend_from_slice(fresh.bytes.get(from..start).unwrap_or(&[]));
                    places.push(Place { end: text.len(), hole, is_filled: end > start });
                    from = end;
                }
            };
            match segment.id {
                "MSH" if n == 0 => {
                    hole(7, Hole::Stamp(Stamp::Written));
                    hole(10, Hole::ControlId);
                }
                "EVN" if !std::mem::replace(&mut has_event, true) => {
                    hole(2, Hole::Stamp(Stamp::Recorded));
                    hole(6, Hole::Stamp(Stamp::Occurred));
                }
                "MSA" if !std::mem::replace(&mut has_answer, true) => hole(2, Hole::Answered),
                "ORC" | "OBR" => {
                    let is_request = segment.id == "OBR";
                    let seen = if is_request { &mut has_request } else { &mut has_order };
                    let is_first = !std::mem::replace(seen, true);
                    hole(2, if is_first { Hole::Order { is_request } } else { Hole::Unread });
                    hole(3, if is_first { Hole::Filler { is_request } } else { Hole::Unread });
                    if is_request {
                        hole(7, Hole::Requested);
                        hole(8, Hole::Ended);
                    }
                }
                "OBX" => match readings.next_if(|(place, _)| **place == n) {
                    Some((_, reading)) => {
                        let is_timed = segment.place(14).is_some();
                        hole(5, Hole::Value { reading: Arc::new(reading.clone()), is_timed });
                        hole(14, Hole::Time);
                    }
                    None => hole(14, Hole::Unread),
                },
                _ => {}
            }
        }
        text.extend_from_slice(fresh.bytes.get(from..).unwrap_or(&[]));
        Some(Like { generation, text: String::from_utf8(text).ok()?.into(), places, clues: fresh.clues.into(), saying: saying() })
    }

    /// What stands in the holes, where all around them is the same.
    fn find<'t>(&self, text: &'t str, clock: &mut Clock, cx: &mut Cx<'_>) -> Option<Found<'t>> {
        let (mut found, mut requested, mut value) = (Found::default(), None, None);
        let (mut rest, mut from) = (text, 0usize);
        for place in &self.places {
            rest = rest.strip_prefix(self.text.get(from..place.end)?)?;
            from = place.end;
            // A hole ends where something stands that is not plain; if that is no mark, the rest will not fit.
            let end = rest.bytes().position(|b| !matches!(b, b' '..=b'{' | b'}' | b'~')).unwrap_or(rest.len());
            let (text, behind) = rest.split_at_checked(end)?;
            rest = behind;
            if text.is_empty() == place.is_filled {
                return None;
            }
            match &place.hole {
                Hole::Stamp(_) | Hole::Requested | Hole::Ended if !is_plain_time(text) => return None,
                Hole::ControlId | Hole::Answered | Hole::Order { .. } | Hole::Filler { .. } if !is_plain_id(text) => return None,
                Hole::Stamp(Stamp::Written) => found.written = text,
                Hole::Stamp(Stamp::Recorded) => found.recorded = text,
                Hole::Stamp(Stamp::Occurred) => found.occurred = text,
                Hole::ControlId => found.control_id = text,
                Hole::Answered => found.answered = text,
                Hole::Order { is_request: false } => found.order.0 = text,
                Hole::Order { is_request: true } => found.order.1 = text,
                Hole::Filler { is_request: false } => found.filler.0 = text,
                Hole::Filler { is_request: true } => found.filler.1 = text,
                Hole::Requested => requested = clock.read(text)?,
                Hole::Value { reading, is_timed } => {
                    let number = text.parse::<f64>().ok().filter(|n| n.is_finite())?;
                    if *is_timed {
                        value = Some((reading, number));
                    } else {
                        cx.again(reading, Some(number), requested);
                    }
                }
                Hole::Time => {
                    let (reading, number) = value.take()?;
                    cx.again(reading, Some(number), clock.read(text)?.or(requested));
                }
                Hole::Ended | Hole::Unread => {}
            }
        }
        (rest == self.text.get(from..)?).then_some(found)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::mllp::Hl7;
    use super::*;
    use crate::{Limits, Stream};
    use hinomi_model::{Dir, End, Ends, Keys, Mac, Out, PacketRef};

    /// From the lab's gateway, shortened.
    const BED: &str = "MSH|^~\\&|TBGW|HINOMI|GATEWAY|HINOMI|20261123061116+0900||ORU^R01^ORU_R01|TBGW000001|P|2.6|||NE|AL|||UNICODE UTF-8\r\
        PID|||00001004^^^HINOMI^PI||Mori^Aoi||19401130|F\r\
        PV1||I|ICU^101^1\r\
        OBR|1|MON-ICU1000000|MON-ICU1000000|182777000^monitoring of patient^SCT|||20261123061116+0900\r\
        OBX|1||69965^MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS^MDC|1.0.0.0|||||||X|||20261123061116+0900||||TB9-100245^TSUBAME\r\
        OBX|2|ST|531969^MDC_ID_MODEL_NUMBER^MDC|1.0.0.0.3|TB-900||||||R\r\
        OBX|3|NM|147842^MDC_ECG_HEART_RATE^MDC|1.1.1.1|74|264864^MDC_DIM_BEAT_PER_MIN^MDC|||||R|||20261123061116+0900||||TB9-100245^TSUBAME\r\
        OBX|4|NM|150456^MDC_PULS_OXIM_SAT_O2^MDC|1.2.1.1|98|262688^MDC_DIM_PERCENT^MDC|||||R\r";
    const ACK: &str = "MSH|^~\\&|GATEWAY|HINOMI|TBGW|HINOMI|20261123061116+0900||ACK^R01^ACK|1|P|2.6\rMSA|AA|TBGW000001\r";

    #[derive(Default)]
    struct Connection {
        stream: Hl7,
        time: Nanos,
    }

    impl Connection {
        /// What a message and its acknowledgement say, and which of them was known to be like one before.
        fn say(&mut self, text: &str) -> (Out, [bool; 2]) {
            let id = text.split('|').nth(9).unwrap();
            let answer = ACK.replace("TBGW000001", id);
            let mut out = Out::default();
            let likes = [(Dir::ToServer, text), (Dir::ToClient, &answer)].map(|(dir, text)| self.feed(dir, text, &mut out));
            (out, likes)
        }

        fn feed(&mut self, dir: Dir, text: &str, said: &mut Out) -> bool {
            let end = |n: u8| End { mac: Mac([2, 0, 0, 0, 0, n]), ip: [10, 0, 0, n].into(), port: 2575 };
            let (ends, keys, limits) = (Ends { client: end(1), server: end(2), vlan: None }, Keys::new([7; 32]), Limits::default());
            let mut out = Out::default();
            self.time += 1;
            let mut cx = Cx { time: self.time, packet: PacketRef::default(), ends: &ends, keys: &keys, limits: &limits, out: &mut out };
            self.stream.feed(dir, format!("\x0b{text}\x1c\r").as_bytes(), &mut cx);
            cx.in_order();
            let was_like = !out.clues_again.is_empty();
            said.clues.append(&mut out.clues);
            said.clues.extend(out.clues_again.drain(..).flat_map(|clues| clues.to_vec()));
            said.readings.append(&mut out.readings);
            said.exchanges.extend(out.exchanges.drain(..).map(|exchange| {
                let mut detail_written = String::new();
                exchange.detail_json(&mut detail_written);
                Exchange { time: 0, detail: Vec::new(), detail_written, ..exchange }
            }));
            was_like
        }
    }

    #[test]
    fn a_message_like_one_before_says_the_same_as_alone() {
        let mut connection = Connection::default();
        assert_eq!(connection.say(BED).1, [false, false]);
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
            // Numbers of the message and the order.
            (BED.replace("TBGW000001", "TBGW\\T\\1"), false),
            (BED.replace("TBGW000001", ""), false),
            (BED.replace("|MON-ICU1000000|MON-ICU1000000|", "|X1|Y2|"), true),
            (BED.replace("|MON-ICU1000000|MON-ICU1000000|", "||Y3|"), false),
            (BED.replace("|MON-ICU1000000|", "|X^HINOMI|"), false),
            (BED.replace("|20261123061116+0900||ORU", "|||ORU"), false),
            (BED.replace("|20261123061116+0900||ORU", "|20261123||ORU"), true),
            (BED.replace("|NE|AL|", "|NE|NE|"), false),
        ] {
            let (said, likes) = connection.say(&text);
            let (alone, _) = Connection::default().say(&text);
            assert_eq!((said.readings, said.clues, said.exchanges), (alone.readings, alone.clues, alone.exchanges), "{text}");
            assert_eq!(likes.first(), Some(&is_like), "{text}");
        }
        // The oldest messages go.
        for n in 0..MESSAGES_MAX {
            connection.say(&BED.replace("1004", &format!("2{n:03}")));
        }
        assert_eq!(connection.say(BED).1, [false, true]);
    }

    #[test]
    fn an_acknowledgement_like_one_before_settles_its_own_message() {
        let mut connection = Connection::default();
        connection.say(BED);
        let (mut out, next) = (Out::default(), BED.replace("TBGW000001", "TBGW000007"));
        connection.feed(Dir::ToServer, &next, &mut out);
        assert!(connection.feed(Dir::ToClient, &ACK.replace("TBGW000001", "other"), &mut out));
        assert_eq!(out.exchanges.len(), 1, "an answer to nothing that was heard");
        assert!(connection.feed(Dir::ToClient, &ACK.replace("TBGW000001", "TBGW000007"), &mut out));
        assert!(!connection.feed(Dir::ToClient, &ACK.replace("|AA|", "|AE|"), &mut out), "another answer is another message");
        let settled = out.exchanges.get(1).unwrap();
        assert_eq!((settled.status.as_str(), settled.duration_ns), ("AA", Some(2)));
        assert!(settled.detail_written.starts_with("{\"control_id\":\"TBGW000007\","));
    }

    #[test]
    fn the_number_of_the_order_goes_before_that_of_the_request() {
        let order = BED.replace("OBR|1|MON-ICU1000000|", "ORC|NW|A1\rOBR|1|B1|");
        for second in [order.replace("|A1\r", "|A2\r"), order.replace("|B1|", "|B2|"), order.replace("|A1\r", "|\r")] {
            let mut connection = Connection::default();
            connection.say(&order);
            let (said, likes) = connection.say(&second);
            assert_eq!(likes.first(), Some(&!second.contains("NW|\r")), "{second}");
            assert_eq!(said.exchanges, Connection::default().say(&second).0.exchanges, "{second}");
        }
    }

    #[test]
    fn what_another_message_told_of_a_device_counts() {
        let row = "OBX|1||69965^MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS^MDC|1.0.0.0|||||||X|||20261123061116+0900||||TB9-100245^TSUBAME\r";
        let (silent, mut connection) = (BED.replace(row, ""), Connection::default());
        let behind = |out: Out| out.clues.iter().find(|c| c.attribute == "hl7.behind").unwrap().value.clone();
        assert_eq!(behind(connection.say(&silent).0), "TB9-100245^TSUBAME||ICU^101^1");
        connection.say(BED);
        assert_eq!(behind(connection.say(&silent).0), "TB9-100245^TSUBAME|MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS|ICU^101^1");
    }
}
