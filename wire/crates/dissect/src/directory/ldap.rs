//! LDAP (RFC 4511) over TCP and, for domain controllers' pings, over UDP ([MS-ADTS] 6.3.3).

use crate::ber::{self, Tlv};
use crate::mask;
use crate::read::{self, Rd};
use crate::{Cx, Datagram, Dissector, Entry, Meta, Probe, Step, Stream, Verdict, ntlm};
use hinomi_model::{Dir, Ends, Exchange, Host, Nanos, NoteKind, Outcome};

pub static LDAP: Dissector = Dissector {
    meta: &Meta {
        name: "ldap",
        title: "Lightweight Directory Access Protocol",
        standard: "RFC 4511, RFC 4513; [MS-ADTS] 6.3.3",
        tier: 'B',
        clues: &[
            ("ldap.server", "the host answers directory questions"),
            ("ldap.dns_host_name", "dnsHostName of the root entry"),
            ("ldap.naming_context", "naming context or base that is asked for, without the entries of persons"),
            ("ldap.vendor", "vendorName of the root entry"),
            ("ldap.vendor_version", "vendorVersion of the root entry"),
        ],
        operations: &["bind", "search", "modify", "add", "delete", "rename", "compare", "extended"],
        details: &[
            ("mechanism", "simple, anonymous, or the SASL mechanism (RFC 4511 §4.2)"),
            ("user", "keyed hash of the name that binds"),
            ("scope", "base, one or subtree (§4.5.1.2)"),
            ("entries", "entries given back"),
            ("attributes", "attributes asked for, joined by `,`"),
        ],
        notes: &[
            ("ldap.malformed", "a message is not what RFC 4511 says"),
            ("ldap.cleartext_bind", "a password crossed the wire in clear (RFC 4513 §5.1.3)"),
            ("ldap.pending_max", "over the limit of requests that wait for an answer"),
        ],
        readings: false,
        tshark: "ldap",
    },
    entries: &[
        Entry::Stream { hints: &[389, 3268], probe: probe_tcp, open: || Box::new(Ldap::default()) },
        Entry::Datagram { hints: &[389], probe: probe_udp, open: || Box::new(Ldap::default()) },
    ],
};

/// §4.1.1: SEQUENCE, message id, then an operation with an APPLICATION tag. `None`: cannot tell yet.
fn plausible(dir: Dir, bytes: &[u8]) -> Option<bool> {
    if bytes.first()? != &0x30 {
        return Some(false);
    }
    let whole = match ber::whole(bytes) {
        Ok(whole) => whole?,
        Err(()) => return Some(false),
    };
    let mut rd = Rd::new(bytes);
    rd.skip(1)?;
    let first = rd.u8()?;
    if first & 0x80 != 0 {
        rd.skip(usize::from(first & 0x7f))?;
    }
    if rd.u8()? != 2 {
        return Some(false);
    }
    let length = rd.u8()?;
    if !(1..=4).contains(&length) {
        return Some(false);
    }
    rd.skip(usize::from(length))?;
    let tag = rd.u8()?;
    let request = matches!(tag, 0x60 | 0x42 | 0x63 | 0x66 | 0x68 | 0x4a | 0x6c | 0x6e | 0x50 | 0x77);
    let answer = matches!(tag, 0x61 | 0x64 | 0x65 | 0x67 | 0x69 | 0x6b | 0x6d | 0x6f | 0x73 | 0x78);
    if !(if dir == Dir::ToServer { request } else { answer }) || whole > 1 << 20 {
        return Some(false);
    }
    // A bind carries the version: INTEGER 1 to 3 (§4.2). Other first messages must be complete.
    if tag == 0x60 {
        let inner = rd.rest();
        let skip = if inner.first()? & 0x80 != 0 { usize::from(inner.first()? & 0x7f).saturating_add(1) } else { 1 };
        return Some(matches!(inner.get(skip..skip.saturating_add(3))?, [2, 1, 1..=3]));
    }
    let message = bytes.get(..whole)?;
    let mut seq = ber::expect(&mut Rd::new(message), 0x30)?;
    let id = ber::integer(&mut seq);
    Some(id.is_some() && ber::tlv(&mut seq).is_some())
}

fn probe_tcp(dir: Dir, head: &[u8], _ends: &Ends) -> Probe {
    match plausible(dir, head) {
        Some(true) => Probe::Yes,
        Some(false) => Probe::No,
        None => Probe::More,
    }
}

fn probe_udp(dir: Dir, bytes: &[u8], ends: &Ends) -> Probe {
    // Without a connection only the domain controller's ping is spoken, on its own port.
    let port = [ends.client.port, ends.server.port].contains(&389);
    if port && plausible(dir, bytes) == Some(true) { Probe::Yes } else { Probe::No }
}

#[derive(Default)]
struct Ldap {
    asked: read::Waiting<i64, (Nanos, Exchange, u64)>,
    noted: bool,
    sealed: bool,
    starting_tls: Option<i64>,
}

impl Datagram for Ldap {
    fn datagram(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Verdict {
        let mut rd = Rd::new(bytes);
        while let Some(message) = ber::tlv(&mut rd) {
            if message.tag != 0x30 {
                return Verdict::NotMine;
            }
            self.message(dir, message.body, bytes.len(), cx);
        }
        Verdict::Read
    }

    fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        self.close(heard, cx);
    }
}

impl Stream for Ldap {
    fn feed(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Step {
        if self.sealed {
            return Step::Done;
        }
        if bytes.first() != Some(&0x30) {
            // A SASL security layer (RFC 4422 §3.7) starts with four bytes of length.
            if self.asked.is_empty() || bytes.first() == Some(&0) {
                self.sealed = true;
                return Step::Done;
            }
            return Step::Malformed { at: 0, name: "ldap.malformed", why: "this is no message" };
        }
        let whole = match ber::whole(bytes) {
            Ok(Some(whole)) => whole,
            Ok(None) => return Step::Need(bytes.len().saturating_add(1)),
            Err(()) => return Step::Malformed { at: 1, name: "ldap.malformed", why: "this is no length" },
        };
        if whole > cx.limits.message_bytes_max {
            return Step::Skip(read::wide(whole));
        }
        let Some(message) = bytes.get(..whole) else { return Step::Need(whole) };
        let Some(Tlv { body, .. }) = ber::tlv(&mut Rd::new(message)) else {
            return Step::Malformed { at: 0, name: "ldap.malformed", why: "the message is cut" };
        };
        match self.message(dir, body, whole, cx) {
            Some(true) => Step::Handover { took: whole, to: "tls" },
            Some(false) => Step::Took(whole),
            None => Step::Malformed { at: 2, name: "ldap.malformed", why: "a field of the message is missing or cut" },
        }
    }

    fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        self.close(heard, cx);
    }
}

/// A distinguished name (RFC 4514) without the entries of persons: only its domain and unit parts.
fn base(dn: &str) -> String {
    let parts: Vec<&str> = dn.split(',').map(str::trim).filter(|p| {
        let lower = p.to_ascii_lowercase();
        lower.starts_with("dc=") || lower.starts_with("ou=") || lower.starts_with("o=") || lower.starts_with("c=")
    }).collect();
    parts.join(",")
}

impl Ldap {
    /// Returns whether TLS starts behind this message.
    fn message(&mut self, dir: Dir, body: &[u8], size: usize, cx: &mut Cx<'_>) -> Option<bool> {
        let mut rd = Rd::new(body);
        let id = ber::integer(&mut rd)?;
        let Tlv { tag, body } = ber::tlv(&mut rd)?;
        let mut op = Rd::new(body);
        let mut said = Exchange { request_bytes: read::wide(size), ..Exchange::default() };
        match tag {
            0x60 => {
                // §4.2: version, name, authentication choice.
                ber::integer(&mut op)?;
                let name = text(ber::tlv(&mut op)?.body);
                let choice = ber::tlv(&mut op)?;
                said.operation = "bind".into();
                let mechanism = match choice.tag {
                    0x80 if choice.body.is_empty() => "anonymous".to_string(),
                    0x80 => "simple".to_string(),
                    0xa3 => {
                        let mut sasl = Rd::new(choice.body);
                        let name = text(ber::tlv(&mut sasl)?.body);
                        if let Some(credentials) = ber::tlv(&mut sasl)
                            && let Some(ntlm) = ntlm::token(dir, credentials.body, cx)
                        {
                            said.client_name = ntlm.user;
                        }
                        name
                    }
                    _ => "ntlm".to_string(),
                };
                if !name.is_empty() {
                    let leaf = name.split(',').next().unwrap_or("").rsplit('=').next().unwrap_or("");
                    said.client_name = mask::user(leaf, cx.keys);
                    said.object = base(&name);
                }
                if mechanism == "simple" && !self.noted {
                    self.noted = true;
                    cx.note(NoteKind::Odd, "ldap.cleartext_bind", 0, "a password crossed the wire in clear");
                }
                if !said.client_name.is_empty() {
                    said.detail.push(("user", said.client_name.clone()));
                }
                said.detail.push(("mechanism", crate::tidy(&mechanism, 32)));
            }
            0x63 => {
                // §4.5.1: base, scope, …, attributes.
                let dn = text(ber::tlv(&mut op)?.body);
                let scope = ber::tlv(&mut op).and_then(|t| ber::int(t.body));
                said.operation = "search".into();
                said.object = base(&dn);
                cx.clue(Host::Server, "ldap.naming_context", &said.object.clone(), Some(cx.ends.server.port));
                let word = match scope {
                    Some(0) => "base",
                    Some(1) => "one",
                    _ => "subtree",
                };
                said.detail.push(("scope", word.into()));
                op = op_after(op, 5);
                if let Some(mut list) = ber::expect(&mut op, 0x30) {
                    let names: Vec<String> = std::iter::from_fn(|| ber::tlv(&mut list)).take(32).map(|t| text(t.body)).collect();
                    if !names.is_empty() {
                        said.detail.push(("attributes", crate::tidy(&names.join(","), cx.limits.value_chars_max)));
                    }
                }
            }
            0x66 | 0x68 | 0x6c => {
                said.operation = match tag { 0x66 => "modify", 0x68 => "add", _ => "rename" }.into();
                said.object = base(&text(ber::tlv(&mut op)?.body));
            }
            0x4a => {
                said.operation = "delete".into();
                said.object = base(&text(body));
            }
            0x6e => said.operation = "compare".into(),
            0x77 => {
                said.operation = "extended".into();
                said.object = text(ber::tlv(&mut op)?.body);
                if said.object == "1.3.6.1.4.1.1466.20037" {
                    self.starting_tls = Some(id); // §4.14
                }
            }
            0x64 => {
                if let Some((_, _, entries)) = self.asked.get_mut(&id) {
                    *entries = entries.saturating_add(1);
                }
                self.entry(&mut op, cx);
                return Some(false);
            }
            0x61 | 0x65 | 0x67 | 0x69 | 0x6b | 0x6d | 0x6f | 0x78 => return self.result(dir, tag, id, op, size, cx),
            _ => return Some(false),
        }
        if let Some((_, (time, mut oldest, _))) = self.asked.put(id, (cx.time, said, 0), cx.limits.pending_max) {
            cx.note(NoteKind::OverLimit, "ldap.pending_max", 0, "too many requests wait for an answer");
            oldest.time = time;
            oldest.outcome = Outcome::Unanswered;
            cx.exchange(oldest);
        }
        Some(false)
    }

    /// §4.1.9 LDAPResult.
    fn result(&mut self, dir: Dir, tag: u8, id: i64, mut op: Rd<'_>, size: usize, cx: &mut Cx<'_>) -> Option<bool> {
        let code = ber::tlv(&mut op).and_then(|t| ber::int(t.body))?;
        cx.clue(read::sender(dir), "ldap.server", "yes", Some(cx.ends.sender(dir).port));
        if tag == 0x61
            && let Some(credentials) = ber::find(op, 0x87)
        {
            ntlm::token(dir, credentials.rest(), cx);
        }
        let Some((time, mut said, entries)) = self.asked.take(&id) else { return Some(false) };
        said.time = time;
        said.duration_ns = read::lapse(time, cx.time);
        said.response_bytes = read::wide(size);
        said.status = code.to_string();
        // RFC 4511 Appendix A: 14 goes on, 10 is a referral, 49 and 50 are refusals.
        said.outcome = match code {
            0 | 5 | 6 | 14 => Outcome::Ok,
            10 => Outcome::Warning,
            7 | 8 | 13 | 48..=53 => Outcome::Refused,
            _ => Outcome::Failed,
        };
        if tag == 0x65 {
            said.detail.push(("entries", entries.to_string()));
        }
        cx.exchange(said);
        Some(tag == 0x78 && code == 0 && self.starting_tls == Some(id))
    }

    /// §4.5.2: the root entry introduces the server (RFC 4512 §5.1).
    fn entry(&mut self, op: &mut Rd<'_>, cx: &mut Cx<'_>) -> Option<()> {
        let dn = ber::tlv(op)?;
        if !dn.body.is_empty() {
            return None;
        }
        let mut list = ber::expect(op, 0x30)?;
        let port = Some(cx.ends.server.port);
        while let Some(mut attribute) = ber::expect(&mut list, 0x30) {
            let name = text(ber::tlv(&mut attribute)?.body).to_ascii_lowercase();
            let mut values = ber::expect(&mut attribute, 0x31)?;
            let clue = match name.as_str() {
                "dnshostname" => "ldap.dns_host_name",
                "vendorname" => "ldap.vendor",
                "vendorversion" => "ldap.vendor_version",
                "namingcontexts" | "defaultnamingcontext" => "ldap.naming_context",
                _ => continue,
            };
            while let Some(value) = ber::tlv(&mut values) {
                cx.clue(Host::Server, clue, &text(value.body), port);
            }
        }
        Some(())
    }

    fn close(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        while let Some((_, (time, mut said, _))) = self.asked.first() {
            said.time = time;
            said.outcome = read::silence(heard, Dir::ToServer);
            cx.exchange(said);
        }
    }
}

fn op_after(mut op: Rd<'_>, elements: usize) -> Rd<'_> {
    for _ in 0..elements {
        if ber::tlv(&mut op).is_none() {
            break;
        }
    }
    op
}

fn text(body: &[u8]) -> String {
    String::from_utf8_lossy(body).into_owned()
}
