//! FTP control connections (RFC 959, RFC 2228, RFC 4217).

use super::{line, reply, verb};
use crate::mask;
use crate::read::{self, Waiting};
use crate::{Cx, Dissector, Entry, Meta, Probe, Step, Stream};
use hinomi_model::{Dir, Ends, Exchange, Host, Nanos, NoteKind, Outcome};

pub static FTP: Dissector = Dissector {
    meta: &Meta {
        name: "ftp",
        title: "File Transfer Protocol",
        standard: "RFC 959, RFC 4217",
        tier: 'B',
        clues: &[
            ("ftp.banner", "greeting of the server (RFC 959 §5.4)"),
            ("ftp.system", "answer to SYST (§4.1.3)"),
        ],
        operations: &["login", "RETR", "STOR", "STOU", "APPE", "DELE", "RNFR", "RNTO", "MKD", "RMD", "LIST", "NLST", "MLSD", "AUTH"],
        details: &[("user", "keyed hash of the user name"), ("ending", "ending of the file name, in lower case")],
        notes: &[
            ("ftp.line_bytes_max", "over the limit of bytes of one line"),
            ("ftp.cleartext_credentials", "a password crossed the wire in clear"),
        ],
        readings: false,
        tshark: "ftp",
    },
    entries: &[Entry::Stream { hints: &[21, 2121], probe, open: || Box::new(Ftp::default()) }],
};

fn probe(dir: Dir, head: &[u8], ends: &Ends) -> Probe {
    if dir == Dir::ToServer {
        // The server greets first (§5.4), but not every greeting names the protocol; these commands do
        // (RFC 4217 §4, RFC 2389 §3). USER is also a command of others, so there the port must agree.
        let named: [&[u8]; 4] = [b"AUTH TLS\r\n", b"AUTH SSL\r\n", b"FEAT\r\n", b"OPTS UTF8 "];
        let user = ends.server.port == 21 && head.len() > 7 && head.starts_with(b"USER ") && read::find(head, b"\r\n").is_some();
        if user || named.iter().any(|n| head.len() >= n.len() && head.get(..n.len()).is_some_and(|h| h.eq_ignore_ascii_case(n))) {
            return Probe::Yes;
        }
        let begun = named.iter().any(|n| n.get(..head.len()).is_some_and(|n| n.eq_ignore_ascii_case(head)));
        let begun = begun || (ends.server.port == 21 && (head.starts_with(b"USER ") || b"USER ".starts_with(head)) && head.len() < 256);
        return if begun { Probe::More } else { Probe::No };
    }
    let end = head.iter().position(|b| *b == b'\n');
    match (head, end) {
        ([b'2', b'2', b'0', b' ' | b'-', ..], Some(end)) => {
            let line = head.get(..end).unwrap_or(&[]).to_ascii_uppercase();
            if read::find(&line, b"FTP").is_some() { Probe::Yes } else { Probe::No }
        }
        ([b'2', b'2', b'0', b' ' | b'-', ..], None) if head.len() < 512 => Probe::More,
        ([] | [b'2'] | [b'2', b'2'] | [b'2', b'2', b'0'], _) => Probe::More,
        _ => Probe::No,
    }
}

#[derive(Default)]
struct Ftp {
    greeted: bool,
    user: String,
    asked: Waiting<(), (String, Nanos, Exchange)>,
}

impl Stream for Ftp {
    fn feed(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Step {
        let (text, used) = match line(bytes, "ftp.line_bytes_max") {
            Ok(found) => found,
            Err(step) => return step,
        };
        if dir == Dir::ToServer {
            self.client(text, cx);
            return Step::Took(used);
        }
        if self.server(text, cx) { Step::Handover { took: used, to: "tls" } } else { Step::Took(used) }
    }

    fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        while let Some((_, (_, time, mut said))) = self.asked.first() {
            if said.operation.is_empty() {
                continue;
            }
            said.time = time;
            said.outcome = read::silence(heard, Dir::ToServer);
            cx.exchange(said);
        }
    }
}

impl Ftp {
    fn client(&mut self, text: &[u8], cx: &mut Cx<'_>) {
        // Telnet interrupts (§4.1.3 ABOR) may stand before a command.
        let text = text.iter().position(|b| b.is_ascii_alphabetic()).and_then(|n| text.get(n..)).unwrap_or(text);
        let (verb, rest) = verb(text);
        let mut said = Exchange::default();
        match verb.as_str() {
            "USER" => self.user = mask::user(&rest, cx.keys),
            "PASS" => {
                said.operation = "login".into();
                said.client_name = self.user.clone();
                said.detail.push(("user", self.user.clone()));
                if rest.contains('@') || self.user == mask::user("anonymous", cx.keys) {
                    said.object = "anonymous".into();
                } else {
                    cx.note(NoteKind::Odd, "ftp.cleartext_credentials", 0, "a password crossed the wire in clear");
                }
            }
            "RETR" | "STOR" | "STOU" | "APPE" | "DELE" | "RNFR" | "RNTO" | "MKD" | "RMD" | "LIST" | "NLST" | "MLSD" => {
                said.operation.clone_from(&verb);
                said.object = mask::file(&rest, cx.keys).replace('\\', "/");
                let ending = rest.rsplit_once('.').map(|(_, e)| e).filter(|e| e.is_ascii() && e.len() <= 8 && !e.contains('/')).unwrap_or("");
                if !ending.is_empty() && !mask::looks_like_id(ending) {
                    said.detail.push(("ending", ending.to_ascii_lowercase()));
                }
            }
            "AUTH" => said.operation = "AUTH".into(),
            _ => {}
        }
        self.asked.put((), (verb, cx.time, said), 64);
    }

    /// Returns whether TLS starts behind this line.
    fn server(&mut self, text: &[u8], cx: &mut Cx<'_>) -> bool {
        let Some((code, last)) = reply(text) else { return false };
        let shown = read::text(text.get(4..).unwrap_or(&[]));
        if !self.greeted {
            self.greeted = true;
            cx.clue(Host::Server, "ftp.banner", &shown, Some(cx.ends.server.port));
            return false;
        }
        // §4.2: a code of the hundreds goes on; the last line of a reply has a space.
        if !last || code < 200 {
            return false;
        }
        let Some((_, (verb, time, mut said))) = self.asked.first() else { return false };
        if verb == "SYST" && code == 215 {
            cx.clue(Host::Server, "ftp.system", &shown, Some(cx.ends.server.port));
        }
        if said.operation.is_empty() {
            return false;
        }
        said.time = time;
        said.duration_ns = read::lapse(time, cx.time);
        said.status = code.to_string();
        said.outcome = match code {
            200..=399 => Outcome::Ok,
            430 | 530 | 532 | 550 | 553 => Outcome::Refused,
            _ => Outcome::Failed,
        };
        let tls = verb == "AUTH" && code == 234; // RFC 4217 §4
        cx.exchange(said);
        tls
    }
}
