//! LLDP (IEEE 802.1AB-2016) with LLDP-MED (ANSI/TIA-1057): a device names itself to its switch.

use crate::read::{self, Rd};
use crate::{Cx, Dissector, Entry, Frame, Meta, Verdict};
use hinomi_model::{Host, Mac};
use std::net::{IpAddr, Ipv4Addr};

pub static LLDP: Dissector = Dissector {
    meta: &Meta {
        name: "lldp",
        title: "Link Layer Discovery Protocol",
        standard: "IEEE 802.1AB-2016 clause 8; ANSI/TIA-1057",
        tier: 'B',
        clues: &[
            ("lldp.chassis_id", "chassis id (8.5.2)"),
            ("lldp.port_id", "port id (8.5.3)"),
            ("lldp.port_description", "port description (8.5.5)"),
            ("lldp.system_name", "system name (8.5.6)"),
            ("lldp.system_description", "system description (8.5.7)"),
            ("lldp.capabilities", "enabled capabilities, joined by `,` (8.5.8)"),
            ("lldp.management_ip", "management address (8.5.9)"),
            ("lldp.hardware", "hardware revision (TIA-1057 10.2.6.1)"),
            ("lldp.firmware", "firmware revision (10.2.6.2)"),
            ("lldp.software", "software revision (10.2.6.3)"),
            ("lldp.serial", "serial number (10.2.6.4)"),
            ("lldp.manufacturer", "manufacturer (10.2.6.5)"),
            ("lldp.model", "model (10.2.6.6)"),
            ("lldp.asset_id", "asset id (10.2.6.7)"),
        ],
        operations: &[],
        details: &[],
        notes: &[("lldp.malformed", "a field ends too early")],
        readings: false,
        tshark: "lldp",
    },
    entries: &[Entry::Frame { ethertypes: &[0x88cc], open: || Box::new(Lldp) }],
};

struct Lldp;

impl Frame for Lldp {
    fn frame(&mut self, bytes: &[u8], cx: &mut Cx<'_>) -> Verdict {
        let mut rd = Rd::new(bytes);
        // 8.4: seven bits of type, nine of length.
        while let Some(head) = rd.u16() {
            let (kind, length) = (head >> 9, usize::from(head & 0x1ff));
            if kind == 0 {
                break;
            }
            let Some(value) = rd.take(length) else {
                return Verdict::Malformed { at: rd.pos(), name: "lldp.malformed", why: "a field ends too early" };
            };
            field(kind, value, cx);
        }
        Verdict::Read
    }
}

/// 8.5.2.2, 8.5.3.2: subtypes tell what the id is.
fn id(value: &[u8], mac: u8, address: u8) -> String {
    match value.split_first() {
        Some((kind, rest)) if *kind == mac => <[u8; 6]>::try_from(rest).map_or_else(|_| read::hex(rest), |m| Mac(m).to_string()),
        Some((kind, [1, a, b, c, d])) if *kind == address => Ipv4Addr::new(*a, *b, *c, *d).to_string(),
        Some((_, rest)) if read::printable(rest) => read::text(rest),
        Some((_, rest)) => read::hex(rest),
        None => String::new(),
    }
}

fn field(kind: u16, value: &[u8], cx: &mut Cx<'_>) {
    let me = Host::Client;
    let text = read::text(value);
    match kind {
        1 => cx.clue(me, "lldp.chassis_id", &id(value, 4, 5), None),
        2 => cx.clue(me, "lldp.port_id", &id(value, 3, 4), None),
        4 => cx.clue(me, "lldp.port_description", &text, None),
        5 => cx.clue(me, "lldp.system_name", &text, None),
        6 => cx.clue(me, "lldp.system_description", &text, None),
        7 => {
            let enabled = Rd::at(value, 2).u16().unwrap_or(0);
            let names = ["other", "repeater", "bridge", "access point", "router", "telephone", "docsis", "station"];
            let words: Vec<&str> = names.iter().enumerate().filter(|(n, _)| enabled & (1 << n) != 0).map(|(_, w)| *w).collect();
            cx.clue(me, "lldp.capabilities", &words.join(","), None);
        }
        8 => {
            // 8.5.9: length, subtype (IANA address family), address.
            if let Some([5, 1, a, b, c, d]) = value.get(..6) {
                let ip = IpAddr::V4(Ipv4Addr::new(*a, *b, *c, *d));
                let mac = cx.ends.client.mac;
                cx.clue(Host::Other { mac, ip: Some(ip) }, "lldp.management_ip", &ip.to_string(), None);
            }
        }
        127 => {
            // 8.6: OUI and subtype; 00-12-bb is TIA.
            if let Some(([0x00, 0x12, 0xbb, subtype], rest)) = value.split_first_chunk::<4>() {
                let attribute = match subtype {
                    5 => "lldp.hardware",
                    6 => "lldp.firmware",
                    7 => "lldp.software",
                    8 => "lldp.serial",
                    9 => "lldp.manufacturer",
                    10 => "lldp.model",
                    11 => "lldp.asset_id",
                    _ => return,
                };
                cx.clue(me, attribute, &read::text(rest), None);
            }
        }
        _ => {}
    }
}
