//! SIP (RFC 3261) over UDP and TCP: telephones and nurse calls.

use super::address;
use crate::read::{self, Waiting};
use crate::{Cx, Datagram, Dissector, Entry, Meta, Probe, Step, Stream, Verdict};
use hinomi_model::{Dir, Ends, Exchange, Nanos, NoteKind, Outcome};

pub static SIP: Dissector = Dissector {
    meta: &Meta {
        name: "sip",
        title: "Session Initiation Protocol",
        standard: "RFC 3261",
        tier: 'B',
        clues: &[
            ("sip.user_agent", "software of the telephone (RFC 3261 §20.41)"),
            ("sip.server", "software of the server (§20.35)"),
            ("sip.domain", "domain the host registers in or calls"),
        ],
        operations: &["REGISTER", "INVITE", "OPTIONS", "BYE", "CANCEL", "SUBSCRIBE", "NOTIFY", "MESSAGE", "REFER", "INFO", "UPDATE", "PUBLISH", "PRACK"],
        details: &[("from", "caller: keyed hash at its domain"), ("to", "called: keyed hash at its domain")],
        notes: &[
            ("sip.malformed", "this is no message"),
            ("sip.head_bytes_max", "over the limit of bytes of one head"),
            ("sip.pending_max", "over the limit of requests that wait for an answer"),
        ],
        readings: false,
        tshark: "sip",
    },
    entries: &[
        Entry::Datagram { hints: &[5060], probe, open: || Box::new(Sip::default()) },
        Entry::Stream { hints: &[5060], probe, open: || Box::new(Sip::default()) },
    ],
};

const METHODS: &[&str] =
    &["REGISTER", "INVITE", "OPTIONS", "ACK", "BYE", "CANCEL", "SUBSCRIBE", "NOTIFY", "MESSAGE", "REFER", "INFO", "UPDATE", "PUBLISH", "PRACK"];
const HEAD_BYTES_MAX: usize = 16 * 1024;

/// §7.1, §7.2: the first line ends or begins with the version.
fn probe(_dir: Dir, head: &[u8], _ends: &Ends) -> Probe {
    if head.starts_with(b"SIP/2.0 ") {
        return Probe::Yes;
    }
    let method = METHODS.iter().find(|m| head.strip_prefix(m.as_bytes()).is_some_and(|r| r.starts_with(b" sip:") || r.starts_with(b" sips:") || r.starts_with(b" tel:")));
    if method.is_some() {
        return Probe::Yes;
    }
    let begun = METHODS.iter().any(|m| {
        let full = format!("{m} sip:");
        full.as_bytes().starts_with(head)
    });
    if begun || b"SIP/2.0 ".starts_with(head) { Probe::More } else { Probe::No }
}

#[derive(Default)]
struct Sip {
    asked: Waiting<String, (Nanos, Dir, Exchange)>,
}

/// Value of a field; RFC 3261 §7.3.3 has short forms.
fn field<'a>(head: &'a str, long: &str, short: &str) -> Option<&'a str> {
    head.lines().skip(1).take(128).find_map(|l| {
        let (name, value) = l.split_once(':')?;
        let name = name.trim();
        (name.eq_ignore_ascii_case(long) || (!short.is_empty() && name.eq_ignore_ascii_case(short))).then(|| value.trim())
    })
}

/// `"Taro" <sip:101@pbx>;tag=…` without the person.
fn party(raw: &str, cx: &Cx<'_>) -> String {
    let inner = raw.split_once('<').map_or(raw, |(_, r)| r);
    let inner = inner.split(['>', ';']).next().unwrap_or("");
    let bare = inner.trim().trim_start_matches("sip:").trim_start_matches("sips:").trim_start_matches("tel:");
    address(bare, cx.keys)
}

impl Sip {
    fn message(&mut self, dir: Dir, head: &str, size: usize, cx: &mut Cx<'_>) {
        let me = read::sender(dir);
        let first = head.lines().next().unwrap_or("");
        let call = format!("{} {}", field(head, "Call-ID", "i").unwrap_or(""), field(head, "CSeq", "").unwrap_or(""));
        if let Some(agent) = field(head, "User-Agent", "") {
            cx.clue(me, "sip.user_agent", agent, None);
        }
        if let Some(server) = field(head, "Server", "") {
            cx.clue(me, "sip.server", server, Some(cx.ends.sender(dir).port));
        }
        if let Some(rest) = first.strip_prefix("SIP/2.0 ") {
            let code: u16 = rest.get(..3).and_then(|c| c.parse().ok()).unwrap_or(0);
            if code < 200 {
                return; // §8.2.6.1: provisional
            }
            let Some((time, asked, mut said)) = self.asked.take(&call) else { return };
            said.time = time;
            said.duration_ns = read::lapse(time, cx.time);
            said.response_bytes = read::wide(size);
            said.status = code.to_string();
            said.reversed = asked == Dir::ToClient;
            said.outcome = match code {
                200..=399 => Outcome::Ok,
                400..=499 | 600..=699 => Outcome::Refused,
                _ => Outcome::Failed,
            };
            cx.exchange(said);
            return;
        }
        let mut words = first.split(' ');
        let (method, uri) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
        if method == "ACK" || !METHODS.contains(&method) {
            return;
        }
        let from = field(head, "From", "f").map(|f| party(f, cx)).unwrap_or_default();
        let to = field(head, "To", "t").map(|t| party(t, cx)).unwrap_or_default();
        let target = party(uri, cx);
        let domain = target.rsplit('@').next().unwrap_or("").split([';', '?']).next().unwrap_or("").to_string();
        let plain = uri.trim_start_matches("sip:").split(['@']).next_back().unwrap_or("").split([';', ':']).next().unwrap_or("").to_string();
        cx.clue(me, "sip.domain", &plain, None);
        let said = Exchange {
            operation: method.into(),
            client_name: from.clone(),
            server_name: if target.contains('@') { domain } else { plain },
            request_bytes: read::wide(size),
            detail: vec![("from", from), ("to", to)],
            ..Exchange::default()
        };
        if self.asked.get(&call).is_some() {
            return;
        }
        if let Some((_, (time, asked, mut oldest))) = self.asked.put(call, (cx.time, dir, said), cx.limits.pending_max) {
            cx.note(NoteKind::OverLimit, "sip.pending_max", 0, "too many requests wait for an answer");
            oldest.time = time;
            oldest.outcome = Outcome::Unanswered;
            oldest.reversed = asked == Dir::ToClient;
            cx.exchange(oldest);
        }
    }

    fn close(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        while let Some((_, (time, dir, mut said))) = self.asked.first() {
            said.time = time;
            said.outcome = read::silence(heard, dir);
            said.reversed = dir == Dir::ToClient;
            cx.exchange(said);
        }
    }
}

impl Datagram for Sip {
    fn datagram(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Verdict {
        if bytes.iter().all(|b| matches!(b, b'\r' | b'\n' | 0)) {
            return Verdict::Read; // RFC 5626 §3.5.1: keep-alive
        }
        let end = read::find(bytes, b"\r\n\r\n").unwrap_or(bytes.len());
        let head = String::from_utf8_lossy(bytes.get(..end).unwrap_or(&[])).into_owned();
        if !head.contains("SIP/2.0") {
            return Verdict::NotMine;
        }
        self.message(dir, &head, bytes.len(), cx);
        Verdict::Read
    }

    fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        self.close(heard, cx);
    }
}

impl Stream for Sip {
    fn feed(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Step {
        let blank = bytes.iter().take_while(|b| matches!(**b, b'\r' | b'\n')).count();
        if blank > 0 {
            return Step::Took(blank);
        }
        let Some(end) = read::find(bytes, b"\r\n\r\n") else {
            if bytes.len() > HEAD_BYTES_MAX {
                return Step::OverLimit { name: "sip.head_bytes_max", limit: read::wide(HEAD_BYTES_MAX) };
            }
            return Step::Need(bytes.len().saturating_add(1));
        };
        let head = String::from_utf8_lossy(bytes.get(..end).unwrap_or(&[])).into_owned();
        if !head.lines().next().is_some_and(|l| l.contains("SIP/2.0")) {
            return Step::Malformed { at: 0, name: "sip.malformed", why: "this is no request or status line" };
        }
        // §18.3: on a stream the length of the body must be told.
        let body: u64 = field(&head, "Content-Length", "l").and_then(|l| l.parse().ok()).unwrap_or(0);
        self.message(dir, &head, end, cx);
        Step::Skip(read::wide(end).saturating_add(4).saturating_add(body))
    }

    fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        self.close(heard, cx);
    }
}
