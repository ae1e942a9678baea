//! Association PDUs: A-ASSOCIATE-RQ, -AC and -RJ with all user items (PS3.8 §9.3.2 to 9.3.4 and
//! Annex D; PS3.7 Annex D.3.3).

use crate::read::{Rd, text};

/// Body of A-ASSOCIATE-RQ (PS3.8 Table 9-11) or -AC (Table 9-17).
#[derive(Clone, Debug, Default)]
pub struct Associate {
    pub called: String,
    pub calling: String,
    pub application_context: String,
    pub contexts: Vec<Context>,
    pub user: User,
}

/// Presentation context item, proposed (PS3.8 Table 9-13) or answered (Table 9-18).
#[derive(Clone, Debug, Default)]
pub struct Context {
    pub id: u8,
    pub result: u8,
    pub abstract_syntax: String,
    pub transfer_syntaxes: Vec<String>,
}

/// User information item (PS3.8 Table 9-16), its sub-items.
#[derive(Clone, Debug, Default)]
pub struct User {
    pub max_pdu: Option<u32>,
    pub implementation_uid: String,
    pub implementation_version: String,
    /// Operations invoked and performed at once (PS3.7 D.3.3.3).
    pub window: Option<(u16, u16)>,
    /// SOP class, SCU role, SCP role (PS3.7 D.3.3.4).
    pub roles: Vec<(String, bool, bool)>,
    /// SOP classes with extended negotiation and the bytes of it (PS3.7 D.3.3.5).
    pub extended: Vec<(String, Vec<u8>)>,
    /// SOP class, service class, related general classes (PS3.7 D.3.3.6).
    pub common_extended: Vec<(String, String, Vec<String>)>,
    pub identity: Option<Identity>,
    /// The acceptor answered the user identity (PS3.7 D.3.3.7.2).
    pub identity_answered: bool,
    /// Types of sub-items that no edition of the standard names.
    pub unknown: Vec<u8>,
}

/// User identity (PS3.7 D.3.3.7.1); the fields are secrets and leave this crate only as hashes.
#[derive(Clone, Default)]
pub struct Identity {
    pub kind: u8,
    pub primary: Vec<u8>,
    pub has_passcode: bool,
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Identity({})", self.kind_word())
    }
}

impl Identity {
    pub fn kind_word(&self) -> &'static str {
        match self.kind {
            1 => "username",
            2 => "username_passcode",
            3 => "kerberos",
            4 => "saml",
            5 => "jwt",
            _ => "unknown",
        }
    }
}

/// AE title: 16 characters, spaces at the ends without meaning (PS3.5 Table 6.2-1, VR AE).
pub fn ae_title(bytes: &[u8]) -> String {
    text(bytes)
}

/// Read the PDU body behind its six-byte head. `Err` is the offset in the body and the reason.
pub fn associate(body: &[u8]) -> Result<Associate, (usize, &'static str)> {
    let mut rd = Rd::new(body);
    // PS3.8 Table 9-11, bytes 7-74 of the PDU.
    rd.skip(2).ok_or((0, "the association PDU ends before its protocol version"))?;
    let mut out = Associate::default();
    rd.skip(2).ok_or((2, "the association PDU ends before its AE titles"))?;
    out.called = ae_title(rd.take(16).ok_or((4, "the association PDU ends within the called AE title"))?);
    out.calling = ae_title(rd.take(16).ok_or((20, "the association PDU ends within the calling AE title"))?);
    rd.skip(32).ok_or((36, "the association PDU ends within its reserved bytes"))?;
    while !rd.is_empty() {
        let at = rd.pos();
        let (kind, mut item) = item(&mut rd).ok_or((at, "an item is longer than the association PDU"))?;
        match kind {
            // Table 9-12
            0x10 => out.application_context = text(item.rest()),
            // Table 9-13 and 9-18
            0x20 | 0x21 => {
                let context = context(&mut item, kind).ok_or((at, "a presentation context item is cut short"))?;
                out.contexts.push(context);
            }
            // Table 9-16
            0x50 => user(&mut item, &mut out.user).ok_or((at, "a user information sub-item is cut short"))?,
            other => out.user.unknown.push(other),
        }
    }
    Ok(out)
}

/// Item: type, reserved byte, length of two bytes.
fn item<'a>(rd: &mut Rd<'a>) -> Option<(u8, Rd<'a>)> {
    let kind = rd.u8()?;
    rd.skip(1)?;
    rd.vec16().map(|body| (kind, Rd::new(body)))
}

fn context(rd: &mut Rd<'_>, kind: u8) -> Option<Context> {
    let id = rd.u8()?;
    rd.skip(1)?;
    // Byte 7: result in an answer (Table 9-18), reserved in a proposal.
    let result = rd.u8()?;
    rd.skip(1)?;
    let mut out = Context { id, result: if kind == 0x21 { result } else { 0 }, ..Context::default() };
    while !rd.is_empty() {
        match item(rd)? {
            (0x30, body) => out.abstract_syntax = text(body.rest()),
            (0x40, body) => out.transfer_syntaxes.push(text(body.rest())),
            _ => {}
        }
    }
    Some(out)
}

fn uid16(rd: &mut Rd<'_>) -> Option<String> {
    rd.vec16().map(text)
}

fn user(rd: &mut Rd<'_>, out: &mut User) -> Option<()> {
    while !rd.is_empty() {
        let (kind, mut sub) = item(rd)?;
        match kind {
            // PS3.8 D.1
            0x51 => out.max_pdu = Some(sub.u32()?),
            // PS3.7 D.3.3.2
            0x52 => out.implementation_uid = text(sub.rest()),
            0x55 => out.implementation_version = text(sub.rest()),
            // PS3.7 D.3.3.3
            0x53 => out.window = Some((sub.u16()?, sub.u16()?)),
            // PS3.7 D.3.3.4
            0x54 => {
                let uid = uid16(&mut sub)?;
                out.roles.push((uid, sub.u8()? == 1, sub.u8()? == 1));
            }
            // PS3.7 D.3.3.5
            0x56 => {
                let uid = uid16(&mut sub)?;
                out.extended.push((uid, sub.rest().to_vec()));
            }
            // PS3.7 D.3.3.6
            0x57 => {
                let (uid, service) = (uid16(&mut sub)?, uid16(&mut sub)?);
                let mut list = Rd::new(sub.vec16().unwrap_or(&[]));
                let mut related = Vec::new();
                while !list.is_empty() {
                    related.push(uid16(&mut list)?);
                }
                out.common_extended.push((uid, service, related));
            }
            // PS3.7 D.3.3.7
            0x58 => {
                let kind = sub.u8()?;
                sub.skip(1)?;
                let primary = sub.vec16()?.to_vec();
                let has_passcode = sub.vec16().is_some_and(|s| !s.is_empty());
                out.identity = Some(Identity { kind, primary, has_passcode });
            }
            0x59 => out.identity_answered = true,
            other => out.unknown.push(other),
        }
    }
    Some(())
}

/// A-ASSOCIATE-RJ in words (PS3.8 Table 9-21).
pub fn rejection(result: u8, source: u8, reason: u8) -> String {
    let result = match result {
        1 => "rejected-permanent",
        2 => "rejected-transient",
        _ => "rejected",
    };
    let why = match (source, reason) {
        (1, 1) | (2, 1) => "no-reason-given",
        (1, 2) => "application-context-name-not-supported",
        (1, 3) => "calling-AE-title-not-recognized",
        (1, 7) => "called-AE-title-not-recognized",
        (2, 2) => "protocol-version-not-supported",
        (3, 1) => "temporary-congestion",
        (3, 2) => "local-limit-exceeded",
        _ => return format!("{result} source {source} reason {reason}"),
    };
    format!("{result} {why}")
}

/// A-ABORT in words (PS3.8 Table 9-26).
pub fn abort(source: u8, reason: u8) -> String {
    let why = match (source, reason) {
        (0, _) => return "service-user".to_string(),
        (2, 0) => "reason-not-specified",
        (2, 1) => "unrecognized-PDU",
        (2, 2) => "unexpected-PDU",
        (2, 4) => "unrecognized-PDU-parameter",
        (2, 5) => "unexpected-PDU-parameter",
        (2, 6) => "invalid-PDU-parameter-value",
        _ => return format!("source {source} reason {reason}"),
    };
    format!("service-provider {why}")
}
