//! NTLMSSP messages ([MS-NLMP] 2.2.1) as they travel inside SMB, HTTP, LDAP, RDP and DCE/RPC: Windows
//! hosts name themselves, their domain and their build there. No flow of its own.

use crate::mask;
use crate::read::{Rd, find, sender, utf16};
use crate::{Cx, Dissector, Meta};
use hinomi_model::Dir;

pub static DISSECTOR: Dissector = Dissector {
    meta: &Meta {
        name: "ntlm",
        title: "NT LAN Manager authentication",
        standard: "[MS-NLMP] 2.2",
        tier: 'A',
        clues: &[
            ("ntlm.host", "name the host gives itself (AUTHENTICATE Workstation 2.2.1.3; CHALLENGE MsvAvNbComputerName 2.2.2.1)"),
            ("ntlm.domain", "domain or workgroup by its NetBIOS name"),
            ("ntlm.dns_name", "full name of the server (MsvAvDnsComputerName)"),
            ("ntlm.dns_domain", "DNS name of its domain (MsvAvDnsDomainName)"),
            ("ntlm.os_build", "Windows version as major.minor.build (2.2.2.10)"),
        ],
        operations: &[],
        details: &[],
        notes: &[],
        readings: false,
        tshark: "ntlmssp",
    },
    entries: &[],
};

/// What one message says; names of users only as keyed hashes.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Said {
    /// 1 NEGOTIATE, 2 CHALLENGE, 3 AUTHENTICATE.
    pub kind: u32,
    pub user: String,
    pub domain: String,
    pub host: String,
    /// An AUTHENTICATE without user (2.2.1.3): nobody in particular.
    pub anonymous: bool,
}

/// Find an NTLMSSP message in a token (bare or within SPNEGO) and say what it shows.
pub fn token(dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Option<Said> {
    let at = find(bytes, b"NTLMSSP\0")?;
    let message = bytes.get(at..)?;
    let mut rd = Rd::at(message, 8);
    let kind = rd.u32_le()?;
    let mut said = Said { kind, ..Said::default() };
    let me = sender(dir);
    match kind {
        1 => {
            let flags = rd.u32_le()?;
            // 2.2.1.1: names are OEM text and only sent by old clients.
            if flags & 0x1000 != 0 {
                said.domain = crate::read::text(field(message, 16)?);
                cx.clue(me, "ntlm.domain", &said.domain, None);
            }
            if flags & 0x2000 != 0 {
                said.host = crate::read::text(field(message, 24)?);
                cx.clue(me, "ntlm.host", &said.host, None);
            }
            build(message, 32, flags, me, cx);
        }
        2 => {
            let flags = Rd::at(message, 20).u32_le()?;
            let port = Some(cx.ends.sender(dir).port);
            pairs(field(message, 40).unwrap_or(&[]), |id, text| {
                let attribute = match id {
                    1 => "ntlm.host",
                    2 => "ntlm.domain",
                    3 => "ntlm.dns_name",
                    4 => "ntlm.dns_domain",
                    _ => return,
                };
                cx.clue(me, attribute, text, port);
                if id == 1 {
                    said.host = text.to_string();
                }
                if id == 2 {
                    said.domain = text.to_string();
                }
            });
            build(message, 48, flags, me, cx);
        }
        3 => {
            let flags = Rd::at(message, 60).u32_le().unwrap_or(0);
            let read = |at: usize| {
                let bytes = field(message, at).unwrap_or(&[]);
                if flags & 1 != 0 || flags == 0 { utf16(bytes) } else { crate::read::text(bytes) }
            };
            said.domain = read(28);
            let user = read(36);
            said.host = read(44);
            said.anonymous = user.is_empty();
            if !user.is_empty() {
                said.user = mask::user(&user, cx.keys);
            }
            cx.clue(me, "ntlm.host", &said.host, None);
            if !said.domain.contains('@') {
                cx.clue(me, "ntlm.domain", &said.domain, None);
            }
            build(message, 64, flags, me, cx);
        }
        _ => return None,
    }
    Some(said)
}

/// 2.2.1: length, longest length, offset from the start of the message.
fn field(message: &[u8], at: usize) -> Option<&[u8]> {
    let mut rd = Rd::at(message, at);
    let length = usize::from(rd.u16_le()?);
    rd.skip(2)?;
    let offset = crate::read::size(rd.u32_le()?);
    message.get(offset..offset.checked_add(length)?)
}

/// 2.2.2.1: AV_PAIR list.
fn pairs(bytes: &[u8], mut each: impl FnMut(u16, &str)) {
    let mut rd = Rd::new(bytes);
    while let Some((id, length)) = rd.u16_le().zip(rd.u16_le()) {
        let Some(value) = rd.take(usize::from(length)) else { return };
        match id {
            0 => return,
            1..=5 => each(id, &utf16(value)),
            _ => {}
        }
    }
}

/// 2.2.2.10: VERSION, there when NTLMSSP_NEGOTIATE_VERSION is set.
fn build(message: &[u8], at: usize, flags: u32, host: hinomi_model::Host, cx: &mut Cx<'_>) {
    if flags & 0x0200_0000 == 0 {
        return;
    }
    let mut rd = Rd::at(message, at);
    let (Some(major), Some(minor), Some(build)) = (rd.u8(), rd.u8(), rd.u16_le()) else { return };
    let revision = Rd::at(message, at.saturating_add(7)).u8();
    // Samba and others fill in 6.1.0; a build of zero tells nothing. NTLMSSP_REVISION_W2K3 is 15.
    if revision == Some(15) && build != 0 && (5..=10).contains(&major) {
        cx.clue(host, "ntlm.os_build", &format!("{major}.{minor}.{build}"), None);
    }
}
