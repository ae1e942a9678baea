//! Spanning tree (IEEE 802.1Q-2018 clause 14), behind LLC 42-42-03. The decoder names it 0x0042 (the destination SAP).

use crate::read::Rd;
use crate::{Cx, Dissector, Entry, Frame, Meta, Verdict};
use hinomi_model::{Host, Mac};

pub static STP: Dissector = Dissector {
    meta: &Meta {
        name: "stp",
        title: "Spanning Tree Protocol",
        standard: "IEEE 802.1Q-2018 clause 14",
        tier: 'B',
        clues: &[
            ("stp.version", "stp, rstp or mstp (14.4)"),
            ("stp.bridge", "bridge identifier: priority and MAC (14.2.5)"),
            ("stp.root", "root identifier: priority and MAC"),
            ("stp.port", "port identifier, hex"),
        ],
        operations: &[],
        details: &[],
        notes: &[("stp.malformed", "the unit ends too early")],
        readings: false,
        tshark: "stp",
    },
    entries: &[Entry::Frame { ethertypes: &[0x0042], open: || Box::new(Stp) }],
};

struct Stp;

impl Frame for Stp {
    fn frame(&mut self, bytes: &[u8], cx: &mut Cx<'_>) -> Verdict {
        let mut rd = Rd::new(bytes);
        match read(&mut rd, cx) {
            Some(verdict) => verdict,
            None => Verdict::Malformed { at: rd.pos(), name: "stp.malformed", why: "the unit ends too early" },
        }
    }
}

fn read(rd: &mut Rd<'_>, cx: &mut Cx<'_>) -> Option<Verdict> {
    if rd.u16()? != 0 {
        return Some(Verdict::NotMine); // 14.4: protocol identifier
    }
    let version = rd.u8()?;
    let kind = rd.u8()?;
    if kind == 0x80 {
        return Some(Verdict::Read); // topology change notification
    }
    rd.skip(1)?; // flags
    let bridge_id = |rd: &mut Rd<'_>| Some(format!("{}/{}", rd.u16()?, Mac(rd.array()?)));
    let root = bridge_id(rd)?;
    rd.skip(4)?; // root path cost
    let bridge = bridge_id(rd)?;
    let port = rd.u16()?;
    let word = match version {
        0 => "stp",
        2 => "rstp",
        3 => "mstp",
        _ => "other",
    };
    cx.clue(Host::Client, "stp.version", word, None);
    cx.clue(Host::Client, "stp.root", &root, None);
    cx.clue(Host::Client, "stp.bridge", &bridge, None);
    cx.clue(Host::Client, "stp.port", &format!("{port:04x}"), None);
    Some(Verdict::Read)
}
