//! SSH (RFC 4253): versions and key exchange offers; HASSH and HASSH server (Salesforce, BSD-3-Clause).

use crate::read::{self, Rd, hex};
use crate::{Cx, Dissector, Entry, Meta, Probe, Step, Stream};
use hinomi_model::{Dir, Ends, Exchange, Host, Nanos, Outcome};
use md5::{Digest, Md5};

pub static DISSECTOR: Dissector = Dissector {
    meta: &Meta {
        name: "ssh",
        title: "Secure Shell",
        standard: "RFC 4253; HASSH",
        tier: 'B',
        clues: &[
            ("ssh.client_version", "software of the client (RFC 4253 §4.2)"),
            ("ssh.server_version", "software of the server (RFC 4253 §4.2)"),
            ("ssh.hassh", "HASSH of the client's key exchange offer (RFC 4253 §7.1)"),
            ("ssh.hassh_server", "HASSH of the server's key exchange offer"),
        ],
        operations: &["connect"],
        details: &[
            ("client_version", "software of the client"),
            ("server_version", "software of the server"),
            ("hassh", "HASSH of the client"),
            ("hassh_server", "HASSH of the server"),
        ],
        notes: &[
            ("ssh.malformed", "a packet before encryption is not what RFC 4253 says"),
            ("ssh.banner_bytes_max", "over the limit of bytes before the version line"),
            ("ssh.protocol_1", "version 1 of the protocol, which is broken, is offered"),
        ],
        readings: false,
        tshark: "ssh",
    },
    entries: &[Entry::Stream { hints: &[22, 2222], probe, open: || Box::new(Ssh::default()) }],
};

/// Named limit: bytes before the version line (RFC 4253 §4.2 lets a server send other lines first).
const BANNER_BYTES_MAX: usize = 8192;
/// RFC 4253 §6.1.
const PACKET_MAX: usize = 35_000;

fn probe(_dir: Dir, head: &[u8], _ends: &Ends) -> Probe {
    match head {
        [b'S', b'S', b'H', b'-', b'1' | b'2', b'.', b'0' | b'5' | b'9', ..] => Probe::Yes,
        _ if head.len() < 7 && b"SSH-2.0".starts_with(head) => Probe::More,
        _ => Probe::No,
    }
}

#[derive(Default)]
struct Side {
    version: String,
    hassh: String,
    new_keys: bool,
}

#[derive(Default)]
struct Ssh {
    begun: Nanos,
    client: Side,
    server: Side,
    said: bool,
}

impl Stream for Ssh {
    fn feed(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Step {
        if self.begun == 0 {
            self.begun = cx.time;
        }
        let side = if dir == Dir::ToServer { &mut self.client } else { &mut self.server };
        if side.version.is_empty() {
            return self.version(dir, bytes, cx);
        }
        if side.new_keys {
            return Step::Done;
        }
        if side.version.starts_with("SSH-1.") && !side.version.starts_with("SSH-1.99") {
            // The packets of version 1 have another form; that it is spoken says enough.
            side.new_keys = true;
            if self.client.new_keys && self.server.new_keys {
                self.say(Outcome::Ok, cx);
            }
            return Step::Done;
        }
        // RFC 4253 §6: length, padding length, payload, padding.
        let mut rd = Rd::new(bytes);
        let Some(length) = rd.u32() else { return Step::Need(4) };
        let length = read::size(length);
        if !(2..=PACKET_MAX).contains(&length) {
            return Step::Malformed { at: 0, name: "ssh.malformed", why: "this is no packet length" };
        }
        let whole = length.saturating_add(4);
        let Some(mut packet) = rd.sub(length) else { return Step::Need(whole) };
        let kind = packet.u8().and_then(|_padding| packet.u8());
        match kind {
            Some(20) => {
                let Some((hassh, hassh_server)) = offers(&mut packet) else {
                    return Step::Malformed { at: 6, name: "ssh.malformed", why: "the key exchange offer ends too early" };
                };
                if dir == Dir::ToServer {
                    cx.clue(Host::Client, "ssh.hassh", &hassh, None);
                    side.hassh = hassh;
                } else {
                    cx.clue(Host::Server, "ssh.hassh_server", &hassh_server, Some(cx.ends.server.port));
                    side.hassh = hassh_server;
                }
            }
            Some(21) => {
                side.new_keys = true;
                if self.client.new_keys && self.server.new_keys {
                    self.say(Outcome::Ok, cx);
                }
                return Step::Took(whole);
            }
            _ => {}
        }
        Step::Took(whole)
    }

    fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        if self.said || self.begun == 0 {
            return;
        }
        let outcome = if heard.contains(&false) {
            Outcome::HalfHeard
        } else if self.server.version.is_empty() || self.client.version.is_empty() {
            Outcome::Unanswered
        } else {
            Outcome::Aborted
        };
        self.say(outcome, cx);
    }
}

impl Ssh {
    fn version(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Step {
        let Some(end) = bytes.iter().position(|b| *b == b'\n') else {
            if bytes.len() > BANNER_BYTES_MAX {
                return Step::OverLimit { name: "ssh.banner_bytes_max", limit: read::wide(BANNER_BYTES_MAX) };
            }
            return Step::Need(bytes.len().saturating_add(1));
        };
        let line = read::text(bytes.get(..end).unwrap_or(&[]));
        if let Some(software) = line.strip_prefix("SSH-") {
            if software.starts_with("1.") && !software.starts_with("1.99") {
                cx.note(hinomi_model::NoteKind::Odd, "ssh.protocol_1", 0, "version 1 of the protocol is offered");
            }
            if dir == Dir::ToServer {
                cx.clue(Host::Client, "ssh.client_version", &line, None);
                self.client.version = line;
            } else {
                cx.clue(Host::Server, "ssh.server_version", &line, Some(cx.ends.server.port));
                self.server.version = line;
            }
        }
        Step::Took(end.saturating_add(1))
    }

    fn say(&mut self, outcome: Outcome, cx: &mut Cx<'_>) {
        self.said = true;
        let mut said = Exchange { time: self.begun, operation: "connect".into(), outcome, ..Exchange::default() };
        said.duration_ns = read::lapse(self.begun, cx.time);
        for (name, value) in [
            ("client_version", &self.client.version),
            ("server_version", &self.server.version),
            ("hassh", &self.client.hassh),
            ("hassh_server", &self.server.hassh),
        ] {
            if !value.is_empty() {
                said.detail.push((name, crate::tidy(value, cx.limits.value_chars_max)));
            }
        }
        cx.exchange(said);
    }
}

/// RFC 4253 §7.1: cookie, then ten name-lists; HASSH takes key exchange, and one direction's
/// encryption, MAC and compression.
fn offers(packet: &mut Rd<'_>) -> Option<(String, String)> {
    packet.skip(16)?;
    let mut lists = Vec::with_capacity(8);
    for _ in 0..8 {
        let length = read::size(packet.u32()?);
        lists.push(read::text(packet.take(length)?));
    }
    let pick = |indexes: [usize; 4]| {
        let joined = indexes.iter().filter_map(|i| lists.get(*i).cloned()).collect::<Vec<_>>().join(";");
        hex(Md5::digest(joined.as_bytes()).as_ref())
    };
    Some((pick([0, 2, 4, 6]), pick([0, 3, 5, 7])))
}
