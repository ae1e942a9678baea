//! Cisco Discovery Protocol, behind SNAP with OUI 00-00-0c and type 0x2000 (as Cisco's configuration
//! guides describe its fields).

use crate::read::{self, Rd};
use crate::{Cx, Dissector, Entry, Frame, Meta, Verdict};
use hinomi_model::{Host, NoteKind};
use std::net::{IpAddr, Ipv4Addr};

pub static CDP: Dissector = Dissector {
    meta: &Meta {
        name: "cdp",
        title: "Cisco Discovery Protocol",
        standard: "Cisco configuration guides (CDP versions 1 and 2)",
        tier: 'B',
        clues: &[
            ("cdp.device_id", "name of the device"),
            ("cdp.platform", "model"),
            ("cdp.software", "software version"),
            ("cdp.port_id", "port it sends from"),
            ("cdp.management_ip", "address of the device"),
            ("cdp.native_vlan", "native VLAN of the port"),
            ("cdp.vtp_domain", "VTP management domain"),
        ],
        operations: &[],
        details: &[],
        notes: &[("cdp.malformed", "a field ends too early")],
        readings: false,
        tshark: "cdp",
    },
    entries: &[Entry::Frame { ethertypes: &[0x2000], open: || Box::new(Cdp) }],
};

struct Cdp;

impl Frame for Cdp {
    fn frame(&mut self, bytes: &[u8], cx: &mut Cx<'_>) -> Verdict {
        let mut rd = Rd::new(bytes);
        // Version, time to live, checksum.
        match (rd.u8(), rd.u8(), rd.u16()) {
            (Some(1 | 2), Some(_), Some(_)) => {}
            _ => return Verdict::NotMine,
        }
        while let Some((kind, length)) = rd.u16().zip(rd.u16()) {
            let Some(value) = usize::from(length).checked_sub(4).and_then(|n| rd.take(n)) else {
                cx.note(NoteKind::Malformed, "cdp.malformed", read::wide(rd.pos()), "a field ends too early");
                return Verdict::Read;
            };
            let text = || read::text(value);
            match kind {
                1 => cx.clue(Host::Client, "cdp.device_id", &text(), None),
                2 => {
                    // Count, then protocol type and length, protocol, address length, address.
                    if let Some([_, _, _, _, 1, 1, 0xcc, 0, 4, a, b, c, d]) = value.get(..13) {
                        let ip = IpAddr::V4(Ipv4Addr::new(*a, *b, *c, *d));
                        cx.clue(Host::Other { mac: cx.ends.client.mac, ip: Some(ip) }, "cdp.management_ip", &ip.to_string(), None);
                    }
                }
                3 => cx.clue(Host::Client, "cdp.port_id", &text(), None),
                5 => cx.clue(Host::Client, "cdp.software", &text(), None),
                6 => cx.clue(Host::Client, "cdp.platform", &text(), None),
                9 => cx.clue(Host::Client, "cdp.vtp_domain", &text(), None),
                10 => {
                    if let Some(vlan) = Rd::new(value).u16() {
                        cx.clue(Host::Client, "cdp.native_vlan", &vlan.to_string(), None);
                    }
                }
                _ => {}
            }
        }
        Verdict::Read
    }
}
