//! IMAP4 (RFC 9051, RFC 3501).

use super::line;
use crate::mask;
use crate::read;
use crate::{Cx, Dissector, Entry, Meta, Probe, Step, Stream};
use hinomi_model::{Dir, Ends, Exchange, Host, Nanos, NoteKind, Outcome};

pub static IMAP: Dissector = Dissector {
    meta: &Meta {
        name: "imap",
        title: "Internet Message Access Protocol",
        standard: "RFC 9051, RFC 3501",
        tier: 'B',
        clues: &[("imap.banner", "greeting of the server (RFC 9051 §7.1)")],
        operations: &["login", "starttls"],
        details: &[("user", "keyed hash of the user name")],
        notes: &[
            ("imap.line_bytes_max", "over the limit of bytes of one line"),
            ("imap.cleartext_credentials", "a password crossed the wire in clear"),
        ],
        readings: false,
        tshark: "imap",
    },
    entries: &[Entry::Stream { hints: &[143], probe, open: || Box::new(Imap::default()) }],
};

fn probe(dir: Dir, head: &[u8], _ends: &Ends) -> Probe {
    if dir == Dir::ToServer {
        return Probe::No;
    }
    match head {
        [b'*', b' ', b'O', b'K', b' ', ..] | [b'*', b' ', b'P', b'R', b'E', b'A', b'U', b'T', b'H', ..] | [b'*', b' ', b'B', b'Y', b'E', b' ', ..] => Probe::Yes,
        _ if head.len() < 9 && (b"* OK ".starts_with(head) || b"* PREAUTH".starts_with(head) || b"* BYE ".starts_with(head)) => Probe::More,
        _ => Probe::No,
    }
}

#[derive(Default)]
struct Imap {
    greeted: bool,
    asked: Option<(&'static str, String, Nanos)>,
    user: String,
    over: bool,
}

impl Stream for Imap {
    fn feed(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Step {
        if self.over {
            return Step::Done;
        }
        let (text, used) = match line(bytes, "imap.line_bytes_max") {
            Ok(found) => found,
            Err(step) => return step,
        };
        let text = read::text(text);
        if dir == Dir::ToServer {
            let mut words = text.split(' ');
            let (tag, verb) = (words.next().unwrap_or(""), words.next().unwrap_or("").to_ascii_uppercase());
            match verb.as_str() {
                "LOGIN" => {
                    self.user = mask::user(words.next().unwrap_or("").trim_matches('"'), cx.keys);
                    cx.note(NoteKind::Odd, "imap.cleartext_credentials", 0, "a password crossed the wire in clear");
                    self.asked = Some(("login", tag.to_string(), cx.time));
                }
                "AUTHENTICATE" => {
                    let mechanism = words.next().unwrap_or("").to_ascii_uppercase();
                    if matches!(mechanism.as_str(), "PLAIN" | "LOGIN") {
                        cx.note(NoteKind::Odd, "imap.cleartext_credentials", 0, "a password crossed the wire in clear");
                    }
                    self.asked = Some(("login", tag.to_string(), cx.time));
                }
                "STARTTLS" => self.asked = Some(("starttls", tag.to_string(), cx.time)),
                _ => {}
            }
            return Step::Took(used);
        }
        if !self.greeted {
            self.greeted = true;
            // §7.1: `* OK [CAPABILITY …] text`.
            let banner = text.rsplit(']').next().unwrap_or("").trim_start_matches("* OK").trim();
            cx.clue(Host::Server, "imap.banner", banner, Some(cx.ends.server.port));
            return Step::Took(used);
        }
        let answers = |tag: &str| text.strip_prefix(tag).and_then(|rest| rest.strip_prefix(' ')).map(|rest| rest.starts_with("OK"));
        let Some(ok) = self.asked.as_ref().and_then(|(_, tag, _)| answers(tag)) else { return Step::Took(used) };
        if let Some((operation, _, time)) = self.asked.take() {
            let outcome = if ok { Outcome::Ok } else { Outcome::Refused };
            let mut said = Exchange { operation: operation.into(), time, duration_ns: read::lapse(time, cx.time), outcome, client_name: self.user.clone(), ..Exchange::default() };
            if !self.user.is_empty() {
                said.detail.push(("user", self.user.clone()));
            }
            cx.exchange(said);
            if ok && operation == "starttls" {
                return Step::Handover { took: used, to: "tls" };
            }
            self.over = ok; // what follows is mail
        }
        Step::Took(used)
    }
}
