//! PostgreSQL (protocol 3.0, PostgreSQL documentation, chapter 55).

use crate::mask;
use crate::read::{self, Rd};
use crate::{Cx, Dissector, Entry, Meta, Probe, Step, Stream};
use hinomi_model::{Dir, Ends, Exchange, Host, Nanos, NoteKind, Outcome};

pub static POSTGRES: Dissector = Dissector {
    meta: &Meta {
        name: "postgresql",
        title: "PostgreSQL",
        standard: "PostgreSQL 17 documentation, chapter 55",
        tier: 'B',
        clues: &[
            ("postgresql.server_version", "ParameterStatus server_version (55.2.3)"),
            ("postgresql.application", "application_name of the client (55.7 StartupMessage)"),
            ("postgresql.database", "database asked for"),
        ],
        operations: &["login", "starttls"],
        details: &[("user", "keyed hash of the user name"), ("database", "database asked for"), ("application", "application_name"), ("method", "authentication asked for (55.7)"), ("error", "SQLSTATE (55.8)")],
        notes: &[("postgresql.malformed", "this is no message"), ("postgresql.cleartext_password", "the server asked for a password in clear")],
        readings: false,
        tshark: "pgsql",
    },
    entries: &[Entry::Stream { hints: &[5432], probe, open: || Box::new(Postgres::default()) }],
};

/// 55.7: length, then 3.0 (196608), or a request for SSL, GSS or cancellation.
/// Named limit: bytes of a start that is recognised.
const STARTUP_BYTES_MAX: usize = 4096;

fn probe(dir: Dir, head: &[u8], _ends: &Ends) -> Probe {
    if dir == Dir::ToClient {
        return Probe::No;
    }
    match head {
        [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f | 0x30, ..] | [0, 0, 0, 16, 0x04, 0xd2, 0x16, 0x2e, ..] => Probe::Yes,
        // §55.7 StartupMessage: length, version 3, then names and values in any order, of which one is the user.
        [0, 0, high, low, 0, 3, 0, 0..=2, rest @ ..] => {
            let length = usize::from(u16::from_be_bytes([*high, *low]));
            let name = rest.iter().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.')).count();
            let named = name > 0 && name < 64 && rest.get(name).is_none_or(|b| *b == 0);
            match head.get(8..length) {
                _ if !(16..=STARTUP_BYTES_MAX).contains(&length) || !(named || rest.is_empty()) => Probe::No,
                None => Probe::More,
                Some(pairs) if pairs.ends_with(&[0, 0]) && pairs.split(|b| *b == 0).step_by(2).any(|key| key == b"user") => Probe::Yes,
                Some(_) => Probe::No,
            }
        }
        [] | [0] | [0, 0] | [0, 0, _] | [0, 0, _, _] | [0, 0, _, _, 0] | [0, 0, _, _, 0, 3] | [0, 0, _, _, 0, 3, 0] => Probe::More,
        [0, 0, 0, 8, 4] | [0, 0, 0, 8, 4, 0xd2] | [0, 0, 0, 8, 4, 0xd2, 0x16] => Probe::More,
        _ => Probe::No,
    }
}

#[derive(Default)]
struct Postgres {
    started: bool,
    ssl_asked: Option<Nanos>,
    login: Option<(Nanos, Exchange)>,
    over: bool,
}

impl Stream for Postgres {
    fn feed(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Step {
        if self.over {
            return Step::Done;
        }
        if dir == Dir::ToServer { self.client(bytes, cx) } else { self.server(bytes, cx) }
    }

    fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        if let Some((time, mut said)) = self.login.take() {
            said.time = time;
            said.outcome = read::silence(heard, Dir::ToServer);
            cx.exchange(said);
        }
    }
}

impl Postgres {
    fn client(&mut self, bytes: &[u8], cx: &mut Cx<'_>) -> Step {
        if self.started {
            // Passwords and queries: passed over by their length.
            let mut rd = Rd::new(bytes);
            return match rd.u8().zip(rd.u32()) {
                Some((_, length)) if length >= 4 => Step::Skip(u64::from(length).saturating_add(1)),
                Some(_) => Step::Malformed { at: 1, name: "postgresql.malformed", why: "this is no length of a message" },
                None => Step::Need(5),
            };
        }
        let mut rd = Rd::new(bytes);
        let (Some(length), Some(code)) = (rd.u32(), rd.u32()) else { return Step::Need(8) };
        let length = read::size(length);
        if !(8..=10_000).contains(&length) {
            return Step::Malformed { at: 0, name: "postgresql.malformed", why: "this is no length of a start message" };
        }
        let Some(body) = bytes.get(8..length) else { return Step::Need(length) };
        if matches!(code, 80_877_103 | 80_877_104) {
            self.ssl_asked = Some(cx.time);
            return Step::Took(length);
        }
        self.started = true;
        let mut said = Exchange { operation: "login".into(), request_bytes: read::wide(length), ..Exchange::default() };
        let mut rd = Rd::new(body);
        while let Some((name, value)) = rd.until(0).and_then(|n| rd.until(0).map(|v| (n, v))) {
            let value = read::text(value);
            match name {
                b"user" => {
                    said.client_name = mask::user(&value, cx.keys);
                    said.detail.push(("user", said.client_name.clone()));
                }
                b"database" => {
                    cx.clue(Host::Server, "postgresql.database", &value, Some(cx.ends.server.port));
                    said.object.clone_from(&value);
                    said.detail.push(("database", value));
                }
                b"application_name" => {
                    cx.clue(Host::Client, "postgresql.application", &value, None);
                    said.detail.push(("application", value));
                }
                _ => {}
            }
        }
        self.login = Some((cx.time, said));
        Step::Took(length)
    }

    fn server(&mut self, bytes: &[u8], cx: &mut Cx<'_>) -> Step {
        if let Some(time) = self.ssl_asked.take() {
            // 55.2.11: a single byte.
            let yes = matches!(bytes.first(), Some(b'S' | b'G'));
            let outcome = if yes { Outcome::Ok } else { Outcome::Refused };
            cx.exchange(Exchange { operation: "starttls".into(), time, duration_ns: read::lapse(time, cx.time), outcome, ..Exchange::default() });
            return if bytes.first() == Some(&b'S') { Step::Handover { took: 1, to: "tls" } } else { Step::Took(1) };
        }
        let mut rd = Rd::new(bytes);
        let Some((kind, length)) = rd.u8().zip(rd.u32()) else { return Step::Need(5) };
        let length = read::size(length);
        if !(4..=65_536).contains(&length) {
            return Step::Malformed { at: 1, name: "postgresql.malformed", why: "this is no length of a message" };
        }
        let whole = length.saturating_add(1);
        let Some(body) = bytes.get(5..whole) else { return Step::Need(whole) };
        match kind {
            b'R' => {
                let code = Rd::new(body).u32().unwrap_or(0);
                let method = match code {
                    0 | 11 | 12 => "",
                    3 => "password",
                    5 => "md5",
                    7..=9 => "gss",
                    10 => "scram",
                    _ => "other",
                };
                if code == 3 {
                    cx.note(NoteKind::Odd, "postgresql.cleartext_password", 0, "the server asked for a password in clear");
                }
                if let Some((_, said)) = &mut self.login
                    && !method.is_empty()
                {
                    said.detail.push(("method", method.into()));
                }
                if code == 0 {
                    self.settle(Outcome::Ok, String::new(), cx);
                }
            }
            b'S' => {
                let mut rd = Rd::new(body);
                if let Some((name, value)) = rd.until(0).and_then(|n| rd.until(0).map(|v| (n, v)))
                    && name == b"server_version"
                {
                    cx.clue(Host::Server, "postgresql.server_version", &read::text(value), Some(cx.ends.server.port));
                }
            }
            b'E' => {
                // 55.8: fields of a letter and a string; C is the SQLSTATE.
                let mut rd = Rd::new(body);
                let mut state = String::new();
                while let Some((field, value)) = rd.u8().filter(|f| *f != 0).and_then(|f| rd.until(0).map(|v| (f, v))) {
                    if field == b'C' {
                        state = read::text(value);
                    }
                }
                self.settle(Outcome::Refused, state, cx);
            }
            b'Z' => self.over = true, // ready for queries
            _ => {}
        }
        Step::Took(whole)
    }

    fn settle(&mut self, outcome: Outcome, status: String, cx: &mut Cx<'_>) {
        let Some((time, mut said)) = self.login.take() else { return };
        said.time = time;
        said.duration_ns = read::lapse(time, cx.time);
        said.outcome = outcome;
        if !status.is_empty() {
            said.detail.push(("error", status.clone()));
        }
        said.status = status;
        cx.exchange(said);
    }
}
