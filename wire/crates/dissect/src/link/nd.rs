//! ICMPv6 neighbour discovery (RFC 4861), with router advertisements (RFC 8106).

use crate::read::{self, Rd};
use crate::{Cx, Datagram, Dissector, Entry, Meta, Probe, Verdict};
use hinomi_model::{Dir, Ends, Host, Mac};
use std::net::{IpAddr, Ipv6Addr};

pub static ND: Dissector = Dissector {
    meta: &Meta {
        name: "nd",
        title: "ICMPv6 Neighbour Discovery",
        standard: "RFC 4861, RFC 8106",
        tier: 'B',
        clues: &[
            ("nd.ip", "IPv6 address the host says is its own (RFC 4861 §4.3, §4.4)"),
            ("nd.router", "the host offers itself as router; value is the router lifetime in seconds (§4.2)"),
            ("nd.prefix", "prefix a router announces (§4.6.2)"),
            ("nd.dns", "name server a router announces (RFC 8106 §5.1)"),
            ("nd.probe", "address the host is about to take (RFC 4862 §5.4)"),
        ],
        operations: &[],
        details: &[],
        notes: &[("nd.malformed", "an option ends too early")],
        readings: false,
        tshark: "icmpv6",
    },
    entries: &[Entry::Datagram { hints: &[], probe, open: || Box::new(Nd) }],
};

/// §4: types 133 to 137, code 0. The engine shows the ICMPv6 message from its type on.
fn probe(_dir: Dir, bytes: &[u8], ends: &Ends) -> Probe {
    let sized = match bytes {
        [133, 0, ..] => bytes.len() >= 8,
        [134, 0, ..] => bytes.len() >= 16,
        [135 | 136, 0, ..] => bytes.len() >= 24,
        _ => false,
    };
    // Request and answer are one flow, under the type of the request (133 and 134, 135 and 136).
    let asked = bytes.first().map(|kind| if matches!(kind, 134 | 136) { kind.saturating_sub(1) } else { *kind });
    let typed = asked.is_some_and(|kind| u16::from(kind) == ends.client.port || u16::from(kind) == ends.server.port);
    if sized && typed && ends.client.ip.is_ipv6() { Probe::Yes } else { Probe::No }
}

struct Nd;

impl Datagram for Nd {
    fn datagram(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Verdict {
        let mut rd = Rd::new(bytes);
        let Some(kind) = rd.u8() else { return Verdict::NotMine };
        match message(dir, kind, &mut rd, cx) {
            Some(verdict) => verdict,
            None => Verdict::Malformed { at: rd.pos(), name: "nd.malformed", why: "the message or an option ends too early" },
        }
    }
}

fn message(dir: Dir, kind: u8, rd: &mut Rd<'_>, cx: &mut Cx<'_>) -> Option<Verdict> {
    rd.skip(3)?; // code, checksum
    let me = read::sender(dir);
    let from = cx.ends.sender(dir);
    let (mac, ip) = (from.mac, from.ip);
    let mut target = None;
    match kind {
        133 => rd.skip(4)?,
        134 => {
            rd.skip(2)?;
            let lifetime = rd.u16()?;
            rd.skip(8)?;
            cx.clue(me, "nd.router", &lifetime.to_string(), None);
        }
        135 | 136 => {
            rd.skip(4)?;
            target = Some(Ipv6Addr::from(rd.array::<16>()?));
        }
        _ => return Some(Verdict::NotMine),
    }
    let mut named = None;
    while !rd.is_empty() {
        let (option, units) = (rd.u8()?, rd.u8()?);
        // §4.6: length in units of eight bytes, zero is not allowed.
        let value = rd.take(usize::from(units).checked_mul(8)?.checked_sub(2)?)?;
        let mut inner = Rd::new(value);
        match option {
            1 | 2 => named = inner.array::<6>().map(Mac),
            3 => {
                let bits = inner.u8()?;
                inner.skip(13)?;
                let prefix = Ipv6Addr::from(inner.array::<16>()?);
                cx.clue(me, "nd.prefix", &format!("{prefix}/{bits}"), None);
            }
            25 => {
                inner.skip(6)?;
                while let Some(server) = inner.array::<16>() {
                    cx.clue(me, "nd.dns", &Ipv6Addr::from(server).to_string(), None);
                }
            }
            _ => {}
        }
    }
    match (kind, target) {
        (135, Some(target)) if ip.is_unspecified() => {
            cx.clue(Host::Other { mac, ip: None }, "nd.probe", &target.to_string(), None);
        }
        (136, Some(target)) => {
            let host = Host::Other { mac: named.unwrap_or(mac), ip: Some(IpAddr::V6(target)) };
            cx.clue(host, "nd.ip", &target.to_string(), None);
        }
        _ if !ip.is_unspecified() => cx.clue(me, "nd.ip", &ip.to_string(), None),
        _ => {}
    }
    Some(Verdict::Read)
}
