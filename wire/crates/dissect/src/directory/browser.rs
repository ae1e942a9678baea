//! NetBIOS datagrams (RFC 1002 §4.4) with the announcements of the Windows browser ([MS-BRWS] 2.2).

use crate::dns::nbns::decode;
use crate::read::{self, Rd};
use crate::{Cx, Datagram, Dissector, Entry, Meta, Probe, Verdict};
use hinomi_model::{Dir, Ends};

pub static BROWSER: Dissector = Dissector {
    meta: &Meta {
        name: "browser",
        title: "NetBIOS datagrams and browser announcements",
        standard: "RFC 1002 §4.4; [MS-BRWS] 2.2",
        tier: 'B',
        clues: &[
            ("browser.name", "computer name announced ([MS-BRWS] 2.2.1)"),
            ("browser.os_version", "operating system version announced, major.minor"),
            ("browser.roles", "server type bits announced, hex ([MS-BRWS] 2.2.1: ServerType)"),
            ("browser.comment", "comment announced"),
            ("browser.workgroup", "workgroup or domain announced ([MS-BRWS] 2.2.10)"),
            ("browser.source_name", "NetBIOS name of the sender (RFC 1002 §4.4.1)"),
        ],
        operations: &[],
        details: &[],
        notes: &[],
        readings: false,
        tshark: "browser",
    },
    entries: &[Entry::Datagram { hints: &[138], probe, open: || Box::new(Browser) }],
};

/// §4.4.1: message type, flags, datagram id, source address and port; then length, offset and two names.
fn probe(_dir: Dir, bytes: &[u8], ends: &Ends) -> Probe {
    let named = matches!(bytes, [0x10..=0x12, ..]) && bytes.get(14) == Some(&32) && bytes.get(15..47).is_some_and(|n| n.iter().all(|b| (b'A'..=b'P').contains(b)));
    if named && [ends.client.port, ends.server.port].contains(&138) { Probe::Yes } else { Probe::No }
}

struct Browser;

impl Datagram for Browser {
    fn datagram(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Verdict {
        let Some(source) = bytes.get(15..47).and_then(|n| decode(&read::text(n))) else { return Verdict::NotMine };
        let me = read::sender(dir);
        cx.clue(me, "browser.source_name", &source.0, None);
        // SMB transaction to \MAILSLOT\BROWSE ([MS-MAIL] 2.2); its data starts with the opcode.
        let Some(slot) = read::find(bytes, b"\\MAILSLOT\\BROWSE\0") else { return Verdict::Read };
        let mut rd = Rd::at(bytes, slot.saturating_add(17));
        announcement(&mut rd, me, cx);
        Verdict::Read
    }
}

fn announcement(rd: &mut Rd<'_>, me: hinomi_model::Host, cx: &mut Cx<'_>) -> Option<()> {
    let opcode = rd.u8()?;
    if !matches!(opcode, 1 | 12 | 15) {
        return None;
    }
    rd.skip(1 + 4)?; // update count, periodicity
    let name = read::text(rd.take(16)?);
    let (major, minor) = (rd.u8()?, rd.u8()?);
    let roles = rd.u32_le()?;
    rd.skip(4)?; // browser version, signature
    let comment = read::text(rd.rest());
    if opcode == 12 {
        // 2.2.10: a domain announces itself; the comment is the local master browser.
        cx.clue(me, "browser.workgroup", &name, None);
        return Some(());
    }
    cx.clue(me, "browser.name", &name, None);
    cx.clue(me, "browser.os_version", &format!("{major}.{minor}"), None);
    cx.clue(me, "browser.roles", &format!("{roles:08x}"), None);
    cx.clue(me, "browser.comment", &comment, None);
    Some(())
}
