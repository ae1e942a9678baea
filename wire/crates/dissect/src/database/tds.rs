//! Tabular Data Stream of SQL Server ([MS-TDS]): prelogin and login.

use crate::mask;
use crate::read::{self, Rd, utf16};
use crate::{Cx, Dissector, Entry, Meta, Probe, Step, Stream, ntlm};
use hinomi_model::{Dir, Ends, Exchange, Host, Nanos, Outcome};

pub static TDS: Dissector = Dissector {
    meta: &Meta {
        name: "tds",
        title: "SQL Server (TDS)",
        standard: "[MS-TDS] 2.2",
        tier: 'B',
        clues: &[
            ("tds.server_version", "version in the server's prelogin answer ([MS-TDS] 2.2.6.5)"),
            ("tds.client_host", "HostName of LOGIN7 (2.2.6.4)"),
            ("tds.application", "AppName of LOGIN7"),
            ("tds.library", "CltIntName of LOGIN7"),
            ("tds.database", "Database of LOGIN7"),
            ("tds.encryption", "encryption the server wants (2.2.6.5): off, on, not_supported, required"),
        ],
        operations: &["prelogin", "login"],
        details: &[("user", "keyed hash of the user name"), ("database", "database asked for"), ("application", "AppName"), ("encryption", "encryption agreed upon"), ("error", "number of the error")],
        notes: &[("tds.malformed", "this is no packet header")],
        readings: false,
        tshark: "tds",
    },
    entries: &[Entry::Stream { hints: &[1433], probe, open: || Box::new(Tds::default()) }],
};

/// 2.2.3.1: type, status, length (big-endian), channel, packet number, window; 2.2.6.5: the first option is VERSION.
fn probe(_dir: Dir, head: &[u8], _ends: &Ends) -> Probe {
    match head {
        [0x12 | 0x04, 1, high, low, 0, 0, 0 | 1, 0, 0, 0, offset, 0, 6, ..] => {
            let length = u16::from_be_bytes([*high, *low]);
            if (20..=4096).contains(&length) && *offset < 128 { Probe::Yes } else { Probe::No }
        }
        // Met in the middle: a batch or a procedure call begins with its headers (2.2.5.3), a transaction descriptor alone.
        [1 | 3 | 0x0e, 0 | 1, _, _, 0, 0, _, 0, 22, 0, 0, 0, 18, 0, 0, 0, 2, 0, ..] => Probe::Yes,
        [1 | 3 | 0x0e, 0 | 1, ..] if head.len() < 18 => Probe::More,
        [] | [0x12 | 0x04] | [0x12 | 0x04, 1] => Probe::More,
        [0x12 | 0x04, 1, 0..=15, ..] if head.len() < 13 => Probe::More,
        _ => Probe::No,
    }
}

#[derive(Default)]
struct Tds {
    prelogin: Option<Nanos>,
    login: Option<(Nanos, Exchange)>,
    held: Vec<u8>,
    over: bool,
}

/// Named limit: bytes of one login, over several packets.
const LOGIN_BYTES_MAX: usize = 128 * 1024;

impl Stream for Tds {
    fn feed(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Step {
        if self.over {
            return Step::Done;
        }
        let mut rd = Rd::new(bytes);
        let (Some(kind), Some(status), Some(length)) = (rd.u8(), rd.u8(), rd.u16()) else { return Step::Need(4) };
        let length = usize::from(length);
        if length < 8 || !matches!(kind, 1..=4 | 6..=8 | 14 | 16..=18) {
            return Step::Malformed { at: 0, name: "tds.malformed", why: "this is no packet header" };
        }
        let Some(body) = bytes.get(8..length) else { return Step::Need(length) };
        match (kind, dir) {
            (18, Dir::ToServer) if body.first() == Some(&0x16) || self.prelogin.is_some() && body.first() != Some(&0) => {
                // The handshake of TLS runs inside prelogin packets (2.2.6.5); the login is encrypted then.
                self.over = true;
                return Step::Done;
            }
            (18, Dir::ToServer) => self.prelogin = Some(cx.time),
            (4, Dir::ToClient) if self.login.is_none() => {
                self.answered(body, cx);
            }
            (16, Dir::ToServer) => {
                if self.held.len().saturating_add(body.len()) <= LOGIN_BYTES_MAX {
                    self.held.extend_from_slice(body);
                }
                if status & 1 != 0 {
                    let held = std::mem::take(&mut self.held);
                    self.login7(&held, cx);
                }
            }
            (17, Dir::ToServer) => {
                ntlm::token(dir, body, cx);
            }
            (4, Dir::ToClient) => {
                self.result(body, cx);
            }
            _ => {}
        }
        Step::Took(length)
    }

    fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        if let Some((time, mut said)) = self.login.take() {
            said.time = time;
            said.outcome = read::silence(heard, Dir::ToServer);
            cx.exchange(said);
        }
    }
}

impl Tds {
    /// 2.2.6.5: token, offset, length until 0xff; version is 0, encryption 1.
    fn answered(&mut self, body: &[u8], cx: &mut Cx<'_>) -> Option<()> {
        let time = self.prelogin?;
        let port = Some(cx.ends.server.port);
        let mut rd = Rd::new(body);
        let mut said = Exchange { operation: "prelogin".into(), time, duration_ns: read::lapse(time, cx.time), ..Exchange::default() };
        loop {
            let token = rd.u8()?;
            if token == 0xff {
                break;
            }
            let (offset, length) = (usize::from(rd.u16()?), usize::from(rd.u16()?));
            let value = body.get(offset..offset.checked_add(length)?)?;
            match (token, value) {
                (0, [major, minor, high, low, ..]) => {
                    let version = format!("{major}.{minor}.{}", u16::from_be_bytes([*high, *low]));
                    cx.clue(Host::Server, "tds.server_version", &version, port);
                }
                (1, [kind, ..]) => {
                    let word = match kind {
                        0 => "off",
                        1 => "on",
                        2 => "not_supported",
                        _ => "required",
                    };
                    cx.clue(Host::Server, "tds.encryption", word, port);
                    said.detail.push(("encryption", word.into()));
                }
                _ => {}
            }
        }
        cx.exchange(said);
        Some(())
    }

    /// 2.2.6.4: a fixed part of 36 bytes, then pairs of offset and length in characters.
    fn login7(&mut self, body: &[u8], cx: &mut Cx<'_>) -> Option<()> {
        let text = |at: usize| {
            let mut rd = Rd::at(body, at);
            let (offset, count) = (usize::from(rd.u16_le()?), usize::from(rd.u16_le()?));
            body.get(offset..offset.checked_add(count.checked_mul(2)?)?).map(utf16)
        };
        let (host, user, application) = (text(36)?, text(40)?, text(48)?);
        let (library, database) = (text(60)?, text(68)?);
        cx.clue(Host::Client, "tds.client_host", &host, None);
        cx.clue(Host::Client, "tds.application", &application, None);
        cx.clue(Host::Client, "tds.library", &library, None);
        cx.clue(Host::Server, "tds.database", &database, Some(cx.ends.server.port));
        let mut said = Exchange { operation: "login".into(), object: database.clone(), request_bytes: read::wide(body.len()), ..Exchange::default() };
        if !user.is_empty() {
            said.client_name = mask::user(&user, cx.keys);
            said.detail.push(("user", said.client_name.clone()));
        }
        said.detail.push(("database", database));
        said.detail.push(("application", application));
        self.login = Some((cx.time, said));
        Some(())
    }

    /// 2.2.7: LOGINACK (0xad) or ERROR (0xaa) among the tokens; only the first are looked at.
    fn result(&mut self, body: &[u8], cx: &mut Cx<'_>) -> Option<()> {
        ntlm::token(Dir::ToClient, body, cx);
        let mut rd = Rd::new(body);
        let mut outcome = None;
        for _ in 0..32 {
            let Some(token) = rd.u8() else { break };
            match token {
                0xaa => {
                    let number = Rd::at(body, rd.pos().saturating_add(2)).u32_le().unwrap_or(0);
                    outcome.get_or_insert((Outcome::Refused, number.to_string()));
                }
                0xad => {
                    outcome = Some((Outcome::Ok, String::new()));
                }
                0xe3 | 0xab | 0xed => {}
                _ => break,
            }
            let length = rd.u16_le()?;
            rd.skip(usize::from(length))?;
        }
        let (outcome, status) = outcome?;
        let (time, mut said) = self.login.take()?;
        said.time = time;
        said.duration_ns = read::lapse(time, cx.time);
        said.outcome = outcome;
        if !status.is_empty() {
            said.detail.push(("error", status.clone()));
        }
        said.status = status;
        cx.exchange(said);
        self.over = true;
        Some(())
    }
}
