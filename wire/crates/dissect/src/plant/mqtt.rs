//! MQTT 3.1, 3.1.1 and 5.0 (OASIS).

use crate::mask;
use crate::nameplate::{self, Plate};
use crate::read::{self, Rd};
use crate::{Cx, Dissector, Entry, Meta, Probe, Step, Stream};
use hinomi_model::{Dir, Ends, Exchange, Host, Nanos, NoteKind, Outcome};

pub static MQTT: Dissector = Dissector {
    meta: &Meta {
        name: "mqtt",
        title: "MQTT",
        standard: "OASIS MQTT 5.0, 3.1.1",
        tier: 'B',
        clues: &[
            ("mqtt.client_id", "client identifier (5.0 §3.1.3.1)"),
            ("mqtt.broker", "the host is a broker"),
            ("mqtt.version", "version the client speaks (§3.1.2.2)"),
            ("mqtt.publishes", "topic the host publishes (identifiers replaced)"),
            ("mqtt.subscribes", "topic filter the host subscribes to (identifiers replaced)"),
            ("mqtt.device.manufacturer", "maker in a nameplate that the host publishes (JSON, Home Assistant discovery, Sparkplug B NBIRTH)"),
            ("mqtt.device.model", "model in such a nameplate"),
            ("mqtt.device.serial", "serial number in such a nameplate"),
            ("mqtt.device.software", "software or firmware version in such a nameplate"),
        ],
        operations: &["connect", "subscribe", "publish"],
        details: &[
            ("client_id", "client identifier"),
            ("user", "keyed hash of the user name"),
            ("version", "version the client speaks"),
            ("messages", "messages published on this connection"),
        ],
        notes: &[
            ("mqtt.malformed", "this is no control packet"),
            ("mqtt.topics_max", "over the limit of distinct topics kept of one connection"),
            ("mqtt.cleartext_credentials", "a password crossed the wire in clear"),
        ],
        readings: false,
        tshark: "mqtt",
    },
    entries: &[Entry::Stream { hints: &[1883], probe, open: || Box::new(Mqtt::default()) }],
};

/// Named limit: distinct topics said of one connection.
const TOPICS_MAX: usize = 64;
/// Named limit: published texts of one connection in which a nameplate is looked for.
const TEXTS_MAX: u32 = 64;

/// §3.1: CONNECT with its protocol name.
fn probe(dir: Dir, head: &[u8], _ends: &Ends) -> Probe {
    if dir == Dir::ToClient {
        return Probe::No;
    }
    match head {
        [0x10, a, rest @ ..] => {
            let skip = if a & 0x80 == 0 { 0 } else { rest.iter().position(|b| b & 0x80 == 0).map_or(4, |n| n.saturating_add(1)) };
            let name = rest.get(skip..).unwrap_or(&[]);
            if name.starts_with(b"\0\x04MQTT") || name.starts_with(b"\0\x06MQIsdp") {
                Probe::Yes
            } else if b"\0\x04MQTT".starts_with(name) || b"\0\x06MQIsdp".starts_with(name) {
                Probe::More
            } else {
                Probe::No
            }
        }
        [] | [0x10] => Probe::More,
        _ => Probe::No,
    }
}

#[derive(Default)]
struct Mqtt {
    version: u8,
    connect: Option<(Nanos, Exchange)>,
    subscribe: Option<(Nanos, Exchange)>,
    topics: Vec<String>,
    over: bool,
    published: [u64; 2],
    first: Nanos,
    texts: u32,
}

/// §1.5.5: one to four bytes of seven bits.
fn length(bytes: &[u8]) -> Result<Option<(usize, usize)>, ()> {
    let mut value: usize = 0;
    for (n, b) in bytes.iter().enumerate().take(4) {
        value |= usize::from(b & 0x7f) << (7 * n);
        if b & 0x80 == 0 {
            return Ok(Some((value, n.saturating_add(1))));
        }
    }
    if bytes.len() >= 4 { Err(()) } else { Ok(None) }
}

fn topic(raw: &[u8], cx: &Cx<'_>) -> String {
    let text = read::text(raw);
    text.split('/').map(|part| if mask::looks_like_id(part) { "{id}" } else { part }).collect::<Vec<_>>().join("/").replace("//", "/").chars().take(cx.limits.value_chars_max).collect()
}

impl Stream for Mqtt {
    fn feed(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Step {
        let Some(first) = bytes.first().copied() else { return Step::Need(1) };
        let (body, used) = match length(bytes.get(1..).unwrap_or(&[])) {
            Ok(Some(found)) => found,
            Ok(None) => return Step::Need(bytes.len().saturating_add(1)),
            Err(()) => return Step::Malformed { at: 1, name: "mqtt.malformed", why: "this is no length" },
        };
        let head = used.saturating_add(1);
        let whole = head.saturating_add(body);
        let kind = first >> 4;
        // Of a message only the topic is looked at, and of the first ones that a client sends a short text.
        let wanted = match kind {
            3 if dir == Dir::ToServer && self.texts < TEXTS_MAX && body <= nameplate::JSON_BYTES_MAX => whole,
            3 => whole.min(head.saturating_add(2)),
            1 | 2 | 8 | 9 if whole <= cx.limits.message_bytes_max => whole,
            _ => return Step::Skip(read::wide(whole)),
        };
        let Some(mut packet) = bytes.get(head..wanted) else { return Step::Need(wanted) };
        if kind == 3 {
            let name = Rd::new(packet).u16().map(usize::from).unwrap_or(0);
            let end = head.saturating_add(2).saturating_add(name).min(whole);
            if wanted == whole && wanted > head.saturating_add(2) {
                self.texts = self.texts.saturating_add(1);
                self.nameplate(first, packet, cx);
            }
            packet = match bytes.get(head..end) {
                Some(packet) => packet,
                None => return Step::Need(end),
            };
        }
        if self.packet(dir, kind, packet, whole, cx).is_none() && kind == 1 {
            return Step::Malformed { at: head, name: "mqtt.malformed", why: "a CONNECT ends too early" };
        }
        Step::Skip(read::wide(whole))
    }

    fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        for (time, mut said) in [self.connect.take(), self.subscribe.take()].into_iter().flatten() {
            said.time = time;
            said.outcome = read::silence(heard, Dir::ToServer);
            cx.exchange(said);
        }
        let [up, down] = self.published;
        for (count, reversed) in [(up, false), (down, true)] {
            if count > 0 {
                let detail = vec![("messages", count.to_string())];
                cx.exchange(Exchange { operation: "publish".into(), time: self.first, duration_ns: read::lapse(self.first, cx.time), reversed, detail, ..Exchange::default() });
            }
        }
    }
}

impl Mqtt {
    fn packet(&mut self, dir: Dir, kind: u8, packet: &[u8], size: usize, cx: &mut Cx<'_>) -> Option<()> {
        let mut rd = Rd::new(packet);
        match (kind, dir) {
            (1, Dir::ToServer) => {
                rd.vec16()?;
                self.version = rd.u8()?;
                let flags = rd.u8()?;
                rd.skip(2)?;
                if self.version == 5 {
                    properties(&mut rd)?;
                }
                let id = read::text(rd.vec16()?);
                if flags & 4 != 0 {
                    if self.version == 5 {
                        properties(&mut rd)?;
                    }
                    rd.vec16()?; // will topic
                    rd.vec16()?; // will message
                }
                let user = if flags & 0x80 != 0 { read::text(rd.vec16()?) } else { String::new() };
                if flags & 0x40 != 0 {
                    cx.note(NoteKind::Odd, "mqtt.cleartext_credentials", 0, "a password crossed the wire in clear");
                }
                let version = match self.version {
                    3 => "3.1",
                    4 => "3.1.1",
                    5 => "5.0",
                    _ => "other",
                };
                cx.clue(Host::Client, "mqtt.client_id", &id, None);
                cx.clue(Host::Client, "mqtt.version", version, None);
                let mut said = Exchange { operation: "connect".into(), client_name: id.clone(), request_bytes: read::wide(size), ..Exchange::default() };
                said.detail = vec![("client_id", id), ("version", version.into())];
                if !user.is_empty() {
                    said.detail.push(("user", mask::user(&user, cx.keys)));
                }
                self.connect = Some((cx.time, said));
            }
            (2, Dir::ToClient) => {
                cx.clue(Host::Server, "mqtt.broker", "yes", Some(cx.ends.server.port));
                rd.skip(1)?;
                let code = rd.u8()?;
                self.settle(true, code, cx);
            }
            (3, _) => {
                if self.published == [0, 0] {
                    self.first = cx.time;
                }
                let count = if dir == Dir::ToServer { self.published.first_mut() } else { self.published.last_mut() }?;
                *count = count.saturating_add(1);
                if dir == Dir::ToServer {
                    let name = topic(rd.vec16()?, cx);
                    self.topic("mqtt.publishes", name, cx);
                }
            }
            (8, Dir::ToServer) => {
                rd.skip(2)?;
                if self.version == 5 {
                    properties(&mut rd)?;
                }
                let mut filters = Vec::new();
                while let Some(filter) = rd.vec16() {
                    rd.skip(1)?;
                    let name = topic(filter, cx);
                    self.topic("mqtt.subscribes", name.clone(), cx);
                    if filters.len() < 16 {
                        filters.push(name);
                    }
                }
                let said = Exchange { operation: "subscribe".into(), object: filters.join(","), request_bytes: read::wide(size), ..Exchange::default() };
                self.subscribe = Some((cx.time, said));
            }
            (9, Dir::ToClient) => {
                let code = packet.last().copied().unwrap_or(0);
                self.settle(false, if code >= 0x80 { code } else { 0 }, cx);
            }
            _ => {}
        }
        Some(())
    }

    /// §3.3: topic, packet identifier where a receipt is asked for, properties, text.
    fn nameplate(&mut self, flags: u8, packet: &[u8], cx: &mut Cx<'_>) -> Option<()> {
        const CLUES: nameplate::Clues = ["mqtt.device.manufacturer", "mqtt.device.model", "mqtt.device.serial", "mqtt.device.software"];
        let mut rd = Rd::new(packet);
        let topic = rd.vec16()?;
        if flags & 6 != 0 {
            rd.skip(2)?;
        }
        if self.version == 5 {
            properties(&mut rd)?;
        }
        let found = if topic.starts_with(b"spBv1.0/") {
            // Eclipse Sparkplug 3.0 §4.1: NBIRTH is of the node itself, DBIRTH of a device behind it.
            topic.split(|b| *b == b'/').nth(2).filter(|kind| *kind == b"NBIRTH").and_then(|_| sparkplug(rd.rest()))
        } else {
            nameplate::json(rd.rest())
        };
        found?.say(Host::Client, &CLUES, None, cx);
        Some(())
    }

    fn settle(&mut self, connect: bool, code: u8, cx: &mut Cx<'_>) {
        let slot = if connect { &mut self.connect } else { &mut self.subscribe };
        let Some((time, mut said)) = slot.take() else { return };
        said.time = time;
        said.duration_ns = read::lapse(time, cx.time);
        said.status = code.to_string();
        said.outcome = if code == 0 { Outcome::Ok } else { Outcome::Refused };
        cx.exchange(said);
    }

    fn topic(&mut self, attribute: &'static str, name: String, cx: &mut Cx<'_>) {
        let key = format!("{attribute} {name}");
        if self.topics.contains(&key) {
            return;
        }
        if self.topics.len() >= TOPICS_MAX {
            if !self.over {
                self.over = true;
                cx.note(NoteKind::OverLimit, "mqtt.topics_max", 0, "more distinct topics than are kept");
            }
            return;
        }
        self.topics.push(key);
        cx.clue(Host::Client, attribute, &name, None);
    }
}

/// §2.2.2: a length, then properties.
fn properties(rd: &mut Rd<'_>) -> Option<()> {
    let (n, used) = length(rd.rest()).ok()??;
    rd.skip(used.checked_add(n)?)
}

/// Sparkplug 3.0 §6.4: metrics (field 2) with their name (1) and text (15).
fn sparkplug(text: &[u8]) -> Option<Plate> {
    let mut plate = Plate::default();
    let mut rd = Rd::new(text);
    while let Some((number, bytes)) = field(&mut rd) {
        let Some(metric) = bytes.filter(|_| number == 2) else { continue };
        let (mut name, mut value) = (String::new(), String::new());
        let mut inner = Rd::new(metric);
        while let Some((number, bytes)) = field(&mut inner) {
            match (number, bytes) {
                (1, Some(bytes)) => name = read::text(bytes),
                (15, Some(bytes)) => value = read::text(bytes),
                _ => {}
            }
        }
        plate.take(name.rsplit('/').next().unwrap_or(""), &value);
    }
    plate.tells().then_some(plate)
}

/// Protocol Buffers: one field as its number and, where it has a length, its bytes.
fn field<'a>(rd: &mut Rd<'a>) -> Option<(u64, Option<&'a [u8]>)> {
    let key = varint(rd)?;
    let bytes = match key & 7 {
        0 => {
            varint(rd)?;
            None
        }
        1 => {
            rd.skip(8)?;
            None
        }
        2 => {
            let n = usize::try_from(varint(rd)?).ok()?;
            Some(rd.take(n)?)
        }
        5 => {
            rd.skip(4)?;
            None
        }
        _ => return None,
    };
    Some((key >> 3, bytes))
}

fn varint(rd: &mut Rd<'_>) -> Option<u64> {
    let mut value = 0u64;
    for n in 0..10u32 {
        let b = rd.u8()?;
        value |= u64::from(b & 0x7f).checked_shl(n.saturating_mul(7)).unwrap_or(0);
        if b & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(number: u8, value: &[u8]) -> Vec<u8> {
        let mut out = vec![number << 3 | 2, u8::try_from(value.len()).unwrap_or(0)];
        out.extend_from_slice(value);
        out
    }

    /// A metric as Sparkplug 3.0 §6.4.6 has it: name (1), datatype (4, text is 12), text (15).
    fn metric(name: &[u8], value: &[u8]) -> Vec<u8> {
        let inner = [text(1, name), vec![0x20, 12], text(15, value)].concat();
        text(2, &inner)
    }

    #[test]
    fn a_birth_certificate_of_sparkplug_is_a_nameplate() {
        let birth = [vec![0x08, 0x80, 0x01], metric(b"Properties/Hardware Make", b"Aoi"), metric(b"Properties/Hardware Model", b"AW-1"), metric(b"bdSeq", b"0")].concat();
        assert!(sparkplug(&birth).is_some_and(|p| p.tells()));
        assert!(sparkplug(&metric(b"Properties/Hardware Make", b"Aoi")).is_none());
        assert!(sparkplug(birth.get(..20).unwrap_or(&[])).is_none());
    }
}
