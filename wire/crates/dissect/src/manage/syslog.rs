//! Syslog over UDP and TCP (RFC 3164, RFC 5424, RFC 6587). Texts of messages are not kept: they name persons.
//! They are handed out only where the limit `log_lines_max` asks for it, to a reader that keeps what a logon needs
//! and drops the rest (`hinomi.intake.heard`).
//! What a product says of itself in a known form (CEF, LEEF, key=value, maker-model-version) is.

use crate::nameplate;
use crate::read;
use crate::{Cx, Datagram, Dissector, Entry, Meta, Probe, Step, Stream, Verdict};
use hinomi_model::{Dir, Ends, Exchange, Host, Nanos, Outcome};

pub static SYSLOG: Dissector = Dissector {
    meta: &Meta {
        name: "syslog",
        title: "Syslog",
        standard: "RFC 5424, RFC 3164, RFC 5426, RFC 6587",
        tier: 'B',
        clues: &[
            ("syslog.host_name", "HOSTNAME of the messages the host sends (RFC 5424 §6.2.4)"),
            ("syslog.application", "APP-NAME or TAG (§6.2.5; RFC 3164 §4.1.3)"),
            ("syslog.product", "`vendor|product|version` of a CEF or LEEF header"),
            ("syslog.device.manufacturer", "maker in a message of key=value pairs"),
            ("syslog.device.model", "model in such a message"),
            ("syslog.device.serial", "serial number in such a message"),
            ("syslog.device.software", "software or firmware version in such a message"),
            ("syslog.says_it_is", "maker, model and version by which a message begins: `Maker Model-5 software 1.2`"),
            ("syslog.software", "program and version that made the message (`origin`, RFC 5424 §7.2)"),
            ("syslog.filters", "the host reports packets between two others that it let pass or dropped: `yes`"),
            ("syslog.collector", "the host collects logs"),
        ],
        operations: &["log", "line"],
        details: &[
            ("messages", "messages of this connection"),
            ("facilities", "facilities by number, joined by `,` (§6.2.1)"),
            ("worst", "worst severity by number (0 is the worst)"),
        ],
        notes: &[("syslog.malformed", "this is no message")],
        readings: false,
        tshark: "syslog",
    },
    entries: &[
        Entry::Datagram { hints: &[514], probe: probe_udp, open: || Box::new(Syslog::default()) },
        Entry::Stream { hints: &[514, 601, 1514], probe: probe_tcp, open: || Box::new(Syslog::default()) },
    ],
};

/// PRI (§6.2.1) and what follows it.
fn priority(bytes: &[u8]) -> Option<(u8, &[u8])> {
    let close = bytes.iter().take(5).position(|b| *b == b'>')?;
    if bytes.first() != Some(&b'<') || !(2..=4).contains(&close) {
        return None;
    }
    let number: u8 = std::str::from_utf8(bytes.get(1..close)?).ok()?.parse().ok()?;
    (number <= 191).then_some((number, bytes.get(close.saturating_add(1)..)?))
}

const MONTHS: &[&[u8]] = &[b"Jan ", b"Feb ", b"Mar ", b"Apr ", b"May ", b"Jun ", b"Jul ", b"Aug ", b"Sep ", b"Oct ", b"Nov ", b"Dec "];

/// A version and time, or the month of the old form.
fn dated(rest: &[u8]) -> bool {
    matches!(rest, [b'1', b' ', b'0'..=b'9' | b'-', ..]) || MONTHS.iter().any(|m| rest.starts_with(m))
}

fn probe_udp(_dir: Dir, bytes: &[u8], ends: &Ends) -> Probe {
    let port = [ends.client.port, ends.server.port].contains(&514);
    match priority(bytes) {
        Some((_, rest)) if dated(rest) || (port && rest.first().is_some_and(|b| b.is_ascii_graphic())) => Probe::Yes,
        _ => Probe::No,
    }
}

fn probe_tcp(dir: Dir, head: &[u8], _ends: &Ends) -> Probe {
    if dir == Dir::ToClient || head.len() < 16 {
        return if dir == Dir::ToServer && head.first().is_none_or(|b| *b == b'<' || b.is_ascii_digit()) { Probe::More } else { Probe::No };
    }
    // RFC 6587 §3.4.1: the length in digits may stand before the message.
    let digits = head.iter().take(6).take_while(|b| b.is_ascii_digit()).count();
    let message = if digits > 0 && head.get(digits) == Some(&b' ') { head.get(digits.saturating_add(1)..).unwrap_or(&[]) } else { head };
    match priority(message) {
        Some((_, rest)) if dated(rest) => Probe::Yes,
        _ => Probe::No,
    }
}

#[derive(Default)]
struct Syslog {
    begun: Nanos,
    messages: u64,
    bytes: u64,
    facilities: Vec<u8>,
    worst: Option<u8>,
    looked: u32,
    handed: u64,
}

/// Named limit: bytes of one message that are handed out.
const LINE_BYTES_MAX: usize = 8192;

/// Named limit: messages of one connection in which a product's name is looked for.
const LOOKED_MAX: u32 = 256;

impl Syslog {
    fn message(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> bool {
        let Some((number, rest)) = priority(bytes) else { return false };
        if self.begun == 0 {
            self.begun = cx.time;
            cx.clue(read::receiver(dir), "syslog.collector", "yes", Some(cx.ends.receiver(dir).port));
        }
        self.messages = self.messages.saturating_add(1);
        self.bytes = self.bytes.saturating_add(read::wide(bytes.len()));
        if self.handed < cx.limits.log_lines_max {
            self.handed = self.handed.saturating_add(1);
            let whole = rest.get(..rest.len().min(LINE_BYTES_MAX)).unwrap_or(&[]);
            let line = crate::charset::decode(whole, &[crate::charset::guess(whole)]);
            cx.exchange(Exchange { operation: "line".into(), object: line, reversed: dir == Dir::ToClient, ..Exchange::default() });
        }
        let (facility, severity) = (number >> 3, number & 7);
        if !self.facilities.contains(&facility) {
            self.facilities.push(facility);
        }
        self.worst = Some(self.worst.map_or(severity, |w| w.min(severity)));
        let text = read::text(rest.get(..rest.len().min(512)).unwrap_or(&[]));
        let mut words = text.split_ascii_whitespace();
        let me: Host = read::sender(dir);
        let (name, application) = if text.starts_with("1 ") {
            (words.nth(2), words.next())
        } else if dated(rest) {
            // RFC 3164 §4.1.2: Mmm dd hh:mm:ss host tag:
            (words.nth(3), words.next())
        } else {
            (None, None)
        };
        if let Some(name) = name.filter(|n| *n != "-" && !n.ends_with(':')) {
            cx.clue(me, "syslog.host_name", name, None);
        }
        if let Some(application) = application.filter(|a| *a != "-") {
            let tag = application.split(['[', ':']).next().unwrap_or("");
            if tag.len() <= 48 && tag.chars().all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c)) {
                cx.clue(me, "syslog.application", tag, None);
            }
        }
        if self.looked < LOOKED_MAX {
            self.looked = self.looked.saturating_add(1);
            product(me, &text, cx);
            if filters(&text, &cx.ends.sender(dir).ip.to_string()) {
                cx.clue(me, "syslog.filters", "yes", None);
            }
        }
        true
    }

    fn say(&mut self, cx: &mut Cx<'_>) {
        if self.messages == 0 {
            return;
        }
        let facilities: Vec<String> = self.facilities.iter().map(u8::to_string).collect();
        cx.exchange(Exchange {
            operation: "log".into(),
            time: self.begun,
            duration_ns: read::lapse(self.begun, cx.time),
            outcome: Outcome::Ok,
            request_bytes: self.bytes,
            detail: vec![
                ("messages", self.messages.to_string()),
                ("facilities", facilities.join(",")),
                ("worst", self.worst.map(|w| w.to_string()).unwrap_or_default()),
            ],
            ..Exchange::default()
        });
    }
}

/// A packet filter's line about others: source and destination, neither of them the sender, and a verdict.
/// Keys as in netfilter's LOG target (`SRC=`, `DST=`), Fortinet (`srcip=`, `dstip=`), SonicWall and CEF (`src=`, `dst=`).
fn filters(text: &str, own: &str) -> bool {
    let folded = text.to_ascii_lowercase();
    let value = |names: [&str; 2]| {
        let rest = names.iter().find_map(|name| folded.split_once(name))?.1;
        rest.split([' ', ':', ',', '"']).find(|v| !v.is_empty()).and_then(|v| v.parse::<std::net::IpAddr>().ok())
    };
    let (Some(from), Some(to)) = (value([" src=", " srcip="]), value([" dst=", " dstip="])) else { return false };
    let verdict = folded.split(|c: char| !c.is_ascii_alphabetic()).any(|w| matches!(w, "drop" | "dropped" | "deny" | "denied" | "block" | "blocked" | "accept" | "reject"));
    let own = own.parse::<std::net::IpAddr>().ok();
    verdict && Some(from) != own && Some(to) != own && !to.is_loopback() && !to.is_multicast()
}

/// What a product says of itself in its message.
fn product(me: Host, text: &str, cx: &mut Cx<'_>) {
    const CLUES: nameplate::Clues = ["syslog.device.manufacturer", "syslog.device.model", "syslog.device.serial", "syslog.device.software"];
    // ArcSight Common Event Format 26: CEF:0|vendor|product|version|…; IBM LEEF: LEEF:1.0|vendor|product|version|…
    if let Some((_, header)) = text.split_once("CEF:").or_else(|| text.split_once("LEEF:")) {
        let mut parts = header.split('|');
        let form = parts.next().unwrap_or("");
        if form.len() <= 3 && form.starts_with(|c: char| c.is_ascii_digit()) {
            let named: Vec<&str> = parts.take(3).collect();
            if named.len() == 3 && named.iter().all(|p| p.len() <= 64) {
                cx.clue(me, "syslog.product", &named.join("|"), None);
            }
        }
        return;
    }
    if let Some((_, origin)) = text.split_once("[origin ") {
        let value = |name: &str| origin.split_once(name).and_then(|(_, rest)| rest.split_once('"')).map_or("", |(value, _)| value);
        cx.clue(me, "syslog.software", format!("{} {}", value("software=\""), value("swVersion=\"")).trim(), None);
    }
    if let Some(plate) = nameplate::pairs(text) {
        plate.say(me, &CLUES, None, cx);
    } else if let Some(named) = says_it_is(text) {
        cx.clue(me, "syslog.says_it_is", &named, None);
    }
}

/// `Maker [Maker …] Model [Serial] software|firmware Version`: the words before a version, as far back as they
/// can belong to a product's name. The model has a digit in it, so that no person's name is taken for one.
fn says_it_is(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    let at = words.iter().position(|w| ["software", "firmware", "fw", "sw"].iter().any(|known| w.trim_end_matches(':').eq_ignore_ascii_case(known)))?;
    let next = at.saturating_add(1);
    let next = if words.get(next).is_some_and(|w| w.eq_ignore_ascii_case("version")) { next.saturating_add(1) } else { next };
    let version = words.get(next)?.trim_end_matches([',', ';']).trim_start_matches(['v', 'V']);
    if !version.starts_with(|c: char| c.is_ascii_digit()) || !version.contains('.') || version.len() > 24 {
        return None;
    }
    let coded = |w: &str| w.len() <= 24 && w.starts_with(|c: char| c.is_ascii_uppercase()) && w.bytes().any(|b| b.is_ascii_digit()) && w.bytes().all(|b| b.is_ascii_alphanumeric() || b"-/.".contains(&b));
    let named = |w: &str| w.len() <= 24 && w.starts_with(|c: char| c.is_ascii_uppercase()) && w.bytes().all(|b| b.is_ascii_alphabetic() || b"&.-".contains(&b));
    let before = words.get(..at)?;
    let codes = before.iter().rev().take_while(|w| coded(w)).count();
    let names = before.iter().rev().skip(codes).take_while(|w| named(w)).count();
    if !(1..=2).contains(&codes) || !(1..=4).contains(&names) {
        return None;
    }
    let start = at.saturating_sub(codes.saturating_add(names));
    Some(format!("{}|{}|{version}", words.get(start..at.saturating_sub(codes))?.join(" "), words.get(at.saturating_sub(codes)..at)?.join("|")))
}

impl Datagram for Syslog {
    fn datagram(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Verdict {
        if self.message(dir, bytes, cx) { Verdict::Read } else { Verdict::NotMine }
    }

    fn end(&mut self, _heard: [bool; 2], cx: &mut Cx<'_>) {
        self.say(cx);
    }
}

impl Stream for Syslog {
    fn feed(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Step {
        if dir == Dir::ToClient {
            return Step::Done;
        }
        let digits = bytes.iter().take(7).take_while(|b| b.is_ascii_digit()).count();
        if digits > 0 {
            if bytes.len() <= digits {
                return Step::Need(digits.saturating_add(1));
            }
            let length: usize = std::str::from_utf8(bytes.get(..digits).unwrap_or(&[])).ok().and_then(|d| d.parse().ok()).unwrap_or(0);
            if length == 0 || length > cx.limits.message_bytes_max {
                return Step::Malformed { at: 0, name: "syslog.malformed", why: "this is no length of a message" };
            }
            let whole = digits.saturating_add(1).saturating_add(length);
            let Some(message) = bytes.get(digits.saturating_add(1)..whole) else { return Step::Need(whole) };
            self.message(dir, message, cx);
            return Step::Took(whole);
        }
        // RFC 6587 §3.4.2: messages end with a line feed or a NUL.
        match bytes.iter().position(|b| matches!(b, b'\n' | 0)) {
            Some(end) => {
                self.message(dir, bytes.get(..end).unwrap_or(&[]), cx);
                Step::Took(end.saturating_add(1))
            }
            None if bytes.len() > 65_536 => Step::Malformed { at: 0, name: "syslog.malformed", why: "a message has no end" },
            None => Step::Need(bytes.len().saturating_add(1)),
        }
    }

    fn end(&mut self, _heard: [bool; 2], cx: &mut Cx<'_>) {
        self.say(cx);
    }
}

#[cfg(test)]
mod tests {
    use super::{filters, says_it_is};

    #[test]
    fn a_filter_tells_of_others_and_a_server_of_itself() {
        let line = "<4>Nov 23 06:34:02 fw kernel: DROP IN=eth1 SRC=203.0.113.9 DST=198.51.100.1 PROTO=TCP DPT=3389";
        assert!(filters(line, "10.70.0.2"));
        assert!(!filters(line, "198.51.100.1"));
        assert!(filters("<13>devname=\"f\" srcip=10.1.1.1 dstip=10.2.2.2 action=\"deny\"", "10.70.0.2"));
        assert!(!filters("<13>login src=10.1.1.1 dst=10.2.2.2", "10.70.0.2"));
    }

    #[test]
    fn a_product_that_names_itself_is_read_and_a_person_is_not() {
        assert_eq!(says_it_is("<13>1 t h a - - - Acme Respiratory AB-40 AB4-30981 software 5.1 link up").as_deref(), Some("Acme Respiratory|AB-40|AB4-30981|5.1"));
        assert_eq!(says_it_is("boot: Acme VX200 firmware version v2.10, ready").as_deref(), Some("Acme|VX200|2.10"));
        assert_eq!(says_it_is("login of Yamada Taro with software 5.1"), None);
        assert_eq!(says_it_is("new firmware for Acme VX200"), None);
    }
}
