//! Remote Desktop Protocol: connection request and answer ([MS-RDPBCGR] 2.2.1.1, 2.2.1.2), the name of
//! the client where it is not encrypted (2.2.1.3), then TLS takes over.

use crate::mask;
use crate::read::{self, Rd};
use crate::{Cx, Dissector, Entry, Meta, Probe, Step, Stream};
use hinomi_model::{Dir, Ends, Exchange, Host, Nanos, Outcome};

pub static DISSECTOR: Dissector = Dissector {
    meta: &Meta {
        name: "rdp",
        title: "Remote Desktop Protocol",
        standard: "[MS-RDPBCGR] 2.2.1; [MS-RDPEUDP] 2.2.1; ITU-T X.224, T.123; RFC 1006",
        tier: 'A',
        clues: &[
            ("rdp.server", "the host offers its desktop; value is the security chosen"),
            ("rdp.client_name", "name of the client computer (2.2.1.3.2 clientName)"),
            ("rdp.client_build", "build number of the client (2.2.1.3.2 clientBuild)"),
            ("rdp.keyboard_layout", "keyboard layout of the client as hex (2.2.1.3.2)"),
        ],
        operations: &["connect"],
        details: &[
            ("user", "keyed hash of the user name in the cookie (2.2.1.1: mstshash)"),
            ("requested", "security the client asked for (2.2.1.1.1)"),
            ("selected", "security the server chose (2.2.1.2.1)"),
            ("routing_token", "yes, when a load balancer's token was sent"),
            ("client_name", "name of the client computer"),
        ],
        notes: &[("rdp.malformed", "this is no TPKT with a connection request or answer")],
        readings: false,
        tshark: "rdp",
    },
    entries: &[
        Entry::Stream { hints: &[3389], probe, open: || Box::new(Rdp::default()) },
        // The side channel for pictures: recognised, and encrypted from its first packet on ([MS-RDPEUDP]).
        crate::seen::datagram(&[3389], crate::seen::control::rdp_udp),
    ],
};

/// RFC 1006 §6: version 3, reserved, length; X.224 §13.3: length indicator, CR (0xe0) or CC (0xd0).
fn probe(dir: Dir, head: &[u8], _ends: &Ends) -> Probe {
    match head {
        [] | [3] | [3, 0] => Probe::More,
        [3, 0, high, low, rest @ ..] => {
            let length = usize::from(u16::from_be_bytes([*high, *low]));
            if !(11..=1024).contains(&length) {
                return Probe::No;
            }
            let Some(tpdu) = rest.get(..length.saturating_sub(4)) else {
                let wanted = if dir == Dir::ToServer { 0xe0 } else { 0xd0 };
                return if rest.get(1).is_none_or(|c| *c == wanted) && rest.first().is_none_or(|li| usize::from(*li).saturating_add(5) == length) {
                    Probe::More
                } else {
                    Probe::No
                };
            };
            match (dir, tpdu) {
                (Dir::ToServer, [li, 0xe0, 0, 0, _, _, 0, data @ ..]) if usize::from(*li).saturating_add(5) == length => {
                    // ISO-on-TCP of other protocols (S7) has TSAP parameters here (0xc0 to 0xc2).
                    let cookie = data.starts_with(b"Cookie: ");
                    let negotiation = matches!(data, [.., 1, _, 8, 0, a, 0, 0, 0] if *a < 32);
                    if cookie || negotiation || data.is_empty() { Probe::Yes } else { Probe::No }
                }
                (Dir::ToClient, [li, 0xd0, _, _, _, _, _, data @ ..]) if usize::from(*li).saturating_add(5) == length => {
                    if matches!(data, [2 | 3, _, 8, 0, ..]) { Probe::Yes } else { Probe::No }
                }
                _ => Probe::No,
            }
        }
        _ => Probe::No,
    }
}

#[derive(Default)]
struct Rdp {
    asked: Option<(Nanos, Exchange)>,
    said: bool,
    plain: bool,
}

/// 2.2.1.1.1 requestedProtocols, 2.2.1.2.1 selectedProtocol.
fn security(bits: u32, one: bool) -> String {
    if bits == 0 {
        return "rdp".into();
    }
    let known = [(1, "tls"), (2, "credssp"), (4, "rdstls"), (8, "credssp_early_auth"), (16, "aad")];
    let words: Vec<&str> = known.iter().filter(|(bit, _)| bits & bit != 0).map(|(_, w)| *w).collect();
    if one && words.is_empty() { format!("0x{bits:x}") } else { words.join(",") }
}

/// 2.2.1.2.2 failureCode.
fn failure(code: u32) -> &'static str {
    match code {
        1 => "SSL_REQUIRED_BY_SERVER",
        2 => "SSL_NOT_ALLOWED_BY_SERVER",
        3 => "SSL_CERT_NOT_ON_SERVER",
        4 => "INCONSISTENT_FLAGS",
        5 => "HYBRID_REQUIRED_BY_SERVER",
        6 => "SSL_WITH_USER_AUTH_REQUIRED_BY_SERVER",
        _ => "unknown failure",
    }
}

impl Stream for Rdp {
    fn feed(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Step {
        if self.plain && dir == Dir::ToClient {
            return Step::Done;
        }
        let mut rd = Rd::new(bytes);
        let (Some(3), Some(_), Some(length)) = (rd.u8(), rd.u8(), rd.u16()) else {
            if bytes.len() < 4 && bytes.first().is_none_or(|b| *b == 3) {
                return Step::Need(4);
            }
            return Step::Malformed { at: 0, name: "rdp.malformed", why: "this is no TPKT header" };
        };
        let length = usize::from(length);
        if length < 7 {
            return Step::Malformed { at: 2, name: "rdp.malformed", why: "the TPKT is too short" };
        }
        let Some(mut tpdu) = rd.sub(length.saturating_sub(4)) else { return Step::Need(length) };
        let (Some(_li), Some(code)) = (tpdu.u8(), tpdu.u8()) else { return Step::Took(length) };
        match code & 0xf0 {
            0xe0 if dir == Dir::ToServer => {
                tpdu.skip(5);
                self.request(tpdu.rest(), length, cx);
                Step::Took(length)
            }
            0xd0 if dir == Dir::ToClient => {
                tpdu.skip(5);
                self.answer(tpdu.rest(), length, cx)
            }
            0xf0 => {
                if dir == Dir::ToServer {
                    self.client_data(tpdu.rest(), cx);
                }
                // What follows the settings is of the desktop itself.
                Step::Done
            }
            _ => Step::Done,
        }
    }

    fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        if let Some((time, mut said)) = self.asked.take() {
            said.time = time;
            said.outcome = read::silence(heard, Dir::ToServer);
            cx.exchange(said);
        }
    }
}

impl Rdp {
    fn request(&mut self, data: &[u8], size: usize, cx: &mut Cx<'_>) {
        let mut said = Exchange { operation: "connect".into(), request_bytes: read::wide(size), ..Exchange::default() };
        let mut rest = data;
        if data.starts_with(b"Cookie: ") {
            let end = read::find(data, b"\r\n").unwrap_or(data.len());
            let cookie = read::text(data.get(8..end).unwrap_or(&[]));
            if let Some(user) = cookie.strip_prefix("mstshash=") {
                said.client_name = mask::user(user, cx.keys);
                said.detail.push(("user", said.client_name.clone()));
            } else {
                said.detail.push(("routing_token", "yes".into()));
            }
            rest = data.get(end.saturating_add(2)..).unwrap_or(&[]);
        }
        let mut rd = Rd::new(rest);
        if let (Some(1), Some(_), Some(8), Some(asked)) = (rd.u8(), rd.u8(), rd.u16_le(), rd.u32_le()) {
            said.detail.push(("requested", security(asked, false)));
        } else {
            said.detail.push(("requested", "rdp".into()));
        }
        self.asked = Some((cx.time, said));
    }

    fn answer(&mut self, data: &[u8], size: usize, cx: &mut Cx<'_>) -> Step {
        let (time, mut said) = self.asked.take().unwrap_or_else(|| (cx.time, Exchange { operation: "connect".into(), ..Exchange::default() }));
        said.time = time;
        said.duration_ns = read::lapse(time, cx.time);
        said.response_bytes = read::wide(size);
        let mut rd = Rd::new(data);
        let (kind, _, _, value) = (rd.u8(), rd.u8(), rd.u16_le(), rd.u32_le());
        let mut step = Step::Took(size);
        match (kind, value) {
            (Some(3), Some(code)) => {
                said.outcome = Outcome::Refused;
                said.status = failure(code).to_string();
                cx.clue(Host::Server, "rdp.server", "refused", Some(cx.ends.server.port));
            }
            (Some(2), Some(chosen)) => {
                let word = security(chosen, true);
                cx.clue(Host::Server, "rdp.server", &word, Some(cx.ends.server.port));
                said.detail.push(("selected", word));
                if chosen == 0 {
                    self.plain = true;
                } else {
                    step = Step::Handover { took: size, to: "tls" };
                }
            }
            _ => {
                // 2.2.1.2: an answer without negotiation comes from a server before version 5.2.
                cx.clue(Host::Server, "rdp.server", "rdp", Some(cx.ends.server.port));
                said.detail.push(("selected", "rdp".into()));
                self.plain = true;
            }
        }
        self.said = true;
        cx.exchange(said);
        step
    }

    /// 2.2.1.3: MCS Connect Initial; behind the client-to-server H.221 key `Duca` stand the data blocks.
    fn client_data(&mut self, bytes: &[u8], cx: &mut Cx<'_>) {
        let Some(at) = read::find(bytes, b"Duca") else { return };
        let mut rd = Rd::at(bytes, at.saturating_add(4));
        // T.124 (PER): a length of one or two bytes before the blocks.
        match rd.u8() {
            Some(n) if n & 0x80 != 0 => rd.skip(1),
            _ => Some(()),
        };
        while let Some((kind, length)) = rd.u16_le().zip(rd.u16_le()) {
            let Some(mut block) = rd.sub(usize::from(length).saturating_sub(4)) else { return };
            if kind != 0xc001 {
                continue;
            }
            // 2.2.1.3.2: version, width, height, colour depth, SAS sequence, then:
            if block.skip(12).is_none() {
                return;
            }
            let (layout, build, name) = (block.u32_le(), block.u32_le(), block.take(32));
            if let Some(layout) = layout {
                cx.clue(Host::Client, "rdp.keyboard_layout", &format!("{layout:08x}"), None);
            }
            if let Some(build) = build {
                cx.clue(Host::Client, "rdp.client_build", &build.to_string(), None);
            }
            if let Some(name) = name {
                cx.clue(Host::Client, "rdp.client_name", &read::utf16(name), None);
            }
            return;
        }
    }
}
