//! Remote Framebuffer, the protocol of VNC (RFC 6143).

use crate::read::{self, Rd};
use crate::{Cx, Dissector, Entry, Meta, Probe, Step, Stream};
use hinomi_model::{Dir, Ends, Exchange, Host, Nanos, NoteKind, Outcome};

pub static DISSECTOR: Dissector = Dissector {
    meta: &Meta {
        name: "vnc",
        title: "Remote Framebuffer (VNC)",
        standard: "RFC 6143",
        tier: 'A',
        clues: &[
            ("vnc.server_version", "protocol version of the server (RFC 6143 §7.1.1)"),
            ("vnc.client_version", "protocol version of the client (§7.1.1)"),
            ("vnc.security", "security types the server offers, joined by `,` (§7.1.2, §7.2)"),
            ("vnc.desktop", "name of the desktop, without the name of its user (§7.3.2)"),
            ("vnc.screen", "width x height of the desktop (§7.3.2)"),
        ],
        operations: &["connect"],
        details: &[
            ("version", "version the client chose"),
            ("security", "security type the client chose"),
            ("desktop", "name of the desktop"),
        ],
        notes: &[
            ("vnc.malformed", "a message of the handshake is not what RFC 6143 says"),
            ("vnc.no_password", "the desktop was given without authentication (§7.2.1)"),
        ],
        readings: false,
        tshark: "vnc",
    },
    entries: &[Entry::Stream { hints: &[5900, 5901, 5902, 5800], probe, open: || Box::new(Vnc::default()) }],
};

/// §7.1.1: twelve bytes `RFB xxx.yyy\n`.
fn version(head: &[u8]) -> Option<&[u8]> {
    match head {
        [b'R', b'F', b'B', b' ', b'0', b'0', b'0'..=b'9', b'.', b'0'..=b'9', b'0'..=b'9', b'0'..=b'9', b'\n', ..] => head.get(4..11),
        _ => None,
    }
}

fn probe(_dir: Dir, head: &[u8], _ends: &Ends) -> Probe {
    if version(head).is_some() {
        Probe::Yes
    } else if head.len() < 12 && b"RFB 00".starts_with(head.get(..6.min(head.len())).unwrap_or(&[])) {
        Probe::More
    } else {
        Probe::No
    }
}

/// What the server says next.
#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Next {
    #[default]
    Version,
    Security,
    Reason,
    /// Bytes of an authentication that are passed over.
    Challenge,
    Result,
    Init,
    Over,
}

#[derive(Default)]
struct Vnc {
    begun: Nanos,
    next: Next,
    server_version: String,
    client_version: String,
    chosen: Option<u8>,
    client_init: bool,
    desktop: String,
    said: bool,
}

/// §7.1.2 and the IANA registry of RFB security types.
fn security(kind: u8) -> String {
    let known = match kind {
        0 => "invalid",
        1 => "none",
        2 => "vnc",
        5 | 6 => "ra2",
        16 => "tight",
        17 => "ultra",
        18 => "tls",
        19 => "vencrypt",
        20 => "sasl",
        21 => "md5",
        22 => "xvp",
        30 | 35 => "apple",
        113 => "ms-logon",
        other => return other.to_string(),
    };
    known.to_string()
}

impl Stream for Vnc {
    fn feed(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Step {
        if self.begun == 0 {
            self.begun = cx.time;
        }
        if dir == Dir::ToServer { self.client(bytes, cx) } else { self.server(bytes, cx) }
    }

    fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        if self.said || self.begun == 0 {
            return;
        }
        let outcome = match () {
            () if heard.contains(&false) => Outcome::HalfHeard,
            () if self.client_version.is_empty() => Outcome::Unanswered,
            () => Outcome::Aborted,
        };
        self.say(outcome, "", cx);
    }
}

impl Vnc {
    fn old(&self) -> bool {
        self.client_version.as_str() < "003.007"
    }

    fn client(&mut self, bytes: &[u8], cx: &mut Cx<'_>) -> Step {
        if self.client_version.is_empty() {
            let Some(head) = bytes.get(..12) else { return Step::Need(12) };
            let Some(version) = version(head) else {
                return Step::Malformed { at: 0, name: "vnc.malformed", why: "this is no protocol version" };
            };
            self.client_version = read::text(version);
            cx.clue(Host::Client, "vnc.client_version", &self.client_version, None);
            return Step::Took(12);
        }
        if self.chosen.is_none() && !self.old() {
            self.chosen = bytes.first().copied();
            if self.chosen == Some(1) && self.client_version.as_str() < "003.008" {
                self.next = Next::Init;
            }
            return Step::Took(1);
        }
        match self.chosen {
            Some(2) if self.next == Next::Result && !self.client_init => {
                // §7.2.2: sixteen bytes of response, never kept.
                self.client_init = true;
                Step::Skip(16)
            }
            _ => Step::Done,
        }
    }

    fn server(&mut self, bytes: &[u8], cx: &mut Cx<'_>) -> Step {
        let port = Some(cx.ends.server.port);
        let mut rd = Rd::new(bytes);
        match self.next {
            Next::Version => {
                let Some(head) = bytes.get(..12) else { return Step::Need(12) };
                let Some(version) = version(head) else {
                    return Step::Malformed { at: 0, name: "vnc.malformed", why: "this is no protocol version" };
                };
                self.server_version = read::text(version);
                cx.clue(Host::Server, "vnc.server_version", &self.server_version, port);
                self.next = Next::Security;
                Step::Took(12)
            }
            Next::Security if self.old() && !self.client_version.is_empty() => {
                // §7.1.2, version 3.3: the server decides with four bytes.
                let Some(kind) = rd.u32() else { return Step::Need(4) };
                let kind = u8::try_from(kind).unwrap_or(255);
                self.chosen = Some(kind);
                cx.clue(Host::Server, "vnc.security", &security(kind), port);
                self.next = match kind {
                    0 => Next::Reason,
                    1 => Next::Init,
                    2 => Next::Challenge,
                    _ => {
                        self.say(Outcome::Warning, "authentication is hidden from here on", cx);
                        Next::Over
                    }
                };
                Step::Took(4)
            }
            Next::Security => {
                let Some(count) = rd.u8() else { return Step::Need(1) };
                if count == 0 {
                    self.next = Next::Reason;
                    return Step::Took(1);
                }
                let Some(kinds) = rd.take(usize::from(count)) else { return Step::Need(usize::from(count).saturating_add(1)) };
                let words: Vec<String> = kinds.iter().map(|k| security(*k)).collect();
                cx.clue(Host::Server, "vnc.security", &words.join(","), port);
                self.next = Next::Challenge;
                Step::Took(usize::from(count).saturating_add(1))
            }
            Next::Challenge => match self.chosen {
                Some(1) => {
                    self.next = Next::Result;
                    self.server(bytes, cx)
                }
                Some(2) => {
                    self.next = Next::Result;
                    Step::Skip(16) // §7.2.2
                }
                // Other types have exchanges of their own, mostly encrypted.
                _ => {
                    self.next = Next::Over;
                    self.say(Outcome::Warning, "authentication is hidden from here on", cx);
                    Step::Done
                }
            },
            Next::Result => {
                // §7.1.3
                let Some(result) = rd.u32() else { return Step::Need(4) };
                if result == 0 {
                    self.next = Next::Init;
                    return Step::Took(4);
                }
                self.say(Outcome::Refused, "authentication failed", cx);
                self.next = Next::Over;
                Step::Done
            }
            Next::Reason => {
                let Some(length) = rd.u32() else { return Step::Need(4) };
                self.say(Outcome::Refused, "refused by the server", cx);
                self.next = Next::Over;
                if length > 0 { Step::Done } else { Step::Took(4) }
            }
            Next::Init => {
                // §7.3.2: width, height, pixel format (16), length of the name, name.
                let (Some(width), Some(height), Some(_), Some(length)) = (rd.u16(), rd.u16(), rd.skip(16), rd.u32()) else {
                    return Step::Need(24);
                };
                let length = read::size(length);
                if length > 4096 {
                    return Step::Malformed { at: 20, name: "vnc.malformed", why: "the name of the desktop is longer than 4096 bytes" };
                }
                let Some(name) = rd.take(length) else { return Step::Need(length.saturating_add(24)) };
                self.desktop = without_user(&read::text(name));
                cx.clue(Host::Server, "vnc.desktop", &self.desktop.clone(), port);
                cx.clue(Host::Server, "vnc.screen", &format!("{width}x{height}"), port);
                if self.chosen == Some(1) {
                    cx.note(NoteKind::Odd, "vnc.no_password", 0, "the desktop was given without authentication");
                }
                self.say(Outcome::Ok, "", cx);
                self.next = Next::Over;
                Step::Done
            }
            Next::Over => {
                // Encrypted or unknown authentication: that bytes flow on tells that it went on.
                Step::Done
            }
        }
    }

    fn say(&mut self, outcome: Outcome, status: &str, cx: &mut Cx<'_>) {
        self.said = true;
        let mut said = Exchange { time: self.begun, operation: "connect".into(), outcome, status: status.to_string(), ..Exchange::default() };
        said.duration_ns = read::lapse(self.begun, cx.time);
        for (name, value) in [
            ("version", self.client_version.clone()),
            ("security", self.chosen.map(security).unwrap_or_default()),
            ("desktop", self.desktop.clone()),
        ] {
            if !value.is_empty() {
                said.detail.push((name, value));
            }
        }
        cx.exchange(said);
    }
}

/// `ct01:1 (taro)` and `taro's X desktop (ct01:1)` name their user.
fn without_user(name: &str) -> String {
    if let Some((_, rest)) = name.split_once("'s ") {
        return rest.to_string();
    }
    match name.split_once(" (") {
        Some((host, inner)) if !inner.contains(':') => host.to_string(),
        _ => name.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_desktop_does_not_name_its_user() {
        assert_eq!(without_user("ct01:1 (taro)"), "ct01:1");
        assert_eq!(without_user("taro's X desktop (ct01:1)"), "X desktop (ct01:1)");
        assert_eq!(without_user("CT console"), "CT console");
    }
}
