//! Kerberos 5 (RFC 4120) over UDP and TCP: who asks for which ticket.

use crate::ber::{self, Tlv};
use crate::mask;
use crate::read::{self, Rd};
use crate::{Cx, Datagram, Dissector, Entry, Meta, Probe, Step, Stream, Verdict};
use hinomi_model::{Dir, Ends, Exchange, Nanos, NoteKind, Outcome};

pub static KERBEROS: Dissector = Dissector {
    meta: &Meta {
        name: "kerberos",
        title: "Kerberos 5",
        standard: "RFC 4120, RFC 6113; [MS-KILE]",
        tier: 'A',
        clues: &[
            ("kerberos.realm", "realm the host asks in or answers for (RFC 4120 §5.4.1)"),
            ("kerberos.host", "computer name of a machine account that asks (name ends in $)"),
            ("kerberos.client_host", "NetBIOS name in the addresses of a request (§5.2.5, type 20)"),
            ("kerberos.kdc", "the host issues tickets"),
            ("kerberos.service", "service tickets are asked for, as `class/host`; said of the server only when it bears the name"),
        ],
        operations: &["AS", "TGS"],
        details: &[
            ("realm", "realm"),
            ("user", "keyed hash of the principal, or a computer's name"),
            ("service", "service principal asked for; a person's is hashed"),
            ("etypes", "encryption types offered, IANA numbers (§5.4.1)"),
            ("etype", "encryption type of the ticket given (§5.3)"),
            ("preauth", "pre-authentication data types sent (§5.2.7)"),
            ("error", "error code by its name (§7.5.9)"),
        ],
        notes: &[
            ("kerberos.malformed", "a message is not what RFC 4120 says"),
            ("kerberos.weak_encryption", "a ticket was given with RC4 or DES"),
            ("kerberos.pending_max", "over the limit of requests that wait for an answer"),
        ],
        readings: false,
        tshark: "kerberos",
    },
    entries: &[
        Entry::Datagram { hints: &[88], probe: probe_udp, open: || Box::new(Kerberos::default()) },
        Entry::Stream { hints: &[88], probe: probe_tcp, open: || Box::new(Kerberos::default()) },
    ],
};

/// §5.4.1: APPLICATION 10 to 13, 30 around a SEQUENCE that starts with the protocol version 5.
fn plausible(bytes: &[u8]) -> bool {
    let mut rd = Rd::new(bytes);
    let Some(Tlv { tag, body }) = ber::tlv(&mut rd) else { return false };
    if !rd.is_empty() {
        return false;
    }
    let context = match tag {
        0x6a | 0x6c => 0xa1,
        0x6b | 0x6d | 0x7e => 0xa0,
        _ => return false,
    };
    let version = ber::expect(&mut Rd::new(body), 0x30).and_then(|mut seq| ber::expect(&mut seq, context)).and_then(|mut v| ber::integer(&mut v));
    version == Some(5)
}

fn probe_udp(_dir: Dir, bytes: &[u8], _ends: &Ends) -> Probe {
    if plausible(bytes) { Probe::Yes } else { Probe::No }
}

/// §7.2.2: four bytes of length.
fn probe_tcp(_dir: Dir, head: &[u8], _ends: &Ends) -> Probe {
    match head {
        [] | [0] | [0, 0] | [0, 0, _] | [0, 0, _, _] => Probe::More,
        [0, 0, high, low, 0x6a..=0x6d | 0x7e, rest @ ..] => {
            let length = usize::from(u16::from_be_bytes([*high, *low]));
            match head.get(4..length.saturating_add(4)) {
                Some(message) if plausible(message) => Probe::Yes,
                Some(_) => Probe::No,
                None if rest.len() > 65_536 => Probe::No,
                None => Probe::More,
            }
        }
        _ => Probe::No,
    }
}

#[derive(Default)]
struct Kerberos {
    asked: read::Waiting<u8, (Nanos, Exchange)>,
    noted: bool,
}

impl Datagram for Kerberos {
    fn datagram(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Verdict {
        if !matches!(bytes.first(), Some(0x6a..=0x6d | 0x7e)) {
            return Verdict::NotMine;
        }
        match self.message(dir, bytes, cx) {
            Some(()) => Verdict::Read,
            None => Verdict::Malformed { at: 0, name: "kerberos.malformed", why: "a field of the message is missing or cut" },
        }
    }

    fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        self.close(heard, cx);
    }
}

impl Stream for Kerberos {
    fn feed(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Step {
        let Some(length) = Rd::new(bytes).u32() else { return Step::Need(4) };
        let length = read::size(length);
        if length > 131_072 || length == 0 {
            return Step::Malformed { at: 0, name: "kerberos.malformed", why: "this is no length of a message" };
        }
        let whole = length.saturating_add(4);
        let Some(message) = bytes.get(4..whole) else { return Step::Need(whole) };
        match self.message(dir, message, cx) {
            Some(()) => Step::Took(whole),
            None => Step::Malformed { at: 4, name: "kerberos.malformed", why: "a field of the message is missing or cut" },
        }
    }

    fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        self.close(heard, cx);
    }
}

/// §5.2.2 PrincipalName: name type and a list of strings.
fn principal(mut rd: Rd<'_>) -> Option<Vec<String>> {
    let seq = ber::expect(&mut rd, 0x30)?;
    let mut names = ber::find(seq, 0xa1)?;
    let mut list = ber::expect(&mut names, 0x30)?;
    let mut out = Vec::new();
    while let Some(part) = ber::tlv(&mut list) {
        if out.len() < 8 {
            out.push(String::from_utf8_lossy(part.body).into_owned());
        }
    }
    Some(out)
}

fn general_string(mut rd: Rd<'_>) -> String {
    ber::tlv(&mut rd).map(|t| String::from_utf8_lossy(t.body).into_owned()).unwrap_or_default()
}

/// A computer's account keeps its name, a person's becomes a hash.
fn shown(names: &[String], cx: &Cx<'_>) -> String {
    let joined = names.join("/");
    // A service has a host for its second part (RFC 4120 §6.2); `taro/admin` is a person.
    let service = match names {
        [class, ..] if matches!(class.as_str(), "krbtgt" | "kadmin" | "host") => names.len() > 1,
        [_, host, ..] => host.contains('.') || names.len() > 2,
        _ => false,
    };
    if joined.ends_with('$') || service { joined } else { mask::user(&joined, cx.keys) }
}

impl Kerberos {
    fn message(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Option<()> {
        let Tlv { tag, body } = ber::tlv(&mut Rd::new(bytes))?;
        let seq = ber::expect(&mut Rd::new(body), 0x30)?;
        match tag {
            0x6a | 0x6c => self.request(dir, tag, seq, bytes.len(), cx),
            0x6b | 0x6d => self.answer(dir, tag, seq, bytes.len(), cx),
            0x7e => self.error(dir, seq, bytes.len(), cx),
            _ => Some(()),
        }
    }

    /// §5.4.1 KDC-REQ.
    fn request(&mut self, dir: Dir, tag: u8, seq: Rd<'_>, size: usize, cx: &mut Cx<'_>) -> Option<()> {
        let mut body = ber::find(seq, 0xa4)?;
        let body = ber::expect(&mut body, 0x30)?;
        let mut said = Exchange { operation: if tag == 0x6a { "AS" } else { "TGS" }.into(), request_bytes: read::wide(size), ..Exchange::default() };
        if let Some(mut list) = ber::find(seq, 0xa3).and_then(|mut p| ber::expect(&mut p, 0x30)) {
            let mut kinds = Vec::new();
            while let Some(mut entry) = ber::expect(&mut list, 0x30) {
                if let Some(kind) = ber::expect(&mut entry, 0xa1).and_then(|mut k| ber::integer(&mut k)) {
                    kinds.push(kind.to_string());
                }
            }
            said.detail.push(("preauth", kinds.join(",")));
        }
        if let Some(names) = ber::find(body, 0xa1).and_then(principal) {
            said.client_name = shown(&names, cx);
            if let Some(host) = names.first().and_then(|n| n.strip_suffix('$')) {
                cx.clue(read::sender(dir), "kerberos.host", host, None);
            }
            said.detail.push(("user", said.client_name.clone()));
        }
        let realm = ber::find(body, 0xa2).map(general_string).unwrap_or_default();
        cx.clue(read::sender(dir), "kerberos.realm", &realm, None);
        if let Some(names) = ber::find(body, 0xa3).and_then(principal) {
            said.server_name = shown(&names, cx);
            said.object.clone_from(&said.server_name);
            said.detail.push(("service", said.server_name.clone()));
            cx.clue(read::sender(dir), "kerberos.service", &said.server_name, None);
        }
        said.detail.push(("realm", realm));
        if let Some(mut list) = ber::find(body, 0xa8).and_then(|mut e| ber::expect(&mut e, 0x30)) {
            let etypes: Vec<String> = std::iter::from_fn(|| ber::integer(&mut list)).take(16).map(|e| e.to_string()).collect();
            said.detail.push(("etypes", etypes.join(",")));
        }
        if let Some(mut list) = ber::find(body, 0xa9).and_then(|mut a| ber::expect(&mut a, 0x30)) {
            // §5.2.5 HostAddress: type 20 is a NetBIOS name.
            while let Some(mut address) = ber::expect(&mut list, 0x30) {
                let kind = ber::expect(&mut address, 0xa0).and_then(|mut k| ber::integer(&mut k));
                if let (Some(20), Some(name)) = (kind, ber::expect(&mut address, 0xa1)) {
                    cx.clue(read::sender(dir), "kerberos.client_host", general_string(name).trim_end(), None);
                }
            }
        }
        said.detail.retain(|(_, v)| !v.is_empty());
        if let Some((_, (time, mut oldest))) = self.asked.put(tag, (cx.time, said), cx.limits.pending_max) {
            cx.note(NoteKind::OverLimit, "kerberos.pending_max", 0, "too many requests wait for an answer");
            oldest.time = time;
            oldest.outcome = Outcome::Unanswered;
            cx.exchange(oldest);
        }
        Some(())
    }

    /// §5.4.2 KDC-REP.
    fn answer(&mut self, dir: Dir, tag: u8, seq: Rd<'_>, size: usize, cx: &mut Cx<'_>) -> Option<()> {
        let realm = ber::find(seq, 0xa3).map(general_string).unwrap_or_default();
        let port = Some(cx.ends.sender(dir).port);
        cx.clue(read::sender(dir), "kerberos.kdc", "yes", port);
        cx.clue(read::sender(dir), "kerberos.realm", &realm, port);
        let mut said = self.settle(tag.saturating_sub(1), dir, size, cx);
        // §5.3 Ticket: the encrypted part starts with its encryption type.
        let ticket = ber::find(seq, 0xa5).and_then(|mut t| ber::expect(&mut t, 0x61)).and_then(|mut t| ber::expect(&mut t, 0x30));
        let etype = ticket
            .and_then(|t| ber::find(t, 0xa3))
            .and_then(|mut e| ber::expect(&mut e, 0x30))
            .and_then(|mut e| ber::expect(&mut e, 0xa0))
            .and_then(|mut e| ber::integer(&mut e));
        if let Some(etype) = etype {
            said.detail.push(("etype", etype.to_string()));
            // RFC 8429, RFC 6649: RC4 (23, 24) and DES (1 to 3) are not to be used.
            if matches!(etype, 1..=3 | 23 | 24) && !self.noted {
                self.noted = true;
                cx.note(NoteKind::Odd, "kerberos.weak_encryption", 0, format!("a ticket was given with encryption type {etype}"));
            }
        }
        cx.exchange(said);
        Some(())
    }

    /// §5.9.1 KRB-ERROR.
    fn error(&mut self, dir: Dir, seq: Rd<'_>, size: usize, cx: &mut Cx<'_>) -> Option<()> {
        let code = ber::find(seq, 0xa6).and_then(|mut c| ber::integer(&mut c))?;
        let waiting = if self.asked.get(&0x6c).is_some() { 0x6c } else { 0x6a };
        let mut said = self.settle(waiting, dir, size, cx);
        let name = error_name(code);
        said.status = name.clone();
        said.detail.push(("error", name));
        // 25: the client is to prove itself first; an ordinary step, not a refusal.
        said.outcome = if code == 25 { Outcome::Warning } else { Outcome::Refused };
        cx.exchange(said);
        Some(())
    }

    fn settle(&mut self, tag: u8, dir: Dir, size: usize, cx: &Cx<'_>) -> Exchange {
        let operation = if tag == 0x6c { "TGS" } else { "AS" };
        let (time, mut said) = self.asked.take(&tag).unwrap_or_else(|| (cx.time, Exchange { operation: operation.into(), ..Exchange::default() }));
        said.time = time;
        said.duration_ns = read::lapse(time, cx.time);
        said.response_bytes = read::wide(size);
        said.reversed = dir == Dir::ToServer;
        said
    }

    fn close(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        while let Some((_, (time, mut said))) = self.asked.first() {
            said.time = time;
            said.outcome = read::silence(heard, Dir::ToServer);
            cx.exchange(said);
        }
    }
}

/// §7.5.9.
fn error_name(code: i64) -> String {
    let known = match code {
        6 => "C_PRINCIPAL_UNKNOWN",
        7 => "S_PRINCIPAL_UNKNOWN",
        12 => "POLICY",
        14 => "ETYPE_NOSUPP",
        18 => "CLIENT_REVOKED",
        23 => "KEY_EXPIRED",
        24 => "PREAUTH_FAILED",
        25 => "PREAUTH_REQUIRED",
        31 => "BAD_INTEGRITY",
        32 => "TKT_EXPIRED",
        37 => "SKEW",
        41 => "MODIFIED",
        52 => "RESPONSE_TOO_BIG",
        68 => "WRONG_REALM",
        other => return other.to_string(),
    };
    known.to_string()
}
