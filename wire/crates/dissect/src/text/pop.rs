//! POP3 (RFC 1939, RFC 2595).

use super::{line, verb};
use crate::mask;
use crate::read;
use crate::{Cx, Dissector, Entry, Meta, Probe, Step, Stream};
use hinomi_model::{Dir, Ends, Exchange, Host, Nanos, NoteKind, Outcome};

pub static POP: Dissector = Dissector {
    meta: &Meta {
        name: "pop3",
        title: "Post Office Protocol 3",
        standard: "RFC 1939, RFC 2595",
        tier: 'B',
        clues: &[("pop.banner", "greeting of the server (RFC 1939 §4)")],
        operations: &["login", "starttls"],
        details: &[("user", "keyed hash of the user name")],
        notes: &[
            ("pop.line_bytes_max", "over the limit of bytes of one line"),
            ("pop.cleartext_credentials", "a password crossed the wire in clear"),
        ],
        readings: false,
        tshark: "pop",
    },
    entries: &[Entry::Stream { hints: &[110], probe, open: || Box::new(Pop::default()) }],
};

fn probe(dir: Dir, head: &[u8], _ends: &Ends) -> Probe {
    if dir == Dir::ToServer {
        return Probe::No;
    }
    match head {
        [b'+', b'O', b'K', b' ' | b'\r', ..] => Probe::Yes,
        [] | [b'+'] | [b'+', b'O'] | [b'+', b'O', b'K'] => Probe::More,
        _ => Probe::No,
    }
}

#[derive(Default)]
struct Pop {
    greeted: bool,
    user: String,
    asked: Option<(&'static str, Nanos)>,
    over: bool,
}

impl Stream for Pop {
    fn feed(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Step {
        if self.over {
            return Step::Done;
        }
        let (text, used) = match line(bytes, "pop.line_bytes_max") {
            Ok(found) => found,
            Err(step) => return step,
        };
        if dir == Dir::ToServer {
            let (verb, rest) = verb(text);
            let asked = match verb.as_str() {
                "USER" => {
                    self.user = mask::user(&rest, cx.keys);
                    None
                }
                "PASS" => {
                    cx.note(NoteKind::Odd, "pop.cleartext_credentials", 0, "a password crossed the wire in clear");
                    Some(("login", cx.time))
                }
                "APOP" => {
                    self.user = mask::user(rest.split(' ').next().unwrap_or(""), cx.keys);
                    Some(("login", cx.time))
                }
                "AUTH" => {
                    if matches!(rest.split(' ').next(), Some("PLAIN" | "LOGIN")) {
                        cx.note(NoteKind::Odd, "pop.cleartext_credentials", 0, "a password crossed the wire in clear");
                    }
                    Some(("login", cx.time))
                }
                "STLS" => Some(("starttls", cx.time)),
                _ => None,
            };
            // A command that is sent ahead does not take away the question before.
            self.asked = asked.or(self.asked.take());
            return Step::Took(used);
        }
        let ok = text.starts_with(b"+OK");
        if !self.greeted {
            self.greeted = true;
            // §7: an APOP stamp in angle brackets is of no use as identity.
            let banner = read::text(text.get(4..).unwrap_or(&[]));
            cx.clue(Host::Server, "pop.banner", banner.split('<').next().unwrap_or(""), Some(cx.ends.server.port));
            return Step::Took(used);
        }
        if let Some((operation, time)) = self.asked.take_if(|_| ok || text.starts_with(b"-ERR")) {
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
