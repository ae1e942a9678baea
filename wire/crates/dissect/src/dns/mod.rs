//! DNS over UDP and TCP (RFC 1035, RFC 7766); its relatives mDNS, LLMNR and NBNS stand beside it.

pub mod llmnr;
pub mod mdns;
mod message;
pub mod nbns;

use crate::read::{self, Rd, Waiting};
use crate::{Cx, Datagram, Dissector, Entry, Meta, Probe, Step, Stream, Verdict};
use hinomi_model::{Dir, Ends, Exchange, Nanos, NoteKind, Outcome};
use message::{Data, Header, Message, Record};

pub static DNS: Dissector = Dissector {
    meta: &Meta {
        name: "dns",
        title: "Domain Name System",
        standard: "RFC 1035, RFC 7766, RFC 6891",
        tier: 'A',
        clues: &[("dns.server", "address that answers questions of others; value is `recursive` (RFC 1035 §4.1.1: RA) or `authoritative only`")],
        operations: &["*"],
        details: &[
            ("rcode", "response code by its name (RFC 1035 §4.1.1, RFC 6895)"),
            ("answers", "answer section as `name=data ttl`, joined by `; `"),
            ("answer_ips", "addresses of the answer section, joined by `,`"),
            ("ttl_min", "smallest TTL of the answer section, in seconds"),
            ("qname_len", "characters of the name asked for"),
            ("opcode", "operation where it is not a query: NOTIFY, UPDATE …"),
            ("truncated", "yes, when the TC bit is set"),
            ("transport", "udp or tcp"),
        ],
        notes: &[
            ("dns.malformed", "a message cannot be read from this offset on"),
            ("dns.pending_max", "over the limit of questions that wait for an answer; the oldest was said as unanswered"),
            ("dns.records_max", "over the limit of records read of one message"),
            ("dns.answers_chars_max", "the answers were cut for the record"),
        ],
        readings: false,
        tshark: "dns",
    },
    entries: &[
        Entry::Datagram { hints: &[53], probe: probe_udp, open: || Box::new(Dns { over: "udp", ..Dns::default() }) },
        Entry::Stream { hints: &[53], probe: probe_tcp, open: || Box::new(Dns { over: "tcp", ..Dns::default() }) },
    ],
};

/// Named limit: characters of `detail.answers`.
const ANSWERS_CHARS_MAX: usize = 2048;

/// Whether the flow is of a relative that has its own port or group (RFC 6762 §3, RFC 4795 §2, RFC 1002 §4.2).
fn is_relative(ends: &Ends) -> bool {
    [ends.client.port, ends.server.port].iter().any(|p| matches!(p, 5353 | 5355 | 137))
}

fn probe_udp(_dir: Dir, datagram: &[u8], ends: &Ends) -> Probe {
    let server = [ends.client.port, ends.server.port].contains(&53);
    if !is_relative(ends) && (Message::plausible(datagram) || (server && Message::fits(datagram))) { Probe::Yes } else { Probe::No }
}

/// RFC 1035 §4.2.2: two bytes of length before each message.
fn probe_tcp(_dir: Dir, head: &[u8], ends: &Ends) -> Probe {
    let mut rd = Rd::new(head);
    let (Some(length), header) = (rd.u16(), Header::read(&mut rd)) else { return Probe::More };
    let length = usize::from(length);
    // Multicast DNS is never spoken over TCP; its port may be an ordinary server's.
    if !(17..=16_384).contains(&length) || [ends.client.port, ends.server.port].iter().any(|p| matches!(p, 5355 | 137)) {
        return Probe::No;
    }
    let Some(header) = header else { return Probe::More };
    let [questions, ..] = header.counts;
    if questions != 1 || !matches!(header.opcode(), 0 | 4 | 5) || header.flags & 0x0040 != 0 {
        return Probe::No;
    }
    match head.get(2..length.saturating_add(2)) {
        Some(message) if Message::plausible(message) => Probe::Yes,
        Some(_) => Probe::No,
        None => Probe::More,
    }
}

#[derive(Debug)]
struct Asked {
    time: Nanos,
    dir: Dir,
    exchange: Exchange,
}

#[derive(Default)]
struct Dns {
    over: &'static str,
    asked: Waiting<(u16, String), Asked>,
}

impl Datagram for Dns {
    fn datagram(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Verdict {
        if bytes.len() < 12 {
            return Verdict::NotMine;
        }
        match self.message(dir, bytes, cx) {
            Ok(()) => Verdict::Read,
            Err(fault) => Verdict::Malformed { at: fault.at, name: "dns.malformed", why: fault.why },
        }
    }

    fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        self.close(heard, cx);
    }
}

impl Stream for Dns {
    fn feed(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Step {
        let Some(length) = Rd::new(bytes).u16() else { return Step::Need(2) };
        let whole = usize::from(length).saturating_add(2);
        let Some(message) = bytes.get(2..whole) else { return Step::Need(whole) };
        match self.message(dir, message, cx) {
            Ok(()) => Step::Took(whole),
            Err(fault) => Step::Malformed { at: fault.at.saturating_add(2), name: "dns.malformed", why: fault.why },
        }
    }

    fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        self.close(heard, cx);
    }
}

/// RFC 1035 §4.1.1; RFC 1996, RFC 2136.
fn opcode_name(opcode: u16) -> &'static str {
    match opcode {
        0 => "",
        1 => "IQUERY",
        2 => "STATUS",
        4 => "NOTIFY",
        5 => "UPDATE",
        6 => "DSO",
        _ => "unassigned",
    }
}

impl Dns {
    fn message(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Result<(), message::Fault> {
        let message = Message::read(bytes)?;
        if message.cut {
            cx.note(NoteKind::OverLimit, "dns.records_max", read::wide(message.used), "too many records in one message");
        }
        if message.header.is_response() { self.response(dir, &message, bytes.len(), cx) } else { self.query(dir, &message, bytes.len(), cx) }
        Ok(())
    }

    fn query(&mut self, dir: Dir, message: &Message, size: usize, cx: &mut Cx<'_>) {
        for question in &message.questions {
            let asked = Asked { time: cx.time, dir, exchange: exchange(question, message.header, self.over, size) };
            let key = (message.header.id, question.name.to_ascii_lowercase());
            // The same question again with the same id is a retransmission: the first time counts.
            if self.asked.get(&key).is_some_and(|a| a.exchange.operation == asked.exchange.operation) {
                continue;
            }
            if let Some((_, oldest)) = self.asked.put(key, asked, cx.limits.pending_max) {
                cx.note(NoteKind::OverLimit, "dns.pending_max", 0, "too many questions wait for an answer");
                unanswered(oldest, Outcome::Unanswered, cx);
            }
        }
    }

    fn response(&mut self, dir: Dir, message: &Message, size: usize, cx: &mut Cx<'_>) {
        let recursive = if message.header.flags & 0x0080 != 0 { "recursive" } else { "authoritative only" };
        let port = cx.ends.sender(dir).port;
        cx.clue(read::sender(dir), "dns.server", recursive, Some(port));
        let rcode = message.header.rcode();
        for question in &message.questions {
            let key = (message.header.id, question.name.to_ascii_lowercase());
            let (time, mut said) = match self.asked.take(&key) {
                Some(asked) => (asked.time, asked.exchange),
                None => (0, exchange(question, message.header, self.over, 0)),
            };
            if time != 0 {
                said.time = time;
                said.duration_ns = read::lapse(time, cx.time);
            }
            said.status = message::rcode_name(rcode);
            said.outcome = match rcode {
                0 => Outcome::Ok,
                3 | 5 | 9 => Outcome::Refused,
                _ => Outcome::Failed,
            };
            said.response_bytes = read::wide(size);
            said.reversed = dir == Dir::ToServer;
            answers(&message.records, &mut said, cx);
            said.detail.push(("rcode", said.status.clone()));
            if message.header.flags & 0x0200 != 0 {
                said.detail.push(("truncated", "yes".into()));
            }
            cx.exchange(said);
        }
    }

    fn close(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        while let Some((_, asked)) = self.asked.first() {
            let outcome = read::silence(heard, asked.dir);
            unanswered(asked, outcome, cx);
        }
    }
}

fn unanswered(asked: Asked, outcome: Outcome, cx: &mut Cx<'_>) {
    let mut said = asked.exchange;
    said.time = asked.time;
    said.outcome = outcome;
    said.reversed = asked.dir == Dir::ToClient;
    cx.exchange(said);
}

fn exchange(question: &message::Question, header: Header, over: &str, size: usize) -> Exchange {
    let mut said = Exchange {
        operation: message::type_name(question.qtype),
        object: question.name.clone(),
        request_bytes: read::wide(size),
        ..Exchange::default()
    };
    said.detail.push(("qname_len", question.name.chars().count().to_string()));
    if !over.is_empty() {
        said.detail.push(("transport", over.to_string()));
    }
    let opcode = opcode_name(header.opcode());
    if !opcode.is_empty() {
        said.detail.push(("opcode", opcode.to_string()));
    }
    said
}

/// Put the answer section into `detail`.
fn answers(records: &[Record], said: &mut Exchange, cx: &mut Cx<'_>) {
    let mut shown = String::new();
    let mut ips: Vec<String> = Vec::new();
    let mut ttl_min: Option<u32> = None;
    for record in records.iter().filter(|r| r.section == 1) {
        let item = record.shown();
        if shown.len().saturating_add(item.len()) > ANSWERS_CHARS_MAX {
            cx.note(NoteKind::OverLimit, "dns.answers_chars_max", 0, "more answers than the record holds");
            break;
        }
        if !shown.is_empty() {
            shown.push_str("; ");
        }
        shown.push_str(&item);
        ttl_min = Some(ttl_min.map_or(record.ttl, |t| t.min(record.ttl)));
        if let Data::Ip(ip) = record.data {
            ips.push(ip.to_string());
        }
    }
    if !shown.is_empty() {
        said.detail.push(("answers", shown));
    }
    if !ips.is_empty() {
        said.detail.push(("answer_ips", ips.join(",")));
    }
    if let Some(ttl) = ttl_min {
        said.detail.push(("ttl_min", ttl.to_string()));
    }
}
