//! MySQL and MariaDB (MySQL client/server protocol: connection phase).

use crate::mask;
use crate::read::{self, Rd};
use crate::{Cx, Dissector, Entry, Meta, Probe, Step, Stream};
use hinomi_model::{Dir, Ends, Exchange, Host, Nanos, Outcome};

pub static MYSQL: Dissector = Dissector {
    meta: &Meta {
        name: "mysql",
        title: "MySQL and MariaDB",
        standard: "MySQL internals manual: client/server protocol, connection phase",
        tier: 'B',
        clues: &[("mysql.server_version", "version in the server's greeting (Protocol::HandshakeV10)"), ("mysql.client", "program name among the client's attributes")],
        operations: &["login", "starttls"],
        details: &[("user", "keyed hash of the user name"), ("database", "database asked for"), ("plugin", "authentication plugin"), ("error", "error number")],
        notes: &[("mysql.malformed", "this is no packet")],
        readings: false,
        tshark: "mysql",
    },
    entries: &[Entry::Stream { hints: &[3306], probe, open: || Box::new(Mysql::default()) }],
};

/// Three bytes of length, sequence 0, protocol 10, a version that starts with a digit.
fn probe(dir: Dir, head: &[u8], _ends: &Ends) -> Probe {
    if dir == Dir::ToServer {
        return Probe::No;
    }
    match head {
        [low, 0, 0, 0, 10, b'3'..=b'9' | b'1', rest @ ..] if *low > 40 => {
            let shown = rest.iter().take(64).position(|b| *b == 0);
            let clean = rest.iter().take(shown.unwrap_or(rest.len())).all(|b| b.is_ascii_graphic());
            match shown {
                Some(_) if clean => Probe::Yes,
                None if clean && rest.len() < 64 => Probe::More,
                _ => Probe::No,
            }
        }
        [] | [_] | [_, 0] | [_, 0, 0] | [_, 0, 0, 0] | [_, 0, 0, 0, 10] => Probe::More,
        _ => Probe::No,
    }
}

#[derive(Default)]
struct Mysql {
    greeted: bool,
    login: Option<(Nanos, Exchange)>,
    over: bool,
    to_tls: bool,
}

impl Stream for Mysql {
    fn feed(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Step {
        if self.over {
            return Step::Done;
        }
        let mut rd = Rd::new(bytes);
        let (Some([a, b, c]), Some(_)) = (rd.array::<3>(), rd.u8()) else { return Step::Need(4) };
        let length = read::size(u32::from_le_bytes([a, b, c, 0]));
        if length > 65_536 {
            self.over = true;
            return Step::Done;
        }
        let whole = length.saturating_add(4);
        let Some(body) = bytes.get(4..whole) else { return Step::Need(whole) };
        if dir == Dir::ToServer {
            if self.greeted && self.login.is_none() {
                self.client(body, cx);
            }
            if self.to_tls {
                return Step::Handover { took: whole, to: "tls" };
            }
            return Step::Took(whole);
        }
        self.server(body, cx);
        Step::Took(whole)
    }

    fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        if let Some((time, mut said)) = self.login.take() {
            said.time = time;
            said.outcome = read::silence(heard, Dir::ToServer);
            cx.exchange(said);
        }
    }
}

impl Mysql {
    /// Protocol::HandshakeResponse41 and Protocol::SSLRequest.
    fn client(&mut self, body: &[u8], cx: &mut Cx<'_>) -> Option<()> {
        let mut rd = Rd::new(body);
        let capabilities = rd.u32_le()?;
        rd.skip(4 + 1 + 23)?;
        if capabilities & 0x0800 != 0 && rd.is_empty() {
            self.to_tls = true;
            cx.exchange(Exchange { operation: "starttls".into(), outcome: Outcome::Ok, ..Exchange::default() });
            return Some(());
        }
        let user = read::text(rd.until(0)?);
        let mut said = Exchange { operation: "login".into(), request_bytes: read::wide(body.len()), ..Exchange::default() };
        said.client_name = mask::user(&user, cx.keys);
        said.detail.push(("user", said.client_name.clone()));
        self.login = Some((cx.time, said));
        rd.vec8()?; // proof of the password
        let said = self.login.as_mut().map(|(_, s)| s)?;
        if capabilities & 0x0008 != 0 {
            said.object = read::text(rd.until(0)?);
            said.detail.push(("database", said.object.clone()));
        }
        if capabilities & 0x0008_0000 != 0 {
            said.detail.push(("plugin", read::text(rd.until(0)?)));
        }
        if capabilities & 0x0010_0000 != 0 {
            let mut attributes = Rd::new(rd.vec8()?);
            while let Some((name, value)) = attributes.vec8().and_then(|n| attributes.vec8().map(|v| (n, v))) {
                if name == b"program_name" {
                    cx.clue(Host::Client, "mysql.client", &read::text(value), None);
                }
            }
        }
        Some(())
    }

    fn server(&mut self, body: &[u8], cx: &mut Cx<'_>) {
        let mut rd = Rd::new(body);
        let first = rd.u8();
        if !self.greeted {
            self.greeted = true;
            if let (Some(10), Some(version)) = (first, rd.until(0)) {
                // MariaDB puts 5.5.5- before its own version.
                let version = read::text(version);
                let version = version.strip_prefix("5.5.5-").unwrap_or(&version);
                cx.clue(Host::Server, "mysql.server_version", version, Some(cx.ends.server.port));
            }
            return;
        }
        let (outcome, status) = match first {
            Some(0) => (Outcome::Ok, String::new()),
            Some(0xff) => (Outcome::Refused, rd.u16_le().map(|n| n.to_string()).unwrap_or_default()),
            _ => return, // another round of authentication
        };
        if let Some((time, mut said)) = self.login.take() {
            said.time = time;
            said.duration_ns = read::lapse(time, cx.time);
            said.outcome = outcome;
            if !status.is_empty() {
                said.detail.push(("error", status.clone()));
            }
            said.status = status;
            cx.exchange(said);
        }
        self.over = true;
    }
}
