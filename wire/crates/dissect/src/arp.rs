//! ARP (RFC 826; probes and announcements: RFC 5227). Who claims which address; whether two claim
//! the same is for the watch to say.

use crate::read::Rd;
use crate::{Cx, Dissector, Entry, Frame, Meta, Verdict};
use hinomi_model::{Host, Mac, NoteKind};
use std::net::{IpAddr, Ipv4Addr};

pub static DISSECTOR: Dissector = Dissector {
    meta: &Meta {
        name: "arp",
        title: "Address Resolution Protocol",
        standard: "RFC 826, RFC 5227",
        tier: 'A',
        clues: &[
            ("arp.ip", "IPv4 address the sender says is its own (RFC 826: ar$spa)"),
            ("arp.gratuitous", "address announced unasked (RFC 5227 §2.3: sender and target address are the same)"),
            ("arp.probe", "address the sender is about to take (RFC 5227 §2.1: sender address is zero)"),
        ],
        operations: &[],
        details: &[],
        notes: &[
            ("arp.malformed", "an ARP frame ends before its addresses, or its lengths are not those of Ethernet and IPv4"),
            ("arp.sender_differs", "the hardware address inside ARP is not the one the frame came from"),
        ],
        readings: false,
        tshark: "arp",
    },
    entries: &[Entry::Frame { ethertypes: &[0x0806], open: || Box::new(Arp) }],
};

struct Arp;

impl Frame for Arp {
    fn frame(&mut self, bytes: &[u8], cx: &mut Cx<'_>) -> Verdict {
        let mut rd = Rd::new(bytes);
        match read(&mut rd, cx) {
            Some(verdict) => verdict,
            None => Verdict::Malformed { at: rd.pos(), name: "arp.malformed", why: "the frame ends before its addresses" },
        }
    }
}

fn read(rd: &mut Rd<'_>, cx: &mut Cx<'_>) -> Option<Verdict> {
    let hardware = rd.u16()?; // bytes 0-1 ar$hrd: 1 = Ethernet
    let protocol = rd.u16()?; // 2-3 ar$pro: 0x0800 = IPv4
    let (hardware_len, protocol_len) = (rd.u8()?, rd.u8()?); // 4, 5
    if protocol != 0x0800 || !matches!(hardware, 1 | 6) {
        return Some(Verdict::NotMine);
    }
    if (hardware_len, protocol_len) != (6, 4) {
        return Some(Verdict::Malformed { at: 4, name: "arp.malformed", why: "the address lengths are not 6 and 4" });
    }
    let _operation = rd.u16()?; // 6-7 ar$op: 1 request, 2 reply
    let sender_mac = Mac(rd.array()?); // 8-13 ar$sha
    let sender_ip = Ipv4Addr::from(rd.array::<4>()?); // 14-17 ar$spa
    let _target_mac = Mac(rd.array()?); // 18-23 ar$tha
    let target_ip = Ipv4Addr::from(rd.array::<4>()?); // 24-27 ar$tpa

    let from = cx.ends.client.mac;
    if from != Mac::NONE && from != sender_mac {
        cx.note(NoteKind::Odd, "arp.sender_differs", 8, format!("ARP speaks for {sender_mac}, but the frame came from {from}"));
    }
    if sender_mac == Mac::NONE || sender_mac.is_group() {
        return Some(Verdict::Read);
    }
    if sender_ip.is_unspecified() {
        let host = Host::Other { mac: sender_mac, ip: None };
        cx.clue(host, "arp.probe", &target_ip.to_string(), None);
        return Some(Verdict::Read);
    }
    let host = Host::Other { mac: sender_mac, ip: Some(IpAddr::V4(sender_ip)) };
    cx.clue(host, "arp.ip", &sender_ip.to_string(), None);
    if sender_ip == target_ip {
        cx.clue(host, "arp.gratuitous", &sender_ip.to_string(), None);
    }
    Some(Verdict::Read)
}
