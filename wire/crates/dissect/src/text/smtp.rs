//! SMTP and submission (RFC 5321, RFC 3207, RFC 4954).

use super::{address, line, reply, verb};
use crate::read::{self, Waiting};
use crate::{Cx, Dissector, Entry, Meta, Probe, Step, Stream};
use hinomi_model::{Dir, Ends, Exchange, Host, Nanos, NoteKind, Outcome};

pub static SMTP: Dissector = Dissector {
    meta: &Meta {
        name: "smtp",
        title: "Simple Mail Transfer Protocol",
        standard: "RFC 5321, RFC 3207, RFC 4954",
        tier: 'B',
        clues: &[
            ("smtp.banner", "greeting of the server (RFC 5321 §4.2)"),
            ("smtp.helo", "name the client gives itself (§4.1.1.1)"),
        ],
        operations: &["mail", "auth", "starttls"],
        details: &[
            ("from", "sender: keyed hash at its domain"),
            ("recipients", "recipients accepted"),
            ("bytes", "bytes of the message"),
            ("mechanism", "mechanism of authentication"),
        ],
        notes: &[
            ("smtp.line_bytes_max", "over the limit of bytes of one line"),
            ("smtp.cleartext_credentials", "credentials crossed the wire in clear"),
        ],
        readings: false,
        tshark: "smtp",
    },
    entries: &[Entry::Stream { hints: &[25, 587, 2525], probe, open: || Box::new(Smtp::default()) }],
};

fn probe(dir: Dir, head: &[u8], _ends: &Ends) -> Probe {
    let end = head.iter().position(|b| *b == b'\n');
    if dir == Dir::ToServer {
        let hello = head.len() >= 5 && (head.get(..5).is_some_and(|h| h.eq_ignore_ascii_case(b"EHLO ") || h.eq_ignore_ascii_case(b"HELO ")));
        return if hello { Probe::Yes } else if head.len() < 5 && b"EHLO HELO ".windows(head.len().max(1)).any(|w| w.eq_ignore_ascii_case(head)) { Probe::More } else { Probe::No };
    }
    match (head, end) {
        ([b'2', b'2', b'0', b' ' | b'-', ..], Some(end)) => {
            let line = head.get(..end).unwrap_or(&[]).to_ascii_uppercase();
            if read::find(&line, b"SMTP").is_some() { Probe::Yes } else { Probe::No }
        }
        ([b'2', b'2', b'0', b' ' | b'-', ..], None) if head.len() < 512 => Probe::More,
        ([] | [b'2'] | [b'2', b'2'] | [b'2', b'2', b'0'], _) => Probe::More,
        _ => Probe::No,
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    Mail,
    Recipient,
    Data,
    Body,
    Auth,
    StartTls,
    Other,
}

#[derive(Default)]
struct Smtp {
    greeted: bool,
    in_body: bool,
    body_bytes: u64,
    /// The client answers challenges of an authentication; those lines are never looked at.
    in_auth: bool,
    asked: Waiting<(), (Asked, Nanos)>,
    mail: Option<(Nanos, Exchange)>,
    recipients: u32,
    mechanism: String,
}

impl Stream for Smtp {
    fn feed(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Step {
        let (text, used) = match line(bytes, "smtp.line_bytes_max") {
            Ok(found) => found,
            // Lines of a body may be of any length for us: they are counted only.
            Err(Step::OverLimit { .. }) if self.in_body && dir == Dir::ToServer => {
                self.body_bytes = self.body_bytes.saturating_add(read::wide(bytes.len()));
                return Step::Took(bytes.len());
            }
            Err(step) => return step,
        };
        if dir == Dir::ToServer {
            self.client(text, used, cx);
            return Step::Took(used);
        }
        if self.server(text, cx) { Step::Handover { took: used, to: "tls" } } else { Step::Took(used) }
    }

    fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        if let Some((time, mut said)) = self.mail.take() {
            said.time = time;
            said.outcome = if heard.contains(&false) { Outcome::HalfHeard } else { Outcome::Aborted };
            cx.exchange(said);
        }
    }
}

impl Smtp {
    fn client(&mut self, text: &[u8], used: usize, cx: &mut Cx<'_>) {
        if self.in_body {
            // §4.5.2: a line of a single dot ends the message.
            if text == b"." {
                self.in_body = false;
                self.asked.put((), (Asked::Body, cx.time), 64);
            } else {
                self.body_bytes = self.body_bytes.saturating_add(read::wide(used));
            }
            return;
        }
        if self.in_auth {
            return;
        }
        let (verb, rest) = verb(text);
        let asked = match verb.as_str() {
            "EHLO" | "HELO" => {
                cx.clue(Host::Client, "smtp.helo", &rest, None);
                Asked::Other
            }
            "MAIL" => {
                let raw = rest.split_once(':').map_or("", |(_, a)| a);
                let said = Exchange { operation: "mail".into(), detail: vec![("from", address(raw, cx.keys))], ..Exchange::default() };
                self.mail = Some((cx.time, said));
                self.recipients = 0;
                Asked::Mail
            }
            "RCPT" => Asked::Recipient,
            "DATA" => Asked::Data,
            "AUTH" => {
                self.mechanism = rest.split(' ').next().unwrap_or("").to_ascii_lowercase();
                self.in_auth = true;
                if matches!(self.mechanism.as_str(), "plain" | "login") {
                    cx.note(NoteKind::Odd, "smtp.cleartext_credentials", 0, "credentials crossed the wire in clear");
                }
                Asked::Auth
            }
            "STARTTLS" => Asked::StartTls,
            _ => Asked::Other,
        };
        self.asked.put((), (asked, cx.time), 64);
    }

    /// Returns whether TLS starts behind this line.
    fn server(&mut self, text: &[u8], cx: &mut Cx<'_>) -> bool {
        let Some((code, last)) = reply(text) else { return false };
        if !self.greeted {
            self.greeted = true;
            if code == 220 {
                cx.clue(Host::Server, "smtp.banner", &read::text(text.get(4..).unwrap_or(&[])), Some(cx.ends.server.port));
                if last {
                    return false;
                }
            }
        }
        if !last || (code == 334 && self.in_auth) {
            return false;
        }
        let Some((_, (asked, time))) = self.asked.first() else { return false };
        let ok = code < 400;
        match asked {
            Asked::StartTls => {
                let outcome = if ok { Outcome::Ok } else { Outcome::Refused };
                cx.exchange(Exchange { operation: "starttls".into(), time, duration_ns: read::lapse(time, cx.time), outcome, status: code.to_string(), ..Exchange::default() });
                return ok;
            }
            Asked::Auth => {
                self.in_auth = false;
                let outcome = if ok { Outcome::Ok } else { Outcome::Refused };
                let detail = vec![("mechanism", std::mem::take(&mut self.mechanism))];
                cx.exchange(Exchange { operation: "auth".into(), time, duration_ns: read::lapse(time, cx.time), outcome, status: code.to_string(), detail, ..Exchange::default() });
            }
            Asked::Recipient if ok => self.recipients = self.recipients.saturating_add(1),
            Asked::Data if code == 354 => {
                self.in_body = true;
                self.body_bytes = 0;
            }
            Asked::Body => self.settle(code, Outcome::Ok, cx),
            Asked::Mail | Asked::Data if !ok => self.settle(code, Outcome::Refused, cx),
            _ => {}
        }
        false
    }

    fn settle(&mut self, code: u16, outcome: Outcome, cx: &mut Cx<'_>) {
        let Some((time, mut said)) = self.mail.take() else { return };
        said.time = time;
        said.duration_ns = read::lapse(time, cx.time);
        said.status = code.to_string();
        said.outcome = if code >= 500 { Outcome::Refused } else if code >= 400 { Outcome::Failed } else { outcome };
        said.request_bytes = self.body_bytes;
        said.detail.push(("recipients", self.recipients.to_string()));
        said.detail.push(("bytes", self.body_bytes.to_string()));
        cx.exchange(said);
    }
}
